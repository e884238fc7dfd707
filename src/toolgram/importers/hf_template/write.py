"""The texts that an import ends with: the spec, and the page beside it.

In: a draft that is complete. Out: text. Nothing stands in them that the file does not say.
"""

from __future__ import annotations

import json
import re
from pathlib import PurePath

from ...diagnostics import Report
from ...spec.builtins import IMPORTABLE
from ...spec.literals import decode, quote
from ...spec.metadata import BeginsInside
from .regex import RegexError, Text, read_regex
from .regions import Draft
from .template import TemplateModel, tokens_of

ORDER = (
    *("start", "reasoning", "content", "_header", "_end", "_section"),
    *("tool_call", "_member", "id", "name", "arguments", "parameter", "_key", "key", "value"),
)
LITERAL = re.compile(r'"(?:\\.|[^"\\])*"')
DOCS = "https://huggingface.co/docs/transformers/main/chat_response_parsing"


def write_spec(draft: Draft, begins_inside: BeginsInside | None, name: str) -> str:
    """Write the spec."""
    _add_anchor(draft)
    _add_end(draft)
    _ask_for_tokens(draft)
    draft.start.sort(key=ORDER.index)
    rules = {"start": f"({' | '.join(draft.start)})*", **draft.rules}
    ordered = [rule for rule in ORDER if rule in rules] + [rule for rule in rules if rule not in ORDER]
    lines = [f"{rule}: {rules[rule]}" for rule in ordered]
    lines.insert(1, "")
    imports = f"%import toolgram ({', '.join(_used(rules))})"
    return "\n".join([*_metadata(draft, begins_inside, name), imports, "", *lines, ""])


def _used(rules: dict[str, str]) -> list[str]:
    """Name the built-ins that rules use, in the order in which the documentation has them."""
    words = set(re.findall(r"\w+", " ".join(LITERAL.sub(" ", body) for body in rules.values())))
    return [name for name in IMPORTABLE if name in words]


def _add_anchor(draft: Draft) -> None:
    """Let headers of further messages vanish, where the template throws away what is in no region."""
    given = _anchors(draft.template.model)
    if draft.rules.get("content") == "TEXT" or not given:
        return
    draft.rules["_header"] = " | ".join(f"{quote(anchor)} _WS?" for anchor in given)
    draft.start.append("_header")


def _anchors(model: TemplateModel) -> list[str]:
    """The texts in front of a message; none if they are given by a regex that is more than a text."""
    if model.start_anchor is not None:
        given = [model.start_anchor] if isinstance(model.start_anchor, str) else model.start_anchor
        return [anchor for anchor in dict.fromkeys(given) if anchor]
    try:
        nodes = read_regex(model.start_anchor_pattern or "")
    except RegexError:
        return []
    return [node.text for node in nodes if isinstance(node, Text)] if len(nodes) == 1 else []


def _add_end(draft: Draft) -> None:
    """Let the token at the end of a turn vanish, where the tokenizer's configuration names it."""
    given = draft.template.config.get("eos_token")
    token = given.get("content") if isinstance(given, dict) else given
    if not isinstance(token, str) or not token:
        return
    literal = quote(token)
    if any(literal in body for body in draft.rules.values()):
        return
    draft.rules["_end"] = f"{draft.rules['_end']} | _WS? {literal}" if "_end" in draft.rules else f"_WS? {literal}"
    if "_end" not in draft.start:
        draft.start.append("_end")


def _ask_for_tokens(draft: Draft) -> None:
    """Without a tokenizer nothing says which delimiters are tokens, and a call is one only of a declared tool."""
    if draft.template.config or "tool_call" not in draft.rules:
        return
    literals = dict.fromkeys(candidates(_literals(draft)))
    likely = [text for text in literals if re.fullmatch(r"<[^<>\s=]+>|\[[A-Z_/]+\]", text)]
    words = "does not say which delimiters are special tokens; without one, only a declared tool is called"
    hint = f"import tokenizer_config.json instead, or name those that are tokens:\n# special_tokens = {_toml(likely)}"
    draft.template.warn("hf-tokens", "fields", words, hint)


def _metadata(draft: Draft, begins_inside: BeginsInside | None, name: str) -> list[str]:
    tokens = special_tokens(draft)
    lines = ["# /// format", f"# title   = {_toml(f'Calls of {name}, from a response template')}"]
    lines.append(f"# models  = {_toml(_models(draft))}")
    if tokens:
        lines.append(f"# special_tokens = {_toml(tokens)}")
    if begins_inside is not None:
        lines.append(f"# begins_inside  = {_table(begins_inside)}")
    lines += [f"# sources = {_toml([PurePath(draft.template.source.path).name])}", "# ///"]
    return lines


def _table(inside: BeginsInside) -> str:
    if not inside.arguments:
        return f"{{ {inside.capture} = true }}"
    return f"{{ {inside.capture} = {_toml(inside.arguments[0])}, default = {'true' if inside.default else 'false'} }}"


def _models(draft: Draft) -> list[str]:
    name = draft.template.config.get("name_or_path")
    return [name] if isinstance(name, str) and name.count("/") == 1 and not name.startswith(("/", ".")) else []


def special_tokens(draft: Draft) -> list[str]:
    """Return the tokens of the tokenizer that the rules name."""
    literals = _literals(draft)
    known = set(tokens_of(draft.template.config))
    return [token for token in dict.fromkeys(candidates(literals)) if token in known]


def _literals(draft: Draft) -> list[str]:
    return [decode(found) for body in draft.rules.values() for found in LITERAL.findall(body)]


def candidates(literals: list[str]) -> list[str]:
    """Split literals into what may be one token each: `<|channel|>analysis<|message|>` has two."""
    return [part for text in literals for part in (text, text.strip(), *re.findall(r"<[^<>]*>|\[[A-Z_/]+\]", text))]


def _toml(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def write_page(draft: Draft, begins_inside: BeginsInside | None, name: str, report: Report) -> str:
    """Write the page."""
    file = PurePath(draft.template.source.path).name
    where = f"`{file}`, key `{draft.template.prefix[0]}`" if draft.template.prefix else f"`{file}`"
    tokens = special_tokens(draft)
    paragraphs = [
        f"# {name}",
        f"Imported by `toolgram import hf-template` from a [response template]({DOCS}) of Hugging Face transformers.",
        f"Source: {where}.",
        f"Models: {', '.join(_models(draft)) or 'the file names none'}.",
        f"Special tokens: {_code(tokens) or 'the file names none of the delimiters as a token of the tokenizer'}.",
        _prompt(begins_inside),
        "## Where it differs from the template",
        "\n".join(f"- {one}" for one in _differences(draft, report)),
    ]
    return "\n\n".join(paragraphs) + "\n"


def _code(texts: list[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _prompt(inside: BeginsInside | None) -> str:
    if inside is None:
        return "Nothing is known to be open when the model begins to write."
    usual = str(inside.default).lower()
    when = f"when `{inside.arguments[0]}` is true, by default {usual}" if inside.arguments else "always"
    return f"The prompt opens the reasoning: {when}."


def _differences(draft: Draft, report: Report) -> list[str]:
    found = [f"{diagnostic.message}." for diagnostic in report.warnings if diagnostic.name.startswith("hf-")]
    if "content" not in draft.template.model.fields:
        found.append("Text that is in no region is the answer; the template throws it away.")
    elif draft.rules["content"] == "TEXT":
        found.append("White space at the ends of an answer is kept, unless a call or a region is next to it.")
    else:
        found.append("Text that is in no region is part of the answer; the template throws it away.")
    found += [
        "Several regions of one kind are joined; in the template the last one stays, unless it repeats.",
        "Delimiters inside a value are text, and what a model forgets is recovered, as in every format.",
    ]
    if "parameter" in draft.rules:
        found.append("Of a parameter given twice the first counts; in the template the last.")
    return found
