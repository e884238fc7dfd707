"""The error corpus: one mistake per file, the exact text that its author sees.

To add one: write `errors/NAME.lark`, run `python tests/test_errors.py NAME`, read the new `errors/NAME.txt` as its
author would, and commit both.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from diagnose import diagnose, report_of

from toolgram.cli.commands import COMMANDS
from toolgram.diagnostics import Source

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


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_is_pasted_repairs_the_mistake(path: Path) -> None:
    """Each hint ends with something to paste, and with it in the spec there is no message of that name any more."""
    text = path.read_text(encoding="utf-8")
    [found] = report_of(path, text)
    assert found.fixes
    assert found.fixes == found.hints, "a hint of words alone"
    sources = {path.name: Source(path.name, text)}
    for fix in found.fixes:
        if fix.command is not None:
            program, command, *_ = fix.command.split()
            assert program == "toolgram"
            assert command in COMMANDS
            continue
        repaired = fix.applied(text)
        assert repaired != text
        assert all(line in repaired.split("\n") for line in fix.paste(sources))
        assert fix.paste(sources) or fix.words
        report = report_of(path, repaired)
        assert found.name not in [one.name for one in report], report.render(Source(path.name, repaired))


def test_no_expected_text_without_spec() -> None:
    assert {path.stem for path in ERRORS.glob("*.txt")} == {path.stem for path in SPECS}


if __name__ == "__main__":
    for path in [ERRORS / f"{name}.lark" for name in sys.argv[1:]] or SPECS:
        path.with_suffix(".txt").write_text(diagnose(path), encoding="utf-8")
        print(path.with_suffix(".txt").read_text(encoding="utf-8"))
