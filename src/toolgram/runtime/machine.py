"""The machine as the loop wants it: states with their searches compiled, edges by first character.

In: the machine's tables (the IR, plain dicts and lists). Out: `PreparedMachine`, made once per process
and shared by every parser.

Promises: nothing here changes after `prepare`; every `search` is a tree of single characters, a few deep,
so that it costs one pass over the text whatever the text is.
"""

from __future__ import annotations

import re
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Tuple

BLANKS = " \t\n\r"
BLANKS_MAX = 256  # the longest run of blanks that markup may swallow: see Note [blanks are bounded]
NAME_MAX = 128  # a function name or a key longer than this is none
JUNK_MAX = 64  # what may stand between a call's last part and its closer and still be junk
DEPTH_MAX = 128  # rules within rules

# Note [blanks are bounded]
# Blanks before a delimiter belong to the markup, so they must be held until it is known whether a
# delimiter follows. Without a bound a model that writes a megabyte of newlines would be silent for
# all of it. Of a longer run only the last BLANKS_MAX are held, the rest is text.

Search = Callable[..., Optional["re.Match[str]"]]

NAME_CHARACTERS = re.compile(r"[\w.\-]*").match
INT_CHARACTERS = re.compile(r"[0-9]*").match
CHARSETS: Dict[str, Search] = {"name": NAME_CHARACTERS, "int": INT_CHARACTERS}


def _actions(table: Dict[str, Any]) -> Tuple[Tuple[str, str], ...]:
    """`begin:value` -> ("begin", "value")."""
    split = (action.partition(":") for action in table.get("actions", ()))
    return tuple((verb, rest) for verb, _, rest in split)


class Tags:
    """How an element is written: what stands around the key in its opener and in its closer."""

    __slots__ = ("beside", "close", "close_end", "follow", "key", "open", "open_end")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.open: str = table["open"]
        self.open_end: str = table["open_end"]
        self.close: str = table["close"]
        self.close_end: Optional[str] = table.get("close_end")  # None: the closer is the same for every key
        follow = table.get("follow")
        self.follow: Optional[Tuple[str, ...]] = None if follow is None else tuple(follow)  # what must stand behind it
        self.beside: Tuple[str, ...] = tuple(table.get("beside", ()))  # ... behind the closer of an element inside
        ends = re.escape(self.open_end[0] + (self.close_end or "")[:1])
        self.key: Search = re.compile(rf"(?:[^\s<>\"'=/!?{ends}][^\s<>\"'={ends}]*)?").match


class Edge:
    """One delimiter that may come, what it does, and where it leads."""

    __slots__ = (
        "actions",
        "blanks",
        "follow",
        "guard",
        "key_until",
        "literal",
        "opens",
        "peek",
        "push",
        "rank",
        "special",
        "tags",
        "to",
    )

    def __init__(self, table: Dict[str, Any], special_tokens: FrozenSet[str]) -> None:
        self.literal: str = table["literal"]
        self.to: int = table["to"]
        self.actions = _actions(table)
        self.blanks: str = table.get("blanks", "none")  # which blanks before it are markup: none, newline, any
        self.rank: int = table.get("rank", 0)  # 0: well formed; n: n delimiters are missing before it
        self.push: Optional[int] = table.get("push")
        follow = table.get("follow")
        self.follow: Optional[Tuple[str, ...]] = None if follow is None else tuple(follow)
        self.key_until: Optional[Tuple[str, ...]] = tuple(table["key_until"]) if table.get("key_until") else None
        self.tags = Tags(table["tags"]) if table.get("tags") else None  # it opens an element: a key must follow
        self.guard: Optional[str] = table.get("guard")
        self.peek: bool = table.get("peek", False)  # it only ends a text, something else reads it
        self.opens: bool = table.get("opens", False)
        # The special tokens in the literal, and where: a delimiter may be built around one.
        self.special: Tuple[Tuple[str, int], ...] = tuple(
            (token, self.literal.index(token)) for token in sorted(special_tokens) if token in self.literal
        )


class Step:
    """A move that reads nothing: the actions and the state it leads to."""

    __slots__ = ("actions", "first", "push", "to")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.to: int = table["to"]
        self.actions = _actions(table)
        self.first: Optional[str] = table.get("first")
        self.push: Optional[int] = table.get("push")


def _step(table: Optional[Dict[str, Any]]) -> Optional[Step]:
    return None if table is None else Step(table)


def beginnings(literals: Iterable[str], depth: int = 4) -> str:
    """A pattern for where one of the literals may begin: their first characters, or fewer at the end of the text.

    It is a tree of single characters, so a search with it looks at a character at most `depth` times.

    >>> beginnings(["<a>", "</a>", "["])
    '(?:<(?:/(?:a(?:>|\\\\Z)|\\\\Z)|a(?:>|\\\\Z)|\\\\Z)|\\\\[)'
    """
    heads: Dict[str, List[str]] = {}
    for literal in sorted(literals):
        heads.setdefault(literal[:1], []).append(literal[1:])
    if "" in heads or not depth:
        return ""
    parts = []
    for head, rests in heads.items():
        below = beginnings(rests, depth - 1)
        parts.append(re.escape(head) + (below[:-1] + "|\\Z)" if below else ""))
    return "(?:" + "|".join(parts) + ")" if parts else ""


class State:
    """A place in the machine. `kind` says which step function reads there."""

    __slots__ = (
        "any_key",
        "blanks",
        "by_first",
        "charset",
        "done",
        "edges",
        "entities",
        "hold_blanks",
        "keep_blanks",
        "keys",
        "kind",
        "leave",
        "longest",
        "name",
        "nests",
        "number",
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
    )

    def __init__(self, number: int, table: Dict[str, Any], special_tokens: FrozenSet[str], nests: List[Nest]) -> None:
        self.number = number
        self.name: str = table["name"]
        self.kind: str = table["kind"]
        self.region: str = table["region"]
        self.sink: str = table.get("sink", "")
        self.charset: Optional[Search] = CHARSETS.get(table.get("charset") or "")
        self.blanks: str = table.get("blanks", "none")
        self.entities: bool = table.get("entities", False)
        self.keep_blanks: bool = table.get("keep_blanks", False)
        self.scan: str = table.get("scan", "any")
        self.edges: Tuple[Edge, ...] = tuple(Edge(edge, special_tokens) for edge in table.get("edges", ()))
        self.thens: Tuple[Step, ...] = tuple(Step(step) for step in table.get("thens", ()))
        self.leave = _step(table.get("leave"))
        self.done = _step(table.get("done"))
        self.keys: Dict[str, Step] = {key: Step(value) for key, value in table.get("keys", {}).items()}
        self.any_key = _step(table.get("any_key"))
        self.scan_instead: int = table.get("scan_instead", number)  # where a string that is none is skipped
        self.quoted_junk: bool = table.get("quoted_junk", False)
        self.tags = Tags(table["tags"]) if table.get("tags") else None
        # An argument's text is where nested examples stand: see Note [nested examples] in guards.
        self.nests: Dict[str, List[Nest]] = {}
        if self.kind in ("text", "element") and self.sink in ("value", "string", "json", "python", "arguments"):
            for nest in nests:
                self.nests.setdefault(nest.path[0][0], []).append(nest)
        self._index()

    def _index(self) -> None:
        by_first: Dict[str, List[Edge]] = {}
        for edge in sorted(self.edges, key=lambda edge: -len(edge.literal)):
            by_first.setdefault(edge.literal[0], []).append(edge)
        self.by_first = {first: tuple(edges) for first, edges in by_first.items()}
        self.longest = max((len(edge.literal) for edge in self.edges), default=0)
        kinds = {edge.blanks for edge in self.edges}
        self.hold_blanks = "any" if "any" in kinds else "newline" if "newline" in kinds else "none"
        nests = [nest for nests in self.nests.values() for nest in nests]
        literals = {edge.literal for edge in self.edges} | {nest.path[0] for nest in nests}
        if self.tags is not None:
            literals |= {self.tags.open, self.tags.close}
            self.longest = max(self.longest, len(self.tags.open), len(self.tags.close))
        stops = beginnings(literals | {nest.closer for nest in nests})
        entity = "&" if self.entities else ""
        self.search: Search = _search(stops, "[\"'\\w]" if self.quoted_junk else "")
        tail = {"any": "[ \\t\\n\\r]\\Z", "newline": "[\\r\\n]\\Z", "none": ""}[self.hold_blanks]
        self.quick: Search = _search(stops, tail, entity, "\\A\\Z")
        self.quick_string: Search = _search(stops, tail, entity, "\\A\\Z", '["\\\\\\x00-\\x1f\\ud800-\\udfff]')


def _search(*patterns: str) -> Search:
    wanted = "|".join(pattern for pattern in patterns if pattern)
    return re.compile(wanted).search if wanted else _never


def _never(text: str, start: int = 0, end: int = 0) -> None:  # noqa: ARG001  the signature of a compiled search
    return None


class Nest:
    """How a call would begin inside a value: delimiters up to its name, what ends the name, what closes the call."""

    __slots__ = ("closer", "path", "until")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.path: Tuple[str, ...] = tuple(table["path"])
        self.until: Tuple[str, ...] = tuple(table["until"])
        self.closer: str = table["closer"]


class PreparedMachine:
    """The states of one format and where parsing may start."""

    __slots__ = ("closers", "commit", "element_names", "format", "inside", "special_tokens", "start", "states")

    def __init__(self, table: Dict[str, Any]) -> None:
        self.format: str = table["format"]
        self.special_tokens: FrozenSet[str] = frozenset(table["special_tokens"])
        self.commit: str = table.get("commit", "name")
        self.element_names: Tuple[Optional[str], str] = (table.get("item_name"), table.get("text_name") or "$text")
        nests = [Nest(nest) for nest in table.get("nests", ())]
        self.states: Tuple[State, ...] = tuple(
            State(number, state, self.special_tokens, nests) for number, state in enumerate(table["states"])
        )
        self.start: int = table["start"]
        self.inside: Dict[str, int] = dict(table.get("inside", {}))
        self.closers: Tuple[str, ...] = tuple(table.get("call_closers", ()))


def prepare(table: Dict[str, Any]) -> PreparedMachine:
    """Make a machine's tables ready to run. Raises KeyError when `table` is no machine."""
    return PreparedMachine(table)
