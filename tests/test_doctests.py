"""Every example in a docstring is true. The plugin's modules import vLLM, and have theirs run beside it."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

import toolgram

ROOT = Path(toolgram.__file__).parent
HOST = ROOT / "targets" / "vllm" / "host"
WITH_EXAMPLES = [
    ".".join(("toolgram", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")
    for path in sorted(ROOT.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8") and not path.is_relative_to(HOST)
]


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples_are_true(name: str) -> None:
    failed, tried = doctest.testmod(import_module(name))
    assert tried
    assert not failed
