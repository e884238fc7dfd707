"""What the toy model is taught to write, and what a client must get of it.

In: nothing. Out: `CASES`, for each format the raw outputs of a model of that format, with the message they mean. Every
format has the same scenes, where its way of writing has them at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

TOOLS: list[dict[str, Any]] = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather of the next days.",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
                "required": ["city"],
            },
        },
    },
    {
        "type": "function",
        "function": {
            "name": "write_file",
            "description": "Write a text file.",
            "parameters": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "text": {"type": "string"}},
                "required": ["path", "text"],
            },
        },
    },
]

PLAIN = "Hello! It is a fine day; 3 < 4 and that is all there is to say."
CHECKING = "Let me check the weather for you."
THOUGHT = "The user wants the weather, so I call the tool."
POEM = (
    'The "river" runs under the old bridge, past seven mills and a quiet inn, '
    "where someone once wrote that 2 < 3 & 4 > 1, and nobody ever asked him why."
)
PARIS = ("get_weather", {"city": "Paris", "days": 3})
ROME = ("get_weather", {"city": "Rome", "days": 12})
FILE = ("write_file", {"path": "notes/poem.txt", "text": POEM})

Call = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """One answer. `opened`: the chat template has written the reasoning's opener already."""

    scene: str
    output: str
    content: str = ""
    reasoning: str = ""
    calls: list[Call] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)  # where the format carries them
    opened: bool = False


def qwen3_coder(*calls: Call) -> str:
    def parameter(key: str, value: Any) -> str:
        return f"<parameter={key}>\n{_written(value)}\n</parameter>\n"

    return "\n".join(
        f"<tool_call>\n<function={name}>\n"
        + "".join(parameter(key, value) for key, value in arguments.items())
        + "</function>\n</tool_call>"
        for name, arguments in calls
    )


def hermes(*calls: Call) -> str:
    return "\n".join(
        f'<tool_call>\n{{"name": "{name}", "arguments": {_json(arguments)}}}\n</tool_call>' for name, arguments in calls
    )


def glm45(*calls: Call) -> str:
    def parameter(key: str, value: Any) -> str:
        return f"<arg_key>{key}</arg_key>\n<arg_value>{_written(value)}</arg_value>\n"

    return "\n".join(
        f"<tool_call>{name}\n" + "".join(parameter(key, value) for key, value in arguments.items()) + "</tool_call>"
        for name, arguments in calls
    )


def kimi_k2(*calls: Call) -> str:
    written = "".join(
        f"<|tool_call_begin|>functions.{name}:{number}<|tool_call_argument_begin|>{_json(arguments)}<|tool_call_end|>"
        for number, (name, arguments) in enumerate(calls)
    )
    return f"<|tool_calls_section_begin|>{written}<|tool_calls_section_end|>"


def llama3_json(*calls: Call) -> str:
    return "; ".join(f'{{"name": "{name}", "parameters": {_json(arguments)}}}' for name, arguments in calls)


def pythonic(*calls: Call) -> str:
    def call(name: str, arguments: dict[str, Any]) -> str:
        return f"{name}({', '.join(f'{key}={value!r}' for key, value in arguments.items())})"

    return f"[{', '.join(call(name, arguments) for name, arguments in calls)}]"


def _written(value: Any) -> str:
    """A value as these formats write it: a string as it is, anything else as JSON."""
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value)


def _scenes(write: Any) -> list[Case]:
    """The scenes that every format has."""
    return [
        Case("plain text", PLAIN, content=PLAIN),
        Case("one call", write(ROME), calls=[ROME]),
        Case("parallel calls", write(PARIS, ROME), calls=[PARIS, ROME]),
        Case("long argument", write(FILE), calls=[FILE]),
    ]


def _reasoning_scenes(write: Any) -> list[Case]:
    """The scenes of formats with a reasoning block and text before calls."""
    thinking = f"<think>\n{THOUGHT}\n</think>\n\n"
    opened = thinking.removeprefix("<think>\n")
    return [
        Case("content and call", CHECKING + "\n\n" + write(PARIS), content=CHECKING, calls=[PARIS]),
        Case("reasoning and call", thinking + write(PARIS), reasoning=THOUGHT, calls=[PARIS]),
        Case("reasoning and text", thinking + PLAIN, reasoning=THOUGHT, content=PLAIN),
        Case("opened, then call", opened + write(PARIS), reasoning=THOUGHT, calls=[PARIS], opened=True),
        Case(
            "opened, all three",
            opened + CHECKING + "\n\n" + write(PARIS, ROME),
            reasoning=THOUGHT,
            content=CHECKING,
            calls=[PARIS, ROME],
            opened=True,
        ),
    ]


def _with_kimi_ids(case: Case) -> Case:
    ids = [f"functions.{name}:{number}" for number, (name, _) in enumerate(case.calls)]
    return Case(case.scene, case.output, case.content, case.reasoning, case.calls, ids, case.opened)


_TAGGED = Case(
    "content and call",
    CHECKING + "<|python_tag|>" + llama3_json(PARIS),
    content=CHECKING,
    calls=[PARIS],
)

CASES: dict[str, list[Case]] = {
    "qwen3_coder": _scenes(qwen3_coder) + _reasoning_scenes(qwen3_coder),
    "hermes": _scenes(hermes) + _reasoning_scenes(hermes),
    "glm45": _scenes(glm45) + _reasoning_scenes(glm45),
    "kimi_k2": [_with_kimi_ids(case) for case in _scenes(kimi_k2) + _reasoning_scenes(kimi_k2)],
    "llama3_json": [*_scenes(llama3_json), _TAGGED],
    "pythonic": _scenes(pythonic),
}

HAS_REASONING = {name: any(case.reasoning for case in cases) for name, cases in CASES.items()}

# Tokens of their own in the models' vocabularies. The hidden ones vanish from the text unless a request asks for them.
VISIBLE_TOKENS = [
    "<tool_call>",
    "</tool_call>",
    "<arg_key>",
    "</arg_key>",
    "<arg_value>",
    "</arg_value>",
    "<think>",
    "</think>",
]
HIDDEN_TOKENS = [
    "<|tool_calls_section_begin|>",
    "<|tool_calls_section_end|>",
    "<|tool_call_begin|>",
    "<|tool_call_argument_begin|>",
    "<|tool_call_end|>",
    "<|python_tag|>",
]
MARKUP = [*VISIBLE_TOKENS, *HIDDEN_TOKENS, "<function=", "</function>", "<parameter=", "</parameter>", "<|im_end|>"]


def prompt_of(format_id: str, case: Case) -> str:
    """What the client says to get this answer: the model has learnt it by heart."""
    return f"{format_id}: {case.scene}"
