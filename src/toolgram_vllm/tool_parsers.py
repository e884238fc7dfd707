"""Where vLLM asks for tool parsers: each attribute is one, named by an id, an alias, the path of a spec, or `auto`."""

from __future__ import annotations

from typing import Any

from .auto import AUTO, auto_parsers, decide_early


def __getattr__(source: str) -> Any:
    if source.startswith("__"):
        raise AttributeError(source)
    if source == AUTO:
        decide_early()
        return auto_parsers()[0]
    from .compiled import parsers_of  # not before somebody asks

    return parsers_of(source)[0]
