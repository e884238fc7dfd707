"""Makes the modules of an unpacked vLLM importable without torch or anything else that computes.

In: a folder with the `vllm/*.py` of a wheel, named by its version. Out: `import vllm...` in this process finds that
version.

How: modules that decide what a client gets (the chat serving class, the protocol, the parsers) are run from the folder
as they are. Every other module that the folder has is replaced by a stand-in, whose every attribute is a class that can
be called, subclassed and asked for anything, and is false. So is every third-party package that vLLM imports and that
is missing here. A module that the folder lacks is missing as in that version: what looks for a feature finds what it
would find.

Promises: nothing of the version's own code is changed; one process holds one version, for all are called `vllm`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import logging
import re
import sys
import types
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

# What is run. The rest of vLLM computes on a GPU or reads options, and has no say in what a client gets, or where a
# grammar begins.
RUN = re.compile(
    r"""vllm\.(
      entrypoints(\.(openai|generate|serve))?
    | entrypoints\.openai\.(serving_chat|serving_engine|protocol|utils|engine|responses|chat_completion)
    | entrypoints\.openai\.engine\.(protocol|serving) | entrypoints\.openai\.responses\.protocol
    | entrypoints\.openai\.chat_completion\.(protocol|serving|stream_processor|message_assembly)
    | entrypoints\.generate\.base(\.(protocol|serving))? | entrypoints\.serve\.engine(\.protocol)?
    | entrypoints\.serve\.utils(\.tool_calls_utils)?
    | entrypoints\.openai\.tool_parsers(\..*)? | tool_parsers(\..*)?
    | reasoning(\..*)?
    | parser(\.(?!metrics$).*)?
    | v1\.structured_output
    | exceptions | envs
    | utils\.(collection_utils | import_utils | mistral)
    )""",
    re.VERBOSE,
)


class _AnyClass(type):
    """The class of stand-ins: whatever is asked of one, it is another."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = stand_in(name)
        setattr(cls, name, made)
        return made

    def __call__(cls, *arguments: Any, **named: Any) -> Any:
        if StandIn not in cls.__bases__:
            return super().__call__(*arguments, **named)  # a class of the version's own, on top of a stand-in
        wraps = len(arguments) == 1 and not named and callable(arguments[0])
        is_decorator = wraps and not isinstance(arguments[0], _AnyClass)
        return arguments[0] if is_decorator else cls

    def __getitem__(cls, _: Any) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter(())

    def __len__(cls) -> int:
        return 0

    def __bool__(cls) -> bool:
        return False

    def __or__(cls, _: Any) -> Any:
        return Any

    __ror__ = __or__

    def __lt__(cls, _: Any) -> bool:
        return False

    __le__ = __gt__ = __ge__ = __lt__


class StandIn(metaclass=_AnyClass):
    """Stands for what is not loaded."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(name)

    @classmethod
    def __get_pydantic_core_schema__(cls, *_: Any) -> Any:
        from pydantic_core import core_schema

        return core_schema.any_schema()


def stand_in(name: str) -> Any:
    return _AnyClass(name, (StandIn,), {})


class _StandInModule(types.ModuleType):
    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        setattr(self, name, stand_in(name))
        return self.__dict__[name]


class _StandInLoader(importlib.abc.Loader):
    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        module = _StandInModule(spec.name)
        module.__dict__.update(REAL_VALUES.get(spec.name, {}))
        return module

    def exec_module(self, module: types.ModuleType) -> None: ...


class _Finder(importlib.abc.MetaPathFinder):
    """Decides what is run, what stands in, and what is missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        package, *inner = name.split(".")
        if package != "vllm":
            return None
        place = self._folder.joinpath(package, *inner)
        if not place.is_dir() and not place.with_name(place.name + ".py").is_file():
            return None
        if RUN.fullmatch(name):
            return importlib.machinery.PathFinder.find_spec(name, [str(place.parent)])
        return importlib.machinery.ModuleSpec(name, _StandInLoader(), is_package=True)


class _MissingFinder(importlib.abc.MetaPathFinder):
    """The last one asked: packages that vLLM's modules import and this environment lacks."""

    def find_spec(self, name: str, *_: Any) -> importlib.machinery.ModuleSpec | None:
        package = name.partition(".")[0]
        if package == "vllm":
            return None  # what the version has not, it has not
        is_inside = isinstance(sys.modules.get(package), _StandInModule)
        is_wanted = is_inside or (name == package and package.isidentifier() and _is_wanted_by_vllm())
        return importlib.machinery.ModuleSpec(name, _StandInLoader(), is_package=True) if is_wanted else None


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


def _as_list(values: Any) -> list[Any]:
    return list(values)


def _is_list_of(value: Any, kind: Any, **_: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)


def _import_from_path(name: str, path: str) -> Any:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _new_call_id(*_: Any, **__: Any) -> str:
    return "chatcmpl-tool-" + uuid.uuid4().hex


def _named(qualified: str) -> Any:
    module, _, name = qualified.rpartition(".")
    return getattr(importlib.import_module(module), name)


class _Log(logging.LoggerAdapter):  # type: ignore[type-arg]  # not generic when it is run
    def __getattr__(self, name: str) -> Any:
        return getattr(self.logger, name.removesuffix("_once"))


_CALL_IDS = {
    "make_tool_call_id": _new_call_id,
    "random_tool_call_id": _new_call_id,
    "get_tool_call_id_type": lambda *_: "random",
    "get_history_tool_calls_cnt": lambda *_: 0,
}
# Values that count, of modules that are not run.
REAL_VALUES: dict[str, dict[str, Any]] = {
    "vllm.logger": {"init_logger": lambda name: _Log(logging.getLogger(name), {})},
    "vllm.utils": {
        "as_list": _as_list,
        "is_list_of": _is_list_of,
        "import_from_path": _import_from_path,
        "resolve_obj_by_qualname": _named,
        "random_uuid": lambda: uuid.uuid4().hex,
    },
    "vllm.entrypoints.chat_utils": _CALL_IDS,
    "vllm.renderers.chat_utils": _CALL_IDS,
    "vllm.parser.metrics": {"record_tool_parser_invocation": lambda **_: None},
    "vllm.entrypoints.utils": {"should_include_usage": lambda *_: (False, False)},
    "vllm.entrypoints.serve.utils.api_utils": {"should_include_usage": lambda *_: (False, False)},
    # Older protocols bound integer fields by it.
    "torch": {"iinfo": lambda _: types.SimpleNamespace(min=-(2**63), max=2**63 - 1), "__version__": "2.9.0"},
}


def install(folder: Path) -> tuple[int, ...]:
    """Make the vLLM in `folder` the one that this process imports; return its number."""
    package = _StandInModule("vllm")  # not its own `__init__`, which wants torch
    package.__path__ = [str(folder / "vllm")]
    version = types.ModuleType("vllm.version")
    number = tuple(int(part) for part in folder.name.split("."))
    package.__version__ = version.__version__ = folder.name  # type: ignore[attr-defined]
    version.__version_tuple__ = number  # type: ignore[attr-defined]
    package.version = version  # type: ignore[attr-defined]
    sys.modules.update({"vllm": package, "vllm.version": version})
    if importlib.util.find_spec("regex") is None:
        sys.modules["regex"] = re
    sys.meta_path.insert(0, _Finder(folder.resolve()))
    sys.meta_path.append(_MissingFinder())
    return number


def first(*names: str) -> Any:
    """The first of some objects that this version has, each named with its module."""
    for name in names:
        try:
            return _named(name)
        except (ImportError, AttributeError):
            continue
    raise ImportError(f"none of {', '.join(names)}")
