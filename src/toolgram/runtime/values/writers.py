"""Choose what writes the text of one value as JSON.

In: the capture, the types that the schema allows, and how many containers are open around the value. Out: a writer.

    `value`             the schema alone says what the text is
    `string`            a string, where the schema allows one or says nothing; else as `value`
    `json`              what the text says, held to the schema (wired.py)
    `python`            what the literal says: its quotes tell a string from everything else
"""

from __future__ import annotations

from typing import Optional, Union

from toolgram.runtime.schema.tools import ValueKind
from toolgram.runtime.values.strings import StringWriter
from toolgram.runtime.values.typed import JsonWriter, PythonWriter, TypedWriter, writer_for
from toolgram.runtime.values.wired import WiredWriter
from toolgram.runtime.values.wrappers import Declares, WrapperWriter

Writer = Union[StringWriter, TypedWriter, PythonWriter, WiredWriter]


def new_writer(sink: str, kind: ValueKind, depth: int, declares: Optional[Declares] = None) -> Writer:
    """Make the writer of a value that is read by `sink`; `declares`: it may be all the arguments, with such keys."""
    if declares is not None and sink in ("string", "value"):
        return WrapperWriter(kind, depth, declares)
    if sink == "python":
        return PythonWriter(depth)
    if sink == "json":
        return WiredWriter(JsonWriter(depth), kind.types)
    is_text = sink == "string" and "string" in kind.types
    return StringWriter() if is_text else writer_for(kind, depth)
