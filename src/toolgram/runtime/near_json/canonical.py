"""Tell that a long JSON value stands in the text as it would be written, without writing it.

In: the text, and the place of a `{` or a `[`. Out: whether it stands so, and the place behind it; or None, where more
than blanks and escapes may be other.

    {"rows": [{"id": 1}, {"id": 2}]}     is what `json.dumps` would write
    {"rows": [{"id":1}, {"id": 2}]}      has a blank too few
    {"rows": [{"id": 1}, {"id": 1e2}]}   has a number that is written otherwise

How: `json` says that the value is well-formed, and gives its keys and numbers to lists; no value is made of it. The
rest are questions about characters: which of them stand in a string? All others but the quotes are left out. Then a run
of quotes of even length leaves what is behind it where it was, in a string or not, and runs can be counted. So nothing
is done for each member, and everything happens in C.

Promises: what stands so is what `json.JSONEncoder(ensure_ascii=False)` would write; the work is linear.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, Final, Iterable, List, Optional, Tuple

from toolgram.runtime.tables.limits import SCALAR_MAX

PROOF_MIN: Final = 4096  # characters of a value that are worth it
BEGIN: Final = 1024  # so many of them show what it is like
SEPARATORS_MIN: Final = 48  # there: `json` writes few long strings in less time than they are looked through
ROUNDS_MAX: Final = 8  # in which the innermost brackets are taken away
IS_LONG_NUMBER: Final = re.compile(r"\d{16}").search
# Of at most 15 digits a float keeps each: it is written so again, without a zero at its end.
SHORT_FLOATS: Final = re.compile(
    r"(?:-?(?:0\.(?:0|[0-9]{0,3}[1-9](?:[0-9]{0,10}[1-9])?)|[1-9][0-9]{0,6}\.(?:0|[0-9]{0,7}[1-9])),)*"
).fullmatch
# A colon is a comma here, and brackets are of one kind.
MARK_KINDS: Final = bytes.maketrans(b":{}", b",[]")
NO_MARKS: Final = bytes(set(range(256)).difference(b'", []'))
NO_BRACKETS: Final = bytes(set(range(256)).difference(b"[]"))


class NotPlainError(ValueError):
    """A value that `json` would write otherwise."""


def no_constant(_: str) -> Any:
    """Refuse what JSON has not, as NaN."""
    raise NotPlainError


def has_many_parts(text: str, pos: int, ends: Iterable[str]) -> bool:
    """Whether it looks as if the value at `pos` were long, and of many parts."""
    begin = text[pos : pos + BEGIN]
    least = 2 * SEPARATORS_MIN if "\\" in begin else SEPARATORS_MIN  # escapes must be looked at, too
    if begin.count(",") + begin.count(":") < least or IS_LONG_NUMBER(begin) is not None:
        return False
    return all(text.find(end, pos, pos + PROOF_MIN) < 0 for end in ends)


def look_through(text: str, pos: int, room: int) -> Optional[Tuple[bool, int]]:
    """Whether the value stands as it would be written, and the place behind it.

    None: a key may stand in an object twice, a number may be written otherwise, or more than `room` containers are
    nested. Raises ValueError or RecursionError where it is no JSON.
    """
    keys: List[str] = []  # those of each object, without doubles
    integers: List[str] = []
    floats: List[str] = []
    decoder = json.JSONDecoder(
        object_hook=keys.extend, parse_int=integers.append, parse_float=floats.append, parse_constant=no_constant
    )
    _, end = decoder.raw_decode(text, pos)
    if "-0" in integers or max(map(len, integers), default=0) > SCALAR_MAX or not _are_canonical(floats):
        return None
    source = text[pos:end].encode()
    has_blanks = b"\n" in source or b"\t" in source or b"\r" in source  # they do not stand in strings
    if b"\\" in source:
        source = source.replace(rb"\\", b"__").replace(rb"\"", b"__")
    marks = source.translate(MARK_KINDS).replace(b", ", b"__").translate(None, NO_MARKS)
    is_spaced = not has_blanks and _stand_in_strings(marks.translate(None, b"[]"))
    if not _has_colons(source, len(keys), is_spaced) or _nest_deeper(source, marks.translate(None, b", "), room):
        return None
    has_other_escapes = b"\\" in source and (rb"\/" in source or rb"\u" in source)
    return is_spaced and not has_other_escapes, end


def _are_canonical(floats: List[str]) -> bool:
    return SHORT_FLOATS(",".join((*floats, ""))) is not None or list(map(repr, map(float, floats))) == floats


def _has_colons(source: bytes, count: int, is_spaced: bool) -> bool:
    """Whether no more than so many colons stand behind keys; what else is one stands in a string."""
    if source.count(b":") == count:
        return True
    is_behind_quote = is_spaced or all(blank + b":" not in source for blank in (b" ", b"\n", b"\t", b"\r"))
    return is_behind_quote and source.count(b'":') == count


def _stand_in_strings(marks: bytes) -> bool:
    """Whether all that stands among quotes stands in strings: no run of quotes but the first and the last are odd.

    >>> [_stand_in_strings(marks) for marks in (b'"  "', b'""', b'"  "" "')]
    [True, True, True]
    >>> [_stand_in_strings(marks) for marks in (b'"" ""', b' ""')]
    [False, False]
    """
    if not marks.strip(b'"'):
        return True
    first, last = len(marks) - len(marks.lstrip(b'"')), len(marks) - len(marks.rstrip(b'"'))
    return first % 2 == 1 and last % 2 == 1 and _odd_runs(marks) == 2


def _odd_runs(marks: bytes) -> int:
    """How many runs of quotes are of odd length."""
    return marks.count(b'"') - 2 * marks.count(b'""')


def _nest_deeper(source: bytes, marks: bytes, room: int) -> bool:
    """Whether more than `room` containers are nested. `marks`: the quotes and the brackets of the source."""
    if marks.count(b"[") <= room:
        return False
    if _odd_runs(marks):  # some brackets stand in strings
        marks = b"".join(source.split(b'"')[::2]).translate(MARK_KINDS)
    brackets = marks.translate(None, NO_BRACKETS)
    rounds = 0
    while brackets and rounds < ROUNDS_MAX:
        brackets = brackets.replace(b"[]", b"")
        rounds += 1
    return rounds + max(accumulate(1 if mark == ord("[") else -1 for mark in brackets), default=0) > room
