"""A machine ready to run: its states, and what the parser asks of the format as a whole.

In: the machine's tables, as `generated/machine/X.json` has them. Out: `PreparedMachine`, made once per process and
shared by every parser.

Promises: nothing is analysed here, all of it stands in the tables; a state is made when it is first entered, so that
loading costs little; tables of another version are refused.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, Optional, Tuple

from toolgram.runtime.tables.call_walk import parts_from
from toolgram.runtime.tables.call_ways import CallWays
from toolgram.runtime.tables.copies import copy_of
from toolgram.runtime.tables.limits import FORMAT_VERSION
from toolgram.runtime.tables.no_table import NO_TABLE
from toolgram.runtime.tables.states import Shared, States
from toolgram.runtime.tables.suffix import (
    NAME_PLACE,
    BoundStates,
    OpenStates,
    around_suffix,
    bind_all,
    bind_stem,
    find_suffix,
    is_suffix,
    with_suffix,
)
from toolgram.runtime.tables.turn_marks import TurnMarks

MACHINES_MAX = 8  # of one format, bound to different suffixes, are kept; a hostile text could name any number


class PreparedMachine:
    """The states of one format and where parsing may start."""

    __slots__ = (
        "_machines",
        "_openers",
        "aliases",
        "bound",
        "call_id_length",
        "call_ways",
        "closers",
        "commit",
        "content",
        "drops_echo",
        "element_names",
        "format",
        "has_citations",
        "has_names",
        "has_quotes",
        "headers",
        "inside",
        "marks_reasoning",
        "misspelt",
        "opens_reasoning_only",
        "special_tokens",
        "start",
        "states",
        "suffix",
        "takes_unknown",
        "turns",
        "unbound",
        "unwrap",
        "wraps_content",
    )

    def __init__(self, table: Dict[str, Any] = NO_TABLE) -> None:
        self.format: str = table["format"]
        self.aliases: Tuple[str, ...] = tuple(table.get("aliases", ()))
        self.special_tokens: FrozenSet[str] = frozenset(table["special_tokens"])
        self.commit: str = table.get("commit", "name")
        ends, openers = table.get("end_tokens", ()), table.get("turn_openers", ())
        marks = TurnMarks(ends, table.get("end_delimiters", ()), openers)
        self.turns: Optional[TurnMarks] = marks if ends or openers else None
        self.call_id_length: Optional[int] = table.get("call_id_length")
        self.unwrap: FrozenSet[str] = frozenset(table.get("unwrap", ()))
        self.drops_echo: bool = table.get("echo") == "drop"
        self.element_names: Tuple[Optional[str], str] = (table.get("item_name"), table.get("text_name") or "$text")
        # A call that a special token opened needs no declared tool.
        self.takes_unknown: bool = table.get("unknown_tools", "call") == "call"
        self.has_citations: bool = table.get("has_citations", False)
        self.content: Optional[int] = table.get("content")  # where text goes that has no other place
        self.start: int = table["start"]
        self.inside: Dict[str, int] = dict(table.get("inside", {}))
        self.closers: Tuple[str, ...] = tuple(table.get("call_closers", ()))
        # What the plugins of servers ask: see `docs/machine.md`.
        self.headers: Tuple[str, ...] = tuple(table.get("headers", ()))
        self.opens_reasoning_only: bool = table.get("opens_reasoning_only", True)
        self.marks_reasoning: bool = table.get("marks_reasoning", False)
        self.wraps_content: bool = table.get("wraps_content", False)
        self.misspelt: Dict[str, str] = table.get("misspelt", {})  # a closer -> how one begins that is misspelt
        self._add_states(table)

    def _add_states(self, table: Dict[str, Any]) -> None:
        self.suffix: str = table.get("suffix") or ""  # what a suffix begins with; "" where there is none
        self.bound: Optional[str] = None if self.suffix else ""  # the suffix in the places; None: they are open
        self.has_names = self.suffix == NAME_PLACE  # the places hold the names of tools
        # Where the text decides the suffix: the machine with open places.
        self.unbound: Optional[PreparedMachine] = None
        shared = Shared(table)
        self.has_quotes = bool(shared.quotes)  # the same delimiter opens a value and closes it
        self.states = States(table["states"], shared)
        if self.suffix:
            self.states = OpenStates(self.states, self.suffix)
        # Where a call is read at once that stands whole in the text: see core/whole_call.py.
        has_ways = self.commit == "name" and not (self.suffix or self.has_quotes or self.has_citations)
        self.call_ways = CallWays(self.states, parts_from) if has_ways and not self.drops_echo else None
        self._machines: Dict[str, PreparedMachine] = {}
        self._openers: Optional[Tuple[Tuple[str, ...], Tuple[str, ...]]] = None

    def literals(self) -> Tuple[str, ...]:
        """The delimiters of all states, each once; with open places, what stands before them."""
        found = dict.fromkeys(edge["literal"] for state in self.states.tables for edge in state.get("edges", ()))
        return tuple(map(self._written, found))

    @property
    def inner_openers(self) -> Tuple[str, ...]:
        """The delimiters that may stand between the first opener and a call's own, the longest first."""
        return self._opener_literals()[0]

    @property
    def token_openers(self) -> Tuple[str, ...]:
        """The delimiters with special tokens in them, but for closers, and the tokens; the longest first."""
        return self._opener_literals()[1]

    def _opener_literals(self) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
        if self._openers is None:
            edges = [(table["region"], edge) for table in self.states.tables for edge in table.get("edges", ())]
            inner = {edge["literal"] for region, edge in edges if region == "section" and edge.get("opens")}
            known = {*self.literals(), *self.special_tokens}
            found = {text for text in known if any(token in text for token in self.special_tokens)}
            openers = {*map(self._written, inner)} - found, found - {*self.closers}
            self._openers = longest_first(openers[0]), longest_first(openers[1])
        return self._openers

    def _written(self, literal: str) -> str:
        """A delimiter with the suffix in its place, or what stands before an open place."""
        return around_suffix(literal)[0] if self.bound is None else with_suffix(literal, self.bound)

    # --- formats whose delimiters have a suffix: see suffix.py --------------------------------------------------------

    def bind(self, suffix: str) -> PreparedMachine:
        """The machine with a suffix in its places, for good. Raises ValueError for what is no suffix of this format."""
        if not is_suffix(suffix, self.suffix) if self.suffix else suffix:
            raise ValueError(f"format {self.format} has no suffix {suffix!r}")
        if self.bound == suffix:
            return self
        if self.bound is not None:
            raise ValueError(f"the suffix is {self.bound!r} already")
        known = self._machines.get(suffix)
        if known is None:
            known = self._with_suffix(suffix)
            if len(self._machines) < MACHINES_MAX:
                self._machines[suffix] = known
        return known

    def _with_suffix(self, suffix: str) -> PreparedMachine:
        bound = copy_of(self)
        bound.bound, bound._openers = suffix, None
        bound.special_tokens = frozenset(with_suffix(token, suffix) for token in self.special_tokens)
        assert isinstance(self.states, OpenStates)
        bound.states = BoundStates(self.states, suffix)
        bound.closers = bind_all(self.closers, suffix) or ()
        stems = {closer: bind_stem(stem, self.suffix or "", suffix) for closer, stem in self.misspelt.items()}
        bound.misspelt = {with_suffix(closer, suffix): stem for closer, stem in stems.items() if stem}
        return bound

    def for_tokens(self, names: Iterable[str]) -> PreparedMachine:
        """The machine bound to the suffix that special tokens of these names have, or itself when they have none."""
        found = find_suffix(self.special_tokens, names, self.suffix) if self.bound is None else None
        return self if found is None else self.bind(found)

    def entering(self, number: int, binds: Optional[str] = None) -> PreparedMachine:
        """The machine to go on with when a state is entered, behind a delimiter that `binds` a suffix, or behind none.

        It is the same, unless the text decides the suffix: see Note [whose suffix counts].
        """
        opened = self if self.bound is None else self.unbound
        if opened is None:
            return self
        bound = self.bound if binds is None else binds
        if opened.states[number].region != "message":
            return self if bound == self.bound and bound is not None else opened._by_text(bound or "")
        if not bound or (self.has_names and binds is None):
            return opened
        return self if bound == self.bound else opened._by_text(bound)

    def _by_text(self, suffix: str) -> PreparedMachine:
        """The machine with a suffix that text has said, until other text says another."""
        bound = copy_of(self.bind(suffix))
        bound.unbound = self
        return bound


def longest_first(texts: Iterable[str]) -> Tuple[str, ...]:
    return tuple(sorted(texts, key=lambda text: (-len(text), text)))


def prepare(table: Dict[str, Any]) -> PreparedMachine:
    """Make a machine's tables ready to run. Raises ValueError when they are of another version, or no machine."""
    version = table.get("format_version")
    if version != FORMAT_VERSION:
        name, says = table.get("format", "?"), "no format_version" if version is None else f"format_version {version!r}"
        raise ValueError(
            f"the tables of format {name} have {says}, and this toolgram reads {FORMAT_VERSION}: "
            f"write them again with `toolgram build {name}`, or take the runtime that came with them"
        )
    return PreparedMachine(table)
