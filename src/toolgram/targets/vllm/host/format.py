"""What the plugin has to know of one format.

In: the constants of a generated file. Out: `PluginFormat`.

Promise: nothing of it changes from one request to the next; what is noted here is for the log, and in `pair`.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toolgram.targets.vllm.host.habits import VLLM_VERSION
from toolgram.targets.vllm.host.log_switch import LogSwitch
from toolgram.targets.vllm.host.metrics import Metrics
from toolgram.targets.vllm.host.mixed import remark_on_pair
from toolgram.targets.vllm.host.pair import Pair

TOLD_MAX = 100  # sentences about tools, of one format
LOOKS_MAX = 20  # halves that are asked what stands beside them


class PluginFormat:
    """One format: its machine, its names and the literals that the server's questions turn on.

    `begins_inside` is None, or the capture that the prompt opens, the chat template arguments that decide it (none:
    it is always open), what is assumed without them, and the texts by which they say no.
    """

    _looks_at_pairs = LOOKS_MAX  # that are left

    def __init__(
        self,
        machine: Any,
        format_id: str,
        *,
        aliases: Sequence[str] = (),
        special_tokens: Sequence[str] = (),
        begins_inside: tuple[str, Sequence[str], bool, Sequence[str]] | None = None,
        reasoning_openers: Sequence[str] = (),
        reasoning_closers: Sequence[str] = (),
        call_openers: Sequence[str] = (),
        version: str = "",
        build: str = "",
        spec: str | None = None,
        outline: Mapping[str, Any] | None = None,
        writers: Any = None,
    ) -> None:
        self.machine = machine
        self.names = [format_id, *aliases]
        self.version = version  # of toolgram
        self.build = build  # the digests of what it was made from
        self.spec = spec or format_id  # what toolgram's commands call it
        self.special_tokens = tuple(special_tokens)
        self.begins_inside = begins_inside
        self.reasoning_openers = tuple(reasoning_openers)
        self.reasoning_closers = tuple(reasoning_closers)
        self.call_openers = tuple(call_openers)
        self.opens_reasoning_only: bool = machine.opens_reasoning_only
        # What begins a message, as it stands in prompts too: whatever was open before it is over.
        self.headers: tuple[str, ...] = machine.headers
        self.wraps_content: bool = machine.wraps_content  # text is in messages of its own, not just between the calls
        self.outline: Mapping[str, Any] = outline or {}  # the well-formed language; without it nothing is constrained
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

    def asks_for_reasoning(self, template_arguments: Mapping[str, Any], *, default: bool) -> bool:
        """Whether a request's template arguments switch the reasoning on; `default` when they do not say."""
        _, names, _, off = self.begins_inside or ("", (), default, ())
        said = [template_arguments[name] for name in names if template_arguments.get(name) is not None]
        return all(value and value not in off for value in said) if said else default


def ask_for_markup(request: Any, *, is_hidden: bool) -> None:
    """Have a request's answer come as the model writes it, where the request can say so.

    Tokenizers written in Python put a blank on either side of every added token.
    """
    if is_hidden and hasattr(request, "skip_special_tokens"):
        request.skip_special_tokens = False
    if hasattr(request, "spaces_between_special_tokens"):
        request.spaces_between_special_tokens = False
