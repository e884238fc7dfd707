"""The region of calls as rules: where the name is, where the arguments are, and how they are written.

In: the field `tool_calls` of a template. Out: the rules `tool_call`, `name`, `arguments` or `parameter` of a draft.

A template says it in two parts: `content` parses the text of the region, and `transform` says which part of what was
parsed is what. A spec says it in one, so the two are read together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ...spec.literals import quote
from .grammar import stripped
from .regions import CALLS, Draft, named_groups
from .template import FieldModel

PATH = f"fields.{CALLS}"
PLACEHOLDER = re.compile(r"\{(\w+(?:\.\w+)*)\}")
SHAPE = '"transform": {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}'
TAG = re.compile(r"<([A-Za-z_][\w:.-]*)")


@dataclass
class Shape:
    """Where the parts of a call come from: a group of the opener, or a path in the parsed content; None: not given."""

    name: str | None
    arguments: str | None
    id: str | None = None


def draft_calls(draft: Draft) -> None:
    """Write the region of calls."""
    model = draft.template.model.fields.get(CALLS)
    if model is None:
        return
    shape = _shape(draft, model)
    match model.content:
        case "json":
            _check_args(draft, model, ("unquoted_keys", "string_delims", "allow_non_json"))
            _json(draft, model, shape)
        case "xml-inline":
            _check_args(draft, model, ("tag_pattern", "value_parser", "merge_duplicates"))
            _inline(draft, model, shape)
        case "kv-lines":
            _check_args(draft, model, ("line_sep", "kv_sep", "value_parser", "strip"))
            _lines(draft, model, shape)
        case other:
            hint = 'the arguments of a call are "json", "xml-inline" or "kv-lines"'
            draft.template.refuse("hf-field", f"{PATH}.content", f"is `{other}`, which gives no arguments", hint)
    if model.join is not None:
        draft.template.refuse("hf-option", f"{PATH}.join", "joins texts, and calls are none", "leave it out")
    if not model.optional:
        draft.template.warn("hf-optional", f"{PATH}.optional", "is left out: a parser never refuses what a model wrote")


def _check_args(draft: Draft, model: FieldModel, known: tuple[str, ...]) -> None:
    for key in sorted(set(model.content_args) - set(known)):
        words = f"is no option of `{model.content}`"
        draft.template.refuse("hf-option", f"{PATH}.content_args.{key}", words, f"the options are {', '.join(known)}")
    if model.content_args.get("allow_non_json"):
        words = "is left out: arguments that are no JSON are repaired as they come, and stay one JSON object"
        draft.template.warn("hf-option", f"{PATH}.content_args.allow_non_json", words)
    if model.content_args.get("merge_duplicates"):
        hint = "leave it out: of a parameter given twice the first then counts"
        path = f"{PATH}.content_args.merge_duplicates"
        draft.template.refuse("hf-option", path, "makes lists of repeated tags, which a spec cannot say", hint)


def _shape(draft: Draft, model: FieldModel) -> Shape:
    """Read the transform."""
    transform, path = model.transform, f"{PATH}.transform"
    if transform is None:
        _refuse_transform(draft, PATH, "has no `transform`: nothing says where the name of the function is")
        return Shape(None, None)
    if not isinstance(transform, dict) or "function" not in transform:
        _refuse_transform(draft, path, "does not build a call with a `function`")
        return Shape(None, None)
    for key in sorted(set(transform) - {"type", "function", "id"}):
        _refuse_transform(draft, f"{path}.{key}", "is no part of a call")
    function = transform["function"]
    id_ = _source(draft, model, f"{path}.id", transform["id"]) if "id" in transform else None
    if function == "{content}":
        return Shape("content.name", "content.arguments", id_)
    if not isinstance(function, dict):
        _refuse_transform(draft, f"{path}.function", "is neither `{content}` nor a name and arguments")
        return Shape(None, None, id_)
    for key in sorted(set(function) - {"name", "arguments"}):
        _refuse_transform(draft, f"{path}.function.{key}", "is no part of a function")
    found = {}
    for key in ("name", "arguments"):
        if key in function:
            found[key] = _source(draft, model, f"{path}.function.{key}", function[key])
        else:
            _refuse_transform(draft, f"{path}.function", f"has no `{key}`")
    return Shape(found.get("name"), found.get("arguments"), id_)


def _source(draft: Draft, model: FieldModel, path: str, value: Any) -> str | None:
    """Return what a placeholder names: a group, `content`, or `content.x` for a member of the parsed content."""
    found = PLACEHOLDER.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        _refuse_transform(draft, path, f"is `{value}`, the same in every call, and not what the model writes")
        return None
    name = f"content.{found[1]}" if model.transform_each else found[1]
    if name.count(".") > 1:
        _refuse_transform(draft, path, f"leads deeper into the content than one key: `{found[1]}`")
        return None
    root = name.split(".")[0]
    if root != "content" and name not in named_groups(model.open_pattern):
        where = "its text would be read before" if name in named_groups(model.close_pattern) else "there is none"
        _refuse_transform(draft, path, f"names `{name}`, and no group of `open_pattern` is called so: {where}")
        return None
    return name


def _refuse_transform(draft: Draft, path: str, words: str) -> None:
    draft.template.refuse("hf-transform", path, words, f"a spec can say: {SHAPE}")


def _delimiters(draft: Draft, shape: Shape) -> tuple[list[str], list[str]]:
    """Write opener and closer; the captures among them are what the transform uses."""
    names = {group: key for key, group in (("name", shape.name), ("id", shape.id)) if group and "." not in group}
    opener = stripped(draft.delimiter(PATH, "open", names, may_skip=True))
    closer = stripped(draft.delimiter(PATH, "close", {}, may_skip=True))
    model = draft.template.model.fields[CALLS]
    if model.open is None and model.open_pattern is None:
        hint = 'give it an opener: "open": "<tool_call>"'
        draft.template.refuse("hf-field", PATH, "has no opener: every text would be a call", hint)
    return opener, closer


def _json(draft: Draft, model: FieldModel, shape: Shape) -> None:
    opener, closer = _delimiters(draft, shape)
    body = ["_WS?", *_dialect(draft, model, shape)]
    if shape.arguments == "content":
        if shape.name is not None and "." in shape.name:
            _refuse_transform(draft, f"{PATH}.transform.function.name", "is inside of the arguments")
        tail = _tail(closer)
        draft.rules["tool_call"] = " ".join([*opener, *body, *tail])
        draft.start.append("tool_call")
        return
    members = {key: path.split(".")[1] for key, path in _paths(shape)}
    if shape.name is not None and "name" not in members:
        draft.rules.setdefault("name", "NAME")
    object_ = "json_object{_member}"
    draft.rules["_member"] = " | ".join(f"json_member{{{quote(path)}, {key}}}" for key, path in members.items())
    draft.rules |= {key: "JSON_STRING" for key in members if key != "arguments"}
    if "arguments" in members:
        draft.rules["arguments"] = "JSON_OBJECT | JSON_STRING"
    if model.transform_each:
        draft.rules["tool_call"] = object_
        draft.rules["_section"] = " ".join([*opener, "_WS?", "json_array{tool_call}", *_tail(closer)])
        draft.start.append("_section")
    else:
        draft.rules["tool_call"] = " ".join([*opener, "_WS?", object_, *_tail(closer)])
        draft.start.append("tool_call")


def _tail(closer: list[str]) -> list[str]:
    return ["_WS?", *closer] if closer else []


def _paths(shape: Shape) -> Iterator[tuple[str, str]]:
    """Yield the parts of a call that are members of the content."""
    for key, path in (("id", shape.id), ("name", shape.name), ("arguments", shape.arguments)):
        if path is not None and "." in path:
            yield key, path


def _dialect(draft: Draft, model: FieldModel, shape: Shape) -> list[str]:
    """Write the arguments of a call as JSON, or as the JSON with other quotes that `string_delims` is about."""
    pairs = model.content_args.get("string_delims") or []
    if not pairs:  # keys without quotes are repaired in any format
        if shape.arguments == "content":
            draft.rules["arguments"] = "JSON_OBJECT"
        return ["arguments"]
    path = f"{PATH}.content_args.string_delims"
    if not all(isinstance(pair, list) and len(pair) == 2 and all(map(_is_text, pair)) for pair in pairs):
        draft.template.refuse("hf-bad-template", path, "is no list of pairs of texts", '[["<|q|>", "<|q|>"]]')
        return ["arguments"]
    if shape.arguments != "content":
        hint = "the name has to be in the opener: `(?P<name>...)`"
        draft.template.refuse("hf-option", path, "is about the text that holds the name of the function too", hint)
        return ["arguments"]
    quoted = [(quote(opener), quote(closer)) for opener, closer in pairs]
    keys = [f"{opener} key {closer}" for opener, closer in quoted]
    keys.append("key" if model.content_args.get("unquoted_keys") else '"\\"" key "\\""')
    values = "(string | object | array | json)"
    draft.rules |= {
        "parameter": f"_key _colon {values}",
        "_key": " | ".join(keys),
        "key": "TEXT",
        "string": " | ".join(f"{opener} TEXT {closer}" for opener, closer in quoted),
        "object": f'"{{" _WS? [_key _colon {values} (_comma _key _colon {values})*] _WS? "}}"',
        "array": f'"[" _WS? [{values} (_comma {values})*] _WS? "]"',
        "json": "JSON",
        "_colon": '_WS? ":" _WS?',
        "_comma": '_WS? "," _WS?',
    }
    return ['"{"', "_WS?", "[parameter (_comma parameter)*]", "_WS?", '"}"']


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _inline(draft: Draft, model: FieldModel, shape: Shape) -> None:
    """Arguments of which each has a tag."""
    opener, closer = _delimiters(draft, shape)
    _check_flat(draft, shape)
    path, pattern = f"{PATH}.content_args.tag_pattern", model.content_args.get("tag_pattern")
    value = _value(draft, model)
    if not isinstance(pattern, str) or not named_groups(pattern) >= {"key", "value"}:
        if isinstance(pattern, str) and not named_groups(pattern):
            draft.pattern(path, pattern, {"key": "key", "value": value})  # says what is wrong with it
        words = "is a regex with the groups `key` and `value`"
        draft.template.refuse("hf-bad-template", path, words, r"<p=(?P<key>[^>]+)>(?P<value>.*?)</p>")
        return
    draft.rules["parameter"] = " ".join(draft.pattern(path, pattern, {"key": "key", "value": value}))
    if value == "json":
        draft.rules["json"] = "JSON"
    tags = _closing_tags(opener, closer)
    for tag in tags:
        words = f"skips what stands before it; the spec expects `{tag}` there, or nothing"
        draft.template.warn("hf-closer", f"{PATH}.{_given(model)}", words, "make it part of the closer")
    body = ["_WS?", "(parameter _WS?)*", *(f"({quote(tag)} _WS?)?" for tag in tags)]
    draft.rules["tool_call"] = " ".join([*opener, *body, *closer])
    draft.start.append("tool_call")


def _given(model: FieldModel) -> str:
    return "close" if model.close is not None else "close_pattern" if model.close_pattern is not None else "content"


def _closing_tags(opener: list[str], closer: list[str]) -> list[str]:
    """Name the tags that the opener opens and no delimiter closes; values are safe only if their closers are known."""
    opened, closed = TAG.findall(" ".join(opener)), " ".join(closer)
    return [f"</{tag}>" for tag in reversed(opened) if f"</{tag}" not in closed] if closed else []


def _value(draft: Draft, model: FieldModel) -> str:
    """Name the capture of a value: raw text that the tool's schema types, or JSON that types itself."""
    parser = model.content_args.get("value_parser")
    name = parser.get("name") if isinstance(parser, dict) else None
    args = parser.get("args") or {} if isinstance(parser, dict) else {}
    path = f"{PATH}.content_args.value_parser"
    if parser is None or name == "text":
        return "value"
    if name == "json" and args.get("allow_non_json"):
        words = "guesses types from the text; the spec lets the tool's schema type it, and without one it is a string"
        draft.template.warn("hf-typing", path, words)
        return "value"
    if name in ("json", "int", "float", "bool") and not args:
        return "json"
    hint = 'leave it out: the tool\'s schema types the values; or {"name": "json"}'
    draft.template.refuse("hf-option", path, "parses values in a way that a spec cannot say", hint)
    return "value"


def _lines(draft: Draft, model: FieldModel, shape: Shape) -> None:
    """Arguments of which each has a line."""
    opener, closer = _delimiters(draft, shape)
    _check_flat(draft, shape)
    line, between = model.content_args.get("line_sep", "\n"), model.content_args.get("kv_sep", ":")
    for key, value in (("line_sep", line), ("kv_sep", between)):
        if not isinstance(value, str) or not value:
            draft.template.refuse("hf-bad-template", f"{PATH}.content_args.{key}", "is no text", '"\\n"')
            return
    value = _value(draft, model)
    blanks = " _WS?" if model.content_args.get("strip", True) is not False else ""
    draft.rules |= {"parameter": f"key{blanks} {quote(between)}{blanks} {value}", "key": "TEXT"}
    draft.rules[value] = "JSON" if value == "json" else "TEXT"
    body = f"_WS? [parameter ({quote(line)}{blanks} parameter)*]"
    draft.rules["tool_call"] = " ".join([*opener, body, *_tail(closer)])
    draft.start.append("tool_call")


def _check_flat(draft: Draft, shape: Shape) -> None:
    """Tags and lines hold the arguments only; the name is in the opener."""
    path = f"{PATH}.transform.function"
    if shape.name is not None and "." in shape.name:
        _refuse_transform(draft, path, "takes the name from among the arguments")
    if shape.arguments not in (None, "content"):
        _refuse_transform(draft, path, "takes the arguments from one of the arguments")
