"""`toolgram proxy`: an OpenAI server that may not be touched, with calls and reasoning of toolgram's parsers."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Annotated

import typer

from ..formats import SpecError
from ..proxy.settings import MEGABYTE, OTHER, SERVERS, Settings, SettingsError, settings_of
from ..registry import UnknownFormatError
from .inputs import ERRORS, refuse

NEEDED = ("aiohttp", "uvicorn", "prometheus_client")
USAGE = 2


def proxy(
    upstream: Annotated[str, typer.Option(metavar="URL", help="The server, such as http://127.0.0.1:8000.")],
    format: Annotated[
        str | None, typer.Option(metavar="NAME", help="What its models write, or `auto`: its list of models says it.")
    ] = None,
    maps: Annotated[
        list[str] | None, typer.Option("--map", metavar="MODEL=NAME", help="What one model writes; may hold * and ?.")
    ] = None,
    host: Annotated[str, typer.Option(help="The address to listen at; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port to listen at.")] = 8100,
    server: Annotated[
        str, typer.Option(help=f"What it is, for what has to be asked of it: {', '.join(SERVERS)}.")
    ] = OTHER,
    inside: Annotated[str, typer.Option(help="What prompts open: reasoning, none, or auto.")] = "auto",
    reasoning_field: Annotated[
        str, typer.Option(metavar="NAME", help="Where reasoning goes: `reasoning` or `reasoning_content`.")
    ] = "reasoning",
    incomplete: Annotated[str, typer.Option(help="Calls that are cut off: keep or drop.")] = "keep",
    request_max: Annotated[int, typer.Option(min=1, help="Megabytes of a request that is read.")] = 64,
    answer_max: Annotated[int, typer.Option(min=1, help="Megabytes of a whole answer that is read.")] = 64,
    silent_seconds: Annotated[
        float | None, typer.Option(min=1, help="How long the server may say nothing; by default for ever.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and end.")] = False,
) -> None:
    """Stand before an OpenAI server, and repair its answers."""
    _check("--server", server, SERVERS)
    _check("--reasoning-field", reasoning_field, ("reasoning", "reasoning_content"))
    _check("--incomplete", incomplete, ("keep", "drop"))
    try:
        settings = settings_of(
            upstream,
            format,
            maps or [],
            server=server,
            inside=inside,
            reasoning_field=reasoning_field,
            incomplete=incomplete,
            request_bytes_max=request_max * MEGABYTE,
            answer_bytes_max=answer_max * MEGABYTE,
            silent_seconds=silent_seconds,
        )
    except (SettingsError, UnknownFormatError) as problem:
        refuse(str(problem), USAGE)
    except (SpecError, OSError) as problem:
        refuse(str(problem), ERRORS)
    if dry_run:
        typer.echo("\n".join(_lines(settings, host, port)))
        return
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        refuse(f"{', '.join(missing)}: not installed; run: pip install 'toolgram[proxy]'", ERRORS)
    from ..proxy.serve import serve

    serve(settings, host, port)


def _check(option: str, given: str, known: tuple[str, ...]) -> None:
    if given not in known:
        refuse(f"{option} {given}: {' or '.join(known)} is wanted", USAGE)


def _lines(settings: Settings, host: str, port: int) -> list[str]:
    """What a proxy of these settings does."""
    lines = [f"http://{host}:{port} stands before {settings.base}"]
    lines += [f"models like {pattern}: {fmt.id}" for pattern, fmt in settings.maps]
    others = "as the server's list of models says" if settings.asks_models else "left alone"
    return [*lines, f"other models: {settings.format.id if settings.format is not None else others}"]
