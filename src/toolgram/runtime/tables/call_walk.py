"""How the ways of a call are found: from a state on, through the states that a well-formed call goes through.

In: the ways of a machine (call_ways.py), a state, and how far a way has come there. Out: the parts that begin there.

    in a gap before `<p>` or `</call>`      two parts: `<p>`, a key, `=`, a value, `</p>`, back in the gap; `</call>`

Promises: what is not known here ends the way, so that the steps read such a call.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, Final, List, Optional

from toolgram.runtime.tables.call_ways import (
    TAKES_ID,
    TAKES_KEY,
    TAKES_NAME,
    TAKES_VALUE,
    CallWays,
    Take,
    Way,
    WayPart,
    acted,
)
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX, TELLING
from toolgram.runtime.tables.search import NAME_CHARACTERS
from toolgram.runtime.tables.states import Actions, Edge, Move, State

ONE_BLANK: Final = f"[{BLANKS}]"
SOME_BLANKS: Final = f"{ONE_BLANK}{{0,64}}(?!{ONE_BLANK})"  # far fewer than markup may have
GAP_BLANKS: Final = {"any": SOME_BLANKS, "newline": "(?:\r?\n)?", "none": ""}
WORD_PATTERN: Final = f"([\\w.\\-]{{1,{NAME_MAX}}})(?![\\w.\\-])"
DIGITS_PATTERN: Final = "([0-9]{1,16})(?![0-9])"
IS_WORD: Final = re.compile(r"[\w.\-]").match
WORD_OF: Final = re.compile(r"[\w.\-]+(?![\w.\-]|$)").match  # the beginning of a delimiter that goes on otherwise
WORD_TAKES: Final = {"name": TAKES_NAME, "key": TAKES_KEY, "id": TAKES_ID}
JSON_BEGINS: Final = "{[-0123456789tfn"  # of a value, but for strings
STEPS_MAX: Final = 64  # through states that have one way on


def parts_from(ways: CallWays, state: State, way: Way) -> List[WayPart]:
    """Return the parts that begin in a state."""
    found: List[WayPart] = []
    Walk(ways, found).through(state, way)
    return found


class Walk:
    """Follows the ways from one place to the next forks."""

    __slots__ = ("_found", "_ways")

    def __init__(self, ways: CallWays, found: List[WayPart]) -> None:
        self._ways, self._found = ways, found

    def through(self, state: State, way: Way) -> None:
        """Go on in a state."""
        if way.is_over:
            self._found.append(WayPart(way, None, state.number))
        elif state.region != "message" and state.kind in WALKS and way.steps < STEPS_MAX:
            WALKS[state.kind](self, state, way._replace(steps=way.steps + 1))

    def _ends_part(self, state: State, way: Way, choices: int) -> bool:
        """Whether a part ends before a state because more than one way goes on there."""
        if choices < 2 or not way.pattern:
            return False
        self._found.append(WayPart(way, self._ways.fork(state, way.ahead()), 0))
        return True

    def _take(self, state: State, way: Way, edge: Edge) -> None:
        """Take an edge whose literal stands there."""
        target = self._ways.states[edge.to]
        if way.follow is not None and edge.literal not in way.follow:
            return
        if way.is_named and not way.is_certain and not target.header:
            tells = len(edge.literal) >= TELLING
            if edge.does("open_call", "drop_header") or (edge.does("close_call") and not tells):
                return
            way = way._replace(is_certain=tells and not edge.does("open_parameter", "end_key"))
        if way.is_certain and edge.opens:
            return
        trusted = way.is_trusted or (bool(edge.special) and not way.is_certain)
        way = way.behind(_literal(state, edge))._replace(is_trusted=trusted, follow=edge.follow)
        self._go(target, way, edge.actions)

    def _move(self, way: Way, move: Move) -> None:
        """Make a move that reads nothing."""
        if way.follow is None:
            stack = way.stack if move.push is None else (*way.stack, move.push)
            self._go(self._ways.states[move.to], way._replace(stack=stack), move.actions)

    def _go(self, state: State, way: Way, actions: Actions) -> None:
        found = acted(way, actions)
        if found is not None:
            self.through(state, found)

    # --- the kinds of states ------------------------------------------------------------------------------------------

    def gap(self, state: State, way: Way) -> None:
        """A delimiter comes, or what a move leads to."""
        blanks, edges = GAP_BLANKS.get(state.blanks), plain_edges(state)
        if blanks is None or state.keep_blanks or state.begins_blank:
            return
        moves = () if _goes_otherwise(state, way) else state.thens
        if self._ends_part(state, way, len(edges) + len(moves)):
            return
        way = way.behind(blanks)
        for edge in edges:
            self._take(state, way, edge)
        for move in moves:
            self._move(way.behind(_before_move(state, move)), move)

    def text(self, state: State, way: Way) -> None:
        """Text up to a delimiter: a word, or a value."""
        edges, is_value = plain_edges(state), way.value != ""
        what = TAKES_VALUE if is_value else WORD_TAKES.get(state.sink, -1)
        if (
            what < 0
            or state.entities
            or (what == TAKES_ID and not way.in_id)
            or (is_value and state.sink in WORD_TAKES)
        ):
            return
        firsts = "".join(sorted({*state.by_first, *state.nests, *("<" if state.unknown_tags else "")}))
        word = None if is_value else _word_before(state)
        if word is None and not is_value:
            return
        if self._ends_part(state, way, len(edges)):
            return
        for edge in edges:
            if is_value and not _may_nest(state, edge):
                take = Take(TAKES_VALUE, way.groups + 1, way.value, edge.blanks)
                self._take(state, way.behind(f"({none_of(firsts)}*)", take)._replace(value=""), edge)
            elif not is_value:
                blanks = "" if way.in_id else SOME_BLANKS
                take = Take(what, way.groups + 1, _id_part(way))
                self._take(state, way.behind(f"{blanks}{word}{blanks}", take), edge)

    def word(self, state: State, way: Way) -> None:
        """A name, or the number in an id."""
        what = WORD_TAKES.get(state.sink, -1)
        if what < 0 or state.done is None or (what == TAKES_ID and not way.in_id):
            return
        pattern = WORD_PATTERN if state.charset is NAME_CHARACTERS else DIGITS_PATTERN
        self._move(way.behind(pattern, Take(what, way.groups + 1, _id_part(way))), state.done)

    def string(self, state: State, way: Way) -> None:
        """A name or an id in quotes."""
        what = WORD_TAKES.get(state.sink, -1)
        if what < 0 or state.done is None or (what == TAKES_ID and not way.in_id):
            return
        take = Take(what, way.groups + 1, _id_part(way))
        self._move(way.behind(f'{SOME_BLANKS}"{WORD_PATTERN}"', take), state.done)

    def members(self, state: State, way: Way) -> None:
        """A member of an object, or its end."""
        if not state.by_first.keys().isdisjoint('"},') or self._ends_part(state, way, 2):
            return
        way = way.behind(f"{SOME_BLANKS}(?:,{SOME_BLANKS})?")
        for key, move in state.keys.items():
            if all(map(IS_WORD, key)):
                self._move(way.behind(f'"{key}"{SOME_BLANKS}:'), move)
        if state.done is not None and way.is_certain:
            self._move(way.behind(r"\}"), state.done)

    def scan(self, state: State, way: Way) -> None:
        """JSON: the part ends before it, and the next begins behind it."""
        is_all = state.sink == "arguments" and state.scan == "arguments"
        is_value = state.sink == "json" and state.scan == "any" and way.value == "scan"
        begins = "{" if is_all else JSON_BEGINS
        if state.done is None or not (is_all or is_value) or not state.by_first.keys().isdisjoint(begins):
            return
        ahead = acted(way.ahead()._replace(is_certain=True, value=""), state.done.actions)
        if ahead is None or way.follow is not None or not way.is_named:
            return
        target = self._ways.states[state.done.to]
        then = None if ahead.is_over else self._ways.fork(target, ahead)
        way = way.behind(f"{SOME_BLANKS}(?=[{re.escape(begins)}])")
        self._found.append(WayPart(way, then, target.number, "arguments" if is_all else "value", state.ends))

    def back(self, _: State, way: Way) -> None:
        """Go on where a rule was entered."""
        if way.stack:
            self.through(self._ways.states[way.stack[-1]], way._replace(stack=way.stack[:-1]))


WALKS: Final[Dict[str, Callable[[Walk, State, Way], None]]] = {
    "gap": Walk.gap,
    "text": Walk.text,
    "word": Walk.word,
    "string": Walk.string,
    "members": Walk.members,
    "scan": Walk.scan,
    "return": Walk.back,
}


def _goes_otherwise(state: State, way: Way) -> bool:
    """Whether something else than a move may come where no delimiter stands."""
    alone = (state.call_alone, state.key_alone, state.value_alone, state.leave if way.is_certain else None)
    return len(state.thens) != 1 or any(move is not None for move in alone)


def _before_move(state: State, move: Move) -> str:
    """Where a move is made: no delimiter may begin there, and what it leads to must."""
    firsts = "".join(sorted({*state.by_first, *("<" if state.unknown_tags else "")}))
    no_edge = f"(?![{re.escape(firsts)}])" if firsts else ""
    return no_edge if move.first is None else f"{no_edge}(?=[{re.escape(move.first)}])"


def _word_before(state: State) -> Optional[str]:
    """A word that ends before a delimiter, and not with the beginning of one; None: one may stand inside of it."""
    words = [WORD_OF(edge.literal) for edge in state.edges if IS_WORD(edge.literal)]
    if any(word is None for word in words):
        return None
    return WORD_PATTERN + "".join(
        f"(?<!{re.escape(text)})" for text in sorted({word.group() for word in words if word})
    )


def _id_part(way: Way) -> str:
    """What is read is a part of the id as well."""
    return "id" if way.in_id else ""


def _may_nest(state: State, edge: Edge) -> bool:
    """Whether an example of a call in a value may begin where its closer stands."""
    literal = edge.literal
    nests = state.nests.get(literal[0], ())
    return any(nest.path[0].startswith(literal) or literal.startswith(nest.path[0]) for nest in nests)


def plain_edges(state: State) -> List[Edge]:
    """The edges of well-formed text that are taken wherever their literal stands."""
    return [edge for edge in state.edges if _stands_alone(edge) and not _is_behind_another(state, edge)]


def _stands_alone(edge: Edge) -> bool:
    """Whether nothing but its literal says that an edge is taken."""
    if edge.rank or edge.guard is not None or edge.tags is not None or edge.key_until is not None:
        return False
    return not (edge.peek or edge.drafts) and edge.tail is None and edge.literal[0] not in BLANKS


def _is_behind_another(state: State, edge: Edge) -> bool:
    """Whether another edge of the same literal goes before it."""
    same = [other for other in state.by_first[edge.literal[0]] if other.literal == edge.literal]
    return same[0] is not edge


def _literal(state: State, edge: Edge) -> str:
    """The pattern of an edge's literal, where no longer one of the state can stand that begins with it."""
    literal = edge.literal
    longer = [other.literal for other in state.by_first[literal[0]] if other.literal.startswith(literal)]
    behind = "".join(sorted({other[len(literal)] for other in longer if other != literal}))
    return re.escape(literal) + (f"(?![{re.escape(behind)}])" if behind else "")


def none_of(characters: str) -> str:
    """A class of all characters but these."""
    return f"[^{re.escape(characters)}]" if characters else "[\\s\\S]"
