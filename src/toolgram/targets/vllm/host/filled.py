"""vLLM's models, filled in instead of validated: what their constructors make of values that are known to be right.

In: an object that the real constructor has made. Out: what makes more of its kind, in a third of the time.

How: an object of a pydantic model is its values and three slots. The values of a new one are a copy of the first one's,
with its own put in. What is made for every delta is written out, without a call for each object.

Promise: nothing made here is used before `alike` has compared it with the real thing, in every respect.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Setter = Callable[[Any, Any], None]
SLOTS = ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
new_object = object.__new__


def setters_of(model: Any) -> list[Setter]:
    """The setters of pydantic's slots; quicker than any other way to fill them. Raises TypeError."""
    return [_setter(model, name) for name in SLOTS]


def _setter(model: Any, name: str) -> Setter:
    for base in model.__mro__:
        if name in base.__dict__:
            return base.__dict__[name].__set__  # type: ignore[no-any-return]  # pydantic is not imported, only met
    raise TypeError(name)


def filler(sample: Any, listed: str = "") -> Callable[..., Any]:
    """A constructor of the sample's model: what is given counts as set, everything else is as in the sample.

    `listed` is a field that has a list of its own where nothing is given.
    """
    model, copy, has_extra = type(sample), dict(sample.__dict__).copy, sample.__pydantic_extra__ is not None
    set_values, set_names, set_extra, set_private = setters_of(model)

    def fill(**given: Any) -> Any:
        values = copy()
        if listed:
            values[listed] = []
        values.update(given)
        made = new_object(model)
        set_values(made, values)
        set_names(made, set(given))
        set_extra(made, {} if has_extra else None)
        set_private(made, None)
        return made

    return fill


def text_filler(empty: Any, field: str) -> Callable[[str], Any]:
    """As `filler`, of messages that have one text and nothing else."""
    model, copy, has_extra = type(empty), dict(empty.__dict__).copy, empty.__pydantic_extra__ is not None
    set_values, set_names, set_extra, set_private = setters_of(model)

    def fill_text(text: str) -> Any:
        values = copy()
        values[field] = text
        values["tool_calls"] = []
        made = new_object(model)
        set_values(made, values)
        set_names(made, {field})
        set_extra(made, {} if has_extra else None)
        set_private(made, None)
        return made

    return fill_text


def arguments_filler(empty: Any, empty_entry: Any, empty_function: Any) -> Callable[[int, str], Any]:
    """As `filler`, of messages that have more of a call's arguments and nothing else: all three objects in one."""
    message, entry, function = type(empty), type(empty_entry), type(empty_function)
    copy, copy_entry, copy_function = (dict(one.__dict__).copy for one in (empty, empty_entry, empty_function))
    extra, entry_extra, function_extra = (
        one.__pydantic_extra__ is not None for one in (empty, empty_entry, empty_function)
    )
    set_values, set_names, set_extra, set_private = setters_of(message)

    def fill_arguments(index: int, text: str) -> Any:
        values = copy_function()
        values["arguments"] = text
        inner = new_object(function)
        set_values(inner, values)
        set_names(inner, {"arguments"})
        set_extra(inner, {} if function_extra else None)
        set_private(inner, None)
        values = copy_entry()
        values["index"] = index
        values["function"] = inner
        middle = new_object(entry)
        set_values(middle, values)
        set_names(middle, {"index", "function"})
        set_extra(middle, {} if entry_extra else None)
        set_private(middle, None)
        values = copy()
        values["tool_calls"] = [middle]
        made = new_object(message)
        set_values(made, values)
        set_names(made, {"tool_calls"})
        set_extra(made, {} if extra else None)
        set_private(made, None)
        return made

    return fill_arguments


def call_filler(call: Any) -> Callable[[Any, str | None, str], Any]:
    """As `filler`, of the calls of a whole answer, each with its function."""
    fill, fill_function = filler(call), filler(call.function)

    def fill_call(call_id: Any, name: str | None, arguments: str) -> Any:
        return fill(id=call_id, type=call.type, function=fill_function(name=name, arguments=arguments))

    return fill_call


def alike(made: Any, real: Any) -> bool:
    """Whether a message that was filled in is in every respect equal to a real one."""
    dumps = [message.model_dump_json(exclude_unset=True) for message in (made, real)]
    return made == real and dumps[0] == dumps[1] and _insides(made) == _insides(real)


def _insides(message: Any) -> list[Any]:
    """What pydantic keeps in a message and in all that it holds, in its order."""
    models = [message, *message.tool_calls, *(one.function for one in message.tool_calls if one.function is not None)]
    kept = [[type(model), *(getattr(model, slot) for slot in SLOTS)] for model in models]
    return [*kept, *(list(model.__dict__) for model in models)]


def filled_where_alike(make_filler: Callable[[], Any], real: Callable[..., Any], *sample: Any) -> Any:
    """What `make_filler` makes, if it makes of a sample what the real constructor does; else that."""
    try:
        filled = make_filler()
        return filled if alike(filled(*sample), real(*sample)) else real
    except Exception:  # whatever a future pydantic refuses, the real constructor still works
        return real
