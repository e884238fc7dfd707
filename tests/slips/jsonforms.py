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
    end = next(number for number in range(arguments[0], len(sample.parts)) if sample.parts[number][1] == "}")
    return CallObject(brackets[-1], end, keys[-1], arguments[0])


def closes(sample: Sample, number: int) -> bool:
    """Whether more of the call's markup stands behind a part; else a second object is text behind a call."""
    return any(what == "markup" for what, _ in sample.parts[number + 1 :])


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


def second_object(sample: Sample) -> Iterator[Trial]:
    """A second object stands behind that of the call, in one block."""
    found = call_object(sample)
    if found is None or not closes(sample, found.end):
        return
    texts = [text for _, text in sample.parts[found.begin : found.end + 1]]
    texts[found.arguments - found.begin] = '{"city": "Rome"}'
    once, more = sample.parts[found.end][1], "".join(texts)
    second = (sample.call[0], canonical({"city": "Rome"}))
    for between in ("", "\n", " , "):
        yield Trial(sample.replaced((found.end, once + between + more)), right=((sample.call, second),))
    yield Trial(sample.replaced((found.end, once + "\n" + more + "\n" + more)), right=((sample.call, second, second),))


def glued_arguments(sample: Sample) -> Iterator[Trial]:
    """A second object stands behind the arguments of a call whose name stands outside of them."""
    places = sample.numbers("arguments")
    if len(places) != 1 or any(sample.parts[number][1][0] in "\"'" for number in sample.numbers("key")):
        return
    if not closes(sample, places[0]):
        return
    text = sample.parts[places[0]][1]
    second = (sample.call[0], canonical({"city": "Rome"}))
    for between in ("", "\n"):
        right = ((sample.call, second),)
        yield Trial(sample.replaced((places[0], text + between + '{"city": "Rome"}')), right=right)
        nothing = ((sample.call,),)
        yield Trial(sample.replaced((places[0], text + between + '{"town": 1}')), right=nothing, is_cut=True)


def object_for_list(sample: Sample) -> Iterator[Trial]:
    """One object stands where a list of calls belongs."""
    found = call_object(sample)
    brackets = [number for number, part in enumerate(sample.parts) if part == ("markup", "[")]
    closers = [number for number, part in enumerate(sample.parts) if part == ("markup", "]")]
    if found is not None and len(brackets) == len(closers) == 1:
        yield Trial(sample.replaced((brackets[0], ""), (closers[0], "")), right=((sample.call,),))
        yield Trial(sample.replaced((brackets[0], "")), right=((sample.call,),))


def not_an_object(sample: Sample) -> Iterator[Trial]:
    """What stands in the place of the arguments is no object, and none of it may be lost in silence."""
    places = sample.numbers("arguments")
    if len(places) != 1:
        return
    for text in ("{not json}", "{1, 2}", '{"Tokyo"}', '"not json"', '["Tokyo"]', "3"):
        yield Trial(sample.replaced((places[0], text)), right=((),), is_cut=True)


BRACKET = "of a bracket and a member that is no name any JSON may begin with"

NOTHING = "nothing but the beginning of the reply says that a list is calls: an object there is an answer in JSON"

SLIPS = (
    Slip(
        "K13",
        "arguments beside the name",
        beside_the_name,
        excused=dict.fromkeys(["guided_json", "llama3_json", "xlam"], BRACKET),
    ),
    Slip("K13", "cut off beside the name", cut_beside_the_name),
    Slip("K14", "two objects in one block", second_object),
    Slip("K74", "two objects for one name", glued_arguments),
    Slip("K70", "an object for a list", object_for_list, excused=dict.fromkeys(["guided_json", "xlam"], NOTHING)),
    Slip("K53", "no object for arguments", not_an_object),
)
