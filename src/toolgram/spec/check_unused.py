"""Warn of what no reply can reach: `unused-rule`, `unused-import`.

Of rules that only use each other, the ones that nothing uses are named: the rest follows from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic, Severity, SourceRange
from ..fixes import Edit, Fix
from .ast import Spec, reached, uses
from .repairs import without_item, without_lines


def check(spec: Spec) -> list[Diagnostic]:
    """Return warnings for rules and imports that have no effect."""
    return [*_imports(spec), *_rules(spec)]


def _imports(spec: Spec) -> Iterator[Diagnostic]:
    used = {name for rule in spec.rules.values() for name in uses(rule)}
    for name, at in spec.imports.items():
        if name not in used:
            edit = without_item(spec.source_of(at), at)
            yield _warning("unused-import", f"`{name}` is imported and not used", at, "not needed", edit)


def _rules(spec: Spec) -> Iterator[Diagnostic]:
    needed = reached(spec.rules, ("start",))
    unreached = [rule for rule in spec.rules.values() if rule.name not in needed and rule.at.path == spec.source.path]
    inner = {name for rule in unreached for name in uses(rule) - {rule.name}}
    for rule in [rule for rule in unreached if rule.name not in inner] or unreached[:1]:
        edit = without_lines(spec.source, rule.at)
        yield _warning("unused-rule", f"`{rule.name}` is not used", rule.name_at, "not reached from `start`", edit)


def _warning(name: str, message: str, at: SourceRange, label: str, edit: Edit) -> Diagnostic:
    hint = Fix("delete it", (edit,))
    return Diagnostic(name, message, at, label, hint=hint, severity=Severity.WARNING)
