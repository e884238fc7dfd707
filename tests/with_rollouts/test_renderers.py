"""The real `renderers` reads with parsers of ours, alone and inside of its DefaultRenderer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rows

from toolgram.registry import formats_dir, names
from toolgram.rollouts.renderers import register

parsers = pytest.importorskip("renderers.parsers")


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    register(rows.TOOLS)
    yield
    for known in (parsers.TOOL_PARSERS, parsers.REASONING_PARSERS):
        for name in [name for name in known if name.startswith("toolgram_")]:
            del known[name]


def extract(tokenizer: Any, text: str, name: str = "toolgram_hermes") -> tuple[str, list[Any]]:
    ids = tokenizer(text)["input_ids"]
    kept, calls = parsers.get_tool_parser(name, tokenizer).extract(ids)
    for call in calls:
        assert call.raw in tokenizer.decode(ids[slice(*call.token_span)])
    return tokenizer.decode(kept), calls


def test_every_format_has_a_name() -> None:
    ours = {f"toolgram_{name}" for name in names(formats_dir())}
    assert ours <= set(parsers.TOOL_PARSERS) & set(parsers.REASONING_PARSERS)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (rows.CALL, "ok"),
        (rows.BROKEN, "ok"),
        ('<tool_call>\n{"name": "f", "arguments": {"k": 1', "unclosed_block"),
        (rows.CALL.replace('"f"', '"h"'), "unknown_tool"),
        (rows.CALL.replace('"f"', ""), "invalid_json"),
        ('<tool_call>\n{"k": 1}\n</tool_call>', "missing_name"),
    ],
)
def test_an_attempt_has_a_status_and_its_tokens(tokenizer: Any, text: str, status: str) -> None:
    kept, calls = extract(tokenizer, f"Hi é {text}")
    assert [call.status.value for call in calls] == [status]
    assert kept.startswith("Hi é")
    if status == "ok":
        assert (kept, calls[0].name, calls[0].arguments) == ("Hi é", "f", {"k": 1})


def test_strict_says_what_was_repaired(tokenizer: Any) -> None:
    register(rows.TOOLS, strict=True)
    assert [call.status.value for call in extract(tokenizer, rows.BROKEN)[1]] == ["invalid_json"]
    assert [call.status.value for call in extract(tokenizer, rows.CALL)[1]] == ["ok"]


def test_without_tools_every_word_is_the_name_of_one(tokenizer: Any) -> None:
    register()
    assert [call.status.value for call in extract(tokenizer, rows.CALL.replace('"f"', '"h"'))[1]] == ["ok"]


def test_what_is_only_mentioned_is_no_attempt(tokenizer: Any) -> None:
    assert extract(tokenizer, "A <tool_call> is a tag.") == ("A <tool_call> is a tag.", [])


def test_the_default_renderer_reads_an_answer(tokenizer: Any) -> None:
    from renderers.configs import DefaultRendererConfig
    from renderers.default import DefaultRenderer

    tokenizer.chat_template = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    config = DefaultRendererConfig(tool_parser="toolgram_hermes", reasoning_parser="toolgram_hermes")
    renderer = DefaultRenderer(tokenizer, config)
    text = f"<think>a</think>\nHi\n{rows.CALL}\n{rows.CALL}"
    found = renderer.parse_response([*tokenizer(text)["input_ids"], tokenizer.eos_token_id])
    assert (found.content.strip(), found.reasoning_content) == ("Hi", "a")
    assert [(call.name, call.arguments, call.status.value) for call in found.tool_calls] == [("f", {"k": 1}, "ok")] * 2


def test_reasoning_is_parted_from_a_text(tokenizer: Any) -> None:
    parser = parsers.get_reasoning_parser("toolgram_hermes", tokenizer)
    assert parser.extract("<think>\na\n</think>\n\nHi") == ("a", "\n\nHi")
    assert parser.extract("a</think>Hi") == ("a", "Hi")
    assert parser.extract("Hi <think>") == (None, "Hi <think>")


def test_specs_of_ones_own_have_names_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "acme_calls.lark").write_bytes((formats_dir() / "hermes.lark").read_bytes())
    monkeypatch.setenv("TOOLGRAM_FORMATS", str(tmp_path))
    register(rows.TOOLS)
    assert {"toolgram_acme_calls", "toolgram_hermes"} <= set(parsers.TOOL_PARSERS) & set(parsers.REASONING_PARSERS)
