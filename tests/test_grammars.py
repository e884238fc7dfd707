"""Decoding grammars: the outlines that they are derived from, their form, and what they let through.

What a grammar lets a model write, the parser must read as valid calls. Here texts are drawn from the grammar itself;
`with_vllm/test_structural_tags.py` does it with the software that servers read grammars with.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import budget
import pytest
from derivations import Drawing, Piece, takes
from random_tools import random_tools

import toolgram
from toolgram.grammars.answers import derive_grammar
from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    Grammar,
    GrammarError,
    RuleRef,
    chars_between,
    chars_in,
    chars_not_in,
    either_of,
    exactly,
    in_order,
    optional,
    repeated,
    rules_used,
)
from toolgram.grammars.forms import OPENED_CALL, behind_opener, with_a_call, without_last_token, without_optional
from toolgram.grammars.headers import has_trigger
from toolgram.grammars.numbers import integer_rule, number_rule
from toolgram.grammars.outline import (
    EMPTY_NODE,
    BlankNode,
    ChoiceNode,
    InsideNode,
    LeafNode,
    LiteralNode,
    Outline,
    RepeatNode,
    SeqNode,
    UseNode,
    nodes_below,
    read_outline,
    uses_rule,
)
from toolgram.grammars.patterns import pattern_rule
from toolgram.grammars.request import ANY_PARAMETERS, GrammarRequest, ToolShape
from toolgram.grammars.texts import text_without, word_unlike
from toolgram.registry import format_paths
from toolgram.runtime.events import ArgumentsDelta, CallEnd, CallStart, ContentDelta
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.spec.builtins import BUILTINS
from toolgram.testing import short_tool

FORMATS = sorted(path.stem for path in format_paths())
SUFFIX = ":opensource"  # of the formats whose special tokens have a place for one

SCHEMAS: dict[str, Any] = {
    "get_weather": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "minimum": 1, "maximum": 14},
            "unit": {"enum": ["C", "F"]},
            "where": {"type": "object", "properties": {"lat": {"type": "number"}}, "required": ["lat"]},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
        },
        "required": ["city", "unit"],
    },
    "now": {"type": "object", "properties": {}},
}


@cache
def outline_of(format_id: str) -> Outline:
    return read_outline(toolgram.load(format_id).machine.outline, SUFFIX)


CALLING = [name for name in FORMATS if "tool_call" in outline_of(name).rules and not outline_of(name).names_tools]


def tokens_of(format_id: str) -> dict[str, int]:
    return {text: 1000 + number for number, text in enumerate(outline_of(format_id).tokens)}


def grammar_of(format_id: str, schemas: dict[str, Any] = SCHEMAS, **wishes: Any) -> Grammar:
    tools = tuple(ToolShape(name, schema) for name, schema in schemas.items())
    return derive_grammar(outline_of(format_id), GrammarRequest(tools, **wishes), tokens_of(format_id))


# --- outlines ----------------------------------------------------------------------------------------------------


def count_of(node: Any) -> int:
    """How many nodes a node has in the compiler's lists."""
    below = {"seq": 1, "alt": 1, "rep": 3, "in": 2}
    if isinstance(node, str) or node[0] not in below:
        return 1
    return 1 + sum(map(count_of, node[below[node[0]] :]))


@pytest.mark.parametrize("format_id", FORMATS)
def test_outlines_are_read_whole(format_id: str) -> None:
    table = toolgram.load(format_id).machine.outline
    outline = outline_of(format_id)
    assert list(outline.rules) == list(table["rules"])
    for name, node in outline.rules.items():
        found = list(nodes_below(node))
        assert len(found) == count_of(table["rules"][name])
        for one in found:
            assert not isinstance(one, UseNode) or one.rule in outline.rules
            assert not isinstance(one, LeafNode) or one.built_in in BUILTINS
            assert not isinstance(one, LiteralNode) or "{suffix}" not in one.text


def test_every_kind_of_node_is_read() -> None:
    node = ["seq", "a", ["alt", ["leaf", "TEXT"], ["use", "key"]], ["rep", 0, None, ["blank", "any", 0]]]
    table = {"rules": {"start": ["in", "value", node]}, "without": {"value": ["</x>"]}, "tokens": ["<x>"]}
    outline = read_outline(table)
    choice = ChoiceNode((LeafNode("TEXT"), UseNode("key")))
    blanks = RepeatNode(BlankNode("any", 0), 0, None)
    assert outline.rules["start"] == InsideNode("value", SeqNode((LiteralNode("a"), choice, blanks)))
    assert outline.barred_from("value") == ("</x>",)
    assert outline.barred_from("key") == ()
    assert outline.item == "item"
    assert uses_rule(outline.rules["start"], "key")


CALL, THOUGHT, WORDS = UseNode("tool_call"), UseNode("reasoning"), UseNode("content")


def test_an_answer_with_a_call_for_certain() -> None:
    start = SeqNode((RepeatNode(THOUGHT, 0, 1), RepeatNode(ChoiceNode((WORDS, CALL)), 0, None)))
    calls = SeqNode((EMPTY_NODE, ChoiceNode((CALL,)), RepeatNode(SeqNode((ChoiceNode((CALL,)),)), 0, None)))
    assert with_a_call(start, is_spaced=False) == SeqNode((RepeatNode(THOUGHT, 0, 1), calls))


def test_the_rest_of_a_call_behind_its_opener() -> None:
    call = SeqNode((LiteralNode("<call>"), LeafNode("JSON"), LiteralNode("</call>")))
    rules = {"tool_call": call}
    assert behind_opener(call, rules, ("<call>",)) == SeqNode((EMPTY_NODE, *call.items[1:]))
    assert behind_opener(call, rules, ("<other>",)) is None
    again = SeqNode((UseNode(OPENED_CALL), RepeatNode(CALL, 0, None)))
    assert behind_opener(RepeatNode(CALL, 1, None), rules, ("<call>",)) == again


def test_what_may_be_left_out_is_left_out() -> None:
    node = SeqNode((RepeatNode(THOUGHT, 0, 1), RepeatNode(SeqNode((THOUGHT, CALL)), 0, 1)))
    assert without_optional(node, "reasoning") == SeqNode((EMPTY_NODE, node.items[1]))


# --- expressions -------------------------------------------------------------------------------------------------


def written(body: Expression) -> str:
    return write_ebnf(Grammar("a", {"a": body})).splitlines()[1].partition(" ::= ")[2]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (NOTHING, '""'),
        (exactly('a"\\\n\x00'), '"a\\"\\\\\\n\\u0000"'),
        (in_order(exactly("a"), in_order(NOTHING, RuleRef("b"))), '"a" b'),
        (either_of((exactly("a"), either_of((exactly("b"), exactly("a"))))), '"a" | "b"'),
        (in_order(exactly("a"), either_of((exactly("b"), NOTHING))), '"a" ("b" | "")'),
        (optional(in_order(exactly("a"), exactly("b"))), '("a" "b")?'),
        (repeated(optional(exactly("a")), 2), '("a"?){2,}'),
        (repeated(exactly("a"), 1, 1), '"a"'),
        (repeated(exactly("a"), 0, 0), '""'),
        (repeated(chars_between("az", "_"), 3, 3), "[a-z_]{3}"),
        (chars_in("]^-\\["), "[\\-\\[-\\^]"),
        (chars_not_in("<"), "[^<\\u0000-\\u0008\\u000b-\\u000c\\u000e-\\u001f\\u007f]"),
    ],
)
def test_expressions_are_written_so_that_they_mean_what_they_are(body: Expression, text: str) -> None:
    assert written(body) == text


def has_text(body: Expression | None, text: str) -> bool:
    assert body is not None
    return takes(Grammar("a", {"a": body}), text, {})


def test_text_without_some_literals() -> None:
    builder = GrammarBuilder({})
    grammar = builder.finish(text_without(builder, ["</x>", "<<", "b>"], chars="&"))
    for text in ("", "a", "< /x>", "</x", "</y>", "<a<", "<b", "x>", "ab <", "é\n"):
        assert takes(grammar, text, {}), text
    for text in ("</x>", "a</x>a", "<<", "a<<", "ab>", "<b>", "</</x>", "a & b", "\x07"):
        assert not takes(grammar, text, {}), text


def test_text_that_does_not_end_with_the_words_of_a_header() -> None:
    builder = GrammarBuilder({})
    grammar = builder.finish(text_without(builder, ["<m>"], not_last=["to="]))
    for text in ("", "to", "to=a, b", "to= and so on.", "to=a.b c"):
        assert takes(grammar, text, {}), text
    for text in ("to=", "so to=", "to=a", "to=a.b ", "to=a\n", "<m>"):
        assert not takes(grammar, text, {}), text


def test_words_that_are_none_of_some_words() -> None:
    builder = GrammarBuilder({})
    grammar = builder.finish(word_unlike(builder, ["city", "cit", "x"]))
    for text in ("c", "ci", "citi", "citys", "X", "x1", "_a"):
        assert takes(grammar, text, {}), text
    for text in ("", "city", "cit", "x", "1a", "a b"):
        assert not takes(grammar, text, {}), text


def test_literals_are_written_with_their_tokens() -> None:
    body = GrammarBuilder({"<a>": 7, "<a><b>": 8}).literal('x<a><b><a>"')
    assert written(body) == '"x" Token(8) Token(7) "\\""'


@pytest.mark.parametrize(("low", "high"), [(7, 120), (-20, 120), (0, 0), (-5, -3), (99, 1001)])
def test_integers_between_bounds_are_those_and_no_others(low: int, high: int) -> None:
    body = integer_rule({"minimum": low, "maximum": high})
    assert {number for number in range(-30, 1100) if has_text(body, str(number))} == set(range(low, high + 1))


def test_numbers_between_bounds() -> None:
    body = number_rule({"minimum": 0.25, "exclusiveMaximum": 2})
    inside, outside = ("0.25", "0.250001", "0.90", "1.75", "1.99"), ("0.2", "0.24", "2", "2.0", "-1.5", "10.5")
    assert [text for text in inside if not has_text(body, text)] == []
    assert [text for text in outside if has_text(body, text)] == []


def test_patterns() -> None:
    body = pattern_rule(r"^[A-Z]{2}\d+(-(a|b))?$", barred="")
    assert has_text(body, "QX12")
    assert has_text(body, "QX1-b")
    assert not has_text(body, "Q1")
    assert not has_text(body, "QX1-c")
    assert pattern_rule(r"(?=a)b", barred="") is None
    assert pattern_rule(r"^a<b$", barred="<") is None


# --- grammars ----------------------------------------------------------------------------------------------------

WISHES: dict[str, dict[str, Any]] = {
    "forced": {"is_forced": True},
    "single": {"is_forced": True, "is_single": True},
    "free": {"is_forced": False},
    "open": {"is_forced": True, "may_be_open": True},
    "silent": {"is_forced": True, "may_reason": False},
}


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 24))
def test_every_rule_is_defined_and_none_is_idle(format_id: str) -> None:
    for wish in wishes_of(format_id):
        grammar = grammar_of(format_id, **WISHES[wish])
        used = {name for body in grammar.rules.values() for name in rules_used(body)} | {grammar.root}
        assert used == set(grammar.rules)
        lines = write_ebnf(grammar).splitlines()
        assert lines[0] == f"root ::= {grammar.root}"
        assert [line.partition(" ::= ")[0] for line in lines[1:]] == list(grammar.rules)


def test_a_line_break_of_windows_may_stand_in_a_raw_value() -> None:
    tool = {"f": {"type": "object", "properties": {"text": {"type": "string"}}, "required": ["text"]}}
    text = "<tool_call>\n<function=f>\n<parameter=text>\na\r\nb\n</parameter>\n</function>\n</tool_call>"
    grammar = grammar_of("qwen3_coder", tool, is_forced=True)
    assert takes(grammar, text, tokens_of("qwen3_coder"))


def test_the_same_request_gives_the_same_grammar() -> None:
    assert grammar_of("hermes", is_forced=True) == grammar_of("hermes", is_forced=True)
    one, other = (GrammarRequest((ToolShape("f", {"a": 1, "b": order}),), is_forced=True) for order in (2, 3))
    assert one.key() != other.key()


@pytest.mark.parametrize("format_id", sorted(set(FORMATS) - set(CALLING)))
def test_a_format_without_calls_has_no_grammar(format_id: str) -> None:
    with pytest.raises(GrammarError):
        grammar_of(format_id, is_forced=True)


def read(
    format_id: str, pieces: list[Piece], schemas: dict[str, Any], inside: str | None
) -> tuple[str, list[tuple[str, str, bool]]]:
    """The content and the calls of an answer."""
    tools = [{"type": "function", "function": {"name": name, "parameters": made}} for name, made in schemas.items()]
    parser = toolgram.load(format_id).parser(tools, inside, token_ids=tokens_of(format_id), suffix=suffix_of(format_id))
    events = [event for text, token in pieces for event in parser.feed(text, [] if token is None else [token])]
    content = ""
    calls: dict[int, tuple[str, str, bool]] = {}
    for event in [*events, *parser.finish()]:
        if isinstance(event, ContentDelta):
            content += event.text
        elif isinstance(event, CallStart):
            calls[event.index] = (event.name, "", False)
        elif isinstance(event, ArgumentsDelta):
            name, arguments, _ = calls[event.index]
            calls[event.index] = (name, arguments + event.text, False)
        elif isinstance(event, CallEnd):
            calls[event.index] = (*calls[event.index][:2], event.complete)
    return content, list(calls.values())


def suffix_of(format_id: str) -> str | None:
    machine = toolgram.load(format_id).machine
    return SUFFIX if any(with_suffix(text, "") != text for text in machine.special_tokens) else None


def check_calls(calls: list[tuple[str, str, bool]], source: str, schemas: dict[str, Any]) -> None:
    """Every call is whole; only the last may have nothing but its name, since closers may be missing at the end."""
    for number, (name, arguments, is_complete) in enumerate(calls, 1):
        if not is_complete and arguments == "{" and number == len(calls):
            continue
        assert is_complete, source
        assert name in schemas, source
        given = json.loads(arguments)
        assert isinstance(given, dict), source
        assert set(given).issuperset(schemas[name].get("required", ())), source


def wishes_of(format_id: str) -> list[str]:
    """The kinds of requests that the format can be constrained for."""
    machine = toolgram.load(format_id).machine
    openers = [with_suffix(text, SUFFIX) for text in machine.call_openers]
    never = {
        "free": not has_trigger(outline_of(format_id), openers),  # what opens a call is found in any text
        "open": machine.begins_inside is None,  # no prompt opens the reasoning
    }
    return [wish for wish in WISHES if not never.get(wish)]


ASKED = [(name, wish) for name in CALLING for wish in wishes_of(name)]


@pytest.mark.parametrize(("format_id", "wish"), budget.sample(ASKED, 80))
def test_what_a_grammar_lets_through_the_parser_reads(format_id: str, wish: str) -> None:
    drawing = Drawing(grammar_of(format_id, **WISHES[wish]), tokens_of(format_id), seed=1)
    for _ in range(budget.examples() // 3):
        pieces = drawing.pieces()
        source = "".join(piece.text for piece in pieces)
        content, calls = read(format_id, pieces, SCHEMAS, "reasoning" if wish == "open" else None)
        check_calls(calls, source, SCHEMAS)
        assert wish == "free" or calls, source
        assert wish not in ("forced", "single", "silent") or not content.strip(), source
        assert wish != "single" or len(calls) == 1, source


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 24))
def test_calls_of_any_tools_can_be_read(format_id: str) -> None:
    written_requests = 0
    for seed in range(budget.examples() // 2):
        schemas = random_tools(seed)
        try:
            grammar = grammar_of(format_id, schemas, is_forced=True, may_reason=False)
        except GrammarError:  # no tool, or no required argument of any, can be written in the format
            continue
        written_requests += 1
        pieces = Drawing(grammar, tokens_of(format_id), seed).pieces()
        _, calls = read(format_id, pieces, schemas, None)
        source = "".join(piece.text for piece in pieces)
        assert calls, source
        check_calls(calls, source, schemas)
    assert written_requests > 0.6 * (budget.examples() // 2)


EXAMPLES = {
    "hermes": ("<tool_call>", '\n{"name": "now", "arguments": {}}\n</tool_call>'),
    "qwen3_coder": ("<tool_call>", "\n<function=now>\n</function>\n</tool_call>"),
    "kimi_k2": (
        "<|tool_calls_section_begin|>",
        "<|tool_call_begin|>functions.now:0<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>",
    ),
}


@pytest.mark.parametrize("format_id", EXAMPLES)
def test_examples_of_answers(format_id: str) -> None:
    opener, rest = EXAMPLES[format_id]
    tokens = tokens_of(format_id)
    forced, behind = (
        grammar_of(format_id, is_forced=True, may_reason=False, openers=openers) for openers in ((), (opener,))
    )
    for grammar in (forced, behind):
        assert takes(grammar, opener + rest, tokens)
        assert not takes(grammar, "", tokens)
        assert not takes(grammar, "a sentence " + opener + rest, tokens)
        assert not takes(grammar, opener + opener + rest, tokens)
        assert not takes(grammar, (opener + rest).replace("now", "never"), tokens)
    assert not takes(forced, rest, tokens)
    assert takes(behind, rest, tokens)
    free = grammar_of(format_id, is_forced=False)
    assert takes(free, "a sentence", tokens)
    assert takes(free, "a sentence " + opener + rest, tokens)
    assert not takes(free, (opener + rest).replace("now", "nowhere"), tokens)


def test_arguments_obey_their_schema_where_it_counts() -> None:
    def call(arguments: str, name: str = "get_weather") -> str:
        return f'<tool_call>{{"name": "{name}", "arguments": {arguments}}}</tool_call>'

    bound = grammar_of("hermes", is_forced=True)
    loose = grammar_of("hermes", dict.fromkeys(SCHEMAS, ANY_PARAMETERS), is_forced=True)
    tokens = tokens_of("hermes")
    assert takes(bound, call('{"city": "Rome", "days": 14, "unit": "C"}'), tokens)
    assert takes(bound, call('{"city": "Rome", "unit": "F", "tags": ["a"]}'), tokens)
    for wrong in ('{"city": "Rome"}', '{"city": 3, "unit": "C"}', '{"city": "Rome", "days": 15, "unit": "C"}', "[]"):
        assert not takes(bound, call(wrong), tokens)
    assert takes(loose, call('{"whatever": [1, {"x": null}]}'), tokens)
    assert not takes(loose, call("[]"), tokens)


def test_a_call_may_end_with_the_answer_where_a_token_ends_it() -> None:
    call = SeqNode((LiteralNode("<call>"), UseNode("arguments"), LiteralNode("<end>")))
    named = SeqNode((LiteralNode("<call>"), LeafNode("NAME"), LiteralNode("<end>")))
    builder = GrammarBuilder({"<end>": 7})
    assert without_last_token(call, builder) == SeqNode((*call.items[:-1], EMPTY_NODE))
    assert without_last_token(named, builder) is None
    assert without_last_token(call, GrammarBuilder({})) is None


@pytest.mark.parametrize(
    "name", ["attributes_id", "code", "envelope", "fence", "lines", "message_in_json", "name_and_json"]
)
@pytest.mark.parametrize("is_forced", [True, False])
def test_what_a_grammar_of_an_author_lets_through_is_read(name: str, is_forced: bool) -> None:
    fmt = toolgram.load(Path(__file__).parent / "features" / f"{name}.lark")
    tools = [short_tool("f", {"a": "string", "n": "integer"}), short_tool("g", {})]
    shapes = tuple(ToolShape(tool["function"]["name"], tool["function"]["parameters"]) for tool in tools)
    grammar = derive_grammar(read_outline(fmt.machine.outline), GrammarRequest(shapes, is_forced), {})
    for seed in range(30):
        text = "".join(piece.text for piece in Drawing(grammar, {}, seed).pieces())
        calls = fmt.parse(text, tools).tool_calls
        assert all(call.complete for call in calls), text
        assert calls or not is_forced, text
