"""OpenAI's own shapes: the deltas of its chunks, and answers whose markup nobody has parsed.

`chunks.py` makes deltas of events. Everything else here repairs answers that came with the model's raw text in them:
`plan.py` says how an answer is read, `choice.py` reads one text of it, `chat.py` and `responses.py` know the two APIs
as plain dicts, and `client.py` takes what the `openai` client returns.

Promises: nothing here knows HTTP, and the client's package is not imported; what nothing is found in is handed on as
the same object; the texts and calls that come out are those of the text that came in, however it was cut.
"""

from typing import TYPE_CHECKING, Any

from .chunks import ChunkBuilder

if TYPE_CHECKING:
    from .client import repair

__all__ = ["ChunkBuilder", "repair"]


def __getattr__(name: str) -> Any:
    """`repair` when it is asked for: it comes with the formats, which deltas can do without."""
    if name != "repair":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return import_module(f"{__name__}.client").repair
