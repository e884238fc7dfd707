"""Grammar and parser agree: what the derived grammar lets a random model write, the parser reads as valid calls.

For every format with calls an untrained model samples at temperature 1 under the grammar of a request: 20 answers, 200
with `--full` or as many as `$TOOLGRAM_GENERATIONS` says. Each must be calls of declared tools whose arguments validate
against their schemas, read whole and token by token. Then a real server does it, with a random model of its own.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import sys
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import budget
import pytest
from random_tools import odd_tools, random_tools
from server import Server
from transcripts import TOOLS

pytestmark = pytest.mark.vllm

PLUGINS = Path(os.environ.get("TOOLGRAM_GENERATED", Path(__file__).parents[2] / "generated")) / "vllm"
WITHOUT_CALLS = {"deepseek_r1", "holo2", "kimi_vl", "qwen3"}
WITH_NAMES = {"name_tags"}  # tags that are the names of tools: a value may hold any tag
# Nothing that opens a call is found in calls only: a bracket, a brace, `>>>`, a word.
WITHOUT_TRIGGER = {
    "functionary_v32",
    "glm4",
    "guided_json",
    "llama3_json",
    "llama4_pythonic",
    "phi4_mini_json",
    "pythonic",
    "sarashina",
    "xlam",
}
FORMATS = sorted(path.stem for path in PLUGINS.glob("[!_]*.py"))
CALLING = [name for name in FORMATS if name not in WITHOUT_CALLS | WITH_NAMES]

SUFFIX = ":opensource"  # of the formats whose special tokens have a place for one

SCHEMAS: dict[str, dict[str, Any]] = {
    "get_weather": {
        "type": "object",
        "properties": {
            "city": {"type": "string"},
            "days": {"type": "integer", "minimum": 1, "maximum": 14},
            "unit": {"enum": ["C", "F"]},
            "precise": {"type": "boolean"},
        },
        "required": ["city", "unit"],
    },
    "now": {"type": "object", "properties": {}},
    "plan": {
        "type": "object",
        "properties": {
            "title": {"type": "string", "minLength": 2, "maxLength": 8},
            "tags": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": 3},
            "where": {"$ref": "#/$defs/place"},
            "ratio": {"type": "number", "minimum": 0.25, "maximum": 2},
            "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
            "code": {"type": "string", "pattern": "^[A-Z]{2}[0-9]+$"},
            "pair": {"type": "array", "prefixItems": [{"type": "integer"}, {"type": "boolean"}], "items": False},
            "tree": {"$ref": "#/$defs/tree"},
            "kinds": {"type": ["array", "string", "integer"], "items": {"enum": ["a", "it's", 'b "c"']}},
            "fixed": {"const": {"k": [1, "x"]}},
            "any": {},
            "more": {"properties": {"k": {"type": "null"}}, "additionalProperties": {"type": "integer"}},
        },
        "required": ["title", "where", "tags"],
        "additionalProperties": False,
        "$defs": {
            "place": {
                "type": "object",
                "properties": {"lat": {"type": "number"}, "name": {"type": "string"}, "kind": {"const": "p"}},
                "required": ["lat", "kind"],
            },
            "tree": {
                "type": "object",
                "properties": {"left": {"$ref": "#/$defs/maybe"}, "n": {"type": "integer"}},
                "required": ["n"],
            },
            "maybe": {"oneOf": [{"$ref": "#/$defs/tree"}, {"type": "null"}]},
        },
    },
}


def generations() -> int:
    return int(os.environ.get("TOOLGRAM_GENERATIONS", 200 if budget.full else 20))


@cache
def plugin(format_id: str) -> Any:
    """The plugin file of a format, under a name of its own: it gives back one that is a package's."""
    name = f"plugin_of_{format_id}"
    found = importlib.util.spec_from_file_location(name, PLUGINS / f"{format_id}.py")
    assert found is not None
    assert found.loader is not None
    sys.modules[name] = importlib.util.module_from_spec(found)
    found.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def bound_outline(format_id: str) -> Any:
    return plugin(format_id).read_outline(plugin(format_id).MACHINE["outline"], SUFFIX)


@cache
def random_model(format_id: str) -> Any:
    from sampling import RandomModel

    special_tokens = [text.replace("{suffix}", SUFFIX) for text in plugin(format_id).MACHINE["special_tokens"]]
    outline = bound_outline(format_id)
    ends = [text for texts in outline.without.values() for text in texts]
    return RandomModel(special_tokens, plugin(format_id).literals_in(outline), ends)


def sample(format_id: str, wish: dict[str, Any], count: int, schemas: dict[str, Any] = SCHEMAS) -> list[Any]:
    """Answers of the format's random model; the few that do not end are drawn again."""
    module, model = plugin(format_id), random_model(format_id)
    tools = tuple(module.ToolShape(name, schema) for name, schema in schemas.items())
    request = module.GrammarRequest(tools, **wish)
    grammar = module.write_ebnf(module.derive_grammar(bound_outline(format_id), request, model.token_ids))
    found: list[Any] = []
    for seed in range(5):
        drawn = model.samples(grammar, count - len(found), zlib.crc32(format_id.encode()) + seed)
        found += [one for one in drawn if one is not None]
    return found


def declared(schemas: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": made}} for name, made in schemas.items()]


def read(
    format_id: str, one: Any, inside: str | None, *, whole: bool, schemas: dict[str, Any] = SCHEMAS
) -> tuple[str, list[tuple[str, str, bool]]]:
    """The content and the calls of an answer."""
    module = plugin(format_id)
    parser = module.Parser(
        module.PARSERS[0].fmt.machine, declared(schemas), inside, token_ids=random_model(format_id).token_ids
    )
    if whole:
        events = [*parser.feed(one.text, one.token_ids)]
    else:
        steps = zip(one.pieces, one.token_ids, strict=True)
        events = [event for piece, number in steps for event in parser.feed(piece, [number])]
    content, calls = "", {}
    for event in [*events, *parser.finish()]:
        kind = type(event).__name__
        if kind == "ContentDelta":
            content += event.text
        elif kind == "CallStart":
            calls[event.index] = [event.name, "", False]
        elif kind == "ArgumentsDelta":
            calls[event.index][1] += event.text
        elif kind == "CallEnd":
            calls[event.index][2] = event.complete
    return content, [tuple(call) for call in calls.values()]


DECLARED = declared(SCHEMAS)


def check_calls(calls: list[tuple[str, str, bool]], source: str, schemas: dict[str, Any] = SCHEMAS) -> None:
    """Every call is whole; only the last may have nothing but its name, since closers may be missing at the end."""
    import jsonschema

    for number, (name, arguments, is_complete) in enumerate(calls, 1):
        if not is_complete and arguments == "{" and number == len(calls):
            continue
        assert is_complete, source
        assert name in schemas, source
        try:
            jsonschema.validate(json.loads(arguments), schemas[name])
        except (ValueError, jsonschema.ValidationError) as error:
            raise AssertionError(f"{source}\n{name} {arguments}\n{schemas[name]}") from error


@pytest.mark.parametrize("format_id", CALLING)
@pytest.mark.parametrize("is_single", [False, True], ids=["several", "one"])
def test_forced_calls_are_valid_calls(format_id: str, *, is_single: bool) -> None:
    found = sample(format_id, {"is_forced": True, "is_single": is_single}, generations())
    assert len(found) == generations()
    for one in found:
        content, calls = read(format_id, one, None, whole=True)
        assert not content.strip(), one.text
        assert len(calls) == 1 if is_single else calls, one.text
        check_calls(calls, one.text)
        assert read(format_id, one, None, whole=False)[1] == calls, one.text


@pytest.mark.parametrize("format_id", CALLING)
def test_forced_calls_of_any_tools_are_valid_calls(format_id: str) -> None:
    written = 0
    for seed in range(generations()):
        schemas = random_tools(seed)
        try:
            found = sample(format_id, {"is_forced": True, "may_reason": False}, 1, schemas)
        except plugin(format_id).GrammarError:  # no tool, or no required argument of any, can be written in the format
            continue
        written += 1
        for one in found:
            _, calls = read(format_id, one, None, whole=True, schemas=schemas)
            assert calls, one.text
            check_calls(calls, one.text, schemas)
            assert read(format_id, one, None, whole=False, schemas=schemas)[1] == calls, one.text
    assert written > 0.8 * generations()


@pytest.mark.parametrize("format_id", CALLING)
def test_forced_calls_behind_reasoning_that_the_prompt_opened(format_id: str) -> None:
    if not plugin(format_id).MACHINE.get("begins_inside"):
        pytest.skip("no prompt of this format opens the reasoning")
    for one in sample(format_id, {"is_forced": True, "may_be_open": True}, generations() // 4):
        _, calls = read(format_id, one, "reasoning", whole=True)
        assert calls, one.text
        check_calls(calls, one.text)


@pytest.mark.parametrize("format_id", [name for name in CALLING if name not in WITHOUT_TRIGGER])
def test_calls_that_a_model_chooses_to_make_are_valid_calls(format_id: str) -> None:
    found = sample(format_id, {"is_forced": False}, generations())
    for one in found:
        _, calls = read(format_id, one, None, whole=True)
        if not has_text_behind_quote(calls, one.text):
            check_calls(calls, one.text)


def has_text_behind_quote(calls: list[tuple[str, str, bool]], source: str) -> bool:
    """Whether text that begins with a quote stood right behind a call that nothing closes, and was taken for the rest
    of its last string: `{"a": "b"}"` is read as a string whose quotes are not escaped (docs/dialect.md)."""
    taken = re.search(r'\\"[\]})\s]+["\']', "".join(arguments for _, arguments, _ in calls))
    return taken is not None and not re.search(r'\\"[\]})\s]+["\']', source)


@pytest.mark.parametrize("format_id", [name for name in CALLING if name not in WITHOUT_TRIGGER])
def test_calls_of_tools_that_are_not_strict_are_calls(format_id: str) -> None:
    module = plugin(format_id)
    is_bound = bound_outline(format_id).has_tags
    schemas = SCHEMAS if is_bound else dict.fromkeys(SCHEMAS, module.ANY_PARAMETERS)
    for one in sample(format_id, {"is_forced": False, "is_single": True}, generations() // 4, schemas):
        _, calls = read(format_id, one, None, whole=True)
        assert len(calls) <= 1, one.text
        for name, arguments, is_complete in calls:
            if not is_complete and arguments == "{":
                continue  # nothing but its name, at the end
            assert is_complete, one.text
            assert name in SCHEMAS, one.text
            assert isinstance(json.loads(arguments), dict), one.text
        assert read(format_id, one, None, whole=False)[1] == calls, one.text


@pytest.mark.parametrize("format_id", CALLING)
def test_a_grammar_of_any_tools_can_be_read(format_id: str) -> None:
    import xgrammar

    module = plugin(format_id)
    tokens = {text: number for number, text in enumerate(bound_outline(format_id).tokens)}
    for seed in range(generations() // 2):
        tools = tuple(module.ToolShape(name, schema) for name, schema in odd_tools(seed).items())
        request = module.GrammarRequest(tools, is_forced=True, may_reason=False)
        try:
            found = module.fitting_grammar(bound_outline(format_id), request, tokens)
        except module.GrammarError:  # none of the tools can be written in the format
            continue
        xgrammar.Grammar.from_ebnf(found.text)


def asked(**options: Any) -> Any:
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    given = {"tools": DECLARED, **options}
    return ChatCompletionRequest(model="m", messages=[{"role": "user", "content": "x"}], **given)


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    import model

    return model.make_tokenizer()


def constrained(format_id: str, request: Any, tokenizer: Any) -> str | None:
    parser = plugin(format_id).PARSERS[0](tokenizer, request.tools)
    outputs = parser.adjust_request(request).structured_outputs
    return None if outputs is None else str(outputs.grammar)


def strict(tool: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {**tool["function"], "strict": True}}


NAMED = {"type": "function", "function": {"name": "now"}}
FORMAT = {"type": "json_object"}


@pytest.mark.parametrize("format_id", CALLING)
def test_requests_that_force_a_call_get_a_grammar(format_id: str, tokenizer: Any) -> None:
    for choice in ("required", NAMED):
        request = asked(tool_choice=choice)
        grammar = constrained(format_id, request, tokenizer)
        assert grammar is not None
        assert request.response_format is None
        assert ("plan" in grammar) == (choice == "required")


@pytest.mark.parametrize("format_id", CALLING)
def test_a_free_choice_is_constrained_only_where_the_request_asks_for_it(format_id: str, tokenizer: Any) -> None:
    has_trigger = format_id not in WITHOUT_TRIGGER
    tools = [strict(DECLARED[0]), *DECLARED[1:]]
    assert constrained(format_id, asked(), tokenizer) is None
    assert constrained(format_id, asked(tool_choice="none"), tokenizer) is None
    assert (constrained(format_id, asked(parallel_tool_calls=False), tokenizer) is not None) == has_trigger
    assert (constrained(format_id, asked(tools=tools), tokenizer) is not None) == has_trigger
    own = asked(tools=tools, response_format=FORMAT)
    assert constrained(format_id, own, tokenizer) is None
    assert own.response_format is not None


def test_the_document_names_the_formats_without_a_grammar() -> None:
    text = (Path(__file__).parents[2] / "docs" / "vllm-plugin.md").read_text(encoding="utf-8")
    table = text.partition("<!-- without-grammar")[2].partition("<!-- end -->")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    named = [set(re.findall(r"`(\w+)`", row.split("|")[1])) for row in rows]
    assert named == [WITHOUT_CALLS, WITH_NAMES, WITHOUT_TRIGGER]


@pytest.mark.parametrize("format_id", sorted(WITHOUT_CALLS | WITH_NAMES))
def test_formats_without_calls_get_none(format_id: str, tokenizer: Any) -> None:
    assert constrained(format_id, asked(tool_choice="required"), tokenizer) is None


def test_a_schema_that_no_grammar_can_carry_lets_any_arguments_of_its_tool_through(tokenizer: Any) -> None:
    broken = {"type": "object", "properties": {"a": {"$ref": "#/nowhere"}}, "required": ["a"]}
    tools = [{"type": "function", "function": {"name": "f", "parameters": broken}}]
    grammar = constrained("hermes", asked(tools=tools, tool_choice="required"), tokenizer)
    for arguments in ('{"a": [1]}', "{}"):
        assert takes(grammar, tokenizer, f'<tool_call>\n{{"name": "f", "arguments": {arguments}}}\n</tool_call>')
    assert not takes(grammar, tokenizer, '<tool_call>\n{"name": "g", "arguments": {}}\n</tool_call>')


def matcher_of(grammar: str | None, tokenizer: Any) -> Any:
    import xgrammar

    info = xgrammar.TokenizerInfo.from_huggingface(tokenizer, vocab_size=len(tokenizer))
    return xgrammar.GrammarMatcher(xgrammar.GrammarCompiler(info).compile_grammar(grammar))


def takes(grammar: str | None, tokenizer: Any, text: str) -> bool:
    """Whether a grammar lets a text through, to the end of the answer."""
    matcher = matcher_of(grammar, tokenizer)
    ids = [*tokenizer.encode(text, add_special_tokens=False), tokenizer.eos_token_id]
    return all(map(matcher.accept_token, ids))


def test_a_grammar_that_begins_behind_the_reasoning_takes_the_rest_of_a_call(tokenizer: Any) -> None:
    """Up to 0.23, and through Responses up to 0.32, it begins behind what ended the reasoning: a call's opener too."""
    calls = {
        "hermes": ("<tool_call>", '\n{"name": "now", "arguments": {}}\n</tool_call>'),
        "qwen3_coder": ("<tool_call>", "\n<function=now>\n</function>\n</tool_call>"),
        "kimi_k2": (
            "<|tool_calls_section_begin|>",
            "<|tool_call_begin|>functions.now:0<|tool_call_argument_begin|>{}<|tool_call_end|>"
            "<|tool_calls_section_end|>",
        ),
    }
    for format_id, (opener, rest) in calls.items():
        module = plugin(format_id)
        tools = tuple(module.ToolShape(name, schema) for name, schema in SCHEMAS.items())
        vocabulary, outline = tokenizer.get_vocab(), module.read_outline(module.MACHINE["outline"])
        ids = {token: vocabulary[token] for token in module.MACHINE["special_tokens"] if token in vocabulary}
        for openers in ((), (opener,)):
            request = module.GrammarRequest(tools, is_forced=True, may_reason=False, openers=openers)
            grammar = module.write_ebnf(module.derive_grammar(outline, request, ids))
            assert takes(grammar, tokenizer, opener + rest), format_id
            assert takes(grammar, tokenizer, rest) == bool(openers), format_id
            assert not takes(grammar, tokenizer, opener + opener + rest), format_id


def test_blanks_may_stand_between_forced_calls(tokenizer: Any) -> None:
    off = {"enable_thinking": False}
    grammar = constrained("hermes", asked(tool_choice="required", chat_template_kwargs=off), tokenizer)
    call = '<tool_call>\n{"name": "now", "arguments": {}}\n</tool_call>'
    assert takes(grammar, tokenizer, f"{call}\n{call}")
    assert takes(grammar, tokenizer, call + call)
    assert not takes(grammar, tokenizer, f"{call} x {call}")


def test_special_tokens_are_written_as_tokens(tokenizer: Any) -> None:
    off = {"enable_thinking": False}
    grammar = constrained("hermes", asked(tool_choice="required", chat_template_kwargs=off), tokenizer)
    matcher = matcher_of(grammar, tokenizer)
    opener = tokenizer.get_vocab()["<tool_call>"]
    spelled = tokenizer.encode("<", add_special_tokens=False)
    assert not matcher.accept_token(spelled[0])
    assert matcher.accept_token(opener)
    rest = '{"name": "now", "arguments": {}}'
    assert all(map(matcher.accept_token, tokenizer.encode(rest, add_special_tokens=False)))
    assert matcher.accept_token(tokenizer.get_vocab()["</tool_call>"])
    assert matcher.accept_token(tokenizer.eos_token_id)


# --- a real server ---------------------------------------------------------------------------------------------------

SERVED = ("hermes", "qwen3_coder", "pythonic", "minimax_m3", "openai")
THINKING = ("minimax_m3", "openai")  # no template argument switches it off, and a random model may go on for ever
BOUNDED = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "minLength": 1, "maxLength": 12},
        "days": {"type": "integer", "minimum": 1, "maximum": 14},
    },
    "required": ["city"],
    "additionalProperties": False,
}
SERVED_TOOLS = [{"type": "function", "function": {**tool["function"], "parameters": BOUNDED}} for tool in TOOLS]


@pytest.fixture(scope="module", params=SERVED)
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    import model

    folder = tmp_path_factory.mktemp("random")
    model.save_untrained(folder)
    name = request.param
    has_reasoning = name != "pythonic"
    server = Server(folder, PLUGINS / f"{name}.py", name, folder / "log", reasoning=has_reasoning)
    try:
        server.wait()
        yield name, server.base_url
    finally:
        server.stop()


@pytest.mark.parametrize("choice", ["required", "get_weather"])
@pytest.mark.parametrize("is_streamed", [False, True], ids=["whole", "streamed"])
def test_a_random_model_on_a_real_server_makes_valid_calls(
    served: tuple[str, str], choice: str, *, is_streamed: bool
) -> None:
    import jsonschema
    from openai import OpenAI

    create = OpenAI(base_url=served[1], api_key="none", timeout=300).chat.completions.create
    wanted = choice if choice == "required" else {"type": "function", "function": {"name": choice}}
    off = {"chat_template_kwargs": {"enable_thinking": False}}
    whole = 0
    for seed in range(10 if served[0] in THINKING else 5):
        answer = create(
            model="toy",
            messages=[{"role": "user", "content": "x"}],
            tools=SERVED_TOOLS,
            tool_choice=wanted,
            parallel_tool_calls=False,
            temperature=1.0,
            seed=seed,
            max_tokens=900,
            stream=is_streamed,
            extra_body=off,
        )
        ended, calls = heard(answer) if is_streamed else whole_calls(answer)
        if ended == "length" and served[0] in THINKING:
            continue
        whole += 1
        assert ended in ("tool_calls", "stop")
        assert len(calls) == 1
        assert calls[0][0] in {tool["function"]["name"] for tool in SERVED_TOOLS}
        assert choice in ("required", calls[0][0])
        jsonschema.validate(json.loads(calls[0][1]), BOUNDED)
    assert whole


def whole_calls(answer: Any) -> tuple[str, list[list[str]]]:
    choice = answer.choices[0]
    return choice.finish_reason, [
        [call.function.name, call.function.arguments] for call in choice.message.tool_calls or []
    ]


def heard(chunks: Any) -> tuple[str, list[list[str]]]:
    calls: list[list[str]] = []
    ended = ""
    for choice in (chunk.choices[0] for chunk in chunks if chunk.choices):
        ended = choice.finish_reason or ended
        for part in choice.delta.tool_calls or []:
            if part.index == len(calls):
                calls.append([part.function.name, ""])
            calls[part.index][1] += part.function.arguments or ""
    return ended, calls
