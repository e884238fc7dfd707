"""Pass: how a closer begins that a model has misspelt: up to half of its word.

    `</parameter>`    {"</parameter>": "</param"}    `</parameter1>`, `</parameter/>`, `</param>`, `</parameter` + `\\n`

Only closers of calls that are tags with a word of some length have such a beginning: of a short word too little would
be left to know it by. In `</{name}>` the word is the name of a tool, which only the text says: what is right of it
stands here without its word.
"""

from __future__ import annotations

import re

from ..runtime.tables.stems import stem_of_closer
from ..runtime.tables.suffix import NAME_PLACE, around_suffix
from .graph import Lit
from .lower import Lowering

TAG = re.compile(r"(?P<head>.*</(?:.*\W)?)(?P<word>\w+)>", re.DOTALL)


def misspelt(lowering: Lowering) -> dict[str, str]:
    """The closers inside calls and around them that may be misspelt, each with what must be right of it."""
    found: dict[str, str] = {}
    for node in lowering.graph.nodes:
        for label, _ in node.edges:
            if isinstance(label, Lit) and node.context[:1] in (("tool_call",), ()):
                stem = stem_of(label.text)
                if stem:
                    found[label.text] = stem
    return found


def stem_of(closer: str) -> str:
    """What must be right of a closer; nothing when it is no tag, or its word too short.

    >>> stem_of("</parameter>"), stem_of("</p>"), stem_of("<tool_call|>"), stem_of("</{name}>")
    ('</param', '', '', '</')
    """
    head, tail = around_suffix(closer)
    if NAME_PLACE in closer:
        return head if tail == ">" and head.endswith("</") else ""
    tag = TAG.fullmatch(closer if tail is None else head + tail)
    stem = "" if tag is None else stem_of_closer(tag["head"], tag["word"])
    return head if stem and tail is not None else stem  # a word that ends otherwise may have another suffix
