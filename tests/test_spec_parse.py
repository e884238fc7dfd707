"""Reading specs: the sketches of the design are sound, and every construct becomes the node it should."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark.load_grammar import _get_parser

from toolgram.diagnostics import Source
from toolgram.spec import parse_spec, read_spec, read_text
from toolgram.spec.ast import Choice, Literal, Ref, Repeat, Seq
from toolgram.spec.follow import body_of, show, uses
from toolgram.spec.metadata import BeginsInside

META = '# /// format\n# title = "T"\n# models = ["m/*"]\n# ///\n'

QWEN = (
    META
    + r"""
%import toolgram (TEXT, _WS, _NL)

start: (reasoning | content | tool_call)*

reasoning: "<think>" TEXT "</think>"
content: TEXT
tool_call: "<tool_call>" _WS? _function _WS? "</tool_call>"
         | _function                              // the opener is often forgotten
_function: "<function=" name ">" _WS? (parameter _WS?)* "</function>"
name: TEXT
parameter: "<parameter=" key ">" _NL? value _NL? "</parameter>"
key: TEXT
value: TEXT
"""
)
HERMES = (
    META
    + r"""
%import toolgram (TEXT, _WS, JSON_STRING, JSON_OBJECT, json_object, json_member)
start: (content | tool_call)*
content: TEXT
tool_call: "<tool_call>" _WS? json_object{_member} _WS? "</tool_call>"
_member: json_member{"name", name} | json_member{"arguments", arguments} | json_member{"parameters", arguments}
name: JSON_STRING
arguments: JSON_OBJECT | JSON_STRING
"""
)
KIMI = (
    META
    + r"""
%import toolgram (TEXT, _WS, INT, JSON_OBJECT)
start: (content | tool_call)*
content: TEXT
tool_call: "<|tool_call_begin|>" _WS? id "<|tool_call_argument_begin|>" _WS? arguments _WS? "<|tool_call_end|>"
id: "functions." name ":" INT
name: TEXT
arguments: JSON_OBJECT
"""
)
DSML = (
    META
    + r"""
%import toolgram (TEXT, JSON, _WS)
start: (content | tool_call)*
content: TEXT
tool_call: "<｜DSML｜invoke name=\"" name "\">" _WS? (parameter _WS?)* "</｜DSML｜invoke>"
name: TEXT
parameter: "<｜DSML｜parameter name=\"" key "\" string=\"true\">" string "</｜DSML｜parameter>"
         | "<｜DSML｜parameter name=\"" key "\" string=\"false\">" json "</｜DSML｜parameter>"
key: TEXT
string: TEXT
json: JSON
"""
)
PYTHONIC = (
    META
    + r"""
%import toolgram (TEXT, NAME, PYTHON, _WS)
start: "[" tool_call ("," _WS? tool_call)* "]" | content
content: TEXT
tool_call: name "(" [parameter ("," _WS? parameter)*] ")"
name: NAME
parameter: key "=" python
key: NAME
python: PYTHON
"""
)
GEMMA = (
    META
    + r"""
%import toolgram (TEXT)
start: (content | tool_call)*
content: TEXT
tool_call: "<|tool_call>call:" name "{" [parameter ("," parameter)*] "}<tool_call|>"
name: TEXT
parameter: key ":" _any
_any: _QUOTE string _QUOTE | object | array | value
object: "{" [_pair ("," _pair)*] "}"
_pair: key ":" _any
array: "[" [_any ("," _any)*] "]"
_QUOTE: "<|\"|>"
key: TEXT
string: TEXT
value: TEXT
"""
)
APERTUS = (
    META
    + r"""
%import toolgram (TEXT, JSON_STRING, JSON_OBJECT, json_object, json_member, json_array)
start: (content | "<|tools_prefix|>" json_array{tool_call} "<|tools_suffix|>")*
content: TEXT
tool_call: json_object{_call}
_call: json_member{name, arguments}
name: JSON_STRING
arguments: JSON_OBJECT
"""
)
GOOD = {
    "qwen": QWEN,
    "hermes": HERMES,
    "kimi": KIMI,
    "dsml": DSML,
    "pythonic": PYTHONIC,
    "gemma": GEMMA,
    "apertus": APERTUS,
}


def body(text: str, name: str = "start"):
    spec, report = parse_spec("x.lark", META + text)
    assert spec is not None, [diagnostic.message for diagnostic in report]
    return spec.rules[name].body


@pytest.mark.parametrize("name", GOOD)
def test_the_sketches_of_the_design_are_sound(name: str) -> None:
    spec, report = read_text(f"{name}.lark", GOOD[name])
    assert [diagnostic.message for diagnostic in report] == []
    assert spec is not None


@pytest.mark.parametrize("name", GOOD)
def test_a_spec_is_plain_lark(name: str) -> None:
    _get_parser().parse(GOOD[name])


@pytest.mark.parametrize("name", GOOD)
def test_every_node_is_where_its_text_stands(name: str) -> None:
    spec, _ = read_text(f"{name}.lark", GOOD[name])
    assert spec is not None
    for rule in spec.rules.values():
        assert spec.source.text[rule.name_at.start : rule.name_at.end] == rule.name
        again = body(f"{rule.name}: {spec.source.text[rule.body.at.start : rule.body.at.end]}\n", rule.name)
        assert show(again) == show(rule.body)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('"a"', '"a"'),
        ('("a")', '"a"'),
        ('["a"]', '"a"?'),
        ('("a" | "b")+', '("a" | "b")+'),
        ('"a" ("b" "c")* | d?', '"a" ("b" "c")* | d?'),
        ('"a" ("b" | "c")', '"a" ("b" | "c")'),
        ('pair{a, "b"}', 'pair{a, "b"}'),
        ("pair{list{a}, B}", "pair{list{a}, B}"),
        ('"a" // "b"\n  # "c"\n\n  | "d"', '"a" | "d"'),
        ('"//" "#"', '"//" "#"'),
    ],
)
def test_sugar_is_gone(text: str, shown: str) -> None:
    assert show(body(f"start: {text}\n")) == shown


def test_nodes() -> None:
    match body('start: "a" (b | C)* d+\n'):
        case Seq(
            items=(
                Literal(text="a"),
                Repeat(item=Choice(options=(Ref(name="b"), Ref(name="C"))), min=0, max=None),
                Repeat(item=Ref(name="d"), min=1, max=None),
            )
        ):
            pass
        case other:
            pytest.fail(show(other))


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r'"\n\t\r\f"', "\n\t\r\f"),
        (r'"\\n"', "\\n"),
        (r'"\"x\""', '"x"'),
        (r'"\x41\u2581\U0001F600"', "A▁😀"),
        ('"｜"', "｜"),
    ],
)
def test_literals_are_decoded(written: str, text: str) -> None:
    node = body(f"start: {written}\n")
    assert isinstance(node, Literal)
    assert node.text == text


@pytest.mark.parametrize("written", [r'"\d"', r'"\x4"', r'"\ud800"', r'"\U00110000"', r'"\'"'])
def test_escapes_that_mean_nothing_are_refused(written: str) -> None:
    spec, report = parse_spec("x.lark", META + f"start: {written}\n")
    assert spec is None
    assert [diagnostic.name for diagnostic in report] == ["bad-escape"]


def test_imports_in_both_ways_of_lark() -> None:
    spec, report = parse_spec("x.lark", META + "%import toolgram (TEXT, _WS)\n%import toolgram.INT\nstart: TEXT\n")
    assert report.ok
    assert spec is not None
    assert list(spec.imports) == ["TEXT", "_WS", "INT"]
    assert [spec.source.text[at.start : at.end] for at in spec.imports.values()] == ["TEXT", "_WS", "INT"]


def test_all_independent_errors_at_once() -> None:
    text = '# /// format\n# titel = "T"\n# models = []\n# ///\nstart: content = "a"\ncontent: /x/ "a"i\n%ignore " "\n'
    _, report = parse_spec("x.lark", text)
    assert sorted(diagnostic.name for diagnostic in report) == sorted(
        [
            "bad-metadata",
            "bad-metadata",
            "syntax",
            "unsupported-regex",
            "unsupported-case-insensitive",
            "unsupported-directive",
        ]
    )


def test_names_are_checked_beside_bad_metadata() -> None:
    spec, report = read_text("x.lark", "start: contnet\n")
    assert spec is None
    assert [diagnostic.name for diagnostic in report] == ["bad-metadata", "undefined-rule"]


def test_metadata() -> None:
    block = META.removesuffix("# ///\n") + (
        '# aliases = [\n#   "a",\n#   "b",\n# ]\n#\n'
        '# begins_inside = { reasoning = "thinking", default = false }\n# commit = "section"\n# ///\n'
    )
    spec, report = parse_spec("x.lark", "// a word before\n" + block + "start: x\n")
    assert report.ok
    assert spec is not None
    assert spec.meta.aliases == ["a", "b"]
    assert spec.meta.commit == "section"
    assert spec.meta.begins_inside == BeginsInside(capture="reasoning", arguments=("thinking",), default=False)


def test_begins_inside_by_several_arguments_of_which_texts_say_no() -> None:
    line = '# begins_inside = { reasoning = ["thinking", "effort"], default = true, off = ["none"] }\n# ///\n'
    spec, report = parse_spec("x.lark", META.removesuffix("# ///\n") + line)
    assert spec is not None, report
    wanted = BeginsInside(capture="reasoning", arguments=("thinking", "effort"), default=True, off=("none",))
    assert spec.meta.begins_inside == wanted


def test_begins_inside_always() -> None:
    spec, _ = parse_spec("x.lark", META.removesuffix("# ///\n") + "# begins_inside = { reasoning = true }\n# ///\n")
    assert spec is not None
    assert spec.meta.begins_inside == BeginsInside(capture="reasoning")


def test_rules_may_be_recursive() -> None:
    spec, report = read_text("x.lark", META + 'start: "(" start ")" | "x" _more\n_more: "y" _more?\n')
    assert report.ok
    assert spec is not None


def test_templates_are_filled_in() -> None:
    text = (
        "%import toolgram (TEXT, _WS)\nstart: tool_call\n"
        'tool_call: "<" name _list{parameter, ";"}\n_list{item, sep}: item (sep item)*\n'
        'parameter: _tag{key} _tag{value}\n_tag{x}: "[" x "]" _WS?\nname: TEXT\nkey: TEXT\nvalue: TEXT\n'
    )
    spec, report = read_text("x.lark", META + text)
    assert [diagnostic.message for diagnostic in report] == []
    assert spec is not None
    call = spec.rules["tool_call"].body.items[2]
    assert show(body_of(spec, call)) == 'parameter (";" parameter)*'
    assert {(use.ref.name, use.inside) for use in uses(spec)} == {
        ("tool_call", ""),
        ("name", "tool_call"),
        ("parameter", "tool_call"),
        ("key", "parameter"),
        ("value", "parameter"),
    }


def test_windows_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "x.lark"
    path.write_bytes(("\ufeff" + QWEN.replace("\n", "\r\n")).encode())
    spec, report = read_spec(path)
    assert report.ok
    assert spec is not None
    assert read_text("x.lark", QWEN.replace("\n", "\r\n"))[1].ok


def test_a_file_in_another_encoding_is_no_crash(tmp_path: Path) -> None:
    path = tmp_path / "x.lark"
    path.write_bytes(b"// caf\xe9\n")
    assert [diagnostic.name for diagnostic in read_spec(path)[1]] == ["not-utf-8"]


@pytest.mark.parametrize("name", GOOD)
def test_no_half_written_spec_raises(name: str) -> None:
    for end in range(len(GOOD[name])):
        text = GOOD[name][:end] + "\n"
        _, report = read_text("x.lark", text)
        assert isinstance(report.ok, bool)


@pytest.mark.parametrize("name", ["qwen", "hermes"])
def test_no_missing_character_raises(name: str) -> None:
    for at in range(len(GOOD[name])):
        _, report = read_text("x.lark", GOOD[name][:at] + GOOD[name][at + 1 :])
        for diagnostic in report:
            assert diagnostic.at is None or diagnostic.at.start <= diagnostic.at.end <= len(GOOD[name])


def test_a_shipped_format_is_imported_from_anywhere(tmp_path: Path) -> None:
    rules = "start: (content | tool_call)*\n"
    text = META + "%import toolgram.formats.hermes (start, content, tool_call)\n%override " + rules
    path = tmp_path / "mine.lark"
    path.write_text(text, encoding="utf-8")
    spec, report = read_spec(path)
    assert report.ok, report.render(Source(str(path), text))
    assert spec is not None
    assert "name" in spec.rules
    assert [Path(other).name for other in spec.others] == ["hermes.lark"]
    _, report = read_text("mine.lark", META + "%import toolgram.formats.hermez (start)\n")
    [problem] = report.errors
    assert [edit.text for edit in problem.fixes[0].edits] == ["toolgram.formats.hermes"]
