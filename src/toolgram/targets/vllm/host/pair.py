"""What the two halves of the plugin know of each other.

In: which halves are made, in which order. Out: `Pair`, one for each format.

Note [what the halves know of each other]
The server makes a reasoning half and a tool half for one answer, and says nothing of the one to the other. Two things
have to be known all the same:

- The tool half must know whether a reasoning half is at work: where none is, reasoning stays in the content, as it was
  written. The newest servers say so (`skip_reasoning_parsing`), the others do not, and where their options lie differs
  from version to version. But a server has a reasoning parser for all of its requests or for none. So it is remembered,
  for the process, that a reasoning half has been made.
- The tool half must know the arguments of the chat template, with the defaults of the server's command line: they may
  switch the reasoning off, and a grammar has no room for it then. Only the reasoning half is given them.
- The reasoning half must know the tools of the request, because a call of one of them ends the reasoning. Only the tool
  half is given them. From 0.19 on a server makes one half right after the other, in the same thread: so the tool half
  that comes next, with the same tokenizer, hands its tools to the reasoning half that waits. Requests are prepared in
  several threads, which is why each thread has a waiting half of its own.

Promise: a reasoning half that stays alone is given no tools, and none is kept alive by waiting here.
"""

from __future__ import annotations

import threading
import weakref
from typing import Any


class Pair:
    """The two halves of one format. `reads_reasoning`: a reasoning half is at work in this process."""

    def __init__(self) -> None:
        self.reads_reasoning = False
        self._of_thread = threading.local()

    def begin(self, reasoning_half: Any, tokenizer: Any) -> None:
        """Note that a reasoning half was made."""
        self.reads_reasoning = True
        self._of_thread.waiting = (weakref.ref(reasoning_half), id(tokenizer))

    def complete(self, tokenizer: Any, tools: Any) -> Any:
        """Note that a tool half was made: the reasoning half before it, if there is one, is its partner.

        Return the arguments that the partner's chat template gets, with the server's defaults; None without a partner.
        """
        waiting = getattr(self._of_thread, "waiting", None)
        self._of_thread.waiting = None
        if waiting is None or waiting[1] != id(tokenizer):
            return None
        half = waiting[0]()
        if half is None:
            return None
        if tools:
            half.take_tools(tools)
        return half.template_arguments
