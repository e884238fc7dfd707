"""How the prompt of a model opens its turn.

In: a chat template. Out: the text that stands between the end of what the user said and the first word of the model,
or as much of it as is the same in every prompt.

A template is asked for a short conversation, with and without the opener of a turn. What comes with it is the opener.
Where nothing comes (the closer of the user's turn opens the model's), it is what stands behind the user's last word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from . import ChatTemplate

SAID = "Hello there"
TALK = [{"role": "user", "content": SAID}]


def opener_of_turn(template: ChatTemplate, tokens: Mapping[str, str], openers: Iterable[str] = ()) -> str:
    """Return what opens the model's turn; it ends in front of the first of some openers. Raises TemplateError."""
    prompt = template.render(TALK, None, tokens, ask=True)
    without = template.render(TALK, None, tokens)
    found = prompt[len(without) :] if prompt.startswith(without) else ""
    if not found and SAID in prompt:
        found = prompt.rpartition(SAID)[2]
    for opener in openers:
        found = found.partition(opener)[0]
    return found


def tokens_of(config: Mapping[str, object]) -> dict[str, str]:
    """The special tokens that a chat template may write, of a `tokenizer_config.json`.

    >>> tokens_of({"bos_token": "<s>", "eos_token": {"content": "</s>"}, "pad_token": None})
    {'bos_token': '<s>', 'eos_token': '</s>'}
    """
    found = {}
    for name in ("bos_token", "eos_token", "pad_token", "unk_token"):
        value = config.get(name)
        text = value.get("content") if isinstance(value, Mapping) else value
        if isinstance(text, str):
            found[name] = text
    return found
