"""The stage as a whole: Spec -> Machine, pass after pass, and the report of its checks.

In: a Spec without errors. Out: the Machine, or None where an error makes it undecidable, and the report.
"""

from __future__ import annotations

from typing import Any

from ..diagnostics import Report
from ..runtime.tables.limits import FORMAT_VERSION
from ..runtime.tables.suffix import NAME_PLACE
from ..spec.ast import Spec
from ..spec.check_tags import has_name_places
from . import check_cycles
from .brackets import add_brackets
from .budget import TooLargeError, joined, too_many_in_a_row
from .build_graph import GraphBuilder
from .check_alternatives import check_conflicts, check_twins
from .check_delimiters import check_cut_values, check_never_matching, check_quotes_behind_values, check_text_ends
from .closure import closure
from .drafts import add_drafts
from .echo import add_echo
from .expected import add_expected
from .follow import add_follow
from .graph import Graph, Lit, Text
from .headers import add_headers
from .hold_back import add_holding, bounds, with_turns
from .left_out import add_left_out
from .limits import CHARACTERS, LIMITS
from .lower import Lowering
from .lowered import Lowered
from .message_facts import message_facts
from .misspelt import misspelt
from .model import Edge, Machine, Move, State
from .nests import find_nests, mark_nests
from .openerless import add_openerless
from .outline import outline
from .recovery import add_recovery
from .searches import add_searches
from .slips_of_strings import add_slips_of_strings
from .slips_of_tags import add_slips_of_tags
from .special_places import special_places
from .strays import add_strays, closers
from .unknown_tags import add_unknown_tags
from .vouched import add_vouched


def compile_spec(format_id: str, spec: Spec, *, only_check: bool = False) -> tuple[Machine | None, Report]:
    """Lower a spec, complete its states, check them. What would be too large is given up, and said.

    `only_check`: no machine is made, for somebody who types. What is found while one is made is few warnings.
    """
    report = Report()
    try:
        return _compile(format_id, spec, report, only_check=only_check), report
    except TooLargeError as problem:
        found = problem.diagnostic(spec.rules["start"].name_at, joined(spec))
    except RecursionError:  # what calls this had used most of the stack
        found = too_many_in_a_row(spec.rules["start"].name_at).diagnostic(spec.rules["start"].name_at, joined(spec))
    report.add(found)
    return None, report


def _compile(format_id: str, spec: Spec, report: Report, *, only_check: bool) -> Machine | None:
    """Compile a spec, and add to the report. Raises TooLargeError."""
    report.extend(check_cycles.check(spec))
    report.extend(check_twins(spec))
    if not report.ok:
        return None
    graph = GraphBuilder(spec).build()
    lowering = Lowering(spec, graph)
    start = lowering.gap((graph.start,))
    inside = _inside_states(graph, lowering)
    report.extend([*check_conflicts(lowering), *check_never_matching(lowering), *check_text_ends(lowering)])
    report.extend(check_quotes_behind_values(lowering))
    if only_check or not report.ok:
        return None
    add_recovery(lowering)
    add_strays(lowering)
    add_headers(lowering)
    add_slips_of_tags(lowering)
    add_left_out(lowering)
    add_slips_of_strings(lowering)
    add_brackets(lowering)
    add_openerless(lowering)
    add_drafts(lowering)
    add_unknown_tags(lowering)
    add_follow(lowering)
    report.extend(check_cut_values(lowering))
    return _machine(format_id, spec, lowering, start, inside)


def _machine(format_id: str, spec: Spec, lowering: Lowering, start: int, inside: dict[str, int]) -> Machine:
    """Complete the states by the passes that need all of them, and put the machine together."""
    states = [lowered.state for lowered in lowering.states]
    examples = find_nests(lowering)
    mark_nests(states, examples)
    add_holding(states)
    places = special_places(states, spec.meta.special_tokens)
    add_vouched(states, places)
    add_expected(lowering)
    patterns = add_searches(states, examples)
    if spec.meta.echo == "drop":
        add_echo(states)
    reasoning = _around_reasoning(lowering)
    turns = _turns(spec, states)
    held = bounds(states, examples, spec.meta.special_tokens, drops_echo=spec.meta.echo == "drop")
    edges = [edge for state in states if state.region == "message" for edge in state.edges if edge.opens]
    # A word that opens a call only where it stands alone is no opener to any other text.
    call_openers = list(dict.fromkeys(edge.literal for edge in edges if edge.guard != "alone"))
    return Machine(
        format=format_id,
        format_version=FORMAT_VERSION,
        **_metadata(spec),
        **turns,
        special_places=places,
        start=start,
        inside=inside,
        reasoning_openers=reasoning[0],
        reasoning_closers=reasoning[1],
        call_openers=call_openers,
        call_closers=closers(lowering, "call"),
        misspelt=misspelt(lowering),
        **message_facts(states, start, places, reasoning, call_openers),
        examples=examples,
        bounds=with_turns(held, [*turns["end_tokens"], *turns["turn_openers"]]),
        limits=LIMITS,
        characters=CHARACTERS,
        patterns=patterns,
        outline=outline(spec, states, examples),
        states=states,
    )


def _metadata(spec: Spec) -> dict[str, Any]:
    """The fields that the author has written down as they are."""
    meta, elements, begins = spec.meta, spec.meta.elements, spec.meta.begins_inside
    return {
        "title": meta.title,
        "aliases": list(meta.aliases),
        "special_tokens": list(meta.special_tokens),
        "suffix": NAME_PLACE if has_name_places(spec) else meta.suffix,
        "call_id_length": meta.call_id_length,
        "commit": meta.commit,
        "echo": meta.echo,
        "unwrap": list(meta.unwrap),
        "unknown_tools": meta.unknown_tools,
        "item_name": elements.item if elements else None,
        "text_name": elements.text if elements else None,
        "begins_inside": (begins.capture, list(begins.arguments), begins.default, list(begins.off)) if begins else None,
    }


def _turns(spec: Spec, states: list[State]) -> dict[str, Any]:
    """What ends and opens turns; and which end tokens the rules read as well, as delimiters or parts of them."""
    literals = [edge.literal for state in states for edge in state.edges]
    tokens = spec.meta.end_tokens
    return {
        "end_tokens": list(tokens),
        "end_delimiters": [token for token in tokens if any(token in literal for literal in literals)],
        "turn_openers": list(spec.meta.turn_openers),
    }


def _around_reasoning(lowering: Lowering) -> tuple[list[str], list[str]]:
    """The literals that open reasoning, and those that close it: what stands behind its text."""
    graph = lowering.graph
    inside = [number for number, node in enumerate(graph.nodes) if node.context == ("reasoning",)]
    behind = {to for number in inside for label, to in graph.nodes[number].edges if isinstance(label, Text)}
    todo = list(behind)
    while todo:
        more = {to for _, to in graph.nodes[todo.pop()].edges if graph.nodes[to].context == ("reasoning",)} - behind
        behind |= more
        todo += more
    openers, ends = [], []
    for number in inside:
        literals = [label for label, _ in graph.nodes[number].edges if isinstance(label, Lit)]
        if number in behind:
            ends += [label.text for label in literals]
        else:
            openers += [label.text for label in literals if label.role == "opener"]
    return list(dict.fromkeys(openers)), list(dict.fromkeys(ends))


def _inside_states(graph: Graph, lowering: Lowering) -> dict[str, int]:
    """Where parsing starts when the prompt has opened a capture already; its opener may still come, once."""
    found: dict[str, int] = {}
    for capture in ("reasoning", "content"):
        texts = [
            number
            for number, node in enumerate(graph.nodes)
            if capture in node.context and any(isinstance(label, Text) for label, _ in node.edges)
        ]
        if not texts:
            continue
        opened = [
            (label, target)
            for node in graph.nodes
            if capture in node.context and "citation" not in node.context
            for label, target in node.edges
            if isinstance(label, Lit) and _reaches(graph, target, texts)
        ]
        if not opened:
            continue
        gap = lowering.gap(tuple(target for _, target in opened))
        found[capture] = _with_opener(lowering, gap, [label for label, _ in opened])
    return found


def _reaches(graph: Graph, node: int, texts: list[int]) -> bool:
    return any(item.source in texts for item in closure(graph, (node,)))


def _with_opener(lowering: Lowering, gap: int, openers: list[Lit]) -> int:
    """A copy of the state behind an opener that lets the opener come."""
    lowered = lowering.states[gap]
    inner = lowered.state
    edges = [Edge(literal=label.text, to=gap, actions=["reasoning"]) for label in openers]
    state = State(name=f"{inner.name}, begun", kind="gap", region="message", at=inner.at, edges=edges)
    state.blanks = inner.blanks if inner.kind == "gap" else "any"
    state.keep_blanks = inner.kind != "gap" or inner.keep_blanks
    state.moves = [Move(to=gap)] if inner.kind != "gap" else inner.moves
    lowering.states.append(Lowered(state, (), lowered.at))
    return len(lowering.states) - 1
