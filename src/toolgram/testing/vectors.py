"""One corpus for parsers in any language: what must come of a text, as lines of JSON (docs/vectors.md).

In: formats and texts: the cases of pages, and recorded ones. Out: lines: a header, then the cases, with tools and
machines before those that need them. `toolgram export-cases` writes them.

How: what the parser here says of a text is what every other one must say. Of each text there is a split, drawn by the
text itself, with what is held behind each of its chunks.

Promise: the same formats and texts give the same bytes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..formats import Format
from ..reports import Attempt, Reporter
from ..reports.attempt import attempt_to_dict
from ..runtime.events import Event
from ..runtime.tables.limits import FORMAT_VERSION
from .cases import Case
from .replay import merge

VERSION = 1  # of the lines: raised when a reader of the old ones would read the new ones wrongly
CHUNKS = (1, 1, 2, 3, 5, 8, 13, 40)  # characters that a chunk may have


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is read, and what is known of it."""

    name: str
    text: str
    tools: Sequence[Any]
    inside: str | None = None
    suffix: str | None = None
    cut: bool = False


def texts_of_cases(cases: Iterable[Case]) -> Iterator[Text]:
    """The texts of a page."""
    for case in cases:
        yield Text(case.name, case.text, case.tools, case.inside, case.suffix)


def texts_of_rows(rows: Iterable[dict[str, Any]]) -> Iterator[tuple[str, Text]]:
    """Recorded texts, each with its format: rows with `format`, `raw`, and what else is known. Raises KeyError."""
    for row in rows:
        inside = "reasoning" if row.get("start_in_reasoning") else None
        cut = row.get("input", {}).get("engine_finish_reason") == "length"
        yield row["format"], Text(row["id"], row["raw"], row.get("tools") or [], inside, cut=cut)


def lines_of(texts: Iterable[tuple[Format, Text]], *, with_machines: bool) -> Iterator[str]:
    """The lines of a file; `with_machines`: of formats that no machine is published of."""
    yield _line({"vectors": VERSION, "machine_version": FORMAT_VERSION})
    numbers: dict[str, int] = {}
    known: set[str] = set()
    for fmt, text in texts:
        if with_machines and fmt.id not in known:
            known.add(fmt.id)
            machine = {name: value for name, value in json.loads(fmt.machine.to_json()).items() if name != "outline"}
            yield _line({"machine": machine, "format": fmt.id})
        tools = json.dumps(text.tools, ensure_ascii=False)
        if tools not in numbers:
            numbers[tools] = len(numbers)
            yield _line({"tools": numbers[tools], "is": list(text.tools)})
        yield _line(vector_of(fmt, text, numbers[tools]))


def _line(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":")) + "\n"


def vector_of(fmt: Format, text: Text, tools: int) -> dict[str, Any]:
    """What must come of a text."""
    known = {"inside": text.inside, "suffix": text.suffix, "cut": text.cut or None}
    parser = fmt.parser(text.tools, text.inside, suffix=text.suffix)
    reporter = fmt.reporter(text.tools, text.inside, suffix=text.suffix)
    chunks = _chunks(text)
    events: list[Event] = []
    held: list[int] = []
    for chunk in chunks:
        events += parser.feed(chunk)
        held.append(len(parser.held_source))
    events += parser.finish(cut=text.cut)
    return {
        "case": text.name,
        "format": fmt.id,
        "tool_set": tools,
        **{name: value for name, value in known.items() if value is not None},
        "text": text.text,
        "chunks": [len(chunk) for chunk in chunks],
        "held": held,
        "events": [event_to_dict(event) for event in merge(events)],
        "repairs": sorted(parser.repairs),
        **_report(reporter, text),
    }


def _chunks(text: Text) -> list[str]:
    chance = random.Random(f"{text.name} {text.text}")  # seeded by a text: the same in every process
    chunks, at = [], 0
    while at < len(text.text):
        size = chance.choice(CHUNKS)
        chunks.append(text.text[at : at + size])
        at += size
    return chunks


def _report(reporter: Reporter, text: Text) -> dict[str, Any]:
    """What was tried in a text, without what its places and the events say."""
    parts = [*reporter.feed(text.text), *reporter.finish(cut=text.cut)]
    attempts = sorted((part for part in parts if isinstance(part, Attempt)), key=lambda attempt: attempt.span)
    return {
        "attempts": [_attempt(attempt) for attempt in attempts],
        "content_spans": [list(span) for span in reporter.content_spans],
        "reasoning_spans": [list(span) for span in reporter.reasoning_spans],
    }


def _attempt(attempt: Attempt) -> dict[str, Any]:
    found = attempt_to_dict(attempt)
    del found["raw"]
    if attempt.index is not None:
        del found["arguments"]
    return {name: value for name, value in found.items() if value not in (None, [], {})}


def event_to_dict(event: Event) -> dict[str, Any]:
    """Make plain data of an event, with the names that `toolgram parse --stream` prints."""
    return {"type": type(event).__name__, **{name: getattr(event, name) for name in event.__match_args__}}
