"""The words that every spec shares: what can be imported from `toolgram`, and what the capture names mean.

Tables only. A built-in is added when a format forces it; a capture name has one meaning in every format, and may
stand only in the captures named here (`""` is the message, outside of all captures). `_rules` between two captures do
not count.
"""

from __future__ import annotations

from dataclasses import dataclass

BUILTINS = {
    "TEXT": "raw text, up to the nearest place where what must follow can match",
    "XML_TEXT": "raw text with its XML entities decoded",
    "JSON": "any JSON value",
    "JSON_OBJECT": "a JSON object",
    "JSON_ARRAY": "a JSON array",
    "JSON_STRING": "a JSON string; a capture of it is the decoded text",
    "PYTHON": "a Python literal",
    "NAME": "letters, digits, and what function names hold besides: `_`, `-`, `.`",
    "INT": "digits",
    "_WS": "blanks and line breaks, at least one",
    "_NL": "one line break",
}
"""The terminals, each with its meaning."""

BLANKS = ("_WS", "_NL")

TEMPLATES = {
    "json_object": ("member",),
    "json_member": ("key", "capture"),
    "json_array": ("item",),
}
"""The templates, each with the names of its arguments."""

IMPORTABLE = (*BUILTINS, *TEMPLATES)


@dataclass(frozen=True, slots=True)
class Capture:
    """A capture name: its level in the output, the captures in which it may stand, and what it becomes."""

    level: str
    inside: tuple[str, ...]
    becomes: str


_CALL = ("tool_call",)
_BUILT = ("object", "array", "element")
_VALUED = ("parameter", "arguments", *_BUILT)

CAPTURES = {
    "content": Capture("message", ("",), "visible text"),
    "reasoning": Capture("message", ("",), "reasoning text"),
    "tool_call": Capture("message", ("",), "one call"),
    "citation": Capture("message", ("content", "reasoning"), "text whose source is given, with its place"),
    "source": Capture("message", ("citation",), "the source of a citation, as written"),
    "name": Capture("call", ("tool_call", "id"), "the name of the function"),
    "id": Capture("call", _CALL, "the id of the call"),
    "arguments": Capture("call", _CALL, "the arguments object, as JSON or Python text of the model"),
    "parameter": Capture("call", ("tool_call", "arguments"), "one member of the arguments object"),
    "key": Capture("call", ("parameter", "object", "element"), "the key of a member"),
    "type": Capture("call", ("parameter",), "the JSON type of a `value` of which the schema leaves it open"),
    "value": Capture("value", _VALUED, "raw text, typed by the tool's JSON schema"),
    "string": Capture("value", _VALUED, "raw text that is a string, where the schema allows one"),
    "json": Capture("value", _VALUED, "JSON, held to the types that the schema allows"),
    "python": Capture("value", _VALUED, "a Python literal, whatever the schema says"),
    "object": Capture("structure", _VALUED, "an object built by rules"),
    "array": Capture("structure", _VALUED, "an array built by rules"),
    "element": Capture("structure", _VALUED, "one part of an object or array built by rules"),
}

VALUES = frozenset(name for name, capture in CAPTURES.items() if capture.level in ("value", "structure"))
"""The captures that can be the value of a parameter."""
