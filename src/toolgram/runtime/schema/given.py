"""The tools of a request as they are given: which functions there are, and which tools cannot be read.

In: what a caller gives for `tools`: chat tools, flat Responses tools, or objects with the same attributes, in anything
that can be iterated. `parameters` may be JSON text, or what `plain.py` makes a dict of. Out: names and schemas, and a
sentence for each thing that is none.

Promises: never raises, whatever is given; nothing is ignored in silence but tools that have no function, such as the
web search of the Responses API, which a server runs by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, List, NamedTuple, Optional, Tuple

from toolgram.runtime.schema.plain import ATTRIBUTES, MAPPING, access_to, is_mapping, plain_schema

PROBLEMS_MAX = 20  # that are told of one request
A_LIST_IS_WANTED = 'a list of tools is wanted, such as [{"type": "function", "function": {"name": "f"}}]'


class ToolsError(ValueError):
    """Tools of a request that cannot be read: which, and why."""


class GivenTool(NamedTuple):
    """One function: its name, and the schema of its arguments, which is empty where none is given."""

    name: str
    parameters: Mapping[str, Any]


def read_given(tools: Any) -> Tuple[List[GivenTool], Tuple[str, ...]]:
    """Return the functions in the order of the tools, and what is wrong with the others."""
    items, problem = items_of(tools)
    found: List[GivenTool] = []
    problems = [] if problem is None else [problem]
    for number, tool in enumerate(items, 1):
        try:
            one, problem = _read_tool(tool, number)
        except Exception:  # an object that does not even say of which class it is
            one, problem = None, f"tool {number} cannot be read"
        if one is not None:
            found.append(one)
        if problem is not None and len(problems) < PROBLEMS_MAX:
            problems.append(problem)
    return found, tuple(problems)


def items_of(tools: Any) -> Tuple[List[Any], Optional[str]]:
    """Return the tools as a list, which is empty where they are none, and why they are none."""
    if tools is None:
        return [], None
    try:
        if isinstance(tools, (list, tuple)):
            return list(tools), None
        if isinstance(tools, (str, bytes)) or is_mapping(tools):
            what = "one mapping" if is_mapping(tools) else "text"
            return [], f"the tools are {what}: {A_LIST_IS_WANTED}"
        return list(tools), None
    except Exception:  # foreign code: whatever it raises, these are no tools
        return [], f"the tools are a {_kind_of(tools)}: {A_LIST_IS_WANTED}"


def repeatable(tools: Any) -> Any:
    """Return tools that can be read more than once: a list in the place of a generator."""
    items, problem = items_of(tools)
    return items if tools is not None and problem is None else tools


def body_of_tool(tool: Any) -> Any:
    """What says the name: a tool of the Responses API itself, the `function` of a chat tool."""
    return member_of(tool, "function") or tool


def member_of(owner: Any, name: str) -> Any:
    """Return an item or an attribute, None where there is none or reading it fails."""
    if type(owner) is dict:  # nearly always
        return owner.get(name)
    try:
        kind: Any = type(owner)
        access = access_to(kind, owner.__class__)
        if access == MAPPING:
            return owner.get(name)
        return getattr(owner, name, None) if access == ATTRIBUTES else owner[name]
    except Exception:  # a request may bring objects of any class; a broken one is no tool
        return None


def parameters_of(body: Any) -> Tuple[Mapping[str, Any], Optional[str]]:
    """Return the schema of a function's arguments, and why it is none; no schema at all is an empty one."""
    value = member_of(body, "parameters")
    if value is None:
        return {}, None
    if isinstance(value, (str, bytes)):
        return _schema_of_text(value)
    try:
        found = plain_schema(value)
    except ValueError:
        found = None
    if isinstance(found, dict):
        return found, None
    return {}, f"has parameters that are no schema, but a {_kind_of(value)}"


def _read_tool(tool: Any, number: int) -> Tuple[Optional[GivenTool], Optional[str]]:
    """Read one tool: a function, or what is wrong with it, or both, or neither."""
    body = body_of_tool(tool)
    name = member_of(body, "name")
    if isinstance(name, str) and name:
        name = str.__str__(name)  # an enumeration's text as well
        parameters, problem = parameters_of(body)
        return GivenTool(name, parameters), None if problem is None else f"tool {number}, {name!r}, {problem}"
    kind = member_of(tool, "type")
    if name is None and body is tool and isinstance(kind, str) and kind != "function":
        return None, None
    if name is None:
        return None, f"tool {number} has no name, in a {_kind_of(body)}"
    return None, f"tool {number} has a name that is no text" if name != "" else f"tool {number} has an empty name"


def _schema_of_text(text: Any) -> Tuple[Mapping[str, Any], Optional[str]]:
    try:
        found = json.loads(text) if text.strip() else {}
    except (ValueError, RecursionError):  # no JSON, or numbers and brackets beyond all measure
        return {}, "has parameters in a text that is not JSON"
    return (found, None) if isinstance(found, dict) else ({}, "has parameters in a text that is no JSON object")


def _kind_of(value: Any) -> str:
    return type(value).__name__
