"""What can be a name, a key or a source: the evidence that a short text gives for a call.

In: the run and the text. Out: whether it can be one.

Promises: a call's name is one where a special token stands beside it, or where the request declares it (docs/rules.md,
rule 4); a text of which no beginning can be a name is known at its first character that shows it.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, Tuple

from toolgram.runtime.core.cited_text import is_source
from toolgram.runtime.core.left_out import may_be_name_and_key
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import BLANK_SET, NO, NO_BLANK, NO_WORD, QUIET_MAX, WAIT, YES, starts_any
from toolgram.runtime.schema.tools import NAMESPACE, ToolSet
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, NAME_MAX
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.search import NAME_CHARACTERS
from toolgram.runtime.tables.states import State

WITH_NAMESPACES = re.compile(r"[\w.\-:/@]+").match
NAME_KINDS = ("text", "word")  # of states that read a name as it is, and not as a string
HELD_SINKS = ("name", "source")  # held whole, for they may turn out to be text


def well_shaped(name: str) -> bool:
    """Whether a text can be the name of a function that the request does not declare."""
    return 0 < len(name) <= NAME_MAX and not any(c.isspace() or c in "<>\"'`{}()[],;=|" for c in name)


def _key_shaped(key: str) -> bool:
    """Whether a text can be the key of an argument that the tool does not declare."""
    return len(key) <= NAME_MAX and not any(c.isspace() or c in "<>\"'`" for c in key)


def is_held(run: Run, state: State) -> bool:
    """Whether a short text is read as a whole: what it is, or the key that is to show that a call goes on."""
    return state.sink in HELD_SINKS or (state.sink == "key" and run.stretch is not None)


def may_be(run: Run, state: State, text: str) -> bool:
    """Whether a name, the source of a citation, or a call's first key that begins with `text` could be accepted."""
    if state.sink == "source":
        return is_source(text)
    text = text.strip(BLANKS)
    if state.sink == "key":
        call = run.open.call
        return not text or _key_shaped(text) or (call is not None and run.tools.begins_key(call.arguments.tool, text))
    if len(text) > NAME_MAX:
        return False
    if not text or run.tools.is_prefix(text) or (_is_marked(run) and well_shaped(text)):
        return True
    return may_be_name_and_key(run, state, text)


def wait_for_word(run: Run, state: State) -> None:
    """A name or a key may go on with a word: nothing but its end decides, if more than a bracket stands before it."""
    text = run.text
    held = len(text.buffer) - text.position
    if state.has_words or run.draft is not None or text.final or run.tools.has_unusual:
        return
    if NO_WORD(text.buffer, text.position) is None and (state.sink == "key" or _is_marked(run)):
        text.wait_for_end(min(QUIET_MAX, NAME_MAX - held), NO_WORD)


def wait_for_part(run: Run, state: State, blanks: int) -> None:
    """In a gap, behind so many blanks: more of them may come, or, where nothing but a word comes next, some of it."""
    word = run.place.machine.states[state.thens[0].to] if len(state.thens) == 1 and not blanks else None
    if word is not None and word.kind == "text" and word.sink in ("key", "name") and not state.has_words:
        wait_for_word(run, word)
    elif state.blanks == "any" and run.draft is None and BLANK_SET.isdisjoint(state.by_first):
        run.text.wait_for_end(min(QUIET_MAX, BLANKS_MAX - blanks), NO_BLANK)


def accepts(run: Run, name: str) -> bool:
    """Whether a name is that of a call. With `unknown_tools = "content"` only a declared name counts.

    A declared name with a namespace around it is one where more than a bracket, or the key of a JSON member, says so.
    Behind prose, in which a word may stand behind a bracket as well, only a declared name counts.
    """
    if len(name) > NAME_MAX:
        return False
    tools, stretch = run.tools, run.stretch
    is_free = stretch is None or stretch.prose_from is None
    if tools.has(tools.single(name)) or (is_free and _takes_any(run) and well_shaped(name)):
        return True
    return (run.place.state.kind == "string" or _is_marked(run)) and tools.means(name)


def named_tool(run: Run) -> str:
    """The tool that the name means; where it means none, the one whose name stands in the id around it."""
    tools, pending = run.tools, run.pending
    name = tools.resolve(pending.name)
    if tools.has(name):
        return name
    inside = tools.resolve(pending.id.strip(BLANKS))  # in other separators than the format's
    return inside if tools.has(inside) else name


def declared_at(run: Run, start: int) -> Tuple[int, int]:
    """(YES, its end) when a declared name that the class `NAME` does not hold stands at `start` of the buffer.

    The longest counts; (WAIT, ...): more text decides.
    """
    buffer, final = run.text.buffer, run.text.final
    text = buffer[start : start + NAME_MAX]
    run.work += 1
    if start + len(text) == len(buffer) and not final and run.tools.unusual.any_goes_on_from(text):
        return WAIT, len(buffer)
    for name in run.tools.unusual.beginnings_of(text):
        end = start + len(name)
        run.work += 1
        if end == len(buffer) and not final:
            return WAIT, end
        behind = NAME_CHARACTERS(buffer, end, end + 1)
        if behind is None or behind.end() == end:
            return YES, end
    return NO, start


def unread_names(machine: PreparedMachine, tools: ToolSet) -> Dict[str, str]:
    """Return the declared names that this format cannot carry, each with the reason."""
    found = dict(tools.unread)
    literals = sorted(set(_before_names(machine))) if tools.has_unusual else []
    for literal in reversed(literals):
        for name in tools.unusual.beginnings_of(literal):
            found[name] = f"the format reads it as the beginning of {literal!r}"
    return found


def _before_names(machine: PreparedMachine) -> Iterator[str]:
    """The delimiters that may stand where a name may begin. The tables are asked, so that no state is made of them."""
    tables = machine.states.tables
    for table in tables:
        targets = (tables[move["to"]] for move in table.get("moves", ()))
        if any(target.get("sink") == "name" and target["kind"] in NAME_KINDS for target in targets):
            yield from (edge["literal"] for edge in table.get("edges", ()))


def end_of_name(run: Run, state: State, end: int) -> Tuple[int, int]:
    """Where a name ends whose first part, in the class `NAME`, ends at `end`: behind namespaces and what is declared.

    (WAIT, how far was looked) while more of it may come.
    """
    text = run.text
    buffer = text.buffer
    verdict, declared = declared_at(run, text.position) if run.tools.has_unusual else (NO, text.position)
    if verdict == WAIT:
        return WAIT, end
    assert state.done is not None
    follow = run.place.machine.states[state.done.to].by_first
    while end < len(buffer) and buffer[end] in ":/@" and buffer[end] not in follow and _is_marked(run):
        part = NAME_CHARACTERS(buffer, end + 1)
        behind = end + 1 if part is None else part.end()
        run.work += behind - end
        if behind == len(buffer) and not text.final:
            return WAIT, end
        if behind == end + 1:
            break
        end = behind
    if end < len(buffer) and buffer[end] in follow:
        verdict, end = end_before(run, buffer[end], end)
    if verdict != WAIT and declared <= end:
        verdict, end = _without_glued(run, state, end)
    return verdict if verdict == WAIT else YES, max(end, declared)


def _without_glued(run: Run, state: State, end: int) -> Tuple[int, int]:
    """Where a name ends that has a delimiter of letters close behind it: `bashjson<|message|>`, for a tool `bash`."""
    text, tools = run.text, run.tools
    assert state.done is not None
    for edge in run.place.machine.states[state.done.to].edges:
        letters = NAME_CHARACTERS(edge.literal)
        size = 0 if letters is None or edge.rank else letters.end()
        at = end - size
        name = text.buffer[text.position : at]
        run.work += size
        if not size or text.buffer[at:end] != edge.literal[:size] or not tools.has(name):
            continue
        if not tools.has(text.buffer[text.position : end]):
            verdict, _ = starts_any(text.buffer, at, (edge.literal,))
            if verdict == YES or (verdict == WAIT and not text.final):
                return verdict, at if verdict == YES else end
    return YES, end


def end_before(run: Run, literal: str, at: int) -> Tuple[int, int]:
    """Where a name ends that the delimiter at `at` would end, when it is one that namespaces are written with.

    `google:mcp:exec:0`, read up to a colon, ends before the last colon if `exec` is declared and `google` is not.
    """
    text = run.text
    start = text.position
    if literal not in NAMESPACE or not _is_marked(run) or run.tools.has(text.buffer[start:at].strip(BLANKS)):
        return YES, at
    found = WITH_NAMESPACES(text.buffer, start, start + NAME_MAX)
    end = at if found is None else found.end()
    run.work += max(0, end - start)
    if end == len(text.buffer) and end - start < NAME_MAX and not text.final:
        return WAIT, at
    ends = (behind - start for behind in _places_before(run, literal, at, end))
    meant = run.tools.first_that_means(text.buffer[start:end], ends)
    return YES, at if meant is None else start + meant


def _places_before(run: Run, literal: str, at: int, end: int) -> Iterator[int]:
    """Yield where a delimiter stands between two places, the last first."""
    behind = run.text.buffer.rfind(literal, at, end)
    while behind > at:
        run.work += NAME_MAX
        yield behind
        behind = run.text.buffer.rfind(literal, at, behind)


def _is_trusted(run: Run) -> bool:
    """Whether a special token stands beside the name that is read."""
    return run.stretch is None or run.stretch.trusted or run.place.state.vouched


def _is_marked(run: Run) -> bool:
    """Whether more than a bracket stands before the name that is read."""
    return _is_trusted(run) or (run.stretch is not None and run.stretch.tells)


def _takes_any(run: Run) -> bool:
    return run.stretch is None or (_is_trusted(run) and run.place.machine.takes_unknown)
