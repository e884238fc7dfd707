"""What the assistant wrote, cut out of a rendered conversation.

In: a `Turn`. Out: `Written`, the text as a model would have to generate it, and the capture that the prompt had opened.

A template shows where a turn begins when it is asked to prompt for one, and how it ends when the turn is mere text.
What lies between is the assistant's. `Shape` holds what templates disagree on: whether arguments are objects or JSON
text, what ids look like, what stands for no content, where reasoning goes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from ...chat_templates import ChatTemplate, TemplateError
from ...formats import Format
from ...runtime.tables.suffix import SUFFIX_PLACE
from .conversations import Call, Turn, tools_without

ABSENT = "absent"
PARTS = "content"
MARK = "Certainly so"  # text that no template changes
ASKED, RESULT = "Please run the tools.", "Fine weather it is."


@dataclass(frozen=True, slots=True)
class Shape:
    """How a template wants its messages."""

    system: bool = False
    after_results: bool = False  # the turn follows the results of earlier calls
    without: str | None = None  # a type of parameter that the template cannot describe
    arguments_as_text: bool = False
    ids: Literal["plain", "named"] = "plain"
    no_content: str | None = None  # what a message without text has for `content`; ABSENT: no such key
    reasoning_key: str | None = None  # PARTS: a part of the content
    options: tuple[tuple[str, Any], ...] = ()

    def message(self, turn: Turn) -> dict[str, Any]:
        """Write a turn as a message of the chat API."""
        message: dict[str, Any] = {"role": "assistant"}
        content: Any = self.no_content if turn.content is None else turn.content
        if turn.reasoning is not None and self.reasoning_key == PARTS:
            content = [{"type": "thinking", "thinking": turn.reasoning}, *self._text_part(turn)]
        elif turn.reasoning is not None and self.reasoning_key is not None:
            message[self.reasoning_key] = turn.reasoning
        if content != ABSENT:
            message["content"] = content
        if turn.calls:
            message["tool_calls"] = [self._call(number, call) for number, call in enumerate(turn.calls)]
        return message

    def _text_part(self, turn: Turn) -> list[dict[str, str]]:
        return [] if turn.content is None else [{"type": "text", "text": turn.content}]

    def _call(self, number: int, call: Call) -> dict[str, Any]:
        arguments = json.dumps(call.arguments, ensure_ascii=False) if self.arguments_as_text else call.arguments
        function = {"name": call.name, "arguments": arguments}
        return {"id": self.id_of(number, call), "type": "function", "function": function}

    def id_of(self, number: int, call: Call) -> str:
        """The id of a call: nine letters and digits, the least that any template asks for, or with the name in it."""
        return f"call{number:05}" if self.ids == "plain" else f"functions.{call.name}:{number}"


@dataclass(frozen=True, slots=True)
class Written:
    """What the assistant wrote, `text`, begun inside a capture or not. `end` is what closes the turn."""

    text: str
    inside: str | None
    end: str


class Chat:
    """Renders conversations of one shape that end with a turn. Its methods raise TemplateError."""

    def __init__(self, template: ChatTemplate, shape: Shape) -> None:
        self.template, self.shape = template, shape
        self.tools = tools_without(shape.without)
        self._last = RESULT if shape.after_results else ASKED

    def whole(self, turn: Turn) -> str:
        """Render a conversation that ends with this turn."""
        return self._render([self.shape.message(turn)])

    def prompt(self) -> str:
        """What the template puts between the last message and the turn that it asks for."""
        return self.tail(self.whole_prompt())

    def whole_prompt(self) -> str:
        """Render a conversation up to where the model is to go on."""
        return self._render([], ask=True)

    def tail(self, text: str) -> str:
        """What stands behind the last message before the turn."""
        return text.rpartition(self._last)[2]

    def _render(self, answers: list[dict[str, Any]], *, ask: bool = False) -> str:
        messages = [*self._history(), *answers]
        return self.template.render(messages, self.tools, dict(self.shape.options), ask=ask)

    def _history(self) -> Iterator[Mapping[str, Any]]:
        if self.shape.system:
            yield {"role": "system", "content": "You run tools."}
        yield {"role": "user", "content": ASKED}
        if self.shape.after_results:
            call = Call("ping", {})
            yield self.shape.message(Turn((call,)))
            yield {"role": "tool", "tool_call_id": self.shape.id_of(0, call), "name": call.name, "content": RESULT}


class Renderer(Chat):
    """Renders turns of one shape, and cuts them out."""

    def __init__(self, fmt: Format, template: ChatTemplate, shape: Shape) -> None:
        super().__init__(template, shape)
        self.fmt = fmt
        self.literals = literals(fmt)
        self._prompt = self.prompt()
        self._starts = self._find_starts()
        self._ends: list[str] = []
        for end in self._find_ends():
            self.add_end(end)
        self._opened: dict[str, str | None] = {}

    def written(self, turn: Turn) -> Written:
        """Render a conversation that ends with this turn; return what the turn added."""
        tail = self.tail(self.whole(turn))
        begin = self._begin(tail)
        text = tail[begin:]
        end = next((one for one in self._ends if text.endswith(one)), "")
        return Written(text.removesuffix(end), self._inside(tail[:begin]), end)

    def _begin(self, tail: str) -> int:
        """Where the model began: behind the prompt, or where the template's own record of the turn leaves it."""
        behind = len(self._prompt) if tail.startswith(self._prompt) else _behind(self._prompt, tail)
        if behind is not None:
            return self._behind_header(tail, behind)
        at = len(_common_start([tail, self._prompt, *self._starts]))
        return next((begin for begin, end in _places(self.literals, tail) if begin < at < end), at)

    def _behind_header(self, tail: str, at: int) -> int:
        """A record may open a turn with what the prompt for it leaves out."""
        end = len(_common_start([tail, *self._starts])) if len(self._starts) > 2 else at
        is_own = any(begin < end and behind > at for begin, behind in _places(self.literals, tail))
        return at if is_own or end < at or not tail[at:end].strip() else end

    def _find_starts(self) -> list[str]:
        """Turns that begin differently: where a record leaves the prompt, delimiters must not be cut in two."""
        turns = [Turn((), MARK), Turn((), "X"), Turn((Call("ping", {}),))]
        return [self.tail(whole) for whole in self._wholes(turns)]

    def _find_ends(self) -> Iterator[str]:
        """What stands behind mere text, and of that what stands behind a call as well."""
        for whole in self._wholes([Turn((), MARK)]):
            end = whole.rpartition(MARK)[2]
            yield from {end, end.lstrip()}
            for other in self._wholes([Turn((Call("ping", {}),))]):
                yield self._shared_end(end, self.tail(other))

    def _shared_end(self, end: str, text: str) -> str:
        """The longest end of two texts that begins like a token and cuts no delimiter."""
        shared = _common_start([end[::-1], text[::-1]])[::-1]
        if not shared.lstrip().startswith(("<", "[")):
            shared = shared[min((shared.find(char) for char in "<[" if char in shared), default=len(shared)) :]
        at = len(text) - len(shared)
        return "" if any(begin < at < behind for begin, behind in _places(self.literals, text)) else shared

    @property
    def opens_reasoning(self) -> bool:
        """Whether the prompt has opened reasoning; a record of the turn may say so otherwise, or not at all."""
        return self._inside(self._prompt) is not None

    @property
    def ends(self) -> list[str]:
        """What this template closes turns with."""
        return self._ends

    def has_end(self, text: str) -> bool:
        """Tell whether what closes a turn stands in a text, where it is no part of a delimiter."""
        own = list(_places(self.literals, text))
        ends = _places({end.strip() for end in self._ends} - {""}, text)
        return any(not any(begin <= at < behind for begin, behind in own) for at, _ in ends)

    def add_end(self, end: str) -> None:
        """Take a text for the end of a turn from now on."""
        self._ends = sorted({*self._ends, end} - {""}, key=len, reverse=True)

    def _wholes(self, turns: Iterable[Turn]) -> Iterator[str]:
        for turn in turns:
            try:
                yield self.whole(turn)
            except TemplateError:  # not every template renders mere text; another turn will tell
                continue

    def _inside(self, before: str) -> str | None:
        """The capture that the text before the turn has opened: what the format itself makes of it."""
        if before not in self._opened:
            self._opened[before] = capture_left_open(self.fmt, before)
        return self._opened[before]


def _common_start(texts: Sequence[str]) -> str:
    """The longest beginning of all texts."""
    shortest, longest = min(texts), max(texts)
    same = next((at for at, char in enumerate(shortest) if longest[at : at + 1] != char), len(shortest))
    return shortest[:same]


def _behind(start: str, text: str) -> int | None:
    """Where a text goes on behind its start, when they differ in blanks only: templates are careless with them.

    >>> _behind("<a> <b>", "<a><b>  text"), _behind("<a><b>", "<a>text")
    (6, None)
    """
    at = 0
    for char in start.split():
        for one in char:
            while at < len(text) and text[at].isspace() and text[at] != one:
                at += 1
            if at == len(text) or text[at] != one:
                return None
            at += 1
    return at


def capture_left_open(fmt: Format, opened: str) -> str | None:
    """The capture that a prompt has opened: what the format itself makes of the prompt's end."""
    if "reasoning" not in fmt.machine.inside:
        return None
    for literal in literals(fmt):
        at = opened.find(literal)
        if at >= 0 and (fmt.parse(opened[at:] + MARK).reasoning or "").endswith(MARK):
            return "reasoning"
    return None


def _places(words: Iterable[str], text: str) -> Iterator[tuple[int, int]]:
    """Where words stand in a text, the longest first."""
    for word in sorted(words, key=len, reverse=True):
        at = text.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = text.find(word, at + 1)


def literals(fmt: Format) -> list[str]:
    """The delimiters of a format, without blanks at their ends, up to the place of a suffix."""
    found = {edge.literal.partition(SUFFIX_PLACE)[0].strip() for state in fmt.machine.states for edge in state.edges}
    return sorted(found - {""})
