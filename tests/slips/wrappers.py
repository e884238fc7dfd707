"""Slips in the wrapper around calls: another word in it, or a wrapper where the format has none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from strategies import spec_of

from slips import Sample, Slip, Trial, openers_of
from toolgram.runtime.tables.limits import TAG_MAX, TELLING

WORDS = ("function_calls", "tool_calls", "tools", "calls", "invokes")
WORD = re.compile(r"<(\w+)")
FIRST_WORD = re.compile(r"[<\[｜|]+(?:\w+[:｜])?([A-Za-z_]{4,})")


def _trial(sample: Sample, text: str) -> Trial:
    expected = sample.case.expected
    return Trial(text, right=((sample.call,),), content=expected.content or "", reasoning=expected.reasoning)


def _openers(name: str) -> list[str]:
    """What opens calls: three characters at least, up to the place of a suffix."""
    found = {literal.partition("{suffix}")[0] for literal in openers_of(name)}
    return [literal for literal in found if len(literal) >= TELLING]


def another_word(sample: Sample) -> Iterator[Trial]:
    """The word of the outermost pair of delimiters is another one, where others stand between it and the name."""
    name = next(iter(sample.numbers("name")), 0)
    numbers = [number for number in sample.numbers("markup") if number < name] or [0]
    outer = sample.parts[numbers[0]][1]
    found = (FIRST_WORD if spec_of(sample.format).meta.suffix is None else WORD).match(outer)
    closers = [number for number in sample.numbers("markup") if found and found[1] in sample.parts[number][1]]
    inner = sample.parts[numbers[1]][1] if len(numbers) > 1 else ""
    if found is None or len(closers) < 2 or not inner.startswith(tuple(_openers(sample.format))):
        return
    for word in WORDS:
        wrong = outer.replace(found[1], word, 1)
        if word != found[1] and len(wrong) <= TAG_MAX:
            end = sample.parts[closers[-1]][1].replace(found[1], word, 1)
            yield _trial(sample, sample.replaced((numbers[0], wrong), (closers[-1], end)))


def one_more(sample: Sample) -> Iterator[Trial]:
    """A wrapper around all of the call."""
    first, last = sample.numbers("markup")[0], sample.numbers("markup")[-1]
    opener, closer = sample.parts[first][1], sample.parts[last][1]
    is_first = opener in _openers(sample.format) and first == 0 and last == len(sample.parts) - 1
    for word in WORDS if is_first else ():
        if opener.startswith(f"<{word}"):
            continue  # a delimiter of its own, without its suffix
        wrapped = sample.replaced((first, f"<{word}>\n{opener}"), (last, f"{closer}\n</{word}>"))
        yield _trial(sample, wrapped)


SLIPS = (Slip("K30", "another word in the wrapper", another_word), Slip("K30", "one wrapper more", one_more))
