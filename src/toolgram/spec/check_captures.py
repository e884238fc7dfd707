"""Check that captures stand where they mean something, and that calls and parameters are whole.

`misplaced-capture`: the table in `builtins.py` says which capture may stand in which. `call-without-name`: a call is
announced by its name, so every way through `tool_call` reads one. `parameter-without-key`, `parameter-without-value`.
`value-before-key`: a value goes to its key at once, so the key comes first. `read-twice`: one call has one name.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from .ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, all_nodes, options_of, walk
from .builtins import BLANKS, CAPTURES, VALUES
from .capture_repairs import dropped, elsewhere, ended, more_than_a_name, read_always
from .follow import Gap, Use, captures_in, gap, is_blank, nodes_within, uses
from .repairs import imported
from .sample import sample

WHOLE = (
    ("tool_call", frozenset({"name"}), "call-without-name", "a call may have no `name`"),
    ("parameter", frozenset({"key"}), "parameter-without-key", "a parameter may have no `key`"),
    ("parameter", VALUES, "parameter-without-value", "a parameter may have no value"),
)
"""Which rule must read what on every way through it, and what is said otherwise."""


TEXTS = ("TEXT", "XML_TEXT")


def check(spec: Spec) -> list[Diagnostic]:
    """Return captures out of place, and calls and parameters with a part missing."""
    return [
        *_misplaced(spec),
        *_incomplete(spec),
        *_out_of_order(spec),
        *_narrow(spec),
        *_without_end(spec),
        *_of_prose(spec),
    ]


def _misplaced(spec: Spec) -> Iterator[Diagnostic]:
    for use in uses(spec):
        if use.inside not in CAPTURES[use.ref.name].inside:
            yield _out_of_place(spec, use)


def _out_of_place(spec: Spec, use: Use) -> Diagnostic:
    name = use.ref.name
    places = [f"`{place}`" if place else "`start`" for place in CAPTURES[name].inside]
    belongs = " or ".join([", ".join(places[:-1]), places[-1]] if len(places) > 1 else places)
    around = spec.rules.get(use.inside) or spec.rules["start"]
    inside = not (around.at.start <= use.ref.at.start < around.at.end)
    return Diagnostic(
        "misplaced-capture",
        f"`{name}` cannot stand in `{use.inside}`" if use.inside else f"`{name}` cannot stand outside of {belongs}",
        use.ref.at,
        f"belongs in {belongs}",
        ((around.name_at, f"read as a part of `{around.name}`"),) if inside else (),
        note=f"`{name}` is {CAPTURES[name].becomes}",
        hint=elsewhere(spec, use.ref),
    )


def _incomplete(spec: Spec) -> Iterator[Diagnostic]:
    for owner, wanted, name, message in WHOLE:
        rule = spec.rules.get(owner)
        if rule is None:
            continue
        for option in options_of(rule.body):
            if found := gap(spec, option, wanted):
                yield _gap(spec, rule, option, found, wanted, name, message)


def _gap(
    spec: Spec, rule: Rule, option: Node, found: Gap, wanted: frozenset[str], name: str, message: str
) -> Diagnostic:
    what = "value" if wanted == VALUES else f"`{next(iter(wanted))}`"
    node = found.node if found.partial else option
    optional = found.partial and isinstance(node, Repeat) and not node.min
    label = "may be absent" if optional else f"no {what} is read here"
    outside = not (rule.at.start <= node.at.start < rule.at.end)
    return Diagnostic(
        name,
        message,
        node.at,
        label,
        ((option.at, f"the alternative of `{rule.name}`"),) if outside else (),
        example=sample(spec, option, wanted),
        hint=read_always(spec, option, node, wanted, optional=optional),
    )


def _out_of_order(spec: Spec) -> Iterator[Diagnostic]:
    """Sequences that read a value in front of its key, or the name of a call again."""
    for owner in ("tool_call", "parameter"):
        rule = spec.rules.get(owner)
        for node in nodes_within(spec, rule.body) if rule is not None else ():
            if not isinstance(node, Seq):
                continue
            first: Node | None = None
            for item in node.items:
                read = captures_in(spec, item)
                if first is not None and owner == "parameter" and "key" in read:
                    yield _value_first(spec, first, item)
                if first is not None and owner == "tool_call" and "name" in read:
                    yield _read_twice(spec, first, item)
                is_first = bool(read & VALUES) and "key" not in read if owner == "parameter" else "name" in read
                first = item if first is None and is_first else first


def _value_first(spec: Spec, value: Node, key: Node) -> Diagnostic:
    message = "a value comes before its key"
    edits = (Edit(value.at, spec.text_of(key.at)), Edit(key.at, spec.text_of(value.at)))
    hint = Fix("a value goes to its key at once, so the key has to come first", edits)
    return Diagnostic("value-before-key", message, value.at, "whose value is it?", ((key.at, "its key"),), hint=hint)


def _read_twice(spec: Spec, first: Node, again: Node) -> Diagnostic:
    related = ((first.at, "first read here"),)
    hint = dropped(spec, again, "_again", "drop what comes again with a rule of its own")
    return Diagnostic("read-twice", "a call has two names", again.at, "read again", related, hint=hint)


def _narrow(spec: Spec) -> Iterator[Diagnostic]:
    """Content and reasoning of which only some characters would be text: the rest of a reply would be lost."""
    for name in ("content", "reasoning"):
        for node in walk(spec.rules[name].body) if name in spec.rules else ():
            if isinstance(node, Ref) and node.name in ("NAME", "INT"):
                message = f"`{name}` reads {node.name}, and a model writes any text"
                hint = Fix("", (Edit(node.at, "TEXT"), *imported(spec.source_of(node.at), "TEXT")))
                yield Diagnostic("narrow-text", message, node.at, "what is no such character is lost", hint=hint)


def _without_end(spec: Spec) -> Iterator[Diagnostic]:
    """Parameters whose value has no end of its own, while no delimiter stands before the key or none behind it."""
    rule = spec.rules.get("parameter") if not _has_separator(spec) else None
    for option in options_of(rule.body) if rule is not None else ():
        parts = _flat(spec, option)
        names = [part.name if isinstance(part, Ref) else "" for part in parts]
        keys = [number for number, name in enumerate(names) if name == "key"]
        values = [number for number, name in enumerate(names) if name in CAPTURES and CAPTURES[name].level == "value"]
        if not keys or not values:
            continue
        behind = [part for part in parts[keys[0] + 1 :] if not _is_optional(part)]
        is_bare = bool(behind) and is_blank(behind[0])
        is_bare = is_bare or not any(_reads_literals(spec, part) for part in parts[: keys[0]])
        ends = any(_reads_literals(spec, part) for part in parts[values[-1] + 1 :])
        value = spec.rules[names[values[-1]]]
        if is_bare and not ends and any(isinstance(one, Ref) and one.name in TEXTS for one in walk(value.body)):
            yield Diagnostic(
                "key-without-end",
                "no delimiter ends the value, and none makes the next key one",
                parts[keys[0]].at,
                "it has no delimiter in front of it, or none behind it",
                ((parts[values[-1]].at, "which text goes on up to the next key"),),
                example="in a value such as `no, see: here`, any word may be a key",
                hint=ended(spec, parts[values[-1]]),
            )


def _has_separator(spec: Spec) -> bool:
    """Whether a literal stands beside each further parameter: `(";" parameter)*`, `(parameter ";")*`."""
    for item in (node.item for node in all_nodes(spec) if isinstance(node, Repeat)):
        parts = _flat(spec, item)
        others = [part for part in parts if not (isinstance(part, Ref) and part.name == "parameter")]
        if len(others) < len(parts) and any(_must_read(spec, part) for part in others):
            return True
    return False


def _of_prose(spec: Spec) -> Iterator[Diagnostic]:
    """Calls that may be a name alone, in a format without special tokens: a sentence with that name looks the same."""
    rule = spec.rules.get("tool_call") if not spec.meta.special_tokens else None
    for option in options_of(rule.body) if rule is not None else ():
        parts = _flat(spec, option)
        named = next(
            (at for at, part in enumerate(parts) if "name" in captures_in(spec, part) or _holds_name(spec, part)), -1
        )
        if named < 0 or any(_must_read(spec, part) for part in parts[named + 1 :]):
            continue
        if isinstance(parts[named], Call):
            continue
        yield Diagnostic(
            "call-of-prose",
            "a call may be nothing but a name",
            parts[named].at,
            "behind it nothing must follow but blanks",
            example="a sentence that says the tool's name would call it",
            hint=more_than_a_name(spec, option, parts[named + 1 :]),
        )


def _holds_name(spec: Spec, part: Node) -> bool:
    """Whether it is an id with the name in it."""
    rule = spec.rules.get("id") if isinstance(part, Ref) and part.name == "id" else None
    return rule is not None and any(
        isinstance(one, Ref) and one.name == "name" for one in nodes_within(spec, rule.body)
    )


def _must_read(spec: Spec, part: Node, active: frozenset[str] = frozenset()) -> bool:
    """Whether a part reads a delimiter or an argument on every way through it."""
    match part:
        case Repeat(item=item, min=least):
            return bool(least) and _must_read(spec, item, active)
        case Choice(options=options):
            return all(_must_read(spec, option, active) for option in options)
        case Seq(items=items):
            return any(_must_read(spec, item, active) for item in items)
        case Ref(name=name) if name in spec.rules and name not in active:
            return _must_read(spec, spec.rules[name].body, active | {name})
        case Ref(name=name):
            return name not in BLANKS
    return True


def _flat(spec: Spec, node: Node, active: frozenset[str] = frozenset()) -> list[Node]:
    """The parts of a sequence, with those of the rules that are no captures in their place."""
    if isinstance(node, Seq):
        return [part for item in node.items for part in _flat(spec, item, active)]
    if isinstance(node, Ref) and node.name in spec.rules and node.name not in {*CAPTURES, *active}:
        body = spec.rules[node.name].body
        return [node] if isinstance(body, Choice) else _flat(spec, body, active | {node.name})
    return [node]


def _reads_literals(spec: Spec, node: Node) -> bool:
    return any(isinstance(one, Literal) for one in nodes_within(spec, node))


def _is_optional(node: Node) -> bool:
    return isinstance(node, Repeat) and node.min == 0
