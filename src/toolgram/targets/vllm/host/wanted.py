"""What a request asks of its answer: which functions it may call, whether it must, and the format of the rest.

In: a request, of any version. Out: values; nothing is written into it.
"""

from __future__ import annotations

from typing import Any, NamedTuple, Tuple

from toolgram.runtime.schema.given import body_of_tool, items_of, member_of
from toolgram.targets.vllm.host.habits import FORCES_NATIVELY, STRUCTURED_OUTPUTS


class WantedCalls(NamedTuple):
    """The functions of which calls are to be constrained: none where nothing is asked."""

    functions: list[Any]
    is_forced: bool = False
    is_single: bool = False


def wanted_calls(request: Any) -> WantedCalls:
    """What a request asks of its calls, as far as it can be asked on this server."""
    if STRUCTURED_OUTPUTS is None or not hasattr(request, "structured_outputs"):
        return WantedCalls([])
    functions, is_forced = wanted_tools(request)
    is_single = "parallel_tool_calls" in request.model_fields_set and request.parallel_tool_calls is False
    if is_forced:
        return WantedCalls(functions if FORCES_NATIVELY else [], is_forced, is_single)
    is_asked = is_single or any(is_strict(body) for body in functions)
    return WantedCalls(functions if is_asked and not has_format(request) else [], is_forced, is_single)


def wanted_tools(request: Any) -> Tuple[list[Any], bool]:
    """The functions that a request lets the model call, and whether it must call one."""
    functions = [body_of_tool(tool) for tool in items_of(request.tools)[0]]
    known = [body for body in functions if isinstance(member_of(body, "name"), str)]
    choice = getattr(request, "tool_choice", None)
    if choice in (None, "none"):
        return [], False
    if choice in ("auto", "required"):
        return known, choice == "required"
    allowed = member_of(member_of(choice, "allowed_tools") or choice, "tools")
    if allowed is not None:
        names = {member_of(body_of_tool(tool), "name") for tool in allowed}
        mode = member_of(member_of(choice, "allowed_tools") or choice, "mode")
        return [body for body in known if member_of(body, "name") in names], mode == "required"
    name = member_of(body_of_tool(choice), "name")
    return [body for body in known if member_of(body, "name") == name], True


def is_strict(body: Any) -> bool:
    """Whether the arguments of a function have to fit its schema."""
    return member_of(body, "strict") is True


def has_format(request: Any) -> bool:
    """Whether the request has constraints of its own."""
    own = member_of(request, "response_format")
    text = member_of(member_of(request, "text"), "format")
    kinds = {member_of(own, "type"), member_of(text, "type")} - {None, "text"}
    return bool(kinds) or member_of(request, "structured_outputs") is not None
