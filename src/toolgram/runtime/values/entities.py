"""XML entities in text, decoded as it arrives.

In: raw text in pieces. Out: the text with `&amp; &lt; &gt; &quot; &apos;` and numeric references decoded.

Promises: what is no entity stays as it is; at most `ENTITY_MAX` characters are held; the split changes nothing.
"""

from __future__ import annotations

from toolgram.runtime.tables.limits import ENTITY_MAX

NAMED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class EntityDecoder:
    """Decodes one text."""

    __slots__ = ("_held",)

    def __init__(self) -> None:
        self._held = ""

    @property
    def held(self) -> int:
        """Characters that may begin an entity."""
        return len(self._held)

    def write(self, text: str) -> str:
        """Decode more text; return what is certain."""
        text, self._held = self._held + text, ""
        if "&" not in text:
            return text
        parts = text.split("&")
        done = [parts[0]]
        for number, part in enumerate(parts[1:], 2):
            name, closed, rest = part.partition(";")
            if closed and len(name) <= ENTITY_MAX:
                decoded = decode_entity(name)
                done.append("&" + part if decoded is None else decoded + rest)
            elif number == len(parts) and len(part) < ENTITY_MAX and is_entity_prefix(part):
                self._held = "&" + part
            else:
                done.append("&" + part)
        return "".join(done)

    def end(self) -> str:
        """The text is over: what was held is text."""
        held, self._held = self._held, ""
        return held


def is_entity_prefix(name: str) -> bool:
    """Whether `name` can be the beginning of an entity's name."""
    return not name or (name[0] == "#" and name[1:].isalnum()) or name == "#" or name.isalpha()


def decode_entity(name: str) -> str | None:
    """The character that `&name;` stands for; None when it stands for none."""
    if not name.startswith("#"):
        return NAMED.get(name)
    digits, base = (name[2:], 16) if name[1:2] in ("x", "X") else (name[1:], 10)
    if not digits.isascii() or not digits.isalnum() or (base == 10 and not digits.isdigit()):
        return None
    if any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        return None
    number = int(digits, base)
    return chr(number) if 0 < number < 0x110000 and not 0xD800 <= number < 0xE000 else None
