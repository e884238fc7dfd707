"""A server of chats and responses on loopback that has no parser and says what it is told.

`python mock.py PORT`. A request's field `mock` says what to answer: `pieces` of text, `finish`, `ways` in which it goes
wrong (`die` after so many pieces, `malformed`, `slow`, `whole_error`). Whatever is asked otherwise is echoed.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiohttp import web

STAMP = "stamp"
CROWDS: dict[str, int] = {}  # how many of a crowd have come
STATE: dict[str, Any] = {"open": 0, "gone": 0, "written": 0, "last": None}


def chunk(delta: dict[str, Any], finish: str | None = None, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "toy",
        "choices": [choice],
        **more,
    }


def chat_events(told: dict[str, Any]) -> list[dict[str, Any]]:
    choices = told.get("n", 1)
    events = [chunk({"role": "assistant", "content": ""})]
    for piece in told["pieces"]:
        for index in range(choices):
            event = chunk({"content": piece.replace("{index}", str(index))})
            event["choices"][0]["index"] = index
            events.append(event)
    for index in range(choices):
        event = chunk({"content": ""}, told.get("finish", "stop"))
        event["choices"][0]["index"] = index
        events.append(event)
    usage = {"prompt_tokens": 1, "completion_tokens": len(told["pieces"]), "total_tokens": 1 + len(told["pieces"])}
    return [*events, {**chunk({}), "choices": [], "usage": usage}]


def whole_chat(told: dict[str, Any]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(told["pieces"]), "tool_calls": []}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": told.get("finish", "stop")}
    return {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "toy", "choices": [choice]}


def whole_response(told: dict[str, Any]) -> dict[str, Any]:
    part = {"type": "output_text", "text": "".join(told["pieces"]), "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1,
        "model": "toy",
        "status": "completed",
        "output": [item],
    }


def response_events(told: dict[str, Any]) -> list[dict[str, Any]]:
    done = whole_response(told)
    [item] = done["output"]
    [part] = item["content"]
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    empty = {**item, "status": "in_progress", "content": []}
    events = [
        {"type": "response.created", "response": {**done, "status": "in_progress", "output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": empty},
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
    ]
    delta = {"type": "response.output_text.delta", **place, "logprobs": []}
    events += [{**delta, "delta": piece} for piece in told["pieces"]]
    events += [
        {"type": "response.output_text.done", **place, "text": part["text"], "logprobs": []},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": "response.completed", "response": done},
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


async def answer(request: web.Request) -> web.StreamResponse:
    body = await request.json()
    STATE["last"] = {key: value for key, value in body.items() if key != "mock"}
    told = body.get("mock") or {"pieces": ["Hi"]}
    is_chat = request.path.endswith("/chat/completions")
    if told.get("whole_error"):
        return web.json_response({"error": {"message": "no"}}, status=told["whole_error"], headers={"x-odd": "1"})
    if not body.get("stream"):
        return web.json_response(whole_chat(told) if is_chat else whole_response(told), headers={"x-request-id": "7"})
    response = web.StreamResponse(headers={"content-type": "text/event-stream; charset=utf-8", "x-request-id": "7"})
    await response.prepare(request)
    STATE["open"] += 1
    try:
        await _stream(request, response, told, is_chat=is_chat)
    except (ConnectionError, asyncio.CancelledError):
        STATE["gone"] += 1
        raise
    finally:
        STATE["open"] -= 1
    return response


async def _stream(request: web.Request, response: web.StreamResponse, told: dict[str, Any], *, is_chat: bool) -> None:
    if "crowd" in told:  # nobody is answered before all are here
        name, size = told["crowd"]
        CROWDS[name] = CROWDS.get(name, 0) + 1
        while CROWDS[name] < size:
            await asyncio.sleep(0.05)
    events = chat_events(told) if is_chat else response_events(told)
    for number, event in enumerate(events):
        if told.get("die") == number:
            assert request.transport is not None
            request.transport.abort()
            return
        if told.get("stamps"):  # the time at which a piece is written stands in it
            for choice in event.get("choices", ()):
                if choice["delta"].get("content") == STAMP:
                    choice["delta"]["content"] = f"t{time.monotonic_ns()};"
        name = "" if is_chat else f"event: {event['type']}\n"
        await response.write(f"{name}data: {json.dumps(event)}\n\n".encode())
        STATE["written"] += 1
        if told.get("malformed") == number:
            await response.write(b": ping\n\ndata: {not json\n\nnonsense\r\n\r\ndata: 7\n\n")
        await asyncio.sleep(told.get("slow", 0))
    await response.write(b"data: [DONE]\n\n" if is_chat else b"")
    await response.write_eof()


async def echo(request: web.Request) -> web.Response:
    size = 0
    async for piece in request.content.iter_any():
        size += len(piece)
    said = {"method": request.method, "path": request.raw_path, "size": size, "headers": list(request.headers.items())}
    return web.json_response(said, status=int(request.query.get("status", 200)), headers={"x-odd": "a"})


async def models(_: web.Request) -> web.Response:
    return web.json_response({"data": [{"id": "coder", "root": "Qwen/Qwen3-Coder-30B-A3B-Instruct"}, {"id": "odd"}]})


async def tokens(request: web.Request) -> web.Response:
    body = await request.json()
    opener = ["<think>", "\u010a"] if (body.get("chat_template_kwargs") or {}).get("opens") else []
    return web.json_response(
        {"count": 1, "tokens": [1], "token_strs": ["<|im_start|>", "assistant", "\u010a", *opener]}
    )


async def state(_: web.Request) -> web.Response:
    return web.json_response(STATE)


def app() -> web.Application:
    made = web.Application(client_max_size=1 << 30)
    for path in ("/v1/chat/completions", "/v1/responses"):
        made.router.add_post(path, answer)
    made.router.add_get("/v1/models", models)
    made.router.add_post("/tokenize", tokens)
    made.router.add_get("/state", state)
    made.router.add_route("*", "/{rest:.*}", echo)
    return made


if __name__ == "__main__":
    web.run_app(app(), host="127.0.0.1", port=int(sys.argv[1]), print=None, backlog=8192, access_log=None)
