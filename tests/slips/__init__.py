"""Slips of models, each put into the sample call of every format: the table "format x slip".

In: the one-call case of each format's page, taken apart by the parser's own trace. Out: `Trial`s, texts with one slip,
and what must come of them.

A slip is one function of a `Sample`, the same for every format; a format that has no place for it yields nothing. Each
area has a module here with a tuple `SLIPS`, and `tests/test_slips.py` runs them all.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from strategies import sample_call, spec_of

import toolgram
from toolgram import Message
from toolgram.registry import format_paths
from toolgram.testing import Case
from toolgram.testing.cases import canonical

Outcome = Literal["right", "text", "incomplete", "wrong"]
# Formats whose sections are calls altogether or text altogether: in them nothing is mended.
STRICT = dict.fromkeys(["hy_v4", "k2_horizon"], "a section of this format is calls altogether or text altogether")
CALLING = [path.stem for path in format_paths() if "tool_call" in spec_of(path.stem).rules]


@dataclass(frozen=True)
class Sample:
    """The sample call of a format's page, and its parts as the trace names them, in order.

    `parts` of qwen3_coder: `("markup", "<tool_call>")`, `("blanks", "\\n")`, ..., `("name", "get_weather")`, ...
    """

    format: str
    case: Case
    parts: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return self.case.text

    @property
    def tools(self) -> list[dict[str, Any]]:
        return self.case.tools

    @property
    def call(self) -> tuple[str, str]:
        """Name and canonical arguments of the call."""
        return self.case.expected.calls[0].name, self.case.expected.calls[0].arguments

    def replaced(self, *changes: tuple[int, str]) -> str:
        """The text with some of its parts, known by their numbers, replaced."""
        texts = [text for _, text in self.parts]
        for number, text in changes:
            texts[number] = text
        return "".join(texts)

    def numbers(self, what: str) -> list[int]:
        """The numbers of the parts that are a `what`: `markup`, `name`, `key`, `value` ..."""
        return [number for number, (kind, _) in enumerate(self.parts) if kind == what]


@dataclass(frozen=True)
class Trial:
    """A text with a slip, and the message that a user would call right.

    `right` holds the calls that are right, as (name, canonical arguments); more than one reading may be right.
    `content` and `reasoning` are compared without their blanks; None: anything.
    """

    text: str
    right: tuple[tuple[tuple[str, str], ...], ...]
    content: str | None = None
    reasoning: str | None = None
    inside: str | None = None
    is_cut: bool = False  # no call can be made whole: an incomplete one, and text that is kept, are right, too
    tools: list[dict[str, Any]] | None = None  # None: those of the sample


@dataclass(frozen=True)
class Slip:
    """One slip. `excused`: formats in which the text is kept, or the call is incomplete, each with the reason."""

    kind: str  # of the issue: `K51`
    name: str
    make: Callable[[Sample], Iterator[Trial]]
    excused: Mapping[str, str] = field(default_factory=dict)


def openers_of(name: str) -> list[str]:
    """What opens calls at message level, as the machine has it."""
    states = [state for state in toolgram.load(name).machine.states if state.unknown_tags]
    return sorted({edge.literal for state in states for edge in state.edges if edge.opens and edge.guard is None})


@cache
def sample(name: str) -> Sample:
    case = sample_call(name)
    assert case is not None, name
    parser = toolgram.load(name).parser(case.tools, trace=True)
    parser.feed(case.text)
    parser.finish()
    return Sample(name, case, tuple(parser.trace))


@cache
def all_slips() -> tuple[Slip, ...]:
    """The slips of every module in this folder."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__))
    return tuple(slip for name in names for slip in importlib.import_module(f"{__name__}.{name}").SLIPS)


def squeezed(text: str | None) -> str:
    return "".join((text or "").split())


def outcome(trial: Trial, message: Message) -> Outcome:
    """What became of a trial: right; text, and all of it kept; an incomplete call, and nothing else; or wrong."""
    complete = tuple((call.name, canonical(json.loads(call.arguments))) for call in message.tool_calls if call.complete)
    as_wanted = (trial.content is None or squeezed(trial.content) == squeezed(message.content)) and (
        trial.reasoning is None or squeezed(trial.reasoning) == squeezed(message.reasoning)
    )
    calls = message.tool_calls[:-1] if trial.is_cut else message.tool_calls
    if as_wanted and complete in trial.right and all(call.complete for call in calls):
        return "right"
    if not message.tool_calls:
        is_kept = squeezed(message.reasoning) + squeezed(message.content) == squeezed(trial.text)
        return "right" if is_kept and trial.is_cut else "text" if is_kept else "wrong"
    is_beginning = any(complete == calls[: len(complete)] for calls in trial.right)
    return "incomplete" if is_beginning and not all(call.complete for call in message.tool_calls) else "wrong"
