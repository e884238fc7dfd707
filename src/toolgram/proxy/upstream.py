"""The server behind the proxy: requests to it, and its answers piece by piece.

Promises: nothing is followed, decompressed, or added by itself; a server that is not there is an `UnreachableError`
that says what to do; a connection that is given up is closed, so that the server stops to generate.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from .requests import Headers
from .settings import Settings

ADDED = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")  # by the client library, where it is not told
ASIDE_SECONDS = 5.0  # for what is asked beside a request


class UnreachableError(Exception):
    """The server does not answer. `status` is for the client."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


class BrokenError(Exception):
    """The server has broken off an answer."""


class Upstream:
    """Speaks with the server; `open` before, `close` behind."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the pool of connections, which has no limit: each client has one."""
        seconds = self._settings
        timeout = aiohttp.ClientTimeout(None, None, seconds.silent_seconds, seconds.connect_seconds)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=ADDED,
            timeout=timeout,
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    @asynccontextmanager
    async def ask(self, method: str, path: bytes, headers: Headers, body: Any) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a request; the answer as long as it is wanted. Raises UnreachableError."""
        assert self._session is not None
        base = self._settings.base
        words = CIMultiDict((_text(name), _text(value)) for name, value in headers)
        url = URL(base + path.decode("latin-1"), encoded=True)
        try:
            response = await self._session.request(method, url, headers=words, data=body, allow_redirects=False)
        except aiohttp.ServerTimeoutError as problem:
            text = f"the server at {base} did not answer in time ({problem}): see its log, or raise --silent-seconds"
            raise UnreachableError(text, 504) from problem
        except (aiohttp.ClientError, OSError) as problem:
            text = f"the server at {base} cannot be reached ({problem}): start it, or give its URL with --upstream"
            raise UnreachableError(text, 502) from problem
        try:
            yield response
        finally:
            if not response.content.at_eof():
                response.close()
            else:
                response.release()

    async def ask_aside(self, method: str, path: str, headers: Headers, body: bytes | None = None) -> tuple[int, bytes]:
        """Ask a short question. Raises UnreachableError and BrokenError."""
        try:
            async with asyncio.timeout(ASIDE_SECONDS), self.ask(method, path.encode(), headers, body) as response:
                return response.status, b"".join([piece async for piece in pieces_of(response)])
        except TimeoutError as problem:
            raise BrokenError from problem


def _text(part: bytes) -> str:
    """A part of a header, which is sent as UTF-8."""
    try:
        return part.decode()
    except UnicodeDecodeError:
        return part.decode("latin-1")


async def pieces_of(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The body as it comes. Raises BrokenError."""
    try:
        async for piece in response.content.iter_any():
            yield piece
    except (aiohttp.ClientError, OSError) as problem:
        raise BrokenError(str(problem)) from problem
