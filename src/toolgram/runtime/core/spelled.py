"""Delimiters that are only spelled: where ids are known, the characters of a special token by ordinary tokens.

In: the run and a place of its text. Out: whether a delimiter there is spelled, or quoted, or one behind it says so.

Note [spelled tokens]
A model that calls writes the token. A model that quotes (a manual, a test, a file that it copies) mostly gets the same
characters by ordinary tokens. So a spelled token in the place of the real one shows that what stands around it is
quoted, though that may be ordinary text: `<function=ping>` right behind a spelled `<tool_call>` opens no call, and
`</parameter>` before a spelled `</tool_call>` ends no argument. An example goes on to its spelled closer, and a real
token ends it. Where no opener at all stands in front, a call whose opener was forgotten is read as ever.

Promises: without ids nothing is spelled; at most `CLOSERS_MAX` closers behind a place are looked at, and `BACK_MAX`
characters before it.
"""

from __future__ import annotations

from typing import Iterable, List, Tuple

from toolgram.runtime.core.run import Run
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks, starts_any
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, CLOSERS_MAX, TAG_MAX
from toolgram.runtime.tables.search import match_on_demand
from toolgram.runtime.tables.states import Edge

# A tag of one word, perhaps of several parts, perhaps between bars: `<tool_calls>`, `<|tools|>`, `<｜DSML｜ calls>`.
IS_TAG = match_on_demand(r"<[|｜]?[\w:.▁-]+(?:[|｜][ \w:.▁-]*)*>")


def tokens_in(run: Run, literal: str) -> List[str]:
    """The special tokens in a delimiter."""
    return [token for token in run.place.machine.special_tokens if token in literal]


def is_spelled(run: Run, literal: str, at: int) -> bool:
    """Whether a special token in the delimiter at `at` did not come as a token."""
    special, place = run.special, run.text.base + at
    if special is None:
        return False
    tokens = tokens_in(run, literal)
    return any(not special.is_real(token, place + literal.index(token)) for token in tokens)


def stands_any(run: Run, at: int, literals: Iterable[str]) -> Tuple[int, int]:
    """`starts_any` in the text of the run; a delimiter that is only spelled does not stand there."""
    buffer, known = run.text.buffer, literals if isinstance(literals, tuple) else tuple(literals)
    verdict, length = starts_any(buffer, at, known)
    if verdict == YES and run.special is not None and is_spelled(run, buffer[at : at + length], at):
        others = tuple(one for one in known if not buffer.startswith(one, at))
        return starts_any(buffer, at, others)
    return verdict, length


def note_token(run: Run, edge: Edge, at: int, *, is_real: bool) -> None:
    """Note where an example ends: at a closer, or at a real token. In a call none is read."""
    if run.examples is not None and run.place.state.region != "call":
        if is_real or edge.literal in run.place.machine.closers:
            run.examples.note(run.text.base + at, run.text.base, opens=False)


def is_quoted(run: Run, at: int) -> bool:
    """Whether a call's opener at `at` stands in an example, or begins one: see Note [spelled tokens]."""
    if run.examples is None:
        return False
    if run.examples.hold(run.text.base + at):
        return True
    is_first = _stands_behind_spelled(run, at)
    if is_first:
        run.examples.note(run.text.base + at, run.text.base, opens=True)
    return is_first


def _stands_behind_spelled(run: Run, at: int) -> bool:
    """Whether a spelled token stands right before `at`: blanks aside, and the openers between it and a call's own."""
    machine, text = run.place.machine, run.text.before(at)
    begin = at - len(text)
    run.work += len(text)
    rest = text.rstrip(BLANKS)
    while rest:
        token = next((one for one in machine.token_openers if rest.endswith(one)), None)
        if token is not None:
            return is_spelled(run, token, begin + len(rest) - len(token))
        inner = next((one for one in machine.inner_openers if rest.endswith(one)), None)
        if inner is None and rest.endswith(">"):
            found = IS_TAG(rest, max(0, rest.rfind("<")))  # a wrapper of another name: see unknown_tags.py
            inner = found.group() if found is not None and len(found.group()) <= TAG_MAX else None
        if inner is None:
            return False
        rest = rest[: -len(inner)].rstrip(BLANKS)
    return False


def may_hold_spelled(run: Run) -> bool:
    """Whether what stands before the undecided text may matter to what follows: a spelled token, or half of one."""
    text, place = run.text, run.text.base + run.text.position
    if run.examples is not None and run.examples.hold(place):
        return True
    before, openers = text.before(text.position), run.place.machine.token_openers
    if not any(first in before for first in {opener[0] for opener in openers}):
        return False
    for opener in openers:
        at = before.find(opener)
        while at >= 0:
            if is_spelled(run, opener, text.position - len(before) + at):
                return True
            at = before.find(opener, at + 1)
    return any(before.endswith(opener[:size]) for opener in openers for size in range(1, len(opener)))


def wrapper_verdict(run: Run, at: int) -> int:
    """Whether what stands from `at` on shows that a closer before it is quoted: closers, and a token that is spelled.

    NO where it does; YES where the first token is real, or something else follows.
    """
    buffer, machine = run.text.buffer, run.place.machine
    for _ in range(CLOSERS_MAX if run.special is not None else 0):
        start = at
        at = skip_blanks(buffer, start)
        run.work += at - start + 1
        verdict, length = starts_any(buffer, at, machine.closers)
        if verdict == NO:
            verdict, length = starts_any(buffer, at, machine.special_tokens)
        if verdict == WAIT and at - start < BLANKS_MAX:
            return YES if run.text.final else WAIT
        if verdict != YES:
            return YES
        if tokens_in(run, buffer[at : at + length]):
            return NO if is_spelled(run, buffer[at : at + length], at) else YES
        at += length
    return YES
