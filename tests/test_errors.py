"""The error corpus: one mistake per file, the exact text that its author sees.

To add one: write `errors/NAME.lark`, run `python tests/test_errors.py NAME`, read the new `errors/NAME.txt` as its
author would, and commit both.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from diagnose import diagnose

ERRORS = Path(__file__).with_name("errors")
SPECS = sorted(path for path in ERRORS.glob("*.lark") if path.stem != "base")  # which the others import


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_message_is_exact(path: Path) -> None:
    assert diagnose(path) == path.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_one_mistake_gives_one_message(path: Path) -> None:
    headlines = [line for line in diagnose(path).splitlines() if line.startswith(path.name)]
    assert len(headlines) == 1


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_no_inner_words_leak(path: Path) -> None:
    text = diagnose(path)
    for word in ("Token", "Traceback", "RPAR", "LPAR", "$END", "_OR", "pydantic", "NoneType", "SourceRange"):
        assert word not in text


def test_no_expected_text_without_spec() -> None:
    assert {path.stem for path in ERRORS.glob("*.txt")} == {path.stem for path in SPECS}


if __name__ == "__main__":
    for path in [ERRORS / f"{name}.lark" for name in sys.argv[1:]] or SPECS:
        path.with_suffix(".txt").write_text(diagnose(path), encoding="utf-8")
        print(path.with_suffix(".txt").read_text(encoding="utf-8"))
