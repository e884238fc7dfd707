"""What the prompt has begun of an answer: the last message of the request is the model's own, and is to be continued.

In: a request. Out: a text.
"""

from __future__ import annotations

from typing import Any

from toolgram.runtime.schema.given import items_of, member_of


def prefilled_text(request: Any) -> str:
    """What the prompt has begun of the answer; nothing where the answer begins with the answer."""
    if not getattr(request, "continue_final_message", False):
        return ""
    messages = list(getattr(request, "messages", None) or ())
    last = messages[-1] if messages else None
    if member_of(last, "role") != "assistant":
        return ""
    content = member_of(last, "content")
    if isinstance(content, str):
        return content
    return "".join(str(member_of(part, "text") or "") for part in items_of(content)[0])
