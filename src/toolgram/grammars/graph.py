"""A rule of the outline, read step by step: which parts may follow which.

In: a node of the outline, and a `PartReader` who knows what each part is written as. Out: an expression of the grammar.

How: the node becomes a graph whose edges are its parts; every way through the graph is walked with the reader's state
beside it (which members have been written, how many calls). A place in the graph with a state is a rule; those from
which no end can be reached are left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any, NamedTuple

from toolgram.grammars.ebnf import NOTHING, WORD, Ebnf, GrammarError

# Captures whose inside is read with what stands around them.
INLINED = frozenset(("content", "reasoning", "citation", "source", "id", "name", "key", "type", "parameter", "element"))
PLACES_MAX = 20000
# What reads as many characters of a word as there are: no such character may stand behind it.
WORDS = ("NAME", "INT")


class Part(NamedTuple):
    """What an edge reads: a literal, blanks, a built-in or a rule; `sink` is the capture it stands in.

    A cited text is text of what it stands in. `before` is the literal right before a word or a name, if there is one.
    """

    kind: str
    what: str
    least: int
    sink: str
    before: str = ""

    @property
    def may_be_word(self) -> bool:
        """Whether a literal before it may go on as a longer one: `to=` and a name, `to=user`."""
        return self.kind == "leaf" and (self.what in WORDS or self.sink == "name")


class PartReader:
    """Says what a part is written as, and keeps in mind what has been. `start` is its first state."""

    start: Hashable = None

    def read(self, part: Part, state: Any) -> list[tuple[str, Any]]:
        """Return the ways to write a part, each with the state behind it. Not asked for blanks."""
        raise NotImplementedError

    def may_end(self, state: Any) -> bool:  # noqa: ARG002  a reader who keeps nothing in mind
        """Whether all is written that must be."""
        return True

    def ends_anywhere(self, state: Any) -> bool:  # noqa: ARG002  as above
        """Whether nothing of the node has to follow."""
        return False


A_WORD = "\0word"


class Paths:
    """The graph of one node: `edges[n]` are parts with their targets, a part None is nothing."""

    def __init__(self, rules: Mapping[str, Any], node: Any, sink: str, inlined: Iterable[str]) -> None:
        self.edges: list[list[tuple[Part | None, int]]] = []
        self._closures: dict[int, list[int]] = {}
        self._rules = rules
        self._inlined = frozenset(inlined)
        self.start = self._new()
        self.end = self._add(node, self.start, sink)

    def _new(self) -> int:
        self.edges.append([])
        return len(self.edges) - 1

    def _link(self, source: int, part: Part | None, target: int) -> int:
        self.edges[source].append((part, target))
        return target

    def _add(self, node: Any, source: int, sink: str) -> int:
        if isinstance(node, str):
            return self._link(source, Part("literal", node, 1, sink), self._new())
        kind = node[0]
        if kind == "seq":
            for item in node[1:]:
                source = self._add(item, source, sink)
            return source
        if kind == "alt":
            end = self._new()
            for option in node[1:]:
                self._link(self._add(option, self._link(source, None, self._new()), sink), None, end)
            return end
        if kind == "rep":
            return self._repeat(node, source, sink)
        if kind == "use" and node[1] in self._inlined:
            return self._add(self._rules[node[1]], source, sink if node[1] == "citation" else node[1])
        if kind == "in":
            return self._add(node[2], source, node[1])
        least = node[2] if kind == "blank" else 1
        return self._link(source, Part(kind, node[1], least, sink), self._new())

    def _repeat(self, node: Any, source: int, sink: str) -> int:
        _, least, most, item = node
        inner = self._link(source, None, self._new())
        end = self._add(item, inner, sink)
        out = self._link(end, None, self._new())
        if least == 0:
            self._link(source, None, out)
        if most is None:
            self._link(end, None, inner)
        return out

    def closure(self, place: int) -> list[int]:
        """The places that can be reached without reading."""
        if place not in self._closures:
            seen = self._closures[place] = [place]
            for at in seen:
                seen += [target for part, target in self.edges[at] if part is None and target not in seen]
        return self._closures[place]

    def follow(self, place: int) -> list[tuple[Part, int]]:
        """The parts that may come next, each with the place behind it."""
        edges = (edge for at in self.closure(place) for edge in self.edges[at])
        return [(part, target) for part, target in edges if part is not None]


def literals_of(node: Any) -> list[str]:
    """The literals of a node, or of a table of nodes."""
    if isinstance(node, str):
        return [node]
    if isinstance(node, Mapping):
        return [text for below in node.values() for text in literals_of(below)]
    nodes = {"seq": node[1:], "alt": node[1:], "rep": node[3:], "in": node[2:]}.get(node[0], ())
    return [text for below in nodes for text in literals_of(below)]


def has_tags(rules: Mapping[str, Any]) -> bool:
    """Whether elements stand in elements, each with its key in its tags."""
    return "element" in rules and uses(rules["element"], "element")


def uses(node: Any, rule: str) -> bool:
    """Whether a rule is used in a node."""
    if isinstance(node, str):
        return False
    if node[0] == "use":
        return bool(node[1] == rule)
    return any(uses(below, rule) for below in node[1:] if isinstance(below, list))


def is_taken(word: str, before: str, literals: Iterable[str]) -> bool:
    """Whether a word behind a literal is read as a longer literal: `user` behind `to=`, where there is `to=user`.

    Nor is it one that a literal of its own begins with: `json` where there is `json<|message|>`.
    """
    rests = (text[len(before) :] for text in literals if text.startswith(before))
    if any(rest and word.startswith(rest) for rest in rests):
        return True
    follow = [text[len(begin) :] for text in literals for begin in (before + word, word) if text.startswith(begin)]
    return any(rest and rest[0] not in WORD for rest in follow)


def write(ebnf: Ebnf, paths: Paths, reader: PartReader, hint: str) -> str | None:
    """The expression for a node; None when nothing can be written."""
    walk = _Walk(ebnf, paths, reader)
    first = (paths.start, reader.start, "")
    walk.explore(first)
    return walk.name_rules(first, hint)


class _Walk:
    def __init__(self, ebnf: Ebnf, paths: Paths, reader: PartReader) -> None:
        self._ebnf = ebnf
        self._paths = paths
        self._reader = reader
        self._steps: dict[Any, list[tuple[str, Any]]] = {}
        self._ends: set[Any] = set()

    def explore(self, first: Any) -> None:
        """Walk all ways."""
        waiting = [first]
        self._steps[first] = []
        while waiting:
            at = waiting.pop()
            for step in self._from(at):
                if step not in self._steps[at]:
                    self._steps[at].append(step)
                if step[1] not in self._steps:
                    self._steps[step[1]] = []
                    waiting.append(step[1])
            if len(self._steps) > PLACES_MAX:
                raise GrammarError("the grammar of these tools would be too large")

    def _from(self, at: Any) -> Iterable[tuple[str, Any]]:
        place, state, before = at
        reader = self._reader
        if reader.ends_anywhere(state):
            self._ends.add(at)
            return
        if self._paths.end in self._paths.closure(place) and reader.may_end(state):
            self._ends.add(at)
        for part, target in self._paths.follow(place):
            if part.kind == "blank":
                yield from self._blanks(part, (target, state), before)
            elif not (before == A_WORD and (part.may_be_word or (part.kind == "literal" and part.what[:1] in WORD))):
                asked = part._replace(before=before) if part.may_be_word else part
                for expression, after in reader.read(asked, state):
                    yield expression, (target, after, self._behind(part, target))

    def _behind(self, part: Part, target: int) -> str:
        """What has to be known of a part by what follows it."""
        if part.kind == "leaf" and part.what in WORDS:
            return A_WORD
        if part.kind != "literal":
            return ""
        return part.what if any(edge.may_be_word for edge, _ in self._paths.follow(target)) else ""

    def _blanks(self, part: Part, after: Any, before: str) -> Iterable[tuple[str, Any]]:
        if not before:
            yield self._blank(part), (*after, "")
            return
        yield self._blank(part._replace(least=1)), (*after, "")
        if not part.least:
            yield "", (*after, before)

    def _blank(self, part: Part) -> str:
        if part.what == "newline":
            return '"\\n"' if part.least else '"\\n"?'
        return self._ebnf.blanks if part.least else self._ebnf.may_blanks

    def name_rules(self, first: Any, hint: str) -> str | None:
        """Write a rule for every place on a way to the end; a place with one step is part of the one before."""
        alive = self._alive()
        if first not in alive:
            return None
        steps = {at: [(text, to) for text, to in found if to in alive] for at, found in self._steps.items()}
        entries: dict[Any, int] = {first: 2}
        for at in alive:
            for _, to in steps[at]:
                entries[to] = entries.get(to, 0) + 1
        names: dict[Any, str] = {}
        waiting = [first]

        def name_of(at: Any) -> str:
            if at not in names:
                names[at] = self._ebnf.new_name(hint)
                waiting.append(at)
            return names[at]

        def chain(at: Any) -> str:
            parts: list[str] = []
            while entries[at] == 1 and len(steps[at]) == 1 and at not in self._ends:
                text, at = steps[at][0]
                parts.append(text)
            if steps[at] or at not in self._ends:
                parts.append(name_of(at))
            return " ".join(parts)

        name_of(first)
        done: set[Any] = set()
        while waiting:
            at = waiting.pop()
            if at in done:
                continue
            done.add(at)
            ways = [f"{text} {chain(to)}".strip() for text, to in steps[at]]
            ways += [NOTHING] if at in self._ends else []
            self._ebnf.define(name_of(at), " | ".join(dict.fromkeys(ways)))
        return names[first]

    def _alive(self) -> set[Any]:
        """The places from which an end can be reached."""
        before: dict[Any, list[Any]] = {}
        for at, found in self._steps.items():
            for _, to in found:
                before.setdefault(to, []).append(at)
        alive = set(self._ends)
        waiting = list(alive)
        while waiting:
            for at in before.get(waiting.pop(), ()):
                if at not in alive:
                    alive.add(at)
                    waiting.append(at)
        return alive
