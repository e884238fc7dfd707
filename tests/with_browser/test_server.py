"""The server of the playground: what it answers, to whom, and what it does not do."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from conftest import serving

import toolgram.play.compiler as compiler_module
from toolgram.play.compiler import Compiler, LimitError
from toolgram.registry import find, format_paths

PYTHON = Path(__file__).parents[2] / ".venv-play" / "python"
WRONG = find("hermes").read_text(encoding="utf-8").replace("json_object{_member}", "json_object{_membre}")
HERMES = find("hermes").read_text(encoding="utf-8")


def asked(
    address: str, method: str, path: str, body: str | bytes | None = None, **headers: str
) -> tuple[int, dict[str, str], bytes]:
    place = urlsplit(address)
    connection = HTTPConnection(place.hostname or "", place.port, timeout=60)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    found = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    connection.close()
    return found


def compiled(address: str, spec: str, stage: str = "machine", name: str = "acme", **headers: str) -> Any:
    body = json.dumps({"name": name, "spec": spec, "stage": stage})
    status, _, data = asked(address, "POST", "/compile", body, **{"content_type": "application/json", **headers})
    return json.loads(data) if status == 200 else (status, data.decode())


def test_a_spec_becomes_its_machine(address: str) -> None:
    answer = compiled(address, HERMES, name="hermes")
    stored = json.loads((find("hermes").parents[1] / "generated" / "machine" / "hermes.json").read_text("utf-8"))
    assert answer["machine"] == stored
    assert answer["diagnostics"] == []


def test_a_check_makes_no_machine(address: str) -> None:
    assert compiled(address, HERMES, "check") == {"diagnostics": [], "machine": None}
    [found] = compiled(address, WRONG, "check")["diagnostics"]
    assert found["name"] == "undefined-rule"
    place = found["at"]
    assert WRONG[place["start"] : place["end"]] == "_membre"


def test_places_count_as_in_javascript(address: str) -> None:
    spec = WRONG.replace('"Hermes', '"\U0001f600 Hermes')
    [found] = compiled(address, spec, "check")["diagnostics"]
    assert found["at"]["start"] == spec.index("_membre") + 1


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/formats/../../x", "/etc/passwd", "/compile"]
)
def test_there_is_nothing_else(address: str, path: str) -> None:
    assert asked(address, "GET", path)[0] in (404, 405)


def test_an_import_reads_no_file_but_formats(address: str) -> None:
    for name in ("../secret", "/etc/passwd", ".secret"):
        answer = compiled(address, f"%import {name} (start)\n")
        assert answer["machine"] is None


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.example"},
        {"host": "evil.example:80"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"content_type": "text/plain"},
    ],
)
def test_strangers_are_not_answered(address: str, headers: dict[str, str]) -> None:
    status, words = compiled(address, HERMES, **headers)
    assert status in (403, 415, 421)
    assert words


def test_another_name_gets_no_page(address: str) -> None:
    """A name of a stranger that leads here would make our page one of theirs."""
    assert asked(address, "GET", "/", host="rebound.example")[0] == 421


@pytest.mark.parametrize(
    "body", ["", "[", "[]", "{}", '{"spec": 1, "name": "a"}', "[" * 100_000, '{"spec": "", "name": "", "stage": "run"}']
)
def test_what_is_no_job_is_refused(address: str, body: str) -> None:
    assert asked(address, "POST", "/compile", body, content_type="application/json")[0] == 400


def test_sizes_are_bounded(address: str) -> None:
    assert compiled(address, "a" * 300_000)[0] == 413
    answer = compiled(address, "a" * 70_000)
    assert answer["diagnostics"][0]["name"] == "too-large"
    status, _, _ = asked(address, "POST", "/compile", b"x" * (17 << 20), content_type="application/json")
    assert status == 413


def test_every_answer_says_what_may_run(address: str) -> None:
    for method, path in (("GET", "/"), ("GET", "/none"), ("POST", "/compile"), ("GET", "/formats/hermes.json")):
        headers = asked(address, method, path)[1]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_the_page_says_the_same_without_a_server() -> None:
    """A static page has no headers: what a `meta` may say stands in it. `frame-ancestors` it may not."""
    from toolgram.play.app import POLICY
    from toolgram.play.page import page_dir

    text = (page_dir() / "index.html").read_text("utf-8")
    assert POLICY.replace("frame-ancestors 'none'; ", "") in text


def test_formats_are_listed(address: str) -> None:
    listed = json.loads(asked(address, "GET", "/formats/index.json")[2])
    assert [one["id"] for one in listed["formats"]] == [path.stem for path in format_paths()]
    assert listed["compiles"] == "server"


def test_a_job_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    async def tried() -> None:
        compiler = Compiler()
        job = {"name": "acme", "spec": HERMES, "stage": "check"}
        await compiler.start()
        process = compiler._process
        assert process is not None
        os.kill(process.pid, signal.SIGSTOP)
        monkeypatch.setattr(compiler_module, "SECONDS_OF_SPEC", 0.3)
        with pytest.raises(LimitError, match="too long"):
            await compiler.answer(job)
        monkeypatch.undo()
        assert await process.wait() == -signal.SIGKILL
        assert json.loads(await compiler.answer(job)) == {"diagnostics": [], "machine": None}
        await compiler.close()

    with ThreadPoolExecutor(1) as pool:  # in this thread runs the loop of playwright
        pool.submit(asyncio.run, tried()).result()


@contextmanager
def static(folder: Path, *words: str) -> Iterator[tuple[str, str]]:
    """The page as files, with a server that knows nothing of it: its address, and what the command said."""
    command = [sys.executable, "-m", "toolgram", "play", "--out", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/", done.stdout
    server.shutdown()


def test_a_page_of_files_reads_and_does_not_compile(open_page: Any, tmp_path: Path) -> None:
    with static(tmp_path / "page") as (at, said):
        assert "read-only" in said
        page = open_page(at=at)
        assert "Read-only here" in page.locator("#spec-words").inner_text()
        assert page.locator("#text .k-name").first.inner_text() == "get_weather"


@pytest.mark.skipif(not PYTHON.is_dir(), reason="playground/scripts/python.sh .venv-play/python fetches Pyodide")
def test_a_page_of_files_compiles_with_python_in_the_browser(open_page: Any, tmp_path: Path) -> None:
    with static(tmp_path / "page", "--python", str(PYTHON)) as (at, _):
        page = open_page(at=at)
        page.locator("#spec .cm-line", has_text="name: TEXT").click()
        page.keyboard.press("End")
        page.keyboard.type(" nam")
        page.wait_for_selector("#spec .cm-lintRange-error", timeout=120_000)
        for _ in range(4):
            page.keyboard.press("Backspace")
        page.keyboard.type(" ")
        words = "() => document.querySelector('#spec-words').textContent.includes('read by this spec')"
        page.wait_for_function(words)


def test_the_command_brings_a_spec_and_a_text(open_page: Any, tmp_path: Any) -> None:
    (tmp_path / "acme.lark").write_text(HERMES.replace("tool_call>", "acme>"), encoding="utf-8")
    (tmp_path / "raw.txt").write_text('<acme>{"name": "f", "arguments": {}}</acme>', encoding="utf-8")
    with serving(str(tmp_path / "acme.lark"), "--text", str(tmp_path / "raw.txt")) as link:
        at, _, fragment = link.partition("#")
        page = open_page("#" + fragment, at=at)
        page.wait_for_selector("#text .k-name")
        assert page.locator("#format").input_value() == "acme"
