"""A recording of a server: a request is sent, and what comes is written as it comes.

In: a URL and the body of a request. Out: server-sent events as the server has sent them, with comments that such a
stream may have anywhere: what was asked, and before each event when it came, in milliseconds behind the request.

    : toolgram recording 1
    : toolgram request {"model": "toy", "tools": [...]}
    : toolgram at 412
    data: {"choices": [{"index": 0, "delta": {"content": "Hi"}}]}

Promises: an event is written before the next one is read; neither a header of the request nor its prompt is written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from time import monotonic
from typing import IO, Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ..proxy.requests import asked_raw
from .model import MARK, RecordingError

CHAT = "/chat/completions"
ENDPOINTS = (CHAT, "/completions", "/responses")
PROMPTS = ("messages", "prompt", "input", "instructions")  # of a request: what is not written
ANSWER_MAX = 1 << 26  # bytes of an answer that is no stream, and of a stream
PIECE_BYTES = 1 << 16
SHOWN_MAX = 300  # characters of a server's complaint


@dataclass(frozen=True)
class Asked:
    """A request to be sent."""

    url: str
    body: dict[str, Any]
    key: str | None = field(default=None, repr=False)
    format: str | None = None
    seconds: float = 600.0
    """How long the server may say nothing."""


class Sent(NamedTuple):
    """A request that has been sent, and the answer that comes."""

    asked: Asked
    answer: Any
    clock: Callable[[], float]
    began: float


class Recorded(NamedTuple):
    """What has come."""

    events: int
    milliseconds: int


def endpoint(url: str) -> str:
    """The address to send to: that of an API of OpenAI's is kept, another one is that of the server.

    >>> endpoint("http://127.0.0.1:8000"), endpoint("http://gpu/v1/completions")
    ('http://127.0.0.1:8000/v1/chat/completions', 'http://gpu/v1/completions')
    """
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise RecordingError(f"{url}: a URL is wanted, such as http://127.0.0.1:8000")
    if parts.path.endswith(ENDPOINTS):
        return url
    return url.rstrip("/").removesuffix("/v1").rstrip("/") + f"/v1{CHAT}"


def question(url: str, prompt: str) -> dict[str, Any]:
    """What to send to an endpoint to ask one thing.

    >>> question("http://gpu/v1/completions", "Hi"), question("http://gpu/v1/responses", "Hi")
    ({'prompt': 'Hi'}, {'input': 'Hi'})
    """
    if url.endswith(CHAT):
        return {"messages": [{"role": "user", "content": prompt}]}
    return {"input" if url.endswith("/responses") else "prompt": prompt}


def request_for(body: Mapping[str, Any], server: str) -> dict[str, Any]:
    """The body of a request that is answered in a stream, as the model writes it."""
    request = {"stream": True, **body}
    return asked_raw(server, request, wants_calls=bool(request.get("tools")))


def first_model(asked: Asked) -> str:
    """The first model in the server's list. Raises RecordingError."""
    url = asked.url
    for ending in ENDPOINTS:
        url = url.removesuffix(ending)
    with _opened(f"{url}/models", None, asked) as answer:
        try:
            return str(json.loads(b"".join(_pieces(answer)))["data"][0]["id"])
        except (ValueError, LookupError, TypeError):
            raise RecordingError(f"{url}/models names no model: say which one with --model NAME") from None


def send(asked: Asked, clock: Callable[[], float] = monotonic) -> Sent:
    """Send a request; what comes waits to be written. Raises RecordingError."""
    began = clock()
    return Sent(asked, _opened(asked.url, asked.body, asked), clock, began)


def record(sent: Sent, out: IO[bytes]) -> Recorded:
    """Write what comes. Raises RecordingError; what had come by then is written."""
    asked, at, events, is_new = sent.asked, 0, 0, True
    told = {key: value for key, value in asked.body.items() if key not in PROMPTS}
    head = ["recording 1", *([f"format {asked.format}"] if asked.format else []), f"request {json.dumps(told)}"]
    out.write("".join(f"{MARK}{line}\n" for line in head).encode() + b"\n")
    with sent.answer as answer:
        for line in _lines(answer):
            if is_new and line.strip():
                at, events = round((sent.clock() - sent.began) * 1000), events + 1
                out.write(f"{MARK}at {at}\n".encode())
            is_new = not line.strip()
            out.write(line)
            if is_new:
                out.flush()
    out.flush()
    return Recorded(events, at)


def _lines(answer: Any) -> Iterator[bytes]:
    """The lines of a stream; an answer that is none is one event."""
    is_stream = "text/event-stream" in (answer.headers.get("Content-Type") or "")
    if not is_stream:
        yield b"data: " + b" ".join(b"".join(_pieces(answer)).splitlines()) + b"\n"
        yield b"\n"
        return
    begun: list[bytes] = []  # a line that has not ended
    for piece in _pieces(answer):
        for part in piece.splitlines(keepends=True):
            begun.append(part)
            if part.endswith(b"\n"):
                yield b"".join(begun)
                begun.clear()
    yield b"".join(begun)


def _pieces(answer: Any) -> Iterator[bytes]:
    """The bytes as they come. `readline` would take a stream that breaks off for one that has ended."""
    size = 0
    try:
        while piece := answer.read1(PIECE_BYTES):
            size += len(piece)
            if size > ANSWER_MAX:
                raise RecordingError(f"the answer is longer than {ANSWER_MAX:,} bytes: what came before is written")
            yield piece
    except (HTTPException, OSError) as error:
        raise RecordingError(f"the stream broke off ({_words(error)}); what had come is written") from None


def _opened(url: str, body: Mapping[str, Any] | None, asked: Asked) -> Any:
    headers = {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
    if asked.key:
        headers["Authorization"] = f"Bearer {asked.key}"
    data = None if body is None else json.dumps(body).encode()
    try:
        return build_opener(_NoRedirect).open(Request(url, data, headers), timeout=asked.seconds)
    except HTTPError as error:
        said = " ".join(error.read(SHOWN_MAX * 4).decode("utf-8", "replace").split())[:SHOWN_MAX]
        raise RecordingError(f"{url} answers {error.code}: {said or error.reason}") from None
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise RecordingError(f"{url} cannot be reached: {_words(error)}: is the server up?") from None


class _NoRedirect(HTTPRedirectHandler):
    """A key is for the server that was named, and for no other."""

    def redirect_request(self, *_: Any) -> None:
        return None


def _words(error: Exception) -> str:
    reason = getattr(error, "reason", None) or error
    return str(getattr(reason, "strerror", None) or reason or type(error).__name__)
