"""The table of no state and no machine: what states, edges and machines are made of that are filled in later.

In: nothing. Out: a table with the fields that every table has.

Note [what is copied has defaults]
An edge whose literal is another one, or a machine that is bound to a suffix, is a copy with a few fields changed. Where
the classes are compiled, `copy` calls `__init__` without arguments, and sets the fields then. So the parameters of what
is copied have defaults, and this is the table among them.
"""

from __future__ import annotations

from typing import Any, Dict

NO_TABLE: Dict[str, Any] = {
    **dict.fromkeys(("close", "format", "kind", "literal", "name", "open", "open_end", "region"), ""),
    **dict.fromkeys(("start", "to"), 0),
    "patterns": [""],
    "special_tokens": (),
    "states": [],
}
