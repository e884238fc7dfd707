"""The tools of a request, read once: what was read last is kept.

In: the `tools` of a request. Out: the `ToolSet` that was made of the same tools before, or a new one.

Note [the same tools again]
The requests of one client mostly bring the same tools, and reading them costs more than a short message does. `marshal`
writes plain lists, dicts and scalars as bytes, in C, and refuses everything else, which is read anew. Equal bytes come
of equal content only: `1`, `1.0` and `True` differ, and so do other orders of the same keys. (The other way round,
they also say which parts somebody else holds; so equal content may be read twice.) A kept set is made of those bytes,
so nobody else can change what it has been read from.

Promise: what is kept is bounded, in sets and in bytes.
"""

from __future__ import annotations

from functools import lru_cache
from marshal import dumps, loads
from typing import Any

from toolgram.runtime.schema.given import ToolsError
from toolgram.runtime.schema.tools import ToolSet

SETS_MAX = 32  # that are kept
SET_BYTES_MAX = 1 << 18  # of one set; what is larger is read anew
PLAIN_COLLECTIONS = frozenset((list, tuple))


def whole_tool_set(tools: Any) -> ToolSet:
    """Read tools all of which can be read; a `ToolSet` is taken as it is. Raises ToolsError."""
    if isinstance(tools, ToolSet):
        return tools
    if type(tools) not in PLAIN_COLLECTIONS:
        return _tools_without_problems(tools)
    try:
        content = dumps((tools,))  # in a tuple, it is always held by somebody else
    except ValueError:  # something of a class of its own is in it, or it has no end
        return _tools_without_problems(tools)
    return kept_tool_set(content) if len(content) <= SET_BYTES_MAX else _tools_without_problems(tools)


@lru_cache(maxsize=SETS_MAX)
def kept_tool_set(content: bytes) -> ToolSet:
    """Read tools from their content. Raises ToolsError."""
    return _tools_without_problems(loads(content)[0])


def _tools_without_problems(tools: Any) -> ToolSet:
    found = ToolSet(tools)
    if found.problems:
        raise ToolsError("; ".join(found.problems))
    return found
