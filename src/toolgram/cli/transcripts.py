"""Transcripts: what the vLLM plugin has logged of an answer that its parser failed on.

In: the path of one, and the parser that repeats it. Out: the events of each chunk; what fails, raises.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ..runtime.events import Event
from ..runtime.parser import Parser
from .inputs import read_json, refuse

Chunk = str | tuple[str, list[int]]  # a text, perhaps with the ids of its special tokens


class Transcript(BaseModel):
    """One answer, as the plugin fed it."""

    chunks: list[Chunk]
    inside: str | None = None
    special_tokens: dict[str, int] | None = None
    tools: list[Any] | None = None
    left_out: int = 0


def read_transcript(path: Path) -> Transcript:
    """A transcript of the plugin's log."""
    try:
        return Transcript.model_validate(read_json(path, "a transcript", "a transcript"))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        refuse(f"{path}: not a transcript of the vLLM plugin: {where}{': ' if where else ''}{first['msg'].lower()}")


def batches(parser: Parser, chunks: Iterable[Chunk]) -> Iterator[list[Event]]:
    """Feed what a transcript holds, as the plugin fed it."""
    for chunk in chunks:
        yield parser.feed(chunk) if isinstance(chunk, str) else parser.feed(*chunk)
    yield parser.finish()
