"""The page of a format: prose for people, and its cases.

In: the text of `formats/x.md`. Out: `Case`s, each with its place.

A case is a heading (`##` or `###`) with an `output` block below it: what the model writes. Beside it may stand a
`tools` block (JSON: OpenAI tools, or the short form), an `options` block (TOML: `inside`, `suffix`, `split`) and a
`message` block (JSON: what must come of it). A `tools` block under a heading without output is for every
case that has none of its own.
A text with blanks at its ends is written as `output escaped`, with `\\n`, `\\t`, `\\\\` and `\\uXXXX`.

Promise: whatever is wrong with a page is a `PageError` that names file and line; nothing in a case is ignored, and no
block whose name is nearly one of these. Blocks of prose stand under headings without an `output`.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..diagnostics import did_you_mean
from ..runtime.events import Citation
from ..runtime.schema.given import read_given

BLOCKS = ("output", "tools", "options", "message")
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
HEADING = re.compile(r"#{1,3} +(.*?)[ #]*$")
ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.?)", re.DOTALL)
SIMPLE = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\"}


class PageError(ValueError):
    """A page that cannot be read; the text begins with its place."""

    def __init__(self, path: str, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: error[bad-page]: {problem}")
        self.path, self.line, self.problem = path, line, problem


@dataclass(frozen=True, slots=True)
class ExpectedCall:
    """A call that must come. `arguments` is canonical JSON, or the exact cut text of a call that is not complete."""

    name: str
    arguments: str
    complete: bool
    id: str | None  # None: any


@dataclass(frozen=True, slots=True)
class Expected:
    """A message that must come."""

    content: str | None
    reasoning: str | None
    calls: tuple[ExpectedCall, ...]
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """One transcript and what must come of it."""

    path: str
    line: int
    name: str
    text: str
    tools: list[dict[str, Any]]
    inside: str | None
    splits: tuple[tuple[str, ...], ...]
    expected: Expected
    suffix: str | None = None

    @property
    def place(self) -> str:
        """Where the case stands: `path:line`."""
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    flags: tuple[str, ...]
    text: str
    line: int  # of the opening fence


@dataclass(frozen=True, slots=True)
class _Section:
    heading: str
    line: int
    blocks: dict[str, _Block]
    others: list[tuple[str, int]] = field(default_factory=list)  # what they are called, and their lines


def read_cases(path: Path) -> list[Case]:
    """Read all cases of a page. Raises PageError, and OSError when there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as problem:
        line = path.read_bytes()[: problem.start].count(b"\n") + 1
        raise PageError(str(path), line, "this is not UTF-8 text") from None
    return parse_cases(str(path), text)


def parse_cases(path: str, text: str) -> list[Case]:
    """Read all cases of a page's text; `path` is for messages. Raises PageError.

    >>> page = "## Plain text\\n\\n```output\\nHello\\n```\\n\\n```message\\n{\\"content\\": \\"Hello\\"}\\n```\\n"
    >>> [case] = parse_cases("page.md", page)
    >>> case.place, case.text, case.expected.content
    ('page.md:1', 'Hello', 'Hello')
    """
    sections = _sections(path, text)
    shared = _shared_tools(path, sections)
    cases: list[Case] = []
    names: dict[str, int] = {}
    for section in sections:
        if "output" not in section.blocks:
            continue
        if section.others:
            kind, line = section.others[0]
            word = f"a block `{kind}`" if kind else "a block without a name"
            raise PageError(path, line, f"{word} belongs to no case; the blocks of a case are {', '.join(BLOCKS)}")
        if section.heading in names:
            first = names[section.heading]
            raise PageError(path, section.line, f"a second case `{section.heading}`; the first is at line {first}")
        names[section.heading] = section.line
        cases.append(_case(path, section, shared))
    return cases


def tools_of_page(path: str, text: str) -> list[dict[str, Any]]:
    """The tools that a page has for all cases without their own. Raises PageError."""
    return _shared_tools(path, _sections(path, text))


def block_lines(path: str, text: str, name: str, kind: str) -> tuple[int, int]:
    """The lines of one block of a case, its fences not included: the first, and the one behind the last; from 0."""
    block = next(one.blocks[kind] for one in _sections(path, text) if one.heading == name and "output" in one.blocks)
    return block.line, block.line + block.text.count("\n") + 1


def canonical(value: Any) -> str:
    """Render a JSON value so that equal values have equal text: `1`, `1.0` and `true` differ, key order does not."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def _sections(path: str, text: str) -> list[_Section]:
    """Cut a page at its headings; collect the blocks of each part."""
    sections = [_Section("", 1, {})]
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        heading, fence = HEADING.match(lines[at]), FENCE.match(lines[at])
        if fence:
            at = _read_fence(path, lines, at, fence, sections[-1])
            continue
        if heading:
            sections.append(_Section(heading[1], at + 1, {}))
        at += 1
    return sections


def _read_fence(path: str, lines: list[str], at: int, fence: re.Match[str], section: _Section) -> int:
    """Add the block that opens at line index `at` to its section; return the index behind it."""
    marks, words = fence[1], fence[2].split()
    closer = re.compile(rf" {{0,3}}{re.escape(marks[0])}{{{len(marks)},}}\s*$")
    end = next((n for n in range(at + 1, len(lines)) if closer.match(lines[n])), None)
    if end is None:
        raise PageError(path, at + 1, "this block is never closed")
    kind = words[0] if words else ""
    if kind in BLOCKS:
        if kind in section.blocks:
            problem = f"a second `{kind}` block; the first is at line {section.blocks[kind].line}"
            raise PageError(path, at + 1, problem)
        block = _Block(kind, tuple(words[1:]), "\n".join(lines[at + 1 : end]), at + 1)
        section.blocks[kind] = _unescaped(path, block)
    else:
        section.others.append((kind, at + 1))
        near = kind.lower() if kind.lower() in BLOCKS else did_you_mean(kind.lower(), BLOCKS)
        if near:
            raise PageError(path, at + 1, f"no block `{kind}`: did you mean `{near}`?")
    return end + 1


def _unescaped(path: str, block: _Block) -> _Block:
    if not block.flags:
        return block
    if block.kind != "output" or block.flags != ("escaped",):
        raise PageError(path, block.line, f"`{' '.join(block.flags)}` means nothing here; only `output escaped` does")

    def decode(match: re.Match[str]) -> str:
        body = match[1]
        if body in SIMPLE:
            return SIMPLE[body]
        if len(body) == 5:
            return chr(int(body[1:], 16))
        line = block.line + 1 + block.text.count("\n", 0, match.start())
        raise PageError(path, line, f"`\\{body}` is no escape; those are \\n \\t \\r \\\\ \\uXXXX")

    text = ESCAPE.sub(decode, block.text)
    return _Block(
        block.kind, block.flags, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"), block.line
    )


def _shared_tools(path: str, sections: list[_Section]) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = []
    for section in sections:
        if "output" in section.blocks:
            continue
        for block in section.blocks.values():
            if block.kind != "tools":
                raise PageError(path, block.line, f"a `{block.kind}` block without an `output` block under its heading")
            if tools:
                raise PageError(path, block.line, "a second `tools` block for all cases")
            tools = _tools(path, block)
    return tools


def _case(path: str, section: _Section, shared: list[dict[str, Any]]) -> Case:
    blocks, text = section.blocks, section.blocks["output"].text
    if not section.heading:
        raise PageError(path, blocks["output"].line, "a case needs a heading above it")
    if "message" not in blocks:
        raise PageError(path, section.line, f"case `{section.heading}` has no `message` block")
    tools = _tools(path, blocks["tools"]) if "tools" in blocks else shared
    options = _options(path, blocks["options"]) if "options" in blocks else {}
    inside, suffix = options.get("inside"), options.get("suffix")
    splits = _splits(path, blocks["options"], options["split"], text) if "split" in options else ()
    expected = _expected(path, blocks["message"])
    return Case(path, section.line, section.heading, text, tools, inside, splits, expected, suffix)


def _json(path: str, block: _Block) -> Any:
    try:
        return json.loads(block.text)
    except json.JSONDecodeError as problem:
        raise PageError(path, block.line + problem.lineno, f"`{block.kind}` is not JSON: {problem.msg}") from None
    except (ValueError, RecursionError):
        raise PageError(path, block.line, f"`{block.kind}` has a number that is too long, or is too deep") from None


def _tools(path: str, block: _Block) -> list[dict[str, Any]]:
    """OpenAI tools as they are, or the short form: `{"name": {"key": "type" or a schema}}`."""
    found = _json(path, block)
    if isinstance(found, list):
        problems = read_given(found)[1]
        if not problems:
            return found
        raise PageError(path, block.line, f"`tools`: {problems[0]}")
    if isinstance(found, dict) and all(isinstance(keys, dict) for keys in found.values()):
        return [short_tool(name, keys) for name, keys in found.items()]
    problem = '`tools` is a list of OpenAI tools, or short: {"get_weather": {"city": "string"}}'
    raise PageError(path, block.line, problem)


def short_tool(name: str, keys: dict[str, Any]) -> dict[str, Any]:
    """Write out the short form of a tool.

    >>> short_tool("f", {"x": "string"})["function"]["parameters"]["properties"]
    {'x': {'type': 'string'}}
    """
    properties = {key: {"type": kind} if isinstance(kind, str) else kind for key, kind in keys.items()}
    parameters = {"type": "object", "properties": properties}
    return {"type": "function", "function": {"name": name, "parameters": parameters}}


def _options(path: str, block: _Block) -> dict[str, Any]:
    try:
        options = tomllib.loads(block.text)
    except tomllib.TOMLDecodeError as problem:
        raise PageError(path, block.line, f"`options` is not TOML: {problem}") from None
    except (ValueError, RecursionError):
        raise PageError(path, block.line, "`options` has a number that is too long, or is too deep") from None
    unknown = sorted(set(options) - {"inside", "suffix", "split"})
    if unknown:
        raise PageError(path, block.line, f"no option `{unknown[0]}`; the options are `inside`, `suffix` and `split`")
    if not isinstance(options.get("inside", ""), str):
        raise PageError(path, block.line, '`inside` names a capture, as in inside = "reasoning"')
    if not isinstance(options.get("suffix", ""), str):
        raise PageError(path, block.line, '`suffix` is a text, as in suffix = ":6124c78e"')
    return options


def _splits(path: str, block: _Block, split: Any, text: str) -> tuple[tuple[str, ...], ...]:
    if isinstance(split, list) and split and all(isinstance(chunk, str) for chunk in split):
        split = [split]  # one split, written without the outer list
    strings = isinstance(split, list) and all(
        isinstance(chunks, list) and all(isinstance(chunk, str) for chunk in chunks) for chunks in split
    )
    if not strings:
        raise PageError(path, block.line, "`split` is a list of chunks, or a list of such lists")
    if any("".join(chunks) != text for chunks in split):
        raise PageError(path, block.line, "the chunks of `split` do not join to the output")
    return tuple(tuple(chunks) for chunks in split)


def _expected(path: str, block: _Block) -> Expected:
    found = _json(path, block)
    if not isinstance(found, dict):
        raise PageError(path, block.line, "`message` is a JSON object")
    _refuse_keys(path, block, found, ("content", "reasoning", "tool_calls", "citations"))
    for key in ("content", "reasoning"):
        if found.get(key) is not None and not isinstance(found[key], str):
            raise PageError(path, block.line, f"`{key}` of a message is a string or null")
    calls = found.get("tool_calls", [])
    if not isinstance(calls, list) or not all(isinstance(call, dict) for call in calls):
        raise PageError(path, block.line, "`tool_calls` is a list of objects")
    content, reasoning = found.get("content") or None, found.get("reasoning") or None
    citations = found.get("citations", [])
    if not isinstance(citations, list) or not all(isinstance(citation, dict) for citation in citations):
        raise PageError(path, block.line, "`citations` is a list of objects")
    cited = tuple(_citation(path, block, citation) for citation in citations)
    return Expected(content, reasoning, tuple(_call(path, block, call) for call in calls), cited)


def _citation(path: str, block: _Block, citation: dict[str, Any]) -> Citation:
    _refuse_keys(path, block, citation, ("start", "end", "text", "source", "capture"))
    try:
        return Citation(**{"capture": "content", **citation})
    except TypeError:
        raise PageError(path, block.line, "a citation has `start`, `end`, `text` and `source`") from None


def _call(path: str, block: _Block, call: dict[str, Any]) -> ExpectedCall:
    _refuse_keys(path, block, call, ("name", "arguments", "id", "complete"))
    name, arguments, id_, complete = call.get("name"), call.get("arguments"), call.get("id"), call.get("complete", True)
    if not isinstance(name, str) or not isinstance(complete, bool) or not isinstance(id_, str | None):
        raise PageError(path, block.line, "a call has a `name`, `arguments`, and perhaps an `id` and `complete`")
    if complete and isinstance(arguments, dict):
        return ExpectedCall(name, canonical(arguments), True, id_)
    if not complete and isinstance(arguments, str):
        return ExpectedCall(name, arguments, False, id_)
    problem = '`arguments` is an object; with `"complete": false` it is the cut text, a string'
    raise PageError(path, block.line, problem)


def _refuse_keys(path: str, block: _Block, found: dict[str, Any], known: tuple[str, ...]) -> None:
    unknown = sorted(set(found) - set(known))
    if unknown:
        raise PageError(path, block.line, f"no key `{unknown[0]}` here; those are {', '.join(known)}")
