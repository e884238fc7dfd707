"""The machine as the loop wants it: states with their searches compiled, edges by first character.

In: the machine's tables (the IR, plain dicts and lists). Out: `PreparedMachine`, made once per process
and shared by every parser.

Promises: nothing here changes after `prepare`; every `search` is a tree of single characters, a few deep,
so that it costs one pass over the text whatever the text is.
"""

from __future__ import annotations

import re
from copy import copy
from typing import Any, Callable, Dict, FrozenSet, Iterable, List, Optional, Tuple, Union

from toolgram.runtime.tables.suffix import around_suffix, find_suffix, is_suffix, with_suffix

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
        "binds",
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
        "tail",
        "to",
    )

    def __init__(self, table: Dict[str, Any], special_tokens: FrozenSet[str], has_suffix: bool) -> None:
        self.literal: str = table["literal"]
        # The literal of an edge that is not bound to a suffix ends at the place; `tail` is what stands behind it.
        self.tail: Optional[str] = None
        self.binds: Optional[str] = None  # the suffix that the text has said in this place
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
        if has_suffix:
            self.literal, self.tail = around_suffix(self.literal)

    def bind(self, suffix: str) -> Edge:
        """The same with a suffix in its places."""
        if self.tail is None and not self.follow and not self.key_until:
            return self
        bound = copy(self)
        if self.tail is not None:
            bound.literal, bound.tail, bound.binds = self.literal + suffix + self.tail, None, suffix
            tokens = [with_suffix(token, suffix) for token, _ in self.special]
            bound.special = tuple((token, bound.literal.index(token)) for token in tokens)
        bound.follow = _bind_all(self.follow, suffix)
        bound.key_until = _bind_all(self.key_until, suffix)
        return bound


def _bind_all(literals: Optional[Tuple[str, ...]], suffix: str) -> Optional[Tuple[str, ...]]:
    return None if literals is None else tuple(with_suffix(literal, suffix) for literal in literals)


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
        "vouched",
    )

    def __init__(
        self,
        number: int,
        table: Dict[str, Any],
        special_tokens: FrozenSet[str],
        nests: List[Nest],
        has_suffix: bool,
    ) -> None:
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
        self.edges: Tuple[Edge, ...] = tuple(Edge(edge, special_tokens, has_suffix) for edge in table.get("edges", ()))
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
        self.vouched = False  # what is read here must have a special token behind it
        self._index()
        self._search_for(has_suffix)

    def bind(self, suffix: str) -> State:
        """The same with a suffix in its places. The searches serve every suffix."""
        bound = copy(self)
        bound.edges = tuple(edge.bind(suffix) for edge in self.edges)
        bound.nests = {first: [nest.bind(suffix) for nest in nests] for first, nests in self.nests.items()}
        bound._index()
        return bound

    def _index(self) -> None:
        by_first: Dict[str, List[Edge]] = {}
        for edge in sorted(self.edges, key=lambda edge: -len(edge.literal) - len(edge.tail or "")):
            by_first.setdefault(edge.literal[0], []).append(edge)
        self.by_first = {first: tuple(edges) for first, edges in by_first.items()}
        self.longest = max((len(edge.literal) for edge in self.edges), default=0)

    def _search_for(self, has_suffix: bool) -> None:
        kinds = {edge.blanks for edge in self.edges}
        self.hold_blanks = "any" if "any" in kinds else "newline" if "newline" in kinds else "none"
        nests = [nest for nests in self.nests.values() for nest in nests]
        literals = {edge.literal for edge in self.edges} | {nest.path[0] for nest in nests}
        if self.tags is not None:
            literals |= {self.tags.open, self.tags.close}
            self.longest = max(self.longest, len(self.tags.open), len(self.tags.close))
        literals |= {nest.closer for nest in nests}
        stops = beginnings({around_suffix(literal)[0] for literal in literals} if has_suffix else literals)
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

    def __init__(self, path: Iterable[str], until: Iterable[str], closer: str) -> None:
        self.path: Tuple[str, ...] = tuple(path)
        self.until: Tuple[str, ...] = tuple(until)
        self.closer = closer

    def bind(self, suffix: str) -> Nest:
        """The same with a suffix in its places."""
        path, until = _bind_all(self.path, suffix), _bind_all(self.until, suffix)
        return Nest(path or (), until or (), with_suffix(self.closer, suffix))


class BoundStates:
    """States with a suffix in their places, each made when it is first entered."""

    __slots__ = ("_bound", "_states", "_suffix")

    def __init__(self, states: States, suffix: str) -> None:
        self._states = states
        self._suffix = suffix
        self._bound: Dict[int, State] = {}

    def __getitem__(self, number: int) -> State:
        state = self._bound.get(number)
        if state is None:
            state = self._bound[number] = self._states[number].bind(self._suffix)
        return state


States = Union[Tuple[State, ...], BoundStates]
MACHINES_MAX = 8  # of one format, bound to different suffixes, are kept; a hostile text could name any number


class PreparedMachine:
    """The states of one format and where parsing may start."""

    __slots__ = (
        "_machines",
        "bound",
        "closers",
        "commit",
        "content",
        "drops_echo",
        "element_names",
        "format",
        "has_citations",
        "inside",
        "special_tokens",
        "start",
        "states",
        "suffix",
        "takes_unknown",
        "unbound",
        "unwrap",
    )

    def __init__(self, table: Dict[str, Any]) -> None:
        self.format: str = table["format"]
        self.suffix: str = table.get("suffix") or ""  # what a suffix begins with; "" where there is none
        self.bound: Optional[str] = None if self.suffix else ""  # the suffix in the places; None: they are open
        self.special_tokens: FrozenSet[str] = frozenset(table["special_tokens"])
        self.commit: str = table.get("commit", "name")
        self.unwrap: FrozenSet[str] = frozenset(table.get("unwrap", ()))
        self.drops_echo: bool = table.get("echo") == "drop"
        self.element_names: Tuple[Optional[str], str] = (table.get("item_name"), table.get("text_name") or "$text")
        # A call that a special token opened needs no declared tool.
        self.takes_unknown: bool = table.get("unknown_tools", "call") == "call"
        nests = [Nest(nest["path"], nest["until"], nest["closer"]) for nest in table.get("nests", ())]
        self.states: States = tuple(
            State(number, state, self.special_tokens, nests, self.bound is None)
            for number, state in enumerate(table["states"])
        )
        for state in self.states:
            if (state.sink == "name" and state.kind == "text") or (state.sink in ("name", "") and state.kind == "word"):
                behind = state if state.done is None else self.states[state.done.to]
                state.vouched = all(edge.special for edge in behind.edges if not edge.rank)
                behind.vouched = behind.vouched or state.vouched
        verbs = {verb for state in self.states for edge in state.edges for verb, _ in edge.actions}
        self.has_citations = "open_citation" in verbs
        texts = [state.number for state in self.states if (state.kind, state.sink) == ("text", "content")]
        self.content: Optional[int] = texts[0] if texts else None  # where text goes that has no other place
        self.start: int = table["start"]
        self.inside: Dict[str, int] = dict(table.get("inside", {}))
        self.closers: Tuple[str, ...] = tuple(table.get("call_closers", ()))
        self._machines: Dict[str, PreparedMachine] = {}
        # Where the text says the suffix: the machine whose delimiters may have any; None where it is known.
        self.unbound: Optional[PreparedMachine] = self if self.suffix else None

    def entering(self, number: int) -> PreparedMachine:
        """The machine to go on with when a state is entered: see Note [whose suffix counts]."""
        unbound = self.unbound
        if unbound is None:
            return self
        if unbound.states[number].region != "message":
            return self if self.bound is not None else self.bind("")
        return self if self.bound else unbound

    def told(self, suffix: str) -> PreparedMachine:
        """The machine bound to a suffix that is known before the text."""
        bound = self.bind(suffix)
        if not self.suffix:
            return bound
        known = copy(bound)
        known.unbound = None
        return known

    def bind(self, suffix: str) -> PreparedMachine:
        """The machine with a suffix in its places. Raises ValueError for a text that can be none of this format."""
        if not is_suffix(suffix, self.suffix) if self.suffix else suffix:
            raise ValueError(f"format {self.format} has no suffix {suffix!r}")
        if self.bound == suffix:
            return self
        if self.bound is not None:
            raise ValueError(f"the suffix is {self.bound!r} already")
        known = self._machines.get(suffix)
        if known is None:
            known = copy(self)
            known.bound = suffix
            known.special_tokens = frozenset(with_suffix(token, suffix) for token in self.special_tokens)
            known.states = BoundStates(self.states, suffix)
            known.closers = _bind_all(self.closers, suffix) or ()
            if len(self._machines) < MACHINES_MAX:
                self._machines[suffix] = known
        return known

    def for_tokens(self, names: Iterable[str]) -> PreparedMachine:
        """The machine bound to the suffix that special tokens of these names have, or itself when they have none."""
        found = find_suffix(self.special_tokens, names, self.suffix) if self.bound is None else None
        return self if found is None else self.told(found)


def prepare(table: Dict[str, Any]) -> PreparedMachine:
    """Make a machine's tables ready to run. Raises KeyError when `table` is no machine."""
    return PreparedMachine(table)
