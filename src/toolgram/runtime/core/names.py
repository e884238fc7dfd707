"""What can be a name, a key or a source: the evidence that a short text gives for a call.

In: the run and the text. Out: whether it can be one.

Promises: a call's name is one where a special token stands beside it, or where the request declares it (docs/rules.md,
rule 4); a text of which no beginning can be a name is known at its first character that shows it.
"""

from __future__ import annotations

from toolgram.runtime.core.cited_text import is_source
from toolgram.runtime.core.run import Run
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX
from toolgram.runtime.tables.states import State

HELD_SINKS = ("name", "source")  # held whole, for they may turn out to be text


def well_shaped(name: str) -> bool:
    """Whether a text can be the name of a function that the request does not declare."""
    return 0 < len(name) <= NAME_MAX and not any(c.isspace() or c in "<>\"'`{}()[],;=|" for c in name)


def _key_shaped(key: str) -> bool:
    """Whether a text can be the key of an argument that the tool does not declare."""
    return len(key) <= NAME_MAX and not any(c.isspace() or c in "<>\"'`" for c in key)


def is_held(run: Run, state: State) -> bool:
    """Whether a short text is read as a whole: what it is, or the key that is to show that a call goes on."""
    return state.sink in HELD_SINKS or (state.sink == "key" and run.stretch is not None)


def may_be(run: Run, state: State, text: str) -> bool:
    """Whether a name, the source of a citation, or a call's first key that begins with `text` could be accepted."""
    if state.sink == "source":
        return is_source(text)
    text = text.strip(BLANKS)
    if state.sink == "key":
        call = run.open.call
        return not text or _key_shaped(text) or (call is not None and run.tools.begins_key(call.arguments.tool, text))
    if len(text) > NAME_MAX:
        return False
    return not text or run.tools.is_prefix(text) or (_takes_any(run) and well_shaped(text))


def accepts(run: Run, name: str) -> bool:
    """Whether a name is that of a call. With `unknown_tools = "content"` only a declared name counts."""
    declared = run.tools.has(run.tools.resolve(name))
    return len(name) <= NAME_MAX and (declared or (_takes_any(run) and well_shaped(name)))


def _takes_any(run: Run) -> bool:
    stretch = run.stretch
    if stretch is None:
        return True
    return (stretch.trusted or run.place.state.vouched) and run.place.machine.takes_unknown
