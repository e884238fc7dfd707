"""`--watch`: a command is run again whenever a file changes that it reads.

In: specs, the files that each is read from, and what to run for some of them. Out: nothing; Ctrl-C ends it, with the
status of the last run.

How: the times and sizes of the files are asked for, three times a second. A handful of files costs nothing, it works on
every file system and in every container, and editors that replace a file are seen as well as those that write to it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ..registry import formats_dir, shown_path
from .inputs import count
from .terminal import complain

Watch = Annotated[bool, typer.Option("--watch", help="Do it again when a file changes that is read; Ctrl-C ends it.")]
Stamps = dict[Path, tuple[int, int] | None]
PAUSE_SECONDS = 0.3
IMPORT = re.compile(r"^%import[ \t]+(\.|toolgram\.formats\.)(\w[\w\-]*)", re.MULTILINE)


def watching(
    run: Callable[[Sequence[Path]], None],
    specs: Sequence[Path],
    files_of: Callable[[Path], Iterable[Path]],
    others: Iterable[Path] = (),
) -> NoReturn:
    """Run for all specs, and again for those of which a file has changed; for all when one of the others has."""
    shared, status, due = list(others), 0, specs
    try:
        while True:
            before = {spec: _stamps(files_of(spec)) for spec in specs}
            before_others = _stamps(shared)
            status = _status(run, due)
            complain(f"watching {count(len({*before_others, *_named(before)}), 'file')}; Ctrl-C ends it")
            due = []
            while not due:
                time.sleep(PAUSE_SECONDS)
                due = [spec for spec, stamps in before.items() if _stamps(stamps) != stamps]
                due = list(specs) if _stamps(shared) != before_others else due
            complain(f"\n--- {time.strftime('%H:%M:%S')}: {_changed(before, due) or 'a file'} has changed")
    except KeyboardInterrupt:
        raise typer.Exit(status) from None


def _status(run: Callable[[Sequence[Path]], None], due: Sequence[Path]) -> int:
    try:
        run(due)
    except typer.Exit as ended:
        return ended.exit_code
    return 0


def spec_files(spec: Path) -> list[Path]:
    """The file of a spec, and those that it imports, as far as they can be read."""
    found: dict[Path, None] = {}
    waiting = [spec]
    while waiting:
        path = waiting.pop()
        if path in found:
            continue
        found[path] = None
        try:
            text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        except OSError:
            text = ""
        waiting += [
            (path.parent if origin == "." else formats_dir()) / f"{name}.lark" for origin, name in IMPORT.findall(text)
        ]
    return list(found)


def page_files(spec: Path) -> list[Path]:
    """Those, and the page beside the spec."""
    return [*spec_files(spec), spec.with_suffix(".md")]


def _stamps(paths: Iterable[Path]) -> Stamps:
    return {path: _stamp(path) for path in paths}


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _named(before: dict[Path, Stamps]) -> set[Path]:
    return {path for stamps in before.values() for path in stamps}


def _changed(before: dict[Path, Stamps], due: Sequence[Path]) -> str:
    """The names of the files of specs that have changed."""
    changed = {path for spec in due for path, stamp in before[spec].items() if _stamp(path) != stamp}
    return ", ".join(sorted(shown_path(path) for path in changed))
