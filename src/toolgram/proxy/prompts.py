"""What the prompt of a request has opened, as the server itself says it.

In: a request, and the server. Out: the capture that the answer begins in, None, or "auto" where the server cannot tell.

How: vLLM's `/tokenize` renders the request as for an answer. If the last of its tokens are an opener of the reasoning,
the prompt has opened it. It is asked while the answer is being made, so nobody waits for it.
"""

from __future__ import annotations

import json
import logging
from time import monotonic
from typing import Any

from ..formats import Format
from ..openai.plan import AUTO
from ..prompts import REASONING
from .requests import Headers
from .streams import dumped
from .upstream import BrokenError, UnreachableError, Upstream

KEYS = ("model", "chat_template", "chat_template_kwargs", "continue_final_message")
SPELLINGS = {"\u0120": " ", "\u010a": "\n", "\u2581": " "}  # blanks, as vocabularies write them
TAIL_TOKENS = 64
PAUSE_SECONDS = 60  # before a server that could not tell is asked again
log = logging.getLogger("toolgram.proxy")


class Prompts:
    """Asks one server."""

    def __init__(self, upstream: Upstream) -> None:
        self._upstream = upstream
        self._not_before = 0.0

    async def opened(self, fmt: Format, request: dict[str, Any], headers: Headers) -> str | None:
        """What the prompt of a request has opened."""
        messages = _messages_of(request)
        if not messages or monotonic() < self._not_before:
            return AUTO
        asked = {key: request[key] for key in KEYS if request.get(key) is not None}
        asked |= {"messages": messages, "tools": [*map(_chat_tool, request.get("tools") or [])] or None}
        asked |= {"return_token_strs": True, "add_generation_prompt": not request.get("continue_final_message")}
        own = [(name, value) for name, value in headers if name.lower() not in (b"content-length", b"accept-encoding")]
        try:
            status, body = await self._upstream.ask_aside("POST", "/tokenize", own, dumped(asked))
            tokens = json.loads(body)["token_strs"] if status == 200 else None
            text = "".join(tokens[-TAIL_TOKENS:]) if tokens else None
        except (UnreachableError, BrokenError, ValueError, KeyError, TypeError):
            text = None
        if text is None:
            self._not_before = monotonic() + PAUSE_SECONDS
            log.info("the server does not say what its prompts have opened: --inside says it")
            return AUTO
        return REASONING if _ends_with_opener(fmt, text) else None


def _messages_of(request: dict[str, Any]) -> list[Any]:
    """The messages of a request; those of the Responses API in the words of a chat, as far as a prompt shows them."""
    messages, given = request.get("messages"), request.get("input")
    if isinstance(messages, list):
        return messages
    if isinstance(given, str):
        given = [{"role": "user", "content": given}]
    if not isinstance(given, list):
        return []
    told = request.get("instructions")
    said = [{"role": "system", "content": told}] if isinstance(told, str) else []
    return said + [one for item in given if isinstance(item, dict) for one in _messages_in(item)]


def _messages_in(item: dict[str, Any]) -> list[dict[str, Any]]:
    if item.get("type") == "function_call":
        function = {"name": item.get("name"), "arguments": item.get("arguments")}
        call = {"id": item.get("call_id"), "type": "function", "function": function}
        return [{"role": "assistant", "content": None, "tool_calls": [call]}]
    if item.get("type") == "function_call_output":
        return [{"role": "tool", "tool_call_id": item.get("call_id"), "content": _text_of(item.get("output"))}]
    return [{"role": item["role"], "content": _text_of(item.get("content"))}] if "role" in item else []


def _text_of(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))


def _chat_tool(tool: Any) -> Any:
    if not isinstance(tool, dict) or "function" in tool or tool.get("type") != "function":
        return tool
    return {"type": "function", "function": {key: value for key, value in tool.items() if key != "type"}}


def _ends_with_opener(fmt: Format, text: str) -> bool:
    for spelled, meant in SPELLINGS.items():
        text = text.replace(spelled, meant)
    return text.rstrip().endswith(tuple(fmt.table.get("reasoning_openers", ())))
