"""A chat template that is asked the same things for many formats: it is rendered once.

In: the text of a template. Out: a `RememberedTemplate`, and the shapes of messages with which it writes calls.

Promise: the work on one template ends: after so many seconds every question is a `TemplateError`, and so is a text of
more characters than a short conversation can have.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..testing.templates.conversations import PLAIN, Call, Turn
from ..testing.templates.rendering import MARK, Chat, Shape
from ..testing.templates.shapes import PROBE, shapes

SECONDS = 60  # for all that is asked of one template
CHARS = 100_000  # of one conversation
SHAPES_MAX = 6
TYPED = Turn((Call(PLAIN, {"text": MARK, "on": True}),))


class RememberedTemplate(ChatTemplate):
    """Renders each question once. `until` is the time when the work has to end."""

    def __init__(self, path: str, text: str, seconds: int = SECONDS) -> None:
        self.text = text
        self._known: dict[str, str | TemplateError] = {}
        self.until = time.monotonic() + seconds
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
        question = json.dumps([messages, tools, options, ask], sort_keys=True)
        answer = self._known.get(question)
        if answer is None:
            self.check_time()
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
        if time.monotonic() > self.until:
            raise TemplateError(self.path, None, "it takes too long to find out what it writes")


def calling_shapes(template: ChatTemplate) -> list[Shape]:
    """The shapes of messages with which a template writes calls, one for each way in which it writes them."""
    found: dict[tuple[str, str], Shape] = {}
    for shape in shapes({}):
        chat = Chat(template, shape)
        try:
            text = chat.whole(PROBE)
            if MARK in text and text.count(PLAIN) > chat.whole(Turn((), "X")).count(PLAIN):
                found.setdefault((chat.tail(text), chat.tail(chat.whole(TYPED))), shape)
        except TemplateError:
            continue
        if len(found) == SHAPES_MAX:
            break
    return list(found.values())


def prompt_of(template: ChatTemplate, shape: Shape) -> str:
    """A conversation in which tools are declared, up to where the model goes on; "" where it cannot be rendered."""
    chat = Chat(template, shape)
    try:
        return chat.whole_prompt()
    except TemplateError:
        return ""
