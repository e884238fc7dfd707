"""The syntax of a spec: its statements, each parsed on its own by lark, and what is said when one cannot be parsed.

Splitting first, at every line that begins like a statement, means that a slip costs one statement and not the rest of
the file, so that all independent errors are shown at once. lark's words (names of its terminals, states, tokens)
never get out: what was expected is said with `EXPECTED`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..diagnostics import Diagnostic, Source, SourceRange
from ..fixes import Edit, Fix
from . import slips
from .limits import BRACKETS_MAX
from .repairs import fresh, without_lines
from .slips import Change, around, breaks_off

NAME = "syntax"

# A line begins a statement when it looks like one (`name:`, `%import`), or when it stands at the margin and is neither
# a comment nor the rest of a rule (`| ...`): then it is a statement with a slip in it.
_HEAD = re.compile(r"^(?:[ \t]*(?:%|[!?]*[A-Za-z_]\w*(?:\{[^}\n]*\})?(?:\.-?\d+)?[ \t]*:)|[^\s|)\]/#])", re.MULTILINE)
_COMMENTS = re.compile(r"(?:[ \t\r]*(?:(?://|#)[^\n]*)?(?:\n|$))*")
_BRACKETS = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|([(\[{])|([)\]}])')

EXPECTED = {
    "NAME": "a name",
    "STRING": "a literal",
    "COLON": "`:`",
    "PATH": "`toolgram`",
    "OPERATOR": "`?`, `*` or `+`",
    "LPAR": "`(`",
    "LSQB": "`[`",
    "RPAR": "`)`",
    "RSQB": "`]`",
    "RBRACE": "`}`",
    "COMMA": "`,`",
    "_OR": "`|`",
    "$END": "the end of the rule",
}
CLOSERS = {"(": ")", "[": "]", "{": "}"}
FIXES_MAX = 2  # that one message shows

# What is put in the place of quotes and blanks when a text goes through a word processor or a web page.
_STRANGE_CHARACTERS = (
    dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033\uff02", '"')
    | dict.fromkeys("\u2018\u2019\u201a\u2032\u2039\u203a", "'")
    | dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\u3000", " ")
    | dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff", "")
    | dict.fromkeys("\uff1a", ":")
    | dict.fromkeys("\u2013\u2014\u2212", "-")
)
# Only outside of literals: inside they are text of the model.
_STRANGE = re.compile(rf'"(?:\\.|[^"\\\n])*"|//[^\n]*|([{"".join(_STRANGE_CHARACTERS)}])')


@dataclass(frozen=True, slots=True)
class Statement:
    """The text of one rule or directive, and where it stands in the source."""

    source: Source
    start: int
    text: str

    def range(self, start: int, end: int) -> SourceRange:
        """Return the place of a part of the statement."""
        return self.source.range(self.start + start, self.start + end)


def statements(source: Source) -> Iterator[Statement]:
    """Yield the statements of a spec."""
    text = source.text
    preamble = _COMMENTS.match(text)
    starts = [preamble.end() if preamble else 0, *(head.start() for head in _HEAD.finditer(text))]
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        if body := text[start:end].rstrip():
            blanks = len(body) - len(body.lstrip())
            yield Statement(source, start + blanks, body[blanks:])


@cache
def _parser() -> Lark:
    grammar = Path(__file__).with_name("dialect.lark").read_text(encoding="utf-8")
    return Lark(grammar, parser="lalr", propagate_positions=True, maybe_placeholders=True)


def parse_statement(statement: Statement) -> Tree[Token] | Diagnostic:
    """Parse one statement, or say why it cannot be."""
    if (deep := _too_deep(statement)) is not None:
        return deep
    try:
        return _parser().parse(statement.text)
    except UnexpectedInput as error:
        return _explain(statement, error)


def _too_deep(statement: Statement) -> Diagnostic | None:
    """Point at the first bracket that stands in too many others."""
    depth = 0
    for found in _BRACKETS.finditer(statement.text):
        depth = max(0, depth + bool(found[1]) - bool(found[2]))
        if depth > BRACKETS_MAX:
            at = statement.range(found.start(), found.end())
            message = f"more than {BRACKETS_MAX} brackets stand inside each other"
            hint = _inner(statement, found.start())
            return Diagnostic("too-deep", message, at, "too deep to read", hint=hint)
    return None


def _inner(statement: Statement, start: int) -> Fix:
    """Give what stands in a bracket a name."""
    depth, text = 0, statement.text
    for found in _BRACKETS.finditer(text, start):
        depth += bool(found[1]) - bool(found[2])
        if not depth:
            break
    end = found.end() if not depth else len(text)
    name = fresh(statement.source, "_inner")
    rule = Edit(statement.range(len(text), len(text)), f"\n{name}: {text[start:end]}")
    return Fix("give the inner part a name", (Edit(statement.range(start, end), name), rule))


def _explain(statement: Statement, error: UnexpectedInput) -> Diagnostic:
    at = len(statement.text) if _at_end(error) else error.pos_in_stream or 0
    names = _names(error)
    if strange := [found for found in _STRANGE.finditer(statement.text) if found[1]]:
        return _strange(statement, strange)
    if unclosed := _unclosed_bracket(statement, at):
        return unclosed
    if at == len(statement.text):
        label = "something must follow: " + _expected(names)
        return _error(statement, "this breaks off", at - 1, at, label, breaks_off(statement.text, names))
    rest = statement.text[at:]
    for pattern, message, label, words, fix in SLIPS:
        if found := re.match(pattern, rest):
            changes = fix(statement.text, at, at + len(found[0]))
            return _error(statement, message, at, at + max(1, len(found[0])), label, changes, words)
    shown = _word(rest)
    changes = around(statement.text, at, at + len(shown), names)
    return _error(
        statement, f"`{shown}` cannot stand here", at, at + len(shown), "expected " + _expected(names), changes
    )


# What authors write who have written other grammars before: the text at the error, the message, the label, the words of
# the hint, and what may have been meant.
SLIPS = (
    (r'"[^\n]*', "a literal is not closed", "no closing quote in this line", "", slips.close_quote),
    (r"'[^'\n]*'?", "literals are written in double quotes", "single quotes", "", slips.quote_again),
    (r"`[^`\n]*`?", "literals are written in double quotes", "other quotes", "", slips.quote_again),
    (r"::?=|=", "a rule is written with a colon", "expected `:`", "", slips.colon),
    (r";", "a rule has no semicolon at its end", "not needed", "leave it out", slips.leave_out),
    (
        r"\s*\n\s*[^\s]*",
        "a rule goes on in the next line only after `|`",
        "the rule ended before this line",
        "",
        slips.join_lines,
    ),
    (r"-(?!>)", "a name is made of letters, digits and `_`", "not part of a name", "", slips.underscore),
    (r"<[^>\n]*>?", "text of the model is written in double quotes", "no quotes", "", slips.quote_bare),
    (r"[?*+]", "`?`, `*` and `+` stand behind one item", "no item before this", "leave it out", slips.leave_out),
    (r"~", "`~` counts one item", "expected a number after it", "repeat the item", slips.repeat),
)


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _error(
    statement: Statement,
    message: str,
    start: int,
    end: int,
    label: str,
    changes: Iterable[Change] = (),
    words: str = "",
) -> Diagnostic:
    if statement.text.startswith("%") and "|" in message:
        message, label = "an import stands in one line", "still a part of the import"
    blanks = len(statement.text[start:end]) - len(statement.text[start:end].lstrip())
    hint = _proven(statement, changes, words)
    return Diagnostic(NAME, message, statement.range(start + blanks, end), label, hint=hint)


def _proven(statement: Statement, changes: Iterable[Change], words: str) -> tuple[Fix, ...]:
    """The first change with which the statement can be parsed, and another one that has words of its own."""
    fixes: list[Fix] = []
    for change in changes:
        edits = tuple(Edit(statement.range(start, end), text) for start, end, text in change.edits)
        local = Fix("", tuple(Edit(SourceRange("", start, end), text) for start, end, text in change.edits))
        is_other = change.words and change.words not in [fix.words for fix in fixes]
        if (not fixes or is_other) and _parses(local.applied(statement.text)):
            fixes.append(Fix(change.words or words, edits))
        if len(fixes) == FIXES_MAX:
            break
    whole = statement.range(0, len(statement.text))
    return tuple(fixes) or (Fix("leave it out", (without_lines(statement.source, whole),)),)


def _parses(text: str) -> bool:
    """Whether a text is statements."""
    source = Source("", text)
    try:
        return all(_parser().parse(one.text) is not None for one in statements(source))
    except UnexpectedInput:
        return False


def _strange(statement: Statement, found: list[re.Match[str]]) -> Diagnostic:
    """Characters that a word processor or a web page has put in the place of others."""
    first = found[0]
    plain = _STRANGE_CHARACTERS[first[0]]
    shown = {"": "nothing", " ": "a blank"}.get(plain, f"`{plain}`")
    name = unicodedata.name(first[0], "a character without a name")
    message = f"this is U+{ord(first[0]):04X} {name}, where {shown} was meant"
    change = Change("", tuple((one.start(), one.end(), _STRANGE_CHARACTERS[one[0]]) for one in found))
    return _error(statement, message, first.start(), first.end(), f"not {shown}", (change,))


def _word(text: str) -> str:
    found = re.match(r"\w+|\S", text)
    return found[0] if found else text[:1]


def _names(error: UnexpectedInput) -> set[str]:
    """lark's names of what could stand there."""
    if isinstance(error, UnexpectedToken):
        return set(error.accepts or error.expected)
    return set(error.allowed or ()) if isinstance(error, UnexpectedCharacters) else set()


def _expected(names: set[str]) -> str:
    """Say what could stand there: in words, the usual things only."""
    words = [word for name, word in EXPECTED.items() if name in names]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "the end of the line"


def _unclosed_bracket(statement: Statement, at: int) -> Diagnostic | None:
    """Point at the bracket that was open when the statement broke off, or at the closer that closes nothing."""
    open_: list[int] = []
    text = statement.text
    for found in _BRACKETS.finditer(text, 0, at + 1):
        if found[1]:
            open_.append(found.start())
        elif found[2] and not (open_ and CLOSERS[text[open_.pop()]] == found[2]):
            changes = slips.open_bracket(text, found.start(), found.end())
            message, label = f"`{found[2]}` closes nothing", "no opener for this"
            return _error(statement, message, found.start(), found.end(), label, changes)
    if open_ and at == len(text):
        opener = text[open_[-1]]
        label = f"`{CLOSERS[opener]}` is missing"
        message = f"`{opener}` is not closed"
        changes = slips.close_bracket(text, open_[-1], CLOSERS[opener] * len(open_))
        return _error(statement, message, open_[-1], open_[-1] + 1, label, changes)
    return None
