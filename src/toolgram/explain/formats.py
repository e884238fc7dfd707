"""How a format reads a text, in words: from its compiled machine, so that it is what the parser does.

In: a machine. Out: headings, each with sentences.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ..runtime.tables.limits import NAME_MAX
from .rules import literal, rules_in_words

SHOWN_MAX = 6  # delimiters in one sentence


def explain_format(machine: Any) -> Iterator[tuple[str, list[str]]]:
    """Yield the parts of an explanation. `machine` has the fields of a Machine."""
    yield "How a text is read", [*_reading(machine)]
    yield "Its rules in words", [f"{name}: {words}." for name, words in rules_in_words(machine.outline)]
    yield "What makes a call", [*_evidence(machine)]
    yield "What is mended", [*_recovery(machine)]
    yield "How much is held back", [*_bounds(machine)]


def _reading(machine: Any) -> Iterator[str]:
    first = machine.states[machine.start]
    if machine.reasoning_openers:
        yield f"{_either(machine.reasoning_openers)} opens reasoning."
        yield f"{_either(machine.reasoning_closers)} closes it."
    elif machine.reasoning_closers:
        yield f"{_either(machine.reasoning_closers)} closes reasoning."
    if machine.begins_inside:
        capture, arguments, default, _ = machine.begins_inside
        when = f" unless {_either(arguments)} of the chat template says no" if arguments and default else ""
        when = f" if {_either(arguments)} of the chat template says so" if arguments and not default else when
        yield f"The prompt may have opened {capture} already: the reply begins in it{when}."
    if machine.call_openers:
        yield f"A call may come behind {_either(machine.call_openers)}."
    if machine.call_closers:
        yield f"{_either(machine.call_closers)} closes it, or what is around it."
    if any(edge.opens for edge in first.edges) and machine.content is not None:
        among = any(edge.opens for edge in machine.states[machine.content].edges)
        yield "Calls and text may come in any order." if among else "Calls stand at the beginning, or nowhere."
    if machine.commit == "section":
        yield "A section of calls is all or nothing: its calls are announced when it has ended."
    elif machine.call_openers:
        yield "A call is announced as soon as its name is certain, and its arguments stream."
    if machine.has_citations:
        yield "Text may cite sources; a citation comes with its place in the text."
    if machine.end_tokens:
        yield f"{_either(machine.end_tokens)} at the end of a text is taken out."


def _evidence(machine: Any) -> Iterator[str]:
    if "tool_call" not in machine.outline["rules"]:
        yield "The format has no calls."
        return
    if not machine.call_openers:
        yield "A call begins with its name, which the request must declare, and what follows a name; else it is text."
    vouching = [opener for opener in machine.call_openers if opener in machine.special_places]
    others = [opener for opener in machine.call_openers if opener not in machine.special_places]
    if vouching and machine.unknown_tools == "call":
        yield f"{_either(vouching)} has a special token, which vouches: a call of an undeclared tool is passed on."
    elif vouching:
        yield f"{_either(vouching)} has a special token; a call of an undeclared tool is text all the same."
    if others:
        what = f"A call without one, behind {_either(others)}," if vouching else f"A call behind {_either(others)}"
        yield f"{what} counts if the request declares a tool of its name; else it is text."
    if any(state.vouched for state in machine.states):
        yield "A name needs a special token behind it: without one it is text."
    if machine.special_tokens:
        yield "Where the engine tells the ids of tokens, a special token counts by its id: one that is spelled is text."
    yield f"A name of more than {NAME_MAX} characters is none."


def _recovery(machine: Any) -> Iterator[str]:
    calls = [state for state in machine.states if state.region in ("call", "section")]
    edges = [edge for state in calls for edge in state.edges]
    missing = sorted({edge.literal.strip() for edge in edges if edge.rank and not edge.guard} - {""})
    if missing:
        yield f"Delimiters may be missing: {_either(missing)} ends what should have been closed before it."
    if machine.misspelt:
        yield f"Closers may be misspelt: {_either(machine.misspelt)} is known by its first half."
    if any(state.call_alone for state in machine.states) or any(edge.guard == "alone" for edge in edges):
        yield "The opener of a call may be missing, if a declared name with its delimiter follows."
    if any(state.key_alone for state in machine.states):
        yield "The opener of a parameter may be missing or broken, if a declared key follows."
    if any(state.value_alone for state in machine.states):
        yield "The opener of a value may be missing."
    if any(edge.guard == "object" for edge in edges):
        yield "The arguments may be one JSON object in the place of parameters."
    if any(edge.guard in ("member", "same", "other") for edge in edges):
        yield "Another object may follow where a bracket was closed too early."
    if any(state.accepts for state in machine.states):
        yield "JSON and Python literals are read with the slips that models make: quotes, commas, words of the other."
    if any(state.holds_examples for state in machine.states):
        yield "An example of a call inside an argument stays a part of the argument."
    if any(edge.drafts for state in machine.states for edge in state.edges):
        yield "A call in open reasoning ends it, unless it turns out to be a draft."
    if machine.unwrap:
        yield f"An object under {_either(machine.unwrap)} may be all of the arguments."
    if machine.echo == "drop":
        yield "A section of calls that is repeated word for word is dropped."


def _bounds(machine: Any) -> Iterator[str]:
    for what, bound in machine.bounds.items():
        yield f"{what}: at most {bound:,} characters."
    if not machine.bounds:
        yield "Nothing."


def _either(texts: Iterable[str]) -> str:
    """Join delimiters: `a`, `b` or `c`."""
    shown = [literal(text) for text in texts]
    if len(shown) > SHOWN_MAX:
        shown = [*shown[: SHOWN_MAX - 1], f"{len(shown) - SHOWN_MAX + 1} others"]
    return " or ".join([", ".join(shown[:-1]), shown[-1]] if len(shown) > 1 else shown)
