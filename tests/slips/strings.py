"""Quotes that are not escaped, in arguments that are one JSON object."""

from __future__ import annotations

import json
from collections.abc import Iterator

from slips import Sample, Slip, Trial


def unescaped(sample: Sample) -> Iterator[Trial]:
    """A quotation in a string: the whole text, or a call that is not complete; never the text up to the quotation."""
    if not sample.numbers("arguments") or '"Tokyo"' not in sample.text:
        return
    name, arguments = sample.call
    for text in ('To "k" yo', 'say "To"'):
        right = json.dumps({**json.loads(arguments), "city": text}, sort_keys=True)
        yield Trial(sample.text.replace('"Tokyo"', f'"{text}"'), right=((), ((name, right),)), is_cut=True)


SLIPS = (Slip("K11", "quotes that are not escaped", unescaped),)
