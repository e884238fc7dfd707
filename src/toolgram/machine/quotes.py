"""Delimiters of tags with attributes, written with the other quotes: `<invoke name='` for `<invoke name="`.

In: the literals that a spec has at one place. Out: the same, and behind them those with single quotes. Models mix the
two in every format that has attributes; the model that a spec describes writes what the spec says.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..spec.ast import Literal

OPENER = re.compile(r"""<[^<>"']+="\Z""")  # up to the value of an attribute
PART = re.compile(r"""(?:\w*"\s*/?>|"\s+[\w:.-]+=")\Z""")  # the end of an attribute, and what follows in the tag


def with_other_quotes(found: tuple[Literal, ...]) -> tuple[Literal, ...]:
    """Add to literals of a tag the same with single quotes, where the spec has not written them down itself."""
    known = {literal.text for literal in found}
    others = [replace(literal, text=literal.text.replace('"', "'")) for literal in found if _is_quoted(literal.text)]
    return (*found, *(other for other in others if other.text not in known))


def _is_quoted(text: str) -> bool:
    """Whether a literal is part of a tag, around the value of an attribute.

    >>> [text for text in ('<a name="', '">', '" string="', 'true">', '{"name": "', '"') if _is_quoted(text)]
    ['<a name="', '">', '" string="', 'true">']
    """
    return OPENER.search(text) is not None or PART.match(text) is not None
