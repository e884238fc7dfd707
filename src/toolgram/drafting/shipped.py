"""Whether a format that toolgram ships reads a template already, and what a variant of it would be.

In: a chat template. Out: the format, with the proof; the text of a spec that imports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from ..chat_templates import ChatTemplate
from ..formats import Format, load
from ..testing.templates import RoundTrips
from ..which import Given, identify
from .layout import Layout
from .proof import tried
from .spec_text import metadata_lines, tokens_for


@dataclass(frozen=True, slots=True)
class Reader:
    """A shipped format that gets everything back; `verdict` and `reasons` are those of `toolgram which`."""

    format: Format
    verdict: str
    reasons: tuple[str, ...]
    trips: RoundTrips


def find_reader(template: ChatTemplate, config: Mapping[str, Any], count: int) -> Reader | None:
    """The shipped format that reads a template, if one does: all conversations come back, and `which` is not unsure."""
    found = identify(Given(template.text, template.path))
    if found.format is None or found.verdict == "unsure":
        return None
    fmt = load(found.format)
    trips, _ = tried(fmt, template, count, tokens_for(config))
    if trips is None or trips.losses:
        return None
    return Reader(fmt, found.verdict, found.reasons, trips)


def write_variant(name: str, reader: Reader, layout: Layout, sample: str, source: str) -> str:
    """Write a spec that has the rules of the shipped format, and what this template says beside them."""
    machine = reader.format.machine
    has_reasoning = "reasoning" in machine.inside
    metadata = {
        "title": f"The calls of {reader.format.id}, as {name} writes them",
        "models": [],
        "special_tokens": list(machine.special_tokens),
        "begins_inside": layout.begins_inside if has_reasoning else None,
        "end_tokens": layout.end_tokens,
        "turn_openers": layout.turn_openers,
        "sources": [PurePath(source).name],
    }
    imports = f"%import toolgram.formats.{reader.format.id} (start)"
    return "\n".join([*metadata_lines(metadata, sample), imports, ""])
