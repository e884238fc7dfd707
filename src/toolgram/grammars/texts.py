r"""Text in which some literals do not stand, and words that are none of some words, as rules of a grammar.

In: a builder, literals or words. Out: a rule.

How text without some literals is written: as the rules of the automaton that looks for them (Aho and Corasick's), each
state a rule, and the states in which one has been found left out. Two literals, `ab` and `b`, leave:

    text0 ::= "" | [^b] text0                 where `a` is no beginning of anything that `b` does not end sooner
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Tuple

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    RuleRef,
    chars_between,
    chars_in,
    chars_not_in,
    either_of,
    exactly,
    in_order,
    repeated,
)
from toolgram.runtime.tables.limits import BLANKS

# What has been read of a literal, and whether the text ends in a word behind one that it must not end with.
TextState = tuple[str, str]
TEXT_ROOT: TextState = ("", "")

# What reads as many characters of a word as there are: no such character may stand behind it.
WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")
ASCII = frozenset(map(chr, range(32, 127))) | {"\n", "\t"}
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
DIGITS = "0123456789"
WORD_REST = repeated(chars_between("az", "AZ", "09", "_"), 0, 24)


def text_without(
    builder: GrammarBuilder, literals: Iterable[str], *, chars: str = "", not_last: Iterable[str] = ()
) -> RuleRef:
    """A rule for any text, also none, in which none of the literals stands and none of `chars`.

    One of `not_last` may stand in it, but with no more than a word and blanks behind it the text does not end.
    """
    wanted, last = tuple(sorted(set(literals))), tuple(sorted(set(not_last)))

    def make() -> RuleRef:
        states = _search_states(wanted, last)
        rules = {state: builder.new_rule() for state in states}
        for state, moves in states.items():
            builder.define(rules[state], _text_rule(state, moves, rules, chars))
        return rules[TEXT_ROOT]

    return builder.rule_of(("text", wanted, chars, last), make)


def _search_states(
    literals: Tuple[str, ...], not_last: Tuple[str, ...]
) -> dict[TextState, dict[str, TextState | None]]:
    """The states of the search for literals, each with the characters that lead elsewhere than all others do.

    >>> _search_states(("</x>",), ())["</", ""]
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
    state: TextState, char: str, prefixes: Iterable[str], literals: Tuple[str, ...], not_last: Tuple[str, ...]
) -> TextState | None:
    """The state behind a character; None behind one that ends a literal."""
    read, open_word = state[0] + char, state[1]
    if read.endswith(literals):
        return None
    if read.endswith(not_last) or (open_word == "word" and char in WORD):
        open_word = "word"
    else:
        open_word = "blank" if open_word and char in BLANKS else ""
    while read not in prefixes:
        read = read[1:]
    return read, open_word


def _text_rule(
    state: TextState, moves: Mapping[str, TextState | None], rules: Mapping[TextState, RuleRef], chars: str
) -> Expression:
    """What may follow in a state: the end, any character that leads where all others do, those that lead elsewhere."""
    by_target: dict[TextState, list[str]] = {}
    for char, target in moves.items():
        if target is not None and char not in chars:
            by_target.setdefault(target, []).append(char)
    ways: list[Expression] = [] if state[1] else [NOTHING]
    ways.append(in_order(chars_not_in([*moves, *chars]), rules[_behind_others(state)]))
    ways += [in_order(chars_in(found), rules[target]) for target, found in by_target.items()]
    return either_of(ways)


def word_unlike(builder: GrammarBuilder, words: Iterable[str]) -> RuleRef:
    """A rule for an identifier that is none of the words."""
    rest = builder.rule(WORD_REST)
    known = sorted(set(words))

    def make() -> RuleRef:
        prefixes = {""} | {word[:end] for word in known for end in range(1, len(word) + 1)}
        rules = {prefix: builder.new_rule() for prefix in sorted(prefixes)}
        for prefix, rule in rules.items():
            follow = sorted(other[-1] for other in prefixes if other and other[:-1] == prefix)
            first = LETTERS if not prefix else LETTERS + DIGITS
            others = "".join(char for char in first if char not in follow)
            ways = [in_order(exactly(char), rules[prefix + char]) for char in follow]
            ways += [in_order(chars_in(others), rest)] if others else []
            ways += [NOTHING] if prefix and prefix not in known else []
            builder.define(rule, either_of(ways))
        return rules[""]

    return builder.rule_of(("word", tuple(known)), make)
