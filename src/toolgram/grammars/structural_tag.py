"""A grammar as a structural tag: JSON that engines on xgrammar take where they take no grammar.

In: a `Grammar`. Out: the JSON of a tag that is nothing but the grammar.

    {"type": "structural_tag", "format": {"type": "grammar", "grammar": "root ::= ..."}}
"""

from __future__ import annotations

import json

from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.expressions import Grammar


def write_structural_tag(grammar: Grammar) -> str:
    """Write a grammar."""
    tag = {"type": "structural_tag", "format": {"type": "grammar", "grammar": write_ebnf(grammar)}}
    return json.dumps(tag, ensure_ascii=False) + "\n"
