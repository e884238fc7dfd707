"""The tokens around turns that no server has taken away: never part of an argument, and not shown beside a call."""

from __future__ import annotations

from collections.abc import Iterator

import toolgram
from slips import STRICT, Sample, Slip, Trial


def _ends(sample: Sample) -> Iterator[str]:
    """Each end token that a server takes away and no rule reads."""
    machine = toolgram.load(sample.format).machine
    yield from (token for token in machine.end_tokens if token not in machine.end_delimiters)


def end_behind_call(sample: Sample) -> Iterator[Trial]:
    """The end token stands behind the call, once, and with a line end and another one behind it."""
    for token in _ends(sample):
        for behind in (token, f"\n{token}\n{token}\n"):
            yield Trial(sample.text + behind, right=((sample.call,),), content="")


def end_for_closer(sample: Sample) -> Iterator[Trial]:
    """The end token stands for the last delimiter. In a format that is all or nothing, the rest of it is text."""
    parts = [number for number, (what, _) in enumerate(sample.parts) if what != "blanks"]
    last = parts[-1]
    for token in _ends(sample) if sample.parts[last][0] == "markup" and sample.format not in STRICT else ():
        yield Trial(sample.replaced((last, token)), right=((sample.call,),), content="")


def end_in_value(sample: Sample) -> Iterator[Trial]:
    """The end token cuts the first value."""
    at = sample.text.find("Tokyo")
    for token in _ends(sample) if at >= 0 else ():
        yield Trial(sample.text[: at + 2] + token, right=((),), is_cut=True)


def next_turn(sample: Sample) -> Iterator[Trial]:
    """The model has opened its next turn itself, and said no more."""
    for token in _ends(sample):
        for opener in toolgram.load(sample.format).machine.turn_openers:
            yield Trial(f"{sample.text}{token}\n{opener}\n", right=((sample.call,),), content="")


SLIPS = (
    Slip("K99", "end token behind a call", end_behind_call),
    Slip("K99", "end token for a closer", end_for_closer),
    Slip("K99", "end token in a value", end_in_value),
    Slip("K99", "next turn behind a call", next_turn),
)
