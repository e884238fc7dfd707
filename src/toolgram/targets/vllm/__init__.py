"""The vLLM target: one self-contained file for each format, holding a tool parser and a reasoning parser.

A generated file is assembled in this order, every part at the top level of one module:

1. the header and `from __future__ import annotations`;
2. the modules that `MODULES` names, behind those that they import: of `toolgram.runtime`, of `toolgram.grammars`, of
   `host`. The last ones need vLLM when they are loaded, and nothing else but the standard library;
3. `plugin.py.jinja`: the constants of the format and the call that registers it.

The same modules serve without being assembled: where toolgram is installed, `toolgram_vllm` makes the parsers of a
format from its spec when vLLM asks for them.
"""

from __future__ import annotations

# What a plugin file needs; the modules that these import come along.
MODULES = ("toolgram.targets.vllm.host.plugin",)
