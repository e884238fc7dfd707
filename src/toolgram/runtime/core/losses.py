"""The actions that say that a call has lost something, so that it is not complete.

In: the run. Out: its call, which will not be complete.

    `<invoke name="f">the a">x</parameter>`     `lose`, at `</parameter>`: text was skipped before it

Promise: what has been written stays; a call that has lost nothing stays as it is.
"""

from __future__ import annotations

from toolgram.runtime.core.run import Run
from toolgram.runtime.tables.states import Edge


def spoil(run: Run, how: str) -> None:
    """What is missing cannot be known: the call will not be complete. `how`: `doubt`, only where there is a doubt."""
    call = run.open.call
    if call is not None and (not how or call.arguments.parameter.doubtful):
        call.arguments.is_wrong = True


def lose(run: Run, _: str) -> None:
    """A delimiter of a parameter that was not read: what was skipped before it is missing in the arguments."""
    call = run.open.call
    if call is not None and call.arguments.parameter.skipped and not call.arguments.is_copied:
        call.arguments.is_wrong = True


def no_value(run: Run, _: str) -> None:
    """A parameter ends of which no value has begun."""
    if run.open.call is not None:
        run.open.call.arguments.miss_value("")


def miss_delimiters(run: Run, edge: Edge) -> None:
    """A delimiter is taken although others are missing before it: what they would have told is not known.

    Neither the opener of a parameter's key has come nor its closer; or the call ends without one of its closers, and a
    container in it was closed by the bracket of another kind: that one may have lacked its closer.
    """
    arguments = run.open.call.arguments if run.open.call is not None else None
    if arguments is not None:
        is_unknown = arguments.parameter.is_alone and edge.does("end")
        is_outside = arguments.containers.is_doubtful and edge.does("close_call")
        arguments.is_wrong = arguments.is_wrong or is_unknown or is_outside
