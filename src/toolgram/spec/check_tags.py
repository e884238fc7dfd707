"""Check delimiters that hold the name of a tool, as in `<get_weather>`: the place `{name}` in a literal.

The first delimiter of a call has the name, those behind it have it again. `misplaced-name`: the place stands anywhere
else, or it cannot be seen where the name ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeGuard

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from ..runtime.tables.suffix import NAME_PLACE
from .ast import Literal, Node, Ref, Repeat, Seq, Spec, all_nodes, options_of, walk
from .builtins import CAPTURES
from .follow import nodes_within
from .literals import quote
from .metadata_block import find_block
from .repairs import without_lines


def has_names(node: Node) -> TypeGuard[Literal]:
    """Whether a node is a literal with the name of a tool in it."""
    return isinstance(node, Literal) and NAME_PLACE in node.text


def has_name_places(spec: Spec) -> bool:
    """Whether some delimiter of a spec holds the name of a tool."""
    return any(map(has_names, all_nodes(spec)))


def check(spec: Spec) -> list[Diagnostic]:
    """Return the first place of a name that means nothing; others are its consequence."""
    return [*_badly_written(spec), *_out_of_place(spec)][:1] if has_name_places(spec) else []


def _rewritten(spec: Spec) -> Fix:
    """The call with its name in its first and in its last delimiter, and nowhere else."""
    call = spec.rules.get("tool_call")
    edits = []
    if call is not None:
        inner = "parameter*" if "parameter" in spec.rules else "arguments"
        edits.append(Edit(call.body.at, f'"<{NAME_PLACE}>" {inner} "</{NAME_PLACE}>"'))
    inside = {id(node) for node in walk(call.body)} if call is not None else set()
    edits += [Edit(node.at, "") for node in all_nodes(spec) if has_names(node) and id(node) not in inside]
    if spec.meta.suffix is not None:
        block = find_block(spec.source)
        edits += [without_lines(spec.source, block.key_at("suffix"))] if block else []
    return Fix("", tuple(edit for edit in edits if edit.at.path == spec.source.path))


def _badly_written(spec: Spec) -> Iterator[Diagnostic]:
    for node in all_nodes(spec):
        if not has_names(node):
            continue
        head, _, tail = node.text.partition(NAME_PLACE)
        label = (
            "it has two places for a name" if NAME_PLACE in tail
            else "nothing stands before the name" if not head
            else "nothing stands behind the name" if not tail
            else "the metadata has a `suffix`" if spec.meta.suffix is not None
            else ""
        )  # fmt: skip
        if label:
            message = f"it cannot be seen where the name in {quote(node.text)} ends"
            yield Diagnostic("misplaced-name", message, node.at, label, hint=_rewritten(spec))


def _out_of_place(spec: Spec) -> Iterator[Diagnostic]:
    """Names outside of calls, and calls whose first delimiter has none."""
    call = spec.rules.get("tool_call")
    inside = set(map(id, nodes_within(spec, call.body))) if call is not None else set[int]()
    for node in all_nodes(spec):
        if has_names(node) and id(node) not in inside:
            message = "the name of a tool stands outside of `tool_call`"
            yield Diagnostic("misplaced-name", message, node.at, "no call has this name", hint=_rewritten(spec))
    for option in options_of(call.body) if call is not None else ():
        named = [node for node in nodes_within(spec, option) if has_names(node)]
        if named and not has_names(_first(spec, option)):
            message = "a call has its name in a delimiter that is not its first"
            yield Diagnostic("misplaced-name", message, named[0].at, "comes too late", hint=_rewritten(spec))


def _first(spec: Spec, node: Node) -> Node:
    """What a sequence begins with, through names of literals."""
    while isinstance(node, Seq) or (isinstance(node, Ref) and node.name in spec.rules and node.name not in CAPTURES):
        node = node.items[0] if isinstance(node, Seq) else spec.rules[node.name].body
    return node.item if isinstance(node, Repeat) else node
