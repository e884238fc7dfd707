"""What models may write: hypothesis strategies for one format, all made from its spec, or from the cases of its page.

`derived` texts are well-formed: a walk over the spec's rules, with declared names and typed values. `mutated` ones are
derived texts with delimiters dropped, doubled, swapped, put in, or the end cut off. `arbitrary` ones are strings of
delimiters, beginnings of delimiters and the characters that matter between them. `broken` ones are the page's own call
with one thing wrong in it, each such that a call behind it can still be told.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

import toolgram
from toolgram.machine.build_graph import reading
from toolgram.machine.model import Machine
from toolgram.registry import find
from toolgram.runtime.tables.suffix import NAME_PLACE, SUFFIX_PLACE, with_suffix
from toolgram.spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, walk
from toolgram.spec.builtins import CAPTURES
from toolgram.spec.parse import parse_spec
from toolgram.testing import Case, read_cases, short_tool

Draw = Callable[[st.SearchStrategy[Any]], Any]

TOOLS = [
    short_tool("get_weather", {"city": "string", "days": "integer", "unit": {"enum": ["C", "F"]}}),
    short_tool("write_file", {"path": "string", "content": "string"}),
    short_tool(
        "configure",
        {
            "flag": "boolean",
            "ratio": "number",
            "list": {"type": "array", "items": {"type": "integer"}},
            "options": "object",
            "gone": "null",
            "either": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "maybe": {"type": ["string", "null"]},
        },
    ),
    short_tool("ping", {}),
]
KEYS = {tool["function"]["name"]: list(tool["function"]["parameters"]["properties"]) for tool in TOOLS}
STRUCTURES = {name for name, capture in CAPTURES.items() if capture.level == "structure"}
NAMES = st.sampled_from([*KEYS, *KEYS, "unknown_tool", "get_weathers", "a.b-c"])
WORDS = [
    "a",
    "Rome",
    "x = 1",
    "it's",
    'say "hi"',
    "\\",
    "\n",
    " ",
    "\t",
    "{",
    "}",
    "[",
    "]",
    "é",
    "日本",
    "🌧️",
    "&amp;",
    "<",
]
TYPES = ["string", "integer", "number", "boolean", "null", "object", "array", "array[string]", "any", "x"]
SUFFIXES = [":6124c78e", "", ":b-_1"]
SCALARS = [
    "1",
    "-2.50",
    "true",
    "False",
    "null",
    "None",
    "1e5",
    "007",
    "",
    "{}",
    "[1, 2]",
    '{"a": {"b": [null]}}',
    "'x'",
]


@dataclass(frozen=True)
class Sample:
    """One input of a parser."""

    text: str
    tools: list[dict[str, Any]] | None
    inside: str | None


@cache
def spec_of(name: str) -> Spec:
    path: Path = find(name)
    spec, _ = parse_spec(str(path), path.read_text(encoding="utf-8"))
    assert spec is not None
    return spec


def written(spec: Spec, literal: str) -> str:
    """A literal as a checkpoint writes it."""
    return with_suffix(literal, SUFFIXES[0]) if spec.meta.suffix else literal


@cache
def page(name: str) -> list[Case]:
    """The cases of the format's page."""
    return read_cases(find(name).with_suffix(".md"))


@cache
def delimiters(name: str) -> list[str]:
    """Every literal that the format's machine knows."""
    machine: Machine = toolgram.load(name).machine
    literals = {edge.literal for state in machine.states for edge in state.edges} | set(machine.special_tokens)
    suffixes = list(KEYS) if machine.suffix == NAME_PLACE else SUFFIXES if machine.suffix else [SUFFIX_PLACE]
    return sorted({with_suffix(literal, suffix) for literal in literals for suffix in suffixes})


@dataclass
class Deriver:
    """Writes one text of a spec's language. `tame`: no text holds a delimiter, and every name is declared."""

    spec: Spec
    draw: Draw
    delimiters: list[str]
    tame: bool = False
    captures: list[str] = field(default_factory=list)
    tool: str = ""
    keys: list[str] = field(default_factory=list)
    in_json: bool = False  # the rule that is written next is the value of a JSON member
    opened: list[str] = field(
        default_factory=list
    )  # the keys of the elements that are open; "" where none is written yet

    def write(self, node: Node) -> str:
        match node:
            case Literal(text=text):
                return written(self.spec, text).replace(NAME_PLACE, self.tool)
            case Seq(items=items):
                return "".join(self.write(item) for item in items)
            case Choice(options=options):
                flat = [option for option in options if not self.goes_deeper(option)]
                return self.write(self.draw(st.sampled_from(flat or options)))
            case Repeat(item=item, min=least) if self.goes_deeper(item):
                return "".join(self.write(item) for _ in range(least))
            case Repeat(item=item, min=least, max=most):
                count = least if self.is_deep else self.draw(st.integers(least, 3 if most is None else most))
                return "".join(self.write(item) for _ in range(count))
            case Ref(name=name):
                return self.rule(self.spec.rules[name]) if name in self.spec.rules else self.builtin(name)
            case Call(name=name, args=args):
                return self.template(name, args)

    def goes_deeper(self, node: Node) -> bool:
        """Whether a node puts a structure into one that is deep already, or elements into one that is a text (tame)."""
        names = {getattr(one, "name", "") for one in walk(node)}
        is_text = self.tame and self.opened[:1] and self.opened[0] in KEYS[self.tool]
        return (self.is_deep and bool(STRUCTURES & names)) or (bool(is_text) and "element" in names)

    @property
    def is_deep(self) -> bool:
        """Rules may contain themselves; from here on they do no longer."""
        return len(self.captures) > 4

    def rule(self, rule: Rule) -> str:
        if rule.name not in CAPTURES:
            return self.write(rule.body)
        if rule.name == "tool_call":
            self.tool, self.keys = self.draw(st.sampled_from(list(KEYS)) if self.tame else NAMES), []
        self.captures.append(rule.name)
        in_json, self.in_json = self.in_json, False
        if rule.name == "element":
            self.opened.append("")
        text = self.write(reading(rule.body, in_json=in_json))
        if rule.name == "element":
            self.opened.pop()
        self.captures.pop()
        return text

    def template(self, name: str, args: tuple[Node, ...]) -> str:
        if name == "json_member":
            key = json.dumps(args[0].text) if isinstance(args[0], Literal) else self.write(args[0])
            self.in_json = True
            text = self.write(args[1])
            self.in_json = False
            return f"{key}: {text}"
        if name == "json_array":
            count = self.draw(st.integers(0, 3))
            return "[" + ", ".join(self.write(args[0]) for _ in range(count)) + "]"
        return "{" + self.draw(st.sampled_from([", ", ","])).join(self.members(args[0])) + "}"

    def members(self, node: Node) -> list[str]:
        """A name and one kind of arguments, in either order."""
        rule = self.spec.rules[node.name] if isinstance(node, Ref) else None
        options = rule.body.options if rule and isinstance(rule.body, Choice) else (node,)
        named = [one for one in options if _captures(one) == "name"]
        others = [one for one in options if _captures(one) == "arguments"]
        rest = [one for one in options if one not in named and one not in others]
        chosen = [*named, *([self.draw(st.sampled_from(others))] if others else [])]
        chosen += [one for one in rest if self.draw(st.booleans())]
        return [self.write(one) for one in self.draw(st.permutations(chosen))]

    def builtin(self, name: str) -> str:
        capture = self.captures[-1] if self.captures else ""
        if name in ("_WS", "_NL"):
            return "\n" if name == "_NL" else self.draw(st.sampled_from(["\n", " ", "\n  ", "\r\n", "\n\n"]))
        if name == "INT":
            return str(self.draw(st.integers(0, 99)))
        if capture == "source":
            return self.draw(st.sampled_from(["0", "0:[1,2],1:[3]", "0:[]", ""]))
        if capture == "type":
            is_raw = self.tame and self.keys[-1] not in KEYS[self.tool]  # there the type would make it a value
            return "string" if is_raw else str(self.draw(st.sampled_from(TYPES)))
        if capture in ("name", "key"):
            text = self.tool if capture == "name" else self.key()
            return json.dumps(text) if name == "JSON_STRING" else text
        if capture == "arguments":
            text = json.dumps(self.arguments(), ensure_ascii=self.draw(st.booleans()))
            return json.dumps(text) if name == "JSON_STRING" else text
        if name == "NAME":
            return self.draw(st.sampled_from(["a", "Ab1cD2eF3", "f_2"]))
        if name == "PYTHON":
            return repr(self.draw(self.values()))
        if name == "JSON_STRING":
            return '"function"'
        if name.startswith("JSON") or (self.tame and capture == "json"):
            return json.dumps(self.draw(self.values()))
        return self.text()

    def key(self) -> str:
        """A key; in an element's closer that of its opener."""
        if self.captures[-2:-1] != ["element"]:
            return self.new_key()
        self.opened[-1] = self.opened[-1] or self.new_key()
        return self.opened[-1]

    def new_key(self) -> str:
        known = [key for key in KEYS.get(self.tool, []) if key not in self.keys]
        fresh = [f"other_{len(self.keys)}"]
        key: str = self.draw(st.sampled_from(known or fresh if self.tame else known + fresh + self.keys))
        self.keys.append(key)
        return key

    def arguments(self) -> dict[str, Any]:
        known = KEYS.get(self.tool) or ["other"]
        result: dict[str, Any] = self.draw(st.dictionaries(st.sampled_from(known), self.values(), max_size=3))
        return result

    def values(self) -> st.SearchStrategy[Any]:
        plain = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False))
        leaf = st.one_of(plain, st.lists(st.sampled_from(self.pieces()), max_size=4).map("".join))
        return st.one_of(
            leaf, leaf, st.lists(leaf, max_size=3), st.dictionaries(st.sampled_from("abc"), leaf, max_size=2)
        )

    def text(self) -> str:
        if self.captures and self.captures[-1] == "value" and self.draw(st.booleans()):
            return str(self.draw(st.sampled_from(SCALARS)))
        pieces: list[str] = self.draw(st.lists(st.sampled_from(self.pieces()), min_size=1, max_size=5))
        return "".join(pieces)

    def pieces(self) -> list[str]:
        return WORDS if self.tame else WORDS + self.delimiters


def _captures(node: Node) -> str:
    """The capture that a `json_member` leads to."""
    if isinstance(node, Call) and len(node.args) == 2 and isinstance(node.args[1], Ref):
        return node.args[1].name
    return ""


@st.composite
def derived(draw: Draw, name: str, tame: bool = False) -> str:
    spec = spec_of(name)
    return Deriver(spec, draw, delimiters(name), tame).write(spec.rules["start"].body)


@st.composite
def mutated(draw: Draw, name: str) -> str:
    parts = split_at_delimiters(draw(derived(name)), delimiters(name))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(len(parts) - 1, 0)))
        match draw(st.sampled_from(["drop", "double", "swap", "insert", "cut"])):
            case "drop":
                del parts[at : at + 1]
            case "double":
                parts[at:at] = parts[at : at + 1]
            case "swap":
                other = draw(st.integers(0, max(len(parts) - 1, 0)))
                if parts:
                    parts[at], parts[other] = parts[other], parts[at]
            case "insert":
                parts.insert(at, draw(st.sampled_from(delimiters(name))))
            case "cut":
                text = "".join(parts)
                parts = [text[: draw(st.integers(0, len(text)))]]
    return "".join(parts)


def split_at_delimiters(text: str, literals: list[str]) -> list[str]:
    """Cut a text into delimiters and what stands between them."""
    parts = [""]
    at = 0
    while at < len(text):
        found = max((one for one in literals if text.startswith(one, at)), key=len, default=None)
        if found is None:
            parts[-1] += text[at]
            at += 1
        else:
            parts += [found, ""]
            at += len(found)
    return [part for part in parts if part]


@st.composite
def arbitrary(draw: Draw, name: str) -> str:
    literals = delimiters(name)
    prefixes = [one[:-1] for one in literals if len(one) > 1] + [one[1:] for one in literals if len(one) > 1]
    names = [*KEYS, *(key for keys in KEYS.values() for key in keys)]
    keys = ['"name"', '"arguments"', '"parameters"', '{"name": "ping", "arguments": {', ": ", ", ", "functions.", ":0"]
    piece = st.one_of(
        st.sampled_from(literals),
        st.sampled_from(prefixes or [""]),
        st.sampled_from([*WORDS, *SCALARS]),
        st.sampled_from([*names, *keys]),
        st.text(max_size=3),
    )
    return "".join(draw(st.lists(piece, max_size=16)))


@st.composite
def samples(draw: Draw, name: str) -> Sample:
    """One input for a parser of a format: any text, with tools or without, from the start or inside."""
    text = draw(st.one_of(derived(name), mutated(name), arbitrary(name)))
    inside = draw(st.sampled_from([None, None, *toolgram.load(name).machine.inside]))
    return Sample(text, draw(st.sampled_from([TOOLS, TOOLS, TOOLS, None])), inside)


def sample_call(name: str) -> Case | None:
    """The case of the format's page that is one whole call and nothing else, "One call" if there is one."""
    found = [case for case in page(name) if _is_one_call(case)]
    return max(
        found, key=lambda case: (case.expected.calls[0].arguments != "{}", case.name == "One call"), default=None
    )


def _is_one_call(case: Case) -> bool:
    expected = case.expected
    is_bare = expected.content is None and expected.reasoning is None and case.inside is None and case.suffix is None
    return is_bare and len(expected.calls) == 1 and expected.calls[0].complete


BAD_NAMES = ["", "no such name", "<", '"', "x" * 200, "{}"]
BAD_VALUES = ["[1]", "{", "}", "]", "tru", "[[[", "1 2", ""]
BAD_ARGUMENTS = [[1], 1, None, "x", [{}]]


@st.composite
def broken(draw: Draw, name: str) -> str:
    """The sample call with a wrong name, wrong values, no opener or closer, or cut off; and what stands behind it.

    What no parser can mend is not drawn: a value that is never closed goes on for as long as text comes.
    """
    case = sample_call(name)
    assert case is not None
    call = case.expected.calls[0]
    parts = split_at_delimiters(case.text, delimiters(name))
    named = next(number for number, part in enumerate(parts) if call.name in part)
    value = next((str(value) for value in json.loads(call.arguments).values() if str(value) in case.text), "")
    behind = draw(st.sampled_from(["", "\n", " so\n"]))
    match draw(st.sampled_from(["name", "value", "order", "drop", "close", "cut"])):
        case "name":
            return case.text.replace(call.name, draw(st.sampled_from(BAD_NAMES)), 1) + behind
        case "value":
            return (case.text.replace(value, draw(st.sampled_from(BAD_VALUES)), 1) if value else case.text) + behind
        case "order":
            return _turned(case.text, draw(st.sampled_from(BAD_ARGUMENTS))) + behind
        case "drop":
            last = next((number for number, part in enumerate(parts) if value in part), named)
            dropped = draw(st.integers(0, max(last - 1, 0)))
            return "".join(part for number, part in enumerate(parts) if number != dropped or '"' in part) + behind
        case "close":
            return "".join(parts[:-1]) + behind.replace("so", "")  # before text a value's closer would be text, too
    return "".join(parts[: draw(st.integers(0, named))]) + behind


def _turned(text: str, arguments: Any) -> str:
    """A call that is written as a JSON object with its members the other way round, and arguments that are none."""
    for at in (number for number, character in enumerate(text) if character in "[{"):
        try:
            found, end = json.JSONDecoder().raw_decode(text, at)
        except ValueError:
            continue
        call = found[0] if isinstance(found, list) and found else found
        if isinstance(call, dict) and any(isinstance(value, dict) for value in call.values()):
            turned = {key: arguments if isinstance(value, dict) else value for key, value in reversed(call.items())}
            return text[:at] + json.dumps([turned] if call is not found else turned) + text[end:]
    return text
