"""Write the object, the array or the quoted string that the text of one argument begins with.

In: the text in pieces. Out: one JSON value.

    {"a": 1}                 {"a": 1}
    {1, 2} or {not json}     "{1, 2} or {not json}": nothing but brackets could be made of it, so it is a string
    [{\\"id\\": 1}]            [{"id": 1}]: JSON that was escaped once too often

How: while nothing but brackets has been made of the text, both are held, and the text is read character by character,
so that it is a string for every split or for none.

Promises: all `write`s and `end` joined are one JSON value, the same for every split; `plain` finds nothing in text
that `write` would return unchanged; at most `UNION_MAX` characters are held.
"""

from __future__ import annotations

import re
from typing import Optional

from toolgram.runtime.near_json.escape import PlainSearch, escape
from toolgram.runtime.near_json.scan import ValueScanner
from toolgram.runtime.tables.limits import BLANKS, UNION_MAX
from toolgram.runtime.values.held_text import HeldText

IS_ESCAPED = re.compile(r'[\[{ \t\n\r]*\\"').match
IS_HALF_ESCAPED = re.compile(r"[\[{ \t\n\r]*\\\Z").match
UNESCAPE = re.compile(r'\\(["\\])').sub
BRACKETS_ONLY = "[{"


class ScanWriter:
    """Write the first structured value of the text; nothing in it is a delimiter, so that junk is skipped.

    `depth` is how many containers are open around the value.
    """

    __slots__ = ("_backslash", "_depth", "_is_escaped", "_is_text", "_out", "_python", "_scanner", "_skips", "_source")

    def __init__(self, python: bool, depth: int = 0) -> None:
        self._python = python
        self._depth = depth
        self._scanner = ValueScanner(python=python, depth=depth)
        self._skips = False  # something was skipped
        self._source: Optional[HeldText] = HeldText()  # while nothing but brackets has been made of it
        self._out = ""
        self._is_text = False  # it is no structured value: it goes out as a string
        self._is_escaped = False  # its quotes are escaped
        self._backslash = ""  # the half of an escape

    @property
    def is_lossy(self) -> bool:
        """Something of the text is not in the value."""
        return not self._is_text and (self._skips or self._scanner.lossy)

    @property
    def is_mended(self) -> bool:
        """The text is no value of its language as it stands."""
        return not self._is_text and (self._skips or self._scanner.mended)

    @property
    def plain(self) -> Optional[PlainSearch]:
        return None if self._source is not None or self._is_text or self._is_escaped else self._scanner.plain

    @property
    def held(self) -> int:
        source = self._source.size if self._source is not None else 0
        return self._scanner.held + source + len(self._backslash)

    @property
    def work(self) -> int:
        return self._scanner.work

    @property
    def whole(self) -> bool:
        """The value has ended by itself."""
        return self._scanner.complete and not self._is_text

    def write(self, text: str) -> str:
        if self._source is not None and not self._source.size:
            at = len(text) - len(text.lstrip(BLANKS))
            whole = self._scanner.read_whole(text, at, False) if at < len(text) else None
            if whole is not None:
                self._settle()
                return whole[0] + self._write(text[whole[1] :])
        at = 0
        while self._source is not None and at < len(text):
            self._read_first(self._source, text[at])
            at += 1
        if self._source is not None:
            return ""
        out, self._out = self._out, ""
        return out + self._write(text[at:])

    def end(self) -> str:
        source = self._source
        if source is not None:
            if self._scanner.lossy or source.text().strip("[]{}," + BLANKS):
                self._become_text(source)
            else:
                self._settle()
        out, self._out = self._out, ""
        return out + ('"' if self._is_text else self._scanner.close())

    def _read_first(self, source: HeldText, mark: str) -> None:
        """Read one character more, while nothing but brackets has been made of the text."""
        source.add(mark)
        self._out += self._scan(mark)
        if self._skips or self._scanner.lossy:
            text = source.text()
            if IS_ESCAPED(text) and not self._is_escaped:
                self._read_escaped(text)
            elif not IS_HALF_ESCAPED(text):
                self._become_text(source)
        elif self._scanner.done or self._out.strip(BRACKETS_ONLY) or source.size >= UNION_MAX:
            self._settle()

    def _settle(self) -> None:
        self._source = None

    def _become_text(self, source: HeldText) -> None:
        self._is_text = True
        self._out = '"' + escape(source.take())
        self._settle()

    def _read_escaped(self, text: str) -> None:
        """Read it again, as what its escapes stand for."""
        self._scanner = ValueScanner(python=self._python, depth=self._depth)
        self._skips, self._is_escaped = False, True
        self._out = self._write(text)
        self._settle()

    def _write(self, text: str) -> str:
        if self._is_text:
            return escape(text)
        return self._scan(self._unescaped(text) if self._is_escaped else text)

    def _unescaped(self, text: str) -> str:
        text, self._backslash = self._backslash + text, ""
        if (len(text) - len(text.rstrip("\\"))) % 2:
            text, self._backslash = text[:-1], "\\"
        return UNESCAPE(r"\1", text)

    def _scan(self, text: str) -> str:
        scanner = self._scanner
        out, at = scanner.feed(text)
        if at == len(text):
            return out
        parts = [out]
        while at < len(text) and not scanner.done:
            if scanner.stuck:
                at, self._skips = scanner.skip(text, at), True
            out, at = scanner.feed(text, at)
            parts.append(out)
        self._skips = self._skips or bool(text[at:].strip(BLANKS))
        return "".join(parts)
