"""The graph of the templates `json_object` and `json_array`: JSON whose structure the spec knows.

In: a call of a template, and how what stands inside of it is built. Out: nodes and edges.

    json_object{json_member{"name", name} | json_member{"arguments", arguments}}
    (0) -"{"-> (1) -members in any order, each entered and returned from-> (2)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from ..spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec
from .graph import Blank, Eps, Graph, Lit, Member, Members, Return, Scan
from .items import Env

Build: TypeAlias = Callable[[Node, int, tuple[str, ...], Env, bool], int]  # the last one: it is a member's value


class JsonTemplates:
    """Builds the two templates into a graph."""

    def __init__(self, spec: Spec, graph: Graph, build: Build) -> None:
        self.spec = spec
        self.graph = graph
        self.build = build

    def object(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        """Add an object with its members in any order; return where it ends."""
        opened = self.graph.extend(source, Lit("{", "part", "", node.at), context)
        members = tuple(self._members(node.args[0], context, env))
        loose = self._loose(node, context) if self._is_call(members) else None
        target = self.graph.extend(opened, Members(members, node.at, loose), context)
        for entry in (*(member.entry for member in members), *(() if loose is None else (loose,))):
            self.graph.owners[entry] = [target]
        return target

    def array(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        """Add `"[" item ("," item)* "]"` with blanks anywhere and a comma too many at the end; return where it ends."""
        graph, at, blank = self.graph, node.at, Blank("any")
        opened = graph.extend(graph.extend(source, Lit("[", "part", "", at), context), blank, context)
        before = graph.extend(opened, Eps(), context)
        after = graph.extend(self.build(node.args[0], before, context, env, False), blank, context)
        comma = graph.extend(graph.extend(after, Lit(",", "separator", "", at), context), blank, context)
        graph.connect(comma, Eps(), before)
        end = graph.add_node(context)
        for source_node in (opened, after, comma):
            graph.connect(source_node, Eps(), end)
        return graph.extend(end, Lit("]", "closer", "", at), context)

    def _members(self, node: Node, context: tuple[str, ...], env: Env) -> list[Member]:
        match node:
            case Choice(options) | Seq(options):
                return [member for option in options for member in self._members(option, context, env)]
            case Repeat(item):
                return self._members(item, context, env)
            case Ref(name) if name in env:
                inner, outer = env[name]
                return self._members(inner, context, outer or {})
            case Ref(name) if name in self.spec.rules:
                return self._members(self.spec.rules[name].body, context, {})
            case Call("json_member", (key, value)):
                return [self._member(key, value, context, env)]
        return []

    def _is_call(self, members: tuple[Member, ...]) -> bool:
        """Whether an object has a name and arguments, each as a member."""
        inner = {capture for member in members if member.key for capture in self._captures(member.entry)}
        return inner >= {"name", "arguments"}

    def _captures(self, entry: int) -> Iterator[str]:
        """The captures that a member's value begins with."""
        for label, target in self.graph.nodes[entry].edges:
            if isinstance(label, Eps):
                yield from self._captures(target)
            yield from self.graph.nodes[target].context[-1:]

    def _loose(self, node: Call, context: tuple[str, ...]) -> int:
        """Any member may be an argument that should stand among the arguments, and has been written beside the name."""
        entry = self.graph.add_node(context)
        begun = self.graph.extend(entry, Eps(("open_loose", "begin:literal")), context)
        read = self.graph.extend(begun, Scan("any", "json", node.at), context)
        ended = self.graph.extend(read, Eps(("end", "close_parameter")), context)
        self.graph.extend(ended, Return(entry), context)
        return entry

    def _member(self, key: Node, value: Node, context: tuple[str, ...], env: Env) -> Member:
        """A member's value has an entry of its own; a key that is no literal is the function's name."""
        if isinstance(key, Ref) and key.name in env:
            key = env[key.name][0]
        entry = self.graph.add_node(context)
        source = entry
        if not isinstance(key, Literal):
            source = self.graph.extend(source, Eps(("take_name", "commit")), context)
        end = self.build(value, source, context, env, True)
        self.graph.extend(end, Return(entry), context)
        return Member(key.text if isinstance(key, Literal) else None, entry)
