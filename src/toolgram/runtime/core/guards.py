"""Whether a delimiter that stands there is meant: the evidence around it.

In: the run's text and a position. Out: YES, NO or WAIT (more text decides).

Promises: at most a bounded stretch behind the position is looked at, so a WAIT holds back no more than the
bound that the compiler prints; on the last text (`final`) nothing waits.
"""

from __future__ import annotations

from typing import Tuple

from toolgram.runtime.core.behind import end_verdict, ends_text, follow_verdict, junk_verdict
from toolgram.runtime.core.brackets import OBJECT_GUARDS, bracket_verdict
from toolgram.runtime.core.header_words import word_verdict
from toolgram.runtime.core.left_out import is_free, key_so_far, lone_key_behind, name_before_key
from toolgram.runtime.core.named import is_key
from toolgram.runtime.core.names import well_shaped
from toolgram.runtime.core.quoted import note_quote
from toolgram.runtime.core.reasons import SPELLED
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.spelled import is_quoted, note_token, wrapper_verdict
from toolgram.runtime.core.stray_guards import guard_verdict
from toolgram.runtime.core.verdicts import NO, WAIT, YES, skip_blanks
from toolgram.runtime.tables.limits import BLANKS, NAME_MAX, TELLING
from toolgram.runtime.tables.states import Edge, Tags


def edge_verdict(run: Run, edge: Edge, at: int) -> int:
    """Whether `edge`, whose literal stands at `at`, is taken."""
    if run.special is not None and not _is_written(run, edge, at):
        return NO
    if edge.guard is not None:
        verdict = _guarded(run, edge, edge.guard, at)
        if verdict != YES:
            return verdict
    stretch = run.stretch
    guess = edge.rank and stretch is not None and not stretch.trusted
    if guess and edge.guard not in OBJECT_GUARDS and (len(edge.literal) < TELLING or run.place.state.vouched):
        return NO  # a bare name and a bracket are no call, nor a name without its special token
    start = at + len(edge.literal)
    if edge.tags is not None:
        verdict, end = tag_key(run, edge.tags, edge.tags.open_end, start)
        key = run.text.buffer[start:end]
        if verdict == YES and run.place.machine.has_names and run.tools.has(key) and not is_key(run, key):
            return NO  # the tag of another call
        if verdict != YES or edge.key_until is None:
            return NO if verdict == WAIT and run.text.final else verdict
    if edge.key_until is not None:
        return _key_verdict(run, edge, at)
    if stretch is not None and stretch.is_named and len(edge.literal) < TELLING and edge.does("close_call"):
        return end_verdict(run, edge.to, start)
    if edge.rank and edge.follow is not None and len(edge.literal) < TELLING:
        return _call_end_verdict(run, edge.follow, start)
    verdict = follow_verdict(run, edge.follow, start, edge.rank)
    if verdict == NO and edge.is_quote:
        note_quote(run, at)
    if verdict == NO and not edge.rank and edge.follow is not None:
        verdict = lone_key_behind(run, edge.to, start)
        if verdict == NO and edge.special:
            return junk_verdict(run, edge.literal, edge.follow, start)
    if verdict == YES and edge.follow is not None:
        return wrapper_verdict(run, start)
    return verdict


def _is_written(run: Run, edge: Edge, at: int) -> bool:
    """Whether the model wrote the delimiter as such: as its tokens, and not in an example whose tokens are spelled."""
    if not edge.special:
        return not (edge.opens and is_quoted(run, at))
    is_real = run.is_real(edge, at)
    note_token(run, edge, at, is_real=is_real)
    if not is_real:
        run.because(SPELLED)
    return is_real


def _call_end_verdict(run: Run, follow: Tuple[str, ...], start: int) -> int:
    """Whether a bracket in a value ends the call: a token behind it says so, where it would end the call by itself.

    At the end of the text the bracket may be text of a value that was cut off.
    """
    if ends_text(run, start):
        return NO
    verdict = follow_verdict(run, follow, start, rank=1)
    at = skip_blanks(run.text.buffer, start)
    for edge in run.place.state.by_first.get(run.text.buffer[at : at + 1], ()) if verdict == YES else ():
        if run.text.buffer.startswith(edge.literal, at) and edge.follow is not None:
            return edge_verdict(run, edge, at)
    return verdict


def _guarded(run: Run, edge: Edge, guard: str, at: int) -> int:
    if guard in OBJECT_GUARDS:
        return bracket_verdict(run, edge, at)
    if guard == "header":
        return word_verdict(run, run.place.machine.states[edge.to], at + len(edge.literal), least=0)[0]
    if guard == "key":
        return YES if name_before_key(run, at) >= 0 else NO
    if guard == "declared":
        return YES if is_free(run, key_so_far(run, at)) else NO
    return YES if guard == "lost" else guard_verdict(run, edge, guard, at)


def _key_verdict(run: Run, edge: Edge, at: int) -> int:
    """A parameter's opener inside a value counts when a declared key follows that has no value yet."""
    start = at + len(edge.literal)
    window = run.text.buffer[start : start + NAME_MAX]
    run.work += len(window)
    line, broken, _ = window.partition("\n")
    ends = [(end, until) for end, until in ((line.find(until), until) for until in edge.key_until or ()) if end >= 0]
    call = run.open.call
    if not ends:
        waits = len(window) < NAME_MAX and not run.text.final and not broken
        may_come = not edge.then or (call is not None and run.tools.begins_key(call.arguments.tool, line.strip(BLANKS)))
        return WAIT if waits and may_come else NO
    end, until = min(ends)
    key = line[:end].strip(BLANKS)
    if len(key) > 1 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if call is None or key in call.arguments.keys:
        return NO
    tool = call.arguments.tool
    if run.tools.knows(tool, key):
        verdict = follow_verdict(run, edge.then, start + end + len(until), edge.rank) if edge.then else YES
        call.arguments.parameter.doubtful = call.arguments.parameter.doubtful or verdict == NO
        return verdict
    return YES if run.tools.open(tool) and well_shaped(key) and not edge.then else NO


def tag_key(run: Run, tags: Tags, ending: str, start: int) -> Tuple[int, int]:
    """(YES, where it ends) when the key of a tag stands at `start`, and `ending` behind it."""
    buffer = run.text.buffer
    found = tags.key(buffer, start, start + NAME_MAX)
    end = start if found is None else found.end()
    run.work += end - start + 1
    if end > start and buffer.startswith(ending, end):
        return YES, end
    rest = len(buffer) - end
    may_come = rest < len(ending) and ending.startswith(buffer[end:])
    return (WAIT if may_come and (end > start or not rest) else NO), end
