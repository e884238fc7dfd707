"""Where a call begins in text: what must follow its opener, up to its name.

In: an outline, the names of tools. Out: trains of literals for each opener, each read as a whole with blanks between
its literals; text in which no train stands.

How: behind an opener the outline says what must come. All that is certain up to the name is the train. In a JSON object
the name's member may come in any place, so there the train ends with the brace. What only begins like a train, and goes
on as something else, is text: a model may say that calls are written with `<tool_call>`.

    qwen3_coder        `<tool_call>`, `<function=`
    hermes             `<tool_call>`, `{`
    glm45              `<tool_call>`, a word, `<arg_key>`      a delimiter behind a word makes it a name
    functionary_v31    `<function=`, `get_`                    without special tokens a name is one that is declared

Promise: what opens a call, but other texts as well, has no trains; it is barred from text as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Dict, FrozenSet, Optional, Tuple

from toolgram.grammars.builder import GrammarBuilder
from toolgram.grammars.expressions import (
    NOTHING,
    Expression,
    RuleRef,
    chars_in,
    chars_not_in,
    either_of,
    in_order,
)
from toolgram.grammars.headers import OPENER_MIN, words_of_headers
from toolgram.grammars.outline import Outline
from toolgram.grammars.paths import Part, paths_into_calls
from toolgram.runtime.tables.limits import BLANKS

Train = Tuple[str, ...]
TEXT_SINKS = ("content", "reasoning", "citation", "source")
A_NAME = "\0"  # the place in a train where the name of a tool begins
NAME_CHARS_TOLD = 4  # of a name: a few tell a call from a sentence, and cost little with many tools
BEGINNINGS_MAX = 40  # of names; where there are more, any word is one
DELIMITER_CHARS_TOLD = 3  # of what makes a word a name

# --- trains ----------------------------------------------------------------------------------------------------------


class CallTrains:
    """The trains of each opener in `by_opener`; `words` are those of headers, behind which there are none."""

    def __init__(self, outline: Outline, names: Iterable[str]) -> None:
        self._paths = paths_into_calls(outline, outline.rules["start"])
        self._beginnings = _beginnings_of(list(names))
        self.words = words_of_headers(outline)
        self._outline = outline
        parts = [part for edges in self._paths.edges for part, _ in edges if part is not None]
        delimiters = {part.what for part in parts if part.kind == "literal" and part.sink not in TEXT_SINKS}
        plain = {text[:DELIMITER_CHARS_TOLD] for text in delimiters if len(text) >= OPENER_MIN}
        # Where arguments stand behind a name, a bracket behind a word begins them, whatever comes between.
        brackets = "{[" if "arguments" in outline.rules else ""
        self._delimiters = sorted({*outline.tokens, *plain, *brackets})
        self.by_opener: Dict[str, Tuple[Train, ...]] = {}
        # Behind other markup a call may begin without its opener: with what follows that.
        self._inner = {part.what for part in parts if not part.sink and outline.is_marked(part.what)}
        for text in {*outline.barred_from("content"), *self._inner}:
            trains = self._trains_of(text)
            if trains:
                self.by_opener[text] = trains

    def _trains_of(self, text: str) -> Tuple[Train, ...]:
        """The trains of an opener; none where it opens something else, too, or where words of headers follow it."""
        behind = [target for edges in self._paths.edges for part, target in edges if part and part.what == text]
        found = [list(self._trains(target, frozenset())) for target in dict.fromkeys(behind)]
        trains = {(text, *rest) for ways in found for rest in ways or [TEXT_SINKS]}
        literals = {literal for train in trains for literal in train}
        if not trains or literals & {*TEXT_SINKS, *self.words}:
            return ()
        return tuple(sorted(named for train in trains for named in self._with_names(train)))

    def barred(self, texts: Iterable[str]) -> Tuple[Train, ...]:
        """What must not stand in a text of which these delimiters are barred: of openers, their trains."""
        inner = self.by_opener.keys() & self._inner
        trains = {train for text in {*texts, *inner} for train in self.by_opener.get(text, ((text,),))}
        # Where one train is the end of another, it is found there, too.
        found = {train for train in trains if not any(train[at:] in trains for at in range(1, len(train)))}
        return tuple(sorted(found))

    def _trains(self, place: int, seen: FrozenSet[int]) -> Iterator[Train]:
        """The trains from a place on. None leads through a place where the answer may end, or its text go on."""
        follow = self._paths.follow(place)
        if place in seen or self._paths.end in self._paths.closure(place) or any(map(_is_text, follow)):
            return
        for part, target in follow:
            if part.kind == "blank":
                yield from self._trains(target, seen | {place})
            elif part.kind != "literal":
                yield (A_NAME,) if part.sink == "name" else ()
            elif part.sink in TEXT_SINKS or (part.what == "{" and part.sink == "tool_call"):
                yield (part.sink if part.sink in TEXT_SINKS else part.what,)
            else:
                yield from ((part.what, *rest) for rest in self._trains(target, seen | {place}))

    def _with_names(self, train: Train) -> list[Train]:
        """A train that a name follows, up to what makes a word a name."""
        *literals, last = train
        if last != A_NAME:
            return [train]
        named = [(*literals, beginning) for beginning in self._beginnings]
        if not any(token in literal for literal in literals for token in self._outline.tokens):
            return named  # where no special token vouches for it, a name is one that is declared
        if len(literals) > 1 or not self._outline.is_marked(literals[0]):
            return [tuple(literals)]
        return [*named, *((*train, delimiter) for delimiter in self._delimiters)]


def _beginnings_of(names: Sequence[str]) -> list[str]:
    """What the names begin with: as many characters as tell them from other words, in a bounded number of ways."""
    ways = (sorted({name[:length] for name in names}) for length in range(NAME_CHARS_TOLD, 0, -1))
    return next((found for found in ways if len(found) <= BEGINNINGS_MAX), [A_NAME])


def _is_text(edge: Tuple[Part, int]) -> bool:
    return edge[0].kind == "leaf" and edge[0].sink in TEXT_SINKS


# --- text without trains ----------------------------------------------------------------------------------------------

# Note [tokens in text]
# A special token in text is written as that token, and its characters, spelled by others, are barred. xgrammar 0.2.8
# loses its way where one token may be read both as itself and as characters: it refuses what the grammar lets through.

# How much has been read of trains: the number of a train, of its symbols, and whether a word was read and is over.
TrainState = FrozenSet[Tuple[int, int, bool]]
NO_TRAIN: TrainState = frozenset()
OTHER = "\1"  # stands for every character that no train asks for
TrainMoves = Dict[str, Optional[TrainState]]  # where symbols, characters or tokens, lead to; None: a train ends


def text_without_trains(builder: GrammarBuilder, trains: Iterable[Train], *, is_last: bool = True) -> RuleRef:
    """A rule for any text, also none, in which no train stands, with as many blanks between its literals as may be.

    If it is not the last of the answer, it does not end where a delimiter behind it would make a word a name.
    """
    wanted = tuple(sorted(set(trains)))

    def make() -> RuleRef:
        search = _TrainSearch(builder, wanted)
        rules = {state: builder.new_rule() for state in search.moves}
        for state, moves in search.moves.items():
            may_end = is_last or not search.is_behind_word(state)
            builder.define(rules[state], _rule_without_trains(builder, moves, rules, may_end=may_end))
        return rules[NO_TRAIN]

    return builder.rule_of(("trains", wanted, is_last), make)


def asks_for_words(trains: Iterable[Train]) -> bool:
    """Whether it matters what follows a text in which no train stands."""
    return any(A_NAME in train for train in trains)


class _TrainSearch:
    """The automaton that looks for all trains. `moves`: where each symbol leads from each state, `OTHER` for characters
    that are not named."""

    def __init__(self, builder: GrammarBuilder, trains: Tuple[Train, ...]) -> None:
        self._tokens = builder.tokens
        symbols = [[builder.symbols(literal) for literal in train] for train in trains]
        self._trains = [[symbol for part in parts for symbol in part] for parts in symbols]
        self._seams = [set(accumulate(map(len, parts[:-1]))) for parts in symbols]
        self._trains += [list(token) for token in self._tokens]  # spelled: see Note [tokens in text]
        self._seams += [set() for _ in self._tokens]
        self._begin_with: Dict[str, list[Tuple[int, int, bool]]] = {}
        for number, train in enumerate(self._trains):
            self._begin_with.setdefault(train[0], []).append((number, 0, False))
        self.moves: Dict[TrainState, TrainMoves] = {}
        waiting = [NO_TRAIN]
        while waiting:
            state = waiting.pop()
            if state not in self.moves:
                self.moves[state] = self._moves_from(state)
                waiting += [after for after in self.moves[state].values() if after is not None]

    def is_behind_word(self, state: TrainState) -> bool:
        """Whether a word stands behind an opener, and nothing but blanks behind that."""
        return any(self._trains[number][at - 1] == A_NAME for number, at, _ in state)

    def _moves_from(self, state: TrainState) -> TrainMoves:
        asked = {*self._begin_with, *(self._trains[number][at] for number, at, _ in state)}
        chars = {symbol for symbol in asked if len(symbol) == 1} - {A_NAME} | set(BLANKS)
        others = self._behind(state, OTHER)
        found = {char: self._behind(state, char) for char in sorted(chars)}
        moves = {OTHER: others, **{char: after for char, after in found.items() if after != others}}
        return {**moves, **{token: self._behind(state, token) for token in self._tokens}}

    def _behind(self, state: TrainState, symbol: str) -> Optional[TrainState]:
        after = set()
        is_blank, is_char = symbol in BLANKS, len(symbol) == 1
        for number, at, is_over in (*state, *self._begin_with.get(symbol, ())):
            train = self._trains[number]
            is_word = at > 0 and train[at - 1] == A_NAME and not is_over
            if train[at] == symbol or (train[at] == A_NAME and is_char and not is_blank):
                if at + 1 == len(train):
                    return None
                after.add((number, at + 1, False))
            if is_char and not is_blank and is_word:
                after.add((number, at, False))
            if is_blank and at in self._seams[number]:
                after.add((number, at, is_over or is_word))
        return frozenset(after)


def _rule_without_trains(
    builder: GrammarBuilder, moves: TrainMoves, rules: Dict[TrainState, RuleRef], *, may_end: bool
) -> Expression:
    """What may follow in a state: the end, any character that is not named, the symbols that are."""
    named = [symbol for symbol in moves if len(symbol) == 1 and symbol != OTHER]
    chars: Dict[TrainState, list[str]] = {}
    tokens: Dict[TrainState, list[str]] = {}
    for symbol, target in moves.items():
        if target is not None and symbol != OTHER:
            (chars if len(symbol) == 1 else tokens).setdefault(target, []).append(symbol)
    others = moves[OTHER]
    ways: list[Expression] = [NOTHING] if may_end else []
    if others is not None:
        ways.append(in_order(chars_not_in(named), rules[others]))
    ways += [in_order(chars_in(found), rules[target]) for target, found in chars.items()]
    for target, found in tokens.items():
        ways.append(in_order(builder.rule(either_of(map(builder.literal, found))), rules[target]))
    return either_of(ways)
