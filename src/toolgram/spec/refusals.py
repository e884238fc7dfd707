"""What is Lark and not toolgram, and what to write instead.

A table from the name that `parse.py` gives to a construct, to the words for the author; and the edits for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ..diagnostics import Diagnostic, SourceRange
from ..fixes import Edit, Fix
from .repairs import import_of_used, imported, renamed, without_blanks, without_lines
from .statements import Statement

COPIES_MAX = 10  # of an item that is written as often as it may stand


class Refusal(NamedTuple):
    """The words for one construct that specs do not have; `hint` are those of its repair."""

    name: str
    message: str
    label: str
    hint: str
    note: str | None = None

    def at(self, at: SourceRange, hint: tuple[Fix, ...]) -> Diagnostic:
        """Return the diagnostic for a place."""
        return Diagnostic(self.name, self.message, at, self.label, hint=hint, note=self.note)


REFUSALS = {
    "regex": Refusal(
        "unsupported-regex",
        "a spec has no regexes",
        "a regex",
        "use the built-in for such texts",
        "what a regex matches cannot be followed chunk by chunk with a bound on what is held back",
    ),
    "range": Refusal(
        "unsupported-range", "a spec has no ranges of characters", "a range", "use the built-in for such texts"
    ),
    "times": Refusal("unsupported-repeat", "a spec has no counted repeats", "counted", "write the item as often"),
    "case-insensitive": Refusal(
        "unsupported-case-insensitive",
        "a literal is matched as written",
        "the `i` is not supported",
        "write the spellings that the model uses",
    ),
    "escape": Refusal("bad-escape", "this escape means no character", "no such escape", "double a backslash"),
    "alias": Refusal("unsupported-alias", "an alternative has no name of its own", "an alias", "leave it out"),
    "modifier": Refusal(
        "unsupported-modifier",
        "a rule has no modifiers",
        "not supported",
        "leave it out: captures are emitted, `_rules` are not",
    ),
    "priority": Refusal(
        "unsupported-priority",
        "a rule has no priority",
        "not supported",
        "leave it out: where two alternatives fit, the longer literal wins",
    ),
    "mixed case": Refusal(
        "bad-name", "a name is either lower case (a rule) or upper case (a terminal)", "it is both", "rename it"
    ),
    "empty alternative": Refusal(
        "empty-alternative", "an alternative is empty", "nothing is written here", "what may be absent is `( ... )?`"
    ),
    "import": Refusal(
        "unsupported-import",
        "only the built-ins of toolgram and other specs can be imported",
        "neither toolgram nor a spec of this folder",
        "use the built-ins of toolgram",
    ),
    "import of nothing": Refusal(
        "unsupported-import", "an import names what it imports, in brackets", "nothing is named", "name them"
    ),
    "import alias": Refusal(
        "unsupported-import", "an import keeps its name", "renamed here", "use it under its own name"
    ),
    "%ignore": Refusal(
        "unsupported-directive",
        "nothing is ignored silently in a spec",
        "not supported",
        "delete it, and write `_WS?` where the model may write blanks",
    ),
    "%declare": Refusal(
        "unsupported-directive",
        "special tokens need no declaration",
        "not supported",
        "delete it, write the token as a literal, and name it in `special_tokens` of the metadata",
    ),
    "%extend": Refusal(
        "unsupported-directive",
        "rules cannot be extended",
        "not supported",
        "write all alternatives in one rule",
    ),
    "%": Refusal(
        "unsupported-directive", "there is no such directive", "unknown", "delete it; there are %import and %override"
    ),
}

# The terminals of Lark's own library, and what stands for each.
OF_LARK = {
    "WS": "_WS",
    "WS_INLINE": "_WS",
    "NEWLINE": "_NL",
    "INT": "INT",
    "DIGIT": "INT",
    "SIGNED_INT": "INT",
    "NUMBER": "JSON",
    "SIGNED_NUMBER": "JSON",
    "FLOAT": "JSON",
    "ESCAPED_STRING": "JSON_STRING",
    "CNAME": "NAME",
    "WORD": "NAME",
    "LETTER": "NAME",
}
# How a pattern begins, and the built-in for such texts.
_BUILT_IN = (
    (r"^(?:\[?\^|\.[*+])", "TEXT"),
    (r"^(?:\[0-9\]|\\d)", "INT"),
    (r"^\[?\\s", "_WS"),
    (r"^(?:\[\\?\w|\\w)", "NAME"),
)


def fixes_of(what: str, statement: Statement, at: SourceRange) -> tuple[Fix, ...]:
    """Return the ways to repair a construct that stands at a place."""
    fixes = tuple(MAKERS.get(what.removeprefix("%") or "%", _deleted)(statement, at))
    words = REFUSALS[what].hint
    return tuple(Fix(fix.words or words, fix.edits) for fix in fixes)


def _text(statement: Statement, at: SourceRange) -> str:
    return statement.source.text[at.start : at.end]


def _deleted(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    yield Fix("", (without_blanks(statement.source, at),))


def _line_deleted(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    yield Fix("", (without_lines(statement.source, at),))


def _built_in(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """The built-in that a pattern stands for, and text of any kind."""
    pattern = _text(statement, at).strip("/")
    name = next((name for found, name in _BUILT_IN if re.search(found, pattern)), "TEXT")
    for one, words in {name: "", "TEXT": "for any text up to what follows"}.items():
        yield Fix(words, (Edit(at, one), *imported(statement.source, one)))


def _range(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    name = "INT" if re.match(r'"\d"', _text(statement, at)) else "NAME"
    yield Fix("", (Edit(at, name), *imported(statement.source, name)))


def _copies(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """`item~2..3` as `item item item?`; where that would be long, as `item+`."""
    item, _, counts = _text(statement, at).rpartition("~")
    least, _, most = counts.replace(" ", "").partition("..")
    low, high = (int(one) if one.isdigit() and len(one) < COPIES_MAX else 0 for one in (least, most or least))
    item = item.strip()
    written = " ".join([item] * low + [f"{item}?"] * (high - low)) if low <= high <= COPIES_MAX and high else ""
    yield Fix("", (Edit(at, written or (f"{item}+" if low else f"{item}*")),))


def _doubled(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    yield Fix("", (Edit(at, "\\" + _text(statement, at)),))


def _without_empty(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """Leave out the bar beside nothing; if it was the last one of a group, the group may be absent."""
    source, text = statement.source, statement.source.text
    end = statement.start + len(statement.text)
    start = len(text[: at.start].rstrip(" \t\n|"))
    behind = end - len(text[at.start : end].lstrip(" \t\n|"))
    if text[start - 1] in "([:":
        yield Fix("leave it out", (Edit(source.range(start, behind), " " if text[start - 1] == ":" else ""),))
    elif text[behind : behind + 1] == ")":
        again = text[behind + 1 : behind + 2]
        operator = {"+": "*", "*": "*"}.get(again, "?")
        closer = source.range(start, behind + 1 + (again in ("?", "*", "+")))
        yield Fix("", (Edit(closer, f"){operator}"),))
    elif behind >= end or text[behind] == "]":
        yield Fix("leave it out", (Edit(source.range(start, behind), ""),))
    else:
        yield Fix("leave it out", (Edit(source.range(start, behind), " | "),))


def _of_lark(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """An import from Lark's library: the built-ins that stand for what it names."""
    source = statement.source
    names = [name for name in re.findall(r"\w+", statement.text.partition(".")[2] or statement.text) if name in OF_LARK]
    edits = [edit for name in names for edit in renamed(source, name, OF_LARK[name])]
    line = without_lines(source, at)
    known = imported(source, *(OF_LARK[name] for name in names))
    kept = [edit for edit in edits if not line.at.start <= edit.at.start < line.at.end]
    yield Fix("" if names else "delete it, and use the built-ins of toolgram", (line, *kept, *known))


def _named(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    path = _text(statement, at)
    rules = f"{path} (start)" if path.startswith((".", "toolgram.")) else ""
    yield Fix("", (Edit(at, rules or import_of_used(statement.source.text).removeprefix("%import ")),))


def _unnamed(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """An import without its alias, which is replaced wherever it stands."""
    source = statement.source
    alias = _text(statement, at).strip("-> ")
    single = re.search(r"(\w+)[ \t]*$", source.text[: at.start])
    edits = renamed(source, alias, single[1]) if single else ()
    others = [edit for edit in edits if not at.start <= edit.at.start < at.end]
    yield Fix("", (without_blanks(source, at), *others))


def _extended(statement: Statement, at: SourceRange) -> Iterator[Fix]:
    """The alternatives behind those of the rule that is meant, if it is in the same file."""
    source = statement.source
    found = re.match(r"%extend\s+(\w+)[^:\n]*:\s*(.*)", statement.text, re.DOTALL)
    rule = re.search(rf"^{found[1]}:.*$", source.text, re.MULTILINE) if found else None
    if found is None or rule is None:
        yield Fix("", (Edit(at, "%override"),))
        return
    whole = source.range(statement.start, statement.start + len(statement.text))
    more = Edit(source.range(rule.end(), rule.end()), f" | {' '.join(found[2].split())}")
    yield Fix("", (without_lines(source, whole), more))


Maker = Callable[[Statement, SourceRange], Iterator[Fix]]
MAKERS: dict[str, Maker] = {
    "regex": _built_in,
    "range": _range,
    "times": _copies,
    "escape": _doubled,
    "empty alternative": _without_empty,
    "import": _of_lark,
    "import of nothing": _named,
    "import alias": _unnamed,
    "ignore": _line_deleted,
    "declare": _line_deleted,
    "extend": _extended,
    "%": _line_deleted,
}
