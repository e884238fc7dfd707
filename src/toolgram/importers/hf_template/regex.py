r"""A regex as a tree of what a spec can say: text, blanks, a run of characters, groups and choices.

In: a regex of a response template, which transformers matches with `DOTALL`. Out: nodes, each with its place in the
pattern, or a `RegexError` that names the construct which a spec cannot say.

    >>> read_regex(r"<f=(?P<name>\w+)>\s*")
    ... # doctest: +NORMALIZE_WHITESPACE
    (Text(text='<f=', start=0, end=3),
     Group(name='name', options=((Run(kind='word', min=1, start=12, end=15),),), repeat='', start=3, end=16),
     Text(text='>', start=16, end=17),
     Blanks(min=0, start=17, end=20))

Promise: what is accepted is matched by the nodes at least where the regex matches it. A run is wider than its class:
it ends where what follows begins, as all text of a spec does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from lark import Lark, Token, Tree, UnexpectedInput

_LARK = Lark(
    Path(__file__).with_name("regex.lark").read_text(encoding="utf-8"), parser="lalr", propagate_positions=True
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v"}
_BLANKS = " \t\n\r\f\v"
_NAMES = re.compile(r"(?:\\w|\\d|\\-|\\\.|[A-Za-z0-9_.-])+")
ANCHORS = {
    "^": "the beginning of the text",
    "$": "the end of the text",
    "b": "the edge of a word",
    "B": "the inside of a word",
    "A": "the beginning of the text",
    "Z": "the end of the text",
}


class RegexError(ValueError):
    """A construct that a spec cannot say: what it is, and where in the pattern."""

    def __init__(self, construct: str, start: int, end: int) -> None:
        super().__init__(construct)
        self.construct, self.start, self.end = construct, start, end


@dataclass(frozen=True, slots=True)
class Text:
    """Characters as they are."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Blanks:
    r"""White space: `\s*` is `min` 0, `\s+` is `min` 1."""

    min: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of a class: `word` (of names), `digits` or `any` (up to what follows)."""

    kind: str
    min: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Beginning:
    """`^`: the place where the message begins."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Group:
    """A group of alternatives; `repeat` is nothing, `?`, `*` or `+`."""

    name: str | None
    options: tuple[Nodes, ...]
    repeat: str
    start: int
    end: int


Node: TypeAlias = Text | Blanks | Run | Beginning | Group
Nodes: TypeAlias = tuple[Node, ...]


def read_regex(pattern: str) -> Nodes:
    """Read a regex. Raises RegexError."""
    try:
        re.compile(pattern)
    except re.error as error:
        at = error.pos or 0
        raise RegexError(f"no valid regex: {error.msg}", at, at + 1) from None
    try:
        tree = _LARK.parse(pattern)
    except UnexpectedInput as error:
        at = error.pos_in_stream or 0
        raise RegexError("this construct", at, at + 1) from None
    options = tuple(_branches(tree.children[0]))
    return options[0] if len(options) == 1 else (Group(None, options, "", 0, len(pattern)),)


def group_names(nodes: Nodes) -> set[str]:
    """Return the names of all groups."""
    found: set[str] = set()
    for node in nodes:
        if isinstance(node, Group):
            found |= {node.name} if node.name else set()
            for option in node.options:
                found |= group_names(option)
    return found


def _branches(tree: Tree[Token] | Token) -> Iterator[Nodes]:
    assert isinstance(tree, Tree)
    for branch in tree.children:
        assert isinstance(branch, Tree)
        yield tuple(_merged(node for item in branch.children for node in _item(item)))


def _merged(nodes: Iterator[Node]) -> Iterator[Node]:
    """Join neighbouring texts."""
    last: Node | None = None
    for node in nodes:
        if isinstance(node, Text) and isinstance(last, Text):
            last = Text(last.text + node.text, last.start, node.end)
            continue
        if last is not None:
            yield last
        last = node
    if last is not None:
        yield last


def _item(item: Tree[Token] | Token) -> Iterator[Node]:
    assert isinstance(item, Tree)
    atom, *rest = item.children
    quantifier = str(rest[0]) if rest else ""
    end = _end(rest[0]) if rest else 0
    if len(quantifier) > 1 and quantifier[0] != "{":
        if quantifier[1] == "+":
            raise RegexError("a possessive quantifier", end - len(quantifier), end)
        quantifier = quantifier[0]
    if quantifier.startswith("{"):
        raise RegexError("a counted repeat", end - len(quantifier), end)
    node = _group(atom) if isinstance(atom, Tree) else _atom(atom)
    yield _repeated(node, quantifier, end) if quantifier else node


def _repeated(node: Node, quantifier: str, end: int) -> Node:
    least = 1 if quantifier == "+" else 0
    match node:
        case Text(text=text) if text == "\n" and quantifier == "?":
            return Group(None, ((node,),), "?", node.start, end)
        case Text(text=text) if text in _BLANKS:
            return Blanks(least, node.start, end)
        case Blanks():
            return replace(node, min=least, end=end)
        case Run():
            if quantifier == "?":
                raise RegexError("one character that may be absent", node.start, end)
            return replace(node, min=least, end=end)
        case Group(repeat=""):
            return replace(node, repeat=quantifier, end=end)
        case Text():
            return Group(None, ((node,),), quantifier, node.start, end)
        case _:
            raise RegexError("a repeat of this", node.start, end)


def _atom(token: Token) -> Node:
    start, end = token.start_pos or 0, _end(token)
    match token.type:
        case "CHAR":
            return Text(str(token), start, end)
        case "DOT":
            return Run("any", 1, start, end)
        case "ANCHOR":
            if token == "^":
                return Beginning(start, end)
            raise RegexError(f"`{token}`, {ANCHORS[str(token)]}", start, end)
        case "CLASS":
            return _class(str(token), start, end)
        case _:
            return _escape(str(token)[1], start, end)


def _escape(letter: str, start: int, end: int) -> Node:
    match letter:
        case "s":
            return Blanks(1, start, end)
        case "w":
            return Run("word", 1, start, end)
        case "d":
            return Run("digits", 1, start, end)
        case "S":
            return Run("any", 1, start, end)
        case _ if letter in _ESCAPES:
            return Text(_ESCAPES[letter], start, end)
        case _ if letter in ANCHORS:
            raise RegexError(f"`\\{letter}`, {ANCHORS[letter]}", start, end)
        case _ if letter.isdigit():
            raise RegexError("a back reference", start, end)
        case _ if letter.isalpha():
            raise RegexError(f"the escape `\\{letter}`", start, end)
        case _:
            return Text(letter, start, end)


def _class(text: str, start: int, end: int) -> Node:
    r"""Read a class: blanks, characters of names, one character, or any up to what follows.

    >>> _class("[^>]", 0, 4).kind, _class(r"[\w.-]", 0, 6).kind, _class(r"[ \n]", 0, 5)
    ('any', 'word', Blanks(min=1, start=0, end=5))
    """
    body = text[1:-1]
    if body.startswith("^"):
        return Run("any", 1, start, end)
    letters = re.sub(r"\\([ntrfv])", lambda found: _ESCAPES[found[1]], body).replace("\\s", " ")
    if all(letter in _BLANKS for letter in letters):
        return Blanks(1, start, end)
    if _NAMES.fullmatch(body):
        return Run("digits" if body in ("0-9", "\\d") else "word", 1, start, end)
    plain = re.sub(r"\\(\W)", r"\1", body)
    if len(plain) == 1:
        return Text(plain, start, end)
    if "\\" in re.sub(r"\\[wWsSdD]", "", body).replace("\\\\", "") or re.search(r"\w-\w|\\[wWsSdD]", body):
        return Run("any", 1, start, end)
    return Group(None, tuple((Text(letter, start, end),) for letter in plain), "", start, end)


def _group(tree: Tree[Token]) -> Node:
    opener, branches = tree.children
    assert isinstance(opener, Token)
    start = opener.start_pos or 0
    end = tree.meta.end_pos
    options = tuple(_branches(branches))
    match str(opener):
        case "(" | "(?:":
            return Group(None, options, "", start, end)
        case str(text) if text.startswith("(?P<"):
            return Group(text[4:-1], options, "", start, end)
        case "(?=" | "(?!":
            raise RegexError("a look ahead", start, _end(opener))
        case "(?<=" | "(?<!":
            raise RegexError("a look behind", start, _end(opener))
        case "(?P=":
            raise RegexError("a back reference", start, _end(opener))
        case "(?>":
            raise RegexError("an atomic group", start, _end(opener))
        case _:
            raise RegexError("a flag", start, _end(opener))


def _end(token: Token | Tree[Token]) -> int:
    return (token.end_pos or 0) if isinstance(token, Token) else token.meta.end_pos
