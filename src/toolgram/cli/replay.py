"""`toolgram replay`: a recorded stream, read again in the cuts that it came in; and `parse --chunks`."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from ..formats import Format
from ..registry import formats_dir, names
from ..reports.lineup import LineUp
from ..runtime.schema.given import ToolsError
from ..transcripts import FORMS, Recording, RecordingError, parser_for, read_recording, replayed
from ..transcripts.model import FAILURE
from ..transcripts.replay import recut
from .inputs import complain, complete_spec, load_format, read_tools, read_utf8, refuse
from .lineup import LineUpOption, print_events, print_trace
from .parse_text import tell_unread
from .steps import print_steps


class _View(NamedTuple):
    """What is shown of a replay: its events, if nothing else."""

    trace: bool = False
    line_up: bool = False
    steps: bool = False
    speed: float | None = None


def replay(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A recording: server-sent events, JSON Lines, a failure, or text.")
    ],
    format: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="NAME",
            help="What the model writes; else what the recording says of it.",
            autocompletion=complete_spec,
        ),
    ] = None,
    tools: Annotated[
        Path | None, typer.Option("--tools", metavar="FILE", help="The request's OpenAI tools; else the recorded ones.")
    ] = None,
    inside: Annotated[
        str | None, typer.Option("--inside", metavar="CAPTURE", help="What the prompt has opened: reasoning.")
    ] = None,
    choice: Annotated[int, typer.Option("--choice", metavar="N", min=0, help="Of an answer with several: which.")] = 0,
    form: Annotated[
        str | None, typer.Option("--form", metavar="FORM", help=f"Do not guess what it is: {', '.join(FORMS)}.")
    ] = None,
    stream: Annotated[
        int | None, typer.Option("--stream", metavar="N", min=1, help="Cut the text anew, into N characters.")
    ] = None,
    speed: Annotated[
        float | None, typer.Option("--speed", metavar="X", help="Wait as the stream did, X times as fast.")
    ] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Show what every character became, and why.")] = False,
    line_up: LineUpOption = False,
    steps: Annotated[
        bool, typer.Option("--steps", help="Show each delta: what it decided, what is held behind it, and why.")
    ] = False,
) -> None:
    """Read a recorded stream again, in the cuts that it came in."""
    if steps and (trace or line_up or speed is not None):
        refuse("--steps is a view by itself, without --trace, --line-up and --speed")
    if form is not None and form not in FORMS:
        refuse(f"--form {form}: {' or '.join(FORMS)} is wanted")
    if speed is not None and not speed > 0:
        refuse(f"--speed {speed}: more than 0, such as 1 for as fast as it came")
    recording = _read(file, form, choice)
    if stream is not None:
        recording.deltas = recut(recording.deltas, stream)
    fmt = load_format(format or _format_of(recording, file))
    view = _View(trace or line_up, line_up, steps, speed)
    _replay(fmt, recording, file, read_tools(tools), inside, view)


def repeat(spec: str, path: Path, tools: Any, inside: str | None, *, trace: bool, line_up: bool) -> None:
    """Repeat what the vLLM plugin has logged: `toolgram parse --chunks`."""
    _replay(load_format(spec), _read(path, FAILURE), path, tools, inside, _View(trace, line_up))


def _read(path: Path, form: str | None, choice: int = 0) -> Recording:
    try:
        recording = read_recording(read_utf8(path, "a recording"), form, choice)
    except RecordingError as problem:
        refuse(f"{path}: {problem}")
    for note in recording.notes:
        complain(note)
    return recording


def _format_of(recording: Recording, path: Path) -> str:
    """What the recording says of the format: its name, or that of the model."""
    name = recording.format
    if name is None or name not in names(formats_dir()):  # the path of a spec in a file of a stranger's is not followed
        name = _format_of_model(recording.model) if recording.model is not None else None
    if name is None:
        refuse(f"{path} does not say which format it is of: --format NAME says it (toolgram list has the names)")
    return name


def _format_of_model(model: str) -> str | None:
    from ..which import Given, identify  # with the compiler, which a format that is named does not need

    found = identify(Given(names=(model,)))
    if found.format is None or found.verdict == "unsure":
        return None
    complain(f"{model}: read as {found.format} ({found.verdict}); --format NAME says otherwise")
    return found.format


def _replay(
    fmt: Format,
    recording: Recording,
    path: Path,
    tools: Any,
    inside: str | None,
    view: _View,
) -> None:
    """Read it, and print events as they come, or another view. What fails, raises: that is what one wants to see."""
    try:
        parser = parser_for(fmt, recording, tools, inside, trace=view.trace or view.steps)
    except ToolsError as error:
        refuse(f"{path}: {error}")
    except ValueError:
        can = ", ".join(fmt.machine.inside)
        refuse(f"--inside {inside or recording.inside}: {fmt.id} can begin inside {can or 'nothing'}")
    tell_unread(parser, fmt.id)
    if not view.trace and not view.steps:
        for step in replayed(recording, parser, _waiter(view.speed)):
            print_events(step.events, **({} if step.delta.at is None else {"at": step.delta.at}))
        return
    lined = LineUp(parser)
    read = replayed(recording, lined, _waiter(view.speed))
    if view.steps:
        print_steps(lined, read)
        return
    for _ in read:
        pass
    print_trace(lined, view.line_up)


def _waiter(speed: float | None) -> Callable[[int], object] | None:
    return None if speed is None else lambda milliseconds: time.sleep(milliseconds / 1000 / speed)
