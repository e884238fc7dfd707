"""The recipe: from specs to the files in `generated/`.

In: specs, targets, a folder. Out: an `Outcome` for each format, and the files that differed are written.

Promises: the same specs give the same bytes anywhere; a file that would not change is not touched; a spec with errors
writes nothing, and the others are built all the same; only files that toolgram wrote are ever removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .diagnostics import Report, Source
from .machine.compile import compile_spec
from .registry import formats_dir
from .spec import read_spec
from .targets import TARGETS, Target
from .targets.render import MARK
from .targets.subject import Subject


@dataclass
class Outcome:
    """What became of one format: `stale` files differed from what its spec gives."""

    name: str
    report: Report = field(default_factory=Report)
    source: Source = field(default_factory=lambda: Source("", ""))
    subject: Subject | None = None
    stale: list[Path] = field(default_factory=list)
    leftover: list[Path] = field(default_factory=list)


def build(spec: Path, targets: Sequence[Target], out: Path | None = None, *, check: bool = False) -> Outcome:
    """Build one format. With `check`, nothing is written. Raises OSError."""
    outcome = compile_one(spec)
    if outcome.subject is None:
        return outcome
    folder = out or default_out(spec)
    for target in targets:
        found = target.check(outcome.subject)
        outcome.report.extend(found)
        if not Report(found).ok:
            continue
        path = folder / target.name / f"{outcome.name}{target.suffix}"
        text = target.render(outcome.subject)
        if not _holds(path, text):
            outcome.stale.append(path)
            if not check:
                _write(path, text)
    return outcome


def compile_one(path: Path) -> Outcome:
    """Read and compile a spec: the two stages before the targets. Raises OSError."""
    shown = shown_path(path)
    spec, report = read_spec(Path(shown))
    outcome = Outcome(path.stem, report, Source(shown, path.read_text(encoding="utf-8-sig", errors="replace")))
    if spec is None:
        return outcome
    machine, found = compile_spec(path.stem, spec)
    report.extend(found)
    if machine is not None:
        outcome.subject = Subject(spec, machine, origin(path))
    return outcome


def prune(specs: Iterable[Path], targets: Sequence[Target], out: Path, *, check: bool = False) -> list[Outcome]:
    """Remove the files of formats that are gone. With `check`, only name them."""
    known = {path.stem for path in specs}
    gone: dict[str, Outcome] = {}
    for target in targets:
        for path in sorted((out / target.name).glob(f"*{target.suffix}")):
            if path.stem not in known and _is_ours(path, target):
                gone.setdefault(path.stem, Outcome(path.stem)).leftover.append(path)
                if not check:
                    path.unlink()
    return list(gone.values())


def origin(path: Path) -> str:
    """How generated files name a spec: never by where it lies on this machine."""
    return f"formats/{path.name}" if _is_registered(path) else path.name


def shown_path(path: Path) -> str:
    """How messages name a path: from here where it is below, so that a terminal can open it."""
    resolved = path.resolve()
    here = Path.cwd()
    return str(resolved.relative_to(here)) if resolved.is_relative_to(here) else str(path)


def default_out(spec: Path | None = None) -> Path:
    """Where files go: beside the registry in a checkout, else below the working folder."""
    root = formats_dir().parent
    in_checkout = (root / "pyproject.toml").is_file()
    return root / "generated" if in_checkout and (spec is None or _is_registered(spec)) else Path("generated")


def _is_registered(path: Path) -> bool:
    return path.resolve().parent == formats_dir().resolve()


def _holds(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode("utf-8"))


def _is_ours(path: Path, target: Target) -> bool:
    """A file without our mark was put there by somebody else."""
    with path.open(encoding="utf-8", errors="replace") as lines:
        first = [next(lines, ""), next(lines, "")]
    mark = f'"format": "{path.stem}"' if target.suffix == ".json" else MARK
    return any(mark in line for line in first)


def chosen(names: Iterable[str] | None) -> Iterator[Target]:
    """Yield targets by name, by default those that are usual. Raises KeyError."""
    usual = (name for name, target in TARGETS.items() if target.usual)
    for name in dict.fromkeys(names) if names is not None else usual:
        yield TARGETS[name]
