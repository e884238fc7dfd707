"""What the machine can do besides reading: the closed set of actions.

In: the parser and the action's argument. Out: the call being read, and the parser's registers, changed.

Promises: an action reads no text; every one is safe in every state, so that recovery may repeat or omit any;
it returns False when it made the parser give text back, so that what would have followed must not happen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Callable, Dict, Optional

from toolgram.runtime.core.call import Call
from toolgram.runtime.core.sinks import KEY_MAX, accepts
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.schema.value_schema import NO_SCHEMA
from toolgram.runtime.values.elements import ElementWriter

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser


def open_call(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.end_call(complete=True)
    if parser.tentative is not None:
        parser.tentative.saw_call = True
    parser.call = Call(parser.calls, parser.output, parser.tools, parser.machine.unwrap)
    parser.name_text = parser.id_text = parser.key_text = parser.type_text = ""
    parser.id_open = False
    parser.call_depth = len(parser.stack)


def commit(parser: Parser, _: str) -> None:
    """Announce the call, now that its name (and an id around it) is whole."""
    call = parser.call
    if call is None or call.announced or not parser.name_text:
        return
    call.name = parser.tools.resolve(parser.name_text)
    parser.calls += 1
    if parser.tentative is not None:
        parser.section_trusted = parser.tentative.trusted
    if parser.machine.commit == "name":
        parser.tentative = None
    call.announce(parser.id_text.strip() or None)


def close_call(parser: Parser, _: str) -> None:
    parser.end_call(complete=True)


def open_id(parser: Parser, _: str) -> None:
    parser.id_text, parser.id_open = "", True


def close_id(parser: Parser, _: str) -> None:
    parser.id_open = False


def id_text(parser: Parser, text: str) -> None:
    """A literal inside an id is part of it."""
    parser.id_text += text


def open_parameter(parser: Parser, _: str) -> None:
    parser.key_text = parser.type_text = ""
    if parser.call is not None:
        parser.call.open_parameter()


def end_key(parser: Parser, _: str) -> bool:
    """Name a parameter; False when that gave a strict section back: it has no name, or one that was there before."""
    call, key = parser.call, parser.key_text.strip() if len(parser.key_text) < KEY_MAX else ""
    parser.key_text = ""
    if call is not None:
        if parser.is_strict and not call.may_name(key):
            give_back(parser, parser.position)
            return False
        call.set_key(key)
    return True


def end_type(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.call.wire_type = parser.type_text
    parser.type_text = ""


def begin(parser: Parser, sink: str) -> None:
    if parser.call is not None:
        parser.call.begin_value(sink)


def end(parser: Parser, _: str) -> None:
    parser.nest = None
    if parser.call is not None:
        parser.call.end_value()


def begin_element(parser: Parser, _: str) -> None:
    names = parser.machine.element_names
    parser.element = (
        ElementWriter("", NO_SCHEMA, names, more=False, muted=True)
        if parser.call is None
        else parser.call.begin_element(names)
    )


def end_element(parser: Parser, _: str) -> None:
    element, parser.element, parser.nest = parser.element, None, None
    if parser.call is not None and element is not None:
        parser.call.end_element(element)


def open_container(parser: Parser, bracket: str) -> None:
    if parser.call is not None:
        parser.call.begin_container(bracket)


def close_container(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.call.end_container()


def close_parameter(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.call.close_parameter()


def open_arguments(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.call.open_arguments()


def close_arguments(parser: Parser, _: str) -> None:
    if parser.call is not None:
        parser.call.close_arguments(wrong=False)


def unwind(parser: Parser, _: str) -> None:
    """A delimiter of the call itself ends all that was entered inside it."""
    del parser.stack[parser.call_depth :]


def reasoning(parser: Parser, _: str) -> None:
    """A reasoning block has begun."""
    parser.saw_reasoning = True


def open_citation(parser: Parser, capture: str) -> None:
    """What follows in a text is cited."""
    parser.source_text = ""
    parser.output.open_citation(capture)


def close_citation(parser: Parser, _: str) -> None:
    parser.output.close_citation(parser.source_text)
    parser.source_text = ""


def drop_citation(parser: Parser, _: str) -> None:
    """It was never closed: its text is text like any other."""
    parser.output.cited = None


def take_name(parser: Parser, _: str) -> bool:
    """A member's key is the function's name; False when that is none, and the text was given back."""
    if parser.call is not None and not parser.call.announced:
        parser.name_text = parser.key_text
        if parser.tentative is not None and not accepts(parser, parser.name_text):
            give_back(parser, parser.position)
            return False
    return True


ACTIONS: Dict[str, Callable[[Parser, str], Optional[bool]]] = {
    "open_call": open_call,
    "commit": commit,
    "close_call": close_call,
    "open_id": open_id,
    "close_id": close_id,
    "id_text": id_text,
    "open_parameter": open_parameter,
    "end_key": end_key,
    "end_type": end_type,
    "begin": begin,
    "end": end,
    "begin_element": begin_element,
    "end_element": end_element,
    "open_container": open_container,
    "close_container": close_container,
    "close_parameter": close_parameter,
    "open_arguments": open_arguments,
    "close_arguments": close_arguments,
    "reasoning": reasoning,
    "open_citation": open_citation,
    "close_citation": close_citation,
    "drop_citation": drop_citation,
    "take_name": take_name,
    "unwind": unwind,
}
