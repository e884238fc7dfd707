"""Every example on a page of docs/ is run: the grammar compiles, and the text becomes what the page says of it.

`python tests/test_docs_examples.py` prints what comes of the examples that are not true.
"""

from __future__ import annotations

import doctest
import re
import shutil
import tempfile
from functools import cache
from pathlib import Path

import pytest
from page_examples import Block, Example, Grammar, Refusal, read_page, shown

import toolgram
from toolgram import Event, collect
from toolgram.build import compile_one
from toolgram.diagnostics import Source
from toolgram.formats import SpecError
from toolgram.testing import merge

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs").glob("*.md"))
FOUND = [example for page in PAGES for example in read_page(page)]
EXAMPLES = [one for one in FOUND if isinstance(one, Example)]
BLOCKS = [one for one in FOUND if isinstance(one, Block)]
REFUSALS = [one for one in FOUND if isinstance(one, Refusal)]


def place(one: Example | Refusal | Block) -> str:
    return f"{one.page.name}:{one.line}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("examples")


@cache
def written(text: str, folder: Path) -> Path:
    """Return the file of a spec, with the specs beside it that it imports."""
    for name in re.findall(r"^%import \.(\w+)", text, re.MULTILINE):
        source = ROOT / "formats" / f"{name}.lark"
        shutil.copy(source, folder / source.name)
    path = folder / f"example_{len([*folder.iterdir()])}.lark"
    path.write_text(text, encoding="utf-8")
    return path


def spec(grammar: Grammar, folder: Path) -> Path:
    return written(grammar.text(), folder)


def results(example: Example, folder: Path, size: int) -> tuple[tuple[str, ...], list[Event]]:
    parser = toolgram.load(spec(example.grammar, folder)).parser(example.tools, example.inside, suffix=example.suffix)
    chunks = [example.text[at : at + size] for at in range(0, len(example.text), size)]
    events = merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish())
    return shown(collect(events)), events


def messages(refusal: Refusal, folder: Path) -> list[str]:
    report = compile_one(spec(refusal.grammar, folder)).report
    return [f"{one.severity.value}[{one.name}]: {one.message}" for one in report]


@pytest.mark.parametrize("example", EXAMPLES, ids=place)
def test_an_example_is_true(example: Example, folder: Path) -> None:
    found, events = results(example, folder, 1)
    assert found == example.results
    assert events == results(example, folder, len(example.text) or 1)[1]


@pytest.mark.parametrize("block", BLOCKS, ids=place)
def test_a_grammar_on_a_page_compiles(block: Block, folder: Path) -> None:
    report = compile_one(spec(block.grammar, folder)).report
    assert report.ok, report.render(Source("", ""))


@pytest.mark.parametrize("refusal", REFUSALS, ids=place)
def test_what_a_page_calls_refused_is_refused(refusal: Refusal, folder: Path) -> None:
    assert refusal.message in messages(refusal, folder)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_sessions_on_a_page_are_true(page: Path) -> None:
    failed, _ = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
    assert not failed


def print_what_comes() -> None:
    where = Path(tempfile.mkdtemp())
    for refusal in REFUSALS:
        found = messages(refusal, where)
        if refusal.message not in found:
            print(place(refusal), *found, sep="\n")
    for example in EXAMPLES:
        try:
            lines, _ = results(example, where, 1)
        except SpecError as problem:
            print(place(example), problem)
            continue
        if lines != example.results:
            print(place(example), example.text, *(f"=> {line}" for line in lines), sep="\n")


if __name__ == "__main__":
    print_what_comes()
