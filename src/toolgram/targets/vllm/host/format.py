"""What the plugin has to know of one format.

In: the constants of a generated file. Out: `PluginFormat`.

Promise: nothing of it changes from one request to the next; what is noted here is for the log, and in `pair`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from toolgram.targets.serving.facts import FormatFacts
from toolgram.targets.vllm.host.habits import VLLM_VERSION
from toolgram.targets.vllm.host.log_switch import LogSwitch
from toolgram.targets.vllm.host.metrics import Metrics
from toolgram.targets.vllm.host.mixed import remark_on_pair
from toolgram.targets.vllm.host.pair import Pair

TOLD_MAX = 100  # sentences about tools, of one format
LOOKS_MAX = 20  # halves that are asked what stands beside them


class PluginFormat(FormatFacts):
    """One format in vLLM, and what has been said of it."""

    _looks_at_pairs = LOOKS_MAX  # that are left

    def __init__(
        self,
        table: Mapping[str, Any],
        machine: Any,
        *,
        version: str = "",
        build: str = "",
        spec: str | None = None,
        writers: Any = None,
    ) -> None:
        super().__init__(table, machine, version=version, build=build, spec=spec)
        format_id = self.names[0]
        self.log = logging.getLogger("vllm.toolgram." + format_id)
        self.failures: set[tuple[str, str, int]] = set()  # that were logged
        self._in_use: set[str] = set()  # halves
        self._told: set[str] = set()  # of tools
        self.writers = writers  # of the grammars of requests: see writers.py
        self.pair = Pair()
        self.log_switch = LogSwitch()
        self.metrics = Metrics(format_id, version, build)

    def note_use(self, half: str) -> None:
        """Say in the log, once a process, that a half of this plugin is at work."""
        if half not in self._in_use:
            self._in_use.add(half)
            build = f"; {self.build}" if self.build else ""
            said = self.version, self.names[0], half, VLLM_VERSION, build
            self.log.info("toolgram %s reads %s (%s half, vLLM %s%s)", *said)
            self.metrics.begin(half)

    def note_pair(self, half: Any, *, is_tool: bool) -> None:
        """Say in the log, once a process, that a half of this plugin stands beside one that does not belong to it."""
        if self._looks_at_pairs > 0:
            self._looks_at_pairs -= 1
            remark = remark_on_pair(half, is_tool=is_tool)
            if remark is not None:
                self._looks_at_pairs = 0
                self.log.warning("%s", remark)

    def note_tools(self, problems: Iterable[str]) -> None:
        """Say in the log what cannot be read or called of a request's tools, each sentence once a process."""
        for problem in problems:
            if problem not in self._told and len(self._told) < TOLD_MAX:
                self._told.add(problem)
                self.log.warning("of a request's tools: %s", problem)

    def note_missing_writer(self, what: str) -> None:
        """Say in the log, each sentence once a process, what is not done without the writer of grammars."""
        if what not in self._told:
            self._told.add(what)
            self.log.warning("%s: this plugin was built with --no-constraints, without the writer of grammars", what)


def ask_for_markup(request: Any, *, is_hidden: bool) -> None:
    """Have a request's answer come as the model writes it, where the request can say so.

    Tokenizers written in Python put a blank on either side of every added token.
    """
    if is_hidden and hasattr(request, "skip_special_tokens"):
        request.skip_special_tokens = False
    if hasattr(request, "spaces_between_special_tokens"):
        request.spaces_between_special_tokens = False
