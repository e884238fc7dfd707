"""The examples on pages: a grammar, texts as a model writes them, and what comes of each.

In: the text of a page. Out: `Example`s, each with the grammar and the tools above it.

A ```` ```lark ```` block with a rule `start` is a grammar; the first one of a page is the page's own. A block without
`start` shows only what differs from the page's own grammar: its rules replace the rules of the same names, and its
`# key = value` lines are metadata. Imports of built-ins and what no rule uses any more are seen to here.
A ```` ```lark refused ```` block ends with a comment, the first line of the message that it gets.
A ```` ```tools ```` block declares tools: `get_weather(city: string, days: integer)`. A type may be JSON.
A heading ends what a block has changed: behind it, the page's first grammar and its first tools count again.

An ```` ```example ```` block holds texts, each followed by its results. A blank line stands between two of them:

    => content "text"             => reasoning "text"           => get_weather {"city": "Rome"}
    => get_weather {"city": "R (cut off)                        => f {} id "call_1"
    => citation "sunny" 6 to 11, source "0"                     => nothing

A block whose texts have fences stands in longer ones.

Words behind `example` are options: `inside=reasoning`, `suffix=:1f`, `own`: the page's own grammar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from toolgram.runtime.message import Message
from toolgram.spec.builtins import BUILTINS, TEMPLATES
from toolgram.testing import short_tool

BLOCK = re.compile(r"^#+ |^(`{3,})(\w+) *([^\n]*)\n(.*?)^\1$", re.MULTILINE | re.DOTALL)
RULE = re.compile(r"^(\w+)(?:\{[\w, ]+\})?:", re.MULTILINE)
TOOL = re.compile(r"^(\w+)\((.*)\)$", re.MULTILINE)


@dataclass(frozen=True)
class Grammar:
    """Metadata lines, statements (imports of other specs, overrides), and rules by their names."""

    meta: dict[str, str]
    statements: tuple[str, ...]
    rules: dict[str, str]

    def changed(self, other: Grammar) -> Grammar:
        """Return this grammar with what another one says differently."""
        return Grammar(self.meta | other.meta, other.statements, self.rules | other.rules)

    def text(self) -> str:
        """Return a spec that compiles."""
        meta = {"title": '"Example"', "models": '["acme/*"]'} | self.meta
        head = "".join(f"# {key} = {value}\n" for key, value in meta.items())
        body = "\n".join(self.rules[name] for name in self.rules if name in self._used())
        names = [name for name in (*BUILTINS, *TEMPLATES) if re.search(rf"\b{name}\b", body + "".join(self.statements))]
        imports = f"%import toolgram ({', '.join(names)})\n" if names else ""
        return f"# /// format\n{head}# ///\n{imports}{''.join(self.statements)}{body}\n"

    def _used(self) -> set[str]:
        used: set[str] = set()
        new = ["start"]
        while new:
            name = new.pop()
            if name in self.rules and name not in used:
                used.add(name)
                new += re.findall(r"\w+", re.sub(r'"(?:\\.|[^"\\])*"', " ", self.rules[name]))
        return used


def read_grammar(text: str) -> Grammar:
    """Read what a block says, without a look at whether it makes sense."""
    meta = dict(re.findall(r"^# (\w+) *= (.*)$", text, re.MULTILINE))
    statements = tuple(re.findall(r"^%(?:import (?:\.|toolgram\.formats\.)|override).*\n", text, re.MULTILINE))
    plain = re.sub(r"^(?:#|//|%).*\n", "", text, flags=re.MULTILINE)
    starts = [*RULE.finditer(plain)]
    places = [*(found.start() for found in starts), len(plain)]
    rules = {found[1]: plain[places[at] : places[at + 1]].strip() for at, found in enumerate(starts)}
    return Grammar(meta, statements, rules)


def read_tools(text: str) -> list[dict[str, Any]]:
    """Read declarations in the short form as OpenAI tools."""
    return [short_tool(name, _parameters(given)) for name, given in TOOL.findall(text)]


def _parameters(text: str) -> dict[str, Any]:
    """Read `key: type, ...`, the type a name or a JSON schema."""
    found: dict[str, Any] = {}
    while text:
        key = re.match(r"(\w+): *", text)
        assert key, text
        text = text[key.end() :]
        if text[0] == "{":
            found[key[1]], end = json.JSONDecoder().raw_decode(text)
        else:
            found[key[1]], end = text.split(",")[0], len(text.split(",")[0])
        text = text[end:].lstrip(", ")
    return found


@dataclass(frozen=True)
class Example:
    """A text and the lines that must come of it."""

    page: Path
    line: int
    grammar: Grammar
    tools: list[dict[str, Any]]
    text: str
    results: tuple[str, ...]
    inside: str | None = None
    suffix: str | None = None


@dataclass(frozen=True)
class Refusal:
    """A grammar that does not compile, and the first line of its message."""

    page: Path
    line: int
    grammar: Grammar
    message: str


@dataclass(frozen=True)
class Block:
    """A grammar as a page shows it, with what it leaves to the page's own."""

    page: Path
    line: int
    grammar: Grammar


@dataclass
class _Page:
    path: Path
    own: Grammar | None = None
    grammar: Grammar = field(default_factory=lambda: Grammar({}, (), {}))
    own_tools: list[dict[str, Any]] = field(default_factory=list)
    tools: list[dict[str, Any]] = field(default_factory=list)


def read_page(path: Path) -> Iterator[Example | Refusal | Block]:
    """Read the grammars and examples of a page in their order."""
    text = path.read_text(encoding="utf-8")
    page = _Page(path)
    for block in BLOCK.finditer(text):
        if block[1] is None:  # a heading
            page.grammar, page.tools = page.own or page.grammar, page.own_tools
            continue
        kind, flags, body = block[2], block[3].split(), block[4]
        line = text.count("\n", 0, block.start()) + 1
        if kind == "lark" and flags == ["refused"]:
            assert page.own is not None
            message = re.findall(r"^// (.*)$", body, re.MULTILINE)[-1]
            yield Refusal(path, line, page.own.changed(read_grammar(body)), message)
        elif kind == "lark":
            _see_grammar(page, read_grammar(body))
            yield Block(path, line, page.grammar)
        elif kind == "tools":
            page.tools = read_tools(body)
            page.own_tools = page.own_tools or page.tools
        elif kind == "example":
            yield from _examples(page, line, body, flags)


def _see_grammar(page: _Page, found: Grammar) -> None:
    whole = "start" in found.rules or any(one.startswith("%import") for one in found.statements)
    if page.own is None and whole:
        page.own = found
    if whole:
        page.grammar = found
    elif page.own is not None:
        page.grammar = page.own.changed(found)


def _examples(page: _Page, line: int, body: str, flags: list[str]) -> Iterator[Example]:
    options = dict(flag.split("=", 1) for flag in flags if "=" in flag)
    grammar = page.own if "own" in flags and page.own is not None else page.grammar
    given: list[str] = []
    results: list[str] = []
    for at, text in enumerate([*body.splitlines(), ""], line + 1):
        if text.startswith("=> "):
            results.append(text[3:])
        elif results:
            yield Example(page.path, at, grammar, page.tools, "\n".join(given), tuple(results), **options)
            given, results = [], []
        else:
            given.append(text)


def shown(message: Message) -> tuple[str, ...]:
    """Return the lines in which a page shows a message."""
    lines = [
        f"{name} {json.dumps(text, ensure_ascii=False)}"
        for name, text in (("reasoning", message.reasoning), ("content", message.content))
        if text
    ]
    for call in message.tool_calls:
        ending = f' id "{call.id}"' if call.id else ""
        lines.append(
            f"{call.name} {call.arguments}{ending}"
            if call.complete
            else f"{call.name} {call.arguments}".rstrip() + " (cut off)"
        )
    for one in message.citations:
        cited = json.dumps(one.text, ensure_ascii=False)
        lines.append(f'citation {cited} {one.start} to {one.end}, source "{one.source}"')
    return tuple(lines) or ("nothing",)
