"""How a spec writes elements that stand inside each other, each with its key in its tag.

    element: "<" key ">" (value | element)* "</" key ">"

In comes a checked `Spec`, out comes the `ElementRule`: the literals around the key, and what text is. A rule `element`
that does not contain itself is none of these: it groups parts of an object or array. `check_elements.py` says what is
wrong with a rule that does and reads otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from .ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, children, walk
from .builtins import BLANKS

TEXTS = ("TEXT", "XML_TEXT")


@dataclass(frozen=True, slots=True)
class ElementRule:
    """The literals of an element; `close_end` is None where the closer has no key."""

    rule: Rule
    open: str
    open_end: str
    close: str
    close_end: str | None
    entities: bool


def nests(spec: Spec) -> bool:
    """Whether elements stand inside elements, by their own rule and not through objects or arrays."""
    return "element" in spec.rules and any(
        isinstance(node, Ref) and node.name == "element" for node in flat(spec, spec.rules["element"].body)
    )


def flat(spec: Spec, node: Node, seen: frozenset[str] = frozenset()) -> list[Node]:
    """Return a node and all below it, through `_rules` and templates."""
    found = [node, *(below for child in children(node) for below in flat(spec, child, seen))]
    if isinstance(node, Ref | Call) and node.name.startswith("_") and node.name in spec.rules and node.name not in seen:
        found += flat(spec, spec.rules[node.name].body, seen | {node.name})
    return found


def literal_of(spec: Spec, node: Node) -> str | None:
    """Return the text of a literal, or of a name that stands for one."""
    match node:
        case Literal(text=text):
            return text
        case Ref(name=name) if name in spec.rules and name.startswith("_"):
            return literal_of(spec, spec.rules[name].body)
    return None


def is_key(node: Node) -> bool:
    return isinstance(node, Ref) and node.name == "key"


def is_content(spec: Spec, node: Node) -> bool:
    """Whether a node reads values, elements and blanks, and nothing else."""
    match node:
        case Ref(name=name):
            return name in ("value", "element") or name in BLANKS
        case Choice(options=nodes) | Seq(items=nodes):
            return all(is_content(spec, part) for part in nodes)
        case Repeat(item=item):
            return is_content(spec, item)
    return False


def element_rule(spec: Spec) -> ElementRule | None:
    """Read the rule; None where it says something else."""
    rule = spec.rules["element"]
    items = rule.body.items if isinstance(rule.body, Seq) else ()
    if len(items) not in (5, 7) or not is_key(items[1]) or not is_content(spec, items[3]):
        return None
    opener, opener_end, closer = (literal_of(spec, items[place]) for place in (0, 2, 4))
    closer_end = literal_of(spec, items[6]) if len(items) == 7 and is_key(items[5]) else None
    names = {node.name for node in walk(items[3]) if isinstance(node, Ref)}
    if (
        not (opener and opener_end and closer)
        or (len(items) == 7 and not closer_end)
        or not {"value", "element"} <= names
    ):
        return None
    text = spec.rules["value"].body
    if not isinstance(text, Ref) or text.name not in TEXTS:
        return None
    return ElementRule(rule, opener, opener_end, closer, closer_end, text.name == "XML_TEXT")
