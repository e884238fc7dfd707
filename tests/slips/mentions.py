"""Calls that are only mentioned in a sentence, and prose between the openers of a call that is one."""

from __future__ import annotations

from collections.abc import Iterator

import toolgram
from slips import STRICT, Sample, Slip, Trial

SENTENCES = (
    "You can write `{}` to start one. Shall I?",
    "You can write {} to start one. Shall I?",
    'Say "{}": it takes a city.',
    "It is {}... and so on",
    "Write {} {{city}}, then `days`",
    "Write {}\n\nThen a city.",
)
PROSE = "Let me check."


def _head(sample: Sample) -> tuple[int, int]:
    """The numbers of the part that is the name, and of the part behind the delimiter that ends it."""
    names = [number for number, (what, text) in enumerate(sample.parts) if what == "name" or sample.call[0] in text]
    name = names[0]
    end = name + 1
    while end < len(sample.parts) and sample.parts[end][0] == "blanks":
        end += 1
    is_quoted = sample.parts[name][1].rstrip().endswith(('"', ":"))
    return name, name + 1 if is_quoted or end == len(sample.parts) or sample.parts[end][0] != "markup" else end + 1


def heads(sample: Sample) -> Iterator[str]:
    """The call's openers up to the end of its name, and the same without the outer ones."""
    name, end = _head(sample)
    begins_call = [number for number in sample.numbers("markup") if number < name] or [name]
    for begin in begins_call:
        yield "".join(text for _, text in sample.parts[begin:end])


def mention(sample: Sample) -> Iterator[Trial]:
    """The beginning of a call in a sentence."""
    if sample.format in MESSAGES:
        return
    for head in heads(sample):
        for sentence in SENTENCES:
            text = sentence.format(head)
            yield Trial(text, right=((),), content=text)


def mention_in_thoughts(sample: Sample) -> Iterator[Trial]:
    """The same in the thoughts, which are closed behind it, with an answer."""
    machine = toolgram.load(sample.format).machine
    if "reasoning" not in machine.inside or not machine.reasoning_closers or sample.format in MESSAGES:
        return
    closer = machine.reasoning_closers[0].replace("{suffix}", ":6124c78e")
    for head in heads(sample):
        for sentence in SENTENCES:
            text = sentence.format(head)
            yield Trial(text + closer, right=((),), reasoning=text, inside="reasoning")


def prose(sample: Sample) -> Iterator[Trial]:
    """Prose between two openers of the call."""
    name, _ = _head(sample)
    openers = [number for number in sample.numbers("markup") if number < name]
    for number in openers[:-1]:
        behind = next(what for what, _ in sample.parts[number + 1 :] if what != "blanks")
        if behind != "markup":  # a key or an id is written there
            continue
        text = sample.replaced((number, sample.parts[number][1] + PROSE))
        yield Trial(text, right=((sample.call,),), content=PROSE)
        if number == openers[0] and sample.format not in AT_BEGINNING:
            yield Trial(f"Well, now.\n{text}", right=((sample.call,),), content=f"Well, now.{PROSE}")
            yield Trial(f"Well, now. {text}", right=((sample.call,),), content=f"Well, now.{PROSE}")


# Formats whose calls stand in messages of their own: their delimiters end or begin messages wherever they stand.
MESSAGES = ("beam", "kimi_k3", "llm_jp4", "muse", "muse_glimmer", "openai")
AT_BEGINNING = ("guided_json", "llama3_json", "pythonic", "xlam")  # a call is one at the beginning of a reply only
SLIPS = (
    Slip("K40", "a mention in the content", mention),
    Slip("K41", "a mention in the thoughts", mention_in_thoughts),
    Slip(
        "K52",
        "prose between the openers of a call",
        prose,
        excused={
            "command_r": "it stands inside of the JSON",
            "kimi_k2": "it stands before the id, whose beginning `functions.` may be left out",
            "gemma4": "`call` and `:` are one opener in two parts",
            **STRICT,
        },
    ),
)
