"""The metadata block of a spec: TOML in the leading comments, in the way of Python's inline script metadata.

In comes the source, out comes a checked `Metadata` or diagnostics named `bad-metadata`, each at the line of the spec
that is wrong. pydantic finds the mistakes; the words are ours.

Every key has a closed set of values and a case that fails without it; an unknown key is an error.
"""

from __future__ import annotations

import re
import tomllib
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import ErrorDetails

from ..diagnostics import Diagnostic, Source, SourceRange, did_you_mean
from ..fixes import Edit, Fix
from .files import ID_WORDS, is_id
from .limits import MISTAKES_MAX
from .metadata_block import LIKE_CLOSER, LIKE_OPENER, OPENER, Block, find_block
from .metadata_repairs import (
    added,
    as_toml,
    closed,
    guesses,
    key_of,
    moved,
    rewritten,
    toml,
    with_key,
    with_line,
    without_endless,
    without_key,
)
from .other_texts import other_text

MESSAGE_CAPTURES = ("reasoning", "content")
NAME = "bad-metadata"


class BeginsInside(BaseModel):
    """The capture that the prompt may have opened already.

    `arguments` are those of the chat template that decide it (none: always opened). It is open when one of them is
    given and none of them is false or one of the texts `off`; `default` says what it is when none is given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    capture: str
    arguments: tuple[str, ...] = ()
    default: bool = True
    off: tuple[str, ...] = ()


class ElementNames(BaseModel):
    """Names that elements have in a format: the items of an array, the member that text beside elements becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    item: str | None = Field(default=None, min_length=1)
    text: str | None = Field(default=None, min_length=1)


class Metadata(BaseModel):
    """What a spec says about its format besides the rules."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    title: str = Field(min_length=1)
    models: list[str]
    aliases: list[str] = []
    special_tokens: list[str] = []
    end_tokens: list[str] = []
    turn_openers: list[str] = []
    call_id_length: int | None = Field(default=None, ge=1, le=64)
    begins_inside: BeginsInside | None = None
    suffix: str | None = None
    commit: Literal["name", "section"] = "name"
    echo: Literal["keep", "drop"] = "keep"
    unwrap: list[str] = []
    unknown_tools: Literal["call", "content"] = "call"
    elements: ElementNames | None = None
    sources: list[str] = []

    @field_validator("begins_inside", mode="before")
    @classmethod
    def _read_begins_inside(cls, value: object) -> BeginsInside:
        if not isinstance(value, dict):
            raise ValueError("is not a table")
        given = dict(value)
        default, off = given.pop("default", True), given.pop("off", [])
        if len(given) != 1 or not isinstance(default, bool):
            raise ValueError("does not name one capture")
        (capture, when) = given.popitem()
        if capture not in MESSAGE_CAPTURES:
            raise ValueError(f"names `{capture}`, in which no reply can begin")
        arguments = [] if when is True else when if isinstance(when, list) else [when]
        if when is not True and not (arguments and _are_texts(arguments)):
            raise ValueError("does not say when")
        if not (isinstance(off, list) and _are_texts(off)):
            raise ValueError("has an `off` that is no list of texts")
        return BeginsInside(capture=capture, arguments=tuple(arguments), default=default, off=tuple(off))

    @field_validator("aliases")
    @classmethod
    def _check_aliases(cls, value: list[str]) -> list[str]:
        if any(is_id(alias) is None for alias in value):
            raise ValueError(f"has a name that is no id: an id has {ID_WORDS}")
        return value

    @field_validator("end_tokens", "turn_openers")
    @classmethod
    def _check_turns(cls, value: list[str]) -> list[str]:
        if any(not text.strip() or text != text.strip() for text in value):
            raise ValueError("has a text that begins or ends with a blank, or is empty")
        return value

    @field_validator("suffix")
    @classmethod
    def _check_suffix(cls, value: str) -> str:
        if len(value) != 1 or value.isspace() or value in "<>{}":
            raise ValueError("is not one character")
        return value


def _are_texts(values: list[object]) -> bool:
    return all(isinstance(value, str) and value for value in values)


NOTHING = Metadata(title="?", models=[])
"""Stands for a block that could not be read, so that the rules can still be checked."""


class Words(NamedTuple):
    """What a key must be, and a line to paste."""

    wanted: str
    line: str


WORDS = {
    "title": Words("a text in double quotes", 'title = "Acme JSON calls"'),
    "models": Words("a list of texts", 'models = ["acme/acme-7b-*"]'),
    "aliases": Words("a list of texts", 'aliases = ["acme_v2"]'),
    "special_tokens": Words("a list of texts", 'special_tokens = ["<tool_call>", "</tool_call>"]'),
    "end_tokens": Words("a list of texts", 'end_tokens = ["<|im_end|>", "<|endoftext|>"]'),
    "turn_openers": Words("a list of texts", 'turn_openers = ["<|im_start|>assistant"]'),
    "call_id_length": Words("a number from 1 to 64", "call_id_length = 9"),
    "begins_inside": Words(
        "a table of one capture, and when it is open",
        'begins_inside = { reasoning = "enable_thinking", default = true }',
    ),
    "suffix": Words("the character that every suffix begins with", 'suffix = ":"'),
    "commit": Words('one of "name", "section"', 'commit = "name"'),
    "echo": Words('one of "keep", "drop"', 'echo = "drop"'),
    "unwrap": Words("a list of texts", 'unwrap = ["arguments", "input"]'),
    "unknown_tools": Words('one of "call", "content"', 'unknown_tools = "content"'),
    "elements": Words("a table of the names `item` and `text`", 'elements = { item = "item", text = "$text" }'),
    "sources": Words(
        "a list of texts", 'sources = ["https://huggingface.co/acme/acme-7b/blob/main/chat_template.jinja"]'
    ),
}


def read_metadata(source: Source) -> tuple[Metadata | None, SourceRange, list[Diagnostic]]:
    """Read the metadata block; return it with the place of its first line."""
    block = find_block(source)
    if block is None:
        at = source.range(*source.line_range(1))
        return None, at, [_no_block(source, at)]
    if not block.closed:
        return None, block.at, [_not_closed(block)]
    try:
        table = tomllib.loads(block.toml)
    except tomllib.TOMLDecodeError as error:
        return None, block.at, [_bad_toml(block, str(error))]
    except (ValueError, RecursionError):  # a number of thousands of digits, thousands of brackets
        words = "a number of thousands of digits, or brackets too deep inside each other"
        hint = without_endless(block)
        return None, block.at, [Diagnostic(NAME, "the metadata block cannot be read", block.at, words, hint=hint)]
    try:
        return Metadata.model_validate(table), block.at, []
    except ValidationError as error:
        return None, block.at, [_mistake(block, table, found) for found in error.errors()[:MISTAKES_MAX]]


def _no_block(source: Source, top: SourceRange) -> Diagnostic:
    """Say what a block must look like, at the line that was meant to begin one if there is such a line."""
    what = "the spec has no metadata block"
    meant = LIKE_OPENER.search(source.text)
    if meant is None:
        return other_text(source) or Diagnostic(NAME, what, top, "no block before this", hint=added(source))
    at = source.range(meant.start(1), meant.end(1))
    if meant[1] == OPENER:
        return Diagnostic(NAME, what, at, "this stands behind the first rule", hint=moved(source, at))
    return Diagnostic(NAME, what, at, "this begins none", hint=rewritten(source, at))


def _not_closed(block: Block) -> Diagnostic:
    what = "the metadata block is not closed"
    meant = LIKE_CLOSER.search(block.source.text, block.at.end)
    if meant is None:
        return Diagnostic(NAME, what, block.at, "opened here", hint=closed(block))
    at = block.source.range(meant.start(1), meant.end(1))
    return Diagnostic(NAME, what, at, "this closes none", hint=rewritten(block.source, block.at))


def _bad_toml(block: Block, words: str) -> Diagnostic:
    """Point at the line that tomllib names; it says so only in its message before Python 3.14."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", words)
    number = int(found[1]) if found and found[1] else len(block.lines)
    reason = words[: found.start()] if found else words
    label = reason[:1].lower() + reason[1:]
    key = key_of(block, number)
    line = WORDS[key].line if key in WORDS else None
    hint = as_toml(block, number, _is_good, line) if block.lines else added(block.source)
    return Diagnostic(NAME, "the metadata block is not TOML", block.line_at(number), label, hint=hint)


def _is_good(table: dict[str, Any]) -> bool:
    try:
        Metadata.model_validate(table)
    except ValidationError as error:
        return all(found["type"] == "missing" for found in error.errors())
    return True


def _mistake(block: Block, table: dict[str, Any], found: ErrorDetails) -> Diagnostic:
    kind, loc, message = found["type"], found["loc"], found["msg"]
    key = str(loc[0])
    words = WORDS.get(key)
    if words is None:
        near = did_you_mean(key, [name for name in WORDS if name not in table])
        hint = Fix(f"did you mean `{near}`", (Edit(block.key_at(key), near),)) if near else without_key(block, key)
        if not near:
            hint = Fix(f"delete it; the keys are {', '.join(WORDS)}", hint.edits)
        return Diagnostic(NAME, f"`{key}` is not a key of the metadata", block.key_at(key), "unknown key", hint=hint)
    if kind == "missing":
        hint = with_line(block, words.line)
        return Diagnostic(NAME, f"the metadata has no `{key}`", block.at, f"`{key}` is missing", hint=hint)
    said, label = f"`{key}` must be {words.wanted}", _given(table[key], loc[1:])
    if kind == "value_error":
        said, label = f"`{key}` {message.removeprefix('Value error, ')}", f"must be {words.wanted}"
    hint = _meant(block, key, table[key], words.line)
    return Diagnostic(NAME, said, block.key_at(key), label, hint=hint)


def _meant(block: Block, key: str, value: Any, line: str) -> Fix:
    """The line of a key with what its value may have meant, or with an example."""
    for guess in guesses(value):
        try:
            Metadata.model_validate({"title": "?", "models": [], key: guess})
        except ValidationError:
            continue
        return with_key(block, key, f"{key} = {toml(guess)}")
    if key == "begins_inside":
        capture = next(
            (one for one in MESSAGE_CAPTURES if re.search(rf"^{one}:", block.source.text, re.MULTILINE)), None
        )
        if capture is None:
            return without_key(block, key)
        line = line.replace("reasoning", capture)
    return with_key(block, key, line)


def _given(value: Any, path: tuple[int | str, ...]) -> str:
    """Say what was given instead, and which item of a list it is."""
    subject = "this"
    if isinstance(value, list) and path and isinstance(path[0], int):
        subject, value = f"item {path[0] + 1}", value[path[0]]
    if isinstance(value, dict) and path:
        return f"`{path[0]}` cannot stand here so"
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}
    if isinstance(value, str):
        return f'{subject} is "{value}"'
    return f"{subject} is {kinds.get(type(value), 'a date')}"
