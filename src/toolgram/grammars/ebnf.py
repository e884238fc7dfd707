r"""Grammars in the EBNF of xgrammar, written rule by rule.

In: texts, classes of characters, rules. Out: the source of a grammar, its first rule `root`.

How text without some literals is written: as the rules of the automaton that looks for them (Aho and Corasick's), each
state a rule, and the states in which one has been found left out. Two literals, `ab` and `b`, leave:

    text0 ::= "" | [^b] text0                 where `a` is no beginning of anything that `b` does not end sooner

Promises: equal rules are written once; a literal with special tokens in it can be written by those tokens only, where
their ids are given: the parser reads the same characters, spelled by other tokens, as text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from toolgram.runtime.tables.limits import BLANKS

RULES_MAX = 20000  # a request whose grammar needs more goes without
NOTHING = '""'
IMPOSSIBLE = '"\\u0000"'  # what a rule stands for until it is defined
RULE_NAME = re.compile(r"[a-zA-Z_]\w*_[0-9]+")


class GrammarError(Exception):
    """What a request wants cannot be put into a grammar."""


class Ebnf:
    """A grammar under construction. `tokens` are the ids of special tokens by their literals."""

    def __init__(self, tokens: Mapping[str, int]) -> None:
        self._tokens = dict(tokens)
        self._split = re.compile("|".join(re.escape(text) for text in sorted(tokens, key=len, reverse=True)) or r"\Z.")
        self._rules: dict[str, str] = {}
        self._known: dict[Any, str] = {}
        self.blanks = self.rule("blanks", r"[ \n\t]{1,20}")
        self.may_blanks = self.rule("may_blanks", r"[ \n\t]{0,20}")

    def source(self, root: str) -> str:
        """The grammar that begins with the rule `root`; rules that nothing uses are left out."""
        used = {root}
        waiting = [root]
        while waiting:
            names = {name for name in RULE_NAME.findall(self._rules[waiting.pop()]) if name in self._rules} - used
            used |= names
            waiting += names
        rules = (f"{name} ::= {body}" for name, body in self._rules.items() if name in used)
        return "\n".join([f"root ::= {root}", *rules]) + "\n"

    def new_name(self, hint: str) -> str:
        """Reserve the name of a rule. Raises GrammarError when there are too many."""
        if len(self._rules) >= RULES_MAX:
            raise GrammarError("the grammar of these tools would be too large")
        name = f"{re.sub('[^a-zA-Z0-9_]', '_', hint)}_{len(self._rules)}"
        self._rules[name] = IMPOSSIBLE
        return name

    def define(self, name: str, body: str) -> None:
        """Say what a reserved name stands for."""
        self._rules[name] = body

    def rule(self, hint: str, body: str) -> str:
        """Name an expression; the same one is named once."""
        name = self._known.get((hint, body))
        if name is None:
            name = self._known[hint, body] = self.new_name(hint)
            self.define(name, body)
        return name

    def is_token(self, text: str) -> bool:
        """Whether a text is one special token."""
        return text in self._tokens

    def literal(self, text: str) -> str:
        """An expression for a text as it is."""
        parts: list[str] = []
        at = 0
        for found in self._split.finditer(text):
            parts += [quoted(text[at : found.start()]), f"Token({self._tokens[found.group()]})"]
            at = found.end()
        return " ".join(part for part in [*parts, quoted(text[at:])] if part != NOTHING) or NOTHING

    def text_without(self, literals: Iterable[str], *, chars: str = "", not_last: Iterable[str] = ()) -> str:
        r"""A rule for any text, also none, in which none of the literals stands and none of `chars`.

        One of `not_last` may stand in it, but with no more than a word and blanks behind it the text does not end.
        """
        wanted, last = tuple(sorted(set(literals))), tuple(sorted(set(not_last)))
        key = ("text", wanted, chars, last)
        if key not in self._known:
            states = _search_states(wanted, last)
            names = {state: self.new_name("text") for state in states}
            for state, moves in states.items():
                self.define(names[state], _text_rule(state, moves, names, chars))
            self._known[key] = names[TEXT_ROOT]
        return self._known[key]

    def word_unlike(self, words: Iterable[str]) -> str:
        """A rule for an identifier that is none of the words."""
        rest = self.rule("rest", "[a-zA-Z0-9_]{0,24}")
        known = sorted(set(words))
        key = ("word", tuple(known))
        if key not in self._known:
            prefixes = {""} | {word[:end] for word in known for end in range(1, len(word) + 1)}
            names = {prefix: self.new_name("word") for prefix in sorted(prefixes)}
            for prefix, name in names.items():
                follow = sorted(other[-1] for other in prefixes if other and other[:-1] == prefix)
                first = LETTERS if not prefix else LETTERS + DIGITS
                others = "".join(char for char in first if char not in follow)
                parts = [f"{quoted(char)} {names[prefix + char]}" for char in follow]
                parts += [f"[{others}] {rest}"] if others else []
                parts += [NOTHING] if prefix and prefix not in known else []
                self.define(name, " | ".join(parts))
            self._known[key] = names[""]
        return self._known[key]


# What has been read of a literal, and whether the text ends in a word behind one that it must not end with.
TextState = tuple[str, str]
TEXT_ROOT: TextState = ("", "")

# What reads as many characters of a word as there are: no such character may stand behind it.
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
ASCII = frozenset(map(chr, range(32, 127))) | {"\n", "\t"}
CONTROL = r"\u0000-\u0008\u000b-\u001f\u007f"  # all but the tab and the line break
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
DIGITS = "0123456789"


def _search_states(literals: Sequence[str], not_last: Sequence[str]) -> dict[TextState, dict[str, TextState | None]]:
    """The states of the search for literals, each with the characters that lead elsewhere than all others do.

    >>> _search_states(["</x>"], [])["</", ""]
    {'<': ('<', ''), 'x': ('</x', '')}
    """
    searched = [*literals, *not_last]
    prefixes = {literal[:end] for literal in searched for end in range(len(literal))} | {""}
    alphabet = sorted({char for literal in searched for char in literal} | (ASCII if not_last else set()))
    states: dict[TextState, dict[str, TextState | None]] = {}
    waiting = [TEXT_ROOT]
    while waiting:
        state = waiting.pop()
        if state in states:
            continue
        found = {char: _next_state(state, char, prefixes, literals, not_last) for char in alphabet}
        states[state] = {char: after for char, after in found.items() if after != _behind_others(state)}
        waiting += [_behind_others(state), *(after for after in found.values() if after is not None)]
    return states


def _behind_others(state: TextState) -> TextState:
    """The state behind any other character: letters of all scripts go on with a word."""
    return "", "word" if state[1] == "word" else ""


def _next_state(
    state: TextState, char: str, prefixes: Iterable[str], literals: Sequence[str], not_last: Sequence[str]
) -> TextState | None:
    """The state behind a character; None behind one that ends a literal."""
    read, open_word = state[0] + char, state[1]
    if any(read.endswith(literal) for literal in literals):
        return None
    if any(read.endswith(literal) for literal in not_last) or (open_word == "word" and char in WORD):
        open_word = "word"
    else:
        open_word = "blank" if open_word and char in BLANKS else ""
    while read not in prefixes:
        read = read[1:]
    return read, open_word


def _text_rule(
    state: TextState, moves: Mapping[str, TextState | None], names: Mapping[TextState, str], chars: str
) -> str:
    by_target: dict[TextState, list[str]] = {}
    for char, target in moves.items():
        if target is not None and char not in chars:
            by_target.setdefault(target, []).append(char)
    parts = [] if state[1] else [NOTHING]
    parts.append(f"{char_class([*moves, *chars], negated=True)} {names[_behind_others(state)]}")
    parts += [f"{char_class(found)} {names[target]}" for target, found in by_target.items()]
    return " | ".join(parts)


def quoted(text: str) -> str:
    """A text as a literal of the grammar."""
    return '"' + "".join(_escaped(char, '"\\') for char in text) + '"'


def char_class(chars: Iterable[str], *, negated: bool = False) -> str:
    """A class of characters, or of all others; control characters are in neither."""
    found = "".join(_escaped(char, "\\]^-[") for char in dict.fromkeys(chars))
    return f"[^{found}{CONTROL}]" if negated else f"[{found}]"


def _escaped(char: str, marked: str) -> str:
    if char in marked:
        return "\\" + char
    if char in ESCAPED:
        return ESCAPED[char]
    return char if char.isprintable() else f"\\U{ord(char):08x}" if ord(char) > 0xFFFF else f"\\u{ord(char):04x}"


ESCAPED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def one_of(parts: Iterable[str]) -> str:
    """A choice, in brackets where there is one."""
    found = list(dict.fromkeys(parts))
    return found[0] if len(found) == 1 else "(" + " | ".join(found) + ")"


def json_text(value: Any) -> str:
    """A value as the JSON that a constant is written in."""
    return json.dumps(value, ensure_ascii=False)
