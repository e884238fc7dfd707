"""Rules that come from another spec: `%import .qwen3_coder (start, _OPEN)` and `%override _OPEN: "<seed:tool_call>"`.

In: what one file says by itself, and the specs that it imports, read already. Out: all its rules, and what is wrong.

As in Lark, a path with one dot names a file of the same folder. `toolgram.formats.qwen3_coder` names a format that
toolgram ships, from wherever. What the imported rules use comes along, only the names
in the brackets can be used and overridden here, and the other file's metadata stays there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Diagnostic, SourceRange, did_you_mean
from ..fixes import Edit, Fix
from ..registry import formats_dir
from ..sources import Source
from .ast import Call, Ref, Rule, Spec, reached, uses, walk
from .repairs import fresh, insertion, renamed, without_item, without_lines

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


def join(
    source: Source, own: Statements, bases: Iterable[tuple[SpecImport, Spec]]
) -> tuple[Statements, list[Diagnostic]]:
    """Return the statements with everything that is imported among them."""
    found: list[Diagnostic] = []
    whole = Statements(dict(own.builtins), own.specs)
    listed: dict[str, SourceRange] = {}
    for import_, base in bases:
        found += _unknown(source, import_, base)
        found += _unlisted(source, import_, base, own)
        listed |= import_.names
        for name in _brought(import_, base, own):
            if name in base.rules:
                _add(source, whole.rules, base.rules[name], found)
            elif name in base.imports:
                whole.builtins.setdefault(name, base.imports[name])
    for rule in own.overrides.values():
        whole.rules[rule.name] = rule
        if rule.name not in listed:
            found.append(_nothing_to_override(source, rule, own))
    for rule in own.rules.values():
        _add(source, whole.rules, rule, found, listed)
    return whole, found


def _brought(import_: SpecImport, base: Spec, own: Statements) -> Iterator[str]:
    """Yield what the imported rules need, in the order of the other file; what is overridden needs nothing there."""
    rules = base.rules | {name: rule for name, rule in own.overrides.items() if name in base.rules}
    mistaken = {name for rule in own.rules.values() for name in uses(rule) if name in base.rules}
    needed = reached(rules, {*import_.names, *mistaken})
    yield from (name for name in base.rules if name in needed)
    yield from (name for name in base.imports if name in needed)


def _add(
    source: Source, rules: dict[str, Rule], rule: Rule, found: list[Diagnostic], listed: Iterable[str] = ()
) -> None:
    first = rules.setdefault(rule.name, rule)
    if first is not rule and first.at != rule.at:
        found.append(duplicate(source, rule, first, listed))


def duplicate(source: Source, rule: Rule, first: Rule, listed: Iterable[str] = ()) -> Diagnostic:
    """Say that a rule is defined twice, here or in an imported spec."""
    imported = first.at.path != rule.at.path
    return Diagnostic(
        DUPLICATE,
        f"rule `{rule.name}` is imported and defined" if imported else f"rule `{rule.name}` is defined twice",
        rule.name_at,
        "defined here too" if imported else "defined again",
        related=((first.name_at, "imported from here" if imported else "first defined here"),),
        hint=_one_of(source, rule, first, listed) if rule.at.path == source.path else None,
    )


def _one_of(source: Source, rule: Rule, first: Rule, listed: Iterable[str]) -> tuple[Fix, ...]:
    """Ways to have one rule of a name: the other replaces it, or is joined with it, or has another name."""
    if first.at.path == source.path:
        bodies = " | ".join(source.text[one.body.at.start : one.body.at.end] for one in (first, rule))
        gone = without_lines(source, rule.at)
        return (
            Fix("join the two if both are meant", (Edit(first.body.at, bodies), gone)),
            Fix("delete this one", (gone,)),
        )
    replaced = [insertion(source, rule.at.start, "%override ")]
    if rule.name not in listed:
        stem = re.escape(Path(first.at.path).stem)
        line = re.search(rf"^%import (?:\.|{SHIPPED}){stem}[ \t]*\([^)\n]*(?=\))", source.text, re.MULTILINE)
        replaced += [insertion(source, line.end(), f", {rule.name}")] if line else []
    bare = rule.name.lstrip("_")
    other = fresh(source, f"_OWN_{bare}" if rule.is_terminal else f"_own_{bare}")
    return (
        Fix("if it is meant to replace the other", tuple(replaced)),
        Fix("if not, give this one another name", renamed(source, rule.name, other)),
    )


def _unknown(source: Source, import_: SpecImport, base: Spec) -> Iterator[Diagnostic]:
    for name, at in import_.names.items():
        if name not in base.rules:
            near = did_you_mean(name, base.rules)
            edit = Edit(at, near) if near and near not in import_.names else without_item(source, at)
            hint = Fix(f"did you mean `{near}`" if near else f"leave it out; it has {', '.join(base.rules)}", (edit,))
            yield Diagnostic(UNKNOWN, f"{import_.stem}.lark has no rule `{name}`", at, "not there", hint=hint)


def _unlisted(source: Source, import_: SpecImport, base: Spec, own: Statements) -> Iterator[Diagnostic]:
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
                yield Diagnostic(
                    MISSING, message, node.at, "not in the import", hint=_listed(source, import_, node.name)
                )


def _nothing_to_override(source: Source, rule: Rule, own: Statements) -> Diagnostic:
    start = source.text.rindex("%", 0, rule.at.start)
    without = Fix("without an import, it is a rule", (Edit(source.range(start, rule.at.start), ""),))
    hint = _listed(source, own.specs[-1], rule.name) if own.specs else without
    return Diagnostic(MISSING, f"`{rule.name}` is not imported", rule.name_at, "nothing to override", hint=hint)


def _listed(source: Source, import_: SpecImport, name: str) -> Fix:
    """Name one more rule in an import."""
    last = max(import_.names.values(), key=lambda at: at.end, default=None)
    if last is None or source.text[import_.at.end : last.start].strip() in ("", "."):
        line = f"{import_.origin}{import_.stem} ({', '.join([*import_.names, name])})"
        return Fix("", (Edit(source.range(import_.at.start, (last or import_.at).end), line),))
    return Fix("", (insertion(source, last.end, f", {name}"),))
