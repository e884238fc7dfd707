"""Slips in a statement, and what may have been meant: changes to be tried.

In: the text of a statement and the place where it cannot be parsed. Out: `Change`s, the likeliest first. Those with
which the statement can be parsed are shown (`statements.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from .literals import quote

# What could stand in a place, by lark's name of it.
TEXTS = {"COLON": ":", "RPAR": ")", "RSQB": "]", "RBRACE": "}", "COMMA": ", ", "_OR": " | ", "LPAR": "("}
QUOTE = "if it is text of the model, quote it"
_TO_QUOTE = re.compile(r"[^\s\"()|*?\[\]{}]+")


class Change(NamedTuple):
    """Words, and edits: start, end and the new text, in the statement."""

    words: str
    edits: tuple[tuple[int, int, str], ...]


def change(start: int, end: int, text: str, words: str = "") -> Change:
    """Return a change of one place."""
    return Change(words, ((start, end, text),))


def leave_out(text: str, start: int, end: int) -> Iterator[Change]:
    """Delete the text at the error."""
    del text
    yield change(start, end, "")


def close_quote(text: str, start: int, end: int) -> Iterator[Change]:
    """Close a literal where a bracket or an operator could follow it, or at the end of the line."""
    line = text[start:end]
    yield change(start + len(line.rstrip()), end, '"')
    tail = re.search(r"[\s)\]*?+|]*$", line)
    yield change(start + (tail.start() if tail else len(line)), start + (tail.start() if tail else len(line)), '"')
    inner = line[1:].replace('"', '\\"')
    yield change(start, end, f'"{inner.rstrip()}"', "write a quote inside a literal with a backslash")
    yield change(start, start + 1, "", "leave the quote out")


def quote_again(text: str, start: int, end: int) -> Iterator[Change]:
    """Write other quotes as double ones."""
    inner = text[start + 1 : end]
    closed = inner.endswith(text[start])
    yield change(start, end, _quoted(inner[:-1] if closed else inner.rstrip()))


def colon(text: str, start: int, end: int) -> Iterator[Change]:
    """Write a colon right behind the name."""
    before = text[:start].rstrip()
    yield change(len(before), end, ":")
    yield change(start, end, f'"{text[start:end]}"', "if the model writes it, quote it")


def join_lines(text: str, start: int, end: int) -> Iterator[Change]:
    """Go on in one line, or with another alternative."""
    begin = start + len(text[start:end]) - len(text[start:end].lstrip())
    if text.startswith("%"):
        yield Change("", tuple((found.start(), found.end(), " ") for found in re.finditer(r"\s*\n\s*", text)))
        return
    before = len(text[:begin].rstrip())
    yield change(before, begin, " ", "if it follows, write it in one line")
    yield change(begin, begin, "| ", "if it is another alternative, write a bar")
    lines = tuple((found.start(), found.end(), " ") for found in re.finditer(r"\s*\n\s*(?!\|)", text))
    yield Change("write it in one line", lines)


def underscore(text: str, start: int, end: int) -> Iterator[Change]:
    """Write `_` for a hyphen in a name; or the name was text of the model."""
    yield change(start, end, "_")
    word = re.search(r"[\w-]*$", text[:start])
    tail = re.match(r"[\w-]+", text[start:])
    begin = word.start() if word else start
    yield change(
        begin, start + (tail.end() if tail else 1), quote(text[begin : start + (tail.end() if tail else 1)]), QUOTE
    )


def quote_bare(text: str, start: int, end: int) -> Iterator[Change]:
    """Quote text of the model."""
    yield change(start, end, _quoted(text[start:end].rstrip()))
    yield change(start, len(text), _quoted(text[start:].rstrip()), "")


def repeat(text: str, start: int, end: int) -> Iterator[Change]:
    """Write `*` for a count that is none."""
    counts = re.match(r"~[ \t]*[\w.]*", text[start:])
    yield change(start, start + counts.end() if counts else end, "*")


def open_bracket(text: str, start: int, end: int) -> Iterator[Change]:
    """Open what is closed, at the beginning of the rule; or leave the closer out."""
    opener = {")": "(", "]": "[", "}": "{"}[text[start:end]]
    head = re.match(r"[^:\n]*:[ \t]*", text)
    begin = head.end() if head else 0
    yield change(begin, begin, opener, "open it")
    yield change(start, end, "", "leave it out")
    behind = re.match(r"\s*[?*+]", text[end:])
    yield change(start, end + (behind.end() if behind else 0), "", "leave it out")


def close_bracket(text: str, start: int, closers: str) -> Iterator[Change]:
    """Close what is open, behind the last item."""
    end = len(text.rstrip())
    yield change(end, end, closers)
    line = text.find("\n", start)
    if line >= 0:
        yield change(line, line, closers)
    yield change(start, start + 1, "", "leave it out")


def breaks_off(text: str, names: set[str]) -> Iterator[Change]:
    """Finish what breaks off: with what must follow, or without what is left over."""
    end = len(text.rstrip())
    for name in ("COLON", "RPAR", "RSQB", "RBRACE"):
        if name in names:
            yield change(end, end, f'{TEXTS[name]} "..."' if name == "COLON" else TEXTS[name])
    yield change(end, end, " TEXT")
    yield change(end, end, " (TEXT)")
    left = re.search(r"\s*\S+\s*$", text)
    if left:
        yield change(left.start(), len(text), "", "leave it out")


def around(text: str, start: int, end: int, names: set[str]) -> Iterator[Change]:
    """Add what is expected in front, name or quote what stands there, or leave it out."""
    before = len(text[:start].rstrip())
    for name in [name for name in TEXTS if name in names]:
        yield change(before, before, TEXTS[name])
    if text[start:end] == "(" and "STRING" in names:
        yield from _named_group(text, start)
    if found := _TO_QUOTE.match(text, start):
        yield change(start, found.end(), quote(found[0]), QUOTE)
    yield change(start, end, "", "leave it out")
    line = text.find("\n", start)
    yield change(before, len(text) if line < 0 else line, "", "leave it out")
    if head := re.match(r"(?:\w+:|[^\w\s\"]+)", text):
        body = text[head.end() :].strip()
        yield change(head.end(), len(text), " " + _quoted(body))


def _named_group(text: str, start: int) -> Iterator[Change]:
    """A group is no argument: a rule for it is one."""
    depth = 0
    for end in range(start, len(text)):
        depth += (text[end] == "(") - (text[end] == ")")
        if not depth:
            rule = f"\n_inner: {text[start + 1 : end]}"
            edits = ((start, end + 1, "_inner"), (len(text.rstrip()), len(text), rule))
            yield Change("give the group a name", edits)
            return


def _quoted(text: str) -> str:
    """Return a text as a literal; escapes that it has are kept."""
    return '"' + re.sub(r'(?<!\\)"', r'\\"', text) + '"'
