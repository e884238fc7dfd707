"""What SGLang's serving classes import and a machine without its kernels and media libraries does not have.

In: nothing. Out: modules of those names, any attribute of which is a class that does nothing.

Only packages that are missing are stood in for, and only those that are named here: what a detector, a parser or a
serving class does is SGLang's own code.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
import types
from typing import Any

NAMES = (
    "torchvision",
    "torchaudio",
    "sgl_kernel",
    "decord",
    "torchao",
    "flashinfer",
    "soundfile",
    "av",
    "datasets",
    "gguf",
    "compressed_tensors",
    "timm",
    "einops",
    "hf_transfer",
    "modelscope",
    "torch_memory_saver",
    "pybase64",
    "blobfile",
    "py_spy",
    "mooncake",
    "openai_harmony",
    "quack",
    "tilelang",
    "sglang_kernel",
    "scipy",
)


class _Kind(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Kind(name, (Anything,), {})


class Anything(metaclass=_Kind):
    """A class, a function, a decorator, a number of a version."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        return arguments[0] if arguments else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class _Module(types.ModuleType):
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return _Kind(name, (Anything,), {})


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        if fullname.partition(".")[0] not in MISSING:
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: Any) -> Any:
        return _Module(spec.name)

    def exec_module(self, module: Any) -> None: ...


MISSING: set[str] = set()


def stand_in() -> None:
    """Have the missing packages found, behind all that are there."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        MISSING.update(name for name in NAMES if name not in sys.modules and importlib.util.find_spec(name) is None)
        sys.meta_path.append(_Finder())
        _take_configs_again()


def _take_configs_again() -> None:
    """An older SGLang registers configurations of models that this `transformers` has come to know by itself."""
    from transformers import AutoConfig

    register = AutoConfig.register
    AutoConfig.register = staticmethod(lambda name, config, **_: register(name, config, exist_ok=True))
