"""The app: what a client asks is handed on, and what the server answers comes back, repaired where that is wanted.

In: ASGI. Out: ASGI, and requests to the server (`exchange.py`). Two paths are the proxy's own: `/health`, `/metrics`.
"""

from __future__ import annotations

import asyncio
from typing import Any

from ..formats import Format
from .choose import Formats
from .exchange import Exchange, Send, say
from .metrics import CONTENT_TYPE, Metrics
from .prompts import Prompts
from .requests import Headers, Receive, handed_on, read_json
from .settings import Settings
from .streams import dumped
from .upstream import BrokenError, UnreachableError, Upstream

NEAR = ("http://127.", "http://localhost", "http://[::1]")


class Proxy:
    """An ASGI app before one server."""

    def __init__(self, settings: Settings) -> None:
        self.metrics = Metrics()
        self.settings = settings
        self.upstream = Upstream(settings)
        self._formats = Formats(settings)
        self.prompts = Prompts(self.upstream)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1003, "reason": "only HTTP passes here"})
        elif scope["method"] == "GET" and scope["path"] == "/metrics":
            await say(send, 200, self.metrics.text(), CONTENT_TYPE)
        elif scope["method"] == "GET" and scope["path"] == "/health":
            await self._tell_health(send)
        else:
            with self.metrics.open.track_inprogress():
                await Exchange(self, scope, receive, send).run()

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.upstream.open()
            else:
                await self.upstream.close()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _tell_health(self, send: Send) -> None:
        """Whether the proxy runs, and whether the server behind it answers at all."""
        try:
            await self.upstream.ask_aside("GET", "/health", [])
            status, said = 200, {"status": "ok", "upstream": "ok"}
        except UnreachableError as problem:
            status, said = 503, {"status": "ok", "upstream": str(problem)}
        except BrokenError:
            status, said = 503, {"status": "ok", "upstream": "it does not answer in time"}
        await say(send, status, dumped(said))

    async def format_of(self, model: Any, headers: Headers) -> Format | None:
        """The format of a model; with `auto` the server's list is asked for models that are not known yet."""
        if self._formats.wants_list(model):
            own = handed_on(headers, {b"content-length", b"content-type", b"accept-encoding"})
            try:
                status, body = await self.upstream.ask_aside("GET", "/v1/models", own)
                listed = await read_json(body) if status == 200 else None
            except (UnreachableError, BrokenError):
                listed = None
            is_near = self.settings.base.startswith(NEAR)
            await asyncio.to_thread(self._formats.learn, listed, is_near=is_near)
        return self._formats.of(model)
