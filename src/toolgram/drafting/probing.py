"""Conversations of our own making, rendered by a chat template whose format nobody knows yet.

In: a chat template. Out: a `Prober`, in the shape that the template wants its messages in. It renders a turn and
returns what the assistant wrote, with all that closes the turn.

Names, keys and values are words that no template has: where one stands in the text, it came from the turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, cached_property, partial
from itertools import product
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..formats import Format
from ..testing.cases import short_tool
from ..testing.templates.conversations import Call, Turn
from ..testing.templates.rendering import MARK, Renderer, Shape
from ..testing.templates.shapes import REASONING_KEYS, NothingToCompareError, best_of, shapes
from .proof import compiled

NAMES = ("zqname_a", "zqname_b", "zqname_c")
KEYS = ("zqkey_a", "zqkey_b", "zqkey_c")
TEXTS = ("Zqtext alpha", "Zqtext beta", "Zqtext gamma")
NUMBERS = (7310042, 7310043, 7310044)
REASONING = "Zqthought so"
SWITCHES = ("enable_thinking", "thinking", "enable_reasoning", "reasoning", "think")  # what templates call the switch
BLANK = (
    "# /// format\n# title = 'Nothing'\n# models = []\n# ///\n%import toolgram (TEXT)\nstart: content\ncontent: TEXT\n"
)
TYPES = ("string", "integer", "number", "boolean", "object", "array", "null")
PLAIN_TYPES = {
    **dict.fromkeys(KEYS, "string"),
    **{f"zq{kind}": kind for kind in TYPES},
}
TOOLS: dict[str, dict[str, Any]] = {  # what people are shown: the cases of a page, and the sample
    "get_weather": {"city": "string", "days": "integer"},
    "get_time": {"timezone": "string"},
    "configure": {
        **{"text": "string", "count": "integer", "ratio": "number", "on": "boolean"},
        **{"list": {"type": "array", "items": {"type": "string"}}, "options": "object"},
    },
    "ping": {},
}
SHOWN = (Call("get_weather", {"city": "Tokyo", "days": 3}), Call("get_time", {"timezone": "UTC"}))  # to people
FAIR, GOOD = 8, 15


class Prober(Renderer):
    """Renders turns, and returns what stands behind the prompt. Its methods raise TemplateError."""

    def __init__(self, template: ChatTemplate, shape: Shape) -> None:
        super().__init__(_blank(), template, shape, _tools(shape.without))

    def answer(self, turn: Turn) -> str:
        """What the assistant wrote, with what closes the turn."""
        tail = self.tail(self.whole(turn))
        begin = self._begin(tail)
        if tail.startswith(self.asked) and not tail[len(self.asked) : begin].lstrip().startswith(("<", "[")):
            begin = len(self.asked)  # a word that all turns begin with is no header of the turn
        opened = tail.rfind("<", 0, begin)
        if opened >= 0 and tail.find(">", opened, begin) < 0 and begin - opened < 40:
            begin = opened  # a common beginning may have cut a tag in two
        return tail[begin:]

    def behind_last(self, turn: Turn) -> str:
        """All that stands behind the last message before a turn: the header of the turn, too."""
        return self.tail(self.whole(turn))

    @cached_property
    def asked(self) -> str:
        """What the generation prompt puts behind the last message."""
        return self.prompt()

    @cached_property
    def turn_opener(self) -> str:
        """What the generation prompt adds to a conversation; empty when it does not add at the end."""
        before, asked = self.tail(self._render([])), self.asked
        return asked[len(before) :] if asked.startswith(before) else ""

    def prompts(self) -> Mapping[tuple[str, Any] | None, str]:
        """The prompt by a switch of the template's and its value; None is the prompt without any."""
        found: dict[tuple[str, Any] | None, str] = {None: self.asked}
        for name, value in product(SWITCHES, (True, False)):
            if re.search(rf"\b{name}\b", self.source):
                found[name, value] = self.with_options({name: value}).asked
        return found

    @property
    def source(self) -> str:
        """The text of the template."""
        return self.template.text

    def with_options(self, options: Mapping[str, Any]) -> Prober:
        """The same with arguments of the template's own."""
        given = {**dict(self.shape.options), **options}
        return Prober(self.template, replace(self.shape, options=tuple(given.items())))

    def with_reasoning(self) -> Prober | None:
        """The same with reasoning in the place where the template writes it; None when it writes none."""
        turn = Turn((Call(NAMES[0], {KEYS[0]: TEXTS[0]}),), None, REASONING)
        switched = [{name: True} for name in SWITCHES if re.search(rf"\b{name}\b", self.source)]
        for options, key in product([{}, *switched], REASONING_KEYS):
            try:
                other = self.with_options(options)
                other = Prober(self.template, replace(other.shape, reasoning_key=key))
                text = other.answer(turn)
            except TemplateError:
                continue
            before, found, behind = text.partition(REASONING)
            is_data = before.rstrip("\"'").endswith(": ")
            if found and not is_data and NAMES[0] in behind:
                return other
        return None


def find_prober(template: ChatTemplate, options: Mapping[str, Any]) -> Prober:
    """The prober of the shape that suits a template best.

    Raises TemplateError when no shape renders, and NothingToCompareError when none writes calls.
    """
    score, prober = best_of((partial(Prober, template, shape) for shape in shapes(dict(options))), _score, GOOD)
    if score < FAIR:
        raise NothingToCompareError(f"{template.path} does not write the calls of an assistant")
    return prober


def _score(prober: Prober) -> int:
    """How well a shape suits: the call is written, `true` is, and the arguments are encoded once."""
    text = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: TEXTS[0]}),)))
    is_written = NAMES[0] in text and KEYS[0] in text and TEXTS[0] in text
    with_true = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: TEXTS[0], "zqboolean": True}),)))
    is_once = f'\\"{KEYS[0]}' not in text
    return 8 * is_written + 4 * ("true" in with_true) + 2 * is_once + ("None" not in text)


def _tools(without: str | None) -> list[dict[str, Any]]:
    properties = {
        key: {"type": kind, "description": f"A value of type {kind}."}
        for key, kind in PLAIN_TYPES.items()
        if kind != without
    }
    parameters = {"type": "object", "properties": properties, "required": []}
    own = [
        {"type": "function", "function": {"name": name, "description": "A tool.", "parameters": parameters}}
        for name in NAMES
    ]
    return [*own, *(_described(name, keys) for name, keys in TOOLS.items())]


def _described(name: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """A tool as most templates want it: with descriptions, and a list of what is required."""
    tool = short_tool(name, dict(keys))
    function = tool["function"]
    function["description"] = f"Runs {name}."
    function["parameters"]["required"] = []
    for key, schema in function["parameters"]["properties"].items():
        schema["description"] = f"The {key}."
    return tool


@cache
def _blank() -> Format:
    """A format in which everything is content: nothing is known of the template's yet."""
    fmt, _ = compiled("blank", BLANK)
    assert fmt is not None
    return fmt


__all__ = ["KEYS", "MARK", "NAMES", "NUMBERS", "REASONING", "SHOWN", "TEXTS", "TOOLS", "Prober", "find_prober"]
