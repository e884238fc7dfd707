"""What a request asks of its calls: SGLang puts our grammar into its sampling parameters, and reads what comes of it.

For every format with calls SGLang's serving class makes the parameters of a request. An untrained model samples under
the structural tag in them, with SGLang's xgrammar; the same serving class reads its answers, whole and streamed.
"""

from __future__ import annotations

import json
import sys
import types
import zlib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from serving import Said, Words, asked, cut, server, streamed, whole
from sglang.srt.constrained.utils import is_legacy_structural_tag

import toolgram
from toolgram.grammars.headers import has_trigger
from toolgram.grammars.outline import literals_in, read_outline
from toolgram.registry import format_paths
from toolgram.runtime.tables.suffix import with_suffix

sys.path.append(str(Path(__file__).parents[1] / "with_vllm"))
from sampling import RandomModel

pytestmark = pytest.mark.sglang

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}, "required": ["city"]}
SCHEMAS = {"get_weather": CITY, "now": {"type": "object", "properties": {}}}
TOOLS = [{"type": "function", "function": {"name": name, "parameters": made}} for name, made in SCHEMAS.items()]
STRICT = [{"type": "function", "function": {**tool["function"], "strict": True}} for tool in TOOLS]
NAMED = {"type": "function", "function": {"name": "get_weather"}}
SUFFIX = ":opensource"
SAMPLES = 3


def outline_of(format_id: str) -> Any:
    table = toolgram.load(format_id).table
    return read_outline(table["outline"], SUFFIX) if table.get("outline") and table.get("call_openers") else None


CALLING = [path.stem for path in format_paths() if outline_of(path.stem) and path.stem != "name_tags"]


@cache
def random_model(format_id: str) -> Any:
    outline = outline_of(format_id)
    tokens = [with_suffix(text, SUFFIX) for text in toolgram.load(format_id).table["special_tokens"]]
    return RandomModel(tokens, literals_in(outline), [text for texts in outline.without.values() for text in texts])


class Ids(Words):
    """A tokenizer whose special tokens have the ids that the model has them under."""

    def __init__(self, ids: dict[str, int]) -> None:
        super().__init__()
        self._ids = dict(ids)
        self.all_special_ids = list(ids.values())


@cache
def host_of(format_id: str, *, thinks: bool = False) -> Any:
    name = f"toolgram_{format_id}"
    reasoning = name if thinks else None
    return server(name, reasoning, Ids(random_model(format_id).token_ids), default=thinks)


def served_open(format_id: str) -> Any:
    """A server whose template opens the reasoning."""
    name = f"toolgram_{format_id}"
    return server(name, name, Ids(random_model(format_id).token_ids), opens=True)


def parameters(host: Any, request: Any) -> dict[str, Any]:
    """The sampling parameters that SGLang gives to its engine."""
    host._apply_jinja_template = types.MethodType(lambda *_: Said(stop=[], prompt="", prompt_ids=[]), host)
    made = host._process_messages(request, False)
    found: dict[str, Any] = request.to_sampling_params(
        stop=[], model_generation_config={}, tool_call_constraint=made.tool_call_constraint
    )
    return found


def tag_of(host: Any, **asks: Any) -> str | None:
    """The structural tag of a request, which must be one of those that SGLang hands to xgrammar as they are."""
    found = parameters(host, asked(asks.pop("tools", TOOLS), **asks))
    assert not found.get("json_schema")
    tag = found.get("structural_tag")
    if tag is not None:
        assert not is_legacy_structural_tag(json.loads(tag))
        assert json.loads(tag)["format"]["type"] == "grammar"
    return tag


@pytest.mark.parametrize("format_id", CALLING)
def test_forced_calls_come_back_as_valid_calls(format_id: str) -> None:
    import jsonschema

    host, model = host_of(format_id), random_model(format_id)
    begins = toolgram.load(format_id).table.get("begins_inside")
    is_open = bool(begins) and not begins[1]  # in every prompt, so that the answer may go on in there
    heard = served_open(format_id) if is_open else host
    for choice, names in (("required", set(SCHEMAS)), (NAMED, {"get_weather"})):
        tag = tag_of(host, tool_choice=choice, parallel_tool_calls=False)
        assert tag is not None
        drawn = [one for one in model.samples(tag, SAMPLES, zlib.crc32(format_id.encode()), is_tag=True) if one]
        assert drawn
        for one in drawn:
            got = whole(heard, asked(TOOLS, tool_choice=choice), one.text)
            assert len(got.calls) == 1, one.text
            [(name, arguments)] = got.calls
            assert name in names
            if arguments != "{":  # nothing but its name, at the end
                jsonschema.validate(json.loads(arguments), SCHEMAS[name])
                assert got.finish_reason == "tool_calls"
            sent = streamed(heard, asked(TOOLS, tool_choice=choice, stream=True), one.pieces)
            assert sent.calls == got.calls, one.text


@pytest.mark.parametrize("format_id", CALLING)
def test_a_free_choice_is_constrained_only_where_the_request_asks_for_it(format_id: str) -> None:
    outline = outline_of(format_id)
    has = has_trigger(outline, [with_suffix(text, SUFFIX) for text in toolgram.load(format_id).table["call_openers"]])
    host = host_of(format_id)
    assert tag_of(host) is None
    assert tag_of(host, tool_choice="none") is None
    assert (tag_of(host, parallel_tool_calls=False) is not None) == has
    assert (tag_of(host, tools=STRICT) is not None) == has


OPENING = [name for name in CALLING if toolgram.load(name).prepared.opens_reasoning_only]  # with no header before it


@pytest.mark.parametrize("format_id", [name for name in OPENING if toolgram.load(name).table.get("reasoning_closers")])
def test_behind_the_thoughts_a_grammar_has_none(format_id: str) -> None:
    """SGLang lets it begin there, if the request is reasoned about."""
    host, model = host_of(format_id, thinks=True), random_model(format_id)
    tag = tag_of(host, tool_choice="required")
    assert tag is not None
    begun = "".join(with_suffix(text, SUFFIX) for text in toolgram.load(format_id).table["reasoning_openers"][:1])
    closer = with_suffix(toolgram.load(format_id).table["reasoning_closers"][0], SUFFIX)
    for one in model.samples(tag, SAMPLES, 1, is_tag=True):
        if one is not None:
            got = whole(host, asked(TOOLS, tool_choice="required"), f"{begun}hm{closer}{one.text}")
            assert got.reasoning.strip() == "hm", one.text
            assert got.calls, one.text


def test_another_grammar_backend_gets_no_tag() -> None:
    """It could not read it, and would refuse the request: forced calls are read as they come."""
    host = host_of("hermes")
    tag_of(host)  # its template is a stand-in
    known = host.tokenizer_manager.config_value
    host.tokenizer_manager.config_value = lambda name: "llguidance" if name == "grammar_backend" else known(name)
    try:
        assert tag_of(host, tool_choice="required") is None
    finally:
        host.tokenizer_manager.config_value = known


def test_the_operators_strictness_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SGLANG_TOOL_STRICT_LEVEL", "2")
    tag = tag_of(host_of("hermes"))
    assert tag is not None
    assert "days" in tag


def test_an_answer_that_misses_its_forced_call_stays_text() -> None:
    host = host_of("hermes")
    for more in ({}, {"stream": True}):
        request = asked(TOOLS, tool_choice="required", **more)
        got = streamed(host, request, cut("I will not.", 3)) if more else whole(host, request, "I will not.")
        assert (got.content, got.calls, got.finish_reason) == ("I will not.", [], "stop")
