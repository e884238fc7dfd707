"""vLLM's message objects, made fast.

In: texts and calls, or events. Out: `DeltaMessage` objects, equal in every respect to those that vLLM's
own constructors make.

How: they are filled in and not validated (`filled`). Samples of all of them are compared with the real thing when this
module is loaded. Where they differ (a vLLM whose models do more), the real constructors are used.

Promise: a field that has nothing to say is left unset, never None: the server sends what is set.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

from toolgram.runtime.events import ArgumentsDelta, CallStart, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.message import new_id
from toolgram.targets.vllm.host.filled import (
    alike,
    arguments_filler,
    call_filler,
    filled_where_alike,
    filler,
    text_filler,
)
from toolgram.targets.vllm.host.habits import PROTOCOL, REASONING_FIELD


class Models(NamedTuple):
    """Constructors of what vLLM's messages are made of, real ones or such as fill in: of deltas, and of answers."""

    message: Any
    entry: Any
    function: Any
    answer: Any
    call: Any  # with its id, its name, its arguments


def _real_call(call_id: Any, name: str | None, arguments: str) -> Any:
    function = PROTOCOL.FunctionCall(name=name, arguments=arguments)
    return PROTOCOL.ToolCall(id=call_id, type="function", function=function)


REAL = Models(
    PROTOCOL.DeltaMessage,
    PROTOCOL.DeltaToolCall,
    PROTOCOL.DeltaFunctionCall,
    PROTOCOL.ExtractedToolCallInformation,
    _real_call,
)


def _fast_models() -> Models:
    """Constructors that fill in, where what they make cannot be told apart."""
    try:
        fast = Models(
            filler(REAL.message(), "tool_calls"),
            filler(REAL.entry(index=0)),
            filler(REAL.function()),
            filler(REAL.answer(tools_called=False, tool_calls=[])),
            call_filler(REAL.call("i", "f", "")),
        )
        return fast if all(map(alike, _samples(fast), _samples(REAL))) else REAL
    except Exception:  # whatever a future pydantic refuses, the real constructors still work
        return REAL


def _samples(models: Models) -> list[Any]:
    """A message of each composition, made with these constructors."""
    header = models.entry(index=1, id="i", type="function", function=models.function(name="f", arguments='{"a": "é"}'))
    more, nothing = (models.function(**fields) for fields in ({"arguments": "}"}, {}))
    entries = [models.entry(index=0, function=more), header, models.entry(index=2, function=nothing)]
    texts: list[dict[str, Any]] = [{}, {"content": "c"}, {REASONING_FIELD: "r"}, {"content": "c", REASONING_FIELD: "r"}]
    deltas = [models.message(**fields, **calls) for fields in texts for calls in ({}, {"tool_calls": entries})]
    call = models.call("id", "g", "{}")
    plain = models.answer(tools_called=False, tool_calls=[], content="c")
    return [*deltas, plain, models.answer(tools_called=True, tool_calls=[call], content=None)]


MODELS = _fast_models()


class CallDelta:
    """What one delta says of one call: a header (name and id) when it opens it, and text of its arguments."""

    __slots__ = ("arguments", "id", "index", "name")

    def __init__(self, index: int, name: str | None = None, call_id: str | None = None) -> None:
        self.index = index
        self.name = name
        self.id = call_id
        self.arguments: list[str] = []


def new_call_id(length: int | None) -> str:
    """Make an id for a call that has none: as the server makes them, unless the model's template wants a length."""
    return new_id(length) if length else "chatcmpl-tool-" + os.urandom(16).hex()


def header_entry(index: int, name: str, call_id: str | None, **arguments: str) -> Any:
    """Say that call `index` begins, with the first of its arguments if they are given."""
    function = MODELS.function(name=name, **arguments)
    return MODELS.entry(index=index, id=call_id, type="function", function=function)


def arguments_entry(index: int, **arguments: str) -> Any:
    """Say more of call `index`; nothing at all without `arguments`."""
    return MODELS.entry(index=index, function=MODELS.function(**arguments))


def mixed_message(content: str, reasoning: str, calls: list[CallDelta]) -> Any:
    """A message of any composition, or None when there is nothing in it."""
    fields: dict[str, Any] = {}
    if content:
        fields["content"] = content
    if reasoning:
        fields[REASONING_FIELD] = reasoning
    if calls:
        fields["tool_calls"] = [_entry(call) for call in calls]
    return MODELS.message(**fields) if fields else None


def _entry(call: CallDelta) -> Any:
    arguments = "".join(call.arguments)
    if call.name is None:
        return arguments_entry(call.index, arguments=arguments)
    return header_entry(call.index, call.name, call.id, arguments=arguments)


def whole_answer(content: str, calls: list[CallDelta]) -> Any:
    """What a tool parser says of a whole answer."""
    return MODELS.answer(
        tools_called=bool(calls),
        tool_calls=[MODELS.call(call.id, call.name, "".join(call.arguments)) for call in calls],
        content=content if content.strip() or (content and not calls) else None,
    )


def add_to_calls(calls: dict[int, CallDelta], event: CallStart | ArgumentsDelta, id_length: int | None) -> None:
    """Add what an event says of a call."""
    index = event.index
    if isinstance(event, CallStart):
        calls[index] = CallDelta(index, event.name, event.id or new_call_id(id_length))
        return
    call = calls.get(index)
    if call is None:
        call = calls[index] = CallDelta(index)
    call.arguments.append(event.text)


def calls_of(events: Iterable[Event], id_length: int | None) -> list[CallDelta]:
    """What events say of each call, in order of their first event."""
    calls: dict[int, CallDelta] = {}
    for event in events:
        if isinstance(event, (CallStart, ArgumentsDelta)):
            add_to_calls(calls, event, id_length)
    return list(calls.values())


def message_of(events: Sequence[Event], id_length: int | None) -> Any:
    """The message of all that events say."""
    content = "".join(event.text for event in events if isinstance(event, ContentDelta))
    reasoning = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    return mixed_message(content, reasoning, calls_of(events, id_length))


def empty_message() -> Any:
    """A message without content, which the server sends all the same."""
    return MODELS.message()


def with_reasoning(message: Any, reasoning: str) -> Any:
    """The same message, with this reasoning before its own."""
    fields = {name: getattr(message, name) for name in message.model_fields_set} if message is not None else {}
    return PROTOCOL.DeltaMessage(**{**fields, REASONING_FIELD: reasoning + (fields.get(REASONING_FIELD) or "")})


def real_content_message(text: str) -> Any:
    return PROTOCOL.DeltaMessage(content=text)


def real_reasoning_message(text: str) -> Any:
    return PROTOCOL.DeltaMessage(**{REASONING_FIELD: text})


def real_arguments_message(index: int, text: str) -> Any:
    entry = PROTOCOL.DeltaToolCall(index=index, function=PROTOCOL.DeltaFunctionCall(arguments=text))
    return PROTOCOL.DeltaMessage(tool_calls=[entry])


SAMPLE_TEXT = 'a "b"'
content_message: Callable[[str], Any] = filled_where_alike(
    lambda: text_filler(REAL.message(), "content"), real_content_message, SAMPLE_TEXT
)
reasoning_message: Callable[[str], Any] = filled_where_alike(
    lambda: text_filler(REAL.message(), REASONING_FIELD), real_reasoning_message, SAMPLE_TEXT
)
arguments_message: Callable[[int, str], Any] = filled_where_alike(
    lambda: arguments_filler(REAL.message(), REAL.entry(index=0), REAL.function()),
    real_arguments_message,
    1,
    SAMPLE_TEXT,
)
