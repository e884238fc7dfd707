"""Toy models: two-layer transformers that have learnt a lesson by heart.

In: a `Lesson`, prompts and what is to be answered; without one, `transcripts`. Out: a folder that vLLM can serve.
Training takes a minute or two on two cores.

A chat template turns the last user message into the prompt; some scenes get the reasoning's opener with it, as the
templates of thinking models write it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcripts import CASES, HIDDEN_TOKENS, VISIBLE_TOKENS, prompt_of

END = "<|im_end|>"
ROUNDS_MAX = 400
BATCHES = 3
VOCABULARY_MAX = 360  # small, so that an argument takes many tokens
TEMPLATE = (
    "<|im_start|>user\n{{ messages[-1]['content'] }}<|im_end|>\n<|im_start|>assistant\n"
    "{% if ': opened' in messages[-1]['content'] %}<think>\n{% endif %}"
)


@dataclass(frozen=True)
class Lesson:
    """What is learnt. Of the formats' special tokens the hidden ones vanish from the text unless they are asked for."""

    pairs: Sequence[tuple[str, str]]  # a prompt as the chat template writes it, and the answer with its end
    hidden: Sequence[str]
    visible: Sequence[str] = ()
    template: str = TEMPLATE
    vocabulary_max: int = VOCABULARY_MAX


def transcripts_lesson() -> Lesson:
    """The scenes of `transcripts`."""
    return Lesson(list(_texts()), HIDDEN_TOKENS, VISIBLE_TOKENS)


def train(folder: Path, lesson: Lesson | None = None) -> None:
    """Teach a model a lesson and save it. Raises RuntimeError when it does not learn it."""
    import torch

    torch.set_num_threads(1)  # such small matrices cost several threads five times as much
    lesson = lesson or transcripts_lesson()
    tokenizer = make_tokenizer(lesson=lesson)
    model = _new_model(tokenizer)
    batches = _batches(tokenizer, lesson)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3, weight_decay=0.0)
    for _ in range(ROUNDS_MAX):
        losses = []
        for batch in batches:
            loss = model(**batch).loss
            loss.backward()
            optimizer.step()
            optimizer.zero_grad()
            losses.append(loss.item())
        if max(losses) < 0.05 and all(_knows_all(model, batch) for batch in batches):
            break
    else:
        raise RuntimeError(f"the toy model did not learn its lesson: loss {max(losses):.4f}")
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def save_untrained(folder: Path) -> None:
    """Save a model that has learnt nothing."""
    tokenizer = make_tokenizer()
    _new_model(tokenizer).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _new_model(tokenizer: Any) -> Any:
    import torch
    from transformers import Qwen2Config, Qwen2ForCausalLM

    torch.manual_seed(0)
    config = Qwen2Config(
        vocab_size=len(tokenizer),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=4,
        max_position_embeddings=2048,
        tie_word_embeddings=False,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return Qwen2ForCausalLM._from_config(config, attn_implementation="eager")  # quicker than the other on a CPU


def _texts() -> Iterator[tuple[str, str]]:
    """Prompt and answer of every case, as they are tokenized."""
    for format_id, cases in CASES.items():
        for case in cases:
            prompt = f"<|im_start|>user\n{prompt_of(format_id, case)}{END}\n<|im_start|>assistant\n"
            yield prompt + ("<think>\n" if case.opened else ""), case.output + END


def make_tokenizer(more: Sequence[str] = (), lesson: Lesson | None = None) -> Any:
    """A byte-level BPE tokenizer with the formats' special tokens, and some more of those that vanish from the text."""
    lesson = lesson or transcripts_lesson()
    hidden = [*lesson.hidden, *more]
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=lesson.vocabulary_max + len(more),
        special_tokens=["<|endoftext|>", "<|im_start|>", END, *hidden],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((text for pair in lesson.pairs for text in pair), trainer)
    tokenizer.add_tokens([AddedToken(token, special=False, normalized=False) for token in lesson.visible])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=END,
        pad_token="<|endoftext|>",
        additional_special_tokens=["<|im_start|>", *hidden],
        chat_template=lesson.template,
    )


def _batches(tokenizer: Any, lesson: Lesson) -> list[dict[str, Any]]:
    """All pairs, the short ones together, so that little of a batch is padding; only answers count."""
    rows = []
    for prompt, answer in lesson.pairs:
        before, after = tokenizer.encode(prompt), tokenizer.encode(answer)
        rows.append((before + after, [-100] * len(before) + after))
    rows.sort(key=lambda row: len(row[0]))
    size = -(-len(rows) // BATCHES)
    return [_batch(rows[at : at + size], tokenizer.pad_token_id) for at in range(0, len(rows), size)]


def _batch(rows: list[tuple[list[int], list[int]]], pad: int) -> dict[str, Any]:
    import torch

    width = len(rows[-1][0])
    return {
        "input_ids": torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in rows]),
        "labels": torch.tensor([labels + [-100] * (width - len(labels)) for _, labels in rows]),
        "attention_mask": torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids, _ in rows]),
    }


def _knows_all(model: Any, batch: dict[str, Any]) -> bool:
    """Whether the likeliest next token is right everywhere, with a margin: then greedy decoding repeats the answers."""
    import torch

    with torch.no_grad():
        odds = model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).logits[:, :-1].softmax(-1)
    wanted = batch["labels"][:, 1:]
    counts = wanted != -100
    likelihood = odds.gather(-1, wanted.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return bool((likelihood[counts] > 0.9).all())
