"""The `typescript` target: a format as a module of JavaScript, and its type.

In: a Subject. Out: the source of `generated/typescript/formats/X.js`, whose default export is the machine, and of the
`X.d.ts` beside it. The code that runs a machine is the npm package `toolgram` (its sources are in `typescript/`), which
the module does not import: whoever bundles a page takes the formats that are used, and one copy of the code.

Note [why the tables are a text]
`JSON.parse` of a text is read faster than the same tables as an object literal, and a key called `__proto__` stays one.
"""

from __future__ import annotations

import json
from typing import Any

from ...diagnostics import printable
from ..render import render
from ..subject import Subject


def render_typescript(subject: Subject) -> str:
    """Write the module of a format."""
    lines = [
        f"{subject.title}.",
        "",
        f"Models: {subject.models}",
        f"Most characters that are ever held: {subject.bounds}.",
    ]
    comment = "\n".join(f" * {_in_comment(line)}".rstrip() for line in lines)
    tables = _as_literal(json.loads(subject.machine.to_json()))
    return render("typescript/format.js.jinja", subject, comment=comment, tables=tables)


def render_types(subject: Subject) -> str:
    """Write the declaration of that module's type."""
    return render("typescript/format.d.ts.jinja", subject)


def _in_comment(line: str) -> str:
    return printable(line).replace("*/", "* /")


def _as_literal(tables: Any) -> str:
    r"""Write data as a string literal of JavaScript that holds its JSON.

    >>> print(_as_literal({"a'b": "\\\n"}))
    '{"a\'b":"\\\\\\n"}'
    """
    text = json.dumps(tables, ensure_ascii=True, separators=(",", ":"))
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
