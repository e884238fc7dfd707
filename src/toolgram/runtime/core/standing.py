"""What is known of the arguments of a call between two deltas, where that is little enough to be written down.

In: arguments that are read by delimiters. Out: a `Standing`; and arguments that stand so.

Promise: arguments that stand alike go on alike, whatever comes.
"""

from __future__ import annotations

from typing import FrozenSet, NamedTuple, Optional

from toolgram.runtime.core.arguments import Arguments
from toolgram.runtime.core.parameter import Parameter
from toolgram.runtime.values.strings import StringWriter


class ParameterStanding(NamedTuple):
    """What is known of the parameter being read: see `Parameter`."""

    is_open: bool
    is_alone: bool
    is_bare: bool
    doubtful: bool
    key: Optional[str]
    skipped: bool
    tag: str
    wire_type: str


class Standing(NamedTuple):
    """What is known of arguments while nothing of them is held, and no value is open but a string."""

    tool: str
    keys: FrozenSet[str]
    is_empty: bool
    is_mended: bool
    parameter: ParameterStanding
    in_string: bool  # its text goes out as it comes


def standing_of(arguments: Arguments) -> Optional[Standing]:
    """What is known of arguments; None where it is more than a `Standing` says."""
    known, writer = arguments, arguments.writer
    in_string = isinstance(writer, StringWriter) and writer.plain is not None
    if (writer is not None and not in_string) or known.is_copied or known.is_wrong or known.is_open or known.saw_junk:
        return None
    waits = known.lead is not None or known.listed is not None or known.may_be_all is not None or known.last != ""
    if waits or known.is_unwrapped or known.wired is not None or known.containers or not known.loose.is_untouched:
        return None
    parameter = _parameter_standing(known.parameter)
    if parameter is None:
        return None
    return Standing(known.tool, frozenset(known.keys), known.is_empty, known.is_mended, parameter, in_string)


def _parameter_standing(parameter: Parameter) -> Optional[ParameterStanding]:
    if parameter.is_quoting or parameter.quoted_to:
        return None
    return ParameterStanding(
        parameter.is_open,
        parameter.is_alone,
        parameter.is_bare,
        parameter.doubtful,
        parameter.key,
        parameter.skipped,
        parameter.tag,
        parameter.wire_type,
    )


def stand(arguments: Arguments, standing: Standing) -> None:
    """Let new arguments stand so."""
    arguments.tool, arguments.keys = standing.tool, set(standing.keys)
    arguments.is_empty, arguments.is_mended = standing.is_empty, standing.is_mended
    arguments.writer = StringWriter(is_open=True) if standing.in_string else None
    parameter, known = arguments.parameter, standing.parameter
    parameter.is_open, parameter.is_alone, parameter.is_bare = known.is_open, known.is_alone, known.is_bare
    parameter.doubtful, parameter.key, parameter.skipped = known.doubtful, known.key, known.skipped
    parameter.tag, parameter.wire_type = known.tag, known.wire_type
