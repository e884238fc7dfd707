"""Templates of strangers: whatever they do ends, in a child process, with one message."""

from __future__ import annotations

from pathlib import Path

import pytest

import toolgram
from toolgram import chat_templates
from toolgram.chat_templates import ChatTemplate, TemplateError
from toolgram.testing.templates import check_round_trips

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
DOUBLED = "{% set one = namespace(x='xxxxxxxx') %}{% for a in range(64) %}{% set one.x = one.x + one.x %}{% endfor %}"
WRITTEN = "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}"


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_templates, "SECONDS_MAX", 0.5)


def problem(text: str) -> str:
    template = ChatTemplate("t.jinja", text)
    with pytest.raises(TemplateError) as found:
        template.render([], None, {})
    return str(found.value)


@pytest.mark.parametrize("text", [ENDLESS, "{{ 9 ** (9 ** (messages | length + 9)) }}"])
def test_what_does_not_end_is_ended(text: str, hasty: None) -> None:  # noqa: ARG001
    assert problem(text) == "t.jinja: error[chat-template]: one rendering takes more than 0.5 seconds"


def test_strings_that_double_meet_the_bound_of_memory() -> None:
    assert problem(DOUBLED) == "t.jinja: error[chat-template]: it needs too much memory"
    assert problem("{{ messages | length | string * 9999999999 }}").endswith("it needs too much memory")


def test_what_is_written_without_end_meets_a_bound() -> None:
    assert problem(WRITTEN).endswith("it writes more than 1,000,000 characters")


@pytest.mark.parametrize("text", ["{{ 'x' * 99999999999 }}", "{{ 9 ** (9 ** (9 ** 9)) }}", "{{ " + "(" * 5000 + "1"])
def test_what_jinja_does_before_it_renders_is_bounded_too(text: str, hasty: None) -> None:  # noqa: ARG001
    """Constants are joined when a template is read."""
    with pytest.raises(TemplateError, match=r"error\[chat-template\]"):
        ChatTemplate("t.jinja", text).render([], None, {})


def test_all_renderings_together_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_templates, "SECONDS_OF_ALL_MAX", 1)
    assert "all renderings take more than 1 seconds" in problem(ENDLESS)


def test_a_template_that_was_ended_is_not_begun_again(hasty: None) -> None:  # noqa: ARG001
    """Round trips ask hundreds of times; each would wait."""
    template = ChatTemplate("t.jinja", ENDLESS)
    for _ in range(50):
        with pytest.raises(TemplateError, match="takes more than"):
            template.render([], None, {})
    assert template._child.poll() is not None
    with pytest.raises(TemplateError, match="takes more than"):
        check_round_trips(toolgram.load("hermes"), template)


def test_the_child_is_gone_with_its_template() -> None:
    template = ChatTemplate("t.jinja", "{{ 1 + 1 }}")
    child = template._child
    assert template.render([], None, {}) == "2"
    del template
    assert child.poll() is not None
    with pytest.raises(TemplateError, match=r"^t.jinja:2: error"):
        ChatTemplate("t.jinja", "text\n{% if %}")


def test_the_child_sees_little_and_writes_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_SECRET", "1")
    template = ChatTemplate("t.jinja", "x")
    environment = Path(f"/proc/{template._child.pid}/environ")
    if environment.exists():
        assert b"A_SECRET" not in environment.read_bytes()
        limits = Path(f"/proc/{template._child.pid}/limits").read_text(encoding="ascii")
        assert [line.split()[-3:-1] for line in limits.splitlines() if line.startswith("Max file size")] == [["0", "0"]]


def test_a_file_that_never_ends_is_no_template(tmp_path: Path) -> None:
    path = tmp_path / "t.jinja"
    path.symlink_to("/dev/zero")
    with pytest.raises(TemplateError, match="longer than 2,000,000 bytes"):
        ChatTemplate.read(path)


def test_what_a_template_is_given_arrives_as_it_is() -> None:
    options = {"a": [1, 2.5, None, True, "é\ud800\u2028"], "b": {"k": "天"}}
    template = ChatTemplate("t.jinja", "{{ a }} {{ b.k }} {{ messages[0].content }}")
    text = template.render([{"content": "x" * 500_000}], None, options)
    assert text == f"{options['a']} 天 {'x' * 500_000}"


def test_the_clock_counts_where_nothing_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_templates, "CLOCK_SECONDS_MAX", 0.3)
    with pytest.raises(TemplateError, match=r"takes more than 0\.3 seconds"):
        ChatTemplate("t.jinja", ENDLESS).render([], None, {})


def test_what_a_template_raises_is_short_and_moves_nothing() -> None:
    said = problem("{{ raise_exception('x\n\x1b[2J\u202e' * 100000) }}")
    assert said.startswith("t.jinja:1: error[chat-template]: x\\n\\x1b[2J\\u202ex")
    assert said.isprintable()
    assert len(said) < 3000
