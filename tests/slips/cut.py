"""A text that ends too early: nothing may look like a whole call that is none."""

from __future__ import annotations

from collections.abc import Iterator

from slips import Sample, Slip, Trial


def cut_in_value(sample: Sample) -> Iterator[Trial]:
    """The text ends in the middle of its first value."""
    at = sample.text.find("Tokyo")
    if at >= 0:
        yield Trial(sample.text[: at + 2], right=((),), is_cut=True)


SLIPS = (Slip("K57", "cut in a value", cut_in_value),)
