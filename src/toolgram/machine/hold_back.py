"""Pass: the most characters that are ever held, per capture (docs/rules.md, promise 4).

Text is held while it may begin a delimiter: the blanks before it, the delimiter, and behind a value's closer the blanks
and the evidence. Of content the blanks before the last markup are held besides, because they count only when more
content follows. The pass adds these up; the parser enforces the constants. While a call's name is undecided everything
since its opener is held; that stretch has no bound of its own.
"""

from __future__ import annotations

from collections.abc import Collection

from ..runtime.tables.limits import (
    BLANKS_MAX,
    CLOSERS_MAX,
    DANGLING_MAX,
    ECHO_MAX,
    ENDS_MAX,
    HELD_IN_ELEMENTS_MAX,
    HELD_MAX,
    JUNK_MAX,
    LOOK_MAX,
    LOOSE_MAX,
    MISSPELT_MAX,
    NAME_MAX,
    NUMBER_MAX,
    PROSE_MAX,
    SCALAR_MAX,
    SOURCE_MAX,
    STRING_MAX,
    SUFFIX_MAX,
    TAG_BLANKS_MAX,
    TAG_MAX,
    UNION_MAX,
)
from ..runtime.tables.states import MESSAGE_SINKS
from ..runtime.tables.suffix import NAME_PLACE, with_suffix
from .lowered import VALUE_SINKS
from .misspelt import stem_of
from .model import Edge, Nest, State, Tags

BLANKS_BOUND = {"none": 0, "newline": 2, "any": BLANKS_MAX}


def bounds(
    states: list[State], nests: list[Nest], tokens: Collection[str] = (), *, drops_echo: bool = False
) -> dict[str, int]:
    """The bound in characters of content, reasoning, strings, values typed by the schema, and copied JSON.

    `tokens` are the special tokens: behind a closer with one in it junk is looked over.
    """
    found: dict[str, int] = {}
    if drops_echo:
        _raise(found, "content", BLANKS_MAX + ECHO_MAX)
    for state in states:
        if state.kind == "text" and state.sink in (*MESSAGE_SINKS, *VALUE_SINKS):
            held = max((_edge_bound(states, edge, tokens) + _tag_bound(state, edge) for edge in state.edges), default=0)
            if state.sink in VALUE_SINKS:
                held = max(held, *(_nest_bound(nest) for nest in nests), 0, 0)
                _raise(found, "string argument", held)
                _raise(found, "typed argument", held + max(SCALAR_MAX, UNION_MAX, HELD_MAX))
            else:
                _raise(found, state.sink, held)
        elif state.tags is not None:
            held = _element_bound(states, state, state.tags, nests, tokens)
            _raise(found, "string argument", held)
            _raise(found, "nested argument", held + HELD_IN_ELEMENTS_MAX + max(SCALAR_MAX, UNION_MAX, HELD_MAX))
        elif state.kind == "scan" and state.sink != "skip":
            _raise(found, "copied JSON", _copied_bound(state))
        elif state.loose is not None:
            _raise(found, "loose argument", LOOSE_MAX + STRING_MAX + BLANKS_MAX + HELD_MAX + _longest(state))
        elif state.leave is not None:
            _raise(found, "content", BLANKS_MAX + JUNK_MAX + max(_chars(edge.literal) for edge in state.edges))
        elif state.kind == "gap" and state.region == "message":
            held = max(
                (_chars(edge.literal) + _behind_bound(states, edge) + _tag_bound(state, edge) for edge in state.edges),
                default=-BLANKS_MAX,
            )
            _raise(found, "content", BLANKS_MAX + held)
    if "content" in found:
        found["content"] += BLANKS_MAX  # those that wait before markup
    return found


def with_turns(found: dict[str, int], marks: Collection[str]) -> dict[str, int]:
    """The bounds, and what waits before all of it: end tokens, and half of one more or of the opener of a turn."""
    held = ENDS_MAX + max(map(len, marks)) if marks else 0
    return {name: bound + held for name, bound in found.items()}


def add_holding(states: list[State]) -> None:
    """Say of every text which blanks wait at its end, and how long a delimiter is that may be coming.

    >>> text = State.model_validate({"name": "a", "kind": "text", "region": "message", "at": "1:1", "edges": [
    ...     {"literal": "</a>", "to": 0, "blanks": "newline"}]})
    >>> add_holding([text])
    >>> text.hold_blanks, text.longest
    ('newline', 4)
    """
    for state in states:
        if state.kind in ("text", "element"):
            state.hold_blanks = max(
                (edge.blanks for edge in state.edges), key=tuple(BLANKS_BOUND).index, default="none"
            )
            tags = (state.tags.open, state.tags.close) if state.tags is not None else ()
            literals = (*tags, *(edge.literal for edge in state.edges))
            state.longest = max((len(with_suffix(literal, "")) for literal in literals), default=0)


def _raise(found: dict[str, int], name: str, bound: int) -> None:
    found[name] = max(found.get(name, 0), bound)


def _chars(literal: str) -> int:
    """The most characters that a delimiter has: its suffix may be any, and the name in it."""
    return len(with_suffix(literal, (NAME_MAX if NAME_PLACE in literal else SUFFIX_MAX) * "-"))


def _longest(state: State) -> int:
    """The most characters that a delimiter of a state has."""
    return max((_chars(edge.literal) for edge in state.edges), default=0)


def _copied_bound(state: State) -> int:
    escape = len(r"\u0000") if state.sink in MESSAGE_SINKS else 0
    return HELD_MAX + LOOK_MAX + _longest(state) + escape


def _junk_bound(closer: str, tokens: Collection[str]) -> int:
    """What is looked over behind the closer of a value: junk, and the closers that may be left."""
    is_special = any(token in closer for token in tokens)
    return JUNK_MAX + CLOSERS_MAX * (BLANKS_MAX + _chars(closer)) if is_special else 0


def _edge_bound(states: list[State], edge: Edge, tokens: Collection[str]) -> int:
    held = BLANKS_BOUND[edge.blanks] + _chars(edge.literal) + _behind_bound(states, edge)
    if edge.key_until is not None:
        return held + NAME_MAX + (BLANKS_MAX + max(map(_chars, edge.then)) if edge.then else 0)
    if edge.follow is not None:
        junk = 0 if edge.rank else _junk_bound(edge.literal, tokens)
        misspelt = 2 * MISSPELT_MAX if any(map(stem_of, (edge.literal, *edge.follow))) else 0
        alone = 0 if edge.rank else _key_bound(states[edge.to])
        behind = misspelt + max(junk, alone) + BLANKS_MAX + max(map(_chars, edge.follow), default=0)
        return held + max(behind, _wrapper_bound(states, tokens))
    return held


def _wrapper_bound(states: list[State], tokens: Collection[str]) -> int:
    """What is looked over behind the closer of a value, for a token that is only spelled: the closers around it."""
    literals = [edge.literal for state in states for edge in state.edges if edge.guard == "call"]
    return CLOSERS_MAX * (BLANKS_MAX + max(map(_chars, (*literals, *tokens)))) if tokens else 0


def _key_bound(state: State) -> int:
    """What is looked over behind the closer of a value: a key whose opener is missing, or half of it."""
    openers = [_chars(edge.literal) for edge in state.edges if "open_parameter" in edge.actions]
    return NAME_MAX + max(openers, default=0) if state.key_alone is not None else 0


def _behind_bound(states: list[State], edge: Edge) -> int:
    """What is held behind openers of reasoning, tokens of headers, and delimiters of citations."""
    if edge.guard == "again":
        return DANGLING_MAX
    if edge.guard == "alone":
        return NAME_MAX + NUMBER_MAX + PROSE_MAX
    target = states[edge.to]
    if edge.guard == "header":
        return NAME_MAX + DANGLING_MAX + _longest(target)
    if target.region != "citation":
        return 0
    texts = [target, *(states[move.to] for move in target.moves)]
    return SOURCE_MAX + max((_chars(end.literal) for text in texts for end in text.edges), default=1)


def _tag_bound(state: State, edge: Edge) -> int:
    """What is held before the opener of a call: a tag that the format does not know, and the blanks behind it."""
    return TAG_MAX + TAG_BLANKS_MAX if state.unknown_tags and edge.opens and edge.guard is None else 0


def _element_bound(states: list[State], state: State, tags: Tags, nests: list[Nest], tokens: Collection[str]) -> int:
    """The blanks, a tag with its key, and the evidence behind it."""
    blanks = max((BLANKS_BOUND[edge.blanks] for edge in state.edges), default=0)
    tag = max(len(tags.open + tags.open_end), len(tags.close + (tags.close_end or ""))) + NAME_MAX
    behind = BLANKS_MAX + max(map(len, (*(tags.follow or ()), *tags.beside))) + _junk_bound(tags.close, tokens)
    behind = max(behind + 2 * MISSPELT_MAX, _wrapper_bound(states, tokens))
    return max(
        blanks + tag + behind, *(_edge_bound(states, edge, tokens) for edge in state.edges), *map(_nest_bound, nests), 0
    )


def _nest_bound(nest: Nest) -> int:
    opener = sum(map(_chars, nest.path)) + BLANKS_MAX * len(nest.path) + NAME_MAX
    return max(opener, 4 * (BLANKS_MAX + _chars(nest.closer)))
