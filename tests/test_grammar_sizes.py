"""What grammars cost: sizes and counts of work, whatever a request says; what is given up for that is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import budget
import pytest
from derivations import takes
from ebnf_reader import read_ebnf
from large_tools import large_set
from test_grammars import CALLING, outline_of, tokens_of

from toolgram.grammars.answers import derive_grammar
from toolgram.grammars.budget import GRAMMAR_CHARS_MAX, WORK_CHARS_MAX, GrammarBudget
from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    ExactText,
    Expression,
    Grammar,
    GrammarError,
    RuleRef,
    TooLargeError,
    either_of,
    exactly,
    in_order,
    parts_of,
)
from toolgram.grammars.fitting import FittedGrammar, fitting_grammar, types_only
from toolgram.grammars.patterns import pattern_rule
from toolgram.grammars.request import ANY_PARAMETERS, NO_PARAMETERS, GrammarRequest, ToolShape
from toolgram.grammars.schema_shapes import SchemaRoot, shapes_of
from toolgram.grammars.shortening import with_common_beginnings, with_rules_of_one_use_inlined
from toolgram.grammars.texts import word_unlike

LONG = 40_000
COST_MAX = 1_000_000_000  # of a grammar that a server compiles in less than three seconds


def fitted(format_id: str, tools: tuple[ToolShape, ...]) -> FittedGrammar:
    return fitting_grammar(outline_of(format_id), GrammarRequest(tools, is_forced=True), tokens_of(format_id))


@pytest.mark.parametrize(
    "format_id", sorted({*budget.sample(CALLING, 1), *budget.sample(["gemma4", "dots", "kimi_k3"], 1)})
)
def test_large_tool_sets_fit(format_id: str) -> None:
    """100 tools with 30 members of their own each lose nothing."""
    found = fitted(format_id, large_set(100, 30))
    assert len(found.text) <= GRAMMAR_CHARS_MAX
    assert not found.remarks
    assert cost_to_compile(found.text) < COST_MAX


def cost_to_compile(text: str) -> int:
    """What a server pays: xgrammar makes a parser, which knows all rules, for each character of each literal."""
    grammar = read_ebnf(text)
    literals = (part for body in grammar.rules.values() for part in literals_in(body))
    return len(grammar.rules) * sum(map(len, literals))


def literals_in(expression: Expression) -> Iterator[str]:
    if isinstance(expression, ExactText):
        yield expression.text
    for part in parts_of(expression):
        yield from literals_in(part)


def test_alternatives_that_begin_alike_begin_once() -> None:
    begun = exactly("x" * 20)
    grammar = Grammar("a", {"a": either_of([in_order(begun, exactly("1")), in_order(begun, exactly("2")), NOTHING])})
    shorter = with_common_beginnings(grammar)
    assert sum(part == "x" * 20 for body in shorter.rules.values() for part in literals_in(body)) == 1
    for text in ("x" * 20 + "1", "x" * 20 + "2", ""):
        assert takes(shorter, text, {}), text
    assert not takes(shorter, "x" * 20, {})


def test_rules_of_one_use_are_written_where_they_are_used() -> None:
    one, other, ends = RuleRef("one"), RuleRef("other"), RuleRef("ends")
    rules = {
        "root": in_order(exactly("("), one, ends),
        "one": in_order(other, exactly("b")),
        "other": either_of([exactly("x"), in_order(exactly("y"), RuleRef("root"))]),
        "ends": in_order(exactly(")"), exactly(".")),
    }
    shorter = with_rules_of_one_use_inlined(Grammar("root", rules))
    assert set(shorter.rules) == {"root", "other"}  # a choice would need brackets
    assert takes(shorter, "(xb).", {})
    assert takes(shorter, "(y(xb).b).", {})
    assert not takes(shorter, "(xb)", {})


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 10))
def test_a_member_costs_the_same_however_many_there_are(format_id: str) -> None:
    """So many more members make so much more grammar: none is written once for each of those before it."""
    sizes = [len(fitted(format_id, large_set(1, members)).text) for members in (12, 24, 48)]
    assert sizes[2] - sizes[1] <= 2.5 * (sizes[1] - sizes[0]), sizes


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 4))
def test_equal_tools_are_written_once(format_id: str) -> None:
    one, many = (
        tuple(tool._replace(name=f"f{number:03}") for number, tool in enumerate(large_set(1, 30) * count))
        for count in (1, 41)
    )
    assert len(fitted(format_id, many).text) - len(fitted(format_id, one).text) < 40 * 500
    spent = GrammarBudget()
    request = GrammarRequest(many, is_forced=True)
    derive_grammar(outline_of(format_id), request, tokens_of(format_id), spent=spent)
    # Most in `openai`, where a name stands in several headers, and in `llm_jp4`, which writes those in more spellings.
    assert WORK_CHARS_MAX - spent.left < 41 * 3300


SHAPES: dict[str, Any] = {
    "const": {"properties": {"a": {"const": "y" * LONG}}, "required": ["a"]},
    "const in a union": {"properties": {"a": {"anyOf": [{"const": "y" * LONG}, {"type": "object"}]}}},
    "key": {"properties": {"y" * LONG: {}}, "additionalProperties": True},
    "nested keys": {"properties": {"a": {"properties": {"y" * LONG: {}}, "additionalProperties": {}}}},
    "pattern": {"properties": {"a": {"type": "string", "pattern": "y" * LONG}}},
    "enum": {"properties": {"a": {"enum": [f"y{number}" for number in range(LONG // 10)]}}},
    "required": {"properties": {}, "required": [f"y{number}" for number in range(LONG // 200)]},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("format_id", ["hermes", "qwen3_coder", "pythonic", "minimax_m3"])
def test_long_schemas_cost_what_they_are_long(format_id: str, shape: str) -> None:
    tool = ToolShape("f", {"type": "object", **SHAPES[shape]})
    spent = GrammarBudget(10 * LONG)
    derive_grammar(outline_of(format_id), GrammarRequest((tool,), is_forced=True), tokens_of(format_id), spent=spent)
    assert spent.left > 0


def test_words_are_told_apart_by_their_beginnings() -> None:
    builder = GrammarBuilder({})
    begun = "n" * 24
    grammar = builder.finish(word_unlike(builder, [begun + "n" * LONG, "cit", "no-word"]))
    assert len(grammar.rules) < 60
    for text in ("n", "n" * 23, "n" * 23 + "x", "no", "city"):
        assert takes(grammar, text, {}), text
    for text in (begun, begun + "n", begun + "x", "cit"):
        assert not takes(grammar, text, {}), text


@pytest.mark.parametrize("keyword", ["minItems", "maxItems", "minLength", "maxLength", "minimum", "maximum"])
@pytest.mark.parametrize("bound", [float("inf"), float("-inf"), float("nan"), 1e308, 10**400])
def test_bounds_that_are_no_numbers_of_json_raise_nothing_else(keyword: str, bound: Any) -> None:
    kinds = {"Items": "array", "Length": "string"}
    schema = {"type": kinds.get(keyword[3:], "number"), keyword: bound}
    tool = ToolShape("f", {"type": "object", "properties": {"a": schema}, "required": ["a"]})
    for format_id in ("hermes", "qwen3_coder"):
        with suppress(GrammarError):
            fitted(format_id, (tool,))


def test_one_of_some_and_one_of_others() -> None:
    numbers, names = (
        {"anyOf": [{"type": "integer"}, {"type": "null"}]},
        {"anyOf": [{"type": "null"}, {"type": "string"}]},
    )
    shapes = shapes_of({"allOf": [numbers, names]}, SchemaRoot({}, GrammarBudget()))
    assert [shape["type"] for shape in shapes if "const" not in shape] == ["null"]


def test_schemas_that_multiply_end() -> None:
    either = {"anyOf": [{"type": "string"}, {"type": "null"}, {"minLength": 2}]}
    with pytest.raises(TooLargeError):
        shapes_of({"allOf": [dict(either) for _ in range(9)]}, SchemaRoot({}, GrammarBudget(10_000)))


def test_counts_in_counts_of_a_pattern_are_bounded() -> None:
    assert pattern_rule("^(a{1,60}b){1,60}$", barred="") is not None
    assert pattern_rule("^((a{1,60}b){1,60}c){1,60}$", barred="") is None
    assert pattern_rule("a" * 2000, barred="") is None


# --- what is given up --------------------------------------------------------------------------------------------


def test_a_set_that_is_too_large_is_held_to_types_and_that_is_said() -> None:
    members = {"b": {"const": "z" * 500_000}, "n": {"type": "integer"}}
    found = fitted("hermes", (ToolShape("f", {"type": "object", "properties": members, "required": ["n"]}),))
    assert len(found.text) < GRAMMAR_CHARS_MAX
    assert len(found.remarks) == 1
    assert "names and types only" in found.remarks[0]
    assert '\\"b\\"' in found.text
    assert "zzz" not in found.text


def test_a_set_that_is_too_large_even_so_may_have_any_arguments() -> None:
    tools = (ToolShape("f", {"type": "object", "properties": {"k" * 500_000: {}}}),)
    found = fitted("hermes", tools)
    assert len(found.text) < GRAMMAR_CHARS_MAX
    assert "not held to their schemas" in found.remarks[0]
    with pytest.raises(GrammarError):
        # Keys that stand in tags can only be those of a schema.
        fitted("minimax_m3", (ToolShape("f", {"properties": {"k" * 100 + str(number): {} for number in range(5000)}}),))
    with pytest.raises(GrammarError):
        fitted("hermes", (ToolShape("f" * 500_000, ANY_PARAMETERS),))


def test_a_schema_by_its_types() -> None:
    schema = {
        "properties": {"a": {"const": 3}, "b": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/x"}]}, "c": {}},
        "required": ["a"],
        "$defs": {"x": {"type": "string", "pattern": "x"}},
    }
    found = types_only(schema)
    assert found["properties"]["a"] == {"type": ["integer"]}
    assert found["properties"]["b"] == {"type": ["null", "string"]}
    assert found["required"] == ["a"]


BROKEN = {
    "type": "object",
    "properties": {"a": {"$ref": "#/nowhere"}, "b": {"type": "integer"}},
    "required": ["a"],
}


@pytest.mark.parametrize("broken", [BROKEN, {"$ref": "#"}, {"type": "array"}, {"properties": {"n": 3}}])
@pytest.mark.parametrize("format_id", budget.sample(CALLING, 8))
def test_a_broken_schema_frees_its_own_tool_and_no_other(format_id: str, broken: dict[str, Any]) -> None:
    good = ToolShape("good", {"type": "object", "properties": {"n": {"const": 51}}, "required": ["n"]})
    names = {key: {} for key in broken.get("properties", ())}
    found = fitted(format_id, (good, ToolShape("bad", broken)))
    free = fitted(format_id, (good, ToolShape("bad", {"type": "object", "properties": names})))
    assert found.text == free.text
    assert "51" in found.text
    [remark] = set(found.remarks) - set(free.remarks)
    assert "'bad'" in remark
    assert "'good'" not in remark


@pytest.mark.parametrize(("format_id", "pattern"), [("qwen3_coder", r"^\s+x$"), ("beam", "^<a$"), ("hermes", "(?=a)b")])
def test_a_pattern_that_cannot_be_written_is_said_once_for_whom(format_id: str, pattern: str) -> None:
    text = {"type": "string", "pattern": pattern}
    tools = [ToolShape(name, {"type": "object", "properties": {"a": text}}) for name in ("one", "two")]
    found = fitted(format_id, (*tools, ToolShape("three", {"type": "object", "properties": {"a": {"pattern": "^b$"}}})))
    assert len(found.remarks) == 1
    assert ascii(pattern) in found.remarks[0]
    assert "'one''/properties/a', 'two''/properties/a'" in found.remarks[0]
    assert "three" not in found.remarks[0]


def test_tools_that_a_format_cannot_write_are_said_with_the_reason() -> None:
    tools = tuple(ToolShape(name, ANY_PARAMETERS) for name in ("find", "f(x)", "n" * 129, "\n"))
    (remark,) = fitted("olmo3", tools).remarks
    assert "no call of these tools is let through" in remark
    assert "'f(x)' (the format cannot write it)" in remark
    assert "(it is longer than 128 characters)" in remark
    assert "'\\n' (it is nothing but blanks)" in remark
    assert "find" not in remark
    with pytest.raises(GrammarError):
        fitted("olmo3", (ToolShape("f(x)", ANY_PARAMETERS),))
    assert not fitted("hermes", tools[:2]).remarks


@pytest.mark.parametrize(("format_id", "key"), [("olmo3", "-"), ("gemma4", "}"), ("minimax_m3", "/"), ("step3", "\n")])
def test_members_that_a_format_cannot_write_are_said(format_id: str, key: str) -> None:
    members = {"type": "object", "properties": {"a": {"type": "string"}, key: {"type": "string"}}}
    tools = tuple(ToolShape(name, members) for name in ("one", "two"))
    (remark,) = fitted(format_id, tools).remarks
    assert "optional members whose names this format cannot write are left out" in remark
    place = f"/properties/{key}"
    assert f"'one'{place!a}, 'two'" in remark
    needed = ToolShape("three", {**members, "required": [key]})
    (remark,) = fitted(format_id, (needed, ToolShape("four", NO_PARAMETERS))).remarks
    assert "no call of these tools is let through: 'three'" in remark


def test_what_is_said_is_short_and_on_one_line() -> None:
    text = {"type": "string", "pattern": "(?=\n)" + "x" * 500}
    tools = tuple(ToolShape("n\n" * 50 + str(n), {"type": "object", "properties": {"a": text}}) for n in range(9))
    (remark,) = fitted("hermes", tools).remarks
    assert "\n" not in remark
    assert len(remark) < 600
    assert "and 6 more" in remark
