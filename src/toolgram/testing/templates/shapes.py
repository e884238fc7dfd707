"""How a template wants its messages: found by trying.

In: a format and a template. Out: a `Renderer` of the shape that suits best, which has learned what the template closes
a turn with, and where reasoning goes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import product
from typing import Any, TypeVar

from ...chat_templates import ChatTemplate, TemplateError
from ...formats import Format
from ...runtime.message import Message
from .comparing import difference
from .conversations import PLAIN, VALUES, Call, Turn
from .rendering import ABSENT, MARK, PARTS, Renderer, Shape

Made = TypeVar("Made")
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking", "tool_plan", PARTS)
PROBE = Turn((Call(PLAIN, {"text": MARK}),))
OTHER_PROBE = Turn((Call(PLAIN, {"count": 1}),))
BACK, JSON_WORDS, WRITTEN = 2, 1, 4
BEST = BACK + JSON_WORDS + WRITTEN


class NothingToCompareError(ValueError):
    """A template that does not write calls."""


def parsed(renderer: Renderer, turn: Turn) -> Message:
    """Render a turn and parse what it wrote. Raises TemplateError."""
    written = renderer.written(turn)
    return renderer.fmt.parse(written.text, renderer.tools, written.inside)


def comes_back(renderer: Renderer, turn: Turn) -> bool:
    """Tell whether a turn survives the way through template and parser."""
    return difference(turn, parsed(renderer, turn)) is None


def best_renderer(fmt: Format, template: ChatTemplate, among: Iterable[Shape]) -> Renderer:
    """Return the renderer of the shape that suits a template best.

    Raises TemplateError, the first one, when no shape renders, and NothingToCompareError when none writes calls.
    """
    made = (partial(Renderer, fmt, template, shape) for shape in among)
    score, found = best_of(made, _score, BEST)
    if score < WRITTEN:
        raise NothingToCompareError(f"{template.path} does not write the calls of an assistant: nothing to compare")
    return found


def best_of(makers: Iterable[Callable[[], Made]], score_of: Callable[[Made], int], best: int) -> tuple[int, Made]:
    """The one with the highest score of those that can be made, with its score; `best` ends the search.

    Raises TemplateError, the first one, when none can be made.
    """
    found: tuple[int, Made] | None = None
    first: TemplateError | None = None
    for make in makers:
        try:
            one = make()
            score = score_of(one)
        except TemplateError as problem:
            first = first or problem
            continue
        if found is None or score > found[0]:
            found = score, one
        if score == best:
            break
    if found is None:
        assert first is not None
        raise first
    return found


def _score(renderer: Renderer) -> int:
    """How well a shape suits: the call is written, it comes back, its values are not in the words of Python."""
    text = renderer.whole(PROBE)
    is_written = MARK in text and text.count(PLAIN) > renderer.whole(Turn((), "X")).count(PLAIN)
    with_true = renderer.whole(Turn((Call(PLAIN, {"text": MARK, "on": True}),)))
    has_json_words = with_true.count("true") > text.count("true")
    return WRITTEN * is_written + BACK * comes_back(renderer, PROBE) + JSON_WORDS * has_json_words


def shapes(options: dict[str, Any]) -> Iterator[Shape]:
    """Yield all shapes, the usual ones first."""
    types = sorted({schema["type"] for schema in VALUES.values()} - {"string"})
    for without, system, is_named, no_content, as_text in product(
        (None, *types), (False, True), (False, True), (None, "", ABSENT), (False, True)
    ):
        yield Shape(
            system=system,
            without=without,
            arguments_as_text=as_text,
            ids="named" if is_named else "plain",
            no_content=no_content,
            options=tuple(options.items()),
        )


def learn_end(renderer: Renderer) -> None:
    """Take what is left behind every call for the template's end of a turn, unless the format knows it."""
    left = {parsed(renderer, turn).content for turn in (PROBE, OTHER_PROBE)}
    text = renderer.written(PROBE).text
    end = left.pop() if len(left) == 1 else None
    if end and text.endswith(end) and not any(literal in end for literal in renderer.literals):
        renderer.add_end(end)


def header_of(renderer: Renderer) -> str | None:
    """What stands before every call and is no part of the format; None when nothing does."""
    left = {parsed(renderer, turn).content for turn in (PROBE, OTHER_PROBE)}
    header = left.pop() if len(left) == 1 else None
    text = renderer.written(PROBE).text
    if not header or not text.startswith(header) or header == text or any(one in header for one in renderer.literals):
        return None
    return header


def with_reasoning(renderer: Renderer) -> tuple[Renderer, bool]:
    """The key that reasoning goes to, and the option that it needs; False when no key is rendered."""
    turn = Turn(PROBE.calls, None, f"Hm. {MARK} it is.")
    for options, key in product(_reasoning_options(renderer), REASONING_KEYS):
        shape = replace(renderer.shape, reasoning_key=key, options=options)
        try:
            other = Renderer(renderer.fmt, renderer.template, shape)
            text = other.whole(turn)
        except TemplateError:
            continue
        before, found, _ = text.partition(f"Hm. {MARK} it is.")
        is_data = before.rstrip("\"'").endswith(": ")  # a template that prints the parts of a content as they are
        if found and not is_data and text.count(PLAIN) >= renderer.whole(PROBE).count(PLAIN):
            for end in renderer.ends:
                other.add_end(end)
            return other, True
    return renderer, False


def _reasoning_options(renderer: Renderer) -> list[tuple[tuple[str, Any], ...]]:
    """The options as they are, then with reasoning switched on the way that the format names."""
    given = renderer.shape.options
    begins = renderer.fmt.machine.begins_inside
    names = begins[1] if begins else []
    return [given, *((*given, (name, True)) for name in names if name not in dict(given))]
