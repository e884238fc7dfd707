"""Response templates of Hugging Face transformers: imported, refused by path, written, and run by the real parser."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

import toolgram
from toolgram.build import compile_one
from toolgram.cli.commands import app
from toolgram.diagnostics import Diagnostic, Source
from toolgram.importers.hf_template import Imported, import_template
from toolgram.registry import find, format_paths
from toolgram.spec import read_spec, read_text
from toolgram.spec.ast import Spec
from toolgram.targets.hf_template import convert
from toolgram.targets.hf_template.nodes import expand, items_of, literals_in, opener_that_ends_thoughts
from toolgram.testing import Case, read_cases
from toolgram.testing.cases import canonical

CALL = {"type": "function", "function": {"name": "{name}", "arguments": "{content}"}}
THINKING = {"open": "<think>", "close": "</think>"}
JSON_CALLS: dict[str, Any] = {
    "start_anchor": "<|turn|>assistant\n",
    "fields": {
        "thinking": THINKING,
        "tool_calls": {
            "open": "<call>",
            "close": "</call>",
            "repeats": True,
            "content": "json",
            "transform": {"type": "function", "function": "{content}"},
        },
        "content": {"close_pattern": r"\s*(?:<\|end\|>|<\|eos\|>)"},
    },
}
TAGS: dict[str, Any] = {
    "start_anchor": "<|turn|>assistant\n",
    "fields": {
        "thinking": THINKING,
        "tool_calls": {
            "open_pattern": r"\s*<calls>\s*<f=(?P<name>[^>\n]+)>",
            "close_pattern": r"</f>\s*</calls>",
            "repeats": True,
            "content": "xml-inline",
            "content_args": {"tag_pattern": r"<p=(?P<key>[^>\n]+)>\s*(?P<value>.*?)\s*</p>"},
            "transform": CALL,
        },
        "content": {},
    },
}
HEADERS: dict[str, Any] = {
    "start_anchor_pattern": r"<\|start\|>assistant",
    "fields": {
        "thinking": {"open": "<|ch|>analysis<|msg|>", "close": "<|end|>"},
        "content": {"open": "<|ch|>final<|msg|>", "close": ["<|end|>", "<|return|>"]},
        "tool_calls": {
            "open_pattern": r"<\|ch\|>calls to=functions\.(?P<name>\w+).*?<\|msg\|>",
            "close": "<|go|>",
            "repeats": True,
            "content": "json",
            "transform": CALL,
        },
    },
}
LISTED: dict[str, Any] = {
    "start_anchor": "<|bot|>",
    "fields": {
        "content": {"open": "<|answer|>", "close": "<|/answer|>"},
        "tool_calls": {
            "open": "<|act|>",
            "close": "<|/act|>",
            "content": "json",
            "transform_each": True,
            "transform": {"function": {"name": "{tool}", "arguments": "{input}"}},
        },
    },
}
LINES: dict[str, Any] = {
    "start_anchor": "<|bot|>",
    "fields": {
        "tool_calls": {
            "open_pattern": r"<call>\s*<f=(?P<name>\w+)>\n",
            "close": "</call>",
            "repeats": True,
            "content": "kv-lines",
            "transform": CALL,
        },
    },
}
QUOTES: dict[str, Any] = {
    "start_anchor": "<|bot|>",
    "fields": {
        "tool_calls": {
            "open_pattern": r"<\|call>call:(?P<name>\w+)",
            "close": "<call|>",
            "repeats": True,
            "content": "json",
            "content_args": {"unquoted_keys": True, "string_delims": [["<q>", "</q>"]]},
            "transform": CALL,
        },
        "content": {"close": ["<|end|>"]},
    },
}
TOOLS = [
    {"type": "function", "function": {"name": name, "parameters": {"properties": {"b": {"type": "integer"}}}}}
    for name in ("f", "get-x")
]
WIRES = [
    (
        JSON_CALLS,
        '<think>\nhm\n</think>\n\nHi\n<call>\n{"name": "f", "arguments": {"a": "x"}}\n</call><|end|>',
        "hm",
        "Hi",
    ),
    (TAGS, "Hi\n<calls>\n<f=f>\n<p=a>\nx\n</p>\n</f>\n</calls>", None, "Hi"),
    (
        HEADERS,
        '<|ch|>analysis<|msg|>hm<|end|><|start|>assistant<|ch|>calls to=functions.f <|msg|>{"a": "x"}<|go|>',
        "hm",
        None,
    ),
    (LISTED, '<|answer|> Hi <|/answer|><|act|>[\n{"tool": "f", "input": {"a": "x"}}]<|/act|>', None, "Hi"),
    (LINES, "<call>\n<f=f>\na: x\n</call>", None, None),
    (QUOTES, "Hi<|call>call:f{a:<q>x</q>}<call|><|end|>", None, "Hi"),
]


def _import(template: Any, name: str = "acme", **config: Any) -> Imported:
    whole = {"response_template": template, **config} if config else template
    return import_template(Source("t.json", json.dumps(whole, indent=2)), name)


def _load(imported: Imported, folder: Path) -> toolgram.Format:
    assert imported.report.ok, [found.message for found in imported.report]
    path = folder / "acme.lark"
    path.write_text(imported.spec, encoding="utf-8")
    assert compile_one(path).report.ok
    return toolgram.load(path)


def _with(template: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A template with another value at a path; None takes the key away."""
    changed: Any = copy.deepcopy(template)
    *steps, last = path.split(".")
    inner = changed
    for step in steps:
        inner = inner.setdefault(step, {})
    if value is None:
        inner.pop(last, None)
    else:
        inner[last] = value
    return dict(changed)


# --- import --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("template", "wire", "reasoning", "content"), WIRES)
def test_an_imported_spec_reads_the_wire_text(
    template: dict[str, Any], wire: str, reasoning: str | None, content: str | None, tmp_path: Path
) -> None:
    message = _load(_import(template), tmp_path).parse(wire, TOOLS)
    assert (message.reasoning, message.content) == (reasoning, content)
    assert [(call.name, json.loads(call.arguments)) for call in message.tool_calls] == [("f", {"a": "x"})]


def test_values_are_safe_and_typed_by_the_schema(tmp_path: Path) -> None:
    wire = "<calls><f=get-x><p=a>x</p> y</p><p=b>7</p></f></calls>"
    [call] = _load(_import(TAGS), tmp_path).parse(wire, TOOLS).tool_calls
    assert (call.name, json.loads(call.arguments)) == ("get-x", {"a": "x</p> y", "b": 7})


def test_what_the_files_around_the_template_say(tmp_path: Path) -> None:
    chat = "{% if enable_thinking is not defined or enable_thinking %}<think>\n{% else %}<think></think>{% endif %}"
    tokens = {"1": {"content": "<call>"}, "2": {"content": "</call>"}, "3": {"content": "<|x|>"}}
    template = _with(JSON_CALLS, "fields.content", {})
    imported = _import(template, added_tokens_decoder=tokens, chat_template=chat, eos_token="<|im_end|>")
    assert list(imported.report) == []
    assert '# special_tokens = ["<call>", "</call>"]' in imported.spec
    assert '# begins_inside  = { reasoning = "enable_thinking", default = true }' in imported.spec
    message = _load(imported, tmp_path).parse('<call>{"name": "g", "arguments": {}}</call><|im_end|>')
    assert [call.name for call in message.tool_calls] == ["g"]
    assert message.content is None


def test_the_beginning_of_the_text_as_opener_is_open_reasoning() -> None:
    imported = _import(_with(JSON_CALLS, "fields.thinking", {"open_pattern": r"(?:^|<think>\s*)", "close": "</think>"}))
    assert "# begins_inside  = { reasoning = true }" in imported.spec


def test_an_imported_page_has_nothing_open() -> None:
    page = _import(TAGS).page
    assert page.startswith("# acme\n\nImported by `toolgram import hf-template`")
    assert "TODO" not in page
    assert "Delimiters inside a value are text" in page


REFUSED = [
    (JSON_CALLS, "fields.citation", {"open": "<c>", "close": "</c>"}, "hf-field", "fields.citation"),
    (JSON_CALLS, "fields.thinking.content", "int", "hf-field", "fields.thinking.content"),
    (JSON_CALLS, "fields.thinking.transform", {"a": "{content}"}, "hf-transform", "fields.thinking.transform"),
    (JSON_CALLS, "fields.thinking.open", None, "hf-bad-template", "fields.content"),
    (JSON_CALLS, "fields.tool_calls.open", None, "hf-field", "fields.tool_calls"),
    (JSON_CALLS, "fields.tool_calls.content", "text", "hf-field", "fields.tool_calls.content"),
    (JSON_CALLS, "fields.tool_calls.join", ", ", "hf-option", "fields.tool_calls.join"),
    (JSON_CALLS, "fields.tool_calls.transform", None, "hf-transform", "fields.tool_calls"),
    (JSON_CALLS, "fields.tool_calls.transform", {"a": 1}, "hf-transform", "fields.tool_calls.transform"),
    (JSON_CALLS, "fields.tool_calls.transform.extra", "x", "hf-transform", "fields.tool_calls.transform.extra"),
    (
        TAGS,
        "fields.tool_calls.transform.function.name",
        "f",
        "hf-transform",
        "fields.tool_calls.transform.function.name",
    ),
    (
        TAGS,
        "fields.tool_calls.transform.function.name",
        "{tool}",
        "hf-transform",
        "fields.tool_calls.transform.function.name",
    ),
    (
        TAGS,
        "fields.tool_calls.content_args.merge_duplicates",
        True,
        "hf-option",
        "fields.tool_calls.content_args.merge_duplicates",
    ),
    (
        TAGS,
        "fields.tool_calls.content_args.tag_pattern",
        "<p>",
        "hf-bad-template",
        "fields.tool_calls.content_args.tag_pattern",
    ),
    (
        TAGS,
        "fields.tool_calls.content_args.value_parser",
        {"name": "kv-lines"},
        "hf-option",
        "fields.tool_calls.content_args.value_parser",
    ),
    (
        QUOTES,
        "fields.tool_calls.content_args.string_delims",
        [["<q>"]],
        "hf-bad-template",
        "fields.tool_calls.content_args.string_delims",
    ),
    (JSON_CALLS, "fields.thinking.opne", "x", "hf-bad-template", "fields.thinking.opne"),
    (JSON_CALLS, "version", 2, "hf-bad-template", "version"),
    (JSON_CALLS, "fields", {}, "hf-bad-template", "fields"),
    (JSON_CALLS, "defaults", {"mood": "good"}, "hf-field", "defaults.mood"),
]


@pytest.mark.parametrize(("template", "path", "value", "name", "blamed"), REFUSED, ids=[case[1] for case in REFUSED])
def test_what_a_spec_cannot_say_is_refused_by_its_path(
    template: dict[str, Any], path: str, value: Any, name: str, blamed: str
) -> None:
    imported = _import(_with(template, path, value))
    assert (imported.spec, imported.page) == ("", "")
    found = [(error.name, error.message.split("`")[1]) for error in imported.report.errors]
    assert (name, blamed) in found
    assert all(error.hint for error in imported.report.errors)


@pytest.mark.parametrize(
    ("pattern", "words", "part"),
    [
        (r"<f name=(?P<name>\w+)\b[^>]*>", r"has `\b`, the edge of a word at character 22", r"\\b"),
        (r"<f=(?P<name>\w+)>(?=x)", "has a look ahead", "(?="),
        (r"(?i:<f>)(?P<name>\w+)", "has a flag", "(?i:"),
        (r"<f{2}=(?P<name>\w+)>", "has a counted repeat", "{2}"),
        (r"<f=(?P<name>get|set)>", "has the group `name`, which has alternatives", "(?P<name>get|set)"),
        (r"(?P<name>\w+)", "may match without any text of its own", ""),
        (r"<f=(?P<name>\w+", "has no valid regex: missing )", ""),
    ],
)
def test_a_regex_is_refused_at_its_construct(pattern: str, words: str, part: str) -> None:
    template = _with(TAGS, "fields.tool_calls.open_pattern", pattern)
    source = Source("t.json", json.dumps(template, indent=2))
    [error, *_] = import_template(source, "acme").report.errors
    assert error.name == "hf-regex"
    assert words in error.message
    assert error.at is not None
    assert source.text[error.at.start : error.at.end].startswith(part)


def test_the_older_kind_of_description_is_told_apart() -> None:
    [error] = import_template(Source("t.json", '{"response_schema": {"x-regex": "a"}}'), "acme").report
    assert error.name == "hf-old-schema"
    [error] = import_template(Source("t.json", '{"chat_template": "x"}'), "acme").report
    assert error.name == "hf-no-template"
    [error] = import_template(Source("t.json", "{,}"), "acme").report
    assert error.name == "hf-not-json"


# --- the command ---------------------------------------------------------------------------------------------------


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command_writes_spec_and_page(tmp_path: Path) -> None:
    folder = tmp_path / "Acme-7B"
    folder.mkdir()
    file = folder / "tokenizer_config.json"
    file.write_text(json.dumps({"response_template": TAGS}))
    result = run("import", "hf-template", file, "--out", tmp_path / "out")
    assert result.exit_code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["acme-7b.lark", "acme-7b.md"]
    again = run("import", "hf-template", file, "--out", tmp_path / "out")
    assert again.exit_code == 2
    assert "is there already" in again.stderr
    assert run("import", "hf-template", file, "--out", tmp_path / "out", "--force").exit_code == 0
    assert run("check", tmp_path / "out" / "acme-7b.lark").exit_code == 0


def test_the_command_writes_nothing_of_a_template_that_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(_with(TAGS, "fields.citation", {"open": "<c>"})))
    result = run("import", "hf-template", file, "--name", "acme", "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "error[hf-field]: `fields.citation` is none of" in result.stderr
    assert not (tmp_path / "out").exists()
    assert run("import", "hf-template", tmp_path / "none.json").exit_code == 2


def test_build_writes_a_template_only_when_it_is_asked_for(tmp_path: Path) -> None:
    found = run("build", "seed_oss", "--target", "hf-template", "--out", tmp_path)
    assert found.exit_code == 0
    assert "warning[hf-value-closer]" in found.stderr
    template = json.loads((tmp_path / "hf-template" / "seed_oss.json").read_text(encoding="utf-8"))
    assert set(template) == {"version", "defaults", "start_anchor_pattern", "fields"}
    refused = run("build", "pythonic", "--target", "hf-template", "--out", tmp_path)
    assert refused.exit_code == 1
    assert "error[hf-value]" in refused.stderr
    run("build", "seed_oss", "--out", tmp_path / "usual")
    assert not (tmp_path / "usual" / "hf-template").exists()


# --- written templates ---------------------------------------------------------------------------------------------


def _converted(name: str) -> dict[str, Any] | None:
    return convert(_spec(name))[0]


def _spec(name: str) -> Spec:
    spec, _ = read_spec(find(name))
    assert spec is not None
    return spec


CONVERTED = [path.stem for path in format_paths() if _converted(path.stem)]
SIMPLE = (
    *("Content only", "One call", "Two calls", "Text before a call", "No arguments", "Reasoning and a call"),
    *("Reasoning and an answer", "Unicode"),
)


def _cases(name: str) -> list[Case]:
    return [case for case in read_cases(find(name).with_suffix(".md")) if case.name in SIMPLE]


# Text in quotes of its own is typed by the schema there, and is a string in a template.
TYPED_IN_QUOTES = ("functiongemma",)
LOOKS_AHEAD = [name for name in CONVERTED if opener_that_ends_thoughts(_spec(name))]  # which no spec says


@pytest.mark.parametrize("name", [name for name in CONVERTED if name not in (*TYPED_IN_QUOTES, *LOOKS_AHEAD)])
def test_a_template_becomes_a_spec_that_reads_the_same(name: str, tmp_path: Path) -> None:
    tokens = {str(number): {"content": token} for number, token in enumerate(_spec(name).meta.special_tokens)}
    imported = _import(_converted(name), added_tokens_decoder=tokens)
    fmt = _load(imported, tmp_path)
    for case in _cases(name):
        message = fmt.parse(case.text, case.tools, case.inside)
        expected = [(call.name, call.arguments) for call in case.expected.calls]
        assert [(call.name, canonical(json.loads(call.arguments))) for call in message.tool_calls] == expected, (
            case.name
        )
        assert (message.content, message.reasoning) == (case.expected.content, case.expected.reasoning), case.name


@pytest.mark.parametrize("name", CONVERTED)
def test_the_real_parser_reads_the_simple_cases(name: str) -> None:
    real = pytest.importorskip("transformers.utils.chat_parsing")
    template = _converted(name)
    for case in _cases(name):
        whole = real.parse_response(case.text, template, prefix=_prompt(name, case), tools=case.tools)
        parser = real.ResponseParser(template, prefix=_prompt(name, case), tools=case.tools)
        for start in range(0, len(case.text), 3):
            parser.feed(case.text[start : start + 3])
        assert parser.finalize()[0] == whole, case.name
        calls = [(call["function"]["name"], _arguments(call["function"])) for call in whole.get("tool_calls", [])]
        assert calls == [(call.name, call.arguments) for call in case.expected.calls], case.name
        found = (whole.get("content"), whole.get("thinking"))
        assert found == (case.expected.content, case.expected.reasoning), case.name


def _prompt(name: str, case: Case) -> str:
    """The end of a prompt, with the opener of the reasoning if it is in there."""
    if not case.inside:
        return "<|user|>Hi"
    spec = _spec(name)
    [opener, *_] = literals_in(items_of(expand(spec, spec.rules["reasoning"].body)))
    return f"<|user|>Hi{opener.text}"


def _arguments(function: dict[str, Any]) -> str:
    given = function["arguments"]
    return canonical(json.loads(given) if isinstance(given, str) else given)


HEADER = '# /// format\n# title = "Acme"\n# models = []\n# ///\n'
BUILT = "start: (content | tool_call)*\ncontent: TEXT\n"
STOPPED = [
    ('tool_call: "<c>" name ">" arguments\nname: TEXT\narguments: JSON_OBJECT', "hf-close", "tool_call"),
    ('tool_call: name "(" arguments ")"\nname: NAME\narguments: JSON_OBJECT', "hf-open", "name"),
    (
        'tool_call: "<c>" name ">" parameter* "</c>"\nname: TEXT\n'
        'parameter: "<p=" key ">" value "</p>"\nkey: TEXT\nvalue: XML_TEXT',
        "hf-value",
        "value",
    ),
    (
        'tool_call: "<a>" name "|" arguments "</a>" | "<b>" arguments "|" name "</b>"\n'
        "name: TEXT\narguments: JSON_OBJECT",
        "hf-call",
        '"<a>"',
    ),
]


@pytest.mark.parametrize(("rules", "name", "blamed"), STOPPED)
def test_what_a_template_cannot_say_is_told_with_its_place(rules: str, name: str, blamed: str) -> None:
    builtins = [word for word in ("TEXT", "XML_TEXT", "NAME", "JSON_OBJECT") if f" {word}" in BUILT + rules]
    text = f"{HEADER}%import toolgram ({', '.join(builtins)})\n{BUILT}{rules}\n"
    spec, report = read_text("acme.lark", text)
    assert spec is not None, [found.message for found in report]
    template, found = convert(spec)
    assert template is None
    error: Diagnostic = found[-1]
    assert error.name == name
    assert error.at is not None
    assert text[error.at.start :].startswith(blamed) or text[: error.at.start].endswith(f"{blamed}: ")
