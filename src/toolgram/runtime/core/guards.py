"""Whether a delimiter that stands there is meant: the evidence around it.

In: the run's text and a position. Out: YES, NO or WAIT (more text decides).

Promises: at most a bounded stretch behind the position is looked at, so a WAIT holds back no more than the
bound that the compiler prints; on the last text (`final`) nothing waits.
"""

from __future__ import annotations

from typing import Iterable, Optional, Tuple

from toolgram.runtime.core.names import well_shaped
from toolgram.runtime.core.run import Run
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, CLOSERS_MAX, JUNK_MAX, MISSPELT_MAX, NAME_MAX, TELLING
from toolgram.runtime.tables.states import Edge, Nest, State, Tags
from toolgram.runtime.tables.suffix import is_suffix

NO, YES, WAIT = 0, 1, 2
TAG_ENDS = "<>\n\r"

# Note [nested examples]
# A value may hold a whole example of a call (a file about this very format). From the example's opener, taken
# for one only when a name follows it as in a call, up to its own closer everything is the value's text, closers of
# the enclosing call included. An example that is opened and never closed would swallow the real end, so it gives way
# when the enclosing call's closers, all of them, are the last thing in the stream.


def skip_blanks(buffer: str, at: int, most: int = BLANKS_MAX) -> int:
    """Index of the first character that is no blank, at most `most` further."""
    end = min(len(buffer), at + most)
    while at < end and buffer[at] in BLANKS:
        at += 1
    return at


def starts_any(buffer: str, at: int, literals: Iterable[str]) -> Tuple[int, int]:
    """(YES, length) when one of the literals stands at `at`, (WAIT, 0) when the text may become one, else (NO, 0)."""
    rest = len(buffer) - at
    verdict = (NO, 0)
    for literal in literals:
        if buffer.startswith(literal, at):
            return YES, len(literal)
        if rest < len(literal) and literal.startswith(buffer[at:]):
            verdict = (WAIT, 0)
    return verdict


def misspelt_end(run: Run, right: str, stem: str, at: int) -> Tuple[int, int]:
    """(YES, where it ends) when a closer stands at `at` that is nearly the right one: see `MISSPELT_MAX`."""
    buffer = run.text.buffer
    if not buffer.startswith(stem, at):
        return NO, at
    end, most = at + len(stem), at + len(right) + MISSPELT_MAX
    while end < min(len(buffer), most) and buffer[end] not in TAG_ENDS:
        end += 1
    run.work += end - at
    if end == most or end == len(buffer):
        return (NO if run.text.final or end == most else WAIT), end
    if buffer[end] == ">":
        written = buffer[at : end + 1]
        return (NO if _is_right(run, written, stem) else YES), end + 1
    written = buffer[at:end].rstrip(BLANKS)  # its bracket is missing
    return (YES if written == right[:-1] else NO), at + len(written)


def _is_right(run: Run, closer: str, stem: str) -> bool:
    """Whether a closer is well spelled, for this call or for another, or for another checkpoint's."""
    machine = run.place.machine
    return closer in machine.misspelt or bool(machine.suffix and is_suffix(closer[len(stem) : -1], machine.suffix))


def edge_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether `edge`, whose literal stands at `at`, is taken."""
    if edge.guard is not None and not _stray(run, edge.guard, at):
        return NO
    stretch = run.stretch
    guess = edge.rank and stretch is not None and not stretch.trusted
    if guess and (len(edge.literal) < TELLING or run.place.state.vouched):
        return NO  # a bare name and a bracket are no call, nor a name without its special token
    if edge.special and not run.is_real(edge, at):
        return NO
    start = at + len(edge.literal)
    if edge.tags is not None:
        verdict, _ = tag_key(run, edge.tags, edge.tags.open_end, start)
        if verdict != YES or edge.key_until is None:
            return NO if verdict == WAIT and run.text.final else verdict
    if edge.key_until is not None:
        return _key_verdict(run, edge, at)
    if stretch is not None and stretch.is_named and len(edge.literal) < TELLING and edge.does("close_call"):
        return end_verdict(run, edge.to, start)
    verdict = follow_verdict(run, edge.follow, start, edge.rank)
    if verdict == NO and edge.special and not edge.rank and edge.follow is not None:
        return junk_verdict(run, edge.literal, edge.follow, start)
    return verdict


def junk_verdict(run: Run, closer: str, follow: Tuple[str, ...], start: int) -> int:
    """Whether only junk stands between a closer that is a special token, which ends at `start`, and what may follow it.

    What follows is a part of the call, or closers that are all that is left of the text.
    """
    buffer, final = run.text.buffer, run.text.final
    if run.is_all_or_nothing:
        return NO
    end = min(len(buffer), start + JUNK_MAX)
    for at in range(start, end):
        run.work += 1
        verdict, _ = starts_any(buffer, at, (closer,))
        if verdict != NO:
            return WAIT if verdict == WAIT and not final else NO
        verdict, _ = starts_any(buffer, at, follow)
        if verdict == WAIT:
            return NO if final else WAIT
        if verdict == YES:
            return _closes_all(run, at)
    return NO if final or end == start + JUNK_MAX else WAIT


def _closes_all(run: Run, at: int) -> int:
    """Whether a closer at `at` is followed by closers alone, up to a token or the end; YES for what is no closer."""
    buffer, final, machine = run.text.buffer, run.text.final, run.place.machine
    for number in range(CLOSERS_MAX):
        at = skip_blanks(buffer, at)
        run.work += 1
        verdict, length = starts_any(buffer, at, machine.closers)
        if at == len(buffer) or verdict == WAIT:
            return WAIT if not final else YES if at == len(buffer) else NO
        if verdict == NO and number:
            verdict, _ = starts_any(buffer, at, machine.special_tokens)
            return NO if verdict == WAIT and final else verdict
        if verdict == NO:
            return YES
        at += length
    return NO


def end_verdict(run: Run, number: int, start: int) -> int:
    """Whether a bracket ends a call without arguments: the text at `start` can follow it in the state behind."""
    states, stack = run.place.machine.states, run.place.stack
    behind = states[number]
    if behind.kind == "return" and stack:
        behind = states[stack[-1]]
    words = [states[move.to] for move in behind.thens if states[move.to].kind == "word"]
    if words:
        return _word_verdict(run, behind, words[0], start)
    return follow_verdict(run, tuple(edge.literal for edge in behind.edges if not edge.rank), start, rank=1)


def _word_verdict(run: Run, behind: State, word: State, start: int) -> int:
    """The same where another call may begin with its name: a line, a comma, a delimiter, or a name as in a call."""
    buffer, final = run.text.buffer, run.text.final
    at = skip_blanks(buffer, start)
    run.work += at - start + 1
    if at == len(buffer):
        return YES if final else WAIT
    if "\n" in buffer[start:at] or buffer[at] in ",;":
        return YES
    verdict, _ = starts_any(buffer, at, [edge.literal for edge in behind.edges if not edge.rank])
    found = word.charset(buffer, at, at + NAME_MAX) if word.charset is not None else None
    if verdict != NO or found is None or found.end() == at or word.done is None:
        return YES if verdict == WAIT and final else verdict
    run.work += found.end() - at
    if found.end() == len(buffer):
        return NO if final else WAIT
    follow = tuple(edge.literal for edge in run.place.machine.states[word.done.to].edges if not edge.rank)
    return follow_verdict(run, follow, found.end(), rank=1)


def follow_verdict(run: Run, follow: Optional[Tuple[str, ...]], start: int, rank: int) -> int:
    """Whether what must stand behind a closer that ends at `start` does; None: anything may."""
    if follow is None:
        return YES
    buffer = run.text.buffer
    behind = skip_blanks(buffer, start)
    if behind == len(buffer):
        return YES if run.text.final else _blanks_verdict(rank, behind - start)
    if behind - start == BLANKS_MAX:
        return _blanks_verdict(rank, BLANKS_MAX)
    verdict, _ = starts_any(buffer, behind, follow)
    run.work += behind - start + 1
    if verdict == NO and run.place.machine.misspelt:
        return _misspelt_behind(run, follow, behind)
    return YES if verdict == WAIT and run.text.final else verdict


def _misspelt_behind(run: Run, follow: Tuple[str, ...], at: int) -> int:
    """Whether one of the closers that must stand at `at` stands there misspelt."""
    misspelt = run.place.machine.misspelt
    for literal in follow:
        if literal in misspelt:
            verdict, _ = misspelt_end(run, literal, misspelt[literal], at)
            if verdict != NO:
                return verdict
    return NO


def _blanks_verdict(rank: int, count: int) -> int:
    if count < BLANKS_MAX:
        return WAIT
    return YES if rank == 0 else NO


def _stray(run: Run, guard: str, at: int) -> bool:
    """A closer of nothing vanishes only where it could have closed something."""
    if guard == "quote":  # an opener in a sentence: a closer behind it is part of what is said
        run.message.saw_reasoning = True
        return False
    message = run.message
    beside = message.fresh and not run.text.buffer[run.text.position : at].strip(BLANKS)
    if guard == "call":
        return beside and message.after_call
    return beside or not run.message.saw_reasoning


def _key_verdict(run: Run, edge: Edge, at: int) -> int:
    """A parameter's opener inside a value counts when a declared key follows that has no value yet."""
    start = at + len(edge.literal)
    window = run.text.buffer[start : start + NAME_MAX]
    run.work += len(window)
    line, broken, _ = window.partition("\n")
    ends = [end for end in (line.find(until) for until in edge.key_until or ()) if end >= 0]
    if not ends:
        return WAIT if len(window) < NAME_MAX and not run.text.final and not broken else NO
    key = line[: min(ends)].strip(BLANKS)
    call = run.open.call
    if call is None or key in call.arguments.keys:
        return NO
    tool = call.arguments.tool
    if run.tools.knows(tool, key):
        return YES
    return YES if run.tools.open(tool) and well_shaped(key) else NO


def tag_key(run: Run, tags: Tags, ending: str, start: int) -> Tuple[int, int]:
    """(YES, where it ends) when the key of a tag stands at `start`, and `ending` behind it."""
    buffer = run.text.buffer
    found = tags.key(buffer, start, start + NAME_MAX)
    end = start if found is None else found.end()
    run.work += end - start + 1
    if end > start and buffer.startswith(ending, end):
        return YES, end
    rest = len(buffer) - end
    may_come = rest < len(ending) and ending.startswith(buffer[end:]) and end - start < NAME_MAX
    return (WAIT if may_come and (end > start or not rest) else NO), end


def nest_verdict(run: Run, nest: Nest, at: int) -> int:
    """Whether a call of this shape begins at `at`: see Note [nested examples]."""
    buffer = run.text.buffer
    for number, literal in enumerate(nest.path):
        if number:
            at = skip_blanks(buffer, at)
        verdict, length = starts_any(buffer, at, (literal,))
        if verdict != YES:
            return NO if run.text.final else verdict
        at += length
    window = buffer[at : at + NAME_MAX]
    run.work += len(window)
    end = min((place for place in (window.find(until[0]) for until in nest.until) if place >= 0), default=len(window))
    name = window[:end].strip(BLANKS)
    if end == len(window):
        may_come = len(window) < NAME_MAX and not run.text.final and (not name or well_shaped(name))
        return WAIT if may_come else NO
    verdict, _ = starts_any(window, end, nest.until)
    if verdict == YES:
        return YES if well_shaped(name) else NO
    return WAIT if verdict == WAIT and not run.text.final else NO


def chain_verdict(run: Run, nest: Nest, depth: int, at: int) -> int:
    """Whether only closers stand from `at` to the end of the stream, too few for the example and the call around it."""
    buffer = run.text.buffer
    closed = 0
    while True:
        at = skip_blanks(buffer, at)
        run.work += 1
        if at == len(buffer):
            return (YES if 1 <= closed <= depth else NO) if run.text.final else WAIT
        verdict, length = starts_any(buffer, at, run.place.machine.closers)
        if verdict == WAIT:
            return NO if run.text.final else WAIT
        if verdict == NO or closed > depth:
            return NO
        closed += buffer.startswith(nest.closer, at)
        at += length
