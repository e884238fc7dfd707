"""A fault in the core never kills an answer, wherever it happens: the rest goes out as plain content, and is logged.

The fault is put into one step of the core after the other, until a whole answer comes through without meeting it.
"""

from __future__ import annotations

import gc
import json
import logging
import re
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from composed import asked, compose, deltas_of, expected, heard, ours, scene, send, whole

pytestmark = pytest.mark.vllm

SCENES = [
    ("qwen3_coder", "opened, all three"),
    ("qwen3_coder", "reasoning and call"),
    ("hermes", "opened, all three"),
    ("hermes", "content and call"),
    ("glm45", "reasoning and call"),
    ("kimi_k2", "opened, all three"),
    ("llama3_json", "content and call"),
    ("pythonic", "parallel calls"),
]


class Fault:
    """Makes a step of a plugin's core raise: the n-th that is taken, or (`lasting`) every one from there.

    Unless it `remembers`, the core takes all of its steps, as it does for an answer that is new.
    """

    def __init__(self, module: Any, monkeypatch: pytest.MonkeyPatch, *, remembers: bool = False) -> None:
        if not remembers:
            monkeypatch.setitem(module.Parser.feed.__globals__, "memory_of", lambda _: None)
        self.at = self.taken = 0
        self.lasting = self.is_off = False
        for kind, step in module.STEPS.items():
            monkeypatch.setitem(module.STEPS, kind, self._wrap(step))
        monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
        self.fmt = module.PARSERS[0].fmt

    def arm(self, at: int, *, lasting: bool) -> None:
        self.at, self.taken, self.lasting = at, 0, lasting
        self.fmt.failures.clear()

    def _wrap(self, step: Any) -> Any:
        def faulty(parser: Any, state: Any) -> Any:
            self.taken += 1
            if self.taken == self.at or (self.lasting and self.taken > self.at):
                raise RuntimeError("a fault")
            return step(parser, state)

        return faulty


def points(fault: Fault, *, lasting: bool) -> Iterator[int]:
    """Every point of an answer at which there is something to break."""
    at = 1
    while True:
        fault.arm(at, lasting=lasting)
        yield at
        if fault.taken < at:
            return
        at += 1


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize("size", [1, 4])
@pytest.mark.parametrize("remembers", [False, True], ids=["new", "known"])
@pytest.mark.parametrize(("format_id", "name"), SCENES)
def test_a_stream_survives_a_fault_anywhere(
    format_id: str,
    name: str,
    remembers: bool,
    size: int,
    lasting: bool,
    plugin: Any,
    tokenizer: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fault, case = Fault(plugin(format_id), monkeypatch, remembers=remembers), scene(format_id, name)
    kind = ours(plugin(format_id))
    prompt = "<|im_start|>assistant\n" + ("<think>\n" if case.opened else "")
    content, reasoning, calls = expected(case)
    count = 0
    for at in points(fault, lasting=lasting):
        request = asked()
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        deltas = deltas_of(tokenizer, case.output, size)
        got = heard(send(parser, tokenizer, deltas, request, prompt))
        where = f"fault at step {at}"
        if not fault.fmt.failures:
            assert got == (content, reasoning, calls), where
            continue
        count += 1
        assert reasoning.startswith(got[1].rstrip("\n")) or got[1] == reasoning, where
        assert [call[0] for call in got[2]] == [call[0] for call in calls][: len(got[2])], where
        for (_, arguments), (_, whole_arguments) in zip(got[2], calls, strict=False):
            assert whole_arguments.startswith(arguments), where
        plain = got[0]
        plain = plain.removeprefix(content)
        if got[2] != calls:
            # What is missing of the calls came as the text it was, up to the answer's last character.
            assert plain, where
            assert case.output.endswith(plain[-20:].lstrip()) or case.output.rstrip().endswith(plain.rstrip()), where
        if not got[2]:
            assert names_in(calls) <= names_in_text(got[0]), where
    assert count > 5 or remembers


def names_in(calls: list[tuple[str, str]]) -> set[str]:
    return {name for name, _ in calls}


def names_in_text(text: str) -> set[str]:
    return set(re.findall(r"\w+", text))


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize(("format_id", "name"), SCENES)
def test_a_whole_answer_survives_a_fault_anywhere(
    format_id: str, name: str, lasting: bool, plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, case = Fault(plugin(format_id), monkeypatch), scene(format_id, name)
    prompt = "<|im_start|>assistant\n" + ("<think>\n" if case.opened else "")
    for at in points(fault, lasting=lasting):
        content, reasoning, calls = whole(ours(plugin(format_id)), tokenizer, case.output, prompt=prompt)
        if calls != expected(case)[2]:
            assert not calls
            assert case.output.endswith(content), f"fault at step {at}"
            assert names_in(expected(case)[2]) <= names_in_text(content)
        if case.reasoning:
            assert case.reasoning in reasoning + content, f"fault at step {at}"


@pytest.mark.parametrize("lasting", [False, True], ids=["once", "lasting"])
@pytest.mark.parametrize(("format_id", "name"), SCENES)
def test_a_long_answer_that_fails_is_sent_as_a_short_one_is(
    format_id: str, name: str, lasting: bool, plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a long answer only the last chunks are kept; here of any one, from its first or from its 60th character on."""
    module, case = plugin(format_id), scene(format_id, name)
    fault, kind, deltas = Fault(module, monkeypatch), ours(module), deltas_of(tokenizer, case.output)
    prompt = "<|im_start|>assistant\n" + ("<think>\n" if case.opened else "")
    for at in points(fault, lasting=lasting):
        got = []
        for room in (module.RECORD_CHARS, 0, 60):
            fault.arm(at, lasting=lasting)
            with monkeypatch.context() as short:
                short.setitem(module.Transcript.__init__.__globals__, "RECORD_CHARS", room)
                request = asked()
                parser = kind(tokenizer, request.tools, chat_template_kwargs={})
                got.append(heard(send(parser, tokenizer, deltas, request, prompt)))
        first, later, between = got
        assert between in (first, later), f"fault at step {at}"
        if later != first:  # where a new core fails as well, what the first chunks say may be less
            assert lasting, f"fault at step {at}"
            assert (later[1:], len(later[0]) > len(first[0])) == (first[1:], True), f"fault at step {at}"


@pytest.mark.parametrize("name", ["content", "argument", "thoughts", "open call"])
def test_what_is_kept_of_an_answer_is_bounded(name: str, plugin: Any, tokenizer: Any) -> None:
    module, request = plugin("qwen3_coder"), asked()
    parser = ours(module)(tokenizer, request.tools, chat_template_kwargs={})
    begin = {
        "content": "So: ",
        "argument": "<tool_call>\n<function=write_file>\n<parameter=path>\n",
        "thoughts": "<think>\n",
        "open call": "<tool_call>\n",
    }[name]
    line = tokenizer.encode("a line of some words and more.\n")
    deltas = [*deltas_of(tokenizer, begin)[:-1], *[(tokenizer.decode([number]), [number]) for number in line] * 2_000]
    sent = sum(len(text) for text, _ in deltas)
    for _ in send(parser, tokenizer, [*deltas, *deltas], request):
        pass
    assert 2 * sent > 100_000
    gc.collect()
    kinds = (module.Transcript, module.Answer, module.ReasoningPhase)
    kept = [len(text) for one in gc.get_objects() if isinstance(one, kinds) for text in strings_in(vars(one))]
    assert kept
    assert sum(kept) < module.RECORD_CHARS + 10_000


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, tuple, deque)):
        for one in value:
            yield from strings_in(one)
    elif isinstance(value, dict):
        for one in value.values():
            yield from strings_in(one)


@pytest.mark.parametrize("halves", ["tool", "reasoning"])
def test_each_half_alone_survives_a_fault_anywhere(
    halves: str, plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fault, case = Fault(plugin("qwen3_coder"), monkeypatch), scene("qwen3_coder", "reasoning and call")
    tool, reasoning = plugin("qwen3_coder").PARSERS
    kind = compose(tool if halves == "tool" else None, reasoning if halves == "reasoning" else None)
    for at in points(fault, lasting=False):
        request = asked()
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        got = heard(send(parser, tokenizer, deltas_of(tokenizer, case.output), request))
        if fault.fmt.failures and not got[2]:
            assert got[0].rstrip().endswith("</tool_call>"), f"fault at step {at}"


def test_the_end_of_an_answer_may_fail_too(plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module, request = plugin("hermes"), asked()

    def finish(_: Any) -> Any:
        raise RuntimeError("a fault")

    monkeypatch.setattr(module.Parser, "finish", finish)
    parser = ours(module)(tokenizer, request.tools, chat_template_kwargs={})
    text = 'Look: <tool_call>\n{"name": "get_'
    assert heard(send(parser, tokenizer, deltas_of(tokenizer, text), request)) == (text, "", [])


def test_tools_that_cannot_be_read_are_no_reason_to_stop(
    plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, case = plugin("hermes"), scene("hermes", "reasoning and text")

    def refuse(*_: Any) -> Any:
        raise RecursionError

    monkeypatch.setattr(module.ToolSet, "__init__", refuse)
    module.kept_tool_set.cache_clear()
    request = asked()
    parser = ours(module)(tokenizer, request.tools, chat_template_kwargs={})
    assert heard(send(parser, tokenizer, deltas_of(tokenizer, case.output), request)) == (case.output, "", [])
    assert whole(ours(module), tokenizer, "Hi.") == ("Hi.", "", [])


def test_the_log_has_one_record_and_it_can_be_repeated(
    plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    fault, case = Fault(plugin("hermes"), monkeypatch), scene("hermes", "content and call")
    with caplog.at_level(logging.ERROR, "vllm.toolgram.hermes"):
        fault.arm(40, lasting=False)
        for _ in range(3):
            fault.taken = 0
            request = asked()
            parser = ours(plugin("hermes"))(tokenizer, request.tools, chat_template_kwargs={})
            got = heard(send(parser, tokenizer, deltas_of(tokenizer, case.output), request))
    [record] = caplog.records
    import vllm

    said, line = record.message.split("\n", 1)
    assert "the hermes parser failed (tool half, toolgram 0.1.0, vLLM " + vllm.__version__ in said
    assert "sent as plain content" in said
    assert said.endswith("run: toolgram parse hermes --chunks failure.json")
    assert record.exc_info is not None
    transcript = json.loads(line)
    fed = "".join(chunk if isinstance(chunk, str) else chunk[0] for chunk in transcript["chunks"])
    assert case.output.startswith(fed)
    assert len(fed) < len(case.output)
    assert got[0].endswith(case.output[len(fed) :])
    assert [tool["function"]["name"] for tool in transcript["tools"]] == ["get_weather", "write_file"]
    (tmp_path / "failure.json").write_text(line, encoding="utf-8")
    command = [sys.executable, "-c", "from toolgram.cli import main; main()", "parse", "hermes"]
    done = subprocess.run(
        [*command, "--chunks", str(tmp_path / "failure.json")], capture_output=True, text=True, timeout=60, check=False
    )
    if "No module named 'typer'" not in done.stderr:
        assert '"event": "CallStart", "index": 0, "name": "get_weather"' in done.stdout


def test_a_record_is_never_long(plugin: Any, tokenizer: Any) -> None:
    module = plugin("hermes")
    fmt = module.PARSERS[0].fmt
    words = module.vocabulary_of(fmt, tokenizer)
    big = [{"type": "function", "function": {"name": f"f{number}", "description": "x" * 3000}} for number in range(99)]
    transcript = module.Transcript(fmt, words, "tool", is_open=False, token_ids=None, tools=big)
    for _ in range(200):
        transcript.note("short ")
    record = json.loads(transcript.as_json())
    assert record["tools"][5] == {"type": "function", "function": {"name": "f5"}}
    assert len(record["chunks"]) == 200
    for _ in range(50_000):
        transcript.note("more and more ")
    text = transcript.as_json()
    record = json.loads(text)
    assert len(text) <= module.RECORD_CHARS
    assert record["left_out"] == 50_200 - len(record["chunks"])
    assert len(record["chunks"]) > 1000
