"""What the operator has said: where the server is, what its models write, and how much may come.

In: words of the command line. Out: `Settings`. Raises SettingsError, whose text says what to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from ..formats import Format, load
from ..openai.plan import AUTO
from ..prompts import REASONING
from ..runtime.message import KEEP

MEGABYTE = 1 << 20
VLLM, SGLANG, OTHER = SERVERS = ("vllm", "sglang", "other")
NONE = "none"


class SettingsError(ValueError):
    """A setting that is none."""


@dataclass(frozen=True)
class Settings:
    """One proxy. `base` is the server's URL up to the path that clients ask for."""

    base: str
    format: Format | None = None  # None: the maps and the list of models say it
    maps: tuple[tuple[str, Format], ...] = ()
    asks_models: bool = False
    server: str = OTHER
    inside: str | None = AUTO
    reasoning_field: str = REASONING
    incomplete: str = KEEP
    request_bytes_max: int = 64 * MEGABYTE  # of a request that is read
    answer_bytes_max: int = 64 * MEGABYTE  # of an answer that comes whole
    event_bytes_max: int = 16 * MEGABYTE  # of one event of a stream
    connect_seconds: float = 10.0
    silent_seconds: float | None = None  # that a server may take between two pieces


def settings_of(upstream: str, format: str | None, maps: list[str], **others: object) -> Settings:
    """Read what was said. Raises SettingsError, and what `toolgram.load` raises."""
    found = []
    for one in maps:
        pattern, equals, name = one.partition("=")
        if not (pattern and equals and name):
            raise SettingsError(
                f"--map {one}: write a model or a pattern, and a format: --map 'qwen3-coder*=qwen3_coder'"
            )
        found.append((pattern, load(name)))
    if format is None and not found:
        raise SettingsError("say what the models write: --format NAME, --map 'MODEL=NAME', or --format auto")
    inside = others.pop("inside", AUTO)
    others["inside"] = None if inside == NONE else inside
    fixed = None if format in (None, AUTO) else load(str(format))
    for fmt in (fixed, *(fmt for _, fmt in found)):
        if fmt is not None and inside not in (AUTO, NONE) and inside not in fmt.prepared.inside:
            raise SettingsError(f"--inside {inside}: no prompt of {fmt.id} opens that; leave it out, or map the model")
    return Settings(_base(upstream), fixed, tuple(found), format == AUTO, **others)  # type: ignore[arg-type]


def _base(upstream: str) -> str:
    """The server's URL without `/v1`, which clients ask for."""
    parts = urlsplit(upstream)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SettingsError(f"--upstream {upstream}: a URL is wanted, such as http://127.0.0.1:8000")
    if parts.query or parts.fragment:
        raise SettingsError(f"--upstream {upstream}: a URL without ? and # is wanted")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/').removesuffix('/v1').rstrip('/')}"
