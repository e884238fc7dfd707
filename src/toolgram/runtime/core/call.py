"""One call being read: its name, its id, its arguments.

In: the actions of the machine, in order. Out: the call's events, through its channel.

Promises: nothing is written before the call is announced; an incomplete call keeps the prefix of arguments that it has,
unclosed (docs/rules.md, rule 8).
"""

from __future__ import annotations

from typing import FrozenSet, Optional

from toolgram.runtime.core.arguments import Arguments
from toolgram.runtime.core.channel import Channel
from toolgram.runtime.core.output import Output
from toolgram.runtime.schema.tools import ToolSet


class Call:
    """A call from its opener to its end."""

    __slots__ = ("arguments", "channel")

    def __init__(self, index: int, output: Output, tools: ToolSet, wrappers: FrozenSet[str]) -> None:
        self.channel = Channel(output, index)
        self.arguments = Arguments(self.channel, tools, wrappers)

    @property
    def is_announced(self) -> bool:
        """Whether it is certain to be a call."""
        return self.channel.is_open

    @property
    def held_chars(self) -> int:
        """Characters read of which nothing has gone out."""
        return self.channel.held_chars + self.arguments.held_chars

    def announce(self, name: str, call_id: Optional[str]) -> None:
        """Commit: from here on it is a call."""
        self.arguments.tool = name
        self.channel.open(name, call_id)

    def end(self, *, complete: bool) -> bool:
        """No more comes of it; return whether it is complete. Only an announced call can be ended."""
        self.arguments.settle()
        is_complete = complete and self.arguments.close()
        self.channel.close(complete=is_complete)
        return is_complete
