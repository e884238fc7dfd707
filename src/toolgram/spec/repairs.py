"""Edits that repair specs: what imports, renames, adds and deletes, each made of places in a source.

In: a source and what is wanted. Out: edits, of which a `Fix` is made. They work on the text of a spec, so that they can
be had for one that cannot be parsed yet.
"""

from __future__ import annotations

import re

from ..fixes import Edit
from ..sources import Source, SourceRange
from .builtins import IMPORTABLE

# What is no name: literals, comments. What is left of a line may be names.
WORDS = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|^[ \t]*#[^\n]*|(\w+)', re.MULTILINE)
_BUILTINS = re.compile(r"^%import toolgram[ \t]*\(([^)\n]*)\)", re.MULTILINE)
_FIRST_STATEMENT = re.compile(r"^(?!#|//|[ \t]*$)", re.MULTILINE)
COPY = 2  # the number of the first copy of a name


def insertion(source: Source, offset: int, text: str) -> Edit:
    """Return the edit that puts a text between two characters."""
    return Edit(source.range(offset, offset), text)


def imported(source: Source, *names: str) -> tuple[Edit, ...]:
    """Return the edits that import built-ins, as far as they are not imported."""
    found = _BUILTINS.search(source.text)
    known = set(re.findall(r"\w+", found[1])) if found else set()
    known |= set(re.findall(r"^%import toolgram\.(\w+)", source.text, re.MULTILINE))
    wanted = [name for name in dict.fromkeys(names) if name in IMPORTABLE and name not in known]
    if not wanted:
        return ()
    if found:
        listed = [name for name in IMPORTABLE if name in known or name in wanted]
        strange = [name for name in re.findall(r"\w+", found[1]) if name not in listed]
        return (Edit(source.range(found.start(1), found.end(1)), ", ".join([*listed, *strange])),)
    first = _FIRST_STATEMENT.search(source.text)
    return (insertion(source, first.start() if first else 0, f"%import toolgram ({', '.join(wanted)})\n"),)


def import_of_used(text: str) -> str:
    """Return the import of all built-ins that a text uses; those that most specs need if it uses none."""
    used = {found[1] for found in WORDS.finditer(text)}
    return f"%import toolgram ({', '.join([name for name in IMPORTABLE if name in used] or ['TEXT', '_WS'])})"


def without_item(source: Source, at: SourceRange) -> Edit:
    """Return the edit that takes an item out of a list in brackets, or its whole line if it is the only one."""
    text = source.text
    if behind := re.compile(r"[ \t]*,[ \t]*").match(text, at.end):
        return Edit(source.range(at.start, behind.end()), "")
    before = re.search(r"[ \t]*,[ \t]*$", text[: at.start])
    return Edit(source.range(before.start(), at.end), "") if before else without_lines(source, at)


def without_lines(source: Source, at: SourceRange) -> Edit:
    """Return the edit that deletes the lines of a place."""
    return Edit(lines_of(source, at), "")


def lines_of(source: Source, at: SourceRange) -> SourceRange:
    """Return the place of whole lines, the last line break included."""
    start = source.text.rfind("\n", 0, at.start) + 1
    end = source.text.find("\n", max(at.start, at.end - 1))
    return source.range(start, len(source.text) if end < 0 else end + 1)


def without_blanks(source: Source, at: SourceRange) -> Edit:
    """Return the edit that deletes a place, and the blanks on one side of it."""
    text = source.text
    start = at.start
    while start and text[start - 1] in " \t":
        start -= 1
    return Edit(source.range(start if text[start - 1 : start] not in ("\n", "") else at.start, at.end), "")


def new_rule(source: Source, behind: int, text: str) -> Edit:
    """Return the edit that adds a rule, on the line below a place."""
    end = source.text.find("\n", behind)
    return insertion(source, len(source.text) if end < 0 else end, f"\n{text}")


def last_rule(source: Source, text: str) -> Edit:
    """Return the edit that adds a rule at the end of a spec."""
    return insertion(source, len(source.text.rstrip()), f"\n{text}")


def renamed(source: Source, old: str, new: str) -> tuple[Edit, ...]:
    """Return the edits that give a rule another name, wherever it stands."""
    found = (one for one in WORDS.finditer(source.text) if one[1] == old)
    return tuple(Edit(source.range(one.start(), one.end()), new) for one in found)


def fresh(source: Source, name: str) -> str:
    """Return a name that nothing has in a source: the one that is wanted, or one with a number."""
    taken = {found[1] for found in WORDS.finditer(source.text)}
    number, free = COPY, name
    while free in taken:
        free, number = f"{name}_{number}", number + 1
    return free
