"""Repairs of the metadata block: where it stands, how it is marked, and its TOML.

What is tried is proven here: of several guesses at a line that is no TOML, the first is taken that can be read.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator
from typing import Any

from ..fixes import Edit, Fix
from ..sources import Source, SourceRange
from .metadata_block import CLOSER, LIKE_CLOSER, OPENER, Block
from .repairs import insertion, lines_of

EXAMPLE = f"""{OPENER}
# title  = "Acme JSON calls"
# models = ["acme/acme-7b-*"]
{CLOSER}
"""
_KEY = re.compile(r"\s*\"?([\w-]+)\"?\s*[=:]")
QUOTES = " \"'[]"
_COMMENT = re.compile(r"[ \t]*(?:#+|//+)[ \t]?")
_WORD_PROCESSOR = str.maketrans("\u201c\u201d\u201e\u2018\u2019\u00a0", '"""\'\' ')


def added(source: Source) -> Fix:
    """Put a block at the top."""
    return Fix("put this at the top", (insertion(source, 0, EXAMPLE),))


def moved(source: Source, at: SourceRange) -> Fix:
    """Put a block that stands behind rules at the top."""
    closer = LIKE_CLOSER.search(source.text, at.end)
    place = lines_of(source, source.range(at.start, closer.end(1) if closer else at.end))
    lines = source.text[place.start : place.end].splitlines()
    block = "\n".join(lines if closer else EXAMPLE.splitlines())
    return Fix("put the block at the top", (insertion(source, 0, f"{block}\n"), Edit(place, "")))


def rewritten(source: Source, at: SourceRange) -> Fix:
    """Mark the lines of a block as it has to be."""
    closer = LIKE_CLOSER.search(source.text, at.end)
    start = lines_of(source, at).start
    end = lines_of(source, source.range(closer.start(1), closer.end(1))).end if closer else _end_of_comments(source, at)
    inner = source.text[start:end].splitlines()[1 : -1 if closer else None]
    bare = [_COMMENT.sub("", line, count=1).rstrip() for line in inner]
    lines = [OPENER, *(f"# {line}".rstrip() for line in bare), CLOSER]
    return Fix("write the block so", (Edit(source.range(start, end), "\n".join(lines) + "\n"),))


def _end_of_comments(source: Source, at: SourceRange) -> int:
    """Behind the last comment line from a place on."""
    end = lines_of(source, at).end
    while found := re.compile(r"[ \t]*(?:#|//)[^\n]*\n").match(source.text, end):
        end = found.end()
    return end


def closed(block: Block) -> Fix:
    """Close a block behind the last line that can belong to it."""
    for count in range(len(block.lines), -1, -1):
        if _reads("".join(f"{text}\n" for _, text in block.lines[:count])):
            break
    last = block.lines[count - 1][0] if count else block.at.start
    behind = lines_of(block.source, block.source.range(last, last))
    newline = "" if block.source.text[behind.start : behind.end].endswith("\n") else "\n"
    return Fix("", (insertion(block.source, behind.end, f"{newline}{CLOSER}\n"),))


def _table(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):
        return None


def _reads(text: str) -> bool:
    return _table(text) is not None


def without_endless(block: Block) -> Fix:
    """Leave out the lines that cannot be read for their size."""
    bad = [offset for offset, text in block.lines if len(text) > len(EXAMPLE) * 5] or [block.at.end]
    places = [lines_of(block.source, block.source.range(offset, offset)) for offset in bad]
    return Fix("leave it out", tuple(Edit(place, "") for place in dict.fromkeys(places)))


def as_toml(block: Block, number: int, is_good: Callable[[dict[str, Any]], bool], line: str | None) -> Fix:
    """Write a line as TOML: what it may have meant, else an example of its key; else leave out a line, or all."""
    index = min(number, len(block.lines)) - 1
    texts = [text for _, text in block.lines]
    places = [lines_of(block.source, block.source.range(offset, offset)) for offset, _ in block.lines]
    for guess in [*_guesses(texts[index]), *([line] if line else [])]:
        table = _table("\n".join([*texts[:index], guess, *texts[index + 1 :]]))
        if table is not None and is_good(table):
            return Fix("", (Edit(places[index], f"# {guess}\n"),))
    for other in (index, *range(len(texts))):
        table = _table("\n".join([*texts[:other], *texts[other + 1 :]]))
        if table is not None and is_good(table):
            return Fix("leave the line out", (Edit(places[other], ""),))
    lines = EXAMPLE.splitlines(keepends=True)[1:-1]
    return Fix("write the block anew", (Edit(places[0].to(places[-1]), "".join(lines)),))


def key_of(block: Block, number: int) -> str:
    """The key of a line of a block, or nothing."""
    found = _KEY.match(block.lines[min(number, len(block.lines)) - 1][1]) if block.lines else None
    return found[1] if found else ""


def _guesses(text: str) -> Iterator[str]:
    """What a line may have meant."""
    plain = text.translate(_WORD_PROCESSOR)
    yield plain
    for ending in ("]", "}", '"', "'", '"]', '" }', "}]"):
        yield plain.rstrip().rstrip(",") + ending
    key, _, value = plain.partition("=" if "=" in plain else ":")
    key, value = key.rstrip(), value.strip().rstrip(",;")
    quoted = re.findall(r'"([^"]*)"', value)
    for guess in (value, value.lower(), f"[{value}]", f"[{value}", toml(value.strip("'\"")), toml(quoted)):
        yield f"{key} = {guess}"
    yield f"{key} = {toml([item.strip(QUOTES) for item in value.split(',') if item.strip(QUOTES)])}"


def without_key(block: Block, key: str) -> Fix:
    """Delete a key with its value."""
    return Fix("delete it", (Edit(_whole(block, key), ""),))


def with_key(block: Block, key: str, line: str) -> Fix:
    """Write the line of a key anew."""
    return Fix("", (Edit(_whole(block, key), f"# {line}\n"),))


def with_line(block: Block, line: str) -> Fix:
    """Add a line at the top of the block."""
    return Fix("", (insertion(block.source, lines_of(block.source, block.at).end, f"# {line}\n"),))


def _whole(block: Block, key: str) -> SourceRange:
    """The lines of a key: its own, and those on which its value goes on."""
    at = block.key_at(key)
    place = lines_of(block.source, at)
    behind = [(offset, text) for offset, text in block.lines if offset >= place.end]
    text = block.source.text[at.start : place.end]
    end = place.end
    while behind and not _reads(text):
        offset, more = behind.pop(0)
        text += f"{more}\n"
        end = lines_of(block.source, block.source.range(offset, offset)).end
    return block.source.range(place.start, end)


def guesses(value: Any) -> Iterator[Any]:
    """What a value of a key may have meant."""
    if isinstance(value, str):
        yield from ([value], value[:1])
        if value.isdecimal() and len(value) < len("100"):
            yield int(value)
    elif isinstance(value, list):
        yield [one if isinstance(one, str) else str(one) for one in value]
        yield [re.sub(r"[^A-Za-z0-9_.\-]+", "_", str(one)).strip("_.-") for one in value]
        yield [str(one).strip() for one in value if str(one).strip()]
        yield " ".join(map(str, value))
    elif isinstance(value, dict):
        yield value | {"off": [value.get("off")]}
    else:
        yield str(value)


def toml(value: Any) -> str:
    """Write a value as TOML.

    >>> toml({"a": ["x"], "b": True})
    '{ a = ["x"], b = true }'
    """
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
