"""Check the uses of the JSON templates: an object is made of members, a member of a key and what its value is.

    _member: json_member{"name", name} | json_member{"arguments", arguments}
    tool_call: json_object{_member}

`bad-member` for an object of anything else; `bad-member-key`, `bad-member-value` for a member's arguments.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..diagnostics import Diagnostic
from .ast import Call, Choice, Literal, Node, Ref, Rule, Spec, walk
from .follow import body_of

MEMBERS = '_member: json_member{"name", name} | json_member{"arguments", arguments}'


def check(spec: Spec) -> list[Diagnostic]:
    """Return the arguments of JSON templates that are of no use."""
    return [found for rule in spec.rules.values() for node in walk(rule.body) for found in _call(spec, rule, node)]


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
