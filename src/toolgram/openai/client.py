"""What the `openai` client returns, repaired: streams and whole answers, sync and async, of both APIs.

In: the client's own objects, or dicts. Out: the same kind of thing. The client is not imported: an object is read by
its `model_dump`, and one like it is made by its class.

Promise: an object in which nothing is found is handed on as it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from ..formats import Format
from ..prompts import REASONING
from ..runtime.message import KEEP
from .chat import ChatRepair
from .plan import AUTO, Plan, plan_for
from .responses import ResponsesRepair

Answer = TypeVar("Answer")
Maker = Callable[[Any, dict[str, Any]], Any]  # of an object with other fields: the old one, and the fields


def repair(
    answer: Answer,
    format: Format | str | Path,
    tools: Any = None,
    *,
    inside: str | None = AUTO,
    tool_choice: Any = None,
    chat_template_kwargs: Mapping[str, Any] | None = None,
    reasoning_field: str = REASONING,
    incomplete: str = KEEP,
) -> Answer:
    """Make tool calls, reasoning and finish reasons of the raw text in an answer.

    `answer` is what `client.chat.completions.create(...)` or `client.responses.create(...)` has returned, awaited in
    the case of an async client: a whole answer, or a stream, of which a stream is made. `format` is the name of a
    format, a path of a spec, or a `Format`. `tools`, `tool_choice` and `chat_template_kwargs` are those of the request;
    without tools no calls are looked for. `inside` says what the prompt has opened: "reasoning", None, or "auto".
    `incomplete="drop"` leaves calls out that are not complete.

    Raises what `toolgram.load` raises, ValueError for an `inside` or a format that is none, and TypeError for an
    answer that is none.
    """
    asked = {"tools": tools, "tool_choice": tool_choice, "chat_template_kwargs": chat_template_kwargs}
    plan = plan_for(format, asked, inside=inside, reasoning_field=reasoning_field, incomplete=incomplete)
    made: Any
    if hasattr(answer, "__aiter__"):
        made = AsyncRepairedStream(answer, plan)
    elif hasattr(answer, "model_dump") or isinstance(answer, dict):
        made = repaired(answer, plan)
    elif hasattr(answer, "__iter__") and not isinstance(answer, str | bytes):
        made = RepairedStream(answer, plan)
    else:
        kind = type(answer).__name__
        raise TypeError(f"a {kind} is no answer: a stream or an answer of the client is wanted; await what is awaited")
    return made  # type: ignore[no-any-return]  # of the same shape


class Pieces:
    """Repairs the objects of one stream, chunks of a chat or events of a response."""

    def __init__(self, plan: Plan, make: Maker | None = None) -> None:
        self._plan = plan
        self._make = make or like
        self._read: Callable[[dict[str, Any]], list[dict[str, Any]]] | None = None
        self._repair: ChatRepair | ResponsesRepair | None = None
        self._last: Any = None

    def take(self, piece: Any) -> list[Any]:
        """Read one object; return those to hand on in its place."""
        as_dict = as_plain(piece)
        if not isinstance(as_dict, dict):
            return [piece]
        if self._read is None:
            chat, responses = ChatRepair(self._plan), ResponsesRepair(self._plan)
            is_chat = "choices" in as_dict
            self._repair, self._read = (chat, chat.chunk) if is_chat else (responses, responses.event)
        self._last = piece
        return [piece if one is as_dict else self._make(piece, one) for one in self._read(as_dict)]

    def end(self) -> list[Any]:
        """The stream has ended: what nobody has said to be finished."""
        return [self._make(self._last, one) for one in self._repair.end()] if self._repair is not None else []


class RepairedStream:
    """A stream of the client's, repaired. What it does not know itself is asked of the client's."""

    def __init__(self, stream: Any, plan: Plan) -> None:
        self._stream = stream
        self._pieces = self._all(Pieces(plan))

    def _all(self, pieces: Pieces) -> Iterator[Any]:
        for piece in self._stream:
            yield from pieces.take(piece)
        yield from pieces.end()

    def __iter__(self) -> Iterator[Any]:
        return self._pieces

    def __next__(self) -> Any:
        return next(self._pieces)

    def __enter__(self) -> RepairedStream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection."""
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class AsyncRepairedStream:
    """As `RepairedStream`, of an async client."""

    def __init__(self, stream: Any, plan: Plan) -> None:
        self._stream = stream
        self._pieces = self._all(Pieces(plan))

    async def _all(self, pieces: Pieces) -> AsyncIterator[Any]:
        async for piece in self._stream:
            for one in pieces.take(piece):
                yield one
        for one in pieces.end():
            yield one

    def __aiter__(self) -> AsyncIterator[Any]:
        return self._pieces

    async def __anext__(self) -> Any:
        return await anext(self._pieces)

    async def __aenter__(self) -> AsyncRepairedStream:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connection."""
        close = getattr(self._stream, "close", None) or getattr(self._stream, "aclose", None)
        if close is not None:
            await close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def repaired(answer: Any, plan: Plan, make: Maker | None = None) -> Any:
    """A whole answer, repaired. Raises TypeError where it is none."""
    as_dict = as_plain(answer)
    if "choices" in as_dict:
        made = ChatRepair(plan).whole(as_dict)
    elif "output" in as_dict:
        made = ResponsesRepair(plan).whole(as_dict)
    else:
        raise TypeError(f"a {type(answer).__name__} has neither `choices` nor `output`: it is no answer")
    return answer if made is as_dict else (make or like)(answer, made)


def as_plain(piece: Any) -> Any:
    """An object as the dict that came over the wire: what was not sent is left out."""
    dump = getattr(piece, "model_dump", None)
    return dump(exclude_unset=True, by_alias=True) if callable(dump) else piece


def like(piece: Any, fields: dict[str, Any]) -> Any:
    """An object of the same class; its client's lenient constructor is asked, since servers add fields of their own."""
    kind = type(piece)
    construct = getattr(kind, "construct", None) if hasattr(piece, "model_dump") else None
    made: Any = construct(**fields) if construct is not None else fields
    request_id = getattr(piece, "_request_id", None)
    if request_id is not None:
        made._request_id = request_id
    return made
