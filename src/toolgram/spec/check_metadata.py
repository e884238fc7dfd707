"""Check the metadata against the rules: `bad-metadata` where it names what the rules do not have.

A `suffix` needs a place in the literals, `{suffix}`, that stands between texts that no suffix can be a part of:
`misplaced-suffix`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from ..fixes import Edit, Fix
from ..runtime.tables.suffix import SUFFIX_CHARACTERS, SUFFIX_PLACE
from .ast import Choice, Literal, Spec, all_nodes
from .literals import quote
from .metadata_block import find_block
from .repairs import imported, last_rule, without_item, without_lines


def check(spec: Spec) -> list[Diagnostic]:
    """Return what the metadata says of rules that are not there."""
    return [*_begins_inside(spec), *_suffix(spec), *_special_tokens(spec)]


def _key_at(spec: Spec, key: str) -> SourceRange:
    block = find_block(spec.source)
    return block.key_at(key) if block else spec.meta_at


def _special_tokens(spec: Spec) -> Iterator[Diagnostic]:
    """A special token that no literal has would mean nothing: nothing would be known of it."""
    literals = [node.text for node in all_nodes(spec) if isinstance(node, Literal)]
    for token in spec.meta.special_tokens:
        if not any(token in text for text in literals):
            near = did_you_mean(token, literals)
            message = f"no literal has the special token {quote(token)}"
            hint = _other_token(spec, token, near)
            yield Diagnostic("bad-metadata", message, _key_at(spec, "special_tokens"), "one of these", hint=hint)


def _other_token(spec: Spec, token: str, near: str | None) -> Fix | str:
    """Name the token that is meant, or none."""
    words = f"did you mean {quote(near)}" if near else "delete it, or use it in a rule"
    begin = _key_at(spec, "special_tokens").end
    for written in (quote(token), f"'{token}'"):
        start = spec.source.text.find(written, begin)
        if start >= 0:
            at = spec.source.range(start, start + len(written))
            return Fix(words, (Edit(at, quote(near)) if near else without_item(spec.source, at),))
    return words


def _begins_inside(spec: Spec) -> Iterator[Diagnostic]:
    inside = spec.meta.begins_inside
    if inside is None or inside.capture in spec.rules:
        return
    message = f"a reply cannot begin inside `{inside.capture}`"
    label = f"there is no rule `{inside.capture}`"
    source, start = spec.source, spec.rules.get("start")
    rule = '"<think>" TEXT "</think>"' if inside.capture == "reasoning" else "TEXT"
    edits = [last_rule(source, f"{inside.capture}: {rule}"), *imported(source, "TEXT")]
    if start is not None and start.at.path == source.path:
        body = spec.text_of(start.body.at)
        whole = f"({body})" if isinstance(start.body, Choice) else body
        edits.append(Edit(start.body.at, f"{inside.capture}? {whole}"))
    hint = (
        Fix("add the rule", tuple(edits)),
        Fix("delete the key", (without_lines(source, _key_at(spec, "begins_inside")),)),
    )
    yield Diagnostic("bad-metadata", message, _key_at(spec, "begins_inside"), label, hint=hint)


def _suffix(spec: Spec) -> Iterator[Diagnostic]:
    begin = spec.meta.suffix
    if begin is None:
        return
    nodes = [*all_nodes(spec)]
    places = [node for node in nodes if isinstance(node, Literal) and SUFFIX_PLACE in node.text]
    if not places:
        message = "no literal has a place for the suffix"
        tags = [node for node in nodes if isinstance(node, Literal) and len(node.text) > 1 and node.text.endswith(">")]
        edits = [
            Edit(node.at, quote(_with_place(node.text, begin))) for node in tags if node.at.path == spec.source.path
        ]
        hint = Fix("write where the suffix stands", tuple(edits))
        if not edits:
            hint = Fix("delete the key", (without_lines(spec.source, _key_at(spec, "suffix")),))
        yield Diagnostic("bad-metadata", message, _key_at(spec, "suffix"), "nothing has it", hint=hint)
    for literal in places:
        head, _, tail = literal.text.partition(SUFFIX_PLACE)
        label = _wrong_place(head, tail, begin)
        if label:
            hint = Fix("", (Edit(literal.at, quote(_with_place(literal.text.replace(SUFFIX_PLACE, ""), begin))),))
            message = f"it cannot be seen where the suffix of {quote(literal.text)} ends"
            yield Diagnostic("misplaced-suffix", message, literal.at, label, hint=hint)


def _with_place(text: str, begin: str) -> str:
    """Put the place for the suffix in front of the last character, if that cannot be a part of it."""
    text = text if len(text) > 1 else f"<{text}"
    found = SUFFIX_CHARACTERS(text[-1])
    if text.endswith(begin) or (found is not None and found.end()):
        text += ">"
    return text[:-1] + SUFFIX_PLACE + text[-1]


def _wrong_place(head: str, tail: str, begin: str) -> str:
    """What is wrong with the texts around the place; nothing when all is well."""
    if SUFFIX_PLACE in tail:
        return "it has two places for the suffix"
    if not head:
        return "nothing stands before the suffix"
    if not tail:
        return "nothing stands behind the suffix"
    found = SUFFIX_CHARACTERS(tail)
    if tail.startswith(begin) or (found is not None and found.end()):
        return f'"{tail[0]}" behind the suffix could be a part of it'
    return ""
