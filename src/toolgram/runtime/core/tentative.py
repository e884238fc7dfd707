"""The stretch in which it is undecided whether a call has begun: its source is kept, to be given back.

In: the run where a call's opener stands, or a delimiter of a citation that holds the source. Out: a call, markup
without a call, or the text that it was.

    `<tool_call>{"name": "weather"` + a tool of that name      the stretch is over: a call is announced
    `<tool_call>{"nam` + `me` ...                              given back: text up to where it failed, read on behind it

Promises: what is given back is the source, character for character, and is read as text up to the place that failed:
no call is made of it, and giving back costs no more than reading did. Whatever the run knew before the stretch, it
knows again: the groups of registers that were kept are put back (run.py), and what began to record the source since
then records no more.
"""

from __future__ import annotations

from typing import Optional

from toolgram.runtime.core.reasons import UNKNOWN_TAG
from toolgram.runtime.core.repairs import CUT, note_given_back, note_repair
from toolgram.runtime.core.run import SKIPS_WORD, Before, Open, Pending, Place, Run, Stretch
from toolgram.runtime.core.verdicts import skip_blanks
from toolgram.runtime.tables.limits import BLANKS_MAX
from toolgram.runtime.tables.states import MESSAGE_SINKS, State


def begin_stretch(run: Run) -> Stretch:
    """From here on everything may have to be given back."""
    stretch = run.stretch = Stretch(run)
    place = run.place
    run.place = Place(place.machine, place.state, list(place.stack))
    run.pending, run.open = Pending(), Open()
    run.message = run.output.message = stretch.message.copy()
    run.text.recordings.append(stretch.source)
    return stretch


def end_stretch(run: Run) -> Optional[Stretch]:
    """It is decided: what has been read is what it seemed to be."""
    stretch, run.stretch = run.stretch, None
    if stretch is not None:
        run.text.recordings.remove(stretch.source)
    return stretch


def give_back(run: Run, at: int, why: str) -> None:
    """It is no call: what was read up to `at` is text, for a reason; go on reading at `at`."""
    stretch = end_stretch(run)
    if stretch is not None:
        begins = _begins(stretch)
        put_back(run, stretch, at if begins is None else begins - run.text.base, why)


def put_back(run: Run, before: Before, at: int, why: str) -> None:
    """Be again where the run was before; what was read since then, up to `at`, is text, for a reason."""
    text, kept = run.text, before.source.kept
    _know_again(run, before, len(kept) + at - before.source.begin, why)
    note_given_back(run)
    run.because(why)
    at += len(kept)
    text.put_back(kept, before.source.begin, before.tail)
    run.work += len(kept)
    place = run.place
    base = _text_state(place)
    if base is not None and base.sink == "content":
        run.consume("blanks", _behind_blanks(run, place.state, at))
    if base is None:
        if at == text.position:  # a word that is no name: the rest of it is none either
            run.open.skipping = SKIPS_WORD
        run.skip(why, at)
    text.looked = at
    place.state = base or place.state
    place.machine = place.machine.entering(place.state.number)
    place.state = place.machine.states[place.state.number]


def _behind_blanks(run: Run, state: State, end: int) -> int:
    """Behind the blanks that are markup in front of a text, as they are where the text begins with anything else."""
    buffer, start = run.text.buffer, run.text.position
    if state.kind != "gap" or state.keep_blanks or state.blanks == "none":
        return start
    if state.blanks == "any":
        return skip_blanks(buffer, start, min(BLANKS_MAX, end - start))
    at = start + 1 if buffer.startswith("\r\n", start) else start
    return at + 1 if buffer.startswith("\n", at) else start


def _begins(stretch: Stretch) -> Optional[int]:
    """Where a call may begin in what is given back: behind prose, in junk, at a word that was none of a header."""
    if stretch.prose_from is not None:
        return stretch.prose_from
    return stretch.word_from if stretch.junk_from is None and not stretch.is_named else stretch.junk_from


def keeps_tag(run: Run, stretch: Stretch) -> bool:
    """No call came of the stretch: a tag that it begins with is text, and what stands behind that is read again."""
    if stretch.tag_end is None or run.message.calls > stretch.message.calls:
        return False
    end_stretch(run)
    put_back(run, stretch, stretch.tag_end - run.text.base, UNKNOWN_TAG)
    return True


def drop(run: Run, at: int, why: str) -> bool:
    """What was read up to `at` is markup of something that never came: a call, a citation, a message.

    False: it began with a tag, and is read again behind that.
    """
    if run.stretch is None:
        return True
    if keeps_tag(run, run.stretch):
        return False
    stretch, text = run.stretch, run.text
    begin = stretch.source.begin
    end_stretch(run)
    _know_again(run, stretch, len(stretch.source.kept) + at - begin, why)
    note_repair(run, CUT)
    run.because(why)
    if run.trace is not None:
        run.trace.add("skipped", stretch.source.kept + text.buffer[begin:at])
    text.position = text.looked = at
    run.place.state = _text_state(run.place) or run.place.state
    return True


def _know_again(run: Run, before: Before, chars: int, why: str) -> None:
    """Know what was known before a stretch of so many characters, which has failed for a reason."""
    run.place, run.pending, run.open, run.message = before.place, before.pending, before.open, before.message
    run.output.rewind(before.events, before.message)
    if run.echo is not None:
        run.echo.forget(run.text)
    run.text.recordings = [one for one in run.text.recordings if one in before.recordings]
    if run.trace is not None:
        run.trace.fail(before.traced, chars, why, in_code=before.message.code.in_span or before.message.code.in_block)
    draft = run.draft
    if draft is not None and draft.message is before.message:  # the first call of it was none
        run.draft = None
        run.text.recordings.remove(draft.source)


def _text_state(place: Place) -> Optional[State]:
    """Where rejected text belongs: the text it was found in, or that may stand in its place."""
    base, states = place.state, place.machine.states
    if base.kind == "text":
        return base
    for step in base.thens:
        state = states[step.to]
        if state.kind != "scan" and state.sink in MESSAGE_SINKS:
            return state
    content = place.machine.content
    at_message_level = base.region == "message" or base.number == place.machine.start
    return states[content] if content is not None and at_message_level else None
