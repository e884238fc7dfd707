"""Where reasoning stands, and what the prompt opens of it.

In: a prober and the layout of its calls. Out: the layout, with the delimiters of reasoning and what switches it on.
"""

from __future__ import annotations

import re

from ..chat_templates import TemplateError
from ..testing.templates.conversations import Turn
from .atoms import shared_end, shared_start
from .layout import Layout
from .probing import REASONING, SWITCHES, Prober
from .sections import CALLS, TAG

IN_SOURCE = re.compile(r"</([\w:.\-]*think[\w:.\-]*)>")


def find_thoughts(prober: Prober, layout: Layout) -> None:
    """Add what is found of reasoning to a layout."""
    thinking = prober.with_reasoning()
    if thinking is not None:
        layout.reasoning = _delimiters(thinking)
    if layout.reasoning is None and (found := IN_SOURCE.search(prober.source)) is not None:
        layout.reasoning = f"<{found[1]}>", found[0]
        layout.unknown.append(
            f"whether the model thinks between `<{found[1]}>` and `{found[0]}`: the template names the tag, and"
            " writes no reasoning; look at what the model writes first"
        )
    if layout.reasoning is None:
        layout.unknown.append("how the model thinks, if it does: the template writes no reasoning")
        return
    _switch(prober, layout, layout.reasoning[0])
    _cut_turn_opener(layout)
    layout.section = _without_thoughts(layout, layout.section[0]), layout.section[1]
    layout.wrap = _without_thoughts(layout, layout.wrap[0]), layout.wrap[1]
    if not layout.section[0].strip():
        layout.head = _without_thoughts(layout, layout.head)


def _delimiters(prober: Prober) -> tuple[str, str] | None:
    """The opener and the closer around reasoning."""
    turn, plain = Turn(CALLS[:1], None, REASONING), Turn(CALLS[:1])
    text = prober.answer(turn)
    before, _, behind = text.partition(REASONING)
    behind = behind[: behind.find(CALLS[0].name)]
    call = prober.answer(plain)
    call = call[: call.find(CALLS[0].name)]
    if before.strip() and call.strip().startswith(before.strip()):
        closer = next((tag[0] for tag in TAG.finditer(behind)), "")  # the template writes an empty block without
    else:
        closer = behind[: len(behind) - len(shared_end(behind, call))].strip()
    if not closer:
        return None
    if not before.strip():
        tail = prober.behind_last(turn)
        tail = tail[: tail.find(REASONING)]
        more = prober.asked[len(shared_start(prober.asked, tail)) :].strip()
        is_words = more and closer not in more and shared_start(prober.asked, tail) == tail.rstrip()
        before = more if is_words else _opener(tail, closer)
    return (before.strip(), closer) if before.strip() else None


def _opener(before: str, closer: str) -> str:
    """The opener that the prompt ends with: the twin of the closer, or all from the last tag on."""
    twin = re.sub(r"^([<\[])/", r"\1", closer.split()[0])
    if twin != closer and before.rstrip().endswith(twin):
        return twin
    tags = [match.start() for match in TAG.finditer(before)]
    return before[tags[-1] :] if tags else ""


def _without_thoughts(layout: Layout, text: str) -> str:
    """What opens an answer, without the reasoning that is closed before it."""
    assert layout.reasoning is not None
    for delimiter in layout.reasoning:
        if text.lstrip().startswith(delimiter):
            text = text.lstrip()[len(delimiter) :]
    return text


def _cut_turn_opener(layout: Layout) -> None:
    """What the prompt opens of the reasoning, or closes at once, is no part of what opens the turn."""
    assert layout.reasoning is not None
    for delimiter in layout.reasoning:
        layout.turn_openers = [opener.partition(delimiter)[0].strip() for opener in layout.turn_openers]
    layout.turn_openers = [opener for opener in layout.turn_openers if opener]


def _switch(prober: Prober, layout: Layout, opener: str) -> None:
    """Find out whether the prompt has opened the reasoning, and which argument of the template says so."""
    try:
        prompts = {key: text.rstrip().endswith(opener) for key, text in prober.prompts().items()}
    except TemplateError:
        return
    usual = prompts[None]
    for name in SWITCHES:
        if prompts.get((name, True)) and not prompts.get((name, False)):
            layout.begins_inside = {"reasoning": name, "default": usual}
            return
    if usual:
        layout.begins_inside = {"reasoning": True}
