"""The SGLang target: a tool-call detector and a reasoning detector for each format, in a file.

`generated/sglang/_runtime.py`, which all formats share, is assembled of the modules that `MODULES` names, behind those
that they import: of `toolgram.runtime`, of `toolgram.grammars`, of `targets.serving`, of `host`. The last ones need
SGLang when they are loaded, and nothing else but the standard library.

`generated/sglang/X.py` loads it and the tables of one format, and registers the detectors (`format.py.jinja`). A single
file of all that is made by `toolgram.targets.single`.

The same modules serve without being assembled: where toolgram is installed, `toolgram_sglang` makes the detectors of a
format when SGLang asks for them.
"""

from __future__ import annotations

MODULES = ("toolgram.targets.sglang.host.plugin", "toolgram.targets.sglang.host.launch")
