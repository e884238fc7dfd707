"""Names and JSON calls that are written otherwise than the format has them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from slips import Sample, Slip, Trial


def named(sample: Sample, name: str) -> str | None:
    """The sample's text with another name for the function; None: the name stands in no place of its own."""
    places = [number for number in sample.numbers("name") if sample.parts[number][1].strip('"') == sample.call[0]]
    if len(places) != 1:
        return None
    [place] = places
    return sample.replaced((place, sample.parts[place][1].replace(sample.call[0], name)))


def renamed(sample: Sample, name: str) -> list[dict[str, Any]]:
    """The sample's tools, the called one under another name."""
    tools = copy.deepcopy(sample.tools)
    for tool in tools:
        if tool["function"]["name"] == sample.call[0]:
            tool["function"]["name"] = name
    return tools


def unusual_names(sample: Sample) -> Iterator[Trial]:
    """The request declares the tool under a name with other characters than a Python name has."""
    for name in ("ns:lookup", "ns/lookup", "lookup@v2", "$lookup", "lookup!", "@ns/lookup", "look up", "look$up"):
        text = named(sample, name)
        if text is not None:
            yield Trial(text, right=(((name, sample.call[1]),),), tools=renamed(sample, name))


def namespaces(sample: Sample) -> Iterator[Trial]:
    """A namespace stands before or behind the name."""
    name = sample.call[0]
    for written in (f"google:mcp:{name}", f"functions.{name}", f"mcp__server__{name}", f"{name}:v1", f"ns/{name}/run"):
        text = named(sample, written)
        if text is not None:
            yield Trial(text, right=((sample.call,),))


def numbers(sample: Sample) -> Iterator[Trial]:
    """The name is numbered, as the ids of Kimi are, in other separators."""
    name = sample.call[0]
    for written in (f"functions{name}5", f"functions_{name}_5", f"{name}_5", f"functions.{name}.0"):
        text = named(sample, written)
        if text is not None:
            yield Trial(text, right=((sample.call,),))


BARE = "a name behind a bracket or nothing at all must be declared as it is written"

SLIPS = (
    Slip("K90", "names of any characters", unusual_names),
    Slip(
        "K09",
        "a namespace around the name",
        namespaces,
        excused={
            "functionary_v32": BARE,
            "glm4": BARE,
            "pythonic": BARE,
            "kimi_k2": "a colon behind a declared name ends it",
        },
    ),
    Slip("K60", "a number behind the name", numbers, excused={"functionary_v32": BARE, "glm4": BARE, "pythonic": BARE}),
)
