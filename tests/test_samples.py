"""A spec's own sample: what `toolgram check` makes of the text that the comment behind the metadata shows."""

from __future__ import annotations

import budget
import pytest

from toolgram.diagnostics import Source, render
from toolgram.formats import Format
from toolgram.machine.compile import compile_spec
from toolgram.registry import format_paths
from toolgram.spec import read_spec, read_text
from toolgram.spec.comment import shown_texts
from toolgram.testing.samples import SampleResult, check_sample

META = '# /// format\n# title = "Acme"\n# models = ["acme/*"]\n# special_tokens = ["<call>", "</call>"]\n# ///\n//\n'
RULES = """
%import toolgram (TEXT, NAME, JSON, JSON_OBJECT, JSON_STRING, _WS, json_object, json_member)
start: (content | tool_call)*
content: TEXT
"""
TAGS = RULES + 'tool_call: "<call>" name ":" arguments "</call>"\nname: NAME\narguments: JSON_OBJECT\n'


def checked(sample: str, rules: str = TAGS) -> SampleResult:
    text = META + "".join(f"// {line}\n" for line in sample.split("\n")) + rules
    spec, report = read_text("acme.lark", text)
    assert spec is not None, report.render(Source("acme.lark", text))
    machine, found = compile_spec("acme", spec)
    assert machine is not None, [one.message for one in found]
    return check_sample(Format(machine.model_dump()), spec)


@pytest.mark.parametrize("path", budget.sample(format_paths(), 6), ids=lambda path: path.stem)
def test_every_shipped_spec_reads_its_own_sample(path) -> None:
    spec, _ = read_spec(path)
    assert spec is not None
    machine, _ = compile_spec(path.stem, spec)
    assert machine is not None
    found = check_sample(Format(machine.model_dump()), spec)
    assert not found.diagnostics, found.diagnostics
    assert list(found.lines())


def test_what_came_of_a_sample_is_said() -> None:
    found = checked('Let me see.<call>f:{"a": 1}</call>\n\nAn example is <call>g:{}</call>')
    assert not found.diagnostics
    assert list(found.lines()) == ['f {"a": 1}; content "Let me see."', 'g {}; content "An example is"']
    assert found.splits > 60


@pytest.mark.parametrize(
    ("sample", "rules", "name", "said"),
    [
        ('<tool>f:{"a": 1}</tool>', TAGS, "sample-not-read", "no call is found"),
        ('<call>f:{"a": "x', TAGS, "sample-call-not-complete", "'f'"),
        (
            '<call>{"name": "f", "arguments": {}, "id": "x1"}</call>',
            RULES
            + 'tool_call: "<call>" json_object{_member} "</call>"\n'
            + '_member: json_member{"name", name} | json_member{"arguments", arguments}\n'
            + "name: JSON_STRING\narguments: JSON_OBJECT\n",
            "sample-text-lost",
            '"x1"',
        ),
    ],
)
def test_a_sample_that_is_not_read_as_meant_is_an_error(sample: str, rules: str, name: str, said: str) -> None:
    [problem] = checked(sample, rules).diagnostics
    assert problem.name == name
    assert said in problem.message
    [command] = [fix.command for fix in problem.fixes]
    assert command is not None
    assert command.endswith(f"| toolgram parse {problem.at.path if problem.at else ''} --any-tool --trace")
    assert (
        "acme.lark:7:4" in render(problem, Source("acme.lark", META + f"// {sample}\n")) or name == "sample-text-lost"
    )


def test_a_member_that_a_rule_drops_is_not_lost() -> None:
    rules = (
        RULES
        + 'tool_call: "<call>" json_object{_member} "</call>"\n'
        + '_member: json_member{"name", name} | json_member{"arguments", arguments} | json_member{"id", _id}\n'
        + "name: JSON_STRING\narguments: JSON_OBJECT\n_id: JSON_STRING\n"
    )
    assert not checked('<call>{"name": "f", "arguments": {}, "id": "x1"}</call>', rules).diagnostics


def test_a_spec_without_a_sample_has_nothing_to_check() -> None:
    spec, _ = read_text("acme.lark", META + TAGS)
    assert spec is not None
    assert not list(shown_texts(spec.source.text))


def test_the_places_of_texts() -> None:
    text = META + "//   <a>\n//  b\n//\n# <c>\nstart: x\n// no sample\n"
    found = list(shown_texts(text))
    assert [one.text for one in found] == ["  <a>\n b", "<c>"]
    assert [text[one.start : one.end] for one in found] == ["  <a>", "<c>"]
