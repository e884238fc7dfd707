"""Specs and files from strangers: whatever they hold, they end in a diagnostic, in bounded time, and nowhere else.

The corpus in `errors/` has the exact texts of most diagnostics; here stands what cannot lie in a folder of specs.
"""

from __future__ import annotations

import ast
import os
import random
import re
from pathlib import Path

import budget
import pytest
from diagnose import diagnose

import toolgram
from toolgram import build as recipe
from toolgram.diagnostics import Report, Source, printable
from toolgram.machine import closure
from toolgram.machine.budget import NESTED_MAX, STATES_MAX, STEPS_MAX
from toolgram.machine.compile import compile_spec
from toolgram.registry import format_paths
from toolgram.spec import limits, read_spec, read_text

HEAD = '# /// format\n# title = "T"\n# models = []\n# ///\n%import toolgram (TEXT, JSON)\n'
TEXTS = "start: (content | tool_call)*\ncontent: TEXT\n"
CALLS = 'tool_call: "<t>" name "</t>"\nname: TEXT\n'
MANY = 'tool_call: "<t>" name ' + " ".join(f'"{i}"?' for i in range(40)) + ' "</t>"\nname: TEXT\n'


def compiled(text: str) -> Report:
    """What is said of the text of a spec."""
    spec, report = read_text("x.lark", text)
    if spec is not None:
        report.extend(compile_spec("x", spec)[1])
    return report


def names(report: Report) -> list[str]:
    return [found.name for found in report.errors]


MADE = {
    "alternatives": (
        "too-large",
        HEAD + TEXTS + "tool_call: " + " | ".join(f'"<{i}>" name "</{i}>"' for i in range(400)) + "\nname: TEXT\n",
    ),
    "optional parts": ("too-large", HEAD + TEXTS + 'tool_call: "<t>" name ' + '"x"? "y"? ' * 150 + '"."\nname: TEXT\n'),
    "literals": ("too-deep", HEAD + TEXTS + 'tool_call: "<t>" name ' + '"x" "y" ' * 100 + "\nname: TEXT\n"),
    "brackets": ("too-deep", HEAD + TEXTS + f'tool_call: name {"(" * 5000}"x"{")" * 5000}\nname: TEXT\n'),
    "unclosed brackets": ("too-deep", HEAD + TEXTS + f"tool_call: name {'[' * 5000}\nname: TEXT\n"),
    "templates": ("too-deep", HEAD + TEXTS + f"tool_call: {'_p{' * 2000}name{'}' * 2000}\n_p{{x}}: x\nname: TEXT\n"),
    "doubled arguments": (
        "too-large",
        HEAD + TEXTS + f'tool_call: "<t>" name {"_p{" * 24}"x"{"}" * 24}\n_p{{x}}: x x\nname: TEXT\n',
    ),
    "rules in each other": (
        "too-large",
        HEAD
        + TEXTS
        + 'tool_call: "<t>" name _r0\nname: TEXT\n'
        # each may hold each other one: the ways through them are all orders of them
        + "".join(f'_r{i}: "<{i}>" ({" | ".join(f"_r{j}" for j in range(12))}) | "e{i}"\n' for i in range(12)),
    ),
    "statements": ("too-large", HEAD + TEXTS + CALLS + "".join(f'_r{i}: "x"\n' for i in range(1001))),
    "characters": ("too-large", HEAD + "// " + "x" * limits.FILE_BYTES_MAX + "\n" + TEXTS + CALLS),
    "alternatives that are empty": (
        "empty-alternative",
        HEAD + TEXTS + "tool_call: name" + " |" * (20_000 if budget.full else 2_000) + "\nname: TEXT\n",
    ),
    "nested metadata": ("bad-metadata", HEAD.replace("[]", "[" * 3000 + "]" * 3000) + TEXTS + CALLS),
}


@pytest.mark.parametrize("name", MADE)
def test_what_is_too_much_has_one_diagnostic(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "STEPS_MAX", STEPS_MAX if budget.full else STEPS_MAX // 40)
    wanted, text = MADE[name]
    found = names(compiled(text))
    assert found == [wanted] or (name == "optional parts" and found == ["too-deep"])  # whichever bound comes first


def test_too_many_alternatives_are_told_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(closure, "STEPS_MAX", 1000)
    text = HEAD.replace(", JSON", "") + TEXTS + MANY
    assert compiled(text).render(Source("x.lark", text)).splitlines() == [
        "x.lark:6:1: error[too-large]: too many alternatives, or parts that may be absent, can stand in the same place",
        "    |",
        "  6 | start: (content | tool_call)*",
        "    | ^^^^^ in this rule, or what it uses",
        "    = hint: let alternatives share their parts",
    ]


def test_the_page_has_all_bounds() -> None:
    page = (Path(__file__).parents[1] / "docs" / "dialect.md").read_text(encoding="utf-8")
    table = page.partition("<!-- limits")[2].partition("\n\n")[0]
    bounds = [
        *(limits.FILE_BYTES_MAX, limits.STATEMENTS_MAX, limits.PARTS_MAX, STATES_MAX, STEPS_MAX),
        *(limits.BRACKETS_MAX, limits.LEVELS_MAX, NESTED_MAX, limits.IMPORTS_MAX),
    ]
    assert [row.split("|")[2].strip() for row in table.splitlines()[3:]] == [f"{bound:,}" for bound in bounds]


def test_many_mistakes_are_not_all_told() -> None:
    report = compiled(HEAD + TEXTS + CALLS + "= x\n" * 900)
    assert len(report) == limits.MISTAKES_MAX
    undefined = compiled(HEAD + TEXTS + CALLS + "_r: " + " ".join(f"_u{i}" for i in range(3000)) + "\n")
    assert len(undefined) <= 2 * limits.MISTAKES_MAX


def test_the_formats_are_far_from_the_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A third of each bound does for all formats, so that none is near a bound that strangers need not reach."""
    monkeypatch.setattr(closure, "STEPS_MAX", STEPS_MAX // 3)
    for path in budget.sample(format_paths(), 20):
        spec, _ = read_spec(path)
        assert spec is not None
        machine, _ = compile_spec(path.stem, spec)
        assert machine is not None


def test_imports_of_imports_are_read_once_and_end(tmp_path: Path) -> None:
    """Two imports in each of many specs: as many ways through them as 2 to the power of their number."""
    rules = TEXTS + CALLS
    for number in range(12):
        for side in "ab":
            imports = "".join(f"%import .{other}{number + 1} (_x)\n" for other in "ab") if number < 11 else ""
            own = '_x: "x"\n' if not imports else f"_y{side}{number}: _x\n"
            (tmp_path / f"{side}{number}.lark").write_text(HEAD + imports + rules + own, encoding="utf-8")
    _, report = read_spec(tmp_path / "a0.lark")
    assert set(names(report)) <= {"duplicate-rule"}


def test_a_long_chain_of_imports_is_refused(tmp_path: Path) -> None:
    for number in range(30):
        text = HEAD + f"%import .a{number + 1} (start)\n"
        (tmp_path / f"a{number}.lark").write_text(text, encoding="utf-8")
    assert names(read_spec(tmp_path / "a0.lark")[1]) == ["too-deep"]


# --- files that are none, and their names -----------------------------------------------------------------------------


@pytest.mark.parametrize("target", ["/dev/zero", "pipe"])
def test_a_device_or_a_pipe_is_not_opened(tmp_path: Path, target: str) -> None:
    path = tmp_path / "x.lark"
    if target == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(target)
    assert names(read_spec(path)[1]) == ["no-file"]
    assert names(recipe.compile_one(path).report) == ["no-file"]
    with pytest.raises(toolgram.SpecError, match="no-file"):
        toolgram.load(path)
    (tmp_path / "y.lark").write_text(HEAD + "%import .x (start)\n", encoding="utf-8")
    assert names(read_spec(tmp_path / "y.lark")[1]) == ["no-file"]


def test_a_link_gives_the_format_its_name(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.lark").write_text(HEAD + TEXTS + CALLS, encoding="utf-8")
    link = tmp_path / "b.lark"
    link.symlink_to(tmp_path / "inner" / "a.lark")
    assert toolgram.load(link).id == "b"
    assert recipe.compile_one(link).name == "b"
    link.unlink()
    link.symlink_to(link)
    with pytest.raises(OSError, match="symbolic links"):
        toolgram.load(link)


@pytest.mark.parametrize("stem", ["a\nimport os", "a b", "_runtime", "-f", "é", ".", "a'b", "a\u202eb"])
def test_an_id_is_letters_digits_and_little_else(tmp_path: Path, stem: str) -> None:
    path = tmp_path / f"{stem}.lark"
    path.write_text(HEAD + TEXTS + CALLS, encoding="utf-8")
    outcome = recipe.compile_one(path)
    assert names(outcome.report) == ["bad-id"]
    assert outcome.report.render(outcome.source).replace("\n", "").isprintable()


def test_what_is_generated_moves_and_hides_nothing(tmp_path: Path) -> None:
    """Titles, models and samples hold what no file of code may, or what shows other code than there is."""
    evil = '\\u0000\\u202e\\r\\n\\"\\"\\"*/\\nraise SystemExit\\\\'
    head = HEAD.replace('"T"', f'"T{evil}"').replace("[]", f'["m{evil}"]')
    sample = '// a\u202e\x0b\x07"""\n// raise SystemExit\x1b[2J\n// """\\\n'
    path = tmp_path / "x.lark"
    path.write_text(head.replace("%import", f"{sample}%import") + TEXTS + CALLS, encoding="utf-8")
    outcome = recipe.compile_one(path)
    assert outcome.subject is not None
    texts = [render(outcome.subject) for target in recipe.chosen(None) for render in target.files.values()]
    texts += [recipe.single_file(outcome.subject, target) for target in recipe.chosen(["python"])]
    for text in texts:
        assert text.replace("\n", "").isprintable()
        if text.startswith("//"):
            head, _, comment = text.partition("/**\n")
            code = comment.partition("*/")[2] or head
            lines = [line for line in code.splitlines() if line and not line.startswith("//")]
            assert all(re.match(r"(export default|import type|declare const) .*;$", line) for line in lines)
        elif not text.startswith("{"):
            nodes = ast.walk(ast.parse(text))
            assert not any(isinstance(node, ast.Raise) and "SystemExit" in ast.unparse(node) for node in nodes)


def test_messages_do_not_steer_the_terminal() -> None:
    text = HEAD + TEXTS + CALLS + '_r: "\x1b[2J\u202e" \x1b[31m\n'
    shown = compiled(text).render(Source("x.lark", text))
    assert r"\x1b[2J\u202e" in shown
    assert shown.replace("\n", "").isprintable()


# --- random specs -----------------------------------------------------------------------------------------------------


def test_random_changes_of_specs_end_in_a_report(tmp_path: Path) -> None:
    """Whatever is cut, doubled and exchanged in a format: a machine or a diagnostic, and never anything else."""
    texts = [path.read_text(encoding="utf-8") for path in format_paths()]
    for seed in range(2000 if budget.full else 40):
        text = mutated(random.Random(seed), texts)
        path = tmp_path / "x.lark"
        path.write_text(text, encoding="utf-8")
        diagnose(path)


def mutated(chance: random.Random, texts: list[str]) -> str:
    """One format with parts of its own and of others in other places, sometimes many times."""
    text = chance.choice(texts)
    for _ in range(chance.randint(1, 4)):
        other = chance.choice([text, text, chance.choice(texts)])
        begin = chance.randrange(len(other))
        part = other[begin : begin + chance.choice([1, 3, 20, 200])]
        at = chance.randrange(len(text))
        times = chance.choice([0, 1, 1, 1, 2, 40, 300])
        text = text[:at] + part * times + text[at + chance.choice([0, 0, 1, 10, len(part)]) :]
    return text


def test_printable_leaves_what_can_be_shown() -> None:
    assert printable("<｜tool▁call▁begin｜> é 天气") == "<｜tool▁call▁begin｜> é 天气"


def test_a_link_that_leads_nowhere_spoils_no_other_spec(tmp_path: Path) -> None:
    (tmp_path / "a.lark").write_text(HEAD + TEXTS + CALLS, encoding="utf-8")
    (tmp_path / "b.lark").symlink_to(tmp_path / "nothing")
    assert toolgram.load(tmp_path / "a.lark").id == "a"
