"""Check that every name means something: rules, terminals, captures, built-ins and their imports.

Not defined, not imported, unknown to toolgram, defined in vain: `undefined-rule`, `not-imported`, `unknown-import`,
`unknown-capture`, `reserved-name`, `missing-start`; and `empty-literal`, which is a name left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from ..fixes import Edit, Fix
from .ast import Call, Literal, Ref, Repeat, Rule, Seq, Spec, all_nodes, walk
from .builtins import CAPTURES, IMPORTABLE
from .limits import MISTAKES_MAX
from .repairs import fresh, imported, insertion, last_rule, renamed, without_blanks, without_item, without_lines


def check(spec: Spec) -> list[Diagnostic]:
    """Return the names that mean nothing."""
    return [
        *islice(_imports(spec), MISTAKES_MAX),
        *_start(spec),
        *islice(_definitions(spec), MISTAKES_MAX),
        *islice(_uses(spec), MISTAKES_MAX),
    ]


def _imports(spec: Spec) -> Iterator[Diagnostic]:
    for name, at in spec.imports.items():
        if name not in IMPORTABLE:
            near = did_you_mean(name, IMPORTABLE)
            edit = Edit(at, near) if near and near not in spec.imports else without_item(spec.source_of(at), at)
            words = f"did you mean `{near}`?" if near else f"there are {', '.join(IMPORTABLE)}"
            hint = Fix(words.rstrip("?") if near else words, (edit,))
            yield Diagnostic("unknown-import", f"toolgram has no `{name}`", at, "not a built-in", hint=hint)


def _start(spec: Spec) -> Iterator[Diagnostic]:
    if "start" in spec.rules:
        return
    at = next((rule.name_at for rule in spec.rules.values()), spec.meta_at)
    hint = _begin(spec)
    yield Diagnostic("missing-start", "no rule is named `start`", at, "the whole reply must begin somewhere", hint=hint)


def _begin(spec: Spec) -> Fix:
    """The first rule is the start if nothing uses it; else a rule that reads what a message is made of."""
    used = {node.name for node in all_nodes(spec) if isinstance(node, Ref | Call)}
    own = [rule for rule in spec.rules.values() if rule.at.path == spec.source.path]
    if own and own[0].name not in used | set(CAPTURES) and not own[0].params and not own[0].is_terminal:
        return Fix("if this is the rule of the whole reply, name it so", renamed(spec.source, own[0].name, "start"))
    parts = [name for name in ("reasoning", "content", "tool_call") if name in spec.rules]
    rule = f"start: ({' | '.join(parts)})*" if parts else "start: content\ncontent: TEXT"
    if not own:
        return Fix("add the rule of the whole reply", (last_rule(spec.source, rule),))
    return Fix("add the rule of the whole reply", (insertion(spec.source, own[0].at.start, f"{rule}\n"),))


def _definitions(spec: Spec) -> Iterator[Diagnostic]:
    for rule in spec.rules.values():
        if rule.name in IMPORTABLE:
            source = spec.source_of(rule.at)
            other = fresh(source, f"_{rule.name}" if rule.is_terminal else f"_my_{rule.name}")
            hint = (
                Fix("give it another name", renamed(source, rule.name, other)),
                Fix(
                    "or delete it, and import the built-in",
                    (without_lines(source, rule.at), *imported(source, rule.name)),
                ),
            )
            yield Diagnostic(
                "reserved-name", f"`{rule.name}` is a built-in", rule.name_at, "cannot be defined here", hint=hint
            )
        elif not (rule.is_terminal or rule.name.startswith("_") or rule.name == "start" or rule.name in CAPTURES):
            yield _unknown_capture(spec, rule)


def _unknown_capture(spec: Spec, rule: Rule) -> Diagnostic:
    near = did_you_mean(rule.name, [name for name in CAPTURES if name not in spec.rules])
    source = spec.source_of(rule.at)
    markup = renamed(source, rule.name, fresh(source, f"_{rule.name}"))
    fixes = [Fix("if it is the capture", renamed(source, rule.name, near))] if near else []
    return Diagnostic(
        "unknown-capture",
        f"`{rule.name}` is not a capture",
        rule.name_at,
        "a rule without `_` is a part of the output",
        note=f"the captures are\n{_captures()}",
        hint=(*fixes, Fix("if it is markup, matched and not emitted", markup)),
    )


def _captures() -> str:
    levels = dict.fromkeys(capture.level for capture in CAPTURES.values())
    names = {level: [name for name, capture in CAPTURES.items() if capture.level == level] for level in levels}
    return "\n".join(f"{level + ':':<11}{', '.join(names[level])}" for level in levels)


def _uses(spec: Spec) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for rule in spec.rules.values():
        for node in walk(rule.body):
            if isinstance(node, Literal) and not node.text:
                hint = _without(spec, rule, node)
                yield Diagnostic("empty-literal", "a literal is empty", node.at, "nothing to match", hint=hint)
            if not isinstance(node, Ref | Call) or node.name in told:
                continue
            if not (node.name in rule.params or node.name in spec.rules or node.name in spec.imports):
                told.add(node.name)
                yield _not_imported(spec, node) if node.name in IMPORTABLE else _undefined(spec, rule, node)


def _without(spec: Spec, rule: Rule, literal: Literal) -> Fix:
    """Leave an empty literal out; where it was all there is, something that may be absent stands in its place."""
    source = spec.source_of(literal.at)
    around = [node for node in walk(rule.body) if isinstance(node, Seq) and literal in node.items]
    if around and around[0].items[0] is literal:
        return Fix("leave it out", (Edit(source.range(literal.at.start, around[0].items[1].at.start), ""),))
    if around:
        return Fix("leave it out", (without_blanks(source, literal.at),))
    blanks = (Edit(literal.at, "_WS?"), *imported(source, "_WS"))
    if any(isinstance(node, Repeat) and node.item is literal for node in walk(rule.body)):
        blanks = (Edit(literal.at, "_WS"), *imported(source, "_WS"))
    return Fix("write what may be absent as `( ... )?`, such as blanks", blanks)


def _not_imported(spec: Spec, use: Ref | Call) -> Diagnostic:
    message = f"the built-in `{use.name}` is not imported"
    return Diagnostic(
        "not-imported", message, use.at, "not in any import", hint=Fix("", imported(spec.source_of(use.at), use.name))
    )


def _undefined(spec: Spec, rule: Rule, use: Ref | Call) -> Diagnostic:
    what = "terminal" if use.name.isupper() else "rule"
    near = did_you_mean(use.name, [*spec.rules, *rule.params, *spec.imports, *IMPORTABLE, *CAPTURES])
    related = ((spec.rules[near].name_at, f"a {what} with a similar name"),) if near in spec.rules else ()
    at = SourceRange(use.at.path, use.at.start, use.at.start + len(use.name))
    label = "not defined here or in any import"
    source = spec.source_of(at)
    hint = Fix("define it", (last_rule(source, _definition(use.name)), *imported(source, "TEXT")))
    if near:
        known = () if near in spec.rules else imported(source, near)
        hint = Fix(f"did you mean `{near}`", (*renamed(source, use.name, near), *known))
    return Diagnostic("undefined-rule", f"{what} `{use.name}` is not defined", at, label, related, hint=hint)


def _definition(name: str) -> str:
    if name in CAPTURES:
        return f"{name}: TEXT"
    return f'{name}: "..."'
