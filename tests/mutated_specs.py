"""Specs made of the registry's and of the feature grammars: parts left out, swapped, repeated; rules inside themselves.

In: a source of chance. Out: the text of a spec, which mostly is one with mistakes, and often one that compiles.
"""

from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

from toolgram.registry import format_paths

FEATURES = Path(__file__).parent / "features"
PARTS = re.compile(r'"(?:[^"\\\n]|\\.)*"i?|/[^/\n]+/|[A-Za-z_]\w*|\s+|.', re.DOTALL).findall
RULE = re.compile(r"\??(_?[a-z]\w*)\s*:").match
INSIDE = (' ("<r>" {0} "</r>")?', ' ("[" ({0} ("," {0})*)? "]")?', ' | "<<" {0} ">>"', " {0}?", ' ("," _nested)*')


@cache
def _specs() -> list[str]:
    paths = [*format_paths(), *sorted(FEATURES.glob("*.lark"))]
    return [path.read_text(encoding="utf-8") for path in paths]


def mutated_spec(chance: random.Random) -> str:
    """Draw a spec."""
    text = chance.choice(_specs())
    head = "".join(line for line in text.splitlines(keepends=True) if line.startswith("#"))
    body = text[len(head) :]
    return head + (_nested if chance.random() < 0.5 else _mixed)(chance, body)


def _nested(chance: random.Random, body: str) -> str:
    """Put rules into each other, and into themselves."""
    lines = body.split("\n")
    rules = {number: found[1] for number, line in enumerate(lines) if (found := RULE(line))}
    for _ in range(chance.choice((1, 1, 2)) if rules else 0):
        number = chance.choice(list(rules))
        name = rules[number] if chance.random() < 0.5 else chance.choice(list(rules.values()))
        form = chance.choice(INSIDE)
        lines[number] = lines[number].split("//")[0].rstrip() + form.format(name)
        if "_nested" in form:
            lines.append(f'_nested: "(" _nested? ")" | "{{" {name}? "}}"')
    return "\n".join(lines)


def _mixed(chance: random.Random, body: str) -> str:
    """Leave out, repeat, swap and make optional what stands in rules."""
    parts = PARTS(body)
    shown = [number for number, part in enumerate(parts) if not part.isspace()]
    names = [part for part in parts if part[0].isalpha() or part[0] == "_"]
    for _ in range(chance.choice((1, 1, 2, 3))):
        number, other = chance.choice(shown), chance.choice(shown)
        part, name = parts[number], chance.choice(names)
        ways = (
            "",
            name,
            part + chance.choice("?*+"),
            f"{part} {parts[other]}",
            f"({part} | {name})",
            f"{part} | {name}",
        )
        parts[number] = chance.choice((*ways, parts[other]))
    return "".join(parts)
