"""When a call whose name has come is certain: what stands behind the name must be able to follow it in a call.

In: the run between a call's name and its first part. Out: the call is announced, or what stands there is no part of it.

    `<function=bash>` and a line end, `<parameter=command>`    a call: a parameter with a key follows
    `<function=bash>` and "` starts one"                       a mention: the sentence is given back

Promises: inside a section of which a call has been announced the name alone is enough. Everywhere else the stretch
stays open behind the name.
"""

from __future__ import annotations

import re
from typing import List

from toolgram.runtime.core.brackets import OBJECT_GUARDS
from toolgram.runtime.core.names import named_tool
from toolgram.runtime.core.run import Run, Stretch
from toolgram.runtime.core.tentative import end_stretch
from toolgram.runtime.tables.limits import BLANKS, BLANKS_MAX, PROSE_MAX, TELLING
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.runtime.tables.states import Edge

EMPTY_MAX = BLANKS_MAX + 8  # characters of an empty object, with what may stand around it
IS_EMPTY = re.compile(r"""\{[ \t\n\r]*\}["']?$|(?:null|None)$""").search


def waits_for_part(run: Run) -> bool:
    """Whether the name that has come is no proof yet. Arguments that came before it are one."""
    stretch, call = run.stretch, run.open.call
    if stretch is None or call is None or run.place.machine.commit == "section":
        return False
    if stretch.place.state.region == "section":  # one before it has been announced
        return False
    return not (call.arguments.is_copied or call.arguments.keys)


def lacks_arguments(run: Run) -> bool:
    """Whether nothing has come of the arguments of the call, and its tool takes some, or nobody declared it."""
    call = run.open.call
    if call is None or not call.arguments.is_empty:
        return False
    tool = named_tool(run)
    return not (run.tools.has(tool) and run.tools.needs_none(tool))


def announce(run: Run) -> None:
    """The call is certain: it is announced, if it has a name and has not been announced before."""
    call, pending = run.open.call, run.pending
    if call is None or call.is_announced or not pending.name:
        return
    run.message.calls += 1
    if run.stretch is not None:
        run.message.section_trusted = run.stretch.trusted
    if run.place.machine.commit == "name":
        end_stretch(run)
    call.announce(named_tool(run), pending.id.strip(BLANKS) or None)


def goes_on(run: Run, stretch: Stretch, edge: Edge) -> bool:
    """Whether a delimiter behind a name that is no proof yet belongs to the call; one that tells enough announces it.

    A bracket tells nothing, and the opener of a parameter tells less than the key behind it. Where another call begins
    at once, the call is one only if special tokens stand before its name and there.
    """
    if edge.guard in OBJECT_GUARDS or edge.does("drop_header") or run.place.machine.states[edge.to].header:
        return True  # it tells enough once the object begins, or the header is whole
    if edge.guard == "lost":
        return skips_junk(run, run.text.position)
    is_end = edge.peek and run.place.machine.states[edge.to].region != "call"
    if is_end or edge.does("open_call"):
        return _ends_before_token(run, stretch, edge)
    if run.place.machine.has_names and edge.does("close_call") and lacks_arguments(run):
        return False  # an empty element of that name: HTML has `<table></table>`
    if stretch.junk_from is not None and edge.tags is None:
        # A closer may be mentioned as well; a key or an object tells more.
        return not edge.does("close_call") and not _holds_opener(run, stretch)
    tells = len(edge.literal) >= TELLING or edge.tags is not None
    if tells and not run.pending.id_follows and not edge.does("open_parameter", "end_key"):
        announce(run)
    return True


def _ends_before_token(run: Run, stretch: Stretch, edge: Edge) -> bool:
    """Whether the opener of something else ends the call: a token, at once behind a name that a token vouches for."""
    if not (edge.special and stretch.trusted and stretch.junk_from is None) or run.pending.key:
        return False
    if not lacks_arguments(run):
        announce(run)
    return True


def shows_call(run: Run, stretch: Stretch, key: str) -> bool:
    """Whether a key shows that a call goes on; behind junk, or a tag that is a name, the tool must declare it."""
    call = run.open.call
    if call is None or (stretch.junk_from is None and not run.place.machine.has_names):
        return True
    return run.tools.takes(call.arguments.tool, key)


def ends_as_call(run: Run, stretch: Stretch) -> bool:
    """Whether a value that has ended behind the name, without a key, is the arguments of a call: `{}`, or a list.

    A list is no arguments. But as the member of an object behind a special token it shows what the model meant: the
    call will be incomplete.
    """
    text, source = run.text, stretch.source
    if not stretch.is_named:
        return False
    read = (source.kept + text.buffer[source.begin : text.position])[-EMPTY_MAX:]
    run.work += EMPTY_MAX
    return IS_EMPTY(read) is not None or (is_in_object(run) and stretch.trusted and read.endswith("]"))


def is_in_object(run: Run) -> bool:
    """Whether what is read is the value of a member of an object whose keys the format knows."""
    stack = run.place.stack
    return bool(stack) and run.place.machine.states[stack[-1]].kind == "members"


def may_end(run: Run, stretch: Stretch) -> bool:
    """Whether the text may end here, behind the name of a call: nothing is half read but a key that the tool has."""
    call, pending = run.open.call, run.pending
    if not stretch.is_named or call is None or stretch.junk_from is not None or run.open.scanner is not None:
        return False
    if run.place.machine.has_names and not stretch.is_set_off:
        return False  # in a line of prose a tag that is a name is a tag
    rest = run.text.buffer[run.text.position :] if run.place.state.sink == "key" else ""
    key, tool = (pending.key + rest).strip(BLANKS), call.arguments.tool
    return not key or run.tools.begins_key(tool, key) or run.tools.open(tool)


def outer_openers(machine: PreparedMachine) -> List[str]:
    """The delimiters that open a call, or what is around it, where content stands."""
    edges = machine.states[machine.content].edges if machine.content is not None else ()
    return [edge.literal for edge in edges if edge.opens and not edge.rank]


def _holds_opener(run: Run, stretch: Stretch) -> bool:
    """Whether the junk holds the opener of a call: then what stands here is a part of that one."""
    source = stretch.source
    if run.place.machine.content is None or stretch.junk_from is None:
        return False
    kept = source.kept + run.text.buffer[source.begin : run.text.position]
    junk = kept[max(0, len(kept) - (run.text.base + run.text.position - stretch.junk_from)) :]
    run.work += len(junk)
    return any(opener in junk for opener in outer_openers(run.place.machine))


def skips_junk(run: Run, at: int) -> bool:
    """Whether the junk at `at` may be skipped, and note where it began.

    Behind a name that is no proof yet it may be if the call's openers are all there, or a token vouches for it.
    """
    stretch = run.stretch
    if stretch is None:
        return True
    if not stretch.is_named or (stretch.lacks_opener and not stretch.trusted):
        return False
    if stretch.junk_from is None:
        stretch.junk_from = run.text.base + at
    return True


def has_too_much_junk(run: Run, begin: int) -> bool:
    """Whether more junk has come since `begin`, behind the name, than may stand before the first part of a call."""
    return run.text.base + run.text.position - begin > PROSE_MAX
