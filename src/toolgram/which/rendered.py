"""A chat template that is asked the same things for many formats: it is rendered once.

In: the text of a template. Out: a `RememberedTemplate`, and the shapes of messages with which it writes calls.

Promise: the work on one template ends: after so many seconds every question is a `TemplateError`, and so is a text of
more characters than a short conversation can have.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..testing.templates.conversations import PLAIN, Call, Turn
from ..testing.templates.rendering import MARK, Chat, Shape
from ..testing.templates.shapes import PROBE, shapes

SECONDS = 90  # for all that is asked of one template, of the processor
BUSY = 5  # times as long by the clock, where others use the processor, too
CHARS = 100_000  # of one conversation
TYPED = Turn((Call(PLAIN, {"text": MARK, "on": True}),))


class RememberedTemplate(ChatTemplate):
    """Renders each question once. `seconds` are those of the processor, here and in the child, each."""

    def __init__(self, path: str, text: str, seconds: int = SECONDS) -> None:
        self._known: dict[str, str | TemplateError] = {}
        self._until = time.thread_time() + seconds, time.monotonic() + BUSY * seconds
        super().__init__(path, text, seconds_of_all=seconds, chars=CHARS)

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None,
        options: Mapping[str, Any],
        *,
        ask: bool = False,
    ) -> str:
        """Render a conversation, or remember it. Raises TemplateError."""
        self.check_time()
        question = json.dumps([messages, tools, options, ask], sort_keys=True)
        answer = self._known.get(question)
        if answer is None:
            try:
                answer = super().render(messages, tools, options, ask=ask)
            except TemplateError as problem:
                answer = problem
            self._known[question] = answer
        if isinstance(answer, TemplateError):
            raise answer
        return answer

    def check_time(self) -> None:
        """Raise TemplateError when the work takes too long."""
        own, clock = self._until
        if time.thread_time() > own or time.monotonic() > clock:
            raise TemplateError(self.path, None, "it takes too long to find out what it writes")


@dataclass(frozen=True, slots=True)
class Calling:
    """How a template writes calls: all shapes of messages with which it does, and one for each way of writing."""

    shapes: list[Shape]
    ways: list[Shape]


def calling(template: ChatTemplate) -> Calling:
    """Find the shapes with which a template writes calls: those like the first one that it takes."""
    found: list[Shape] = []
    ways: dict[tuple[str, str], Shape] = {}
    for shape in shapes({}):
        if found and (shape.without, shape.system) != (found[0].without, found[0].system):
            break
        chat = Chat(template, shape)
        try:
            text = chat.whole(PROBE)
            if MARK in text and text.count(PLAIN) > chat.whole(Turn((), "X")).count(PLAIN):
                ways.setdefault((chat.tail(text), chat.tail(chat.whole(TYPED))), shape)
                found.append(shape)
        except TemplateError:
            continue
    return Calling(found, list(ways.values()))


def prompt_of(template: ChatTemplate, shape: Shape) -> str:
    """A conversation in which tools are declared, up to where the model goes on; "" where it cannot be rendered."""
    chat = Chat(template, shape)
    try:
        return chat.whole_prompt()
    except TemplateError:
        return ""
