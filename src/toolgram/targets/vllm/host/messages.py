"""vLLM's message objects, made fast.

In: texts and calls, or events. Out: `DeltaMessage` objects, equal in every respect to those that vLLM's
own constructors make.

How: the messages of the hot path, more of one text, are made without validation, by filling in what the constructor
would have filled in. They are compared with the real thing when this module is loaded; where they differ (a vLLM whose
models do more), the real constructors are used.

Promise: a field that has nothing to say is left unset, never None: the server sends what is set.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from toolgram.runtime.events import ArgumentsDelta, CallStart, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.message import new_id
from toolgram.targets.vllm.host.habits import PROTOCOL, REASONING_FIELD


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
    return new_id(length) if length else "chatcmpl-tool-" + uuid.uuid4().hex


def header_entry(index: int, name: str, call_id: str | None, **arguments: str) -> Any:
    """Say that call `index` begins, with the first of its arguments if they are given."""
    function = PROTOCOL.DeltaFunctionCall(name=name, **arguments)
    return PROTOCOL.DeltaToolCall(index=index, id=call_id, type="function", function=function)


def arguments_entry(index: int, **arguments: str) -> Any:
    """Say more of call `index`; nothing at all without `arguments`."""
    return PROTOCOL.DeltaToolCall(index=index, function=PROTOCOL.DeltaFunctionCall(**arguments))


def mixed_message(content: str, reasoning: str, calls: list[CallDelta]) -> Any:
    """A message of any composition, or None when there is nothing in it."""
    fields: dict[str, Any] = {}
    if content:
        fields["content"] = content
    if reasoning:
        fields[REASONING_FIELD] = reasoning
    if calls:
        fields["tool_calls"] = [_entry(call) for call in calls]
    return PROTOCOL.DeltaMessage(**fields) if fields else None


def calls_of(events: Iterable[Event], id_length: int | None) -> list[CallDelta]:
    """What events say of each call, in order of their first event."""
    calls: dict[int, CallDelta] = {}
    for event in events:
        if isinstance(event, CallStart):
            calls[event.index] = CallDelta(event.index, event.name, event.id or new_call_id(id_length))
        elif isinstance(event, ArgumentsDelta):
            calls.setdefault(event.index, CallDelta(event.index)).arguments.append(event.text)
    return list(calls.values())


def message_of(events: Sequence[Event], id_length: int | None) -> Any:
    """The message of all that events say."""
    content = "".join(event.text for event in events if isinstance(event, ContentDelta))
    reasoning = "".join(event.text for event in events if isinstance(event, ReasoningDelta))
    return mixed_message(content, reasoning, calls_of(events, id_length))


def empty_message() -> Any:
    """A message without content, which the server sends all the same."""
    return PROTOCOL.DeltaMessage()


def with_reasoning(message: Any, reasoning: str) -> Any:
    """The same message, with this reasoning before its own."""
    fields = {name: getattr(message, name) for name in message.model_fields_set} if message is not None else {}
    return PROTOCOL.DeltaMessage(**{**fields, REASONING_FIELD: reasoning + (fields.get(REASONING_FIELD) or "")})


def _entry(call: CallDelta) -> Any:
    arguments = "".join(call.arguments)
    if call.name is None:
        return arguments_entry(call.index, arguments=arguments)
    return header_entry(call.index, call.name, call.id, arguments=arguments)


def _slow_content_message(text: str) -> Any:
    return PROTOCOL.DeltaMessage(content=text)


def _slow_reasoning_message(text: str) -> Any:
    return PROTOCOL.DeltaMessage(**{REASONING_FIELD: text})


def _slow_arguments_message(index: int, text: str) -> Any:
    return PROTOCOL.DeltaMessage(tool_calls=[arguments_entry(index, arguments=text)])


def _maker(sample: Any) -> Callable[[dict[str, Any], set[str]], Any]:
    """A constructor of the sample's model without validation: given all values, and which of them count as set."""
    model = type(sample)
    new = object.__new__
    set_values, set_names = _slot(model, "__dict__"), _slot(model, "__pydantic_fields_set__")
    set_extra, set_private = _slot(model, "__pydantic_extra__"), _slot(model, "__pydantic_private__")
    has_extra = sample.__pydantic_extra__ is not None

    def make(values: dict[str, Any], names: set[str]) -> Any:
        made = new(model)
        set_values(made, values)
        set_names(made, names)
        set_extra(made, {} if has_extra else None)
        set_private(made, None)
        return made

    return make


def _slot(model: Any, name: str) -> Callable[[Any, Any], None]:
    """The setter of a slot of pydantic's base class; quicker than any other way to fill it."""
    for base in model.__mro__:
        if name in base.__dict__:
            return base.__dict__[name].__set__  # type: ignore[no-any-return]  # pydantic is not imported, only met
    raise TypeError(name)


def _rest(sample: Any, *given: str) -> dict[str, Any]:
    """What the constructor leaves in the fields that are not given."""
    return {key: value for key, value in sample.__dict__.items() if key not in given}


def _fast_text_message(field: str) -> Callable[[str], Any]:
    sample = PROTOCOL.DeltaMessage(**{field: "x"})
    make, rest = _maker(sample), _rest(sample, field, "tool_calls")

    def text_message(text: str) -> Any:
        return make({**rest, field: text, "tool_calls": []}, {field})

    return text_message


def _fast_arguments_message() -> Callable[[int, str], Any]:
    message = _slow_arguments_message(0, "x")
    entry = message.tool_calls[0]
    make_message, rest_of_message = _maker(message), _rest(message, "tool_calls")
    make_entry, rest_of_entry = _maker(entry), _rest(entry, "index", "function")
    make_function, rest_of_function = _maker(entry.function), _rest(entry.function, "arguments")

    def arguments_message(index: int, text: str) -> Any:
        function = make_function({**rest_of_function, "arguments": text}, {"arguments"})
        entry = make_entry({**rest_of_entry, "index": index, "function": function}, {"index", "function"})
        return make_message({**rest_of_message, "tool_calls": [entry]}, {"tool_calls"})

    return arguments_message


def _same(made: Any, real: Any) -> bool:
    """Whether a fast message is in every respect equal to a real one."""
    dumps = [message.model_dump_json(exclude_unset=True) for message in (made, real)]
    return made == real and dumps[0] == dumps[1] and _insides(made) == _insides(real)


def _insides(message: Any) -> list[Any]:
    """What pydantic keeps in a message and in all that it holds."""
    models = [message, *message.tool_calls, *(entry.function for entry in message.tool_calls)]
    slots = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
    return [getattr(model, slot) for model in models for slot in slots]


def _fast_where_same(make_fast: Callable[[], Callable[..., Any]], slow: Callable[..., Any], *sample: Any) -> Any:
    try:
        fast = make_fast()
        return fast if _same(fast(*sample), slow(*sample)) else slow
    except Exception:  # whatever a future pydantic refuses, the real constructor still works
        return slow


_SAMPLE = 'a "b"'
content_message: Callable[[str], Any] = _fast_where_same(
    lambda: _fast_text_message("content"), _slow_content_message, _SAMPLE
)
reasoning_message: Callable[[str], Any] = _fast_where_same(
    lambda: _fast_text_message(REASONING_FIELD), _slow_reasoning_message, _SAMPLE
)
arguments_message: Callable[[int, str], Any] = _fast_where_same(
    _fast_arguments_message, _slow_arguments_message, 1, _SAMPLE
)
