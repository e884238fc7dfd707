"""What the documents say of the code stays true. `python tests/test_docs.py` writes the tables anew."""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

import toolgram
from toolgram.build import compile_one
from toolgram.cli.commands import COMMANDS, app
from toolgram.openai import ChunkBuilder
from toolgram.registry import format_paths
from toolgram.spec import read_spec
from toolgram.spec.builtins import BUILTINS, CAPTURES, TEMPLATES
from toolgram.spec.metadata import Metadata
from toolgram.targets.hf_template import convert
from toolgram.targets.table import TARGETS
from toolgram.testing import read_cases

ROOT = Path(__file__).resolve().parents[1]
README, DIALECT, FORMATS = ROOT / "README.md", ROOT / "docs" / "dialect.md", ROOT / "docs" / "formats.md"
WORDS_MAX = 40  # of a sentence of prose
RUNTIME = ROOT / "src" / "toolgram" / "runtime"
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def _formats() -> Iterator[tuple[str, ...]]:
    for path in format_paths():
        subject = compile_one(path).subject
        assert subject is not None
        meta = subject.spec.meta
        models = ", ".join(model.replace("*", "\\*") for model in meta.models)
        yield (
            f"[`{subject.id}`](../formats/{path.stem}.md)",
            ", ".join(f"`{alias}`" for alias in meta.aliases),
            subject.title,
            models,
            str(_grammar_lines(path)),
            str(len(read_cases(path.with_suffix(".md")))),
            subject.bounds,
        )


def _grammar_lines(path: Path) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return sum(bool(line.strip()) and not line.startswith(("#", "//")) for line in lines)


def _captures() -> Iterator[tuple[str, ...]]:
    for name, capture in CAPTURES.items():
        yield f"`{name}`", ", ".join(f"`{place or 'start'}`" for place in capture.inside), capture.becomes


def _built_ins() -> Iterator[tuple[str, ...]]:
    for name, meaning in BUILTINS.items():
        yield f"`{name}`", meaning


def _templates() -> Iterator[tuple[str, ...]]:
    for path in format_paths():
        spec, _ = read_spec(path)
        assert spec is not None
        template, found = convert(spec)
        words = [one.message.removeprefix("a response template cannot say ") for one in found]
        stops = words[-1:] if template is None else dict.fromkeys(words)
        said = re.sub(r'"(<[^"]*>)"', r"`\1`", "; ".join(stops))  # elsewhere GitHub takes it for HTML
        yield f"`{path.stem}`", "no" if template is None else "yes", said.replace("|", "\\|")


def _commands() -> Iterator[tuple[str, ...]]:
    for name, place in COMMANDS.items():
        yield f"`{name}`", place.help


TABLES = (
    (ROOT / "docs" / "command-line.md", "commands", _commands),
    (ROOT / "docs" / "hf-templates.md", "hf-templates", _templates),
    (FORMATS, "formats", _formats),
    (DIALECT, "captures", _captures),
    (DIALECT, "built-ins", _built_ins),
)


def _with_table(text: str, mark: str, rows: Iterable[tuple[str, ...]]) -> str:
    """The text with the rows of the table behind a mark written anew."""
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    pattern = rf"(<!-- {mark}:.*?-->\n\|.*?\n\|[-:|]+\|\n).*?(<!-- end -->)"
    found = re.search(pattern, text, re.DOTALL)
    assert found, mark
    return text[: found.end(1)] + table + text[found.start(2) :]


@pytest.mark.parametrize(("page", "mark", "rows"), TABLES, ids=[mark for _, mark, _ in TABLES])
def test_tables_are_true(page: Path, mark: str, rows: object) -> None:
    assert callable(rows)
    text = page.read_text(encoding="utf-8")
    assert text == _with_table(text, mark, rows()), "run: python tests/test_docs.py"


def test_every_metadata_key_and_template_is_explained() -> None:
    text = DIALECT.read_text(encoding="utf-8")
    for key in Metadata.model_fields:
        assert f"| `{key}` |" in text
    for name in TEMPLATES:
        assert f"| `{name}{{" in text


def test_the_grammar_in_the_readme_compiles(tmp_path: Path) -> None:
    [grammar] = re.findall(r"```lark\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "readme.lark"
    imports = "%import toolgram (TEXT, JSON_OBJECT, JSON_STRING, _WS, json_object, json_member)\n"
    path.write_text(f'# /// format\n# title = "Readme"\n# models = []\n# ///\n{imports}{grammar}', encoding="utf-8")
    assert list(compile_one(path).report) == []


def test_the_plugin_s_page_has_every_version_that_is_run_and_its_limits() -> None:
    page = (ROOT / "docs" / "vllm-plugin.md").read_text(encoding="utf-8")
    runs = re.search(r"^versions=\((.*)\)$", (ROOT / ".ci" / "environments").read_text(encoding="utf-8"), re.MULTILINE)
    assert runs is not None
    assert re.findall(r"^\| (0\.[\d.]+) \|", page, re.MULTILINE) == runs.group(1).split()
    source = (ROOT / "tests" / "with_vllm" / "old_versions.py").read_text(encoding="utf-8")
    limits = re.findall(r'^    "(.*)": \(0, (\d+)\),$', source, re.MULTILINE)
    assert sorted(re.findall(r"^\| \d \| (.*?) \| 0\.(\d+) \|", page, re.MULTILINE)) == sorted(limits)
    assert limits


def test_ci_runs_the_two_commands_of_the_readme() -> None:
    commands = re.findall(r"```sh\n([^`]*?\.venv[^`]*?)```", README.read_text(encoding="utf-8"))
    assert len(commands) == 2
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "README.md" in script
    for command in commands:
        assert shlex.split(command)
        assert len(command.strip().splitlines()) == 1


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_that_pages_name_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`((?:machine|runtime|targets|spec|tests|docs)/[\w/.*-]+\.\w+)`", text):
        root = ROOT if name.startswith(("tests", "docs")) else ROOT / "src" / "toolgram"
        assert list(root.glob(name)), name


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_headings(page: Path) -> None:
    for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", page.read_text(encoding="utf-8")):
        assert anchor in _anchors(page.parent / target if target else page), (target, anchor)


def _rooms() -> Iterator[tuple[str, str]]:
    """Which room of the runtime imports from which other one."""
    for path in RUNTIME.rglob("*.py"):
        own = path.relative_to(RUNTIME).with_suffix("").parts[0]
        for other in re.findall(r"^from toolgram\.runtime\.(\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            if other != own and path.name != "__init__.py":
                yield own, other


def test_the_picture_of_the_rooms_has_every_import() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    picture = text.partition("<!-- rooms: ")[2].partition("\n```\n")[0]
    assert set(re.findall(r"^    (\w+)(?:\[.*?\])? --> (\w+)", picture, re.MULTILINE)) == set(_rooms())


def _sentences(text: str) -> Iterator[str]:
    """The sentences of a page's prose: without code, tables, comments and the addresses of links."""
    text = re.sub(r"^(`{3,}).*?^\1$|<!--.*?-->|^(?: {4}|\|).*$", "", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"\]\([^)]*\)", "]", text)
    for paragraph in re.split(r"\n\s*\n|^\s*(?:[-*]|\d+\.|#+) ", text, flags=re.MULTILINE):
        yield from re.split(r"(?<=[.!?])[*)\"]*\s+", " ".join(paragraph.split()))


def _words(sentence: str) -> int:
    return len(re.findall(r"`[^`]*`|[\w'-]+", sentence))


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_sentences_are_short(page: Path) -> None:
    long = [one for one in _sentences(page.read_text(encoding="utf-8")) if _words(one) > WORDS_MAX]
    assert not long, "\n".join(long)


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_that_pages_name_exist_with_their_options(page: Path) -> None:
    for command in re.findall(r"`toolgram (\w+[^`]*)`", page.read_text(encoding="utf-8")):
        if command.startswith(("was tested with", "COMMAND")):  # what the log says; any of them
            continue
        name, *words = command.split()
        assert name in COMMANDS, command
        options = [word.partition("=")[0] for word in words if word.startswith("-")]
        inner = words[:1] if COMMANDS[name].name == "cases" else []  # a command of its own
        shown = CliRunner().invoke(app, [name, *inner, "--help"]).stdout
        for option in options:
            assert re.search(rf"^ +{re.escape(option)}\b", shown, re.MULTILINE), command


class _Server:
    """Answers as a server of OpenAI's API does, with what the parser makes of a model's text."""

    TEXT = (
        "I look.\n<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>"
    )

    def __init__(self, **_: object) -> None:
        self.chat = SimpleNamespace(completions=self)

    def create(self, *, tools: list[dict[str, object]], stream: bool = False, **_: object) -> object:
        parser, builder = toolgram.load("qwen3_coder").parser(tools), ChunkBuilder()
        deltas = [delta for char in self.TEXT for delta in builder.delta(parser.feed(char))]
        deltas += builder.delta(parser.finish())
        if stream:
            return [_objects({"choices": [{"delta": _DELTA | delta, "finish_reason": None}]}) for delta in deltas]
        message = toolgram.load("qwen3_coder").parse(self.TEXT, tools).to_openai()
        return _objects({"choices": [{"message": message, "finish_reason": "tool_calls"}]})


_DELTA = {"content": None, "tool_calls": None}


def _objects(value: object) -> object:
    """JSON as the objects of a client."""
    if isinstance(value, dict):
        function = {"name": None, "arguments": None} if value.keys() <= {"name", "arguments"} else {}
        return SimpleNamespace(**{key: _objects(one) for key, one in (function | value).items()})
    return [_objects(one) for one in value] if isinstance(value, list) else value


def test_the_client_on_the_page_of_vllm_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [code] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "vllm.md").read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.setitem(sys.modules, "openai", SimpleNamespace(OpenAI=_Server))
    exec(code, {})
    assert capsys.readouterr().out.count("[('get_weather', {'city': 'Paris'})]") == 2


def test_the_changelog_names_what_there_is() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in TARGETS:
        assert f"`{name}`" in text


if __name__ == "__main__":
    for page, mark, rows in TABLES:
        page.write_text(_with_table(page.read_text(encoding="utf-8"), mark, rows()), encoding="utf-8")
