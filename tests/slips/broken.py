"""Calls that break off before their arguments, and begin again."""

from __future__ import annotations

from collections.abc import Iterator

from slips import Sample, Slip, Trial
from slips.empty import VALUES

ARGUMENTS = (*VALUES, "key")


def _behind_name(sample: Sample) -> list[int]:
    """The places behind the name, up to where the first argument begins."""
    at, is_named, found = 0, False, []
    for what, text in sample.parts:
        if what in ARGUMENTS:
            break
        at += len(text)
        is_named = is_named or what == "name"
        found += [at] if is_named else []
    return found


def begins_again(sample: Sample) -> Iterator[Trial]:
    """All that stands before the arguments comes twice."""
    for at in _behind_name(sample):
        yield Trial(sample.text[:at] + sample.text, right=((sample.call,),))


SLIPS = (
    Slip(
        "K20",
        "begins again",
        begins_again,
        excused={
            "functionary_v32": "a name that has nothing around it is a call's only at the beginning of a line",
            "glm4": "as functionary_v32",
            "kimi_k3": "the call that broke off stands in a section that was begun, and is shown as incomplete",
            "llm_jp4": "as openai",
            "mirothinker": "arguments were begun, and then broke off: the call is shown as incomplete",
            "openai": "arguments were begun, and then broke off: the call is shown as incomplete",
            "plamo3": "the call that broke off stands in a section that was begun, and is shown as incomplete",
            "pythonic": "brackets and a bare name are no evidence of a call: the text is kept",
        },
    ),
)
