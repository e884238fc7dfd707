"""What a prompt has opened: the capture that an answer begins in.

In: a format, and the end of a prompt, or an answer whose prompt is not known. Out: `"reasoning"`, or None.

    ...<|im_start|>assistant\\n<think>\\n      the template of a thinking model has opened the thoughts
    thoughts</think>\\n\\nAnswer               a closer without an opener: so the prompt had it

Promise: of a prompt only its last turn counts: a user may write about `<think>`.
"""

from __future__ import annotations

from collections.abc import Iterable

from .formats import Format
from .runtime.tables.suffix import with_suffix

REASONING = "reasoning"


def opened_by(fmt: Format, prompt: str) -> str | None:
    """What a prompt has opened and not closed, in the turn that it begins for the model."""
    marks = [*fmt.table.get("turn_openers", ()), *fmt.table.get("end_tokens", ())]
    turn = max((prompt.rfind(mark) + len(mark) for mark in marks if mark in prompt), default=0)
    openers, closers = _delimiters(fmt)
    last_closer = _last(closers, prompt, turn)
    return REASONING if _last(openers, prompt, turn) > last_closer and REASONING in fmt.table["inside"] else None


def begun_before(fmt: Format, text: str) -> str | None:
    """What was open before a whole answer, as far as the answer shows it."""
    openers, closers = _delimiters(fmt)
    closer = _first(closers, text)
    is_open = closer is not None and REASONING in fmt.table["inside"] and _first(openers, text[:closer]) is None
    return REASONING if is_open else None


def _delimiters(fmt: Format) -> tuple[list[str], list[str]]:
    """What opens reasoning and what closes it; of delimiters that each checkpoint ends otherwise, the common form."""
    table = fmt.table
    both = (table.get("reasoning_openers", ()), table.get("reasoning_closers", ()))
    openers, closers = ([with_suffix(literal, "") for literal in literals] for literals in both)
    return openers, closers


def _last(literals: Iterable[str], text: str, begin: int) -> int:
    return max((text.rfind(literal, begin) for literal in literals), default=-1)


def _first(literals: Iterable[str], text: str) -> int | None:
    return min((text.find(literal) for literal in literals if literal in text), default=None)
