"""Texts that are no spec, and are given as one: a chat template, JSON, a template in a `tokenizer_config.json`.

`not-a-spec`: what the text is, and the command that makes a spec of it.
"""

from __future__ import annotations

import json
import re
import shlex

from ..diagnostics import Diagnostic
from ..fixes import Fix
from ..sources import Source

NAME = "not-a-spec"
_JINJA = re.compile(r"\{%-?\s*\w|\{\{-?\s*[\w'\"]")
_RULE = re.compile(r"^(?:start|tool_call|content)[ \t]*:|^%import ", re.MULTILINE)


def other_text(source: Source) -> Diagnostic | None:
    """Say what a text is that has no metadata block, and no rule."""
    text = source.text.lstrip()
    at = source.range(*source.line_range(1))
    shown = shlex.quote(source.path)
    if text.startswith(("{", "[")) and (found := _json(text)) is not None:
        keys = found if isinstance(found, dict) else {}
        what = "the configuration of a tokenizer" if "chat_template" in keys else "JSON"
        importing = Fix("make a spec of its response template", command=f"toolgram import hf-template {shown}")
        hint = importing if "response_template" in keys else _which(shown)
        return Diagnostic(NAME, f"this is {what}, and a spec is a grammar", at, "the text begins so", hint=hint)
    if _JINJA.search(text) and not _RULE.search(text):
        hints = (_which(shown), Fix("draft a spec from it", command=f"toolgram new NAME --from-template {shown}"))
        return Diagnostic(
            NAME, "this is a chat template, and a spec is a grammar", at, "the text begins so", hint=hints
        )
    return None


def _which(shown: str) -> Fix:
    return Fix("see which format it writes", command=f"toolgram which {shown}")


def _json(text: str) -> object:
    try:
        found: object = json.loads(text)
    except (ValueError, RecursionError):
        return {} if re.match(r'[\[{]\s*(?:"[^"\n]*"\s*[:,]|[\]}])', text) else None
    return found
