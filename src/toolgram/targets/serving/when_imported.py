"""Doing something with a module as soon as it is there, and not importing it for that.

A server's registries take seconds to import, and a process without a server does not need them: so they are met when
the server itself imports them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType


def when_imported(name: str, use: Callable[[ModuleType], None]) -> None:
    """Call `use` with the module of that name: now, if it is imported, else right after its import."""
    module = sys.modules.get(name)
    if module is not None:
        use(module)
    else:
        sys.meta_path.insert(0, _Watch(name, use))


class _Watch(MetaPathFinder):
    """Finds one module, once, as all others together would have found it."""

    def __init__(self, name: str, use: Callable[[ModuleType], None]) -> None:
        self._name, self._use = name, use

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,  # noqa: ARG002  the finders behind this one look it up themselves
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if fullname != self._name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(fullname)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader, self._use)
        return spec


class _Loader(Loader):
    """Another loader, and a word after it."""

    def __init__(self, loader: Loader, use: Callable[[ModuleType], None]) -> None:
        self._loader, self._use = loader, use

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._use(module)
