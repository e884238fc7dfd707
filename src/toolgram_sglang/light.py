"""Classes that stand in SGLang's registries, and become the detectors of a format when one is wanted.

In: a module of SGLang's with a registry, and a source: an id, an alias, the path of a spec, or `auto`. Out: a class for
the registry.

Promise: a format is loaded by whoever makes one of its detectors, and by nobody else.
"""

from __future__ import annotations

import inspect
import logging
from typing import Any

from toolgram.plugins.auto import AUTO, format_of, frames

LOG = logging.getLogger("sglang.toolgram")

_NAMED = inspect.Parameter.KEYWORD_ONLY
# SGLang hands over the tokenizer, and whether a tool detector is at work, to classes that say that they take it.
_TOOL = inspect.Signature([inspect.Parameter("tokenizer", _NAMED, default=None)])
_REASONING = inspect.Signature(
    [inspect.Parameter(name, _NAMED, default=None) for name in ("tokenizer", "tool_call_parser_active")]
)


def light_tool(module: Any, source: str) -> type:
    """Make a tool-call detector class that becomes that of a format."""
    kind = _light("LazyToolDetector", module.BaseFormatDetector, source, 0, _TOOL)
    kind.parses_without_tools = classmethod(_parses_without_tools)  # type: ignore[attr-defined]
    return kind


def light_reasoning(module: Any, source: str) -> type:
    """Make a reasoning detector class that becomes that of a format."""
    return _light("LazyReasoningDetector", module.BaseReasoningFormatDetector, source, 1, _REASONING)


def _light(name: str, base: Any, source: str, number: int, signature: inspect.Signature) -> type:
    def real(tokenizer: Any = None) -> Any:
        return detectors_of(source, tokenizer)[number]

    def make(_: type, *arguments: Any, **named: Any) -> Any:
        return real(named.get("tokenizer"))(*arguments, **named)

    values = {"__new__": make, "__signature__": signature, "real": staticmethod(real), "source": source}
    return type(name, (base,), {**values, "is_toolgram": True})


def _parses_without_tools(kind: Any) -> bool:
    """SGLang asks a class, of a request without tools."""
    return bool(kind.real(_tokenizer_of_caller()).parses_without_tools())


def _tokenizer_of_caller() -> Any:
    """The tokenizer of the server that asks, which only `auto` needs."""
    for frame in frames():
        tokenizer = getattr(getattr(frame.f_locals.get("self"), "tokenizer_manager", None), "tokenizer", None)
        if tokenizer is not None:
            return tokenizer
    return None


def detectors_of(source: str, tokenizer: Any) -> tuple[Any, Any]:
    """The detectors of a format. Raises LookupError where `auto` cannot find out which it is."""
    from .compiled import compiled_detectors

    if source != AUTO:
        return compiled_detectors(source)
    name, thinks = format_of(tokenizer, LOG)
    return compiled_detectors(name, thinks=thinks)
