"""Names of models, as the pages of the formats have them.

In: a name, with or without the organisation before it. Out: how exactly each format's page names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from .facts import Facts

NAME_MAX = 200  # characters of a name that is looked at
FULL = 1000  # a name with its organisation says more than any length of the rest

# What people put behind the name of a model whose weights they have rewritten.
REWRITTEN = re.compile(
    r"[-_.](?:gguf|awq|gptq|fp8|fp4|nvfp4|mxfp4|int[48]|w\d+a\d+|bnb|mlx|exl[23]|[2-8]bit|q\d\w*|bf16|quantized).*$"
)


def named_by(formats: Iterable[Facts], names: Iterable[str]) -> dict[str, int]:
    """The formats whose pages name one of some models: more is more exact."""
    found: dict[str, int] = {}
    for facts in formats:
        score = max((_score(pattern, name) for pattern in facts.models for name in names), default=0)
        if score:
            found[facts.id] = score
    return found


def _score(pattern: str, name: str) -> int:
    """How many letters of a pattern a name has, if it fits; with its organisation it counts more.

    >>> _score("Qwen/Qwen3-*", "Qwen/Qwen3-8B"), _score("Qwen/Qwen3-*", "unsloth/qwen3-8b-gguf"), _score("a/B", "c")
    (1011, 6, 0)
    """
    pattern, name = pattern.lower(), name[:NAME_MAX].lower().strip("/")
    short = REWRITTEN.sub("", name)
    exact = len(pattern.replace("*", ""))
    if fnmatchcase(name, pattern) or fnmatchcase(short, pattern):
        return FULL + exact
    _, _, model = pattern.rpartition("/")
    own = model.replace("*", "")
    if len(own) < 4:
        return 0
    fits = any(fnmatchcase(one.rpartition("/")[2], model) for one in (name, short))
    return len(own) if fits else 0
