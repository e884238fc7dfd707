"""A first spec, written by the machine: from a chat template, or from nothing but the family of the format.

In: a chat template of a stranger. Out: a `Draft`: the text of a spec and its page, the compiled format, and the proof:
how many random conversations came back through template and draft.

How: `probing` renders conversations of its own words; `sections`, `cores`, `parameters` and `thoughts` compare the
renderings; `grammar` and `spec_text` write what was found, `page` the page. Nothing is known of any template: what
differs between two renderings shows what means what.

Promise: what could not be found out is said in `unknown`, with where to look. Whatever a template does is a
TemplateError, a DraftError or a NothingToCompareError.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..diagnostics import Report, Source
from ..formats import Format
from ..testing.templates import RoundTrips
from ..testing.templates.conversations import Turn
from .atoms import shared_end
from .cores import DraftError
from .grammar import write_rules
from .layout import Layout
from .page import Rendered, render_cases, write_page
from .probing import MARK, SHOWN, Prober, find_prober
from .proof import compiled, tried
from .scaffold import FAMILIES, write_scaffold
from .sections import find_layout
from .shipped import Reader, find_reader, write_variant
from .spec_text import tokens_for, write_spec
from .thoughts import find_thoughts

__all__ = [
    "FAMILIES",
    "Draft",
    "DraftError",
    "Reader",
    "draft_format",
    "draft_variant",
    "find_reader",
    "source_of",
    "write_scaffold",
]

CONVERSATIONS = 100
PLACEHOLDER = "<eos>"


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft: `format` is None where `report` has errors; `trips` is None where nothing could be compared."""

    name: str
    spec: str
    page: str
    unknown: tuple[str, ...]
    report: Report
    layout: Layout
    sample: str
    format: Format | None = None
    trips: RoundTrips | None = None
    problem: str = ""

    @property
    def is_right(self) -> bool:
        """Whether the spec has no errors, its sample is read, and all conversations came back."""
        return self.report.ok and self.trips is not None and not self.trips.losses and not self.problem


def draft_format(
    template: ChatTemplate, name: str, config: Mapping[str, Any] | None = None, *, count: int = CONVERSATIONS
) -> Draft:
    """Draft a format from a chat template; `config` is what its tokenizer_config.json holds.

    Raises TemplateError, NothingToCompareError when the template writes no calls, and DraftError when they are written
    in a way that no rule of ours explains.
    """
    config = config or {}
    prober = find_prober(template, tokens_for(config))
    layout = find_layout(prober)
    find_thoughts(prober, layout)
    _look_at_tokens(layout, config)
    rules, sample = write_rules(layout), _sample(prober)
    text = write_spec(name, layout, rules, sample, config, template.path)
    fmt, report = compiled(name, text)
    if fmt is None:
        return Draft(
            name, text, "", tuple(layout.unknown), report, layout, sample, problem="the draft does not compile"
        )
    trips, problem = tried(fmt, template, count, tokens_for(config))
    rendered = render_cases(prober, fmt)
    page = write_page(name, layout, sample, PurePath(template.path).name, problem or f"In the proof {trips}.", rendered)
    return Draft(name, text, page, _unknown(layout, rendered, trips), report, layout, sample, fmt, trips, problem)


def draft_variant(draft: Draft, reader: Reader, template: ChatTemplate, config: Mapping[str, Any], count: int) -> Draft:
    """The same page beside a variant of the shipped format that reads the template, proved anew."""
    text = write_variant(draft.name, reader, draft.layout, draft.sample, template.path)
    fmt, report = compiled(draft.name, text)
    if fmt is None:
        return replace(draft, spec=text, report=report, format=None, trips=None, problem="the variant does not compile")
    trips, problem = tried(fmt, template, count, tokens_for(config))
    return replace(draft, spec=text, report=report, format=fmt, trips=trips, problem=problem)


def _look_at_tokens(layout: Layout, config: Mapping[str, Any]) -> None:
    """Without the tokenizer's configuration, nothing says what its tokens are."""
    if config:
        return
    layout.unknown.append(
        "which delimiters are special tokens: those are listed that look like some; --tokenizer-config FILE tells"
    )
    if PLACEHOLDER in layout.end_tokens:
        layout.end_tokens.remove(PLACEHOLDER)
        layout.unknown.append("what ends a turn: the template writes its `eos_token`; --tokenizer-config FILE tells")


def _sample(prober: Prober) -> str:
    """Two calls as the model writes them, or one; without what closes the turn."""
    for calls in (SHOWN, SHOWN[:1]):
        try:
            text, plain = prober.answer(Turn(calls)), prober.answer(Turn((), MARK))
        except TemplateError:
            continue
        if all(call.name in text for call in calls):
            return text[: len(text) - len(shared_end(text, plain.partition(MARK)[2]))].strip()
    return ""


def _unknown(layout: Layout, rendered: Rendered, trips: RoundTrips | None) -> tuple[str, ...]:
    left_out = [f"the template does not carry {line}" for line in (trips.gathered if trips else ())]
    return (*layout.unknown, *rendered.lost, *left_out)


def source_of(draft: Draft) -> Source:
    """The text of a draft, for messages that show it."""
    return Source(f"{draft.name}.lark", draft.spec)
