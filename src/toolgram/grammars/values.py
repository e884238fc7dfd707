"""Values as rules of a grammar: JSON, Python literals and raw text, by their schema.

In: a schema. Out: an expression, or None when nothing that it allows can be written that way.

How: a schema is a rule, named before it is written, so that one that contains itself ends. Members come in the
schema's order, those that are required always, each at most once; others only where the schema asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from toolgram.grammars.ebnf import Ebnf, GrammarError, char_class, json_text, one_of, quoted
from toolgram.grammars.numbers import integer_rule, number_rule
from toolgram.grammars.patterns import pattern_rule
from toolgram.grammars.schema_shapes import item_schema, limits, members_of, shapes_of
from toolgram.runtime.schema.types import type_of

ITEMS_MAX = 64  # a bound on counted repeats: more is as good as none
CHARS_MAX = 1000

HEX = "[0-9a-fA-F]"
# No escaped surrogates: half a pair is no character.
JSON_ESCAPE = f'"\\\\" (["\\\\/bfnrt] | "u" ([0-9a-cA-CefEF] {HEX}{{3}} | [dD] [0-7] {HEX}{{2}}))'
JSON_CHAR = f'([^"\\\\\\u0000-\\u001f\\u007f] | {JSON_ESCAPE})'
PYTHON_ESCAPE = r""""\\" ([\\'"nrt] | "x" [2-7] [0-9a-eA-E])"""


class Notation:
    """How values are written: JSON, or Python literals."""

    def __init__(self, name: str, true: str, false: str, null: str) -> None:
        self.name = name
        self.words = {"true": quoted(true), "false": quoted(false), "null": quoted(null)}


JSON_NOTATION = Notation("json", "true", "false", "null")
PYTHON_NOTATION = Notation("python", "True", "False", "None")


class ValueRules:
    """Writes the values of one root schema."""

    def __init__(self, ebnf: Ebnf, root: Any) -> None:
        self.ebnf = ebnf
        self.root = root
        self._known: dict[Any, str | None] = {}
        self._besides: dict[Any, dict[Any, str | None]] = {}

    def shapes(self, schema: Any) -> list[dict[str, Any]]:
        """Return the simple shapes of a schema."""
        return shapes_of(schema, self.root)

    def known_besides(self, key: Any) -> dict[Any, str | None]:
        """A memory for rules of another kind, kept with these."""
        return self._besides.setdefault(key, {})

    def remembered(self, key: Any, hint: str, write: Callable[[], str | None]) -> str | None:
        """A rule that is written once. It may refer to itself while it is being written."""
        if key not in self._known:
            name = self._known[key] = self.ebnf.new_name(hint)
            body = write()
            if body is None:
                self._known[key] = None
            else:
                self.ebnf.define(name, body)
        return self._known[key]

    # --- JSON and Python -----------------------------------------------------------------------------------------

    def value(self, schema: Any, notation: Notation, without: Iterable[str] = ()) -> str | None:
        """A value in a notation; of the types `without` there is none."""
        barred = frozenset(without)
        key = (notation.name, json.dumps(schema, sort_keys=True, default=str), barred)
        return self.remembered(key, notation.name, lambda: self._choice(schema, notation, barred))

    def _choice(self, schema: Any, notation: Notation, barred: frozenset[str]) -> str | None:
        parts = [self._shape(shape, notation) for shape in self.shapes(schema) if kind_of(shape) not in barred]
        found = [part for part in parts if part is not None]
        return one_of(found) if found else None

    def _shape(self, shape: Mapping[str, Any], notation: Notation) -> str | None:
        if "const" in shape:
            return self.constant(shape["const"], notation)
        kind = shape["type"]
        if kind == "object":
            return self._object(shape, notation)
        if kind == "array":
            return self._array(shape, notation)
        if kind == "string":
            return self._string(shape, notation)
        return self.scalar(shape, notation)

    def scalar(self, shape: Mapping[str, Any], notation: Notation) -> str | None:
        """A number, a boolean or null."""
        kind = shape["type"]
        if kind == "boolean":
            return one_of((notation.words["true"], notation.words["false"]))
        if kind == "null":
            return notation.words["null"]
        number = integer_rule(shape) if kind == "integer" else number_rule(shape)
        return None if number is None else self.ebnf.rule(kind, number)

    def constant(self, value: Any, notation: Notation) -> str:
        """A value that is given."""
        if notation is JSON_NOTATION:
            return quoted(json_text(value))
        if isinstance(value, str):
            return one_of(quoted(text) for text in python_texts(value))
        return quoted(repr(value))

    def _string(self, shape: Mapping[str, Any], notation: Notation) -> str | None:
        if notation is JSON_NOTATION:
            inside = limited_text(shape, JSON_CHAR, barred='"\\')
            return None if inside is None else self.ebnf.rule("string", f'"\\"" {inside} "\\""')
        parts = []
        for quote in "'\"":
            char = f"({char_class(quote + chr(92) + chr(10), negated=True)} | {PYTHON_ESCAPE})"
            inside = limited_text(shape, char, barred=quote + "\\\n")
            parts += [f"{quoted(quote)} {inside} {quoted(quote)}"] if inside is not None else []
        return self.ebnf.rule("python_string", one_of(parts)) if parts else None

    def _object(self, shape: Mapping[str, Any], notation: Notation) -> str | None:
        ebnf = self.ebnf
        members = members_of(shape)
        written: dict[int, str | None] = {}
        for at, one in enumerate(members.declared):
            value = self.value(one.schema, notation)
            if value is None and one.is_required:
                return None
            key = self.constant(one.name, notation)
            written[at] = None if value is None else f'{key} ":" {ebnf.may_blanks} {value}'
        other = self._other_member(members.others, [one.name for one in members.declared], notation)
        comma = f'{ebnf.may_blanks} "," {ebnf.may_blanks}'
        tails = [f"({comma} {other}){{0,8}}" if other else '""']
        heads = [f"({other} {tails[0]})?" if other else '""']
        for at in reversed(range(len(members.declared))):
            member = written[at]
            tail = ebnf.rule("more", tails[-1])
            head = ebnf.rule("first", heads[-1])
            is_required = members.declared[at].is_required
            tails.append(tail if member is None else f"{comma} {member} {tail}" + ("" if is_required else f" | {tail}"))
            heads.append(head if member is None else f"{member} {tail}" + ("" if is_required else f" | {head}"))
        return f'"{{" {ebnf.may_blanks} {ebnf.rule("first", heads[-1])} {ebnf.may_blanks} "}}"'

    def _other_member(self, schema: Any, names: Sequence[str], notation: Notation) -> str | None:
        if schema is None:
            return None
        value = self.value(schema, notation)
        quotes = ('"',) if notation is JSON_NOTATION else ('"', "'")
        word = self.ebnf.word_unlike(names)
        key = one_of(f"{quoted(quote)} {word} {quoted(quote)}" for quote in quotes)
        if not names:
            key = str(self._string({}, notation))
        return None if value is None else f'{key} ":" {self.ebnf.may_blanks} {value}'

    def _array(self, shape: Mapping[str, Any], notation: Notation) -> str | None:
        """One item after the other as far as each has a schema of its own or must be there; then any number."""
        ebnf = self.ebnf
        comma = f'{ebnf.may_blanks} "," {ebnf.may_blanks}'
        least, most = limits(shape, "minItems", "maxItems")
        own = count_own_items(shape)
        settled = min(max(own, least), ITEMS_MAX)
        rest = self._item(shape, settled, notation)
        if rest is None or (most is not None and most <= settled):
            body = '""'
        else:
            more = "*" if most is None or most > ITEMS_MAX else f"{{0,{most - settled - (not settled)}}}"
            body = f"({comma} {rest}){more}" if settled else f"({rest} ({comma} {rest}){more})?"
        for place in reversed(range(settled)):
            item = self._item(shape, place, notation) if most is None or place < most else None
            if item is None and place < least:
                return None
            written = "" if item is None else f"{comma if place else ''} {item} {ebnf.rule('items', body)}"
            body = " | ".join(part for part in (written, '""' if place >= least else "") if part)
        return f'"[" {ebnf.may_blanks} {ebnf.rule("items", body)} {ebnf.may_blanks} "]"'

    def _item(self, shape: Mapping[str, Any], place: int, notation: Notation) -> str | None:
        schema = item_schema(shape, place)
        return None if schema is None else self.value(schema, notation)

    # --- raw text ------------------------------------------------------------------------------------------------

    def raw(
        self, schema: Any, without: Sequence[str], *, entities: bool, barred_kinds: Iterable[str] = ()
    ) -> str | None:
        """Text as the parser types it: a string as it is, everything else as JSON. No literal of `without` is in it.

        Of the types `barred_kinds` there is none.
        """
        shapes = self.shapes(schema)
        kinds = {shape_type(shape) for shape in shapes}
        barred = "&" if entities else ""
        parts: list[str | None] = []
        for shape in shapes:
            if kind_of(shape) in barred_kinds:
                continue
            if shape_type(shape) == "string":
                parts.append(self._raw_string(shape, without, barred, kinds))
            else:
                parts.append(self._raw_other(shape, without))
        found = [part for part in parts if part is not None]
        return self.ebnf.rule("raw", one_of(found)) if found else None

    def _raw_string(
        self, shape: Mapping[str, Any], without: Sequence[str], barred: str, kinds: Iterable[str]
    ) -> str | None:
        """A string. Where it could also be an object or array it does not begin like one; ends are no blanks."""
        if "const" in shape:
            value = shape["const"]
            is_safe = value == value.strip() and not any(text in value for text in (*without, *barred))
            return quoted(value) if is_safe else None
        if any(keyword in shape for keyword in ("minLength", "maxLength", "pattern")):
            unsafe = "".join(dict.fromkeys(text[0] for text in without)) + barred
            return limited_text(shape, char_class(unsafe + " \t\n", negated=True), barred=unsafe + " \t\n")
        text = self.ebnf.text_without(without, chars=barred)
        if {"object", "array"} & set(kinds):
            first = char_class("".join(text[0] for text in without) + barred + "{[\"' \t\n", negated=True)
            return f"({first} {text})?"
        return text

    def _raw_other(self, shape: Mapping[str, Any], without: Sequence[str]) -> str | None:
        """JSON as raw text; strings inside it are as free as JSON lets them be, but for the delimiters."""
        kind = shape_type(shape)
        if "const" in shape or kind not in ("object", "array"):
            return self._shape(shape, JSON_NOTATION)
        safe = RawJson(self, without)
        return safe.value(shape, JSON_NOTATION)


class RawJson(ValueRules):
    """JSON in whose strings delimiters of the format do not stand."""

    def __init__(self, outer: ValueRules, without: Sequence[str]) -> None:
        super().__init__(outer.ebnf, outer.root)
        # A quote ends the string: of a delimiter with a quote in it what stands before that is kept out.
        self._without = [text.partition('"')[0] for text in without if text[:1] != '"']
        self._known = outer.known_besides(("raw", *without))

    def _string(self, shape: Mapping[str, Any], notation: Notation) -> str | None:  # noqa: ARG002  always JSON
        unsafe = "".join(dict.fromkeys(text[0] for text in self._without))
        if any(keyword in shape for keyword in ("minLength", "maxLength", "pattern")):
            char = char_class('"\\\n\t' + unsafe, negated=True)
            inside = limited_text(shape, char, barred='"\\\n\t' + unsafe)
        else:
            inside = self.ebnf.text_without(self._without, chars='"\\\n\t')
        return None if inside is None else self.ebnf.rule("string", f'"\\"" {inside} "\\""')


def shape_type(shape: Mapping[str, Any]) -> str:
    """The JSON type of a shape."""
    return type_of(shape["const"]) if "const" in shape else shape["type"]


def kind_of(shape: Mapping[str, Any]) -> str:
    """The type of a shape; that of a given object or array, which no rules of the format's own write, is another."""
    kind = shape_type(shape)
    return "constant " + kind if "const" in shape and kind in ("object", "array") else kind


def count_own_items(shape: Mapping[str, Any]) -> int:
    """How many items of an array have a schema of their own."""
    for keyword in ("prefixItems", "items"):
        if isinstance(shape.get(keyword), (list, tuple)):
            return len(shape[keyword])
    return 0


def limited_text(shape: Mapping[str, Any], char: str, *, barred: str) -> str | None:
    """Characters as many as the shape allows, or by its pattern, whose characters are none of `barred`."""
    if isinstance(shape.get("pattern"), str):
        written = pattern_rule(shape["pattern"], barred)
        if written is not None:
            return written
    least, most = limits(shape, "minLength", "maxLength")
    if least > CHARS_MAX:
        raise GrammarError("a string that must be very long")
    if most is not None and most < least:
        return None
    if most is None or most > CHARS_MAX:
        return f"{char}*" if not least else f"{char}{{{least}}} {char}*"
    return f"{char}{{{least},{most}}}"


def python_texts(text: str) -> list[str]:
    """A text as Python literals, in both kinds of quotes."""
    inside = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return [f"{quote}{inside.replace(quote, chr(92) + quote)}{quote}" for quote in "'\""]
