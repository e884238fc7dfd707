"""What switches the reasoning on, in the words that SGLang has for it; and whether an answer begins in it.

In: a format, and who asks. Out: a mode of SGLang's, and a truth.

Note [what `force_reasoning` says]
SGLang forces the reasoning where its template opens it, and where the request has it switched on: two things under one
name. A model that opens its reasoning itself does so in its answer, so the second says nothing of where the answer
begins. In a format whose prompts open it, or may, both mean that the answer begins in it: a model that opens it again
is read as well. In the other formats only the template counts, where it is known.
"""

from __future__ import annotations

from typing import Optional

from toolgram.targets.sglang.host.served_format import ServedFormat
from toolgram.targets.sglang.host.who_asks import Asked

SWITCHES = ("thinking", "enable_thinking")  # arguments of chat templates that SGLang knows


def reasoning_mode(fmt: ServedFormat) -> Optional[str]:
    """How SGLang is to know whether a request is reasoned about, where it cannot tell from the template."""
    if fmt.begins_inside is None:
        return None
    _, names, is_on, _ = fmt.begins_inside
    known = next((name for name in names if name in SWITCHES), None)
    if known is None:
        return "always" if is_on and not names else None
    return known if is_on else f"explicit_{known}"


def begins_open(fmt: ServedFormat, force: Optional[bool], who: Asked) -> bool:
    """Whether an answer begins in the reasoning: see Note [what `force_reasoning` says]."""
    if fmt.begins_inside is None:
        return who.opens_reasoning if who.server is not None else bool(force)
    default = fmt.begins_inside[2] if force is None else force
    return fmt.asks_for_reasoning(who.template_arguments, default=default) or who.opens_reasoning
