"""One request and its answer.

How: the answer is one task, beside one that waits for the client to go. If the client goes first, the task is given up,
and with it the connection to the server. A client that is slow makes `send` wait, so nothing more is read from the
server meanwhile. An answer that the server breaks off is broken off for the client as well, so that nobody takes it for
whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Protocol

from ..formats import Format
from ..openai.plan import AUTO, plan_for
from .answers import AnswerRepair
from .metrics import Metrics
from .prompts import Prompts
from .requests import (
    HOP_BY_HOP,
    NOT_SENT,
    GoneError,
    Headers,
    Receive,
    TooLargeError,
    changed_for,
    handed_on,
    pieces,
    read_json,
    whole_body,
)
from .settings import MEGABYTE, VLLM, Settings
from .streams import dumped
from .upstream import BrokenError, UnreachableError, Upstream, pieces_of

Send = Callable[[dict[str, Any]], Awaitable[None]]
CHAT, RESPONSES = "/chat/completions", "/responses"
log = logging.getLogger("toolgram.proxy")


class Shared(Protocol):
    """What all requests of a proxy share."""

    settings: Settings
    metrics: Metrics
    upstream: Upstream
    prompts: Prompts

    async def format_of(self, model: Any, headers: Headers) -> Format | None:
        """The format of a model."""


class Exchange:
    """One request and its answer."""

    def __init__(self, proxy: Shared, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        self._proxy = proxy
        self._metrics = proxy.metrics
        self._settings = proxy.settings
        self._scope = scope
        self._receive = receive
        self._send = send
        self._path = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
        self._headers = handed_on(scope["headers"], NOT_SENT)
        self._kind = "passed"
        self._status = 0  # of the answer, once it has begun
        self._asked: asyncio.Task[str | None] | None = None
        self._has_read = asyncio.Event()  # all that the client sends, so that only its going can come
        self._is_gone = False

    async def run(self) -> None:
        """Answer; a client that goes ends everything."""
        try:
            await self._answer()
        except (GoneError, ConnectionError):
            self._metrics.broken.labels("client").inc()
        except BrokenError as problem:
            self._metrics.broken.labels("server").inc()
            log.warning("the server has broken off an answer: %s", problem or "it has closed the connection")
            if not self._status:
                await self._refuse(502, "the server has broken off its answer: see its log")
        finally:
            if self._asked is not None:
                self._asked.cancel()
            self._metrics.requests.labels(self._kind, str(self._status or "none")).inc()

    async def _answer(self) -> None:
        path = self._scope["path"]
        if not self._path.startswith(b"/"):  # a whole URL, which would lead somewhere else
            await self._refuse(400, "the path of a request begins with /: give clients the URL of this proxy")
            return
        is_chat = path.endswith(CHAT)
        if self._scope["method"] != "POST" or not (is_chat or path.endswith(RESPONSES)):
            await self._until_gone(self._exchange(self._pieces() if self._has_body else None, None))
            return
        self._has_read.set()
        most = self._settings.request_bytes_max
        try:
            body = await whole_body(self._receive, self._headers, most)
        except TooLargeError:
            text = f"the request has more than {most // MEGABYTE} megabytes: send less, or raise --request-max"
            await self._refuse(413, text)
            return
        request = await read_json(body)
        fmt = None if request is None else await self._proxy.format_of(request.get("model"), self._headers)
        repair = None
        if request is not None and fmt is not None:
            repair, body = await self._plan(request, body, fmt, is_chat=is_chat)
        await self._until_gone(self._exchange(body, repair))

    @property
    def _has_body(self) -> bool:
        names = {name.lower() for name, _ in self._scope["headers"]}
        if b"content-length" in names or b"transfer-encoding" in names:
            return True
        self._has_read.set()
        return False

    async def _pieces(self) -> AsyncIterator[bytes]:
        """The body of a request that is not read, as it comes."""
        try:
            async for piece in pieces(self._receive):
                yield piece
        except GoneError:
            self._is_gone = True
            raise
        self._has_read.set()

    async def _plan(
        self, request: dict[str, Any], body: bytes, fmt: Format, *, is_chat: bool
    ) -> tuple[AnswerRepair, bytes]:
        """How the answer is read, and the body to send."""
        said = self._settings
        inside = said.inside if said.inside in (AUTO, None, *fmt.prepared.inside) else AUTO
        plan = plan_for(fmt, request, inside=inside, reasoning_field=said.reasoning_field, incomplete=said.incomplete)
        self._kind = "chat" if is_chat else "responses"
        if said.server == VLLM and inside == AUTO and fmt.table.get("begins_inside"):
            self._asked = asyncio.create_task(self._proxy.prompts.opened(fmt, request, self._headers))
        changed = changed_for(said.server, request, plan)
        left_out = {b"accept-encoding"} | (set() if changed is request else {b"content-length"})
        self._headers = handed_on(self._headers, left_out)
        if changed is not request:
            body = dumped(changed)
        return AnswerRepair(plan, is_chat=is_chat, event_bytes_max=said.event_bytes_max), body

    async def _until_gone(self, work: Any) -> None:
        """Work until it is done, or until the client has gone. Raises what the work raises, and GoneError."""
        task = asyncio.create_task(work)
        gone = asyncio.create_task(self._client_gone())
        try:
            await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        finally:
            gone.cancel()
            if not task.done():
                task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            raise GoneError from None

    async def _client_gone(self) -> None:
        await self._has_read.wait()
        while (await self._receive())["type"] != "http.disconnect":
            continue

    async def _exchange(self, body: Any, repair: AnswerRepair | None) -> None:
        """Ask the server, and hand on what it says."""
        upstream = self._proxy.upstream
        try:
            async with upstream.ask(self._scope["method"], self._path, self._headers, body) as response:
                kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                coding = response.headers.get("Content-Encoding", "identity")
                is_read = repair is not None and response.status == 200 and coding == "identity"
                if repair is not None and is_read and kind == "text/event-stream":
                    await self._stream(response, repair)
                elif repair is not None and is_read and kind == "application/json":
                    await self._whole(response, repair)
                else:
                    await self._begin(response, set())
                    async for piece in pieces_of(response):
                        await self._body(piece)
                    await self._body(b"", is_last=True)
        except UnreachableError as problem:
            if self._is_gone:
                raise GoneError from problem
            await self._refuse(problem.status, str(problem))

    async def _stream(self, response: Any, repair: AnswerRepair) -> None:
        await self._begin(response, {b"content-length"})
        try:
            async for piece in pieces_of(response):
                if self._asked is not None:
                    await self._take_prompt(repair)
                found = repair.feed(piece)
                if found:
                    await self._body(found)
        except BrokenError:
            await self._body(repair.finish())
            self._metrics.note(repair)
            raise
        await self._body(repair.finish(), is_last=True)
        self._metrics.note(repair)

    async def _whole(self, response: Any, repair: AnswerRepair) -> None:
        most, found, size = self._settings.answer_bytes_max, [], 0
        stream = pieces_of(response)
        async for piece in stream:
            found.append(piece)
            size += len(piece)
            if size > most:
                break
        if size > most:
            log.warning("an answer of more than %d megabytes is left alone: raise --answer-max", most // MEGABYTE)
            await self._begin(response, set())
            await self._body(b"".join(found))
            async for piece in stream:
                await self._body(piece)
            await self._body(b"", is_last=True)
            return
        if self._asked is not None:
            await self._take_prompt(repair)
        made = repair.whole(b"".join(found))
        self._metrics.note(repair)
        await self._begin(response, {b"content-length"}, [(b"content-length", str(len(made)).encode())])
        await self._body(made, is_last=True)

    async def _take_prompt(self, repair: AnswerRepair) -> None:
        """The server has said what the prompt has opened, or cannot."""
        assert self._asked is not None
        asked, self._asked = self._asked, None
        repair.take_inside(await asked)

    async def _begin(self, response: Any, left_out: set[bytes], more: Headers | None = None) -> None:
        self._status = response.status
        headers = handed_on(response.raw_headers, HOP_BY_HOP | left_out) + (more or [])
        await self._send({"type": "http.response.start", "status": response.status, "headers": headers})

    async def _body(self, piece: bytes, *, is_last: bool = False) -> None:
        if piece or is_last:
            await self._send({"type": "http.response.body", "body": piece, "more_body": not is_last})

    async def _refuse(self, status: int, text: str) -> None:
        """Answer in the server's place, with a sentence that says what to do."""
        self._status = status
        error = {"message": text, "type": "toolgram_proxy", "param": None, "code": status}
        await say(self._send, status, dumped({"error": error}))


async def say(send: Send, status: int, body: bytes, kind: bytes = b"application/json") -> None:
    """Answer with a whole body."""
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
