r"""The profile `serving`: what the readers of serving engines accept of a response template.

In: a Spec. Out: a template that vLLM (`hf`, and its Rust frontend) and SGLang (`response_template`) load. It differs
from the one for transformers in these points:

- Text fields have no `join` and do not repeat: engines stream every region, and the last one is no value.
- No pattern looks ahead or behind, and each begins with a text: Rust's engine searches for that text.
- Reasoning has literal delimiters, with the line ends that stand beside them. By these, engines know its tokens.
- The closer of a section belongs to the closer of its last call, since SGLang reads calls without the field `content`.
- A prompt is cut behind what opens the model's turn, and not by a look at its end.

# Note [a closer that waits]
`</call>(?:</calls>)?` takes the `</call>` of "</call></ca" for all there is: what may follow is not waited for, as soon
as something else stands there. So each beginning of `</calls>` is an alternative, at the end of the text:

    </call>(?:\s*</calls>|\s*(?:<(?:/(?:c(?:a...)?)?)?)?\s*$)?

Readers hold a match that ends where the text ends, so "</call></ca" is held, and the next text decides. The blanks
before `$` are needed: in Python it matches in front of a last line end as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ...diagnostics import Diagnostic, Severity
from ...spec.ast import Choice, Literal, Node, Spec
from .message import Converter, Regions
from .nodes import CannotSayError, Items, bare, factored, is_blank, items_of, opener_that_ends_thoughts, seq
from .regex import escape, pattern

Way = tuple[str, ...]  # a delimiter: a pattern for each of its characters, and SPACE
SPACE = r"\s*"
WAYS_MAX = 50
BLANKS = r"[ \t\r\n]*"  # `\s` begins with too many characters for Rust's search
LINE_ENDS = ("", "\n", "\n\n")
_LEADING = re.compile(r"(?:\\s\*)+")
_TRAILING = re.compile(r"(?:\\s\*)+$")


@dataclass(frozen=True, slots=True)
class Model:
    """What one model's own files say: what opens its turn, and the tokens that end it."""

    anchor: str = ""
    end_tokens: tuple[str, ...] = ()


class ServingConverter(Converter):
    """Converts a spec for serving engines; what a model's files say stands in the place of what the spec says."""

    def __init__(self, spec: Spec, model: Model = Model()) -> None:
        super().__init__(spec)
        self.anchors = [model.anchor] if model.anchor else list(spec.meta.turn_openers)
        self.end_tokens = dict.fromkeys((*spec.meta.end_tokens, *model.end_tokens))
        self._marks: list[Items] = []  # of thoughts that are no field here

    def _fields(self, regions: Regions) -> dict[str, Any]:
        fields = super()._fields(regions)
        self.found = [one for one in self.found if one.name != "hf-one-list"]  # engines stream each of them
        if self._marks:
            del fields["thinking"]
        return fields

    def _thoughts(self) -> dict[str, Any]:
        if not (opener := opener_that_ends_thoughts(self.spec)):
            return self._framed("reasoning")
        at = self.spec.rules["reasoning"].at
        words = f'thoughts that end in front of "{opener}" without a closer'
        hint = "they are content; `toolgram build --target vllm` and `--target python` tell them apart"
        message = f"a response template for serving cannot say {words}"
        self.found.append(Diagnostic("hf-thoughts", message, at, "content", hint=hint, severity=Severity.WARNING))
        self._marks = [bare(items_of(one)) for one in self._frame("reasoning")]
        return {}

    def _framed(self, capture: str) -> dict[str, Any]:
        opener, closer = (texts_of(factored(one)) for one in self._frame(capture))
        if opener is None or closer is None:
            field = super()._framed(capture)
            return {key: led(field[key]) for key in ("open_pattern", "close_pattern")}
        opens = [text + after for after in LINE_ENDS[:2] for text in opener]
        closes = [before + text + after for before in LINE_ENDS for after in LINE_ENDS for text in closer]
        return {"open": opens, "close": closes}

    def _calls(self, regions: Regions) -> dict[str, Any]:
        field = super()._calls(regions)
        closer = _TRAILING.sub("", field["close_pattern"])
        tails = [way for parts in regions.behind for way in ways_of(seq(parts, self.spec.meta_at)) or ()]
        closer += rf"(?:\s*{one_of_these(map(''.join, tails))}|\s*(?:{begun(tails)})?\s*$)?" if tails else r"(?:\s*$)?"
        return {**field, "open_pattern": led(field["open_pattern"]), "close_pattern": closer}

    def _content(self, regions: Regions) -> dict[str, Any]:
        field = super()._content(regions)
        if "open" in field:
            return field
        found = [_LEADING.sub("", pattern(self.spec, bare(parts))) for parts in self._markup(regions)]
        found += [escape(token) for token in self.end_tokens]
        marks = [pattern(self.spec, parts) for parts in self._marks]
        ways = [f"{BLANKS}{one_of_these(found)}"] * bool(found) + [one_of_these(marks)] * bool(marks)
        return {"close_pattern": rf"{one_of_these(ways)}\s*"} if ways else {}

    def _warn_of_turns(self) -> None:
        if not self.end_tokens:
            super()._warn_of_turns()

    def _anchor(self, thinking: dict[str, Any] | None) -> dict[str, Any]:
        if self.anchors:
            return {"start_anchor": self.anchors}
        if thinking is None or self.spec.meta.begins_inside is None:
            return {"start_anchor_pattern": r"\A.*"}
        label, note = "the prompt may end in it", "the opener at the end of a prompt is read only behind an anchor"
        words = "where the model's turn begins: the format does not say it"
        hint = "give the model's template: `--for tokenizer_config.json`"
        raise CannotSayError("hf-anchor", words, self.spec.rules["reasoning"].at, label, note, hint)


def led(regex: str) -> str:
    r"""A pattern that begins with a text, or with few characters before it.

    >>> led(r"\s*(?:<a>\s*)?<b>")
    '[ \\t\\r\\n]*(?:<a>[ \\t\\r\\n]*)?<b>'
    """
    return regex.replace(SPACE, BLANKS)


def begun(ways: Sequence[Way]) -> str:
    """A pattern of the beginnings of delimiters, without the empty one and the whole.

    >>> begun([("<", "/", "a", ">")])
    '<(?:/(?:a)?)?'
    """
    found = []
    for way in dict.fromkeys(ways):
        text = ""
        for atom in reversed(way[:-1]):
            text = atom + (f"(?:{text})?" if text else "")
        found.append(text)
    found = [text for text in dict.fromkeys(found) if text]
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def one_of_these(patterns: Iterable[str]) -> str:
    """A pattern of several ones, the longer ones first."""
    found = sorted(dict.fromkeys(patterns), key=len, reverse=True)
    return found[0] if len(found) == 1 else f"(?:{'|'.join(found)})"


def ways_of(node: Node) -> list[Way] | None:
    """What a delimiter may be, without blanks at its ends; None if that cannot be listed."""
    parts = bare(items_of(node))
    if len(parts) == 1:
        [part] = parts
        if isinstance(part, Literal):
            return [tuple(map(escape, part.text))]
        if isinstance(part, Choice):
            found = [ways_of(option) for option in part.options]
            return None if None in found else [way for one in found for way in one or ()]
        return None
    ways: list[Way] = [()]
    for part in parts:
        inner: list[Way] | None = [(SPACE,)] if is_blank(part) else ways_of(part)
        if inner is None or len(ways) * len(inner) > WAYS_MAX:
            return None
        ways = [(*way, *more) for way in ways for more in inner]
    return ways if parts else None


def texts_of(node: Node) -> list[str] | None:
    """The same, where there are no blanks inside."""
    ways = ways_of(node)
    if ways is None or any(SPACE in way for way in ways):
        return None
    return ["".join(atom[-1] for atom in way) for way in ways]
