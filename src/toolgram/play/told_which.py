"""What `which` found, as plain data for the page."""

from __future__ import annotations

from typing import Any

from ..diagnostics import printable
from ..which import Found


def told_which(found: Found) -> dict[str, Any]:
    """What `toolgram which` says."""
    return {
        "format": found.format,
        "verdict": found.verdict,
        "reasons": [printable(reason) for reason in found.reasons],
        "reasoning": found.framing,
    }
