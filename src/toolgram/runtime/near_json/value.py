"""The steps through values: what begins at a value's place, strings and bare words.

In: a scan at such a place, and the text. Out: JSON as `json.dumps(value, ensure_ascii=False)` writes it, numbers with
their own digits, put to the scan's output.

How: `strings.py`, `words.py` and `bare.py` read the tokens. A short token that stands whole in the text is copied at
once, without a reader.

Promises: as those of `scan.py`.
"""

from __future__ import annotations

import re

from toolgram.runtime.near_json.bare import BareValue, bare_json
from toolgram.runtime.near_json.between import (
    WORD_START,
    close_innermost,
    is_closer,
    put_word,
    short_string_end,
    spelled_blank,
)
from toolgram.runtime.near_json.outermost import admit, begin_outermost_string, end_outermost_word
from toolgram.runtime.near_json.quotes import IS_END
from toolgram.runtime.near_json.state import AT_KEY, AT_VALUE, IN_BARE, IN_STRING, Scan, value_ended
from toolgram.runtime.near_json.strings import SKIP_BLANKS, StringReader
from toolgram.runtime.near_json.too_deep import begin_deep
from toolgram.runtime.near_json.whole import whole_value

AT_ONCE_MIN = 24  # characters of an inner container that are worth a try to read it at once
SHORT_WORD = re.compile(r"[\w.+-]{1,64}").match  # at most SCALAR_MAX


def at_value(scan: Scan, text: str, pos: int) -> int:
    pos = SKIP_BLANKS(text, pos).end()  # type: ignore[union-attr]
    if pos == len(text):
        return pos
    mark, containers = text[pos], scan.containers
    if not containers.kinds and not admit(scan, mark):
        return pos
    if mark in "\"'":
        scan.mended = scan.mended or (mark == "'" and not scan.python)
        containers.item()
        return _copy_string(scan, text, pos) or _begin_string(scan, "", pos)
    if mark in "{[" or (mark == "(" and scan.python):
        containers.item()
        return _read_at_once(scan, text, pos) or _open(scan, mark, pos)
    if WORD_START(mark):
        containers.item()
        return _copy_word(scan, text, pos) or _begin_bare(scan, pos)
    if containers.kinds and (mark == "," or is_closer(scan, mark)):
        return _no_value(scan, mark, pos)
    return spelled_blank(scan, text, pos) or pos


def _read_at_once(scan: Scan, text: str, pos: int) -> int:
    """Read an inner container that stands whole and well-formed in the text; return its end, 0 if there is none."""
    if not scan.tries or len(text) < pos + AT_ONCE_MIN or scan.python or not scan.containers.kinds:
        return 0
    room = scan.room - len(scan.containers.kinds)
    whole = whole_value(text, pos, room, scan.evidence, scan.final, is_inner=True)
    if whole is None:
        scan.tries -= 1
        return 0
    scan.out.put(whole[0])
    value_ended(scan)
    return whole[1]


def _open(scan: Scan, mark: str, pos: int) -> int:
    depth = len(scan.containers.kinds)
    if depth >= scan.room:
        return begin_deep(scan, pos)
    may_be_set = scan.python and (depth > 0 or scan.wanted.begins is None)
    scan.containers.push("?" if mark == "{" and may_be_set else mark)
    scan.place = AT_KEY if mark == "{" else AT_VALUE
    return pos + 1


def _no_value(scan: Scan, mark: str, pos: int) -> int:
    """A comma or a closer stands where a value should."""
    containers = scan.containers
    scan.mended = scan.mended or mark == "," or containers.top == "{" or (containers.has_items and not scan.python)
    if scan.containers.top == "{":
        scan.out.put("null")
        value_ended(scan)
        return pos
    if mark != ",":
        close_innermost(scan, mark)
    return pos + 1


# --- strings ----------------------------------------------------------------------------------------------------------


def _copy_string(scan: Scan, text: str, pos: int) -> int:
    """Copy an inner string that stands whole and plain in the text; return its end, 0 if there is none."""
    mark = text[pos]
    end = short_string_end(text, pos) if scan.containers.kinds else 0
    if not end or ((scan.python or mark == "'") and text[end : end + 1] not in (",", "]", "}")):
        return 0  # a longer one, or what follows may be part of it
    if scan.evidence is not None and scan.evidence.judgement().look(text, end, scan.final) != IS_END:
        return 0
    scan.out.put('"' + text[pos + 1 : end - 1] + '"')
    value_ended(scan)
    return end


def _begin_string(scan: Scan, prefix: str, pos: int) -> int:
    if not scan.containers.kinds:
        return begin_outermost_string(scan, prefix, pos)
    scan.out.put('"')
    scan.reader, scan.place = StringReader(scan.python, True, prefix, evidence=scan.evidence), IN_STRING
    return pos


def in_string(scan: Scan, text: str, pos: int) -> int:
    reader = scan.reader
    if reader is not None:
        piece, pos = reader.feed(text, pos, scan.final)
        take_string(scan, piece)
        scan.waits = reader.waits
        if reader.is_broken:
            scan.stuck = True
        scan.mended = scan.mended or reader.is_doubtful
        if reader.done:
            end_string(scan)
            value_ended(scan)
    return pos


def take_string(scan: Scan, piece: str) -> None:
    """Write a piece of a string's body; where the string holds the arguments, keep it for who scans them."""
    if scan.decoded is None:
        scan.out.put(piece)
    else:
        scan.decoded.append(piece)


def end_string(scan: Scan) -> None:
    scan.reader = None
    if scan.decoded is None:
        scan.out.put('"')


# --- bare words -------------------------------------------------------------------------------------------------------


def _copy_word(scan: Scan, text: str, pos: int) -> int:
    """Copy an inner word that stands whole in the text; return its end, 0 if there is none."""
    found = SHORT_WORD(text, pos) if scan.containers.kinds else None
    if found is None or text[found.end() : found.end() + 1] not in (",", "]", "}"):
        return 0
    put_word(scan, found.group(), bare_json(found.group(), scan.python))
    value_ended(scan)
    return found.end()


def _begin_bare(scan: Scan, pos: int) -> int:
    scan.bare = BareValue("python" if scan.python else "member" if scan.containers.kinds else "alone")
    scan.place = IN_BARE
    return pos


def in_bare(scan: Scan, text: str, pos: int) -> int:
    bare = scan.bare
    if bare is not None:
        piece, pos = bare.feed(text, pos)
        scan.out.put(piece)
        if bare.done and bare.prefix is not None:
            scan.bare = None
            return _begin_string(scan, bare.prefix, pos)
        if bare.done:
            end_bare(scan, bare, half=False)
    return pos


def end_bare(scan: Scan, bare: BareValue, half: bool) -> None:
    """End a bare word; `half`: the input has ended, and the word may have been cut off."""
    scan.bare = None
    scan.lossy = scan.lossy or bare.is_lossy
    if not scan.containers.kinds:
        end_outermost_word(scan, bare, half)
        return
    put_word(scan, bare.text, bare.end(half))
    value_ended(scan)
