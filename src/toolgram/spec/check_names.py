"""Check that every name means something: rules, terminals, captures, built-ins and their imports.

Not defined, not imported, unknown to toolgram, defined in vain: `undefined-rule`, `not-imported`, `unknown-import`,
`unknown-capture`, `reserved-name`, `missing-start`; and `empty-literal`, which is a name left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from .ast import Call, Literal, Ref, Rule, Spec, walk
from .builtins import CAPTURES, IMPORTABLE
from .limits import MISTAKES_MAX


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
            hint = f"did you mean `{near}`?" if near else f"there are {', '.join(IMPORTABLE)}"
            yield Diagnostic("unknown-import", f"toolgram has no `{name}`", at, "not a built-in", hint=hint)


def _start(spec: Spec) -> Iterator[Diagnostic]:
    if "start" in spec.rules:
        return
    at = next((rule.name_at for rule in spec.rules.values()), spec.meta_at)
    hint = "start: (content | tool_call)*"
    yield Diagnostic("missing-start", "no rule is named `start`", at, "the whole reply must begin somewhere", hint=hint)


def _definitions(spec: Spec) -> Iterator[Diagnostic]:
    for rule in spec.rules.values():
        if rule.name in IMPORTABLE:
            hint = f"give it another name, or delete it and write  {import_line(spec, rule.name)}"
            yield Diagnostic(
                "reserved-name", f"`{rule.name}` is a built-in", rule.name_at, "cannot be defined here", hint=hint
            )
        elif not (rule.is_terminal or rule.name.startswith("_") or rule.name == "start" or rule.name in CAPTURES):
            yield _unknown_capture(rule)


def _unknown_capture(rule: Rule) -> Diagnostic:
    near = did_you_mean(rule.name, CAPTURES)
    markup = f"if it is markup, matched and not emitted:  `_{rule.name}`"
    return Diagnostic(
        "unknown-capture",
        f"`{rule.name}` is not a capture",
        rule.name_at,
        "a rule without `_` is a part of the output",
        note=f"the captures are\n{_captures()}",
        hint=(f"if it is the capture:  `{near}`", markup) if near else f"write `_{rule.name}`",
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
                yield Diagnostic(
                    "empty-literal", "a literal is empty", node.at, "nothing to match", hint="write `( ... )?`"
                )
            if not isinstance(node, Ref | Call) or node.name in told:
                continue
            if not (node.name in rule.params or node.name in spec.rules or node.name in spec.imports):
                told.add(node.name)
                yield _not_imported(spec, node) if node.name in IMPORTABLE else _undefined(spec, rule, node)


def _not_imported(spec: Spec, use: Ref | Call) -> Diagnostic:
    message = f"the built-in `{use.name}` is not imported"
    return Diagnostic("not-imported", message, use.at, "not in any import", hint=import_line(spec, use.name))


def _undefined(spec: Spec, rule: Rule, use: Ref | Call) -> Diagnostic:
    what = "terminal" if use.name.isupper() else "rule"
    near = did_you_mean(use.name, [*spec.rules, *rule.params, *spec.imports, *IMPORTABLE, *CAPTURES])
    related = ((spec.rules[near].name_at, f"a {what} with a similar name"),) if near in spec.rules else ()
    at = SourceRange(use.at.path, use.at.start, use.at.start + len(use.name))
    label = "not defined here or in any import"
    hint = f"did you mean `{near}`?" if near else _definition(use.name)
    return Diagnostic("undefined-rule", f"{what} `{use.name}` is not defined", at, label, related, hint=hint)


def _definition(name: str) -> str:
    if name in CAPTURES:
        return f"{name}: TEXT"
    return f'{name}: "..."'


def import_line(spec: Spec, *names: str) -> str:
    """Return the import of a spec with some more names in it."""
    known = [name for name in IMPORTABLE if name in spec.imports or name in names]
    return f"%import toolgram ({', '.join(known)})"
