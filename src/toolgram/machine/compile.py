"""The stage as a whole: Spec -> Machine, pass after pass, and the report of its checks.

In: a Spec without errors. Out: the Machine, or None where an error makes it undecidable, and the report.
"""

from __future__ import annotations

from ..diagnostics import Report
from ..runtime import RUNTIME
from ..spec.ast import Spec
from . import check_cycles
from .build_graph import GraphBuilder
from .check_alternatives import check_conflicts, check_twins
from .check_delimiters import check_cut_values, check_never_matching, check_text_ends
from .closure import closure
from .follow import add_follow
from .graph import Graph, Lit, Text
from .hold_back import bounds
from .lower import Lowering
from .lowered import Lowered
from .model import Edge, Machine, Move, State
from .nests import find_nests
from .outline import outline
from .recover import add_recovery
from .strays import add_strays, closers


def compile_spec(format_id: str, spec: Spec) -> tuple[Machine | None, Report]:
    """Lower a spec, complete its states, check them."""
    report = Report()
    report.extend(check_cycles.check(spec))
    report.extend(check_twins(spec))
    if not report.ok:
        return None, report
    graph = GraphBuilder(spec).build()
    lowering = Lowering(spec, graph)
    start = lowering.gap((graph.start,))
    inside = _inside_states(graph, lowering)
    report.extend([*check_conflicts(lowering), *check_never_matching(lowering), *check_text_ends(lowering)])
    if not report.ok:
        return None, report
    add_recovery(lowering)
    add_strays(lowering)
    add_follow(lowering)
    report.extend(check_cut_values(lowering))
    return _machine(format_id, spec, lowering, start, inside), report


def _machine(format_id: str, spec: Spec, lowering: Lowering, start: int, inside: dict[str, int]) -> Machine:
    states = [lowered.state for lowered in lowering.states]
    nests = find_nests(lowering)
    begins = spec.meta.begins_inside
    openers = [edge.literal for state in states if state.region == "message" for edge in state.edges if edge.opens]
    reasoning_openers, reasoning_closers = _around_reasoning(lowering.graph)
    return Machine(
        format=format_id,
        title=spec.meta.title,
        aliases=list(spec.meta.aliases),
        runtime=RUNTIME,
        special_tokens=list(spec.meta.special_tokens),
        suffix=spec.meta.suffix,
        commit=spec.meta.commit,
        echo=spec.meta.echo,
        unwrap=list(spec.meta.unwrap),
        item_name=spec.meta.elements.item if spec.meta.elements else None,
        text_name=spec.meta.elements.text if spec.meta.elements else None,
        unknown_tools=spec.meta.unknown_tools,
        begins_inside=(begins.capture, list(begins.arguments), begins.default, list(begins.off)) if begins else None,
        start=start,
        inside=inside,
        reasoning_openers=reasoning_openers,
        reasoning_closers=closers(lowering, "reasoning") or reasoning_closers,
        call_openers=list(dict.fromkeys(openers)),
        call_closers=closers(lowering, "call"),
        nests=nests,
        bounds=bounds(states, nests, drops_echo=spec.meta.echo == "drop"),
        outline=outline(spec, states, nests),
        states=states,
    )


def _around_reasoning(graph: Graph) -> tuple[list[str], list[str]]:
    """The literals that open reasoning, and those behind its text: one in a rule of its own closes nothing else."""
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
    state.thens = [Move(to=gap)] if inner.kind != "gap" else inner.thens
    lowering.states.append(Lowered(state, (), lowered.at))
    return len(lowering.states) - 1
