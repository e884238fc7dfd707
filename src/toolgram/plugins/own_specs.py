"""The names that a server is told: of the formats that came with toolgram, and of the operator's own specs.

In: the registry, and the folders of `$TOOLGRAM_FORMATS`. Out: names, each with its source: an id, an alias or the path
of a spec.

Promise: names are read out of file names and one line of each spec; only the operator's specs are compiled, in the
first process of a server; what does not compile is logged, and takes no other format away.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

from ..registry import formats_dir, names
from ..targets.serving.own_names import PREFIX

FOLDERS = "TOOLGRAM_FORMATS"  # the environment variable with the folders of the operator's own specs, as PATH has them


def installed() -> dict[str, str]:
    """The names of the formats that came with toolgram; an id comes before an alias of the same name."""
    folder = formats_dir()
    return {PREFIX + name: name for name in names(folder)}


def own_specs(log: logging.Logger) -> Iterator[tuple[str, str]]:
    """The operator's specs that compile. They are tried in the first process only: the others are started by it."""
    found: dict[str, Path] = {}
    for folder in filter(None, os.environ.get(FOLDERS, "").split(os.pathsep)):
        paths = sorted(Path(folder).resolve().glob("*.lark"))
        if not paths and is_first_process():
            log.warning("%s=%s: there is no .lark file in this folder", FOLDERS, _on_one_line(folder))
        for path in paths:
            if path.stem not in found:  # as in PATH, the first one counts
                found[path.stem] = path
            elif is_first_process():
                log.warning(
                    "%s is not used: %s comes first in %s", _on_one_line(path), _on_one_line(found[path.stem]), FOLDERS
                )
    shipped = set(names(formats_dir())) if found else set()
    for stem, path in found.items():
        if not is_first_process():
            yield PREFIX + stem, str(path)
        elif _compiles(path, log):
            if stem in shipped:
                log.info("%s is %s, and not the format that came with toolgram", PREFIX + stem, _on_one_line(path))
            yield PREFIX + stem, str(path)


def _compiles(path: Path, log: logging.Logger) -> bool:
    """Whether a spec has no errors; if it has, the log shows them as `toolgram check` does."""
    from toolgram import SpecError, load  # the compiler is loaded by those who bring their own specs

    try:
        load(path)
    except (SpecError, OSError) as error:
        log.error("%s is not registered, its spec has errors:\n%s", _on_one_line(PREFIX + path.stem), error)
        return False
    except Exception as error:  # one spec takes no other format away
        log.error("%s is not registered: %s", _on_one_line(PREFIX + path.stem), type(error).__name__, exc_info=error)
        return False
    return True


def _on_one_line(text: object) -> str:
    """A name as the log may show it: with nothing in it that hides or moves anything."""
    return str(text) if str(text).isprintable() else ascii(str(text))


def is_first_process() -> bool:
    """Whether this process was started by no other of the server."""
    return multiprocessing.parent_process() is None
