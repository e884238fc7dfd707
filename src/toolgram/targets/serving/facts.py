"""What a plugin has to know of one format, whichever server it is in.

In: the tables of a format's machine, and the machine that was made of them. Out: `FormatFacts`.

Promise: nothing of it changes from one request to the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class FormatFacts:
    """One format: its machine, its names and the literals that a server's questions turn on.

    `begins_inside` is None, or the capture that the prompt opens, the chat template arguments that decide it (none:
    it is always open), what is assumed without them, and the texts by which they say no.
    """

    def __init__(
        self, table: Mapping[str, Any], machine: Any, *, version: str = "", build: str = "", spec: str | None = None
    ) -> None:
        self.machine = machine
        # By the id of the tokenizer, with what keeps the entry as long as it is right: see `vocabulary_of`.
        self.vocabularies: dict[int, tuple[Any, Any]] = {}
        self.names: list[str] = [table["format"], *table.get("aliases", ())]
        self.version = version  # of toolgram
        self.build = build  # the digests of what it was made from
        self.spec = spec or self.names[0]  # what toolgram's commands call it
        self.special_tokens = tuple(table.get("special_tokens", ()))
        self.begins_inside: Any = table.get("begins_inside")
        self.reasoning_openers = tuple(table.get("reasoning_openers", ()))
        self.reasoning_closers = tuple(table.get("reasoning_closers", ()))
        self.call_openers = tuple(table.get("call_openers", ()))
        self.opens_reasoning_only: bool = machine.opens_reasoning_only
        # What begins a message, as it stands in prompts too: whatever was open before it is over.
        self.headers: tuple[str, ...] = machine.headers
        self.wraps_content: bool = machine.wraps_content  # text is in messages of its own, not just between the calls
        # The well-formed language; without it nothing is constrained.
        self.outline: Mapping[str, Any] = table.get("outline") or {}

    def asks_for_reasoning(self, template_arguments: Mapping[str, Any], *, default: bool) -> bool:
        """Whether a request's template arguments switch the reasoning on; `default` when they do not say."""
        _, names, _, off = self.begins_inside or ("", (), default, ())
        said = [template_arguments[name] for name in names if template_arguments.get(name) is not None]
        return all(value and value not in off for value in said) if said else default
