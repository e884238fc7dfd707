"""What a client asks: the headers that a proxy hands on, the body, and what is changed in it.

In: an ASGI scope, and pieces of a body. Out: headers, bytes, the request as a dict.
"""

from __future__ import annotations

import json
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

from ..openai.plan import Plan
from .settings import OTHER, VLLM

Receive = Callable[[], Awaitable[dict[str, Any]]]
Headers = list[tuple[bytes, bytes]]
HOP_BY_HOP = {b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection", b"te"}
HOP_BY_HOP |= {b"trailer", b"transfer-encoding", b"upgrade"}
NOT_SENT = HOP_BY_HOP | {b"host", b"expect"}
READ_IN_THREAD = 1 << 18  # bytes of JSON from which on reading would keep the other clients waiting


class TooLargeError(ValueError):
    """A body of more bytes than are read."""


class GoneError(Exception):
    """The client has gone."""


def handed_on(headers: Iterable[tuple[bytes, bytes]], left_out: set[bytes]) -> Headers:
    """Headers without those that are only for the next hop, and those that `Connection` names."""
    headers = list(headers)
    named = {
        word.strip().lower() for name, value in headers if name.lower() == b"connection" for word in value.split(b",")
    }
    return [(name, value) for name, value in headers if name.lower() not in left_out | named]


async def pieces(receive: Receive) -> Any:
    """The body as it comes. Raises GoneError."""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        if message.get("body"):
            yield message["body"]
        if not message.get("more_body"):
            return


async def whole_body(receive: Receive, headers: Headers, most: int) -> bytes:
    """The whole body. Raises TooLargeError, as early as it is known, and GoneError."""
    for name, value in headers:
        if name.lower() == b"content-length" and value.isdigit() and int(value) > most:
            raise TooLargeError
    found, size = [], 0
    async for piece in pieces(receive):
        size += len(piece)
        if size > most:
            raise TooLargeError
        found.append(piece)
    return b"".join(found)


async def read_json(body: bytes) -> dict[str, Any] | None:
    """The JSON object in a body; None where it is none."""
    try:
        found = json.loads(body) if len(body) < READ_IN_THREAD else await to_thread(json.loads, body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def changed_for(server: str, request: dict[str, Any], plan: Plan) -> dict[str, Any]:
    """What a server has to be asked, so that its answer comes as the model writes it."""
    return request if plan.reads_nothing else asked_raw(server, request, wants_calls=plan.tools is not None)


def asked_raw(server: str, request: dict[str, Any], *, wants_calls: bool) -> dict[str, Any]:
    """A request for text as the model writes it; `wants_calls`: it has tools, and the model may choose.

    A server hides special tokens otherwise. vLLM without a tool parser refuses a choice of tools that is left to the
    model; with `none` it puts the tools into the prompt all the same, and nothing else.
    """
    if server == OTHER:
        return request
    changed = dict(_missing(request, {"skip_special_tokens": False}))
    if server == VLLM:
        changed |= dict(_missing(request, {"spaces_between_special_tokens": False}))
        if wants_calls and request.get("tool_choice", "auto") in ("auto", None):
            changed["tool_choice"] = "none"
    return {**request, **changed}


def _missing(request: dict[str, Any], wanted: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What the client has not said by itself."""
    return ((key, value) for key, value in wanted.items() if request.get(key) is None)
