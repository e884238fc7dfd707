"""Which status an attempt has.

In: what was found of a call or of a stretch that failed, and what stands behind it. Out: one of `STATUSES`.
"""

from __future__ import annotations

from ..runtime.core import reasons
from ..runtime.core.repairs import NEAR_JSON
from ..runtime.core.trace import CALL_CUT, CALL_WHOLE
from .attempt import MALFORMED, NOT_JSON, OK, QUOTED, REPAIRED, UNCLOSED, UNKNOWN_TOOL
from .members import is_json
from .trace import Found

MENTIONS = frozenset((reasons.QUOTED, reasons.THOUGHTS_GO_ON, reasons.SPELLED))  # it is certain that nothing is called
NO_ATTEMPT = frozenset((reasons.BARE_BRACKETS, reasons.NO_SOURCE))  # it did not look like a call


def status_of_call(found: Found, repairs: tuple[str, ...], *, is_declared: bool) -> str:
    """The status of what the parser took for a call, and of which that was repaired."""
    if found.how == CALL_WHOLE:
        if not is_declared:
            return UNKNOWN_TOOL
        return REPAIRED if repairs else OK
    if found.how == CALL_CUT or found.is_at_end:
        return UNCLOSED
    return NOT_JSON if any(not is_json(text) for text in found.json) else MALFORMED


def repairs_of(found: Found, raw: str) -> tuple[str, ...]:
    """What was repaired in a call, or is wrong with it, each kind once; of what failed the reason comes first."""
    kinds = [found.how, *found.reasons] if found.failed else list(found.reasons)
    if found.how == CALL_WHOLE and not _is_well_formed(found, raw):
        kinds.append(NEAR_JSON)
    return tuple(dict.fromkeys(kinds))


def status_of_failed(found: Found, raw: str, *, is_closed: bool, is_object: bool) -> str | None:
    """The status of what the parser took for text. None: it was no attempt.

    `is_closed`: a closer of calls stands behind it. `is_object`: the calls of the format are objects.
    """
    if found.how in NO_ATTEMPT:
        return None
    if is_shown(found):
        return QUOTED
    if found.how == reasons.END_OF_TEXT or (found.is_at_end and found.has_body and not is_closed):
        return QUOTED if reasons.JUNK in found.reasons else UNCLOSED
    if found.how == reasons.NOTHING_CAME:
        return MALFORMED
    if is_closed:
        body = _object_in(raw)
        return NOT_JSON if is_object and (body is None or not is_json(body)) else MALFORMED
    return MALFORMED if found.has_arguments else QUOTED


def is_shown(found: Found) -> bool:
    """Whether it is certain that nothing is called there, whatever stands behind it."""
    return found.in_code or found.how in MENTIONS


def _is_well_formed(found: Found, raw: str) -> bool:
    """Whether what must be JSON is JSON: the object that the call is, or the values in it."""
    body = _object_in(raw) if found.is_member else None
    return all(map(is_json, found.json if body is None else [body]))


def _object_in(text: str) -> str | None:
    """What stands from the first bracket of an object to the last."""
    begin, end = text.find("{"), text.rfind("}")
    return None if begin < 0 or end < begin else text[begin : end + 1]
