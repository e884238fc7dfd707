"""What every machine says of reading in general: how far a parser looks, and the classes of characters.

In: the constants of the runtime. Out: plain data, the same in every machine.

Promise: a parser in another language that takes these numbers and classes decides at the same characters.
"""

from __future__ import annotations

from ..runtime.tables.limits import (
    BACK_MAX,
    BLANKS_MAX,
    CITED_MAX,
    CLOSERS_MAX,
    DANGLING_MAX,
    DEPTH_MAX,
    DRAFT_MAX,
    ECHO_MAX,
    ENDS_MAX,
    ENTITY_MAX,
    HELD_IN_ELEMENTS_MAX,
    HELD_MAX,
    JUNK_MAX,
    KEY_MAX,
    LOOK_MAX,
    LOOSE_MAX,
    MISSPELT_MAX,
    NAME_MAX,
    NUMBER_MAX,
    PROSE_MAX,
    SCALAR_MAX,
    SOURCE_MAX,
    STRING_MAX,
    SUFFIX_MAX,
    TAG_BLANKS_MAX,
    TAG_MAX,
    TELLING,
    UNION_MAX,
)

LIMITS = {
    "blanks": BLANKS_MAX,
    "back": BACK_MAX,
    "name": NAME_MAX,
    "junk": JUNK_MAX,
    "number": NUMBER_MAX,
    "prose": PROSE_MAX,
    "tag": TAG_MAX,
    "tag_blanks": TAG_BLANKS_MAX,
    "closers": CLOSERS_MAX,
    "dangling": DANGLING_MAX,
    "depth": DEPTH_MAX,
    "key": KEY_MAX,
    "string": STRING_MAX,
    "telling": TELLING,
    "suffix": SUFFIX_MAX,
    "misspelt": MISSPELT_MAX,
    "look": LOOK_MAX,
    "source": SOURCE_MAX,
    "cited": CITED_MAX,
    "draft": DRAFT_MAX,
    "echo": ECHO_MAX,
    "ends": ENDS_MAX,
    "entity": ENTITY_MAX,
    "scalar": SCALAR_MAX,
    "held_json": HELD_MAX,
    "loose": LOOSE_MAX,
    "union": UNION_MAX,
    "elements": HELD_IN_ELEMENTS_MAX,
}

# What `str.isspace` calls a space, written out: `\s` of JavaScript has others.
SPACES = r"\t-\r\x1c- \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"

# As JavaScript with the flag `u` and most other languages have them. Python's `re` knows no `\p{...}`: there, `\w`
# is the class `word`.
CHARACTERS = {
    "blank": r"[ \t\n\r]",
    "space": f"[{SPACES}]",
    "digit": "[0-9]",
    "word": r"[\p{L}\p{N}_]",
    "name": r"[\p{L}\p{N}_.\-]",
    "suffix": r"[A-Za-z0-9_\-]",
}
