"""What becomes of what is half read when the text ends (docs/rules.md, rule 8).

In: the run, all its text read. Out: the stretch that was undecided is markup, or text again; whether the call is whole.

Promise: no call that was only a guess appears, and half a value never looks like a whole one. A call without any
argument is whole only behind something that ends it: a server may have cut it before its first.
"""

from __future__ import annotations

from toolgram.runtime.core.actions import end_call
from toolgram.runtime.core.evidence import announce, may_end
from toolgram.runtime.core.names import may_be
from toolgram.runtime.core.reasons import END_OF_TEXT
from toolgram.runtime.core.run import Run
from toolgram.runtime.core.tentative import drop, give_back
from toolgram.runtime.tables.limits import BLANKS


def end_undecided(run: Run) -> bool:
    """Settle the stretch that is still open; False when it was given back, so that its text is to be read."""
    stretch = run.stretch
    if stretch is None:
        return True
    if may_end(run, stretch):  # nothing of it has come but the name
        announce(run)
        end_call(run, complete=False)
        return True
    is_markup = run.place.state.region == "message"  # all of it
    is_call = (stretch.trusted or stretch.is_cut_off) and run.place.machine.commit == "name"
    holds_text = stretch.is_named or stretch.prose_from is not None
    name = "" if is_markup or stretch.closes_citation else run.pending.name or _name_so_far(run)
    if is_call and not holds_text and run.tools.means(name):
        _show_unfinished(run, name)
        return True
    is_call = is_call and may_be(run, run.place.state, name) and len(_id_so_far(run).split()) < 2
    if (is_markup or is_call or stretch.closes_citation) and not holds_text:
        return drop(run, len(run.text.buffer), END_OF_TEXT)
    give_back(run, len(run.text.buffer), END_OF_TEXT)
    return False


def _name_so_far(run: Run) -> str:
    """What has come of the name that is being read."""
    state = run.place.state
    is_text = state.sink == "name" and state.kind != "string"  # a name in quotes is whole with its quote
    return run.text.buffer[run.text.position :].strip(BLANKS) if is_text else ""


def _id_so_far(run: Run) -> str:
    """What has come of the id that is being read: prose in its place is text."""
    rest = run.text.buffer[run.text.position :] if run.place.state.sink == "id" else ""
    return run.pending.id + rest


def _show_unfinished(run: Run, name: str) -> None:
    """A special token has opened a call and its name is whole, but nothing came behind it: the call is not complete."""
    if run.pending.name:
        run.skip(END_OF_TEXT, len(run.text.buffer))
    run.consume("name", len(run.text.buffer))
    run.pending.name = name
    if run.pending.id_is_open:
        run.pending.id = ""
    announce(run)
    end_call(run, complete=False)


def is_between_values(run: Run) -> bool:
    """Whether the text ended where nothing of the call is half read."""
    call, scanner = run.open.call, run.open.scanner
    if call is None:
        return False
    arguments = call.arguments
    if (arguments.parameter.is_open or arguments.parameter.skipped) and not arguments.is_whole:
        return False
    if arguments.is_open and not (scanner is not None and scanner.has_last_bracket):
        return False
    place = run.place
    kinds = [place.state.kind, *(place.machine.states[number].kind for number in place.stack)]
    in_object = kinds[0] == "string" or "members" in kinds
    expects = place.state.expects
    if run.open.is_cut or arguments.containers.is_doubtful or expects == "more":
        return False
    if in_object and arguments.loose.is_released:
        return False
    return not (arguments.is_empty and (in_object or expects))
