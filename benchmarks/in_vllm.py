"""What the scripts that run inside vLLM share: its own parsers of our formats, our plugins, a request, a tokenizer.

In: names of parsers. Out: parser classes, composed as the server composes them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from workloads import TOOLS, transcripts

ROOT = Path(__file__).parents[1]
GENERATED = Path(os.environ.get("TOOLGRAM_GENERATED", ROOT / "generated"))
sys.path.insert(0, str(ROOT / "tests" / "with_vllm"))  # its `server` is another one than ours
# Names under which vLLM has a parser of the same format.
BUILT_IN = {
    "qwen3_coder": ("qwen3_coder", "qwen3_xml"),
    "hermes": ("hermes", "qwen3_json"),
    "glm45": ("glm45", "glm47"),
    "kimi_k2": ("kimi_k2",),
    "llama3_json": ("llama3_json", "llama4_json"),
    "pythonic": ("pythonic",),
}
Deltas = list[tuple[str, list[int]]]


def tokenizer_for(text: str) -> Any:
    """A byte-level BPE tokenizer whose tokens are mostly words, with the formats' special tokens."""
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    hidden = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", *transcripts.HIDDEN_TOKENS]
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=8000, special_tokens=hidden, initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator([text], trainer)
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in transcripts.VISIBLE_TOKENS])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, eos_token="<|im_end|>", additional_special_tokens=transcripts.HIDDEN_TOKENS
    )


def deltas_of(tokenizer: Any, text: str) -> Deltas:
    return [(tokenizer.decode([number]), [number]) for number in tokenizer.encode(text)]


def compose(name: str, tokenizer: Any = None) -> Any:
    """The parser class that a server makes of `--tool-call-parser NAME`."""
    from vllm.parser.parser_manager import ParserManager

    return ParserManager.get_parser(
        tool_parser_name=name,
        enable_auto_tools=True,
        model_name="m",
        is_harmony=name == "openai",
        tokenizer=tokenizer,
    )


def load_plugin(path: Path) -> None:
    """What `--tool-parser-plugin PATH` does; the names in it replace vLLM's own."""
    from vllm.tool_parsers import ToolParserManager

    ToolParserManager.import_tool_parser(str(path))


def request() -> Any:
    from vllm.entrypoints.openai.chat_completion.protocol import ChatCompletionRequest

    return ChatCompletionRequest(
        model="m", messages=[{"role": "user", "content": "x"}], tools=TOOLS, tool_choice="auto", stream=True
    )
