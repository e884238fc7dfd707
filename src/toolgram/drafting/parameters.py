"""How parameters are written one by one: what stands around keys and values, and how a value is encoded.

In: a prober. Out: a `ParameterCore`. Two parameters of one call show what repeats; strings and numbers, lists and
objects show which values have quotes, and of which language.
"""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from typing import Any

from ..chat_templates import TemplateError
from ..testing.templates.conversations import Call, Turn
from .atoms import shared_end, shared_start
from .cores import DraftError
from .layout import ElementCore, Form, ParameterCore
from .probing import KEYS, NAMES, NUMBERS, TEXTS, Prober

SPECIAL = 'Zq "q" it\'s <b> & \\ é\nend zq'
INNER = {"zqin": ["zqx", True, None]}
QUOTES = ("\"'", '"', "'")


@dataclass(frozen=True, slots=True)
class _Around:
    """What stands around two values of one type, and what repeats of it."""

    behind_name: str
    opener: str
    before: str
    behind: str
    separator: str
    quote: str


def find_parameters(prober: Prober, tail: str) -> ParameterCore | ElementCore:
    """Find out how parameters are written; `tail` is what stands behind the last value. Raises DraftError."""
    if KEYS[0] in tail:
        return _elements(prober, tail)
    texts, numbers = _around(prober, TEXTS), _around(prober, NUMBERS)
    is_python = texts.behind_name.strip() == "(" and texts.before.strip() == "="
    encoding = "python" if is_python else _encoding(prober, texts.quote)
    if texts.quote and encoding == "raw":  # a quote that other values do not have belongs to the markup
        texts = _unquoted(texts)
    other = "python" if is_python else "json"
    object_quote = _object_quote(prober, texts, numbers) if encoding == "raw" and not is_python else ""
    return ParameterCore(
        texts.behind_name,
        Form(texts.opener, texts.before, texts.behind, encoding),
        Form(numbers.opener, numbers.before, numbers.behind, other),
        texts.separator.strip() or ("," if is_python else ""),  # a template that forgets it shows one argument only
        _without(tail, texts.behind),
        object_quote,
        _wrap(prober, texts) if encoding == "raw" else ("", ""),
    )


def _elements(prober: Prober, tail: str) -> ElementCore:
    """Parameters whose key stands once more in their closer."""
    text = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: TEXTS[0], KEYS[1]: TEXTS[1]}),)))
    cut = text.rfind(NAMES[0], 0, text.find(KEYS[0])) + len(NAMES[0])
    before = text[text.find(KEYS[0]) + len(KEYS[0]) : text.find(TEXTS[0])]
    between = text[text.find(TEXTS[0]) + len(TEXTS[0]) : text.find(KEYS[1])]
    closer, _, opener = between.partition(KEYS[0])
    if not opener.startswith(before):
        raise DraftError(f"the closer of an element does not end as its opener does: {between!r}")
    opener = opener.removeprefix(before).strip()
    end = tail.partition(KEYS[0])[2].removeprefix(before)
    item = re.search(re.escape(opener) + r"([\w.\-]+)" + re.escape(before) + "zqx", _inner(prober))
    return ElementCore(
        text[cut : text.find(KEYS[0])].rstrip().removesuffix(opener), opener, before, closer, item and item[1], end
    )


def _inner(prober: Prober) -> str:
    try:
        return prober.answer(Turn((Call(NAMES[0], {"zqobject": INNER}),)))
    except TemplateError:
        return ""


def _wrap(prober: Prober, texts: _Around) -> tuple[str, str]:
    """What stands around a string that holds markup, and around no other."""
    text = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: SPECIAL}),)))
    opener, _, rest = text.partition(KEYS[0])[2].partition(SPECIAL)
    opener, closer = opener.removeprefix(texts.before), rest.partition(texts.behind)[0] if texts.behind else ""
    return (opener, closer) if opener.strip() and closer.strip() else ("", "")


def _without(tail: str, behind: str) -> str:
    return tail[len(shared_start(tail, behind)) :] if behind.strip() else tail


def _around(prober: Prober, values: tuple[Any, ...]) -> _Around:
    """Cut two parameters at their keys and values."""
    text = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: values[0], KEYS[1]: values[1]}),)))
    cuts, at = [], text.rfind(NAMES[0], 0, text.find(KEYS[0])) + len(NAMES[0])
    for word in (KEYS[0], values[0], KEYS[1], values[1]):
        found = text.find(str(word), at)
        if found < 0:
            raise DraftError(f"a parameter is not written in the order key, value: {text[:300]!r}")
        cuts.append(text[at:found])
        at = found + len(str(word))
    name_to_key, before, value_to_key, _ = cuts
    behind_all, quote = text[at:], ""
    if before[-1:] in QUOTES and before[-1:] == value_to_key[:1] == behind_all[:1]:
        quote = before[-1]
        before, value_to_key, behind_all = before[:-1], value_to_key[1:], behind_all[1:]
    opener = shared_end(name_to_key, value_to_key)
    rest = value_to_key[: len(value_to_key) - len(shared_end(value_to_key, name_to_key))]
    behind = shared_start(rest, behind_all)
    behind_name = name_to_key[: len(name_to_key) - len(opener)]
    return _Around(behind_name, opener, before, behind, rest[len(behind) :], quote)


def _unquoted(around: _Around) -> _Around:
    quote = around.quote
    return _Around(
        around.behind_name,
        around.opener,
        around.before + quote,
        quote + around.behind,
        around.separator,
        "",
    )


def _encoding(prober: Prober, quote: str) -> str:
    """How a string is written: as it is, or in the escapes of a language."""
    text = prober.answer(Turn((Call(NAMES[0], {KEYS[0]: SPECIAL}),)))
    if quote == '"' and any(json.dumps(SPECIAL, ensure_ascii=ascii_only) in text for ascii_only in (False, True)):
        return "json"
    if repr(SPECIAL) in text:
        return "python"
    if any(html.escape(SPECIAL, quote=quotes) in text for quotes in (False, True)) and SPECIAL not in text:
        return "xml"
    return "raw"


def _object_quote(prober: Prober, texts: _Around, numbers: _Around) -> str:
    """What strings stand in where objects are written with it, too, and not as JSON."""
    quote = texts.before.removeprefix(numbers.before).strip()
    if not quote or not texts.behind.strip().startswith(quote):
        return ""
    return quote if f"{quote}zqx{quote}" in _inner(prober) else ""
