"""The reasoning of formats with other delimiters than `<think>`, or with the opener in the prompt, in the real vLLM.

Both halves together, each alone, and each beside vLLM's own for the other half; and how many tokens the usage says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from composed import Message, asked, compose, deltas_of, heard, ours, send
from transcripts import TOOLS

pytestmark = pytest.mark.vllm

THOUGHT = "The user wants the weather, so I call the tool."
SAID = "Let me look."
CALL = ("get_weather", '{"city": "Rome", "days": 3}')
USER = "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"


@dataclass(frozen=True)
class Scene:
    """How one format writes reasoning, text and a call. `between`: what stands between reasoning and text."""

    opener: str
    closer: str
    said: str  # the text and the call
    prompt_opens: str = ""  # what the template writes of the opener when thinking is on
    prompt_closes: str = ""  # what it writes when thinking is off
    tokens: tuple[str, ...] = ()
    own_tool: str = ""  # vLLM's own parsers for it
    own_reasoning: str = ""
    counted: str = THOUGHT  # what counts as reasoning


SCENES = {
    "deepseek_v31": Scene(
        opener="<think>",
        closer="</think>",
        said=SAID
        + "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>"
        + CALL[1]
        + "<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
        prompt_opens="<think>",
        prompt_closes="</think>",
        tokens=(
            "<｜tool▁calls▁begin｜>",
            "<｜tool▁calls▁end｜>",
            "<｜tool▁call▁begin｜>",
            "<｜tool▁call▁end｜>",
            "<｜tool▁sep｜>",
        ),
        own_tool="deepseek_v31",
        own_reasoning="deepseek_r1",
    ),
    "mistral": Scene(
        opener="[THINK]",
        closer="[/THINK]",
        said=f"{SAID}[TOOL_CALLS]get_weather[ARGS]{CALL[1]}",
        tokens=("[TOOL_CALLS]", "[CALL_ID]", "[ARGS]", "[THINK]", "[/THINK]"),
    ),
    "openai": Scene(
        opener="<|channel|>analysis<|message|>",
        closer="<|end|>",
        said=f"<|start|>assistant<|channel|>commentary<|message|>{SAID}<|end|><|start|>assistant<|channel|>commentary"
        f" to=functions.get_weather <|constrain|>json<|message|>{CALL[1]}<|call|>",
        tokens=("<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|constrain|>", "<|call|>", "<|return|>"),
    ),
    "gemma4": Scene(
        opener="<|channel>thought\n",
        closer="<channel|>",
        said=SAID + '<|tool_call>call:get_weather{city:<|"|>Rome<|"|>,days:3}<tool_call|>',
        tokens=("<|tool_call>", "<tool_call|>", '<|"|>', "<|channel>", "<channel|>"),
        own_tool="gemma4",
        own_reasoning="gemma4",
    ),
    "minimax_m2": Scene(
        opener="<think>\n",
        closer="\n</think>\n\n",
        said=SAID + '\n<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Rome</parameter>\n'
        '<parameter name="days">3</parameter>\n</invoke>\n</minimax:tool_call>',
        prompt_opens="<think>\n",
        tokens=("<minimax:tool_call>", "</minimax:tool_call>"),
        own_tool="minimax_m2",
        own_reasoning="minimax_m2",
        counted=THOUGHT + "\n",
    ),
}
FORMATS = list(SCENES)


@pytest.fixture(scope="module")
def wide() -> Any:
    """The toy's tokenizer with the special tokens of these formats."""
    import model

    return model.make_tokenizer([token for scene in SCENES.values() for token in scene.tokens])


def answer(scene: Scene) -> tuple[str, str]:
    """A prompt and the answer behind it, with thinking on."""
    opener = "" if scene.prompt_opens else scene.opener
    return USER + scene.prompt_opens, opener + THOUGHT + scene.closer + scene.said


def stream(kind: Any, tokenizer: Any, text: str, prompt: str, size: int = 1, **options: Any) -> tuple[Message, Any]:
    request = asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs=options)
    return heard(send(parser, tokenizer, deltas_of(tokenizer, text, size), request, prompt)), parser


def whole(kind: Any, tokenizer: Any, text: str, prompt: str, **options: Any) -> tuple[Message, Any]:
    """As 0.32 reads it: the prompt is shown to the parser, and then the whole text."""
    request = asked()
    parser = kind(tokenizer, request.tools, chat_template_kwargs=options)
    parser.is_reasoning_end(tokenizer.encode(prompt))
    reasoning, content, calls = parser.parse(text, request, enable_auto_tools=True)
    return (content or "", reasoning or "", [(call.name, call.arguments) for call in calls or []]), parser


@pytest.mark.parametrize("format_id", FORMATS)
def test_both_halves(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], ours(plugin(format_id))
    prompt, text = answer(scene)
    for size in (1, 2, 5, 10_000):
        assert stream(kind, wide, text, prompt, size)[0] == (SAID, THOUGHT, [CALL]), size
    assert whole(kind, wide, text, prompt)[0] == (SAID, THOUGHT, [CALL])


@pytest.mark.parametrize("format_id", FORMATS)
def test_an_answer_without_reasoning(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], ours(plugin(format_id))
    for size in (1, 5, 10_000):
        got, parser = stream(kind, wide, scene.said, USER + scene.prompt_closes, size)
        if not scene.prompt_opens or scene.prompt_closes:
            assert got == (SAID, "", [CALL]), size
            assert parser.count_reasoning_tokens(wide.encode(scene.said)) == 0


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_tool_half_alone_leaves_the_reasoning_in_the_content(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], ours(plugin(format_id), reasoning=False)
    _, text = answer(scene)
    content, reasoning, calls = stream(kind, wide, text, USER)[0]
    assert (reasoning, calls) == ("", [CALL])
    assert THOUGHT in content
    assert content.endswith(SAID)


@pytest.mark.parametrize("format_id", FORMATS)
def test_the_reasoning_half_alone_leaves_the_rest_as_it_is(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], compose(None, plugin(format_id).PARSERS[1])
    prompt, text = answer(scene)
    for size in (1, 10_000):
        content, reasoning, calls = stream(kind, wide, text, prompt, size)[0]
        assert (reasoning, calls) == (THOUGHT, []), size
        assert content.replace("\n", "") == scene.said.replace("\n", ""), size


@pytest.mark.parametrize("format_id", [name for name in FORMATS if SCENES[name].own_tool])
def test_our_reasoning_half_beside_vllm_s_tool_parser(format_id: str, plugin: Any, own: Any, wide: Any) -> None:
    scene = SCENES[format_id]
    kind = compose(own.tool[scene.own_tool], plugin(format_id).PARSERS[1])
    prompt, text = answer(scene)
    content, reasoning, calls = stream(kind, wide, text, prompt)[0]
    assert (content.strip(), reasoning, calls) == (SAID, THOUGHT, [CALL])


@pytest.mark.parametrize("format_id", [name for name in FORMATS if SCENES[name].own_reasoning])
def test_our_tool_half_beside_vllm_s_reasoning_parser(format_id: str, plugin: Any, own: Any, wide: Any) -> None:
    scene = SCENES[format_id]
    kind = compose(plugin(format_id).PARSERS[0], own.reasoning[scene.own_reasoning])
    prompt, text = answer(scene)
    content, reasoning, calls = stream(kind, wide, text, prompt)[0]
    assert (content.strip(), reasoning.strip(), calls) == (SAID, THOUGHT, [CALL])


@pytest.mark.parametrize("format_id", FORMATS)
def test_reasoning_tokens_are_counted(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], ours(plugin(format_id))
    prompt, text = answer(scene)
    wanted = len(wide.encode(scene.counted))
    ids = [*wide.encode(text), wide.eos_token_id]
    _, parser = stream(kind, wide, text, prompt)
    assert parser.count_reasoning_tokens(tuple(ids)) == wanted
    _, parser = whole(kind, wide, text, prompt)
    assert parser.count_reasoning_tokens(ids) == wanted
    assert parser.count_reasoning_tokens(ids) == wanted
    counts = [parser.count_reasoning_tokens(ids[:length]) for length in range(len(ids) + 1)]
    assert counts == sorted(counts)
    assert counts[-1] == wanted
    cut = ids[: ids.index(wide.encode(THOUGHT)[8])]
    fresh = kind(wide, TOOLS, chat_template_kwargs={})
    fresh.is_reasoning_end(wide.encode(prompt))
    assert abs(fresh.count_reasoning_tokens(cut) - 8) <= 1  # one may still be held


@pytest.mark.parametrize(
    ("format_id", "argument"),
    [
        ("qwen3_coder", "enable_thinking"),
        ("glm45", "enable_thinking"),
        ("kimi_k2", "thinking"),
        ("deepseek_v31", "thinking"),
    ],
)
def test_template_arguments_decide_where_the_prompt_is_not_shown(
    format_id: str, argument: str, plugin: Any, wide: Any
) -> None:
    """As in Responses up to 0.22, which count with a parser of their own that has seen nothing."""
    reasoning = plugin(format_id).PARSERS[1]
    ids = wide.encode("one two three")
    on = reasoning(wide, chat_template_kwargs={argument: True})
    off = reasoning(wide, chat_template_kwargs={argument: False})
    assert on.count_reasoning_tokens(ids) == len(ids)
    assert off.count_reasoning_tokens(ids) == 0
    closed = [*ids, *wide.encode("</think>"), *wide.encode("four")]
    assert on.count_reasoning_tokens(closed) == len(ids)
    assert reasoning(wide).count_reasoning_tokens(closed) == len(ids)  # closed and never opened: the prompt has


@pytest.mark.parametrize("format_id", FORMATS)
def test_a_call_ends_the_reasoning_that_nobody_closed(format_id: str, plugin: Any, wide: Any) -> None:
    scene, kind = SCENES[format_id], ours(plugin(format_id))
    opener = "" if scene.prompt_opens else scene.opener
    call = scene.said[scene.said.index(SAID) + len(SAID) :]
    text = opener + THOUGHT + call
    if format_id == "openai":
        return  # its messages end with <|end|> always
    got, parser = stream(kind, wide, text, USER + scene.prompt_opens)
    assert got == ("", THOUGHT, [CALL])
    assert parser.count_reasoning_tokens(wide.encode(text)) - len(wide.encode(THOUGHT)) in (0, 1)  # a line break


@pytest.mark.parametrize(
    ("header", "text", "wanted"),
    [
        ("", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "Hm."),
        ("<|channel|>analysis<|message|>", "Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "Hm."),
        ("<|channel|>final<|message|>", "Yes.", ""),
    ],
)
@pytest.mark.parametrize("tools", [TOOLS, None])
def test_a_prompt_that_ends_with_a_header_or_in_one(
    header: str, text: str, wanted: str, tools: Any, plugin: Any, wide: Any
) -> None:
    kind, request = ours(plugin("openai")), asked(tools=tools, tool_choice="auto" if tools else None)
    turn = "<|start|>user<|message|>hi<|end|><|start|>assistant"
    earlier = "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b<|end|>"
    for prompt in (turn + header, turn + earlier + turn + header):
        for size in (1, 3, 10_000):
            parser = kind(wide, tools, chat_template_kwargs={})
            got = heard(send(parser, wide, deltas_of(wide, text, size), request, prompt))
            assert got == ("Yes.", wanted, []), (prompt, size)


def test_a_plugin_file_does_not_hide_a_package_of_its_name(plugin: Any) -> None:
    plugin("openai")
    import openai

    assert hasattr(openai, "AsyncOpenAI")
