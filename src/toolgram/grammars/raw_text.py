"""Values as raw text, the way the parser gives such text its type: a string as it is, everything else as JSON.

In: a schema, and the delimiters that must not stand in the text. Out: a rule, or None when nothing can be written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toolgram.grammars.expressions import (
    Expression,
    RuleRef,
    chars_not_in,
    either_of,
    exactly_if_writable,
    in_order,
    optional,
)
from toolgram.grammars.schema_shapes import kind_of, shape_type
from toolgram.grammars.texts import text_without
from toolgram.grammars.values import JSON_NOTATION, QUOTE, Notation, ValueRules, limited_text

LIMITS_OF_STRINGS = ("minLength", "maxLength", "pattern")


def raw_value(
    values: ValueRules, schema: Any, without: Sequence[str], *, entities: bool, barred_kinds: Iterable[str] = ()
) -> RuleRef | None:
    """Text as the parser types it: a string as it is, everything else as JSON. No literal of `without` is in it.

    Of the types `barred_kinds` there is none.
    """
    shapes = values.shapes(schema)
    kinds = {shape_type(shape) for shape in shapes}
    barred = "&" if entities else ""
    parts: list[Expression | None] = []
    for shape in shapes:
        if kind_of(shape) in barred_kinds:
            continue
        if shape_type(shape) == "string":
            parts.append(_raw_string(values, shape, without, barred, kinds))
        else:
            parts.append(_raw_other(values, shape, without))
    found = [part for part in parts if part is not None]
    return values.builder.rule(either_of(found)) if found else None


def _raw_string(
    values: ValueRules, shape: Mapping[str, Any], without: Sequence[str], barred: str, kinds: set[str]
) -> Expression | None:
    """A string. Where it could also be an object or array it does not begin like one; ends are no blanks."""
    if "const" in shape:
        value = shape["const"]
        is_safe = value == value.strip() and not any(text in value for text in (*without, *barred))
        return exactly_if_writable(value) if is_safe else None
    if any(keyword in shape for keyword in LIMITS_OF_STRINGS):
        unsafe = "".join(dict.fromkeys(text[0] for text in without)) + barred
        return limited_text(shape, chars_not_in(unsafe + " \t\r\n"), values.builder, barred=unsafe + " \t\r\n")
    text = text_without(values.builder, without, chars=barred)
    if kinds & {"object", "array"}:
        first = chars_not_in("".join(text[0] for text in without) + barred + "{[\"' \t\r\n")
        return optional(in_order(first, text))
    return text


def _raw_other(values: ValueRules, shape: Mapping[str, Any], without: Sequence[str]) -> Expression | None:
    """JSON as raw text; strings inside it are as free as JSON lets them be, but for the delimiters."""
    kind = shape_type(shape)
    if "const" in shape or kind not in ("object", "array"):
        return values.simple_value(shape, JSON_NOTATION)
    safe = RawJson(values, without)
    return safe.value(shape, JSON_NOTATION)


class RawJson(ValueRules):
    """JSON in whose strings delimiters of the format do not stand."""

    def __init__(self, outer: ValueRules, without: Sequence[str]) -> None:
        super().__init__(outer.builder, outer.root.schema, outer.memory)
        # A quote ends the string: of a delimiter with a quote in it what stands before that is kept out.
        self._without = [text.partition('"')[0] for text in without if text[:1] != '"']
        self.kind = ("raw", *without)

    def string_value(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:  # noqa: ARG002  always JSON
        unsafe = "".join(dict.fromkeys(text[0] for text in self._without))
        if any(keyword in shape for keyword in LIMITS_OF_STRINGS):
            char = chars_not_in('"\\\r\n\t' + unsafe)
            inside = limited_text(shape, char, self.builder, barred='"\\\r\n\t' + unsafe)
        else:
            inside = text_without(self.builder, self._without, chars='"\\\r\n\t')
        return None if inside is None else self.builder.rule(in_order(QUOTE, inside, QUOTE))
