"""The vLLM target: one self-contained file for each format, holding a tool parser and a reasoning parser.

A generated file is assembled in this order, every part at the top level of one module:

1. the header and `from __future__ import annotations`;
2. the modules of `toolgram.runtime.MODULES`, in that order, without their imports from toolgram;
3. the modules of `MODULES` below, in that order, likewise. They need vLLM when they are loaded, and nothing else but
   the standard library;
4. `plugin.py.jinja`: the constants of the format and the call that registers it.

The template is given the `machine` (the model of `toolgram.machine`) and `machine_literal`, its tables written as a
Python value.

The same modules serve without being assembled: where toolgram is installed, `toolgram_vllm` makes the parsers of a
format from its spec when vLLM asks for them.
"""

from __future__ import annotations

# Dependency order: a module may import from those before it only, and from the runtime.
MODULES = (
    "span",
    "host",
    "format",
    "transcript",
    "messages",
    "answer",
    "ebnf",
    "number_rules",
    "pattern_rules",
    "shapes",
    "value_rules",
    "tag_graph",
    "element_rules",
    "call_rules",
    "forms",
    "tag_rules",
    "constraint",
    "tool_half",
    "reasoning_phase",
    "reasoning_tokens",
    "reasoning_half",
    "older_halves",
    "plugin",
)
