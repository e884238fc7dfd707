"""Every example in a docstring is true. The plugin's modules import vLLM, and have theirs run beside it.

The docstrings are those of the sources, and what they call is the module: a compiled module has no docstrings.
"""

from __future__ import annotations

import ast
import doctest
from importlib import import_module
from pathlib import Path

import pytest

import toolgram

ROOT = Path(toolgram.__file__).parent
HOST = ROOT / "targets" / "vllm" / "host"
WITH_EXAMPLES = [
    path
    for path in sorted(ROOT.rglob("*.py"))
    if ">>> " in path.read_text(encoding="utf-8") and not path.is_relative_to(HOST)
]


def _name(path: Path) -> str:
    return ".".join(("toolgram", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__")


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=_name)
def test_examples_are_true(path: Path) -> None:
    module, runner = import_module(_name(path)), doctest.DocTestRunner()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            name = getattr(node, "name", module.__name__)
            text, line = ast.get_docstring(node) or "", node.body[0].lineno - 1
            runner.run(doctest.DocTestParser().get_doctest(text, dict(vars(module)), name, str(path), line))
    assert runner.tries
    assert not runner.failures
