"""Delimiters of parameters left out: the opener of a key, whole or by half, the opener of a value."""

from __future__ import annotations

from collections.abc import Iterator

from strategies import spec_of

from slips import STRICT, Sample, Slip, Trial


def _trial(sample: Sample, text: str) -> Trial:
    expected = sample.case.expected
    return Trial(text, right=((sample.call,),), content=expected.content or "", reasoning=expected.reasoning)


def _markup_before(sample: Sample, number: int) -> int | None:
    """The number of the delimiter before a part, blanks aside, if it is longer than a bracket."""
    at = number - 1
    while at > 0 and sample.parts[at][0] == "blanks":
        at -= 1
    what, text = sample.parts[at]
    return at if what == "markup" and len(text) > 3 else None


def _key_openers(sample: Sample) -> list[int]:
    return [at for at in (_markup_before(sample, key) for key in sample.numbers("key")) if at is not None]


def key_opener(sample: Sample) -> Iterator[Trial]:
    """The opener before each key is missing."""
    for opener in _key_openers(sample):
        yield _trial(sample, sample.replaced((opener, "")))
        if sample.parts[opener - 1][0] == "blanks":
            yield _trial(sample, sample.replaced((opener - 1, ""), (opener, "")))


def half_key_opener(sample: Sample) -> Iterator[Trial]:
    """Of the opener before each key a half is missing: the first, the second, its bracket."""
    for opener in _key_openers(sample):
        text = sample.parts[opener][1]
        half = len(text) // 2
        for piece in (text[:half], text[half:], text[1:], text[:-1]):
            yield _trial(sample, sample.replaced((opener, piece)))


def value_opener(sample: Sample) -> Iterator[Trial]:
    """The opener of each value that has one besides the end of its key is missing."""
    for value in [*sample.numbers("value"), *sample.numbers("string")]:
        opener = _markup_before(sample, value)
        closer = None if opener is None else _markup_before(sample, opener)
        if opener is not None and closer is not None and sample.parts[closer - 1][0] == "key":
            yield _trial(sample, sample.replaced((opener, "")))


def string_delimiters(sample: Sample) -> Iterator[Trial]:
    """Of each string that one delimiter opens and closes, the opener is missing, or the closer."""
    for value in [*sample.numbers("value"), *sample.numbers("string")]:
        opener, closer = _markup_before(sample, value), value + 1
        if opener == value - 1 and sample.parts[closer] == sample.parts[opener]:
            yield _trial(sample, sample.replaced((opener, "")))
            yield _trial(sample, sample.replaced((closer, "")))


def other_marks(sample: Sample) -> Iterator[Trial]:
    """Behind a key that brackets and commas surround, an equals sign for a colon, or a colon for an equals sign."""
    for key in sample.numbers("key"):
        what, text = sample.parts[key + 1]
        if what == "markup" and text in OTHER_MARKS and _markup_before(sample, key) is None:
            yield _trial(sample, sample.replaced((key + 1, OTHER_MARKS[text])))


def any_delimiter(sample: Sample) -> Iterator[Trial]:
    """Any one delimiter behind the name is missing, in calls that are written in parameters."""
    first = max(sample.numbers("name"), default=-1)
    for number in sample.numbers("markup"):
        parts = sample.parts[number - 1 : number + 2]
        glues = {what for what, _ in parts} & {"name", "key"} and len(parts) == 3 and parts[2][0] == "markup"
        if (
            sample.numbers("key") and number > first >= 0 and not (glues and parts[2][1][:1].isalnum())
        ):  # one word, and well formed
            text = sample.replaced((number, ""))
            for token in spec_of(sample.format).meta.end_tokens:  # of what is text it would not be kept
                text = text.removesuffix(token)
            yield _trial(sample, text)


def call_opener(sample: Sample) -> Iterator[Trial]:
    """The delimiter before the name is missing, behind another, and a token vouches for the call."""
    name = min(sample.numbers("name"), default=0)
    before = [at for at in sample.numbers("markup") if at < name and len(sample.parts[at][1]) > 3]
    tokens = spec_of(sample.format).meta.special_tokens
    is_vouched = any(token in sample.text for token in tokens)
    if len(before) > 1 and before[-1] == name - 1 and is_vouched and before[-2] >= name - 3:
        yield Trial(
            sample.replaced((before[-1], "")), right=((sample.call,),), reasoning=sample.case.expected.reasoning
        )


def all_call_openers(sample: Sample) -> Iterator[Trial]:
    """All openers are missing, where a word stands between them and the name, and a token in the call."""
    name = min(sample.numbers("name"), default=0)
    tokens = spec_of(sample.format).meta.special_tokens
    openers = [at for at in sample.numbers("markup") if at < name and any(t in sample.parts[at][1] for t in tokens)]
    words = [sample.parts[at][1] for at in sample.numbers("markup") if at < name and at not in openers]
    if openers and words and words[0][0].isalpha() and "to=" not in words:
        yield _trial(sample, sample.replaced(*((at, "") for at in openers)))


OTHER_MARKS = {":": "=", "=": ":"}
BRACKETS = {"minimax_m3": "a half of the opener has the bracket in it that ends the key"}
WHICH = dict.fromkeys(
    ["deepseek_v32", "deepseek_v4", "deepseek_v41", "gigachat35"], "one of two openers is missing, which say the type"
)
DOUBT = {"gemma4": "where the closer is missing, a number may be the next parameter, or text of the string"}
NO_TOKEN = dict.fromkeys(["olmo3", "pythonic"], "no token vouches for the call, so nothing but the right mark does")
ENDS = [*WHICH, "beam", "dots", "mimo", "minicpm5", "minicpmv", "minimax_m2", "minimax_m2_append_think", "minimax_m3"]
ENDS += ["kimi_k3", "muse", "muse_glimmer", "qwen3_coder", "seed_oss", "step3", "step3p5"]
COMMAS = dict.fromkeys(["lfm2", "llama4_pythonic", "olmo3", "pythonic"], "without a comma the next value is unknown")
QUOTES = {"sarashina": "two single quotes in a row may be an apostrophe"}
BRACES = {"functiongemma": "without the brace, name and key are one word"}
ONE_WORD = {"solar_open": "without the delimiter, id and name are one word"}
KEYS = dict.fromkeys(ENDS, "where the end of a key is missing, key and value are one word")
SLIPS = (
    Slip("K02", "a key's opener left out", key_opener, STRICT),
    Slip("K02", "half of a key's opener left out", half_key_opener, {**STRICT, **BRACKETS}),
    Slip("K01", "a value's opener left out", value_opener, {**STRICT, **WHICH}),
    Slip("K05", "a string's opener or closer left out", string_delimiters, DOUBT),
    Slip("K07", "an equals sign for a colon", other_marks, NO_TOKEN),
    Slip(
        "K64", "the delimiter before the name left out", call_opener, {"k2_horizon": STRICT["k2_horizon"], **ONE_WORD}
    ),
    Slip("K08", "all openers of the call left out", all_call_openers, {}),
    Slip("K01", "any delimiter left out", any_delimiter, {**STRICT, **DOUBT, **COMMAS, **KEYS, **BRACES, **QUOTES}),
)
