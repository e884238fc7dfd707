"""Which format a template writes: small templates, near misses, folders, names, and templates that mean no good."""

from __future__ import annotations

import json
import time
from functools import cache
from pathlib import Path
from typing import Any

import budget
import pytest
from small_templates import TEMPLATES, chat
from typer.testing import CliRunner

from toolgram.cli.commands import app
from toolgram.registry import find, foreign_names, format_paths
from toolgram.which import Found, Given, GivenError, identify, read_given

pytestmark = pytest.mark.usefixtures("few_samples")

ALL = {path.stem for path in format_paths()}
# Formats of which the template shows no more than of another one: what differs is when reasoning begins.
ALIKE = {"hermes": {"exaone4", "ernie45", "hf"}, "glm45": {"poolside_v1"}}


def which(*words: object) -> Any:
    return CliRunner().invoke(app, ["which", *map(str, words)])


@cache
def found(name: str) -> Found:
    return identify(Given(TEMPLATES[name]))


@pytest.mark.parametrize("name", budget.sample([*TEMPLATES], 6))
def test_small_templates_are_told_apart(name: str) -> None:
    assert (found(name).format, found(name).verdict) == (name, "sure")


@pytest.mark.parametrize("name", budget.sample([*TEMPLATES], 2))
def test_without_the_formats_that_read_it_nothing_is_sure(name: str) -> None:
    readers = {name, *(one.format for one in found(name).equals)}
    other = identify(Given(TEMPLATES[name]), among=ALL - readers)
    assert other.verdict != "sure", (other.format, other.reasons)


def test_formats_that_read_a_template_as_well_are_named_with_the_reason() -> None:
    equals = {one.format: one.behind for one in found("qwen3_coder").equals}
    assert equals["step3p5"] == "the other one takes over its rules"
    assert any("`step3p5` reads the template as well" in reason for reason in found("qwen3_coder").reasons)
    assert ALIKE["hermes"] <= {one.format for one in found("hermes").equals}


def test_what_the_prompt_opens_tells_formats_with_the_same_calls_apart() -> None:
    assert found("step3p5").candidates[1].behind == "the prompt begins the reasoning as it expects"
    assert found("step3p5").framing == "the prompt opens the reasoning"
    assert found("step3p5").thinks
    assert not found("jamba").thinks


def test_the_same_template_is_always_the_same_answer() -> None:
    again = identify(Given(TEMPLATES["internlm"]))
    assert again.reasons == found("internlm").reasons
    assert [one.evidence for one in again.candidates] == [one.evidence for one in found("internlm").candidates]


# Templates that write calls in no format that is shipped, near as they may be to one.
STRANGE = {
    "name and JSON in the tag": chat("<run>{{ c.function.name }}{{ c.function.arguments | tojson }}</run>"),
    "attributes": chat('<call name="{{ c.function.name }}" id="{{ c.id }}">{{ c.function.arguments | tojson }}</call>'),
    "name on a line": chat("{{ c.function.name }}\n{{ c.function.arguments | tojson }}", closer="<|observation|>"),
    "the tool is the tag": chat(
        "<{{ c.function.name }}>{% for k, v in c.function.arguments.items() %}<{{ k }}>{{ v }}</{{ k }}>{% endfor %}"
        "</{{ c.function.name }}>"
    ),
    "other keys": chat(
        '<tool_call>{"tool": "{{ c.function.name }}", "input": {{ c.function.arguments | tojson }}}</tool_call>'
    ),
    "YAML": chat(
        "```tool\n{{ c.function.name }}:\n"
        "{% for k, v in c.function.arguments.items() %}  {{ k }}: {{ v }}\n{% endfor %}```"
    ),
}


@pytest.mark.parametrize("what", budget.sample([*STRANGE], 3))
def test_what_no_format_reads_is_never_sure(what: str) -> None:
    answer = identify(Given(STRANGE[what]))
    assert answer.verdict != "sure", (answer.format, answer.reasons)


def test_a_template_without_calls_is_not_sure() -> None:
    plain = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}"
    answer = identify(Given(plain))
    assert (answer.format, answer.verdict) == (None, "unsure")
    assert identify(Given(plain + "{# answer with <tool_call> #}")).verdict == "unsure"
    assert identify(
        Given(plain, tokens=frozenset(["[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]"]))
    ).format == ("mistral")


HOSTILE = {
    "no Jinja": "{% if %}",
    "an endless loop": "{% for a in range(99999999) %}{% for b in range(99999999) %}{% endfor %}{% endfor %}",
    "much text": "{{ 'x' * 10000000 }}",
    "another text each time": "{{ messages }}{{ range(9999) | list }}",
    "a refusal": "{{ raise_exception('<tool_call>') }}",
    "calls without end": chat(
        "{% for i in range(900) %}{% for o in ['<tool_call>', '[TOOL_CALLS]', '<function=', '[', '{', '<|channel|>'] %}"
        "{{ o }}{{ c.function.name }}{{ c.function.arguments | tojson }}{% endfor %}{% endfor %}"
    ),
    "control characters": "\x1b[2J\u202e{{ messages | tojson }}",
    "half a character": "\ud800{{ messages }}",
    "empty": "",
    "deep": "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
}


@pytest.mark.parametrize("what", budget.sample([*HOSTILE], 3))
def test_hostile_templates_end_and_raise_nothing(what: str) -> None:
    before = time.monotonic()
    answer = identify(Given(HOSTILE[what]), seconds=5)
    assert answer.verdict == "unsure"
    assert time.monotonic() - before < 60  # the processor is counted, and others may use it, too
    assert all("\x1b" not in reason for reason in answer.reasons)


# --- what is given -------------------------------------------------------------------------------------------------


def _config(template: Any, **more: Any) -> str:
    return json.dumps({"chat_template": template, **more})


@pytest.mark.parametrize(
    "template",
    [
        TEMPLATES["internlm"],
        [{"name": "default", "template": "{{ 1 }}"}, {"name": "tool_use", "template": TEMPLATES["internlm"]}],
        {"default": "{{ 1 }}", "tool_use": TEMPLATES["internlm"]},
    ],
)
def test_a_tokenizer_configuration(template: Any, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer_config.json"
    path.write_text(_config(template), encoding="utf-8")
    assert identify(read_given(path)).format == "internlm"


def test_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "models--Qwen--Qwen3-8B" / "snapshots" / "0"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"_name_or_path": "Qwen/Qwen3-8B"}', encoding="utf-8")
    (folder / "tokenizer.json").write_text('{"added_tokens": [{"content": "<tool_call>"}]}', encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(_config("{{ 1 }}"), encoding="utf-8")
    (folder / "chat_template.jinja").write_text(TEMPLATES["hermes"], encoding="utf-8")
    given = read_given(folder)
    assert given.template == TEMPLATES["hermes"]
    assert given.tokens == {"<tool_call>"}
    assert "Qwen/Qwen3-8B" in given.names
    answer = identify(given)
    assert answer.verdict == "sure"
    assert "its page names the model" in answer.reasons


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("tokenizer_config.json", "[1]", "a JSON object is wanted"),
        ("tokenizer_config.json", "{", "it is not JSON"),
        ("tokenizer_config.json", "[" * 100_000, "too deep"),
        ("tokenizer_config.json", "{}", "there is no `chat_template` in it"),
        ("model.gguf", "GGUF", "print the chat template"),
    ],
)
def test_files_that_say_nothing(name: str, text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GivenError, match=words):
        read_given(path)
    assert words in which(path).stderr


def test_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(GivenError, match="there is no"):
        read_given(tmp_path)


# --- names ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("Qwen/Qwen3-Coder-30B-A3B-Instruct", "qwen3_coder"),
        ("Qwen/Qwen3-8B", "hermes"),
        ("unsloth/Qwen3-8B-GGUF", "hermes"),
        ("deepseek-ai/DeepSeek-V3-0324", "deepseek_v3"),
        ("deepseek-ai/DeepSeek-R1", "deepseek_v3"),
        ("openai/gpt-oss-20b", "openai"),
    ],
)
def test_a_model_is_known_by_its_name_and_never_sure(name: str, fmt: str) -> None:
    answer = identify(Given(names=(name,)))
    assert (answer.format, answer.verdict) == (fmt, "likely")


def test_a_model_with_two_formats_is_unsure() -> None:
    answer = identify(Given(names=("meta-llama/Llama-4-Scout-17B-16E-Instruct",)))
    assert answer.verdict == "unsure"
    assert {one.format for one in answer.candidates} == {"llama3_json", "llama4_pythonic"}


@pytest.mark.parametrize(
    ("name", "fmt"),
    [
        ("qwen25", "hermes"),
        ("sglang:qwen25", "hermes"),
        ("gpt-oss", "openai"),
        ("llama3", "llama3_json"),
        ("kimi-k2", None),
        ("sglang:kimi_k2", "kimi_k2"),
        ("deepseekv31", "deepseek_v31"),
        ("interns1", "internlm"),
        ("intern-s1", "internlm"),
        ("hunyuan", "hy_v3"),
        ("llama.cpp:Hermes 2 Pro", "hermes"),
        ("ollama:qwen3", "hermes"),
        ("vllm:qwen3_xml", "qwen3_coder"),
        ("nobody:qwen25", None),
        ("title", None),
    ],
)
def test_names_of_other_engines(name: str, fmt: str | None) -> None:
    assert {known for _, known in foreign_names(name)} == ({fmt} if fmt else set())


def test_every_foreign_name_leads_to_a_format_and_hides_none() -> None:
    import tomllib

    from toolgram import registry

    tables = tomllib.loads((registry.HERE / "foreign_names.toml").read_text(encoding="utf-8"))
    for engine, table in tables.items():
        assert table.pop("title")
        for name, fmt in table.items():
            assert find(fmt).stem == fmt, f"{engine}: {name}"
            assert name == registry.plain_name(name), f"{engine}: {name} is looked up in another spelling"


@pytest.mark.parametrize(
    ("name", "words"),
    [("qwen25", "write `hermes`"), ("gpt-oss", "write `openai`"), ("Kimi-K2", "did you mean `kimi_k2`?")],
)
def test_every_command_knows_them(name: str, words: str) -> None:
    run = CliRunner().invoke(app, ["show", name])
    assert run.exit_code == 2
    assert words in run.stderr


# --- the command ---------------------------------------------------------------------------------------------------


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text(TEMPLATES["step3p5"], encoding="utf-8")
    run = which(path)
    assert run.exit_code == 0
    assert run.stdout.startswith("step3p5 (Step 3.5 XML calls): sure\n  - 30 of 30 random conversations come back")
    assert "--tool-call-parser toolgram_step3p5 --reasoning-parser toolgram_step3p5" in run.stdout
    assert "toolgram parse step3p5 --tools tools.json < raw.txt" in run.stdout
    data = json.loads(which(path, "--json").stdout)
    assert (data["format"], data["verdict"], data["reasoning_parser"]) == ("step3p5", "sure", True)
    assert data["candidates"][0]["evidence"]["comes_back"] == 1.0


def test_the_command_is_not_sure(tmp_path: Path) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text("{{ messages }}", encoding="utf-8")
    run = which(path)
    assert run.exit_code == 1
    assert run.stdout.startswith("unsure: no format of toolgram was recognised\n")
    assert which("nothing-like-it").exit_code == 1
    assert "there is no file" in which("no/chat_template.jinja").stderr
    assert "file name too long" in which("x" * 5000).stderr


def test_the_command_takes_names() -> None:
    run = which("sglang:qwen25")
    assert run.exit_code == 0
    assert run.stdout.startswith("hermes (Hermes JSON calls): sure\n  - that is `hermes` for SGLang\n")
    assert which("hermes").stdout.startswith("hermes (Hermes JSON calls): sure\n")
