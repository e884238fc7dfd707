"""Who writes the grammars of requests: a plugin has a writer, or it has none and says so.

In: a format and a vocabulary. Out: two objects with `apply(request, ...)`, one for the calls of a request and one for
the format of its answer. `constrained.py` has those that write.

Promise: this module needs no grammar, so that a plugin can be built without (`toolgram build --no-constraints`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Optional

from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.metrics import LEFT_OUT
from toolgram.targets.vllm.host.wanted import has_format, wanted_calls


class GrammarWriters(NamedTuple):
    """Makes what writes the grammars of calls, and what makes room for thoughts in front of an answer's format."""

    calls: Callable[[PluginFormat, Vocabulary], Any]
    answers: Callable[[PluginFormat, Vocabulary], Any]


class NoCallGrammars:
    """Stands where the calls of a request would be given their grammar."""

    def __init__(self, fmt: PluginFormat, _: Vocabulary) -> None:
        self._fmt = fmt

    def apply(self, request: Any, _: Optional[Mapping[str, Any]] = None) -> None:
        """Say once that a request wants a grammar, if it wants one."""
        try:
            if wanted_calls(request).functions:
                self._fmt.metrics.grammar(LEFT_OUT)
                self._fmt.note_missing_writer(
                    "the calls of a request are not constrained (tool_choice required or a function, a strict tool, or "
                    "parallel_tool_calls false)"
                )
        except Exception:  # whatever it is, nothing would have been done
            return


class NoAnswerGrammars:
    """Stands where room for thoughts would be made."""

    def __init__(self, fmt: PluginFormat, _: Vocabulary) -> None:
        self._fmt = fmt

    def apply(self, request: Any) -> None:
        """Say once that the format of an answer has no room for thoughts, if a request asks for one."""
        if self._fmt.reasoning_openers and has_format(request):
            self._fmt.note_missing_writer(
                "the format of an answer has no room for thoughts that the model opens itself (response_format, "
                "structured_outputs)"
            )


UNCONSTRAINED_WRITERS = GrammarWriters(NoCallGrammars, NoAnswerGrammars)
