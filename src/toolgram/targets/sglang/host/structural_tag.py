"""Constrained decoding: what a request asks of its calls, as a structural tag that carries our grammar.

In: the tools of a request and its choice. Out: a structural tag of xgrammar's; or None, and the answer is read as it
comes. When it is None: a format or a schema that no grammar can be written for, which is logged once; `auto` in a
format whose calls begin with what may stand in any text; a server whose grammar backend is not xgrammar.

Where SGLang has a reasoning parser and the request is reasoned about, it lets the grammar begin behind the reasoning.
Everywhere else the grammar begins with the answer, and has room for reasoning.

Promises: a grammar that the server's xgrammar cannot read is never given to it; equal requests cost one derivation.
"""

from __future__ import annotations

import hashlib
import importlib
from collections.abc import Sequence
from typing import Any, Optional

from toolgram.grammars.expressions import GrammarError
from toolgram.grammars.fitting import fitting_grammar
from toolgram.grammars.headers import has_trigger
from toolgram.grammars.outline import read_outline
from toolgram.grammars.request import ANY_PARAMETERS, NO_PARAMETERS, GrammarRequest, ToolShape
from toolgram.runtime.schema.given import body_of_tool, items_of, member_of, parameters_of
from toolgram.targets.serving.begun import prefilled_text
from toolgram.targets.serving.remembered import Remembered
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.serving.xgrammar_reads import check_grammar, reads_tokens
from toolgram.targets.sglang.host.served_format import ServedFormat
from toolgram.targets.sglang.host.who_asks import Asked

TAGS_REMEMBERED = 64
BACKEND = "xgrammar"
UNCONSTRAINED = "no grammar for the calls of a request, which are not constrained"


class TagWriter:
    """Writes the structural tags of one format for one tokenizer."""

    def __init__(self, fmt: ServedFormat, words: Vocabulary) -> None:
        self._fmt = fmt
        self._outline = read_outline(fmt.outline, words.machine.bound or "") if fmt.outline else None
        self._tokens = words.token_ids
        self._openers = words.call_texts
        self._known: Remembered[str] = Remembered(TAGS_REMEMBERED)

    def tag(self, tools: Any, choice: Any, *, thinking_mode: bool, is_single: bool, who: Asked) -> Any:
        """The tag of a request; None where it is to have none."""
        try:
            backend = who.option("grammar_backend")
            if backend not in (None, BACKEND):
                return None
            wanted = self._wanted(tools, choice, thinking_mode=thinking_mode, is_single=is_single, who=who)
            if wanted is None:
                return None
            key = hashlib.sha256(wanted.key().encode("utf-8", "surrogatepass")).hexdigest()
            grammar = self._known.get(key, lambda: self._written(wanted))
            return None if grammar is None else _as_tag(grammar)
        except Exception as error:  # whatever it is, the request goes on without
            self._fmt.note_grammar(f"{UNCONSTRAINED}: {type(error).__name__}", error)
            return None

    def _wanted(
        self, tools: Any, choice: Any, *, thinking_mode: bool, is_single: bool, who: Asked
    ) -> Optional[GrammarRequest]:
        """What a request wants of its calls; None when it is to have no grammar."""
        functions, is_forced = _functions(tools, choice)
        if self._outline is None or not functions:
            return None
        if not is_forced and not has_trigger(self._outline, self._openers):
            return None
        begun = prefilled_text(who.request).rstrip()
        opened = tuple(text for text in self._openers if begun.endswith(text))
        if not opened and any(text in begun for text in self._openers):
            return None  # nobody knows how much of a call the prompt has begun
        is_behind = who.reasoning_parser is not None and self._is_reasoned(who)
        may_reason = not is_behind and self._fmt.asks_for_reasoning(who.template_arguments, default=True)
        # Keys that stand in tags can only be those of the schema: there the schema counts, whatever the request says.
        is_bound = is_forced or self._outline.has_tags
        return GrammarRequest(
            tools=tuple(_shape(body, is_bound=is_bound or member_of(body, "strict") is True) for body in functions),
            is_forced=is_forced,
            is_single=is_single,
            may_be_open=may_reason and who.reasoning_parser is None and self._may_be_open(who, thinking_mode),
            may_reason=may_reason,
            openers=opened,
        )

    def _is_reasoned(self, who: Asked) -> bool:
        """Whether SGLang lets the grammar begin behind the reasoning."""
        judge = getattr(who.server, "_get_reasoning_from_request", None)
        return bool(judge(who.request)) if callable(judge) and who.request is not None else True

    def _may_be_open(self, who: Asked, thinking_mode: bool) -> bool:
        begins = self._fmt.begins_inside
        if begins is None:
            return who.opens_reasoning
        return thinking_mode or self._fmt.asks_for_reasoning(who.template_arguments, default=begins[2])

    def _written(self, wanted: GrammarRequest) -> Optional[str]:
        assert self._outline is not None  # `_wanted` has seen to it
        try:
            fitted = fitting_grammar(self._outline, wanted, self._tokens if reads_tokens() else {})
            check_grammar(fitted.text)
        except GrammarError as error:
            self._fmt.note_grammar(f"{UNCONSTRAINED}: {error}")
            return None
        except Exception as error:  # its xgrammar has classes for that, and which they are is its own business
            self._fmt.note_grammar(f"{UNCONSTRAINED}: {type(error).__name__}", error)
            return None
        for remark in fitted.remarks:
            self._fmt.note_grammar(f"a grammar is not all that its request asks for: {remark}")
        return fitted.text


def _functions(tools: Any, choice: Any) -> tuple[Sequence[Any], bool]:
    """The functions that a request lets the model call, and whether it must call one."""
    bodies = [body_of_tool(tool) for tool in items_of(tools)[0]]
    known = [body for body in bodies if isinstance(member_of(body, "name"), str)]
    if choice in (None, "auto", "required"):
        return known, choice == "required"
    name = member_of(body_of_tool(choice), "name")
    return [body for body in known if member_of(body, "name") == name], True


def _shape(body: Any, *, is_bound: bool) -> ToolShape:
    parameters = parameters_of(body)[0] or NO_PARAMETERS
    return ToolShape(member_of(body, "name"), parameters if is_bound else ANY_PARAMETERS)


def _as_tag(grammar: str) -> Any:
    module = importlib.import_module("xgrammar")
    return module.StructuralTag.model_validate({"format": {"type": "grammar", "grammar": grammar}})
