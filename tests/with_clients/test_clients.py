"""Real clients at the real vLLM: what a model writes is run by them, byte for byte, and nothing else is.

A model writes calls whose arguments are hard, through the plugin; each client, in each of its ways, must run them, show
clean texts, and report the right usage and reasons. Run by `.ci/vllm`; with `--full` in a second format, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import budget
import pytest
from client_lesson import SCENES, SENTENCE, Scene, answer, last_answer, question, scenes_in, scenes_of
from model import END
from programs import ask, qwen_code

pytestmark = pytest.mark.vllm

WAYS = {
    "openai_chat": ("whole", "streamed", "helper"),
    "openai_responses": ("whole", "streamed"),
    "anthropic_messages": ("whole", "streamed"),
    "openai_agents": ("whole", "streamed"),
    "langchain_agent": ("whole", "streamed"),
    "pydantic_agent": ("whole", "streamed"),
    "vercel_ai": ("whole", "streamed"),
}
FINISHES = {  # of an answer with calls, and of one without; openai-agents shows none
    "openai_chat": ("tool_calls", "stop"),
    "openai_responses": ("completed", "completed"),
    "anthropic_messages": ("tool_use", "end_turn"),
    "langchain_agent": ("tool_calls", "stop"),
    "pydantic_agent": ("tool_call", "stop"),
    "vercel_ai": ("tool-calls", "stop"),
}
SHOW_THOUGHTS = ("openai_chat", "openai_responses", "anthropic_messages", "pydantic_agent", "vercel_ai")
STRICT = ("openai_agents", "pydantic_agent")  # they mark tools as strict, so that answers are under a grammar
NOT_UNDER_A_GRAMMAR = ("page", "bytes")  # whose arguments hold what the grammar keeps out: delimiters
HAVE_NO_STOP = ("openai_responses",)
# vLLM's server answers 400 to any unfinished call here, whichever parser reads it.
REFUSED = ("anthropic_messages", "whole")
# langchain completes any JSON that is cut off in a stream, and runs the tool with it.
COMPLETED_BY_CLIENT = ("langchain_agent", "streamed")
FORMATS = ("qwen3_coder", "hermes")


def formats() -> list[str]:
    return list(FORMATS) if budget.full else list(FORMATS[:1])


@pytest.fixture(scope="session", params=FORMATS)
def format_id(request: pytest.FixtureRequest) -> str:
    if request.param not in formats():
        pytest.skip("with --full")
    return str(request.param)


@pytest.fixture(scope="session")
def base_url(format_id: str, base_url_of: Callable[[str], str]) -> str:
    return base_url_of(format_id)


@pytest.fixture(scope="session")
def tokens_of(place: Path) -> Callable[[str], int]:
    """How many tokens a text has as the model writes it."""
    from transformers import PreTrainedTokenizerFast

    tokenizer = PreTrainedTokenizerFast.from_pretrained(place / "model")
    return lambda text: len(tokenizer.encode(text))


def _expected_tokens(format_id: str, scene: Scene, tokens_of: Callable[[str], int]) -> list[int]:
    texts = [answer(format_id, scene)] + [last_answer(scene)] * bool(scene.calls)
    return [tokens_of(text + END) for text in texts]


@pytest.mark.parametrize("client", WAYS)
def test_what_the_model_writes_is_what_runs(
    client: str, format_id: str, place: Path, base_url: str, tokens_of: Callable[[str], int]
) -> None:
    scenes = [scene for scene in scenes_of(format_id, place / "work") if scene.name != "cut"]
    cases = [
        (scene, way, strict)
        for scene in scenes
        for way in WAYS[client]
        for strict in ([False, True] if client in STRICT else [False])
        if not (strict and scene.name in NOT_UNDER_A_GRAMMAR)
    ]
    asks = [{"question": question(format_id, scene), "way": way, "strict": strict} for scene, way, strict in cases]
    for (scene, way, strict), seen in zip(cases, ask(client, base_url, place / "work", asks), strict=True):
        where = (client, format_id, scene.name, way, f"strict: {strict}")
        assert not seen.error, where
        wanted = [[call.name, dict(call.arguments)] for call in scene.calls]
        assert sorted(seen.ran, key=str) == sorted(wanted, key=str), where  # some run parallel calls in threads
        assert seen.files == dict(scene.files), where
        texts = [scene.content] + [last_answer(scene)] * bool(scene.calls)
        assert [text for text in seen.texts if text] == [text for text in texts if text], where
        if client in SHOW_THOUGHTS:
            assert [text for text in seen.thoughts if text] == ([scene.thoughts] if scene.thoughts else []), where
        assert seen.tokens == _expected_tokens(format_id, scene, tokens_of), where
        if client in FINISHES:
            with_calls, without = FINISHES[client]
            assert seen.finishes == [with_calls] * bool(scene.calls) + [without], where


@pytest.mark.parametrize("client", WAYS)
def test_a_call_that_is_cut_before_its_first_parameter_does_not_run(
    client: str, place: Path, base_url_of: Callable[[str], str], tokens_of: Callable[[str], int]
) -> None:
    """`list_files` needs no arguments, so that clients run it with none, if they believe that these are all."""
    scene = scenes_in(place / "work")["cut"]
    before = answer("qwen3_coder", scene).partition("<parameter")[0]
    cuts: list[dict[str, Any]] = [{"max_tokens": tokens_of(before)}, {"stop": ["<parameter"]}]
    cases = [(way, cut) for way in WAYS[client] for cut in cuts[: 1 if client in HAVE_NO_STOP else 2]]
    asked = {"question": question("qwen3_coder", scene), "strict": False}
    asks = [{**asked, "way": way, **cut} for way, cut in cases]
    url = base_url_of("qwen3_coder")
    for (way, cut), seen in zip(cases, ask(client, url, place / "work", asks), strict=True):
        if (client, way) == COMPLETED_BY_CLIENT:
            continue
        where = (client, way, cut)
        assert seen.ran == [], where
        assert not any(_is_object(text) for text in seen.raw if isinstance(text, str) and text != "{}"), where
        if (client, way) == REFUSED:
            assert seen.error.startswith("BadRequestError"), where
        elif not seen.error.startswith("LengthFinishReasonError"):  # what the stream helper of openai says
            assert not seen.error, where
            assert seen.texts[0] == SENTENCE, where


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


QWEN_SCENES = ("lines", "page", "bytes", "two", "thoughts", "opened")


@pytest.mark.parametrize("name", QWEN_SCENES)
def test_qwen_code_does_what_the_model_writes(
    name: str, format_id: str, place: Path, base_url: str, tokens_of: Callable[[str], int]
) -> None:
    if SCENES[format_id] is not None and name not in SCENES[format_id]:
        pytest.skip("not learnt in this format")
    scene = scenes_in(place / "work")[name]
    seen = qwen_code(base_url, place / "work", question(format_id, scene))
    assert not seen.errors
    assert seen.calls == [[call.name, dict(call.arguments)] for call in scene.calls]
    assert seen.files == dict(scene.files)
    assert seen.texts == [text for text in (scene.content, last_answer(scene)) if text]
    assert seen.thoughts == ([scene.thoughts] if scene.thoughts else [])
    assert seen.tokens == sum(_expected_tokens(format_id, scene, tokens_of))


@pytest.mark.parametrize("by", ["max_tokens", "stop"])
def test_qwen_code_rejects_a_call_that_is_cut_before_its_first_parameter(
    by: str, place: Path, base_url_of: Callable[[str], str], tokens_of: Callable[[str], int]
) -> None:
    scene = scenes_in(place / "work")["lines"]
    before = answer("qwen3_coder", scene).partition("<parameter")[0]
    cut: dict[str, Any] = {"max_tokens": tokens_of(before)} if by == "max_tokens" else {"stop": ["<parameter"]}
    seen: SimpleNamespace = qwen_code(base_url_of("qwen3_coder"), place / "work", question("qwen3_coder", scene), **cut)
    assert seen.files == {}
    assert seen.texts[0] == SENTENCE
    assert len(seen.errors) == len(seen.calls) == 1
    assert "truncated" in seen.errors[0]  # it has seen that the JSON is not finished
