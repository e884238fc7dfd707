"""A format ready to use: `toolgram.load(name)` and what it returns.

In: a spec, by id, alias or path. Out: parsers for streams, and messages for whole texts.

Promise: a format of the registry whose machine was built, and has not changed since, is loaded without the compiler.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from time import time_ns
from typing import TYPE_CHECKING, Any, NamedTuple

from .registry import find
from .runtime.message import KEEP, Message, collect
from .runtime.parser import Parser
from .runtime.schema.kept_tools import whole_tool_set
from .runtime.schema.tools import ToolSet
from .runtime.tables.machine import PreparedMachine, prepare
from .runtime.whole_text import parse_text
from .stored import stored_machine, stored_specs

if TYPE_CHECKING:
    from .diagnostics import Report as Findings
    from .diagnostics import Source
    from .machine.model import Machine
    from .reports import Report, Reporter
    from .reports.reporter import Delimiters


Tools = ToolSet | Iterable[Any] | None  # of a request: as they are given, or read before


class SpecError(ValueError):
    """A spec with errors. Its text is what `toolgram check` prints; `report` holds the diagnostics."""

    def __init__(self, report: Findings, source: Source) -> None:
        super().__init__(report.render(source))
        self.report = report


class Format:
    """One compiled format: its machine as plain data (`table`), and as the parsers run it (`prepared`)."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self.table = table
        self.prepared: PreparedMachine = prepare(dict(table))

    @cached_property
    def machine(self) -> Machine:
        """The machine as a model, with its defaults filled in."""
        from .machine.model import Machine  # with pydantic, which loading a format does not need

        return Machine.model_validate(self.table)

    @property
    def id(self) -> str:
        """The format's id: the stem of its file."""
        return str(self.table["format"])

    @property
    def call_id_length(self) -> int | None:
        """How many letters and digits the id of a call must have, where the model's chat template insists on that."""
        return self.prepared.call_id_length

    def parser(
        self,
        tools: Tools = None,
        inside: str | None = None,
        *,
        token_ids: dict[str, int] | None = None,
        decode: Callable[[list[int]], str] | None = None,
        suffix: str | None = None,
        trace: bool = False,
    ) -> Parser:
        """Begin to parse one message.

        `tools` are the request's OpenAI tools, or what `toolgram.tools` has made of them; they type the arguments and
        say which names are calls where no special token does. `inside` names the capture that the prompt has opened
        already (`"reasoning"`, or None). `token_ids` maps special tokens to their ids, for `feed(text, ids)`; where a
        text has several tokens, the tokenizer's `decode` says which of them spell the same characters. `suffix` is
        what the delimiters of the checkpoint have in the place that the format leaves for it; untold, the special
        tokens say it, or the text.
        `trace` keeps what every character became.
        Raises ValueError when the format has no such capture to begin in, or can have no such suffix, and when some of
        the tools cannot be read. Names that the format cannot carry are a warning in the log, and in `unread_names`.
        """
        parser = Parser(self.prepared, tools, inside, token_ids=token_ids, decode=decode, suffix=suffix, trace=trace)
        for name, reason in parser.unread_names.items():
            _warn(f"no call of the tool {name!r} can be read in {self.id}: {reason}")
        return parser

    def parse(
        self,
        text: str,
        tools: Tools = None,
        inside: str | None = None,
        suffix: str | None = None,
        *,
        cut: bool = False,
        incomplete: str = KEEP,
        strict: bool = False,
    ) -> Message:
        """Parse a whole text: the same as feeding it in pieces.

        `cut`: a limit of tokens has ended the text, as `finish_reason: "length"` says; a call that it has not closed is
        not complete then. `incomplete="drop"` leaves calls out that are not complete; `"keep"` shows them. `strict`
        leaves all calls out that are not written as the format wants it; `report` says what was wrong with them.
        """
        if strict:
            return self.report(text, tools, inside, suffix, cut=cut, incomplete=incomplete, strict=True).message
        return parse_text(self.prepared, text, tools, inside, suffix, self.parser, cut=cut, incomplete=incomplete)

    def report(
        self,
        text: str,
        tools: Tools = None,
        inside: str | None = None,
        suffix: str | None = None,
        *,
        cut: bool = False,
        incomplete: str = KEEP,
        strict: bool = False,
    ) -> Report:
        """Parse a whole text, and say what was tried in it: every call, and everything that looked like one.

        The arguments are those of `parse`, and so is the report's message. With `strict` a call of which anything was
        repaired is no call of the message, but an attempt.
        """
        from .reports.make import report_of  # which who only parses does without

        reporter = self.reporter(tools, inside, suffix=suffix)
        return report_of(reporter, text, self.call_id_length, cut=cut, incomplete=incomplete, strict=strict)

    def reporter(
        self,
        tools: Tools = None,
        inside: str | None = None,
        *,
        token_ids: dict[str, int] | None = None,
        decode: Callable[[list[int]], str] | None = None,
        suffix: str | None = None,
    ) -> Reporter:
        """Begin to parse one message, and report the attempts in it: `feed` and `finish` return them behind the events.

        The arguments are those of `parser`.
        """
        from .reports.make import make_reporter

        known = {"token_ids": token_ids, "decode": decode, "suffix": suffix}
        return make_reporter(self.prepared, tools, self._delimiters, inside=inside, **known)

    @cached_property
    def _delimiters(self) -> Delimiters:
        from .reports.make import delimiters_of

        return delimiters_of(self.table)

    def parse_many(
        self,
        texts: Iterable[str],
        tools: Iterable[Any] | None = None,
        inside: str | None = None,
        suffix: str | None = None,
        *,
        incomplete: str = KEEP,
        processes: int | None = None,
    ) -> Iterator[Message]:
        """Parse many whole texts, all with the same tools: the messages in order, as `parse` gives them.

        `processes` says how many share the work: without it one for each core. They are worth their start from some
        thousands of messages on. The tools and the messages travel between them, and must be such as `pickle` takes.
        Raises what `parse` raises.
        """
        from .many import read_many  # with the pool of processes, which others do without

        given = None if tools is None else list(tools)
        self.parser(given, inside, suffix=suffix)
        collect((), incomplete=incomplete)
        make = partial(_reader, dict(self.table), tools=given, inside=inside, suffix=suffix, incomplete=incomplete)
        return read_many(texts, make, processes)


def _reader(table: dict[str, Any], **options: Any) -> Callable[[str], Message]:
    """What reads whole texts in a process of its own."""
    return partial(Format(table).parse, **options)


def tools(given: Iterable[Any]) -> ToolSet:
    """Read the tools of a request once, for many parsers and messages: the result stands wherever tools are wanted.

    Raises ToolsError, a ValueError, when some of them cannot be read.
    """
    return whole_tool_set(given)


def _warn(text: str) -> None:
    """Say something in the log; it is heard where the program listens to the log."""
    import logging  # of which most requests have nothing to hear

    log = logging.getLogger("toolgram")
    if not log.handlers:
        log.addHandler(logging.NullHandler())
    log.warning(text)


def load(name: str | Path) -> Format:
    """Load a format of the registry by id or alias, or the `.lark` file at a path.

    Raises UnknownFormatError, OSError when the file cannot be read, and SpecError when it has errors.
    """
    path = (name if isinstance(name, Path) else find(name)).absolute()  # a link gives the format its name
    loaded = _LOADED.get(path)
    if loaded is None or not loaded.is_current():
        loaded = _LOADED[path] = _load(path)
    return loaded.format


class _Loaded(NamedTuple):
    """A format, and the files that it was read from, with the time of their last change."""

    format: Format
    changes: Mapping[Path, int | None]

    def is_current(self) -> bool:
        return all(_changed(file) == change for file, change in self.changes.items())


_LOADED: dict[Path, _Loaded] = {}
OFTEN = -1  # a time of change that no file has


def _load(path: Path) -> _Loaded:
    """Load a format from its files. Raises OSError and SpecError."""
    path.stat()
    began = time_ns()
    table, files = stored_machine(path), stored_specs(path)
    if table is None:
        table, files = _compile(path)
    changes = {file: _changed(file) for file in files}
    settled = all(change is not None and change < began for change in changes.values())
    return _Loaded(Format(table), changes if settled else {path: OFTEN})  # what changed meanwhile is read again


def _changed(file: Path) -> int | None:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return None


def _compile(path: Path) -> tuple[dict[str, Any], list[Path]]:
    """Compile a spec: its machine, and the files that it was read from. Raises OSError and SpecError."""
    from .diagnostics import Source
    from .machine.compile import compile_spec
    from .spec import read_file, read_spec

    spec, report = read_spec(path)
    if spec is not None:
        machine, found = compile_spec(path.stem, spec)
        report.extend(found)
        if machine is not None:
            return machine.model_dump(), [path, *map(Path, spec.others)]
    raise SpecError(report, Source(str(path), read_file(path)[0]))
