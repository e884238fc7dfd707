"""Round trips through small templates: what comes back, what is found lost, what a template cannot carry."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_templates import HEAD, TAIL
from typer.testing import CliRunner

import toolgram
from toolgram.cli.commands import app
from toolgram.testing.templates import (
    ChatTemplate,
    NothingToCompareError,
    RoundTrips,
    TemplateError,
    check_round_trips,
)

pytestmark = pytest.mark.usefixtures("few_samples")

CALLS = """\
{%- for call in message.tool_calls %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": ARGUMENTS}
</tool_call>
{%- endfor %}
"""
WHOLE = CALLS.replace("ARGUMENTS", "{{ call.function.arguments | tojson }}")


def trips(calls: str, format_id: str = "hermes", head: str = HEAD, tail: str = TAIL, count: int = 40) -> RoundTrips:
    return check_round_trips(toolgram.load(format_id), ChatTemplate("t.jinja", head + calls + tail), count=count)


def test_a_template_that_carries_everything() -> None:
    found = trips(WHOLE)
    assert (str(found), found.left_out) == ("40 of 40 conversations come back", ())


def test_the_same_seed_is_the_same_conversations() -> None:
    broken = WHOLE.replace("</tool_call>", "")
    assert trips(broken).losses == trips(broken).losses


def test_arguments_as_json_text() -> None:
    found = trips(CALLS.replace("ARGUMENTS", "{{ call.function.arguments }}"))
    assert (found.passed, found.left_out) == (40, ())


def test_a_format_that_does_not_fit_is_found() -> None:
    found = trips(WHOLE.replace("tool_call>", "function_call>"))
    assert found.passed == 0
    assert "no call came back" in found.losses[0].problem


def test_a_loss_is_found_and_made_small() -> None:
    """A spec that eats the line breaks at the ends of values, and a template that writes none of its own."""
    calls = """\
{%- for call in message.tool_calls %}<tool_call>
<function={{ call.function.name }}>
{%- for key, value in call.function.arguments.items() %}
<parameter={{ key }}>{{ value if value is string else value | tojson }}</parameter>
{%- endfor %}
</function>
</tool_call>
{%- endfor %}
"""
    found = trips(calls, "qwen3_coder", count=200)
    assert 100 < found.passed < 200
    loss = found.losses[0]
    assert len(loss.turn.calls) == 1
    [(key, value)] = loss.turn.calls[0].arguments.items()
    assert isinstance(value, str)
    assert value.strip("\n") != value
    assert f"`{key}` is " in loss.problem


def test_the_end_of_a_turn_is_not_content() -> None:
    """Calls end with another token than text."""
    tail = TAIL.replace("<|end|>", "{{ '<|called|>' if message.tool_calls else '<|end|>' }}")
    assert trips(WHOLE, tail=tail).passed == 40


def test_an_opened_reasoning_is_gone_on_with() -> None:
    tail = TAIL.replace("<|assistant|>{% endif %}", "<|assistant|><think>\n{% endif %}")
    found = trips(WHOLE, tail=tail)
    assert (found.passed, found.left_out) == (40, ())


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        (
            "{%- if message.reasoning_content",
            "{%- if false and message.reasoning_content",
            "reasoning: it is not written",
        ),
        (
            "message.content or ''",
            "message.content or '' if not message.tool_calls",
            "text beside calls: it is not written",
        ),
        (
            "{{ call.function.arguments | tojson }}",
            "{{ raise_exception('one at a time') if not loop.first }}{{ call.function.arguments | tojson }}",
            "several calls at once: the template refuses it (one at a time)",
        ),
    ],
)
def test_what_a_template_loses_is_named(old: str, new: str, lost: str) -> None:
    text = (HEAD + WHOLE + TAIL).replace(old, new)
    found = check_round_trips(toolgram.load("hermes"), ChatTemplate("t.jinja", text), count=40)
    assert found.passed == 40
    assert any(line.startswith(lost) for line in found.left_out), found.left_out


def test_values_that_look_alike_are_named() -> None:
    """As vLLM's templates of the pythonic formats do it: strings without quotes."""
    calls = """\
{%- if message.tool_calls %}[{% for call in message.tool_calls %}{{ call.function.name }}(
{%- for key, value in call.function.arguments.items() %}{{ key }}={{ value }}{{ ', ' if not loop.last }}{% endfor %})
{{- ', ' if not loop.last }}{% endfor %}]{% endif %}
"""
    found = trips(
        calls, "pythonic", head="{%- for message in messages %}<|{{ message.role }}|>{{ message.content or '' }}\n"
    )
    assert found.passed == 40
    assert 'plain strings: strings are written without quotes: `"42"` and `42` are the same text' in found.left_out
    assert not any(line.startswith(("integers", "booleans", "objects")) for line in found.left_out)


def test_a_template_without_calls() -> None:
    with pytest.raises(NothingToCompareError, match=r"t\.jinja does not write the calls"):
        trips("")


def test_a_template_that_is_no_jinja() -> None:
    with pytest.raises(TemplateError, match=r"t\.jinja:2: error\[chat-template\]: "):
        ChatTemplate("t.jinja", "text\n{% if %}")


def test_a_template_that_fails() -> None:
    with pytest.raises(TemplateError, match=r"t\.jinja:2: error\[chat-template\]: no tools here"):
        check_round_trips(toolgram.load("hermes"), ChatTemplate("t.jinja", "a\n{{ raise_exception('no tools here') }}"))


def test_what_transformers_has_is_there() -> None:
    text = """{% for n in [1, 2] %}{% if n == 2 %}{% break %}{% endif %}
{%- generation %}{{ n }}{% endgeneration %}{% endfor %}
{{- strftime_now('%Y') }}{{ {'a': 'é'} | tojson }}"""
    assert ChatTemplate("t.jinja", text).render([], None, {}) == '12026{"a": "é"}'


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "t.jinja"
    path.write_text(HEAD + WHOLE + TAIL, encoding="utf-8")
    run = CliRunner().invoke(app, ["check", "hermes", "--chat-template", str(path), "--conversations", "20"])
    assert run.exit_code == 0
    assert "hermes: 20 of 20 conversations come back" in run.output
    lost = CliRunner().invoke(app, ["check", "glm45", "--chat-template", str(path), "--conversations", "3"])
    assert lost.exit_code == 1
    assert "error[round-trip]: conversation 1 of 3 does not come back" in lost.output
    unnamed = CliRunner().invoke(app, ["check", "--chat-template", str(path)])
    assert unnamed.exit_code == 2
