"""Where the members of a JSON object stand in its text.

In: the text of an object, perhaps cut off, perhaps no JSON as it stands. Out: the place of each value, by its key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import NoReturn

from .attempt import Span

# A bracket, what parts members and keys; everything else is passed over.
OTHERS = r"""|([{\[(])|([}\])])|([:,])|[^"'{\[(}\]):,]+|."""
STRINGS = {'"': r'"(?:[^"\\]|\\.)*"', "'": r"'(?:[^'\\]|\\.)*'"}
# By the quotes that strings are looked for with:
PARTS = {
    quotes: re.compile("({})".format("|".join(STRINGS[quote] for quote in quotes) or "(?!)") + OTHERS, re.DOTALL)
    for quotes in ("\"'", '"', "'", "")
}
IN_STRING = re.compile(r"""^[ \t\r\n]*["'](?=[ \t\r\n]*\{)""")
AROUND = " \t\r\n"
QUOTES = "\"'"


def is_json(text: str) -> bool:
    """Whether a text is one value of strict JSON, in which no integer has more digits than `json` reads."""
    try:
        json.loads(text, parse_constant=_refuse)
    except ValueError:
        return False
    except RecursionError:
        return True  # deeper than can be read here: nothing speaks against it
    return True


def _refuse(word: str) -> NoReturn:
    """NaN and the infinities, which `json` reads."""
    raise ValueError(word)


def members_of(text: str) -> dict[str, Span]:
    """Return the place of each member's value; the first of two keys counts.

    Brackets and quotes are all that is looked at, so it finds its way in what is nearly JSON, too. An object that was
    encoded twice has its quotes behind backslashes.

    >>> members_of("{'a': [1, 2], b: 3,}")
    {'a': (6, 12), 'b': (17, 18)}
    """
    found: dict[str, Span] = {}
    depth, begin = 0, 0  # of the key or the value that is read
    key: str | None = None
    for part in _parts(_decoded(text)):
        _, opener, closer, sign = part.groups()
        if closer:
            depth -= 1
        is_end = (closer and depth == 0) or (sign == "," and depth == 1)
        if is_end and key is not None:
            found.setdefault(key, _trimmed(text, begin, part.start()))
        if sign == ":" and depth == 1 and key is None:
            key, begin = _key_of(text[begin : part.start()].strip(AROUND)), part.end()
        elif is_end or (opener and depth == 0):
            key, begin = None, part.end()
        if opener:
            depth += 1
        if closer and depth <= 0:
            return found
    if key is not None:
        found.setdefault(key, _trimmed(text, begin, len(text)))
    return found


def spans_of(arguments: str, spans: dict[str, Span], source: str, at: int) -> dict[str, Span]:
    """Return the spans of the members of whole arguments, of all the spans that were found in a source behind `at`.

    Where one parameter holds all of them as an object, they are found in that.
    """
    try:
        keys = json.loads(arguments).keys()
    except RecursionError:
        return spans
    if len(spans) == 1 and not spans.keys() & keys:
        [(begin, end)] = spans.values()
        inner = members_of(source[begin - at : end - at])
        spans = {key: (begin + first, begin + last) for key, (first, last) in inner.items()}
    return {key: span for key, span in spans.items() if key in keys}


def _parts(text: str) -> Iterator[re.Match[str]]:
    """The parts of a text, without strings.

    Where a quote is never closed, no later one of its kind is: so none is looked for twice, and the work is linear.
    """
    at, quotes = 0, QUOTES
    while at < len(text):
        part = PARTS[quotes].match(text, at)
        assert part is not None  # it matches any character
        at = part.end()
        if part.group() in QUOTES:
            quotes = quotes.replace(part.group(), "")
        elif part.group(1) is None:
            yield part


def _key_of(text: str) -> str:
    """A key as it is meant, of a key as it stands."""
    try:
        return str(json.loads(text)) if text.startswith('"') else text.strip(AROUND + QUOTES + "\\")
    except ValueError:
        return text.strip(AROUND + QUOTES + "\\")


def _decoded(text: str) -> str:
    """An object inside of a string, with its quotes bare; no character has another place."""
    quote = IN_STRING.match(text)
    return text if quote is None else " " * quote.end() + text[quote.end() :].replace('\\"', ' "')


def _trimmed(text: str, begin: int, end: int) -> Span:
    """A span without the blanks around its text."""
    value = text[begin:end]
    begin += len(value) - len(value.lstrip(AROUND))
    return begin, max(begin, begin + len(value.strip(AROUND)))
