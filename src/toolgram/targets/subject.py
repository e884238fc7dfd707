"""What generated files say of their format, made ready for templates that compute nothing.

In: a Spec, its Machine, and the name that its file goes by. Out: `Subject`, texts and plain data.

Promises: no date, no path of a machine: the same spec gives the same values anywhere. What is not printable stands as
its escape: a text of the spec moves nothing, hides nothing, and ends no line of a file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from ..diagnostics import printable
from ..machine.model import Machine
from ..spec.ast import Spec
from ..spec.comment import sample_of


@dataclass(frozen=True)
class Subject:
    """One compiled format. `origin` is how files name its spec: `formats/x.lark`, or the bare name of one elsewhere.

    `read_cases` reads those of its page, for whoever asks; none where it has no page that can be read.
    """

    spec: Spec
    machine: Machine
    origin: str
    read_cases: Callable[[], Sequence[Any]] = tuple

    @property
    def id(self) -> str:
        """The format's id."""
        return self.machine.format

    @property
    def title(self) -> str:
        """The format's title."""
        return printable(self.machine.title)

    @property
    def models(self) -> str:
        """The models that write it, or a dash."""
        return printable(", ".join(self.spec.meta.models)) or "-"

    @property
    def rebuild(self) -> str:
        """The command that writes the file again."""
        return f"toolgram build {self.id if self.origin != PurePath(self.origin).name else self.origin}"

    @property
    def sha256(self) -> str:
        """The digest of the spec's text, and of the specs that it imports."""
        texts = [self.spec.source.text, *(source.text for source in self.spec.others.values())]
        return hashlib.sha256("".join(texts).encode("utf-8", "surrogatepass")).hexdigest()

    @cached_property
    def sample(self) -> tuple[str, ...]:
        """The text as the model writes it: the comment between the metadata and the rules."""
        return tuple(printable(line, "\t") for line in sample_of(self.spec.source.text))

    @property
    def bounds(self) -> str:
        """The most characters that are ever held, by what they may turn out to be."""
        return ", ".join(f"{what} {chars}" for what, chars in self.machine.bounds.items()) or "none"
