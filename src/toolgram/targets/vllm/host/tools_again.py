"""The tools of a request, read once: those of the next request are mostly the same.

In: tools as the server hands them over, its models or dicts. Out: a `ToolSet`, perhaps one that was made before.

How: what a `ToolSet` reads of a tool is its kind, its name and its schema. Written as bytes (Note [the same tools
again]), they are the key, and a kept set is made of the bytes: no object of a request is kept.

Promise: at most `SETS_MAX` sets of `SET_BYTES_MAX` are kept; what cannot be written so is read anew.
"""

from __future__ import annotations

from functools import lru_cache
from marshal import dumps, loads
from typing import Any

from toolgram.runtime.schema.given import body_of_tool, items_of, member_of
from toolgram.runtime.schema.kept_tools import SET_BYTES_MAX, SETS_MAX
from toolgram.runtime.schema.tools import ToolSet


def tool_set_of(tools: Any) -> ToolSet:
    """Read the tools of a request, those that can be read."""
    items, problem = items_of(tools)
    if problem is not None:
        return ToolSet(tools)
    try:
        content = dumps([_content_of(tool) for tool in items])
        if len(content) <= SET_BYTES_MAX:
            found = tool_set_again(content)
            if not found.problems:
                return found
    except Exception:  # objects of any class may be in it, and then it is read without a short cut
        pass
    return ToolSet(items)


def _content_of(tool: Any) -> tuple[Any, Any, Any, bool]:
    body = body_of_tool(tool)
    return member_of(tool, "type"), member_of(body, "name"), member_of(body, "parameters"), body is tool


@lru_cache(maxsize=SETS_MAX)
def tool_set_again(content: bytes) -> ToolSet:
    """Read tools from their content."""
    tools = []
    for kind, name, parameters, is_flat in loads(content):
        body = {"name": name, "parameters": parameters}
        tools.append({"type": kind, **(body if is_flat else {"function": body})})
    return ToolSet(tools)
