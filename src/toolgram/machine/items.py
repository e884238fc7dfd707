"""Small questions about the items of a rule: which delimiters they stand for, what is blank, what is recursive.

In: nodes of a spec. Out: answers that `build_graph.py` and the checks share.
"""

from __future__ import annotations

from typing import TypeAlias

from ..spec.ast import Call, Choice, Literal, Node, Ref, Rule, Spec, options_of, walk
from ..spec.builtins import CAPTURES

BLANKS = {"_WS": "any", "_NL": "newline"}

Env: TypeAlias = dict[str, tuple[Node, "Env | None"]]


def delimiters(spec: Spec, item: Node, env: Env) -> tuple[Literal, ...]:
    """The literals that an item stands for, whether written out or named; none where it is more than that."""
    match item:
        case Literal():
            return (item,)
        case Ref(name) if name in env:
            inner, outer = env[name]
            return delimiters(spec, inner, outer or {})
        case Ref(name) if name in spec.rules and names_a_part(spec.rules[name]):
            return delimiters(spec, spec.rules[name].body, {})
        case Choice(options):
            found = [delimiters(spec, option, env) for option in options]
            return tuple(one for several in found for one in several) if all(found) else ()
    return ()


def names_a_part(rule: Rule) -> bool:
    """Whether a rule is a part of the element that it is used in: a terminal, or a rule that gives literals a name."""
    ways = options_of(rule.body)
    return rule.is_terminal or (rule.name not in CAPTURES and all(isinstance(way, Literal) for way in ways))


SEPARATORS = (",", ";")


def role_of(literal: Literal, role: str) -> str:
    """A comma separates, unless it is the last of its element: then the element ends with it."""
    return "separator" if literal.text.strip() in SEPARATORS and role != "closer" else role


def recursive_rules(spec: Spec) -> frozenset[str]:
    """Names of the rules that contain themselves."""
    uses = {
        name: {node.name for node in walk(rule.body) if isinstance(node, Ref | Call)} & spec.rules.keys()
        for name, rule in spec.rules.items()
    }
    found = set()
    for name in uses:
        seen: set[str] = set()
        todo = list(uses[name])
        while todo:
            used = todo.pop()
            if used not in seen:
                seen.add(used)
                todo.extend(uses[used])
        if name in seen:
            found.add(name)
    return frozenset(found)
