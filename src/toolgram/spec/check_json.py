"""Check the uses of the JSON templates: an object is made of members, a member of a key and what its value is.

    _member: json_member{"name", name} | json_member{"arguments", arguments}
    tool_call: json_object{_member}

`bad-member` for an object of anything else; `bad-member-key`, `bad-member-value` for a member's arguments.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from .ast import Call, Choice, Literal, Node, Ref, Rule, Seq, Spec, children, options_of, walk
from .builtins import CAPTURES
from .follow import body_of, captures_in, is_blank, nodes_within, show
from .repairs import fresh, imported, new_rule


def check(spec: Spec) -> list[Diagnostic]:
    """Return the arguments of JSON templates that are of no use."""
    found = [found for rule in spec.rules.values() for node in walk(rule.body) for found in _call(spec, rule, node)]
    return [*(found or _loose(spec)), *_message_texts(spec)]


def _loose(spec: Spec) -> Iterator[Diagnostic]:
    """Members that stand in no object."""
    todo: list[tuple[Node, bool]] = [(spec.rules["start"].body, False)]
    seen = set[tuple[str, bool]]()
    while todo:
        node, in_object = todo.pop()
        match node:
            case Call(name="json_member", args=(_, value)):
                todo.append((value, False))
                if not in_object:
                    hint = Fix("put it into an object", (Edit(node.at, f"json_object{{{spec.text_of(node.at)}}}"),))
                    yield Diagnostic("bad-member", "a member stands in an object", node.at, "in no object", hint=hint)
            case Call(name="json_object", args=(member,)):
                todo.append((member, True))
            case Ref() | Call() if (show(node), in_object) in seen:
                pass
            case Ref() | Call():
                seen.add((show(node), in_object))
                body = body_of(spec, node)
                todo += [(one, in_object) for one in (children(node) if body is None else (body,))]
            case _:
                todo += [(one, in_object) for one in children(node)]


def _call(spec: Spec, rule: Rule, node: Node) -> Iterator[Diagnostic]:
    match node:
        case Call(name="json_object", args=(members,)):
            yield from _members(spec, rule, members)
        case Call(name="json_member", args=(key, value)):
            if isinstance(key, Call) or (isinstance(key, Literal) and not key.text):
                name = value.name if isinstance(value, Ref) else "name"
                hint = Fix(
                    "write the key as a literal, or as a capture if the model chooses it", (Edit(key.at, f'"{name}"'),)
                )
                yield Diagnostic("bad-member-key", "this cannot be a key", key.at, "not a key", hint=hint)
            if isinstance(value, Literal):
                source = spec.source_of(value.at)
                fixed = fresh(source, "_fixed")
                line = new_rule(source, rule.at.end, f"{fixed}: {spec.text_of(value.at)}")
                hint = Fix("name it", (Edit(value.at, fixed), line))
                message = "the value of a member is a capture or a rule"
                yield Diagnostic("bad-member-value", message, value.at, "a literal", hint=hint)
            if (raw := _raw_text(spec, value)) is not None:
                message = "the value of a member is JSON, and not raw text"
                hint = Fix("", (Edit(raw.at, "JSON_STRING"), *imported(spec.source_of(raw.at), "JSON_STRING")))
                yield Diagnostic("bad-member-value", message, raw.at, "raw text", ((value.at, "read here"),), hint=hint)


def _raw_text(spec: Spec, node: Node, active: frozenset[str] = frozenset()) -> Node | None:
    """Where a rule reads raw text alone, or text first; None where it may read anything else, as in `TEXT | JSON`."""
    match node:
        case Seq(items=items):
            return _raw_text(spec, items[0], active)
        case Choice(options=options):
            found = [_raw_text(spec, option, active) for option in options]
            return found[0] if all(found) else None
        case Ref(name="TEXT" | "XML_TEXT" | "NAME"):
            return node
        case Ref(name=name) if name in spec.rules and name not in active:
            return _raw_text(spec, spec.rules[name].body, active | {name})
    return None


def _members(spec: Spec, rule: Rule, members: Node) -> Iterator[Diagnostic]:
    """Follow the argument of an object to its members; parameters of templates are seen where they are filled in."""
    todo, seen = [(members, members)], set[str]()
    while todo:
        node, used = todo.pop()
        match node:
            case Choice(options=options):
                todo += [(option, used) for option in options]
            case Call(name="json_member"):
                pass
            case Ref(name=name) if name in rule.params or name in seen:
                pass
            case Ref() | Call() if (body := body_of(spec, node)) is not None:
                seen.add(node.name)
                todo.append((body, node))
            case _:
                related = () if node is members else ((members.at, "used as the member of an object"),)
                message = "an object is made of members"
                yield Diagnostic("bad-member", message, node.at, "not a member", related, hint=_member(spec, used))


def _member(spec: Spec, used: Node) -> Fix:
    """Make a member of what is used as one."""
    name = used.name if isinstance(used, Ref) else "arguments"
    capture = name if name in CAPTURES or isinstance(used, Ref) else "arguments"
    edit = Edit(used.at, f'json_member{{"{name.lstrip("_")}", {capture}}}')
    return Fix("a member has a key and a capture", (edit, *imported(spec.source_of(used.at), "json_member")))


def _message_texts(spec: Spec) -> Iterator[Diagnostic]:
    """Content and reasoning that are JSON, but neither the value of a member nor behind a delimiter."""
    json = {name for name in ("content", "reasoning") if name in spec.rules and _is_json(spec.rules[name].body)}
    for rule in spec.rules.values() if json else ():
        yield from (_bare(spec, ref) for ref in _unmarked(spec, rule.body, json))


def _unmarked(spec: Spec, node: Node, names: Collection[str], before: Node | None = None) -> Iterator[Ref]:
    """Uses of some rules that are no arguments of a template, and do not stand right behind a delimiter."""
    if isinstance(node, Ref) and node.name in names and not (before is not None and _is_literal(spec, before)):
        yield node
    for inner in children(node):
        if not (isinstance(node, Call) and isinstance(inner, Ref)):
            yield from _unmarked(spec, inner, names, before if isinstance(node, Seq) else None)
        before = before if is_blank(inner) else inner


def _bare(spec: Spec, ref: Ref) -> Diagnostic:
    return Diagnostic(
        "bare-json",
        f"`{ref.name}` is JSON, and nothing shows where it begins",
        ref.at,
        "the value of no member, and behind no delimiter",
        example='a reply such as "Yes" may be JSON, or text in quotes',
        hint=(
            Fix(
                "if it is the member of an object",
                (
                    Edit(ref.at, f'json_object{{json_member{{"message", {ref.name}}}}}'),
                    *imported(spec.source_of(ref.at), "json_object", "json_member"),
                ),
            ),
            Fix("if it has delimiters", (Edit(ref.at, f'"<answer>" {ref.name} "</answer>"'),)),
        ),
    )


def _is_json(body: Node) -> bool:
    """Whether a rule begins with a value that ends by itself."""
    first = body.items[0] if isinstance(body, Seq) else body
    return any(
        isinstance(one, Ref) and (one.name.startswith("JSON") or one.name == "PYTHON") for one in options_of(first)
    )


def _is_literal(spec: Spec, node: Node) -> bool:
    """Whether a part reads delimiters, and no capture."""
    return not captures_in(spec, node) and any(isinstance(one, Literal) for one in nodes_within(spec, node))
