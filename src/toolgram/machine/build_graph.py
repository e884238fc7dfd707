"""Spec -> Graph: the rules as nodes and labelled edges, references inlined, captures turned into actions.

In: a checked Spec. Out: `Graph`: what may be read from which node, every node with the captures it stands in.

    tool_call: "<tool_call>" name          (0) -open_call-> (1) -"<tool_call>"-> (2) -TEXT name-> (3) -commit-> (4)

A rule that contains itself is not inlined: it is entered (`Enter`) and returned from (`Return`). So is a member's
value in a JSON object, because members come in any order.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..diagnostics import SourceRange
from ..runtime.tables.suffix import NAME_PLACE
from ..spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec, walk
from ..spec.builtins import BUILTINS, CAPTURES
from ..spec.elements import element_rule, nests
from ..spec.follow import is_blank
from .build_json import JsonTemplates
from .capture_actions import SCANS, closing, opening
from .graph import (
    Blank,
    Elements,
    Enter,
    Eps,
    Graph,
    Lit,
    Return,
    Scan,
    Text,
)
from .items import BLANKS, Env, delimiters, names_a_part, recursive_rules, role_of
from .quotes import with_other_quotes

TEXTS = ("TEXT", "XML_TEXT", "NAME")
CHARSETS = {"NAME": "name", "INT": "int"}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a node stands in its element, the sequence around it: behind something (`begun`), and `last`.

    `in_json`: it is the value of a member of a JSON object.
    """

    begun: bool = False
    last: bool = False
    element: int = -1
    in_json: bool = False


FIRST = Slot()
MEMBER = Slot(in_json=True)


class GraphBuilder:
    """Builds the graph of one spec."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.graph = Graph()
        self._entries: dict[tuple[str, tuple[str, ...]], int] = {}
        self._recursive = recursive_rules(spec)
        self._elements = 0
        self._element = element_rule(spec) if nests(spec) else None
        self._json = JsonTemplates(spec, self.graph, self._inside_json)

    def build(self) -> Graph:
        """Build from `start`; behind it text may always follow, as content, and behind that a loop goes on."""
        start = self.spec.rules["start"]
        graph = self.graph
        graph.start = self.graph.add_node(())
        end = self._build(start.body, graph.start, (), {}, FIRST)
        graph.accept = self.graph.add_node(())
        self.graph.connect(end, Eps(), graph.accept)
        tail = self.graph.add_node(())
        decodes = "content" in self.spec.rules and "XML_TEXT" in builtins_of(self.spec.rules["content"].body)
        self.graph.connect(graph.accept, Text("content", None, start.name_at, decodes), tail)
        self.graph.connect(tail, Eps(), graph.accept)
        if isinstance(start.body, Repeat) and start.body.max is None:
            self.graph.connect(tail, Eps(), graph.start)
        return graph

    # --- the nodes of the spec ------------------------------------------------------------------------------------

    def _build(self, node: Node, source: int, context: tuple[str, ...], env: Env, slot: Slot) -> int:
        """Add what `node` reads from `source` on; return where it ends."""
        match node:
            case Literal():
                return self._literal(node, source, context, slot)
            case Seq(items):
                return self._sequence(items, source, context, env, slot)
            case Choice(options):
                end = self.graph.add_node(context)
                for option in options:
                    inner = self.graph.extend(source, Eps(), context)
                    self.graph.connect(self._build(option, inner, context, env, slot), Eps(), end)
                return end
            case Repeat():
                return self._repeat(node, source, context, env, slot)
            case Ref(name, at):
                return self._reference(name, at, source, context, env, slot)
            case Call():
                return self._template(node, source, context, env)

    def _inside_json(self, node: Node, source: int, context: tuple[str, ...], env: Env, in_json: bool) -> int:
        """Add what stands inside of a JSON template; `in_json`: it is the value of a member."""
        return self._build(node, source, context, env, MEMBER if in_json else FIRST)

    def _literal(self, node: Literal, source: int, context: tuple[str, ...], slot: Slot, pair: str = "") -> int:
        role = "opener" if not slot.begun else "closer" if slot.last else "part"
        role = role_of(node, role)
        element = slot.element if slot.element >= 0 else self._new_element()
        end = self.graph.extend(source, Lit(node.text, role, pair, node.at, element), context)
        if NAME_PLACE in node.text and not slot.begun:
            return self.graph.extend(end, Eps(("name_of_tag", "commit")), context)
        if context and context[-1] == "id":
            return self.graph.extend(end, Eps((f"id_text:{node.text}",)), context)
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
            found = with_other_quotes(delimiters(self.spec, item, env))
            if found:
                ends = [self._literal(one, source, context, inner, pair) for one in found]
                source = ends[0] if len(ends) == 1 else self._joined(ends, context)
            else:
                source = self._build(item, source, context, env, inner)
            begun = begun or not is_blank(item)
        return source

    def _joined(self, ends: list[int], context: tuple[str, ...]) -> int:
        node = self.graph.add_node(context)
        for end in ends:
            self.graph.connect(end, Eps(), node)
        return node

    def _repeat(self, node: Repeat, source: int, context: tuple[str, ...], env: Env, slot: Slot) -> int:
        inner = self.graph.extend(source, Eps(), context)
        if node.max is None and not context:
            slot = FIRST  # a reply is no element: each of its parts is
        end = self._build(node.item, inner, context, env, slot)
        out = self.graph.extend(end, Eps(), context)
        if node.min == 0:
            self.graph.connect(source, Eps(), out)
        if node.max is None:
            self.graph.connect(end, Eps(), inner)
        return out

    def _reference(
        self, name: str, at: SourceRange, source: int, context: tuple[str, ...], env: Env, slot: Slot
    ) -> int:
        if name in env:
            node, outer = env[name]
            return self._build(node, source, context, outer or {}, slot)
        if name in BLANKS:
            return self.graph.extend(source, Blank(BLANKS[name]), context)
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
            return self.graph.extend(source, Text(sink, CHARSETS[name], at), context)
        if name in SCANS or sink == "arguments":
            what = SCANS.get(name, "arguments")
            if sink == "arguments":
                what = "python-arguments" if name == "PYTHON" else "arguments"
            return self.graph.extend(source, Scan(what, sink or "skip", at), context)
        return self.graph.extend(source, Text(sink or "skip", None, at, name == "XML_TEXT"), context)

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
        opened = self.graph.extend(source, Eps(opening(self.spec, name, context)), inner)
        body = reading(rule.body, in_json=slot.in_json) if name in CAPTURES else rule.body
        end = self._build(body, opened, inner, env, slot if names_a_part(rule) else FIRST)
        return self.graph.extend(end, Eps(closing(self.spec, name, inner)), context)

    def _nested(self, source: int, inner: tuple[str, ...], context: tuple[str, ...]) -> int:
        """An element with elements inside: its opener and its key are read here, the rest as one value."""
        found = self._element
        assert found is not None
        at, name, element = found.rule.name_at, found.rule.name, self._new_element()
        closer = found.close if found.close_end is None else ""
        opened = self.graph.extend(source, Lit(found.open, "opener", closer, at, element), inner)
        key = self._rule("key", at, opened, inner, {})
        behind = self.graph.extend(key, Lit(found.open_end, "part", "", at, element), inner)
        begun = self.graph.extend(behind, Eps((f"begin_{name}",)), inner)
        label = Elements(found.open, found.open_end, found.close, found.close_end, found.entities, at)
        return self.graph.extend(self.graph.extend(begun, label, inner), Eps((f"end_{name}",)), context)

    def _enter(self, name: str, at: SourceRange, source: int, context: tuple[str, ...], inner: tuple[str, ...]) -> int:
        key = (name, inner)
        if key not in self._entries:
            self._entries[key] = entry = self.graph.add_node(inner)
            opened = self.graph.extend(entry, Eps(opening(self.spec, name, context)), inner)
            end = self._build(self.spec.rules[name].body, opened, inner, {}, FIRST)
            self.graph.extend(self.graph.extend(end, Eps(closing(self.spec, name, inner)), inner), Return(entry), inner)
        target = self.graph.extend(source, Enter(name, self._entries[key], at), context)
        self.graph.owners.setdefault(self._entries[key], []).append(target)
        return target

    # --- templates ------------------------------------------------------------------------------------------------

    def _template(self, node: Call, source: int, context: tuple[str, ...], env: Env) -> int:
        if node.name == "json_object":
            return self._json.object(node, source, context, env)
        if node.name == "json_array":
            return self._json.array(node, source, context, env)
        rule = self.spec.rules[node.name]
        inner: Env = {param: (arg, env) for param, arg in zip(rule.params, node.args, strict=True)}
        return self._rule(node.name, node.at, source, context, inner)


def builtins_of(body: Node) -> set[str]:
    """The built-ins that a rule's own body names."""
    return {node.name for node in walk(body) if isinstance(node, Ref) and node.name in BUILTINS}


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
