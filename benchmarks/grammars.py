"""What the grammars of a large request cost: how long they are, and how long they take to be written and compiled.

    PYTHONPATH=src .venv-vllm/bin/python benchmarks/grammars.py [FORMAT ...] [--tools N] [--members N]

Every tool and every member has a name of its own, so that nothing is equal but the types. Times are of the processor,
the least of a few; xgrammar compiles with one thread, without its cache, for a vocabulary of about a thousand tokens.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import toolgram
from toolgram.grammars.fitting import fitting_grammar
from toolgram.grammars.outline import read_outline
from toolgram.grammars.request import GrammarRequest
from toolgram.registry import format_paths

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from large_tools import large_set

ROUNDS = 3
TEXTS = [*map(chr, range(32, 127)), "\n", "\t", "é", "東", "\U0001f600", '",', '"}', "</", "<end>"]
SPECIAL_TOKENS = 1000


def least_time(run: Callable[[], Any]) -> tuple[float, Any]:
    """The least time of a few rounds, and what came of the last."""
    times, found = [], None
    for _ in range(ROUNDS):
        begin = time.process_time()
        found = run()
        times.append(time.process_time() - begin)
    return min(times), found


def main() -> None:
    """Print the table."""
    import xgrammar  # only where vLLM is

    reader = argparse.ArgumentParser()
    reader.add_argument("formats", nargs="*")
    reader.add_argument("--tools", type=int, default=100)
    reader.add_argument("--members", type=int, default=30)
    given = reader.parse_args()
    vocabulary = [f"<|{number}|>".encode() for number in range(SPECIAL_TOKENS)] + [text.encode() for text in TEXTS]
    info = xgrammar.TokenizerInfo(vocabulary, vocab_type=xgrammar.VocabType.RAW, stop_token_ids=[len(vocabulary) - 1])
    tools = large_set(given.tools, given.members)
    print("| format | characters | rules | written, s | compiled, s | given up |\n|---|---|---|---|---|---|")
    for name in given.formats or [path.stem for path in format_paths()]:
        outline = read_outline(toolgram.load(name).machine.outline, "")
        if "tool_call" not in outline.rules:
            continue
        tokens = {text: number for number, text in enumerate(outline.tokens)}
        request = GrammarRequest(tools, is_forced=True)
        written, found = least_time(lambda: fitting_grammar(outline, request, tokens))  # noqa: B023  it runs at once
        compiled, _ = least_time(
            lambda: xgrammar.GrammarCompiler(info, max_threads=1, cache_enabled=False).compile_grammar(found.text)  # noqa: B023
        )
        rules, lost = found.text.count("\n") - 1, "; ".join(found.remarks) or "nothing"
        print(f"| {name} | {len(found.text):,} | {rules:,} | {written:.2f} | {compiled:.2f} | {lost} |", flush=True)


if __name__ == "__main__":
    main()
