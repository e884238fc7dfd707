"""What `toolgram build` writes: the same bytes anywhere, nothing more than needed, files that run alone."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import budget
import pytest

import toolgram
from toolgram.build import Outcome, build, build_shared, chosen, compile_one, default_out, prune, single_file
from toolgram.registry import find, format_paths
from toolgram.stored import DIGESTS
from toolgram.targets.inline import InlineError, take_apart
from toolgram.targets.runtime_file import RUNTIME_FILE
from toolgram.targets.single import join
from toolgram.targets.table import TARGETS

ALL = list(chosen(None))
SPECS = budget.sample(format_paths(), 12)
ENGINES = [target.name for target in ALL if target.engine is not None]
SHARED = {f"machine/{DIGESTS}", "standalone.py", *(f"{target}/{RUNTIME_FILE}" for target in ENGINES)}
FILES = sum(len(target.files) for target in ALL)  # of one format
# What npm makes: .ci/node and .ci/browser say whether it is fresh.
PACKAGE = re.compile(r"typescript/(?!formats/).*|play/.*")
GOLDEN = Path(__file__).parent / "golden"
TEXTS = (
    "Hello, world. <b>1 < 2</b>\n",
    "<think>\nhm\n</think>\n\nfine",
    "I look.\n<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>",
    '<tool_call>{"name": "f", "arguments": {"a": [1, 2.50, true, null, "\\u00e9"]}}</tool_call>',
    '{"name": "f", "parameters": {"a": "x"}}; {"name": "f", "parameters": {}}',
    "[f(a='x', b=[1, None]), f()]",
    "<tool_call>f\n<arg_key>a</arg_key>\n<arg_value>x</arg_value>\n</tool_call>",
    '<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"a": 1}<|tool_call_end|>',
)
TOOLS = [{"type": "function", "function": {"name": "f", "parameters": {"properties": {"a": {"type": "string"}}}}}]

ids = pytest.mark.parametrize("spec", SPECS, ids=lambda path: path.stem)
engines = pytest.mark.parametrize("target", ENGINES)


def _tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _build_all(out: Path) -> list[Outcome]:
    outcomes = [build(spec, ALL, out) for spec in SPECS]
    assert all(outcome.report.ok for outcome in outcomes)
    return outcomes + build_shared(outcomes, ALL)


def _sources(folder: Path) -> dict[str, bytes]:
    return {name: data for name, data in _tree(folder).items() if "__pycache__" not in name}


# The single files that are kept, so that a change of them is seen.
KEPT = {
    GOLDEN / f"{target}_{name}.py": (target, name) for target, name in (("python", "hermes"), ("vllm", "qwen3_coder"))
}


def _single(spec: Path, target: str) -> str:
    subject = compile_one(spec).subject
    assert subject is not None
    return single_file(subject, TARGETS[target])


def test_generated_equals_a_fresh_build(tmp_path: Path) -> None:
    _build_all(tmp_path)
    fresh, committed = _tree(tmp_path), _sources(default_out())
    digests = [json.loads(tree.pop(f"machine/{DIGESTS}")) for tree in (fresh, committed)]
    assert [name for name in fresh if fresh[name] != committed.get(name)] == [], "run: toolgram build"
    assert digests[0].items() <= digests[1].items(), "run: toolgram build"
    names = {
        f"{target.folder or target.name}/{path.stem}{suffix}"
        for target in ALL
        for suffix in target.files
        for path in format_paths()
    }
    assert {name for name in committed if not PACKAGE.fullmatch(name)} == names | SHARED - {f"machine/{DIGESTS}"}
    assert set(digests[1]) == {path.stem for path in format_paths()}


def test_two_builds_are_identical_wherever_they_run(tmp_path: Path) -> None:
    trees = []
    for name, seed in (("one", "1"), ("two", "2")):
        folder = tmp_path / name / "deeper"
        folder.mkdir(parents=True)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(toolgram.__file__).parents[1])}
        command = [sys.executable, "-m", "toolgram", "build", *map(str, SPECS), "--out", "out"]
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)
        trees.append(_tree(folder / "out"))
    assert trees[0] == trees[1]
    assert str(tmp_path).encode() not in b"".join(trees[0].values())


def test_a_file_that_would_not_change_is_not_touched(tmp_path: Path) -> None:
    _build_all(tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    for path in times:
        os.utime(path, ns=(1, 1))
    assert not any(outcome.stale for outcome in _build_all(tmp_path))
    assert {path.stat().st_mtime_ns for path in times} == {1}


def test_files_of_deleted_formats_are_removed_and_no_others(tmp_path: Path) -> None:
    _build_all(tmp_path)
    gone = SPECS[0].stem
    (tmp_path / "python" / "mine.py").write_text("x = 1\n")
    (tmp_path / "machine" / "mine.json").write_text("{}\n")
    left = prune(SPECS[1:], ALL, tmp_path, check=True)
    assert [outcome.name for outcome in left] == [gone]
    assert len(left[0].leftover) == FILES
    assert all(path.exists() for path in left[0].leftover)
    prune(SPECS[1:], ALL, tmp_path)
    names = {path.name for path in tmp_path.rglob("*.*")}
    assert {"mine.py", "mine.json"} <= names
    assert not any(name.startswith(f"{gone}.") for name in names)
    assert gone not in json.loads((tmp_path / "machine" / DIGESTS).read_text())
    assert set(_tree(tmp_path)) >= SHARED


def test_check_writes_nothing(tmp_path: Path) -> None:
    outcome = build(SPECS[0], ALL, tmp_path / "out", check=True)
    [shared] = build_shared([outcome], ALL, check=True)
    assert (len(outcome.stale), len(shared.stale)) == (FILES, len(SHARED))
    assert not (tmp_path / "out").exists()


def test_a_spec_elsewhere_is_named_by_its_file(tmp_path: Path) -> None:
    spec = shutil.copy(SPECS[0], tmp_path / "acme.lark")
    build(Path(spec), ALL, tmp_path)
    text = (tmp_path / "python" / "acme.py").read_text(encoding="utf-8")
    assert text.startswith(
        "# Generated by toolgram from acme.lark; do not edit.\n# Rebuild: toolgram build acme.lark\n"
    )


def test_a_spec_with_errors_writes_nothing(tmp_path: Path) -> None:
    spec = tmp_path / "acme.lark"
    spec.write_text("start: nothing\n")
    outcome = build(spec, ALL, tmp_path / "out")
    assert not outcome.report.ok
    assert not (tmp_path / "out").exists()


@ids
def test_machine_json_is_the_machine(spec: Path) -> None:
    table = json.loads((default_out() / "machine" / f"{spec.stem}.json").read_text(encoding="utf-8"))
    subject = compile_one(spec).subject
    assert subject is not None
    assert type(subject.machine).model_validate(table) == subject.machine


@pytest.mark.parametrize("name", sorted(name for name in SHARED if name.endswith(".py")))
def test_shared_files_stand_alone(name: str) -> None:
    _compiles_alone((default_out() / name).read_text(encoding="utf-8"))


@ids
@engines
def test_files_of_formats_are_short_and_need_no_package(spec: Path, target: str) -> None:
    text = (default_out() / target / f"{spec.stem}.py").read_text(encoding="utf-8")
    _compiles_alone(text)
    imported = re.sub(r"^if __name__ (?:==|in) [^\n]*__main__.*?\n(?=\S)", "", text, flags=re.DOTALL | re.MULTILINE)
    assert "sys.path" not in imported  # only where the file is run as a script, and its folder is not to be looked in
    assert len(imported.partition("\nfrom __future__")[2].partition("\n# Cases of")[0].splitlines()) < 110


def _compiles_alone(text: str) -> None:
    assert re.search(r"^\s*(from|import) toolgram\b", text, re.MULTILINE) is None
    compile(text, "text", "exec", dont_inherit=True)


# --- files of formats, and what lies beside them -------------------------------------------------------------------

IMPORT = "import sys; sys.path[:0] = sys.argv[2:]; print(__import__(sys.argv[1]).parse('x').content)"


def _import(name: str, *folders: Path, script: str = IMPORT) -> str:
    """What a process prints that imports a module, or the last line of its error."""
    command = [sys.executable, "-c", script, name, *map(str, folders)]
    run = subprocess.run(command, env=_bare(), capture_output=True, text=True, check=False)
    return run.stdout.strip() if run.returncode == 0 else run.stderr.splitlines()[-1]


def _bare() -> dict[str, str]:
    """An environment in which toolgram is found nowhere."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def _copy(folder: Path, *names: str) -> Path:
    folder.mkdir()
    for name in names:
        shutil.copy(default_out() / name, folder)
    return folder


def test_a_format_works_where_its_three_files_lie_together(tmp_path: Path) -> None:
    folder = _copy(tmp_path / "flat", "python/hermes.py", f"python/{RUNTIME_FILE}", "machine/hermes.json")
    assert _import("hermes", folder) == "x"


@engines
def test_a_file_copied_alone_says_in_one_sentence_what_is_missing(tmp_path: Path, target: str) -> None:
    single = "copy that too, or make a single file of all parts with `toolgram build --standalone hermes` or"
    alone = _copy(tmp_path / "alone", f"{target}/hermes.py")
    said = _import("hermes", alone)
    assert said.startswith(f"ImportError: {alone}/hermes.py needs _runtime.py beside it: {single}")
    without = _copy(tmp_path / "without", "python/hermes.py", f"python/{RUNTIME_FILE}")
    assert f"needs hermes.json beside it: {single}" in _import("hermes", without)


@engines
def test_a_file_beside_a_runtime_of_another_build_says_so(tmp_path: Path, target: str) -> None:
    folder = _copy(tmp_path / "mixed", f"{target}/hermes.py", "machine/hermes.json")
    (folder / RUNTIME_FILE).write_text('CONTRACT = "of another build"\n')
    said = _import("hermes", folder)
    assert said.startswith(
        f"ImportError: {folder}/{RUNTIME_FILE} was built by another toolgram than {folder}/hermes.py: "
    )
    assert said.endswith("rebuild, or copy _runtime.py and the format's files from the same build")


def test_formats_of_a_folder_share_one_runtime_and_folders_do_not(tmp_path: Path) -> None:
    names = ("python/hermes.py", "python/qwen3_coder.py", f"python/{RUNTIME_FILE}")
    one = _copy(tmp_path / "one", *names, "machine/hermes.json", "machine/qwen3_coder.json")
    other = _copy(tmp_path / "other", "python/glm45.py", f"python/{RUNTIME_FILE}", "machine/glm45.json")
    script = """
import sys; sys.path[:0] = sys.argv[2:]
import glm45, hermes, pickle, qwen3_coder
assert pickle.loads(pickle.dumps(hermes.Parser)) is hermes.Parser
print(hermes.Parser is qwen3_coder.Parser, hermes.Parser is glm45.Parser)
"""
    assert _import("", one, other, script=script) == "True False"


# --- single files --------------------------------------------------------------------------------------------------


@ids
@engines
def test_a_single_file_of_the_folder_is_the_one_of_the_command(spec: Path, target: str) -> None:
    folder = default_out()
    parts = (folder / target / f"{spec.stem}.py", folder / target / RUNTIME_FILE, folder / f"machine/{spec.stem}.json")
    single = join(*(part.read_text(encoding="utf-8") for part in parts))
    assert single == _single(spec, target)
    assert "_beside(" not in single


@engines
def test_the_script_of_the_folder_needs_the_standard_library_only(tmp_path: Path, target: str) -> None:
    script = [sys.executable, "-S", str(default_out() / "standalone.py")]
    run = subprocess.run(
        [*script, "hermes", "--target", target], cwd=tmp_path, env=_bare(), capture_output=True, text=True, check=True
    )
    assert run.stdout == "hermes: wrote hermes.py\n"
    assert (tmp_path / "hermes.py").read_text(encoding="utf-8") == _single(find("hermes"), target)
    wrong = subprocess.run([*script, "herms"], cwd=tmp_path, env=_bare(), capture_output=True, text=True, check=False)
    assert wrong.returncode == 1
    assert "there is no" in wrong.stderr
    assert "hermes, hf, " in wrong.stderr


def test_parts_of_no_build_make_no_single_file() -> None:
    with pytest.raises(ValueError, match="another toolgram"):
        join("x = 1\n", "y = 2\n", "{}")


def test_tables_with_quotes_survive_in_a_single_file() -> None:
    own = (default_out() / "python" / "hermes.py").read_text(encoding="utf-8")
    table = {"a": "'" * 4 + '\\"\n' + '"' * 4}
    made = join(own, "from __future__ import annotations\nimport json\n", json.dumps(table))
    assert eval(made[made.index("json.loads(") : made.index("\n# This format")]) == table


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_single_files_are_as_they_were(path: Path) -> None:
    target, name = KEPT[path]
    assert path.read_text(encoding="utf-8") == _single(find(name), target), "run: python tests/test_build.py"


def test_a_single_file_runs(tmp_path: Path) -> None:
    shutil.copy(GOLDEN / "python_hermes.py", tmp_path)
    assert _import("python_hermes", tmp_path) == "x"


# --- other Pythons, other tools ------------------------------------------------------------------------------------


def _other_pythons() -> list[str]:
    ours = Path(__file__).parents[1] / ".venv-pythons" / "bin"  # see .ci/pythons
    places = [
        *ours.glob("python3.*"),
        *Path.home().glob(".pyenv/versions/3.*/bin/python"),
        *map(shutil.which, _names()),
    ]
    found: dict[str, str] = {}
    for place in filter(None, places):
        version = subprocess.run([place, "-V"], capture_output=True, text=True, check=False).stdout.strip()
        if re.fullmatch(r"Python 3\.(9|1[0-4])\..*", version):
            found.setdefault(version, str(place))
    return [found[version] for version in sorted(found)]


def _names() -> list[str]:
    return [f"python3.{minor}" for minor in range(9, 15)]


DRIVER = """
import importlib, json, sys
texts, tools = json.load(sys.stdin)
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for text in texts:
        assert module.parse(text) is not None
        parser = module.parser(tools)
        events = [event for char in text for event in parser.feed(char)] + parser.finish()
        assert module.collect(events) == module.parse(text, tools), (name, text)
        print(ascii(module.parse(text, tools)))
"""


@pytest.mark.parametrize("python", _other_pythons(), ids=lambda path: re.sub(r".*?(3\.\d+[.\d]*).*", r"\1", path))
def test_generated_parsers_run_on_every_python(python: str) -> None:
    names = [spec.stem for spec in SPECS]
    environment = {
        "PYTHONPATH": str(default_out() / "python"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "error",
    }
    command = [python, "-c", DRIVER, *names]
    run = subprocess.run(
        command, input=json.dumps([TEXTS, TOOLS]), env=environment, capture_output=True, text=True, check=False
    )
    assert run.stderr == ""
    messages = [toolgram.load(name).parse(text, TOOLS) for name in names for text in TEXTS]
    assert run.stdout.splitlines() == [ascii(message) for message in messages]


def test_mypy_strict_passes_on_a_generated_parser(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    path = default_out() / "python" / f"{SPECS[0].stem}.py"
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", f"--cache-dir={tmp_path}", str(path)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert run.returncode == 0, run.stdout


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import re as r\n", "in full"),
        ("from .x import y\n", "in full"),
        ("import toolgram.runtime\n", "import ..."),
        ("def f():\n    from toolgram.y import a\n", "at the top"),
    ],
)
def test_inline_refuses_what_would_not_stand_alone(source: str, words: str) -> None:
    with pytest.raises(InlineError, match=words):
        take_apart("toolgram.x", source)


if __name__ == "__main__":
    for place, (target, name) in KEPT.items():
        place.write_text(_single(find(name), target), encoding="utf-8")
