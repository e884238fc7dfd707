"""Where text goes once it is read: the state's capture.

In: the run and how far the text reaches. Out: content, reasoning, registers, arguments.

Promises: all text that is read passes here exactly once, or through `Run.consume`, in order.
"""

from __future__ import annotations

from toolgram.runtime.core.cited_text import is_source
from toolgram.runtime.core.evidence import announce, is_in_object
from toolgram.runtime.core.half_object import HalfObject
from toolgram.runtime.core.names import HELD_SINKS, accepts, is_held, may_be
from toolgram.runtime.core.output import CONTENT, REASONING
from toolgram.runtime.core.reasons import NO_EVIDENCE, NO_MEMBER, NO_SOURCE, NOT_DECLARED
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import give_back
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.near_json.value_text import ValueText
from toolgram.runtime.tables.limits import BLANKS, KEY_MAX
from toolgram.runtime.tables.states import MESSAGE_SINKS, State
from toolgram.runtime.values.entities import EntityDecoder

HALF_OBJECTS = ("", "{", "}", "{}")  # JSON that a sentence in braces may have become: no key, and perhaps the end


def sink_text(run: Run, state: State, end: int, last: bool = False) -> bool:
    """Consume up to `end` into the state's capture; False when that gave text back."""
    sink, source = state.sink, run.text
    text = source.buffer[source.position : end]
    if sink in HELD_SINKS:
        return sink_short(run, state, text, end)
    if state.entities:
        text = decoded(run, text, last=last)
    if sink == "content":
        run.output.content(text)
    elif sink == "reasoning":
        run.output.write(REASONING, text)
    elif sink in ("id", "key", "type"):
        return sink_short(run, state, text, end)
    elif run.open.call is not None:
        arguments = run.open.call.arguments
        if arguments.writer is not None:
            arguments.write(arguments.writer.write(text))
    run.consume(sink or "markup", end)
    return True


def decoded(run: Run, text: str, *, last: bool) -> str:
    """Text with its XML entities decoded; what may begin an entity waits, unless it is the `last` of its text."""
    entities = run.open.entities
    if entities is None:
        entities = run.open.entities = EntityDecoder()
    return entities.write(text) + (entities.end() if last else "")


def sink_short(run: Run, state: State, text: str, end: int) -> bool:
    """Take text as a name or a source, or as more of an id or a key; False when it gave text back."""
    if state.sink == "source":
        if run.stretch is not None and not is_source(text):
            give_back(run, run.text.position, NO_SOURCE)
            return False
        run.pending.source = text
    if state.sink == "name":
        name = text.strip(BLANKS)
        if run.stretch is not None and not accepts(run, name):
            give_back(run, run.text.position, NOT_DECLARED)
            return False
        run.pending.name = name
    if state.sink == "key":
        if is_held(run, state) and not may_be(run, state, text):
            give_back(run, run.text.position, NO_EVIDENCE)
            return False
        run.pending.key = (run.pending.key + text)[:KEY_MAX]
    elif state.sink == "type":
        run.pending.type = (run.pending.type + text)[:KEY_MAX]
    elif run.pending.id_is_open:
        run.pending.id = (run.pending.id + text)[:KEY_MAX]
    run.consume(state.sink, end)
    return True


def sink_scan(run: Run, state: State, text: str, end: int) -> None:
    """Consume what a scanner has read; its JSON goes to the arguments."""
    if state.sink in MESSAGE_SINKS:
        _tell(run, state, text)
    elif state.sink != "skip" and run.open.call is not None:
        _copy(run, text, end)
        if run.stretch is not None and run.stretch.is_named and text not in HALF_OBJECTS:
            announce(run)
    if state.sink == "skip":
        run.skip(NO_MEMBER, end)
    run.consume(state.sink, end)


def _tell(run: Run, state: State, text: str) -> None:
    """Write what the JSON of a part of the message says."""
    if run.open.told is not None:
        run.output.exact(CONTENT if state.sink == "content" else REASONING, run.open.told.write(text))


def _copy(run: Run, text: str, end: int) -> None:
    """Write the JSON that was made of the source up to `end`."""
    assert run.open.call is not None
    arguments, scanner = run.open.call.arguments, run.open.scanner
    if arguments.is_raw:
        source = run.text.buffer[run.text.position : end]
        arguments.copy_value(text, source, is_last=scanner is not None and scanner.done)
    elif run.open.half is not None:
        is_last = scanner is not None and scanner.has_last_bracket
        arguments.copy(run.open.half.write(run.text.buffer[run.text.position : end], text), is_last=is_last)


def _is_in_brackets(run: Run, state: State) -> bool:
    """Whether a value is a member of an object, or a closing bracket may stand behind it."""
    done = state.done
    may_close = done is not None and any(end in ("]", "}") for end in run.place.machine.states[done.to].own_ends)
    return may_close or is_in_object(run)


def begin_scan(run: Run, state: State) -> ValueScanner:
    """A value begins that ends by itself."""
    language, _, wants = state.scan.rpartition("-")
    depth = run.open.call.arguments.containers.depth if run.open.call is not None else 0
    is_message, is_python = state.sink in MESSAGE_SINKS, language == "python"
    around = "{" if (is_message or is_python) and _is_in_brackets(run, state) else ""
    run.open.scanner = ValueScanner(is_python, wants, depth, state.ends, around)
    run.open.half = HalfObject() if state.sink == "arguments" else None
    run.open.told = ValueText() if is_message else None
    return run.open.scanner


def close_scan(run: Run, state: State) -> None:
    """A delimiter ends the value: write what makes it whole."""
    if run.open.scanner is not None and state.sink in MESSAGE_SINKS:
        _tell(run, state, run.open.scanner.close())
    elif run.open.scanner is not None and state.sink != "skip" and run.open.call is not None:
        _copy(run, run.open.scanner.close(), run.text.position)
        run.open.call.arguments.is_mended = True
    end_scan(run, state)


def end_scan(run: Run, state: State) -> None:
    """The value has ended, or did not come at all: then the member that should hold it is broken off."""
    scanner, run.open.scanner = run.open.scanner, None
    half, run.open.half = run.open.half, None
    run.open.told = None
    if scanner is not None:
        run.work += scanner.work
    if run.open.call is None or state.sink == "skip":
        return
    arguments = run.open.call.arguments
    lossy = scanner is not None and scanner.lossy
    arguments.is_mended = arguments.is_mended or (scanner is not None and scanner.mended)
    if state.sink != "arguments":
        arguments.is_wrong = arguments.is_wrong or (lossy and arguments.is_raw)
        return
    left = half.end() if half is not None else None if is_in_object(run) else ""
    arguments.copy(left or "", is_last=True)
    arguments.end_object(wrong=left is None or lossy or (scanner is not None and scanner.wrong))
