"""How the answer to one request is read.

In: a format, a request as it was sent (or the part of it that is known), and where the prompt leaves off. Out: `Plan`,
which makes what reads each text of the answer.

Note [what the prompt has opened]
Whoever reads answers alone does not see the prompt. Where a prompt has opened the reasoning, the answer begins in it
and closes what it never opened. A whole text shows that: its first closer stands before any opener. In a stream it is
known too late. There `inside` is what the caller says, else what the request's template arguments say, else
"reasoning" in the formats whose prompts always open it, and nothing in all others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..formats import Format, load
from ..prompts import REASONING, begun_before
from ..runtime.message import KEEP
from ..runtime.parser import Parser
from ..runtime.schema.given import items_of
from ..runtime.schema.kept_tools import whole_tool_set
from ..runtime.schema.tools import ToolSet

AUTO = "auto"


@dataclass(frozen=True)
class Plan:
    """What all texts of one answer have in common. Made by `plan_for`."""

    format: Format
    tools: ToolSet | None = None  # None: no calls are looked for
    inside: str | None = AUTO
    template_arguments: Mapping[str, Any] = field(default_factory=dict)
    reasoning_field: str = REASONING  # where reasoning goes, if the server has not shown a name of its own
    incomplete: str = KEEP

    @property
    def reads_all(self) -> bool:
        """Whether markup is looked for in all of the text: where calls are wanted, and where text wears headers."""
        return self.tools is not None or bool(self.format.table.get("wraps_content"))

    @property
    def reads_nothing(self) -> bool:
        """Whether the text is what it is: no calls are wanted, and the format has no reasoning."""
        return not self.reads_all and not self.format.table.get("reasoning_closers")

    @property
    def may_begin_in_reasoning(self) -> bool:
        return REASONING in self.format.prepared.inside

    def inside_of(self, text: str | None = None) -> str | None:
        """What is open when the answer begins: `text` is all of it, if all of it is there."""
        if self.inside != AUTO:
            return self.inside if self.inside is None or self.inside in self.format.prepared.inside else None
        begins = self.format.table.get("begins_inside")
        if not begins or not self.may_begin_in_reasoning:
            return None
        _, names, default, off = begins
        said = [self.template_arguments[name] for name in names if self.template_arguments.get(name) is not None]
        if text is not None and (not said or any(text.find(one) >= 0 for one in self._closers)):
            is_open = begun_before(self.format, text) is not None
        elif said:
            is_open = all(value and value not in off for value in said)
        else:
            is_open = default and not names
        return REASONING if is_open else None

    @property
    def _closers(self) -> list[str]:
        return list(self.format.table.get("reasoning_closers", ()))

    def parser(self, inside: str | None) -> Parser:
        """A parser of one text; of tools that cannot be read, the others count."""
        return Parser(self.format.prepared, self.tools, inside)


def plan_for(
    fmt: Format | str | Path,
    request: Mapping[str, Any] | None = None,
    *,
    inside: str | None = AUTO,
    reasoning_field: str = REASONING,
    incomplete: str = KEEP,
) -> Plan:
    """Say how the answer to a request is read; of the request, tools and template arguments count.

    Raises what `toolgram.load` raises, and ValueError where the format cannot begin inside of what is said.
    """
    loaded = fmt if isinstance(fmt, Format) else load(fmt)
    if inside not in (AUTO, None) and inside not in loaded.prepared.inside:
        raise ValueError(f"inside={inside!r}: {loaded.id} can begin in {_listed(loaded)}")
    request = request or {}
    arguments = dict(request.get("chat_template_kwargs") or {})
    effort = request.get("reasoning_effort")
    if isinstance(effort, str):
        arguments.setdefault("reasoning_effort", effort)
    return Plan(loaded, _tools_of(request), inside, arguments, reasoning_field, incomplete)


def _listed(fmt: Format) -> str:
    return ", ".join([*map(repr, fmt.prepared.inside), "None, or 'auto'"])


def _tools_of(request: Mapping[str, Any]) -> ToolSet | None:
    """The tools of which calls are looked for: those that can be read, None where no call is wanted."""
    given, _ = items_of(request.get("tools"))
    if not given or request.get("tool_choice") == "none":
        return None
    try:
        return whole_tool_set(given)
    except ValueError:
        return ToolSet(given)
