"""The syntax of a spec: its statements, each parsed on its own by lark, and what is said when one cannot be parsed.

Splitting first, at every line that begins like a statement, means that a slip costs one statement and not the rest of
the file, so that all independent errors are shown at once. lark's words (names of its terminals, states, tokens)
never get out: what was expected is said with `EXPECTED`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from ..diagnostics import Diagnostic, Source, SourceRange
from .limits import BRACKETS_MAX

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
            return Diagnostic(
                "too-deep", message, at, "too deep to read", hint="give the inner part a name: `_inner: ...`"
            )
    return None


def _explain(statement: Statement, error: UnexpectedInput) -> Diagnostic:
    at = len(statement.text) if _at_end(error) else error.pos_in_stream or 0
    if unclosed := _unclosed_bracket(statement, at):
        return unclosed
    if at == len(statement.text):
        return _error(statement, "this breaks off", at - 1, at, "something must follow: " + _expected(error))
    rest = statement.text[at:]
    for pattern, message, label, hint in SLIPS:
        if found := re.match(pattern, rest):
            return _error(statement, message, at, at + max(1, len(found[0])), label, hint)
    shown = _word(rest)
    return _error(statement, f"`{shown}` cannot stand here", at, at + len(shown), "expected " + _expected(error))


# What authors write who have written other grammars before: the text at the error, the message, the label, the hint.
SLIPS = (
    (r'"[^\n]*', "a literal is not closed", "no closing quote in this line", 'write a quote inside a literal as \\"'),
    (r"'[^'\n]*'?", "literals are written in double quotes", "single quotes", 'write "..."'),
    (r"::?=|=", "a rule is written with a colon", "expected `:`", "write `name: ...`"),
    (r";", "a rule has no semicolon at its end", "not needed", None),
    (r"\s*\n\s*[^\s]*", "a rule goes on in the next line only after `|`", "the rule ended before this line", None),
    (r"-(?!>)", "a name is made of letters, digits and `_`", "not part of a name", "write `_`"),
    (r"<[^>\n]*>?", "text of the model is written in double quotes", "no quotes", 'write "<...>"'),
    (r"[?*+]", "`?`, `*` and `+` stand behind one item", "no item before this", None),
    (r"~", "`~` counts one item", "expected a number after it", None),
)


def _at_end(error: UnexpectedInput) -> bool:
    return isinstance(error, UnexpectedToken) and error.token.type == "$END"


def _error(statement: Statement, message: str, start: int, end: int, label: str, hint: str | None = None) -> Diagnostic:
    if statement.text.startswith("%") and "|" in message:
        message, label = "an import stands in one line", "still a part of the import"
    blanks = len(statement.text[start:end]) - len(statement.text[start:end].lstrip())
    return Diagnostic(NAME, message, statement.range(start + blanks, end), label, hint=hint)


def _word(text: str) -> str:
    found = re.match(r"\w+|\S", text)
    return found[0] if found else text[:1]


def _expected(error: UnexpectedInput) -> str:
    """Say what could stand there: in words, the usual things only."""
    names: Iterable[str] = ()
    if isinstance(error, UnexpectedToken):
        names = error.accepts or error.expected
    elif isinstance(error, UnexpectedCharacters):
        names = error.allowed or ()
    words = [word for name, word in EXPECTED.items() if name in set(names)]
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "the end of the line"


def _unclosed_bracket(statement: Statement, at: int) -> Diagnostic | None:
    """Point at the bracket that was open when the statement broke off, or at the closer that closes nothing."""
    open_: list[int] = []
    text = statement.text
    for found in _BRACKETS.finditer(text, 0, at + 1):
        if found[1]:
            open_.append(found.start())
        elif found[2] and not (open_ and CLOSERS[text[open_.pop()]] == found[2]):
            return _error(statement, f"`{found[2]}` closes nothing", found.start(), found.end(), "no opener for this")
    if open_ and at == len(text):
        opener = text[open_[-1]]
        label = f"`{CLOSERS[opener]}` is missing"
        return _error(statement, f"`{opener}` is not closed", open_[-1], open_[-1] + 1, label)
    return None
