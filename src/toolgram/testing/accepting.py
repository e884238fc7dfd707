"""A failing case takes what is read now for what is expected: its `message` block is written anew.

In: a format, the text of a page, and a case of it. Out: the page's text with the new block; or why the case is left.

Promise: a case is accepted only if every split of its text comes to the same events. What depends on how a text is cut
is a fault of the parser, and no message is right for it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

from ..formats import Format
from .cases import Case, block_lines, parse_cases
from .failures import Failure
from .recording import expected_of, message_text
from .replay import replay

LINE_MAX = 120


@dataclass(frozen=True, slots=True)
class Accepted:
    """A page in which one case has a new message; or the failure because of which it has not."""

    page: str
    failure: Failure | None = None


def accept(fmt: Format, page: str, case: Case) -> Accepted:
    """Write what is read now into the `message` block of a case. Raises PageError when the page cannot be read."""
    try:
        message = fmt.parse(case.text, case.tools, case.inside, case.suffix)
    except Exception as error:  # any at all, as in a replay
        raised = f"the parser raised {type(error).__name__}: {error}"
        return Accepted(page, Failure(fmt.id, case, "the whole text", raised))
    found = _without_new_ids(expected_of(message), case)
    begin, end = block_lines(case.path, page, case.name, "message")
    lines = page.split("\n")
    lines[begin:end] = _written(found, is_short=end - begin == 1).split("\n")
    written = "\n".join(lines)
    again = next(one for one in parse_cases(case.path, written) if one.name == case.name)
    failure = replay(fmt, again)
    return Accepted(written) if failure is None else Accepted(page, replace(failure, case=case))


def _written(found: dict[str, Any], *, is_short: bool) -> str:
    """The message on one line, where it was on one and fits; else a line for each part."""
    line = json.dumps(found, ensure_ascii=False)
    return line if is_short and len(line) <= LINE_MAX else message_text(found)


def _without_new_ids(found: dict[str, Any], case: Case) -> dict[str, Any]:
    """Leave ids out where the case had none: there any id is right."""
    for call, want in zip(found.get("tool_calls", ()), case.expected.calls, strict=False):
        if want.id is None and want.name == call["name"]:
            call.pop("id", None)
    return found
