"""What stands there where an opener is missing: the key of a parameter, or a name and a key without one between them.

In: the run's text and a place. Out: YES, NO or WAIT (more text decides), and where the key begins or the name ends.

    `city">Tokyo`                      behind `<invoke name="get_weather">`: the key `city`
    `name="city">Tokyo`                half of the opener, and the key
    `get_weathercity</arg_key>`        the name `get_weather`, and the key `city`

Promises: only a key that the tool declares, and that has no value yet, is evidence; at most an opener's length and a
name's are looked at.
"""

from __future__ import annotations

import re
from typing import Iterator, Tuple

from toolgram.runtime.core.behind import follow_verdict
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX, PROSE_MAX, TELLING
from toolgram.runtime.tables.states import State, Texts

WORD_OF_JSON = re.compile(r"(?:-?[0-9][0-9.eE+-]*|true|false|null)[ \t\r\n]*[,}\])]|[\"'{\[]").match
OPENING = ("", ":", "=", ",", "{", "[", "(")  # behind these a delimiter opens a string, and closes none


def lone_key(run: Run, state: State, at: int) -> Tuple[int, int]:
    """(YES, where it begins) when a declared key stands at `at` of a gap, with what ends a key behind it."""
    call, way, buffer = run.open.call, state.key_alone, run.text.buffer
    if call is None or way is None or call.arguments.is_copied:
        return NO, at
    openers = state.part_openers
    most = at + NAME_MAX + max(map(len, openers), default=0)
    line = buffer[at:most].partition("\n")[0]
    run.work += len(line)
    ends = run.place.machine.states[way.to].own_ends
    found = [end for end in (line.find(until) for until in ends) if end >= 0]
    if found:
        begin = _key_in(run, line[: min(found)], openers)
        is_key = begin >= 0 and _is_evidence(run, at, max(map(len, ends)))
        return (is_key, at + begin) if begin >= 0 else (NO, at)
    waits = at + len(line) == len(buffer) and not run.text.final and _may_become_key(run, line, ends, openers)
    return (WAIT if waits else NO), at


def _key_in(run: Run, text: str, openers: Texts) -> int:
    """Where a key begins with which a text ends, with nothing before it but a piece of an opener; -1: there is none."""
    run.work += sum(map(len, openers))
    key = next((key for key in _keys(text, openers) if is_free(run, key)), None)
    return -1 if key is None else len(text.rstrip(BLANKS)) - len(key)


def is_free(run: Run, key: str) -> bool:
    """Whether a key is declared, and has no value yet."""
    call = run.open.call
    return call is not None and key not in call.arguments.keys and run.tools.knows(call.arguments.tool, key)


def key_so_far(run: Run, at: int) -> str:
    """The key that has come, up to `at`: it is being read, or has just been."""
    rest = run.text.buffer[run.text.position : at] if run.place.state.sink == "key" else ""
    return (run.pending.key + rest).strip(BLANKS)


def lone_value(run: Run, state: State, at: int) -> int:
    """Whether the text at `at` is a string whose opener is missing: its closer follows before anything opens one.

    What is JSON by itself, up to a comma or a bracket, is none.
    """
    way, buffer, final = state.value_alone, run.text.buffer, run.text.final
    if way is None or WORD_OF_JSON(buffer, at) is not None:
        return NO
    text = run.place.machine.states[way.to]
    end = min(len(buffer), at + PROSE_MAX)
    if _has_none(run, way.to, at, end):
        return WAIT if end - at < PROSE_MAX and not final else NO
    window = buffer[at:end]
    run.work += len(window)
    closers = [edge for edge in text.edges if not edge.rank]
    found = [(place, edge) for place, edge in ((window.find(edge.literal), edge) for edge in closers) if place >= 0]
    tokens = [place for place in map(window.find, run.place.machine.special_tokens) if place >= 0]
    if not found:
        return NO
    place, edge = min(found, key=lambda one: one[0])
    if min(tokens, default=place) < place or window[:place].rstrip(BLANKS)[-1:] in OPENING:
        return NO
    return follow_verdict(run, edge.follow, at + place + len(edge.literal), edge.rank)


def _has_none(run: Run, number: int, at: int, end: int) -> bool:
    """Whether neither a delimiter that ends the text of a state nor a special token stands from `at` to `end`.

    What has been searched for that state is remembered, so that each character is looked at once.
    """
    text, machine = run.text, run.place.machine
    ends = (*machine.states[number].own_ends, *machine.special_tokens)
    known, since, until = text.no_end
    is_known = known == number and since <= text.base + at <= until
    begin = max(at, until - text.base - max(map(len, ends), default=1) + 1) if is_known else at
    run.work += max(0, end - begin) + 1
    if any(text.buffer.find(literal, begin, end) >= 0 for literal in ends):
        return False
    text.no_end = (number, since if is_known else text.base + at, max(text.base + end, until if is_known else 0))
    return True


def _may_become_key(run: Run, text: str, ends: Texts, openers: Texts) -> bool:
    """Whether more text may make a key of it."""
    call = run.open.call
    for until in ends:  # the end may have come by half
        half = next((size for size in range(len(until) - 1, 0, -1) if text.endswith(until[:size])), 0)
        if half and _key_in(run, text[: len(text) - half], openers) >= 0:
            return True
    run.work += sum(map(len, openers))
    return call is not None and any(run.tools.begins_key(call.arguments.tool, key) for key in _keys(text, openers))


def _is_evidence(run: Run, at: int, length: int) -> int:
    """Whether a key at `at` tells enough: behind a name that is no proof yet, by its end, or by a closer further on."""
    stretch = run.stretch
    if stretch is None or not stretch.is_named or stretch.trusted or length > TELLING:
        return YES
    window = run.text.buffer[at : at + PROSE_MAX]
    run.work += len(window)
    if any(closer in window for closer in run.place.machine.closers):
        return YES
    return WAIT if len(window) < PROSE_MAX and not run.text.final else NO


def lone_key_behind(run: Run, number: int, start: int) -> int:
    """Whether a value's closer that ends at `start` is meant: the key of a further parameter stands behind it."""
    state = run.place.machine.states[number]
    if state.key_alone is None:
        return NO
    behind = skip_blanks(run.text.buffer, start)
    run.work += behind - start + 1
    return lone_key(run, state, behind)[0] if behind < len(run.text.buffer) else NO


def name_before_key(run: Run, end: int) -> int:
    """Where the name ends that is read, when a key that its tool declares goes from there to `end`; -1: it does not.

    Of several names that may be meant none is.
    """
    text, tools = run.text, run.tools
    begin = skip_blanks(text.buffer, text.position)
    whole = text.buffer[begin:end].rstrip(BLANKS)
    run.work += len(whole)
    openers = run.place.state.part_openers
    found = [
        name
        for name in tools.declared.beginnings_of(whole)
        if any(tools.knows(name, key) for key in _keys(whole[len(name) :], openers))
    ]
    return begin + len(found[0]) if len(found) == 1 and not tools.has(whole) else -1


def may_be_name_and_key(run: Run, state: State, text: str) -> bool:
    """Whether a text may become a declared name, and a key of its tool without the opener, or with a piece of it."""
    if not any(edge.guard == "key" for edge in state.edges):
        return False
    tools, openers = run.tools, state.part_openers
    names = tools.declared.beginnings_of(text)
    return any(tools.begins_key(name, key) for name in names for key in _keys(text[len(name) :], openers))


def _keys(text: str, openers: Texts) -> Iterator[str]:
    """What may be the key at the end of a text that has nothing before it but a piece of an opener."""
    text = text.strip(BLANKS)
    for opener in openers or ("",):  # a comma is missing
        for begin in range(min(len(text), len(opener)) + 1):
            if text[:begin].strip(BLANKS) in opener:
                yield text[begin:].lstrip(BLANKS)
