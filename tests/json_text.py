"""Whether a text is JSON, for tests of what parsers and servers write."""

from __future__ import annotations

import json


def is_json(text: str) -> bool:
    """Whether it is one JSON value, and nothing else."""
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
