"""What the tests with real libraries share: rows, a tokenizer of transformers, a run of the command."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

PARAMETERS = {"f": {"k": {"type": "integer"}}, "g": {"s": {"type": "string"}}}
TOOLS = [
    {
        "type": "function",
        "function": {"name": name, "description": name, "parameters": {"type": "object", "properties": found}},
    }
    for name, found in PARAMETERS.items()
]
CALL = '<tool_call>\n{"name": "f", "arguments": {"k": 1}}\n</tool_call>'
BROKEN = '<tool_call>\n{"name": "f", "arguments": {"k": 1,}}\n</tool_call>'
ANSWERS = (f"<think>a</think>\nHi\n{CALL}", f"Look\n{BROKEN}", '<tool_call>\n{"name": "f", "argu', "Hi", None)


def rows(count: int) -> list[dict[str, Any]]:
    """So many rows, some without a text."""
    return [
        {"n": number, "raw": ANSWERS[number % len(ANSWERS)], "tools": TOOLS[: 1 + number % 2]}
        for number in range(count)
    ]


def write_lines(path: Path, found: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in found), encoding="utf-8")
    return path


def command(source: Path, target: Path) -> list[str]:
    """The command that reads one file into another."""
    python = (sys.executable, "-m", "toolgram", "parse", "hermes")
    return [*python, "--input", str(source), "--output", str(target), "--tools-column", "tools"]


def read(source: Path, target: Path, *words: str, processes: int = 1, status: int = 3) -> str:
    """Run the command; return what it prints."""
    whole = [*command(source, target), "--processes", str(processes), *words]
    done = subprocess.run(whole, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, "Traceback" in done.stderr) == (status, False), done.stderr
    return done.stdout


def make_tokenizer() -> Any:
    """A tokenizer of transformers: bytes, a few words, and the tokens of a family."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    whole = Tokenizer(models.BPE())
    whole.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    whole.decoder = decoders.ByteLevel()
    special = ["<|im_end|>", "<|im_start|>", "<|endoftext|>"]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=320, initial_alphabet=alphabet, special_tokens=special, show_progress=False
    )
    whole.train_from_iterator([json.dumps(TOOLS)] * 3, trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=whole, eos_token="<|im_end|>", pad_token="<|endoftext|>")
    made.add_tokens(["<tool_call>", "</tool_call>", "<think>", "</think>"])
    return made
