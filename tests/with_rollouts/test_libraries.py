"""The reader in a real local Ray, and in the real datasets of Hugging Face."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rows

from toolgram.rollouts import Reader

ADDED = ["message", "attempts", "spans", "error"]


def expected(count: int) -> list[dict[str, Any]]:
    """What a reader makes of plain lists."""
    given = rows.rows(count)
    found = Reader("hermes", tools_column="tools")({name: [row[name] for row in given] for name in given[0]})
    return [{name: found[name][number] for name in ("n", *ADDED)} for number in range(count)]


@pytest.mark.parametrize("batch_format", ["numpy", "pandas", "pyarrow"])
def test_ray_data_maps_batches_of_each_kind(ray: Any, batch_format: str) -> None:
    given = ray.data.from_items(rows.rows(24), override_num_blocks=3)
    read = given.map_batches(
        Reader,
        fn_constructor_args=("hermes",),
        fn_constructor_kwargs={"tools_column": "tools"},
        batch_format=batch_format,
        batch_size=5,  # so that some batches have no call, and some no error
        concurrency=1,
    )
    found = sorted(read.take_all(), key=lambda row: row["n"])
    assert [{name: row[name] for name in ("n", *ADDED)} for row in found] == expected(24)
    assert [row["raw"] is None for row in found] == [row["raw"] is None for row in rows.rows(24)]


def test_ray_data_writes_what_was_read(ray: Any, tmp_path: Any) -> None:
    """The types of the columns are the same in all blocks, so that files can be made of them."""
    import pyarrow.parquet as pq

    given = ray.data.from_items(rows.rows(12), override_num_blocks=4)
    options = {"fn_constructor_args": ("hermes",), "batch_format": "pyarrow", "batch_size": 1, "concurrency": 1}
    given.map_batches(Reader, **options).write_parquet(str(tmp_path))
    table = pq.read_table(tmp_path)
    assert (table.num_rows, [str(table.schema.field(name).type) for name in ADDED]) == (12, ["string"] * 4)


@pytest.mark.parametrize("options", [{}, {"num_proc": 2}, {"format": "arrow"}, {"format": "numpy"}])
def test_datasets_map_a_batch(options: dict[str, Any]) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.disable_progress_bars()
    options = dict(options)
    given = datasets.Dataset.from_list(rows.rows(24)).with_format(options.pop("format", None))
    read = given.map(Reader("hermes", tools_column="tools"), batched=True, batch_size=5, **options)
    plain = read.with_format(None)
    assert [{name: row[name] for name in ("n", *ADDED)} for row in plain] == expected(24)
    assert read.features["message"].dtype == "string"
    assert plain["tools"][:] == given.with_format(None)["tools"][:]


def test_datasets_know_a_map_again() -> None:
    """Two readers of the same options have the same fingerprint, so what was read is taken from the cache."""
    datasets = pytest.importorskip("datasets")
    given = datasets.Dataset.from_list(rows.rows(3))
    prints = [given.map(Reader("hermes"), batched=True)._fingerprint for _ in range(2)]
    assert prints[0] == prints[1] != given.map(Reader("hermes", strict=True), batched=True)._fingerprint


def test_datasets_read_what_the_command_has_written(tmp_path: Any) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.Dataset.from_list(rows.rows(10)).to_parquet(str(tmp_path / "in.parquet"))
    rows.read(tmp_path / "in.parquet", tmp_path / "out.parquet")
    rows.read(tmp_path / "in.parquet", tmp_path / "out.jsonl")
    for kind, name in (("parquet", "out.parquet"), ("json", "out.jsonl")):
        [loaded] = datasets.load_dataset(kind, data_files=str(tmp_path / name), cache_dir=str(tmp_path)).values()
        assert loaded["n"][:] == list(range(10))
        message = loaded["message"][0]
        message = json.loads(message) if kind == "parquet" else message
        assert message["content"] == "Hi"
