"""Markup in atoms: what two texts share, without cutting a tag or a word in two.

In: pieces of rendered text between sentinels. Out: what they have in common at their ends, and the parts of a rule
that read a piece. An atom is a tag or the beginning of one, a bracketed word in capitals, a word, a run of blanks, or
one other character. Blanks never decide: templates are careless with them.
"""

from __future__ import annotations

import re
from itertools import takewhile

from ..spec.literals import quote

ATOM = re.compile(r"</?[^<>\s\"'=]*>?|\[/?[A-Z_]+\]|\s+|\w+|.", re.DOTALL)
KEPT_BLANK = re.compile(r"(?<=[\w\"]) (?=\w)")  # between two words: `<invoke name=`
TAGS = re.compile(r"(?<=[^|｜])>(?=<[^|｜])")  # of tags that are words, not tokens


def shared_start(text: str, other: str) -> str:
    """The longest beginning of `text`, in whole atoms, that `other` begins with, up to blanks.

    >>> shared_start("</p>  <p=", "</p></call>"), shared_start("ab", "abc")
    ('</p>', '')
    """
    count = _same(_atoms(text), _atoms(other))
    ends = [match.end() for match in ATOM.finditer(text) if match[0].strip()]
    return text[: ends[count - 1]] if count else ""


def shared_end(text: str, other: str) -> str:
    """The longest end of `text`, in whole atoms, that `other` ends with, up to blanks.

    >>> shared_end('">  <p=', "<f><p=")
    '<p='
    """
    count = _same(_atoms(text)[::-1], _atoms(other)[::-1])
    starts = [match.start() for match in ATOM.finditer(text) if match[0].strip()]
    return text[starts[-count] :] if count else ""


def _atoms(text: str) -> list[str]:
    return [atom for atom in ATOM.findall(text) if atom.strip()]


def _same(atoms: list[str], others: list[str]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(atoms, others, strict=False)))


def last_atom(text: str) -> str:
    """The last atom that is no blank; empty when there is none."""
    return next(iter(_atoms(text)[::-1]), "")


def parts(text: str) -> list[str]:
    r"""What reads a piece of markup in a rule: literals, with `_WS?` for the blanks between them.

    >>> parts('<a b="\n<c>')
    ['"<a b=\\""', '_WS?', '"<c>"']
    """
    kept = TAGS.sub("> ", KEPT_BLANK.sub("\0", text))  # between two tags, models put blanks where a template has none
    words = re.split(r"(\s+)", kept)
    return ["_WS?" if not word.strip() else quote(word.replace("\0", " ")) for word in words if word]


def joined(*groups: list[str]) -> str:
    """Write parts one behind the other: of blanks beside blanks one is left, at the ends none.

    >>> joined(['_WS?', '"a"'], ['_WS?'], ['_WS?', 'b'])
    '"a" _WS? b'
    """
    found: list[str] = []
    for part in (part for group in groups for part in group):
        if part in ("_WS?", "_NL?") and (not found or found[-1].endswith(("_WS?", "_NL?", "_WS?)*"))):
            continue
        found.append(part)
    while found and found[-1] in ("_WS?", "_NL?"):
        found.pop()
    return " ".join(found)
