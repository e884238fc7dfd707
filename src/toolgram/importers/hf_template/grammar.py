r"""Delimiters of a template, written as the items of a spec's rule.

In: the `open`, `close`, `open_pattern`, `close_pattern` and `tag_pattern` of a template. Out: lists of items, texts
such as `"<function="`, `_WS?` and `name`; and the rules of the captures that stand among them.

    `<tool_call>\s*<function=(?P<name>[^>\n]+)>`   is   "<tool_call>" _WS? "<function=" name ">"
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...spec.literals import quote
from .regex import Beginning, Blanks, Group, Node, Nodes, RegexError, Run, Text

SKIPPED = "_skipped"
KINDS = {"word": "NAME", "digits": "INT", "any": "TEXT"}


class Writer:
    """Writes nodes as items; `rules` collects the bodies of the captures and helpers that they use."""

    def __init__(self, rules: dict[str, str], captures: Mapping[str, str], *, may_skip: bool = False) -> None:
        self.rules = rules
        self.captures = captures
        self.may_skip = may_skip
        self.in_id = False  # an id is all of its text, so that numbers in it need no group
        self.narrowed = False  # text behind a name is read only if a blank stands before it

    def write(self, nodes: Nodes) -> list[str]:
        """Return the items of nodes that stand one after the other. Raises RegexError."""
        found: list[str] = []
        for number, node in enumerate(nodes):
            before = nodes[number - 1] if number else None
            if isinstance(node, Run) and isinstance(before, Group) and before.name and not self.in_id:
                self.narrowed = True
                found.append(f"(_WS {self._skip(node, nodes[number + 1 :])})?")
            else:
                found += self._node(node, nodes[number + 1 :])
        return found

    def _node(self, node: Node, behind: Nodes) -> list[str]:
        match node:
            case Text(text=text):
                return [quote(text)]
            case Blanks(min=least):
                return ["_WS" if least else "_WS?"]
            case Group(name=str(name)):
                return [self._capture(node, name, behind)]
            case Group():
                return self._group(node)
            case Beginning():
                raise RegexError("`^`, the beginning of the text", node.start, node.end)
            case Run(kind=kind) if self.in_id and kind != "any":
                return [KINDS[kind]]
            case Run():
                return [self._skip(node, behind)]

    def _skip(self, node: Run, behind: Nodes) -> str:
        """Text that is read for nothing: possible inside of a call, before a delimiter."""
        if not self.may_skip or not any(isinstance(one, Text) for one in behind):
            raise RegexError("text that is in no group", node.start, node.end)
        self.rules[SKIPPED] = "TEXT"
        return SKIPPED if node.min else f"{SKIPPED}?"

    def _group(self, group: Group) -> list[str]:
        if any(not option for option in group.options):
            present = tuple(option for option in group.options if option)
            if not present or group.repeat not in ("", "?"):
                raise RegexError("an empty alternative", group.start, group.end)
            return self._group(Group(None, present, "?", group.start, group.end))
        options = [" ".join(self.write(option)) for option in dict.fromkeys(group.options)]
        if options == [quote("\n")] and group.repeat == "?":
            return ["_NL?"]
        if len(options) == 1 and not group.repeat:
            return options
        if len(options) == 1 and is_one(options[0]):
            return [options[0] + group.repeat]
        return [f"({' | '.join(options)}){group.repeat}"]

    def _capture(self, group: Group, name: str, behind: Nodes) -> str:
        capture = self.captures.get(name)
        if capture is None:
            raise RegexError(f"the group `{name}`, which is used for nothing,", group.start, group.end)
        if group.repeat or len(group.options) > 1:
            raise RegexError(f"the group `{name}`, which has alternatives or repeats,", group.start, group.end)
        [inside] = group.options
        if len(inside) == 1 and isinstance(inside[0], Run):
            kind = KINDS[inside[0].kind]
            self.rules[capture] = kind if kind != "NAME" or _ends_a_name(behind) else "TEXT"
        elif capture == "id":
            self.in_id = True
            self.rules[capture] = " ".join(self.write(inside))
            self.in_id = False
        else:
            raise RegexError(f"the group `{name}`, which is more than a run of characters,", group.start, group.end)
        return capture


def _ends_a_name(behind: Nodes) -> bool:
    """Whether what follows cannot be more of a name."""
    first = behind[0] if behind else None
    return not isinstance(first, Text) or not (first.text[0].isalnum() or first.text[0] in "_.-")


def is_one(item: str) -> bool:
    """Whether a `?` behind an item is about all of it."""
    return item.startswith('"') and item.endswith('"') and item.replace('\\"', "").count('"') == 2


def one_of(literals: str | Sequence[str]) -> list[str]:
    """Write a literal, or a choice of literals; where one begins another, the longer wins anyway."""
    given = [literals] if isinstance(literals, str) else list(dict.fromkeys(literals))
    return [quote(given[0])] if len(given) == 1 else [f"({' | '.join(map(quote, given))})"]


def without_beginning(nodes: Nodes) -> tuple[Nodes, bool]:
    """Take `^` out of the alternatives of an opener: the message may begin inside of the region."""
    group = nodes[0] if len(nodes) == 1 else None
    if not isinstance(group, Group):
        return nodes, False
    rest = tuple(option for option in group.options if not (len(option) == 1 and isinstance(option[0], Beginning)))
    if len(rest) == len(group.options) or group.repeat or group.name:
        return nodes, False
    return (rest[0] if len(rest) == 1 else (Group(None, rest, "", group.start, group.end),)), True


def stripped(items: list[str]) -> list[str]:
    """Leave out blanks at the ends: next to a call they are markup anyway."""
    found = list(items)
    while found and found[0] in ("_WS?", "_NL?", "_WS"):
        found.pop(0)
    while found and found[-1] in ("_WS?", "_NL?", "_WS"):
        found.pop()
    return found
