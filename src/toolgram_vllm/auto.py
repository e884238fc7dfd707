"""`toolgram_auto`: parsers of the format that the tokenizer's chat template writes, found out when the first is made.

In: a tokenizer. Out: the parsers of the format that `toolgram.plugins.auto` finds; or its refusal, which ends the start
of the server.
"""

from __future__ import annotations

import logging
from functools import cache
from typing import Any

from toolgram.plugins.auto import AUTO, UnsureError, format_of, frames

ENGINE = "StructuredOutputManager"  # asks for a reasoning parser when the engine starts, before it makes one
LOG = logging.getLogger("vllm.toolgram")

__all__ = ["AUTO", "UnsureError", "auto_parsers", "decide_early"]


@cache
def auto_parsers() -> tuple[type, type]:
    """The tool parser and the reasoning parser that become those of a format when one is made."""
    from toolgram.targets.vllm.host.plugin import halves

    tool_half, reasoning_half = halves()
    return _becoming("AutoToolParser", tool_half, 0), _becoming("AutoReasoningParser", reasoning_half, 1)


def _becoming(name: str, base: type, number: int) -> type:
    def make(_: type, tokenizer: Any, *arguments: Any, **named: Any) -> Any:
        from .compiled import parsers_of

        fmt, thinks = format_of(tokenizer, LOG)
        return parsers_of(fmt, thinks=thinks)[number](tokenizer, *arguments, **named)

    return type(name, (base,), {"__new__": make, "is_toolgram": True})


def decide_early() -> None:
    """Find out the format now, if the engine asks that has a tokenizer already. Raises UnsureError."""
    for frame in frames():
        owner = frame.f_locals.get("self")
        tokenizer = getattr(owner, "tokenizer", None) if type(owner).__name__ == ENGINE else None
        if tokenizer is not None:
            format_of(tokenizer, LOG)
            return
