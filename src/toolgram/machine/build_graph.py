"""Spec -> Graph: the rules as nodes and labelled edges, references inlined, captures turned into actions.

In: a checked Spec. Out: `Graph`: what may be read from which node, every node with the captures it stands in.

    tool_call: "<tool_call>" name          (0) -open_call-> (1) -"<tool_call>"-> (2) -TEXT name-> (3) -commit-> (4)

A rule that contains itself is not inlined: it is entered (`Enter`) and returned from (`Return`). So is a member's
value in a JSON object, because members come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import SourceRange
from ..spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec
from ..spec.builtins import CAPTURES
from ..spec.elements import element_rule, nests
from .capture_actions import SCANS, closing, opening
from .graph import (
    Blank,
    Elements,
    Enter,
    Eps,
    Graph,
    GraphNode,
    Label,
    Lit,
    Member,
    Members,
    Return,
    Scan,
    Text,
)
from .items import BLANKS, Env, delimiters, is_blank, recursive_rules, role_of

TEXTS = ("TEXT", "XML_TEXT", "NAME")
CHARSETS = {"NAME": "name", "INT": "int"}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a node stands in its element, the sequence around it: behind something (`begun`), and `last`."""

    begun: bool = False
    last: bool = False
    element: int = -1


FIRST = Slot()


class GraphBuilder:
    """Builds the graph of one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.graph = Graph()
        self._entries: dict[tuple[str, tuple[str, ...]], int] = {}
        self._recursive = recursive_rules(spec)
        self._elements = 0
        self._is_member = False  # the rule that is read next is the value of a JSON member
        self._element = element_rule(spec) if nests(spec) else None

    def build(self) -> Graph:
        """Build from `start`; behind it text may always follow, as content."""
        start = self.spec.rules["start"]
        graph = self.graph
        graph.start = self._node(())
        end = self._build(start.body, graph.start, (), {}, FIRST)
        graph.accept = self._node(())
        self._edge(end, Eps(), graph.accept)
        tail = self._node(())
        self._edge(graph.accept, Text("content", None, start.name_at), tail)
        self._edge(tail, Eps(), graph.accept)
        return graph

    # --- nodes and edges ------------------------------------------------------------------------------------------

    def _node(self, context: tuple[str, ...]) -> int:
        self.graph.nodes.append(GraphNode(context))
        return len(self.graph.nodes) - 1

    def _edge(self, source: int, label: Label, target: int) -> int:
        self.graph.nodes[source].edges.append((label, target))
        return target

    def _to_new(self, source: int, label: Label, context: tuple[str, ...]) -> int:
        return self._edge(source, label, self._node(context))

    # --- the nodes of the spec ------------------------------------------------------------------------------------

    def _build(self, node: Node, source: int, context: tuple[str, ...], env: Env, slot: Slot) -> int:
        """Add what `node` reads from `source` on; return where it ends."""
        match node:
            case Literal():
                return self._literal(node, source, context, slot)
            case Seq(items):
                return self._sequence(items, source, context, env, slot)
            case Choice(options):
                end = self._node(context)
                for option in options:
                    inner = self._to_new(source, Eps(), context)
                    self._edge(self._build(option, inner, context, env, slot), Eps(), end)
                return end
            case Repeat():
                return self._repeat(node, source, context, env, slot)
            case Ref(name, at):
                return self._reference(name, at, source, context, env, slot)
            case Call():
                return self._template(node, source, context, env)

    def _literal(self, node: Literal, source: int, context: tuple[str, ...], slot: Slot, pair: str = "") -> int:
        role = "opener" if not slot.begun else "closer" if slot.last else "part"
        role = role_of(node, role)
        element = slot.element if slot.element >= 0 else self._new_element()
        end = self._to_new(source, Lit(node.text, role, pair, node.at, element), context)
        if context and context[-1] == "id":
            return self._to_new(end, Eps((f"id_text:{node.text}",)), context)
        return end

    def _new_element(self) -> int:
        self._elements += 1
        return self._elements

    def _sequence(self, items: tuple[Node, ...], source: int, context: tuple[str, ...], env: Env, slot: Slot) -> int:
        last = next((i for i in reversed(range(len(items))) if not is_blank(items[i])), -1)
        closers = delimiters(self.spec, items[last], env) if last > 0 else ()
        pair = closers[0].text if closers else ""
        element = self._new_element()
        begun = slot.begun
        for number, item in enumerate(items):
            inner = Slot(begun, number == last and (slot.last or not slot.begun), element)
            found = delimiters(self.spec, item, env)
            if found:
                ends = [self._literal(one, source, context, inner, pair) for one in found]
                source = ends[0] if len(ends) == 1 else self._joined(ends, context)
            else:
                source = self._build(item, source, context, env, inner)
            begun = begun or not is_blank(item)
        return source

    def _joined(self, ends: list[int], context: tuple[str, ...]) -> int:
        node = self._node(context)
        for end in ends:
            self._edge(end, Eps(), node)
        return node

    def _repeat(self, node: Repeat, source: int, context: tuple[str, ...], env: Env, slot: Slot) -> int:
        inner = self._to_new(source, Eps(), context)
        if node.max is None and not context:
            slot = FIRST  # a reply is no element: each of its parts is
        end = self._build(node.item, inner, context, env, slot)
        out = self._to_new(end, Eps(), context)
        if node.min == 0:
            self._edge(source, Eps(), out)
        if node.max is None:
            self._edge(end, Eps(), inner)
        return out

    def _reference(
        self, name: str, at: SourceRange, source: int, context: tuple[str, ...], env: Env, slot: Slot
    ) -> int:
        if name in env:
            node, outer = env[name]
            return self._build(node, source, context, outer or {}, slot)
        if name in BLANKS:
            return self._to_new(source, Blank(BLANKS[name]), context)
        if name in self.spec.rules:
            return self._rule(name, at, source, context, {}, slot)
        return self._builtin(name, at, source, context)

    def _builtin(self, name: str, at: SourceRange, source: int, context: tuple[str, ...]) -> int:
        sink = context[-1] if context else ""
        if sink in ("tool_call", "parameter"):
            sink = ""
        if sink == "citation":
            sink = context[-2]  # what is cited is text like the text around it
        if name in CHARSETS:
            return self._to_new(source, Text(sink, CHARSETS[name], at), context)
        if name in SCANS or sink == "arguments":
            what = SCANS.get(name, "arguments")
            if sink == "arguments":
                what = "python-arguments" if name == "PYTHON" else "arguments"
            return self._to_new(source, Scan(what, sink or "skip", at), context)
        return self._to_new(source, Text(sink or "skip", None, at, name == "XML_TEXT"), context)

    def _rule(
        self, name: str, at: SourceRange, source: int, context: tuple[str, ...], env: Env, slot: Slot = FIRST
    ) -> int:
        """A rule is an element of its own, a terminal a part of the element that it stands in."""
        if name == "element" and self._element is not None:
            return self._nested(source, (*context, name), context)
        rule = self.spec.rules[name]
        inner = (*context, name) if name in CAPTURES else context
        if name in context and name in self._recursive:
            inner = context[: context.index(name) + 1]  # a capture inside itself stands where the first one stands
        if name in self._recursive:
            return self._enter(name, at, source, context, inner)
        opened = self._to_new(source, Eps(opening(self.spec, name, context)), inner)
        body = reading(rule.body, in_json=self._is_member) if name in CAPTURES else rule.body
        self._is_member = False
        end = self._build(body, opened, inner, env, slot if rule.is_terminal else FIRST)
        return self._to_new(end, Eps(closing(self.spec, name, inner)), context)

    def _nested(self, source: int, inner: tuple[str, ...], context: tuple[str, ...]) -> int:
        """An element with elements inside: its opener and its key are read here, the rest as one value."""
        found = self._element
        assert found is not None
        at, name, element = found.rule.name_at, found.rule.name, self._new_element()
        closer = found.close if found.close_end is None else ""
        opened = self._to_new(source, Lit(found.open, "opener", closer, at, element), inner)
        key = self._rule("key", at, opened, inner, {})
        behind = self._to_new(key, Lit(found.open_end, "part", "", at, element), inner)
        begun = self._to_new(behind, Eps((f"begin_{name}",)), inner)
        label = Elements(found.open, found.open_end, found.close, found.close_end, found.entities, at)
        return self._to_new(self._to_new(begun, label, inner), Eps((f"end_{name}",)), context)

    def _enter(self, name: str, at: SourceRange, source: int, context: tuple[str, ...], inner: tuple[str, ...]) -> int:
        key = (name, inner)
        if key not in self._entries:
            self._entries[key] = entry = self._node(inner)
            opened = self._to_new(entry, Eps(opening(self.spec, name, context)), inner)
            end = self._build(self.spec.rules[name].body, opened, inner, {}, FIRST)
            self._to_new(self._to_new(end, Eps(closing(self.spec, name, inner)), inner), Return(entry), inner)
        target = self._to_new(source, Enter(name, self._entries[key], at), context)
        self.graph.owners.setdefault(self._entries[key], []).append(target)
        return target

    # --- templates ------------------------------------------------------------------------------------------------

    def _template(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        if node.name == "json_object":
            return self._object(node, source, context, env)
        if node.name == "json_array":
            return self._array(node, source, context, env)
        rule = self.spec.rules[node.name]
        inner: Env = {param: (arg, env) for param, arg in zip(rule.params, node.args, strict=True)}
        return self._rule(node.name, node.at, source, context, inner)

    def _object(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        opened = self._to_new(source, Lit("{", "part", "", node.at), context)
        members = tuple(self._members(node.args[0], context, env))
        target = self._to_new(opened, Members(members, node.at), context)
        for member in members:
            self.graph.owners[member.entry] = [target]
        return target

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

    def _member(self, key: Node, value: Node, context: tuple[str, ...], env: Env) -> Member:
        if isinstance(key, Ref) and key.name in env:
            key = env[key.name][0]
        entry = self._node(context)
        source = entry
        if not isinstance(key, Literal):
            source = self._to_new(source, Eps(("take_name", "commit")), context)
        self._is_member = True
        end = self._build(value, source, context, env, FIRST)
        self._is_member = False
        self._to_new(end, Return(entry), context)
        return Member(key.text if isinstance(key, Literal) else None, entry)

    def _array(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        """`"[" item ("," item)* "]"` with blanks anywhere and a comma too many at the end."""
        any_blank = Blank("any")
        at = node.at
        opened = self._to_new(self._to_new(source, Lit("[", "part", "", at), context), any_blank, context)
        before = self._to_new(opened, Eps(), context)
        after = self._build(node.args[0], before, context, env, FIRST)
        after = self._to_new(after, any_blank, context)
        comma = self._to_new(self._to_new(after, Lit(",", "separator", "", at), context), any_blank, context)
        self._edge(comma, Eps(), before)
        end = self._node(context)
        for source_node in (opened, after, comma):
            self._edge(source_node, Eps(), end)
        return self._to_new(end, Lit("]", "closer", "", at), context)


def reading(body: Node, *, in_json: bool) -> Node:
    """What a capture reads: of `name: TEXT | JSON_STRING` JSON in a JSON member, text elsewhere."""
    if not isinstance(body, Choice):
        return body
    json = tuple(option for option in body.options if isinstance(option, Ref) and option.name in SCANS)
    text = tuple(option for option in body.options if isinstance(option, Ref) and option.name in TEXTS)
    if not json or len(json) + len(text) < len(body.options) or not text:
        return body
    options = json if in_json else text
    return options[0] if len(options) == 1 else Choice(options, body.at)
