"""The proxy on loopback, between clients and a server that has no parser: what it changes, and what it leaves alone."""

from __future__ import annotations

import asyncio
import json
import socket
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import aiohttp
import budget
import pytest
from crowd import TOOL, crowd
from servers import Process, free_port

CALL = "<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>"
TOOLS = [{"type": "function", "function": TOOL}]
CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
MEGABYTE = 1 << 20


def asked(pieces: list[str], *, stream: bool = True, model: str = "toy", **mock: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": "x"}]
    told = {"pieces": pieces, **mock}
    return {"model": model, "stream": stream, "messages": messages, "tools": TOOLS, "mock": told}


async def fetch(url: str, method: str = "POST", **options: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    """An answer: its status, the headers that both ways share, and its bytes."""
    async with (
        aiohttp.ClientSession(auto_decompress=False) as session,
        session.request(method, url, **options) as found,
    ):
        own = {"date", "connection", "keep-alive", "transfer-encoding"}
        headers = [(name.lower(), value) for name, value in found.headers.items() if name.lower() not in own]
        return found.status, sorted(headers), await found.read()


def ask(url: str, body: dict[str, Any], path: str = CHAT) -> tuple[int, list[tuple[str, str]], bytes]:
    return asyncio.run(fetch(url + path, json=body))


def state(mock: Process) -> dict[str, Any]:
    with urllib.request.urlopen(mock.url + "/state") as found:
        return dict(json.load(found))


def chunks(body: bytes) -> list[dict[str, Any]]:
    return [json.loads(line[6:]) for line in body.splitlines() if line.startswith(b"data: {")]


# --- what passes -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/models", None),
        ("POST", "/a%2Fb/c%20d?x=%20&y=1&status=201", b"\x00\xff" * 1000),
        ("PUT", "/v1/files?status=404", b"x"),
        ("DELETE", "/v1/files/1?status=500", None),
        ("POST", "/v1/completions?status=429", b'{"model": "toy"}'),
    ],
)
def test_other_requests_pass_with_status_headers_and_bytes(
    method: str, path: str, body: bytes | None, mock: Process, proxy: Process
) -> None:
    options = {"data": body, "headers": {"Authorization": "Bearer k", "X-Odd": "a", "User-Agent": "u", "Accept": "*/*"}}
    direct = asyncio.run(fetch(mock.url + path, method, **options))
    through = asyncio.run(fetch(proxy.url + path, method, **options))
    assert through[0] == direct[0]
    sizes = [{**dict(found[1]), "content-length": ""} for found in (direct, through)]
    assert sizes[0] == sizes[1]
    if path == "/v1/models":
        assert through[2] == direct[2]
        return
    echoed = [json.loads(found[2]) for found in (direct, through)]
    for one in echoed:  # names of headers have no case, and the host is the next one
        one["headers"] = sorted([name.lower(), value] for name, value in one["headers"] if name.lower() != "host")
    assert echoed[0] == echoed[1]


def test_answers_in_which_nothing_is_found_pass_byte_for_byte(mock: Process, proxy: Process) -> None:
    for path in (CHAT, RESPONSES):
        for stream in (True, False):
            body = asked(["Hi", " there", ", \u00e9\U0001f98a"], stream=stream)
            assert ask(proxy.url, body, path) == ask(mock.url, body, path)
    body = asked(["Hi"], whole_error=503)
    assert ask(proxy.url, body) == ask(mock.url, body)


def test_what_is_no_event_passes_as_it_came(mock: Process, proxy: Process) -> None:
    body = asked(["Hi", " there"], malformed=1)
    assert ask(proxy.url, body) == ask(mock.url, body)
    status, _, found = ask(proxy.url, asked(["Hi", CALL], malformed=1))
    assert status == 200
    assert b": ping\n\ndata: {not json\n\nnonsense\r\n\r\ndata: 7\n\n" in found
    assert b'"tool_calls"' in found


def test_a_request_cannot_lead_the_proxy_elsewhere(proxy: Process) -> None:
    for target in (f"http://127.0.0.1:{proxy.port}/v1/models", "@127.0.0.1/", "x"):
        with socket.create_connection(("127.0.0.1", proxy.port)) as connection:
            connection.sendall(f"GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
            found = connection.makefile("rb").read()
        assert found.startswith(b"HTTP/1.1 400") or b'"id": "coder"' in found, found[:100]


def test_requests_that_are_none_are_the_server_s_to_refuse(mock: Process, proxy: Process) -> None:
    for data in (b"{", b"[]", b""):
        assert asyncio.run(fetch(proxy.url + CHAT, data=data))[0] == asyncio.run(fetch(mock.url + CHAT, data=data))[0]


# --- what is repaired ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("stream", [True, False])
def test_an_answer_is_repaired(stream: bool, proxy: Process) -> None:
    status, headers, found = ask(proxy.url, asked(["<think>\nhm\n</thi", "nk>\n\nHi", CALL], stream=stream))
    assert status == 200
    assert ("x-request-id", "7") in headers
    if stream:
        said = chunks(found)
        assert [one["choices"][0]["finish_reason"] for one in said if one["choices"]][-1] == "tool_calls"
        assert found.endswith(b"data: [DONE]\n\n")
        assert said[-1]["usage"]["completion_tokens"] == 3
        return
    [choice] = json.loads(found)["choices"]
    assert (choice["message"]["reasoning"], choice["message"]["content"]) == ("hm", "Hi")
    assert (len(choice["message"]["tool_calls"]), choice["finish_reason"]) == (1, "tool_calls")
    assert dict(headers)["content-length"] == str(len(found))


@pytest.mark.parametrize("stream", [True, False])
def test_a_response_is_repaired(stream: bool, proxy: Process) -> None:
    body = {**asked(["<think>\nhm\n</thi", "nk>\n\nHi", CALL], stream=stream), "tools": [{"type": "function", **TOOL}]}
    _, _, found = ask(proxy.url, body, RESPONSES)
    output = (chunks(found)[-1]["response"] if stream else json.loads(found))["output"]
    assert [item["type"] for item in output] == ["reasoning", "message", "function_call"]
    if stream:
        named = [line[7:].decode() for line in found.splitlines() if line.startswith(b"event: ")]
        assert named == [event["type"] for event in chunks(found)]


def test_what_vllm_has_to_be_asked_is_asked(mock: Process, proxy_of: Callable[..., Process]) -> None:
    proxy = proxy_of(mock.url, "--format", "qwen3_coder", "--server", "vllm")
    ask(proxy.url, asked(["Hi"]))
    last = state(mock)["last"]
    assert (last["skip_special_tokens"], last["tool_choice"], len(last["tools"])) == (False, "none", 1)
    ask(proxy.url, {**asked(["Hi"]), "tool_choice": "required", "skip_special_tokens": True})
    last = state(mock)["last"]
    assert (last["skip_special_tokens"], last["tool_choice"]) == (True, "required")
    for opens in (True, False):  # what the prompt has opened is asked beside the answer
        body = {**asked(["hm\n</think>\n\nHi"]), "chat_template_kwargs": {"opens": opens}}
        said = [one["choices"][0]["delta"] for one in chunks(ask(proxy.url, body)[2]) if one["choices"]]
        assert any("reasoning" in delta for delta in said) == opens


def test_a_model_s_format_is_mapped_or_found_in_the_list_of_models(
    mock: Process, proxy_of: Callable[..., Process]
) -> None:
    proxy = proxy_of(mock.url, "--map", "he*=hermes", "--format", "auto")
    hermes = '<tool_call>\n{"name": "f", "arguments": {"a": "x"}}\n</tool_call>'
    for model, text, is_read in (("hermes-3", hermes, True), ("coder", CALL, True), ("odd", CALL, False)):
        found = ask(proxy.url, asked([text], model=model))[2]
        assert (b'"tool_calls"' in found) == is_read, model


def test_metrics_and_health(proxy: Process, proxy_of: Callable[..., Process]) -> None:
    ask(proxy.url, asked([CALL]))
    _, headers, found = asyncio.run(fetch(proxy.url + "/metrics", "GET"))
    assert "text/plain" in dict(headers)["content-type"]
    numbers = dict(line.rsplit(" ", 1) for line in found.decode().splitlines() if not line.startswith("#"))
    assert float(numbers['toolgram_proxy_calls_total{format="qwen3_coder"}']) >= 1
    assert float(numbers['toolgram_proxy_requests_total{kind="chat",status="200"}']) >= 1
    assert float(numbers["toolgram_proxy_open_requests"]) == 0
    assert asyncio.run(fetch(proxy.url + "/health", "GET"))[0] == 200
    alone = proxy_of(f"http://127.0.0.1:{free_port()}", "--format", "hermes")
    status, _, found = asyncio.run(fetch(alone.url + "/health", "GET"))
    assert (status, json.loads(found)["status"]) == (503, "ok")
    status, _, found = ask(alone.url, asked(["Hi"]))
    assert status == 502
    assert "start it, or give its URL with --upstream" in json.loads(found)["error"]["message"]


# --- what goes wrong -------------------------------------------------------------------------------------------------


def test_an_answer_that_the_server_breaks_off_does_not_look_whole(proxy: Process) -> None:
    async def read() -> bytes:
        found = b""
        body = asked(["Hi", " there <tool_c", "x"], die=3)
        async with aiohttp.ClientSession() as session, session.post(proxy.url + CHAT, json=body) as response:
            try:
                async for piece in response.content.iter_any():
                    found += piece
            except aiohttp.ClientPayloadError:
                return found
        raise AssertionError("it looks whole")

    found = asyncio.run(read())
    said = "".join(one["choices"][0]["delta"].get("content") or "" for one in chunks(found))
    assert said == "Hi there <tool_c"
    assert b"[DONE]" not in found
    assert b'"finish_reason":"' not in found
    status, _, body = ask(proxy.url, asked(["Hi"]))
    assert (status, b"[DONE]" in body) == (200, True)


def test_a_client_that_goes_ends_the_answer_at_the_server(mock: Process, proxy: Process) -> None:
    before = state(mock)["gone"]

    async def go() -> None:
        body = asked(["Hi"] * 1000, slow=0.05)
        async with aiohttp.ClientSession() as session, session.post(proxy.url + CHAT, json=body) as response:
            await response.content.readany()

    asyncio.run(go())
    deadline = time.monotonic() + 10
    while state(mock)["gone"] == before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert state(mock)["gone"] == before + 1
    assert state(mock)["open"] == 0


def test_a_client_that_is_slow_makes_the_server_wait(mock: Process, proxy: Process) -> None:
    pieces = ["x" * 1000] * 30_000  # thirty megabytes

    async def wait() -> tuple[int, int]:
        slow = aiohttp.ClientSession(read_bufsize=1 << 12)
        async with slow as session, session.post(proxy.url + CHAT, json=asked(pieces)) as response:
            await response.content.readany()
            before, written = -1, state(mock)["written"]
            while written != before:
                await asyncio.sleep(0.5)
                before, written = written, state(mock)["written"]
            found = b"".join([piece async for piece in response.content.iter_any()])
        return written - start, len(chunks(b"data: {}\n" + found))

    start = state(mock)["written"]
    written, read = asyncio.run(wait())
    assert written < 20_000
    assert read > 29_000
    assert proxy.megabytes < 400


def test_large_requests_stream_through_and_those_that_are_read_have_a_limit(proxy: Process) -> None:
    async def pieces() -> Any:
        for _ in range(100):
            yield b"x" * MEGABYTE

    before = proxy.megabytes
    for headers in ({}, {"Content-Length": str(100 * MEGABYTE)}):
        status, _, found = asyncio.run(fetch(proxy.url + "/v1/files", data=pieces(), headers=headers))
        assert (status, json.loads(found)["size"]) == (200, 100 * MEGABYTE)
    assert proxy.megabytes < before + 30
    status, _, found = asyncio.run(fetch(proxy.url + CHAT, data=b"x" * (100 * MEGABYTE)))
    assert status == 413
    assert "raise --request-max" in json.loads(found)["error"]["message"]


def test_many_streams_at_once_lose_and_mix_nothing(mock: Process, proxy: Process) -> None:
    streams = 5000 if budget.full else 500
    wrong, _ = asyncio.run(crowd(proxy.url, streams, 20))
    assert wrong == []
    assert state(mock)["open"] == 0
