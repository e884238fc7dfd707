"""`toolgram_auto` in the real vLLM: its serving classes over a dozen chat templates; servers that start or refuse."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from composed import stream
from server import Server
from transcripts import CASES, TOOLS

import toolgram

sys.path.append(str(Path(__file__).parents[1]))
from small_templates import JSON, TEMPLATES, chat

pytestmark = pytest.mark.vllm

NAME = "toolgram_auto"
PLAIN = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n"
)
ASKED = [{"role": "user", "content": "x"}]


@pytest.fixture(scope="module")
def registered() -> None:
    import toolgram_vllm

    toolgram_vllm.register()


def tokenizer_with(template: str, tokens: Sequence[str] = ()) -> Any:
    import model

    made = model.make_tokenizer(tokens)
    made.chat_template = template
    return made


def parser_class(tokenizer: Any, name: str = NAME) -> Any:
    """The composed parser, as a server makes it when it starts."""
    from vllm.parser.parser_manager import ParserManager

    return ParserManager.get_parser(
        tool_parser_name=name, reasoning_parser_name=name, enable_auto_tools=True, model_name="m", tokenizer=tokenizer
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_serving_classes_read_what_the_template_writes(name: str, registered: None) -> None:  # noqa: ARG001
    tokens = [token for token in toolgram.load(name).table["special_tokens"] if not token.isascii()]  # split otherwise
    tokenizer = tokenizer_with(TEMPLATES[name], tokens)
    kind = parser_class(tokenizer)
    made = kind(tokenizer, TOOLS)
    assert made._tool_parser.fmt.names[0] == name
    assert made._reasoning_parser.fmt is made._tool_parser.fmt
    call = {"name": TOOLS[0]["function"]["name"], "arguments": {"city": "Tokyo"}}
    answer = {"role": "assistant", "tool_calls": [{"id": "call00000", "type": "function", "function": call}]}
    record = tokenizer.apply_chat_template([*ASKED, answer], tools=TOOLS, tokenize=False)
    turn = record[record.rindex("x", 0, record.rindex(call["name"])) :]  # behind the user's last word
    text = turn[min(turn.find(opener) for opener in made._tool_parser.fmt.call_openers if opener in turn) :]
    for end in made._tool_parser.fmt.machine.turns.tokens:  # which the server takes away
        text = text.strip().removesuffix(end)
    _, _, calls = stream(kind, tokenizer, text)
    assert [(name, json.loads(arguments)) for name, arguments in calls] == [(call["name"], call["arguments"])]


@pytest.mark.usefixtures("registered")
def test_it_is_found_out_once_for_a_model(monkeypatch: pytest.MonkeyPatch) -> None:
    from toolgram_vllm import auto

    said: list[str] = []
    monkeypatch.setattr(auto.LOG, "log", lambda _level, words, *values: said.append(words % values))
    template = TEMPLATES["internlm"] + "{# once #}"
    for _ in range(2):
        tokenizer = tokenizer_with(template)
        kind = parser_class(tokenizer)
        for _ in range(3):
            kind(tokenizer, TOOLS)
    assert len(said) == 1
    assert said[0].startswith(
        "toolgram_auto, by the tokenizer's chat template: the model writes internlm (sure): 30 of"
    )


@pytest.mark.parametrize("thinks", [False, True])
@pytest.mark.usefixtures("registered")
def test_answers_of_a_model_that_does_not_think_do_not_begin_in_thoughts(thinks: bool) -> None:
    tokenizer = tokenizer_with(chat(f"\n<tool_call>\n{JSON}\n</tool_call>", thinks=thinks))
    made = parser_class(tokenizer)(tokenizer, TOOLS)
    assert made._tool_parser.fmt.names[0] == "hermes"
    assert (made._reasoning_parser.fmt.begins_inside is not None) == thinks
    assert made._reasoning_parser.fmt is made._tool_parser.fmt


def test_a_template_without_calls_is_refused_with_the_candidates(registered: None) -> None:  # noqa: ARG001
    with pytest.raises(TypeError, match=r"cannot be used with the tokenizer .*it is not sure which format") as refusal:
        parser_class(tokenizer_with(PLAIN + "{# <|tool_calls_section_begin|> #}"))
    assert "The likeliest: toolgram_" in str(refusal.value)
    assert "Start the server with one by its name, as in --tool-call-parser toolgram_" in str(refusal.value)


def test_a_template_that_the_server_was_given_counts_more(registered: None, monkeypatch: Any) -> None:  # noqa: ARG001
    class Serving:
        def __init__(self, chat_template: str | None, tokenizer: Any) -> None:  # noqa: ARG002  as vLLM's classes do
            self.made = parser_class(tokenizer)(tokenizer, TOOLS)

    def written(template: str | None) -> str:
        return str(Serving(template, tokenizer_with(TEMPLATES["internlm"])).made._tool_parser.fmt.names[0])

    assert written(TEMPLATES["jamba"]) == "jamba"
    assert written(None) == "internlm"
    monkeypatch.setattr(sys, "argv", ["vllm", "serve", "m", "--chat-template", TEMPLATES["mimo"]])  # as in the engine
    assert written(None) == "mimo"


def test_a_template_of_a_request_is_not_looked_at(registered: None) -> None:  # noqa: ARG001
    from toolgram_vllm.auto import LOG, format_of

    class Request:
        messages: tuple[str, ...] = ()
        chat_template = TEMPLATES["jamba"]

        def answer(self) -> str:
            return format_of(tokenizer_with(TEMPLATES["internlm"]), LOG)[0]

    def handle(request: Any, chat_template: str) -> str:  # noqa: ARG001
        return str(request.answer())

    assert handle(Request(), TEMPLATES["jamba"]) == "internlm"


# --- real servers --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(installed: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose template comes from the command line."""
    folder = tmp_path_factory.mktemp("auto")
    template = folder / "template.jinja"
    # The prompts of the toy model have no tools in them.
    text = TEMPLATES["qwen3_coder"].replace("{{ tools | tojson }}\n\n", "")
    template.write_text(text + "{% if ': opened' in messages[-1]['content'] %}<think>\n{% endif %}", encoding="utf-8")
    more = ("--chat-template", str(template))
    started = Server(model_folder, None, NAME, folder / "log", reasoning=True, site=installed, more=more)
    started.wait()
    yield started
    started.stop()


def test_a_server_starts_and_says_what_it_found(served: Server) -> None:
    log = served.log.read_text(encoding="utf-8", errors="replace")
    assert "toolgram_auto, by the server's --chat-template: the model writes qwen3_coder (sure): 30 of 30" in log
    assert "reads qwen3_coder (tool half" in log
    assert "reads qwen3_coder (reasoning half" in log


def test_the_server_reads_the_calls_of_its_model(served: Server) -> None:
    from test_server import Talk, expected

    talk = Talk(served, "qwen3_coder", 1)
    for case in CASES["qwen3_coder"]:
        assert talk.stream(case.scene).message == expected(case), case.scene
        assert talk.whole(case.scene).message == expected(case), case.scene


def test_strict_calls_reach_the_engine_which_finds_the_same_format(served: Server) -> None:
    """The engine asks a reasoning half of its own when a grammar is in force; it has the command line only."""
    from test_server import Talk

    strict = [{**tool, "function": {**tool["function"], "strict": True}} for tool in TOOLS]
    talk = Talk(served, "qwen3_coder", 1)
    scene = next(case.scene for case in CASES["qwen3_coder"] if case.calls)
    assert talk.stream(scene, tools=strict).calls
    log = served.log.read_text(encoding="utf-8", errors="replace")
    said = [line for line in log.splitlines() if "toolgram_auto, by" in line]
    assert {line.partition("the model writes ")[2].partition(" ")[0] for line in said} == {"qwen3_coder"}


def test_a_server_that_cannot_be_sure_does_not_start(installed: Path, tmp_path: Path) -> None:
    import model

    model.save_untrained(tmp_path / "model")
    (tmp_path / "model" / "chat_template.jinja").write_text(PLAIN, encoding="utf-8")
    server = Server(tmp_path / "model", None, NAME, tmp_path / "log", reasoning=True, site=installed)
    try:
        with pytest.raises(RuntimeError, match="did not come up"):
            server.wait()
    finally:
        server.stop()
    log = (tmp_path / "log").read_text(encoding="utf-8", errors="replace")
    assert "it is not sure which format this model writes" in log
    assert "Start the server with one by its name" in log
