"""What came back, beside what was said.

In: the `Turn` that was rendered, and the `Message` that was parsed. Out: the first difference in words, or None.
"""

from __future__ import annotations

import json
from typing import Any

from ...runtime.message import Message
from .conversations import Call, Turn


def difference(said: Turn, came: Message) -> str | None:
    """Name the first thing that did not come back."""
    if len(said.calls) != len(came.tool_calls):
        return f"{_calls(len(said.calls))} went in, {_calls(len(came.tool_calls))} came back"
    for number, (call, back) in enumerate(zip(said.calls, came.tool_calls, strict=True), 1):
        if call.name != back.name:
            return f"call {number} is `{call.name}`, and came back as `{back.name}`"
        if not back.complete:
            return f"call {number}, `{call.name}`, came back cut off"
        if (problem := _arguments(call, back.arguments)) is not None:
            return f"call {number}, `{call.name}`: {problem}"
    for word, text, back_text in (
        ("content", said.content, came.content),
        ("reasoning", said.reasoning, came.reasoning),
    ):
        if (text or "").strip() != (back_text or "").strip():
            return f"the {word} {shown(text)} came back as {shown(back_text)}"
    return None


def turn_of(came: Message) -> Turn | None:
    """What came back, as a turn that can be rendered again; None when a call is not whole."""
    calls = []
    for call in came.tool_calls:
        try:
            arguments = json.loads(call.arguments)
        except ValueError:
            return None
        calls.append(Call(call.name, arguments))
    return Turn(tuple(calls), came.content, came.reasoning)


def same(a: Any, b: Any) -> bool:
    """Tell whether two JSON values are equal: `1`, `1.0` and `true` are three values.

    >>> same({"a": 1}, {"a": 1}), same(1, 1.0), same(1, True)
    (True, False, False)
    """
    return json.dumps(a, sort_keys=True) == json.dumps(b, sort_keys=True)


def _arguments(call: Call, text: str) -> str | None:
    try:
        back = json.loads(text)
    except ValueError:
        return f"its arguments are not JSON: {shown(text)}"
    if not isinstance(back, dict):
        return f"its arguments are {shown(back)}"
    for key, value in call.arguments.items():
        if key not in back:
            return f"`{key}` is {shown(value)}, and did not come back"
        if not same(value, back[key]):
            return f"`{key}` is {shown(value)}, and came back as {shown(back[key])}"
    more = [key for key in back if key not in call.arguments]
    return f"`{more[0]}` came back, and was not said" if more else None


def _calls(count: int) -> str:
    return "no call" if count == 0 else f"{count} call{'' if count == 1 else 's'}"


def shown(value: Any) -> str:
    """A value in a message, as JSON."""
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
