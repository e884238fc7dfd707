"""Recorded streams: every form is read, a replay is what a stream would have been, and `record` writes what comes."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import budget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_cli import TRANSCRIPT, _refused, run

import toolgram
from toolgram.testing import merge
from toolgram.transcripts import Delta, RecordingError, parser_for, read_recording, replayed
from toolgram.transcripts.read import form_of

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "examples" / "qwen3_coder.txt").read_text(encoding="utf-8")
SSE = (ROOT / "examples" / "qwen3_coder.sse").read_text(encoding="utf-8")
PIECES = ["Look.\n<tool", "_call>\n<function=f>\n</function>\n</tool_call>"]


def chat(text: str | None, **more: Any) -> dict[str, Any]:
    delta = {"delta": {} if text is None else {"content": text}}
    return {"model": "m", "choices": [{"index": 0, "finish_reason": None, **delta, **more}]}


CHUNKS = {
    "chat": [chat(piece) for piece in PIECES],
    "completions": [{"choices": [{"index": 0, "text": piece}]} for piece in PIECES],
    "responses": [
        {"type": "response.created"},
        *({"type": "response.output_text.delta", "delta": piece} for piece in PIECES),
    ],
    "ollama": [{"message": {"content": piece}, "done": False} for piece in PIECES],
    "llama.cpp": [{"content": piece, "stop": False} for piece in PIECES],
    "texts": [*PIECES],
    "deltas": [{"text": PIECES[0], "at": 5}, {"text": PIECES[1], "ids": [7]}],
    "pairs": [[PIECES[0], []], [PIECES[1], [7]]],
}


@pytest.mark.parametrize("name", CHUNKS)
def test_json_lines_and_server_sent_events_of_every_api(name: str) -> None:
    lines = [json.dumps(chunk) for chunk in CHUNKS[name]]
    recording = read_recording("\n".join(lines) + "\n")
    assert recording.form == "jsonl"
    assert [delta.text for delta in recording.deltas] == PIECES
    sent = "".join(f"event: x\ndata: {line}\n\n" for line in lines) + "data: [DONE]\n\n"
    recording = read_recording(sent)
    assert recording.form == "sse"
    assert [delta.text for delta in recording.deltas] == PIECES
    assert not recording.notes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Hi", "text"),
        ("", "text"),
        ('{"name": "f", "arguments": {}}', "text"),
        ('[{"name": "f"}]', "text"),
        ("[f(a=1)]", "text"),
        ('"Hi"\n"you"', "jsonl"),
        ("[" * 100_000, "text"),
        (": a comment\n\ndata: {}", "sse"),
        ("\n\nevent: message_start\ndata: {}", "sse"),
        (json.dumps(TRANSCRIPT), "failure"),
        (json.dumps(TRANSCRIPT, indent=2), "failure"),
    ],
)
def test_the_form_shows_in_the_beginning(text: str, form: str) -> None:
    assert form_of(text) == form


def test_an_answer_that_is_json_is_text() -> None:
    text = '{"name": "f", "parameters": {"a": 1}}'
    assert read_recording(text).deltas == [Delta(text)]


def test_what_a_recording_says_of_its_request() -> None:
    request = {"model": "acme/a", "tools": [{"type": "function", "function": {"name": "f"}}]}
    head = f": toolgram recording 1\n: toolgram format hermes\n: toolgram request {json.dumps(request)}\n\n"
    body = f": toolgram at 12\n: of the server\ndata: {json.dumps(chat('Hi'))}\r\n\r\n"
    end = f": toolgram at 40\ndata: {json.dumps(chat(None, finish_reason='length'))}\n\n"
    recording = read_recording(head + body + end)
    assert (recording.format, recording.model, recording.tools) == ("hermes", "acme/a", request["tools"])
    assert recording.deltas == [Delta("Hi", None, 12)]
    assert recording.cut


def test_one_of_several_choices() -> None:
    lines = [json.dumps({"choices": [{"index": n % 2, "delta": {"content": str(n)}}]}) for n in range(6)]
    assert read_recording("\n".join(lines)).text == "024"
    assert read_recording("\n".join(lines), choice=1).text == "135"
    assert read_recording("\n".join(lines), choice=2).notes == ["no text came for choice 2"]


def test_what_the_server_has_taken_out_is_said() -> None:
    chunks = [
        {"choices": [{"delta": {"reasoning_content": "hm", "reasoning": "hm"}}]},
        {"choices": [{"delta": {"tool_calls": [{"index": 0}]}}]},
    ]
    notes = read_recording("\n".join(map(json.dumps, chunks))).notes
    assert [note.partition(":")[0] for note in notes] == [
        "the server has taken the calls out itself",
        "the server has taken 2 characters of reasoning out",
        "no text came for choice 0",
    ]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ('data: {"choices": [\n\n', None, "not JSON; a recording that was broken off ends so"),
        ('"Hi"\n{"a": 1}', None, "chunk 2: neither a chunk of a server nor a text"),
        ('"Hi"\n["Hi", ["x"]]', None, "chunk 2: neither"),
        ('"Hi"\n{"tex', None, "line 2: not JSON"),
        (": toolgram request {", None, "the request: not JSON"),
        ("[1", "failure", "not JSON"),
        ('{"chunks": [1]}', "failure", "chunks.0: a text is wanted"),
        ('{"chunks": [], "tools": 3}', "failure", "tools: a list is wanted"),
        ('{"chunks": [], "special_tokens": {"a": "b"}}', "failure", "special_tokens: the ids of tokens are numbers"),
        ("{}", "failure", "chunks: they are missing"),
        ("x", "yaml", "no form 'yaml'"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(text: str, form: str | None, words: str) -> None:
    with pytest.raises(RecordingError, match=words.replace("(", r"\(")):
        read_recording(text, form)


def test_a_replay_is_what_the_stream_was() -> None:
    recording = read_recording(SSE)
    assert recording.text == TEXT
    fmt = toolgram.load("qwen3_coder")
    parser = fmt.parser(recording.tools)
    expected = [parser.feed(delta.text) for delta in recording.deltas]
    expected.append(parser.finish())
    waited: list[int] = []
    steps = list(replayed(recording, parser_for(fmt, recording), waited.append))
    assert [step.events for step in steps] == expected
    times = [delta.at for delta in recording.deltas]
    assert None not in times
    assert sum(waited) == times[-1]
    assert steps[-1].delta.text == ""


def test_a_failure_is_replayed_with_the_ids_of_its_tokens() -> None:
    recording = read_recording(json.dumps(TRANSCRIPT))
    assert (recording.format, recording.inside, recording.served) == ("hermes", "reasoning", True)
    parser = parser_for(toolgram.load("hermes"), recording)
    events = merge([event for step in replayed(recording, parser) for event in step.events])
    assert [event.text for event in events if isinstance(event, toolgram.ContentDelta)] == ["<tool_call> is its name"]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "message", "content", "text", "index", "model", "type", "at", "ids", "chunks"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
LINES = JSON_VALUES.map(json.dumps) | st.text(max_size=20)
HEADS = st.sampled_from(["", "data: ", ": toolgram at ", ": toolgram request ", "event: x\n"])


@settings(max_examples=500 if budget.full else 25, deadline=None)
@given(st.lists(st.tuples(HEADS, LINES), max_size=6), st.sampled_from([None, "sse", "jsonl", "failure", "text"]))
def test_whatever_a_file_holds_it_is_read_or_refused(lines: list[tuple[str, str]], form: str | None) -> None:
    text = "\n\n".join(head + line for head, line in lines)
    try:
        recording = read_recording(text, form)
    except RecordingError:
        return
    times = [delta.at for delta in recording.deltas if delta.at is not None]
    assert all(isinstance(delta.text, str) for delta in recording.deltas)
    assert all(isinstance(at, int) and 0 <= at < 10**9 for at in times)
    assert isinstance(recording.model, str | None)
    parser = toolgram.load("hermes").parser(trace=True)
    assert "".join(step.delta.text for step in replayed(recording, parser)) == recording.text


# --- the commands --------------------------------------------------------------------------------------------------


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "answer.sse"
    path.write_text(SSE, encoding="utf-8")
    return path


def test_replay_prints_events_with_their_times(recording: Path) -> None:
    events = [json.loads(line) for line in run("replay", recording, "--format", "qwen3_coder").stdout.splitlines()]
    assert events[0]["event"] == "ReasoningDelta"
    assert [event["name"] for event in events if event["event"] == "CallStart"] == ["write_file", "get_weather"]
    assert all(isinstance(event["at"], int) for event in events)


def test_replay_learns_the_format_of_the_model_or_asks_for_it(recording: Path, tmp_path: Path) -> None:
    result = run("replay", recording)
    assert "Qwen/Qwen3-Coder-30B-A3B-Instruct: read as qwen3_coder (likely)" in result.stderr
    assert result.stdout == run("replay", recording, "--format", "qwen3_coder").stdout
    path = tmp_path / "raw.txt"
    path.write_text("Hi", encoding="utf-8")
    _refused(run("replay", path), "--format NAME says it", 2)
    path.write_text(": toolgram format ../evil.lark\n\n", encoding="utf-8")
    _refused(run("replay", path), "--format NAME says it", 2)


def test_replay_cuts_anew_and_traces(recording: Path, tmp_path: Path) -> None:
    words = ("replay", recording, "--format", "qwen3_coder")
    listed = run(*words, "--trace").stdout
    tools = ROOT / "examples" / "tools.json"
    assert listed == run("parse", "qwen3_coder", "--tools", tools, "--trace", text=TEXT).stdout
    assert run(*words, "--trace", "--stream", "1").stdout == listed
    lined = run(*words, "--line-up", "--stream", "1").stdout
    assert lined == run("parse", "qwen3_coder", "--tools", tools, "--line-up", text=TEXT).stdout
    path = tmp_path / "failure.json"
    path.write_text(json.dumps(TRANSCRIPT), encoding="utf-8")
    assert run("replay", path).stdout == run("parse", "hermes", "--chunks", path).stdout


def test_replay_waits_as_the_stream_did(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("toolgram.cli.replay.time.sleep", slept.append)
    run("replay", recording, "--format", "qwen3_coder", "--speed", "2")
    last = [line for line in SSE.splitlines() if line.startswith(": toolgram at ")][-3]  # behind it no text comes
    assert sum(slept) == pytest.approx(int(last.rpartition(" ")[2]) / 2000)


def test_replay_shows_each_step(recording: Path) -> None:
    shown = run("replay", recording, "--format", "qwen3_coder", "--steps").stdout
    page = (ROOT / "docs" / "transcripts.md").read_text(encoding="utf-8")
    [block] = re.findall(r"keeps this true -->\n```\n(.*?)```", page, re.DOTALL)
    assert block in shown
    assert len(shown.splitlines()) == len(read_recording(SSE).deltas) + 1
    assert "  (end)  " in shown.splitlines()[-1]
    _refused(run("replay", recording, "--format", "hermes", "--steps", "--trace"), "a view by itself", 2)


def test_replay_refuses_with_what_to_do(recording: Path, tmp_path: Path) -> None:
    _refused(run("replay", tmp_path / "none.sse"), "there is no file", 2)
    _refused(run("replay", recording, "--form", "yaml"), "sse or jsonl or failure or text is wanted", 2)
    _refused(run("replay", recording, "--speed", "0"), "more than 0", 2)
    _refused(run("replay", recording, "--format", "hermes", "--inside", "content"), "can begin inside reasoning", 2)


class _Server(BaseHTTPRequestHandler):
    """Streams the pieces as chat completions, in chunks of HTTP that end in the middle of lines."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[tuple[str, Any, str | None]]] = []

    def log_message(self, *_: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._send("application/json", [json.dumps({"data": [{"id": "toy"}]})])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append((self.path, body, self.headers.get("Authorization")))
        if "refused" in self.path:
            self._send("text/plain", ["no such\nmodel"], 404)
        elif "moved" in self.path:
            self._send("text/plain", [""], 307, Location=f"http://{self.headers['Host']}/v1/chat/completions")
        elif not body["stream"]:
            message = {"choices": [{"message": {"content": "".join(PIECES)}}]}
            self._send("application/json", [json.dumps(message, indent=1)])
        else:
            text = "".join(f"data: {json.dumps(chat(piece))}\r\n\r\n" for piece in PIECES)
            half = "broken" in self.path
            self._send("text/event-stream", [text[:30], text[30:], "data: [DONE]\n\n"], is_half=half)

    def _send(self, kind: str, pieces: list[str], status: int = 200, *, is_half: bool = False, **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Transfer-Encoding": "chunked", **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        for piece in filter(None, pieces):
            self.wfile.write(f"{len(piece):x}\r\n{piece}\r\n".encode())
            self.wfile.flush()
        if is_half:
            self.close_connection = True
        else:
            self.wfile.write(b"0\r\n\r\n")


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Server) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        _Server.asked.clear()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def test_a_server_is_recorded_and_the_recording_replayed(server: str, tmp_path: Path) -> None:
    tools, out = tmp_path / "tools.json", tmp_path / "answer.sse"
    tools.write_text('[{"type": "function", "function": {"name": "f"}}]', encoding="utf-8")
    words = ("--prompt", "secret words", "--tools", tools, "--server", "vllm", "--format", "qwen3_coder")
    result = run("record", server, *words, "--output", out)
    assert result.exit_code == 0
    assert f"toolgram replay {out} --trace" in result.stderr
    [(path, body, key)] = _Server.asked
    assert (path, key) == ("/v1/chat/completions", None)
    assert body["messages"] == [{"role": "user", "content": "secret words"}]
    asked = {"model": "toy", "stream": True, "skip_special_tokens": False, "tool_choice": "none"}
    assert asked.items() <= body.items()
    text = out.read_text(encoding="utf-8")
    assert "secret words" not in text
    assert "".join(line for line in text.splitlines(keepends=True) if line.startswith("data:")).count("data:") == 3
    events = [json.loads(line) for line in run("replay", out).stdout.splitlines()]
    assert [event["event"] for event in events] == ["ContentDelta", "CallStart", "ArgumentsDelta", "CallEnd"]


def test_a_body_and_a_key_are_sent_and_neither_is_written(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_KEY", "sk-123")
    body = tmp_path / "request.json"
    body.write_text('{"model": "m", "stream": false, "messages": [{"content": "hush"}]}', encoding="utf-8")
    out = tmp_path / "answer.sse"
    run("record", f"{server}/v1", "--body", body, "--key-from", "SOME_KEY", "--output", out)
    assert _Server.asked[0][2] == "Bearer sk-123"
    text = out.read_text(encoding="utf-8")
    assert "sk-123" not in text
    assert "hush" not in text
    assert read_recording(text).text == "".join(PIECES)


def test_what_a_server_refuses_is_said_and_a_file_is_kept(server: str, tmp_path: Path) -> None:
    out = tmp_path / "answer.sse"
    out.write_text("mine", encoding="utf-8")
    asked = ("--prompt", "Hi", "--model", "m", "--output", out)
    url = f"{server}/refused/v1/chat/completions"
    _refused(run("record", url, *asked), f"{url} answers 404: no such model", 1)
    _refused(run("record", f"{server}/moved/v1/chat/completions", *asked), "answers 307", 1)
    _refused(run("record", "http://127.0.0.1:9", *asked), "is the server up?", 1)
    assert out.read_text(encoding="utf-8") == "mine"
    result = run("record", f"{server}/broken/v1/chat/completions", *asked)
    assert "the stream broke off" in result.stderr
    assert read_recording(out.read_text(encoding="utf-8")).text == "".join(PIECES)


def test_record_refuses_with_what_to_do(tmp_path: Path) -> None:
    _refused(run("record", "localhost:8000", "--prompt", "Hi"), "a URL is wanted", 1)
    _refused(run("record", "http://a"), "say what to ask", 2)
    _refused(run("record", "http://a", "--prompt", "Hi", "--server", "tgi"), "vllm or sglang or other", 2)
    _refused(run("record", "http://a", "--prompt", "Hi", "--key-from", "NO_SUCH_KEY"), "no such variable", 2)
    path = tmp_path / "body.json"
    path.write_text("[]", encoding="utf-8")
    _refused(run("record", "http://a", "--body", path), "the body of a request is wanted", 2)


def test_a_dry_run_sends_nothing(server: str) -> None:
    shown = run("record", server, "--prompt", "Hi", "--server", "sglang", "--dry-run").stdout
    assert shown.startswith(f"POST {server}/v1/chat/completions\n\n{{")
    assert '"skip_special_tokens": false' in shown
    assert '"prompt": "Hi"' in run("record", f"{server}/v1/completions", "--prompt", "Hi", "--dry-run").stdout
    assert not _Server.asked
