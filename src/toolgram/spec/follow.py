"""What stands where, once `_rules` and templates are followed.

In comes a `Spec` whose names are checked (`check_names.py`, `check_templates.py`), out come bodies of uses, the
captures with the capture around each, and gaps: alternatives in which something that must be read is not.

Everything here ends on recursive rules: a rule inside itself adds nothing that its first visit did not show.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..runtime.tables.suffix import NAME_PLACE
from .ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec, children, repeated, walk
from .builtins import BLANKS, CAPTURES, TEMPLATES
from .literals import quote


def show(node: Node) -> str:
    """Return a node as it is written in a spec; equal texts mean the same at different places."""
    match node:
        case Literal(text=text):
            return quote(text)
        case Ref(name=name):
            return name
        case Call(name=name, args=args):
            return f"{name}{{{', '.join(map(show, args))}}}"
        case Seq(items=items):
            return " ".join(f"({show(item)})" if isinstance(item, Choice) else show(item) for item in items)
        case Choice(options=options):
            return " | ".join(map(show, options))
        case Repeat(item=item, min=least, max=most):
            inner = f"({show(item)})" if isinstance(item, Seq | Choice) else show(item)
            return inner + ("+" if least else "*" if most is None else "?")


def substitute(node: Node, bound: Mapping[str, Node]) -> Node:
    """Return the body of a template with arguments in the places of its parameters."""
    match node:
        case Ref(name=name):
            return bound.get(name, node)
        case Call(name=name, args=args, at=at):
            return Call(name, tuple(substitute(arg, bound) for arg in args), at)
        case Seq(items=items, at=at):
            return Seq(tuple(substitute(item, bound) for item in items), at)
        case Choice(options=options, at=at):
            return Choice(tuple(substitute(option, bound) for option in options), at)
        case Repeat(item=item, min=least, max=most, at=at):
            return Repeat(substitute(item, bound), least, most, at)
        case Literal():
            return node


def body_of(spec: Spec, use: Ref | Call) -> Node | None:
    """Return what a use stands for, the arguments of a template filled in; None for a built-in."""
    rule = spec.rules.get(use.name)
    if rule is None:
        return None
    args = use.args if isinstance(use, Call) else ()
    return substitute(rule.body, dict(zip(rule.params, args, strict=True)))


class Use(NamedTuple):
    """A capture where it is read, and the capture around it (`""` for the message)."""

    ref: Ref | Call
    inside: str


def uses(spec: Spec) -> Iterator[Use]:
    """Yield the captures that can be reached from `start`, each place and surrounding capture once."""
    todo: list[tuple[Node, str]] = [(spec.rules["start"].body, "")]
    seen: set[tuple[str, str]] = set()
    while todo:
        node, inside = todo.pop()
        todo += [(child, inside) for child in reversed(children(node))]
        if not isinstance(node, Ref | Call):
            continue
        if node.name in CAPTURES:
            yield Use(node, inside)
            inside = node.name
        body = body_of(spec, node)
        if body is not None and (show(node), inside) not in seen:
            seen.add((show(node), inside))
            todo.append((body, inside))


class Gap(NamedTuple):
    """The innermost part of a rule that is read without any of the wanted captures.

    `partial` says that the wanted is read elsewhere beside it: the part, and not what is around it, is to blame.
    """

    node: Node
    partial: bool


def gap(spec: Spec, node: Node, wanted: frozenset[str], active: frozenset[str] = frozenset()) -> Gap | None:
    """Find a way through a node that reads none of the wanted captures; None when there is none."""
    match node:
        case Literal(text=text):
            return None if "name" in wanted and NAME_PLACE in text else Gap(node, False)
        case Call(name=name, args=args) if name in TEMPLATES and name not in spec.rules:
            # In which order the members of an object come, and which of them, is the model's choice: one that may hold
            # the wanted is enough.
            gaps = [gap(spec, arg, wanted, active) for arg in args]
            return None if any(found is None or found.partial for found in gaps) else Gap(node, False)
        case Ref() | Call():
            return _gap_of_use(spec, node, wanted, active)
        case Seq(items=items):
            return _gap_of_items(node, [gap(spec, item, wanted, active) for item in items])
        case Choice(options=options):
            return _gap_of_options(node, [gap(spec, option, wanted, active) for option in options])
        case Repeat(item=item, min=least):
            found = gap(spec, item, wanted, active)
            if least:
                return found
            return Gap(node, found is None or found.partial)


def _gap_of_use(spec: Spec, use: Ref | Call, wanted: frozenset[str], active: frozenset[str]) -> Gap | None:
    shape = show(use)
    body = body_of(spec, use)
    # A rule inside itself: what ends the recursion is another alternative, which is looked at anyway.
    if use.name in wanted or shape in active:
        return None
    found = gap(spec, body, wanted, active | {shape}) if body is not None else Gap(use, False)
    return Gap(use, False) if found and not found.partial else found


def _gap_of_items(node: Seq, gaps: list[Gap | None]) -> Gap | None:
    if None in gaps:
        return None
    return next((found for found in gaps if found and found.partial), Gap(node, False))


def _gap_of_options(node: Choice, gaps: list[Gap | None]) -> Gap | None:
    if not any(gaps):
        return None
    partial = any(found is None or found.partial for found in gaps)
    option, found = next((option, found) for option, found in zip(node.options, gaps, strict=True) if found)
    return Gap((found.node if found.partial else option) if partial else node, partial)


def is_blank(node: Node) -> bool:
    """Whether a node reads blanks only."""
    inner = repeated(node)
    return isinstance(inner, Ref) and inner.name in BLANKS


def nodes_within(spec: Spec, node: Node) -> Iterator[Node]:
    """The nodes of a part and of the rules that it uses, but for those of captures, which are parts of their own."""
    waiting, seen = [node], set[str]()
    while waiting:
        for one in walk(waiting.pop()):
            yield one
            rule = spec.rules.get(one.name) if isinstance(one, Ref) and one.name not in CAPTURES else None
            if rule is not None and rule.name not in seen:
                seen.add(rule.name)
                waiting.append(rule.body)


def captures_in(spec: Spec, node: Node) -> set[str]:
    """The captures that a node reads, not those in them; what stands in a JSON object comes in any order."""
    refs = (one for one in nodes_within(spec, node) if isinstance(one, Ref))
    return {ref.name for ref in refs if ref.name in CAPTURES}
