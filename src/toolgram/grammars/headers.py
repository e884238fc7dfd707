"""The words of a format that mean something only with a special token behind them, and what they mean for grammars.

In: an outline. Out: those words; whether calls can be told from text at all.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolgram.grammars.outline import Outline
from toolgram.grammars.paths import Paths, paths_into_calls

OPENER_MIN = 4  # characters: what is shorter is found in any text


def words_of_headers(outline: Outline) -> frozenset[str]:
    """The plain words of a format that count only with a special token behind them: `to=`, a name, `<|message|>`.

    Text may hold them where it holds no special token, but it may not end with them.
    """
    paths = paths_into_calls(outline, outline.rules["start"])
    found: dict[str, bool] = {}
    for edges in paths.edges:
        for part, target in edges:
            if part is not None and part.kind == "literal" and not outline.is_marked(part.what):
                found[part.what] = found.get(part.what, True) and _leads_to_a_token(paths, target, outline)
    return frozenset(text for text, is_word in found.items() if is_word)


def _leads_to_a_token(paths: Paths, place: int, outline: Outline) -> bool:
    """Whether nothing but words and blanks stands before the next special token."""
    waiting, seen = [place], {place}
    while waiting:
        at = waiting.pop()
        if paths.end in paths.closure(at):
            return False
        for part, target in paths.follow(at):
            if part.kind == "literal":
                if not outline.is_marked(part.what):
                    return False
            elif part.kind != "blank" and not part.may_be_word:
                return False
            elif target not in seen:
                seen.add(target)
                waiting.append(target)
    return True


def has_trigger(outline: Outline, openers: Sequence[str]) -> bool:
    """Whether what opens a call is found in no ordinary text; only then can free text come before a call."""
    words = words_of_headers(outline)
    return bool(openers) and all(
        outline.is_marked(text) or (len(text) >= OPENER_MIN and not text.isalnum())
        for text in openers
        if text not in words
    )
