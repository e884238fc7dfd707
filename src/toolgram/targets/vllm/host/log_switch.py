"""Whether the log is to have the text of answers in which something was recovered: only where the operator says so.

In: the environment, and a request. Out: one truth for an answer.

    TOOLGRAM_LOG_RECOVERED=all      every answer in which something was recovered
    TOOLGRAM_LOG_RECOVERED=asked    those whose request has `"toolgram_log": true` in its body

Texts of users stand in the log then. Without the variable a request can ask for whatever it likes.

Promise: at most `RECORDS_MAX` answers a minute, so that a model in disorder does not fill a disk.
"""

from __future__ import annotations

import os
import time
from typing import Any

from toolgram.runtime.schema.given import member_of

SWITCH, FIELD = "TOOLGRAM_LOG_RECOVERED", "toolgram_log"
RECORDS_MAX = 30  # a minute, of one format in one process


def asks_for_log(request: Any) -> bool:
    """Whether a request asks for its answer to be logged; servers keep fields that they do not know."""
    more = getattr(request, "__pydantic_extra__", None)  # pydantic is slow to say that there is no such field
    return (more.get(FIELD) if isinstance(more, dict) else member_of(request, FIELD)) is True


class LogSwitch:
    """Says whether an answer is logged."""

    def __init__(self) -> None:
        self._minute = 0
        self._count = 0

    def is_on(self, *, is_asked: bool) -> bool:
        """Whether an answer is to be logged now."""
        wanted = os.environ.get(SWITCH, "").strip().lower()
        if wanted not in ("all", "asked") or (wanted == "asked" and not is_asked):
            return False
        minute = int(time.monotonic() // 60)
        if minute != self._minute:
            self._minute, self._count = minute, 0
        self._count += 1
        return self._count <= RECORDS_MAX
