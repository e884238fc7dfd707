"""Calls that went wrong, of every format: complete exactly if their arguments are one JSON object, ended, and the same
for every split (docs/rules.md, promises 1, 2 and 7).

`TOOLGRAM_EXAMPLES=20000 pytest tests/test_mutated_pages.py` tries so many texts of each format.
"""

from __future__ import annotations

import json
import math
import random
from typing import Any

import budget
import pytest
from mutated_pages import Mutated, mutated_page
from test_next_call import CALLING
from test_promises import cut, in_order, is_object

import toolgram
from toolgram import Event, collect
from toolgram.testing import merge

TIMES = 10 if budget.full else 5  # as many texts as a promise gets: they are cheap


def read(name: str, sample: Mutated, chunks: list[str] | str) -> list[Event]:
    parser = toolgram.load(name).parser(sample.tools, sample.inside, suffix=sample.suffix)
    return merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish())


def strict(text: str) -> Any:
    """Read JSON as the strictest reader does: no key twice, no number that is none, none that no double holds."""
    found = json.loads(text, object_pairs_hook=once, parse_constant=refuse, parse_float=finite)
    return json.loads(json.dumps(found))


def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) < len(pairs):
        raise ValueError("a key comes twice")
    return dict(pairs)


def refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


def finite(text: str) -> float:
    if math.isinf(float(text)):
        raise ValueError(f"no double holds {text}")
    return float(text)


@pytest.mark.parametrize("name", CALLING)
def test_a_call_is_complete_exactly_if_its_arguments_are_one_object(name: str) -> None:
    chance = random.Random(name)
    for _ in range(TIMES * budget.examples()):
        sample = mutated_page(name, chance)
        whole = read(name, sample, [sample.text])
        in_order(whole)
        for call in collect(whole).tool_calls:
            if call.complete:
                assert isinstance(strict(call.arguments), dict), sample
            else:
                assert not is_object(call.arguments), sample
        assert read(name, sample, sample.text) == whole, sample
        ends = sorted(chance.randrange(len(sample.text) + 1) for _ in range(3))
        assert read(name, sample, cut(sample.text, ends)) == whole, (sample, ends)
