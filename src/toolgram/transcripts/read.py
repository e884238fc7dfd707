"""A recording of a file's text.

In: the text. Out: a `Recording`. Which of the four forms the text has shows in its beginning:

    data: {"choices": [{"delta": {"content": ...  server-sent events: a field (`data:`, `event:`), or a comment
    {"choices": [{"delta": {"content": ...        JSON Lines: chunks of a server, texts, or {"text": ..., "at": 12}
    {"format": "hermes", "chunks": [...           a failure, as the vLLM plugin has logged it
    anything else                                 the answer itself

Note [an answer that is JSON]
A model may write JSON, and so a plain answer can be a line of JSON. Only objects that a server's chunk or a recorded
delta would be, strings, and pairs of a text and its ids are taken for JSON Lines. `form` overrules all that.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..proxy.streams import DONE, EventReader
from .chunks import is_chunk, said_in
from .failure import failure_of, is_failure
from .model import FAILURE, FORMS, JSON_LINES, MARK, SERVER_EVENTS, TEXT, Delta, Recording, RecordingError

FIELDS = ("data", "event", "id", "retry")  # of server-sent events
DELTA_KEYS = {"text", "ids", "at"}
TIME = re.compile(r"[0-9]{1,9}")  # milliseconds: a number of more digits is none
Timed = tuple[Any, int | None]  # a chunk, and when it came


def read_recording(text: str, form: str | None = None, choice: int = 0) -> Recording:
    """Read a recording; of a server's answer that has several choices, one of them. Raises RecordingError."""
    text = text.removeprefix("\ufeff")
    form = form or form_of(text)
    if form == TEXT:
        return Recording(TEXT, [Delta(text)] if text else [])
    if form == FAILURE:
        return failure_of(_whole_json(text))
    if form == JSON_LINES:
        return _of_chunks(Recording(JSON_LINES), _lines(text), choice)
    if form == SERVER_EVENTS:
        recording = Recording(SERVER_EVENTS)
        return _of_chunks(recording, _events(text, recording), choice)
    raise RecordingError(f"no form {form!r}: it is one of {', '.join(FORMS)}")


def form_of(text: str) -> str:
    """Which form a text has, by its first line that is not empty."""
    line = next((line for line in text.splitlines() if line.strip()), "")
    if line.startswith(":") or line.partition(":")[0] in FIELDS:
        return SERVER_EVENTS
    if not line.lstrip().startswith(("{", "[", '"')):
        return TEXT
    try:
        if is_failure(json.loads(text)):
            return FAILURE
    except (ValueError, RecursionError):
        pass
    try:
        return JSON_LINES if _is_line(json.loads(line)) else TEXT
    except (ValueError, RecursionError):
        return TEXT


def _is_line(value: Any) -> bool:
    if isinstance(value, Mapping):
        return is_chunk(value) or ("text" in value and value.keys() <= DELTA_KEYS)
    return Delta.of(value) is not None


def _whole_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RecordingError(f"not JSON: {error}") from None


def _lines(text: str) -> Iterator[Timed]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _json(line, f"line {number}"), None


def _json(text: str | bytes, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        hint = "a recording that was broken off ends so; take the last line away"
        raise RecordingError(f"{where}: not JSON; {hint}") from None


def _events(text: str, recording: Recording) -> Iterator[Timed]:
    """The data of server-sent events; what comments of ours say is noted."""
    data = text.encode("utf-8", "surrogatepass") + b"\n\n"
    at: int | None = None
    for event in EventReader(len(data) + 1).feed(data):
        for line in event.others:
            comment = line.decode("utf-8", "replace")
            if comment.startswith(MARK):
                at = _note(comment.removeprefix(MARK).strip(), recording, at)
        if event.data is not None and event.data.strip() not in (DONE, b""):
            yield _json(event.data, f"data {event.data[:40].decode('utf-8', 'replace')!r}..."), at


def _note(comment: str, recording: Recording, at: int | None) -> int | None:
    """Take what a comment of ours says; return when what follows it came."""
    word, _, rest = comment.partition(" ")
    if word == "at" and TIME.fullmatch(rest):
        return int(rest)
    if word == "format":
        recording.format = rest.strip() or None
    elif word == "request":
        request = _json(rest, "the request")
        if isinstance(request, Mapping):
            tools, model = request.get("tools"), request.get("model")
            recording.tools = tools if isinstance(tools, list) else None
            recording.model = model if isinstance(model, str) else None
    return at


def _of_chunks(recording: Recording, chunks: Iterable[Timed], choice: int) -> Recording:
    """Take the deltas of a stream, and say what of it is no text of the model any more."""
    reasoning, calls, number = 0, False, 0
    for number, (chunk, at) in enumerate(chunks, 1):
        if not is_chunk(chunk):
            recording.deltas.append(_delta(chunk, number, at))
            continue
        said = said_in(chunk, choice)
        model = chunk.get("model")
        recording.model = recording.model or (model if isinstance(model, str) else None)
        reasoning, calls = reasoning + said.reasoning, calls or said.calls
        recording.cut = recording.cut or said.cut
        if said.text or said.ids:
            recording.deltas.append(Delta(said.text, said.ids, at))
    if calls:
        recording.notes.append("the server has taken the calls out itself: record it again without its tool parser")
    if reasoning:
        recording.notes.append(f"the server has taken {reasoning:,} characters of reasoning out: they are not read")
    if number and not recording.deltas:
        recording.notes.append(f"no text came for choice {choice}")
    return recording


def _delta(value: Any, number: int, at: int | None) -> Delta:
    """A delta that a line of JSON is."""
    if isinstance(value, Mapping):
        text, ids, when = value.get("text"), value.get("ids"), value.get("at")
        value, at = text if ids is None else [text, ids], when if TIME.fullmatch(str(when)) else at
    found = Delta.of(value, at)
    if found is not None:
        return found
    raise RecordingError(
        f"chunk {number}: neither a chunk of a server nor a text: as in "
        '{"choices": [{"delta": {"content": "Hi"}}]}, {"text": "Hi", "at": 12}, "Hi", or ["<tool_call>", [151657]]'
    )
