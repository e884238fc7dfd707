"""`test --accept` writes what is read now into a page, and nothing else; `--watch` runs again when a file changes."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from test_cli import ENVIRONMENT, PAGE, PROGRAM, SPEC, _refused, run

import toolgram
from toolgram.cli import watch
from toolgram.cli.watch import page_files, spec_files
from toolgram.registry import find
from toolgram.testing import accept, parse_cases

WRONG = PAGE.replace("{name}", "odd").replace("{content}", "other").replace('{"a": 1}}]}', '{"a": 2}}]}')


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    path = tmp_path / "acme.lark"
    path.write_text(SPEC, encoding="utf-8")
    path.with_suffix(".md").write_text(WRONG, encoding="utf-8")
    return path


# --- accept --------------------------------------------------------------------------------------------------------


def test_accept_writes_what_is_read_and_shows_it(acme: Path) -> None:
    result = run("test", acme, "--accept")
    assert result.exit_code == 0
    changed = [line for line in result.stdout.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert changed == [
        '-{"content": "Hi", "tool_calls": [{"name": "f", "arguments": {"a": 2}}]}',
        '+{"content": "Hi", "tool_calls": [{"name": "f", "arguments": {"a": 1}}]}',
        '-{"content": "other"}',
        '+{"content": "text"}',
    ]
    assert "accepted 2 cases: see that each message is what the text means" in result.stderr
    page = acme.with_suffix(".md").read_text(encoding="utf-8")
    assert page == PAGE.replace("{name}", "odd").replace("{content}", "text")
    assert run("test", acme).exit_code == 0
    assert run("test", acme, "--accept").stdout.startswith("acme: 2 cases at ")


def test_accept_takes_matching_cases_only(acme: Path) -> None:
    assert run("test", acme, "--accept", "-k", "odd").exit_code == 0
    assert acme.with_suffix(".md").read_text(encoding="utf-8") == WRONG.replace("other", "text")


def test_line_ends_of_a_page_stay(acme: Path) -> None:
    page = acme.with_suffix(".md")
    page.write_bytes(WRONG.replace("\n", "\r\n").encode())
    assert run("test", acme, "--accept").exit_code == 0
    assert (
        page.read_bytes() == PAGE.replace("{name}", "odd").replace("{content}", "text").replace("\n", "\r\n").encode()
    )


def test_a_long_message_has_a_line_for_each_part() -> None:
    text = "\n".join(f"line {number}" for number in range(20))
    page = WRONG.replace("```output\ntext\n```", f"```output\n{text}\n```")
    case = parse_cases("x.md", page)[1]
    found = accept(toolgram.load("hermes"), page, case)
    assert found.failure is None
    assert '```message\n{\n  "content": "line 0\\nline 1' in found.page
    assert parse_cases("x.md", found.page)[1].expected.content == text


def test_ids_that_nobody_asked_for_are_not_written() -> None:
    call = '<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|>'
    text = f"<|tool_calls_section_begin|>{call}<|tool_calls_section_end|>"
    for own, written in (("", False), ('"id": "functions.f:7", ', True)):
        message = f'{{"tool_calls": [{{{own}"name": "f", "arguments": {{}}}}]}}'
        page = f"## one\n\n```output\n{text}\n```\n\n```message\n{message}\n```\n"
        found = accept(toolgram.load("kimi_k2"), page, parse_cases("x.md", page)[0])
        assert found.failure is None
        assert ('"id": "functions.f:0"' in found.page) is written


class _Faulty:
    """A parser with a fault: `wrong` makes another text of what it is fed."""

    def __init__(self, parser: toolgram.Parser, wrong: Callable[[str], str]) -> None:
        self.parser, self.wrong = parser, wrong
        self.held_chars = 0

    def feed(self, text: str) -> list[toolgram.Event]:
        return self.parser.feed(self.wrong(text))

    def finish(self, *, cut: bool = False) -> list[toolgram.Event]:
        return self.parser.finish(cut=cut)


@pytest.fixture
def faulty(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], str]], None]:
    real = toolgram.Format.parser

    def given(wrong: Callable[[str], str]) -> None:
        monkeypatch.setattr(toolgram.Format, "parser", lambda *words, **more: _Faulty(real(*words, **more), wrong))

    return given


def test_what_depends_on_a_split_is_never_accepted(acme: Path, faulty: Callable[..., None]) -> None:
    faulty(lambda text: text.upper() if len(text) == 1 else text)
    result = run("test", acme, "--accept", "-k", "odd")
    assert result.exit_code == 1
    assert "event 1 differs from that of the whole text (not accepted: " in result.stderr
    assert acme.with_suffix(".md").read_text(encoding="utf-8") == WRONG


def test_what_raises_is_never_accepted(acme: Path, faulty: Callable[..., None]) -> None:
    def broken(_: str) -> str:
        raise RuntimeError("boom")

    faulty(broken)
    assert "the parser raised RuntimeError: boom (not accepted: " in run("test", acme, "--accept").stderr
    assert acme.with_suffix(".md").read_text(encoding="utf-8") == WRONG


def test_accept_is_for_people(acme: Path) -> None:
    _refused(run("test", acme, "--accept", "--output", "json"), "--accept and --output: choose one", 2)
    _refused(run("test", acme, "--accept", "--watch"), "--accept and --watch: choose one", 2)


# --- watch ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What happens in the pauses, one after the other; then somebody types Ctrl-C."""

    def given(*steps: Callable[[], object]) -> None:
        waiting = list(steps)

        def pause(_: float) -> None:
            if not waiting:
                raise KeyboardInterrupt
            waiting.pop(0)()

        monkeypatch.setattr(watch.time, "sleep", pause)

    return given


def _edit(path: Path, old: str, new: str) -> Callable[[], object]:
    return lambda: path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")


def test_check_is_run_again_and_goes_on_behind_a_mistake(acme: Path, pauses: Callable[..., None]) -> None:
    pauses(
        lambda: None,
        _edit(acme, "content: TEXT", "content: TEXTS"),
        lambda: None,
        acme.unlink,
        lambda: acme.write_text(SPEC, encoding="utf-8"),
        _edit(acme, "content: TEXT", "content: NOTEXT"),
    )
    result = run("check", acme, "--watch")
    assert result.exit_code == 1  # that of the last run
    assert result.stderr.count("undefined-rule") == 2
    assert "no such file" in result.stderr
    assert result.stderr.count("watching 1 file; Ctrl-C ends it") == 5
    assert result.stderr.count("acme.lark has changed") == 4
    assert result.stdout.count("acme: 6 states") == 2


def test_test_is_run_for_what_has_changed(acme: Path, pauses: Callable[..., None], tmp_path: Path) -> None:
    other = tmp_path / "other.lark"
    other.write_text(SPEC.replace("Acme", "Other"), encoding="utf-8")
    other.with_suffix(".md").write_text(PAGE.replace("{name}", "b").replace("{content}", "text"), encoding="utf-8")
    page = acme.with_suffix(".md")
    pauses(_edit(page, '"a": 2', '"a": 1'), _edit(page, "other", "text"))
    result = run("test", acme, other, "--watch")
    assert result.exit_code == 0
    assert [line.partition(" in")[0].partition(" at")[0] for line in result.stdout.splitlines()] == [
        "acme: 2 failures",
        "other: 2 cases",
        "acme: 1 failure",
        "acme: 2 cases",
    ]


def test_parse_reads_the_same_text_with_the_new_spec(acme: Path, pauses: Callable[..., None]) -> None:
    pauses(_edit(acme, '"|"', '"!"'))
    result = run("parse", acme, "--watch", "--trace", text='<call>f|{"a": 1}</call>')
    assert result.stdout.count("name       ") == 1
    assert "content    " in result.stdout.partition("arguments")[2]
    _refused(run("parse", acme, "--watch", "--input", "a.jsonl", "--output", "b.jsonl"), "--watch", 2)
    _refused(run("parse", acme, "--watch", "--chunks", "a.json"), "choose one", 2)


def test_files_that_a_spec_imports_are_watched(tmp_path: Path) -> None:
    spec, base = tmp_path / "mine.lark", tmp_path / "base.lark"
    spec.write_text("%import .base (start)\n", encoding="utf-8")
    base.write_text("%import toolgram.formats.hermes (start)\n%import .mine (start)\n", encoding="utf-8")
    assert spec_files(spec) == [spec, base, find("hermes")]
    assert page_files(tmp_path / "none.lark") == [tmp_path / "none.lark", tmp_path / "none.md"]


def _can_be_interrupted() -> None:
    """What runs in the background of a script is born deaf to it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_ctrl_c_ends_it(acme: Path) -> None:
    command = [*PROGRAM, "check", str(acme), "--watch"]
    pipes = {"stderr": subprocess.PIPE, "stdout": subprocess.DEVNULL, "preexec_fn": _can_be_interrupted}
    with subprocess.Popen(command, env=ENVIRONMENT, **pipes) as process:
        try:
            assert process.stderr is not None
            assert b"watching 1 file" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, told = process.communicate(timeout=20)
        finally:
            process.kill()  # it would be waited for
        assert (process.returncode, told) == (0, b"")
