"""Files as they are written: whole or not at all, and nowhere but where they are said to go.

In: a path, bytes. Out: a file. Raises OSError.

Promise: a link that lies where a file is to come is replaced; what it leads to is not touched. Whoever reads the file
meanwhile reads the old one or the new one.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path


def write_file(path: Path, data: bytes) -> None:
    """Write a file. The folders above it are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name[:100]}.{os.getpid()}.draft")
    with suppress(FileNotFoundError):
        draft.unlink()  # of a run that was killed
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _mode_of(path))
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        draft.replace(path)
    except BaseException:
        draft.unlink()
        raise


def _mode_of(path: Path) -> int:
    """Who may read a file: as before, or as the system has it for new ones."""
    with suppress(OSError):
        found = path.lstat().st_mode
        if stat.S_ISREG(found):
            return stat.S_IMODE(found)
    return 0o666


def inner_folder(folder: Path, name: str) -> Path:
    """A folder in a folder that files are written to. Raises OSError: it is a link, and they would go elsewhere."""
    path = folder / name
    if path.is_symlink():
        raise OSError(errno.ENOTDIR, "is a link, and files would be written elsewhere: remove it", str(path))
    return path
