"""The moves of a machine: an edge is taken, a move that reads nothing is made, a state is entered, a call ends.

In: the run, and what was found at its place. Out: the run in the next state, the actions of the way done.

Promises: an action that gives text back ends the move, and nothing that stood behind it happens; back at message level
a stretch of text that might have been a call is settled, but for `[]`, which may still be nothing.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.actions import ACTIONS, end_call
from toolgram.runtime.core.drafts import begin_draft, reject_draft
from toolgram.runtime.core.edges import find_edge, wait_for
from toolgram.runtime.core.evidence import goes_on
from toolgram.runtime.core.losses import miss_delimiters
from toolgram.runtime.core.reasons import ALL_OR_NOTHING, NO_CALL, NO_EVIDENCE, QUOTED, THOUGHTS_GO_ON
from toolgram.runtime.core.repairs import note_missing
from toolgram.runtime.core.run import Run, Stretch
from toolgram.runtime.core.stray_guards import draft_verdict
from toolgram.runtime.core.tentative import begin_stretch, end_stretch, give_back, keeps_tag
from toolgram.runtime.core.verdicts import WAIT, YES
from toolgram.runtime.core.whole_call import read_whole_call
from toolgram.runtime.tables.limits import TELLING
from toolgram.runtime.tables.states import Edge, Move, State


def take(run: Run, edge: Edge, at: int) -> None:
    """Consume the blanks up to `at` and the literal there, and follow the edge."""
    if edge.opens and run.stretch is None and read_whole_call(run, edge, at):
        return
    region = run.place.state.region
    if edge.rank and region != "message" and run.is_all_or_nothing:
        give_back(run, at, ALL_OR_NOTHING)
        return
    draft = run.draft
    if draft is not None and (draft_verdict(run, edge, at) == YES or draft.around.shows_example(draft.begin)):
        reject_draft(run, at, QUOTED if draft.around.shows_example(draft.begin) else THOUGHTS_GO_ON)
        return
    stretch = run.stretch
    if stretch is not None and stretch.is_named and not goes_on(run, stretch, edge):
        give_back(run, at, NO_EVIDENCE)
        return
    text = run.text
    if edge.rank:
        miss_delimiters(run, edge)
    if run.stretch is not None or edge.opens or run.citations is not None:
        _note_evidence(run, edge, at)
    if edge.rank:
        note_missing(run, edge)
    if edge.wraps is not None:
        _note_tag(run, edge.wraps, at)
    if region == "message":
        is_visible = run.place.state.sink != "reasoning"
        run.output.boundary(text.buffer[text.position : at] if is_visible else "")
    if edge.binds is not None:
        run.place.machine = run.place.machine.entering(edge.to, edge.binds)
    text.delimiter = at
    if at > text.position:
        run.consume("blanks", at)
    if not edge.peek:
        run.consume("markup", at + len(edge.literal))
    _follow(run, edge.actions, edge.to, None)


def take_edge(run: Run, state: State, at: int) -> Optional[bool]:
    """Follow the edge at `at`: True when taken, False when more text decides, None when none stands there."""
    verdict, edge = find_edge(run, state, at)
    if verdict == WAIT:
        wait_for(run, edge, at)
        return False
    if edge is None:
        return None
    take(run, edge, at)
    return True


def take_edge_in_blanks(run: Run, state: State, begin: int, end: int, *, keeps: bool) -> Optional[bool]:
    """The same among blanks that stand in front of `end`, of a delimiter that begins with one of them.

    `keeps`: more text decides on the blanks before it as well.
    """
    for at in range(begin, end):
        taken = take_edge(run, state, at) if run.text.buffer[at] in state.by_first else None
        if taken is False and not keeps:
            run.consume("blanks", at)
        if taken is not None:
            return taken
    return None


def _note_evidence(run: Run, edge: Edge, at: int) -> None:
    """Begin a stretch where a call or a citation may begin, and note what the edge says for it."""
    stretch = run.stretch
    if stretch is None:
        region = run.place.machine.states[edge.to].region
        cites = region == "citation"
        # A bracket around calls, or behind them, in a section of which something has come.
        is_inner = run.place.state.region == "section" and region != "call" and run.message.after_call
        if not (edge.opens or cites) or is_inner:
            return
        closes_citation = cites and edge.rank == 0 and run.message.cited is not None
        is_set_off = run.message.fresh or "\n" in run.text.buffer[run.text.position : at]
        if run.draft is None:
            begin_draft(run, edge, at)
        stretch = begin_stretch(run)
        stretch.is_set_off = is_set_off
        run.message.saw_reasoning = run.message.saw_reasoning and not edge.drafts  # its closer may still come
        stretch.closes_citation = closes_citation
    stretch.word_from = None
    stretch.lacks_opener = stretch.lacks_opener or (edge.rank > 0 and edge.guard != "lost")
    if edge.special:
        stretch.trusted = True
        stretch.is_vouched = stretch.is_vouched or (
            run.special is not None and any(run.special.knows(token) for token, _ in edge.special)
        )
    stretch.tells = stretch.tells or len(edge.literal) >= TELLING


def _note_tag(run: Run, tag: str, at: int) -> None:
    """Remember a tag before a call until its closer comes; "": it has come."""
    run.message.wrapper = tag
    if tag and run.stretch is not None and run.stretch.tag_end is None:
        run.stretch.tag_end = run.text.base + at + len(tag)


def step_to(run: Run, step: Move) -> None:
    """Follow a move that reads nothing."""
    if run.stretch is None:
        region, to = run.place.state.region, run.place.machine.states[step.to].region
        if (region == "message" and to != "message") or (region == "section" and to == "call"):
            begin_stretch(run)
    run.text.delimiter = run.text.position
    _follow(run, step.actions, step.to, step.push)


def _follow(run: Run, actions: Tuple[Tuple[str, str], ...], to: int, push: Optional[int]) -> None:
    if push is not None:
        run.place.stack.append(push)
    for verb, rest in actions:
        if ACTIONS[verb](run, rest) is False:
            return
    enter(run, to)


def enter(run: Run, number: int) -> None:
    """Enter a state. Back at message level, a stretch is settled."""
    place, text = run.place, run.text
    machine = place.machine
    if machine.suffix:
        machine = place.machine = machine.entering(number)
    state = place.state = machine.states[number]
    text.looked = text.position
    stretch = run.stretch
    if state.region != "message":
        return
    if stretch is not None:
        _settle(run, stretch)
    elif run.open.call is not None:
        end_call(run, complete=False)  # no call is open where text is read, whatever has led here


def _settle(run: Run, stretch: Stretch) -> None:
    """Decide on a stretch that has come to its end: a call, markup without one, or text."""
    if run.place.machine.commit == "section":
        is_settled = run.message.calls > stretch.message.calls
    elif stretch.saw_call:
        is_settled = stretch.trusted and not stretch.saw_body
    elif stretch.trusted or stretch.tells:
        is_settled = True
    else:
        return  # nothing but brackets: what comes behind them says what they were (steps/undecided.py)
    if is_settled and not keeps_tag(run, stretch):
        end_stretch(run)
    elif not is_settled:
        give_back(run, run.text.position, NO_CALL)
