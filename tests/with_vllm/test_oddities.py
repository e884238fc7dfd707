"""What clients and operators do besides asking one plain question, at one real server.

The server has no plugin file: toolgram is installed, and `toolgram_mine` is a spec in the operator's own folder. It has
two API processes, so a format is compiled in each, and each serves some of the requests.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from server import Server
from transcripts import CASES, THOUGHT, TOOLS, prompt_of

pytestmark = pytest.mark.vllm

FORMAT = "qwen3_coder"
ANY = {case.scene: case for case in CASES[FORMAT]}
LONG = "long argument"


@pytest.fixture(scope="module")
def server(model_folder: Path, installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("formats")
    spec = (installed / "toolgram" / "_formats" / f"{FORMAT}.lark").read_text(encoding="utf-8")
    (folder / "mine.lark").write_text(spec, encoding="utf-8")
    (folder / "wrong.lark").write_text(spec.replace("start:", "begin:"), encoding="utf-8")
    # The command line looks for a package `vllm` to say its version; the one for CPU has another name.
    metadata = installed / "vllm-0.32.0.dist-info" / "METADATA"
    metadata.parent.mkdir()
    metadata.write_text("Metadata-Version: 2.1\nName: vllm\nVersion: 0.32.0+cpu\n")
    started = Server(
        model_folder,
        None,
        "toolgram_mine",
        folder / "server.log",
        reasoning=True,
        site=installed,
        command=["vllm.entrypoints.cli.main", "serve"],  # the only one that can have several API processes
        more=["--api-server-count", "2", "--max-num-seqs", "64"],
        variables={"TOOLGRAM_FORMATS": str(folder)},
    )
    try:
        started.wait()
        yield started
    finally:
        started.stop()


class Heard:
    """What a client has received of one choice."""

    def __init__(self) -> None:
        self.content = self.reasoning = ""
        self.calls: list[list[str]] = []
        self.finish: str | None = None
        self.tokens: list[str] = []  # of the entries of logprobs

    @property
    def message(self) -> tuple[Any, ...]:
        return self.content, self.reasoning, [tuple(call) for call in self.calls]

    def hear(self, choice: Any) -> None:
        """One choice of a chunk, or of a whole answer."""
        part = getattr(choice, "delta", None) or choice.message
        self.content += part.content or ""
        self.reasoning += getattr(part, "reasoning", None) or ""
        for number, call in enumerate(part.tool_calls or []):
            index = getattr(call, "index", number)
            if index == len(self.calls):
                self.calls.append(["", ""])
            self.calls[index][0] += call.function.name or ""
            self.calls[index][1] += call.function.arguments or ""
        if choice.logprobs is not None:
            self.tokens += [entry.token for entry in choice.logprobs.content or []]
        self.finish = choice.finish_reason or self.finish


def expected(scene: str) -> tuple[Any, ...]:
    case = ANY[scene]
    return case.content, case.reasoning, [(name, json.dumps(arguments)) for name, arguments in case.calls]


def client_of(server: Server) -> Any:
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=server.base_url, api_key="none", timeout=120, max_retries=0)


def question(scene: str, **options: Any) -> dict[str, Any]:
    messages = [{"role": "user", "content": prompt_of(FORMAT, ANY[scene])}]
    asked = {"temperature": 0.0, "max_tokens": 600, "tools": TOOLS, **options}
    return {"model": "toy", "messages": messages, **asked}


async def stream(client: Any, scene: str, **options: Any) -> list[Heard]:
    heard = [Heard() for _ in range(options.get("n", 1))]
    async for chunk in await client.chat.completions.create(stream=True, **question(scene, **options)):
        for choice in chunk.choices:
            heard[choice.index].hear(choice)
    return heard


async def whole(client: Any, scene: str, **options: Any) -> list[Heard]:
    answer = await client.chat.completions.create(**question(scene, **options))
    heard = [Heard() for _ in answer.choices]
    for choice in answer.choices:
        heard[choice.index].hear(choice)
    return heard


def both(server: Server, scene: str, **options: Any) -> tuple[list[Heard], list[Heard]]:
    """The same question, streamed and whole."""

    async def ask() -> tuple[list[Heard], list[Heard]]:
        async with client_of(server) as client:
            return await stream(client, scene, **options), await whole(client, scene, **options)

    return asyncio.run(ask())


def test_a_spec_of_the_operator_s_own_serves_and_a_wrong_one_is_explained(server: Server) -> None:
    for scene in ANY:
        for [heard] in both(server, scene):
            assert heard.message == expected(scene)
    log = server.log.read_text(errors="replace")
    assert log.count("toolgram_wrong is not registered, its spec has errors") == 1
    assert log.count("wrong.lark:") >= 1
    assert "parser failed" not in log


@pytest.mark.parametrize("scene", ["parallel calls", "reasoning and call", "opened, all three", "plain text"])
def test_each_of_several_choices_is_right(server: Server, scene: str) -> None:
    for heard in both(server, scene, n=3, temperature=0.01):
        assert [one.message for one in heard] == [expected(scene)] * 3
        assert {one.finish for one in heard} == {"tool_calls" if ANY[scene].calls else "stop"}


@pytest.mark.parametrize("scene", ["one call", "reasoning and call", "opened, all three", "plain text"])
def test_no_token_s_logprobs_are_lost(server: Server, scene: str) -> None:
    [streamed], [complete] = both(server, scene, logprobs=True, top_logprobs=1)
    assert streamed.message == complete.message == expected(scene)
    assert streamed.tokens == complete.tokens
    assert "".join(streamed.tokens).startswith(ANY[scene].output)  # and the end token


@pytest.mark.parametrize(
    ("scene", "stop", "kept"),
    [
        (LONG, "seven mills", "past "),
        ("content and call", "weather for", "Let me check the "),
        ("reasoning and text", "fine day", "Hello! It is a "),
        ("parallel calls", "12", "Rome"),
    ],
)
def test_a_stop_string_ends_an_answer_anywhere(server: Server, scene: str, stop: str, kept: str) -> None:
    [streamed], [complete] = both(server, scene, stop=[stop])
    assert streamed.message == complete.message
    text = "".join([streamed.content, *(call[1] for call in streamed.calls)])
    assert stop not in text
    assert kept.strip() in text
    wanted = expected(scene)
    assert wanted[0].startswith(streamed.content)
    assert streamed.reasoning == wanted[1]
    assert all(full[1].startswith(call[1]) for call, full in zip(streamed.calls, wanted[2], strict=False))


def test_the_usage_says_how_many_tokens_are_reasoning(server: Server) -> None:
    from openai import OpenAI

    client = OpenAI(base_url=server.base_url, api_key="none", timeout=120)
    for scene in ("reasoning and call", "opened, then call", "plain text", "one call"):
        answer = client.chat.completions.create(**question(scene))
        details = answer.usage.completion_tokens_details
        usage = {"include_usage": True, "continuous_usage_stats": True}
        chunks = list(client.chat.completions.create(stream=True, stream_options=usage, **question(scene)))
        counts = [chunk.usage.completion_tokens_details.reasoning_tokens for chunk in chunks if chunk.usage]
        assert counts == sorted(counts)
        assert counts[-1] == details.reasoning_tokens
        response = client.responses.create(
            model="toy", input=prompt_of(FORMAT, ANY[scene]), temperature=0.0, max_output_tokens=600
        )
        assert response.usage.output_tokens_details.reasoning_tokens == details.reasoning_tokens
        if ANY[scene].reasoning:
            assert 5 < details.reasoning_tokens <= len(THOUGHT) + 2
        else:
            assert details.reasoning_tokens == 0


def test_cancelled_requests_leave_nothing_behind(server: Server) -> None:
    async def leave(client: Any, chunks: int) -> None:
        answer = await client.chat.completions.create(stream=True, **question(LONG))
        received = 0
        async for _ in answer:
            received += 1
            if received == chunks:
                break
        await answer.close()

    async def run_out(client: Any) -> None:
        from openai import APITimeoutError

        with contextlib.suppress(APITimeoutError):
            await client.with_options(timeout=0.2).chat.completions.create(**question(LONG))

    async def ask() -> list[list[Heard]]:
        async with client_of(server) as client:
            await asyncio.gather(
                *(leave(client, chunks) for chunks in range(1, 25)), *(run_out(client) for _ in range(4))
            )
            return await asyncio.gather(*(stream(client, scene) for scene in ANY))

    for scene, [heard] in zip(ANY, asyncio.run(ask()), strict=True):
        assert heard.message == expected(scene)


def test_a_hundred_and_twenty_eight_interleaved_streams_do_not_mix(server: Server) -> None:
    scenes = (list(ANY) * 128)[:128]

    async def ask() -> list[list[Heard]]:
        async with client_of(server) as client:
            return await asyncio.gather(*(stream(client, scene) for scene in scenes))

    wrong = [
        (scene, heard.message)
        for scene, [heard] in zip(scenes, asyncio.run(ask()), strict=True)
        if heard.message != expected(scene)
    ]
    assert wrong == []


def test_it_was_served_by_two_processes(server: Server) -> None:
    log = server.log.read_text(errors="replace")
    assert "ApiServer_0" in log
    assert "ApiServer_1" in log


def test_the_log_says_that_our_parsers_are_at_work(server: Server) -> None:
    log = server.log.read_text(errors="replace")
    for half in ("tool", "reasoning"):
        assert log.count(f"reads mine ({half} half, vLLM 0.32.0") >= 1, half
    assert log.count("reads mine (") <= 5  # once in each process that has parsers


def test_the_metrics_add_both_processes_up(server: Server) -> None:
    """As many answers more as there were questions, whichever process is asked for the page."""
    from test_watching import shown

    def answers() -> float:
        return sum(value for (name, labels), value in shown(server).items() if (name, labels[1:]) == COUNTED)

    before = answers()
    for _ in range(5):
        both(server, "one call")
    assert [answers() for _ in range(4)] == [before + 10] * 4
    builds = [labels for name, labels in shown(server) if name == "toolgram_build_info"]
    assert len(builds) == 1
    assert "mine" in builds[0]


COUNTED = ("toolgram_answers_total", ("tool",))
