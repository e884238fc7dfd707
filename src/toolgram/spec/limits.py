"""How large a spec may be. A spec may come from a stranger: what it costs to read one has a bound.

Numbers only. Each is five to ten times what the largest format of the registry needs. `machine/budget.py` has those of
the next stage.
"""

from __future__ import annotations

FILE_BYTES_MAX = 65_536
STATEMENTS_MAX = 1_000  # rules, imports and overrides, those of imported specs among them
PARTS_MAX = 5_000  # literals, names, groups; once as they are written, once with every name replaced by its rule
LEVELS_MAX = 100  # of parts inside each other, with every name replaced by its rule
BRACKETS_MAX = 32  # inside each other
IMPORTS_MAX = 16  # specs that import each other, one behind the other
MISTAKES_MAX = 100  # of one kind that are told
