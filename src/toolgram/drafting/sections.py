"""What stands around calls: sections, openers and closers of each call, separators; what ends the turn.

In: a prober. Out: a `Layout`. One call shows what stands before and behind; two show what repeats.
"""

from __future__ import annotations

import re

from ..chat_templates import TemplateError
from ..testing.templates.conversations import Call, Turn
from .atoms import ATOM, shared_end, shared_start
from .cores import IDS, find_call
from .layout import ID, NAME_AGAIN, JsonCore, Layout, NamedCore
from .parameters import find_parameters
from .probing import KEYS, MARK, NAMES, TEXTS, Prober

CALLS = tuple(Call(name, {key: text}) for name, key, text in zip(NAMES, KEYS, TEXTS, strict=True))
TAG = re.compile(r"</?[^<>\s]+>|\[/?[A-Z_]+\]|<\|?[^<>\s]+\|?>")


def find_layout(prober: Prober) -> Layout:
    """Find out how calls are written. Raises DraftError and TemplateError."""
    one = prober.answer(Turn(CALLS[:1]))
    spot = find_call(one, CALLS[0], 0)
    before, behind = _marked(one[: spot.start]), _marked(one[spot.end :])
    plain = _plain(prober)
    between, behind_two = _between(prober)
    end = max(shared_end(behind, plain[1]), shared_end(behind_two, plain[1]), key=len)
    behind = max(behind, behind_two, key=len)  # some close the section of several calls only
    behind = behind[: len(behind) - len(shared_end(behind, end))]
    layout = Layout(spot.core or JsonCore(()), repeats=between is not None)
    _cut(layout, before, between, behind)
    _ends(layout, end, plain[1])
    layout.wrap = (plain[0], plain[1][: len(plain[1]) - len(shared_end(plain[1], end))] if end.strip() else "")
    if spot.core is None:
        core = find_parameters(prober, layout.tail)
        layout.core, layout.tail = core, ""
    if between is None:
        layout.unknown.append(
            "how several calls are written: the template writes one call only; ask the model for two and see"
        )
    _look_for_ids(layout, one)
    _turn_opener(prober, layout)
    return layout


def _turn_opener(prober: Prober, layout: Layout) -> None:
    """What opens the model's turn in the prompt: tags, and the words between them."""
    opener = prober.turn_opener or prober.asked
    for end in layout.end_tokens:
        opener = opener.partition(end)[2] if end in opener else opener
    opener = opener.strip()
    if opener.startswith(("<", "[")):
        layout.turn_openers = [opener]


def _marked(text: str) -> str:
    """A piece of markup, with marks where the id stands, or the name once more."""
    text = IDS.sub(ID, text)
    for name in NAMES:
        text = text.replace(name, NAME_AGAIN)
    return text


def _plain(prober: Prober) -> tuple[str, str]:
    """What stands before and behind mere text; nothing where the template writes none."""
    try:
        before, found, behind = prober.answer(Turn((), MARK)).partition(MARK)
    except TemplateError:
        return "", ""
    return (before, behind) if found else ("", "")


def _between(prober: Prober) -> tuple[str | None, str]:
    """What stands between two calls, None where the template writes one only; and what stands behind them."""
    try:
        two = prober.answer(Turn(CALLS[:2]))
    except TemplateError:
        return None, ""
    if NAMES[1] not in two or TEXTS[1] not in two:
        return None, ""
    first = find_call(two, CALLS[0], 0)
    second = find_call(two, CALLS[1], first.end)
    return _marked(two[first.end : second.start]), _marked(two[second.end :])


def _cut(layout: Layout, before: str, between: str | None, behind: str) -> None:
    """Divide what stands around calls into that of the section and that of each call."""
    if between is None:
        is_array = before.rstrip().endswith("[") and behind.lstrip().startswith("]")
        if is_array:
            layout.section = before, behind
            layout.separator = ","
        else:
            layout.head, layout.tail = before, behind
        return
    layout.head = shared_end(before, between)
    rest = between[: len(between) - len(shared_end(between, before))]
    layout.tail = shared_start(behind, rest)
    layout.separator = rest[len(shared_start(rest, behind)) :].strip()
    layout.section = before[: len(before) - len(layout.head)], behind[len(layout.tail) :]


def _ends(layout: Layout, end: str, plain_end: str) -> None:
    """Take the tokens that close turns; a closer of a section that nothing opened is one of them."""
    opener, closer = layout.section
    if not opener.strip() and closer.strip() and TAG.fullmatch(closer.strip()):
        layout.section = opener, ""
        layout.end_tokens.append(closer.strip())
    tags_of = [TAG.findall(text) for text in layout.section]
    if not end.strip() and len(tags_of[1]) > max(1, len(tags_of[0])):
        last = tags_of[1][-1]
        layout.section = opener, closer[: closer.rfind(last)]
        layout.end_tokens.append(last)
    for text in (end, plain_end):
        found = [atom for atom in ATOM.findall(text) if TAG.fullmatch(atom)]
        if text is plain_end and end.strip():
            continue
        layout.end_tokens += found[:1] if found[:1] != layout.end_tokens[:1] else []
    layout.end_tokens = list(dict.fromkeys(layout.end_tokens))


def _look_for_ids(layout: Layout, text: str) -> None:
    core = layout.core
    if isinstance(core, NamedCore) and core.is_id:
        layout.found.append("the name stands in the id of the call: `functions.NAME:0`")
    elif IDS.search(text):
        layout.found.append("the id of a call is written")
