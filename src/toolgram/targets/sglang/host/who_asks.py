"""The request and the server that a detector is made for.

In: the functions that are running when a detector is made or asked. Out: `Asked`.

Note [who makes a detector]
SGLang gives a tool detector the tools and no request, and a reasoning detector neither. But the thoughts of many
formats end with a call of a declared tool, and whether the tool detector behind a reasoning detector is ours says how
to hand an answer over. Whoever makes a detector has the request in a variable of that name, and is a method of the
object that serves, which names both parsers. So they are found from there. Where they are not, a detector reads as one
that stands alone, and knows no tools.

Promise: nothing is raised; nothing of a request is kept but its tools.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple, Optional

from toolgram.runtime.schema.given import items_of, member_of

FRAMES_MAX = 12
TOOL_VARIABLES = ("effective_tools", "chat_tools")  # as whoever serves has them for this request
DECLARING = "tool_choice"  # what every request has that can have tools
SERVING = "tool_call_parser"  # what an object has that serves


class Asked(NamedTuple):
    """`request` and `server` are None where nobody is known to have them."""

    request: Optional[Any] = None
    server: Optional[Any] = None
    tools: Optional[Any] = None

    @property
    def template_arguments(self) -> dict[str, Any]:
        """What the chat template is given, as far as it says whether the model thinks."""
        request = self.request
        given = dict(member_of(request, "chat_template_kwargs") or {})
        effort = member_of(request, "reasoning_effort") or member_of(member_of(request, "reasoning"), "effort")
        if effort is not None:
            given.setdefault("reasoning_effort", effort)
        return given

    @property
    def opens_reasoning(self) -> bool:
        """Whether the server has seen that its chat template opens the reasoning."""
        return bool(getattr(getattr(self.server, "template_manager", None), "force_reasoning", False))

    @property
    def reasoning_parser(self) -> Optional[str]:
        """The name of the server's reasoning parser."""
        name = getattr(self.server, "reasoning_parser", None)
        return name if isinstance(name, str) else None

    @property
    def tool_parser(self) -> Optional[str]:
        """The name of the server's tool-call parser."""
        name = getattr(self.server, SERVING, None)
        return name if isinstance(name, str) else None

    def option(self, name: str) -> Any:
        """An option of the server's; None where it is not known."""
        try:
            return self.server.tokenizer_manager.config_value(name)  # type: ignore[union-attr]
        except Exception:  # no server, or a server of another version
            return None


def asked() -> Asked:
    """Find the request and the server that whoever calls the caller works for."""
    request = server = tools = None
    try:
        frame = sys._getframe(2)
        for _ in range(FRAMES_MAX):
            names = frame.f_locals
            if request is None and hasattr(names.get("request"), DECLARING):
                request = names["request"]
            if tools is None:
                tools = next((names[name] for name in TOOL_VARIABLES if names.get(name)), None)
            owner = names.get("self")
            if server is None and hasattr(owner, SERVING) and hasattr(owner, "tokenizer_manager"):
                server = owner
            if frame.f_back is None or (request is not None and server is not None):
                break
            frame = frame.f_back
    except Exception:  # of objects that are anything but what they seem
        return Asked()
    return Asked(request, server, tools or _declared(request, server))


def _declared(request: Any, server: Any) -> Any:
    """The tools of a request, as the server takes them."""
    if request is None:
        return None
    effective = getattr(server, "_effective_tools", None)
    try:
        found = effective(request) if callable(effective) and hasattr(request, "messages") else None
    except Exception:  # it is not for this kind of request
        found = None
    return found or items_of(getattr(request, "tools", None))[0] or None
