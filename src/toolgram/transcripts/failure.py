"""A failure: what the vLLM plugin has logged of an answer that its parser failed on, or in which it recovered.

In: the JSON of one record. Out: a `Recording`. `targets/vllm/host/transcript.py` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import FAILURE, Delta, Recording, RecordingError

PREFIX = "toolgram_"  # of the names of formats in a server
WHAT = "not a transcript of the vLLM plugin"


def is_failure(value: Any) -> bool:
    """Whether a JSON value is such a record."""
    return isinstance(value, Mapping) and "chunks" in value


def failure_of(value: Any) -> Recording:
    """Read a record. Raises RecordingError."""
    if not isinstance(value, Mapping):
        raise RecordingError(f"{WHAT}: an object is wanted")
    inside, tools = _asked(value, "inside", str), _asked(value, "tools", list)
    ids = _asked(value, "special_tokens", dict)
    if not all(isinstance(one, int) for one in (ids or {}).values()):
        raise RecordingError(f"{WHAT}: special_tokens: the ids of tokens are numbers")
    chunks = _asked(value, "chunks", list)
    if chunks is None:
        raise RecordingError(f"{WHAT}: chunks: they are missing")
    deltas = [_delta(chunk, number) for number, chunk in enumerate(chunks)]
    name, left_out = value.get("format"), value.get("left_out")
    fmt = name.removeprefix(PREFIX) if isinstance(name, str) else None
    recording = Recording(FAILURE, deltas, fmt, None, tools, inside, ids, served=True)
    if isinstance(left_out, int) and left_out:
        recording.notes.append(f"the transcript was too long: its last {left_out} chunks are missing")
    return recording


WORDS: Mapping[type, str] = {str: "a text", list: "a list", dict: "an object"}


def _asked(value: Mapping[str, Any], key: str, kind: type) -> Any:
    found = value.get(key)
    if found is not None and not isinstance(found, kind):
        raise RecordingError(f"{WHAT}: {key}: {WORDS[kind]} is wanted")
    return found


def _delta(chunk: Any, number: int) -> Delta:
    found = Delta.of(chunk)
    if found is not None:
        return found
    raise RecordingError(f"{WHAT}: chunks.{number}: a text is wanted, or a list of a text and the ids of its tokens")
