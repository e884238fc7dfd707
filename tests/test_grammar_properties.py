"""Grammars of any tools: servers can read them, the parser reads what they let through, and they let calls through.

Names, keys and schemas are drawn at random, also such as look like parts of a grammar. The texts come from the grammar
(`derivations`), or from a writer of calls that knows the outline and nothing of grammars (`call_writer`).
"""

from __future__ import annotations

import json
import random
import re
from typing import Any

import budget
import pytest
from call_writer import CallWriter
from derivations import Drawing, takes
from ebnf_reader import read_ebnf
from random_tools import ODD_KEYS, ODD_NAMES, odd_tools
from test_grammars import CALLING, check_calls, grammar_of, outline_of, read, tokens_of

import toolgram
from toolgram.grammars import sharing
from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.expressions import Grammar, GrammarError

SEEDS = max(1, budget.examples() // 4)  # a grammar costs as much as a hundred texts
ODD_SEEDS_MAX = 4  # of each odd name and key, of which there are many
STRINGS = ["Rome", "a b", "x=1", "é", "7 up"]


@pytest.fixture(params=["as it is", "as a large one"], autouse=True)
def how_it_is_written(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each property holds of what is done to large grammars, too."""
    if request.param == "as a large one":
        monkeypatch.setattr(sharing, "LARGE_CHARS", 0)


def grammar_if_any(format_id: str, schemas: dict[str, Any]) -> Grammar | None:
    try:
        return grammar_of(format_id, schemas, is_forced=True, may_reason=False)
    except GrammarError:  # none of the tools can be written in the format
        return None


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 24))
def test_a_grammar_of_any_tools_can_be_read_and_is_what_was_written(format_id: str) -> None:
    for seed in range(SEEDS):
        grammar = grammar_if_any(format_id, odd_tools(seed))
        if grammar is not None:
            text = write_ebnf(grammar)
            text.encode()
            assert read_ebnf(text) == grammar, seed


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 30))
def test_a_name_that_begins_with_a_digit_is_constrained(format_id: str) -> None:
    schemas = {"2fa_verify": {"type": "object", "properties": {"2nd": {"type": "string"}}, "required": ["2nd"]}}
    grammar = grammar_if_any(format_id, schemas)
    assert grammar is not None
    assert "2fa_verify" in write_ebnf(grammar)
    assert read_ebnf(write_ebnf(grammar)) == grammar
    pieces = Drawing(grammar, tokens_of(format_id), seed=1).pieces()
    check_calls(read(format_id, pieces, schemas, None)[1], "".join(piece.text for piece in pieces), schemas)


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 20))
def test_what_a_grammar_of_odd_tools_lets_through_the_parser_reads(format_id: str) -> None:
    for seed in range(max(1, SEEDS // 2)):
        schemas = odd_tools(seed)
        grammar = grammar_if_any(format_id, schemas)
        if grammar is None:
            continue
        pieces = Drawing(grammar, tokens_of(format_id), seed).pieces()
        source = "".join(piece.text for piece in pieces)
        calls = read(format_id, pieces, schemas, None)[1]
        assert calls, source
        check_calls(calls, source, schemas)


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 16))
def test_each_odd_name_and_key_is_read_or_left_out(format_id: str) -> None:
    """One by one, so that none of them hides behind others."""
    text = {"type": "string"}
    for at, odd in enumerate(budget.sample(list(dict.fromkeys([*ODD_NAMES, *ODD_KEYS])), 12)):
        for name, key in ((odd, "x"), ("find", odd)):
            schemas = {name: {"type": "object", "properties": {key: text}, "required": [key]}}
            grammar = grammar_if_any(format_id, schemas)
            for seed in range(min(SEEDS, ODD_SEEDS_MAX)) if grammar is not None else ():
                pieces = Drawing(grammar, tokens_of(format_id), at + seed).pieces()
                calls = read(format_id, pieces, schemas, None)[1]
                source = "".join(piece.text for piece in pieces)
                assert calls, source
                check_calls(calls, source, schemas)


def value_for(schema: Any, draw: random.Random) -> Any:
    """A value that fits a schema of `PLAIN`."""
    kind = schema.get("type")
    if "enum" in schema:
        return draw.choice(schema["enum"])
    if kind == "object":
        return members_for(schema, draw)
    if kind == "array":
        return [value_for(schema["items"], draw) for _ in range(draw.randint(0, 2))]
    scalars = {"string": draw.choice(STRINGS), "integer": draw.randint(-30, 30), "boolean": draw.random() < 0.5}
    return scalars.get(kind, draw.choice([1.5, -0.25, 3.5]) if kind == "number" else None)


def members_for(schema: Any, draw: random.Random) -> dict[str, Any]:
    wanted = schema.get("required", ())
    return {
        key: value_for(one, draw) for key, one in schema["properties"].items() if key in wanted or draw.random() < 0.5
    }


PLAIN: dict[str, Any] = {
    "path": {"type": "string"},
    "days": {"type": "integer"},
    "on": {"type": "boolean"},
    "ratio": {"type": "number"},
    "unit": {"enum": ["C", "F"]},
    "gone": {"type": "null"},
    "tags": {"type": "array", "items": {"type": "string"}},
    "where": {
        "type": "object",
        "properties": {"lat": {"type": "number"}, "at": {"type": "string"}},
        "required": ["at"],
    },
    "note": {"type": "string"},
}


def plain_tools(draw: random.Random) -> dict[str, Any]:
    """Tools with many members, some of them required."""
    found = {}
    for name in ("find", "2fa_verify"):
        keys = draw.sample(list(PLAIN), draw.randint(0, len(PLAIN)))
        found[name] = {
            "type": "object",
            "properties": {key: PLAIN[key] for key in keys},
            "required": [key for key in keys if draw.random() < 0.3],
        }
    return found


def is_read(format_id: str, text: str, schemas: dict[str, Any], wanted: tuple[str, dict[str, Any]]) -> bool:
    """Whether the text is that call to the parser, and no slip: a word right behind a name is forgiven, not written."""
    if re.search(re.escape(wanted[0]) + r"\w", text):
        return False
    tools = [{"type": "function", "function": {"name": name, "parameters": made}} for name, made in schemas.items()]
    calls = toolgram.load(format_id).parse(text, tools).tool_calls
    return [(call.name, json.loads(call.arguments)) for call in calls if call.complete] == [wanted]


@pytest.mark.parametrize("format_id", budget.sample(CALLING, 30))
def test_a_call_that_fits_its_schema_is_let_through(format_id: str) -> None:
    outline, tokens = outline_of(format_id), tokens_of(format_id)
    tried = 0
    for seed in range(SEEDS):
        draw = random.Random(seed)
        schemas = plain_tools(draw)
        name = draw.choice(list(schemas))
        arguments = members_for(schemas[name], draw)
        text = CallWriter(outline, name, arguments, seed).answer()
        if text is None or not is_read(format_id, text, schemas, (name, arguments)):
            continue
        tried += 1
        grammar = grammar_of(format_id, schemas, is_forced=True, may_reason=False)
        assert takes(grammar, text, tokens), (seed, text)
    assert tried or outline.has_tags, "no call could be written"
