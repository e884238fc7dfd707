"""Thoughts where the spec has none: behind an answer, behind a call, between two; quoted; opened at the very end."""

from __future__ import annotations

from collections.abc import Iterator

from strategies import spec_of

import toolgram
from slips import Sample, Slip, Trial


def block(sample: Sample) -> tuple[str, str] | None:
    """The delimiters of the format's reasoning, where they are these tags, and no checkpoint has others."""
    if spec_of(sample.format).meta.suffix is not None:
        return None
    found = toolgram.load(sample.format).parse("<think>b</think>")
    return ("<think>", "</think>") if found.reasoning == "b" and not found.content else None


def again(sample: Sample) -> Iterator[Trial]:
    """Thoughts at the start of a line behind content, and behind a call."""
    tags = block(sample)
    if tags is None or sample.case.expected.content:
        return
    opener, closer = tags
    thoughts = f"{opener}b{closer}"
    yield Trial(f"Look.\n{thoughts}\nDone.", right=((),), content="Look. Done.", reasoning="b")
    yield Trial(f"{thoughts}\nLook.\n{thoughts}\n", right=((),), content="Look.", reasoning="bb")
    yield Trial(f"{sample.text}\n{thoughts}\n", right=((sample.call,),), content="", reasoning="b")
    if toolgram.load(sample.format).parse(f"Look.\n{sample.text}", sample.tools).tool_calls:
        yield Trial(f"Look.\n{opener}b\n{sample.text}", right=((sample.call,),), content="Look.", reasoning="b")


def quoted(sample: Sample) -> Iterator[Trial]:
    """The delimiters of thoughts in a sentence are a part of it."""
    tags = block(sample)
    if tags is not None:
        text = f"Write {tags[0]} and {tags[1]} around it."
        yield Trial(text, right=((),), content=text, reasoning="")


def dangling(sample: Sample) -> Iterator[Trial]:
    """An opener with nothing behind it."""
    tags = block(sample)
    if tags is not None:
        yield Trial(f"Done.\n{tags[0]}", right=((),), content="Done.", reasoning="")


SLIPS = (
    Slip("R1", "thoughts that come again", again),
    Slip("R2", "the delimiters of thoughts in a sentence", quoted),
    Slip("R3", "an opener of thoughts at the end", dangling),
)
