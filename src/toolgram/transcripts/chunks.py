"""Chunks of servers' streams: the text that one of them brings.

In: the JSON of one chunk, of any API below. Out: what is in it for one choice.

    {"choices": [{"index": 0, "delta": {"content": "Hi"}}]}             Chat Completions
    {"choices": [{"index": 0, "text": "Hi"}]}                           Completions
    {"choices": [{"message": {"content": "Hi"}}]}                       Chat Completions, not streamed
    {"type": "response.output_text.delta", "delta": "Hi"}               Responses
    {"message": {"content": "Hi"}, "done": false}                       Ollama
    {"content": "Hi", "stop": false}                                    llama.cpp, /completion
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..openai.chat import NAMES

CUT = ("length", "max_tokens", "limit")
RESPONSE_TEXT = "response.output_text.delta"
RESPONSE_CUT = "response.incomplete"


class Said(NamedTuple):
    """What one chunk says."""

    text: str = ""
    reasoning: int = 0
    """Characters of reasoning that the server has taken out of the text."""
    calls: bool = False
    """The server has taken calls out of the text."""
    cut: bool = False
    ids: tuple[int, ...] | None = None


def is_chunk(value: Any) -> bool:
    """Whether a JSON value is a chunk of a server."""
    if not isinstance(value, Mapping):
        return False
    kind = value.get("type")
    return (
        isinstance(value.get("choices"), list)
        or (isinstance(kind, str) and kind.startswith("response."))
        or (isinstance(value.get("message"), Mapping) and "done" in value)
        or (isinstance(value.get("content"), str) and "stop" in value)
    )


def said_in(chunk: Mapping[str, Any], choice: int) -> Said:
    """What a chunk says of one choice."""
    given = chunk.get("choices")
    if isinstance(given, list):
        found = [one for one in given if isinstance(one, Mapping) and one.get("index", 0) == choice]
        return _said_by(found[0]) if found else Said()
    if chunk.get("type") == RESPONSE_TEXT:
        return Said(_text(chunk.get("delta")))
    if chunk.get("type") == RESPONSE_CUT:
        return Said(cut=True)
    message = chunk.get("message")
    if isinstance(message, Mapping):
        return _of_message(message)._replace(cut=chunk.get("done_reason") in CUT)
    return Said(_text(chunk.get("content")), cut=chunk.get("stop_type") in CUT)


def _said_by(choice: Mapping[str, Any]) -> Said:
    said = Said(_text(choice.get("text")))
    for key in ("delta", "message"):
        message = choice.get(key)
        if isinstance(message, Mapping):
            said = _of_message(message)
    ids = choice.get("token_ids")
    known = tuple(ids) if isinstance(ids, list) and all(isinstance(one, int) for one in ids) else None
    return said._replace(cut=choice.get("finish_reason") in CUT, ids=known)


def _of_message(message: Mapping[str, Any]) -> Said:
    reasoning = max((len(_text(message.get(name))) for name in NAMES), default=0)
    return Said(_text(message.get("content")), reasoning, bool(message.get("tool_calls")))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
