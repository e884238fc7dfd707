"""A wrapper that the format does not know, around a call that it knows.

In: the run at a place of a text, or behind a call. Out: the edge whose literal is the tag, with what it belongs to.

    `<tools>` and a line end, `<function=f>`      the opener of a call, with a tag before it that vanishes with it
    `</function>` and a line end, `</tools>`      behind that call the closer of the same tag, and of no other

Promises: a tag counts only at the start of a line or beside markup, alone before the opener of a call; if no call comes
of it, it is the text that it was. A delimiter is no such tag, though a special token in it may be only spelled. At most
`TAG_MAX` characters are looked at before the opener.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.code_blocks import FENCE
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import IS_TAG, is_spelled
from toolgram.runtime.core.stray_guards import begins_line, is_beside_markup
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.copies import copy_of
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, TAG_BLANKS_MAX, TAG_MAX
from toolgram.runtime.tables.search import match_on_demand
from toolgram.runtime.tables.states import Edge, State

MAY_BE_TAG = match_on_demand(r"<(?:[|｜]?(?:[\w:.▁-]+(?:[|｜][ \w:.▁-]*)*)?)?\Z")
OF_BEGIN, OF_END = ("begin", "start"), "end"


def tag_before(run: Run, state: State, at: int) -> Tuple[int, int]:
    """(YES, where its blanks end) when an unknown tag stands at `at`, with something behind it."""
    buffer = run.text.buffer
    if not state.unknown_tags or buffer[at] != "<" or buffer.startswith("/", at + 1):
        return NO, at
    window = buffer[at : at + TAG_MAX]
    run.work += len(window)
    found = IS_TAG(window)
    if found is None:
        may_come = len(window) < TAG_MAX and not run.text.final and MAY_BE_TAG(window) is not None
        return (WAIT if may_come and _is_set_off(run, state, at) else NO), at
    tag = found.group()
    if _is_delimiter(run, state, tag, at) or not _is_set_off(run, state, at):
        return NO, at
    end = skip_blanks(buffer, at + len(tag), TAG_BLANKS_MAX)
    return (YES if end < len(buffer) else NO if run.text.final else WAIT), end


def _is_set_off(run: Run, state: State, at: int) -> bool:
    """Whether a line begins at `at`, or the content, or a span of code, or what stands before it is markup."""
    begin, buffer = run.text.position, run.text.buffer
    if _ticks_before(run, at) in (1, 2):
        return True
    if state.sink != "reasoning":
        return begins_line(run, at)
    window = buffer[max(begin, at - BLANKS_MAX) : at]
    run.work += len(window)
    return "\n" in window[len(window.rstrip(BLANKS)) :]


def _ticks_before(run: Run, at: int) -> int:
    """How many backticks stand right before `at`, as far as three."""
    begin, buffer, first = run.text.position, run.text.buffer, at
    while first > begin and buffer[first - 1] == "`" and at - first < FENCE:
        first -= 1
    return at - first + (run.message.code.ticks if first == begin else 0)


def _is_delimiter(run: Run, state: State, tag: str, at: int) -> bool:
    """Whether a tag is a delimiter, or has a special token in it that is only spelled."""
    known = any(tag.startswith(edge.literal) or edge.literal.startswith(tag) for edge in state.by_first.get("<", ()))
    return known or tag in run.place.machine.special_tokens or is_spelled(run, tag, at)


def with_tag(run: Run, edge: Edge, at: int, place: int, *, drafts: bool) -> Edge:
    """The opener of a call that stands at `place`, with the tag at `at` in it."""
    buffer = run.text.buffer
    written = copy_of(edge)
    written.literal = buffer[at : place + len(edge.literal)]
    written.special = tuple((token, offset + place - at) for token, offset in edge.special)
    written.blanks, written.rank, written.drafts = "any", edge.rank or 1, drafts
    written.wraps = written.literal[: written.literal.index(">") + 1]
    return written


def closer_of_tag(run: Run, state: State, at: int) -> Tuple[int, Optional[Edge]]:
    """The closer of the tag that vanished before a call, right behind the call."""
    tag = run.message.wrapper
    if not tag or run.open.call is not None or run.text.buffer[at] != "<" or not _call_is_behind(run, state, at):
        return NO, None
    verdict, length = starts_any(run.text.buffer, at, closers_of(tag))
    run.work += len(tag)
    if verdict != YES:
        return (WAIT if verdict == WAIT and not run.text.final else NO), None
    edge = next((edge for edge in state.edges if _closes_calls(run, state, edge)), None)
    return (NO, None) if edge is None else (YES, _as_closer(state, edge, run.text.buffer[at : at + length]))


def _as_closer(state: State, edge: Edge, literal: str) -> Edge:
    """An edge with the closer of a tag for its literal; at message level it leads nowhere."""
    written = copy_of(edge)
    written.literal, written.special, written.blanks, written.rank, written.wraps = literal, (), "any", 1, ""
    written.stem, written.tail, written.guard, written.follow, written.tags = "", None, None, None, None
    if state.region == "message":
        written.to, written.actions, written.opens, written.drafts, written.peek = state.number, (), False, False, False
    return written


def _call_is_behind(run: Run, state: State, at: int) -> bool:
    """Whether a call has just ended: between the calls of a section, or in the text of the message."""
    if state.region == "message":
        return run.message.after_call and is_beside_markup(run, at)
    return state.region == "section" and run.stretch is None and run.message.calls > 0


def _closes_calls(run: Run, state: State, edge: Edge) -> bool:
    """Whether an edge stands for a closer around calls; at message level any does: nothing is left to be closed."""
    if state.region == "message":
        return True
    return edge.literal in run.place.machine.closers and run.place.machine.states[edge.to].region == "message"


def closers_of(tag: str) -> Tuple[str, ...]:
    """What may close a tag: `</tools>`, and `<｜calls▁end｜>` of `<｜calls▁begin｜>`."""
    others = [tag.replace(word, OF_END) for word in OF_BEGIN if word in tag]
    bar = [f"{tag[:2]}/{tag[2:]}"] if tag[1] in "|｜" else []
    return (f"</{tag[1:]}", *bar, *others)
