"""Write text as the body of a JSON string.

In: decoded text. Out: what stands between the quotes in `json.dumps(text, ensure_ascii=False)`; lone surrogates are
escaped besides, so that the result always encodes to UTF-8.

Promises: `PLAIN(text)` is None exactly where `escape` changes nothing; escaping piece by piece and joining is the
same as joining and escaping.
"""

from __future__ import annotations

import re
from json.encoder import encode_basestring
from typing import Callable, Final, Optional

PlainSearch = Callable[[str], Optional["re.Match[str]"]]  # finds nothing in text that is its own output

PLAIN: Final = re.compile(r'["\\\x00-\x1f\ud800-\udfff]').search
PLAIN_SINGLE: Final = re.compile(r"""["'\\\x00-\x1f\ud800-\udfff]""").search  # the same inside a single-quoted string
SURROGATES: Final = re.compile(r"[\ud800-\udfff]")


def escape(text: str) -> str:
    r"""Return the body of a JSON string.

    >>> print(escape('a "b"\n'))
    a \"b\"\n
    """
    if PLAIN(text) is None:
        return text
    body = encode_basestring(text)[1:-1]
    return body if body.isascii() else SURROGATES.sub(_surrogate, body)


def _surrogate(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"
