"""Read a JSON object or array at once that stands whole and well-formed in the text.

In: the text, and the place of a `{` or a `[`. Out: the canonical JSON and the place behind the value; or None, and the
steps of `value.py` read it.

How: `json` decodes the value and writes it again, in C. If that gives back the source, with the blanks of `json.dumps`
or with none, then no key stands in it twice and no number would be written otherwise. Else the value is decoded once
more, and every object and number in it is asked. A long value of many parts is not written where canonical.py knows
what that would give.

Promises: what it gives is what the steps would give; it looks no further than they would.
"""

from __future__ import annotations

import json
from typing import Any, Dict, List, Optional, Tuple

from toolgram.runtime.near_json.canonical import (
    PROOF_MIN,
    NotPlainError,
    has_many_parts,
    look_through,
    no_constant,
)
from toolgram.runtime.near_json.escape import SURROGATES
from toolgram.runtime.near_json.quotes import IS_END, Evidence
from toolgram.runtime.tables.limits import BLANKS, SCALAR_MAX

WHOLE_MIN = 6  # characters that are worth it
LONG_MIN = 1024  # characters of a value that is tried without looking for its end
FEW_PARTS = 64
LAST_BEHIND = {"{": "}", "[": "]"}
OPENED_WITH = {"}": "{", "]": "["}


def _unique(pairs: List[Tuple[str, Any]]) -> Dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotPlainError
    return found


def _same_int(digits: str) -> int:
    if len(digits) > SCALAR_MAX or str(int(digits)) != digits:
        raise NotPlainError
    return int(digits)


def _same_float(digits: str) -> float:
    if repr(float(digits)) != digits:
        raise NotPlainError
    return float(digits)


DECODE_PLAIN = json.JSONDecoder(parse_constant=no_constant).raw_decode
DECODE_CHECKED = json.JSONDecoder(
    parse_constant=no_constant, parse_int=_same_int, parse_float=_same_float, object_pairs_hook=_unique
).raw_decode
ENCODE = json.JSONEncoder(ensure_ascii=False).encode
ENCODE_COMPACT = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def whole_value(
    text: str, pos: int, room: int, evidence: Optional[Evidence], final: bool, *, is_inner: bool = False
) -> Optional[Tuple[str, int]]:
    """The JSON and the place behind it, of a value in which at most `room` containers are nested.

    `evidence` judges what stands behind the last quote; without, a quote of JSON is what it seems to be.
    `is_inner`: others follow it in the text, so a long text says nothing of its length.
    """
    if text.find(LAST_BEHIND[text[pos]], pos + WHOLE_MIN - 1, pos + LONG_MIN) < 0 and len(text) < pos + LONG_MIN:
        return None  # its end has not come
    try:
        if len(text) >= pos + PROOF_MIN and not is_inner:
            ends = () if evidence is None else evidence.ends
            looked = look_through(text, pos, room) if has_many_parts(text, pos, ends) else None
            if looked is not None:
                return _looked_through(text, pos, looked, evidence, final)
        return _written(text, pos, room, evidence, final)
    except (ValueError, RecursionError):  # no JSON, or more of it than `json` takes
        return None


def _looked_through(
    text: str, pos: int, looked: Tuple[bool, int], evidence: Optional[Evidence], final: bool
) -> Optional[Tuple[str, int]]:
    """The same of a value whose keys and numbers are known to be plain."""
    stands_so, end = looked
    if evidence is not None and not _ends_here(text, end, evidence, final):
        return None
    found = text[pos:end] if stands_so else ENCODE(DECODE_PLAIN(text, pos)[0])
    return (found, end) if stands_so or found.isascii() or SURROGATES.search(found) is None else None


def _written(text: str, pos: int, room: int, evidence: Optional[Evidence], final: bool) -> Optional[Tuple[str, int]]:
    """What `json` writes of the value, and the place behind it; None: the steps write it otherwise."""
    value, end = DECODE_PLAIN(text, pos)
    if evidence is not None and not _ends_here(text, end, evidence, final):
        return None
    source = text[pos:end]
    found = ENCODE(value)
    if found != source and ENCODE_COMPACT(value) != source:
        value, _ = DECODE_CHECKED(text, pos)
        found = ENCODE(value)
    may_be_deep = len(source) > 2 * room and _nests(value) and source.count("{") + source.count("[") > room
    if may_be_deep and _depth(value) > room:
        return None
    return (found, end) if found.isascii() or SURROGATES.search(found) is None else None


def _nests(value: Any) -> bool:
    """Whether containers stand in a value, or so many parts that it is not worth asking."""
    parts = value.values() if type(value) is dict else value
    return len(parts) > FEW_PARTS or any(type(part) in (dict, list) for part in parts)


def _depth(value: Any) -> int:
    """How many containers are nested in a value, itself counted."""
    level, depth = [value], 0
    while level:
        depth += 1
        parts = [part for one in level for part in (one.values() if type(one) is dict else one)]
        level = [part for part in parts if type(part) in (dict, list)]
    return depth


def _ends_here(text: str, end: int, evidence: Evidence, final: bool) -> bool:
    """Whether the value's last quote ends its string, by what stands behind it: of the others the value says so."""
    at, kinds = end, list(evidence.kinds)  # those around it, and its own
    while text[at - 1] in "]}" or text[at - 1] in BLANKS:
        at -= 1
        if text[at] not in BLANKS:
            kinds.append(OPENED_WITH[text[at]])
    return text[at - 1] != '"' or evidence.judgement(kinds).look(text, at, final) == IS_END
