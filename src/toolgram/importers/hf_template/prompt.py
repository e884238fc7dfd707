"""What a prompt has opened when the model begins to write: rendered from the chat template, if there is one.

In: a draft, and the text of a chat template. Out: the value of `begins_inside` for the spec, or None.

A response template reads the prompt too, so it need not say this. A spec says it: the chat template is rendered for a
short conversation, with and without each of its switches, and what stands at its end is looked at.
"""

from __future__ import annotations

import re
from typing import Any

from ...chat_templates import ChatTemplate, TemplateError
from ...spec.metadata import BeginsInside
from .regex import RegexError, Text, read_regex
from .regions import REASONING, Draft
from .template import FieldModel

SWITCHES = ("enable_thinking", "thinking", "enable_reasoning", "reasoning")
TALK = [{"role": "user", "content": "Hello"}]


def what_the_prompt_opens(draft: Draft, chat_template: str | None) -> BeginsInside | None:
    """Find out whether reasoning is open at the end of a prompt, and what decides it."""
    fields = draft.template.model.fields
    field = next((fields[name] for name in REASONING if name in fields), None)
    if draft.opened or field is None:
        return BeginsInside(capture="reasoning") if draft.opened else None
    text = chat_template or _own(draft.template.config.get("chat_template"))
    if text is None:
        words = "may be opened by the prompt, which only the chat template says, and there is none here"
        hint = (
            'if the prompt ends with its opener:  # begins_inside = { reasoning = "enable_thinking", default = true }'
        )
        draft.template.warn("hf-prompt", f"fields.{_name(draft)}", words, hint)
        return None
    template = _template(text)
    usual = _is_open(template, field, {})
    for switch in SWITCHES:
        if re.search(rf"\b{switch}\b", text):
            off, on = (_is_open(template, field, {switch: value}) for value in (False, True))
            if on and not off:
                return BeginsInside(capture="reasoning", arguments=(switch,), default=usual)
    return BeginsInside(capture="reasoning") if usual else None


def _name(draft: Draft) -> str:
    return next(name for name in REASONING if name in draft.template.model.fields)


def _own(value: Any) -> str | None:
    """The chat template of a tokenizer's configuration: a text, or the default one of a list."""
    if isinstance(value, str):
        return value
    named = {one.get("name"): one.get("template") for one in value or () if isinstance(one, dict)}
    found = named.get("default")
    return found if isinstance(found, str) else None


def _is_open(template: ChatTemplate | None, field: FieldModel, switches: dict[str, bool]) -> bool:
    """Whether a prompt ends with an opener of the reasoning, and blanks."""
    end = _rendered(template, switches).rstrip()
    return any(end.endswith(opener.strip()) for opener in _openers(field) if opener.strip())


def _openers(field: FieldModel) -> list[str]:
    if field.open is not None:
        return [field.open] if isinstance(field.open, str) else field.open
    try:
        nodes = read_regex(field.open_pattern or "")
    except RegexError:
        return []
    texts = [node.text for node in nodes if isinstance(node, Text)]
    return texts[-1:]


def _template(text: str) -> ChatTemplate | None:
    """The template, if it is Jinja."""
    try:
        return ChatTemplate("chat_template", text)
    except TemplateError:
        return None


def _rendered(template: ChatTemplate | None, switches: dict[str, bool]) -> str:
    """The end of a prompt; empty when this template cannot be rendered."""
    try:
        return "" if template is None else template.render(TALK, None, switches, ask=True)
    except TemplateError:
        return ""
