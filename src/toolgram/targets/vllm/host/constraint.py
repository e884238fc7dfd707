"""Constrained decoding: what a request asks of its calls, put into the request as a grammar.

In: a request with tools. Out: the same request; where it forces a call, wants at most one, or has strict tools, the
model is given a grammar of the format, and can write nothing that the parser does not read.

When it is not given one: `auto` without strict tools; `auto` with an output format of the request's own, which stays;
`auto` in a format whose calls begin with what may stand in any text; a format or a schema that no grammar can be
written for, which is logged once. Then the answer is read as it comes. What a grammar lets through although the schemas
do not, because it would be too large otherwise or a pattern cannot be written, is logged once, too. So are tools and
members that it leaves out, because the format cannot write their names.

Promises: vLLM's request is read in one place, `Constraint.read`, and what a grammar depends on is in the record that
comes out of it; a grammar that the server's xgrammar cannot read is never given to it; equal requests cost one
derivation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple, Optional

from toolgram.grammars.expressions import GrammarError
from toolgram.grammars.fitting import fitting_grammar
from toolgram.grammars.headers import has_trigger
from toolgram.grammars.outline import read_outline
from toolgram.grammars.request import ANY_PARAMETERS, NO_PARAMETERS, GrammarRequest, ToolShape
from toolgram.runtime.schema.given import member_of, parameters_of
from toolgram.targets.serving.begun import prefilled_text
from toolgram.targets.serving.remembered import Remembered
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.serving.xgrammar_reads import check_grammar, reads_tokens
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import SAYS_FINISH, STRUCTURED_OUTPUTS
from toolgram.targets.vllm.host.metrics import MADE, NOT_DERIVABLE, REFUSED_BY_SERVER
from toolgram.targets.vllm.host.wanted import is_strict, wanted_calls

REMEMBERED_MAX = 64
UNCONSTRAINED = "no grammar for the calls of a request, which are not constrained"
SAID_MAX = 100  # messages in the log, in all


class GivenGrammar(NamedTuple):
    """The grammar of a request, None where there is none, and what became of it."""

    text: Optional[str]
    outcome: str


class Constraint:
    """Writes the grammars of one format for one tokenizer."""

    def __init__(self, fmt: PluginFormat, vocabulary: Vocabulary) -> None:
        self._fmt = fmt
        self._outline = read_outline(fmt.outline, vocabulary.machine.bound or "") if fmt.outline else None
        self._tokens = vocabulary.token_ids
        self._openers = vocabulary.call_texts
        self._delimits_by_id = vocabulary.delimits_by_id
        # What ends the reasoning as its closer does. A grammar that begins there begins behind it.
        self._tokens_of_calls = tuple(text for text in self._openers if text in self._tokens)
        self._known: Remembered[GivenGrammar] = Remembered(REMEMBERED_MAX)
        self._said: set[str] = set()

    def apply(self, request: Any, template_arguments: Optional[Mapping[str, Any]] = None) -> None:
        """Give the request its grammar, if it wants one and there is one.

        `template_arguments` are those that the template gets, with the server's own defaults, where they are known.
        """
        try:
            wanted = self.read(request, template_arguments)
            if wanted is None:
                return
            made = self._grammar(wanted)
            self._fmt.metrics.grammar(made.outcome)
            if made.text is not None:
                put_grammar(request, made.text)
                flag = _start_flag(request)
                if flag is not None:
                    setattr(request, flag, True)
        except Exception as error:  # whatever it is, the request goes on without
            self._fmt.metrics.grammar(NOT_DERIVABLE)
            self._say(f"{UNCONSTRAINED}: {type(error).__name__}", error)

    def _say(self, message: str, error: Optional[Exception] = None) -> None:
        """Put a message into the log, once; at most `SAID_MAX` of them, so that requests cannot fill it."""
        if message not in self._said and len(self._said) < SAID_MAX:
            self._said.add(message)
            self._fmt.log.warning("%s", message, exc_info=error)

    def read(self, request: Any, template_arguments: Optional[Mapping[str, Any]] = None) -> Optional[GrammarRequest]:
        """Read what a request wants of its calls; None when it is to have no grammar."""
        template_arguments = template_arguments or getattr(request, "chat_template_kwargs", None) or {}
        functions, is_forced, is_single = wanted_calls(request)
        if self._outline is None or not functions or not (is_forced or self._has_trigger()):
            return None
        is_from_start = self._covers_reasoning(request)
        if not is_from_start and not self._delimits_by_id:
            return None  # nobody knows where the server would let the grammar begin
        # Where the server asks about the prompt, it begins at once unless the prompt has opened the reasoning.
        may_reason = self._may_reason(template_arguments)
        begun = prefilled_text(request).rstrip()
        opened = tuple(text for text in self._openers if begun.endswith(text))
        if not opened and any(text in begun for text in self._openers):
            return None  # nobody knows how much of a call the prompt has begun
        # Keys that stand in tags can only be those of the schema: there the schema counts, whatever the request says.
        is_bound = is_forced or self._outline.has_tags
        return GrammarRequest(
            tools=tuple(_shape(body, is_bound=is_bound or is_strict(body)) for body in functions),
            is_forced=is_forced,
            is_single=is_single,
            may_be_open=is_from_start and may_reason and self._may_be_open(template_arguments),
            may_reason=may_reason,
            openers=opened or (() if is_from_start else self._tokens_of_calls),
        )

    def _has_trigger(self) -> bool:
        return self._outline is not None and has_trigger(self._outline, self._openers)

    def _covers_reasoning(self, request: Any) -> bool:
        """Whether the grammar holds from the first token on, and not from the end of the reasoning."""
        return not self._fmt.pair.reads_reasoning or _start_flag(request) is not None

    def _may_reason(self, arguments: Mapping[str, Any]) -> bool:
        """Whether the answer may begin with reasoning: yes, unless the template's arguments switch it off."""
        return self._fmt.asks_for_reasoning(arguments, default=True)

    def _may_be_open(self, arguments: Mapping[str, Any]) -> bool:
        """Whether the prompt may have opened the reasoning: as the template does where nothing is said."""
        begins = self._fmt.begins_inside
        return begins is not None and self._fmt.asks_for_reasoning(arguments, default=begins[2])

    def _grammar(self, wanted: GrammarRequest) -> GivenGrammar:
        """The grammar of a request, or why there is none."""
        key = hashlib.sha256(wanted.key().encode("utf-8", "surrogatepass")).hexdigest()
        return self._known.get(key, lambda: self._written(wanted)) or GivenGrammar(None, NOT_DERIVABLE)

    def _written(self, wanted: GrammarRequest) -> GivenGrammar:
        assert self._outline is not None  # `read` has seen to it
        try:
            fitted = fitting_grammar(self._outline, wanted, self._tokens if reads_tokens() else {})
        except GrammarError as error:
            self._say(f"{UNCONSTRAINED}: {error}")
            return GivenGrammar(None, NOT_DERIVABLE)
        try:
            check_grammar(fitted.text)
        except Exception as error:  # its xgrammar has classes for that, and which they are is its own business
            self._say(f"{UNCONSTRAINED}: {type(error).__name__}", error)
            return GivenGrammar(None, REFUSED_BY_SERVER)
        for remark in fitted.remarks:
            self._say(f"a grammar is not all that its request asks for: {remark}")
        return GivenGrammar(fitted.text, MADE)


def put_grammar(request: Any, grammar: str) -> None:
    """Put a grammar into a request, in the place of formats of its own that would contradict it."""
    outputs = STRUCTURED_OUTPUTS(grammar=grammar)
    if hasattr(request, "_parser_structured_outputs"):  # Responses, 0.33: what the request says stays as it is
        request._parser_structured_outputs = outputs
        return
    request.structured_outputs = outputs
    for name in ("response_format", "text"):
        if getattr(request, name, None) is not None:
            setattr(request, name, None)


def _start_flag(request: Any) -> str | None:
    """The attribute that says that a grammar covers the reasoning as well; safe to set since 0.24."""
    names = ("_grammar_from_parser", "_grammar_from_tool_parser") if SAYS_FINISH else ()
    return next((name for name in names if hasattr(request, name)), None)


def _shape(body: Any, *, is_bound: bool) -> ToolShape:
    parameters = parameters_of(body)[0] or NO_PARAMETERS
    return ToolShape(member_of(body, "name"), parameters if is_bound else ANY_PARAMETERS)
