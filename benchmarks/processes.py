"""The processes that take samples for `peers.py`, and what they have found, in columns.

In: Pythons, and what they are to read. Out: `Results`, whose columns are libraries.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

SAMPLES = Path(__file__).with_name("samples.py")
OURS = ("toolgram", "against", "compiled")  # the engine is the same, the process is not


class Place(NamedTuple):
    """Where a column's figures come from: a process, and the engine in it."""

    process: str
    engine: str


class Process:
    """A Python that takes samples."""

    def __init__(self, python: str, source: str, asked: dict[str, Any]) -> None:
        self.python = python
        self.environment = {**os.environ, **({"PYTHONPATH": source} if source else {})}
        self._child = subprocess.Popen(
            [python, str(SAMPLES), json.dumps(asked)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=self.environment,
        )
        self.rounds: list[dict[str, dict[str, float]]] = []
        self.right: dict[str, dict[str, Any]] = {}
        self.versions: dict[str, str] = {}
        self.curve: list[list[Any]] = []
        self.memory: list[list[Any]] = []

    def begin(self) -> None:
        first = self._answer()
        self.right, self.versions = first["right"], first["versions"]

    def ask(self, what: str) -> Any:
        assert self._child.stdin is not None
        print(what, file=self._child.stdin, flush=True)
        return self._answer()

    def _answer(self) -> Any:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        if not line:
            raise SystemExit(f"{self.python} {SAMPLES} ended too early: run it to see why")
        return json.loads(line)

    def median(self, engine: str, key: str) -> float | None:
        values = [one[engine][key] for one in self.rounds if key in one.get(engine, {})]
        return statistics.median(values) if values else None


class Results:
    """What all processes have found."""

    def __init__(self, processes: dict[str, Process]) -> None:
        self.processes = processes
        self.columns: dict[str, Place] = {}
        for name, process in processes.items():
            for engine in process.right:
                column = name if name in OURS and engine == "toolgram" else engine
                self.columns.setdefault(column, Place(name, engine))

    def value(self, column: str, key: str) -> float | None:
        process, engine = self.columns[column]
        return self.processes[process].median(engine, key)

    def times_ours(self, column: str, key: str) -> float | None:
        """How many times longer it takes than ours: than the plugin in vLLM, than the bare parser elsewhere."""
        process, engine = self.columns[column]
        ours = Place(process, "plugin" if engine == "vllm" else "toolgram")
        if ours == Place(process, engine):
            ours = self.columns["toolgram"]
        value, base = self.value(column, key), self.processes[ours.process].median(ours.engine, key)
        return value / base if value is not None and base else None

    def right(self, column: str, key: str) -> bool | str:
        """Whether a text is read as it is meant; a word where it is not read at all."""
        process, engine = self.columns[column]
        return self.processes[process].right[engine].get(key, "")

    def versions(self) -> list[tuple[str, str]]:
        return [
            (column, self.processes[place.process].versions.get(place.engine, ""))
            for column, place in self.columns.items()
        ]
