"""An independent reading of well-formed texts: the `lark` package, by the format's own grammar.

Each spec becomes a real Lark grammar, read by Earley: `TEXT` is a regex that stops before whatever the rules say can
follow it, JSON and Python values are a few rules. What the captures hold in Lark's tree must be what our parser emits.
Nothing of the machine or of the runtime is used here; left out are only blanks beside calls, which no rule shows.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from xml.sax.saxutils import unescape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from json_text import is_json
from lark import Lark, Token, Tree
from strategies import KEYS, derived, spec_of, written
from test_promises import EXAMPLES

import toolgram
from toolgram.registry import format_paths
from toolgram.spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec
from toolgram.spec.builtins import VALUES
from toolgram.spec.check_tags import has_name_places
from toolgram.testing import short_tool

# Lark has no way to say that the name in a delimiter is that of another one.
FORMATS = [path.stem for path in format_paths() if not has_name_places(spec_of(path.stem))]
TOOLS = [short_tool(name, dict.fromkeys(keys, "string")) for name, keys in KEYS.items()]  # so that values come raw
SPACES = str.maketrans("", "", " \t\r\n")
BLANKS = {"_WS": r"[ \t\r\n]+", "_NL": r"\r?\n"}

TERMINALS = r"""
_WS: /[ \t\r\n]+/
_NL: /\r?\n/
NAME: /\w[\w.\-]*/
INT: /[0-9]+/
JSON_STRING: /"(?:[^"\\]|\\.)*"/s
_NUMBER: /-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/
_PYTHON_STRING: /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/s
_json: JSON_STRING | _NUMBER | "true" | "false" | "null" | _json_object | _json_array
_json_object: "{" _WS? (_json_pair (_WS? "," _WS? _json_pair)*)? _WS? "}"
_json_pair: JSON_STRING _WS? ":" _WS? _json
_json_array: "[" _WS? (_json (_WS? "," _WS? _json)*)? _WS? "]"
_python: _PYTHON_STRING | _NUMBER | "True" | "False" | "None" | _python_list | _python_dict
_python_list: "[" (_python (", " _python)*)? "]"
_python_dict: "{" (_python ": " _python (", " _python ": " _python)*)? "}"
"""
FIRSTS = {"JSON_OBJECT": [r"\{"], "JSON_ARRAY": [r"\["], "JSON_STRING": ['"']}
RULES = {"JSON": "_json", "JSON_OBJECT": "_json_object", "JSON_ARRAY": "_json_array", "PYTHON": "_python"}


@dataclass
class Follow:
    """For every rule that holds TEXT: the regexes of what can stand behind it."""

    spec: Spec
    found: dict[str, set[str]] = field(default_factory=dict)
    firsts: dict[tuple[str, frozenset[str]], frozenset[str]] = field(default_factory=dict)

    def settle(self) -> None:
        """Go through the rules until nothing is new: they may contain each other."""
        known = -1
        while known != (known := sum(map(len, self.firsts.values())) + sum(map(len, self.found.values()))):
            self.active: set[tuple[str, frozenset[str]]] = set()
            self.rule("start", frozenset())

    def rule(self, name: str, behind: frozenset[str]) -> frozenset[str]:
        if (name, behind) not in self.active:
            self.active.add((name, behind))
            self.firsts[name, behind] = self.first(self.spec.rules[name].body, behind, name)
        return self.firsts.get((name, behind), frozenset())

    def first(self, node: Node, behind: frozenset[str], rule: str) -> frozenset[str]:
        """Regexes of how a node can begin, given those of what stands behind it; notes each TEXT on the way."""
        match node:
            case Literal(text=text):
                return frozenset({re.escape(written(self.spec, text))})
            case Seq(items=items):
                for item in reversed(items):
                    behind = self.first(item, behind, rule)
                return behind
            case Choice(options=options):
                return frozenset().union(*(self.first(option, behind, rule) for option in options))
            case Repeat(item=item, min=least, max=most):
                again = behind if most == 1 else behind | self.first(item, behind, rule)
                begin = self.first(item, again, rule)
                return begin if least else begin | behind
            case Ref(name=name) if name in BLANKS:
                return frozenset(BLANKS[name] + one for one in behind)
            case Ref(name=name) if name in self.spec.rules:
                return self.rule(name, behind)
            case Ref(name="TEXT" | "XML_TEXT"):
                self.found.setdefault(rule, set()).update(behind)
                return frozenset()
            case Ref(name=name):
                return frozenset(FIRSTS.get(name, ()))
            case Call(name="json_member", args=args):
                self.first(args[1], frozenset({r"[ ]*[,}]"}), rule)
                return frozenset({'"'})
            case Call(args=args):
                self.first(args[0], frozenset(), rule)
                return frozenset({r"\{"})


@dataclass
class Grammar:
    """Writes a spec as a grammar that Lark can run."""

    spec: Spec

    def text(self) -> str:
        follow = Follow(self.spec)
        follow.settle()
        names = {"content": "content.-9"}  # what can be read as a call is one, unless it is markup
        names |= {name: f"{name}.9" for name, rule in self.spec.rules.items() if rule.is_terminal}
        lines = [f"{names.get(name, name)}: {self.node(rule.body, name)}" for name, rule in self.spec.rules.items()]
        for rule, behind in follow.found.items():
            if rule == "key":
                lines.append("TEXT_XML_KEY: TEXT_KEY")
                lines.append("TEXT_KEY: /[^\\s<>\"'=\\/{}\\[\\],:]+/")
                continue
            stop = f"(?!{'|'.join(sorted(behind)).replace('/', chr(92) + '/').replace(chr(10), 'n')})" if behind else ""
            text = f"{rule.strip('_').upper()}: /(?:{stop}[\\s\\S])+/"
            lines += [f"TEXT_{text}", f"TEXT_XML_{text}"]
        return "\n".join(lines) + TERMINALS

    def node(self, node: Node, rule: str) -> str:
        match node:
            case Literal(text=text):
                return json.dumps(written(self.spec, text), ensure_ascii=False)
            case Seq(items=items):
                return " ".join(self.node(item, rule) for item in items)
            case Choice(options=options):
                return "(" + " | ".join(self.node(option, rule) for option in options) + ")"
            case Repeat(item=item, min=least, max=most):
                return f"({self.node(item, rule)}){'?' if most == 1 else '+' if least else '*'}"
            case Ref(name="XML_TEXT"):
                return f"TEXT_XML_{rule.strip('_').upper()}?"
            case Ref(name="TEXT"):
                return f"TEXT_{rule.strip('_').upper()}?"
            case Ref(name=name):
                return RULES.get(name, name)
            case Call(name="json_member", args=args):
                return f'{self.key(args[0], rule)} _WS? ":" _WS? {self.node(args[1], rule)}'
            case Call(name=name, args=args):
                one = self.node(args[0], rule)
                opener, closer = "[]" if name == "json_array" else "{}"
                return f'"{opener}" _WS? ({one} (_WS? "," _WS? {one})*)? _WS? "{closer}"'

    def key(self, node: Node, rule: str) -> str:
        return json.dumps(json.dumps(node.text)) if isinstance(node, Literal) else self.node(node, rule)


@cache
def oracle(name: str) -> Lark:
    return lark_of(spec_of(name))


def lark_of(spec: Spec) -> Lark:
    """Lark's parser for a spec. Raises LarkError for one that it has no words for."""
    return Lark(Grammar(spec).text(), parser="earley", keep_all_tokens=True, maybe_placeholders=False)


def raw(tree: Tree[Token]) -> str:
    """What a capture matched, markup and all."""
    return "".join(tree.scan_values(lambda _: True))


def text_of(tree: Tree[Token]) -> str:
    """What a capture holds: its text, without its delimiters and blanks."""
    found = []
    for child in tree.children:
        if isinstance(child, Tree):
            found.append(text_of(child) if child.data != "source" else "")
        elif child.type.startswith(("TEXT", "NAME", "JSON_STRING")):
            found.append(unescape(child) if child.type.startswith("TEXT_XML") else child)
        elif child.type == "INT":
            found.append(child)
    return "".join(found)


def told(spec: Spec, tree: Tree[Token]) -> str:
    """What content or reasoning says: JSON, where that is all it is written in, is decoded, and null says nothing."""
    body = spec.rules[tree.data].body
    if not (isinstance(body, Ref) and body.name in {"JSON_STRING", *RULES}):
        return text_of(tree)
    value = ast.literal_eval(raw(tree)) if body.name == "PYTHON" else json.loads(raw(tree))
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def key_of(tree: Tree[Token]) -> str:
    """A key: the decoded string, or its text."""
    text = text_of(tree).strip()
    return str(json.loads(text)) if text[:1] == text[-1:] == '"' else text


def plain(tree: Tree[Token]) -> str:
    """A name or an id: the decoded string, or all that the capture matched."""
    text = raw(tree)
    return str(json.loads(text)) if text[:1] == '"' else text


def captures(tree: Tree[Token], name: str) -> Iterator[Tree[Token]]:
    """All captures of a name in the order of the text."""
    return (below for below in tree.iter_subtrees_topdown() if below.data == name)


def value_of(tree: Tree[Token]) -> Any:
    """The value of a parameter, from what it is written in."""
    [value] = [child for child in tree.children if isinstance(child, Tree) and child.data in VALUES]
    return read(value)


def read(value: Tree[Token]) -> Any:
    """What a value stands for."""
    below = [child for child in value.children if isinstance(child, Tree)]
    match value.data:
        case "python":
            return ast.literal_eval(raw(value))
        case "json" if is_json(raw(value)):
            return json.loads(raw(value))
        case "array":
            return [read(child) for child in below]
        case "object":
            keys = [key_of(child) for child in below if child.data == "key"]
            found = [read(child) for child in below if child.data != "key"]
            first = dict(zip(reversed(keys), reversed(found), strict=True))  # the first of a key counts
            return {key: first[key] for key in keys}
    return text_of(value)


def element_of(element: Tree[Token]) -> tuple[str, Any]:
    """The key of an element, and its value: text or further elements."""
    parts = [child for child in element.children if isinstance(child, Tree)]
    below = [element_of(part) for part in parts if part.data == "element"]
    text = "".join(text_of(part) for part in parts if part.data == "value")
    return text_of(parts[0]), dict(below) if below else text


def arguments_of(call: Tree[Token]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for arguments in captures(call, "arguments"):
        value = json.loads(raw(arguments))
        found = json.loads(value) if isinstance(value, str) else value
    for parameter in captures(call, "parameter"):
        if isinstance(element := parameter.children[0], Tree) and element.data == "element":
            found.setdefault(*element_of(element))
            continue
        key = next(captures(parameter, "key"))  # further ones belong to its value
        found.setdefault(key_of(key), value_of(parameter))
    return found


def untyped(value: Any) -> Any:
    """A value without what the schema makes of its type: a text that reads as something else is that.

    Lark knows no schema; where the text names its types, ours are held to it (`tests/features/held_to_schema.md`).
    """
    if isinstance(value, dict):
        return {key: untyped(one) for key, one in value.items()}
    if isinstance(value, list):
        return [untyped(one) for one in value]
    if not isinstance(value, str):
        return value
    for reader in (json.loads, ast.literal_eval):
        try:
            found = reader(value)
        except (ValueError, SyntaxError):
            continue
        return found if isinstance(found, str) else untyped(found)
    return value


def read_by_lark(name: str, text: str) -> dict[str, Any]:
    """The message as Lark reads it."""
    return message_of(oracle(name).parse(text) if text else Tree[Token]("start", []), spec_of(name))


def message_of(tree: Tree[Token], spec: Spec, *, with_arguments: bool = True) -> dict[str, Any]:
    """The message that a tree says."""
    calls = []
    for call in captures(tree, "tool_call"):
        [written] = captures(call, "name")
        below = list(call.iter_subtrees_topdown())
        named = next(at for at, found in enumerate(below) if found is written)
        behind = (at for at, found in enumerate(below) if at > named and found.data in ("arguments", "parameter"))
        until = next(behind, len(below))  # an id behind the arguments comes too late, once the name is known
        ids = [plain(found).strip() for found in below[:until] if found.data == "id"]
        arguments = json.dumps(untyped(arguments_of(call))) if with_arguments else ""
        calls.append((plain(written), [one for one in ids if one], arguments))
    texts = {part: "".join(told(spec, one) for one in captures(tree, part)) for part in ("content", "reasoning")}
    return {"content": texts["content"].translate(SPACES), "reasoning": texts["reasoning"], "calls": calls}


def read_by_us(name: str, text: str) -> dict[str, Any]:
    """The same from our own parser."""
    message = toolgram.load(name).parse(text, TOOLS)
    calls = []
    for call in message.tool_calls:
        assert call.complete
        ids = [call.id] if call.id is not None else []
        calls.append((call.name, ids, json.dumps(untyped(json.loads(call.arguments)))))
    content = (message.content or "").translate(SPACES)
    return {"content": content, "reasoning": message.reasoning or "", "calls": calls}


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_lark_reads_well_formed_texts_as_we_do(name: str, data: st.DataObject) -> None:
    text = data.draw(derived(name, tame=True))
    assert read_by_us(name, text) == read_by_lark(name, text)
