"""What stands behind a delimiter: the evidence that it is meant, or nearly so.

In: the run's text and the end of a delimiter. Out: YES, NO or WAIT (more text decides).

Promises: at most a bounded stretch behind the delimiter is looked at; on the last text (`final`) nothing waits.
"""

from __future__ import annotations

from typing import Optional, Tuple

from toolgram.runtime.core.named import next_call_verdict
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import stands_any
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, CLOSERS_MAX, JUNK_MAX, MISSPELT_MAX, NAME_MAX
from toolgram.runtime.tables.states import State
from toolgram.runtime.tables.suffix import is_suffix

TAG_ENDS = "<>\n\r"


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


def ends_text(run: Run, at: int) -> bool:
    """Whether nothing but blanks comes from `at` on: for a misspelt closer the end of the text is no evidence."""
    return run.text.final and skip_blanks(run.text.buffer, at) == len(run.text.buffer)


def _is_right(run: Run, closer: str, stem: str) -> bool:
    """Whether a closer is well spelled, for this call or for another, or for another checkpoint's."""
    machine = run.place.machine
    return closer in machine.misspelt or bool(
        machine.suffix and not machine.has_names and is_suffix(closer[len(stem) : -1], machine.suffix)
    )


def junk_verdict(run: Run, closer: str, follow: Tuple[str, ...], start: int) -> int:
    """Whether only junk stands between a closer that is a special token, which ends at `start`, and what may follow it.

    What follows is a part of the call, or closers that are all that is left of the text.
    """
    buffer, final = run.text.buffer, run.text.final
    if run.is_all_or_nothing:
        return NO
    end = min(len(buffer), start + JUNK_MAX)
    heads = {literal[0] for literal in (closer, *follow)}
    for at in range(start, end):
        run.work += 1
        if buffer[at] not in heads:
            continue
        verdict, _ = stands_any(run, at, (closer,))
        if verdict != NO:
            return WAIT if verdict == WAIT and not final else NO
        verdict, _ = stands_any(run, at, follow)
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
        verdict, length = stands_any(run, at, machine.closers)
        if at == len(buffer) or verdict == WAIT:
            return WAIT if not final else YES if at == len(buffer) else NO
        if verdict == NO and number:
            verdict, _ = stands_any(run, at, machine.special_tokens)
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
    verdict, _ = stands_any(run, at, [edge.literal for edge in behind.edges if not edge.rank])
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
    verdict, _ = stands_any(run, behind, follow)
    run.work += behind - start + 1
    if verdict == NO and behind > start:
        verdict = _blank_first_verdict(run, follow, start, behind)
    if verdict != YES and run.place.machine.has_names:
        named = next_call_verdict(run, follow, behind)
        verdict = named if named != NO else verdict
    if verdict == NO and run.place.machine.misspelt:
        return _misspelt_behind(run, follow, behind)
    return YES if verdict == WAIT and run.text.final else verdict


def _blank_first_verdict(run: Run, follow: Tuple[str, ...], start: int, behind: int) -> int:
    """Whether a delimiter that begins with blanks stands there: its blanks are the last ones before `behind`."""
    blanks = run.text.buffer[start:behind]
    found = NO
    for literal in follow:
        rest = literal.lstrip(BLANKS)
        lead = literal[: len(literal) - len(rest)]
        if lead and (blanks.endswith(lead) if rest else lead in blanks):
            verdict, _ = stands_any(run, behind, (rest,)) if rest else (YES, 0)
            found = verdict if verdict == YES or found == NO else found
    return found


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
