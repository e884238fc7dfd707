"""Whether the xgrammar of the server reads what we write.

In: the text of a grammar. Out: nothing, or what xgrammar raises.
"""

from __future__ import annotations

import importlib
from typing import Any


def check_grammar(grammar: str) -> None:
    """Let the server's own xgrammar read a grammar. Raises what it raises."""
    module = xgrammar_module()
    if module is not None:
        module.Grammar.from_ebnf(grammar)


def reads_tokens() -> bool:
    """Whether a grammar can ask for a token by its id (xgrammar 0.2); else its text has to do."""
    try:
        check_grammar("root ::= Token(1)")
    except Exception:  # it has a class for that, and which one is its own business
        return False
    return True


def xgrammar_module() -> Any:
    """The server's xgrammar; None where there is none."""
    try:
        return importlib.import_module("xgrammar")
    except ImportError:
        return None
