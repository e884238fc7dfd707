"""Every file that a comment or a docstring names is there: what cannot be found explains nothing."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import toolgram

SRC = Path(toolgram.__file__).parent
REPOSITORY = SRC.parent.parent
PLACES = ("src", "docs", "tests", "benchmarks", "formats", "generated", ".ci")
NAMED = re.compile(r"(?<![\w.*/-])(?:[\w.-]+/)*[\w-]+\.(?:py|md|lark|toml|json|jinja)\b")
LINK = re.compile(r"https?://\S+")
# Files that are not of this project, and names that stand for any file.
OTHERS = {
    "chat_template.jinja",  # of a model
    "tokenizer_config.json",
    "pyproject.toml",  # of whoever reads it
    "failure.json",  # what a reader saves
    "utils/chat_parsing/response_templates.py",  # of transformers
}
ANY = re.compile(r"^(?:.*/)?(?:x|X|NAME|acme|page|spec|block|tools|base)\.\w+$")


@cache
def known() -> frozenset[str]:
    """Every file of the project, by all the ways to name it: `scan.py`, `near_json/scan.py`, ..."""
    names: set[str] = {path.name for path in REPOSITORY.glob("*.*")}
    for place in PLACES:
        for path in (REPOSITORY / place).rglob("*.*"):
            parts = path.relative_to(REPOSITORY).parts
            names.update("/".join(parts[start:]) for start in range(len(parts)))
    return frozenset(names)


def prose(path: Path) -> Iterator[str]:
    """The comments and docstrings of a module."""
    source = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            yield ast.get_docstring(node) or ""


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda path: path.relative_to(SRC).as_posix())
def test_every_file_that_a_comment_names_exists(path: Path) -> None:
    named = {name for text in prose(path) for name in NAMED.findall(LINK.sub("", text))}
    assert {name for name in named - known() - OTHERS if not ANY.match(name)} == set()


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.jinja")), ids=lambda path: path.name)
def test_every_file_that_a_template_names_exists(path: Path) -> None:
    named = set(NAMED.findall(LINK.sub("", path.read_text(encoding="utf-8"))))
    assert {name for name in named - known() - OTHERS if not ANY.match(name)} == set()
