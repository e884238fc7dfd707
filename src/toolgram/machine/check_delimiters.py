"""Check: every delimiter can match, every text has an end, and a value is warned of that its closer cuts short."""

from __future__ import annotations

from ..diagnostics import Diagnostic, Severity, SourceRange
from ..runtime.tables.limits import BLANKS
from ..spec.literals import quote
from .closure import closure, literals
from .graph import Lit
from .lower import Lowering
from .lowered import SHORT_SINKS, VALUE_SINKS, Lowered


def check_never_matching(lowering: Lowering) -> list[Diagnostic]:
    """Find literals that begin with blanks behind a `_WS` that has taken all blanks."""
    found = []
    for number in range(len(lowering.graph.nodes)):
        for item, label in literals(closure(lowering.graph, (number,))):
            if item.blanks == "any" and label.text[0] in BLANKS:
                found.append(
                    Diagnostic(
                        "literal-never-matches",
                        f"{quote(label.text)} can never match",
                        label.at,
                        "the blanks that it begins with are read by the `_WS` before it",
                        example=label.text.strip(BLANKS) or "(blanks only)",
                        hint=f"write {quote(label.text.lstrip(BLANKS))}"
                        if label.text.strip(BLANKS)
                        else "leave it out",
                    )
                )
    return found


def check_text_ends(lowering: Lowering) -> list[Diagnostic]:
    """Find names, keys and values that no delimiter of their own ends: they would be held, or run, to the end."""
    known = {conflict.first for conflict in lowering.conflicts}
    return [
        _endless(lowered)
        for lowered in lowering.states
        if lowered.state.kind == "text"
        and lowered.at not in known
        and lowered.state.sink in (*SHORT_SINKS, *VALUE_SINKS)
        and not any(edge.rank == 0 for edge in lowered.state.edges)
    ]


def _endless(lowered: Lowered) -> Diagnostic:
    sink = lowered.state.sink
    held = "the call would be undecided" if sink in SHORT_SINKS else "all that follows would be the value"
    return Diagnostic(
        "unbounded-hold-back",
        f"nothing ends the text of `{sink}`",
        lowered.at,
        "no literal follows",
        example=f"{held} until the end of the reply",
        hint="end it with a literal, or use a built-in that ends by itself (NAME, INT, JSON_STRING, PYTHON)",
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
        severity=Severity.WARNING,
    )


def _places(lowering: Lowering, literal: str) -> tuple[tuple[SourceRange, str], ...]:
    for node in lowering.graph.nodes:
        for label, _ in node.edges:
            if isinstance(label, Lit) and label.text == literal:
                return ((label.at, "the closer"),)
    return ()
