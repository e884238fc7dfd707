"""The cases of a format's page that its plugin file carries for the self-check.

In: the cases of the page, the machine. Out: JSON text of at most `CASES_MAX` characters, for `host/check.py`.

Which: those whose answer is the same in every version of vLLM and through every door. So none is cut off, the thoughts
that the prompt has opened are closed, and it takes no tools to see where thoughts end. Short ones come first, but each
way to begin an answer is there: with or without thoughts, with no call, one, or more.

Promise: nothing here knows a format by its name; a page that changes changes the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ...machine.model import Machine

CASES_MAX = 4_000  # characters of JSON


def cases_text(cases: Iterable[Any], machine: Machine) -> str:
    """Write the cases that a plugin file carries."""
    tools: list[Any] = []
    chosen: list[dict[str, Any]] = []
    text = _json(tools, chosen)
    for case in _by_kind([case for case in cases if _can_be_shipped(case, machine)], machine):
        more = tools if case.tools in tools else [*tools, case.tools]
        rows = [*chosen, _row(case, machine, more.index(case.tools))]
        written = _json(more, rows)
        if len(written) <= CASES_MAX:
            tools, chosen, text = more, rows, written
    return text


def _json(tools: list[Any], rows: list[dict[str, Any]]) -> str:
    """A row a line; an apostrophe is an escape, so that the text can stand between three of them."""
    written = ",\n".join(json.dumps(row) for row in rows)
    return f'{{"tools": {json.dumps(tools)}, "cases": [\n{written}]}}'.replace("'", "\\u0027")


def _row(case: Any, machine: Machine, tools: int) -> dict[str, Any]:
    said = case.expected
    calls = [[call.name, json.loads(call.arguments)] for call in said.calls]
    row = {"name": case.name, "text": case.text, "inside": case.inside is not None, "tools": tools}
    row |= {"suffix": suffix_of(case, machine), "content": said.content, "reasoning": said.reasoning, "calls": calls}
    return {name: value for name, value in row.items() if value or name in ("name", "text", "tools")}


def _can_be_shipped(case: Any, machine: Machine) -> bool:
    said = case.expected
    if not case.tools or said.citations or not all(call.complete for call in said.calls):
        return False
    openers, closers = (_heads(texts) for texts in (machine.reasoning_openers, machine.reasoning_closers))
    is_closed = any(closer in case.text for closer in closers)
    if not machine.wraps_content and sum(map(case.text.count, openers)) > 1:
        return False  # thoughts that come again
    if case.inside is not None:
        return case.inside == "reasoning" and is_closed and not machine.headers and bool(machine.reasoning_openers)
    return not said.reasoning or (
        is_closed and (machine.wraps_content or case.text.lstrip().startswith(tuple(openers)))
    )


def suffix_of(case: Any, machine: Machine) -> str:
    """The suffix of the tokenizer that wrote a case: the one that most of its delimiters have."""
    if case.suffix is not None or not machine.suffix:
        return case.suffix or ""
    found = re.findall(rf"{re.escape(machine.suffix)}[\w-]+(?=>)", case.text)
    return max(found, key=found.count, default="")


def _heads(literals: Iterable[str]) -> list[str]:
    """Delimiters up to the place that some have for a suffix."""
    return [text.partition("{")[0] for text in literals]


def _by_kind(cases: list[Any], machine: Machine) -> Iterator[Any]:
    """The shortest of each kind, then the next of each."""
    kinds: dict[tuple[bool, bool, int], list[Any]] = {}
    for case in sorted(cases, key=lambda case: len(_json([], [_row(case, machine, 0)]))):
        said = case.expected
        kinds.setdefault((case.inside is not None, bool(said.reasoning), min(len(said.calls), 2)), []).append(case)
    while any(kinds.values()):
        for waiting in kinds.values():
            yield from waiting[:1]
            del waiting[:1]
