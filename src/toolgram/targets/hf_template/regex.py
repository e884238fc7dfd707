r"""Nodes as a regex of the kind that response templates have.

In: nodes that are written out (`nodes.py`). Out: a pattern for Python's `regex` module with `DOTALL`.

    "<function=" name ">" _WS?      is      <function=(?P<name>[^>]+)>\s*
"""

from __future__ import annotations

import re

from ...spec.ast import Choice, Literal, Node, Ref, Repeat, Seq, Spec
from .nodes import CannotSayError, Items, expand, factored, is_blank, items_of, literals_in

_SPECIAL = re.compile(r"[.^$*+?{}\[\]\\|()]")
_NAMED = re.compile(r"\(\?P<(\w+)>").findall
_CLASSES = {"NAME": r"[\w.-]+", "INT": r"\d+", "_WS": r"\s+", "_NL": r"\n"}


def pattern(spec: Spec, parts: Items, behind: Items = ()) -> str:
    """Write nodes as a regex; `behind` is what follows them and is not written. Raises CannotSayError."""
    return "".join(_node(spec, part, (*parts[number + 1 :], *behind)) for number, part in enumerate(parts))


def escape(text: str) -> str:
    """Write a text as a regex that matches it, and nothing more than that.

    >>> escape("<|a|> b\\n")
    '<\\\\|a\\\\|> b\\n'
    """
    return _SPECIAL.sub(lambda found: "\\" + found[0], text)


def once(text: str, node: Node) -> str:
    """Return a pattern whose groups have names of their own. Raises CannotSayError."""
    names = _NAMED(text)
    if twice := [name for name in names if names.count(name) > 1]:
        raise CannotSayError("hf-call", f"two places for `{twice[0]}`", node.at, "it stands twice")
    return text


def _node(spec: Spec, node: Node, behind: Items) -> str:
    match node:
        case Literal(text=text):
            return escape(text)
        case Ref(name=name) if name in _CLASSES:
            return _CLASSES[name]
        case Ref(name="TEXT"):
            return ".*?"
        case Ref(name="name" | "id" | "key" as name):
            return f"(?P<{name}>{_capture(spec, node, behind)})"
        case Repeat(item=item, min=least) if is_blank(item):
            return r"\n?" if item == Ref("_NL", item.at) and node.max == 1 else r"\s+" if least else r"\s*"
        case Repeat(item=item, min=least, max=most):
            return _group(_node(spec, item, behind)) + ("+" if least else "*" if most is None else "?")
        case Seq(items=parts):
            return pattern(spec, parts, behind)
        case Choice():
            return _choice(spec, node, behind)
        case _:
            raise CannotSayError("hf-markup", "this part of a delimiter", node.at, "no text of its own")


def _choice(spec: Spec, node: Choice, behind: Items) -> str:
    merged = factored(node)
    if not isinstance(merged, Choice):
        return _node(spec, merged, behind)
    options = [_node(spec, option, behind) for option in merged.options]
    options.sort(key=len, reverse=True)  # a regex takes the first that fits, a spec the longest
    return f"(?:{'|'.join(dict.fromkeys(options))})"


def _group(text: str) -> str:
    return text if text.startswith("(?:") and _closes_at(text) == len(text) - 1 else f"(?:{text})"


def _closes_at(text: str) -> int:
    """Return where the group at the beginning of a pattern closes."""
    depth, skip, inside = 0, False, False
    for at, char in enumerate(text):
        if skip:
            skip = False
        elif char == "\\":
            skip = True
        elif inside:
            inside = char != "]"
        elif char == "[":
            inside = True
        elif char in "()":
            depth += 1 if char == "(" else -1
            if not depth:
                return at
    return len(text)


def _capture(spec: Spec, ref: Ref, behind: Items) -> str:
    """Write what a capture reads; text ends where the next literal begins."""
    body = expand(spec, spec.rules[ref.name].body)
    parts = items_of(body)
    match parts:
        case (Ref(name="TEXT"),):
            first = next(iter(literals_in(behind)), None)
            if first is None:
                raise CannotSayError("hf-name", f"where `{ref.name}` ends", ref.at, "no literal follows")
            blanks = r"\s" if any(map(is_blank, behind[:1])) else ""
            if first.text[0].isalnum():  # it may be a letter of the name, too
                return r"\S+?" if blanks else ".+?"
            return f"[^{_in_class(first.text[0])}{blanks}]+"
        case (Ref(name=name),) if name in _CLASSES:
            return _CLASSES[name]
        case _ if ref.name == "id":
            return pattern(spec, parts)
        case _:
            words = f"how `{ref.name}` is written here"
            raise CannotSayError("hf-name", words, spec.rules[ref.name].at, "more than text, a name or a number")


def _in_class(char: str) -> str:
    return "\\" + char if char in "\\]^-[" else char
