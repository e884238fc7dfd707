"""How prose between the openers of a call is read: the model has begun a call, says what it does, and goes on with it.

In: the run in a gap inside a stretch that has no name yet, where something else stands than what the call needs. Out:
the prose is content and the openers are markup, once the call is certain; or it is no prose of this kind.

    <tool_call>Let me look.<function=ls>...     content "Let me look.", and the call
    The tag `<tool_call>` opens a call.         a sentence: no opener of a part follows before something else does

Promises: at most `PROSE_MAX` characters are looked at, each once; if no call comes of the stretch, all of it is text.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.core.edges import blanks_from, find_edge
from toolgram.runtime.core.evidence import outer_openers
from toolgram.runtime.core.output import REASONING
from toolgram.runtime.core.run import Run, Stretch
from toolgram.runtime.core.verdicts import NO, WAIT, YES
from toolgram.runtime.tables.limits import JUNK_MAX, PROSE_MAX, TELLING
from toolgram.runtime.tables.search import match_on_demand
from toolgram.runtime.tables.states import Edge, State

QUOTES = "`'\""  # right behind an opener they show that it is quoted
BRACKETS = "{["
# Three words, or eight letters of a script that has no blanks between words; and the beginning of that.
IS_PROSE = match_on_demand(r"[^\W_][\w'\u2019-]*(?:[,.:;!?]?\s+[^\W_][\w'\u2019-]*){2}|[^\W\d_A-Za-z]{8}")
MAY_BE_PROSE = match_on_demand(r"[^\W_][\w\s,.:;!?'\u2019-]*\Z")


def prose_verdict(run: Run, at: int) -> int:
    """Whether prose stands at `at` between the calls of a section: YES, NO or WAIT."""
    if not run.text.buffer[at : at + 1].isalnum():
        return NO  # as most junk begins
    window = run.text.buffer[at : at + JUNK_MAX]
    run.work += len(window)
    if IS_PROSE(window) is not None:
        return YES
    may_be = len(window) < JUNK_MAX and not run.text.final and MAY_BE_PROSE(window) is not None
    return WAIT if may_be else NO


def step_prose(run: Run, stretch: Stretch, state: State, at: int) -> Optional[bool]:
    """True when prose was read at `at`, False when more text decides, None when none stands there."""
    if not _may_stand(run, stretch, state, at):
        return None
    buffer, base = run.text.buffer, run.text.base
    end = min(len(buffer), at + PROSE_MAX)
    looked = max(at, stretch.looked - base)
    while True:
        found = state.search(buffer, looked, end)
        place = end if found is None else found.start()
        run.work += place - looked + 1
        if _other_opener(run, looked, place):
            return None
        stretch.looked = base + place
        if found is None:
            return False if end - at < PROSE_MAX and not run.text.final else None
        verdict, edge = find_edge(run, state, place)
        if verdict == WAIT:
            return False
        if edge is not None:
            return _read(run, stretch, at, place) if _opens_part(run, edge) else None
        looked = place + 1


def _may_stand(run: Run, stretch: Stretch, state: State, at: int) -> bool:
    """Whether the call was begun as one is: by a token whose id is known, or where a line or the answer begins.

    In a line, a sentence about an opener goes on behind it with a blank, a quote or a comma; prose stands close to it.
    """
    if run.pending.name or stretch.prose_from is not None or run.is_all_or_nothing:
        return False
    if stretch.place.state.region != "message":  # it began in a section
        return False
    if state.vouched:  # behind a word of a header
        return False
    text = run.text
    blanks, first = text.buffer[text.position : at], text.buffer[at : at + 1]
    if stretch.is_set_off or stretch.is_vouched:
        return first not in QUOTES
    return "\n" in blanks or (not blanks and first.isalnum())


def _other_opener(run: Run, begin: int, end: int) -> bool:
    """Whether something of its own begins in the text: what stands before that is no part of the call."""
    buffer = run.text.buffer
    if run.place.machine.content is None:
        return True
    run.work += end - begin
    places = ((opener, max(begin - len(opener), run.text.position)) for opener in outer_openers(run.place.machine))
    return any(buffer.find(opener, place, end) >= 0 for opener, place in places)


def _opens_part(run: Run, edge: Edge) -> bool:
    tells = len(edge.literal) >= TELLING or edge.literal in BRACKETS
    return tells and not edge.rank and run.place.machine.states[edge.to].region in ("section", "call")


def _read(run: Run, stretch: Stretch, at: int, end: int) -> bool:
    text = run.text
    stretch.prose_from = text.base + at
    last = blanks_from(text.buffer, at, end, "any")
    run.consume("blanks", at)
    is_reasoning = stretch.place.state.sink == "reasoning"
    if is_reasoning:
        run.output.write(REASONING, text.buffer[at:last])
    else:
        run.output.content(text.buffer[at:last])
        run.output.boundary(text.buffer[last:end])
    run.consume("reasoning" if is_reasoning else "content", last)
    run.consume("blanks", end)
    return True
