"""Where vLLM asks for reasoning parsers: each attribute is one, named by an id, an alias, a spec's path, or `auto`."""

from __future__ import annotations

from typing import Any

from .auto import AUTO, auto_parsers, decide_early


def __getattr__(source: str) -> Any:
    if source.startswith("__"):
        raise AttributeError(source)
    if source == AUTO:
        decide_early()
        return auto_parsers()[1]
    from .compiled import parsers_of  # not before somebody asks

    parser = parsers_of(source)[1]
    if not parser.fmt.reasoning_closers:
        raise LookupError(f"the format {source} has no reasoning: start the server without --reasoning-parser")
    return parser
