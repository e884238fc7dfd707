"""The grammar of a layout, as text in the dialect.

In: a `Layout`. Out: the rules, in the order in which specs have them: from the outside in.
"""

from __future__ import annotations

import json
import re

from ..spec.builtins import IMPORTABLE
from .atoms import joined, parts
from .layout import ID, NAME_AGAIN, ElementCore, Form, JsonCore, Layout, Member, NamedCore, ParameterCore

LITERAL = re.compile(r'"(?:\\.|[^"\\])*"')
SLIPS = {"arguments": "parameters", "parameters": "arguments"}  # what models write for each other, in any format
LINE_MAX = 100
DOUBLE = "JSON_OBJECT | JSON_STRING"


class _Writer:
    """Collects rules; the order in which they are asked for is the order in the file."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.rules: dict[str, str] = {}

    def rule(self, name: str, body: str) -> str:
        self.rules.setdefault(name, body)
        return name


def write_rules(layout: Layout) -> str:
    """Write imports and rules."""
    writer = _Writer(layout)
    writer.rules["start"] = ""
    if layout.reasoning is not None:
        opener, closer = layout.reasoning
        writer.rules["reasoning"] = joined(parts(opener), ["_WS?", "TEXT", "_WS?"], parts(closer)) + " _WS?"
    _wrap(writer)
    writer.rules["content"] = "TEXT"
    calls, is_bare = _section(writer)
    writer.rules["start"] = _start(writer, calls, is_bare)
    used = set(re.findall(r"\w+", " ".join(LITERAL.sub(" ", body) for body in writer.rules.values())))
    imports = f"%import toolgram ({', '.join(name for name in IMPORTABLE if name in used)})"
    lines = [_line(name, body) for name, body in writer.rules.items()]
    return "\n".join([imports, "", lines[0], "", *lines[1:], ""])


def _line(name: str, body: str) -> str:
    """A rule; of one that is long, each alternative has a line of its own."""
    line = f"{name}: {body}"
    alternatives = re.split(r" \| (?![^({]*[)}])", body) if len(line) > LINE_MAX else [body]
    return f"{name}: " + f"\n{' ' * len(name)}| ".join(alternatives)


def _wrap(writer: _Writer) -> None:
    for name, text in zip(("_answer", "_answer_end"), writer.layout.wrap, strict=True):
        if text.strip():
            before = "_WS? " if text[0].isspace() else ""
            writer.rules[name] = before + joined(parts(text)) + (" _WS?" if name == "_answer" else "")


def _start(writer: _Writer, calls: str, is_bare: bool) -> str:
    wraps = [name for name in ("_answer", "_answer_end") if name in writer.rules]
    reasoning = "reasoning? " if "reasoning" in writer.rules else ""
    if wraps:
        begin = ["reasoning"] if reasoning else []
        return f"({' | '.join([*begin, *wraps, 'content', calls])})*"
    if is_bare:
        return f"{reasoning}({calls} | content)" if reasoning else f"{calls} | content"
    return f"{reasoning}(content | {calls})*"


def _section(writer: _Writer) -> tuple[str, bool]:
    """The rule that stands in `start`, and whether nothing opens it."""
    layout = writer.layout
    opener, closer = layout.section
    is_json = isinstance(layout.core, JsonCore)
    outer, inner = opener.rstrip(), closer.lstrip()
    is_array = is_json and outer.endswith("[") and inner.startswith("]") and not layout.head.strip()
    if is_array:
        writer.rules["_section"] = ""
        _call(writer)
        body = joined(parts(outer[:-1]), ["_WS?", "json_array{tool_call}", "_WS?"], parts(inner[1:]))
        writer.rules["_section"] = body
        return "_section", not outer[:-1].strip()
    first = opener.strip() or layout.head.strip()
    is_bare = first in ("", "[", "(", "{")
    name = "_section" if opener.strip() or closer.strip() or layout.separator else "_calls"
    if name == "_calls" and not (is_bare and layout.repeats):
        _call(writer)
        return "tool_call", is_bare
    writer.rules[name] = ""
    _call(writer)
    if layout.separator:
        many = ["tool_call", f"(_WS? {joined(parts(layout.separator))} _WS? tool_call)*"]
    elif name == "_calls":
        many = ["tool_call (_WS? tool_call)*"]
    else:
        many = ["(tool_call _WS?)*"]
    writer.rules[name] = joined(parts(opener), ["_WS?"], many, ["_WS?"], parts(closer))
    return name, is_bare


def _call(writer: _Writer) -> None:
    layout, core = writer.layout, writer.layout.core
    head, tail = _markup(writer, layout.head), _markup(writer, layout.tail)
    writer.rules["tool_call"] = ""
    match core:
        case JsonCore(members):
            middle = [f"json_object{{{_members(writer, '_member', members)}}}"]
        case NamedCore():
            middle = _named(writer, core)
        case ParameterCore():
            middle = _parameters(writer, core)
        case ElementCore():
            middle = _elements(writer, core)
    gap = ["_WS?"] if isinstance(core, JsonCore) or _is_closed(layout.head) else []
    writer.rules["tool_call"] = joined(head, gap, middle, ["_WS?"], tail)


def _is_closed(text: str) -> bool:
    """Whether blanks mean nothing behind a piece of markup: a tag ends with it."""
    return not text.strip() or text[-1].isspace() or text[-1] in ">]|"


def _is_opener(text: str) -> bool:
    """Whether blanks mean nothing before a piece of markup: it begins something, and is no end of an attribute."""
    return not text.strip() or text[0].isspace() or text[0] in "<[{(|`:"


def _elements(writer: _Writer, core: ElementCore) -> list[str]:
    name = writer.rule("name", "TEXT" if core.behind_name.strip() else "NAME")
    writer.rule("parameter", "element")
    opener, before, closer = parts(core.opener), parts(core.before), parts(core.closer)
    inner = ["(value | element (_WS? element)* _WS?)"]
    writer.rule("element", joined(opener, ["key"], before, inner, closer, ["key"], before))
    writer.rule("key", "TEXT")
    writer.rule("value", "TEXT")
    return [name, *parts(core.behind_name), "_WS?", "(parameter _WS?)*", *_markup(writer, core.end)]


def _markup(writer: _Writer, text: str) -> list[str]:
    """Parts of markup, with captures where ids stand."""
    found: list[str] = []
    for word in re.split(f"([{ID}{NAME_AGAIN}])", text):
        if word == ID:
            found.append(writer.rule("id", "TEXT"))
        elif word == NAME_AGAIN:
            found.append(writer.rule("_to", "NAME"))
        elif word:
            found += parts(word)
    return found


def _members(writer: _Writer, rule: str, members: tuple[Member, ...]) -> str:
    keyed = [member for member in members if member.role == "keyed"]
    if keyed:
        writer.rule("name", "JSON_STRING")
        writer.rule("arguments", "JSON_OBJECT")
        return "json_member{name, arguments}"
    writer.rules[rule] = ""
    has_name = False
    choices = []
    for member in members:
        key = json.dumps(member.key, ensure_ascii=False)
        has_name = has_name or member.role == "name"
        choices.append(f"json_member{{{key}, {_member(writer, member, has_name)}}}")
        slip = SLIPS.get(member.key) if member.role == "arguments" else None
        if slip is not None and slip not in (one.key for one in members):
            choices.append(f'json_member{{"{slip}", arguments}}')
    writer.rules[rule] = " | ".join(choices)
    return rule


def _member(writer: _Writer, member: Member, has_name: bool) -> str:
    match member.role:
        case "name":
            return writer.rule("name", "JSON_STRING")
        case "arguments":
            return writer.rule("arguments", DOUBLE)
        case "id":
            return writer.rule("_sent_id" if has_name else "id", "JSON_STRING")
        case "nested":
            inner = _members(writer, "_member_of_it", member.inner)
            return writer.rule("_inner", f"json_object{{{inner}}}")
    return writer.rule("_other", "JSON")


def _named(writer: _Writer, core: NamedCore) -> list[str]:
    between = re.split(f"({ID})", core.between)
    middle: list[str] = []
    for word in between:
        middle += [writer.rule("_sent_id", "NAME")] if word == ID else parts(word)
    is_literal = any(part.startswith('"') for part in middle[:2])
    name = writer.rule("name", "TEXT" if is_literal else "NAME")
    if core.is_id:
        writer.rules["id"] = '"functions."? name ":" INT'
        name = "id"
    writer.rule("arguments", DOUBLE)
    gap = ["_WS?"] if _is_opener(core.between) else []
    return [name, *gap, *middle, "_WS?", "arguments"]


def _parameters(writer: _Writer, core: ParameterCore) -> list[str]:
    separator = core.separator.strip()
    is_python = core.string.encoding == "python"
    behind_name = parts(core.behind_name)
    is_word = is_python or not _literal_follows(core)
    name = writer.rule("name", "NAME" if is_word or core.quote else "TEXT")
    writer.rules["parameter"] = ""
    many = f"[parameter (_WS? {joined(parts(separator))} _WS? parameter)*]" if separator else "(parameter _WS?)*"
    writer.rules["parameter"] = " | ".join(_forms(writer, core, is_python))
    end = _markup(writer, core.end)
    gap = ["_WS?"] if _is_opener(core.behind_name) else []
    return [name, *gap, *behind_name, "_WS?", many, "_WS?", *end]


def _literal_follows(core: ParameterCore) -> bool:
    return bool(core.behind_name.strip() or core.string.opener.strip())


def _forms(writer: _Writer, core: ParameterCore, is_python: bool) -> list[str]:
    """The alternatives of a parameter: one for all values, or one for strings and one for the others."""
    writer.rule("key", "NAME" if is_python else "TEXT")
    if core.quote:
        return [_own_literals(writer, core)]
    strings, others = core.string, core.other
    opener, key = parts(strings.opener), ["key"]
    if is_python:
        writer.rule("python", "PYTHON")
        return [joined(opener, key, ["_WS?"], parts(others.before), ["_WS?"], ["python"], parts(others.behind))]
    if strings.encoding == "json":
        writer.rule("json", "JSON")
        return [joined(opener, key, parts(strings.before), ["json"], ["_WS?"], parts(strings.behind))]
    text = "XML_TEXT" if strings.encoding == "xml" else "TEXT"
    if core.wrap[0]:
        text = f"{joined(parts(core.wrap[0]))} TEXT {joined(parts(core.wrap[1]))} | {text}"
    if _same(strings, others):
        writer.rule("value", text)
        return [_around(strings, "value")]
    writer.rule("string", text)
    writer.rule("json", "JSON")
    return [_around(strings, "string"), _around(others, "json")]


def _same(strings: Form, others: Form) -> bool:
    texts = ((form.opener, form.before, form.behind) for form in (strings, others))
    first, second = ([text.split() for text in around] for around in texts)
    return first == second


def _around(form: Form, capture: str) -> str:
    """A parameter; of a raw value the line breaks that the template adds are markup, and no others."""
    before, behind = parts(form.before), parts(form.behind)
    if before and before[-1] == "_WS?":
        before[-1] = "_NL?" if capture != "json" else "_WS?"
    if behind and behind[0] == "_WS?":
        behind[0] = "_NL?" if capture != "json" else "_WS?"
    return joined(parts(form.opener), ["key"], before, [capture], behind)


def _own_literals(writer: _Writer, core: ParameterCore) -> str:
    """Objects and arrays in literals of the format's own."""
    quote = joined(parts(core.quote))
    value = "(string | object | array | json)"
    pair = f"key _colon {value}"
    writer.rule("string", f"{quote} TEXT {quote}")
    writer.rule("object", f'"{{" _WS? [{pair} (_comma {pair})*] _WS? "}}"')
    writer.rule("array", f'"[" _WS? [{value} (_comma {value})*] _WS? "]"')
    writer.rule("json", "JSON")
    writer.rule("_colon", f"_WS? {joined(parts(core.other.before))} _WS?")
    writer.rule("_comma", '_WS? "," _WS?')
    return joined(parts(core.string.opener), [pair])
