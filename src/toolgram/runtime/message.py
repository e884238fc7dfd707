"""A whole message: what all events of one answer come to.

In: events. Out: `Message`, the same whether the text came at once or in pieces, because events are all it is made of.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Tuple

from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.immutable import Immutable, kept_in

KEEP, DROP = INCOMPLETE = ("keep", "drop")  # what may become of calls that are not complete


class ToolCall(Immutable):
    """One call. `arguments` is JSON text; of a call that is not `complete` it is cut off, and does not parse."""

    __slots__ = ("_arguments", "_complete", "_id", "_name")
    __match_args__ = ("id", "name", "arguments", "complete")

    def __init__(self, id: Optional[str], name: str, arguments: str, complete: bool) -> None:
        self._id = id
        self._name = name
        self._arguments = arguments
        self._complete = complete

    id: Optional[str] = kept_in("_id")
    name: str = kept_in("_name")
    arguments: str = kept_in("_arguments")
    complete: bool = kept_in("_complete")


class Message(Immutable):
    """An answer: visible text, reasoning, calls, and the citations in both texts. Text that did not come is None."""

    __slots__ = ("_citations", "_content", "_id_length", "_reasoning", "_tool_calls")  # `_id_length` is no part of it
    __match_args__ = ("content", "reasoning", "tool_calls", "citations")

    def __init__(
        self,
        content: Optional[str],
        reasoning: Optional[str],
        tool_calls: Tuple[ToolCall, ...],
        citations: Tuple[Citation, ...],
    ) -> None:
        self._content = content
        self._reasoning = reasoning
        self._tool_calls = tool_calls
        self._citations = citations
        self._id_length: Optional[int] = None

    content: Optional[str] = kept_in("_content")
    reasoning: Optional[str] = kept_in("_reasoning")
    tool_calls: Tuple[ToolCall, ...] = kept_in("_tool_calls")
    citations: Tuple[Citation, ...] = kept_in("_citations")

    def to_openai(self) -> Dict[str, Any]:
        """The dict of an OpenAI chat message; calls without an id get one, reasoning is `reasoning`.

        An id that is made up is as the format wants it. Incomplete calls are left out: a client would run them.
        Citations of the content are `annotations`.
        """
        message: Dict[str, Any] = {"role": "assistant", "content": self.content}
        if self.reasoning is not None:
            message["reasoning"] = self.reasoning
        calls = [call for call in self.tool_calls if call.complete]
        if calls:
            message["tool_calls"] = [
                {
                    "id": call.id or new_id(self._id_length),
                    "type": "function",
                    "function": {"name": call.name, "arguments": call.arguments},
                }
                for call in calls
            ]
        annotations = [annotation(citation) for citation in self.citations if citation.capture == "content"]
        if annotations:
            message["annotations"] = annotations
        return message


def new_id(length: Optional[int]) -> str:
    """Make an id for a call: so many letters and digits, where the model's template insists on that."""
    from secrets import choice, token_hex  # few messages need it, and it takes as long as a third of all this
    from string import ascii_letters, digits

    return "".join(choice(ascii_letters + digits) for _ in range(length)) if length else f"call_{token_hex(16)}"


def annotation(citation: Citation) -> Dict[str, Any]:
    """An entry of an OpenAI message's `annotations`, of a type of its own: OpenAI's `url_citation` needs a URL."""
    found = {
        "start_index": citation.start,
        "end_index": citation.end,
        "text": citation.text,
        "source": citation.source,
    }
    return {"type": "citation", "citation": found}


def check_incomplete(incomplete: str) -> None:
    """Raise ValueError if it does not say what becomes of calls that are not complete."""
    if incomplete not in INCOMPLETE:
        raise ValueError(f"incomplete={incomplete!r}: {' or '.join(map(repr, INCOMPLETE))} is wanted")


def collect(events: Iterable[Event], call_id_length: Optional[int] = None, *, incomplete: str = KEEP) -> Message:
    """Add events up to a message; `call_id_length` is the format's, for `to_openai`.

    `incomplete`: what becomes of calls that are not complete, `"keep"` or `"drop"`.
    Raises ValueError if it is another word.
    """
    check_incomplete(incomplete)
    content: List[str] = []
    reasoning: List[str] = []
    starts: List[CallStart] = []
    arguments: Dict[int, List[str]] = {}
    complete: Dict[int, bool] = {}
    citations: List[Citation] = []
    for event in events:
        if isinstance(event, ArgumentsDelta):
            arguments.setdefault(event.index, []).append(event.text)
        elif isinstance(event, ContentDelta):
            content.append(event.text)
        elif isinstance(event, ReasoningDelta):
            reasoning.append(event.text)
        elif isinstance(event, CallStart):
            starts.append(event)
        elif isinstance(event, CallEnd):
            complete[event.index] = event.complete
        elif isinstance(event, Citation):
            citations.append(event)
    calls = tuple(
        ToolCall(start.id, start.name, "".join(arguments.get(start.index, [])), complete.get(start.index, False))
        for start in starts
        if incomplete == KEEP or complete.get(start.index, False)
    )
    message = Message("".join(content) or None, "".join(reasoning) or None, calls, tuple(citations))
    message._id_length = call_id_length
    return message
