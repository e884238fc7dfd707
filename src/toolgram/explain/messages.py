"""A message explained: what it means, a spec that gets it, and the same spec repaired.

In: the name of a message. Out: text. Examples are the files of the error corpus, which travel with the package.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

from ..diagnostics import Diagnostic, Report, Source, render
from ..machine.compile import compile_spec
from ..registry import HERE
from ..spec import read_text
from .meanings import MEANINGS

EXAMPLES_MAX = 3
LINES_MAX = 8  # of what is repaired in an example that is long on purpose
IMPORTED = "base"  # the spec that the others import


def is_code(name: str) -> bool:
    """Whether a message has this name."""
    return name in MEANINGS


def errors_dir() -> Path:
    """The folder of the error corpus: in the wheel beside the package, in a checkout among the tests."""
    packaged = HERE / "_errors"
    return packaged if packaged.is_dir() else HERE.parent.parent / "tests" / "errors"


def explain_message(code: str) -> str:
    """Explain the message of a name, with examples if there are any."""
    parts = [f"{code}: {MEANINGS[code]}"]
    parts += [_example(problem, source, report) for problem, source, report in _of(code)]
    return "\n\n".join(parts)


def _of(code: str) -> Iterator[tuple[Diagnostic, Source, Report]]:
    """Examples of a message: the specs of the corpus that get it, the plainest first."""
    paths = [path for path in sorted(errors_dir().glob("*.lark")) if path.stem != IMPORTED]
    paths = [path for path in paths if f"[{code}]" in path.with_suffix(".txt").read_text(encoding="utf-8")]
    for path in sorted(paths, key=lambda path: (len(path.stem), path.stem))[:EXAMPLES_MAX]:
        report, source = _report(path)
        yield from ((problem, source, report) for problem in report if problem.name == code)


def _report(path: Path) -> tuple[Report, Source]:
    text = path.read_text(encoding="utf-8")
    with chdir(path.parent):  # where the specs are that it imports
        spec, report = read_text(path.name, text)
    if spec is not None:
        report.extend(compile_spec(path.stem, spec)[1])
    return report, Source(path.name, text)


def _example(problem: Diagnostic, source: Source, report: Report) -> str:
    """Show what is wrong as the author sees it, and below it what is right."""
    bare = Diagnostic(problem.name, problem.message, problem.at, problem.label, problem.related)
    shown = render(bare, source, report.others).splitlines()[1:]
    lines = ["Wrong:", *shown] if shown else [f"Wrong: {problem.message}"]
    sources = {source.path: source, **report.others}
    for number, fix in enumerate(problem.fixes):
        words = f" ({fix.words})" if fix.words else ""
        pasted = fix.paste(sources)
        more = [f"    ... and {len(pasted) - LINES_MAX} lines more"] if len(pasted) > LINES_MAX else []
        lines += [f"{'Or' if number else 'Right'}{words}:", *(f"    {line}" for line in pasted[:LINES_MAX]), *more]
        if not pasted:
            lines[-1] = lines[-1].rstrip(":") + ": without these lines"
    return "\n".join(line.rstrip() for line in lines)
