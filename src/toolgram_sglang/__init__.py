"""Every format of toolgram in SGLang as `toolgram_<id>`, without a file: an entry point of its plugins.

In: the specs that are installed, and those in the folders of `$TOOLGRAM_FORMATS`. Out: names that SGLang knows, for
`--tool-call-parser` and `--reasoning-parser`.

How: SGLang runs `register` in each of its processes, most of which never parse anything. So only names are read here,
and given to SGLang's registries when it imports them; a name leads to a class that makes the detectors of its format
when the first is wanted. One name more, `toolgram_auto`, leads to detectors that find out the format.

Where SGLang knows its own names before it imports its registries, for the choices of the two options, ours are put
beside them there.

Promises: no compiler, lark, pydantic or registry of SGLang's is imported here; no name of SGLang's own is taken;
nothing is raised.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from toolgram.plugins.auto import AUTO
from toolgram.plugins.own_specs import installed, own_specs
from toolgram.targets.serving.own_names import PREFIX
from toolgram.targets.serving.when_imported import when_imported
from toolgram.targets.sglang.host.at_start import SERVING_MODULE, watch_start

from .light import light_reasoning, light_tool

LOG = logging.getLogger("sglang.toolgram")

# Where SGLang keeps its registries: the class and its dictionary, and the class of what is in there.
TOOLS = "sglang.srt.function_call.function_call_parser", "FunctionCallParser", "ToolCallParserEnum"
THOUGHTS = "sglang.srt.parser.reasoning_parser", "ReasoningParser", "DetectorMap"
ENDS = "parse_stream_end"  # what either class has since 0.5.18
# Where newer versions keep their names alone.
CHOICES = (
    ("sglang.srt.function_call.parser_names", "TOOL_CALL_PARSER_NAMES"),
    ("sglang.srt.parser.reasoning_parser_names", "REASONING_PARSER_NAMES"),
)


def register() -> None:
    """Tell SGLang of every format, at once or when it imports its registries. Whatever goes wrong is logged."""
    try:
        _register()
    except Exception as error:  # a plugin that is only installed must not stop a server
        LOG.warning("toolgram could not register its formats: %s: %s", type(error).__name__, error)


def _register() -> None:
    sources = {PREFIX + AUTO: AUTO, **installed(), **dict(own_specs(LOG))}
    thinking = {name.lower(): source for name, source in sources.items()}  # they are looked up in lower case
    when_imported(TOOLS[0], partial(_add, TOOLS, light_tool, sources))
    when_imported(THOUGHTS[0], partial(_add, THOUGHTS, light_reasoning, thinking))
    for (module, variable), names in zip(CHOICES, (sources, thinking), strict=True):
        when_imported(module, partial(_add_names, variable, list(names)))
    when_imported(SERVING_MODULE, watch_start)


def _add(place: tuple[str, str, str], make: Callable[[Any, str], type], sources: dict[str, str], module: Any) -> None:
    """Give one of SGLang's registries all names; a name leads to its source: an id, an alias or the path of a spec."""
    parsers = getattr(module, place[1])
    if not hasattr(parsers, ENDS):
        LOG.warning("%s of this SGLang says no stream's end, so text may be lost there: 0.5.18 is needed", place[1])
    known = getattr(parsers, place[2])
    for name, source in sources.items():
        known[name] = make(module, source)


def _add_names(variable: str, names: list[str], module: Any) -> None:
    known = list(getattr(module, variable))
    setattr(module, variable, [*known, *(name for name in names if name not in known)])
