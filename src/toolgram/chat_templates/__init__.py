"""Chat templates of strangers, rendered in a process of their own.

In: Jinja text and messages. Out: the prompt. `child.py` renders, as transformers does it; here a child is started for
each template, fed, and ended when it takes too long.

Promises: whatever a template does wrong is a `TemplateError` that names file and line. A template has so many seconds
for one rendering and for all of them, so much memory, so many characters, and no file to write; one that was ended is
not started again.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ..diagnostics import printable

TOKENS = {"bos_token": "<bos>", "eos_token": "<eos>", "pad_token": "<pad>", "unk_token": "<unk>"}
SECONDS_MAX = 10.0  # of the processor, for one rendering
SECONDS_OF_ALL_MAX = 300  # the same, for all renderings of one template
CLOCK_SECONDS_MAX = 120.0  # for one rendering, where the system does not count those of the processor, or is busy
MEMORY_BYTES_MAX = 512 << 20
CHARS_MAX = 1_000_000
FILE_BYTES_MAX = 2_000_000
BLOCK_BYTES = 1 << 16
SHOWN_CHARS_MAX = 500  # of what went wrong
CHILD = Path(__file__).with_name("child.py")
KEPT = (
    "PATH",
    "PYTHONPATH",
    "PYTHONHOME",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
)  # what it sees of the environment


class TemplateError(ValueError):
    """A template that cannot be read or rendered; the text begins with its place."""

    def __init__(self, path: str, line: int | None, problem: str) -> None:
        place = path if line is None else f"{path}:{line}"
        shown = printable(problem[:SHOWN_CHARS_MAX])  # a template may raise with any text
        super().__init__(f"{place}: error[chat-template]: {shown}")
        self.problem = problem


class ChatTemplate:
    """One template of a model. Raises TemplateError when it is not Jinja."""

    def __init__(self, path: str, text: str, *, seconds_of_all: int | None = None, chars: int | None = None) -> None:
        """Start the child. The limits may be lower than this module's: seconds of all renderings, characters of one."""
        of_all, chars = seconds_of_all or SECONDS_OF_ALL_MAX, chars or CHARS_MAX
        self.path = path
        self._seconds_of_all = of_all
        self.changes_values = False  # it does what transformers refuses: it changes lists and objects
        self._end: TemplateError | None = None  # why it is not rendered any more
        command = [sys.executable, "-P", str(CHILD)]
        environment = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._child = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
        )
        assert self._child.stdin is not None
        os.set_blocking(self._child.stdin.fileno(), False)
        self._finalizer = weakref.finalize(self, _stop, self._child)
        limits = {"bytes": MEMORY_BYTES_MAX, "chars": chars, "seconds": SECONDS_MAX, "of_all": of_all}
        try:
            self._ask({**limits, "text": text})
        except TemplateError:
            self._finalizer()
            raise

    @classmethod
    def read(cls, path: Path) -> ChatTemplate:
        """Read the template at a path. Raises OSError and TemplateError."""
        with path.open("rb") as file:
            found = file.read(FILE_BYTES_MAX + 1)
        if len(found) > FILE_BYTES_MAX:
            raise TemplateError(str(path), None, f"longer than {FILE_BYTES_MAX:,} bytes")
        try:
            return cls(str(path), found.decode("utf-8"))
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
        answer = self._ask({**given, "add_generation_prompt": ask})
        self.changes_values = self.changes_values or answer["changes_values"]
        return str(answer["text"])

    def _ask(self, question: Mapping[str, Any]) -> Any:
        """Send a line and return what comes back. Raises TemplateError."""
        if self._end is not None:
            raise self._end
        try:
            line = _exchange(self._child, json.dumps(question).encode("ascii") + b"\n", self._seconds_of_all)
        except _ChildError as problem:
            self._finalizer()
            self._end = TemplateError(self.path, None, str(problem))
            raise self._end from None
        answer = json.loads(line)
        if "problem" in answer:
            raise TemplateError(self.path, answer["line"], answer["problem"])
        return answer


class _ChildError(Exception):
    """The child does not answer: its text says why."""


def _exchange(child: subprocess.Popen[bytes], question: bytes, seconds_of_all: int) -> bytes:
    """Send a line, and wait for one. Raises _ChildError."""
    assert child.stdin is not None
    assert child.stdout is not None
    until = time.monotonic() + CLOCK_SECONDS_MAX
    answer = b""
    question = question[_write(child, question) :]  # nearly always all of it
    with selectors.DefaultSelector() as ready:
        ready.register(child.stdout, selectors.EVENT_READ)
        if question:
            ready.register(child.stdin, selectors.EVENT_WRITE)
        while not answer.endswith(b"\n"):
            found = ready.select(max(0.0, until - time.monotonic()))
            if not found:
                raise _ChildError(f"one rendering takes more than {CLOCK_SECONDS_MAX:g} seconds")
            for key, _ in found:
                if key.fileobj is child.stdout:
                    answer += _read(child, len(answer), seconds_of_all)
                    continue
                question = question[_write(child, question) :]
                if not question:
                    ready.unregister(child.stdin)
    return answer


def _read(child: subprocess.Popen[bytes], known: int, seconds_of_all: int) -> bytes:
    assert child.stdout is not None
    block = os.read(child.stdout.fileno(), BLOCK_BYTES)
    if not block:
        raise _ChildError(_end_of(child.wait(), seconds_of_all))
    if known > 12 * CHARS_MAX:  # the longest escape of a character
        raise _ChildError(f"it writes more than {CHARS_MAX:,} characters")
    return block


def _end_of(status: int, seconds_of_all: int) -> str:
    """Say why a child has ended: of which signal."""
    if status == -getattr(signal, "SIGVTALRM", status):
        return f"one rendering takes more than {SECONDS_MAX:g} seconds"
    if status in (-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)):
        return f"all renderings take more than {seconds_of_all} seconds"
    return "the renderer broke down"


def _write(child: subprocess.Popen[bytes], question: bytes) -> int:
    assert child.stdin is not None
    try:
        return os.write(child.stdin.fileno(), question)
    except BlockingIOError:  # the pipe is full
        return 0
    except BrokenPipeError:
        raise _ChildError("the renderer broke down") from None


def _stop(child: subprocess.Popen[bytes]) -> None:
    """End a child and forget it."""
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
    child.wait()
