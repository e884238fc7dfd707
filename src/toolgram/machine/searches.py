r"""Pass: the regular expressions by which text is searched for the places where a delimiter may begin.

In: the states, complete. Out: the patterns of the machine, each once; their indexes in `search`, `fast`, `key_pattern`.

    `</a>`, `[`    `<(?:/(?:a(?:>|END)|END)|END)|\[`    END is the end of the text: more of the delimiter may be coming

Promises: a pattern means the same in Python's `re` and in JavaScript with the flag `u`: only characters with a meaning
are escaped, and END is `(?![\s\S])`. It is a tree of single characters, a few deep, so that a search costs one pass
over the text whatever the text is.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..runtime.tables.states import MESSAGE_SINKS
from ..runtime.tables.suffix import around_suffix
from .limits import SPACES
from .lowered import VALUE_SINKS
from .model import Nest, State, Tags

END = r"(?![\s\S])"
DEEPEST = 4  # characters of a delimiter that a search looks at
NO_STRING_TEXT = r'["\\\x00-\x1f\ud800-\udfff]'  # what a JSON string cannot hold as it is
BLANKS_AT_END = {"any": rf"[ \t\n\r]{END}", "newline": rf"[\r\n]{END}", "none": ""}
BEFORE_TAG = "\"')]}>`"  # a backtick, and what calls end with, whatever delimiters a format has
SYNTAX = frozenset("^$\\.*+?()[]{}|-")
NAMED = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}


def add_searches(states: list[State], examples: list[Nest]) -> list[str]:
    r"""Give every state its patterns; return them all.

    >>> text = State.model_validate({"name": "content", "kind": "text", "region": "message", "at": "1:1",
    ...     "sink": "content", "edges": [{"literal": "[", "to": 0}], "hold_blanks": "newline"})
    >>> for pattern in add_searches([text], []):
    ...     print(pattern)
    (?:\[)
    (?:\[)|[\r\n](?![\s\S])|`
    >>> text.search, text.fast
    (0, 1)
    """
    patterns: dict[str, int] = {}
    tag = tag_pattern(states)
    for state in states:
        for tags in (state.tags, *(edge.tags for edge in state.edges)):
            if tags is not None:
                tags.key_pattern = _index(patterns, key_pattern(tags))
        if state.kind in ("text", "element", "gap"):
            stops = beginnings(_heads(state, examples))
            _add(patterns, state, f"{stops}|{tag}" if state.unknown_tags else stops)
    return list(patterns)


def _add(patterns: dict[str, int], state: State, stops: str) -> None:
    if stops:
        state.search = _index(patterns, stops)
    if state.kind == "gap" or state.sink not in (*MESSAGE_SINKS, *VALUE_SINKS):
        return
    entity = "&" if state.entities else ""
    string = "`" if state.sink in MESSAGE_SINKS else NO_STRING_TEXT
    parts = [part for part in (stops, BLANKS_AT_END[state.hold_blanks], entity, string) if part]
    if parts:
        state.fast = _index(patterns, "|".join(parts))


def _index(patterns: dict[str, int], pattern: str) -> int:
    return patterns.setdefault(pattern, len(patterns))


def _heads(state: State, examples: list[Nest]) -> set[str]:
    """What the delimiters of a state begin with, up to the place of a suffix."""
    literals = {edge.literal for edge in state.edges}
    if state.tags is not None:
        literals |= {state.tags.open, state.tags.close}
    if state.holds_examples:
        literals |= {literal for nest in examples for literal in (nest.path[0], nest.closer)}
    return {around_suffix(literal)[0] for literal in literals}


def beginnings(literals: Iterable[str], depth: int = DEEPEST) -> str:
    r"""Return a pattern for where one of the literals may begin, looking at so many characters at most.

    >>> print(beginnings(["</a>", "["]))
    (?:<(?:/(?:a(?:>|(?![\s\S]))|(?![\s\S]))|(?![\s\S]))|\[)
    """
    heads: dict[str, list[str]] = {}
    for literal in sorted(literals):
        heads.setdefault(literal[:1], []).append(literal[1:])
    if "" in heads or not depth:
        return ""
    parts = []
    for head, rests in heads.items():
        below = beginnings(rests, depth - 1)
        parts.append(escape(head) + (f"{below[:-1]}|{END})" if below else ""))
    return f"(?:{'|'.join(parts)})" if parts else ""


def tag_pattern(states: list[State]) -> str:
    """Return a pattern for where a tag may begin that no delimiter is: behind a blank, or behind a delimiter."""
    lasts = {edge.literal[-1] for state in states for edge in state.edges} | set(BEFORE_TAG)
    before = "".join(map(_in_class, sorted(lasts)))
    return rf"<(?<![^ \t\n\r{before}]<)(?:[A-Za-z_|｜]|{END})"


def key_pattern(tags: Tags) -> str:
    """Return a pattern for the key in a tag; it matches nothing where no key stands."""
    ends = "".join(map(_in_class, tags.open_end[0] + (tags.close_end or "")[:1]))
    return rf"""(?:[^{SPACES}<>"'=/!?{ends}][^{SPACES}<>"'={ends}]*)?"""


def escape(character: str) -> str:
    r"""Write a character as a pattern.

    >>> print(escape("["), escape("<"), escape("\n"))
    \[ < \n
    """
    is_syntax = character in SYNTAX and character != "-"  # outside of a class `\-` is an error in JavaScript
    return NAMED.get(character, f"\\{character}" if is_syntax else character)


def _in_class(character: str) -> str:
    return NAMED.get(character, f"\\{character}" if character in SYNTAX else character)
