"""Replaying a case: its text at every split must come to the same events, and to the expected message.

In: a format and its cases. Out: `None`, or the first `Failure` of a case, which can be shown to people.

How: the whole text is parsed once and compared with what is expected; every other split is compared with the whole
text, event by event, neighbouring deltas of one text joined first (`merge`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ..formats import Format
from ..runtime.events import ArgumentsDelta, ContentDelta, Event, ReasoningDelta
from ..runtime.message import Message, ToolCall, collect
from .cases import Case, Expected, ExpectedCall, canonical
from .failures import Failure
from .splits import CUTS_MAX, SIZES, splits


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a format's cases."""

    format: str
    cases: int
    splits: int
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """True when nothing failed."""
        return not self.failures


@dataclass(frozen=True, slots=True)
class _Run:
    """One replay: merged events, and for each chunk how many had come (unmerged) and what was held."""

    events: list[Event]
    marks: list[tuple[int, int]]
    raw: list[Event]
    error: str | None = None


def run_format(
    fmt: Format,
    cases: Iterable[Case],
    match: str | None = None,
    progress: Callable[[Case], None] | None = None,
) -> Result:
    """Replay the cases whose names contain `match`, whatever its case; `progress` is told each before it is run."""
    failures: list[Failure] = []
    count = tried = 0
    for case in cases:
        if match is not None and match.casefold() not in case.name.casefold():
            continue
        if progress is not None:
            progress(case)
        count += 1
        failure, done = _replay(fmt, case)
        tried += done
        if failure is not None:
            failures.append(failure)
    return Result(fmt.id, count, tried, tuple(failures))


def replay(fmt: Format, case: Case, cuts_max: int = CUTS_MAX, sizes: Iterable[int] = SIZES) -> Failure | None:
    """Replay one case at every split: so many single cuts at most, and pieces of these sizes, in characters. Return
    what fails first, or None."""
    return _replay(fmt, case, cuts_max, sizes)[0]


def merge(events: Iterable[Event]) -> list[Event]:
    """Join neighbouring deltas of one text, so that how they were cut no longer shows.

    >>> merge([ContentDelta("a"), ContentDelta("b")])
    [ContentDelta(text='ab')]
    """
    merged: list[Event] = []
    texts: list[str] = []

    def close() -> None:
        if texts:
            last = merged[-1]
            assert isinstance(last, ContentDelta | ReasoningDelta | ArgumentsDelta)
            merged[-1] = replace(last, text="".join(texts))
            texts.clear()

    for event in events:
        if not isinstance(event, ContentDelta | ReasoningDelta | ArgumentsDelta):
            close()
            merged.append(event)
            continue
        if not texts or not _continues(merged[-1], event):
            close()
            merged.append(event)
        texts.append(event.text)
    close()
    return merged


def _continues(last: Event, event: Event) -> bool:
    if isinstance(last, ArgumentsDelta) and isinstance(event, ArgumentsDelta):
        return last.index == event.index
    return type(last) is type(event)


def _replay(
    fmt: Format, case: Case, cuts_max: int = CUTS_MAX, sizes: Iterable[int] = SIZES
) -> tuple[Failure | None, int]:
    whole: list[Event] | None = None
    tried = 0
    for name, chunks in splits(case.text, case.splits, cuts_max, sizes):
        tried += 1
        run = _run(fmt, case, chunks)
        if run.error is not None:
            return Failure(fmt.id, case, name, f"the parser raised {run.error}"), tried
        if whole is None:
            whole = run.events
            problem = unlike(collect(run.events), case.expected)
            if problem is not None:
                return Failure(fmt.id, case, name, *problem), tried
        elif run.events != whole:
            return _difference(fmt, case, (name, chunks), run, whole), tried
    return None, tried


def _run(fmt: Format, case: Case, chunks: Sequence[str]) -> _Run:
    raw: list[Event] = []
    marks: list[tuple[int, int]] = []
    try:
        parser = fmt.parser(case.tools, case.inside, suffix=case.suffix)
        for chunk in chunks:
            raw += parser.feed(chunk)
            marks.append((len(raw), parser.held_chars))
        raw += parser.finish()
    except Exception as error:  # any at all: that nothing raises is what is tested
        return _Run([], marks, raw, f"{type(error).__name__}: {error}")
    return _Run(merge(raw), marks, raw)


def _difference(fmt: Format, case: Case, split: tuple[str, list[str]], run: _Run, whole: list[Event]) -> Failure:
    """Find the first differing event, and the chunk that it came with."""
    name, chunks = split
    pairs = zip(whole, run.events, strict=False)
    first = next((n for n, (one, two) in enumerate(pairs) if one != two), min(len(whole), len(run.events)))
    wanted, got = (repr(events[first]) if first < len(events) else "no more events" for events in (whole, run.events))
    fed = ""
    held = ""
    for chunk, (count, held_chars) in zip(chunks, run.marks, strict=True):
        fed += chunk
        held = fed[len(fed) - held_chars :] if held_chars else ""
        if not _agrees(merge(run.raw[:count]), whole):
            break
    title = f"event {first + 1} differs from that of the whole text"
    return Failure(fmt.id, case, name, title, wanted, got, fed, held)


def _agrees(part: list[Event], whole: list[Event]) -> bool:
    """Whether a stream that has come so far can still become the whole one."""
    if not part:
        return True
    if part[:-1] != whole[: len(part) - 1] or len(part) > len(whole):
        return False
    last, full = part[-1], whole[len(part) - 1]
    if isinstance(last, ContentDelta | ReasoningDelta | ArgumentsDelta) and _continues(full, last):
        assert isinstance(full, ContentDelta | ReasoningDelta | ArgumentsDelta)
        return full.text.startswith(last.text)
    return last == full


def unlike(message: Message, expected: Expected) -> tuple[str, str, str] | None:
    """Return how a message differs from the expected one: what differs, what was wanted, what came; or None."""
    for part in ("content", "reasoning"):
        got, wanted = getattr(message, part), getattr(expected, part)
        if got != wanted:
            return f"the {part} is not as expected", repr(wanted), repr(got)
    for number, (call, want) in enumerate(zip(message.tool_calls, expected.calls, strict=False), 1):
        if not _is_call(call, want):
            return f"call {number} is not as expected", _show_expected(want), _show_call(call)
    if message.citations != expected.citations:
        return "the citations are not as expected", repr(expected.citations), repr(message.citations)
    got, wanted = len(message.tool_calls), len(expected.calls)
    if got != wanted:
        calls = " ".join(_show_call(call) for call in message.tool_calls[wanted:])
        return "there are more or fewer calls than expected", f"{wanted}", f"{got} {calls}".rstrip()
    return None


def _is_call(call: ToolCall, want: ExpectedCall) -> bool:
    if (call.name, call.complete) != (want.name, want.complete) or want.id not in (None, call.id):
        return False
    return _arguments(call) == want.arguments


def _arguments(call: ToolCall) -> str:
    if not call.complete:
        return call.arguments
    try:
        return canonical(json.loads(call.arguments))
    except ValueError:
        return call.arguments


def _show_call(call: ToolCall) -> str:
    return f"{call.name}({_arguments(call)})" + ("" if call.complete else ", not complete") + f", id {call.id}"


def _show_expected(want: ExpectedCall) -> str:
    shown = f"{want.name}({want.arguments})" + ("" if want.complete else ", not complete")
    return shown if want.id is None else f"{shown}, id {want.id}"
