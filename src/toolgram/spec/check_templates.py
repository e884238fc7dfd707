"""Check the uses of templates: as many arguments as parameters, and an end to their expansion.

`wrong-arguments`, and `endless-template` for a template that uses itself with ever larger arguments:

    _list{x}: x | _list{_pair{x}}        // _list{a}, _list{_pair{a}}, _list{_pair{_pair{a}}}, ...

Rules may be recursive; a template may too, as long as its arguments do not grow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from .ast import Call, Literal, Node, Ref, Rule, Spec, walk
from .builtins import IMPORTABLE, TEMPLATES

Parameter = tuple[str, int]


def check(spec: Spec) -> list[Diagnostic]:
    """Return the uses of templates that cannot be expanded."""
    return [*_arguments(spec), *_endless(spec)]


def _arguments(spec: Spec) -> Iterator[Diagnostic]:
    for rule in spec.rules.values():
        for node in walk(rule.body):
            if isinstance(node, Ref | Call):
                yield from _wrong_use(spec, rule, node)


def _wrong_use(spec: Spec, rule: Rule, use: Ref | Call) -> Iterator[Diagnostic]:
    params = _params(spec, rule, use.name)
    given = len(use.args) if isinstance(use, Call) else 0
    if params is None or given == len(params):
        return
    target = spec.rules.get(use.name) if use.name not in rule.params else None
    related = ((target.name_at, "defined here"),) if target else ()
    wanted = f"{len(params)} argument{'s' if len(params) > 1 else ''}" if params else "no arguments"
    yield Diagnostic(
        "wrong-arguments",
        f"`{use.name}` takes {wanted}",
        use.at,
        f"{given} given" if given else "none given",
        related,
        hint=Fix(f"`{use.name}` is used so", (Edit(use.at, _rightly(spec, use, params)),)),
    )


def _rightly(spec: Spec, use: Ref | Call, params: tuple[str, ...]) -> str:
    """Write a use with as many arguments as are wanted: those that are given, then literals to fill in."""
    given = [spec.text_of(arg.at) for arg in use.args] if isinstance(use, Call) else []
    if use.name == "json_member" and isinstance(use, Call) and len(given) == 1 and not isinstance(use.args[0], Literal):
        given.insert(0, f'"{use.args[0].name if isinstance(use.args[0], Ref | Call) else "key"}"')
    filled = [*given, *(f'"{name}"' for name in params[len(given) :])][: len(params)]
    return f"{use.name}{{{', '.join(filled)}}}" if params else use.name


def _params(spec: Spec, rule: Rule, name: str) -> tuple[str, ...] | None:
    """Return the parameters of what a name means inside a rule; None when it means nothing."""
    if name in rule.params:
        return ()
    if name in spec.rules:
        return spec.rules[name].params
    return TEMPLATES.get(name, ()) if name in IMPORTABLE else None


def _endless(spec: Spec) -> Iterator[Diagnostic]:
    """Find the uses that lie on a cycle of parameters and make the argument larger on the way."""
    passed: defaultdict[Parameter, set[Parameter]] = defaultdict(set)
    growing: list[tuple[Rule, Call, Parameter, Parameter]] = []
    for rule in spec.rules.values():
        for call in (node for node in walk(rule.body) if isinstance(node, Call)):
            for position, arg in enumerate(call.args):
                for index in _used(rule, arg):
                    source, target = (rule.name, index), (call.name, position)
                    passed[source].add(target)
                    if isinstance(arg, Call):
                        growing.append((rule, call, source, target))
    for rule, call, source, target in growing:
        if _reaches(passed, target, source):
            label = "the argument grows each time"
            hint = Fix("use the argument itself instead", (Edit(call.at, spec.text_of(call.args[target[1]].at)),))
            message = f"the template `{rule.name}` uses itself without end"
            yield Diagnostic("endless-template", message, call.at, label, hint=hint)


def _used(rule: Rule, arg: Node) -> set[int]:
    """Return which parameters of a rule are used in an argument."""
    names = {node.name for node in walk(arg) if isinstance(node, Ref)}
    return {index for index, name in enumerate(rule.params) if name in names}


def _reaches(edges: dict[Parameter, set[Parameter]], start: Parameter, goal: Parameter) -> bool:
    seen, todo = {start}, [start]
    while todo:
        new = edges.get(todo.pop(), set()) - seen
        seen |= new
        todo += new
    return goal in seen
