"""What the plugin has to know of one format in SGLang.

In: the tables of a format. Out: `ServedFormat`: facts, and what of it has been said in the log.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any, Optional

from toolgram.targets.serving.facts import FormatFacts

SAID_MAX = 100  # sentences in the log, of one format
LOG_NAME = "sglang.toolgram"


class ServedFormat(FormatFacts):
    """One format in SGLang. `writer` makes what writes the grammars of requests, if anything does."""

    def __init__(
        self,
        table: Mapping[str, Any],
        machine: Any,
        *,
        version: str = "",
        build: str = "",
        spec: Optional[str] = None,
        writer: Any = None,
    ) -> None:
        super().__init__(table, machine, version=version, build=build, spec=spec)
        self.log = logging.getLogger(f"{LOG_NAME}.{self.names[0]}")
        self.writer = writer
        self._said: set[str] = set()

    def note_use(self, half: str) -> None:
        """Say in the log, once a process, that a detector of this plugin is at work."""
        build = f"; {self.build}" if self.build else ""
        self._say(logging.INFO, f"toolgram {self.version} reads {self.names[0]} ({half} detector{build})")

    def note_tools(self, problems: Iterable[str]) -> None:
        """Say in the log what cannot be read or called of a request's tools."""
        for problem in problems:
            self._say(logging.WARNING, f"of a request's tools: {problem}")

    def note_grammar(self, remark: str, error: Optional[Exception] = None) -> None:
        """Say in the log what a grammar is not, or why there is none."""
        self._say(logging.WARNING, remark, error)

    def note_failure(self, half: str, error: Exception) -> None:
        """Say in the log that the core has failed: the answer goes on as plain text."""
        said = f"the {half} detector failed, and the rest of the answer is plain text: {type(error).__name__}: {error}"
        self._say(logging.ERROR, said, error)

    def _say(self, level: int, sentence: str, error: Optional[Exception] = None) -> None:
        """Log a sentence, once a process; so many that requests cannot fill the log."""
        if sentence not in self._said and len(self._said) < SAID_MAX:
            self._said.add(sentence)
            self.log.log(level, "%s", sentence, exc_info=error)
