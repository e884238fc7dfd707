"""Check: every delimiter can match, every text has an end, and a value is warned of that its closer cuts short."""

from __future__ import annotations

import re
from typing import TypeAlias, TypeGuard

from ..diagnostics import Diagnostic, Severity, SourceRange
from ..fixes import Edit, Fix
from ..runtime.tables.limits import BLANKS, TELLING
from ..spec.ast import Choice, Literal, Node, Ref, walk
from ..spec.literals import quote
from ..spec.repairs import imported, insertion, without_blanks
from .closure import closure, literals
from .graph import Graph, Label, Lit, Scan, Text
from .items import SEPARATORS
from .lower import Lowering
from .lowered import SHORT_SINKS, VALUE_SINKS, Lowered

QUOTES = ("'", '"')
Places: TypeAlias = tuple[tuple[SourceRange, str], ...]  # each with its label


def check_never_matching(lowering: Lowering) -> list[Diagnostic]:
    """Find literals that begin with blanks behind a `_WS` or a `_NL` that has taken them."""
    found = []
    for number in range(len(lowering.graph.nodes)):
        for item, label in literals(closure(lowering.graph, (number,))):
            if item.blanks != "none" and label.text[0] in BLANKS:
                found.append(
                    Diagnostic(
                        "literal-never-matches",
                        f"{quote(label.text)} can never match",
                        label.at,
                        f"its blanks are read by the `{'_WS' if item.blanks == 'any' else '_NL'}` before it",
                        example=label.text.strip(BLANKS) or "(blanks only)",
                        hint=_without_blanks(lowering, label.at, label.text.lstrip(BLANKS)),
                    )
                )
    return found


def _without_blanks(lowering: Lowering, at: SourceRange, text: str) -> Fix:
    if text:
        return Fix("", (Edit(at, quote(text)),))
    return Fix("leave it out", (without_blanks(lowering.spec.source_of(at), at),))


def check_text_ends(lowering: Lowering) -> list[Diagnostic]:
    """Find names, keys and values that no delimiter of their own ends: they would be held, or run, to the end."""
    known = {conflict.first for conflict in lowering.conflicts}
    return [
        _endless(lowering, lowered)
        for lowered in lowering.states
        if lowered.state.kind == "text"
        and lowered.at not in known
        and lowered.state.sink in (*SHORT_SINKS, *VALUE_SINKS)
        and not any(edge.rank == 0 for edge in lowered.state.edges)
    ]


def _endless(lowering: Lowering, lowered: Lowered) -> Diagnostic:
    sink = lowered.state.sink
    held = "the call would be undecided" if sink in SHORT_SINKS else "all that follows would be the value"
    return Diagnostic(
        "unbounded-hold-back",
        f"nothing ends the text of `{sink}`",
        lowered.at,
        "no literal follows",
        example=f"{held} until the end of the reply",
        hint=_ended(lowering, lowered.at, sink),
    )


def _ended(lowering: Lowering, at: SourceRange, sink: str) -> tuple[Fix, ...]:
    """Use a built-in that ends by itself, or a literal."""
    source = lowering.spec.source_of(at)
    name = "NAME" if sink in SHORT_SINKS else "JSON"
    literal = insertion(source, at.end, ' "\\n"')
    return (
        Fix("use a built-in that ends by itself", (Edit(at, name), *imported(source, name))),
        Fix("end it with the literal that the model writes; as here", (literal,)),
    )


def check_cut_values(lowering: Lowering) -> list[Diagnostic]:
    """Warn of values whose closer needs no evidence, because any text may follow it."""
    found = []
    for lowered in lowering.states:
        if lowered.state.kind != "text" or lowered.state.sink not in VALUE_SINKS:
            continue
        found += [
            _cut(lowering, lowered, edge.literal)
            for edge in lowered.state.edges
            if edge.rank == 0 and edge.follow is None and edge.key_until is None and not edge.peek
        ]
    return found


def _cut(lowering: Lowering, lowered: Lowered, literal: str) -> Diagnostic:
    sink = lowered.state.sink
    return Diagnostic(
        "delimiter-in-value",
        f"a value with {quote(literal)} in it is cut short",
        lowered.at,
        "nothing tells the real closer from one inside the value",
        _places(lowering, literal),
        example=f'print("{literal}"){literal}',
        note=f"text may follow {quote(literal)} at once, so the first one ends `{sink}`",
        hint=_told_apart(lowering, lowered.at, sink, _places(lowering, literal)),
        severity=Severity.WARNING,
    )


def _told_apart(lowering: Lowering, at: SourceRange, sink: str, closers: Places) -> tuple[Fix, ...]:
    """Let something stand behind the closer, which then tells the real one; or read values that end by themselves."""
    spec = lowering.spec
    source = spec.source_of(at)
    as_json = Fix("if every value is JSON, which ends by itself", (Edit(at, "JSON"), *imported(source, "JSON")))
    rule = spec.rules.get("tool_call")
    if rule is None or isinstance(rule.body, Choice) or rule.at.path != source.path:
        return (as_json,)
    parameter = spec.rules.get("parameter")
    is_closed = any(rule.at.start <= closer.start < rule.at.end for closer, _ in closers)
    if is_closed and parameter is not None and parameter.at.path == source.path:
        uses = [node.at for node in walk(parameter.body) if isinstance(node, Ref) and node.name == sink]
        edits = [insertion(source, use.end, f" {quote(_closer(parameter.body))}") for use in uses]
        if edits:
            return Fix("if the model ends a value with something, read it, as here", tuple(edits)), as_json
    behind = insertion(source, rule.body.at.end, f" {quote(_closer(rule.body))}")
    return Fix("if the model ends a call with something, read it, as here", (behind,)), as_json


def _closer(body: Node) -> str:
    """What may close a rule: the tag that its first literal opens."""
    opener = next((node.text for node in walk(body) if isinstance(node, Literal)), "")
    tag = re.match(r"<\|?[\w/]+", opener)
    return tag[0].replace("<", "</", 1) + ">" if tag else "</end>"


def _places(lowering: Lowering, literal: str) -> Places:
    for node in lowering.graph.nodes:
        for label, _ in node.edges:
            if isinstance(label, Lit) and label.text == literal:
                return ((label.at, "the closer"),)
    return ()


def check_quotes_behind_values(lowering: Lowering) -> list[Diagnostic]:
    """Find delimiters that begin with a quote behind a value that may be a string: that quote may be one of its own."""
    found = []
    for node in lowering.graph.nodes:
        for label, target in node.edges:
            if isinstance(label, Scan) and label.sink in VALUE_SINKS:
                is_python = label.what.startswith("python")
                found += [
                    _quoted(lowering, label, other) for other in _behind(lowering.graph, target, is_python=is_python)
                ]
    return found


def _behind(graph: Graph, node: int, *, is_python: bool) -> list[Lit | Scan]:
    """What looks like more of the value that ends at a node: a quote, the opener of a list, a character of a word.

    Behind a closing bracket or, in Python, a comma a quote does so, too; there a key is told by `=` or `:` alone.
    """
    found: list[Lit | Scan] = []
    for item in closure(graph, (node,)):
        label = item.label
        if isinstance(label, Scan) and label.sink == "key":
            found.append(label)
        if not isinstance(label, Lit):
            continue
        text = label.text.strip() or label.text
        if text[0] in (*QUOTES, *"[-+._") or text[0].isalnum():
            found.append(label)
        elif text in "]}":
            found += [one for one in _labels(graph, (item.target,)) if _is_quoted(one)]
        elif text in SEPARATORS and is_python:
            items = closure(graph, (item.target,))
            ends = _labels(graph, tuple(one.target for one in items if isinstance(one.label, Text)))
            found += [one for one in ends if isinstance(one, Lit) and one.text.strip()[:1] not in ("=", ":")]
            openers = [one.label for one in items if isinstance(one.label, Lit)]
            found += [one for one in openers if len(one.text) < TELLING or _is_quoted(one)]
    return found


def _labels(graph: Graph, nodes: tuple[int, ...]) -> list[Label]:
    return [item.label for item in closure(graph, nodes)] if nodes else []


def _is_quoted(label: Label) -> TypeGuard[Lit | Scan]:
    """Whether it begins with a quote."""
    return (isinstance(label, Lit) and label.text[0] in QUOTES) or (isinstance(label, Scan) and label.sink == "key")


def _quoted(lowering: Lowering, value: Scan, behind: Lit | Scan) -> Diagnostic:
    what = quote(behind.text) if isinstance(behind, Lit) else "a key in quotes"
    return Diagnostic(
        "quote-behind-value",
        f"{what} stands behind a `{value.sink}` that may be a string",
        behind.at,
        "this may be a part of the value",
        ((value.at, "which goes on for as long as quotes say so"),),
        example="'it's so'",
        hint=Fix(
            "put a delimiter in front of it that no value has; as here",
            (insertion(lowering.spec.source_of(behind.at), behind.at.start, '"</value>" '),),
        ),
    )
