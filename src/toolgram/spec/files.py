"""The file of a spec: its name and its text, or what is wrong with them.

In: a path, perhaps from a stranger. Out: text, and a diagnostic where there is none. A link is followed, and the format
is named after the link; what is no regular file (a device, a pipe) is not opened, for it may never end.
"""

from __future__ import annotations

import re
import shlex
import stat
from pathlib import Path

from ..diagnostics import Diagnostic, printable
from ..fixes import Fix
from .limits import FILE_BYTES_MAX

# What the id of a format is made of: it becomes the name of files, of parsers in vLLM, and a part of commands.
is_id = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]*", re.ASCII).fullmatch
ID_WORDS = "letters from A to Z, digits, `_`, `.` and `-`, and begins with a letter or a digit"


def read_file(path: Path) -> tuple[str, Diagnostic | None]:
    """Return the text of a spec, or an empty text and why there is none. Raises OSError."""
    if not stat.S_ISREG(path.stat().st_mode):
        return "", Diagnostic("no-file", "a spec is a file with text in it", None, hint="copy the text into a file")
    with path.open("rb") as file:
        found = file.read(FILE_BYTES_MAX + 1)
    if len(found) > FILE_BYTES_MAX:
        return "", too_large(f"the spec is longer than {FILE_BYTES_MAX:,} bytes")
    try:
        return found.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n"), None
    except UnicodeDecodeError as error:
        line = found.count(b"\n", 0, error.start) + 1
        message = f"line {line} is not UTF-8"
        coding = "UTF-16" if found.startswith((b"\xff\xfe", b"\xfe\xff")) else "WINDOWS-1252"
        shown, other = shlex.quote(str(path)), shlex.quote(str(path.with_name(f"{path.stem}_utf8.lark")))
        fix = Fix("save the file as UTF-8", command=f"iconv -f {coding} -t UTF-8 {shown} > {other}")
        return "", Diagnostic("not-utf-8", message, None, hint=fix)


def too_large(message: str) -> Diagnostic:
    """What is said of a spec that is too large as a whole."""
    return Diagnostic("too-large", message, None, hint="make two formats of it")


def check_id(format_id: str) -> list[Diagnostic]:
    """Check the name of a spec's file, without its suffix: `bad-id`."""
    if is_id(format_id):
        return []
    message = f"`{printable(format_id)}` cannot be the id of a format"
    better = re.sub(r"[^A-Za-z0-9_.\-]+", "_", format_id).strip("_.-") or "my_format"
    fix = Fix("give the file another name", command=f"mv {shlex.quote(f'{format_id}.lark')} {better}.lark")
    return [Diagnostic("bad-id", message, None, note=f"an id has {ID_WORDS}", hint=fix)]
