"""Where a call stands in a text: its core, the part that holds the name and the arguments.

In: a text that a template has written, and the call that it was given. Out: a `Spot`. Sentinels tell what is what.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from ..testing.templates.conversations import Call
from .layout import Core, JsonCore, Member, NamedCore

IDS = re.compile(r"call0000\d")
NAMED_ID = re.compile(r"functions\.$")
NUMBER_OF_ID = re.compile(r":\d+")


class DraftError(ValueError):
    """A template whose calls cannot be told apart; the text says what was found and where to look."""


@dataclass(frozen=True, slots=True)
class Spot:
    """From where to where the core of a call goes. `core` is None where the arguments are no JSON object."""

    start: int
    end: int
    core: Core | None


def find_call(text: str, call: Call, at: int) -> Spot:
    """Find a call behind a place. Raises DraftError."""
    found = _json_arguments(call).search(text, at)
    if found is None:
        return _with_parameters(text, call, at)
    whole = _enclosing(text, call, at, found.start(), found.end())
    if whole is not None:
        return whole
    name = text.rfind(call.name, at, found.start())
    if name < 0:
        raise DraftError("the name of the function stands behind its arguments, or nowhere")
    between = text[name + len(call.name) : found.start()]
    is_id = bool(NAMED_ID.search(text[at:name])) and bool(NUMBER_OF_ID.match(between))
    if is_id:
        between = NUMBER_OF_ID.sub("", between, count=1)
        name -= len("functions.")
    return Spot(name, found.end(), NamedCore(IDS.sub("\x01", between), is_id))


def _json_arguments(call: Call) -> re.Pattern[str]:
    """The arguments as one JSON object, perhaps in the quotes of Python, or in a JSON string."""
    pairs = r"\s*,\s*".join(
        rf"\\?([\"']){re.escape(key)}\\?[\"']\s*:\s*\\?[\"']?{re.escape(str(value))}\\?[\"']?"
        for key, value in call.arguments.items()
    )
    return re.compile(rf"[\"']?\{{\s*{pairs}\s*\}}[\"']?" if pairs else r"\{\s*\}")


def _enclosing(text: str, call: Call, at: int, start: int, end: int) -> Spot | None:
    """The smallest JSON object that holds both name and arguments."""
    decoder = json.JSONDecoder()
    begin = text.rfind("{", at, start)
    while begin >= 0:
        try:
            value, stop = decoder.raw_decode(text, begin)
        except (ValueError, RecursionError):
            value, stop = None, 0
        if stop >= end and isinstance(value, dict) and call.name in json.dumps(value):
            return Spot(begin, stop, JsonCore(tuple(_members(value, call))))
        begin = text.rfind("{", at, begin)
    return None


def _members(value: dict[str, Any], call: Call) -> list[Member]:
    return [_member(key, inner, call) for key, inner in value.items()]


def _member(key: str, value: Any, call: Call) -> Member:
    if key == call.name:
        return Member(key, "keyed")
    if value == call.name:
        return Member(key, "name")
    if value == call.arguments or (isinstance(value, str) and all(one in value for one in call.arguments)):
        return Member(key, "arguments")
    if isinstance(value, dict) and call.name in json.dumps(value):
        return Member(key, "nested", tuple(_members(value, call)))
    is_id = isinstance(value, str) and (IDS.search(value) or re.search(r"(?:^|_)id$", key))
    return Member(key, "id" if is_id else "other")


def _with_parameters(text: str, call: Call, at: int) -> Spot:
    """From the name, the last one before the first key, to the last value."""
    key, value = next(iter(call.arguments.items()))
    first = text.find(key, at)
    name = text.rfind(call.name, at, max(first, 0))
    if first < 0 or name < 0:
        raise DraftError("name and arguments of a call cannot be told apart")
    end = name
    for key, value in call.arguments.items():
        begin = text.find(str(value), text.find(key, end))
        if begin < 0:
            raise DraftError(f"the value of an argument is not written as it is: {key}")
        end = begin + len(str(value))
    if end < len(text) and text[end] in "\"'" and text[begin - 1] == text[end]:
        end += 1
    return Spot(name, end, None)
