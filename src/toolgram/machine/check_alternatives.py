"""Check: alternatives can be told apart by the text, and every one can be chosen.

In: the spec for twins, the lowering's conflicts for what begins alike or means two things.
"""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from ..runtime.tables.states import MESSAGE_SINKS
from ..spec.ast import Choice, Literal, Node, Ref, Spec, all_nodes, walk
from ..spec.follow import show
from ..spec.literals import quote
from ..spec.metadata_block import find_block
from ..spec.repairs import imported, insertion
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
                for last, option in zip((None, *node.options), node.options, strict=False):
                    before = first.setdefault(show(option), option)
                    if before is not option:
                        found.append(
                            Diagnostic(
                                "unreachable-alternative",
                                "this alternative is never chosen",
                                option.at,
                                "the same as",
                                ((before.at, "this one"),),
                                hint=_leave_out(spec, last or before, option),
                            )
                        )
    return found


def _leave_out(spec: Spec, last: Node, option: Node) -> Fix:
    """Delete an alternative with the bar in front of it."""
    source = spec.source_of(option.at)
    start = source.text.rindex("|", last.at.end, option.at.start)
    begin = len(source.text[:start].rstrip())
    return Fix("leave one out", (Edit(source.range(begin, option.at.end), ""),))


def check_conflicts(lowering: Lowering) -> list[Diagnostic]:
    """Turn the lowering's conflicts into messages."""
    makers = {"ambiguous": _ambiguous, "two-texts": _two_texts, "text-runs-on": _runs_on, "word-takes": _word_takes}
    return [makers[conflict.kind](lowering, conflict) for conflict in lowering.conflicts]


def _ambiguous(lowering: Lowering, conflict: Conflict) -> Diagnostic:
    begins = f"begin with {quote(conflict.text)}" if conflict.text else "begin with the same value"
    return Diagnostic(
        "ambiguous-alternatives",
        f"two alternatives {begins} and mean different things",
        conflict.second,
        "this cannot be told from",
        ((conflict.first, "this"),) if conflict.first != conflict.second else (),
        example=f"after reading {_visible(conflict.text)} it may be either" if conflict.text else None,
        hint=_apart(lowering.spec, conflict),
    )


def _visible(text: str) -> str:
    return quote(text) if "\n" in text or text.isspace() else text


def _apart(spec: Spec, conflict: Conflict) -> tuple[Fix, ...]:
    """Let the two begin differently; a literal that goes on is told from one that does not."""
    source = spec.source_of(conflict.second)
    nodes = [*all_nodes(spec)]
    places = (conflict.second, conflict.first)
    literals = [node for at in places for node in nodes if isinstance(node, Literal) and node.at == at]
    words = "write all that the model writes before them, so that they begin differently; as here"
    for literal in [node for node in literals if node.text == conflict.text] or literals:
        text = f"</call>{literal.text}" if literal.text.isspace() else f"{literal.text}call:"
        return (Fix(words, (Edit(literal.at, quote(text)),)),)
    return (Fix(words, (insertion(source, conflict.second.start, '"=" '),)),)


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
        hint=_opened(lowering, conflict, first, ending),
    )


def _opened(lowering: Lowering, conflict: Conflict, first: str, ending: str) -> tuple[Fix, ...]:
    """Give one of two texts an opener, and a closer where it has none; the prompt may have written the opener."""
    spec = lowering.spec
    source = spec.source_of(conflict.first)
    tail = "" if ending else f" {quote(f'</{first}>')}"
    body = f"{quote(_opener(ending, first))} {spec.text_of(conflict.first)}{tail}"
    edit = Edit(conflict.first, body)
    written = Fix("the model writes the opener", (edit,))
    block = find_block(source)
    if first not in ("reasoning", "content") or block is None or spec.meta.begins_inside is not None:
        return (written,)
    line = insertion(
        source, source.line_range(source.line_col(block.at.start)[0])[1], f"\n# begins_inside = {{ {first} = true }}"
    )
    return written, Fix("the prompt already ends with it", (line, edit))


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
        hint=_between(lowering.spec, conflict, first),
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
        hint=Fix(
            "read what stands before it with TEXT, which ends at the literal",
            (Edit(conflict.first, "TEXT"), *imported(lowering.spec.source_of(conflict.first), "TEXT")),
        ),
    )


def _between(spec: Spec, conflict: Conflict, sink: str) -> Fix:
    """Put a literal behind the text that has no end: behind each use of its rule, or in the rule if it is not alone."""
    words = "put a literal between them, the one that the model writes; as here"
    literal = quote("=" if sink in ("key", "type") else "\n")
    nodes = [(rule, node) for rule in spec.rules.values() for node in walk(rule.body)]
    owner = next((rule for rule, node in nodes if node.at == conflict.first), None)
    if owner is None:
        source = spec.source_of(conflict.second)
        return Fix(words, (insertion(source, conflict.second.start, f"{literal} "),))
    source = spec.source_of(owner.at)
    uses = [node.at for _, node in nodes if isinstance(node, Ref) and node.name == owner.name]
    behind = [source.text[use.end : use.end + 1] for use in uses if use.path == source.path]
    if owner.body.at != conflict.first or len(behind) < len(uses) or {"?", "*", "+", "}", ","} & {*behind}:
        return Fix(words, (insertion(source, conflict.first.end, f" {literal}"),))
    return Fix(words, tuple(insertion(source, use.end, f" {literal}") for use in uses))


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
