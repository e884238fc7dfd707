"""Quotes that are not escaped, and text that no value has, in arguments that are JSON or Python literals."""

from __future__ import annotations

import json
from collections.abc import Iterator

from slips import Sample, Slip, Trial
from toolgram.testing.cases import canonical

JSON_TEXTS = ('To "k" yo', 'say "To"', 'a "b", "c" d', '<a href="x">y</a>', 'echo "{}"', 'x = {"a": "b"}')
PYTHON_TEXTS = ("print('hi')", "a 'b', 'c' d", "it's 'To'")


def _with_city(sample: Sample, written: str, city: str, quote: str) -> Trial:
    """The sample with another city: `written` between its quotes."""
    name, arguments = sample.call
    right = canonical({**json.loads(arguments), "city": city})
    return Trial(sample.text.replace(f"{quote}Tokyo{quote}", quote + written + quote, 1), right=(((name, right),),))


def _holds_json(sample: Sample) -> bool:
    return bool(sample.numbers("arguments")) and '"Tokyo"' in sample.text


def unescaped_in_json(sample: Sample) -> Iterator[Trial]:
    """A quotation in a string of JSON: what stands behind its quotes cannot follow a string."""
    for text in JSON_TEXTS if _holds_json(sample) else ():
        yield _with_city(sample, text, text, '"')


def unescaped_in_python(sample: Sample) -> Iterator[Trial]:
    """The same in a Python call."""
    for text in PYTHON_TEXTS if "'Tokyo'" in sample.text else ():
        yield _with_city(sample, text, text, "'")


def line_ends_spelled_out(sample: Sample) -> Iterator[Trial]:
    r"""`\n` between the parts of JSON, as the two characters."""
    if _holds_json(sample):
        text = sample.text.replace('"Tokyo"', '\\n"Tokyo"\\n')
        yield Trial(text, right=((sample.call,),))


def no_value(sample: Sample) -> Iterator[Trial]:
    """Text between the parts of JSON: the call is not complete."""
    if not _holds_json(sample):
        return
    for text in ('"Tokyo" junk', 'junk "Tokyo"'):
        yield Trial(sample.text.replace('"Tokyo"', text), right=((),), is_cut=True)


SLIPS = (
    Slip("K11", "quotes that are not escaped", unescaped_in_json),
    Slip("K80", "quotes that are not escaped", unescaped_in_python),
    Slip("K11", "junk in JSON", no_value),
    Slip("K12", "line ends spelled out", line_ends_spelled_out),
)
