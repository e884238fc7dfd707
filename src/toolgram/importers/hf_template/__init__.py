"""Import a response template of Hugging Face transformers: from `tokenizer_config.json` to a spec and its page.

In: the text of the file, and the name of the format. Out: an `Imported`: a report about the file, and if there is no
error in it, the texts of `NAME.lark` and `NAME.md`.

The stages, in this order: `template.py` reads the file (`places.py` says where things stand in it), `regions.py` and
`calls.py` turn its fields into rules (`regex.py` reads a regex, `grammar.py` writes it), `prompt.py` asks the chat
template what the prompt opens, `write.py` writes spec and page.

Promises: the spec that comes out compiles; a template that a spec cannot say is refused, and every reason is told with
the path of the part that is the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ...diagnostics import Diagnostic, Report, Source
from ...machine.compile import compile_spec
from ...spec import read_text
from .calls import draft_calls
from .prompt import what_the_prompt_opens
from .regions import Draft, draft_texts
from .template import read_template
from .write import write_page, write_spec


@dataclass
class Imported:
    """What became of a file. `spec` and `page` are texts; they are empty when the report has errors."""

    report: Report = field(default_factory=Report)
    spec: str = ""
    page: str = ""


def import_template(source: Source, name: str, chat_template: str | None = None) -> Imported:
    """Make a spec and a page of the response template in a file.

    `chat_template` is the text of `chat_template.jinja`, for files that do not hold it themselves.
    """
    try:
        return _import(source, name, chat_template)
    except RecursionError:  # of regexes and JSON inside each other
        return Imported(Report([Diagnostic("hf-no-parser", "the template is too deep to be read", None)]))


def _import(source: Source, name: str, chat_template: str | None) -> Imported:
    template, found = read_template(source)
    if template is None:
        return Imported(Report(found))
    draft = Draft(template)
    draft_texts(draft)
    draft_calls(draft)
    outcome = Imported(Report(list(template.found)))
    if not outcome.report.ok:
        return outcome
    begins_inside = what_the_prompt_opens(draft, chat_template)
    text = write_spec(draft, begins_inside, name)
    outcome.report.extend(template.found)
    outcome.report.extend(_compiled(name, text))
    if outcome.report.ok:
        outcome.spec = text
        outcome.page = write_page(draft, begins_inside, name, outcome.report)
    return outcome


def _compiled(name: str, text: str) -> list[Diagnostic]:
    """Say why the rules do not compile, if they do not: two regions that begin alike, for one."""
    spec, report = read_text(f"{name}.lark", text)
    if spec is not None:
        report.extend(compile_spec(name, spec)[1])
    rules = "\n".join(line for line in text.splitlines() if re.match(r"\w+:", line))
    hint = f"write the spec by hand; these are the rules that do not do:\n{rules}"
    words = "no parser can be made of the template"
    return [Diagnostic("hf-no-parser", f"{words}: {error.message}", None, hint=hint) for error in report.errors[:1]]
