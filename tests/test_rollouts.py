"""Rows of files and of batches: what is added to them, and that nothing of them is lost (rollouts/)."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
import tomllib
from collections import UserDict
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner
from with_vllm.tokens import Tokenizer

import toolgram
from toolgram.cli.commands import app
from toolgram.prompts import begun_before, opened_by
from toolgram.registry import formats_dir, names
from toolgram.rollouts import Reader, jsonl
from toolgram.rollouts.columns import ADDED, Columns
from toolgram.rollouts.files import Run, RunError, read_file
from toolgram.rollouts.jsonl import NameTakenError, lines_in, parts_in
from toolgram.rollouts.tokens import TokenReader

HERMES = toolgram.load("hermes")
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"k": {"type": "integer"}}}}}]
CALL = '<tool_call>\n{"name": "f", "arguments": {"k": 1}}\n</tool_call>'


def read(tmp_path: Path, text: str | bytes, name: str = "out.jsonl", **columns: Any) -> list[Any]:
    """The rows that come of a file of lines, in one process."""
    source = tmp_path / "in.jsonl"
    source.write_bytes(text.encode() if isinstance(text, str) else text)
    read_file(HERMES, Run(source, tmp_path / name, Columns(**columns), 1), lambda *_: None)
    return [json.loads(line) for line in (tmp_path / name).read_text(encoding="utf-8").splitlines()]


def test_a_row_keeps_what_it_has_and_gets_what_was_read(tmp_path: Path) -> None:
    [row] = read(
        tmp_path, json.dumps({"id": 7, "raw": f"<think>a</think>Hi {CALL}", "tools": TOOLS}), tools_column="tools"
    )
    assert list(row) == ["id", "raw", "tools", *ADDED]
    assert row["message"]["reasoning"] == "a"
    assert row["message"]["tool_calls"] == [{"id": None, "name": "f", "arguments": '{"k": 1}', "complete": True}]
    [attempt] = row["attempts"]
    assert (attempt["status"], row["raw"][attempt["begin"] : attempt["end"]]) == ("ok", CALL)
    assert [row["raw"][slice(*span)] for span in row["spans"]["content"]] == ["Hi"]
    assert row["error"] is None


def test_a_line_stays_as_it_was_written(tmp_path: Path) -> None:
    lines = ['{"raw": "Hi \\u00e9",  "n": 1.50e3, "n": 123456789012345678901234567890}', '{ "raw": "" , "x": NaN } ']
    read(tmp_path, "\n".join(lines))
    written = (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()
    assert [line.partition(', "message"')[0] for line in written] == [line.strip().rstrip(" }") for line in lines]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"raw": "Hi"', "not JSON: "),
        (b'{"raw": "Hi\xff"}', "not UTF-8: byte 11"),
        (b'["Hi"]', "no object: the line is a list"),
        (b"null", "no object: the line is null"),
        (b"[" * 100_000, "not JSON: too deep"),
        (b'{"text": "Hi"}', "no text: there is no column raw"),
        (b'{"raw": null}', "no text: the column raw is null"),
        (b'{"raw": ["Hi"]}', "no text: the column raw is list"),
        (b'{"raw": "Hi", "tools": "[{"}', "tools: not JSON: "),
        (b'{"raw": "Hi", "tools": {}}', "tools: a list is wanted, not dict"),
        (b'{"raw": "Hi", "tools": [{"function": {"name": ""}}]}', "tools: tool 1 has an empty name"),
        (b'{"raw": "Hi", "inside": "nowhere"}', "inside: format hermes cannot begin inside 'nowhere'"),
        (b'{"raw": "Hi", "prompt": []}', ""),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_with_the_reason(tmp_path: Path, line: bytes, error: str) -> None:
    good = b'{"raw": "Hi"}'
    rows = read(tmp_path, b"\n".join((good, line, good)), tools_column="tools", inside_column="inside")
    assert [row["error"] for row in rows[::2]] == [None, None]
    assert (rows[1]["error"] or "").startswith(error)
    if error:
        assert (rows[1]["message"], rows[1]["attempts"], rows[1]["spans"]) == (None, None, None)
    if not line.startswith(b"{") or error.startswith("not "):
        assert rows[1]["line"] == line.decode("utf-8", "backslashreplace")


def test_every_line_is_in_one_part(tmp_path: Path) -> None:
    """Wherever the parts are cut, in the middle of lines, behind line ends or before them."""
    for text in (b"a\nbb\n\nccc\r\n  \ndddd", b"\n\na\n", b"abcdefghij", b"a\n" * 9, b""):
        path = tmp_path / "lines"
        path.write_bytes(text)
        for size in range(1, len(text) + 2):
            parts = [(begin, min(begin + size, len(text))) for begin in range(0, len(text), size)]
            lines = [line for part in parts for line in lines_in(path, part)]
            assert lines == [line.strip() for line in text.splitlines() if line.strip()], (text, size)


def test_parts_cover_a_file_and_are_not_too_many() -> None:
    for size in (0, 1, jsonl.PART_BYTES, jsonl.PART_BYTES + 1, 10**13):
        parts = parts_in(size)
        assert [end for _, end in parts[:-1]] == [begin for begin, _ in parts[1:]]
        assert len(parts) <= jsonl.PARTS_MAX
        assert not size or (parts[0][0], parts[-1][1]) == (0, size)


def lines_of(count: int) -> str:
    rows = [{"raw": f"{number} {CALL}" if number % 7 else None, "n": number} for number in range(count)]
    return "".join(json.dumps(row) + "\n" for row in rows)


def test_a_run_that_was_stopped_goes_on_and_gives_the_same_bytes(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(jsonl, "PART_BYTES", 300)
    read(tmp_path, lines_of(40), "whole.jsonl", tools=TOOLS)
    run = Run(tmp_path / "in.jsonl", tmp_path / "again.jsonl", Columns(tools=TOOLS), 1)
    steps: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        steps.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_file(HERMES, run, stop)
    kept = sorted(path.name for path in run.folder.glob("*.part"))
    assert not run.target.exists()
    (run.folder / "000000000001.counts").write_text("{", encoding="utf-8")  # as a machine leaves it that goes down
    counts = read_file(HERMES, run, lambda *step: steps.append(step))
    assert len(kept) == 3
    assert steps[4] == (2, steps[0][1])  # it did not begin at the first part
    assert run.target.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (counts.rows, counts.errors, counts.statuses) == (40, {"no text": 6}, {"ok": 34})
    assert not run.folder.exists()


def test_parts_of_another_run_are_not_used(tmp_path: Path) -> None:
    read(tmp_path, lines_of(2))
    run = Run(tmp_path / "in.jsonl", tmp_path / "other.jsonl", Columns(), 1)

    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_file(HERMES, run, stop)
    with pytest.raises(RunError, match="of another run, with another strict"):
        read_file(HERMES, Run(run.source, run.target, Columns(strict=True), 1), stop)
    run.source.write_text(lines_of(3), encoding="utf-8")
    with pytest.raises(RunError, match="of another run, with another input"):
        read_file(HERMES, run, stop)


def test_names_of_columns_are_looked_at_first(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="has no column text: it has n, raw"):
        read(tmp_path, lines_of(3), column="text")
    with pytest.raises(RunError, match="has a column error already: --prefix"):
        read(tmp_path, '{"raw": "Hi", "error": 1}')
    with pytest.raises(NameTakenError):
        read(tmp_path, '{"raw": "Hi"}\n' * 200 + '{"raw": "Hi", "error": 1}')
    [row] = read(tmp_path, '{"raw": "Hi", "error": 1}', "named.jsonl", prefix="read_")
    assert list(row) == ["raw", "error", *(f"read_{name}" for name in ADDED)]


def test_what_a_limit_has_cut_and_what_the_prompt_has_opened(tmp_path: Path) -> None:
    rows = [
        {"raw": "thoughts</think>Hi", "prompt": "<|im_start|>assistant\n<think>\n", "end": "stop"},
        {"raw": CALL, "prompt": "<think> is a tag<|im_end|>\n<|im_start|>assistant\n", "end": "length"},
        {"raw": "Hi", "prompt": "<|im_start|>assistant\n<think>\n\n</think>\n\n", "end": "stop"},
    ]
    text = "\n".join(map(json.dumps, rows))
    first, second, third = read(tmp_path, text, tools=TOOLS, prompt_column="prompt", cut_column="end")
    assert (first["message"]["reasoning"], first["message"]["content"]) == ("thoughts", "Hi")
    assert [call["name"] for call in second["message"]["tool_calls"]] == ["f"]
    assert third["message"]["content"] == "Hi"


def test_strict_takes_no_call_that_was_repaired(tmp_path: Path) -> None:
    broken = json.dumps({"raw": CALL.replace("1}", "1,}")})
    [row] = read(tmp_path, broken, tools=TOOLS)
    assert row["message"]["tool_calls"]
    [row] = read(tmp_path, broken, "strict.jsonl", tools=TOOLS, strict=True)
    assert (row["message"]["tool_calls"], [one["status"] for one in row["attempts"]]) == ([], ["repaired"])


# --- batches ----------------------------------------------------------------------------------------------------------


def test_a_reader_adds_columns_of_text_to_a_batch() -> None:
    batch = {"raw": [CALL, None, "Hi"], "tools": [TOOLS, None, json.dumps(TOOLS)]}
    found = Reader("hermes", tools_column="tools")(batch)
    assert list(found) == ["raw", "tools", *ADDED]
    assert all(isinstance(text, str) for name in ADDED for text in found[name])
    assert found["error"] == ["", "no text: the column raw is null", ""]
    assert json.loads(found["message"][0])["tool_calls"][0]["name"] == "f"
    assert [json.loads(text) for text in found["attempts"]][1:] == [None, []]
    assert list(batch) == ["raw", "tools"]
    empty = Reader("hermes")({"raw": []})
    assert empty == {"raw": [], **{name: [] for name in ADDED}}


def test_a_batch_that_is_no_dict_is_changed_in_place() -> None:
    """As datasets wants it: it looks at what has been set."""
    batch = UserDict({"raw": ["Hi"]})
    assert Reader("hermes")(batch) is batch
    assert batch["error"] == [""]


def test_a_reader_can_be_pickled_and_carries_its_format() -> None:
    reader = Reader(toolgram.load("hermes"), "text", tools=TOOLS, prefix="p_")
    batch = {"text": [CALL]}
    for other in (pickle.loads(pickle.dumps(reader)), copy.deepcopy(reader)):
        assert other(batch) == reader(batch)
    assert pickle.dumps(reader) == pickle.dumps(Reader("hermes", "text", tools=TOOLS, prefix="p_"))


def test_keys_that_a_library_has_filled_with_null_are_none() -> None:
    filled = copy.deepcopy(TOOLS)
    filled[0]["function"]["parameters"]["properties"]["other"] = None  # type: ignore[index]
    [message] = Reader("hermes", tools_column="tools")({"raw": [CALL], "tools": [filled]})["message"]
    assert json.loads(message)["tool_calls"][0]["arguments"] == '{"k": 1}'


def test_a_reader_says_what_is_wrong_with_a_batch() -> None:
    with pytest.raises(ValueError, match="there is no column raw in the batch: it has text"):
        Reader("hermes")({"text": ["Hi"]})
    with pytest.raises(ValueError, match="has a column error already: prefix="):
        Reader("hermes")({"raw": ["Hi"], "error": ["x"]})
    with pytest.raises(ValueError, match="tool 1 has an empty name"):
        Reader("hermes", tools=[{"function": {"name": ""}}])
    with pytest.raises(ValueError, match="cannot begin inside 'nowhere'"):
        Reader("hermes", inside="nowhere")


# --- prompts and tokens -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("prompt", "inside"),
    [
        ("<|im_start|>assistant\n<think>\n", "reasoning"),
        ("<|im_start|>assistant\n<think>\nLet me", "reasoning"),
        ("<|im_start|>assistant\n<think>\n\n</think>\n\n", None),
        ("<|im_start|>user\nWhat is <think>?<|im_end|>\n<|im_start|>assistant\n", None),
        ("", None),
    ],
)
def test_a_prompt_opens_reasoning_in_its_last_turn(prompt: str, inside: str | None) -> None:
    assert opened_by(HERMES, prompt) == inside


def test_a_closer_without_an_opener_says_that_the_prompt_had_it() -> None:
    assert begun_before(HERMES, "a</think>b") == "reasoning"
    assert begun_before(HERMES, "<think>a</think>b") is None
    assert begun_before(HERMES, "b") is None


def test_ids_are_read_without_what_stands_behind_an_answer() -> None:
    tokenizer = Tokenizer(HERMES.table["special_tokens"], hides=True)
    ids = tokenizer.encode(f"<think>a</think>Hi {CALL}") + [tokenizer.eos_token_id] * 3
    reader = TokenReader(HERMES, tokenizer)
    report, text = reader.report(ids, TOOLS), reader.decode(ids)
    assert (report.message.content, report.message.reasoning) == ("Hi", "a")
    [batch] = Reader("hermes", "ids", tools=TOOLS, tokenizer=tokenizer)({"ids": [ids]})["attempts"]
    [attempt] = json.loads(batch)
    first, last = attempt["tokens"]
    assert tokenizer.decode(ids[first:last]) == CALL == text[attempt["begin"] : attempt["end"]]


def test_a_token_that_is_only_spelled_opens_no_call() -> None:
    tokenizer = Tokenizer(HERMES.table["special_tokens"])
    spelled = [tokenizer._id(character) for character in CALL]
    [message] = Reader("hermes", "ids", tools=TOOLS, tokenizer=tokenizer)({"ids": [spelled]})["message"]
    assert json.loads(message)["tool_calls"] == []
    [error] = Reader("hermes", "ids", tokenizer=tokenizer)({"ids": ["text"]})["error"]
    assert error == "no ids: the column ids is str"


# --- hosts ------------------------------------------------------------------------------------------------------------


def test_what_verl_imports_waits_for_no_format_and_registers_every_one() -> None:
    """With a stand-in for verl's registry; the real one is in tests/with_rollouts."""
    script = """
import sys, types
import toolgram.rollouts.verl as plugin
assert not [name for name in sys.modules if name.startswith(("toolgram.formats", "toolgram.reports", "verl"))]
class ToolParser:
    known = {}
    def __init__(self, tokenizer): self.tokenizer = tokenizer
    register = classmethod(lambda cls, name: lambda made: cls.known.setdefault(name, made))
plugin.register(types.SimpleNamespace(ToolParser=ToolParser))
print(*ToolParser.known)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == {f"toolgram_{name}" for name in names(formats_dir())}
    metadata = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))
    assert metadata["project"]["entry-points"]["verl.plugins"] == {"toolgram": "toolgram.rollouts.verl"}


# --- the command ------------------------------------------------------------------------------------------------------


def run(*words: object) -> Any:
    return CliRunner().invoke(app, ["parse", "hermes", *map(str, words)])


def test_the_command_counts_what_it_has_read(tmp_path: Path) -> None:
    source, target, tools = tmp_path / "in.jsonl", tmp_path / "out.jsonl", tmp_path / "tools.json"
    source.write_text(lines_of(8), encoding="utf-8")
    tools.write_text(json.dumps(TOOLS), encoding="utf-8")
    done = run("--input", source, "--output", target, "--tools", tools, "--processes", 1)
    assert done.exit_code == 3
    assert done.stdout.splitlines() == [
        f"{target}: 8 rows",
        "           6  attempts: ok",
        "           2  rows not read: no text",
    ]
    source.write_text('{"raw": "Hi"}', encoding="utf-8")
    assert run("--input", source, "--output", target, "--processes", 1).exit_code == 0


def test_the_command_refuses_what_does_not_belong_together(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text('{"raw": "Hi"}', encoding="utf-8")
    for words, message in (
        (("--input", source), "--input and --output belong together"),
        (("--input", source, "--output", source), "the input is not overwritten"),
        (("--input", source, "--output", "x.csv"), "x.csv: a file of rows ends with .jsonl or .parquet"),
        (("--input", source, "--output", "x.jsonl", "--trace"), "rows are not read with"),
        (("--input", source, "--output", "x.jsonl", "--inside", "x"), "--inside x: hermes can begin inside reasoning"),
        (("--input", source, "--output", "x.jsonl", "--processes", 0), "at least one is needed"),
        (("--input", source, "--output", "x.jsonl", "--column", "a"), "has no column a: it has raw"),
    ):
        done = run(*words)
        assert (done.exit_code, message in done.stderr) == (2, True), done.stderr
    assert run("--input", tmp_path / "no.jsonl", "--output", "x.jsonl").exit_code == 1
