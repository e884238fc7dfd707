"""Grammars in every notation, read by the software that reads them: it takes what the grammar takes, and nothing else.

What a grammar takes, `derivations.takes` says, which knows no notation. The texts are drawn from the grammar, and from
the pages of the formats. That the parser reads what a grammar takes, tests/test_grammars.py says.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import budget
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from derivations import Drawing, takes
from grammar_readers import FIRST_SPECIAL, READERS, ids_of
from test_grammars import CALLING, SCHEMAS, SUFFIX, outline_of
from typer.testing import CliRunner

from toolgram.cli.commands import app
from toolgram.grammars.answers import derive_grammar
from toolgram.grammars.asked import WRITERS
from toolgram.grammars.expressions import Grammar, GrammarError, TooLargeError
from toolgram.grammars.request import GrammarRequest, ToolShape
from toolgram.registry import find
from toolgram.runtime.schema.given import body_of_tool, parameters_of
from toolgram.testing import Case, read_cases

ROOT = Path(__file__).parents[2]
SLOW = {"ebnf", "structural-tag"}  # seconds a grammar: with_vllm/test_structural_tags.py has them for every format
FEW = ("qwen3_coder", "kimi_k2")
DRAWN = 4
CHARS_MAX = 250
sys.setrecursionlimit(20_000)  # `takes` goes deeper with every character
# llama.cpp takes these for the end of all text, wherever a grammar has them.
ENDS_OF_LLAMA_CPP = {"<|return|>", "<|call|>", "<|end|>"}
SIMPLE = (
    "One call",
    "Two calls",
    "Content only",
    "Text before a call",
    "Every argument type",
    "No arguments",
    "Unicode",
)
TRIED = budget.sample(CALLING, 24)  # all of them with --full
ASKED = [(to, name) for to in READERS for name in TRIED if to not in SLOW] + [
    (to, name) for to in READERS for name in FEW if to in SLOW
]
TOOLS = tuple(ToolShape(name, schema) for name, schema in SCHEMAS.items())


def tokens_of(name: str) -> dict[str, int]:
    return {text: FIRST_SPECIAL + number for number, text in enumerate(outline_of(name).tokens)}


@pytest.mark.parametrize(("to", "name"), ASKED)
@pytest.mark.parametrize("has_ids", [False, True], ids=["as text", "by ids"])
def test_what_is_drawn_from_a_grammar_is_taken_and_read(to: str, name: str, has_ids: bool) -> None:
    tokens = tokens_of(name) if has_ids else {}
    if to == "gbnf" and ENDS_OF_LLAMA_CPP & set(tokens):
        pytest.skip("llama.cpp ends at a token that stands inside of an answer")
    grammar = derive_grammar(outline_of(name), GrammarRequest(TOOLS, is_forced=True), tokens)
    reader = READERS[to](WRITERS[to](grammar), outline_of(name).tokens)
    drawing = Drawing(grammar, tokens, seed=1)
    for _ in range(DRAWN):
        pieces = drawing.pieces()
        source = "".join(piece.text for piece in pieces)
        assert reader(ids_of(pieces)), source
        if not has_ids:
            assert reader(ids_of([(source[:-1], None)])) == takes(grammar, source[:-1], {}), source


def _cases(name: str) -> Iterator[Case]:
    for case in read_cases(find(name).with_suffix(".md")):
        if (
            case.name in SIMPLE
            and len(case.text) < CHARS_MAX
            and case.tools
            and case.inside is None
            and case.suffix in (None, SUFFIX)
        ):
            yield case


@cache
def _grammar(name: str, number: int) -> Grammar | None:
    bodies = [body_of_tool(tool) for tool in [*_cases(name)][number].tools]
    tools = tuple(ToolShape(body["name"], parameters_of(body)[0] or {}) for body in bodies)
    try:
        return derive_grammar(outline_of(name), GrammarRequest(tools, is_forced=False), {})
    except GrammarError:
        return None


@pytest.mark.parametrize(("to", "name"), [(to, name) for to, name in ASKED if to not in SLOW])
def test_cases_of_pages_are_taken_as_the_grammar_takes_them(to: str, name: str) -> None:
    readers = {}
    for number, case in enumerate(_cases(name)):
        grammar = _grammar(name, number)
        if grammar is None:
            continue
        try:
            text = WRITERS[to](grammar)
        except TooLargeError:
            continue
        if text not in readers:
            readers[text] = READERS[to](text, outline_of(name).tokens)
        expected = takes(grammar, case.text, {})
        assert readers[text](ids_of([(case.text, None)])) == expected, (case.name, expected)


@pytest.mark.skipif("llguidance" not in READERS, reason="llguidance is not installed")
def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (ROOT / "docs" / "grammars.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shutil.copy(ROOT / "examples" / "tools.json", "tools.json")
    for language, code in re.findall(r"^```(sh|python)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if language == "python":
            exec(code, {})
        for line in code.splitlines() if language == "sh" else ():
            assert CliRunner().invoke(app, line.split()[1:]).exit_code == 0
