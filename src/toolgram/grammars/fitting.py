"""The tightest grammar of a request that is not too large, and what it had to give up.

In: an outline, a request, the ids of special tokens. Out: a `FittedGrammar`, or a GrammarError that says why there is
none.

How: the schemas are obeyed as they are; where that makes too large a grammar, each argument is held to its type only;
then the arguments are any. A bound on size is a bound on time, for whoever writes a grammar and for whoever reads it.
A schema that says nothing of sense (a `$ref` that leads nowhere) frees the arguments of its own tool, and of no other.

Promise: whatever was given up is said, for whom; what is said is short, and quotes no more than it must.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Dict, NamedTuple, Tuple

from toolgram.grammars.answers import derive_grammar
from toolgram.grammars.budget import GRAMMAR_CHARS_MAX, GrammarBudget
from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.expressions import Grammar, GrammarError, TooLargeError
from toolgram.grammars.notes import GrammarNotes, named
from toolgram.grammars.outline import Outline
from toolgram.grammars.request import ANY_PARAMETERS, GrammarRequest, ToolShape, quoted
from toolgram.grammars.schema_shapes import SchemaRoot, members_of, shape_type, shapes_of
from toolgram.runtime.schema.given import member_of


class FittedGrammar(NamedTuple):
    """The text of a grammar, and a sentence for each thing that it is not, though its request asks for it."""

    text: str
    remarks: Tuple[str, ...]


GrammarWriter = Callable[[Grammar], str]


def fitting_grammar(
    outline: Outline, request: GrammarRequest, tokens: Mapping[str, int], write: GrammarWriter = write_ebnf
) -> FittedGrammar:
    """Write the grammar of a request. Raises GrammarError when even the loosest one is none, or too large."""
    try:
        return _not_too_large(outline, request, tokens, (), write)
    except TooLargeError:
        raise
    except GrammarError as error:
        tools, remarks = _with_sound_schemas(outline, request, tokens)
        if not remarks:
            raise error
    return _not_too_large(outline, replace(request, tools=tools), tokens, remarks, write)


def _with_sound_schemas(
    outline: Outline, request: GrammarRequest, tokens: Mapping[str, int]
) -> Tuple[Tuple[ToolShape, ...], Tuple[str, ...]]:
    """The tools, those whose schemas cannot be read without them, and a remark for each reason."""
    tools: list[ToolShape] = []
    reasons: Dict[str, list[str]] = {}
    for tool in request.tools:
        try:
            derive_grammar(outline, replace(request, tools=(tool,)), tokens)
        except TooLargeError:
            tools.append(tool)
        except GrammarError as error:
            tools.append(tool._replace(parameters=names_only(tool.parameters)))
            reasons.setdefault(str(error), []).append(quoted(tool.name))
        else:
            tools.append(tool)
    remarks = (f"the schema of {named(found)} is not obeyed: {reason}" for reason, found in reasons.items())
    return tuple(tools), tuple(remarks)


def names_only(parameters: Any) -> Any:
    """Arguments of the names that a schema declares, if it does, whatever their values are."""
    declared = member_of(parameters, "properties")
    names = [name for name in declared if isinstance(name, str)] if isinstance(declared, Mapping) else []
    return {"type": "object", "properties": {name: {} for name in names}}


def _not_too_large(
    outline: Outline,
    request: GrammarRequest,
    tokens: Mapping[str, int],
    remarks: Tuple[str, ...],
    write: GrammarWriter,
) -> FittedGrammar:
    try:
        return _grammar_within(outline, request, tokens, remarks, write)
    except TooLargeError as error:
        failure: GrammarError = error
    for loosen, words in LOOSER:
        if loosen is any_parameters and outline.has_tags:
            break  # keys that stand in tags can only be those of a schema
        try:
            tools = tuple(tool._replace(parameters=loosen(tool.parameters)) for tool in request.tools)
            said = (*remarks, f"{failure}: {words}")
            return _grammar_within(outline, replace(request, tools=tools), tokens, said, write)
        except GrammarError as error:
            failure = error
    raise failure


def _grammar_within(
    outline: Outline,
    request: GrammarRequest,
    tokens: Mapping[str, int],
    remarks: Tuple[str, ...],
    write: GrammarWriter,
) -> FittedGrammar:
    notes = GrammarNotes()
    text = write(derive_grammar(outline, request, tokens, notes=notes))
    if len(text) > GRAMMAR_CHARS_MAX:
        raise TooLargeError("the grammar of these tools would be too large")
    return FittedGrammar(text, (*remarks, *notes.remarks(request.tools)))


def types_only(parameters: Any) -> Any:
    """The same members, those that are required required, each held to its type. Raises GrammarError."""
    root = SchemaRoot(parameters, GrammarBudget())
    shapes = [shape for shape in shapes_of(parameters, root) if shape_type(shape) == "object" and "const" not in shape]
    members = members_of(shapes[0]) if len(shapes) == 1 else None
    if members is None:
        raise TooLargeError("the grammar of arguments of several shapes would be too large")
    declared = {one.name: _type_only(one.schema, root) for one in members.declared}
    required = [one.name for one in members.declared if one.is_required]
    found = {"type": "object", "properties": declared, "required": required}
    return ANY_PARAMETERS if members.others is not None and not declared else found


def _type_only(schema: Any, root: SchemaRoot) -> Any:
    kinds = {shape_type(shape) for shape in shapes_of(schema, root)}
    return {"type": sorted(kinds - ({"integer"} if "number" in kinds else set()))}


def any_parameters(parameters: Any) -> Any:  # noqa: ARG001  whatever they were
    """Any arguments."""
    return ANY_PARAMETERS


LOOSER: Tuple[Tuple[Callable[[Any], Any], str], ...] = (
    (types_only, "arguments are held to their names and types only"),
    (any_parameters, "arguments are not held to their schemas"),
)
