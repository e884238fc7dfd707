"""Which edge stands at a place, and which blanks belong to it.

In: the run's text and a position. Out: an edge, or whether to wait for more text.

Promises: the longest literal wins, whatever the order in the spec; on the last text nothing waits.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.behind import ends_text, misspelt_end
from toolgram.runtime.core.guards import edge_verdict
from toolgram.runtime.core.named import is_key, named_at
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.unknown_tags import closer_of_tag, tag_before, with_tag
from toolgram.runtime.core.verdicts import NO, WAIT, YES, starts_any
from toolgram.runtime.tables.copies import copy_of
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, SUFFIX_MAX
from toolgram.runtime.tables.states import Edge, State
from toolgram.runtime.tables.suffix import HALF_SUFFIX, HAS_SUFFIX, NAME_PLACE, binding, bound_at


def blanks_from(buffer: str, start: int, at: int, policy: str) -> int:
    """Where the blanks begin that belong to the delimiter at `at`; not before `start`."""
    if policy == "none" or at <= start:
        return at
    if policy == "any":
        low = max(start, at - BLANKS_MAX)
        return low + len(buffer[low:at].rstrip(BLANKS))
    if buffer[at - 1] == "\n":
        return at - 2 if at - 1 > start and buffer[at - 2] == "\r" else at - 1
    return at - 1 if buffer[at - 1] == "\r" and at == len(buffer) else at  # half a line end


def has_token(run: Run, edge: Edge, at: int) -> bool:
    """Whether of a delimiter that the end of the buffer cuts off at least the first special token came whole."""
    if not edge.special or edge.guard is not None:
        return False
    token, place = min(edge.special, key=lambda found: found[1])
    whole = at + place + len(token) <= len(run.text.buffer)
    return whole and (run.special is None or run.special.is_real(token, run.text.base + at + place))


def find_edge(run: Run, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """The edge whose literal stands at `at` (the longest first), or whether to wait for one."""
    buffer, final = run.text.buffer, run.text.final
    rest = len(buffer) - at
    if not rest:
        return NO, None
    edges = state.by_first.get(buffer[at], ())
    for edge in edges:
        run.work += 1
        literal = edge.literal
        if buffer.startswith(literal, at):
            if edge.tail is None:
                if edge.is_plain and run.special is None:
                    return YES, edge
                verdict, found = edge_verdict(run, edge, at), edge
            else:
                verdict, found = _bound_verdict(run, edge, at)
            if verdict != NO:
                return verdict, found
        elif rest < len(literal) and not final and literal.startswith(buffer[at:]):
            return WAIT, edge
    for edge in edges if state.has_stems else ():
        if edge.stem and edge.tail is None:
            verdict, found = _misspelt_verdict(run, edge, at)
            if verdict != NO:
                return verdict, found
    if buffer[at] == "<" and (state.unknown_tags or run.message.wrapper):
        verdict, closer = closer_of_tag(run, state, at)
        return _tagged_edge(run, state, at) if verdict == NO else (verdict, closer)
    return NO, None


def wait_for(run: Run, edge: Optional[Edge], at: int) -> None:
    """More text decides which edge stands at `at`; where that is the rest of one delimiter, say so."""
    text = run.text
    begun = len(text.buffer) - at
    if edge is not None and edge.tail is None and begun < len(edge.literal) and run.draft is None:
        text.rest = edge.literal[begun:]


def _tagged_edge(run: Run, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """The opener of a call with a tag before it that the format does not know."""
    verdict, place = tag_before(run, state, at)
    if verdict != YES:
        return verdict, None
    buffer, content = run.text.buffer, run.place.machine.content
    drafts = any(edge.drafts for edge in state.edges)
    if state.sink == "reasoning" and content is not None:
        state = run.place.machine.states[content]  # behind a tag a call's own opener counts in the thoughts as well
    openers = [edge.literal for edge in state.by_first.get(buffer[place], ()) if edge.opens and edge.guard is None]
    verdict, _ = starts_any(buffer, place, openers)
    if verdict != YES:
        return (WAIT if verdict == WAIT and not run.text.final else NO), None
    verdict, edge = find_edge(run, state, place)
    if verdict != YES or edge is None or not edge.opens or edge.guard is not None:
        return (WAIT if verdict == WAIT else NO), None
    return YES, with_tag(run, edge, at, place, drafts=drafts)


def _misspelt_verdict(run: Run, edge: Edge, at: int) -> Tuple[int, Edge]:
    """Whether the closer of an edge stands there misspelt, and the edge as it is spelled; the end is no evidence."""
    verdict, end = misspelt_end(run, edge.literal, edge.stem, at)
    if verdict != YES:
        return verdict, edge
    if edge.follow is not None and ends_text(run, end):
        return NO, edge
    written = copy_of(edge)
    written.literal, written.rank = run.text.buffer[at:end], 1
    written.special = tuple(found for found in edge.special if found[1] + len(found[0]) <= len(edge.stem))
    return edge_verdict(run, written, at), written


def _bound_verdict(run: Run, edge: Edge, at: int) -> Tuple[int, Edge]:
    """The same for an edge whose suffix the text says: see Note [whose suffix counts] in tables/suffix.py."""
    if edge.begin == NAME_PLACE:
        return _named_verdict(run, edge, at)
    verdict, found = bound_at(edge, run.text.buffer, at)
    run.work += SUFFIX_MAX
    if verdict == HALF_SUFFIX and not run.text.final:
        return WAIT, edge
    return edge_verdict(run, found, at) if verdict == HAS_SUFFIX else NO, found


def _named_verdict(run: Run, edge: Edge, at: int) -> Tuple[int, Edge]:
    """The same for an edge with a place for a name; a tag that is a key of the call that is open begins no other."""
    verdict, name = named_at(run, edge, at)
    if verdict != YES or (edge.peek and is_key(run, name)):
        return (NO if verdict == YES else verdict), edge
    bound = binding(edge, name)
    return edge_verdict(run, bound, at), bound
