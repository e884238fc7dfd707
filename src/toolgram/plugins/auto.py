"""The format that the tokenizer's chat template writes, found out when the first parser of a server is made.

In: a tokenizer, and what the server was started with. Out: the id of the format that `toolgram.which` finds, and
whether its models may think; or a refusal, which ends the start of the server.

Where the template comes from, the first that there is: the server's `--chat-template`, the tokenizer's own, the folder
that the tokenizer was read from. See Note [where the server's template is].

Note [where the server's template is]
A parser is shown the tokenizer and nothing else, and `--chat-template` is an option of the process that serves HTTP.
The objects of that process have the template under that name, while they are made: so it is found from there, as
whoever makes a parser is found. The engine is another process, and has only the command line: there the option is
read from it. A request may bring a template of its own, which is never looked at.

Promises: the work is done once for a model; a server starts only with what was read back through its template; what
cannot be found out is refused, with the candidates.
"""

from __future__ import annotations

import logging
import sys
import threading
import weakref
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any

from ..targets.serving.own_names import PREFIX

AUTO = "auto"
OPTION = "--chat-template"
FRAMES_MAX = 30
CANDIDATES_MAX = 4

_LOCK = threading.RLock()
# By the id of the tokenizer: what keeps the entry as long as it is right, and what was decided.
_DECIDED: dict[int, tuple[Any, tuple[str, bool]]] = {}


class UnsureError(LookupError):
    """Nobody can say which format this model writes; the text has the candidates."""


def format_of(tokenizer: Any, log: logging.Logger) -> tuple[str, bool]:
    """The id of the format that a model of this tokenizer writes, and whether it may think. Raises UnsureError."""
    known = _DECIDED.get(id(tokenizer))
    if known is not None:
        return known[1]
    with _LOCK:
        known = _DECIDED.get(id(tokenizer))
        if known is None:
            known = _DECIDED[id(tokenizer)] = _guard(tokenizer), _decide(*_given(tokenizer), log)
        return known[1]


def _guard(tokenizer: Any) -> Any:
    key = id(tokenizer)
    try:
        return weakref.ref(tokenizer, lambda _: _DECIDED.pop(key, None))
    except TypeError:
        return tokenizer


@cache  # a server makes several tokenizers of one model
def _decide(given: Any, source: str, log: logging.Logger) -> tuple[str, bool]:
    from ..which import identify

    found = identify(given)
    said = f"toolgram_auto, by {source}: "
    if found.format is None or not found.is_read_back:
        raise UnsureError(said + _refusal(found))
    reasons = "; ".join([*found.reasons, found.framing or "its template shows no reasoning"])
    level = logging.INFO if found.verdict == "sure" else logging.WARNING
    log.log(level, "%s", shown(f"{said}the model writes {found.format} ({found.verdict}): {reasons}"))
    return found.format, found.thinks


def _refusal(found: Any) -> str:
    names = [f"{PREFIX}{one.format}" for one in found.candidates[:CANDIDATES_MAX]]
    reasons = "; ".join(found.reasons)
    likely = f"The likeliest: {', '.join(names)}" if names else "No format was recognised"
    return shown(
        f"it is not sure which format this model writes: {reasons}. {likely}. "
        f"Start the server with one by its name, as in --tool-call-parser {names[0] if names else PREFIX + 'ID'}"
    )


def _given(tokenizer: Any) -> tuple[Any, str]:
    """What is known of the model, and where its template is from, in words."""
    from ..which import Given

    told = _told()
    folder = _of_folder(tokenizer)
    own = getattr(tokenizer, "chat_template", None)
    if isinstance(own, dict):
        own = own.get("tool_use") or own.get("default")
    named = str(getattr(tokenizer, "name_or_path", "") or "")
    names = tuple(dict.fromkeys([*folder.names, *([named] if "/" in named and not Path(named).is_dir() else [])]))
    tokens = frozenset(_added(tokenizer)) | folder.tokens
    for template, source in (
        (told, f"the server's {OPTION}"),
        (own, "the tokenizer's chat template"),
        (folder.template, "the template in the model's folder"),
    ):
        if isinstance(template, str) and template.strip():
            return Given(template, "chat template", tokens, names), source
    return Given(None, "chat template", tokens, names), "a tokenizer without a chat template"


def _of_folder(tokenizer: Any) -> Any:
    """What the folder says that a tokenizer was read from."""
    from ..which import Given, GivenError, read_given

    path = Path(str(getattr(tokenizer, "name_or_path", "") or ""))
    try:
        return read_given(path) if path.name and path.is_dir() else Given()
    except (OSError, GivenError):
        return Given()


def _added(tokenizer: Any) -> list[str]:
    try:
        return [str(text) for text in tokenizer.get_added_vocab()]
    except Exception:  # not every tokenizer has it, and it is only one more piece of evidence
        return []


def _told() -> str | None:
    """The template that the server was started with, if it was started with one."""
    for frame in frames():
        names = frame.f_locals
        owner = names.get("self")
        found = names.get("chat_template") if frame.f_code.co_name == "__init__" else None
        found = found or getattr(owner, "chat_template", None)
        if isinstance(found, str) and found and owner is not None and not _brings_its_own(owner):
            return _read(found)
    return next((_read(value) for value in _options(sys.argv)), None)


def _brings_its_own(owner: Any) -> bool:
    """Whether a template is that of a tokenizer or of a request, and not of the server."""
    return hasattr(owner, "get_vocab") or hasattr(owner, "messages")


def _options(words: list[str]) -> Iterator[str]:
    for word, following in zip(words, [*words[1:], ""], strict=True):
        option, equals, value = word.partition("=")
        if option.startswith("--") and option.replace("_", "-") == OPTION:
            yield value if equals else following


def _read(template: str) -> str:
    """A template, or the text of the file that it names."""
    try:
        return Path(template).read_text(encoding="utf-8") if "{" not in template else template
    except (OSError, ValueError):
        return template


def frames() -> Iterator[FrameType]:
    """The functions that are running, from the inside out."""
    frame: FrameType | None = sys._getframe(1)
    for _ in range(FRAMES_MAX):
        if frame is None:
            return
        yield frame
        frame = frame.f_back


def shown(text: str) -> str:
    """A text for one line of the log: a template's words do not move anything in it."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)
