"""A small JSON object that stands as it would be written: one pattern says so, without decoding and writing it.

In: the text, and the place of a `{`. Out: where the object ends; -1 where the pattern does not say it, and
`whole_value` (near_json/whole.py) finds out.

    {"city": "Rome", "days": 3}      a few keys, and no value but strings that are not long, integers and constants

Promise: what is found here is what `whole_value` would give.
"""

from __future__ import annotations

import re
from typing import Final

from toolgram.runtime.core.verdicts import skip_blanks
from toolgram.runtime.tables.limits import BLANKS
from toolgram.runtime.tables.states import Texts

NO_END: Final = frozenset("\"'" + BLANKS)  # blanks that are too many are left to others
PLAIN_TEXT: Final = r'[^"\\\x00-\x1f\ud800-\udfff]{0,256}'
FLAT_STRING: Final = rf'"{PLAIN_TEXT}(?:\\["\\bfnrt]{PLAIN_TEXT}){{0,32}}"'
FLAT_VALUE: Final = f"(?:{FLAT_STRING}|0|-?[1-9][0-9]{{0,14}}|true|false|null)"
FLAT_MEMBER: Final = f'"[\\w.\\-]{{1,64}}": {FLAT_VALUE}'
FLAT_OBJECT: Final = re.compile(rf"\{{{FLAT_MEMBER}(?:, {FLAT_MEMBER}){{0,15}}\}}").match
KEYS: Final = re.compile(r'"([\w.\-]+)": ').findall  # no string has an end before a colon, and in a key is no backslash


def end_of_flat_object(text: str, begin: int, ends: Texts, *, final: bool) -> int:
    """Where a flat object ends; `ends` are delimiters that may stand behind what it is a part of."""
    found = FLAT_OBJECT(text, begin)
    if found is None:
        return -1
    keys, end = KEYS(found.group()), found.end()
    if len(set(keys)) < len(keys):
        return -1
    return end if text[end - 2] != '"' or _shows_end(text, end, ends, final) else -1


def _shows_end(text: str, end: int, ends: Texts, final: bool) -> bool:
    """Whether what stands behind the object shows that its last quote ends a string; see `Judgement`.

    Behind the bracket anything does but another quote, unless it is half a delimiter, of which more will come.
    """
    at = skip_blanks(text, end)
    if at == len(text):
        return final
    return text[at] not in NO_END and (final or len(text) - at >= max(map(len, ends), default=0))
