"""The address of a page that shows a text: what it shows stands in the fragment, which no server is sent.

In: a session, as `playground/src/session.ts` describes it. Out: `#z=`, and its JSON, compressed.

>>> fragment = fragment_of({"format": "hermes", "text": "hi"})
>>> session_in(fragment)
{'format': 'hermes', 'text': 'hi'}
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping
from typing import Any

BEGIN = "#z="
RAW_DEFLATE = -15


def fragment_of(session: Mapping[str, Any]) -> str:
    """Write a session as a fragment."""
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW_DEFLATE)
    packed = packer.compress(json.dumps(session).encode("ascii")) + packer.flush()
    return BEGIN + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def session_in(fragment: str) -> Any:
    """Read a fragment that `fragment_of` or the page has written. Raises ValueError, and zlib.error."""
    text = fragment.removeprefix(BEGIN)
    packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    return json.loads(zlib.decompress(packed, RAW_DEFLATE))
