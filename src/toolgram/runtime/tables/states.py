"""The states as the parser runs them, each made of its table when it is first entered.

In: the tables of one machine (plain dicts and lists: `docs/machine.md` describes them). Out: `State`, with its edges
by first character and its searches.

Promises: nothing here changes once it is made. All parsers of a process share the states of a format.
"""

from __future__ import annotations

from typing import Any, Dict, Final, Iterable, List, Optional, Tuple

from toolgram.runtime.tables.limits import BLANKS, TELLING
from toolgram.runtime.tables.nests import Nest
from toolgram.runtime.tables.no_table import NO_TABLE
from toolgram.runtime.tables.search import CHARSETS, SEARCH_SOMETHING, Patterns, Search

Actions = Tuple[Tuple[str, str], ...]
Texts = Tuple[str, ...]
MESSAGE_SINKS: Final = ("content", "reasoning")
SHORT_SINKS: Final = ("name", "id", "key", "type")


def _actions(table: Dict[str, Any]) -> Actions:
    """`begin:value` -> ("begin", "value")."""
    split = (action.partition(":") for action in table.get("actions", ()))
    return tuple((verb, rest) for verb, _, rest in split)


def _texts(table: Dict[str, Any], name: str) -> Optional[Texts]:
    found = table.get(name)
    return None if found is None else tuple(found)


def _begins_value(edge: Dict[str, Any]) -> bool:
    return any(action.startswith("begin:") for action in edge.get("actions", ()))


class Shared:
    """What the states of one machine have in common."""

    __slots__ = ("misspelt", "nests", "patterns", "places", "quotes", "tokens")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.patterns = Patterns(table.get("patterns", []))
        # The special tokens in each delimiter, and where: a delimiter may be built around one.
        self.places: Dict[str, Tuple[Tuple[str, int], ...]] = {
            literal: tuple((token, place) for token, place in found)
            for literal, found in table.get("special_places", {}).items()
        }
        self.tokens: Texts = tuple(table.get("special_tokens", ()))
        self.misspelt: Dict[str, str] = table.get("misspelt", {})
        edges = [edge for state in table.get("states", ()) for edge in state.get("edges", ()) if not edge.get("rank")]
        ends = {edge["literal"] for edge in edges if "end" in edge.get("actions", ())}
        self.quotes = ends.intersection(edge["literal"] for edge in edges if _begins_value(edge))
        nests = [Nest(nest["path"], nest["until"], nest["closer"]) for nest in table.get("examples", ())]
        self.nests: Dict[str, List[Nest]] = {}
        for nest in nests:
            self.nests.setdefault(nest.path[0][0], []).append(nest)


NO_MACHINE: Final = Shared(NO_TABLE)  # see Note [what is copied has defaults] in no_table.py


class Tags:
    """How an element is written: what stands around the key in its opener and in its closer."""

    __slots__ = ("beside", "close", "close_end", "close_is_special", "follow", "key", "open", "open_end")

    def __init__(self, table: Dict[str, Any] = NO_TABLE, shared: Shared = NO_MACHINE) -> None:
        self.open: str = table["open"]
        self.open_end: str = table["open_end"]
        self.close: str = table["close"]
        self.close_end: Optional[str] = table.get("close_end")  # None: the closer is the same for every key
        self.close_is_special = any(token in self.close for token in shared.tokens)
        self.follow = _texts(table, "follow")  # what must stand behind it
        self.beside: Texts = tuple(table.get("beside", ()))  # ... behind the closer of an element inside
        self.key: Search = shared.patterns.match(table.get("key_pattern", 0))


class Edge:
    """One delimiter that may come, what it does, and where it leads."""

    __slots__ = (
        "_verbs",
        "actions",
        "begin",
        "binds",
        "blanks",
        "drafts",
        "follow",
        "guard",
        "is_plain",
        "is_quote",
        "key_until",
        "literal",
        "opens",
        "peek",
        "rank",
        "special",
        "stem",
        "tags",
        "tail",
        "then",
        "to",
        "wraps",
    )

    def __init__(self, table: Dict[str, Any] = NO_TABLE, shared: Shared = NO_MACHINE) -> None:
        self.literal: str = table["literal"]
        self.to: int = table["to"]
        self.actions = _actions(table)
        self._verbs = frozenset(verb for verb, _ in self.actions)
        self.blanks: str = table.get("blanks", "none")  # which blanks before it are markup: none, newline, any
        self.rank: int = table.get("rank", 0)  # 0: well formed; n: n delimiters are missing before it
        self.follow = _texts(table, "follow")
        self.key_until = _texts(table, "key_until")
        self.then = tuple(table.get("then", ()))
        self.tags = Tags(table["tags"], shared) if table.get("tags") else None  # it opens an element: a key must follow
        self.guard: Optional[str] = table.get("guard")
        self.peek: bool = table.get("peek", False)  # it only ends a text, something else reads it
        self.is_quote = self.literal in shared.quotes and not self.rank  # it opens a string, and closes it
        self.opens: bool = table.get("opens", False)
        self.drafts: bool = table.get("drafts", False)  # the call that it opens may be a draft: see core/drafts.py
        self.special: Tuple[Tuple[str, int], ...] = shared.places.get(self.literal, ())
        self.stem = ""  # where it may be misspelt: what must be right of it
        # Where the text says which suffix a delimiter has (suffix.py): what a suffix begins with, what stands behind
        # it, and, once it has been read, the suffix.
        self.begin = ""
        self.tail: Optional[str] = None
        self.binds: Optional[str] = None
        # Its literal alone says that it is taken: `edge_verdict` asks for nothing else where no ids are known.
        is_asked = self.rank or self.tags or self.guard or self.follow is not None or self.key_until is not None
        is_short = len(self.literal) < TELLING and self.does("close_call")
        self.is_plain = not is_asked and not is_short
        self.wraps: Optional[str] = None  # a tag that the format does not know, before it; "": it closes one

    def does(self, *verbs: str) -> bool:
        """Whether one of these actions happens when it is taken."""
        return not self._verbs.isdisjoint(verbs)


class Move:
    """A move that reads nothing: the actions and the state it leads to."""

    __slots__ = ("actions", "first", "push", "to")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.to: int = table["to"]
        self.actions = _actions(table)
        self.first: Optional[str] = table.get("first")
        self.push: Optional[int] = table.get("push")


def _move(table: Optional[Dict[str, Any]]) -> Optional[Move]:
    return None if table is None else Move(table)


class State:
    """A place in the machine. `kind` says which step function reads there."""

    __slots__ = (
        "any_key",
        "begins_blank",
        "blanks",
        "by_first",
        "call_alone",
        "call_until",
        "charset",
        "done",
        "edges",
        "ends",
        "entities",
        "expects",
        "has_stems",
        "header",
        "hold_blanks",
        "keep_blanks",
        "key_alone",
        "keys",
        "kind",
        "leave",
        "longest",
        "loose",
        "name",
        "nests",
        "number",
        "own_ends",
        "part_openers",
        "quick",
        "quick_string",
        "quoted_junk",
        "region",
        "scan",
        "scan_instead",
        "search",
        "sink",
        "tags",
        "thens",
        "unknown_tags",
        "value_alone",
        "vouched",
    )

    def __init__(self, number: int = 0, table: Dict[str, Any] = NO_TABLE, shared: Shared = NO_MACHINE) -> None:
        self.number = number
        self.name: str = table["name"]
        self.kind: str = table["kind"]
        self.region: str = table["region"]
        self.sink: str = table.get("sink", "")
        self.charset: Optional[Search] = CHARSETS.get(table.get("charset") or "")
        self.blanks: str = table.get("blanks", "none")
        self.entities: bool = table.get("entities", False)
        self.keep_blanks: bool = table.get("keep_blanks", False)
        self.scan: str = table.get("accepts") or "any"
        otherwise = table.get("otherwise")
        self.scan_instead: int = number if otherwise is None else otherwise  # where a string that is none is skipped
        self.quoted_junk: bool = table.get("skips_quoted", False)
        self.vouched: bool = table.get("vouched", False)  # what is read here must have a special token behind it
        self.expects: str = table.get("expects", "")  # an argument may begin here; or, behind a separator, "more" must
        self.unknown_tags: bool = table.get("unknown_tags", False)  # one may stand before the opener of a call
        self.header: bool = table.get("header", False)  # a part of a message's header
        self.hold_blanks: str = table.get("hold_blanks", "none")
        self.longest: int = table.get("longest", 0)
        # An argument's text is where nested examples stand: see Note [nested examples] in examples.
        self.nests: Dict[str, List[Nest]] = shared.nests if table.get("holds_examples") else {}
        self._add_moves(table, shared)
        self._add_searches(table, shared.patterns)

    def _add_moves(self, table: Dict[str, Any], shared: Shared) -> None:
        self.edges: Tuple[Edge, ...] = tuple(Edge(edge, shared) for edge in table.get("edges", ()))
        for edge in self.edges if shared.misspelt else ():
            if _may_be_misspelt(self, edge):
                edge.stem = shared.misspelt.get(edge.literal, "")
        self.ends = tuple(edge.literal for edge in self.edges if len(edge.literal) >= TELLING)
        self.set_edges(self.edges)
        self.thens: Tuple[Move, ...] = tuple(Move(move) for move in table.get("moves", ()))
        self.leave = _move(table.get("leave"))
        self.call_alone = _move(table.get("call_alone"))  # where a call is read whose opener is missing
        self.call_until: Texts = tuple(table.get("call_until", ()))
        self.key_alone = _move(table.get("key_alone"))  # where a key is read whose opener is missing
        self.value_alone = _move(table.get("value_alone"))  # where a value is read whose opener is missing
        self.done = _move(table.get("done"))
        self.keys: Dict[str, Move] = {key: Move(move) for key, move in table.get("keys", {}).items()}
        self.any_key = _move(table.get("any_key"))
        self.loose = _move(table.get("loose"))
        self.tags = Tags(table["tags"], shared) if table.get("tags") else None

    def set_edges(self, edges: Tuple[Edge, ...]) -> None:
        """Take these edges, and what is often asked of them."""
        self.edges = edges
        self.own_ends: Texts = tuple(edge.literal for edge in edges if not edge.rank)
        self.part_openers: Texts = tuple(edge.literal for edge in edges if edge.does("open_parameter"))
        self.by_first = by_first_character(edges)
        self.begins_blank = not self.by_first.keys().isdisjoint(BLANKS)  # a delimiter does
        self.has_stems = any(edge.stem for edge in edges)

    def _add_searches(self, table: Dict[str, Any], patterns: Patterns) -> None:
        """The search for delimiters; and those that find nothing in a delta that is plain text, or text of a string."""
        self.search: Search = patterns.search(table.get("search"), self.quoted_junk)
        fast = table.get("fast")
        is_message = self.sink in MESSAGE_SINKS
        self.quick: Search = patterns.search(fast) if is_message else SEARCH_SOMETHING
        self.quick_string: Search = SEARCH_SOMETHING if is_message or fast is None else patterns.search(fast)


def _may_be_misspelt(state: State, edge: Edge) -> bool:
    """Whether a closer that is nearly right counts: in a text of a value, only with evidence behind it."""
    if state.region == "message":
        return edge.guard == "call"
    is_value = state.kind in ("text", "element") and state.sink not in SHORT_SINKS
    return edge.rank == 0 and (edge.follow is not None or not is_value)


def by_first_character(edges: Iterable[Edge]) -> Dict[str, Tuple[Edge, ...]]:
    """The edges by the character that they begin with, the longest first."""
    found: Dict[str, List[Edge]] = {}
    for edge in sorted(edges, key=lambda edge: -len(edge.literal) - len(edge.tail or "")):
        found.setdefault(edge.literal[0], []).append(edge)
    return {first: tuple(same) for first, same in found.items()}


class States(Dict[int, State]):
    """States by number, each made when it is first asked for."""

    __slots__ = ("shared", "tables")

    def __init__(self, tables: List[Dict[str, Any]], shared: Shared) -> None:
        super().__init__()
        self.tables = tables
        self.shared = shared

    def __missing__(self, number: int) -> State:
        return self.setdefault(number, self.make(number))

    def make(self, number: int) -> State:
        """Make a state of its table."""
        return State(number, self.tables[number], self.shared)
