"""What the request says and the text does not: the types of the schema."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from slips import Sample, Slip, Trial
from toolgram.testing.cases import canonical

# How formats mark a string, and what they write where the value is none.
MARKS = (
    ('<|"|>Tokyo<|"|>', "42"),
    ("<escape>Tokyo<escape>", "42"),
    ('string="true">Tokyo', 'string="false">42'),
    ('type="string"<|sep|>Tokyo', 'type="number"<|sep|>42'),
    ('"Tokyo"', "42"),
    ("Tokyo", "42"),
)


def tools_with(sample: Sample, schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The sample's tools, with another schema for the city."""
    tools = copy.deepcopy(sample.tools)
    for tool in tools:
        properties = tool["function"]["parameters"].get("properties", {})
        if "city" in properties:
            properties["city"] = schema
    return tools


def writes_parameters(sample: Sample) -> bool:
    """Whether the city is written for itself: not in a JSON object of all the arguments, nor as a literal."""
    return sample.text.count("Tokyo") == 1 and {"arguments", "python"}.isdisjoint(what for what, _ in sample.parts)


def with_city(sample: Sample, city: object) -> tuple[tuple[tuple[str, str], ...], ...]:
    name, arguments = sample.call
    return (((name, json.dumps({**json.loads(arguments), "city": city}, sort_keys=True)),),)


def number_for_string(sample: Sample) -> Iterator[Trial]:
    """The text says that it is a number, the schema that only a string is allowed."""
    marked = next((mark for mark in MARKS if mark[0] in sample.text), None)
    if writes_parameters(sample) and marked is not None:
        text = sample.text.replace(*marked)
        yield Trial(text, with_city(sample, "42"), tools=tools_with(sample, {"type": "string"}))
        text = text.replace("42", "true")
        yield Trial(text, with_city(sample, "true"), tools=tools_with(sample, {"type": ["string", "null"]}))


def string_for_number(sample: Sample) -> Iterator[Trial]:
    """The text says that it is a string, the schema that no string is allowed."""
    if writes_parameters(sample):
        text = sample.text.replace("Tokyo", "42")
        yield Trial(text, with_city(sample, 42), tools=tools_with(sample, {"type": "integer"}))
        text = sample.text.replace("Tokyo", "true")
        yield Trial(text, with_city(sample, True), tools=tools_with(sample, {"type": "boolean"}))


NO_JSON = ("{1, 2, 3}", "{not json", "{a, b}", "[{so, what}]")
ESCAPED = '{\\"a\\": \\"b c\\"}'


def no_json(sample: Sample) -> Iterator[Trial]:
    """Text that is no JSON where the schema wants an object is the string that it is; JSON that is escaped is read."""
    values = [number for number in sample.numbers("value") if sample.parts[number][1].strip() == "Tokyo"]
    if not values:
        return
    tools = tools_with(sample, {"type": "object"})
    name, arguments = sample.call
    for text, value in (*((text, text) for text in NO_JSON), (ESCAPED, {"a": "b c"})):
        right = canonical({**json.loads(arguments), "city": value})
        written = sample.parts[values[0]][1].replace("Tokyo", text)
        yield Trial(sample.replaced((values[0], written)), right=(((name, right),),), tools=tools)


SLIPS = (
    Slip("W1", "a number or a boolean where only a string is allowed", number_for_string),
    Slip("W3", "text that is no JSON where an object is wanted", no_json),
    Slip("W2", "a string where only a number or a boolean is allowed", string_for_number),
)
