"""Check the uses of the JSON templates: an object is made of members, a member of a key and what its value is.

    _member: json_member{"name", name} | json_member{"arguments", arguments}
    tool_call: json_object{_member}

`bad-member` for an object of anything else; `bad-member-key`, `bad-member-value` for a member's arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from .ast import Call, Choice, Literal, Node, Ref, Repeat, Rule, Seq, Spec, children, walk
from .builtins import BLANKS
from .follow import body_of, captures_in, nodes_within

MEMBERS = '_member: json_member{"name", name} | json_member{"arguments", arguments}'


def check(spec: Spec) -> list[Diagnostic]:
    """Return the arguments of JSON templates that are of no use."""
    found = [one for rule in spec.rules.values() for node in walk(rule.body) for one in _call(spec, rule, node)]
    return [*found, *_message_texts(spec)]


def _call(spec: Spec, rule: Rule, node: Node) -> Iterator[Diagnostic]:
    match node:
        case Call(name="json_object", args=(members,)):
            yield from _members(spec, rule, members)
        case Call(name="json_member", args=(key, value)):
            if isinstance(key, Call) or (isinstance(key, Literal) and not key.text):
                hint = 'write the key as a literal, "name", or a capture if the model chooses it'
                yield Diagnostic("bad-member-key", "this cannot be a key", key.at, "not a key", hint=hint)
            if isinstance(value, Literal):
                hint = f"name it:  _fixed: {spec.text_of(value.at)}"
                message = "the value of a member is a capture or a rule"
                yield Diagnostic("bad-member-value", message, value.at, "a literal", hint=hint)
            if (raw := _raw_text(spec, value)) is not None:
                message = "the value of a member is JSON, and not raw text"
                hint = f"{value.name}: JSON_STRING" if isinstance(value, Ref) else "JSON_STRING"
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
    todo, seen = [members], set[str]()
    while todo:
        node = todo.pop()
        match node:
            case Choice(options=options):
                todo += options
            case Call(name="json_member"):
                pass
            case Ref(name=name) if name in rule.params or name in seen:
                pass
            case Ref() | Call() if (body := body_of(spec, node)) is not None:
                seen.add(node.name)
                todo.append(body)
            case _:
                related = () if node is members else ((members.at, "used as the member of an object"),)
                message = "an object is made of members"
                yield Diagnostic("bad-member", message, node.at, "not a member", related, hint=MEMBERS)


def _message_texts(spec: Spec) -> Iterator[Diagnostic]:
    """Content and reasoning that are JSON, but neither the value of a member nor behind a delimiter."""
    json = {name for name in ("content", "reasoning") if name in spec.rules and _is_json(spec.rules[name].body)}
    for rule in spec.rules.values():
        for node in walk(rule.body) if json else ():
            inside = children(node)
            if isinstance(node, Call):
                continue
            if rule.body is node:
                inside = (*inside, node) if isinstance(node, Ref) else inside
            for number, child in enumerate(inside):
                before = [one for one in inside[:number] if not _is_blank(one)] if isinstance(node, Seq) else []
                while isinstance(child, Repeat):
                    child = child.item
                if isinstance(child, Ref) and child.name in json and not (before and _is_literal(spec, before[-1])):
                    yield _bare(child)


def _bare(ref: Ref) -> Diagnostic:
    return Diagnostic(
        "bare-json",
        f"`{ref.name}` is JSON, and nothing shows where it begins",
        ref.at,
        "the value of no member, and behind no delimiter",
        example='a reply such as "Yes" may be JSON, or text in quotes',
        hint=(f'json_object{{json_member{{"message", {ref.name}}}}}', f'"<answer>" {ref.name} "</answer>"'),
    )


def _is_json(body: Node) -> bool:
    """Whether a rule begins with a value that ends by itself."""
    first = body.items[0] if isinstance(body, Seq) else body
    options = first.options if isinstance(first, Choice) else (first,)
    return any(isinstance(one, Ref) and (one.name.startswith("JSON") or one.name == "PYTHON") for one in options)


def _is_blank(node: Node) -> bool:
    while isinstance(node, Repeat):
        node = node.item
    return isinstance(node, Ref) and node.name in BLANKS


def _is_literal(spec: Spec, node: Node) -> bool:
    """Whether a part reads delimiters, and no capture."""
    return not captures_in(spec, node) and any(isinstance(one, Literal) for one in nodes_within(spec, node))
