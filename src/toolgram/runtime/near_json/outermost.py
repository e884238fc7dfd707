"""What the outermost value may be: the table of what callers want, and what is done with anything else.

In: the first character of the outermost value, then its string or its word. Out: whether it is read, whether it is
written, whether it is wrong.

    wants        is                                             anything else
    any          every value                                    -
    object       a value that begins with `{`                   wrong, and not read
    array        ... with `[`                                   wrong, and not read
    string       ... with a quote, or a Python string's prefix  wrong, and not read
    arguments    an object; a string that holds one; `null`     wrong: read to its end, nothing written
    wrapped      the same without the string                    as for `arguments`

`wrapped` is what the scanner itself wants of the content of a string that should hold the arguments.
"""

from __future__ import annotations

from toolgram.runtime.near_json.bare import BareValue
from toolgram.runtime.near_json.between import WORD_START, put_word
from toolgram.runtime.near_json.held_output import NOT_MUTED
from toolgram.runtime.near_json.state import IN_STRING, IS_OVER, Scan, Wanted, value_ended
from toolgram.runtime.near_json.strings import STRING_PREFIXES, StringReader

# A value is written; or read and dropped; or read and not written until it shows what it is; or not read at all.
WRITTEN, DROPPED, UNCERTAIN, REFUSED = range(4)
BEGINNINGS = {'"': "string", "'": "string", "{": "object", "[": "array"}
BEHIND_OUTERMOST = "<);"  # besides what may stand behind any string

_NOT_READ = dict.fromkeys(("object", "array", "string", "tuple", "prefix", "word", "other"), REFUSED)
_ARGUMENTS = {
    "object": WRITTEN,
    "string": WRITTEN,
    "array": DROPPED,
    "tuple": DROPPED,
    "prefix": UNCERTAIN,
    "word": UNCERTAIN,
    "other": WRITTEN,
}
ANY_VALUE = Wanted(None)
WANTED = {
    "any": ANY_VALUE,
    "object": Wanted({**_NOT_READ, "object": WRITTEN}),
    "array": Wanted({**_NOT_READ, "array": WRITTEN}),
    "string": Wanted({**_NOT_READ, "string": WRITTEN, "prefix": UNCERTAIN}),
    "arguments": Wanted(_ARGUMENTS, "{}", ("null", "None"), unwraps=True),
    "wrapped": Wanted({**_ARGUMENTS, "string": DROPPED}, "{}", ("null", "None")),
}


def admit(scan: Scan, mark: str) -> bool:
    """Say whether the outermost value, which begins with `mark`, is read."""
    begins = scan.wanted.begins
    if begins is None:
        return True
    verdict = begins[_beginning(scan, mark)]
    scan.wrong = verdict in (DROPPED, REFUSED)
    if verdict == REFUSED:
        scan.place = IS_OVER
    elif verdict != WRITTEN:
        scan.out.mute(0)
    return verdict != REFUSED


def _beginning(scan: Scan, mark: str) -> str:
    found = BEGINNINGS.get(mark)
    if found is not None:
        return found
    if scan.python and mark == "(":
        return "tuple"
    if scan.python and mark.lower() in STRING_PREFIXES:
        return "prefix"
    return "word" if WORD_START(mark) else "other"


def begin_outermost_string(scan: Scan, prefix: str, pos: int) -> int:
    """Begin the string that is the outermost value; `prefix` is what Python wrote before its quote."""
    wanted = scan.wanted
    if wanted.begins is not None and not scan.wrong:
        scan.out.muted_at = NOT_MUTED  # Python's prefix was no word
        scan.decoded = [] if wanted.unwraps else None
    is_written = scan.decoded is None
    if is_written:
        scan.out.put('"')
    scan.reader = StringReader(scan.python, is_written, prefix, BEHIND_OUTERMOST, scan.evidence)
    scan.place = IN_STRING
    return pos


def end_outermost_word(scan: Scan, bare: BareValue, half: bool) -> None:
    """End the bare word that is the outermost value; `half`: it may have been cut off."""
    wanted = scan.wanted
    if wanted.begins is None:
        put_word(scan, bare.text, bare.end(half))
    elif bare.long or bare.text not in wanted.no_value:
        scan.wrong = True  # it was muted
    else:
        scan.out.muted_at = NOT_MUTED
        scan.out.put(wanted.when_empty)
    value_ended(scan)
