"""The steps between values: keys, colons, commas, closers, and what stands where it should not.

In: a scan at such a place, and the text. Out: members and elements begun and ended in the scan's `Containers`.

Promises: a key without a colon is no member; a comma too many, one too few and a wrong closer do no harm; behind a
Python value, an operator and its operand are dropped.
"""

from __future__ import annotations

import re

from toolgram.runtime.near_json.bare import BareValue, KeyReader
from toolgram.runtime.near_json.escape import PLAIN, PLAIN_SINGLE, escape
from toolgram.runtime.near_json.state import (
    AT_AFTER,
    AT_COLON,
    AT_KEY,
    AT_VALUE,
    IN_JUNK,
    IN_KEY,
    Scan,
    value_ended,
)
from toolgram.runtime.near_json.strings import SKIP_BLANKS
from toolgram.runtime.tables.limits import SPELLED_BLANKS

WORD_START = re.compile(r"[\w$+.@#%&~^*!-]").match
SHORT_STRING_MAX = 256
OPENED_BY = {"}": "{?", "]": "[", ")": "()"}
VALUE_CLOSERS = {False: "}]", True: "}])"}


def is_closer(scan: Scan, mark: str) -> bool:
    """Whether a closer is one of this value's: a `)` that nothing in it has opened is the call's."""
    return mark in VALUE_CLOSERS[scan.python] and (mark != ")" or scan.containers.open_parens > 0)


def spelled_blank(scan: Scan, text: str, pos: int) -> int:
    r"""The place behind a blank spelled out at `pos`, such as `\n`; 0 where none is, and the scan is stuck or waits."""
    if scan.evidence is not None and text[pos] == "\\":
        if text.startswith(SPELLED_BLANKS, pos):
            return pos + 2
        scan.waits = pos + 1 == len(text) and not scan.final
    scan.stuck = not scan.waits
    return 0


def put_word(scan: Scan, word: str, json: str) -> None:
    """Write the JSON of a word; in Python only what is no literal is mended, in JSON whatever is written otherwise."""
    scan.mended = scan.mended or (json.startswith('"') if scan.python else json != word)
    scan.out.put(json)


def close_innermost(scan: Scan, mark: str) -> None:
    """A closer ends the innermost container, be it the closer of another kind."""
    scan.mended = scan.mended or scan.containers.top not in OPENED_BY[mark]
    pop_innermost(scan)
    value_ended(scan)


def pop_innermost(scan: Scan) -> None:
    """Write a closer. Arguments that have lost something stay open, so that they never look whole."""
    if scan.lossy and scan.wanted.when_empty and len(scan.containers.kinds) == 1:
        scan.out.mute(0)
    scan.containers.pop()


def short_string_end(text: str, pos: int) -> int:
    """Return the place behind the string at `pos`, if it is short, plain and whole; else 0."""
    found = (PLAIN if text[pos] == '"' else PLAIN_SINGLE)(text, pos + 1, pos + SHORT_STRING_MAX)
    return found.end() if found is not None and found.group() == text[pos] else 0


# --- keys -------------------------------------------------------------------------------------------------------------


def at_key(scan: Scan, text: str, pos: int) -> int:
    pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
    if pos == len(text):
        return pos
    mark = text[pos]
    if mark in "\"'":
        scan.mended = scan.mended or (mark == "'" and not scan.python)
        return _short_key(scan, text, pos) or _begin_key(scan, False, pos)
    if mark == ",":
        scan.mended = True
        return pos + 1
    if is_closer(scan, mark):
        scan.mended = scan.mended or (scan.containers.has_items and not scan.python)  # behind a comma
        close_innermost(scan, mark)
        return pos + 1
    if mark in "{[(" and scan.containers.top == "?":
        scan.place = AT_VALUE  # no key of JSON: the brace is a set
    elif WORD_START(mark) or (scan.python and mark in "{[("):
        return _begin_key(scan, True, pos)
    else:
        return spelled_blank(scan, text, pos) or pos
    return pos


def _short_key(scan: Scan, text: str, pos: int) -> int:
    """Copy a key that stands whole and plain in the text, its colon behind it; return its end, 0 if there is none."""
    end = short_string_end(text, pos)
    if not end or text[end : end + 1] != ":":
        return 0
    scan.containers.member(text[pos + 1 : end - 1])
    scan.place = AT_VALUE
    return end + 1


def _begin_key(scan: Scan, is_bare: bool, pos: int) -> int:
    scan.key, scan.place = KeyReader(scan.python, is_bare), IN_KEY
    scan.mended = scan.mended or (is_bare and not scan.python)
    return pos


def in_key(scan: Scan, text: str, pos: int) -> int:
    key = scan.key
    if key is not None:
        piece, pos = key.feed(text, pos)
        if piece:
            scan.containers.long_key(escape(piece))
        if key.done:
            scan.place = AT_COLON
    return pos


def at_colon(scan: Scan, text: str, pos: int) -> int:
    pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
    if pos == len(text):
        return pos
    mark, key = text[pos], scan.key
    if mark == ":":
        if key is not None and not key.long:
            scan.containers.member(key.name())
        finish_key(scan, '": ')
        scan.place = AT_VALUE
        return pos + 1
    if mark == "," or is_closer(scan, mark):
        if key is not None and scan.containers.top == "?":
            scan.containers.item()
            scan.out.put(key.element())
        else:
            scan.lossy = scan.mended = True
        finish_key(scan, '": null')
        value_ended(scan)
    else:
        return spelled_blank(scan, text, pos) or pos
    return pos


def finish_key(scan: Scan, behind: str) -> None:
    """Write what follows a key that was long; a short one without a colon was no member."""
    key, scan.key = scan.key, None
    if key is not None and key.long:
        scan.containers.long_key(escape(key.end()))
        scan.containers.end_long_key(behind)


# --- behind a value ---------------------------------------------------------------------------------------------------


def at_after(scan: Scan, text: str, pos: int) -> int:
    pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
    if pos == len(text):
        return pos
    mark = text[pos]
    following = AT_KEY if scan.containers.top in "{?" else AT_VALUE
    if mark == ",":
        scan.containers.comma()
        scan.place = following
        return pos + 1
    if is_closer(scan, mark):
        close_innermost(scan, mark)
        return pos + 1
    scan.mended = True
    if mark in "\"'" or (mark in "{[" and following == AT_VALUE):
        scan.place = following  # a missing comma
    elif scan.python and mark not in "<:;)":
        scan.bare, scan.place = BareValue("python"), IN_JUNK  # `+ x`: the value was written already
        scan.lossy = True
    elif WORD_START(mark):
        scan.place = following
    else:
        return spelled_blank(scan, text, pos) or pos
    return pos


def in_junk(scan: Scan, text: str, pos: int) -> int:
    bare = scan.bare
    if bare is not None:
        _, pos = bare.feed(text, pos)
        if bare.done:
            scan.bare, scan.place = None, AT_AFTER
    return pos
