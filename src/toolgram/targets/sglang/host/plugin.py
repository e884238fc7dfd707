"""Makes a format's two detectors, and registers them with the SGLang that they run in.

In: the constants of a format. Out: a tool-call detector and a reasoning detector.

Promise: doing it twice does no harm; SGLang loads plugins in every one of its processes.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Optional

from toolgram.targets.serving.own_names import PREFIX
from toolgram.targets.serving.when_imported import when_imported
from toolgram.targets.sglang.host.at_start import SERVING_MODULE, watch_start
from toolgram.targets.sglang.host.habits import FUNCTIONS_MODULE, REASONING_MODULE
from toolgram.targets.sglang.host.reasoning_detector import ReasoningDetector
from toolgram.targets.sglang.host.served_format import ServedFormat
from toolgram.targets.sglang.host.structural_tag import TagWriter
from toolgram.targets.sglang.host.tool_detector import ToolDetector


def served_format(
    table: Mapping[str, Any], machine: Any, *, version: str, build: str = "", spec: Optional[str] = None
) -> ServedFormat:
    """What the plugin has to know of a format, out of its machine's tables and the machine that was made of them."""
    return ServedFormat(table, machine, version=version, build=build, spec=spec, writer=TagWriter)


def make_detectors(fmt: ServedFormat) -> tuple[Any, Any]:
    """Make the tool-call detector of a format and its reasoning detector."""
    stem = "".join(part.capitalize() for part in fmt.names[0].replace("-", "_").split("_"))
    tool = type(stem + "ToolDetector", (ToolDetector,), {"fmt": fmt})
    return tool, type(stem + "ReasoningDetector", (ReasoningDetector,), {"fmt": fmt})


def register(fmt: ServedFormat) -> list[Any]:
    """Make the detectors of a format, register them under its id and its aliases, and return them."""
    tool, reasoning = make_detectors(fmt)
    tools = importlib.import_module(FUNCTIONS_MODULE).FunctionCallParser.ToolCallParserEnum
    thoughts = importlib.import_module(REASONING_MODULE).ReasoningParser.DetectorMap
    for name in fmt.names:
        tools[PREFIX + name] = tool
        if fmt.reasoning_closers:
            thoughts[(PREFIX + name).lower()] = reasoning  # SGLang looks names up in lower case
    when_imported(SERVING_MODULE, watch_start)
    return [tool, reasoning] if fmt.reasoning_closers else [tool]
