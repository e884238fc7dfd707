"""Cases of formats' own pages as a lesson for a toy model: any format can be served, with nothing written for it.

In: `formats/*.md`. Out: for each format some of its cases, and the lesson that teaches them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from model import END, Lesson

import toolgram
from toolgram.registry import formats_dir
from toolgram.testing import Case, read_cases

# One of each way to write: tags, JSON in tags, keys and values, ids, bare JSON, Python calls, sections, literals of
# their own, nested elements, routed messages, names as keys.
FORMATS = (
    "qwen3_coder",
    "hermes",
    "glm45",
    "kimi_k2",
    "llama3_json",
    "pythonic",
    "deepseek_v31",
    "minimax_m2",
    "minimax_m3",
    "gemma4",
    "mistral",
    "openai",
    "apertus",
    "inkling",
)
SCENES = ("Content only", "One call", "Two calls", "Text around", "Every argument type")
LENGTH_MAX = 500  # characters of an answer: the model is small


@cache
def cases_of(format_id: str) -> list[Case]:
    """The cases that are served: some by name, and of those with reasoning and a call one of each way to begin."""
    cases = [case for case in read_cases(formats_dir() / f"{format_id}.md") if _can_be_served(case)]
    found = [case for case in cases if case.name in SCENES]
    for inside in (None, "reasoning"):
        thinking = [case for case in cases if case.inside == inside and case.expected.reasoning and case.expected.calls]
        found += [case for case in thinking[:1] if case not in found]
    return found


def _can_be_served(case: Case) -> bool:
    is_whole = all(call.complete for call in case.expected.calls)
    return bool(case.tools) and is_whole and case.inside in (None, "reasoning") and len(case.text) <= LENGTH_MAX


def question_of(format_id: str, case: Case) -> str:
    """What the client says to get this answer; its beginning tells the template what to open."""
    return f"{format_id}{'+' if case.inside else ''}: {case.name}"


def opener_of(format_id: str) -> str:
    """What a prompt ends with that begins the reasoning."""
    return next(iter(toolgram.load(format_id).machine.reasoning_openers), "")


def has_reasoning(format_id: str) -> bool:
    """Whether the plugin has a reasoning parser."""
    return bool(toolgram.load(format_id).machine.reasoning_closers)


def lesson() -> Lesson:
    """Every served case, with the special tokens of all formats."""
    hidden = [token for name in FORMATS for token in toolgram.load(name).machine.special_tokens]
    openers = "".join(f"{name!r}: {opener_of(name)!r}, " for name in FORMATS)
    template = (
        "<|im_start|>user\n{{ messages[-1]['content'] }}<|im_end|>\n<|im_start|>assistant\n"
        "{% set name = messages[-1]['content'].split(':')[0] %}"
        "{% if name.endswith('+') %}{{ {" + openers + "}[name[:-1]] }}{% endif %}"
    )
    return Lesson(list(_pairs()), [token for token in dict.fromkeys(hidden) if token != END], (), template)


def _pairs() -> Iterator[tuple[str, str]]:
    for name in FORMATS:
        for case in cases_of(name):
            prompt = f"<|im_start|>user\n{question_of(name, case)}{END}\n<|im_start|>assistant\n"
            yield prompt + (opener_of(name) if case.inside else ""), case.text + END
