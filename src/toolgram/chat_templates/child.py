"""The process that renders one chat template: a script, started by `ChatTemplate`, and never imported.

In: on standard input, the limits and the template, then one conversation after the other, each a line of JSON. Out: on
standard output, a line of JSON for each: a text, or what is wrong and in which line.

The environment is that of `apply_chat_template`: sandboxed, blocks trimmed, `tojson` without escapes,
`raise_exception`, `strftime_now`, loop controls, and the `generation` tag, which marks what is trained on and renders
its body. (https://huggingface.co/docs/transformers/main/en/chat_templating_writing)

Promises: the system bounds the memory, the time of one rendering and that of all, and ends this process; no file is
written. Where the system cannot, the parent looks at the clock.
"""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime
from types import TracebackType
from typing import Any, NoReturn

import jinja2
from jinja2 import nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment

A_DAY = datetime(2026, 1, 1, 12)  # the clock stands: a text must not depend on when it is rendered
INNER = "<template>"  # what Jinja calls a template that came from no file


class _Raised(jinja2.TemplateError):
    """What a template says with `raise_exception`."""


class _GenerationTag(Extension):
    tags = {"generation"}  # noqa: RUF012  Jinja's own declaration is a class variable

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.Scope(body).set_lineno(line)


def main() -> None:
    """Answer line by line, until there is no more."""
    given = json.loads(sys.stdin.readline())
    _limit(given["bytes"], given["of_all"])
    renderer = _Renderer(given["chars"])
    _answer(renderer.compile, given["text"], given["seconds"])
    for line in sys.stdin:
        _answer(renderer.render, json.loads(line), given["seconds"])


def _limit(memory_bytes: int, seconds: int) -> None:
    """Let the system bound this process, where it can."""
    try:
        import resource
    except ImportError:  # Windows has other means
        return
    limits = {"RLIMIT_AS": memory_bytes, "RLIMIT_CPU": seconds, "RLIMIT_FSIZE": 0, "RLIMIT_CORE": 0}
    for name, most in limits.items():
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):  # not on this system
            continue


def _answer(do: Any, given: Any, seconds: float) -> None:
    """Print what a step returns, or what is wrong with the template. One that takes too long ends the process."""
    _set_alarm(seconds)
    try:
        answer = do(given)
    except MemoryError:
        answer = {"problem": "it needs too much memory", "line": None}
    except jinja2.TemplateSyntaxError as problem:
        answer = {"problem": _words(problem), "line": problem.lineno}
    except Exception as problem:  # foreign code: whatever it raises is its own mistake
        answer = {"problem": _words(problem), "line": _line(problem.__traceback__)}
    _set_alarm(0)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _set_alarm(seconds: float) -> None:
    """Have the system end this process when it has run for so long; nobody handles that signal."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


class _Renderer:
    """A template, and how many characters it may write."""

    def __init__(self, chars_max: int) -> None:
        self.chars_max = chars_max
        self.strict: Any = None
        self.loose: Any = None

    def compile(self, text: str) -> dict[str, Any]:
        self.strict = _environment(ImmutableSandboxedEnvironment).from_string(text)
        self.loose = _environment(SandboxedEnvironment).from_string(text)
        return {}

    def render(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Render; where a template changes lists or objects, which transformers refuses, say so."""
        try:
            return {"text": self._written(self.strict, given), "changes_values": False}
        except SecurityError:
            return {"text": self._written(self.loose, deepcopy(given)), "changes_values": True}

    def _written(self, template: Any, given: Mapping[str, Any]) -> str:
        parts: list[str] = []
        room = self.chars_max
        for part in template.generate(**given):
            room -= len(part)
            if room < 0:
                raise _Raised(f"it writes more than {self.chars_max:,} characters")
            parts.append(part)
        return "".join(parts)


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
    text = str(problem)[:1000] or type(problem).__name__
    return text if isinstance(problem, jinja2.TemplateError) else f"{type(problem).__name__}: {text}"


def _line(trace: TracebackType | None) -> int | None:
    """The line of the template that failed: Jinja puts it into the traceback."""
    found = None
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == INNER:
            found = trace.tb_lineno
        trace = trace.tb_next
    return found


if __name__ == "__main__":
    main()
