"""Every rule of recovery is needed: the case that a rule names fails when the rule is taken out of its table."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import budget
import pytest

from toolgram.build import compile_one
from toolgram.formats import Format
from toolgram.machine.recovery import rules
from toolgram.machine.recovery.rules import Rule
from toolgram.testing.cases import Case, read_cases
from toolgram.testing.replay import replay

FEATURES = Path(__file__).parent / "features"
TABLES = {
    name: table
    for name, table in vars(rules).items()
    if isinstance(table, tuple) and all(isinstance(row, Rule) for row in table)
}
ROWS = [(name, row) for name, table in TABLES.items() for row in table]


def _case_of(rule: Rule) -> tuple[str, Case]:
    page, _, heading = rule.case.partition(": ")
    [case] = [case for case in read_cases(FEATURES / f"{page}.md") if case.name == heading]
    return page, case


def _fails(page: str, case: Case) -> bool:
    subject = compile_one(FEATURES / f"{page}.lark").subject
    return subject is None or replay(Format(subject.machine.model_dump()), case) is not None


@pytest.mark.parametrize(("table", "rule"), ROWS, ids=[rule.name for _, rule in ROWS])
def test_the_case_of_a_rule_fails_without_the_rule(table: str, rule: Rule, monkeypatch: pytest.MonkeyPatch) -> None:
    page, case = _case_of(rule)
    assert not _fails(page, case)
    monkeypatch.setattr(rules, table, tuple(row for row in TABLES[table] if row is not rule))
    assert _fails(page, case), f"`{rule.name}` does nothing for `{rule.case}`"


def _machines() -> list[object]:
    subjects = [compile_one(spec).subject for spec in budget.sample(sorted(FEATURES.glob("*.lark")), 16)]
    return [subject and subject.machine for subject in subjects]


@cache
def _as_they_stand() -> list[object]:
    return _machines()


@pytest.mark.parametrize("table", TABLES)
def test_the_order_of_the_rules_changes_nothing(table: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = _as_they_stand()
    monkeypatch.setattr(rules, table, TABLES[table][::-1])
    assert _machines() == before


def test_names_of_rules_differ() -> None:
    names = [rule.name for _, rule in ROWS]
    assert sorted(set(names)) == sorted(names)
