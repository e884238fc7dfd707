"""Tool calls, reasoning and text out of what language models write, as it is written.

fmt = toolgram.load("qwen3_coder")
parser = fmt.parser(tools=tools)
for chunk in stream:
    for event in parser.feed(chunk):
        ...
"""

from .formats import Format, SpecError, load
from .registry import UnknownFormatError
from .runtime import VERSION
from .runtime.events import ArgumentsDelta, CallEnd, CallStart, Citation, ContentDelta, Event, ReasoningDelta
from .runtime.message import Message, ToolCall, collect
from .runtime.parser import Parser

__version__ = VERSION

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
    "load",
]
