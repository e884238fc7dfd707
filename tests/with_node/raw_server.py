"""A server of chats on loopback that has no parser and writes the scenes of `tests/with_clients` as a model does.

In: a folder in which an agent works, and a format. Out: raw text in small pieces, of the scene that the last message of
the user names; behind the results of its tools, the last words. It says what its prompts open, as vLLM does.
"""

from __future__ import annotations

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
sys.path += [str(TESTS / "with_clients"), str(TESTS / "with_vllm")]

from client_lesson import Scene, answer, last_answer, scenes_in  # noqa: E402  they stand beside this folder

PIECE = 3  # characters of a chunk
LINE_END = "\u010a"  # as vocabularies write it


class RawServer:
    """One server. `asked` is what its clients have sent; `cut` ends each first answer there, for want of tokens."""

    def __init__(self, folder: Path, format_id: str) -> None:
        self.asked: list[dict[str, Any]] = []
        self.cut: str | None = None
        self._folder = folder
        self._format = format_id
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.base_url = f"http://127.0.0.1:{self._http.server_port}/v1"
        threading.Thread(target=self._http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if self.path == "/tokenize":
                    self._answer("application/json", [json.dumps(outer._prompt(body["messages"])).encode()])
                    return
                outer.asked.append(body)
                said = outer._said(body["messages"])
                if body.get("stream"):
                    self._answer("text/event-stream", events(*said))
                else:
                    self._answer("application/json", [whole(*said)])

            def _answer(self, kind: str, pieces: list[bytes]) -> None:
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.end_headers()
                for piece in pieces:
                    self.wfile.write(piece)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    def _said(self, messages: list[dict[str, Any]]) -> tuple[str, str]:
        """What the model writes, and why it ends."""
        scene, results = self._scene(messages)
        if scene is None or results:
            return "Yes." if scene is None else last_answer(scene), "stop"
        text = answer(self._format, scene)
        return (text.partition(self.cut)[0], "length") if self.cut else (text, "stop")

    def _prompt(self, messages: list[dict[str, Any]]) -> dict[str, Any]:
        """The last tokens of a prompt, as vLLM's `/tokenize` says them."""
        scene, results = self._scene(messages)
        is_opened = scene is not None and scene.is_opened and not results
        return {"token_strs": ["<|im_start|>", "assistant", LINE_END, *(["<think>", LINE_END] if is_opened else [])]}

    def _scene(self, messages: list[dict[str, Any]]) -> tuple[Scene | None, int]:
        """The scene that the user wants, and how many results of tools have come since."""
        name, results = None, 0
        for message in messages:
            text = json.dumps(message.get("content"), ensure_ascii=False)
            if message["role"] == "user" and "[scene " in text:
                name, results = text.rpartition("[scene ")[2].partition("]")[0].split()[1], 0
            results += message["role"] == "tool"
        return None if name is None else scenes_in(self._folder)[name], results


def events(text: str, reason: str) -> list[bytes]:
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[at : at + PIECE]} for at in range(0, len(text), PIECE)]
    chunks = [chunk([{"index": 0, "delta": delta, "finish_reason": None}]) for delta in deltas]
    chunks.append(chunk([{"index": 0, "delta": {}, "finish_reason": reason}]))
    chunks.append({**chunk([]), "usage": {"prompt_tokens": 1, "completion_tokens": len(text), "total_tokens": 1}})
    return [*(f"data: {json.dumps(one)}\n\n".encode() for one in chunks), b"data: [DONE]\n\n"]


def chunk(choices: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "toy", "choices": choices}


def whole(text: str, reason: str) -> bytes:
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": reason}
    return json.dumps({**chunk([choice]), "object": "chat.completion"}).encode()
