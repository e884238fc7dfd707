"""Calls that are JSON, in another form: arguments beside the name, arguments that are none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from slips import Sample, Slip, Trial
from toolgram.testing.cases import canonical


@dataclass(frozen=True)
class CallObject:
    """The object that is the sample's call: numbers of its parts."""

    begin: int  # its bracket
    end: int
    key: int  # of the member that holds the arguments
    arguments: int


def call_object(sample: Sample) -> CallObject | None:
    """Where the call is one JSON object with a name and arguments in it."""
    keys = [number for number in sample.numbers("key") if sample.parts[number][1].startswith('"')]
    arguments, names = sample.numbers("arguments"), sample.numbers("name")
    if len(arguments) != 1 or len(names) != 1 or not keys or not keys[0] < names[0] < keys[-1] < arguments[0]:
        return None
    brackets = [number for number, (_, text) in enumerate(sample.parts) if text == "{"]
    return CallObject(brackets[-1], arguments[0] + 1, keys[-1], arguments[0])


def beside_the_name(sample: Sample) -> Iterator[Trial]:
    """The arguments stand beside the name, and no member holds them."""
    found = call_object(sample)
    if found is None:
        return
    members = sample.parts[found.arguments][1][1:-1]
    right = (sample.call,)
    yield Trial(sample.replaced((found.key, members), (found.arguments, "")), right=(right,))
    more = f'{members}, "call_id": "c1", "kind": {{"city": "x"}}'
    yield Trial(sample.replaced((found.key, more), (found.arguments, "")), right=(right,))
    first = "{" + members + ", "
    yield Trial(sample.replaced((found.begin, first), (found.key, '"x":'), (found.arguments, "1")), right=(right,))
    only = (sample.call[0], canonical({"days": 9}))
    both = f"{members}, {sample.parts[found.key][1]}"
    yield Trial(sample.replaced((found.key, both), (found.arguments, '{"days": 9}')), right=((only,),))


def cut_beside_the_name(sample: Sample) -> Iterator[Trial]:
    """The same, and the text ends inside of the object."""
    found = call_object(sample)
    if found is None:
        return
    before = "".join(text for _, text in sample.parts[: found.key])
    for members in ('"city"', '"city":', '"city": "To', '"city": "Tokyo"', '"city": "Tokyo", ', '"city": "Tokyo", "d'):
        yield Trial(before + members, right=((),), is_cut=True)


def not_an_object(sample: Sample) -> Iterator[Trial]:
    """What stands in the place of the arguments is no object, and none of it may be lost in silence."""
    places = sample.numbers("arguments")
    if len(places) != 1:
        return
    for text in ("{not json}", "{1, 2}", '{"Tokyo"}', '"not json"', '["Tokyo"]', "3"):
        yield Trial(sample.replaced((places[0], text)), right=((),), is_cut=True)


BRACKET = "of a bracket and a member that is no name any JSON may begin with"

SLIPS = (
    Slip(
        "K13",
        "arguments beside the name",
        beside_the_name,
        excused=dict.fromkeys(["guided_json", "llama3_json", "xlam"], BRACKET),
    ),
    Slip("K13", "cut off beside the name", cut_beside_the_name),
    Slip("K53", "no object for arguments", not_an_object),
)
