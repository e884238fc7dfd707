"""Slips in delimiters: closers misspelt or left out, openers left out, tags that close themselves, other quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategies import spec_of

from slips import STRICT, Sample, Slip, Trial
from toolgram.machine.misspelt import stem_of
from toolgram.machine.quotes import OPENER

TAG_QUOTES = re.compile(r"""(<[^<>"]*|"\s[\w:.-]+)="([^"<>]*)""")


def _trial(sample: Sample, text: str) -> Trial:
    expected = sample.case.expected
    return Trial(text, right=((sample.call,),), content=expected.content or "", reasoning=expected.reasoning)


def misspelt_closers(sample: Sample) -> Iterator[Trial]:
    """Each closer of the call in four spellings: a character more, a slash more, half of it, no bracket."""
    for number in sample.numbers("markup"):
        closer = sample.parts[number][1]
        stem = stem_of(closer) if closer != "</think>" else ""
        if not stem:
            continue
        has_suffix = spec_of(sample.format).meta.suffix is not None
        # A suffix that is another is another checkpoint's.
        for wrong in (closer[:-1] + "/>", *(() if has_suffix else (closer[:-1] + "1>", stem + ">"))):
            yield _trial(sample, sample.replaced((number, wrong)))
        behind = sample.replaced(*((at, "") for at in range(number + 1)))
        if behind[:1] in ("\n", "<"):
            yield _trial(sample, sample.replaced((number, closer[:-1])))


def other_quotes(sample: Sample) -> Iterator[Trial]:
    """The attributes of tags in single quotes."""
    text = sample.text
    if not any(OPENER.search(part) for _, part in sample.parts):
        return
    wrong = TAG_QUOTES.sub(lambda found: f"{found[1]}='{found[2]}", text)
    wrong = re.sub(r"""(='[^'"<>]*)"(?=\s[\w:.-]+=|\s*>)""", r"\1'", wrong)
    yield _trial(sample, wrong)


def junk_behind_a_token(sample: Sample) -> Iterator[Trial]:
    """Junk behind the closer of a value, where the closer is or has a special token."""
    tokens = spec_of(sample.format).meta.special_tokens
    for number in [*sample.numbers("value"), *sample.numbers("string"), *sample.numbers("json")]:
        closer = next((at for at in sample.numbers("markup") if at > number), None)
        if closer is None or not any(token in sample.parts[closer][1] for token in tokens):
            continue
        yield _trial(sample, sample.replaced((closer, sample.parts[closer][1] + " oops ")))


SLIPS = (
    Slip("K51", "closers misspelt", misspelt_closers, STRICT),
    Slip("K88", "junk behind a token", junk_behind_a_token, {"k2_horizon": STRICT["k2_horizon"]}),
    Slip("K86", "attributes in single quotes", other_quotes),
)
