"""How a value is read that may be built of elements: its text, the tags inside it, the closer that is its own.

In: the parser in a state of kind `element`, behind an opener. Out: text and tags, handed to the `ElementWriter`.

Promises: those of text (steps/text.py); a closer counts only for an element that is open, and only before something
that can follow; where the value is a string, tags inside it are text.
"""

from __future__ import annotations

from typing import NamedTuple, Optional, Tuple

from toolgram.runtime.core.behind import ends_text, follow_verdict, junk_verdict, misspelt_end
from toolgram.runtime.core.edges import blanks_from, find_edge
from toolgram.runtime.core.examples import chain_verdict
from toolgram.runtime.core.guards import tag_key
from toolgram.runtime.core.moves import step_to, take
from toolgram.runtime.core.reasons import STRAY_TAG
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.sinks import decoded
from toolgram.runtime.core.spelled import is_spelled, wrapper_verdict
from toolgram.runtime.core.verdicts import NO, WAIT, YES
from toolgram.runtime.steps.text import begin_nest, find_in_nest
from toolgram.runtime.tables.states import Edge, State, Tags
from toolgram.runtime.tables.stems import stem_of_word
from toolgram.runtime.values.elements import ElementWriter


class Tag(NamedTuple):
    """A tag, and where it ends; a closer ends `closes` elements, an opener none, a closer of nothing -1.

    One that is implied has no length.
    """

    key: str
    end: int
    closes: int
    is_misspelt: bool = False


class Found(NamedTuple):
    """What stands at a place: a tag, a delimiter of what is around the value, nothing that counts; or wait."""

    verdict: int
    tag: Optional[Tag] = None
    edge: Optional[Edge] = None


NOTHING_FOUND, WAIT_FOR_MORE = Found(NO), Found(WAIT)


def step_element(run: Run, state: State) -> bool:
    """Read text up to a tag that counts; hold back what may begin one."""
    element = run.open.element
    assert element is not None
    buffer = run.text.buffer
    at = run.text.looked
    while True:
        found = state.search(buffer, at)
        run.work += (found.start() if found else len(buffer)) - at + 1
        at = found.start() if found is not None else len(buffer)
        _sink(run, state, element, blanks_from(buffer, run.text.position, at, state.hold_blanks))
        what = WAIT_FOR_MORE if found is None else _find(run, state, element, at)
        if what.verdict == WAIT:
            return _hold(run, state, at)
        if what.tag is not None:
            return _take_tag(run, state, element, what.tag, at)
        if what.edge is not None:
            begin = blanks_from(buffer, run.text.position, at, what.edge.blanks)
            _sink(run, state, element, begin, last=True)
            take(run, what.edge, at)
            return True
        at += 1


def _sink(run: Run, state: State, element: ElementWriter, end: int, last: bool = False) -> None:
    text = run.text.buffer[run.text.position : end]
    if state.entities:
        text = decoded(run, text, last=last)
    if text:
        _write(run, element.text(text))
    run.consume("value", end)


def _write(run: Run, text: str) -> None:
    if run.open.call is not None:
        run.open.call.arguments.write(text)


def _hold(run: Run, state: State, at: int) -> bool:
    """What is certain has been written; keep from `at` on, and the blanks before it."""
    if run.text.final and at == len(run.text.buffer):
        assert run.open.element is not None
        _sink(run, state, run.open.element, _before_partial(run, state))
    run.text.looked = max(at, run.text.position)
    return False


def _before_partial(run: Run, state: State) -> int:
    """At the end of the stream: where a delimiter begins that was cut off, else the end."""
    buffer, tags = run.text.buffer, state.tags
    assert tags is not None
    literals = (tags.open, tags.close, *(edge.literal for edge in state.edges))
    for back in range(max(run.text.position, len(buffer) - state.longest), len(buffer)):
        if any(literal.startswith(buffer[back:]) for literal in literals):
            return blanks_from(buffer, run.text.position, back, state.hold_blanks)
    return len(buffer)


def _find(run: Run, state: State, element: ElementWriter, at: int) -> Found:
    if run.open.nest is not None:
        return _find_in_example(run, state, element, at)
    verdict = begin_nest(run, state, at)
    if verdict != NO:
        return WAIT_FOR_MORE if verdict == WAIT else NOTHING_FOUND
    verdict, tag = _read_tag(run, state, element, at)
    if verdict == YES and tag is not None:
        verdict = _closer_verdict(run, state, element, tag) if tag.closes > 0 and tag.end > at else YES
    if verdict == WAIT:
        return WAIT_FOR_MORE
    if verdict == YES and tag is not None and _is_certain(element, tag):
        return Found(YES, tag)
    around, edge = find_edge(run, state, at)
    if around == WAIT or edge is not None:
        return Found(around, None, edge)
    return Found(verdict, tag if verdict == YES else None)


def _is_certain(element: ElementWriter, tag: Tag) -> bool:
    """Whether a tag is what it seems; else a delimiter of what is around the value goes before it."""
    if tag.closes:
        return tag.closes > 0
    return len(element.open_elements) > 1 or element.expects(tag.key)


def _read_tag(run: Run, state: State, element: ElementWriter, at: int) -> Tuple[int, Optional[Tag]]:
    """The closer of an element that is open, or the opener of one that may begin."""
    buffer, tags = run.text.buffer, state.tags
    assert tags is not None
    rest = len(buffer) - at
    wait = False
    both = ((tags.close, tags.close_end, True), (tags.open, tags.open_end, False))
    for literal, ending, is_closer in both:
        if not buffer.startswith(literal, at):
            wait = wait or (rest < len(literal) and literal.startswith(buffer[at:]))
            continue
        if is_spelled(run, literal, at):
            continue
        start = at + len(literal)
        if ending is None:
            return YES, Tag("", start, 1)
        verdict, end = tag_key(run, tags, ending, start)
        key = buffer[start:end]
        if verdict == YES and is_closer:
            closes = element.closes(key)
            misspelt = (NO, None) if closes else _read_misspelt(run, tags, element, at)
            if misspelt[0] != NO:
                return misspelt
            closes = closes or (-1 if element.is_built else 0)
            return (YES, Tag(key, end + len(ending), closes)) if closes else (NO, None)
        if verdict == YES and element.takes_elements:
            return YES, Tag(key, end + len(ending), 0)
        if verdict == YES and element.continues(key):
            return YES, Tag(key, at, 1)
        wait = wait or verdict == WAIT
        misspelt = _read_misspelt(run, tags, element, at) if verdict == NO and is_closer else (NO, None)
        if misspelt[0] != NO:
            return misspelt
    return (WAIT if wait else NO), None


def _read_misspelt(run: Run, tags: Tags, element: ElementWriter, at: int) -> Tuple[int, Optional[Tag]]:
    """The closer of the innermost element, nearly right."""
    key = element.open_elements.stack[-1].key
    right = tags.close + key + (tags.close_end or "")
    verdict, end = misspelt_end(run, right, tags.close + stem_of_word(key), at)
    return verdict, Tag(key, end, 1, is_misspelt=True) if verdict == YES else None


def _closer_verdict(run: Run, state: State, element: ElementWriter, tag: Tag) -> int:
    """Whether what stands behind a closer can follow it."""
    tags, depth = state.tags, len(element.open_elements) - tag.closes
    assert tags is not None
    if depth and element.is_mixed(depth):
        return YES
    follow = tags.beside if depth else tags.follow
    if tag.is_misspelt and ends_text(run, tag.end):
        return NO
    verdict = follow_verdict(run, follow, tag.end, 0)
    if verdict == NO and not depth and not tag.is_misspelt and follow is not None and tags.close_is_special:
        return junk_verdict(run, tags.close + tag.key + (tags.close_end or ""), follow, tag.end)
    if verdict == YES and not depth and follow is not None:
        return wrapper_verdict(run, tag.end)
    return verdict


def _find_in_example(run: Run, state: State, element: ElementWriter, at: int) -> Found:
    """Inside a nested example only its own end counts, or the end of everything: Note [nested examples]."""
    assert run.open.nest is not None
    verdict, tag = _read_tag(run, state, element, at)
    if verdict == YES and tag is not None and tag.closes > 0:
        is_real = run.open.nest[2] and state.tags is not None and state.tags.close_is_special
        verdict = _closer_verdict(run, state, element, tag) if is_real else chain_verdict(run, run.open.nest, tag.end)
        if verdict == WAIT:
            return WAIT_FOR_MORE
        if verdict == YES:
            run.open.nest = None
            return Found(YES, tag)
    elif verdict == WAIT:
        return WAIT_FOR_MORE
    verdict, edge = find_in_nest(run, state, at)
    return Found(verdict, None, edge if verdict == YES else None)


def _take_tag(run: Run, state: State, element: ElementWriter, tag: Tag, at: int) -> bool:
    if tag.end == at:
        run.consume("blanks", at)
    _sink(run, state, element, at, last=True)
    if tag.closes < 0:
        run.skip(STRAY_TAG, tag.end)
        return True
    if not tag.closes and not element.takes_elements:  # the blanks before it made it text
        run.text.looked = at + 1
        return True
    source = run.text.buffer[run.text.position : tag.end]
    run.consume("markup", tag.end)
    if not tag.closes:
        _write(run, element.open(tag.key, source))
        return True
    for number in range(tag.closes):
        _write(run, element.close(source if number + 1 == tag.closes else ""))
    if not element.open_elements:
        assert state.done is not None
        step_to(run, state.done)
    return True
