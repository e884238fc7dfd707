"""What a spec says that shows in a chat template, in a vocabulary or in a model's name.

In: a format of the registry. Out: its `Facts`, read from its machine and its metadata.

Promise: the machine that was built is enough: no spec is compiled for this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ..formats import Format, load
from ..registry import format_paths, metadata_of
from ..runtime.tables.suffix import SUFFIX_PLACE

DISTINCTIVE_CHARS = 4  # an opener as short as `[` or `{` may stand in any text
WORD_CHARS = 8  # and a mere word as well, if it is short


@dataclass(frozen=True, slots=True)
class Facts:
    """One format, as far as a template can show it. Literals go up to the place of a suffix."""

    id: str
    title: str
    fmt: Format
    models: tuple[str, ...]
    call_openers: tuple[str, ...]
    reasoning_openers: tuple[str, ...]
    reasoning_closers: tuple[str, ...]
    literals: frozenset[str]
    special_tokens: tuple[str, ...]
    turn_openers: tuple[str, ...]
    end_tokens: tuple[str, ...]
    begins_inside: tuple[str, tuple[str, ...], bool, tuple[str, ...]] | None
    base: str | None  # the format whose rules it takes over

    @property
    def distinctive(self) -> tuple[str, ...]:
        """The openers of calls that hardly stand in a text by chance."""
        least = {True: WORD_CHARS, False: DISTINCTIVE_CHARS}
        return tuple(one for one in self.call_openers if len(one) >= least[one.isalpha()])

    def has_rules_of(self, other: Facts) -> bool:
        """Whether well-formed text is the same in both formats."""
        return bool(self.fmt.table.get("outline") == other.fmt.table.get("outline"))

    @property
    def reasoning(self) -> tuple[str, ...]:
        """The delimiters of reasoning; a format with closers has a reasoning parser."""
        return self.reasoning_openers + self.reasoning_closers


def all_facts(among: Iterable[str] | None = None) -> list[Facts]:
    """The facts of the registry's formats, or of those that are named by their ids."""
    paths = format_paths()
    wanted = None if among is None else set(among)
    return [_facts(path) for path in paths if wanted is None or path.stem in wanted]


@cache
def _facts(path: Path) -> Facts:
    fmt, spec = load(path), path.read_text(encoding="utf-8", errors="replace")
    table, meta = fmt.table, metadata_of(spec)
    base = re.search(r"^%import \.(\S+) ", spec, re.MULTILINE)
    inside = table.get("begins_inside")
    return Facts(
        id=path.stem,
        title=str(meta.get("title", "")),
        fmt=fmt,
        models=tuple(meta.get("models", ())),
        call_openers=_stems(table.get("call_openers", ())),
        reasoning_openers=_stems(table.get("reasoning_openers", ())),
        reasoning_closers=_stems(table.get("reasoning_closers", ())),
        literals=frozenset(_stems(edge["literal"] for state in table["states"] for edge in state.get("edges", ()))),
        special_tokens=_stems(meta.get("special_tokens", ())),
        turn_openers=tuple(meta.get("turn_openers", ())),
        end_tokens=tuple(meta.get("end_tokens", ())),
        begins_inside=None if inside is None else (inside[0], tuple(inside[1]), inside[2], tuple(inside[3])),
        base=base.group(1) if base else None,
    )


def _stems(literals: Iterable[Any]) -> tuple[str, ...]:
    """Delimiters without blanks at their ends, up to the place of a suffix, each once."""
    stems = (str(one).partition(SUFFIX_PLACE)[0].strip() for one in literals)
    return tuple(dict.fromkeys(stem for stem in stems if stem))
