"""Check: alternatives can be told apart by the text, and every one can be chosen.

In: the spec for twins, the lowering's conflicts for what begins alike or means two things.
"""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..runtime.tables.states import MESSAGE_SINKS
from ..spec.ast import Choice, Node, Spec, walk
from ..spec.follow import show
from ..spec.literals import quote
from .closure import closure
from .graph import Lit, Scan, Text
from .lower import Lowering
from .lowered import Conflict


def check_twins(spec: Spec) -> list[Diagnostic]:
    """Find alternatives that stand twice: the second is never chosen."""
    found = []
    for rule in spec.rules.values():
        for node in walk(rule.body):
            if isinstance(node, Choice):
                first: dict[str, Node] = {}
                for option in node.options:
                    before = first.setdefault(show(option), option)
                    if before is not option:
                        found.append(
                            Diagnostic(
                                "unreachable-alternative",
                                "this alternative is never chosen",
                                option.at,
                                "the same as",
                                ((before.at, "this one"),),
                                hint="leave one out",
                            )
                        )
    return found


def check_conflicts(lowering: Lowering) -> list[Diagnostic]:
    """Turn the lowering's conflicts into messages."""
    makers = {"ambiguous": _ambiguous, "two-texts": _two_texts, "text-runs-on": _runs_on, "word-takes": _word_takes}
    return [makers[conflict.kind](lowering, conflict) for conflict in lowering.conflicts]


def _ambiguous(_: Lowering, conflict: Conflict) -> Diagnostic:
    begins = f"begin with {quote(conflict.text)}" if conflict.text else "begin with the same value"
    return Diagnostic(
        "ambiguous-alternatives",
        f"two alternatives {begins} and mean different things",
        conflict.second,
        "this cannot be told from",
        ((conflict.first, "this"),) if conflict.first != conflict.second else (),
        example=f"after reading {conflict.text} it may be either" if conflict.text else None,
        hint=(
            "let them begin differently",
            "move the common beginning in front: begin (one | other)",
        ),
    )


def _two_texts(lowering: Lowering, conflict: Conflict) -> Diagnostic:
    first, second = _sink(lowering, conflict.first), _sink(lowering, conflict.second)
    ending = _ending(lowering, conflict.first) or _ending(lowering, conflict.second)
    until = f"{ending} or the end" if ending else "the end"
    if not {first, second} & set(MESSAGE_SINKS):
        return _ambiguous(lowering, conflict)
    return Diagnostic(
        "unbounded-hold-back",
        f"nothing can be emitted before {quote(ending) if ending else 'the end'}",
        conflict.first,
        f"`{first}` begins without a literal",
        ((conflict.second, f"so does `{second}`"),),
        example=f'after reading "The user wants" it may be `{first}` or `{second}`, and stays so until {until}:\n'
        "the whole reply would be held back.",
        hint=(
            f"the prompt already opened it:  begins_inside = {{ {first} = true }}",
            f"the model writes the opener:   {quote(_opener(ending, first))} TEXT {quote(ending or f'</{first}>')}",
        ),
    )


def _opener(ending: str, sink: str) -> str:
    return ending.replace("</", "<") if ending.startswith("</") else f"<{sink}>"


def _runs_on(lowering: Lowering, conflict: Conflict) -> Diagnostic:
    first, second = _sink(lowering, conflict.first), _sink(lowering, conflict.second)
    tail = conflict.second == lowering.spec.rules["start"].name_at
    follows = "a reply may go on with text behind its last part" if tail else f"and text follows: `{second}`"
    return Diagnostic(
        "text-runs-on",
        f"nothing tells where `{first}` ends and `{second}` begins",
        conflict.first,
        f"`{first}` is text of any kind",
        ((conflict.second, follows),),
        example=f"in `abcdef` any part may be `{first}`",
        hint="put a literal between them",
    )


def _word_takes(lowering: Lowering, conflict: Conflict) -> Diagnostic:
    sink = _sink(lowering, conflict.first)
    return Diagnostic(
        "literal-never-matches",
        f"{quote(conflict.text)} can never match",
        conflict.second,
        f"`{sink}` before it goes on with its first character" if sink else "the word before it goes on with it",
        ((conflict.first, "read here"),),
        example=f"word{conflict.text}",
        hint="read what stands before it with TEXT, which ends at the literal",
    )


def _sink(lowering: Lowering, at: object) -> str:
    """The capture whose text stands at a place."""
    for node in lowering.graph.nodes:
        for label, _ in node.edges:
            if isinstance(label, Text | Scan) and label.at == at:
                return label.sink
    return "text"


def _ending(lowering: Lowering, at: object) -> str:
    """The first delimiter that can end the text at a place."""
    for node in lowering.graph.nodes:
        for label, target in node.edges:
            if isinstance(label, Text) and label.at == at:
                found = [item.label.text for item in closure(lowering.graph, (target,)) if isinstance(item.label, Lit)]
                return found[0] if found else ""
    return ""
