"""What happens where a capture begins and where it ends: the actions of the runtime, by the capture's name.

In: a spec and the name of a capture. Out: actions, in the form of `Eps`.
"""

from __future__ import annotations

from ..runtime.tables.states import MESSAGE_SINKS
from ..spec.ast import Call, Ref, Seq, Spec, walk
from ..spec.follow import captures_in, nodes_within, uses
from .graph import VALUES

SCANS = {
    "JSON": "any",
    "JSON_OBJECT": "object",
    "JSON_ARRAY": "array",
    "JSON_STRING": "string",
    "PYTHON": "python-any",
}


def opening(spec: Spec, name: str, context: tuple[str, ...]) -> tuple[str, ...]:
    if name == "arguments" and _has_parameters(spec):
        return ()
    if name in VALUES:
        scanned = _scanned(spec, name)
        return (f"begin:{name}" if scanned is None else "begin:literal" if scanned == "PYTHON" else "begin:scan",)
    if name in MESSAGE_SINKS and _scanned(spec, name) is not None:
        return (*(("reasoning",) if name == "reasoning" else ()), "begin_text")
    if name == "citation":
        return (f"open_citation:{context[0]}",)
    known = {
        "reasoning": ("reasoning",),
        "tool_call": ("open_call",),
        "parameter": ("open_parameter",),
        "id": ("open_id",),
        "arguments": ("open_arguments",),
        "object": ("open_container:{",),
        "array": ("open_container:[",),
    }
    return known.get(name, ())


def closing(spec: Spec, name: str, context: tuple[str, ...]) -> tuple[str, ...]:
    if name in VALUES:
        return ("end",)
    if name == "name":
        return () if "id" in context else ("commit:id" if _id_may_follow(spec) else "commit",)
    known = {
        "citation": ("close_citation",),
        "tool_call": ("close_call",),
        "parameter": ("close_parameter",),
        "id": ("close_id", "commit"),
        "arguments": () if name == "arguments" and _has_parameters(spec) else ("close_arguments",),
        "key": ("end_key",),
        "type": ("end_type",),
        "object": ("close_container",),
        "array": ("close_container",),
    }
    return known.get(name, ())


def _has_parameters(spec: Spec) -> bool:
    """Whether `arguments` is only a wrapper around parameters."""
    return any(use.inside == "arguments" and use.ref.name == "parameter" for use in uses(spec))


def _scanned(spec: Spec, name: str) -> str | None:
    """The built-in that ends by itself in a capture: its text is JSON or Python."""
    nodes = walk(spec.rules[name].body)
    return next((node.name for node in nodes if isinstance(node, Ref) and node.name in SCANS), None)


def _id_may_follow(spec: Spec) -> bool:
    """Whether the id of a call may come behind its name: the call is not announced before it."""
    for node in nodes_within(spec, spec.rules["tool_call"].body):
        if isinstance(node, Seq):
            reads = [captures_in(spec, item) for item in node.items]
            named = next((number for number, names in enumerate(reads) if "name" in names), len(reads))
            if any("id" in names for names in reads[named + 1 :]):
                return True
        if isinstance(node, Call) and node.name == "json_object" and {"name", "id"} <= captures_in(spec, node):
            return True
    return False
