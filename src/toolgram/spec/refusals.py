"""What is Lark and not toolgram, and what to write instead.

A table from the name that `parse.py` gives to a construct, to the words for the author.
"""

from __future__ import annotations

from typing import NamedTuple

from ..diagnostics import Diagnostic, SourceRange


class Refusal(NamedTuple):
    """The words for one construct that specs do not have."""

    name: str
    message: str
    label: str
    hint: str | tuple[str, ...] | None = None
    note: str | None = None

    def at(self, at: SourceRange, hint: str | None = None) -> Diagnostic:
        """Return the diagnostic for a place, with a better hint if there is one."""
        return Diagnostic(self.name, self.message, at, self.label, hint=hint or self.hint, note=self.note)


REFUSALS = {
    "regex": Refusal(
        "unsupported-regex",
        "a spec has no regexes",
        "a regex",
        ("any text up to what follows:  TEXT", "blanks:  _WS", "a number or a name:  INT, NAME"),
        "what a regex matches cannot be followed chunk by chunk with a bound on what is held back",
    ),
    "range": Refusal("unsupported-range", "a spec has no ranges of characters", "a range", "use INT, NAME or TEXT"),
    "times": Refusal(
        "unsupported-repeat", "a spec has no counted repeats", "counted", "write the item as often, or use `*` or `+`"
    ),
    "case-insensitive": Refusal(
        "unsupported-case-insensitive",
        "a literal is matched as written",
        "the `i` is not supported",
    ),
    "escape": Refusal(
        "bad-escape", "this escape means no character", "no such escape", r"write a backslash itself as `\\`"
    ),
    "alias": Refusal("unsupported-alias", "an alternative has no name of its own", "an alias", "name a rule for it"),
    "modifier": Refusal(
        "unsupported-modifier",
        "a rule has no modifiers",
        "not supported",
        "leave it out: captures are emitted, `_rules` are not",
    ),
    "priority": Refusal(
        "unsupported-priority",
        "a rule has no priority",
        "not supported",
        "leave it out: where two alternatives fit, the longer literal wins",
    ),
    "mixed case": Refusal("bad-name", "a name is either lower case (a rule) or upper case (a terminal)", "it is both"),
    "empty alternative": Refusal(
        "empty-alternative", "an alternative is empty", "nothing is written here", "write `( ... )?`"
    ),
    "import": Refusal(
        "unsupported-import",
        "only the built-ins of toolgram and other specs can be imported",
        "neither toolgram nor a spec of this folder",
        ("%import toolgram (TEXT, _WS)", "%import .other_format (start, _OPENER)"),
    ),
    "import of nothing": Refusal(
        "unsupported-import",
        "an import names what it imports, in brackets",
        "nothing is named",
        "%import toolgram (TEXT, _WS)",
    ),
    "import alias": Refusal(
        "unsupported-import", "an import keeps its name", "renamed here", "write `_my_name: TEXT` as a rule"
    ),
    "%ignore": Refusal(
        "unsupported-directive",
        "nothing is ignored silently in a spec",
        "not supported",
        "write `_WS?` where the model may write blanks",
    ),
    "%declare": Refusal(
        "unsupported-directive",
        "special tokens need no declaration",
        "not supported",
        "write the token as a literal, and name it in `special_tokens` of the metadata",
    ),
    "%extend": Refusal(
        "unsupported-directive", "rules cannot be extended", "not supported", "write all alternatives:  %override ..."
    ),
    "%": Refusal("unsupported-directive", "there is no such directive", "unknown", "there are %import and %override"),
}
