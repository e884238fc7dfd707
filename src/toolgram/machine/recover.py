"""Pass: edges for what models leave out (design.md, rule 5), derived the same way for every format.

    inside a value of qwen3_coder:   `<parameter=` (its closer is missing), `</function>` (also the call's) ...
    at message level of kimi_k2:     `<|tool_call_begin|>` (the section's opener is missing)

A delimiter that is reached by doing without others gets an edge whose `rank` counts the missing ones. Short delimiters
(`{`, `]`, `,`) prove nothing inside a text, so there they get none; and a value is never ended by the opener of another
call, because an argument's text must not become one (design.md, rule 3).

With `commit = "section"` these edges say where a section is no section: the parser gives it back there. A call without
its section is text then, so at message level only the closer of reasoning may be missing.
"""

from __future__ import annotations

from dataclasses import replace

from ..runtime.core.guards import TELLING
from .closure import SKIPPED_OPENER, Item, closure, literals
from .graph import Lit, Members, Scan, Text
from .lower import Lowering
from .lowered import MESSAGE_SINKS, VALUE_SINKS, Lowered, as_blanks
from .model import Edge, Move


def add_recovery(lowering: Lowering) -> None:
    """Give every state the edges of its missing delimiters. New states may appear on the way and get theirs, too."""
    done = 0
    while done < len(lowering.states):
        lowered = lowering.states[done]
        done += 1
        if lowered.state.kind == "return" or not lowered.kernel or lowered.state.region == "citation":
            continue
        items = _items(lowering, lowered)
        if lowered.state.region == "message":
            _add_message_edges(lowering, lowered, items)
        else:
            _add_call_edges(lowering, lowered, items)
            _add_leave(lowering, lowered, items)


def _items(lowering: Lowering, lowered: Lowered) -> list[Item]:
    return closure(lowering.graph, lowered.kernel, missing=True)


def _add_call_edges(lowering: Lowering, lowered: Lowered, items: list[Item]) -> None:
    """Closers and openers further on; the nearest of two alike wins."""
    state = lowered.state
    inside_text = state.kind in ("text", "element")
    if state.kind == "gap" and any(item.rank == 0 and _reads_alone(item) for item in items):
        return  # a text or a value begins here: its own state knows what may end it
    is_word = state.kind == "gap" and any(item.rank == 0 and isinstance(item.label, Text) for item in items)
    for item, label in literals(items):
        if item.rank == 0 or label.text in lowered.roles:
            continue
        if is_word and label.text[0].isalnum():
            continue  # it is the word, or its beginning
        if item.rank >= SKIPPED_OPENER and label.role == "opener":
            continue
        if _is_cited(lowering, (item.source,)):
            continue  # markup in a text says nothing of a call
        is_tag = state.tags is not None and label.text == state.tags.open  # its key is the evidence
        if inside_text and len(label.text) < TELLING and not is_tag:
            continue
        if label.role == "separator" and (state.kind != "members" or label.text == ","):
            continue
        if len(label.text) < TELLING and label.role not in ("closer", "separator") and not is_tag:
            continue
        if state.kind in ("scan", "string", "members") and label.text in "{}[]":
            continue
        if state.sink in VALUE_SINKS and label.role == "opener" and "close_call" in item.actions:
            continue
        context = lowering.graph.nodes[item.source].context
        if label.role != "opener" and "open_parameter" in item.actions and "parameter" in context:
            continue  # a part of a parameter that was never begun
        targets = _targets(items, item, label)
        if label.role != "opener" and "open_call" in item.actions:
            if "tool_call" in context:
                continue  # a part of a call that was never begun
            item = replace(item, actions=_without_call(item.actions))
        _add(lowering, lowered, item, label, targets)


def _is_cited(lowering: Lowering, nodes: tuple[int, ...]) -> bool:
    return any("citation" in lowering.graph.nodes[node].context for node in nodes)


def _without_call(actions: tuple[str, ...]) -> tuple[str, ...]:
    """The actions without those of a call that did not come."""
    return actions[: actions.index("open_call")] + actions[actions.index("close_call") + 1 :]


def _reads_alone(item: Item) -> bool:
    return isinstance(item.label, Scan) or (isinstance(item.label, Text) and item.label.charset is None)


def _add_message_edges(lowering: Lowering, lowered: Lowered, items: list[Item]) -> None:
    """A marked text may lack its closer; anywhere else, a call may lack the opener of its section.

    What is cited ends with the text around it, and with whatever else may stand behind the citation.
    """
    state = lowered.state
    cited = _is_cited(lowering, lowered.kernel)
    marked = state.sink == "reasoning" or cited or _is_marked(lowering, items)
    if marked and state.kind == "gap":
        return  # its text begins here, and that knows what may end it
    for item, label in literals(items):
        if item.rank == 0 or label.text in lowered.roles or len(label.text) < TELLING:
            continue
        strict = lowering.spec.meta.commit == "section"
        without_closer = marked and item.rank < SKIPPED_OPENER
        without_section = not (marked or strict) and "open_call" in item.actions and _from_section(lowering, item)
        ends = label.role == "opener" or (cited and label.role == "closer")
        if ends and (without_closer or without_section):
            _add(lowering, lowered, item, label, _targets(items, item, label))


def _is_marked(lowering: Lowering, items: list[Item]) -> bool:
    """Whether only closers end the text here: it is an answer between delimiters, and quotes a call as it likes."""
    here = [item for item in items if item.rank == 0]
    texts = tuple(item.target for item in here if isinstance(item.label, Text))
    ends = literals(closure(lowering.graph, texts) if texts else here)
    return bool(ends) and all(label.role == "closer" for _, label in ends)


def _from_section(lowering: Lowering, item: Item) -> bool:
    """Whether what is missing before a call's opener is the section around it, not a part of the call."""
    nodes = lowering.graph.nodes
    return bool(item.missing) and not any("tool_call" in nodes[node].context for node in item.missing)


def _add(lowering: Lowering, lowered: Lowered, item: Item, label: Lit, targets: tuple[int, ...]) -> None:
    state = lowered.state
    if item.left is not None and label.role == "opener":
        edge = _leave_before(lowering, item, label)
    else:
        target, done = lowering.behind(targets)
        edge = lowering.edge(state, label.text, item, target, done, item.blanks)
    edge.actions = [action for action in edge.actions if not action.startswith("id_text:")]  # literals not there
    edge.actions = ["drop_citation" if action == "close_citation" else action for action in edge.actions]
    if state.sink in MESSAGE_SINKS:
        edge.blanks = "any"
    edge.rank = max(1, item.rank % SKIPPED_OPENER + item.rank // SKIPPED_OPENER)
    state.edges.append(edge)
    lowered.roles[label.text] = label.role


def _targets(items: list[Item], item: Item, label: Lit) -> tuple[int, ...]:
    """Where a delimiter leads: to every alternative that begins with it and lacks the same; what follows decides."""
    wanted = (item.rank, item.actions, item.missing)
    same = [other for other, found in literals(items) if found.text == label.text]
    return tuple(other.target for other in same if (other.rank, other.actions, other.missing) == wanted)


def _leave_before(lowering: Lowering, item: Item, label: Lit) -> Edge:
    """An opener behind the call: the call is over, and the opener is read where it belongs."""
    assert item.left is not None
    ending = item.actions[: item.actions.index("close_call") + 1]
    to, done = lowering.behind((item.left,))
    return Edge(literal=label.text, to=to, actions=[*ending, *done], blanks=as_blanks(item.blanks), peek=True)


def _add_leave(lowering: Lowering, lowered: Lowered, items: list[Item]) -> None:
    """Where only closers are left to come, text means that the call is over."""
    state = lowered.state
    if state.kind != "gap" or state.moves:
        return
    expected = [(item, label) for item, label in literals(items) if item.rank == 0]
    if any(isinstance(item.label, Members) and item.rank == 0 for item in items):
        return
    over = all(label.role == "closer" for _, label in expected)
    between = state.region == "section" and all(len(label.text) > TELLING for _, label in expected)
    if not expected or not (over or between):
        return
    for edge in sorted(state.edges, key=lambda edge: edge.rank):
        if lowered.roles[edge.literal] == "closer" and lowering.states[edge.to].state.region == "message":
            state.leave = Move(to=edge.to, actions=edge.actions)
            return
