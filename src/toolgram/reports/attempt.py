"""One attempt at a call, and the report of an answer.

In: nothing. Out: two immutable classes. All places are spans, `(begin, end)`: characters of the text as the model wrote
it, counted from 0, `end` not included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from ..runtime.message import Message

Span = tuple[int, int]

OK, REPAIRED, UNCLOSED, UNKNOWN_TOOL = "ok", "repaired", "unclosed", "unknown_tool"
NOT_JSON, MALFORMED, QUOTED = "not_json", "malformed", "quoted"

STATUSES = {
    OK: "a complete call, written as its format wants it",
    REPAIRED: "a complete call of which something was repaired: `repairs` says what",
    UNCLOSED: "a call that the text, or the next call, ends before it is complete",
    UNKNOWN_TOOL: "a call of a tool that is not declared",
    NOT_JSON: "a call in which something stands that must be JSON, and is none",
    MALFORMED: "the beginning of a call, and something behind it that is no part of one",
    QUOTED: "markup of a call in code, in a sentence, or in thoughts that go on: it is shown, and calls nothing",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call, or what looked like the beginning of one."""

    status: str
    """One of `STATUSES`."""
    begin: int
    end: int
    """The place of all of it, from its opener to its closer."""
    raw: str
    """The text there."""
    name: str | None = None
    name_span: Span | None = None
    arguments: str | None = None
    """JSON text, as in the message; of a call that is not complete it is cut off."""
    argument_spans: Mapping[str, Span] = field(default_factory=dict)
    """The place of each argument's value, by its key. A string in quotes has them with it."""
    repairs: tuple[str, ...] = ()
    """What was repaired, or is wrong: words of `toolgram.runtime.core.reasons.REASONS`, in their order."""
    index: int | None = None
    """Which of the message's calls it is: the `index` of its events. None: it is no call."""

    @property
    def span(self) -> Span:
        """The place of all of it."""
        return self.begin, self.end


@dataclass(frozen=True, slots=True)
class Report:
    """All that was read in an answer."""

    message: Message
    attempts: tuple[Attempt, ...]
    content_spans: tuple[Span, ...]
    reasoning_spans: tuple[Span, ...]

    def to_dict(self) -> dict[str, Any]:
        """Make plain data of it, for JSON: the message as `toolgram parse` prints it, spans as lists."""
        return {
            "message": asdict(self.message),
            "attempts": [attempt_to_dict(attempt) for attempt in self.attempts],
            "content_spans": [list(span) for span in self.content_spans],
            "reasoning_spans": [list(span) for span in self.reasoning_spans],
        }


def attempt_to_dict(attempt: Attempt) -> dict[str, Any]:
    """Make plain data of an attempt."""
    return {
        "status": attempt.status,
        "begin": attempt.begin,
        "end": attempt.end,
        "raw": attempt.raw,
        "name": attempt.name,
        "name_span": None if attempt.name_span is None else list(attempt.name_span),
        "arguments": attempt.arguments,
        "argument_spans": {key: list(span) for key, span in attempt.argument_spans.items()},
        "repairs": list(attempt.repairs),
        "index": attempt.index,
    }
