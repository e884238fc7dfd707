"""How values that end by themselves are read: JSON and Python, by a scanner.

In: the parser in a state of kind `scan`. Out: canonical JSON in the arguments.

Promises: a delimiter is looked for only where the value cannot go on, never inside its strings.
"""

from __future__ import annotations

from toolgram.runtime.core.edges import find_edge
from toolgram.runtime.core.evidence import announce, ends_as_call, is_in_object, skips_junk
from toolgram.runtime.core.moves import step_to, take
from toolgram.runtime.core.reasons import JUNK, NO_CALL, NO_EVIDENCE
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.sinks import begin_scan, close_scan, end_scan, sink_scan
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.verdicts import NO, NO_BLANK, QUIET_MAX, WAIT, YES, skip_blanks
from toolgram.runtime.tables.states import State


def step_scan(run: Run, state: State) -> bool:
    """Read one JSON or Python value; its own structure says where it ends."""
    scanner, whole = run.open.scanner, None
    if scanner is None:
        start = skip_blanks(run.text.buffer, run.text.position, len(run.text.buffer))
        run.consume("blanks", start)
        if start == len(run.text.buffer):
            run.text.wait_for_end(QUIET_MAX, NO_BLANK)
            return False
        verdict, edge = find_edge(run, state, start)
        if verdict == WAIT:
            return False
        if edge is not None:
            end_scan(run, state)
            take(run, edge, start)
            return True
        verdict = _begin_verdict(run, state, start)
        if verdict != YES:
            if verdict == NO:
                give_back(run, start, NO_EVIDENCE)
            return verdict == NO
        scanner = begin_scan(run, state)
        whole = scanner.read_whole(run.text.buffer, start, run.text.final)
    before = run.text.position
    text, position = whole or run.open.scanned or scanner.feed(run.text.buffer, before, run.text.final)
    run.open.scanned = None
    run.work += position - before + 1
    sink_scan(run, state, text, position)
    if scanner.done:
        return _end_value(run, state)
    if scanner.stuck:
        return _stuck(run, state, position)
    if run.draft is None:
        run.text.wait_for_end(scanner.room)
    return False


def _begin_verdict(run: Run, state: State, at: int) -> int:
    """Whether a value may begin at `at`: behind a name that is no proof yet a string must hold an object.

    A list is none, and what is quoted in one that never ends would be read as its text.
    """
    buffer = run.text.buffer
    is_mentioned = run.stretch is not None and run.stretch.is_named and state.sink == "arguments"
    if is_mentioned and buffer[at] == "[":
        return YES if is_in_object(run) else NO
    if not is_mentioned or buffer[at] not in "\"'":
        return YES
    behind = skip_blanks(buffer, at + 1)
    if behind == len(buffer):
        return NO if run.text.final else WAIT
    return YES if buffer[behind] == "{" else NO


def _end_value(run: Run, state: State) -> bool:
    assert state.done is not None
    wrong = run.open.scanner is not None and run.open.scanner.wrong
    stretch = run.stretch
    if stretch is not None and (wrong or (stretch.is_named and state.sink == "arguments")):
        if not ends_as_call(run, stretch):
            give_back(run, run.text.position, NO_EVIDENCE)
            return True
        announce(run)
    end_scan(run, state)
    step_to(run, state.done)
    return True


def _stuck(run: Run, state: State, at: int) -> bool:
    """The value cannot go on here: a delimiter ends it, or the character is junk."""
    verdict, edge = find_edge(run, state, at)
    if verdict == WAIT:
        return False
    if edge is not None:
        close_scan(run, state)
        take(run, edge, at)
        return True
    if run.open.scanner is not None and run.open.scanner.is_in_string:
        run.open.scanner.pass_over()
        return True
    if run.stretch is not None and not skips_junk(run, at):
        give_back(run, at, NO_CALL)
        return True
    if run.open.scanner is not None:
        end = run.open.scanner.skip(run.text.buffer, at)
        if run.open.call is not None:
            run.open.call.arguments.skip_in_value(run.text.buffer[at:end])
        run.skip(JUNK, end)
    return True
