"""A reader of the EBNF that servers read, as strict as the strictest of them: what it refuses, a server drops.

In: the text of a grammar. Out: the `Grammar`. Raises ValueError, with the line, where a server would refuse it.

xgrammar's lexer is the model (https://github.com/mlc-ai/xgrammar): a rule's name begins with a letter or `_`, and every
rule that is used is defined. `with_vllm/test_structural_tags.py` gives the same grammars to xgrammar itself.
"""

from __future__ import annotations

import re

from toolgram.grammars.expressions import (
    Expression,
    Grammar,
    OneChar,
    RuleRef,
    TokenById,
    either_of,
    exactly,
    in_order,
    repeated,
    rules_used,
)

RULE = re.compile(r"([a-zA-Z_][a-zA-Z0-9_]*) ::= (.+)")
CHAR = r"\\u[0-9a-f]{4}|\\U[0-9a-f]{8}|\\.|[^\\]"
TOKEN = re.compile(
    r'\s*(?:(?P<text>"(?:[^"\\\n]|\\.)*")|(?P<chars>\[(?:[^\]\\\n]|\\.)+\])|Token\((?P<token>\d+)\)'
    r"|(?P<name>[a-zA-Z_][a-zA-Z0-9_]*)|(?P<count>\{\d+(?:,\d*)?\}|[*?+])|(?P<mark>[()|]))"
)
NAMED = {"n": "\n", "r": "\r", "t": "\t"}


def read_ebnf(text: str) -> Grammar:
    """Read a grammar."""
    rules: dict[str, Expression] = {}
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        found = RULE.fullmatch(line)
        if found is None or found[1] in rules:
            raise ValueError(f"line {number}: {line[:80]!r}")
        rules[found[1]] = _Body(found[2], number).read()
    undefined = {name for body in rules.values() for name in rules_used(body)} - set(rules)
    root = rules.pop("root")
    if undefined or not isinstance(root, RuleRef):
        raise ValueError(f"not defined: {sorted(undefined)}")
    return Grammar(root.name, rules)


def unescaped(spelled: str) -> list[tuple[str, bool]]:
    """The characters of a text or a class, each with whether it was escaped."""
    found: list[tuple[str, bool]] = []
    for one in re.findall(CHAR, spelled):
        if one[:2] in ("\\u", "\\U"):
            found.append((chr(int("0x" + one[2:], 0)), True))
        else:
            found.append((NAMED.get(one[1], one[1]), True) if one[0] == "\\" else (one, False))
    if any(char == "\0" for char, _ in found) and spelled[:1] != "^":
        raise ValueError(f"a text that ends at a NUL: {spelled!r}")
    return found


class _Body:
    def __init__(self, text: str, line: int) -> None:
        self._line = line
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(text):
            found = TOKEN.match(text, at)
            if found is None or found.lastgroup is None:
                raise ValueError(f"line {line}: {text[at : at + 40]!r}")
            self._tokens.append((found.lastgroup, found[found.lastgroup]))
            at = found.end()
        self._at = 0

    def read(self) -> Expression:
        body = self._choice()
        if self._at < len(self._tokens):
            raise ValueError(f"line {self._line}: {self._tokens[self._at]}")
        return body

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "")

    def _choice(self) -> Expression:
        options = [self._sequence()]
        while self._next() == ("mark", "|"):
            self._at += 1
            options.append(self._sequence())
        return either_of(options)

    def _sequence(self) -> Expression:
        items: list[Expression] = []
        while self._next()[0] in ("text", "chars", "token", "name") or self._next() == ("mark", "("):
            items.append(self._counted(self._item()))
        if not items:
            raise ValueError(f"line {self._line}: nothing stands before {self._next()}")
        return in_order(*items)

    def _item(self) -> Expression:
        kind, text = self._next()
        self._at += 1
        if kind == "text":
            return exactly("".join(char for char, _ in unescaped(text[1:-1])))
        if kind == "chars":
            return self._class(text[1:-1])
        if kind == "token":
            return TokenById(int(text))
        if kind == "name":
            return RuleRef(text)
        body = self._choice()
        if self._next() != ("mark", ")"):
            raise ValueError(f"line {self._line}: a bracket is open")
        self._at += 1
        return body

    def _class(self, spelled: str) -> Expression:
        is_negated = spelled[:1] == "^"
        chars = unescaped(spelled[is_negated:] if not is_negated else spelled)[is_negated:]
        ranges = []
        while chars:
            first = chars.pop(0)[0]
            if len(chars) > 1 and chars[0] == ("-", False):
                ranges.append((first, chars[1][0]))
                chars = chars[2:]
            else:
                ranges.append((first, first))
        return OneChar(tuple(ranges), is_negated)

    def _counted(self, item: Expression) -> Expression:
        kind, text = self._next()
        if kind != "count":
            return item
        self._at += 1
        if text in "*?+":
            return repeated(item, int(text == "+"), 1 if text == "?" else None)
        least, _, most = text[1:-1].partition(",")
        return repeated(item, int(least), int(most) if most else int(least) if "," not in text else None)
