"""What there is of a model: a chat template, a tokenizer's configuration, a folder, or a name.

In: a path. Out: a `Given`: the template, the special tokens of the vocabulary, and the names that the files have for
the model. In a folder, each file is looked at that says one of these.

Promise: whatever a file holds, the answer is a `Given` or a `GivenError` that names the file.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BYTES_MAX = 1 << 26  # of a file: the largest tokenizers have some 40 megabytes
TEMPLATE_CHARS_MAX = 500_000
TOLD = ("tokenizer_config.json", "tokenizer.json", "config.json", "chat_template.json", "added_tokens.json")
TOOL_TEMPLATES = ("tool_use", "tools", "default")  # of several templates, the first of these counts
NAME_KEYS = ("_name_or_path", "name_or_path", "model_id")
CACHED = re.compile(r"^models--([^/]+)--([^/]+)$")  # a folder of Hugging Face's cache
SUFFIXES = {".gguf": "`llama-cli` and `gguf-dump` print the chat template of such a file: give that one"}


class GivenError(ValueError):
    """A file that says nothing of a model; the text names it."""


@dataclass(frozen=True, slots=True)
class Given:
    """What is known of a model. `source` is where the template stands, for messages."""

    template: str | None = None
    source: str = "chat template"
    tokens: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()


def read_given(path: Path) -> Given:
    """Read a template, a JSON file of a model, or the folder of one. Raises OSError and GivenError."""
    if path.is_dir():
        return _read_folder(path)
    if path.suffix in SUFFIXES:
        raise GivenError(f"{path}: {SUFFIXES[path.suffix]}")
    if path.suffix == ".json":
        given = _of_json(path, _read_json(path))
        if given == Given(source=str(path)):
            raise GivenError(f"{path}: there is no `chat_template` in it, no token and no name of a model")
        return given
    return Given(template=_checked(_read_text(path), path), source=str(path))


def _read_folder(folder: Path) -> Given:
    """All that a model's folder says; a template in a file of its own comes first."""
    found = [_of_json(path, _read_json(path)) for path in sorted(folder.glob("*.json")) if _is_told(path)]
    for path in (folder / "chat_template.jinja", *_more_templates(folder)):
        if path.is_file():
            found.insert(0, Given(template=_checked(_read_text(path), path), source=str(path)))
            if path.stem == TOOL_TEMPLATES[0]:
                break
    named = [name for given in found for name in given.names]
    names = tuple(dict.fromkeys([*_names_of_folder(folder), *named]))
    tokens = frozenset[str]().union(*(given.tokens for given in found))
    first = next((given for given in found if given.template is not None), Given(source=str(folder)))
    if first.template is None and not tokens and not found:
        raise GivenError(f"{folder}: there is no {', '.join(sorted({*TOLD, 'chat_template.jinja'}))} in it")
    return Given(first.template, first.source, tokens, names)


def _is_told(path: Path) -> bool:
    return path.name in TOLD and path.is_file()


def _more_templates(folder: Path) -> Iterator[Path]:
    yield folder / "additional_chat_templates" / f"{TOOL_TEMPLATES[0]}.jinja"


def _names_of_folder(folder: Path) -> Iterator[str]:
    """The names that a path has for a model: of the cache of Hugging Face, or `organisation/model`."""
    parts = folder.resolve().parts
    for part in parts:
        cached = CACHED.match(part)
        if cached:
            yield "/".join(cached.groups())
    if len(parts) > 2:
        yield "/".join(parts[-2:])


def _of_json(path: Path, value: Any) -> Given:
    """What one JSON file says."""
    if not isinstance(value, dict):
        raise GivenError(f"{path}: a JSON object is wanted, as in tokenizer_config.json")
    template = _template_of(value.get("chat_template"))
    names = tuple(str(value[key]) for key in NAME_KEYS if isinstance(value.get(key), str) and "/" in value[key])
    checked = None if template is None else _checked(template, path)
    return Given(checked, str(path), frozenset(_tokens_of(value, path)), names)


def _template_of(found: Any) -> str | None:
    """The template for requests with tools: of a text, of a list with names, or of an object."""
    if isinstance(found, str):
        return found
    named: dict[str, str] = {}
    entries: Iterable[Any] = found if isinstance(found, list) else ()
    for entry in entries:
        if isinstance(entry, dict) and isinstance(entry.get("template"), str):
            named[str(entry.get("name"))] = entry["template"]
    if isinstance(found, dict):
        named = {str(name): text for name, text in found.items() if isinstance(text, str)}
    return next((named[name] for name in (*TOOL_TEMPLATES, *named) if name in named), None)


def _tokens_of(value: Mapping[str, Any], path: Path) -> Iterator[str]:
    """The texts of tokens with ids of their own."""
    entries: list[Any] = []
    for found in (value.get("added_tokens"), value.get("added_tokens_decoder")):
        entries += found.values() if isinstance(found, dict) else found if isinstance(found, list) else []
    yield from (one["content"] for one in entries if isinstance(one, dict) and isinstance(one.get("content"), str))
    if path.name == "added_tokens.json":
        yield from value


def _read_json(path: Path) -> Any:
    try:
        return json.loads(_read_text(path))
    except RecursionError:
        raise GivenError(f"{path}: the JSON in it is too deep") from None
    except ValueError as error:
        raise GivenError(f"{path}: it is not JSON: {error}") from None


def _read_text(path: Path) -> str:
    with path.open("rb") as file:
        found = file.read(BYTES_MAX + 1)
    if len(found) > BYTES_MAX:
        raise GivenError(f"{path}: it is longer than {BYTES_MAX:,} bytes")
    try:
        return found.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise GivenError(f"{path}: it is not UTF-8 (byte {error.start})") from None


def _checked(template: str, path: Path) -> str:
    if len(template) > TEMPLATE_CHARS_MAX:
        raise GivenError(f"{path}: a template of more than {TEMPLATE_CHARS_MAX:,} characters")
    return template
