"""Check: nothing is repeated that may be empty, and no rule needs itself before it reads, or to end.

(_WS?)*                  would repeat without reading anything
list: list "," item      is `list` again before anything is read
item: "[" item "]"       never ends
"""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from ..spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, all_nodes, options_of, walk
from ..spec.follow import body_of, show
from .items import recursive_rules


def check(spec: Spec) -> list[Diagnostic]:
    """Find loops that read nothing and rules that never end."""
    found = [
        _empty_cycle(node) for node in all_nodes(spec) if isinstance(node, Repeat) and _repeats_nothing(spec, node)
    ]
    found += [_left_recursion(spec, name) for name in spec.rules if name in _firsts(spec, name)]
    ending = _ending_rules(spec)
    return found + [_endless(spec, name) for name in sorted(recursive_rules(spec)) if name not in ending]


def _repeats_nothing(spec: Spec, node: Repeat) -> bool:
    return node.max is None and may_be_empty(spec, node.item, frozenset())


def may_be_empty(spec: Spec, node: Node, inside: frozenset[str]) -> bool:
    """Whether a node can be there without a character. A capture's text counts as text, even when it is empty."""
    match node:
        case Seq(items):
            return all(may_be_empty(spec, item, inside) for item in items)
        case Choice(options):
            return any(may_be_empty(spec, option, inside) for option in options)
        case Repeat(item, least):
            return least == 0 or may_be_empty(spec, item, inside)
        case (Ref(name) | Call(name)) as use if name not in inside:
            body = body_of(spec, use)
            return body is not None and may_be_empty(spec, body, inside | {name})
    return False


def _firsts(spec: Spec, name: str) -> set[str]:
    """The rules that may stand at the very beginning of a rule."""
    seen: set[str] = set()
    todo: list[Node] = [spec.rules[name].body]
    while todo:
        match todo.pop():
            case Seq(items):
                for item in items:
                    todo.append(item)
                    if not may_be_empty(spec, item, frozenset()):
                        break
            case Choice(options):
                todo += options
            case Repeat(item):
                todo.append(item)
            case Ref(used) | Call(used) if used in spec.rules and used not in seen:
                seen.add(used)
                todo.append(spec.rules[used].body)
    return seen


def _ending_rules(spec: Spec) -> set[str]:
    """The rules that can be read to their end; grown until nothing is added."""
    ending: set[str] = set()
    while True:
        more = {name for name, rule in spec.rules.items() if name not in ending and _ends(spec, rule.body, ending)}
        if not more:
            return ending
        ending |= more


def _ends(spec: Spec, node: Node, ending: set[str]) -> bool:
    match node:
        case Seq(items):
            return all(_ends(spec, item, ending) for item in items)
        case Choice(options):
            return any(_ends(spec, option, ending) for option in options)
        case Repeat(item, least):
            return least == 0 or _ends(spec, item, ending)
        case Ref(name):
            return name not in spec.rules or name in ending
        case Call(name, args):
            return (name not in spec.rules or name in ending) and all(_ends(spec, arg, ending) for arg in args)
        case Literal():
            return True


def _empty_cycle(node: Repeat) -> Diagnostic:
    return Diagnostic(
        "empty-cycle",
        "this may repeat without reading anything",
        node.at,
        "all of it may be absent, and it is repeated",
        hint=Fix("let what is repeated be there", (Edit(node.at, _solid(node)),)),
    )


def _solid(node: Repeat) -> str:
    """What could be meant: the same with its last optional part there."""
    inner = node.item
    if isinstance(inner, Seq):
        last = inner.items[-1]
        items = (*inner.items[:-1], last.item if isinstance(last, Repeat) else last)
        return f"({show(Seq(items, inner.at))})*"
    if isinstance(inner, Choice):
        options = tuple(one.item if isinstance(one, Repeat) and not one.min else one for one in inner.options)
        return f"({show(Choice(options, inner.at))})*"
    if isinstance(inner, Repeat):
        inner = inner.item
    return f"({show(inner)})*" if isinstance(inner, Seq | Choice) else f"{show(inner)}*"


def _left_recursion(spec: Spec, name: str) -> Diagnostic:
    rule = spec.rules[name]
    return Diagnostic(
        "left-recursion",
        f"`{name}` begins with itself",
        rule.name_at,
        "nothing is read before it is needed again",
        hint=_written_out(spec, name),
    )


def _written_out(spec: Spec, name: str) -> Fix:
    """`a: a "," b | b` as `a: b ("," b)*`; a rule that begins with itself through others, without them."""
    body = spec.rules[name].body
    options = options_of(body)
    again = [
        one for one in options if isinstance(one, Seq) and isinstance(one.items[0], Ref) and one.items[0].name == name
    ]
    bases = [one for one in options if one not in again and not (isinstance(one, Ref) and one.name == name)]
    if again and bases:
        rests = [spec.text_of(one.items[1].at.to(one.items[-1].at)) for one in again]
        base = " | ".join(spec.text_of(one.at) for one in bases)
        text = f"{base if len(bases) == 1 else f'({base})'} ({' | '.join(rests)})*"
        return Fix("write the repetition out", (Edit(body.at, text),))
    first = next((one for one in walk(body) if isinstance(one, Ref) and _leads_to(spec, one.name, name)), body)
    others = [one for one in options if first not in walk(one)]
    inner = next((one for one in walk(body) if isinstance(one, Seq) and one.items[0] is first), None)
    if inner is not None:
        rest = spec.text_of(inner.items[1].at.to(inner.items[-1].at))
        return Fix("begin with something else", (Edit(inner.at, rest),))
    text = " | ".join(spec.text_of(one.at) for one in others) or '"..."'
    return Fix("begin with something else", (Edit(body.at, text),))


def _is(node: Node, name: str) -> bool:
    return isinstance(node, Ref) and node.name == name


def _leads_to(spec: Spec, name: str, goal: str) -> bool:
    return name == goal or (name in spec.rules and goal in _firsts(spec, name))


def _endless(spec: Spec, name: str) -> Diagnostic:
    rule = spec.rules[name]
    return Diagnostic(
        "endless-rule",
        f"`{name}` never ends",
        rule.name_at,
        "every alternative needs the rule itself again",
        hint=_left_out(spec, rule),
    )


def _left_out(spec: Spec, rule: Rule) -> Fix:
    """Let the rule in itself be absent."""
    cyclic = recursive_rules(spec)
    inner = next(one for one in walk(rule.body) if isinstance(one, Ref | Call) and one.name in cyclic)
    around = next((one for one in walk(rule.body) if isinstance(one, Repeat) and one.item is inner), None)
    edit = Edit(around.at, f"{spec.text_of(inner.at)}*") if around else Edit(inner.at, f"{spec.text_of(inner.at)}?")
    return Fix("let it be absent at last", (edit,))
