"""Response templates in the readers of vLLM, SGLang and transformers: every case of every page, whole and in pieces.

`python tests/with_templates/test_template_readers.py` writes the table of docs/response-templates.md anew; it needs all
three.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from template_readers import HOSTS, READERS, Answer

from toolgram.registry import format_paths
from toolgram.spec import read_spec
from toolgram.targets.hf_template import convert_for_serving
from toolgram.testing import Case, read_cases
from toolgram.testing.cases import canonical

PAGE = Path(__file__).parents[2] / "docs" / "response-templates.md"
SIMPLE = (
    *("Content only", "One call", "Two calls", "Text before a call", "No arguments", "Reasoning and a call"),
    *("Reasoning and an answer", "Unicode"),
)
# What no template can do: docs/response-templates.md says so in words.
GENERAL = re.compile(
    r"(?i)inside a (raw )?value|mentioned in text|quoted in text|^cut off|^malformed|no closer|no opener"
    r"|unknown tool|given twice|ends the reasoning|opened again|repeated closer|delimiters? in (the|an) answer|citation"
)
NAMES = {"vLLM": "V", "SGLang": "S", "transformers": "T"}


def _templates() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in format_paths():
        spec, _ = read_spec(path)
        template = None if spec is None else convert_for_serving(spec)[0]
        if template is not None:
            yield path.stem, template


TEMPLATES = dict(_templates())


def _cases(name: str) -> list[Case]:
    path = next(path for path in format_paths() if path.stem == name)
    return [case for case in read_cases(path.with_suffix(".md")) if case.inside in (None, "reasoning")]


def _prompt(template: dict[str, Any], case: Case) -> str:
    [anchor, *_] = template.get("start_anchor", ["<|model|>"])
    opener = template["fields"].get("thinking", {}).get("open", [""])[0] if case.inside else ""
    return f"<|user|>Hi{anchor}{opener}"


def _plain(text: str | None) -> str:
    """Without what does not count: blanks at the ends, and how long a run of them is."""
    return re.sub(r"\s+", " ", text or "").strip()


def _compared(answer: Answer) -> tuple[str, str, list[tuple[str, str]]]:
    calls = [(name, canonical(json.loads(arguments))) for name, arguments in answer.calls]
    return _plain(answer.content), _plain(answer.reasoning), calls


def _expected(case: Case) -> tuple[str, str, list[tuple[str, str]]]:
    expected = case.expected
    calls = [(call.name, call.arguments) for call in expected.calls if call.complete]
    return _plain(expected.content), _plain(expected.reasoning), calls


@cache
def read(host: str, name: str, number: int, size: int) -> object:
    """What a reader makes of a case; what it raises is its answer."""
    case, template = _cases(name)[number], TEMPLATES[name]
    logging.disable(logging.CRITICAL)
    try:
        return _compared(READERS[host](template, _prompt(template, case), case.text, case.tools, size))
    except (KeyError, TypeError, ValueError) as error:
        return repr(error)
    finally:
        logging.disable(logging.NOTSET)


def wrong(host: str, name: str) -> list[str]:
    """The cases that a reader reads otherwise than the format, whole or in pieces."""
    cases = _cases(name)
    return [
        case.name
        for number, case in enumerate(cases)
        if any(read(host, name, number, size) != _expected(case) for size in (0, 1))
    ]


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("host", READERS)
def test_simple_cases_are_read(host: str, name: str) -> None:
    assert not set(wrong(host, name)) & set(SIMPLE)


@pytest.mark.parametrize("name", TEMPLATES)
@pytest.mark.parametrize("host", [name for name in READERS if name != "transformers"])
def test_the_split_changes_nothing_that_was_right(host: str, name: str) -> None:
    for number, case in enumerate(_cases(name)):
        if read(host, name, number, 0) == _expected(case):
            assert read(host, name, number, 1) == _expected(case), case.name


@pytest.mark.parametrize("host", READERS)
def test_the_table_is_true(host: str) -> None:
    column = list(HOSTS).index(host) + 2
    rows = {row[0]: row for row in _table()}
    for name in TEMPLATES:
        assert rows[f"`{name}`"][column] == str(len(_cases(name)) - len(wrong(host, name))), "run this file"


def _table() -> Iterator[list[str]]:
    text = PAGE.read_text(encoding="utf-8")
    table = text.partition("<!-- response-templates")[2].partition("<!-- end -->")[0]
    for line in table.splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def _rows() -> Iterator[str]:
    total: Counter[str] = Counter()
    for name in TEMPLATES:
        cases, found = _cases(name), {host: wrong(host, name) for host in READERS}
        right = {host: len(cases) - len(found[host]) for host in READERS}
        total.update(right, cases=len(cases))
        else_ = {case.name: [NAMES[host] for host in READERS if case.name in found[host]] for case in cases}
        told = [
            f"{case} ({''.join(hosts)})"
            for case, hosts in else_.items()
            if set(hosts) - {"T"} and not GENERAL.search(case)
        ]
        yield f"| `{name}` | {len(cases)} | {' | '.join(map(str, right.values()))} | {'; '.join(told)} |\n"
    yield f"| all | {total['cases']} | {' | '.join(str(total[host]) for host in READERS)} | |\n"


def _write() -> None:
    assert list(READERS) == list(HOSTS), f"of {', '.join(HOSTS)} there is only {', '.join(READERS)}"
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(r"(<!-- response-templates:.*?-->\n\|.*?\n\|[-:|]+\|\n).*?(<!-- end -->)", text, re.DOTALL)
    assert found
    PAGE.write_text(text[: found.end(1)] + "".join(_rows()) + text[found.start(2) :], encoding="utf-8")


if __name__ == "__main__":
    _write()
