"""Well-formed texts of a spec, drawn at random, each with what it says.

In: a spec, a source of random choices. Out: a text of its language, and the message that it was written from. No text
in it holds a character of a delimiter, so what it says is not in doubt where the spec is not.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

from toolgram.machine.build_graph import reading
from toolgram.spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, walk
from toolgram.spec.builtins import CAPTURES, VALUES
from toolgram.spec.follow import body_of, captures_in, show

NAMES, KEYS, NUMBERS = ("get_weather", "find", "f2"), ("city", "note", "k_1"), ("7", "12", "305")
IDS = ("a", "B2", "note_1")
WORDS = ("Rome", "it is", "a 3", "\u00e9t\u00e9", "\u6771\u4eac", "no", "x/y", "5 & 6")
WILD = ("Rome", '"', "\\", "</call>", "\n", "{", "]", ",", "\U0001f327", "it's", " ", "<|end|>")


@dataclass
class Said:
    """What a text says."""

    content: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    calls: list[dict[str, Any]] = field(default_factory=list)


class Writing:
    """Writes one text."""

    def __init__(self, spec: Spec, draw: random.Random) -> None:
        literals = [one.text for rule in spec.rules.values() for one in walk(rule.body) if isinstance(one, Literal)]
        marks = {mark for text in literals for mark in text if not mark.isalnum()}
        marks |= {"&"} if ";" in marks else set()  # it ends an entity
        self._words = [word for word in WORDS if not marks & set(word)]
        self._spec, self._draw = spec, draw
        self._captures: list[str] = []
        self._key = ""
        self._in_json = False
        self.said = Said()

    def text(self) -> str:
        """Write a whole text."""
        return self._write(self._spec.rules["start"].body)

    def _write(self, node: Node) -> str:
        match node:
            case Literal(text=text):
                if self._captures[-1:] == ["id"]:
                    self._said_id(text)
                return text
            case Seq(items=items):
                return "".join(map(self._write, items))
            case Choice(options=options):
                return self._write(self._draw.choice(options))
            case Repeat(item=item, min=least, max=most):
                if self._captures[-1:] in (["tool_call"], ["arguments"]) and "parameter" in captures_in(
                    self._spec, item
                ):
                    least = 1  # what a call without arguments needs as evidence is not in the spec
                return "".join(self._write(item) for _ in range(self._draw.randint(least, most or 3)))
            case Ref(name=name) if name in self._spec.rules:
                return self._rule(self._spec.rules[name])
            case Ref(name=name):
                return self._builtin(name)
            case Call(name="json_array", args=(item,)):
                return "[" + ", ".join(self._write(item) for _ in range(self._draw.randint(1, 3))) + "]"
            case Call(name="json_object", args=(member,)):
                return "{" + ", ".join(self._members(member)) + "}"
            case Call(args=(key, value)):
                written = json.dumps(key.text) if isinstance(key, Literal) else self._write(key)
                self._in_json = True
                return f"{written}: {self._write(value)}"
        raise AssertionError(node)

    def _members(self, node: Node) -> list[str]:
        body = body_of(self._spec, node) if isinstance(node, Ref) else node
        options = list(body.options) if isinstance(body, Choice) else [body]
        if self._captures[-1:] != ["tool_call"]:
            options = self._draw.sample(options, self._draw.randint(1, len(options)))
        self._draw.shuffle(options)
        options.sort(key=lambda option: 'json_member{"arguments"' in show(option) and "id" in self._spec.rules)
        return [self._write(option) for option in options if option is not None]

    def _rule(self, rule: Rule) -> str:
        if rule.name not in CAPTURES:
            return self._write(rule.body)
        if rule.name == "tool_call":
            self.said.calls.append({"name": "", "id": None, "arguments": {}})
        in_json, self._in_json = self._in_json, False
        self._captures.append(rule.name)
        text = self._write(reading(rule.body, in_json=in_json))
        self._captures.pop()
        return text

    # --- what the built-ins read ----------------------------------------------------------------------------------

    def _builtin(self, name: str) -> str:
        if name in ("_WS", "_NL"):
            return "\n" if name == "_NL" else self._draw.choice(("\n", " ", "\n  "))
        capture = self._captures[-1] if self._captures else ""
        value = self._value(name, capture)
        self._say(capture, value)
        if name == "PYTHON":
            return repr(value)
        if name.startswith("JSON") or capture == "json":
            text = json.dumps(value, ensure_ascii=self._draw.random() < 0.5)
            return json.dumps(text) if name == "JSON_STRING" and isinstance(value, dict) else text
        return str(value).replace("&", "&amp;") if name == "XML_TEXT" else str(value)

    def _value(self, name: str, capture: str) -> Any:
        if capture == "name":
            return self._draw.choice(NUMBERS if name == "INT" else NAMES)
        if capture == "key":
            used = self.said.calls[-1]["arguments"]
            pool = [key for key in (NUMBERS if name == "INT" else KEYS) if key not in used]
            return self._draw.choice(pool or [f"{len(used)}9"])
        if capture == "arguments":
            return {key: self._json() for key in self._draw.sample(KEYS, self._draw.randint(0, 2))}
        if capture == "type":
            return "string"
        if name == "INT":
            return f"{len(self.said.calls)}{self._draw.choice(NUMBERS)}"
        if capture == "id":
            return f"{self._draw.choice(IDS)}{len(self.said.calls)}"
        if name == "NAME":
            return self._draw.choice(IDS)
        if name == "JSON_OBJECT":
            return {"k": self._json()}
        if name in ("JSON", "PYTHON"):
            return self._json()
        if name == "JSON_STRING":
            return "".join(self._draw.choices(WILD, k=3))
        if capture == "json":
            return self._draw.choice((1, 2.5, True, None))
        text = " ".join(self._draw.choices(self._words, k=self._draw.randint(1, 3)))
        return f"\n{text}\n" if capture == "content" else text  # what follows begins a line

    def _json(self) -> Any:
        wild = "".join(self._draw.choices(WILD, k=2))
        return self._draw.choice((1, -2.5, True, None, wild, [wild, 3], {"a": [wild]}))

    def _say(self, capture: str, value: Any) -> None:
        call = self.said.calls[-1] if self.said.calls else {}
        if capture in ("content", "reasoning"):
            text = "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            getattr(self.said, capture).append(text)
        elif capture == "name":
            call["name"] = value
            if "id" in self._captures:
                self._said_id(value)
        elif capture == "id":
            self._said_id(value)
        elif capture == "key":
            self._key = value
        elif capture == "arguments":
            call["arguments"] = value
        elif capture in VALUES:
            call["arguments"][self._key] = value

    def _said_id(self, text: str) -> None:
        call = self.said.calls[-1]
        call["id"] = (call["id"] or "") + text
