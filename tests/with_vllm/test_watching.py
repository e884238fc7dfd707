"""What an operator sees: counters at `/metrics`, and the answers themselves where the log is to have them."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import operator_lesson as scenes
import pytest
from composed import PLUGINS, asked, compose, ours, scene, stream, whole
from server import Server
from test_operator import Operator, folder  # noqa: F401  a fixture

pytestmark = pytest.mark.vllm

Samples = dict[tuple[str, tuple[str, ...]], float]
CALL = "<tool_call>\n<function=get_weather>\n<parameter=city>\nRome\n</parameter>\n</function>\n</tool_call>"
OPEN_TAG = CALL.replace("</parameter>\n", "")


def samples(text: str) -> Samples:
    """The counters of toolgram on a page of metrics, by name and the values of their labels."""
    found = re.findall(r"^(toolgram_\w+)\{(.*?)\} (\S+)$", text, re.MULTILINE)
    return {(name, tuple(sorted(re.findall(r'="(.*?)"', labels)))): float(value) for name, labels, value in found}


def registered() -> Samples:
    import prometheus_client

    return samples(prometheus_client.generate_latest().decode())


def new(before: Samples) -> dict[tuple[str, ...], float]:
    """What was counted since then."""
    counted = {key: value - before.get(key, 0) for key, value in registered().items() if key[0].endswith("_total")}
    return {(name.removeprefix("toolgram_"), *labels): value for (name, labels), value in counted.items() if value}


# --- counters ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("is_whole", [False, True], ids=["streamed", "whole"])
def test_answers_calls_and_recoveries(is_whole: bool, plugin: Any, tokenizer: Any) -> None:
    kind, read = ours(plugin("qwen3_coder")), whole if is_whole else stream
    answers = {("answers_total", "qwen3_coder", "tool"): 1, ("answers_total", "qwen3_coder", "reasoning"): 1}
    good = ("calls_total", "qwen3_coder", "true")
    for text, counted in {
        f"<think>\nHm.\n</think>\n\n{CALL}\n{CALL}": {good: 2},
        f"<think>\nHm.\n</think>\n\n{OPEN_TAG}": {
            good: 1,
            ("recoveries_total", "missing_closer", "qwen3_coder", "tool"): 1,
        },
        f"<think>\nHm. {CALL}": {good: 1, ("recoveries_total", "open_thoughts", "qwen3_coder", "reasoning"): 1},
        "<think>\nOf <tool_call> I think.\n</think>\n\nOf <tool_call> I speak.": {
            ("recoveries_total", "given_back_in_thoughts", "qwen3_coder", "reasoning"): 1,
            ("recoveries_total", "given_back", "qwen3_coder", "tool"): 1,
        },
        CALL[:-40]: {
            ("calls_total", "false", "qwen3_coder"): 1,
            ("recoveries_total", "cut", "qwen3_coder", "tool"): 1,
        },
    }.items():
        before = registered()
        read(kind, tokenizer, text)
        assert new(before) == answers | counted, text


def test_a_failure_is_counted_and_no_answer(plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin("qwen3_coder")

    def fail(*_: Any) -> None:
        raise RuntimeError("a fault")

    kind, before = compose(module.PARSERS[0], None), registered()
    for step in list(module.STEPS):
        monkeypatch.setitem(module.STEPS, step, fail)
    assert stream(kind, tokenizer, CALL)[0] == CALL
    assert new(before) == {("failures_total", "qwen3_coder", "tool"): 1}


def test_grammars(plugin: Any, tokenizer: Any) -> None:
    kind = ours(plugin("qwen3_coder"))
    for _ in range(2):  # the second is the one that is remembered
        before = registered()
        kind(tokenizer, asked().tools, chat_template_kwargs={}).adjust_request(asked(tool_choice="required"))
        assert new(before) == {("grammars_total", "made", "qwen3_coder"): 1}
    bad = [{"type": "function", "function": {"name": " ", "parameters": {"type": "object"}}}]
    for _ in range(2):
        before = registered()
        request = asked(tools=bad, tool_choice="required")
        kind(tokenizer, request.tools, chat_template_kwargs={}).adjust_request(request)
        assert new(before) == {("grammars_total", "not_derivable", "qwen3_coder"): 1}


def test_a_grammar_that_the_server_refuses(plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    import xgrammar

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("no")

    kind, before = ours(plugin("glm45")), registered()
    monkeypatch.setattr(xgrammar.Grammar, "from_ebnf", refuse)
    tools = [{"type": "function", "function": {"name": "asked_for_nowhere_else", "parameters": {"type": "object"}}}]
    request = asked(tools=tools, tool_choice="required")
    kind(tokenizer, request.tools, chat_template_kwargs={}).adjust_request(request)
    assert new(before) == {("grammars_total", "glm45", "refused"): 1}


def test_the_build_and_the_zeros_are_there_from_the_start(plugin: Any, tokenizer: Any) -> None:
    module = plugin("deepseek_v31")
    ours(module)(tokenizer, None, chat_template_kwargs={})
    found = registered()
    spec = re.search(r"spec (\w+)", module.BUILD)
    assert spec is not None
    labels = tuple(sorted(["deepseek_v31", module.VERSION, spec.group(1), module.RUNTIME[:8]]))
    assert found["toolgram_build_info", labels] == 1
    assert found["toolgram_answers_total", ("deepseek_v31", "tool")] >= 0  # other tests may have counted already


def test_the_same_plugin_twice_and_another_folder(plugin: Any, tokenizer: Any, tmp_path: Path) -> None:
    """A copy has its own code and its own counters, and finds that they are registered."""
    for name in ("_runtime.py", "hermes.py"):
        (tmp_path / name).write_bytes((PLUGINS / name).read_bytes())
    (tmp_path / "hermes.json").write_bytes((PLUGINS.parent / "machine" / "hermes.json").read_bytes())
    from vllm.tool_parsers import ToolParserManager

    before = registered()
    text = scene("hermes", "one call").output
    stream(compose(plugin("hermes").PARSERS[0], None), tokenizer, text)
    ToolParserManager.import_tool_parser(str(tmp_path / "hermes.py"))
    copy = ToolParserManager.get_tool_parser("hermes")
    assert copy is not plugin("hermes").PARSERS[0]
    stream(compose(copy, None), tokenizer, text)
    assert new(before) == {("answers_total", "hermes", "tool"): 2, ("calls_total", "hermes", "true"): 2}


def test_without_prometheus_nothing_is_counted(plugin: Any, tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    module = plugin("qwen3_coder")
    runtime = sys.modules[module.PARSERS[0].__mro__[1].__module__]
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    runtime._collector.cache_clear()
    try:
        assert stream(ours(module), tokenizer, CALL)[2] == [("get_weather", '{"city": "Rome"}')]
    finally:
        runtime._collector.cache_clear()


# --- answers in the log -----------------------------------------------------------------------------------------------


@pytest.fixture
def log(plugin: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> pytest.LogCaptureFixture:
    monkeypatch.setattr(logging.getLogger("vllm"), "propagate", True)
    switch = plugin("qwen3_coder").PARSERS[0].fmt.log_switch
    monkeypatch.setattr(switch, "_count", 0)
    caplog.set_level(logging.INFO, logger="vllm")
    return caplog


def records(log: pytest.LogCaptureFixture) -> list[str]:
    found = [record.getMessage() for record in log.records if "recovered in an answer" in record.getMessage()]
    log.clear()
    return found


def replayed(record: str, path: Path) -> list[dict[str, Any]]:
    """What `toolgram parse --chunks` makes of a record, by the command that it names."""
    said, _, transcript = record.partition("\n")
    (path / "answer.json").write_text(transcript, encoding="utf-8")
    command = said.rpartition("run: toolgram ")[2].replace("answer.json", str(path / "answer.json")).split()
    done = subprocess.run([sys.executable, "-m", "toolgram", *command], capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_what_is_logged_and_when(
    plugin: Any, tokenizer: Any, log: pytest.LogCaptureFixture, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = ours(plugin("qwen3_coder"))
    asks = asked(toolgram_log=True)
    for said, request, count in (
        (None, asks, 0),
        ("off", asks, 0),
        ("asked", asked(), 0),
        ("asked", asks, 1),
        ("all", asked(), 1),
    ):
        monkeypatch.delenv("TOOLGRAM_LOG_RECOVERED", raising=False)
        if said is not None:
            monkeypatch.setenv("TOOLGRAM_LOG_RECOVERED", said)
        stream(kind, tokenizer, CALL, request=request)
        assert records(log) == []  # nothing was recovered
        stream(kind, tokenizer, OPEN_TAG, request=request)
        found = records(log)
        assert len(found) == count, (said, count)
        for record in found:
            assert "missing_closer (tool half)" in record
            events = replayed(record, tmp_path)
            assert [event["name"] for event in events if event["event"] == "CallStart"] == ["get_weather"]
            assert events[-1] == {"event": "CallEnd", "index": 0, "complete": True}


def test_a_model_in_disorder_does_not_fill_the_log(
    plugin: Any, tokenizer: Any, log: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOOLGRAM_LOG_RECOVERED", "all")
    module = plugin("qwen3_coder")
    runtime = sys.modules[module.PARSERS[0].__mro__[1].__module__]
    monkeypatch.setattr(runtime, "time", SimpleNamespace(monotonic=lambda: 1e6))
    long = OPEN_TAG.replace("Rome", "Rome " * 40_000)
    for _ in range(3):
        whole(compose(module.PARSERS[0], None), tokenizer, long)
    assert all(len(record) < 66_000 for record in records(log))
    for _ in range(50):
        stream(compose(module.PARSERS[0], None), tokenizer, OPEN_TAG)
    assert len(records(log)) == 27


# --- the real server --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:  # noqa: F811
    log = tmp_path_factory.mktemp("watching") / "log"
    options = {"reasoning": True, "variables": {"TOOLGRAM_LOG_RECOVERED": "asked"}}
    started = Server(folder, PLUGINS / "qwen3_coder.py", "toolgram_qwen3_coder", log, **options)
    try:
        started.wait()
        yield started
    finally:
        started.stop()


def shown(server: Server) -> Samples:
    with urllib.request.urlopen(server.base_url.removesuffix("v1") + "metrics", timeout=60) as page:
        return samples(page.read().decode())


def test_the_metrics_of_a_server(server: Server) -> None:
    begin = shown(server)
    [build] = [labels for name, labels in begin if name == "toolgram_build_info"]
    assert "qwen3_coder" in build
    assert begin["toolgram_answers_total", ("qwen3_coder", "tool")] == 0
    talk = Operator(server, "qwen3_coder")
    for name in ("call", "two calls", "opened call", "mention"):
        talk.both(name)
    talk.both("call", tool_choice="required")
    end = shown(server)
    assert end["toolgram_answers_total", ("qwen3_coder", "tool")] == 10
    assert end["toolgram_calls_total", ("qwen3_coder", "true")] == 2 * (1 + 2 + 1 + 1)
    assert end["toolgram_recoveries_total", ("open_thoughts", "qwen3_coder", "reasoning")] == 2
    assert end["toolgram_recoveries_total", ("given_back", "qwen3_coder", "tool")] == 2
    assert end["toolgram_grammars_total", ("made", "qwen3_coder")] == 2
    assert end["toolgram_failures_total", ("qwen3_coder", "tool")] == 0
    assert any(name.startswith("vllm:") for name in _names(server))


def _names(server: Server) -> list[str]:
    with urllib.request.urlopen(server.base_url.removesuffix("v1") + "metrics", timeout=60) as page:
        return [line.partition("{")[0] for line in page.read().decode().splitlines() if not line.startswith("#")]


def test_an_answer_in_the_log_of_a_server_is_replayed(server: Server, tmp_path: Path) -> None:
    talk = Operator(server, "qwen3_coder")
    talk.both("mention")
    assert "recovered in an answer" not in server.log.read_text(encoding="utf-8")
    streamed, _ = talk.both("mention", extra={"toolgram_log": True})
    lines = server.log.read_text(encoding="utf-8").splitlines()
    places = [number for number, line in enumerate(lines) if "recovered in an answer" in line]
    assert len(places) == 2
    for place in places:
        transcript = lines[place + 1][lines[place + 1].index("{") :]
        events = replayed(f"{lines[place]}\n{transcript}", tmp_path)
        assert "".join(event["text"] for event in events) == streamed.content
    assert streamed.content == scenes.answers_of("qwen3_coder")["mention"]
