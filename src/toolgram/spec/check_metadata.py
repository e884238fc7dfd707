"""Check the metadata against the rules: `bad-metadata` where it names what the rules do not have.

A `suffix` needs a place in the literals, `{suffix}`, that stands between texts that no suffix can be a part of:
`misplaced-suffix`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from ..runtime.tables.suffix import SUFFIX_CHARACTERS, SUFFIX_PLACE
from .ast import Literal, Spec, walk
from .literals import quote
from .metadata import find_block


def check(spec: Spec) -> list[Diagnostic]:
    """Return what the metadata says of rules that are not there."""
    return [*_begins_inside(spec), *_suffix(spec), *_special_tokens(spec)]


def _key_at(spec: Spec, key: str) -> SourceRange:
    block = find_block(spec.source)
    return block.key_at(key) if block else spec.meta_at


def _special_tokens(spec: Spec) -> Iterator[Diagnostic]:
    """A special token that no literal has would mean nothing: nothing would be known of it."""
    literals = [node.text for rule in spec.rules.values() for node in walk(rule.body) if isinstance(node, Literal)]
    for token in spec.meta.special_tokens:
        if not any(token in text for text in literals):
            near = did_you_mean(token, literals)
            message = f"no literal has the special token {quote(token)}"
            hint = f"did you mean {quote(near)}?" if near else "delete it, or use it in a rule"
            yield Diagnostic("bad-metadata", message, _key_at(spec, "special_tokens"), "one of these", hint=hint)


def _begins_inside(spec: Spec) -> Iterator[Diagnostic]:
    inside = spec.meta.begins_inside
    if inside is None or inside.capture in spec.rules:
        return
    message = f"a reply cannot begin inside `{inside.capture}`"
    label = f"there is no rule `{inside.capture}`"
    hint = (
        f'{inside.capture}: "<think>" TEXT "</think>"' if inside.capture == "reasoning" else f"{inside.capture}: TEXT"
    )
    yield Diagnostic("bad-metadata", message, _key_at(spec, "begins_inside"), label, hint=hint)


def _suffix(spec: Spec) -> Iterator[Diagnostic]:
    begin = spec.meta.suffix
    if begin is None:
        return
    nodes = [node for rule in spec.rules.values() for node in walk(rule.body)]
    places = [node for node in nodes if isinstance(node, Literal) and SUFFIX_PLACE in node.text]
    if not places:
        message = "no literal has a place for the suffix"
        hint = f'"<tool_call{SUFFIX_PLACE}>"'
        yield Diagnostic("bad-metadata", message, _key_at(spec, "suffix"), "nothing has it", hint=hint)
    for literal in places:
        head, _, tail = literal.text.partition(SUFFIX_PLACE)
        label = _wrong_place(head, tail, begin)
        if label:
            message = f"it cannot be seen where the suffix of {quote(literal.text)} ends"
            yield Diagnostic("misplaced-suffix", message, literal.at, label, hint=f'"<tool_call{SUFFIX_PLACE}>"')


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
