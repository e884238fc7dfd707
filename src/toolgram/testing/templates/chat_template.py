"""A chat template, rendered as transformers does it.

In: Jinja text and messages. Out: the prompt. The environment is that of `apply_chat_template`: sandboxed, blocks
trimmed, `tojson` without escapes, `raise_exception`, `strftime_now`, loop controls, and the `generation` tag, which
marks what is trained on and renders its body.
(https://huggingface.co/docs/transformers/main/en/chat_templating_writing)

Promise: whatever a template does wrong is a `TemplateError` that names file and line.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

TOKENS = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
A_DAY = datetime(2026, 1, 1, 12)  # the clock stands: a text must not depend on when it is rendered
INNER = "<template>"  # what Jinja calls a template that came from no file


class TemplateError(ValueError):
    """A template that cannot be read or rendered; the text begins with its place."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        place = path if line is None else f"{path}:{line}"
        super().__init__(f"{place}: error[chat-template]: {problem}")
        self.problem = problem


class _Raised(jinja2.TemplateError):
    """What a template says with `raise_exception`."""


class _GenerationTag(Extension):
    tags = {"generation"}  # noqa: RUF012  Jinja's own declaration is a class variable

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body).set_lineno(line)


class ChatTemplate:
    """One template of a model. Raises TemplateError when it is not Jinja."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.changes_values = False  # it does what transformers refuses: it changes lists and objects
        try:
            self._template = _environment(ImmutableSandboxedEnvironment).from_string(text)
            self._loose = _environment(SandboxedEnvironment).from_string(text)
        except jinja2.TemplateSyntaxError as problem:
            raise TemplateError(path, problem.lineno, _words(problem)) from None

    @classmethod
    def read(cls, path: Path) -> ChatTemplate:
        """Read the template at a path. Raises OSError and TemplateError."""
        try:
            return cls(str(path), path.read_text(encoding="utf-8"))
        except UnicodeDecodeError as problem:
            raise TemplateError(str(path), None, f"not UTF-8 (byte {problem.start})") from None

    def render(
        self,
        messages: Sequence[Mapping[str, Any]],
        tools: Sequence[Mapping[str, Any]] | None,
        options: Mapping[str, Any],
        *,
        ask: bool = False,
    ) -> str:
        """Render a conversation; with `ask`, up to where the model is to go on. Raises TemplateError."""
        given = {**TOKENS, **options, "messages": messages, "tools": tools, "documents": None}
        try:
            try:
                return self._template.render(given, add_generation_prompt=ask)
            except SecurityError:
                text = self._loose.render(deepcopy(given), add_generation_prompt=ask)
                self.changes_values = True
                return text
        except Exception as problem:  # foreign code: whatever it raises is its own mistake
            raise TemplateError(self.path, _line(problem.__traceback__), _words(problem)) from None


def _environment(kind: type[SandboxedEnvironment]) -> SandboxedEnvironment:
    environment = kind(trim_blocks=True, lstrip_blocks=True, extensions=[_GenerationTag, "jinja2.ext.loopcontrols"])
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise_exception
    environment.globals["strftime_now"] = A_DAY.strftime
    return environment


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str) -> NoReturn:
    raise _Raised(message)


def _words(problem: Exception) -> str:
    if isinstance(problem, RecursionError):
        return "it calls itself without end"
    text = str(problem) or type(problem).__name__
    return text if isinstance(problem, jinja2.TemplateError) else f"{type(problem).__name__}: {text}"


def _line(trace: TracebackType | None) -> int | None:
    """The line of the template that failed: Jinja puts it into the traceback."""
    lines = [one.tb_lineno for one in _frames(trace) if one.tb_frame.f_code.co_filename == INNER]
    return lines[-1] if lines else None


def _frames(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next
