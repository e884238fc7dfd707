"""Text to Spec: the first stage.

In comes the text of a `.lark` file; out comes a `Spec`, or None when some statement could not be read, and a report
with everything that is wrong with the syntax and with the metadata. lark only parses (`statements.py`); what is Lark
and not toolgram is refused here by name, with what to write instead.

A Spec is also returned when only its metadata is bad (it then carries `metadata.NOTHING`), so that its rules can
still be checked: ask the report, not the Spec, whether all is well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from lark import Token, Tree

from ..diagnostics import Diagnostic, Report, Source, SourceRange, did_you_mean
from ..fixes import Edit, Fix
from .ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec
from .files import read_file, too_large
from .imports import ORIGINS, SHIPPED, SpecImport, Statements, duplicate, join
from .limits import FILE_BYTES_MAX, IMPORTS_MAX, MISTAKES_MAX, STATEMENTS_MAX
from .literals import BadEscapeError, decode
from .metadata import NOTHING, read_metadata
from .other_texts import NAME as OTHER
from .refusals import REFUSALS, fixes_of
from .repairs import renamed, without_lines
from .statements import Statement, parse_statement, statements

Known: TypeAlias = dict[str, tuple[Spec | None, Report]]  # specs that were read, by path

COUNTS: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}


def parse_spec(
    path: str, text: str, importers: tuple[str, ...] = (), known: Known | None = None
) -> tuple[Spec | None, Report]:
    """Read the text of a spec; `path` is shown, and says where the specs are that it imports.

    `importers` are the specs that import it, one the other; `known` are those that have been read for the first.
    """
    source = Source(path, text)
    report = Report()
    meta, meta_at, found = read_metadata(source)
    report.extend(found)
    if any(one.name == OTHER for one in found):
        return None, report
    own, found = _read_statements(source)
    report.extend(found)
    readable = not found
    bases: list[tuple[SpecImport, Spec]] = []
    known = {} if known is None else known
    for import_ in own.specs:
        base, found_there = _import(source, import_, (*importers, path), known)
        report.extend(found_there)
        readable = readable and base is not None
        bases += [(import_, base)] if base else []
    if not readable:
        return None, report
    whole, found = join(source, own, bases)
    report.extend(found)
    others = {name: one for _, base in bases for name, one in {base.source.path: base.source, **base.others}.items()}
    report.others |= others
    return Spec(source, meta or NOTHING, meta_at, whole.builtins, whole.rules, others), report


def _read_statements(source: Source) -> tuple[Statements, list[Diagnostic]]:
    """Read what one file says by itself. Many mistakes are no more useful than some, and not all are told."""
    own = Statements()
    if len(source.text) > FILE_BYTES_MAX:
        return own, [too_large(f"the spec is longer than {FILE_BYTES_MAX:,} characters")]
    found: list[Diagnostic] = []
    for number, statement in enumerate(statements(source)):
        if number == STATEMENTS_MAX:
            return own, [too_large(f"the spec has more than {STATEMENTS_MAX:,} statements")]
        reader = _Reader(statement)
        reader.read(own)
        found += reader.found
        if len(found) >= MISTAKES_MAX:
            break
    return own, found


def _import(
    source: Source, import_: SpecImport, importers: tuple[str, ...], known: Known
) -> tuple[Spec | None, Report]:
    """Read an imported spec, once; what is wrong in it is reported there."""
    file = import_.path(source.path)
    without = (without_lines(source, import_.at),)
    if str(file) in importers:
        message = f"{file.name} imports itself" if len(importers) == 1 else f"{file.name} imports this spec"
        hint = Fix("leave the import out", without)
        return None, Report([Diagnostic("import-cycle", message, import_.at, "goes in a circle", hint=hint)])
    if len(importers) > IMPORTS_MAX:
        message = f"more than {IMPORTS_MAX} specs import each other, one behind the other"
        hint = Fix("import the rules from where they are written, or write them here", without)
        return None, Report([Diagnostic("too-deep", message, import_.at, "too far from the first", hint=hint)])
    if str(file) not in known:
        known[str(file)] = _read_import(source, file, import_, importers, known)
    return known[str(file)]


def _read_import(
    source: Source, file: Path, import_: SpecImport, importers: tuple[str, ...], known: Known
) -> tuple[Spec | None, Report]:
    try:
        text, problem = read_file(file)
    except OSError:
        near = did_you_mean(file.stem, (other.stem for other in file.parent.glob("*.lark")))
        folder = f"a format that toolgram ships ({SHIPPED}NAME)" if import_.is_shipped else "a spec of the same folder"
        hint = Fix(f"leave it out; an import names {folder}, {file.parent}", (without_lines(source, import_.at),))
        if near:
            hint = Fix(f"did you mean `{near}`", (Edit(import_.at, f"{import_.origin}{near}"),))
        message = f"there is no {file.name} to import"
        return None, Report([Diagnostic("unknown-import", message, import_.at, "not found", hint=hint)])
    if problem is not None:
        return None, Report([replace(problem, at=import_.at, label=f"in {file.name}")])
    spec, report = parse_spec(str(file), text, importers, known)
    report.others[str(file)] = Source(str(file), text)
    return spec, report


class _Reader:
    """Turns the lark tree of one statement into nodes; `found` collects what is wrong with it."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.found: list[Diagnostic] = []

    def read(self, own: Statements) -> None:
        tree = parse_statement(self.statement)
        if isinstance(tree, Diagnostic):
            self.found.append(tree)
            return
        match tree.children[0]:
            case Tree(data="rule") as rule:
                self.add_rule(rule, own.rules)
            case Tree(data="override", children=[Tree() as rule]):
                self.add_rule(rule, own.overrides)
            case Tree(data="import_") as import_:
                self.add_imports(import_, own)
            case Token() as directive:
                name = directive.split(None, 1)[0].split("/")[0]
                self.refuse(name if name in REFUSALS else "%", self.statement.range(0, len(name)))

    def at(self, token: Token) -> SourceRange:
        return self.statement.range(token.start_pos or 0, token.end_pos or 0)

    def over(self, tree: Tree[Token]) -> SourceRange:
        """The place of a tree: without the blanks around it."""
        return self.statement.range(tree.meta.start_pos, tree.meta.end_pos)

    def refuse(self, what: str, at: SourceRange, *edits: Edit) -> None:
        fixes = fixes_of(what, self.statement, at) if not edits else (Fix(REFUSALS[what].hint, edits),)
        self.found.append(REFUSALS[what].at(at, fixes))

    def add_imports(self, tree: Tree[Token], own: Statements) -> None:
        path, names, alias = tree.children
        assert isinstance(path, Token)
        if isinstance(alias, Tree):
            self.refuse("import alias", self.over(alias))
        origin = next((prefix for prefix in ORIGINS if path.startswith(prefix)), "")
        module, _, single = path.removeprefix(origin).partition(".")
        if path.startswith("..") or not (origin or module == "toolgram"):
            self.refuse("import", self.at(path))
            return
        if (names is None) == (not single) or "." in single:
            self.refuse("import of nothing", self.at(path))
        listed = {token.value: self.at(token) for token in _tokens(names)}
        if single:
            listed[single] = self.statement.range((path.end_pos or 0) - len(single), path.end_pos or 0)
        if origin:
            own.specs.append(SpecImport(module, self.at(path), listed, origin))
        else:
            own.builtins |= {name: at for name, at in listed.items() if name not in own.builtins}

    def add_rule(self, tree: Tree[Token], rules: dict[str, Rule]) -> None:
        modifiers, name, params, priority, options = tree.children
        assert isinstance(name, Token)
        assert isinstance(options, Tree)
        for what, token in (("modifier", modifiers), ("priority", priority)):
            if isinstance(token, Token):
                self.refuse(what, self.at(token))
        at = self.at(name)
        if not (name.islower() or name.isupper()):
            self.refuse("mixed case", at, *renamed(self.statement.source, name.value, _snake(name)))
        names = tuple(token.value for token in _tokens(params))
        rule = Rule(name.value, names, self.options(options), self.over(tree), at)
        first = rules.setdefault(rule.name, rule)
        if first is not rule:
            self.found.append(duplicate(self.statement.source, rule, first))

    def options(self, tree: Tree[Token]) -> Node:
        options = [option for option in tree.children if isinstance(option, Tree)]
        nodes = tuple(map(self.option, options, self.gaps(tree, options)))
        return nodes[0] if len(nodes) == 1 else Choice(nodes, nodes[0].at.to(nodes[-1].at))

    def option(self, tree: Tree[Token], at: SourceRange) -> Node:
        *items, alias = tree.children
        if isinstance(alias, Tree):
            self.refuse("alias", self.over(alias))
        nodes = tuple(self.node(item) for item in items if isinstance(item, Tree))
        if not nodes:
            self.refuse("empty alternative", at)
            return Literal("", at)
        return nodes[0] if len(nodes) == 1 else Seq(nodes, nodes[0].at.to(nodes[-1].at))

    def gaps(self, tree: Tree[Token], options: list[Tree[Token]]) -> list[SourceRange]:
        """The places of options, from one neighbour to the other: an empty tree has no place of its own in lark."""
        text = self.statement.text
        if tree.meta.empty:
            return [self.statement.range(0, len(text.split("\n", 1)[0])) for _ in options]
        starts, ends = [tree.meta.start_pos], [tree.meta.end_pos]
        for option, later in zip(options, reversed(options), strict=True):
            starts.append(starts[-1] if option.meta.empty else option.meta.end_pos)
            ends.append(ends[-1] if later.meta.empty else later.meta.start_pos)
        return [self.inner(text, start, end) for start, end in zip(starts, ends[-2::-1], strict=False)]

    def inner(self, text: str, start: int, end: int) -> SourceRange:
        gap = text[start:end]
        return self.statement.range(start + len(gap) - len(gap.lstrip()), start + len(gap.rstrip()))

    def node(self, tree: Tree[Token]) -> Node:
        at = self.over(tree)
        match tree:
            case Tree(data="group", children=[Tree() as options]):
                return self.options(options)
            case Tree(data="maybe", children=[Tree() as options]):
                return Repeat(self.options(options), 0, 1, at)
            case Tree(data="repeat", children=[Tree() as item, Token() as operator]):
                return Repeat(self.node(item), *COUNTS[operator.value], at)
            case Tree(data="literal", children=[Token() as token]):
                return self.literal(token)
            case Tree(data="ref", children=[Token() as token]):
                return Ref(token.value, at)
            case Tree(data="call", children=[Token() as name, *args]):
                return Call(name.value, tuple(self.node(arg) for arg in args if isinstance(arg, Tree)), at)
        self.refuse(str(tree.data), at)
        return Literal("", at)

    def literal(self, token: Token) -> Literal:
        at = self.at(token)
        quoted = token.value
        if quoted.endswith("i"):
            quoted = quoted[:-1]
            spellings = " | ".join(dict.fromkeys([quoted, quoted.lower(), quoted.upper()]))
            self.refuse("case-insensitive", at, Edit(at, f"({spellings})"))
        try:
            return Literal(decode(quoted), at)
        except BadEscapeError as error:
            start = token.start_pos or 0
            self.refuse("escape", self.statement.range(start + error.start, start + error.end))
            return Literal("", at)


def _tokens(tree: object) -> Iterator[Token]:
    if isinstance(tree, Tree):
        yield from (child for child in tree.children if isinstance(child, Token))


def _snake(name: str) -> str:
    """Return a name in the case of rules.

    >>> _snake("toolCall")
    'tool_call'
    """
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
