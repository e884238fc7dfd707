"""Modules of this package as one text, for files that must stand alone.

In: dotted names of modules. Out: their source in dependency order, and the standard-library imports that it needs.

How: module after module, what only a package needs is taken out (docstrings become comments; imports between the
modules, of `__future__` and for type checkers disappear) and every other line stays as it was written.

Promises: the same modules give the same text anywhere; what would not run alone, or would mean something else in one
namespace (a name that two modules define), is refused here and not found out by users.
"""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "toolgram"
ROOT = Path(__file__).resolve().parents[1]
WIDTH = 120


class InlineError(Exception):
    """A module that cannot stand in one file with the others: a mistake of this package, never of a user."""


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """`import module` (name is empty) or `from module import name`."""

    module: str
    name: str = ""

    @property
    def binds(self) -> str:
        """The name that it defines."""
        return self.name or self.module.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Module:
    """One module, taken apart."""

    name: str
    docstring: str
    body: str
    imports: tuple[Import, ...]
    needs: tuple[str, ...]
    defines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The module as a part of a longer file."""
        heading = [f"{self.name.replace('.', '/')}.py", "", *self.docstring.splitlines()]
        return "\n".join(f"# {line}".rstrip() for line in heading) + f"\n\n\n{self.body}"


@dataclass(frozen=True, slots=True)
class Inlined:
    """Modules as one text: the imports go to the top of the file, the body below."""

    imports: str
    body: str


def inline(modules: Iterable[str], uses: Iterable[Import] = ()) -> Inlined:
    """Join modules, and all of this package that they import, into one text; `uses` is imported besides."""
    ordered = list(_in_order(modules))
    _refuse_doubles(ordered)
    found = {*uses, *(one for module in ordered for one in module.imports)}
    return Inlined(imports=_render(found), body="\n\n\n".join(module.text for module in ordered))


def _in_order(names: Iterable[str]) -> Iterator[Module]:
    """Yield each module once, behind those that it imports."""
    done: set[str] = set()

    def visit(name: str, waiting: tuple[str, ...]) -> Iterator[Module]:
        if name in waiting:
            raise InlineError(f"{' imports '.join([*waiting, name])}")
        if name in done:
            return
        module = take_apart(name, _path(name).read_text(encoding="utf-8"))
        for need in module.needs:
            yield from visit(need, (*waiting, name))
        done.add(name)
        yield module

    for name in names:
        yield from visit(name, ())


def _path(name: str) -> Path:
    return ROOT.joinpath(*name.split(".")[1:]).with_suffix(".py")


def take_apart(name: str, source: str) -> Module:
    r"""Split a module's source into what stays and what only a package needs.

    >>> take_apart("toolgram.x", "import re\nfrom toolgram.y import a\n\nB = re.compile(a)\n").body
    'B = re.compile(a)'
    """
    tree = ast.parse(source)
    lines = source.splitlines()
    docstring = ast.get_docstring(tree) or ""
    dropped: list[ast.stmt] = tree.body[:1] if docstring else []
    imports: list[Import] = []
    needs: list[str] = []
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            dropped.append(node)
            for one in _imports(node, name):
                if _is_ours(one):
                    needs.append(one.module)
                elif one.name != "TYPE_CHECKING" and one.module != "__future__":
                    imports.append(one)
        elif _is_for_type_checkers(node):
            dropped.append(node)
    kept = [node for node in tree.body if node not in dropped]
    _refuse_inner_imports(kept, name)
    for node in dropped:
        for number in range(node.lineno - 1, node.end_lineno or node.lineno):
            lines[number] = ""
    body = "\n".join(lines).strip("\n")
    return Module(name, docstring, body, tuple(imports), tuple(dict.fromkeys(needs)), tuple(_defined(kept)))


def _imports(node: ast.Import | ast.ImportFrom, name: str) -> Iterator[Import]:
    for alias in node.names:
        if alias.asname or alias.name == "*" or (isinstance(node, ast.ImportFrom) and node.level):
            raise InlineError(f"{name}:{node.lineno}: write this import in full")
        if isinstance(node, ast.ImportFrom):
            yield Import(node.module or "", alias.name)
        elif alias.name.partition(".")[0] == PACKAGE:
            raise InlineError(f"{name}:{node.lineno}: write `from {alias.name} import ...`")
        else:
            yield Import(alias.name)


def _is_ours(one: Import) -> bool:
    return one.module.partition(".")[0] == PACKAGE


def _is_for_type_checkers(node: ast.stmt) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def _refuse_inner_imports(nodes: Sequence[ast.stmt], name: str) -> None:
    """The standard library may be imported where it is used; what is pasted may not."""
    for node in (below for top in nodes for below in ast.walk(top)):
        if isinstance(node, ast.Import | ast.ImportFrom) and any(map(_is_ours, _imports(node, name))):
            raise InlineError(f"{name}:{node.lineno}: import modules of {PACKAGE} at the top")


def _defined(nodes: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the names that statements define at the level of the module."""
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=targets):
                yield from (part.id for target in targets for part in ast.walk(target) if isinstance(part, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _refuse_doubles(modules: Sequence[Module]) -> None:
    owners: dict[str, str] = {one.binds: "an import" for module in modules for one in module.imports}
    for module in modules:
        for name in dict.fromkeys(module.defines):
            if name in owners:
                raise InlineError(f"{name} is defined in {module.name} and in {owners[name]}: rename one")
            owners[name] = module.name


def _render(imports: set[Import]) -> str:
    """Write imports as one sorted block; of a name in both, `typing` serves older Pythons than `collections.abc`."""
    typed = {one.name for one in imports if one.module == "typing"}
    imports = {one for one in imports if not (one.module == "collections.abc" and one.name in typed)}
    lines = [f"import {one.module}" for one in sorted(imports) if not one.name]
    for module in sorted({one.module for one in imports if one.name}):
        names = sorted(one.name for one in imports if one.module == module and one.name)
        line = f"from {module} import {', '.join(names)}"
        if len(line) > WIDTH:
            wrapped = textwrap.fill(", ".join(names) + ",", WIDTH, initial_indent="    ", subsequent_indent="    ")
            line = f"from {module} import (\n{wrapped}\n)"
        lines.append(line)
    return "\n".join(lines)
