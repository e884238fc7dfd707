"""How the places between the parts are read: delimiters, and what does not belong there.

In: the run in a state of kind `gap`. Out: the next state; junk skipped, given back, or left to the text behind.

Promises: inside a call junk costs nothing but itself (docs/rules.md, rule 5); what was only a guess is given back.
"""

from __future__ import annotations

import re
from typing import Optional

from toolgram.runtime.core.edges import has_token
from toolgram.runtime.core.evidence import skips_junk
from toolgram.runtime.core.header_words import word_verdict
from toolgram.runtime.core.left_out import lone_key, lone_value
from toolgram.runtime.core.moves import enter, step_to, take_edge, take_edge_in_blanks
from toolgram.runtime.core.names import NAME_KINDS, declared_at
from toolgram.runtime.core.openerless import section_call_verdict
from toolgram.runtime.core.reasons import ALL_OR_NOTHING, JUNK, NO_CALL, NO_EVIDENCE
from toolgram.runtime.core.repairs import MISSING_OPENER, note_repair
from toolgram.runtime.core.run import SKIPS_PIECE, SKIPS_REST, SKIPS_WORD, Run, Stretch
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.verdicts import BLANK_SET, NO, WAIT, YES, skip_blanks
from toolgram.runtime.steps.behind_calls import leave_call
from toolgram.runtime.steps.prose import step_prose
from toolgram.runtime.tables.limits import BLANKS_MAX, TELLING
from toolgram.runtime.tables.states import MESSAGE_SINKS, Move, State

JUNK_WORD = re.compile(r"[\w.\-]+")


def step_gap(run: Run, state: State) -> bool:
    """Expect one of the edges; else go on without reading, or deal with what does not belong there."""
    buffer, start = run.text.buffer, run.text.position
    if run.open.skipping:
        return _skip(run, state)
    bounded = bool(state.thens) or run.stretch is not None or state.leave is not None
    at = start if buffer[start : start + 1] not in BLANK_SET else _gap_blanks(run, state, start, bounded)
    if at < 0:
        return False
    taken = take_edge_in_blanks(run, state, start, at, keeps=bounded) if state.begins_blank else None
    if taken is not None:
        return taken
    if not bounded:
        run.consume("blanks", at)  # whether more has come or not: what is held does not depend on that
    if at == len(buffer):  # also behind as many blanks as there may be: the next character says whether there are more
        if run.text.final and not state.keep_blanks:
            run.consume("blanks", at)
        return run.text.final and _at_end(run, state)
    if run.tools.has_unusual and buffer[at] in state.by_first:
        verdict = _named_here(run, state, at)
        if verdict != NO:
            return verdict == YES and _go_on(run, state, at)
    taken = take_edge(run, state, at)
    return _go_on(run, state, at) if taken is None else taken


def _named_here(run: Run, state: State, at: int) -> int:
    """Whether a declared name stands where a delimiter begins: `{x}`, where an object may be the call as well."""
    if not _begins_name(run, state):
        return NO
    verdict, end = declared_at(run, at)
    name = run.text.buffer[at:end]
    begins = any(edge.literal.startswith(name) for edge in state.by_first[run.text.buffer[at]])
    return NO if verdict == YES and begins else verdict


def _begins_name(run: Run, state: State) -> bool:
    """Whether the name of a call may begin in a state."""
    targets = (run.place.machine.states[step.to] for step in state.thens)
    return any(target.sink == "name" and target.kind in NAME_KINDS for target in targets)


def _end_of_junk(run: Run, state: State, at: int) -> int:
    """The next place from `at` on where a delimiter or a name may begin; -1 if there is none."""
    found = state.search(run.text.buffer, at)
    end = found.start() if found is not None else len(run.text.buffer)
    begin = run.tools.unusual_begin
    other = begin(run.text.buffer, at, end) if begin is not None and _begins_name(run, state) else None
    return other.start() if other is not None else end if found is not None else -1


def _skip_word(run: Run) -> bool:
    """Skip the rest of a word that cannot be a name, and at least one character."""
    buffer, start = run.text.buffer, run.text.position
    if start == len(buffer) and not run.text.final:
        return False
    found = JUNK_WORD.match(buffer, start)
    least = 1 if run.open.skipping == SKIPS_WORD else 0
    end = found.end() if found is not None else min(start + least, len(buffer))
    run.work += end - start + 1
    run.skip(JUNK, end)
    goes_on = found is not None and end == len(buffer) and not run.text.final
    run.open.skipping = SKIPS_REST if goes_on else ""
    return not goes_on


def _at_end(run: Run, state: State) -> bool:
    """At the end of the stream blanks that a text may begin with are that text."""
    for step in state.thens if run.text.position < len(run.text.buffer) else ():
        behind = run.place.machine.states[step.to]
        if behind.kind != "scan" and behind.sink in MESSAGE_SINKS:
            step_to(run, step)
            return True
    return False


def _gap_blanks(run: Run, state: State, start: int, bounded: bool) -> int:
    """Skip the blanks that are markup here; -1 when a line end may still be coming."""
    buffer = run.text.buffer
    if state.blanks == "none":
        return start
    if state.blanks == "any":
        known = run.text.looked  # up to here they have been seen to be blanks
        most = start + BLANKS_MAX - known if bounded else len(buffer)
        at = run.text.looked = skip_blanks(buffer, known, most)
        run.work += at - known
        return at
    if buffer.startswith(("\n", "\r\n"), start):
        return start + (1 if buffer[start] == "\n" else 2)
    return -1 if start == len(buffer) - 1 and buffer[start] == "\r" and not run.text.final else start


def _go_on(run: Run, state: State, at: int) -> bool:
    """No edge stands here: enter what follows without reading, leave the call, give back, or skip junk."""
    buffer = run.text.buffer
    goes_on = _without_opener(run, state, at) if state.call_alone is None else _call_without_opener(run, state, at)
    if goes_on is not None:
        return goes_on
    if run.stretch is None and state.leave is not None:
        goes_on = leave_call(run, state, at)
        if goes_on is not None:
            return goes_on
    for step in state.thens:
        verdict = _may_begin(run, step, at)
        if verdict == WAIT:
            return False
        if verdict == YES:
            if not state.keep_blanks:
                run.consume("blanks", at)
            step_to(run, step)
            return True
    if run.stretch is not None:
        goes_on = _go_on_undecided(run, run.stretch, state, at)
        if goes_on is not None:
            return goes_on
    if state.number == run.place.machine.start and run.place.machine.content is not None:
        if not state.keep_blanks:
            run.consume("blanks", at)
        enter(run, run.place.machine.content)  # a reply that begins as none should is text
        return True
    _note_junk(run, state, at)
    if state.quoted_junk and buffer[at : at + 1] in ("'", '"'):
        run.skip(JUNK, at + 1)
        run.open.skipping = buffer[at]
        return True
    end = _end_of_junk(run, state, at + 1)
    run.skip(JUNK, end if end >= 0 else len(buffer))
    if end < 0 and state.leave is not None:
        run.open.skipping = SKIPS_PIECE
    return True


def _skip(run: Run, state: State) -> bool:
    """Skip more of the junk that is being skipped."""
    if run.open.skipping == SKIPS_PIECE:
        return _skip_piece(run, state)
    return _skip_word(run) if run.open.skipping in (SKIPS_WORD, SKIPS_REST) else _skip_quoted(run)


def _skip_piece(run: Run, state: State) -> bool:
    """Skip the rest of a piece of a call that went wrong, up to where a delimiter may begin."""
    found = _end_of_junk(run, state, run.text.position)
    end = found if found >= 0 else len(run.text.buffer)
    run.work += end - run.text.position + 1
    run.skip(JUNK, end)
    run.open.skipping = SKIPS_PIECE if found < 0 else ""
    return found >= 0


def _go_on_undecided(run: Run, stretch: Stretch, state: State, at: int) -> Optional[bool]:
    """The same inside a stretch: a word of a header, prose, or no call at all; None: junk to be skipped."""
    if run.text.final and _is_cut_off(run, state, at):
        stretch.is_cut_off = True
        return False  # the text ended in the markup of a call: nothing is lost with it
    if state.header and stretch.trusted and (at == run.text.position or state.region == "call"):
        verdict, end = word_verdict(run, state, at, least=1)
        if verdict != NO:
            run.skip(JUNK, end if verdict == YES else run.text.position)
            return verdict == YES
    prose = step_prose(run, stretch, state, at)
    if prose is not None:
        return prose
    if skips_junk(run, at):
        return None
    give_back(run, at, NO_EVIDENCE if stretch.is_named else NO_CALL)
    return True


def _call_without_opener(run: Run, state: State, at: int) -> Optional[bool]:
    """Go on with a call in a section without its opener: False where more text decides, None where there is none."""
    verdict = section_call_verdict(run, state, at)
    if verdict == NO or state.call_alone is None or (run.open.call is not None and run.pending.name):
        return None
    if verdict == YES:
        run.consume("blanks", at)
        if run.stretch is not None:
            run.stretch.lacks_opener = True
        note_repair(run, MISSING_OPENER)
        step_to(run, state.call_alone)
    return verdict == YES


def _without_opener(run: Run, state: State, at: int) -> Optional[bool]:
    """Go on with a key, or a value, without its opener: False where more text decides, None where there is none."""
    call = run.open.call
    if call is None or at == len(run.text.buffer) or call.arguments.parameter.skipped:
        return None
    step = state.value_alone
    if step is not None and state.thens:
        verdict = lone_value(run, state, at)
        if verdict != YES:
            return False if verdict == WAIT else None
    if state.key_alone is not None:
        verdict, begin = lone_key(run, state, at)
        if verdict != NO:
            step = state.key_alone if verdict == YES else None
            if step is None:
                return False
            at = begin
    if step is None:
        return None
    if run.is_all_or_nothing:
        give_back(run, at, ALL_OR_NOTHING)
        return True
    if run.stretch is not None:
        run.stretch.lacks_opener = True
    note_repair(run, MISSING_OPENER)
    run.consume("markup", at)
    step_to(run, step)
    call.arguments.parameter.is_alone = step is state.key_alone
    return True


def _note_junk(run: Run, state: State, at: int) -> None:
    """Junk stands at `at` inside a call: what it says of the arguments."""
    call = run.open.call
    if call is None:
        return
    if state.expects:
        call.arguments.saw_junk = True
    call.arguments.parameter.skipped = True
    edges = [edge for edge in state.edges if not edge.rank]
    if edges and call.arguments.parameter.is_bare and all(len(edge.literal) < TELLING for edge in edges):
        call.arguments.is_wrong = True  # where commas and brackets are all there is, junk is a part that went wrong
    call.arguments.miss_value(run.pending.key)
    run.pending.key = ""
    if run.text.final:
        rest = run.text.buffer[at:]
        edges = [edge for edge in state.by_first.get(rest[0], ()) if edge.does("open_parameter", "open_arguments")]
        cuts = (edge.literal.startswith(rest) or rest.startswith(edge.literal) for edge in edges)
        run.open.is_cut = run.open.is_cut or any(cuts)


def _is_cut_off(run: Run, state: State, at: int) -> bool:
    """Whether the stream ended in a delimiter that could stand here, behind a special token or with one in it."""
    assert run.stretch is not None
    rest = run.text.buffer[at:]
    edges = [
        edge for edge in state.by_first.get(rest[:1], ()) if edge.literal.startswith(rest) and edge.literal != rest
    ]
    return any(run.stretch.trusted or run.stretch.is_named or has_token(run, edge, at) for edge in edges)


def _may_begin(run: Run, step: Move, at: int) -> int:
    """Whether what a step leads to can begin at `at`: YES, NO or WAIT."""
    target = run.place.machine.states[step.to]
    charset = target.charset
    character = run.text.buffer[at]
    if charset is not None:
        matched = charset(character)
        if (character == "_" or character.isalnum()) and matched is not None and matched.end() > 0:
            return YES
        return declared_at(run, at)[0] if target.sink == "name" else NO
    return YES if step.first is None or character in step.first else NO


def _skip_quoted(run: Run) -> bool:
    """Skip junk that stands in quotes whole, so that nothing is made of what it quotes."""
    end = run.text.buffer.find(run.open.skipping, run.text.position)
    run.work += 1
    if end < 0:
        run.work += len(run.text.buffer) - run.text.position
        run.skip(JUNK, len(run.text.buffer))
        return False
    run.skip(JUNK, end + 1)
    run.open.skipping = ""
    return True
