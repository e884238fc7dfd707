"""Rules that come from another spec: `%import .qwen3_coder (start, _OPEN)` and `%override _OPEN: "<seed:tool_call>"`.

In: what one file says by itself, and the specs that it imports, read already. Out: all its rules, and what is wrong.

As in Lark, a path with one dot names a file of the same folder. `toolgram.formats.qwen3_coder` names a format that
toolgram ships, from wherever. What the imported rules use comes along, only the names
in the brackets can be used and overridden here, and the other file's metadata stays there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from ..registry import formats_dir
from .ast import Call, Ref, Rule, Spec, reached, uses, walk

SHIPPED, BESIDE = "toolgram.formats.", "."
ORIGINS = (SHIPPED, BESIDE)
UNKNOWN, MISSING, DUPLICATE = "unknown-import", "not-imported", "duplicate-rule"


@dataclass(frozen=True, slots=True)
class SpecImport:
    """One import of rules: of which file, and their names with their places. `origin`: what stands before its name."""

    stem: str
    at: SourceRange
    names: dict[str, SourceRange]
    origin: str

    @property
    def is_shipped(self) -> bool:
        """Whether it is a format of toolgram's registry that is meant."""
        return self.origin == SHIPPED

    def path(self, importer: str) -> Path:
        """The file that is meant, in the folder of the registry or in that of the spec that imports it."""
        return (formats_dir() if self.is_shipped else Path(importer).parent) / f"{self.stem}.lark"


@dataclass(slots=True)
class Statements:
    """What the statements of one file say, in their order."""

    builtins: dict[str, SourceRange] = field(default_factory=dict)
    specs: list[SpecImport] = field(default_factory=list)
    rules: dict[str, Rule] = field(default_factory=dict)
    overrides: dict[str, Rule] = field(default_factory=dict)


def join(own: Statements, bases: Iterable[tuple[SpecImport, Spec]]) -> tuple[Statements, list[Diagnostic]]:
    """Return the statements with everything that is imported among them."""
    found: list[Diagnostic] = []
    whole = Statements(dict(own.builtins), own.specs)
    listed: dict[str, SourceRange] = {}
    for import_, base in bases:
        found += _unknown(import_, base)
        found += _unlisted(import_, base, own)
        listed |= import_.names
        for name in _brought(import_, base, own):
            if name in base.rules:
                _add(whole.rules, base.rules[name], found)
            elif name in base.imports:
                whole.builtins.setdefault(name, base.imports[name])
    for rule in own.overrides.values():
        whole.rules[rule.name] = rule
        if rule.name not in listed:
            found.append(_nothing_to_override(rule, own))
    for rule in own.rules.values():
        _add(whole.rules, rule, found)
    return whole, found


def _brought(import_: SpecImport, base: Spec, own: Statements) -> Iterator[str]:
    """Yield what the imported rules need, in the order of the other file; what is overridden needs nothing there."""
    rules = base.rules | {name: rule for name, rule in own.overrides.items() if name in base.rules}
    mistaken = {name for rule in own.rules.values() for name in uses(rule) if name in base.rules}
    needed = reached(rules, {*import_.names, *mistaken})
    yield from (name for name in base.rules if name in needed)
    yield from (name for name in base.imports if name in needed)


def _add(rules: dict[str, Rule], rule: Rule, found: list[Diagnostic]) -> None:
    first = rules.setdefault(rule.name, rule)
    if first is not rule and first.at != rule.at:
        found.append(duplicate(rule, first))


def duplicate(rule: Rule, first: Rule) -> Diagnostic:
    """Say that a rule is defined twice, here or in an imported spec."""
    imported = first.at.path != rule.at.path
    return Diagnostic(
        DUPLICATE,
        f"rule `{rule.name}` is imported and defined" if imported else f"rule `{rule.name}` is defined twice",
        rule.name_at,
        "defined here too" if imported else "defined again",
        related=((first.name_at, "imported from here" if imported else "first defined here"),),
        hint=f"%override {rule.name}: ..." if imported else "join the two with `|` if both are meant",
    )


def _unknown(import_: SpecImport, base: Spec) -> Iterator[Diagnostic]:
    for name, at in import_.names.items():
        if name not in base.rules:
            near = did_you_mean(name, base.rules)
            hint = f"did you mean `{near}`?" if near else f"it has {', '.join(base.rules)}"
            yield Diagnostic(UNKNOWN, f"{import_.stem}.lark has no rule `{name}`", at, "not there", hint=hint)


def _unlisted(import_: SpecImport, base: Spec, own: Statements) -> Iterator[Diagnostic]:
    """Rules of the other spec that are used here and not named in the import."""
    names = (*import_.names, *own.rules, *own.overrides, *own.builtins)
    told: set[str] = set()
    for rule in (*own.rules.values(), *own.overrides.values()):
        for node in walk(rule.body):
            if not isinstance(node, Ref | Call) or node.name in told or node.name in (*names, *rule.params):
                continue
            if node.name in base.rules:
                told.add(node.name)
                message = f"`{node.name}` of {import_.stem}.lark is not imported"
                yield Diagnostic(MISSING, message, node.at, "not in the import", hint=_line(import_, node.name))


def _nothing_to_override(rule: Rule, own: Statements) -> Diagnostic:
    hint = _line(own.specs[-1], rule.name) if own.specs else f"without an import, write  {rule.name}: ..."
    return Diagnostic(MISSING, f"`{rule.name}` is not imported", rule.name_at, "nothing to override", hint=hint)


def _line(import_: SpecImport, name: str) -> str:
    return f"%import {import_.origin}{import_.stem} ({', '.join([*import_.names, name])})"
