"""Halves that do not belong together: one of ours beside a parser of vLLM's own, or of another format.

In: a half that is being made. Out: a sentence for the log that says what will not work; None where there is nothing to
say.

How: a server keeps the classes of both parsers beside each other, from 0.20 on in its composed parser, before that in
its serving class. A half is made by one of the two, so they are found from there: see Note [who makes a half].

Note [who makes a half]
No version tells a half what the other one is. Their owner has both under names that have stayed the same, and it is the
`self` of a function that is running when a half is made. Nothing but the log depends on it.

A class that only leads to one of ours says so itself: `is_toolgram`.

Promise: whoever is not known to be an owner says nothing, and nothing is raised.
"""

from __future__ import annotations

import sys
from typing import Any, Optional, Tuple

from toolgram.targets.serving.own_names import PREFIX

FRAMES_MAX = 12
TOOL_PARSERS, REASONING_PARSERS = ("tool_parser_cls", "tool_parser"), ("reasoning_parser_cls", "reasoning_parser")

BESIDE_REASONING = (
    "toolgram reads the calls of %s and %s the thoughts, which decides where they end: an answer without tags, or "
    "with thoughts that nothing closes, may be all thoughts, and a call in those is not seen. Both halves are at work "
    "with --reasoning-parser %s"
)
BESIDE_TOOL = (
    "toolgram reads the thoughts of %s and %s the calls: nothing of a call is recovered but by that parser, the "
    "grammars of required and strict calls are its own, and a call in thoughts that nothing closes is seen only where "
    "a special token opens it. Both halves are at work with --tool-call-parser %s"
)


def remark_on_pair(half: Any, *, is_tool: bool) -> Optional[str]:
    """What to say of a half that is being made beside another one, if there is something."""
    try:
        owner = _owner(type(half))
        if owner is None:
            return None
        other = owner[1 if is_tool else 0]
        fmt = half.fmt
        known = getattr(other, "fmt", None)
        if other is None or known is fmt or getattr(other, "is_toolgram", False):
            return None
        if is_tool and not fmt.reasoning_closers:
            return None  # there are no thoughts in this format
        name = f"toolgram's {known.names[0]}" if known is not None else getattr(other, "__name__", str(other))
        return (BESIDE_REASONING if is_tool else BESIDE_TOOL) % (fmt.names[0], name, PREFIX + fmt.names[0])
    except Exception:  # a sentence in the log is not worth a server
        return None


def _owner(kind: type) -> Optional[Tuple[Any, Any]]:
    """The classes of both parsers, of whoever makes a half of this kind."""
    frame = sys._getframe(2)
    for _ in range(FRAMES_MAX):
        owner = frame.f_locals.get("self")
        found = _first_of(owner, TOOL_PARSERS), _first_of(owner, REASONING_PARSERS)
        if any(one is kind or getattr(one, "is_toolgram", False) for one in found):
            return found
        if frame.f_back is None:
            return None
        frame = frame.f_back
    return None


def _first_of(owner: Any, names: Tuple[str, ...]) -> Any:
    """The class that an owner has under the first of some names."""
    found = (getattr(owner, name, None) for name in names)
    return next((kind for kind in found if isinstance(kind, type)), None)
