"""The recipe: from specs to the files in `generated/`.

In: specs, targets, a folder. Out: an `Outcome` for each format and one for the files that all share; what differed is
written.

Promises: the same specs give the same bytes anywhere; a file that would not change is not touched; a spec with errors
writes nothing, and the others are built all the same; only files that toolgram wrote are ever removed; a link in the
folder is replaced by the file that belongs there, and a folder in it that is a link is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from .diagnostics import Report, Source
from .machine.compile import compile_spec
from .registry import formats_dir, is_registered, shown_path
from .spec import read_file, read_spec
from .stored import DIGESTS, digests_text, entry_of, read_digests
from .targets.render import MARK
from .targets.runtime_file import RUNTIME_FILE, runtime_text
from .targets.single import join
from .targets.standalone_file import STANDALONE_FILE, standalone_text
from .targets.subject import Subject
from .targets.table import TARGETS, Target
from .testing.cases import Case, PageError, read_cases
from .writing import inner_folder, write_file

SHARED = "all formats"
MACHINE = TARGETS["machine"]


@dataclass
class Outcome:
    """What became of one format: `stale` files differed from what its spec gives. `digest`: what `stored.py` keeps."""

    name: str
    report: Report = field(default_factory=Report)
    source: Source = field(default_factory=lambda: Source("", ""))
    subject: Subject | None = None
    stale: list[Path] = field(default_factory=list)
    leftover: list[Path] = field(default_factory=list)
    folder: Path = Path()
    digest: list[str] = field(default_factory=list)


def build(spec: Path, targets: Sequence[Target], out: Path | None = None, *, check: bool = False) -> Outcome:
    """Build one format. With `check`, nothing is written. Raises OSError."""
    outcome = compile_one(spec)
    if outcome.subject is None:
        return outcome
    outcome.folder = out or default_out(spec)
    for target in targets:
        found = target.check(outcome.subject)
        outcome.report.extend(found)
        if not Report(found).ok:
            continue
        folder = target.folder_in(outcome.folder)
        texts = {suffix: render(outcome.subject) for suffix, render in target.files.items()}
        for suffix, text in texts.items():
            put(folder / f"{outcome.name}{suffix}", text, outcome, check=check)
        if target is MACHINE:
            machine = texts[target.suffix].encode("utf-8")
            outcome.digest = entry_of(spec, map(Path, outcome.subject.spec.others), machine)
    return outcome


def build_shared(built: Sequence[Outcome], targets: Sequence[Target], *, check: bool = False) -> list[Outcome]:
    """Build what the files of all formats in a folder share, behind some that were built. Raises OSError."""
    folders = {one.folder: Outcome(SHARED, folder=one.folder) for one in built if one.subject is not None}
    for folder, outcome in folders.items():
        digests = {one.name: one.digest for one in built if one.folder == folder and one.digest}
        if digests:
            machines = inner_folder(folder, MACHINE.name)
            put(machines / DIGESTS, digests_text(read_digests(machines) | digests), outcome, check=check)
        engines = {target.name: target.engine for target in targets if target.engine is not None}
        for name, engine in engines.items():
            put(inner_folder(folder, name) / RUNTIME_FILE, runtime_text(engine), outcome, check=check)
        if engines:
            put(folder / STANDALONE_FILE, standalone_text(), outcome, check=check)
    return list(folders.values())


def single_file(subject: Subject, target: Target) -> str:
    """Write a format as one file that stands alone. The target is one with an engine."""
    assert target.engine is not None
    return join(target.render(subject), runtime_text(target.engine), MACHINE.render(subject))


def compile_one(path: Path) -> Outcome:
    """Read and compile a spec: the two stages before the targets. Raises OSError."""
    shown = shown_path(path)
    spec, report = read_spec(Path(shown))
    source = Source(shown, read_file(path)[0]) if spec is None else spec.source
    outcome = Outcome(path.stem, report, source)
    if spec is None:
        return outcome
    machine, found = compile_spec(path.stem, spec)
    report.extend(found)
    if machine is not None:
        outcome.subject = Subject(spec, machine, origin(path), partial(cases_beside, path))
    return outcome


def cases_beside(spec: Path) -> Sequence[Case]:
    """The cases of the page beside a spec; what is wrong with a page is for `toolgram test` to say."""
    try:
        return read_cases(spec.with_suffix(".md"))
    except (PageError, OSError):
        return ()


def prune(specs: Iterable[Path], targets: Sequence[Target], out: Path, *, check: bool = False) -> list[Outcome]:
    """Remove the files of formats that are gone. With `check`, only name them."""
    known = {path.stem for path in specs}
    gone: dict[str, Outcome] = {}
    for target in targets:
        found = ((path, suffix) for suffix in target.files for path in target.folder_in(out).glob(f"[!_]*{suffix}"))
        for path, suffix in sorted(found):
            name = path.name.removesuffix(suffix)
            if name not in known and _is_ours(path, name):
                gone.setdefault(name, Outcome(name)).leftover.append(path)
                if not check:
                    path.unlink()
    digests = read_digests(out / MACHINE.name)
    kept = {name: entry for name, entry in digests.items() if name in known}
    if kept != digests and MACHINE in targets:
        put(out / MACHINE.name / DIGESTS, digests_text(kept), Outcome(SHARED), check=check)
    return list(gone.values())


def origin(path: Path) -> str:
    """How generated files name a spec: never by where it lies on this machine."""
    return f"formats/{path.name}" if is_registered(path) else path.name


def default_out(spec: Path | None = None) -> Path:
    """Where files go: beside the registry in a checkout, else below the working folder."""
    root = formats_dir().parent
    in_checkout = (root / "pyproject.toml").is_file()
    return root / "generated" if in_checkout and (spec is None or is_registered(spec)) else Path("generated")


def put(path: Path, text: str, outcome: Outcome, *, check: bool = False) -> None:
    """Write a file that differs, and note it. A link differs, whatever it leads to."""
    data = text.encode("utf-8")
    if path.is_file() and not path.is_symlink() and path.read_bytes() == data:
        return
    outcome.stale.append(path)
    if not check:
        write_file(path, data)


def put_named(path: Path, text: str, outcome: Outcome) -> None:
    """The same for what somebody has named, be it a link, a pipe or a device: `/dev/stdout`."""
    if not path.is_symlink() and (path.is_file() or not path.exists()):
        put(path, text, outcome)
        return
    outcome.stale.append(path)
    path.write_bytes(text.encode("utf-8"))


def _is_ours(path: Path, name: str) -> bool:
    """A file without our mark was put there by somebody else."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".json":
        return MARK in text.partition("\n")[0]
    try:
        return bool(json.loads(text).get("format") == name)
    except (ValueError, AttributeError):
        return False


def chosen(names: Iterable[str] | None) -> Iterator[Target]:
    """Yield targets by name, by default those that are usual. Raises KeyError."""
    usual = (name for name, target in TARGETS.items() if target.usual)
    for name in dict.fromkeys(names) if names is not None else usual:
        yield TARGETS[name]
