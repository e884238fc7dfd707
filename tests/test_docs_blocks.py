"""Every block of code on a page is run by somebody, or stands in a list with the reason why nothing can run it.

Blocks are fenced or indented. Those of a kind are run by the module that `RUN` names. What is left for this one: JSON
parses, commands in `console` blocks print what the page shows, trees of files exist, traces and samples are those of
real parsers.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import budget
import pytest
from typer.testing import CliRunner

import toolgram
from toolgram.any_tool import tools_of
from toolgram.cli.commands import app
from toolgram.registry import format_paths

ROOT = Path(__file__).resolve().parents[1]
PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(r"^( *)(`{3,})(\w*)([^\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?<=\n\n)(?: {4}[^\n]*\n)+")

# What runs the blocks of a kind.
RUN = {
    "lark": "test_docs_examples.py; the README's: test_docs.py",
    "tools": "test_docs_examples.py",
    "example": "test_docs_examples.py",
    "pycon": "test_docs_examples.py",
    "sh": ".ci/walk.py those of toolgram; those of vLLM tests/with_vllm; measurements are what the page is made of",
    "json": "this module",
    "js": "typescript/tests/docs.test.ts",
    "ts": "typescript/tests/docs.test.ts",
}
# Blocks of these kinds are run on these pages only.
RUN_ON = {
    "text": {
        "messages.md": "test_explain.py",
        "new-format.md": "test_tutorial.py",
        "pipeline.md": "test_pipeline_page.py",
    },
    "python": {
        "README.md": ".ci/walk.py",
        "vllm.md": "test_docs.py",
        "rollouts.md": "tests/with_rollouts",
        "response-templates.md": "tests/with_templates",
        "grammars.md": "tests/with_grammars",
        "pipeline.md": "test_pipeline_page.py",
    },
    "mermaid": {
        "architecture.md": "test_docs.py knows the rooms; else a picture",
        "graph.md": "test_graph.py",
        "runtime.md": "a picture",
    },
}
# The others: page and first words, and what sees to them.
OTHERS = {
    ("architecture.md", "generated/"): "below",
    ("glossary.md", "Look."): "the text of runtime.md: below",
    ("runtime.md", "Look."): "test_runtime_page.py",
    ("runtime.md", 'content    "Write"'): "below",
    (
        "investigation.md",
        "vLLM 0.11.0:",
    ): "tests/with_vllm/test_reproduce.py compares the table of versions, made of the same run",
    ("investigation.md", "vLLM's parsers,"): "tests/with_vllm/test_reproduce.py",
    ("playground.md", "$ pip install"): "tests/with_browser starts it from the sources",
    (
        "playground.md",
        "$ (cd playground",
    ): "tests/with_browser/test_server.py reads such a page, which has 22 megabytes",
    ("proxy.md", "$ pip install"): "tests/with_proxy starts the proxy; here it would need a server behind it",
    ("rollouts.md", "read.jsonl:"): "the counts of a file of 500,000 rows, which is not kept",
    ("rollouts.md", "actor_rollout_ref"): "a line of verl's configuration: tests/with_rollouts",
    ("trace.md", "c content"): "test_lineup.py",
    ("transcripts.md", '113  " first."'): "test_transcripts.py",
    ("transcripts.md", ": toolgram recording 1"): "test_transcripts.py",
    ("transcripts.md", '{"text": "Look.'): "test_transcripts.py",
    ("typescript.md", "npm install"): "the path is the reader's own",
    ("typescript.md", "$ npm install"): "tests/with_node/test_qwen_code.py starts it from the sources",
    ("vllm.md", "INFO ..."): "the log of a real server: tests/with_vllm",
    (
        "vllm-plugin.md",
        "toolgram 0.1.0 (spec",
    ): "what a plugin prints in a real vLLM: tests/with_vllm/test_self_check.py",
    ("which.md", "$ toolgram which /models"): "needs a model's folder; test_which.py has the words",
    ("which.md", "$ toolgram show gpt-oss"): "below",
    ("round-trips.md", "$ toolgram check hermes"): "needs a model's template; test_round_trips.py has the words",
}


class Block(NamedTuple):
    """A block: the page, its line, its kind (the first word behind the fence), and its text."""

    page: Path
    line: int
    kind: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        yield Block(page, text.count("\n", 0, found.start()) + 1, found[3], found[5])
    plain = FENCE.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in INDENTED.finditer(plain):
        before = plain[: found.start()].rstrip().rpartition("\n")[2]
        if not re.match(r" *(?:[-*]|\d+\.) |   ", before):  # the next paragraph of an item of a list
            yield Block(
                page, plain.count("\n", 0, found.start()) + 1, "", found[0].replace("\n    ", "\n").removeprefix("    ")
            )


BLOCKS = [block for page in PAGES for block in blocks(page)]
NAMED = {
    (page, words): [b for b in BLOCKS if b.page.name == page and b.text.startswith(words)] for page, words in OTHERS
}


def place(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


def block_of(page: str, words: str) -> Block:
    [found] = NAMED[page, words]
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_is_run_by_somebody_or_has_a_reason(page: Path) -> None:
    for block in blocks(page):
        is_named = any(page.name == name and block.text.startswith(words) for name, words in OTHERS)
        assert is_named or block.kind in RUN or page.name in RUN_ON.get(block.kind, ()), place(block)


def test_every_reason_is_of_a_block_that_is_there() -> None:
    assert [key for key, found in NAMED.items() if len(found) != 1] == []
    for kind, pages in RUN_ON.items():
        assert set(pages) <= {block.page.name for block in BLOCKS if block.kind == kind}, kind


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.kind == "json"], ids=place)
def test_json_parses(block: Block) -> None:
    json.loads(block.text)


@pytest.mark.parametrize("block", [one for one in BLOCKS if one.kind == "sh"], ids=place)
def test_commands_can_be_read_by_a_shell_and_are_of_files_that_exist(block: Block) -> None:
    words = shlex.split(block.text, comments=True)
    assert words
    for script in (word for word in words if word.startswith((".ci/", "benchmarks/", "tests/", "site/", "examples/"))):
        assert (ROOT / script).exists(), script


def test_a_name_of_another_engine_is_said_as_the_page_shows() -> None:
    command, *printed = block_of("which.md", "$ toolgram show gpt-oss").text.splitlines()
    done = CliRunner().invoke(app, shlex.split(command)[2:])
    assert done.stderr.split() == " ".join(printed).split()


def test_the_tree_of_generated_files_is_there() -> None:
    for line in block_of("architecture.md", "generated/").text.splitlines()[1:]:
        assert (ROOT / "generated" / line.split()[0].replace("x.", "hermes.")).exists(), line


def test_the_glossary_has_the_text_of_the_page_on_the_runtime() -> None:
    assert block_of("glossary.md", "Look.").text == block_of("runtime.md", "Look.").text


def test_the_trace_is_what_a_parser_says() -> None:
    shown = block_of("runtime.md", 'content    "Write"').text
    done = CliRunner().invoke(app, ["parse", "qwen3_coder", "--trace", "--any-tool"], input="Write <function=ping> so.")
    assert shown.split() == done.stdout.split()


@pytest.mark.parametrize("spec", budget.sample(format_paths(), 12), ids=lambda spec: spec.stem)
def test_what_the_page_of_a_format_shows_is_read(spec: Path) -> None:
    fmt = toolgram.load(spec.stem)
    prose = spec.with_suffix(".md").read_text(encoding="utf-8").partition("\n# Cases\n")[0]
    samples = [found[5].rstrip("\n") for found in FENCE.finditer(prose)]
    assert samples
    for text in samples:
        message = fmt.parse(text, tools_of(text))
        assert message.tool_calls or message.reasoning, text
        assert all(call.complete for call in message.tool_calls), text
