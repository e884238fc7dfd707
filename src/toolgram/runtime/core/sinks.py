"""Where text goes once it is read: the state's capture.

In: the parser and how far the text reaches. Out: content, reasoning, registers, arguments.

Promises: all text that is read passes here exactly once, or through `Parser.spend`, in order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolgram.runtime.core.citations import is_source
from toolgram.runtime.core.guards import well_shaped
from toolgram.runtime.core.output import REASONING
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX
from toolgram.runtime.tables.machine import State

if TYPE_CHECKING:
    from toolgram.runtime.parser import Parser

KEY_MAX = 512  # a longer key or id is none
HELD_SINKS = ("name", "source")  # held whole, for they may turn out to be text


def sink_text(parser: Parser, state: State, end: int, last: bool = False) -> bool:
    """Consume up to `end` into the state's capture; False when that made the parser give text back."""
    sink = state.sink
    if sink in HELD_SINKS:
        return sink_short(parser, state, parser.buffer[parser.position : end], end)
    text = parser.buffer[parser.position : end]
    if state.entities:
        text = parser.entities.write(text) + (parser.entities.end() if last else "")
    if sink == "content":
        parser.output.content(text)
    elif sink == "reasoning":
        parser.output.write(REASONING, text)
    elif sink in ("id", "key", "type"):
        return sink_short(parser, state, text, end)
    elif parser.call is not None and parser.call.writer is not None:
        parser.call.write(parser.call.writer.write(text))
    parser.spend(sink or "markup", end)
    return True


def sink_short(parser: Parser, state: State, text: str, end: int) -> bool:
    """Take text as a name or a source, or as more of an id or a key; False when it made the parser give text back."""
    if state.sink == "source":
        if parser.tentative is not None and not is_source(text):
            give_back(parser, parser.position)
            return False
        parser.source_text = text
    if state.sink == "name":
        name = text.strip(BLANKS)
        if parser.tentative is not None and not accepts(parser, name):
            give_back(parser, parser.position)
            return False
        parser.name_text = name
    if state.sink == "key":
        parser.key_text = (parser.key_text + text)[:KEY_MAX]
    elif state.sink == "type":
        parser.type_text = (parser.type_text + text)[:KEY_MAX]
    elif parser.id_open:
        parser.id_text = (parser.id_text + text)[:KEY_MAX]
    parser.spend(state.sink, end)
    return True


def may_be(parser: Parser, state: State, text: str) -> bool:
    """Whether a name, or the source of a citation, that begins with `text` could be accepted."""
    if state.sink == "source":
        return is_source(text)
    text = text.strip(BLANKS)
    if len(text) > NAME_MAX:
        return False
    return not text or parser.tools.is_prefix(text) or (_takes_any(parser) and well_shaped(text))


def accepts(parser: Parser, name: str) -> bool:
    """A call is one when a special token stands beside its name, or the request declares it (design.md, rule 4).

    With `unknown_tools = "content"` only the declared name counts.
    """
    declared = parser.tools.has(parser.tools.resolve(name))
    return len(name) <= NAME_MAX and (declared or (_takes_any(parser) and well_shaped(name)))


def _takes_any(parser: Parser) -> bool:
    if parser.tentative is None:
        return True
    return (parser.tentative.trusted or parser.state.vouched) and parser.machine.takes_unknown


def sink_scan(parser: Parser, state: State, text: str, end: int) -> None:
    """Consume what a scanner has read; its JSON goes to the arguments."""
    if state.sink != "skip" and parser.call is not None:
        parser.call.copy(text)
    parser.spend("skipped" if state.sink == "skip" else state.sink, end)


def begin_scan(parser: Parser, state: State) -> ValueScanner:
    """A value begins that ends by itself."""
    language, _, wants = state.scan.rpartition("-")
    parser.scanner = ValueScanner(python=language == "python", wants=wants)
    return parser.scanner


def close_scan(parser: Parser, state: State) -> None:
    """A delimiter ends the value: write what makes it whole."""
    if parser.scanner is not None and state.sink != "skip" and parser.call is not None:
        parser.call.copy(parser.scanner.close())
    end_scan(parser, state)


def end_scan(parser: Parser, state: State) -> None:
    """The value has ended, or did not come at all."""
    scanner, parser.scanner = parser.scanner, None
    if scanner is not None:
        parser.work += scanner.work
    if parser.call is not None and state.sink == "arguments":
        parser.call.close_arguments(scanner is not None and scanner.wrong)
