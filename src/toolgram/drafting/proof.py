"""Whether a draft is right: it compiles, reads its own sample, and gets back what the template was given.

In: the text of a spec, and a chat template. Out: the format, the diagnostics, the round trips.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..chat_templates import ChatTemplate, TemplateError
from ..diagnostics import Report
from ..formats import Format
from ..machine.compile import compile_spec
from ..spec import read_text
from ..testing.samples import check_sample
from ..testing.templates import NothingToCompareError, RoundTrips, check_round_trips


def compiled(name: str, text: str) -> tuple[Format | None, Report]:
    """Compile the text of a spec, and read its sample; the format is None where there are errors."""
    spec, report = read_text(f"{name}.lark", text)
    if spec is None:
        return None, report
    machine, found = compile_spec(name, spec)
    report.extend(found)
    if machine is None:
        return None, report
    fmt = Format(machine.model_dump())
    report.extend(check_sample(fmt, spec).diagnostics)
    return fmt, report


def tried(
    fmt: Format, template: ChatTemplate, count: int, options: Mapping[str, Any] | None = None
) -> tuple[RoundTrips | None, str]:
    """What comes back through a template, or why nothing could be compared."""
    try:
        return check_round_trips(fmt, template, count=count, options=options), ""
    except (TemplateError, NothingToCompareError) as problem:
        return None, str(problem)
