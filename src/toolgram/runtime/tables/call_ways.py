"""The ways through a machine that a well-formed call takes: patterns, made of the tables when a call first comes.

In: the states of a machine, and the edge that opens a call or what is around it. Out: the place behind it: parts of a
way that may begin there, each with a pattern, what its groups hold, and the place behind it.

    <call>f: <p>k=v</p></call>      `f: `          a name               from the opener to A
                                    `<p>k=v</p>`   a key and a value    from A to A
                                    `</call>`                           from A to the end

How: delimiters of well-formed text and moves that read nothing are followed, and a pattern grows. Where more than one
may come, the part ends. Text is a class of characters with which no delimiter begins there. What asks for more than its
own place (a guard, a tag with a key in it, a suffix) is not followed, so some calls have no way.

Promises: a part matches only where the steps go the same way (core/whole_call.py says when they do); no text matches a
pattern in two ways, so that none backtracks.
"""

from __future__ import annotations

import re
from typing import Callable, Dict, Final, List, NamedTuple, Optional, Tuple

from toolgram.runtime.tables.search import Search
from toolgram.runtime.tables.states import Actions, Edge, State, States, Texts

# What is done with a group of a part.
TAKES_NAME: Final = 0
TAKES_KEY: Final = 1
TAKES_VALUE: Final = 2
TAKES_ID: Final = 3
ADDS_TO_ID: Final = 4  # it has no group: a literal is a part of the id

BRANCHES_MAX: Final = 3  # parts that go on in the pattern of the part before them
JOINED_MAX: Final = 4  # parts behind each other in one pattern: a rule may enter itself without an end
BEGUN_VALUES: Final = ("value", "string", "json", "scan")
# Actions of which a whole call shows nothing.
SILENT: Final = frozenset(
    (
        "close_arguments",
        "close_parameter",
        "close_section",
        "end",
        "forget_section",
        "open_arguments",
        "open_parameter",
        "open_section",
    )
)


class Take(NamedTuple):
    """What is done with a group."""

    what: int
    group: int
    text: str = ""  # how a value is written; or the literal that is a part of an id
    blanks: str = ""  # which blanks at the end of a value belong to its closer


class Way(NamedTuple):
    """How far a part has come, and what is known of the call."""

    pattern: str = ""
    takes: Tuple[Take, ...] = ()
    groups: int = 0
    steps: int = 0
    stack: Tuple[int, ...] = ()  # the states to return to
    value: str = ""  # how the value is written that comes next
    follow: Optional[Texts] = None  # what must stand behind the closer that came last
    in_section: bool = False  # a section was open before
    is_open: bool = False  # the call has been opened
    depth: int = 0  # how much of the stack stood before it
    is_named: bool = False  # its name has come, and is no proof yet
    is_certain: bool = False  # it has been announced
    is_trusted: bool = False  # a special token stands before its announcement
    in_id: bool = False
    is_over: bool = False

    def ahead(self) -> Way:
        """The same for the next part: nothing of it has come."""
        return self._replace(pattern="", takes=(), groups=0, steps=0)

    def behind(self, pattern: str, take: Optional[Take] = None) -> Way:
        """The same behind more of the text, with a group or without."""
        pattern = self.pattern + pattern
        if take is None:
            return self._replace(pattern=pattern)
        return self._replace(pattern=pattern, takes=(*self.takes, take), groups=take.group)


class WayPart:
    """A part of a way: what it matches, and what comes behind it."""

    __slots__ = ("end", "ends", "groups", "is_trusted", "pattern", "scans", "stack", "takes", "then")

    def __init__(self, way: Way, then: Optional[Fork], end: int, scans: str = "", ends: Texts = ()) -> None:
        self.pattern = way.pattern
        self.groups = way.groups
        self.takes = way.takes
        self.is_trusted = way.is_trusted
        self.stack = way.stack  # what the call leaves on the stack, if it is over
        self.then = then  # where the way goes on; None: the call is over
        self.end = end  # the state behind the call
        self.scans = scans  # what stands behind it as JSON: all the `arguments`, or one value
        self.ends = ends  # what may end that early


class Fork:
    """A place where parts of ways begin: one pattern for all of them, and the parts by the last group found."""

    __slots__ = ("_ways", "match", "parts", "state", "way")

    def __init__(self, ways: CallWays, state: State, way: Way) -> None:
        self._ways, self.state, self.way = ways, state, way
        self.match: Search = self._prepare
        self.parts: Dict[Optional[int], WayPart] = {}

    def has_parts(self) -> bool:
        """Whether a way goes on here at all."""
        self.match("", 0)
        return bool(self.parts)

    def begun(self) -> List[WayPart]:
        """Return the parts that begin here, those last that end the call."""
        return sorted(self._ways.walk(self._ways, self.state, self.way), key=lambda part: part.then is None)

    def _prepare(self, text: str, start: int) -> Optional[re.Match[str]]:
        """Find the parts when a text is first asked for them, and then ask it."""
        branches = Branches()
        pattern = branches.pattern(self.begun(), (self,), ())
        self.parts = branches.parts
        self.match = re.compile(pattern).match
        return self.match(text, start)


class Branches:
    """The parts that begin in a place, in one pattern. An empty group at the end of each says which one was found."""

    __slots__ = ("_groups", "parts")

    def __init__(self) -> None:
        self._groups = 0
        self.parts: Dict[Optional[int], WayPart] = {}

    def pattern(self, begun: List[WayPart], path: Tuple[Fork, ...], takes: Tuple[Take, ...]) -> str:
        """The pattern of parts that begin where a path has come, on which something was taken."""
        branches = []
        for part in begun:
            taken = (*takes, *(take._replace(group=take.group + self._groups) for take in part.takes))
            self._groups += part.groups
            is_last = part.scans != "" or part.then in path or len(path) == JOINED_MAX
            then = None if is_last else part.then
            behind = then.begun() if then is not None else []
            if then is not None and len(behind) <= BRANCHES_MAX:
                branches.append(part.pattern + self.pattern(behind, (*path, then), taken))
            else:
                self._groups += 1
                part.takes = taken
                self.parts[self._groups] = part
                branches.append(f"{part.pattern}()")
        return f"(?:{'|'.join(branches)})" if branches else "(?!)"


class CallWays:
    """The ways of one machine."""

    __slots__ = ("_behind", "_forks", "states", "walk")

    def __init__(self, states: States, walk: Callable[[CallWays, State, Way], List[WayPart]]) -> None:
        self.states = states
        self.walk = walk  # finds the parts that begin in a state
        self._behind: Dict[Edge, Optional[Fork]] = {}
        self._forks: Dict[Tuple[int, Way], Fork] = {}

    def behind(self, state: State, edge: Edge) -> Optional[Fork]:
        """Where the ways begin behind an edge of a state; None: no call that is read whole begins there."""
        if edge not in self._behind:
            self._behind[edge] = self._begin(state, edge)
        return self._behind[edge]

    def fork(self, state: State, way: Way) -> Fork:
        """The place in a state, where a way has come to it."""
        key = (state.number, way)
        if key not in self._forks:
            self._forks[key] = Fork(self, state, way)
        return self._forks[key]

    def _begin(self, state: State, edge: Edge) -> Optional[Fork]:
        in_section, target = state.region == "section", self.states[edge.to]
        if edge.rank or edge.drafts or state.sink == "reasoning" or (in_section and target.region != "call"):
            return None
        way = acted(Way(in_section=in_section, is_trusted=bool(edge.special)), edge.actions)
        fork = None if way is None else self.fork(target, way)
        return fork if fork is not None and fork.has_parts() else None


def acted(way: Way, actions: Actions) -> Optional[Way]:
    """The way behind actions; None: one of them is not known here."""
    for verb, rest in actions:
        if verb == "open_call" and not way.is_open:
            way = way._replace(is_open=True, depth=len(way.stack))
        elif verb == "commit" and rest in ("", "header") and way.is_open:
            is_certain = way.is_certain or (way.in_section and not rest)
            way = way._replace(is_named=True, is_certain=is_certain)
        elif verb == "end_key" and not rest:
            way = way._replace(is_certain=True)
        elif verb == "begin" and rest in BEGUN_VALUES:
            way = way._replace(value=rest)
        elif verb == "close_call" and not rest and way.is_open:
            way = way._replace(is_over=True)
        elif verb in ("open_id", "close_id"):
            way = way._replace(in_id=verb == "open_id")
        elif verb == "id_text":
            way = way._replace(takes=(*way.takes, Take(ADDS_TO_ID, 0, rest)))
        elif verb not in SILENT:
            return None
    return way
