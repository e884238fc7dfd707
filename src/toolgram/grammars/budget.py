"""How much one grammar may cost, whatever a request says.

In: what is spent, in characters of grammar. Out: nothing, or an error.

Promise: all work whose size a request decides is paid for here, in proportion to what it costs: rules by their
characters, schemas by the keywords that are read or merged.
"""

from __future__ import annotations

from toolgram.grammars.expressions import TooLargeError

GRAMMAR_CHARS_MAX = 400_000  # of a grammar as text: what servers read and compile in seconds
WORK_CHARS_MAX = 1_000_000  # of what is written for one, before equal rules become one


class GrammarBudget:
    """What is left of it."""

    def __init__(self, chars: int = WORK_CHARS_MAX) -> None:
        self.left = chars

    def spend(self, chars: int) -> None:
        """Pay. Raises TooLargeError: nothing is left."""
        self.left -= chars
        if self.left < 0:
            raise TooLargeError("the grammar of these tools would be too large")
