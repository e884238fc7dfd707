"""The draft as a file: metadata, the text as the model writes it, the rules.

In: a layout, and what the tokenizer's configuration says. Out: the text of a spec.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from ..chat_templates import TOKENS
from ..importers.hf_template.template import tokens_of
from ..importers.hf_template.write import candidates
from ..spec.literals import decode
from .grammar import LITERAL
from .layout import Layout

LIKELY_TOKEN = re.compile(r"<[|｜][^<>\s]*>|<[^<>\s|]*[|｜]>|\[/?[A-Z_]+\]")
COLUMN = 15


def write_spec(name: str, layout: Layout, rules: str, sample: str, config: Mapping[str, Any], source: str) -> str:
    """Write the spec; `sample` is a text of the model, `config` is what tokenizer_config.json says."""
    metadata = {
        "title": f"Calls of {name}, drafted from a chat template",
        "models": _models(config),
        "special_tokens": special_tokens(rules, config),
        "call_id_length": layout.call_id_length,
        "begins_inside": layout.begins_inside,
        "end_tokens": layout.end_tokens,
        "turn_openers": layout.turn_openers,
        "sources": [PurePath(source).name],
    }
    return "\n".join([*metadata_lines(metadata, sample), rules])


def metadata_lines(metadata: Mapping[str, Any], sample: str) -> list[str]:
    """The block of metadata, without what is empty, and the comment with the sample."""
    lines = ["# /// format"]
    for key, value in metadata.items():
        if value or key == "models":
            lines.append(f"# {key:<{COLUMN - 1}} = {_toml(value)}")
    return [*lines, "# ///", "//", *(f"// {line}".rstrip() for line in sample.splitlines() if line.strip())]


def special_tokens(rules: str, config: Mapping[str, Any]) -> list[str]:
    """The delimiters that the tokenizer has as tokens; without its configuration, those that look like some."""
    literals = [decode(found) for found in LITERAL.findall(rules)]
    found = dict.fromkeys(candidates(literals))
    if config:
        known = set(tokens_of(dict(config)))
        return [token for token in found if token in known]
    return list(dict.fromkeys(part for text in literals for part in LIKELY_TOKEN.findall(text)))


def tokens_for(config: Mapping[str, Any]) -> dict[str, str]:
    """The tokens that a template writes by name, as the configuration has them."""
    found = {}
    for key in TOKENS:
        given = config.get(key)
        text = given.get("content") if isinstance(given, dict) else given
        if isinstance(text, str) and text:
            found[key] = text
    return found


def _models(config: Mapping[str, Any]) -> list[str]:
    name = config.get("name_or_path")
    return [name] if isinstance(name, str) and name.count("/") == 1 and not name.startswith(("/", ".")) else []


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
