"""Empty calls out of broken text: a body that is no parameters, texts that end too early, keys without their values."""

from __future__ import annotations

import json
from collections.abc import Iterator

from slips import STRICT, Sample, Slip, Trial
from toolgram.testing.cases import canonical

VALUES = ("value", "string", "json", "python", "arguments")


def _offsets(sample: Sample) -> list[int]:
    """Where each part of the text ends."""
    ends = [0]
    for _, text in sample.parts:
        ends.append(ends[-1] + len(text))
    return ends[1:]


def _keys(sample: Sample) -> list[int]:
    """The numbers of the keys of parameters: those of JSON objects that the spec knows stand in quotes."""
    return [number for number in sample.numbers("key") if not sample.parts[number][1].startswith('"')]


def _values(sample: Sample) -> list[int]:
    return [number for number, (what, _) in enumerate(sample.parts) if what in VALUES]


def _next_markup(sample: Sample, number: int) -> int:
    """The number of the delimiter behind a part, blanks aside."""
    return next(at for at in range(number + 1, len(sample.parts)) if sample.parts[at][0] == "markup")


def _parameters(sample: Sample) -> tuple[int, int] | None:
    """The parts from the first parameter's opener to the last one's closer; brackets of the call are none of them."""
    keys, values = _keys(sample), _values(sample)
    if len(keys) < 2 or len(values) < 2:
        return None
    opener = sample.parts[keys[0] - 1][1]
    begin = keys[0] - 1 if sample.parts[keys[-1] - 1][1] == opener and len(opener) > 1 else keys[0]
    closers = [sample.parts[_next_markup(sample, number)][1] for number in (values[0], values[-1])]
    own = closers[0].replace(sample.parts[keys[0]][1], "") == closers[1].replace(sample.parts[keys[-1]][1], "")
    return begin, _next_markup(sample, values[-1]) if own else values[-1]


def json_body(sample: Sample) -> Iterator[Trial]:
    """The arguments come as one JSON object where parameters belong."""
    found = _parameters(sample)
    if found is None:
        return
    begin, end = found
    gone = [(number, "") for number in range(begin + 1, end + 1)]
    name, arguments = sample.call
    empty = ((name, "{}"),)
    yield Trial(sample.replaced((begin, arguments), *gone), right=((sample.call,),))
    yield Trial(sample.replaced((begin, "{}"), *gone), right=(empty,))
    yield Trial(sample.replaced((begin, "{not an object}"), *gone), right=((),), is_cut=True)
    yield Trial(sample.replaced((begin, arguments[:-1]), *gone), right=((), (sample.call,)), is_cut=True)


def fenced_body(sample: Sample) -> Iterator[Trial]:
    """The same in a fence."""
    found = _parameters(sample)
    if found is not None:
        begin, end = found
        body = f"\n```json\n{sample.call[1]}\n```\n"
        gone = [(number, "") for number in range(begin + 1, end + 1)]
        yield Trial(sample.replaced((begin, body), *gone), right=((sample.call,),))


def cut_behind_name(sample: Sample) -> Iterator[Trial]:
    """The text ends somewhere behind the name: a whole call has all parameters that came, and no half of one."""
    names, values, ends = sample.numbers("name"), _values(sample), _offsets(sample)
    if not names or not values or values[0] < names[0]:
        return
    name, arguments = sample.call
    members = list(json.loads(arguments).items())
    is_object = len(values) < len(members)
    # JSON ends by itself: what stands behind it shows that it has.
    whole = [
        ends[number] + 1
        if sample.parts[number][0] == "json"
        else ends[number if is_object else _last_of(sample, number)]
        for number in values
    ]
    for end in range(ends[names[0]], len(sample.text)):
        count = sum(at <= end for at in whole)
        right: tuple[tuple[tuple[str, str], ...], ...] = ((),)
        if count and (count == len(whole) or not sample.text[whole[count - 1] : end].strip()):
            right = ((), ((name, arguments if is_object else canonical(dict(members[:count]))),))
        yield Trial(sample.text[:end], right=right, is_cut=True)


def _last_of(sample: Sample, number: int) -> int:
    """The last part of the parameter whose value this is: its closer, but for a separator or the call's bracket."""
    behind = _next_markup(sample, number) if number + 1 < len(sample.parts) else number
    return number if sample.parts[behind][1].strip() in (",", ")", "}") else behind


def key_without_value(sample: Sample) -> Iterator[Trial]:
    """Of one parameter the key comes, and not the value."""
    keys, values = _keys(sample), _values(sample)
    for key, value in zip(keys, values, strict=False):
        opener, closer = sample.parts[value - 1][1], sample.parts[_next_markup(sample, value)][1]
        if opener.strip() and _next_markup(sample, key) < value - 1 and len(opener) > 2 and key < value:
            gone = [(number, "") for number in range(_next_markup(sample, key) + 1, value)]
            after = [(number, "") for number in range(value, _next_markup(sample, value) + 1)]
            assert closer
            yield Trial(sample.replaced(*gone, *after), right=((),), is_cut=True)


KEYS = dict.fromkeys(["gemma4", "functiongemma"], "a key may begin with a bracket, so that the object is text of a key")
FENCED = dict.fromkeys(
    ["glm45", "iquest_q1", "poolside_v1", "telechat3_coder"], "the fence is read as more of the name"
)
FENCED |= dict.fromkeys(["lfm2", "llama4_pythonic", "olmo3", "pythonic"], "a bracket alone is no evidence for a call")

SLIPS = (
    Slip("K53", "a JSON object in place of parameters", json_body, KEYS | STRICT),
    Slip("K53", "a JSON object in a fence in place of parameters", fenced_body, KEYS | STRICT | FENCED),
    Slip("K57", "cut behind the name", cut_behind_name),
    Slip("glm", "a key without its value", key_without_value),
)
