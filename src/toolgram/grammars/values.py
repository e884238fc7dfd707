"""Values as rules of a grammar: JSON and Python literals, by their schema.

In: a schema. Out: an expression, or None when nothing that it allows can be written that way.

How: a schema is a rule, named before it is written, so that one that contains itself ends. Members come in the
schema's order, those that are required always, each at most once; others only where the schema asks for them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from toolgram.grammars.budget import GrammarBudget
from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    GrammarError,
    OneChar,
    RuleRef,
    chars_between,
    chars_in,
    chars_not_in,
    either_of,
    exactly,
    exactly_if_writable,
    in_order,
    optional,
    repeated,
)
from toolgram.grammars.numbers import integer_rule, number_rule
from toolgram.grammars.patterns import pattern_rule
from toolgram.grammars.schema_keys import SchemaKeys
from toolgram.grammars.schema_shapes import (
    Property,
    SchemaRoot,
    count_own_items,
    item_schema,
    kind_of,
    limits,
    members_of,
    shapes_of,
)
from toolgram.grammars.texts import word_unlike

ITEMS_MAX = 64  # a bound on counted repeats: more is as good as none
CHARS_MAX = 1000
OTHER_MEMBERS_MAX = 8  # members that no schema names

QUOTE = exactly('"')
HEX = chars_between("09", "af", "AF")
# No escaped surrogates: half a pair is no character.
NO_SURROGATE = either_of(
    (
        in_order(chars_between("09", "ac", "AC", "e", "f", "E", "F"), repeated(HEX, 3, 3)),
        in_order(chars_in("dD"), chars_between("07"), repeated(HEX, 2, 2)),
    )
)
JSON_ESCAPE = in_order(exactly("\\"), either_of((chars_in('"\\/bfnrt'), in_order(exactly("u"), NO_SURROGATE))))
NOT_IN_JSON = (('"', '"'), ("\\", "\\"), ("\0", "\x1f"), ("\x7f", "\x7f"))
JSON_CHAR = either_of((OneChar(NOT_IN_JSON, is_negated=True), JSON_ESCAPE))
PYTHON_ESCAPE = in_order(
    exactly("\\"),
    either_of((chars_in("\\'\"nrt"), in_order(exactly("x"), chars_between("27"), chars_between("09", "ae", "AE")))),
)


class Notation:
    """How values are written: JSON, or Python literals."""

    def __init__(self, name: str, true: str, false: str, null: str, quotes: str) -> None:
        self.name = name
        self.words = {"true": exactly(true), "false": exactly(false), "null": exactly(null)}
        self.quotes = tuple(map(exactly, quotes))


JSON_NOTATION = Notation("json", "true", "false", "null", '"')
PYTHON_NOTATION = Notation("python", "True", "False", "None", "\"'")


class ValueMemory:
    """What has been written for the values of all tools: rules by what they are, and by the schemas they are for."""

    def __init__(self, budget: GrammarBudget) -> None:
        self.keys = SchemaKeys(budget)
        self.rules: dict[Any, RuleRef | None] = {}


class ValueRules:
    """Writes the values of one root schema. Values of equal schemas are written once for all roots."""

    def __init__(self, builder: GrammarBuilder, root: Any, memory: ValueMemory) -> None:
        self.builder = builder
        self.memory = memory
        self.root = SchemaRoot(root, builder.budget)
        self.kind: Any = ""  # rules of another kind have another one

    def shapes(self, schema: Any) -> list[dict[str, Any]]:
        """Return the simple shapes of a schema."""
        return shapes_of(schema, self.root)

    def key_of(self, schema: Any) -> Any:
        """What is equal for schemas whose values are equal."""
        return self.memory.keys.key(schema, self.root.schema)

    def remembered(self, what: Any, schema: Any, write: Callable[[], Expression | None]) -> RuleRef | None:
        """A rule that is written once. It may refer to itself while it is being written."""
        known, key = self.memory.rules, (self.kind, what, self.key_of(schema))
        if key not in known:
            rule = known[key] = self.builder.new_rule()
            body = write()
            if body is None:
                known[key] = None
            else:
                self.builder.define(rule, body)
        return known[key]

    def value(self, schema: Any, notation: Notation, without: Iterable[str] = ()) -> RuleRef | None:
        """A value in a notation; of the types `without` there is none."""
        barred = frozenset(without)
        return self.remembered((notation.name, barred), schema, lambda: self._choice(schema, notation, barred))

    def _choice(self, schema: Any, notation: Notation, barred: frozenset[str]) -> Expression | None:
        parts = [self.simple_value(shape, notation) for shape in self.shapes(schema) if kind_of(shape) not in barred]
        found = [part for part in parts if part is not None]
        return either_of(found) if found else None

    def simple_value(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:
        """A value of one simple shape."""
        if "const" in shape:
            return self.constant(shape["const"], notation)
        kind = shape["type"]
        if kind == "object":
            return self._object(shape, notation)
        if kind == "array":
            return self._array(shape, notation)
        if kind == "string":
            return self.string_value(shape, notation)
        return self.scalar(shape, notation)

    def scalar(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:
        """A number, a boolean or null."""
        kind = shape["type"]
        if kind == "boolean":
            return either_of((notation.words["true"], notation.words["false"]))
        if kind == "null":
            return notation.words["null"]
        number = integer_rule(shape) if kind == "integer" else number_rule(shape)
        return None if number is None else self.builder.rule(number)

    def constant(self, value: Any, notation: Notation) -> Expression | None:
        """A value that is given; None when it cannot be written."""
        if notation is JSON_NOTATION:
            return exactly_if_writable(json.dumps(value, ensure_ascii=False))
        texts = python_texts(value) if isinstance(value, str) else [repr(value)]
        found = [way for way in map(exactly_if_writable, texts) if way is not None]
        return either_of(found) if found else None

    def string_value(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:
        """A string in quotes."""
        if notation is JSON_NOTATION:
            inside = limited_text(shape, JSON_CHAR, self.builder, barred='"\\')
            return None if inside is None else self.builder.rule(in_order(QUOTE, inside, QUOTE))
        parts = []
        for quote in "'\"":
            char = either_of((chars_not_in(quote + "\\\r\n"), PYTHON_ESCAPE))
            inside = limited_text(shape, char, self.builder, barred=quote + "\\\r\n")
            parts += [in_order(exactly(quote), inside, exactly(quote))] if inside is not None else []
        return self.builder.rule(either_of(parts)) if parts else None

    def _spaced(self, text: str) -> Expression:
        """A text with blanks on both sides."""
        return in_order(self.builder.may_blanks, exactly(text), self.builder.may_blanks)

    def _member(self, key: Expression, value: Expression) -> Expression:
        return in_order(key, exactly(":"), self.builder.may_blanks, value)

    def _in_brackets(self, brackets: str, inside: Expression) -> Expression:
        blanks = self.builder.may_blanks
        return in_order(exactly(brackets[0]), blanks, inside, blanks, exactly(brackets[1]))

    def _object(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:
        """The declared members in their order, then others. Before `more` ones comes a comma."""
        builder, comma = self.builder, self._spaced(",")
        members = members_of(shape)
        written = [self._declared_member(one, notation) for one in members.declared]
        if any(member is None and one.is_required for one, member in zip(members.declared, written)):
            return None
        other = self._other_member(members.others, [one.name for one in members.declared], notation)
        tail = repeated(in_order(comma, other), 0, OTHER_MEMBERS_MAX) if other else NOTHING
        head = optional(in_order(other, tail)) if other else NOTHING
        for one, body in zip(reversed(members.declared), reversed(written)):
            more, first = builder.rule(tail), builder.rule(head)
            tail, head = more, first
            if body is not None:
                member = builder.rule(body)
                tail = either_of((in_order(comma, member, more), *(() if one.is_required else (more,))))
                head = either_of((in_order(member, more), *(() if one.is_required else (first,))))
        return self._in_brackets("{}", builder.rule(head))

    def _declared_member(self, one: Property, notation: Notation) -> Expression | None:
        key, value = self.constant(one.name, notation), self.value(one.schema, notation)
        return None if key is None or value is None else self._member(key, value)

    def _other_member(self, schema: Any, names: Sequence[str], notation: Notation) -> Expression | None:
        """A member that no schema names; None where there is to be none."""
        value = None if schema is None else self.value(schema, notation)
        if value is None:
            return None
        if names:
            word = word_unlike(self.builder, names)
            return self._member(either_of(in_order(quote, word, quote) for quote in notation.quotes), value)
        key = self.string_value({}, notation)
        return None if key is None else self._member(key, value)

    def _array(self, shape: Mapping[str, Any], notation: Notation) -> Expression | None:
        """One item after the other as far as each has a schema of its own or must be there; then any number."""
        builder, comma = self.builder, self._spaced(",")
        least, most = limits(shape, "minItems", "maxItems")
        settled = min(max(count_own_items(shape), least), ITEMS_MAX)
        body = self._items_behind(shape, settled, most, notation)
        for place in reversed(range(settled)):
            item = self._item(shape, place, notation) if most is None or place < most else None
            if item is None and place < least:
                return None
            before = comma if place else NOTHING
            ways = [] if item is None else [in_order(before, item, builder.rule(body))]
            body = either_of(ways if place < least else [*ways, NOTHING])
        return self._in_brackets("[]", builder.rule(body))

    def _items_behind(self, shape: Mapping[str, Any], settled: int, most: int | None, notation: Notation) -> Expression:
        """Any number of items that are all alike, up to `most`, behind those that are settled."""
        comma = self._spaced(",")
        rest = self._item(shape, settled, notation)
        if rest is None or (most is not None and most <= settled):
            return NOTHING
        bound = None if most is None or most > ITEMS_MAX else most - settled
        if settled:
            return repeated(in_order(comma, rest), 0, bound)
        more = repeated(in_order(comma, rest), 0, None if bound is None else bound - 1)
        return optional(in_order(rest, more))

    def _item(self, shape: Mapping[str, Any], place: int, notation: Notation) -> Expression | None:
        schema = item_schema(shape, place)
        return None if schema is None else self.value(schema, notation)


def limited_text(
    shape: Mapping[str, Any], char: Expression, builder: GrammarBuilder, *, barred: str
) -> Expression | None:
    """Characters as many as the shape allows, or by its pattern, whose characters are none of `barred`."""
    if isinstance(shape.get("pattern"), str):
        written = pattern_rule(shape["pattern"], barred)
        if written is not None:
            return written
        builder.notes.loose_patterns.add(shape["pattern"])
    least, most = limits(shape, "minLength", "maxLength")
    if least > CHARS_MAX:
        raise GrammarError("a string that must be very long")
    if most is not None and most < least:
        return None
    if most is None or most > CHARS_MAX:
        return in_order(repeated(char, least, least), repeated(char, 0))
    return repeated(char, least, most)


def python_texts(text: str) -> list[str]:
    """A text as Python literals, in both kinds of quotes."""
    inside = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return [f"{quote}{inside.replace(quote, chr(92) + quote)}{quote}" for quote in "'\""]


def any_string(builder: GrammarBuilder) -> RuleRef:
    """A JSON string of any text, as a part of the message that is JSON."""
    schema = {"type": "string"}
    written = ValueRules(builder, schema, ValueMemory(builder.budget)).value(schema, JSON_NOTATION)
    assert written is not None
    return written
