"""The real thing: the real vLLM serves a model that writes a format, through the generated plugin, to the real client.

Every scene is asked for twice, streamed and whole, and both must be the message that the transcript means. Run by
`.ci/vllm`. A trained toy model is kept in `$TOOLGRAM_TOY_MODEL`, if that is set.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from server import Fleet, Server
from transcripts import CASES, HAS_REASONING, HIDDEN_TOKENS, MARKUP, TOOLS, Case, prompt_of

import toolgram

pytestmark = pytest.mark.vllm

PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"
SEVERAL = ("qwen3_coder", "kimi_k2", "llama3_json")  # by text, by id, from the first character on
SERVED = [*((format_id, 1) for format_id in CASES), *((format_id, 4) for format_id in SEVERAL)]  # tokens a delta
ANY = {name: {case.scene: case for case in cases} for name, cases in CASES.items()}


@dataclass
class Heard:
    """What a client has received of one answer."""

    content: str = ""
    reasoning: str = ""
    calls: list[dict[str, str]] = field(default_factory=list)
    finish: str | None = None
    tokens_at_arguments: list[int] = field(default_factory=list)  # tokens generated when a part of arguments arrived
    tokens: int = 0

    @property
    def message(self) -> tuple[Any, ...]:
        """All but the ids, which are random where the format has none."""
        return self.content, self.reasoning, [(call["name"], call["arguments"]) for call in self.calls]


class Talk:
    """One server and a client of it."""

    def __init__(self, server: Any, format_id: str, interval: int) -> None:
        from openai import OpenAI

        self.format_id = format_id
        self.interval = interval
        self._create = OpenAI(base_url=server.base_url, api_key="none", timeout=120).chat.completions.create

    def whole(self, scene: str, **options: Any) -> Heard:
        answer = self._ask(scene, **options)
        message = answer.choices[0].message
        calls = [
            {"id": call.id, "name": call.function.name, "arguments": call.function.arguments}
            for call in message.tool_calls or []
        ]
        reasoning = getattr(message, "reasoning", None) or ""
        return Heard(message.content or "", reasoning, calls, answer.choices[0].finish_reason)

    def stream(self, scene: str, **options: Any) -> Heard:
        heard = Heard()
        usage = {"include_usage": True, "continuous_usage_stats": True}
        for chunk in self._ask(scene, stream=True, stream_options=usage, **options):
            heard.tokens = chunk.usage.completion_tokens
            for choice in chunk.choices:
                heard.finish = choice.finish_reason or heard.finish
                self._hear(heard, choice.delta)
        return heard

    def _ask(self, scene: str, **options: Any) -> Any:
        content = prompt_of(self.format_id, ANY[self.format_id][scene])
        asked = {"max_tokens": 600, "tools": TOOLS, **options}
        return self._create(model="toy", messages=[{"role": "user", "content": content}], temperature=0.0, **asked)

    def _hear(self, heard: Heard, delta: Any) -> None:
        heard.content += delta.content or ""
        heard.reasoning += getattr(delta, "reasoning", None) or ""
        for part in delta.tool_calls or []:
            if part.index == len(heard.calls):
                assert part.id, "a call begins with its id"
                assert part.function.name, "a call begins with its name"
                heard.calls.append({"id": part.id, "name": part.function.name, "arguments": ""})
            else:
                assert part.index == len(heard.calls) - 1, "calls come one after the other"
                assert part.id is None, "an id comes once"
                assert part.function.name is None, "a name comes once, and whole"
            if part.function.arguments:
                heard.calls[part.index]["arguments"] += part.function.arguments
                heard.tokens_at_arguments.append(heard.tokens)


@pytest.fixture(scope="session")
def fleet(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    logs = tmp_path_factory.mktemp("logs")
    servers = Fleet(
        {
            f"{format_id}/{interval}": partial(
                Server,
                model_folder,
                PLUGINS / f"{format_id}.py",
                format_id,
                logs / f"{format_id}-{interval}.log",
                reasoning=HAS_REASONING[format_id],
                interval=interval,
            )
            for format_id, interval in SERVED
        }
    )
    yield servers
    servers.stop()


@pytest.fixture(scope="session", params=SERVED, ids=lambda served: f"{served[0]}-every{served[1]}")
def talk(request: pytest.FixtureRequest, fleet: Fleet) -> Talk:
    format_id, interval = request.param
    return Talk(fleet.take(f"{format_id}/{interval}"), format_id, interval)


def expected(case: Case) -> tuple[Any, ...]:
    return case.content, case.reasoning, [(name, json.dumps(arguments)) for name, arguments in case.calls]


def test_every_scene_is_the_same_streamed_and_whole(talk: Talk) -> None:
    for case in CASES[talk.format_id]:
        streamed, whole = talk.stream(case.scene), talk.whole(case.scene)
        for how, heard in (("streamed", streamed), ("whole", whole)):
            assert heard.message == expected(case), (case.scene, how)
            assert heard.finish == ("tool_calls" if case.calls else "stop"), (case.scene, how)
            assert not [text for text in MARKUP if text in heard.content], (case.scene, how)
            ids = [call["id"] for call in heard.calls]
            assert len(set(ids)) == len(ids), (case.scene, how)
            if case.ids:
                assert ids == case.ids, (case.scene, how)


def test_arguments_arrive_while_they_are_generated(talk: Talk) -> None:
    heard = talk.stream("long argument")
    times = heard.tokens_at_arguments
    # A busy machine sends several tokens in a delta, so no more than this is certain.
    assert len(times) > 4
    assert times[0] < heard.tokens / 3
    assert times[len(times) // 2] < heard.tokens * 3 / 4


def test_tool_choice_none_gives_text(talk: Talk) -> None:
    """A call that the model writes all the same is text, without the special tokens that nobody is shown."""
    for case in CASES[talk.format_id]:
        for heard in (
            talk.stream(case.scene, tool_choice="none"),
            talk.whole(case.scene, tool_choice="none"),
        ):
            assert not heard.calls, case.scene
            assert heard.finish == "stop", case.scene
            assert not [token for token in HIDDEN_TOKENS if token in heard.content], case.scene
            if case.calls and not toolgram.load(talk.format_id).machine.wraps_content:
                assert all(name in heard.content for name, _ in case.calls), case.scene
            if not case.calls:
                assert heard.message == (case.content, case.reasoning, []), case.scene


def test_an_answer_cut_in_a_call_is_the_same_streamed_and_whole(talk: Talk) -> None:
    name, arguments = ANY[talk.format_id]["long argument"].calls[0]
    length = talk.stream("long argument").tokens
    for tokens in (length // 3, length // 2, length * 2 // 3):
        streamed = talk.stream("long argument", max_tokens=tokens)
        whole = talk.whole("long argument", max_tokens=tokens)
        assert streamed.message == whole.message
        assert streamed.finish == "length"
        assert whole.finish in ("length", "tool_calls")  # 0.32 itself says tool_calls here, whatever the parser
        assert not streamed.content
        [call] = streamed.calls
        assert call["name"] == name
        assert json.dumps(arguments).startswith(call["arguments"])  # a prefix, and nobody has closed it
        assert len(call["arguments"]) > 10
