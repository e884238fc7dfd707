"""The parser modules of any vLLM version, imported without torch, a GPU or an installed vLLM.

In: a folder with the version's unpacked `vllm/*.py`. Out: its own protocol classes, parser managers and composed
parser, and a tokenizer to go with them. It needs pydantic and openai.

How: an import finder decides for each module. The few that parsing consists of are the version's own; all else that the
version has becomes a module of stand-ins, and so does every package that is not installed. What the version does not
have cannot be imported, so a plugin looks for its places as it would in the real thing. One version a process.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import inspect
import logging
import re
import sys
import types
import uuid
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

# A module is the version's own if it is one of these or lies below one that ends with a dot.
OWN = (
    "vllm.entrypoints",
    "vllm.entrypoints.openai",
    "vllm.entrypoints.openai.protocol",
    "vllm.entrypoints.openai.chat_completion",
    "vllm.entrypoints.openai.chat_completion.protocol",
    "vllm.entrypoints.openai.engine",
    "vllm.entrypoints.openai.engine.protocol",
    "vllm.entrypoints.openai.responses",
    "vllm.entrypoints.openai.responses.protocol",
    "vllm.entrypoints.openai.tool_parsers",
    "vllm.entrypoints.openai.tool_parsers.",
    "vllm.entrypoints.generate",
    "vllm.entrypoints.generate.base",
    "vllm.entrypoints.generate.base.protocol",
    "vllm.entrypoints.serve",
    "vllm.entrypoints.serve.engine",
    "vllm.entrypoints.serve.engine.protocol",
    "vllm.envs",
    "vllm.exceptions",
    "vllm.parser",
    "vllm.parser.",
    "vllm.reasoning",
    "vllm.reasoning.",
    "vllm.tool_parsers",
    "vllm.tool_parsers.",
    "vllm.utils.collection_utils",
    "vllm.utils.import_utils",
)
NEVER_OWN = ("vllm.parser.metrics",)


class _Standin(type):
    """A class that may stand for a base class, a decorator, a type or a value, and for all of its attributes."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = standin(name)
        setattr(cls, name, made)
        return made

    def __call__(cls, *given: Any, **named: Any) -> Any:
        if not cls.__dict__.get("is_standin"):
            return super().__call__(*given, **named)  # somebody's class with a stand-in for a base
        decorates = len(given) == 1 and not named and callable(given[0]) and not isinstance(given[0], _Standin)
        return given[0] if decorates else cls

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __or__(cls, _: Any) -> Any:
        return Any

    __ror__ = __or__

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0

    def __lt__(cls, _: Any) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


def standin(name: str) -> Any:
    def any_schema(*_: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.any_schema()

    values = {"is_standin": True, "__init__": lambda *_, **__: None, "__module__": "standin"}
    return _Standin(name, (), {**values, "__get_pydantic_core_schema__": staticmethod(any_schema)})


class _Module(types.ModuleType):
    """A module that has whatever is asked of it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.__path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = standin(name)
        setattr(self, name, made)
        return made


class _Log(logging.LoggerAdapter):  # type: ignore[type-arg]
    def __getattr__(self, name: str) -> Any:
        if name.endswith("_once"):
            return getattr(self.logger, name.removesuffix("_once"))
        raise AttributeError(name)


def _call_id(*_: Any, **__: Any) -> str:
    return "chatcmpl-tool-" + uuid.uuid4().hex


def _module_at(name: str, path: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _named(qualified: str) -> Any:
    module, _, name = qualified.rpartition(".")
    return getattr(importlib.import_module(module), name)


_ids = {"random_tool_call_id": _call_id, "make_tool_call_id": _call_id, "get_tool_call_id_type": lambda _: "random"}

# Functions of stand-in modules that something must come of.
WORKING: dict[str, dict[str, Any]] = {
    "vllm.logger": {"init_logger": lambda name: _Log(logging.getLogger(name), {})},
    "vllm.utils": {
        "random_uuid": lambda: uuid.uuid4().hex,
        "is_list_of": lambda value, kind, **_: isinstance(value, list) and all(isinstance(one, kind) for one in value),
        "import_from_path": _module_at,
        "resolve_obj_by_qualname": _named,
    },
    "vllm.entrypoints.chat_utils": _ids,
    "vllm.renderers.chat_utils": _ids,
    "vllm.parser.metrics": {"record_tool_parser_invocation": lambda **_: None},
    # The bounds of an integer are the limits of a field, up to 0.14.
    "torch": {"iinfo": lambda _: types.SimpleNamespace(min=-(2**63), max=2**63 - 1), "__version__": "2.9.0"},
}


class _Loader(importlib.abc.Loader):
    def create_module(self, spec: Any) -> Any:
        module = _Module(spec.name)
        module.__dict__.update(WORKING.get(spec.name, {}))
        return module

    def exec_module(self, module: Any) -> None:
        """There is nothing to run."""


def _of_standins(name: str) -> Any:
    return importlib.machinery.ModuleSpec(name, _Loader(), is_package=True)


class _OfVersion(importlib.abc.MetaPathFinder):
    """Finds the modules of one version."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        if not name.startswith("vllm."):
            return None
        place = self._folder.joinpath(*name.split("."))
        exists = place.is_dir() or place.with_suffix(".py").is_file()
        is_own = name in OWN or any(name.startswith(own) for own in OWN if own.endswith("."))
        if is_own and name not in NEVER_OWN:
            return importlib.machinery.PathFinder.find_spec(name, [str(place.parent)]) if exists else None
        return _of_standins(name) if exists or name in WORKING else None


class _NotInstalled(importlib.abc.MetaPathFinder):
    """Comes last: what vLLM's modules import and nobody has installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:  # noqa: ARG002
        top = name.partition(".")[0]
        known = isinstance(sys.modules.get(top), _Module)
        if known or (name == top and top.isidentifier() and _is_wanted_by_vllm()):
            return _of_standins(name)
        return None


def _is_wanted_by_vllm() -> bool:
    """Whether the import that is going on stands in a module of vLLM."""
    frame = sys._getframe()
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        if not name.startswith(("importlib", "_frozen_importlib", __name__)):
            return name.startswith("vllm.")
        assert frame.f_back is not None
        frame = frame.f_back
    return False


def use(folder: Path) -> tuple[int, ...]:
    """Make `vllm` mean the version in `folder`, for the rest of this process; return its number."""
    package = types.ModuleType("vllm")
    package.__path__ = [str(folder / "vllm")]  # and its `__init__` is not run: it imports torch
    package.__version__ = folder.name  # type: ignore[attr-defined]
    version = types.ModuleType("vllm.version")
    version.__version__ = folder.name  # type: ignore[attr-defined]
    version.__version_tuple__ = number = tuple(int(part) for part in folder.name.split("."))  # type: ignore[attr-defined]
    package.version = version  # type: ignore[attr-defined]
    sys.modules.update({"vllm": package, "vllm.version": version})
    sys.meta_path.insert(0, _OfVersion(folder))
    sys.meta_path.append(_NotInstalled())
    return number


def first(*names: str) -> Any:
    """The first of some objects that this version has."""
    for name in names:
        try:
            return _named(name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"none of {', '.join(names)}")


class Tokenizer:
    """Special tokens, words and single characters; whatever is new gets the next id.

    `hides`: the markup is among the tokens that are no text unless a request asks for them.
    """

    END, TURN = "<|end of answer|>", "<|turn|>"

    def __init__(self, markup: Iterable[str], *, hides: bool = False) -> None:
        tokens = [self.END, self.TURN, *markup]
        self._ids = {token: number for number, token in enumerate(dict.fromkeys(tokens))}
        self._texts = dict(enumerate(self._ids))
        longest_first = sorted(self._ids, key=len, reverse=True)
        self._split = re.compile("|".join([*map(re.escape, longest_first), r" ?[A-Za-z]+", r"\s+", "."]), re.DOTALL)
        self.eos_token, self.eos_token_id = self.END, self._ids[self.END]
        self.all_special_tokens = list(self._ids) if hides else [self.END, self.TURN]
        self.all_special_ids = [self._ids[token] for token in self.all_special_tokens]

    def get_vocab(self) -> dict[str, int]:
        return self._ids

    vocab = property(get_vocab)

    def encode(self, text: str, **_: Any) -> list[int]:
        return [self._id(part) for part in self._split.findall(text)]

    def _id(self, part: str) -> int:
        number = self._ids.setdefault(part, len(self._ids))
        self._texts[number] = part
        return number

    def decode(self, ids: Sequence[int], **_: Any) -> str:
        return "".join(self._texts[number] for number in ids)

    def convert_tokens_to_ids(self, token: str) -> int | None:
        return self._ids.get(token)


def make(parser: Any, tokenizer: Any, *tools: Any, **named: Any) -> Any:
    """A parser, made with as many arguments as it takes."""
    takes = inspect.signature(parser.__init__).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())
    given = tools if len(takes) > 2 else ()
    return parser(tokenizer, *given, **(named if takes_any else {}))
