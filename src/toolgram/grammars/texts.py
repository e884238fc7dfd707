r"""Text in which some literals do not stand, and words that are none of some words, as rules of a grammar.

In: a builder, literals or words. Out: a rule.

How text without some literals is written: as the rules of the automaton that looks for them (Aho and Corasick's), each
state a rule, and the states in which one has been found left out. Two literals, `ab` and `b`, leave:

    text0 ::= "" | [^b] text0                 where `a` is no beginning of anything that `b` does not end sooner
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Dict, Tuple

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    GrammarError,
    RuleRef,
    chars_between,
    chars_in,
    chars_not_in,
    either_of,
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
IDENTIFIERS = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
TOLD_CHARS_MAX = 24  # words that are longer are told from others by so many characters
MORE = "\0"  # the place in a tree behind which a longer word goes on
WordTree = Dict[str, Any]  # trees by the characters that lead to them; "" where a word ends
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
    """A rule for an identifier that is none of the words.

    Nor is it one that begins like a word of more than `TOLD_CHARS_MAX` characters. Raises GrammarError: there is none.
    """
    known = tuple(sorted({word[: TOLD_CHARS_MAX + 1] for word in words if IDENTIFIERS.fullmatch(word)}))

    def make() -> RuleRef:
        tree: WordTree = {}
        for word in known:
            node = tree
            for char in word[:TOLD_CHARS_MAX]:
                node = node.setdefault(char, {})
            node["" if len(word) <= TOLD_CHARS_MAX else MORE] = {}
        rule = _word_rule(builder, tree, builder.rule(WORD_REST), is_first=True)
        if rule is None:
            raise GrammarError("there is no word that is none of these")
        return rule

    return builder.rule_of(("word", known), make)


def _word_rule(builder: GrammarBuilder, tree: WordTree, rest: RuleRef, *, is_first: bool) -> RuleRef | None:
    """What may follow behind the beginning of words; None where nothing may."""
    if MORE in tree:
        return None
    by_rule: dict[RuleRef, list[str]] = {}
    follow = [char for char in sorted(tree) if char]
    for char in follow:
        rule = _word_rule(builder, tree[char], rest, is_first=False)
        if rule is not None:
            by_rule.setdefault(rule, []).append(char)
    others = [char for char in (LETTERS if is_first else LETTERS + DIGITS) if char not in follow]
    ways: list[Expression] = [in_order(chars_in(found), rule) for rule, found in by_rule.items()]
    ways += [in_order(chars_in(others), rest)] if others else []
    ways += [NOTHING] if not is_first and "" not in tree else []
    return builder.rule(either_of(ways)) if ways else None
