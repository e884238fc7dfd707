"""A format's files as one that stands alone.

In: the text of its own file, of the runtime beside it, and of its machine. Out: one text.

How: the file of a format is its docstring, then what it loads from beside itself, then what is of this format. What it
would load takes the place of the middle, and the sentence about it in the docstring is another.

Promise: standard library only, CPython 3.9. The same module is in `generated/standalone.py`, so that both ways give the
same bytes.
"""

from __future__ import annotations

SEAM = "# What lies beside this file: its tables, and the code that all formats share"
FORMAT = "\n# This format\n"
FUTURE = "from __future__ import annotations\n"
NEEDS, MAKES = "Its code is", "makes a single file of all three."


def needs(format_id: str, options: str = "") -> str:
    """What a format's own file says of the files beside it; `options` of the command that joins them."""
    return (
        f"{NEEDS} in _runtime.py beside it, its tables are in {format_id}.json there or in ../machine/. The\n"
        f"command `python ../standalone.py {format_id}{options}` {MAKES}"
    )


def join(own: str, runtime: str, machine: str) -> str:
    """Make one file. Raises ValueError when the texts are not those of a build."""
    head, seam, rest = own.partition(SEAM)
    _, form, tail = rest.partition(FORMAT)
    _, future, code = runtime.partition(FUTURE)
    if not (seam and form and future):
        raise ValueError("these files were built by another toolgram: rebuild, or use those of one build")
    tables = machine.rstrip("\n").replace("'''", "\\u0027\\u0027\\u0027")
    loaded = f"MACHINE: Dict[str, Any] = json.loads(r'''\n{tables}\n''')\n"
    return f"{_alone(head)}{code.strip()}\n\n\n{loaded}{form}{tail}"


def _alone(head: str) -> str:
    """The head of a file that needs no other."""
    first, _, behind = head.partition(NEEDS)
    _, _, rest = behind.partition(MAKES)
    return f"{first}This file stands alone: it needs no other of toolgram.{rest}"
