"""Chat Completions: chunks in, chunks out; and whole answers. Plain dicts, as they stand on the wire.

Promises: a chunk in which nothing is found is handed on as the same object; whatever else a choice carries (role,
logprobs, fields of the server) is sent once, in order, and the usage so far with each chunk that comes of one; the
choices of an answer do not mix.
"""

from __future__ import annotations

from typing import Any

from ..prompts import REASONING
from .choice import Choice, Delta
from .plan import Plan

NAMES = (REASONING, "reasoning_content")  # what servers call the reasoning
Chunk = dict[str, Any]


class ChatRepair:
    """Repairs one answer of Chat Completions: `chunk` and `end` for a stream, `whole` for one that came whole."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.choices: dict[Any, Choice] = {}
        self._names: tuple[str, ...] = (plan.reasoning_field,)
        self._last: Chunk = {}  # the envelope of what has to be made anew

    def chunk(self, chunk: Chunk) -> list[Chunk]:
        """Read one chunk; return those to send in its place."""
        given = chunk.get("choices")
        if self.plan.reads_nothing or not isinstance(given, list) or not given:
            return [chunk]
        parts: list[Any] = []
        is_changed = False
        for choice in given:
            read = self._read(choice) if isinstance(choice, dict) else None
            is_changed = is_changed or read is not None
            parts += [choice] if read is None else read
        if not is_changed:
            return [chunk]
        self._last = {key: value for key, value in chunk.items() if key not in ("choices", "usage")}
        if not parts:
            return [{**chunk, "choices": []}] if chunk.get("usage") else []
        return [{**chunk, "choices": [part]} for part in parts]

    def end(self) -> list[Chunk]:
        """The stream is over: what choices hold that nobody has said to be finished."""
        chunks = []
        for index, choice in self.choices.items():
            for delta in choice.finish("length"):
                named = {"index": index, "delta": self._named(delta), "finish_reason": None}
                chunks.append({**self._last, "choices": [named]})
        return chunks

    def _read(self, given: dict[str, Any]) -> list[dict[str, Any]] | None:
        """What comes of one choice of a chunk; None: it is sent as it is."""
        delta, reason, index = given.get("delta"), given.get("finish_reason"), given.get("index", 0)
        if not isinstance(delta, dict):
            return None
        choice = self.choices.get(index)
        if choice is None:
            choice = self.choices[index] = Choice(self.plan)
        names = tuple(name for name in NAMES if name in delta)
        self._names = names or self._names
        if delta.get("tool_calls"):
            return self._left_alone(choice, given, delta)
        said, found = self._texts(choice, delta, names)
        if reason is not None:
            found += choice.finish(reason)
        if _is_same(said, found) and choice.reason(reason) == reason:
            return None
        return _parts(given, delta, [self._named(one) for one in found], choice.reason(reason))

    def _left_alone(self, choice: Choice, given: dict[str, Any], delta: Delta) -> list[dict[str, Any]] | None:
        """The server makes calls by itself; they count on from those that were found before."""
        index = given.get("index", 0)
        held = [{"index": index, "delta": self._named(one), "finish_reason": None} for one in choice.leave_alone()]
        if choice.calls:
            moved = [{**call, "index": call.get("index", 0) + choice.calls} for call in delta["tool_calls"]]
            return [*held, {**given, "delta": {**delta, "tool_calls": moved}}]
        return [*held, given] if held else None

    def _texts(self, choice: Choice, delta: Delta, names: tuple[str, ...]) -> tuple[Delta, list[Delta]]:
        """The texts that a delta has, as one delta; and what is found in them."""
        said: Delta = {}
        found: list[Delta] = []
        for name in names:
            if REASONING not in said and isinstance(delta[name], str) and delta[name]:
                said[REASONING] = delta[name]  # some servers say it twice, under both names
                found += choice.reasoning(delta[name])
        text = delta.get("content")
        if isinstance(text, str) and text:
            said["content"] = text
            found += choice.content(text)
        return said, found

    def _named(self, delta: Delta) -> Delta:
        """A delta whose reasoning is called as the server calls it."""
        return dict.fromkeys(self._names, delta[REASONING]) if REASONING in delta else delta

    # --- whole answers -------------------------------------------------------------------------------------------

    def whole(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Repair a whole answer; one in which nothing is found is handed back as it is."""
        given = answer.get("choices")
        if self.plan.reads_nothing or not isinstance(given, list):
            return answer
        choices = [self._whole(choice, at) if isinstance(choice, dict) else choice for at, choice in enumerate(given)]
        is_same = all(one is other for one, other in zip(choices, given, strict=True))
        return answer if is_same else {**answer, "choices": choices}

    def _whole(self, given: dict[str, Any], at: int) -> dict[str, Any]:
        message, reason = given.get("message"), given.get("finish_reason")
        if not isinstance(message, dict) or message.get("tool_calls"):
            return given
        text = message.get("content")
        names = tuple(name for name in NAMES if name in message)
        choice = self.choices[at] = Choice(self.plan, text if isinstance(text, str) else None)
        said, found = self._texts(choice, message, names)
        found += choice.finish(reason)
        made = message_of(found)
        if made == said:
            return given
        thought = made.pop(REASONING, None)
        thoughts = dict.fromkeys(names or ((self.plan.reasoning_field,) if thought else ()), thought)
        repaired = {**message, "content": None, **thoughts, **made}
        return {**given, "message": repaired, "finish_reason": choice.reason(reason)}


def _is_same(said: Delta, found: list[Delta]) -> bool:
    """Whether what was found is what was said: no other text, and each text in one delta."""
    texts = [text for delta in found for text in delta.items()]
    return len(texts) == len(said) and dict(texts) == said


def message_of(deltas: list[Delta]) -> dict[str, Any]:
    """What deltas come to: texts that did not come are left out, and so is content that is blank beside calls."""
    message: dict[str, Any] = {}
    calls: dict[int, dict[str, Any]] = {}
    for delta in deltas:
        for name in (REASONING, "content", "annotations"):
            if name in delta:
                message[name] = message[name] + delta[name] if name in message else delta[name]
        for entry in delta.get("tool_calls", ()):
            if "id" in entry:
                calls[entry["index"]] = {
                    "id": entry["id"],
                    "type": "function",
                    "function": dict(entry["function"]),
                }
            else:
                calls[entry["index"]]["function"]["arguments"] += entry["function"]["arguments"]
    if calls:
        message["tool_calls"] = [*calls.values()]
        if not message.get("content", "x").strip():
            del message["content"]
    return message


def _parts(given: dict[str, Any], delta: Delta, found: list[Delta], reason: str | None) -> list[dict[str, Any]]:
    """The choices to send for one: what was found, with the rest of it; nothing where nothing is to be said."""
    texts = ("content", *NAMES)
    rest = {key: value for key, value in delta.items() if key not in texts or not value}
    others = {key: value for key, value in given.items() if key not in ("delta", "finish_reason", "index")}
    says_more = any(value not in (None, "", []) for value in (*rest.values(), *others.values()))
    if not found:
        return [{**given, "delta": rest, "finish_reason": reason}] if says_more or reason is not None else []
    if len(found) == 1:
        return [{**given, "delta": {**rest, **found[0]}, "finish_reason": reason}]
    index = {"index": given["index"]} if "index" in given else {}
    first = {**others, **index, "delta": {**rest, **found[0]}, "finish_reason": None}
    between = [{**index, "delta": one, "finish_reason": None} for one in found[1:-1]]
    last = {**index, "delta": found[-1], "finish_reason": reason}
    return [first, *between, last]
