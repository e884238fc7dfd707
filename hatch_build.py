"""The compiled wheel: with `TOOLGRAM_COMPILED=1`, the runtime's modules stand beside their sources, compiled by mypyc.

In: the sources of the runtime. Out: extension modules in the wheel. Python imports them where it would import the
sources, which stay for `toolgram build`.

Promises: without the variable nothing happens here, and no C compiler is asked for; a checkout is never compiled, for
all of it happens in a folder of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

RUNTIME = Path("toolgram", "runtime")
# What users hold in their hands behaves in a compiled wheel as it does without: immutable, with its documentation.
PURE = ("__init__.py", "events.py", "immutable.py", "message.py")


class CompiledRuntime(BuildHookInterface):
    """Compiles the runtime for a wheel, if that was asked for."""

    def dependencies(self) -> list[str]:
        """What a build needs besides, where it compiles."""
        return ["mypy[mypyc]~=2.4"] if _is_wanted() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile, and tell hatchling what goes into the wheel."""
        if not _is_wanted() or version == "editable":
            return
        self._folder = TemporaryDirectory()
        root = Path(self._folder.name)
        shutil.copytree(Path(self.root, "src", RUNTIME), root / RUNTIME)
        (root / "toolgram" / "__init__.py").touch()
        files = sorted(path.relative_to(root) for path in (root / RUNTIME).rglob("*.py") if path.name not in PURE)
        options = {"MYPYC_OPT_LEVEL": "2", "MYPYC_DEBUG_LEVEL": "0", **os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "mypyc", "--strict", *map(str, files)],
            cwd=root,
            env=options,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"the runtime was not compiled:\n{done.stdout}")
        shutil.rmtree(root / "build")
        made = [path for suffix in ("*.so", "*.pyd") for path in root.rglob(suffix)]
        build_data["force_include"].update({str(path): path.relative_to(root).as_posix() for path in made})
        build_data.update(pure_python=False, infer_tag=True)

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:  # noqa: ARG002
        """Remove what the wheel was made of."""
        if hasattr(self, "_folder"):
            self._folder.cleanup()


def _is_wanted() -> bool:
    return os.environ.get("TOOLGRAM_COMPILED", "0") not in ("", "0")
