"""Grammars for whoever decodes in a loop of their own: what is asked in the words of a request, in any notation.

In: a format, OpenAI tools, a choice (`auto`, `required` or a tool's name), the name of a notation. Out: the text of the
grammar, and what it is not although it was asked for.

Promise: the same grammar in every notation; what a text of it is to the parser does not depend on who held it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Dict, NamedTuple, Optional, Tuple

from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.expressions import Grammar, GrammarError
from toolgram.grammars.fitting import fitting_grammar
from toolgram.grammars.gbnf import write_gbnf
from toolgram.grammars.headers import has_trigger
from toolgram.grammars.llguidance import write_llguidance
from toolgram.grammars.outline import Outline, read_outline
from toolgram.grammars.request import ANY_PARAMETERS, NO_PARAMETERS, GrammarRequest, ToolShape
from toolgram.grammars.structural_tag import write_structural_tag
from toolgram.runtime.schema.given import body_of_tool, member_of, parameters_of
from toolgram.runtime.tables.suffix import with_suffix

AUTO, REQUIRED = "auto", "required"
WRITERS: Dict[str, Callable[[Grammar], str]] = {
    "ebnf": write_ebnf,
    "structural-tag": write_structural_tag,
    "llguidance": write_llguidance,
    "gbnf": write_gbnf,
}


class WrittenGrammar(NamedTuple):
    """The text of a grammar, and a sentence for each thing that it is not, though it was asked for."""

    text: str
    remarks: Tuple[str, ...]


def write_grammar(
    fmt: Any,
    tools: Sequence[Mapping[str, Any]],
    to: str,
    *,
    choice: str = AUTO,
    strict: bool = False,
    is_single: bool = False,
    may_reason: bool = True,
    tokens: Optional[Mapping[str, int]] = None,
    suffix: str = "",
) -> WrittenGrammar:
    """Write the grammar of an answer; `tokens` are ids of special tokens by their texts. Raises GrammarError."""
    outline = read_outline(fmt.machine.outline, suffix)
    openers = [with_suffix(text, suffix) for text in fmt.machine.call_openers]
    request = _request(outline, openers, tools, choice, strict=strict)
    is_open = may_reason and fmt.machine.begins_inside is not None
    wanted = GrammarRequest(
        request.tools, request.is_forced, is_single=is_single, may_be_open=is_open, may_reason=may_reason
    )
    known = {text: number for text, number in (tokens or {}).items() if text in outline.tokens}
    fitted = fitting_grammar(outline, wanted, known, WRITERS[to])
    return WrittenGrammar(fitted.text, fitted.remarks)


def _request(
    outline: Outline, openers: Sequence[str], tools: Sequence[Mapping[str, Any]], choice: str, *, strict: bool
) -> GrammarRequest:
    """What a choice asks of some tools."""
    bodies = [body for body in map(body_of_tool, tools) if isinstance(member_of(body, "name"), str)]
    is_forced = choice != AUTO
    if choice not in (AUTO, REQUIRED):
        bodies = [body for body in bodies if member_of(body, "name") == choice]
        if not bodies:
            raise GrammarError(f"none of the tools is called {choice}")
    if not bodies:
        raise GrammarError("there are no tools, so there is nothing to hold a model to")
    if not is_forced and not has_trigger(outline, openers):
        raise GrammarError("calls of this format begin with what stands in any text: ask for required, or for a tool")
    shapes = tuple(_shape(body, is_bound=strict or is_forced or outline.has_tags) for body in bodies)
    return GrammarRequest(shapes, is_forced)


def _shape(body: Any, *, is_bound: bool) -> ToolShape:
    parameters = parameters_of(body)[0] or NO_PARAMETERS
    is_strict = is_bound or member_of(body, "strict") is True
    return ToolShape(member_of(body, "name"), parameters if is_strict else ANY_PARAMETERS)
