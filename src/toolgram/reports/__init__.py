"""What a model tried: every call of an answer, and everything that looked like one, with its place and what was wrong.

In: the trace of a parser, with its marks (`runtime/core/trace.py`). Out: a `Report`: the message, the attempts, and
which characters are content and reasoning. `lineup.py` says of each character what it became, and what was held back.

Promises: a report does not depend on how the text was cut; its message is the one that `Format.parse` gives; who asks
for no report pays nothing.
"""

from .attempt import STATUSES, Attempt, Report, Span
from .lineup import Hold, LineUp, Part, Reason, line_up
from .reporter import Reporter
from .tokens import offsets_of, tokens_of

__all__ = [
    "STATUSES",
    "Attempt",
    "Hold",
    "LineUp",
    "Part",
    "Reason",
    "Report",
    "Reporter",
    "Span",
    "line_up",
    "offsets_of",
    "tokens_of",
]
