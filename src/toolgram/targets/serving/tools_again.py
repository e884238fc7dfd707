"""The tools of a request, read once: those of the next request are mostly the same.

In: tools as the server hands them over, its models or dicts. Out: a `ToolSet`, perhaps one that was made before.

How: what a `ToolSet` reads of a tool is its kind, its name and its schema. As plain lists and dicts they are known
again (Note [the same tools again]), and no object of a request is kept.
"""

from __future__ import annotations

from typing import Any

from toolgram.runtime.schema.given import body_of_tool, items_of, member_of
from toolgram.runtime.schema.kept_tools import whole_tool_set
from toolgram.runtime.schema.plain import ATTRIBUTES, access_to
from toolgram.runtime.schema.tools import ToolSet


def tool_set_of(tools: Any) -> ToolSet:
    """Read the tools of a request, those that can be read."""
    items, problem = items_of(tools)
    if problem is not None:
        return ToolSet(tools)
    try:
        return whole_tool_set(list(map(_as_plain_tool, items)))
    except Exception:  # some cannot be read, or objects of any class are in them: they are read without a short cut
        return ToolSet(items)


def _as_plain_tool(tool: Any) -> dict[str, Any]:
    """A tool of the same kind, name and schema."""
    function = getattr(tool, "function", None) if _has_attributes(tool) else None
    if function and _has_attributes(function):  # a chat tool, as servers have it: its class is not asked for each part
        body = {"name": getattr(function, "name", None), "parameters": getattr(function, "parameters", None)}
        return {"type": getattr(tool, "type", None), "function": body}
    given = body_of_tool(tool)
    body = {"name": member_of(given, "name"), "parameters": member_of(given, "parameters")}
    return {"type": member_of(tool, "type"), **(body if given is tool else {"function": body})}


def _has_attributes(owner: Any) -> bool:
    kind: Any = type(owner)
    return access_to(kind, owner.__class__) == ATTRIBUTES
