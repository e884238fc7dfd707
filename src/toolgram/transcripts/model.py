"""A recording, in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

MARK = ": toolgram "  # what comments of ours begin with, in server-sent events
SERVER_EVENTS, JSON_LINES, FAILURE, TEXT = FORMS = ("sse", "jsonl", "failure", "text")


class RecordingError(ValueError):
    """A recording that cannot be read, or made. The text says what to do."""


class Delta(NamedTuple):
    """A piece of the answer's text, as it came."""

    text: str
    ids: tuple[int, ...] | None = None
    """The ids of its special tokens, where they are known."""
    at: int | None = None
    """When it came: milliseconds behind the request."""

    @classmethod
    def of(cls, value: Any, at: int | None = None) -> Delta | None:
        """A delta of JSON: a text, or a list of a text and the ids of its special tokens; None: it is neither."""
        if isinstance(value, str):
            return cls(value, None, at)
        match value:
            case [str() as text, [*ids]] if all(isinstance(one, int) for one in ids):
                return cls(text, tuple(ids), at)
        return None


@dataclass
class Recording:
    """One answer of a model, and what is known of its request."""

    form: str
    """One of `FORMS`."""
    deltas: list[Delta] = field(default_factory=list)
    format: str | None = None
    """The format that it was said to be of."""
    model: str | None = None
    tools: list[Any] | None = None
    inside: str | None = None
    special_tokens: dict[str, int] | None = None
    cut: bool = False
    """Whether a limit of tokens has ended it."""
    served: bool = False
    """Whether a plugin read it, for which a server parts the message: see `toolgram.runtime.parser.Parser`."""
    notes: list[str] = field(default_factory=list)
    """What of the recording is not replayed, for people."""

    @property
    def text(self) -> str:
        """All of the answer's text."""
        return "".join(delta.text for delta in self.deltas)
