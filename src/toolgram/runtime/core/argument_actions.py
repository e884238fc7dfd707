"""What the machine can do with arguments: parameters, keys, values, and the objects around them.

In: the run and the action's argument. Out: the arguments of the call that is open, changed.

Promises: those of actions.py, which has the table of them all.
"""

from __future__ import annotations

from toolgram.runtime.core.evidence import announce, shows_call
from toolgram.runtime.core.marks import mark, mark_delimiter
from toolgram.runtime.core.quoted import stop_watching, watch_quotes
from toolgram.runtime.core.reasons import ALL_OR_NOTHING, NO_EVIDENCE
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.core.trace import ARGUMENT_BEGINS, VALUE_BEGINS, VALUE_ENDS, VALUE_TEXT
from toolgram.runtime.schema.value_schema import NO_SCHEMA
from toolgram.runtime.tables.limits import BLANKS, KEY_MAX
from toolgram.runtime.values.elements import ElementWriter


def go_without_id(run: Run) -> None:
    """The arguments begin, or the call ends: an id that comes behind that comes too late."""
    if run.pending.id_follows and run.stretch is None:
        announce(run)


def open_parameter(run: Run, _: str) -> None:
    go_without_id(run)
    run.pending.key = run.pending.type = ""
    if run.open.call is not None:
        run.open.call.arguments.open_parameter()


def open_loose(run: Run, _: str) -> None:
    """A member beside the name of a call begins, whose key has been read."""
    if run.open.call is not None:
        run.open.call.arguments.open_loose(run.pending.key)
    run.pending.key = ""


def end_key(run: Run, how: str) -> bool:
    """Name a parameter; False when a section was given back: its name is missing, or was there before.

    `how`: `guess` where a delimiter is missing behind it. What came before the next one is a key if it is declared.
    """
    call, key = run.open.call, run.pending.key
    key = key.strip(BLANKS) if len(key) < KEY_MAX else ""
    run.pending.key = ""
    if call is not None:
        if run.is_all_or_nothing and not call.arguments.may_name(key):
            give_back(run, run.text.position, ALL_OR_NOTHING)
            return False
        if run.stretch is not None and run.stretch.is_named and key:
            if not shows_call(run, run.stretch, key):
                give_back(run, run.text.position, NO_EVIDENCE)
                return False
            announce(run)
        call.arguments.set_key(key)
        if not call.arguments.containers:
            mark(run, ARGUMENT_BEGINS, key)
        if how and key and not run.tools.takes(call.arguments.tool, key):
            call.arguments.is_wrong = True
    return True


def end_type(run: Run, _: str) -> None:
    """The text itself says of which type the next value is."""
    if run.open.call is not None:
        run.open.call.arguments.parameter.wire_type = run.pending.type
    run.pending.type = ""


def begin(run: Run, sink: str) -> None:
    """A value begins."""
    watch_quotes(run)
    mark(run, VALUE_TEXT, "")
    if run.open.call is not None:
        run.open.call.arguments.begin_value(sink)


def end(run: Run, _: str) -> None:
    """A value ends."""
    stop_watching(run)
    run.open.nest = None
    if run.open.call is not None:
        run.open.call.arguments.end_value()


def begin_element(run: Run, _: str) -> None:
    names = run.place.machine.element_names
    mark(run, VALUE_BEGINS, "")
    run.open.element = (
        ElementWriter("", NO_SCHEMA, names, more=False, muted=True)
        if run.open.call is None
        else run.open.call.arguments.begin_element(names)
    )


def end_element(run: Run, _: str) -> None:
    element, run.open.element, run.open.nest = run.open.element, None, None
    mark_delimiter(run, VALUE_ENDS, "")
    if run.open.call is not None and element is not None:
        run.open.call.arguments.end_element(element)


def open_container(run: Run, bracket: str) -> None:
    """An object or an array begins that is built by rules."""
    if run.open.call is not None:
        if not run.open.call.arguments.containers:
            mark_delimiter(run, VALUE_BEGINS, "")
        run.open.call.arguments.begin_container(bracket, run.text)


def close_container(run: Run, how: str) -> None:
    """The innermost one ends; `how`: `wrong`, with the closer of another kind."""
    if run.open.call is not None:
        run.open.call.arguments.end_container(wrong=how != "")
        if not run.open.call.arguments.containers:
            mark(run, VALUE_ENDS, "")


def close_parameter(run: Run, _: str) -> None:
    if run.open.call is not None:
        run.open.call.arguments.close_parameter()


def open_arguments(run: Run, _: str) -> None:
    """The arguments begin, as one object."""
    go_without_id(run)
    if run.open.call is not None:
        run.open.call.arguments.begin_object()


def close_arguments(run: Run, _: str) -> None:
    if run.open.call is not None:
        run.open.call.arguments.end_object(wrong=False)
