"""Grammars for loops of one's own: the notations, what is asked in words, and the command.

`tests/with_grammars` gives the same to the software that reads them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from derivations import Drawing, takes
from test_grammars import grammar_of
from typer.testing import CliRunner, Result

import toolgram
from toolgram.cli.commands import app
from toolgram.grammars.asked import WRITERS, write_grammar
from toolgram.grammars.automata import END, Named, RuleAutomaton
from toolgram.grammars.circles import to_depth
from toolgram.grammars.expressions import (
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
)
from toolgram.grammars.gbnf import write_gbnf
from toolgram.grammars.llguidance import write_llguidance

TOOLS = [{"type": "function", "function": {"name": "ping", "parameters": {"type": "object", "properties": {}}}}]
SMALL = Grammar(
    "a_1",
    {
        "a_1": in_order(exactly('<"a\n>'), optional(RuleRef("b_2")), repeated(chars_in("]^-\\/"), 1, 3)),
        "b_2": either_of((exactly("é"), chars_not_in("x"), repeated(chars_between("az"), 2))),
    },
)


def test_gbnf() -> None:
    assert write_gbnf(SMALL) == (
        "root ::= a-1\n"
        'a-1 ::= "<\\x22a\\x0A>" b-2? [\\x2D/\\x5C-\\x5E]{1,3}\n'
        'b-2 ::= "é" | [^x\\x00-\\x08\\x0B-\\x0C\\x0E-\\x1F\\x7F] | [a-z]{2,}\n'
    )


def test_llguidance() -> None:
    assert write_llguidance(SMALL) == (
        "start: s1\n"
        "s1: T2\n"
        'T1: "é" | /[^x\\x{0}-\\x{8}\\x{b}-\\x{c}\\x{e}-\\x{1f}\\x{7f}]/ | /[a-z]/{2,}\n'
        'T2: "<\\"a\\n>" T1? /[\\x{2d}\\x{2f}\\x{5c}-\\x{5e}]/{1,3}\n'
    )


def test_a_structural_tag_holds_the_same_grammar() -> None:
    text = WRITERS["structural-tag"](SMALL)
    assert json.loads(text)["format"] == {"type": "grammar", "grammar": WRITERS["ebnf"](SMALL)}


def test_every_name_and_escape_is_one_that_llama_cpp_knows() -> None:
    text = write_gbnf(grammar_of("qwen3_coder", is_forced=True))
    for line in text.splitlines():
        assert re.match(r"[a-zA-Z0-9-]+ ::= ", line)
        assert not re.search(r"\\[^xuU]", line.replace("\\\\", "")), line


def whole(grammar: Grammar) -> Grammar:
    """A grammar as one expression without loops of rules."""
    flat = to_depth(grammar, 12)
    named = Named()
    automaton = RuleAutomaton(flat.rules, {}, named)
    body = automaton.up_to_tokens(automaton.enter(flat.root, END))[None]
    return Grammar("all", {"all": body, **{name: expression for expression, name in named.names.items()}})


def test_a_rule_that_ends_with_itself_is_a_loop() -> None:
    text = either_of((exactly(""), in_order(chars_not_in("<"), RuleRef("t")), in_order(exactly("<"), RuleRef("u"))))
    more = either_of((exactly(""), in_order(chars_not_in("<c"), RuleRef("t")), in_order(exactly("<"), RuleRef("u"))))
    grammar = Grammar("t", {"t": text, "u": more})
    found = whole(grammar)
    for seed in range(20):
        drawn = "".join(piece.text for piece in Drawing(grammar, {}, seed).pieces())
        assert takes(found, drawn, {}), drawn
    for one in ("", "a<", "a<b<<", "a<c", "<c", "<<c"):
        assert takes(found, one, {}) == takes(grammar, one, {}), one


def test_a_rule_with_itself_in_its_middle_goes_to_a_depth() -> None:
    value = either_of((exactly("1"), in_order(exactly("["), optional(RuleRef("v")), exactly("]"))))
    grammar = to_depth(Grammar("v", {"v": value}), 3)
    assert takes(grammar, "[[[1]]]", {})
    assert not takes(grammar, "[[[[1]]]]", {})


def test_what_is_asked_for_in_words() -> None:
    fmt = toolgram.load("hermes")
    with pytest.raises(GrammarError, match="none of the tools is called pong"):
        write_grammar(fmt, TOOLS, "ebnf", choice="pong")
    with pytest.raises(GrammarError, match="no tools"):
        write_grammar(fmt, [], "ebnf")
    with pytest.raises(GrammarError, match="ask for required"):
        write_grammar(toolgram.load("llama3_json"), TOOLS, "ebnf")
    by_id = write_grammar(fmt, TOOLS, "gbnf", choice="ping", tokens={"<tool_call>": 7, "<other>": 8})
    assert "<[7]>" in by_id.text
    assert "<[8]>" not in by_id.text
    free, bound = (write_grammar(fmt, TOOLS, "ebnf", strict=strict).text for strict in (False, True))
    assert free != bound


# --- the command, and its page -------------------------------------------------------------------------------------


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command(tmp_path: Path) -> None:
    tools = tmp_path / "tools.json"
    tools.write_text(json.dumps(TOOLS))
    for to in WRITERS:
        assert run("grammar", "hermes", "--tools", tools, "--to", to, "--choice", "required").exit_code == 0
    assert "did you mean `gbnf`?" in run("grammar", "hermes", "--tools", tools, "--to", "gbfn").stderr
    assert "no grammar: none of" in run("grammar", "hermes", "--tools", tools, "--choice", "pong").stderr
    config = tmp_path / "tokenizer.json"
    config.write_text('{"added_tokens": [{"id": 77, "content": "<tool_call>"}]}')
    out = tmp_path / "x.gbnf"
    words = ("--tools", tools, "--tokenizer", config, "--to", "gbnf", "--choice", "ping", "--out", out)
    assert run("grammar", "hermes", *words).exit_code == 0
    assert "<[77]>" in out.read_text(encoding="utf-8")
    config.write_text("[]")
    assert "no token is added" in run("grammar", "hermes", *words).stderr
