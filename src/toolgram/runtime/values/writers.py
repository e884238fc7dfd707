"""Choose what writes the text of one value as JSON.

In: the capture, the types that the schema allows, and how many containers are open around the value. Out: a writer.

    `value`             the schema alone says what the text is
    `string`            a string, where the schema allows one or says nothing; else as `value`
    `json`, `python`    what the text says, held to the schema (wired.py)
"""

from __future__ import annotations

from typing import Callable, Dict, Union

from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.typed import JsonWriter, PythonWriter, TypedWriter, writer_for
from toolgram.runtime.values.wired import WiredWriter

Writer = Union[StringWriter, TypedWriter, WiredWriter]
WIRED_WRITERS: Dict[str, Callable[[int], JsonWriter]] = {"json": JsonWriter, "python": PythonWriter}


def new_writer(sink: str, kind: ValueKind, depth: int) -> Writer:
    """Make the writer of a value that is read by `sink`."""
    if sink in WIRED_WRITERS:
        return WiredWriter(WIRED_WRITERS[sink](depth), kind.types)
    is_text = sink == "string" and "string" in kind.types
    return StringWriter() if is_text else writer_for(kind, depth)
