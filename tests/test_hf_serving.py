"""Response templates for serving engines: what is in them, and what must not be.

What the engines' own readers make of them is in `tests/with_templates`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from toolgram.chat_templates import ChatTemplate
from toolgram.chat_templates.turn import opener_of_turn
from toolgram.cli.commands import app
from toolgram.registry import find, format_paths
from toolgram.spec import read_spec, read_text
from toolgram.targets.hf_template import convert, convert_for_serving
from toolgram.targets.hf_template.serving import Model

PAGE = Path(__file__).parents[1] / "docs" / "response-templates.md"
ENGINES_KNOW = {"thinking", "content", "tool_calls"}
PREFIXES_MAX = 10  # characters of a class that Rust's search follows
CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n<think>\n{% endif %}"
)


def _written() -> dict[str, dict[str, Any]]:
    specs = {path.stem: read_spec(path)[0] for path in format_paths()}
    found = {name: convert_for_serving(spec)[0] for name, spec in specs.items() if spec is not None}
    return {name: template for name, template in found.items() if template is not None}


WRITTEN = _written()


def _patterns(template: dict[str, Any]) -> Iterator[str]:
    for field in template["fields"].values():
        yield from (field[key] for key in ("open_pattern", "close_pattern") if key in field)


def test_most_formats_that_transformers_can_read_are_served() -> None:
    specs = {path.stem: read_spec(path)[0] for path in format_paths()}
    usual = {name for name, spec in specs.items() if spec is not None and convert(spec)[0]}
    assert usual - set(WRITTEN) == {"hf"}  # whose prompts nobody knows: `--for` says it
    assert set(WRITTEN) <= usual


@pytest.mark.parametrize("name", WRITTEN)
def test_engines_know_every_word_of_it(name: str) -> None:
    fields = WRITTEN[name]["fields"]
    assert set(fields) <= ENGINES_KNOW
    for field in (fields[name] for name in fields if name != "tool_calls"):
        assert not {"join", "repeats", "transform"} & set(field)


@pytest.mark.parametrize("name", WRITTEN)
def test_rust_can_search_for_every_pattern(name: str) -> None:
    inside = WRITTEN[name]["fields"].get("tool_calls", {}).get("content_args", {})
    for pattern in (*_patterns(WRITTEN[name]), inside.get("tag_pattern", "x")):
        tree = re._parser.parse(pattern, re.DOTALL)  # type: ignore[attr-defined]  the standard library has no other
        assert not _looks_around(tree), pattern
    for pattern in _patterns(WRITTEN[name]):
        tree = re._parser.parse(pattern, re.DOTALL)  # type: ignore[attr-defined]
        assert _begins_with_text(tree), pattern


def _looks_around(tree: Any) -> bool:
    for operation, argument in tree:
        if str(operation) in ("ASSERT", "ASSERT_NOT", "GROUPREF", "ATOMIC_GROUP", "POSSESSIVE_REPEAT"):
            return True
        if any(_looks_around(part) for part in _parts(argument)):
            return True
    return False


def _parts(argument: Any) -> Iterator[Any]:
    for one in argument if isinstance(argument, list | tuple) else ():
        if type(one).__name__ == "SubPattern":
            yield one
        elif isinstance(one, list):
            yield from _parts(one)


def _begins_with_text(tree: Any) -> bool | None:
    """Whether every match begins with one of few characters; None: it may begin with them, or be empty."""
    for operation, argument in tree:
        found = _begins(str(operation), argument)
        if found is not None:
            return found
    return None


def _begins(kind: str, argument: Any) -> bool | None:
    if kind == "LITERAL":
        return True
    if kind == "IN":
        return len(argument) <= PREFIXES_MAX and all(str(one) == "LITERAL" for one, _ in argument)
    if kind == "BRANCH":
        ways = [_begins_with_text(way) for way in argument[1]]
        return False if False in ways else None if None in ways else True
    if kind == "SUBPATTERN":
        return _begins_with_text(argument[-1])
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        found = _begins_with_text(argument[2])
        return None if found and not argument[0] else found
    return False


def test_a_section_closes_with_its_call() -> None:
    closer = re.compile(WRITTEN["qwen3_coder"]["fields"]["tool_calls"]["close_pattern"], re.DOTALL)

    def taken(text: str) -> str:
        found = closer.match(text)
        assert found
        return found[0]

    assert taken("</function>\n</tool_call>\nDone") == "</function>\n</tool_call>"
    assert taken("</function>\nDone") == "</function>"
    whole = "</function>\n</tool_call>"
    for end in range(len("</function>"), len(whole) + 1):  # what ends with the text is held by readers
        assert taken(whole[:end]) == whole[:end]


def test_thoughts_that_a_call_ends() -> None:
    assert "thinking" not in WRITTEN["react"]["fields"]
    spec, _ = read_spec(find("react"))
    assert spec is not None
    usual, _ = convert(spec)
    assert usual is not None
    assert usual["fields"]["thinking"]["close_pattern"].endswith(r"\s*(?=Action:))")
    opener = re.compile(usual["fields"]["tool_calls"]["open_pattern"])
    assert opener.match("Action: GetAll\nAction Input: {")


def test_a_call_with_two_ways_to_write_arguments_is_refused() -> None:
    spec, _ = read_spec(find("telechat4"))
    assert spec is not None
    template, found = convert(spec)
    assert template is None
    assert found[-1].name == "hf-arguments"


def test_a_prompt_without_an_anchor_is_refused_where_it_matters() -> None:
    text = (
        '# /// format\n# title = "A"\n# models = []\n# begins_inside = { reasoning = true }\n# ///\n'
        "%import toolgram (TEXT, JSON_OBJECT)\nstart: reasoning? (content | tool_call)*\n"
        'reasoning: "<think>" TEXT "</think>"\ncontent: TEXT\n'
        'tool_call: "<c>" name ">" arguments "</c>"\nname: TEXT\narguments: JSON_OBJECT\n'
    )
    spec, _ = read_text("a.lark", text)
    assert spec is not None
    template, found = convert_for_serving(spec)
    assert template is None
    assert found[-1].name == "hf-anchor"
    template, _ = convert_for_serving(spec, Model("<a>", ("<e>",)))
    assert template is not None
    assert template["start_anchor"] == ["<a>"]
    assert "<e>" in template["fields"]["content"]["close_pattern"]


@pytest.mark.parametrize(
    ("template", "opener"),
    [
        (CHATML, "<|im_start|>assistant\n"),
        ("{% for m in messages %}[INST] {{ m.content }}[/INST]{% endfor %}", "[/INST]"),
    ],
)
def test_what_opens_a_turn(template: str, opener: str) -> None:
    assert opener_of_turn(ChatTemplate("t", template), {}, ["<think>"]) == opener


# --- the command, and its page -------------------------------------------------------------------------------------


def run(*words: str | Path) -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_command_refuses_what_makes_no_sense(tmp_path: Path) -> None:
    assert "--profile serving: only" in run("build", "hermes", "--profile", "serving").stderr
    assert "--for: say" in run("build", "hermes", "--for", "x.json").stderr
    words = ("--target", "hf-template", "--profile", "serving", "--out", tmp_path)
    assert "--for: name one format" in run("build", "hermes", "qwen3", *words, "--for", "x.json").stderr
    config = tmp_path / "tokenizer_config.json"
    config.write_text('{"chat_template": "{{ 1 }}"}')
    assert "writes nothing where" in run("build", "hermes", *words, "--for", config).stderr
    config.write_text('{"chat_template": "{{"}')
    assert "error[chat-template]" in run("build", "hermes", *words, "--for", config).stderr
    config.write_text('{"model_max_length": 1, "name_or_path": "a/b"}')
    assert "there is no `chat_template` in it" in run("build", "hermes", *words, "--for", config).stderr


def test_the_page_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its commands and its code run, one behind the other, in the folder of a model."""
    text = PAGE.read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "chat_template.jinja").write_text(CHATML)
    (tmp_path / "tokenizer_config.json").write_text(json.dumps({"eos_token": {"content": "<|im_end|>"}, "a": "é"}))
    names: dict[str, Any] = {}
    for language, code in re.findall(r"^```(sh|python[ \w]*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        if language == "sh":
            [words] = [line.split()[1:] for line in code.splitlines()]
            assert run(*words).exit_code == 0
        elif language == "python" or _has_chat_parsing():
            exec(code, names)
    config = json.loads((tmp_path / "tokenizer_config.json").read_text(encoding="utf-8"))
    assert config["a"] == "é"
    assert config["response_template"]["start_anchor"] == ["<|im_start|>assistant\n"]
    assert config["response_template"]["fields"]["tool_calls"]["content"] == "xml-inline"


def _has_chat_parsing() -> bool:
    try:
        import transformers.utils.chat_parsing  # noqa: F401
    except ImportError:
        return False
    return True
