"""Drafts from small templates of every family; what a template cannot say; templates that mean harm; the command."""

from __future__ import annotations

import json
from pathlib import Path

import budget
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_templates import HEAD, TAIL
from typer.testing import CliRunner

import toolgram
from toolgram.cli.commands import app
from toolgram.drafting import FAMILIES, Draft, DraftError, draft_format, source_of, write_scaffold
from toolgram.drafting.proof import compiled
from toolgram.testing import parse_cases, run_format
from toolgram.testing.templates import ChatTemplate, NothingToCompareError, TemplateError

pytestmark = pytest.mark.usefixtures("few_samples")

EACH, DONE = "{%- for call in message.tool_calls %}{%- set f = call.function %}", "{%- endfor %}"
COMMA = "{{ ', ' if not loop.last }}"
FAMILY = {
    "an object in tags": EACH
    + '\n<acme>\n{"name": "{{ f.name }}", "arguments": {{ f.arguments | tojson }}}\n</acme>\n'
    + DONE,
    "an array": "{%- if message.tool_calls %}<calls>["
    + EACH
    + '{"tool": "{{ f.name }}", "args": {{ f.arguments | tojson }}}'
    + COMMA
    + DONE
    + "]</calls>{% endif %}",
    "a nested object with an id behind": "{%- if message.tool_calls %}[ACME]["
    + EACH
    + '{"function": {"name": "{{ f.name }}", "arguments": {{ f.arguments | tojson }}}, "id": "{{ call.id }}"}'
    + COMMA
    + DONE
    + "]{% endif %}",
    "the name as a key": "{%- if message.tool_calls %}<|acme|>["
    + EACH
    + '{"{{ f.name }}": {{ f.arguments | tojson }}}'
    + COMMA
    + DONE
    + "]<|/acme|>{% endif %}",
    "a header": "{%- if message.tool_calls %}<|calls|>"
    + EACH
    + "<|call|>{{ f.name }}<|args|>{{ f.arguments | tojson }}<|done|>"
    + DONE
    + "<|/calls|>{% endif %}",
    "a header with an id": EACH
    + "<|call|>{{ call.id }}<|is|>{{ f.name }}<|args|>{{ f.arguments | tojson }}<|done|>"
    + DONE,
    "tags": EACH
    + '\n<acme:call name="{{ f.name }}">\n{%- for key, value in f.arguments.items() %}\n<acme:arg name="{{ key }}">'
    + "{{ value if value is string else value | tojson }}</acme:arg>\n{%- endfor %}\n</acme:call>\n"
    + DONE,
    "tags with types": EACH
    + "\n<acme {{ f.name }}>\n{%- for key, value in f.arguments.items() %}"
    + "{% if value is string %}<s {{ key }}>{{ value }}</s>{% else %}<j {{ key }}>{{ value | tojson }}</j>{% endif %}"
    + "\n{%- endfor %}\n</acme>\n"
    + DONE,
    "keys and values in tags, as JSON": EACH
    + "\n<acme>{{ f.name }}\n{%- for key, value in f.arguments.items() %}\n<k>{{ key }}</k>\n"
    + "<v>{{ value | tojson }}</v>\n{%- endfor %}\n</acme>\n"
    + DONE,
    "Python": "{%- if message.tool_calls %}<|py|>["
    + EACH
    + "{{ f.name }}({%- for key, value in f.arguments.items() %}{{ key }}={{ value | tojson }}"
    + COMMA
    + "{% endfor %})"
    + COMMA
    + DONE
    + "]<|/py|>{% endif %}",
}


def drafted(calls: str, head: str = HEAD, tail: str = TAIL, count: int = 20 if budget.full else 6) -> Draft:
    return draft_format(ChatTemplate("t.jinja", head + calls + tail), "acme", count=count)


@pytest.mark.parametrize("family", budget.sample([*FAMILY], 4))
def test_a_family_is_drafted_right(family: str) -> None:
    draft = drafted(FAMILY[family])
    assert not draft.report.errors, draft.report.render(source_of(draft))
    assert draft.trips is not None
    assert not draft.trips.losses, f"{draft.trips.losses[0].problem}\n{draft.trips.losses[0].written}\n{draft.spec}"
    assert draft.is_right
    assert draft.format is not None
    cases = parse_cases("acme.md", draft.page)
    assert len(cases) >= 8, draft.page
    assert [str(one) for one in run_format(draft.format, cases).failures] == []


def test_the_same_template_is_the_same_draft() -> None:
    first, second = (drafted(FAMILY["tags"], count=3) for _ in range(2))
    assert (first.spec, first.page) == (second.spec, second.page)


def test_what_the_prompt_opens_is_found() -> None:
    tail = TAIL.replace(
        "<|assistant|>{% endif %}", "<|assistant|>{{ '<think>\n' if enable_thinking is not false }}{% endif %}"
    )
    draft = drafted(FAMILY["an object in tags"], tail=tail)
    assert draft.is_right
    assert 'begins_inside  = { reasoning = "enable_thinking", default = true }' in draft.spec
    assert 'turn_openers   = ["<|assistant|>"]' in draft.spec
    assert 'end_tokens     = ["<|end|>"]' in draft.spec


def test_the_tokenizer_says_what_its_tokens_are() -> None:
    config = {"added_tokens_decoder": {"1": {"content": "<acme>"}}, "eos_token": "<|fin|>", "name_or_path": "acme/one"}
    template = ChatTemplate("t.jinja", HEAD + FAMILY["an object in tags"] + TAIL.replace("<|end|>", "{{ eos_token }}"))
    draft = draft_format(template, "acme", config, count=5)
    for line in (
        'special_tokens = ["<acme>"]',
        'end_tokens     = ["<|fin|>"]',
        'models         = ["acme/one"]',
    ):
        assert line in draft.spec
    without = draft_format(template, "acme", count=5)
    assert "<eos>" not in without.spec
    assert any("eos_token" in line for line in without.unknown)


def test_what_could_not_be_found_out_is_said() -> None:
    single = EACH + "{{ raise_exception('one') if not loop.first }}" + FAMILY["an object in tags"].removeprefix(EACH)
    head = "{%- for message in messages %}<|{{ message.role }}|>{{ message.content or '' }}\n"
    draft = drafted(single, head=head)
    assert any(line.startswith("how several calls are written") for line in draft.unknown)
    assert any(line.startswith("how the model thinks") for line in draft.unknown)
    assert any(line.startswith("which delimiters are special tokens") for line in draft.unknown)
    for line in draft.unknown[:3]:
        assert line[1:] in draft.page


def test_a_template_without_calls() -> None:
    with pytest.raises(NothingToCompareError, match="does not write the calls"):
        drafted("")


@pytest.mark.parametrize(
    "calls",
    [
        EACH + "{% for a in range(10**9) %}{% endfor %}" + DONE,
        EACH + "{{ 'x' * 10**9 }}" + DONE,
        EACH + "{{ f.name | upper }} {{ f.arguments | tojson }}" + DONE,
        EACH + "{{ f.arguments | tojson }}{{ f.name }}" + DONE,
        EACH + "{{ f.name }}{{ f.name }}{{ f.arguments.keys() | list }}{{ f.arguments.values() | list }}" + DONE,
        "{{ messages | tojson }}{{ messages | tojson }}",
        "{{ messages }}",
        EACH + "\n```output\n# x\n{{ f.name }}\r%import x\u2028{{ f.arguments | tojson }}\n```\n\x1b[2J" + DONE,
    ],
)
def test_a_strange_template_is_a_message_or_a_draft(calls: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("toolgram.chat_templates.SECONDS_MAX", 0.5)
    try:
        draft = drafted(calls, count=3)
    except (TemplateError, DraftError, NothingToCompareError):
        return
    assert draft.spec
    assert not draft.page or parse_cases("acme.md", draft.page) is not None


PIECES = (
    "{{ f.name }}",
    "{{ f.arguments | tojson }}",
    "<a>",
    "</a>",
    "[",
    "]",
    "{",
    "}",
    '"',
    ": ",
    "\n",
    ",",
    "x=",
    "|",
)


@settings(max_examples=15 if budget.full else 5, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_no_template_raises_anything_else(body: str) -> None:
    try:
        draft = drafted(EACH + body + DONE, count=2)
        parse_cases("acme.md", draft.page)
    except (TemplateError, DraftError, NothingToCompareError):
        return


@pytest.mark.parametrize("family", FAMILIES)
def test_a_scaffold_is_sound(family: str) -> None:
    text, page = write_scaffold("acme", family)
    fmt, report = compiled("acme", text)
    assert fmt is not None
    assert len(report) == 0
    assert run_format(fmt, parse_cases("acme.md", page)).failures == ()
    for case in parse_cases("acme.md", page):
        calls = {
            "One call": 1,
            "Two calls": 2,
            "Text around": 1,
            "No arguments": 1,
            "Reasoning": 1,
            "Cut off mid-call": 1,
        }
        assert len(case.expected.calls) == calls.get(case.name, 0), case.name
        assert all(call.complete for call in case.expected.calls) == (case.name != "Cut off mid-call")


def run(*words: str | Path) -> tuple[int, str]:
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "chat_template.jinja"
    path.write_text(HEAD + FAMILY["tags"] + TAIL, encoding="utf-8")
    return path


def test_the_command(tmp_path: Path, template: Path) -> None:
    words = ("new", "acme", "--from-template", template, "--out", tmp_path, "--conversations", "10")
    status, text = run(*words)
    assert (status, "proof: 10 of 10 conversations come back" in text) == (0, True), text
    assert run("check", tmp_path / "acme.lark")[0] == 0
    assert run("test", tmp_path / "acme.lark")[0] == 0
    status, text = run(*words)
    assert (status, "is there already" in text) == (2, True)
    assert run(*words, "--force")[0] == 0


def test_a_template_that_a_shipped_format_reads(tmp_path: Path) -> None:
    shipped = FAMILY["an object in tags"].replace("acme>", "tool_call>")
    path = tmp_path / "tokenizer_config.json"
    whole = (HEAD + shipped + TAIL).replace("<|end|>", "<|im_end|>")
    path.write_text(json.dumps({"chat_template": whole}), encoding="utf-8")
    words = ("new", "acme", "--from-template", path, "--out", tmp_path, "--conversations", "10")
    status, text = run(*words)
    assert (status, "reads this template: 10 of 10" in text) == (0, True), text
    assert not (tmp_path / "acme.lark").exists()
    status, text = run(*words, "--variant")
    assert (status, "a variant of" in text) == (0, True), text
    fmt = toolgram.load(tmp_path / "acme.lark")
    assert fmt.table["end_tokens"] == ["<|im_end|>"]
    assert run("check", tmp_path / "acme.lark")[0] == 0
    assert run("test", tmp_path / "acme.lark")[0] == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("acme",), "toolgram new acme --family tags"),
        (("acme", "--family", "yaml"), "toolgram new acme --family tags"),
        (("a b", "--family", "tags"), "an id has letters"),
        (("acme", "--family", "tags", "--from-template", "x"), "leave --family out"),
        (("acme", "--from-template", "nowhere.jinja"), "nowhere.jinja: no such file"),
    ],
)
def test_wrong_usage_has_something_to_paste(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    status, text = run("new", *words, "--out", tmp_path)
    assert status in (1, 2)
    assert said in text
    assert list(tmp_path.iterdir()) == []


def test_a_template_without_calls_leads_to_a_scaffold(tmp_path: Path, template: Path) -> None:
    template.write_text(HEAD + TAIL, encoding="utf-8")
    status, text = run("new", "acme", "--from-template", template, "--out", tmp_path)
    assert (status, "toolgram new acme --family tags" in text) == (1, True)
