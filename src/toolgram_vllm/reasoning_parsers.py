"""Where vLLM asks for reasoning parsers: each attribute is one, named by an id, an alias or the path of a spec."""

from __future__ import annotations

from typing import Any


def __getattr__(source: str) -> Any:
    if source.startswith("__"):
        raise AttributeError(source)
    from .compiled import parsers_of  # not before somebody asks

    parser = parsers_of(source)[1]
    if not parser.fmt.reasoning_closers:
        raise LookupError(f"the format {source} has no reasoning: start the server without --reasoning-parser")
    return parser
