"""The files of the playground: the page, and for each format its machine, its spec and its examples.

In: what travels with the package. Out: bytes by path, as a server answers them or as a folder holds them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..registry import HERE, format_paths, machines_dir, metadata_of
from ..runtime import VERSION
from ..testing.cases import Case, PageError, read_cases

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".lark": "text/plain; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


SERVER, PAGE = "server", "page"
ARCHIVE = "toolgram.zip"
SOURCES = (".py", ".lark", ".toml")


def page_dir() -> Path:
    """The folder of the page: in the wheel beside this package, in a checkout in `generated/`."""
    packaged = HERE / "_play"
    return packaged if packaged.is_dir() else HERE.parent.parent / "generated" / "play"


def files(*, compiles: object) -> Iterator[tuple[str, bytes]]:
    """All files, by their path below the page. `compiles`: what does, `SERVER`, `PAGE`, or nothing. Raises OSError."""
    for path in sorted(page_dir().iterdir()):
        yield path.name, path.read_bytes()
    listed = []
    for spec in format_paths():
        machine = machines_dir() / f"{spec.stem}.json"
        text = spec.read_text(encoding="utf-8")
        metadata = metadata_of(text)
        listed.append({"id": spec.stem, "title": metadata.get("title", ""), "models": metadata.get("models", [])})
        yield f"formats/{spec.stem}.lark", text.encode("utf-8")
        yield f"formats/{spec.stem}.json", machine.read_bytes()
        yield f"formats/{spec.stem}.cases.json", _json(_examples(spec.with_suffix(".md")))
    yield "formats/index.json", _json({"compiles": compiles or "", "version": VERSION, "formats": listed})


def write_files(folder: Path, python: Path | None = None) -> int:
    """Write the page as it is without a server, and say how many files it has. Raises OSError.

    `python` is a folder with Pyodide and the wheels that the compiler needs: with it, specs are compiled in the page.
    """
    found = dict(files(compiles=python and PAGE))
    if python is not None:
        found |= dict(_compiler_files(python))
    for name, data in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return len(found)


def _compiler_files(python: Path) -> Iterator[tuple[str, bytes]]:
    """Pyodide, the wheels, the compiler itself, and the list of what is to be unpacked."""
    wheels = []
    for path in sorted(path for path in python.iterdir() if path.is_file()):
        yield f"python/{path.name}", path.read_bytes()
        wheels += [path.name] if path.suffix == ".whl" else []
    yield f"python/{ARCHIVE}", _archive()
    yield "python/index.json", _json([*wheels, ARCHIVE])


def _archive() -> bytes:
    """The sources of this package and the specs of the registry, as a wheel has them; the same bytes each time."""
    sources = {
        path.relative_to(HERE.parent).as_posix(): path for suffix in SOURCES for path in HERE.rglob(f"*{suffix}")
    }
    specs = {f"toolgram/_formats/{path.name}": path for path in format_paths()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, path in sorted((sources | specs).items()):
            archive.writestr(zipfile.ZipInfo(name), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _examples(page: Path) -> list[dict[str, Any]]:
    """The cases of a page; of one that cannot be read there are none."""
    try:
        return [_example(case) for case in read_cases(page)]
    except (PageError, OSError):
        return []


def _example(case: Case) -> dict[str, Any]:
    return {"name": case.name, "text": case.text, "tools": case.tools, "inside": case.inside}


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
