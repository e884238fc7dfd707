"""Repairs of captures: what is out of place is read as markup, what is missing is read, and what runs on is ended."""

from __future__ import annotations

from ..fixes import Edit, Fix
from .ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec
from .builtins import VALUES
from .follow import captures_in
from .repairs import fresh, insertion, last_rule, without_blanks


def elsewhere(spec: Spec, use: Ref | Call) -> tuple[Fix, ...]:
    """Read what is out of place as markup, if no captures stand in it; or do not read it."""
    gone = Fix("if it is not there at all, leave it out", (left_out(spec, use),))
    if spec.source_of(use.at).text[: use.at.start].rstrip()[-1:] in ("{", ","):  # the argument of a template
        gone = Fix("write what is always the same there", (Edit(use.at, '"..."'),))
    rule = spec.rules.get(use.name)
    if rule is not None and captures_in(spec, rule.body):
        return (gone,)
    words = "if it is markup, which is read and dropped, give it another rule"
    return dropped(spec, use, f"_{use.name}", words), gone


def read_always(spec: Spec, option: Node, node: Node, wanted: frozenset[str], *, optional: bool) -> Fix:
    """Let what is missing be read: by what may be absent, or by something new behind the first literal."""
    what = "value" if wanted == VALUES else next(iter(wanted))
    source = spec.source_of(node.at)
    if optional and isinstance(node, Repeat) and captures_in(spec, node) & wanted:
        inner = spec.text_of(node.item.at)
        text = f"({inner})" if isinstance(node.item, Choice) else inner
        return Fix(f"let the {what} always be there", (Edit(node.at, text if node.max else f"{text}+"),))
    edit = insertion(source, node.at.start, f"{what} ")
    if node is option or what == "value":
        items = node.items if isinstance(node, Seq) else (node,)
        literals = [item for item in items if isinstance(item, Literal)]
        behind = None
        if literals:
            behind = literals[0] if node is option and what != "value" else items[0]
        ended = f' "{">"}"' if node is option and what == "key" else ""
        edit = insertion(source, behind.at.end, f" {what}{ended}") if behind is not None else edit
    known = () if what in spec.rules else (last_rule(source, f"{what}: TEXT"),)
    return Fix(f"read the {what} in every alternative", (edit, *known))


def dropped(spec: Spec, use: Node, name: str, words: str) -> Fix:
    """Read something by a rule of markup."""
    source = spec.source_of(use.at)
    name = fresh(source, name)
    rule = spec.rules.get(use.name) if isinstance(use, Ref) else None
    return Fix(
        words, (Edit(use.at, name), last_rule(source, f"{name}: {spec.text_of(rule.body.at) if rule else 'TEXT'}"))
    )


def left_out(spec: Spec, node: Node) -> Edit:
    """Leave a part out, and the bar in front of it if it is an alternative."""
    source = spec.source_of(node.at)
    text = source.text
    edit = without_blanks(source, node.at)
    end = edit.at.end + (text[edit.at.end : edit.at.end + 1] in ("?", "*", "+"))
    before = text[: edit.at.start].rstrip()
    start = len(before[:-1].rstrip()) if before.endswith("|") else edit.at.start
    return Edit(source.range(start, end), "")


def ended(spec: Spec, value: Node) -> tuple[Fix, ...]:
    """End a value with a literal."""
    source = spec.source_of(value.at)
    line_end, closer = (insertion(source, value.at.end, literal) for literal in (r' "\n"', ' "</value>"'))
    text = "if it is any text, end it with what the model writes behind it"
    return Fix("if the value is one line", (line_end,)), Fix(text, (closer,))


def more_than_a_name(spec: Spec, option: Node, behind: list[Node]) -> tuple[Fix, ...]:
    """Let a call have something behind its name: a closer, or an argument."""
    closer = insertion(spec.source_of(option.at), option.at.end, ' "</call>"')
    fixes = [Fix("if the model closes a call with something, read it, as here", (closer,))]
    for part in behind:
        if isinstance(part, Repeat) and not part.min and captures_in(spec, part) & {"parameter", "arguments"}:
            inner = spec.text_of(part.item.at)
            text = f"({inner})" if isinstance(part.item, Seq | Choice) else inner
            edit = Edit(part.at, text if part.max else f"{text}+")
            fixes.append(Fix("if it has arguments at least once", (edit,)))
            break
    return tuple(fixes)
