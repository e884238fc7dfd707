"""How a JSON object is read whose keys mean something, and the short strings in it.

In: the parser in a state of kind `members` or `string`. Out: the state that a key leads to; a name or an id.

Promises: keys come in any order; an unknown one is skipped with its value, or shows that this is no call; short
strings are held whole, so that they can be given back.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.behind import end_verdict
from toolgram.runtime.core.evidence import announce, skips_junk
from toolgram.runtime.core.moves import enter, step_to, take_edge
from toolgram.runtime.core.reasons import NO_CALL, NO_EVIDENCE, NO_MEMBER
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.short_string import ShortString
from toolgram.runtime.core.sinks import sink_short
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.verdicts import NO, NO_BLANK, QUIET_MAX, WAIT, YES, bare_key_end, skip_blanks, starts_any
from toolgram.runtime.tables.limits import BLANKS, SPELLED_BLANKS, STRING_MAX
from toolgram.runtime.tables.states import Move, State

NULLS = ("null", "None")


def step_string(run: Run, state: State) -> bool:
    """Read a short JSON string (a name, an id) in place, so that it can be given back whole."""
    buffer = run.text.buffer
    at = skip_blanks(buffer, run.text.position, len(buffer))
    run.consume("blanks", at)
    if at == len(buffer):
        run.text.wait_for_end(QUIET_MAX, NO_BLANK)
        return False
    string = _short_string(run, at)
    text, end = string.text, string.end
    if string.done:
        if not sink_short(run, state, text, at + end):
            return True
        assert state.done is not None
        step_to(run, state.done)
        return True
    if not string.wrong and len(buffer) - at < STRING_MAX:
        return False
    if run.stretch is not None:
        give_back(run, at, NO_CALL)
        return True
    enter(run, state.scan_instead)
    return True


def _short_string(run: Run, at: int) -> ShortString:
    """Read on in the string that begins at `at` of the buffer."""
    string = run.pending.string
    if string is None or string.at != run.text.base + at:
        string = run.pending.string = ShortString(run.text.base + at)
    known, buffer = string.end, run.text.buffer
    string.read(buffer, at, min(len(buffer), at + STRING_MAX))
    run.work += string.end - known + 1
    if string.is_plain and run.draft is None:
        run.text.wait_for_end(STRING_MAX - string.end)
    return string


def step_members(run: Run, state: State) -> bool:
    """Inside a JSON object whose keys mean something: read a key, go where it leads."""
    buffer = run.text.buffer
    at = run.text.position
    while at < len(buffer) and (buffer[at] in BLANKS or buffer[at] == "," or buffer.startswith(SPELLED_BLANKS, at)):
        at += 2 if buffer[at] == "\\" else 1
    run.work += at - run.text.position + 1
    run.consume("markup", at)
    left = len(buffer) - at
    if not left:
        run.text.wait_for_end(QUIET_MAX, NO_BLANK)
        return False
    if left == 1 and buffer[at] == "\\" and not run.text.final:
        return False
    if buffer[at] == "}":
        assert state.done is not None
        if run.stretch is not None and run.stretch.is_named:
            has_junk = run.stretch.junk_from is not None
            verdict = NO if has_junk else end_verdict(run, state.done.to, at + 1)
            if verdict == WAIT:
                return False
            if verdict == NO:
                give_back(run, at, NO_EVIDENCE)
                return True
            announce(run)
        run.consume("markup", at + 1)
        step_to(run, state.done)
        return True
    taken = take_edge(run, state, at)
    return _member(run, state, at) if taken is None else taken


def _member(run: Run, state: State, at: int) -> bool:
    """Read `"key" :` and follow it; an unknown key's value is skipped, or shows that this is no call."""
    verdict, key, end = (NO, "", at + 1) if _is_known_text(run, at) else _read_key(run, at)
    if verdict == WAIT:
        return False
    step = _step_of(run, state, key) if verdict == YES else None
    if step is None:
        if not skips_junk(run, at):
            _note_text(run, at, end)
            give_back(run, at, NO_CALL)
            return True
        if run.open.call is not None:
            run.open.call.arguments.saw_junk = True
        end = max(at + 1, end)
        _miss_behind(run, run.text.buffer[at:end])
        run.skip(NO_MEMBER, end)
        return True
    verdict, behind = _end_of_null(run, step, end)
    if verdict == WAIT:
        return False
    run.consume("key", behind if verdict == YES else end)
    if verdict == NO:
        run.pending.key = key
        step_to(run, step)
    return True


def _end_of_null(run: Run, step: Move, at: int) -> Tuple[int, int]:
    """(YES, index behind it) where a member that holds something in brackets is `null`: it has nothing to say."""
    target = run.place.machine.states[step.to]
    if target.kind != "gap" or target.thens or not target.edges:
        return NO, at
    begin = skip_blanks(run.text.buffer, at)
    verdict, length = starts_any(run.text.buffer, begin, NULLS)
    return (NO if verdict == WAIT and run.text.final else verdict), begin + length


# Note [a key is looked for once]
# A quote at the beginning of an object begins a key of up to `STRING_MAX` characters. If it is none, the object is text
# again, and so is the next quote in that text, which may stand in an object, too. A string that begins there ends where
# the first one ends. So it is no key either, and is not read a second time: else `;{'` again and again would cost
# `STRING_MAX` looks for every quote. Where the first one has no end within `STRING_MAX`, the others there have none.


def _note_text(run: Run, at: int, end: int) -> None:
    """What was read from `at` on is no key, up to `end`: Note [a key is looked for once]."""
    quote = run.text.buffer[at]
    if quote in "\"'" and not _is_known_text(run, at):
        run.text.no_key = (quote, run.text.base + end)


def _is_known_text(run: Run, at: int) -> bool:
    """Whether a quote at `at` stands in what was no key."""
    quote, end = run.text.no_key
    return run.text.buffer[at] == quote and run.text.base + at < end


def _miss_behind(run: Run, junk: str) -> None:
    """Junk is skipped: behind the arguments it may be a part of them."""
    call = run.open.call
    if call is not None and call.arguments.is_copied and any(map(str.isalnum, junk)):
        call.arguments.is_wrong = True


def _step_of(run: Run, state: State, key: str) -> Optional[Move]:
    """Where a key leads; None: it shows that this is no call."""
    step, stretch = state.keys.get(key), run.stretch
    if step is not None:
        return step
    trusted = stretch is None or stretch.trusted or stretch.is_named
    marked = trusted or (stretch is not None and stretch.tells)
    if marked and state.loose is not None and _may_be_argument(run, key):
        return state.loose
    return state.keys.get("*", state.any_key if trusted else None)


def _may_be_argument(run: Run, key: str) -> bool:
    """Whether a member beside the name is an argument that the tool declares, or may be one while no name has come."""
    call, tools = run.open.call, run.tools
    if call is None or call.arguments.is_copied or call.arguments.is_wrong:
        return False  # the member that should hold them has come
    tool = call.arguments.tool
    if not tool:
        return tools.any_knows(key)
    if tools.knows(tool, key):
        announce(run)
        return True
    return False


def _read_key(run: Run, at: int) -> Tuple[int, str, int]:
    """(YES, key, index behind its colon), (WAIT, ...), or (NO, "", index behind what is no key)."""
    buffer = run.text.buffer
    most = at + STRING_MAX
    last = min(most, len(buffer))
    if buffer[at] in "\"'":
        string = _short_string(run, at)
        key, end = string.text, at + string.end
        if not string.done:
            return (NO if run.text.final or last == most else WAIT), "", last
    else:
        start = max(at, run.text.looked)
        end = bare_key_end(buffer, start, last)
        key = buffer[at:end]
        run.text.looked = end
        run.work += end - start
    run.work += 1
    colon = skip_blanks(buffer, end)
    if colon == len(buffer) and not run.text.final:
        return WAIT, "", at
    return (YES, key, colon + 1) if key and buffer.startswith(":", colon) else (NO, "", end)
