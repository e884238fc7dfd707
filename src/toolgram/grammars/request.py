"""What a request asks of an answer, as one plain record.

In: nothing; whoever serves a request fills in the record, once. Out: `GrammarRequest`.

Promise: a grammar depends on the format, on the ids of its special tokens and on this record, and on nothing else of
the request.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, Tuple

NO_PARAMETERS: Mapping[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
ANY_PARAMETERS: Mapping[str, Any] = {"type": "object"}


QUOTED_CHARS_MAX = 60


def quoted(text: str) -> str:
    """A text of a request as a message may show it: on one line, and short."""
    return ascii(text if len(text) <= QUOTED_CHARS_MAX else text[:QUOTED_CHARS_MAX] + "...")


class ToolShape(NamedTuple):
    """A tool that may be called. `parameters` is its schema, or `ANY_PARAMETERS` where it need not be obeyed."""

    name: str
    parameters: Any


@dataclass(frozen=True)
class GrammarRequest:
    """The tools that may be called, whether a call is wanted, and where the answer begins.

    is_forced    the answer is calls and no content; otherwise content is free up to what opens a call
    is_single    there is at most one call
    may_be_open  the prompt may have opened the reasoning
    may_reason   there may be reasoning
    openers      one of these delimiters, which open a call, may have been read before the grammar begins
    """

    tools: Tuple[ToolShape, ...]
    is_forced: bool
    is_single: bool = False
    may_be_open: bool = False
    may_reason: bool = True
    openers: Tuple[str, ...] = ()

    def key(self) -> str:
        """A text that is equal for equal requests."""
        return json.dumps(asdict(self), sort_keys=True, default=str)
