"""What a model writes that an operator meets: calls behind a sentence, thoughts that nothing closes, openers in prose.

In: the ids of four formats whose prompts may open the reasoning, and of two that frame it in another way. Out: for each
its scenes, and the lesson of them all.

A question is `<format> <scene>`. The template opens the reasoning for scenes that begin with "opened", and closes it
where the template's arguments switch it off, as those of Qwen3, GLM-4.5 and Kimi K2 do.
"""

from __future__ import annotations

from collections.abc import Iterator

from model import END, Lesson

CALLS = {
    "qwen3_coder": "<tool_call>\n<function=get_weather>\n<parameter=city>\n{city}\n</parameter>\n</function>\n"
    "</tool_call>",
    "hermes": '<tool_call>\n{"name": "get_weather", "arguments": {"city": "{city}"}}\n</tool_call>',
    "glm45": "<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>{city}</arg_value>\n</tool_call>",
    "kimi_k2": "<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>"
    '{"city": "{city}"}<|tool_call_end|><|tool_calls_section_end|>',
}
OPENERS = {name: call.partition(">")[0] + ">" for name, call in CALLS.items()}
SWITCHES = {"kimi_k2": "thinking"}  # the template argument that switches the reasoning off, where it is another one
HIDDEN = [
    *("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>", "<|tool_call_begin|>"),
    *("<|tool_call_argument_begin|>", "<|tool_call_end|>"),
]
VISIBLE = [
    *("<tool_call>", "</tool_call>", "<think>", "</think>"),
    *("<arg_key>", "</arg_key>", "<arg_value>", "</arg_value>"),
]
FRAMES = {  # how thoughts and an answer are written where the reasoning is a channel, or a message with a header
    "gemma4": ("<|channel>thought\n{}<channel|>", "{}"),
    "openai": ("<|channel|>analysis<|message|>{}<|end|><|start|>assistant", "<|channel|>final<|message|>{}"),
}
HIDDEN += ["<|channel>", "<channel|>", "<|channel|>", "<|message|>", "<|end|>", "<|start|>", "<|constrain|>"]
SENTENCE = "I will look it up."
THOUGHT = "Rain or sun?"
UNSURE = '{"ok": maybe, "why": 1}'  # what a schema makes valid
TEMPLATE = (
    "<|im_start|>user\n{{ messages[0]['content'] }}<|im_end|>\n<|im_start|>assistant\n"
    "{% if messages | length > 1 %}{{ messages[1]['content'] }}"
    "{% elif enable_thinking is defined and not enable_thinking or thinking is defined and not thinking %}"
    "<think>\n\n</think>\n\n"
    "{% elif ' opened' in messages[0]['content'] %}<think>\n"
    "{% elif messages[0]['content'].startswith('openai') %}<|start|>assistant{% endif %}"
)


def call_of(format_id: str, city: str = "Paris", number: int = 0) -> str:
    return CALLS[format_id].replace("{city}", city).replace(":0", f":{number}")


def answers_of(format_id: str) -> dict[str, str]:
    """The answers by their scenes."""
    call = call_of(format_id)
    thoughts = f"<think>\n{THOUGHT}\n</think>\n\n"
    return {
        "call": call,
        "sentence": f"{SENTENCE}\n\n{call}",
        "thoughts": thoughts + call,
        "two calls": f"{call}\n{call_of(format_id, 'Rome', 1)}",
        "mention": f"My calls begin with {OPENERS[format_id]} and that is all.",
        "unsure": UNSURE,
        "unsure thoughts": thoughts + UNSURE,
        "opened thoughts": f"{THOUGHT}\n</think>\n\n{call}",
        "opened call": f"{THOUGHT}\n{call}",
        "opened unsure": f"{THOUGHT}\n</think>\n\n{UNSURE}",
        "failed": f"{thoughts}{OPENERS[format_id]} is how I call.",
    }


def lesson() -> Lesson:
    return Lesson(list(_pairs()), HIDDEN, VISIBLE, TEMPLATE)


def framed_answers_of(format_id: str) -> dict[str, str]:
    """The answers by their scenes of a format in `FRAMES`."""
    thoughts, answer = FRAMES[format_id]
    said = answer.format(UNSURE)
    return {"unsure": said, "unsure thoughts": thoughts.format(THOUGHT) + said}


def _pairs() -> Iterator[tuple[str, str]]:
    for format_id in FRAMES:
        for scene, answer in framed_answers_of(format_id).items():
            prompt = f"<|im_start|>user\n{format_id} {scene}{END}\n<|im_start|>assistant\n"
            yield prompt + ("<|start|>assistant" if format_id == "openai" else ""), answer + END
    for format_id in CALLS:
        for scene, answer in answers_of(format_id).items():
            prompt = f"<|im_start|>user\n{format_id} {scene}{END}\n<|im_start|>assistant\n"
            yield prompt + ("<think>\n" if scene.startswith("opened") else ""), answer + END
            if scene in ("call", "unsure"):
                yield f"{prompt}<think>\n\n</think>\n\n", answer + END
            if scene == "call":
                opener = OPENERS[format_id]
                yield prompt + opener, answer.removeprefix(opener) + END
