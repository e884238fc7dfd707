"""Files of rows with real processes and the real pyarrow: killed runs, and ways from one kind of file to the other."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import rows

ADDED = ["message", "attempts", "spans", "error"]


def lines(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def write_table(path: Path, count: int, group: int) -> Path:
    pq.write_table(pa.Table.from_pylist(rows.rows(count)), path, row_group_size=group)
    return path


def as_lines(table: pa.Table) -> list[dict[str, Any]]:
    """The rows of a table as a file of lines has them."""
    found = table.to_pylist()
    for row in found:
        row.update({name: json.loads(row[name]) for name in ADDED[:-1]}, error=row["error"] or None)
    return found


def test_parquet_becomes_parquet_with_columns_of_text(tmp_path: Path) -> None:
    source = write_table(tmp_path / "in.parquet", 500, 130)
    printed = rows.read(source, tmp_path / "out.parquet")
    table, given = pq.read_table(tmp_path / "out.parquet"), pq.read_table(source)
    assert table.select(given.column_names).equals(given)
    assert [table.schema.field(name).type for name in ADDED] == [pa.string()] * 4
    assert all(table.column(name).null_count == 0 for name in ADDED)
    statuses = [[one["status"] for one in row["attempts"] or ()] for row in as_lines(table)[:5]]
    assert statuses == [["ok"], ["repaired"], ["unclosed"], [], []]
    assert "         100  rows not read: no text\n" in printed


def test_all_ways_between_the_two_kinds_read_the_same(tmp_path: Path) -> None:
    source = rows.write_lines(tmp_path / "in.jsonl", rows.rows(60))
    table = write_table(tmp_path / "in.parquet", 60, 25)
    for name in ("a.jsonl", "a.parquet"):
        rows.read(source, tmp_path / name)
    rows.read(table, tmp_path / "b.jsonl")
    rows.read(table, tmp_path / "b.parquet")
    first = lines(tmp_path / "a.jsonl")
    for other in (lines(tmp_path / "b.jsonl"), as_lines(pq.read_table(tmp_path / "b.parquet"))):
        assert [[row[name] for name in ("n", "raw", *ADDED)] for row in other] == [
            [row[name] for name in ("n", "raw", *ADDED)] for row in first
        ]
    made = as_lines(pq.read_table(tmp_path / "a.parquet"))
    assert [row | {"tools": json.loads(row["tools"])} for row in made] == first


def test_columns_of_lines_get_the_type_that_holds_all_their_values(tmp_path: Path) -> None:
    given = [
        {"raw": "Hi", "whole": 1, "real": 1, "mixed": 1, "yes": True, "long": 2**80, "half": "\ud800x"},
        {"raw": "Hi", "whole": 2**60, "real": 0.5, "mixed": "1", "deep": {"a": [1]}, "none": None},
    ]
    source = rows.write_lines(tmp_path / "in.jsonl", given)
    with source.open("a", encoding="utf-8") as file:
        file.write("no row\n")
    rows.read(source, tmp_path / "out.parquet")
    table = pq.read_table(tmp_path / "out.parquet")
    types = {field.name: str(field.type) for field in table.schema}
    assert types == {
        **dict.fromkeys(("raw", "mixed", "long", "half", "deep", "none", "line", *ADDED), "string"),
        "whole": "int64",
        "real": "double",
        "yes": "bool",
    }
    first, second, third = table.to_pylist()
    assert (first["mixed"], second["mixed"], first["long"], first["half"]) == ("1", '"1"', str(2**80), "\ufffdx")
    assert (second["deep"], second["none"], third["line"]) == ('{"a": [1]}', None, "no row")


def test_values_that_json_has_not_are_text(tmp_path: Path) -> None:
    import datetime

    day = datetime.datetime(2026, 11, 30)
    given = pa.table({"raw": ["Hi"], "tools": [None], "day": [day], "bytes": [b"\xff"], "nan": [float("nan")]})
    pq.write_table(given, tmp_path / "in.parquet")
    rows.read(tmp_path / "in.parquet", tmp_path / "out.jsonl", status=0)
    [row] = lines(tmp_path / "out.jsonl")
    assert (row["day"], row["bytes"], row["nan"]) == ("2026-11-30 00:00:00", "/w==", "nan")


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_files_without_rows(tmp_path: Path, kind: str) -> None:
    schema = pa.schema([("raw", pa.string()), ("tools", pa.string())])
    pq.write_table(schema.empty_table(), tmp_path / "in.parquet")
    (tmp_path / "in.jsonl").touch()
    for name in ("out.jsonl", "out.parquet"):
        rows.read(tmp_path / f"in.{kind}", tmp_path / name, status=0)
    assert (tmp_path / "out.jsonl").read_bytes() == b""
    table = pq.read_table(tmp_path / "out.parquet")
    assert (table.num_rows, table.column_names[-4:]) == (0, ADDED)


def test_a_name_that_is_taken_and_a_file_that_is_none(tmp_path: Path) -> None:
    pq.write_table(pa.table({"raw": ["Hi"], "tools": [None], "error": [""]}), tmp_path / "in.parquet")
    rows.read(tmp_path / "in.parquet", tmp_path / "out.parquet", status=2)
    rows.read(tmp_path / "in.parquet", tmp_path / "out.parquet", "--prefix", "p_", status=0)
    (tmp_path / "bad.parquet").write_bytes(b"PAR1 no")
    rows.read(tmp_path / "bad.parquet", tmp_path / "out.parquet", status=1)


@pytest.mark.parametrize(("given", "made"), [("jsonl", "jsonl"), ("parquet", "parquet"), ("jsonl", "parquet")])
def test_a_run_that_is_killed_goes_on_and_gives_the_same_bytes(tmp_path: Path, given: str, made: str) -> None:
    source = tmp_path / f"in.{given}"
    found = [row | {"pad": f"{row['n']} " * 3000} for row in rows.rows(1200)]
    rows.write_lines(source, found) if given == "jsonl" else pq.write_table(
        pa.Table.from_pylist(found), source, row_group_size=500
    )
    rows.read(source, tmp_path / f"whole.{made}")
    target = tmp_path / f"again.{made}"
    process = subprocess.Popen([*rows.command(source, target), "--processes", "2"], start_new_session=True)
    folder = Path(f"{target}.parts")
    while not list(folder.glob("*.counts")):
        assert process.poll() is None
        time.sleep(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not target.exists()
    assert list(folder.glob("*.part"))
    assert _ends(process.pid)
    rows.read(source, target, processes=2)
    assert target.read_bytes() == (tmp_path / f"whole.{made}").read_bytes()
    assert not folder.exists()


def _ends(group: int) -> bool:
    """Whether all processes of a group end, now that the first is gone."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
