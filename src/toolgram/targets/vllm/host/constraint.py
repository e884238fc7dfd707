"""Constrained decoding: what a request asks of its calls, put into the request as a grammar.

In: a request with tools. Out: the same request; where it forces a call, wants at most one, or has strict tools, the
model is given a grammar of the format, and can write nothing that the parser does not read.

When it is not given one: `auto` without strict tools; `auto` with an output format of the request's own, which stays;
`auto` in a format whose calls begin with what may stand in any text; a format or a schema that no grammar can be
written for, which is logged once. Then the answer is read as it comes.

Promises: a grammar that the server's xgrammar cannot read is never given to it; equal requests cost one derivation.
"""

from __future__ import annotations

import importlib
import json
import logging
import weakref
from collections.abc import Mapping, Sequence
from typing import Any

from toolgram.grammars.answers import Wish, words_of_headers, write_grammar
from toolgram.grammars.calls import ToolShape
from toolgram.grammars.graph import has_tags
from toolgram.runtime.schema.tools import body_of_tool, member_of
from toolgram.runtime.tables.suffix import with_suffix
from toolgram.targets.vllm.host.format import PluginFormat, Vocabulary
from toolgram.targets.vllm.host.habits import FORCES_NATIVELY, SAYS_FINISH, STRUCTURED_OUTPUTS

NO_PARAMETERS: Mapping[str, Any] = {"type": "object", "properties": {}, "additionalProperties": False}
ANY_PARAMETERS: Mapping[str, Any] = {"type": "object"}
REMEMBERED_MAX = 64


class Constraint:
    """Writes the grammars of one format for one tokenizer."""

    def __init__(self, fmt: PluginFormat, vocabulary: Vocabulary) -> None:
        self._fmt = fmt
        self._outline = bind(fmt.outline, vocabulary.machine.bound or "")
        self._tokens = vocabulary.token_ids
        self._openers = vocabulary.call_texts
        self._delimits_by_id = vocabulary.delimits_by_id
        # What ends the reasoning as its closer does. A grammar that begins there begins behind it.
        self._tokens_of_calls = tuple(text for text in self._openers if text in self._tokens)
        self._known: dict[Any, str | None] = {}
        self._has_failed = False

    def apply(self, request: Any) -> None:
        """Give the request its grammar, if it wants one and there is one."""
        try:
            self._apply(request)
        except Exception:  # whatever it is, the request goes on without
            if not self._has_failed:
                self._has_failed = True
                log = logging.getLogger("vllm.toolgram." + self._fmt.names[0])
                log.warning("no grammar for the calls of a request, which are not constrained", exc_info=True)

    def _apply(self, request: Any) -> None:
        if STRUCTURED_OUTPUTS is None or not self._outline or not hasattr(request, "structured_outputs"):
            return
        tools, is_forced = wanted_tools(request)
        is_single = "parallel_tool_calls" in request.model_fields_set and request.parallel_tool_calls is False
        if not is_forced:
            is_wanted = is_single or any(is_strict(tool) for tool in tools)
            if not is_wanted or _has_format(request) or not self._has_trigger():
                return
        if not tools or (is_forced and not FORCES_NATIVELY):
            return
        from_start = self._ask_from_start(request)
        if not from_start and not self._delimits_by_id:
            return  # nobody knows where the server would let the grammar begin
        may_reason = from_start and self._may_reason(request)
        may_be_open = may_reason and from_start and self._fmt.begins_inside is not None
        is_bound = is_forced or has_tags(self._outline["rules"])  # keys in tags are only those of the schema
        shapes = [_shape(tool, is_bound=is_bound or is_strict(tool)) for tool in tools]
        openers = () if from_start else self._tokens_of_calls
        grammar = self._grammar(shapes, Wish(is_forced, is_single, may_be_open, may_reason, openers))
        if grammar is not None:
            self._constrain(request, grammar, from_start=from_start)

    def _has_trigger(self) -> bool:
        """Whether what opens a call is found in no ordinary text."""
        words = words_of_headers(self._outline)
        openers = [text for text in self._openers if text not in words]
        return bool(self._openers) and all(
            any(token in text for token in self._outline["tokens"]) or (len(text) > 3 and not text.isalnum())
            for text in openers
        )

    def _ask_from_start(self, request: Any) -> bool:
        """Whether the grammar holds from the first token on, and not from the end of the reasoning."""
        return not self._fmt.reasoning_half_is_used or _start_flag(request) is not None

    def _may_reason(self, request: Any) -> bool:
        """Whether the answer may begin with reasoning: yes, unless the request switches it off."""
        arguments = getattr(request, "chat_template_kwargs", None) or {}
        return self._fmt.asks_for_reasoning(arguments, default=True)

    def _grammar(self, tools: Sequence[ToolShape], wish: Wish) -> str | None:
        key = (json.dumps(tools, sort_keys=True, default=str), wish)
        if key not in self._known:
            if len(self._known) >= REMEMBERED_MAX:
                self._known.clear()
            self._known[key] = None
            grammar = write_grammar(self._outline, tools, wish, self._tokens if reads_tokens() else {})
            check_grammar(grammar)
            self._known[key] = grammar
        return self._known[key]

    def _constrain(self, request: Any, grammar: str, *, from_start: bool) -> None:
        outputs = STRUCTURED_OUTPUTS(grammar=grammar)
        if hasattr(request, "_parser_structured_outputs"):  # Responses, 0.33: what the request says stays as it is
            request._parser_structured_outputs = outputs
        else:
            request.structured_outputs = outputs
            for name in ("response_format", "text"):
                if getattr(request, name, None) is not None:
                    setattr(request, name, None)
        flag = _start_flag(request)
        if from_start and flag is not None:
            setattr(request, flag, True)


_CONSTRAINTS: weakref.WeakKeyDictionary[Vocabulary, Constraint] = weakref.WeakKeyDictionary()


def constraint_of(fmt: PluginFormat, vocabulary: Vocabulary) -> Constraint:
    """The constraint of a format and a tokenizer, made once."""
    known = _CONSTRAINTS.get(vocabulary)
    if known is None:
        known = _CONSTRAINTS[vocabulary] = Constraint(fmt, vocabulary)
    return known


def _start_flag(request: Any) -> str | None:
    """The attribute that says that a grammar covers the reasoning as well; safe to set since 0.24."""
    names = ("_grammar_from_parser", "_grammar_from_tool_parser") if SAYS_FINISH else ()
    return next((name for name in names if hasattr(request, name)), None)


def _has_format(request: Any) -> bool:
    """Whether the request has constraints of its own."""
    own = member_of(request, "response_format")
    text = member_of(member_of(request, "text"), "format")
    kinds = {member_of(own, "type"), member_of(text, "type")} - {None, "text"}
    return bool(kinds) or member_of(request, "structured_outputs") is not None


def wanted_tools(request: Any) -> tuple[list[Any], bool]:
    """The functions that a request lets the model call, and whether it must call one."""
    functions = [body_of_tool(tool) for tool in request.tools or ()]
    known = [body for body in functions if isinstance(member_of(body, "name"), str)]
    choice = getattr(request, "tool_choice", None)
    if choice in (None, "none"):
        return [], False
    if choice in ("auto", "required"):
        return known, choice == "required"
    allowed = member_of(member_of(choice, "allowed_tools") or choice, "tools")
    if allowed is not None:
        names = {member_of(body_of_tool(tool), "name") for tool in allowed}
        mode = member_of(member_of(choice, "allowed_tools") or choice, "mode")
        return [body for body in known if member_of(body, "name") in names], mode == "required"
    name = member_of(body_of_tool(choice), "name")
    return [body for body in known if member_of(body, "name") == name], True


def is_strict(body: Any) -> bool:
    """Whether the arguments of a function have to fit its schema."""
    return member_of(body, "strict") is True


def _shape(body: Any, *, is_bound: bool) -> ToolShape:
    parameters = member_of(body, "parameters") or NO_PARAMETERS
    return ToolShape(member_of(body, "name"), parameters if is_bound else ANY_PARAMETERS)


def check_grammar(grammar: str) -> None:
    """Let the server's own xgrammar read a grammar. Raises what it raises."""
    module = _xgrammar()
    if module is not None:
        module.Grammar.from_ebnf(grammar)


def reads_tokens() -> bool:
    """Whether a grammar can ask for a token by its id (xgrammar 0.2); else its text has to do."""
    try:
        check_grammar("root ::= Token(1)")
    except Exception:  # it has a class for that, and which one is its own business
        return False
    return True


def bind(node: Any, suffix: str) -> Any:
    """An outline whose literals have a checkpoint's suffix."""
    if isinstance(node, str):
        return with_suffix(node, suffix)
    if isinstance(node, Mapping):
        return {name: bind(below, suffix) for name, below in node.items()}
    return [bind(below, suffix) for below in node] if isinstance(node, (list, tuple)) else node


def _xgrammar() -> Any:
    try:
        return importlib.import_module("xgrammar")
    except ImportError:
        return None
