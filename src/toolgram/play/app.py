"""The app: files of the page, and `/compile`.

In: requests. Out: a file, or JSON. Every answer says what the page may do, so that no text of a stranger runs.

A page of another origin could send requests to an address of this machine, or have its own name lead here. So the name
that was asked for must be one of ours, a request that says where it comes from must come from here, and `/compile`
takes nothing but JSON, which other origins cannot send unasked.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import PurePosixPath
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .compiler import BusyError, Compiler, LimitError
from .page import TYPES
from .stages import MACHINE, STAGES

SPEC_BYTES_MAX = 1 << 18  # of a request with a spec: JSON may take four times as much as the compiler takes
TEMPLATE_BYTES_MAX = 1 << 24
LOOPBACK = ("localhost", "127.0.0.1", "[::1]")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types compiler"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-cache",
}
SAME = ("same-origin", "none")


class RefusedError(Exception):
    """A request that is not answered, and why."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status, self.words = status, words


def make_app(files: Mapping[str, bytes], names: Iterable[str] = ()) -> Starlette:
    """Make the app. `names` are further names of this machine that may be asked for."""
    allowed = {*LOOPBACK, *names}
    compilers = {stage: Compiler() for stage in STAGES}  # who types does not wait for the machine of the last key

    async def page(request: Request) -> Response:
        try:
            _check(request, allowed)
        except RefusedError as refusal:
            return _refused(refusal)
        name = request.path_params["name"] or "index.html"
        data = files.get(name)
        if data is None:
            return _refused(RefusedError(404, "there is no such file"))
        kind = TYPES.get(PurePosixPath(name).suffix, "application/octet-stream")
        return Response(data, headers={**HEADERS, "content-type": kind})

    async def compile_(request: Request) -> Response:
        try:
            _check(request, allowed)
            job = await _job(request)
            answer = await compilers[job.get("stage", MACHINE)].answer(job)
        except RefusedError as refusal:
            return _refused(refusal)
        except BusyError:
            return _refused(RefusedError(503, "too many specs wait to be compiled"))
        except LimitError as problem:
            return _refused(RefusedError(422, str(problem)))
        return Response(answer, headers={**HEADERS, "content-type": "application/json"})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        starting = [asyncio.create_task(one.start()) for one in compilers.values()]  # nobody waits for them yet
        yield
        for task, one in zip(starting, compilers.values(), strict=True):
            task.cancel()
            await one.close()

    routes = [Route("/compile", compile_, methods=["POST"]), Route("/{name:path}", page, methods=["GET"])]
    return Starlette(routes=routes, lifespan=lifespan)


def _check(request: Request, allowed: set[str]) -> None:
    """Refuse what came to another name, or from another origin. Raises RefusedError."""
    host = request.headers.get("host", "")
    if host.rpartition(":")[0].lower() not in allowed and host.lower() not in allowed:
        raise RefusedError(421, "this is not the name of this machine")
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != host:
        raise RefusedError(403, "pages of other origins are not answered")
    is_navigation = request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
    if request.headers.get("sec-fetch-site", "none") not in SAME and not is_navigation:
        raise RefusedError(403, "pages of other origins are not answered")


async def _job(request: Request) -> dict[str, Any]:
    """The job in a request: a spec and its name, or a file of a model and its name. Raises RefusedError."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise RefusedError(415, "JSON is wanted")
    body = await _body(request)
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "this is not JSON") from None
    given = given if isinstance(given, dict) else {}
    if all(isinstance(given.get(key), str) for key in ("spec", "name")) and given.get("stage") in STAGES:
        if len(body) > SPEC_BYTES_MAX:
            raise RefusedError(413, "this is larger than any spec")
        return {key: given[key] for key in ("spec", "name", "stage")}
    if all(isinstance(given.get(key), str) for key in ("template", "file")):
        return {key: given[key] for key in ("template", "file")}
    raise RefusedError(400, "a spec, its name and a stage, or a template and the name of its file, are wanted")


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    try:
        async for part in request.stream():
            size += len(part)
            if size > TEMPLATE_BYTES_MAX:
                raise RefusedError(413, "this is larger than any template")
            parts.append(part)
    except ClientDisconnect:
        raise RefusedError(400, "the request is not whole") from None
    return b"".join(parts)


def _refused(refusal: RefusedError) -> Response:
    return PlainTextResponse(refusal.words, refusal.status, headers=HEADERS)
