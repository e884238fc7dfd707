"""verl's tool parsers: every format as `toolgram_<id>`, for `actor_rollout_ref.rollout.multi_turn.format`.

In: the ids of an answer and the schemas of the tools. Out: the content, and the calls that verl is to run.

How: verl loads the entry points of its group `verl.plugins` when it is imported, in each of its processes, and does no
more than that: so to import this module is to register. The agent loop, which has the parsers, takes seconds to
import; it is met when verl imports it. A format is loaded when a parser of it is made.

Promises: nothing of verl is imported here; no name of verl's own is taken; of calls only complete ones are handed on,
for verl runs them.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..plugins.own_specs import installed, own_specs
from ..targets.serving.when_imported import when_imported

if TYPE_CHECKING:
    from .tokens import TokenReader

PLACE = "verl.experimental.agent_loop.tool_parser"


def register(module: Any) -> None:
    """Give verl's registry a parser of each format; `module` is the one that has the registry."""
    for name, source in {**installed(), **dict(own_specs(logging.getLogger("toolgram")))}.items():
        module.ToolParser.register(name)(_parser_class(module, source))


def _parser_class(module: Any, source: str) -> type:
    """A parser class of verl, of one format: its id, an alias, or the path of its spec."""

    def begin(self: Any, tokenizer: Any) -> None:
        from ..formats import load  # which verl's other processes do not need
        from .tokens import TokenReader

        module.ToolParser.__init__(self, tokenizer)
        self.reader = TokenReader(load(source), tokenizer)

    async def extract_tool_calls(self: Any, responses_ids: Sequence[int], tools: Iterable[Any] | None = None) -> Any:
        work = partial(_read, self.reader, list(responses_ids), list(tools or ()))
        content, calls = await asyncio.get_running_loop().run_in_executor(None, work)
        return content, [module.FunctionCall(**call) for call in calls]

    members = {
        "__init__": begin,
        "__doc__": f"Reads the format `{source}` of toolgram.",
        "__module__": __name__,
        "extract_tool_calls": extract_tool_calls,
        "stop_token_ids": property(lambda self: self.reader.stop_ids),
    }
    return type("ToolgramToolParser", (module.ToolParser,), members)


def _read(reader: TokenReader, ids: list[int], tools: list[Any]) -> tuple[str, list[dict[str, Any]]]:
    """The content of an answer, and its calls as verl makes objects of them."""
    from ..prompts import begun_before

    kept = reader.without_end(ids)
    declared = [tool.model_dump(exclude_none=True) if hasattr(tool, "model_dump") else tool for tool in tools]
    message = reader.report(kept, declared, begun_before(reader.format, reader.decode(kept))).message
    calls = [
        {"name": call.name, "arguments": call.arguments, "tool_call_id": call.id}
        for call in message.tool_calls
        if call.complete
    ]
    return message.content or "", calls


when_imported(PLACE, register)
