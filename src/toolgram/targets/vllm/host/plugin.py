"""Registers a format's two parsers with the vLLM it runs in.

In: the constants of a format. Out: a tool parser and a reasoning parser, under the format's id and its aliases, and
under the same names behind `toolgram_`. A parser that vLLM has under one of the first is replaced: that is what a
plugin file is for. The others exist only where the file was loaded: a server that asks for one of them and cannot have
it does not start. Where the format has no reasoning, its reasoning parser finds none, and only takes the names that
vLLM has one for.

Promise: doing it twice does no harm; vLLM loads a plugin file in every one of its processes, and some load it twice.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Any

from toolgram.targets.serving.own_names import PREFIX
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import COMPARES_ARGUMENTS, FORCES_NATIVELY, REASONING_MODULE, TOOL_MODULE
from toolgram.targets.vllm.host.older_halves import OlderReasoningHalf, OlderToolHalf
from toolgram.targets.vllm.host.reasoning_half import ReasoningHalf
from toolgram.targets.vllm.host.tool_half import ToolHalf
from toolgram.targets.vllm.host.writers import UNCONSTRAINED_WRITERS, GrammarWriters


def plugin_format(
    table: Mapping[str, Any],
    machine: Any,
    *,
    version: str,
    build: str = "",
    spec: str | None = None,
    writers: GrammarWriters = UNCONSTRAINED_WRITERS,
) -> PluginFormat:
    """What the plugin has to know of a format, out of its machine's tables and the machine that was made of them.

    `build` says of which spec and of which runtime the plugin is, by their digests; `writers` are those of grammars.
    """
    return PluginFormat(table, machine, version=version, build=build, spec=spec, writers=writers)


def make_parsers(fmt: PluginFormat) -> tuple[Any, Any]:
    """Make the tool parser of a format and its reasoning parser."""
    stem = "".join(part.capitalize() for part in fmt.names[0].split("_"))
    tool_half, reasoning_half = halves()
    tool = type(stem + "ToolParser", (tool_half,), {"fmt": fmt})
    return tool, type(stem + "ReasoningParser", (reasoning_half,), {"fmt": fmt})


def halves() -> tuple[Any, Any]:
    """The classes of both parsers in this vLLM, of no format yet."""
    tool_half = OlderToolHalf if COMPARES_ARGUMENTS else ToolHalf
    return tool_half, ReasoningHalf if FORCES_NATIVELY else OlderReasoningHalf


def register(fmt: PluginFormat) -> list[Any]:
    """Make the parsers of a format, register them, and return them."""
    tool, reasoning = make_parsers(fmt)
    tools, thoughts = TOOL_MODULE.ToolParserManager, REASONING_MODULE.ReasoningParserManager
    known = {*thoughts.reasoning_parsers, *getattr(thoughts, "lazy_parsers", ())}  # lazy since 0.11.1
    thinking = [name for name in fmt.names if fmt.reasoning_closers or name in known]
    _note_replaced(fmt, "tool", fmt.names, tools, tools.tool_parsers)
    _note_replaced(fmt, "reasoning", thinking, thoughts, thoughts.reasoning_parsers)
    for name in (*fmt.names, *(PREFIX + name for name in fmt.names)):
        tools.register_module(name=name, force=True, module=tool)
    for name in (*thinking, *(PREFIX + name for name in thinking)):
        thoughts.register_module(name=name, force=True, module=reasoning)
    return [tool, reasoning] if thinking else [tool]


def _note_replaced(fmt: PluginFormat, half: str, names: list[str], manager: Any, made: Mapping[str, Any]) -> None:
    """Say in the log which names lead to a parser of vLLM's own, so far."""
    lazy = getattr(manager, "lazy_parsers", ())
    replaced = [name for name in names if (name in made or name in lazy) and not hasattr(made.get(name), "fmt")]
    if replaced:
        fmt.log.info("toolgram stands in for vLLM's own %s parser %s", half, ", ".join(map(repr, replaced)))


def step_aside(name: str, file: str) -> None:
    """Give a module's name back to the package that it belongs to.

    vLLM calls a plugin's module after its file, whatever else is called so: `openai.py` would hide a package.
    """
    found = PathFinder.find_spec(name)
    if found is not None and found.origin is not None and Path(found.origin).resolve() != Path(file).resolve():
        sys.modules.pop(name, None)
