"""The vLLM target: a tool parser and a reasoning parser for each format, in a plugin file.

`generated/vllm/_runtime.py`, which all formats share, is assembled in this order, every part at the top level:

1. the header and the imports;
2. the modules that `MODULES` names, behind those that they import: of `toolgram.runtime`, of `toolgram.grammars`, of
   `host`. The last ones need vLLM when they are loaded, and nothing else but the standard library.

`generated/vllm/X.py` loads it and the tables of one format, and registers the parsers (`format.py.jinja`). A single
file of all that is made by `toolgram.targets.single`.

The same modules serve without being assembled: where toolgram is installed, `toolgram_vllm` makes the parsers of a
format when vLLM asks for them.
"""

from __future__ import annotations

# What a plugin file needs; the modules that these import come along. `BASE` is for one without the writer of grammars.
BASE = ("toolgram.targets.vllm.host.plugin", "toolgram.targets.vllm.host.check")
MODULES = ("toolgram.targets.vllm.host.constrained", *BASE)
