"""What an operator counts, for `/metrics` of the server: answers, calls, recoveries, failures, grammars, the build.

In: what the halves know at the end of an answer. Out: counters of `prometheus_client`, in the registry that the server
shows; where it writes for several processes (`PROMETHEUS_MULTIPROC_DIR`), that package adds them up.

How: `prometheus_client` is imported when something is counted for the first time. Where it is missing, nothing is
counted. A second plugin, or the same one loaded again, finds the counters that the first has registered.

Promises: nothing is done for a delta; no error leaves this module.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import cache
from typing import Any

# No name here has `vllm` in it: a server takes those out of the registry when it starts its own.
COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "toolgram_answers": ("Answers that were read to their end.", ("format", "half")),
    "toolgram_calls": (
        "Calls in these answers; complete: their arguments are one whole object.",
        ("format", "complete"),
    ),
    "toolgram_recoveries": ("Answers in which something of this kind was recovered.", ("format", "half", "kind")),
    "toolgram_failures": ("Answers of which the rest was sent as plain content.", ("format", "half")),
    "toolgram_grammars": ("Requests whose calls want a grammar, by what came of it.", ("format", "outcome")),
}
BUILD_INFO = "toolgram_build_info"
BUILD_LABELS = ("format", "version", "spec", "runtime")

# What became of a grammar.
MADE, REFUSED_BY_SERVER, NOT_DERIVABLE, LEFT_OUT = "made", "refused", "not_derivable", "left_out"


@cache
def _collector(name: str) -> Any:
    """The counter of a name; for the build, a gauge. None where there is no `prometheus_client`, or it is unable to."""
    try:
        client = importlib.import_module("prometheus_client")
    except ImportError:
        return None
    try:
        if name == BUILD_INFO:
            # The highest of all processes: they all say 1.
            return client.Gauge(name, "Which toolgram reads a format.", BUILD_LABELS, multiprocess_mode="max")
        return client.Counter(name, *COUNTERS[name])
    except ValueError:  # it is there: another plugin was first
        return getattr(client.REGISTRY, "_names_to_collectors", {}).get(name)
    except Exception:  # a folder for several processes that cannot be written to, for one
        return None


class Metrics:
    """Counts what happens to one format."""

    def __init__(self, format_id: str, version: str, build: str) -> None:
        self._format = format_id
        self._version = version
        self._counted: dict[tuple[str, tuple[str, ...]], Any] = {}  # what one counter has for some labels
        self._digests = dict(part.split() for part in build.split(", ") if len(part.split()) == 2)

    def begin(self, half: str) -> None:
        """A half is at work: say of which build it is, and show counters that are still 0."""
        digests = self._digests.get("spec", ""), self._digests.get("runtime", "")
        try:
            gauge = _collector(BUILD_INFO)
            if gauge is not None:
                gauge.labels(self._format, self._version, *digests).set(1)
        except Exception:  # other labels than ours: another toolgram has registered it
            return
        for name in ("toolgram_answers", "toolgram_failures"):
            self._count(name, half, by=0)

    def answer(self, half: str, repairs: Iterable[str], calls: int = 0, cut: int = 0) -> None:
        """An answer has ended. `cut` of its calls are not complete."""
        self._count("toolgram_answers", half)
        for kind in repairs:
            self._count("toolgram_recoveries", half, kind)
        if calls > cut:
            self._count("toolgram_calls", "true", by=calls - cut)
        if cut:
            self._count("toolgram_calls", "false", by=cut)

    def failure(self, half: str) -> None:
        """A parser has failed."""
        self._count("toolgram_failures", half)

    def grammar(self, outcome: str) -> None:
        """A request was given its grammar, or was not."""
        self._count("toolgram_grammars", outcome)

    def _count(self, name: str, *labels: str, by: int = 1) -> None:
        try:
            counted = self._counted.get((name, labels))
            if counted is None:
                counter = _collector(name)
                if counter is None:
                    return
                counted = self._counted[name, labels] = counter.labels(self._format, *labels)
            counted.inc(by)
        except Exception:  # a number is not worth an answer
            return
