"""`toolgram explain` and docs/messages.md: every message has a meaning, and what is said of a format is what it does.

`python tests/test_explain.py` writes docs/messages.md anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from slips import CALLING
from test_pages import IS_TEXT, PASSED_ON

import toolgram
from toolgram.explain import MEANINGS, explain_format, explain_message
from toolgram.registry import find, format_paths

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "messages.md"
ERRORS = ROOT / "tests" / "errors"
SOURCE = ROOT / "src" / "toolgram"
HEAD = """# Messages

What each message of toolgram means, with an example of what is wrong and what is right. `toolgram explain NAME` prints
the same. The names are those in brackets, as in `error[text-runs-on]`. `python tests/test_explain.py` writes
this page.
"""


def page() -> str:
    parts = [HEAD]
    for code, meaning in MEANINGS.items():
        _, _, examples = explain_message(code).partition("\n\n")
        parts.append(f"## {code}\n\n{meaning}\n")
        parts += [f"```text\n{example}\n```\n" for example in re.split(r"\n\n(?=Wrong:)", examples) if example]
    return "\n".join(parts)


def codes() -> Iterator[str]:
    """The names of messages that the source has: arguments of `Diagnostic` and of what makes one, and constants."""
    for path in [*(SOURCE / "spec").glob("*.py"), *(SOURCE / "machine").glob("*.py"), *SOURCE.glob("testing/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Diagnostic",
                "Refusal",
                "TooLargeError",
            ):
                first = node.args[0] if node.args else None
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value


def test_every_message_has_a_meaning() -> None:
    shown = {
        name for path in ERRORS.glob("*.txt") for name in re.findall(r"(?:error|warning)\[([\w-]+)\]", path.read_text())
    }
    assert shown | set(codes()) <= set(MEANINGS)
    assert list(MEANINGS) == sorted(MEANINGS)


def test_every_message_of_the_corpus_is_explained_with_what_is_right() -> None:
    for path in ERRORS.glob("*.txt"):
        [name] = re.findall(r"^\S+ (?:error|warning)\[([\w-]+)\]", path.read_text(encoding="utf-8"), re.MULTILINE)
        explained = explain_message(name)
        assert "Wrong:" in explained
        assert "\nRight" in explained


def test_the_page_of_messages_is_true() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python tests/test_explain.py"


@pytest.mark.parametrize("path", format_paths(), ids=lambda path: path.stem)
def test_a_format_is_explained(path: Path) -> None:
    machine = toolgram.load(path.stem).machine
    parts = dict(explain_format(machine))
    assert list(parts) == [
        "How a text is read",
        "Its rules in words",
        "What makes a call",
        "What is mended",
        "How much is held back",
    ]
    for name in machine.outline["rules"]:
        assert any(line.startswith(f"{name}: ") for line in parts["Its rules in words"])
    assert len(parts["How much is held back"]) == max(1, len(machine.bounds))
    assert all(sentence.endswith(".") for sentences in parts.values() for sentence in sentences)


@pytest.mark.parametrize("name", CALLING)
def test_what_is_said_of_undeclared_tools_is_what_the_page_says(name: str) -> None:
    said = " ".join(dict(explain_format(toolgram.load(name).machine))["What makes a call"])
    told = find(name).with_suffix(".md").read_text(encoding="utf-8")
    assert ("passed on" in said) >= (PASSED_ON in told)
    assert ("is text" in said) >= (IS_TEXT in told)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
