"""Delimiters with a place in them: for a suffix that every checkpoint of a model has of its own, or for a tool's name.

In: the tables of a format that leaves such a place, and a suffix: told, found among the names of special tokens, or
read from the text. Out: states and edges with the suffix in their places, each made when it is first asked for.

    hy_v4:  `<think{suffix}>` stands in the text as `<think:6124c78e>`, or as `<think>`

Note [whose suffix counts]
A parser is told the suffix, or finds it among the names of special tokens; then every delimiter has that one. Otherwise
the text says it. At message level a delimiter may come with any suffix. The one that is taken binds: inside what it
opened only delimiters with the same suffix are any, so that a value may hold the delimiters of other checkpoints. What
is given back as text has bound nothing, and a delimiter without a suffix binds no further than what it opened, because
a model that has a suffix may still write about `<think>`.

Note [the name of the tool is the tag]
In `<get_weather><city>Rome</city></get_weather>` the delimiters of a call have its name in them: `<{name}>`. That is a
place, too. At message level it may hold the name of any tool that the request declares, and no other text: so `<b>` is
no opener, and is known for none at its first character with which no name begins. The one that is taken names the call
and binds: inside of it only `</get_weather>` is its closer. Behind the call the place is open again.

Promises: a suffix has at most `SUFFIX_MAX` characters; nothing beyond them is looked at.
"""

from __future__ import annotations

import re
from typing import Dict, Final, Iterable, Optional, Tuple

from toolgram.runtime.tables.copies import copy_of
from toolgram.runtime.tables.limits import SUFFIX_MAX
from toolgram.runtime.tables.nests import Nest
from toolgram.runtime.tables.states import Edge, State, States, Tags
from toolgram.runtime.tables.stems import stem_of_closer

SUFFIX_PLACE: Final = "{suffix}"
NAME_PLACE: Final = "{name}"
SUFFIX_CHARACTERS: Final = re.compile(r"[A-Za-z0-9_\-]*").match

NO_SUFFIX: Final = 0
HAS_SUFFIX: Final = 1
HALF_SUFFIX: Final = 2


def with_suffix(literal: str, suffix: str) -> str:
    """Put a suffix, or a name, in its place."""
    return literal.replace(SUFFIX_PLACE, suffix).replace(NAME_PLACE, suffix)


def around_suffix(literal: str) -> Tuple[str, Optional[str]]:
    """What stands before the place and behind it; of a literal without a place all, and None.

    >>> around_suffix("<think{suffix}>")
    ('<think', '>')
    """
    head, place, tail = literal.partition(NAME_PLACE if NAME_PLACE in literal else SUFFIX_PLACE)
    return head, tail if place else None


def read_suffix(text: str, at: int, begin: str, tail: str) -> Tuple[int, int]:
    """Read a suffix and the `tail` behind it: (HAS_SUFFIX, where the suffix ends), (HALF_SUFFIX, ...), or NO_SUFFIX."""
    end = at
    if text.startswith(begin, at):
        most = min(len(text), at + SUFFIX_MAX)
        found = SUFFIX_CHARACTERS(text, at + len(begin), most)
        end = found.end() if found is not None else at
        if end == len(text) and end - at < SUFFIX_MAX:
            return HALF_SUFFIX, end
        if end == at + len(begin):
            return NO_SUFFIX, end  # the mark alone
    if text.startswith(tail, end):
        return HAS_SUFFIX, end
    return (HALF_SUFFIX if tail.startswith(text[end : end + len(tail)]) else NO_SUFFIX), end


def is_suffix(text: str, begin: str) -> bool:
    """Whether a text can stand in the place."""
    if not text or begin == NAME_PLACE:
        return True
    found = SUFFIX_CHARACTERS(text, len(begin))
    is_whole = found is not None and found.end() == len(text) > len(begin)
    return text.startswith(begin) and is_whole and len(text) <= SUFFIX_MAX


def bind_stem(stem: str, place: str, suffix: str) -> str:
    """What must be right of a misspelt closer: of a name in its place, as much as of any word."""
    return stem_of_closer(stem, suffix) if stem and place == NAME_PLACE else stem


def find_suffix(literals: Iterable[str], names: Iterable[str], begin: str) -> Optional[str]:
    """The suffix that most of the literals have among the names of tokens; None when none of them is there."""
    places = [around_suffix(literal) for literal in literals]
    heads = tuple({head for head, tail in places if tail is not None})
    counts: Dict[str, int] = {}
    for name in names if heads else ():
        for head, tail in places if name.startswith(heads) else ():
            if tail is not None and name.startswith(head) and name.endswith(tail):
                suffix = name[len(head) : len(name) - len(tail)]
                if is_suffix(suffix, begin):
                    counts[suffix] = counts.get(suffix, 0) + 1
    return max(counts, key=lambda suffix: (counts[suffix], suffix), default=None)


# --- states and edges with a suffix in their places -------------------------------------------------------------------


def bind_all(literals: Optional[Iterable[str]], suffix: str) -> Optional[Tuple[str, ...]]:
    """Put a suffix in the place of each literal."""
    return None if literals is None else tuple(with_suffix(literal, suffix) for literal in literals)


def leave_open(edge: Edge, begin: str) -> Edge:
    """The same edge with its place open: its literal ends there, and `tail` is what stands behind the suffix."""
    head, tail = around_suffix(edge.literal)
    if tail is None:
        return edge
    opened = copy_of(edge)
    opened.literal, opened.tail, opened.begin = head, tail, begin
    return opened


def bind_edge(edge: Edge, suffix: str) -> Edge:
    """The same edge with a suffix in its places."""
    if edge.tail is None and not edge.follow and not edge.key_until and not edge.then and edge.tags is None:
        return edge
    bound = copy_of(edge)
    if edge.tail is not None:
        bound.literal, bound.tail = edge.literal + suffix + edge.tail, None
        bound.stem = bind_stem(edge.stem, edge.begin, suffix)
        tokens = [with_suffix(token, suffix) for token, _ in edge.special]
        bound.special = tuple((token, bound.literal.index(token)) for token in tokens)
    bound.follow = bind_all(edge.follow, suffix)
    bound.key_until = bind_all(edge.key_until, suffix)
    bound.then = bind_all(edge.then, suffix) or ()
    bound.tags = _bind_tags(edge.tags, suffix)
    return bound


def bound_at(edge: Edge, text: str, at: int) -> Tuple[int, Edge]:
    """Read the suffix of an edge whose literal stands at `at`: with HAS_SUFFIX, the edge bound to it.

    The bound edge `binds` its suffix: whoever takes it goes on with the tables of that suffix. An edge without an open
    place is what it is.
    """
    if edge.tail is None:
        return HAS_SUFFIX, edge
    start = at + len(edge.literal)
    verdict, end = read_suffix(text, start, edge.begin, edge.tail)
    return (verdict, edge) if verdict != HAS_SUFFIX else (verdict, binding(edge, text[start:end]))


def binding(edge: Edge, suffix: str) -> Edge:
    """The same edge with a suffix in its places, which it binds."""
    bound = bind_edge(edge, suffix)
    bound.binds = None if edge.peek else suffix
    return bound


class OpenStates(States):
    """States whose delimiters may come with any suffix."""

    __slots__ = ("_begin",)

    def __init__(self, states: States, begin: str) -> None:
        super().__init__(states.tables, states.shared)
        self._begin = begin

    def make(self, number: int) -> State:
        """Make a state of its table, and leave the places open."""
        state = super().make(number)
        state.set_edges(tuple(leave_open(edge, self._begin) for edge in state.edges))
        state.longest = max((len(edge.literal) for edge in state.edges), default=0)
        return state


class BoundStates(States):
    """States with a suffix in their places. Their searches serve every suffix."""

    __slots__ = ("_open", "_suffix")

    def __init__(self, states: OpenStates, suffix: str) -> None:
        super().__init__(states.tables, states.shared)
        self._open = states
        self._suffix = suffix

    def make(self, number: int) -> State:
        """Make a state of the one with open places."""
        bound = copy_of(self._open[number])
        bound.set_edges(tuple(self._bound(edge) for edge in bound.edges))
        bound.call_until = bind_all(bound.call_until, self._suffix) or ()
        bound.tags = _bind_tags(bound.tags, self._suffix)
        bound.longest = max((len(edge.literal) for edge in bound.edges), default=0)
        bound.nests = {
            first: [_bind_nest(nest, self._suffix) for nest in nests] for first, nests in bound.nests.items()
        }
        return bound

    def _bound(self, edge: Edge) -> Edge:
        """The edge bound; where the place holds a name, the next call has one of its own."""
        is_next = edge.begin == NAME_PLACE and (edge.peek or edge.does("open_call"))
        return edge if is_next else bind_edge(edge, self._suffix)


def _bind_tags(tags: Optional[Tags], suffix: str) -> Optional[Tags]:
    if tags is None:
        return None
    bound = copy_of(tags)
    bound.follow, bound.beside = bind_all(tags.follow, suffix), bind_all(tags.beside, suffix) or ()
    return bound


def _bind_nest(nest: Nest, suffix: str) -> Nest:
    return Nest(bind_all(nest.path, suffix) or (), bind_all(nest.until, suffix) or (), with_suffix(nest.closer, suffix))
