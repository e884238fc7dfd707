"""Whatever a spec says, each target writes a file of it, or says why not in a diagnostic with a hint; nothing raises.

`TOOLGRAM_EXAMPLES=20000 pytest tests/test_mutated_specs.py` tries so many specs.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator
from typing import Any

import budget
import pytest
from mutated_specs import mutated_spec

from toolgram.build import single_file
from toolgram.diagnostics import Diagnostic, Report, Severity
from toolgram.machine.compile import compile_spec
from toolgram.runtime.parser import Parser
from toolgram.runtime.tables.machine import prepare
from toolgram.spec import read_text
from toolgram.targets.subject import Subject
from toolgram.targets.table import TARGETS

PARTS = 8
HEADER = '# /// format\n# title = "Acme"\n# models = []\n# ///\n'


def _compiled(text: str) -> Subject | None:
    spec, _ = read_text("acme.lark", text)
    if spec is None:
        return None
    machine, _ = compile_spec("acme", spec)
    return None if machine is None else Subject(spec, machine, "acme.lark", lambda: ())


def _written(subject: Subject, name: str) -> tuple[list[Diagnostic], str | None]:
    target = TARGETS[name]
    found = target.check(subject)
    if not Report(found).ok:
        return found, None
    text = target.render(subject)
    if target.engine is not None:
        compile(text, name, "exec")
    return found, text


@pytest.mark.parametrize("part", range(PARTS))
def test_each_target_writes_a_file_or_says_why_not(part: int) -> None:
    count = int(os.environ.get("TOOLGRAM_EXAMPLES", 4000 if budget.full else 240)) // PARTS
    for seed in range(part, count * PARTS, PARTS):
        text = mutated_spec(random.Random(seed))
        try:
            subject = _compiled(text)
            for name in TARGETS if subject is not None else ():
                found, written = _written(subject, name)  # type: ignore[arg-type]
                assert all(one.hint and one.at for one in found)
                assert written is not None or any(one.severity is Severity.ERROR for one in found)
                if name == "hf-template" and written is not None:
                    _check_patterns(json.loads(written))
                if name == "machine" and written is not None:
                    parser = Parser(prepare(json.loads(written)), None)
                    parser.feed(text[-300:])
                    parser.finish()
        except Exception as error:
            raise AssertionError(f"seed {seed}:\n{text}") from error


def test_single_files_are_python() -> None:
    seeds = range(40 if budget.full else 12)
    subjects = [subject for seed in seeds if (subject := _compiled(mutated_spec(random.Random(seed)))) is not None]
    assert subjects
    for subject in subjects[: 2 if budget.full else 1]:
        for target in TARGETS.values():
            if target.engine is not None:
                compile(single_file(subject, target), target.name, "exec")


def _check_patterns(node: Any) -> None:
    for pattern in _patterns(node):
        re.compile(pattern, re.DOTALL)


def _patterns(node: Any) -> Iterator[str]:
    for key, value in node.items() if isinstance(node, dict) else ():
        if isinstance(value, str) and key.endswith("pattern"):
            yield value
        yield from _patterns(value)


RECURSIVE = [
    'start: (content | _part)*\n_part: "<s>" (_part | tool_call)* "</s>"\n'
    'tool_call: "<c>" name ":" arguments "</c>"\narguments: JSON_OBJECT\nname: TEXT',
    'start: (content | tool_call)*\ntool_call: "<c>" name ":" _body "</c>"\n_body: "(" _body ")" | arguments\n'
    "arguments: JSON_OBJECT\nname: TEXT",
    'start: (content | tool_call)* ("<x>" start "</x>")?\ntool_call: "<c>" name ":" arguments "</c>"\n'
    "arguments: JSON_OBJECT\nname: TEXT",
    'start: (content | tool_call)*\ntool_call: "<c>" id ":" arguments "</c>"\nid: _id\n'
    '_id: "f." name ":" INT | "x" _id\narguments: JSON_OBJECT\nname: TEXT',
]


@pytest.mark.parametrize("rules", RECURSIVE)
def test_a_rule_inside_itself_is_told(rules: str) -> None:
    builtins = [word for word in ("TEXT", "JSON_OBJECT", "INT") if word in rules]
    subject = _compiled(f"{HEADER}%import toolgram ({', '.join(builtins)})\n{rules}\ncontent: TEXT\n")
    assert subject is not None
    found, written = _written(subject, "hf-template")
    assert written is None
    assert [one.name for one in found] == ["hf-recursion"]


def test_a_name_that_stands_twice_in_an_id_is_told() -> None:
    rules = 'start: (content | tool_call)*\ncontent: TEXT\ntool_call: "<c>" id "|" arguments "</c>"\n'
    rules += 'id: "f." name ":" INT ("<r>" name "</r>")?\nname: TEXT\narguments: JSON_OBJECT\n'
    subject = _compiled(f"{HEADER}%import toolgram (TEXT, JSON_OBJECT, INT)\n{rules}")
    assert subject is not None
    found, written = _written(subject, "hf-template")
    assert written is None
    assert found[-1].message == "a response template cannot say two places for `name`"
