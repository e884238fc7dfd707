"""Parse a whole text: what is plain of it at once, and the rest by the steps.

In: a machine, the text, and the tools of the request. Out: the message.
"""

from __future__ import annotations

from typing import Any, Callable, Iterable, Optional, Union

from toolgram.runtime.core.whole_message import WholeMessage
from toolgram.runtime.message import Message, check_incomplete, collect
from toolgram.runtime.parser import Parser
from toolgram.runtime.schema.kept_tools import whole_tool_set
from toolgram.runtime.schema.tools import ToolSet
from toolgram.runtime.tables.machine import PreparedMachine


def parse_text(
    machine: PreparedMachine,
    text: str,
    tools: Union[ToolSet, Iterable[Any], None],
    inside: Optional[str],
    suffix: Optional[str],
    make: Callable[..., Parser],
    *,
    cut: bool,
    incomplete: str,
) -> Message:
    """Parse a text; `make` makes the parser where something may be said of the tools or of `inside`.

    Raises what that raises, and ToolsError.
    """
    if suffix is not None:
        machine = machine.bind(suffix)
    known = whole_tool_set(tools)
    if known.has_unusual or known.unread or (inside is not None and inside not in machine.inside):
        parser = make(known, inside, suffix=suffix)
        events = parser.feed(text)
    elif machine.call_ways is None and may_hold_markup(machine, text):
        parser = Parser(machine, known, inside)
        events = parser.feed(text)
    else:
        whole = WholeMessage(machine, known, inside)
        if whole.read(text):
            check_incomplete(incomplete)
            return whole.message()
        parser = Parser(machine, known, inside)
        events = parser.feed_behind(whole, text)
    events += parser.finish(cut=cut)
    return collect(events, machine.call_id_length, incomplete=incomplete)


def may_hold_markup(machine: PreparedMachine, text: str) -> bool:
    """Whether a delimiter may begin somewhere in a text."""
    return machine.content is None or machine.states[machine.content].search(text) is not None
