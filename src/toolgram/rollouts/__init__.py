"""Rollouts: the texts that people train and evaluate on, read without an engine.

In: many texts, in files or in batches of a data library. Out: the same rows with what was read in them: the message,
every attempt at a call, and the places of reasoning and content.

    Reader      the callable for Ray Data's `map_batches` and the `map` of Hugging Face's datasets
    verl.py     the tool parsers of verl, as its plugin
    renderers.py    the tool and reasoning parsers of `renderers`

Promise: nothing of any host is imported before it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .batches import Reader

__all__ = ["Reader"]


def __getattr__(name: str) -> Any:
    if name != "Reader":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .batches import Reader  # with formats, which nobody waits for who imports a host's adapter

    return Reader
