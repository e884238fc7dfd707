"""Arguments that stand beside the name of a call, and not among its arguments: they count where no arguments come.

In: the members of a call's object that the tool may declare, in order. Out: the arguments, once it is known that no
member holds them.

    {"name": "bash", "command": "ls"}                       bash {"command": "ls"}
    {"id": "7", "name": "bash", "arguments": {"id": "x"}}   bash {"id": "x"}: the member `arguments` counts

Promises: at most `LOOSE_MAX` characters are held. If more come behind the name, they go out, and a member `arguments`
behind them makes the call incomplete; if more come before it, they are missed, which does so as well.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Set

from toolgram.runtime.core.channel import Channel
from toolgram.runtime.near_json.escape import escape
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.limits import LOOSE_MAX


class LooseMembers:
    """The members of one call that may be its arguments, while they are held."""

    __slots__ = ("_members", "_pieces", "held", "is_holding", "is_missed", "is_released")

    def __init__(self) -> None:
        self.held = 0  # characters
        self.is_holding = False  # there are some, and it is open whether they count
        self.is_missed = False  # more came before the name than may be held
        self.is_released = False  # they count: what comes of them is written at once
        self._members: Dict[str, List[str]] = {}  # JSON text, in the order in which they came
        self._pieces: Optional[List[str]] = None  # of the one that is read; None: the first of its key counts

    @property
    def is_untouched(self) -> bool:
        """Whether none have come."""
        return not (self.held or self.is_holding or self.is_missed or self.is_released or self._members)

    def begin(self, key: str) -> None:
        """A member begins; its value comes as JSON."""
        self.is_holding = True
        self._pieces = None if self.is_missed or key in self._members else self._members.setdefault(key, [])
        self.held += len(key) if self._pieces is not None else 0

    def write(self, text: str, tool: str) -> bool:
        """Take JSON text of the value; True when more is held than may be, so that they are to be settled."""
        if self._pieces is not None:
            self._pieces.append(text)
            self.held += len(text)
        if self.held > LOOSE_MAX and not tool:
            self.drop()
            self.is_holding = self.is_missed = True
        return self.held > LOOSE_MAX

    def drop(self) -> None:
        """They do not count."""
        self.is_holding = self.is_missed = False
        self.held, self._members, self._pieces = 0, {}, None

    def settle(self, tools: ToolSet, tool: str, keys: Set[str], channel: Channel) -> bool:
        """They count: write those that the tool declares, and add their keys; False when one or its value is missed."""
        is_whole = not self.is_missed
        for key, pieces in self._members.items():
            if tools.knows(tool, key):
                is_whole = is_whole and bool(pieces)
                if pieces:
                    channel.write(("{" if not keys else ", ") + f'"{escape(key)}": ' + "".join(pieces))
                    keys.add(key)
        self.drop()
        self.is_released = True
        return is_whole
