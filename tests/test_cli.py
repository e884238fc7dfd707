"""The command line: what it prints, where, and how it ends; whatever it is given, no traceback."""

from __future__ import annotations

import json
import os
import pty
import shlex
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import budget
import pytest
from typer.testing import CliRunner, Result

import toolgram
from toolgram.cli.commands import COMMANDS, app
from toolgram.registry import format_paths

SPECS = budget.sample(format_paths(), 8)

CALL = 'Hi <tool_call>\n{"name": "f", "arguments": {"a": "x y z"}}\n</tool_call>'
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": {"type": "integer"}}}}}]
SPEC = """\
# /// format
# title  = "Acme calls"
# models = ["acme/acme-7b"]
# special_tokens = ["<call>", "</call>"]
# ///
%import toolgram (TEXT, JSON_OBJECT)
start: (content | tool_call)*
content: TEXT
tool_call: "<call>" name "|" arguments "</call>"
name: TEXT
arguments: JSON_OBJECT
"""
PAGE = """\
# Acme

## one call

```output
Hi <call>f|{"a": 1}</call>
```

```message
{"content": "Hi", "tool_calls": [{"name": "f", "arguments": {"a": 1}}]}
```

## {name}

```output
text
```

```message
{"content": "{content}"}
```
"""


def run(*words: str | Path, text: str | bytes = "") -> Result:
    result = CliRunner().invoke(app, [str(word) for word in words], input=text)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def _refused(result: Result, words: str, status: int) -> None:
    assert words in result.stderr
    assert result.exit_code == status
    assert len(result.stderr.strip().splitlines()) == 1
    assert "Traceback" not in result.output


@pytest.fixture
def registry_of_some(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done with all formats is done with these."""
    for module in ("inputs", "build"):
        monkeypatch.setattr(f"toolgram.cli.{module}.format_paths", lambda: SPECS)


@pytest.fixture
def acme(tmp_path: Path) -> Path:
    path = tmp_path / "acme.lark"
    path.write_text(SPEC, encoding="utf-8")
    page = PAGE.replace("{name}", "plain text").replace("{content}", "text")
    path.with_suffix(".md").write_text(page, encoding="utf-8")
    return path


# --- list, show, check ---------------------------------------------------------------------------------------------


def test_list_has_a_line_for_each_format() -> None:
    lines = run("list").stdout.splitlines()
    assert [line.split()[0] for line in lines] == [path.stem for path in format_paths()]
    assert [line for line in lines if line.startswith("qwen3_coder") and "  qwen3_xml, " in line]


def test_show_finds_formats_by_alias() -> None:
    shown = run("show", "qwen3_xml").stdout
    assert shown.startswith("qwen3_coder: Qwen3-Coder XML calls\n")
    for words in (
        "Qwen/Qwen3-Coder-*",
        "<think> </think>",
        "enable_thinking",
        "holds at most",
        "    <function=get_weather>",
    ):
        assert words in shown


@pytest.mark.usefixtures("registry_of_some")
def test_check_prints_the_bounds() -> None:
    result = run("check")
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = [line for line in result.stdout.splitlines() if not line.startswith("  sample: ")]
    assert [line.split(":")[0] for line in lines] == [path.stem for path in SPECS]
    assert all("holds at most: " in line for line in lines)


def test_check_of_a_name_that_several_formats_claim(acme: Path) -> None:
    acme.write_text(SPEC.replace("# models", '# aliases = ["qwen3_xml"]\n# models'), encoding="utf-8")
    result = run("check", acme)
    assert result.exit_code == 1
    assert "'qwen3_xml' is a name of" in result.stderr
    assert "qwen3_coder.lark" in result.stderr
    shadow = acme.with_name("hermes.lark")  # the id of a shipped format may be taken on purpose
    shadow.write_text(SPEC, encoding="utf-8")
    assert run("check", shadow).exit_code == 0


def test_what_is_pasted_for_a_sample_shows_what_became_of_it(acme: Path) -> None:
    sample = """// <kall>f|{"a": "it's\\n"}</kall>"""
    acme.write_text(SPEC.replace("%import", f"{sample}\n%import", 1), encoding="utf-8")
    told = run("check", acme)
    assert told.exit_code == 1
    [command] = [line.strip() for line in told.stderr.splitlines() if line.strip().startswith("printf ")]
    command = command.replace("toolgram", f"'{sys.executable}' -m toolgram")
    done = subprocess.run(["bash", "-c", command], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert "".join(json.loads(line[10:]) for line in done.stdout.splitlines()) == sample.removeprefix("// ")


def test_a_file_that_is_no_spec(tmp_path: Path) -> None:
    path = tmp_path / "chat_template.jinja"
    path.write_text("{% if x %}", encoding="utf-8")
    _refused(run("check", path), f"toolgram which {path}", 2)


def test_check_of_a_broken_spec(acme: Path) -> None:
    acme.write_text(SPEC.replace("arguments: JSON_OBJECT", "arguments: JSON_OBJEKT"), encoding="utf-8")
    result = run("check", acme)
    assert result.exit_code == 1
    assert f"{acme}:11:12: error[" in result.stderr
    assert result.stdout.startswith("acme: ")


# --- parse ---------------------------------------------------------------------------------------------------------


def test_parse_can_be_told_of_a_cut_and_drop_what_is_not_complete() -> None:
    text = "<tool_call><function=f><parameter=a>1</parameter>"
    words = ("parse", "qwen3_coder", "--any-tool", "--cut")
    [call] = json.loads(run(*words, text=text).stdout)["tool_calls"]
    assert not call["complete"]
    assert json.loads(run(*words, "--incomplete", "drop", text=text).stdout)["tool_calls"] == []
    _refused(run(*words, "--incomplete", "mend"), "keep or drop is wanted", 2)
    _refused(run(*words, "--incomplete", "drop", "--stream", "1"), "only of a whole message", 2)


def test_parse_prints_the_message() -> None:
    message = json.loads(run("parse", "hermes", text=CALL).stdout)
    call = {"id": None, "name": "f", "arguments": '{"a": "x y z"}', "complete": True}
    assert message == {"content": "Hi", "reasoning": None, "tool_calls": [call], "citations": []}


def test_parse_types_arguments_by_the_tools(tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    path.write_text(json.dumps(TOOLS))
    text = "<tool_call>\n<function=f>\n<parameter=a>\n7\n</parameter>\n</function>\n</tool_call>"
    message = json.loads(run("parse", "qwen3_coder", "--tools", path, text=text).stdout)
    assert message["tool_calls"][0]["arguments"] == '{"a": 7}'


def test_parse_inside_reasoning() -> None:
    message = json.loads(run("parse", "hermes", "--inside", "reasoning", text="hm</think>yes").stdout)
    assert (message["reasoning"], message["content"]) == ("hm", "yes")


def test_parse_stream_prints_events_one_a_line() -> None:
    events = [json.loads(line) for line in run("parse", "hermes", "--stream", "3", text=CALL).stdout.splitlines()]
    arguments = [event["text"] for event in events if event["event"] == "ArgumentsDelta"]
    assert len(arguments) > 2
    assert "".join(arguments) == '{"a": "x y z"}'
    assert events[-1] == {"event": "CallEnd", "index": 0, "complete": True}


def test_parse_trace_shows_every_character() -> None:
    lines = run("parse", "hermes", "--trace", text=CALL).stdout.splitlines()
    assert "".join(json.loads(line[10:]) for line in lines) == CALL
    assert lines[0] == 'content    "Hi"'


def test_parse_keeps_line_breaks_as_they_are() -> None:
    assert json.loads(run("parse", "hermes", text=b"a\r\nb").stdout)["content"] == "a\r\nb"


def test_parse_takes_a_file_in_the_place_of_stdin(tmp_path: Path) -> None:
    path = tmp_path / "raw.txt"
    path.write_bytes("Tea, été\r\n".encode())
    assert json.loads(run("parse", "hermes", path).stdout)["content"] == "Tea, été\r\n"
    path.write_bytes(b"\xff")
    _refused(run("parse", "hermes", path), "the input is not UTF-8", 1)
    _refused(run("parse", "hermes", tmp_path / "none.txt"), "no such file", 1)
    rows = ("--input", tmp_path / "a.jsonl", "--output", tmp_path / "b.jsonl")
    _refused(run("parse", "hermes", path, *rows), "a FILE of one text", 2)
    _refused(run("parse", "hermes", path, "--chunks", path), "name no other", 2)


def test_parse_of_nothing_is_an_empty_message() -> None:
    result = run("parse", "hermes")
    assert json.loads(result.stdout) == {"content": None, "reasoning": None, "tool_calls": [], "citations": []}
    assert result.exit_code == 0


def test_parse_takes_a_spec_from_outside_the_registry(acme: Path) -> None:
    message = json.loads(run("parse", acme, text="<call>f|{}</call>").stdout)
    assert message["tool_calls"][0]["name"] == "f"


TRANSCRIPT = {
    "format": "hermes",
    "inside": "reasoning",
    "special_tokens": {"<tool_call>": 7, "</tool_call>": 8},
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
    "chunks": ["hm", "</think>\n", ["<tool_call>", []], " is its name ", ["<tool_call>", [7]], '{"name": "f"'],
    "left_out": 2,
}


def test_parse_repeats_a_transcript_of_the_plugin(tmp_path: Path) -> None:
    path = tmp_path / "failure.json"
    path.write_text(json.dumps(TRANSCRIPT))
    result = run("parse", "hermes", "--chunks", path)
    events = [json.loads(line) for line in result.stdout.splitlines()]
    assert events[0] == {"event": "ReasoningDelta", "text": "hm"}
    assert "".join(event["text"] for event in events if event["event"] == "ContentDelta") == "<tool_call> is its name"
    assert [event["name"] for event in events if event["event"] == "CallStart"] == ["f"]
    assert result.stderr == "the transcript was too long: its last 2 chunks are missing\n"
    traced = run("parse", "hermes", "--chunks", path, "--trace").stdout.splitlines()
    assert traced[0] == 'reasoning  "hm"'


def test_parse_refuses_what_is_no_transcript(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text('{"chunks": "abc"}')
    _refused(run("parse", "hermes", "--chunks", path), "not a transcript of the vLLM plugin: chunks", 2)
    path.write_text("[1")
    _refused(run("parse", "hermes", "--chunks", path), "not JSON", 2)
    _refused(run("parse", "hermes", "--chunks", tmp_path / "none.json"), "there is no file", 2)


# --- test ----------------------------------------------------------------------------------------------------------


def test_test_runs_the_page(acme: Path) -> None:
    result = run("test", acme)
    assert result.exit_code == 0
    assert result.stdout.startswith("acme: 2 cases at ")


def test_test_runs_matching_cases_only(acme: Path) -> None:
    assert run("test", acme, "-k", "ONE").stdout.startswith("acme: 1 case at ")
    _refused(run("test", acme, "-k", "nonesuch"), "no case has `nonesuch` in its name", 1)


def test_test_shows_failures(acme: Path) -> None:
    page = PAGE.replace("{name}", "odd").replace("{content}", "other")
    acme.with_suffix(".md").write_text(page, encoding="utf-8")
    result = run("test", acme)
    assert result.exit_code == 1
    assert result.stdout.startswith("acme: 1 failure in 2 cases")
    assert "odd" in result.stderr


def test_test_without_a_page(acme: Path) -> None:
    acme.with_suffix(".md").unlink()
    _refused(run("test", acme), "acme: no cases", 1)


# --- build ---------------------------------------------------------------------------------------------------------


def test_build_prints_a_line_for_what_changed(acme: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first, again = (run("build", acme, "--out", out, "--target", "python,machine") for _ in range(2))
    assert first.stdout.splitlines() == [
        f"acme: wrote {out}/python/acme.py, {out}/machine/acme.json",
        f"all formats: wrote {out}/machine/_digests.json, {out}/python/_runtime.py, {out}/standalone.py",
        f"wrote 5 files: {out}/ (1), {out}/machine/ (2), {out}/python/ (2)",
    ]
    assert again.stdout == "1 format: nothing to do\n"
    names = ["_digests.json", "_runtime.py", "acme.json", "acme.py", "standalone.py"]
    assert sorted(path.name for path in out.rglob("*.*")) == names


def test_a_link_among_what_is_built_is_replaced_and_not_followed(acme: Path, tmp_path: Path) -> None:
    out, victim = tmp_path / "out", tmp_path / "victim"
    victim.write_text("mine", encoding="utf-8")
    (out / "python").mkdir(parents=True)
    links = [out / "python" / "acme.py", out / "python" / "_runtime.py", out / "standalone.py"]
    for link in links:
        link.symlink_to(victim)
    (out / "python" / "acme.pyc").symlink_to(tmp_path / "nothing")
    assert "acme: wrote" in run("build", acme, "--out", out, "--target", "python").stdout
    assert victim.read_text(encoding="utf-8") == "mine"
    assert not any(link.is_symlink() for link in links)
    assert not list(out.rglob("*.draft"))
    links[0].rename(victim)
    links[0].symlink_to(victim)
    stale = run("build", acme, "--out", out, "--target", "python", "--check")
    assert (stale.exit_code, stale.stderr) == (1, f"acme: {links[0]} is stale\n")  # though it leads to the same bytes


def test_a_folder_that_is_a_link_is_refused(acme: Path, tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "python").symlink_to(elsewhere)
    result = run("build", acme, "--out", out, "--target", "python")
    _refused(result, f"{out}/python: is a link, and files would be written elsewhere: remove it", 1)
    assert not list(elsewhere.iterdir())
    link = tmp_path / "named"
    link.symlink_to(elsewhere)
    assert run("build", acme, "--out", link, "--target", "python").exit_code == 0  # what somebody names is meant


def test_a_file_keeps_its_mode_and_what_is_named_may_be_a_link(acme: Path, tmp_path: Path) -> None:
    out, target = tmp_path / "out", tmp_path / "alone.py"
    run("build", acme, "--out", out, "--target", "python")
    file = out / "python" / "acme.py"
    file.write_text("", encoding="utf-8")
    file.chmod(0o640)
    run("build", acme, "--out", out, "--target", "python")
    assert (file.stat().st_mode & 0o777, file.stat().st_size > 0) == (0o640, True)
    link = tmp_path / "link.py"
    link.symlink_to(target)
    assert run("build", "--standalone", acme, "--out", link).exit_code == 0
    assert link.is_symlink()
    assert target.stat().st_size > 0


def test_build_standalone_writes_one_file_that_needs_no_other(acme: Path, tmp_path: Path) -> None:
    out = tmp_path / "alone.py"
    assert run("build", "--standalone", acme, "--out", out).stdout == f"acme: wrote {out}\n"
    assert "step_aside(__name__, __file__)" in out.read_text(encoding="utf-8")
    assert run("build", "--standalone", acme, "--out", out).stdout == "1 format: nothing to do\n"
    assert run("build", "--standalone", acme, "--target", "python", "--out", out).stdout == f"acme: wrote {out}\n"
    assert "def parse(" in out.read_text(encoding="utf-8")
    assert not (tmp_path / "generated").exists()


def test_build_standalone_writes_files_of_several_formats_into_a_folder(tmp_path: Path) -> None:
    out = tmp_path / "singles"
    result = run("build", "--standalone", "hermes", "qwen3_xml", "--target", "python", "--out", out)
    assert result.stdout.splitlines() == [
        *(f"{name}: wrote {out}/{name}.py" for name in ("hermes", "qwen3_coder")),
        f"wrote 2 files: {out}/ (2)",
    ]
    assert sorted(path.name for path in out.iterdir()) == ["hermes.py", "qwen3_coder.py"]


def test_build_standalone_of_a_broken_spec_writes_nothing(acme: Path, tmp_path: Path) -> None:
    acme.write_text("start: nothing\n")
    result = run("build", "--standalone", acme, "--out", tmp_path / "alone.py")
    assert "acme.lark:1:" in result.stderr
    assert result.exit_code == 1
    assert not (tmp_path / "alone.py").exists()


def test_build_check_fails_when_stale(acme: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("build", acme, "--out", out)
    assert run("build", acme, "--out", out, "--check").exit_code == 0
    (out / "python" / "acme.py").write_text("edited\n")
    _refused(run("build", acme, "--out", out, "--check"), "python/acme.py is stale", 1)
    assert (out / "python" / "acme.py").read_text() == "edited\n"


@pytest.mark.usefixtures("registry_of_some")
def test_build_removes_only_what_it_is_asked_to_remove(acme: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run("build", acme, "--out", out, "--target", "python")
    mine = out / "python" / "acme.py"
    assert "acme" not in run("build", "--out", out, "--target", "python").stdout
    assert mine.exists()
    assert "removed" in run("build", "--out", out, "--target", "python", "--prune").stdout
    assert not mine.exists()
    _refused(run("build", acme, "--prune"), "without names", 2)


def test_build_goes_on_behind_a_broken_spec(acme: Path, tmp_path: Path) -> None:
    broken = tmp_path / "aaa.lark"
    broken.write_text("start: nothing\n")
    result = run("build", broken, acme, "--out", tmp_path / "out")
    assert result.exit_code == 1
    assert "aaa.lark:1:" in result.stderr
    assert (tmp_path / "out" / "vllm" / "acme.py").is_file()


# --- bad input -----------------------------------------------------------------------------------------------------

EVERY = ("build", "check", "parse", "show", "test")


@pytest.mark.parametrize("command", EVERY)
def test_unknown_formats(command: str) -> None:
    _refused(run(command, "herms"), "did you mean `hermes`?", 2)
    _refused(run(command, "nothing-like-it"), "the formats are ", 2)


@pytest.mark.parametrize("command", EVERY)
def test_missing_specs_and_folders(command: str, tmp_path: Path) -> None:
    _refused(run(command, tmp_path / "no.lark"), "there is no file", 2)
    (tmp_path / "folder.lark").mkdir()
    _refused(run(command, tmp_path / "folder.lark"), "is a folder", 2)


@pytest.mark.parametrize("command", EVERY)
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (SPEC.encode().replace(b"Acme", b"\xff"), "line 2 is not UTF-8"),
        (SPEC.encode("utf-16"), "line 1 is not UTF-8"),
        (SPEC.replace('"Acme calls"', '"Acme').encode(), "is not TOML"),
        (b"", "no metadata block"),
        (b"\0" * 100, "error["),
    ],
)
def test_specs_that_are_none(command: str, data: bytes, words: str, acme: Path, tmp_path: Path) -> None:
    acme.write_bytes(data)
    result = run(command, acme, *(["--out", tmp_path] if command == "build" else []))
    assert words in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"[{]", "tools.json:1:3: not JSON"),
        (b"", "tools.json:1:1: not JSON"),
        (b"\xff", "not UTF-8"),
        (b"{}", "a list of tools is wanted"),
        (b"3", "a list of tools is wanted"),
        (b'[{}, "f"]', "item 2 of the list is not an object"),
        (b"[" * 100_000, "not the JSON of tools"),
    ],
)
def test_bad_tools(data: bytes, words: str, tmp_path: Path) -> None:
    path = tmp_path / "tools.json"
    path.write_bytes(data)
    _refused(run("parse", "hermes", "--tools", path, text="x"), words, 2)


def test_tools_that_are_no_file(tmp_path: Path) -> None:
    _refused(run("parse", "hermes", "--tools", tmp_path / "no.json"), "there is no file", 2)
    _refused(run("parse", "hermes", "--tools", tmp_path), "is a folder", 2)


def test_bad_options() -> None:
    _refused(run("parse", "hermes", "--stream", "0"), "at least one character", 2)
    _refused(run("parse", "hermes", "--inside", "content"), "hermes can begin inside reasoning", 2)
    _refused(run("build", "--target", "vlm"), "did you mean `vllm`?", 2)
    _refused(run("build", "--target", ""), "they are machine, python, vllm", 2)
    _refused(run("build", "--standalone", "hermes", "--target", "machine"), "is of one of python, vllm", 2)
    _refused(run("build", "--standalone", "hermes", "--check"), "choose one", 2)
    assert run("parse", "hermes", "--stream", "x").exit_code == 2
    assert run("nonesuch").exit_code == 2
    assert "Did you mean 'build'?" in run("buidl").stderr
    assert run("parse").exit_code == 2
    assert run().exit_code == 2


def test_parse_says_which_calls_are_text_for_want_of_tools() -> None:
    result = run("parse", "pythonic", text="[f(a=1), g()]")
    assert json.loads(result.stdout)["tool_calls"] == []
    assert "2 calls of tools that are not declared are text: f, g" in result.stderr
    assert "--any-tool" in result.stderr
    result = run("parse", "pythonic", "--any-tool", text="[f(a=1), g()]")
    assert [call["name"] for call in json.loads(result.stdout)["tool_calls"]] == ["f", "g"]
    assert result.stderr == ""
    assert run("parse", "hermes", text='<tool_call>{"name": "f", "arguments": {}}</tool_call>').stderr == ""
    _refused(run("parse", "hermes", "--any-tool", "--tools", "x.json"), "choose one", 2)


def test_input_that_is_not_utf_8() -> None:
    _refused(run("parse", "hermes", text=b"a\xff"), "the input is not UTF-8", 1)


def test_out_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    _refused(run("build", "hermes", "--out", tmp_path / "file"), "file/machine: not a directory", 1)


# --- the list of commands ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_the_list_says_of_a_command_what_its_help_does(name: str) -> None:
    listed = run("--help").stdout
    width = max(map(len, COMMANDS)) + 2
    assert f"  {name:<{width}}{COMMANDS[name].help}\n" in listed
    assert COMMANDS[name].help in run(name, "--help").stdout


@pytest.mark.parametrize("words", [["list"], ["--help"]])
def test_a_list_does_not_wait_for_the_compiler(words: list[str]) -> None:
    script = f"""
import sys
from toolgram.cli.commands import app
app({words!r}, standalone_mode=False)
print([name for name in ("lark", "jinja2", "toolgram.machine", "toolgram.build") if name in sys.modules])
"""
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# --- ways to print -------------------------------------------------------------------------------------------------


def test_check_prints_json(acme: Path) -> None:
    acme.write_text(
        SPEC.replace("JSON_OBJECT)", "JSON_OBJECT, _WS)").replace("name: TEXT", "nmae: TEXT"), encoding="utf-8"
    )
    result = run("check", acme, "--output", "json")
    assert (result.exit_code, result.stderr) == (1, "")
    [told] = json.loads(result.stdout)["formats"]
    assert (told["format"], told["ok"], told["path"]) == ("acme", False, str(acme))
    problems = {problem["name"]: problem for problem in told["problems"]}
    place = problems["unknown-capture"]["place"]
    assert (place["line"], place["column"], place["end_column"]) == (10, 1, 5)
    assert problems["unknown-capture"]["hints"][0]["paste"] == ["name: TEXT"]
    [edit] = problems["unknown-capture"]["hints"][0]["edits"]
    assert (edit["line"], edit["column"], edit["end_column"], edit["text"]) == (10, 1, 5, "name")


def test_json_of_what_is_well(acme: Path, tmp_path: Path) -> None:
    [told] = json.loads(run("check", acme, "--output", "json").stdout)["formats"]
    assert told["ok"]
    assert told["problems"] == []
    assert set(told["holds_at_most"]) >= {"content"}
    [told] = json.loads(run("test", acme, "--output", "json").stdout)["formats"]
    assert (told["ok"], told["cases"]) == (True, 2)
    built = json.loads(run("build", acme, "--out", tmp_path / "out", "--output", "json").stdout)["formats"]
    assert str(tmp_path / "out" / "python" / "acme.py") in built[0]["wrote"]


def test_annotations_of_github(acme: Path) -> None:
    acme.write_text(SPEC.replace("content: TEXT", "content = TEXT"), encoding="utf-8")
    line = run("check", acme, "--output", "github").stdout.splitlines()[0]
    assert line.startswith(f"::error file={acme},line=8,col=9,endLine=8,endColumn=10,title=syntax::a rule is written ")
    assert "%0A  8 | content = TEXT%0A" in line
    acme.write_text(SPEC, encoding="utf-8")
    page = PAGE.replace("{name}", "odd").replace("{content}", "other")
    acme.with_suffix(".md").write_text(page, encoding="utf-8")
    line = run("test", acme, "--output", "github").stdout.splitlines()[0]
    assert line.startswith(f"::error file={acme.with_suffix('.md')},line=13,col=1,")
    acme.with_suffix(".md").write_text(page.replace("```message", "```massage"), encoding="utf-8")
    assert "did you mean `message`?" in run("test", acme, "--output", "github").stdout


def test_the_list_can_be_searched_by_model() -> None:
    def found(*words: str) -> list[str]:
        return [line.split()[0] for line in run("list", *words).stdout.splitlines()]

    assert found("qwen3") == ["hermes", "qwen3", "qwen3_coder"]
    assert found("Qwen/Qwen3-Coder-30B-A3B-Instruct") == ["hermes", "qwen3", "qwen3_coder"]
    assert found("coder", "xml") == ["qwen3_coder"]
    [row] = json.loads(run("list", "coder", "xml", "--json").stdout)
    assert row["models"][0] == "Qwen/Qwen3-Coder-*"
    _refused(run("list", "nonesuch"), "toolgram list has all formats", 1)
    _refused(run("list", "hermez"), "did you mean `hermes`?", 1)


def test_explain() -> None:
    assert run("explain", "error[text-runs-on]").stdout == run("explain", "text-runs-on").stdout
    assert "\nRight (" in run("explain", "text-runs-on").stdout
    assert "What is mended" in run("explain", "qwen3_xml").stdout
    _refused(run("explain", "text-run-on"), "did you mean `text-runs-on`?", 2)
    _refused(run("explain", "hermez"), "did you mean `hermes`?", 2)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_examples_that_can_be_typed(name: str) -> None:
    shown = run(name, "--help").stdout
    assert COMMANDS[name].examples
    for example in COMMANDS[name].examples:
        assert f"  {example}\n" in shown
        words = shlex.split(example, comments=True)
        assert words[:2] == ["toolgram", name]


# --- as a program --------------------------------------------------------------------------------------------------

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(toolgram.__file__).parents[1])}
PROGRAM = [sys.executable, "-m", "toolgram"]


def test_a_broken_pipe_is_silent() -> None:
    text = "hello world, " * 20_000
    command = f"'{sys.executable}' -m toolgram parse hermes --stream 1 | head -1"
    done = subprocess.run(command, shell=True, input=text, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 1


def test_events_are_printed_while_the_text_arrives() -> None:
    command = [*PROGRAM, "parse", "hermes", "--stream", "5"]
    process = subprocess.Popen(
        command, env=ENVIRONMENT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("hello")
    process.stdin.flush()
    assert json.loads(process.stdout.readline()) == {"event": "ContentDelta", "text": "hello"}
    process.communicate("")
    assert process.returncode == 0


def test_any_text_can_be_printed_whatever_the_encoding() -> None:
    text = '<tool_call>{"name": "f", "arguments": {"a": "\u65e5｜"}}</tool_call> \u65e5'
    environment = {**ENVIRONMENT, "PYTHONIOENCODING": "ascii"}
    run = subprocess.run(
        [*PROGRAM, "parse", "hermes"], input=text.encode(), env=environment, capture_output=True, check=True
    )
    assert json.loads(run.stdout)["content"] == "\u65e5"


def _on_a_terminal(*words: str, **environment: str) -> str:
    """What a command shows where its output is a terminal."""
    ours, theirs = pty.openpty()
    kept = {key: value for key, value in ENVIRONMENT.items() if key not in ("NO_COLOR", "TERM", "FORCE_COLOR")}
    with subprocess.Popen(
        [*PROGRAM, *words], env={**kept, "TERM": "xterm", **environment}, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # the terminal is gone
            while piece := os.read(ours, 1 << 16):
                shown += piece
        process.wait()
    os.close(ours)
    return shown.decode("utf-8")


def test_colours_only_where_somebody_sees_them(acme: Path) -> None:
    acme.write_text(SPEC.replace("content: TEXT", "content = TEXT"), encoding="utf-8")
    for words in (["check", str(acme)], ["list", "qwen3"], ["check", "--help"], ["test", "hermes", "-k", "one call"]):
        assert "\x1b[" in _on_a_terminal(*words)
        if words[0] != "check" and not budget.full:
            continue
        assert "\x1b[" not in _on_a_terminal(*words, NO_COLOR="1")
        assert "\x1b[" not in _on_a_terminal(*words, TERM="dumb")
        done = subprocess.run([*PROGRAM, *words], env=ENVIRONMENT, capture_output=True, text=True, check=False)
        assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("toolgram parse herm", "hermes"),
        ("toolgram show qwen3_x", "qwen3_xml"),
        ("toolgram explain text-r", "text-runs-on"),
        ("toolgram build --target vll", "vllm"),
        ("toolgram expl", "explain"),
        ("toolgram check --output gi", "github"),
    ],
)
def test_the_shell_completes(line: str, offered: str) -> None:
    environment = {**ENVIRONMENT, "_TOOLGRAM_COMPLETE": "complete_bash", "COMP_WORDS": line}
    environment["COMP_CWORD"] = str(len(line.split()) - 1)
    script = "from toolgram.cli import main; import sys; sys.argv[0] = 'toolgram'; main()"
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert offered in done.stdout.split()


def test_the_console_script_has_an_entry() -> None:
    done = subprocess.run([*PROGRAM, "list"], env=ENVIRONMENT, capture_output=True, text=True, check=True)
    assert len(done.stdout.splitlines()) == len(format_paths())


def test_parse_reports_what_was_tried() -> None:
    text = '<tool_call>{"name": "f", "arguments": {"a": 1,}}</tool_call>'
    data = json.loads(run("parse", "hermes", "--report", text=text).stdout)
    assert [attempt["status"] for attempt in data["attempts"]] == ["repaired"]
    assert len(json.loads(run("parse", "hermes", text=text).stdout)["tool_calls"]) == 1
    assert json.loads(run("parse", "hermes", "--strict", text=text).stdout)["tool_calls"] == []
    assert "only of a whole message" in run("parse", "hermes", "--report", "--trace", text=text).stderr
