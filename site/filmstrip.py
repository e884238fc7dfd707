"""A stream as a filmstrip: what has come, what of it is held back and why, and what was said, delta by delta.

In: a format, tools, and the deltas of an answer. Out: `Step`s, which a real parser makes, and an SVG of them. When the
answer has been read to its end, the parser's trace says what each character became; a step knows which ones are held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drawing import CHAR, Drawing

import toolgram
from toolgram import ArgumentsDelta, CallEnd, CallStart, ContentDelta, Event, ReasoningDelta
from toolgram.runtime.core.trace import CALL_BEGINS
from toolgram.testing import merge

LEFT, TOP, ROW, LINE = 30, 34, 52, 19
HELD = "held"
LOOKS = {one: one for one in ("content", "reasoning", "value", "name")} | {"json": "value", "key": "name"}
LEGEND = {"content": "content", "name": "name, key", "value": "argument", "markup": "markup", HELD: "held back"}


@dataclass(frozen=True)
class Step:
    """What is known behind a delta: the text so far, the looks of its characters, what was said, why the rest waits."""

    text: str
    delta: str
    looks: tuple[str, ...]
    says: tuple[str, ...]
    why: str


def steps(format_id: str, tools: list[dict[str, Any]], deltas: list[str]) -> list[Step]:
    """Feed the deltas to a parser and look at it behind each."""
    became, begins = _became(format_id, tools, "".join(deltas))
    parser = toolgram.load(format_id).parser(tools)
    found, text = [], ""
    for number, delta in enumerate(deltas):
        events = parser.feed(delta)
        if number == len(deltas) - 1:
            events += parser.finish()
        text += delta
        deferred, last = parser.held_mark if number < len(deltas) - 1 else ("", 0)
        held = set(range(len(text) - last, len(text)))
        if deferred:
            call = max(place for place in begins if place <= len(text) - last)
            held |= set(range(call - len(deferred), call))
        assert number == len(deltas) - 1 or len(held) == len(parser.held_source)
        looks = tuple(HELD if at in held else became[at] for at in range(len(text)))
        says = tuple(filter(None, map(_said, merge(events))))
        found.append(Step(text, delta, looks, says, _why(parser, bool(last), bool(deferred))))
    return found


def _became(format_id: str, tools: list[dict[str, Any]], text: str) -> tuple[list[str], list[int]]:
    """How each character of the whole text looks in the end, and where calls begin."""
    parser = toolgram.load(format_id).parser(tools, trace=True)
    parser.feed(text)
    parser.finish()
    entries, marks = parser.take_marked_trace()
    looks = [LOOKS.get(kind, "markup") for kind, part in entries for _ in part]
    assert "".join(part for _, part in entries) == text
    places = [sum(len(part) for _, part in entries[: mark.before]) for mark in marks if mark.kind == CALL_BEGINS]
    return looks, places


def _said(event: Event) -> str:
    match event:
        case ContentDelta(text=text):
            return f"content {_shown(text)}"
        case ReasoningDelta(text=text):
            return f"reasoning {_shown(text)}"
        case CallStart(name=name):
            return f"a call of {name}"
        case ArgumentsDelta(text=text):
            return f"arguments {_shown(text)}"
        case CallEnd(complete=complete):
            return "the call is complete" if complete else "the call is cut off"
    return ""


def _shown(text: str) -> str:
    return "\N{LEFT DOUBLE QUOTATION MARK}" + visible(text) + "\N{RIGHT DOUBLE QUOTATION MARK}"


def visible(text: str) -> str:
    """The text on one line."""
    return text.replace("\n", "\N{DOWNWARDS ARROW WITH CORNER LEFTWARDS}")


def _why(parser: toolgram.Parser, is_last: bool, is_deferred: bool) -> str:
    """Why something is held, in the words of docs/hold-back.md."""
    place = parser._run.place.state
    if parser.is_undecided:
        return "it may still turn out to be text"
    if is_last and place.sink == "value":
        return "a closer counts only with evidence behind it"
    if is_last:
        return "a delimiter may be beginning"
    return "a blank beside the call: is there more text?" if is_deferred else ""


def picture(title: str, found: list[Step]) -> str:
    """Draw the steps below each other."""
    width = LEFT + round(max(len(step.text) for step in found) * CHAR) + 20
    out = Drawing(max(width, 820), TOP + ROW * len(found) + 8, title, _description(found))
    x = float(LEFT)
    for look, words in LEGEND.items():
        x = out.key(x, 16, look, words)
    for number, step in enumerate(found):
        y = TOP + ROW * number
        out.words(LEFT - 8, y + 14, str(number + 1), "end faint")
        _cells(out, step, y)
        says = "; ".join(step.says)
        waits = f"{step.looks.count(HELD)} held: {step.why}" if HELD in step.looks else ""
        out.words(LEFT, y + LINE + 16, "  \N{EM DASH}  ".join(filter(None, [says or "nothing yet", waits])), "said")
    return out.svg()


def _cells(out: Drawing, step: Step, y: int) -> None:
    """Runs of characters that look alike, and a line under what has just come."""
    at = 0
    while at < len(step.text):
        end = at
        while end < len(step.text) and step.looks[end] == step.looks[at]:
            end += 1
        out.cells(LEFT + at * CHAR, y, visible(step.text[at:end]), step.looks[at])
        at = end
    new = len(step.text) - len(step.delta)
    out.underline(LEFT + new * CHAR, LEFT + len(step.text) * CHAR, y + LINE)


def _description(found: list[Step]) -> str:
    parts = []
    for number, step in enumerate(found, 1):
        held = "".join(char for char, look in zip(step.text, step.looks, strict=True) if look == HELD)
        said = "; ".join(step.says) or "nothing is said"
        parts.append(f"{number}. {_shown(step.delta)} comes: {said}" + (f"; {_shown(held)} is held." if held else "."))
    return " ".join(parts)
