"""The message as the fields of a response template.

In: a Spec. Out: the template, as the data of its JSON.

What a spec's message says and a template has no word for:

- What the prompt has opened. The template sees the prompt too; its start anchor takes all of it but an opener of the
  reasoning at its very end.
- White space next to calls. It becomes part of the delimiters; the text itself is left as it is (`strip` is false).
- Text that comes in several regions. It repeats, and is joined; around a call by an empty line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ...diagnostics import Diagnostic, Severity
from ...spec.ast import Call, Choice, Node, Ref, Repeat, Spec, options_of
from ...spec.builtins import CAPTURES
from .call import CallConverter
from .nodes import (
    IF_RARE,
    CannotSayError,
    Items,
    captures_in,
    expand,
    factored,
    is_blank,
    items_of,
    literals_in,
    may_be_empty,
    opener_that_ends_thoughts,
    seq,
    set_of,
    without_citations,
)
from .regex import escape, pattern


@dataclass
class Regions:
    """What stands in the message: the markup in front of and behind each capture, and markup that stands alone."""

    leads: dict[str, list[Items]] = field(default_factory=dict)
    trails: dict[str, list[Items]] = field(default_factory=dict)
    alone: list[Items] = field(default_factory=list)
    behind: list[Items] = field(default_factory=list)  # what is left over behind calls
    listed: bool = False  # calls are items of a JSON array

    def add(self, capture: str, lead: Items, trail: Items) -> None:
        """Note a capture."""
        self.leads.setdefault(capture, []).append(lead)
        self.trails.setdefault(capture, []).append(trail)


class Converter:
    """Converts a spec; `found` collects what the template says less well."""

    def __init__(self, spec: Spec) -> None:
        self.spec = spec
        self.found: list[Diagnostic] = []

    def template(self) -> dict[str, Any]:
        """Return the template. Raises CannotSayError."""
        regions = Regions()
        self._visit(regions, expand(self.spec, self.spec.rules["start"].body), (), ())
        fields = self._fields(regions)
        if (citation := self.spec.rules.get("citation")) is not None:
            message, label = "a response template cannot say what a citation is", "its markup stays in the text"
            at, severity = citation.name_at, Severity.WARNING
            self.found.append(Diagnostic("hf-citation", message, at, label, hint=IF_RARE, severity=severity))
        if not fields:
            raise CannotSayError("hf-message", "a message without parts", self.spec.rules["start"].at, "nothing in it")
        anchor = self._anchor(fields.get("thinking"))
        return {"version": 1, "defaults": {"role": "assistant"}, **anchor, "fields": fields}

    def _fields(self, regions: Regions) -> dict[str, Any]:
        fields: dict[str, Any] = {}
        if "reasoning" in regions.leads:
            fields["thinking"] = self._thoughts()
        if "tool_call" in regions.leads:
            fields["tool_calls"] = self._calls(regions)
        if "content" in regions.leads:
            fields["content"] = self._content(regions)
        return fields

    def _thoughts(self) -> dict[str, Any]:
        """The reasoning; where calls end it without a closer of its own, it closes in front of one."""
        field = self._framed("reasoning")
        if opener := opener_that_ends_thoughts(self.spec):
            field["close_pattern"] = rf"(?:{field['close_pattern']}|\s*(?={escape(opener)}))"
        return field

    def _calls(self, regions: Regions) -> dict[str, Any]:
        """The calls; `regions.behind` takes what is left over behind them."""
        converter = CallConverter(self.spec, self.found)
        leads, trails = regions.leads["tool_call"], regions.trails["tool_call"]
        field = converter.field(leads, trails, listed=regions.listed)
        regions.behind += converter.stray
        return field

    def _visit(self, regions: Regions, node: Node, lead: Items, trail: Items) -> None:
        """Collect captures with the markup around them."""
        match node:
            case Ref(name=name) if name in CAPTURES:
                regions.add(name, lead, trail)
            case Call(name="json_array"):
                regions.listed = True
                regions.add("tool_call", lead, trail)
            case Repeat(item=item):
                self._visit(regions, item, lead, trail)
            case Choice(options=options):
                for option in options:
                    if any(captures_in(option)):
                        self._visit(regions, option, lead, trail)
                    elif not is_blank(option):
                        regions.alone.append(items_of(option))
            case _:
                self._items(regions, items_of(node), lead, trail)

    def _items(self, regions: Regions, parts: Items, lead: Items, trail: Items) -> None:
        where = [number for number, part in enumerate(parts) if any(captures_in(part))]
        for order, number in enumerate(where):
            start = where[order - 1] + 1 if order else 0
            before = parts[start:number]
            last = order == len(where) - 1
            after = parts[number + 1 :] if last else ()
            inner_lead = (*lead, *before) if not order else before
            self._visit(regions, parts[number], inner_lead, (*after, *trail) if last else ())

    def _framed(self, capture: str) -> dict[str, Any]:
        """A region of text with delimiters."""
        opener, closer = self._frame(capture)
        return {
            "open_pattern": pattern(self.spec, items_of(factored(opener))),
            "close_pattern": pattern(self.spec, items_of(factored(closer))),
            **JOINED,
        }

    def _frame(self, capture: str) -> tuple[Node, Node]:
        """What opens and what closes a region of text."""
        openers, closers = [], []
        rule = self.spec.rules[capture]
        body = without_citations(expand(self.spec, rule.body))
        for option in options_of(body):
            parts = items_of(option)
            where = [number for number, part in enumerate(parts) if isinstance(part, Ref) and part.name == "TEXT"]
            if len(where) != 1:
                raise CannotSayError("hf-text", f"how `{capture}` is written here", option.at, "more than one text")
            openers.append(seq(parts[: where[0]], option.at))
            closers.append(seq(parts[where[0] + 1 :], option.at))
        opener, closer = (one[0] if len(one) == 1 else Choice(tuple(one), rule.at) for one in (openers, closers))
        if may_be_empty(opener):
            raise CannotSayError("hf-open", f"`{capture}` that no text opens", rule.at, "nothing in front of it")
        if may_be_empty(closer):
            raise CannotSayError("hf-close", f"`{capture}` that no text closes", rule.at, "nothing behind it")
        return opener, closer

    def _content(self, regions: Regions) -> dict[str, Any]:
        """The answer: framed, or all text that nothing else takes."""
        body = without_citations(expand(self.spec, self.spec.rules["content"].body))
        if not (isinstance(body, Ref) and body.name == "TEXT"):
            for parts in (*regions.alone, *regions.behind):
                if literals := literals_in(parts):
                    words = "markup beside an answer that has delimiters of its own"
                    raise CannotSayError("hf-message", words, literals[0].at, "it would become text")
            return self._framed("content")
        self._refuse_edges(regions)
        at = self.spec.rules["content"].at
        self._warn_of_turns()
        ways = [seq(parts, at) for parts in self._markup(regions)]
        if not ways:
            return {**JOINED, "join": BETWEEN}
        node = ways[0] if len(ways) == 1 else Choice(tuple(ways), at)
        join = "" if any(set_of(regions.alone)) else BETWEEN
        return {"close_pattern": rf"\s*{pattern(self.spec, items_of(node))}\s*", **JOINED, "join": join}

    def _refuse_edges(self, regions: Regions) -> None:
        for capture in ("content", "reasoning"):
            for parts in (*regions.leads.get(capture, ()), *regions.trails.get(capture, ())):
                if literals := literals_in(parts):
                    words = "markup that stands only where the answer begins or ends"
                    raise CannotSayError("hf-message", words, literals[0].at, "it would vanish anywhere")

    def _warn_of_turns(self) -> None:
        at = self.spec.rules["content"].at
        words = "how a turn ends: the format does not say it"
        hint = "cut the end token off the text, or add it to what closes `content` in the template"
        message = f"a response template cannot say {words}"
        self.found.append(Diagnostic("hf-end", message, at, "takes it in", hint=hint, severity=Severity.WARNING))

    def _markup(self, regions: Regions) -> list[Items]:
        """The markup between the parts of a message, each way once."""
        at = self.spec.rules["content"].at
        ways = [parts for parts in (*set_of(regions.alone), *set_of(regions.behind)) if parts]
        if any(may_be_empty(seq(parts, at)) for parts in ways):
            raise CannotSayError("hf-message", "markup that may be absent", at, "between the parts of a message")
        return ways

    def _anchor(self, thinking: dict[str, Any] | None) -> dict[str, Any]:
        """All of the prompt is no part of the message, but for an opener that the prompt ends with."""
        if thinking is None or self.spec.meta.begins_inside is None:
            return {"start_anchor_pattern": r"\A.*"}
        return {"start_anchor_pattern": rf"\A(?:.*(?={thinking['open_pattern']}\Z)|.*)"}


BETWEEN = "\n\n"  # of the texts around a call, whose blanks are a part of its delimiters
JOINED = {"repeats": True, "join": "", "content": "text", "content_args": {"strip": False}}
