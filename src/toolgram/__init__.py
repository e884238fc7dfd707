"""Tool calls, reasoning and text out of what language models write, as it is written.

fmt = toolgram.load("qwen3_coder")
parser = fmt.parser(tools=tools)
for chunk in stream:
    for event in parser.feed(chunk):
        ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .runtime import COMPILED, VERSION

if TYPE_CHECKING:
    from .formats import Format, SpecError, load, tools
    from .registry import UnknownFormatError
    from .runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
    from .runtime.message import Message, ToolCall, collect
    from .runtime.parser import Parser

__version__ = VERSION
compiled = COMPILED

__all__ = [
    "ArgumentsDelta",
    "CallEnd",
    "CallStart",
    "Citation",
    "ContentDelta",
    "Event",
    "Format",
    "Message",
    "Parser",
    "ReasoningDelta",
    "SpecError",
    "ToolCall",
    "UnknownFormatError",
    "collect",
    "compiled",
    "load",
    "tools",
]

# Where the names are. Each module is imported when one of its names is asked for: the command line and vLLM's
# processes import this package, and most of them need nothing of it.
_PLACES = {
    **dict.fromkeys(("Format", "SpecError", "load", "tools"), "formats"),
    **dict.fromkeys(("Message", "ToolCall", "collect"), "runtime.message"),
    "Parser": "runtime.parser",
    "UnknownFormatError": "registry",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_PLACES.get(name, 'runtime.events')}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
