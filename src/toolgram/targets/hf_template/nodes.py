"""The rules of a spec, written out: what is left are literals, built-ins, captures, and how they are joined.

In: nodes of a Spec. Out: nodes without `_rules`, terminals and templates of the author's own.

Two ways to write the same thing, one inside of the other, become one way with parts that may be absent:

    "<tool_call>" _call "</tool_call>" | _call     is     "<tool_call>"? _call "</tool_call>"?
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...diagnostics import Diagnostic, SourceRange
from ...spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec, walk
from ...spec.builtins import BUILTINS, CAPTURES
from ...spec.comment import sample_of
from ...spec.follow import body_of, show

BLANKS = frozenset({"_WS", "_NL"})
Items = tuple[Node, ...]
IF_RARE = "keep the template where that is rare; `--target vllm` and `--target python` have all of the format"


class CannotSayError(Exception):
    """A part of a format that a response template cannot say."""

    def __init__(
        self, name: str, words: str, at: SourceRange, label: str, note: str | None = None, hint: str = ""
    ) -> None:
        super().__init__(words)
        hint = hint or "leave this target out: `--target vllm` and `--target python` have all of the format"
        self.diagnostic = Diagnostic(name, f"a response template cannot say {words}", at, label, note=note, hint=hint)


def expand(spec: Spec, node: Node, active: frozenset[str] = frozenset()) -> Node:
    """Write out a node down to captures and built-ins. Raises CannotSayError for a rule inside of itself."""
    match node:
        case Ref(name=name) if name in CAPTURES or name in BUILTINS:
            return node
        case Ref() | Call() if (body := body_of(spec, node)) is not None:
            if show(node) in active:
                raise CannotSayError("hf-recursion", "a rule that contains itself", node.at, "inside of itself")
            return expand(spec, body, active | {show(node)})
        case Seq(items=parts, at=at):
            return seq(tuple(expand(spec, part, active) for part in parts), at)
        case Choice(options=options, at=at):
            return Choice(tuple(expand(spec, option, active) for option in options), at)
        case Repeat(item=item, min=least, max=most, at=at):
            return Repeat(expand(spec, item, active), least, most, at)
        case Call(name=name, args=args, at=at):
            return Call(name, tuple(expand(spec, arg, active) for arg in args), at)
        case _:
            return node


def seq(parts: Items, at: SourceRange) -> Node:
    """Join nodes, without sequences inside of sequences."""
    flat = tuple(inner for part in parts for inner in items_of(part))
    return flat[0] if len(flat) == 1 else Seq(flat, at)


def without_citations(node: Node) -> Node:
    """Make `(TEXT | citation)+` one `TEXT`: the markup of citations is a part of it."""
    match node:
        case Choice(options=options, at=at):
            left = tuple(option for option in options if not (isinstance(option, Ref) and option.name == "citation"))
            return left[0] if len(left) == 1 else Choice(left, at)
        case Repeat(item=item):
            inner = without_citations(item)
            return node if inner == item else inner
        case Seq(items=parts, at=at):
            return seq(tuple(map(without_citations, parts)), at)
        case _:
            return node


def items_of(node: Node) -> Items:
    """Return what stands one after the other."""
    return node.items if isinstance(node, Seq) else (node,)


def captures_in(node: Node) -> Iterator[Ref]:
    """Yield the captures below a node; captures themselves are not followed."""
    for below in walk(node):
        if isinstance(below, Ref) and below.name in CAPTURES:
            yield below


def has(node: Node, *names: str) -> bool:
    """Whether one of some captures is below a node."""
    return any(ref.name in names for ref in captures_in(node))


def is_blank(node: Node) -> bool:
    """Whether a node reads white space and nothing else."""
    match node:
        case Ref(name=name):
            return name in BLANKS
        case Repeat(item=item):
            return is_blank(item)
        case Seq(items=parts):
            return all(map(is_blank, parts))
        case _:
            return False


def may_be_empty(node: Node) -> bool:
    """Whether a node can be read without any text but blanks."""
    match node:
        case Repeat(item=item, min=least):
            return not least or may_be_empty(item)
        case Seq(items=parts):
            return all(map(may_be_empty, parts))
        case Choice(options=options):
            return any(map(may_be_empty, options))
        case Call():
            return False
        case _:
            return is_blank(node)


def factored(node: Node) -> Node:
    """Make one way of several that contain each other, as far as that goes."""
    if not isinstance(node, Choice):
        return node
    options = sorted(map(items_of, node.options), key=len)
    merged = options[0]
    for option in options[1:]:
        found = _around(option, merged, node.at)
        if found is None:
            return node
        merged = found
    return seq(merged, node.at)


def _around(longer: Items, shorter: Items, at: SourceRange) -> Items | None:
    """Return the longer way with what it has in front and behind made optional; None if it contains no such part."""
    wanted = [show(part) for part in shorter]
    shown = [show(part) for part in longer]
    for start in range(len(shown) - len(wanted) + 1):
        if shown[start : start + len(wanted)] == wanted:
            end = start + len(wanted)
            return (*optional(longer[:start], at), *shorter, *optional(longer[end:], at))
    return None


def optional(parts: Items, at: SourceRange) -> Items:
    """Make nodes optional, together; blanks alone are so already."""
    if not parts:
        return ()
    return (Repeat(seq(parts, at), 0, 1, at),)


def literals_in(parts: Items) -> list[Literal]:
    """Return the literals below nodes."""
    return [below for part in parts for below in walk(part) if isinstance(below, Literal)]


def set_of(ways: Sequence[Items]) -> list[Items]:
    """Return the ways to write markup, each once; none is one empty way."""
    return list(dict.fromkeys(ways)) or [()]


def bare(parts: Items, *, right: bool = True) -> Items:
    """Leave out blanks at the ends, which the pattern has anyway."""
    start, end = 0, len(parts)
    while start < end and is_blank(parts[start]):
        start += 1
    while right and end > start and is_blank(parts[end - 1]):
        end -= 1
    return parts[start:end]


def cut_tail(parts: Items) -> tuple[Items, Items]:
    """Cut off what may be absent at the end: read piece by piece, a regex takes it for absent too soon."""
    end = len(parts)
    while end and may_be_empty(parts[end - 1]):
        end -= 1
    return parts[:end], tuple(part.item if isinstance(part, Repeat) else part for part in parts[end:])


def one_of(ways: Sequence[Items], node: Node) -> Items:
    """Make markup around calls a part of a delimiter that may be absent."""
    written = [seq(way, node.at) for way in set_of(ways) if literals_in(way)]
    if not written:
        return ()
    return optional((written[0] if len(written) == 1 else Choice(tuple(written), node.at),), node.at)


def opener_that_ends_thoughts(spec: Spec) -> str:
    """The opener of a call that ends the reasoning where no closer of its own stands; empty where there is none.

    The rules do not say so: whoever reads a spec sees it in the text above them, which is as the model writes it.
    """
    if not {"reasoning", "tool_call"} <= set(spec.rules):
        return ""
    thoughts, calls = (
        literals_in(items_of(expand(spec, spec.rules[name].body))) for name in ("reasoning", "tool_call")
    )
    if len(thoughts) < 2 or not calls:
        return ""
    sample = "\n".join(sample_of(spec.source.text))
    _, opened, behind = sample.partition(thoughts[0].text)
    before, called, _ = behind.partition(calls[0].text)
    return calls[0].text if opened and called and not any(one.text in before for one in thoughts[1:]) else ""
