"""Which model writes which format.

In: the settings, and the server's list of models. Out: the format of a request's model, or None: it is left alone.

How: the first pattern of `--map` that fits the model's name; else `--format`; with `auto`, what the server's list says
of the model: its own name and the name or the folder that it was loaded from. A folder is looked into only if the
server is on this machine.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from ..formats import Format, load
from ..which import Given, GivenError, identify, read_given
from .settings import Settings

SURE_ENOUGH = ("sure", "likely")
log = logging.getLogger("toolgram.proxy")


class Formats:
    """The formats of the models of one server."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._told: dict[str, Format | None] = {}  # by the list of models

    def of(self, model: Any) -> Format | None:
        """The format that a model writes, as far as it is known."""
        name = model if isinstance(model, str) else ""
        for pattern, fmt in self._settings.maps:
            if fnmatchcase(name.lower(), pattern.lower()):
                return fmt
        return self._settings.format or self._told.get(name)

    def wants_list(self, model: Any) -> bool:
        """Whether the server's list of models may say more of a model than is known."""
        return self._settings.asks_models and isinstance(model, str) and model not in self._told and not self.of(model)

    def learn(self, models: Any, *, is_near: bool) -> None:
        """Take note of a list of models, as `GET /v1/models` has it. It may take seconds: call it in a thread."""
        for entry in models.get("data", []) if isinstance(models, Mapping) else []:
            name = entry.get("id") if isinstance(entry, Mapping) else None
            if isinstance(name, str) and name not in self._told:
                self._told[name] = self._identified(name, entry.get("root"), is_near=is_near)

    def _identified(self, name: str, root: Any, *, is_near: bool) -> Format | None:
        names = [name, *([root] if isinstance(root, str) and root != name else [])]
        found = identify(_given(names, is_near=is_near))
        if found.format is None or found.verdict not in SURE_ENOUGH:
            log.warning("%s: no format is known for it, so its answers are left alone; say --map '%s=NAME'", name, name)
            return None
        log.info("%s: read as %s (%s: %s)", name, found.format, found.verdict, "; ".join(found.reasons[:1]))
        return load(found.format)


def _given(names: Iterable[str], *, is_near: bool) -> Given:
    """What the names of a model say, or the folder that one of them is."""
    names = tuple(names)
    for name in names if is_near else ():
        try:
            if Path(name).is_dir():
                return read_given(Path(name))
        except (OSError, GivenError):
            continue
    return Given(names=names)
