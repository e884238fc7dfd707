"""The response template itself: where it is in a file, its shape, and messages that point into it.

In: the text of a JSON file, the template alone or a `tokenizer_config.json` that holds it. Out: a `Template`, or
diagnostics. pydantic finds what has the wrong shape; the words are ours.

The shape is that of transformers (`utils/chat_parsing/response_templates.py`, version 5.13 and later), and of the copy
of it in vLLM: https://huggingface.co/docs/transformers/main/chat_response_parsing
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from ...diagnostics import Diagnostic, Severity, Source, SourceRange, did_you_mean
from .places import Span, part_of, places

KEY, OLD_KEY = "response_template", "response_schema"
LINE_MAX = 300  # of a line that is worth showing: files are often one line as a whole
Hint = str | tuple[str, ...] | None


class FieldModel(BaseModel):
    """One region of the message."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    open: str | list[str] | None = None
    open_pattern: str | None = None
    close: str | list[str] | None = None
    close_pattern: str | None = None
    content: Literal["text", "int", "float", "bool", "json", "xml-inline", "kv-lines"] = "text"
    content_args: dict[str, Any] = {}
    repeats: bool = False
    join: str | None = None
    optional: bool = True
    transform: Any = None
    transform_each: bool = False


class TemplateModel(BaseModel):
    """A response template."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    version: Literal[1] = 1
    defaults: dict[str, Any] = {}
    start_anchor: str | list[str] | None = None
    start_anchor_pattern: str | None = None
    fields: dict[str, FieldModel] = Field(min_length=1)


@dataclass
class Template:
    """A template with the file around it; `say` collects what is to be said about it."""

    source: Source
    prefix: tuple[str, ...]
    spans: dict[str, Span]
    config: dict[str, Any]
    model: TemplateModel
    found: list[Diagnostic] = field(default_factory=list)

    def refuse(self, name: str, path: str, words: str, hint: Hint, part: tuple[int, int] | None = None) -> None:
        """Note that a spec cannot say what stands at a path; `part` is the culprit in a string."""
        self.say(name, path, words, hint, part, Severity.ERROR)

    def warn(self, name: str, path: str, words: str, hint: Hint = None) -> None:
        """Note that the spec says something else than what stands at a path."""
        self.say(name, path, words, hint, None, Severity.WARNING)

    def say(
        self, name: str, path: str, words: str, hint: Hint, part: tuple[int, int] | None, severity: Severity
    ) -> None:
        """Add a diagnostic; its message begins with the path, for files whose lines are too long to be shown."""
        at = self._place(path, part)
        self.found.append(Diagnostic(name, f"`{path}` {words}", at, hint=hint, severity=severity))

    def _place(self, path: str, part: tuple[int, int] | None) -> SourceRange | None:
        span = self.spans.get(path)
        if span is None:
            return self._place(path.rpartition(".")[0], None) if path else None
        if part is not None:
            span = part_of(self.source.text, span, *part)
        return visible(self.source, span)


def visible(source: Source, span: Span) -> SourceRange | None:
    """Return a place, if its line can be shown; a place of several lines is its first line."""
    start, end = source.line_range(source.line_col(span.start)[0])
    return source.range(span.start, min(span.end, end)) if end - start <= LINE_MAX else None


def read_template(source: Source) -> tuple[Template | None, list[Diagnostic]]:
    """Read the template of a file."""
    try:
        config = json.loads(source.text)
    except json.JSONDecodeError as error:
        words = f"this is not JSON: {error.msg[:1].lower()}{error.msg[1:]}"
        return None, [Diagnostic("hf-not-json", words, visible(source, Span(error.pos, error.pos + 1)))]
    except RecursionError:
        return None, [Diagnostic("hf-not-json", "this is not the JSON of a template: too deep", None)]
    except ValueError:  # Python's own bound on the digits of an integer
        words = "this is not the JSON of a template: a number has thousands of digits"
        return None, [Diagnostic("hf-not-json", words, None)]
    if not isinstance(config, dict):
        return None, [Diagnostic("hf-no-template", "a response template is a JSON object", None)]
    prefix = () if "fields" in config else (KEY,)
    if prefix and not isinstance(config.get(KEY), dict):
        return None, [_missing(source, config)]
    spans = places(source.text, prefix)
    try:
        model = TemplateModel.model_validate(config[KEY] if prefix else config)
    except ValidationError as error:
        blank = Template(source, prefix, spans, config, TemplateModel.model_construct(fields={}))
        for path, words, hint in sorted({_mistake(one) for one in error.errors()}):
            blank.refuse("hf-bad-template", path, words, hint)
        return None, blank.found
    return Template(source, prefix, spans, {} if not prefix else config, model), []


def _missing(source: Source, config: dict[str, Any]) -> Diagnostic:
    """Say that there is no template, and what there is instead."""
    if OLD_KEY not in config:
        hint = "the chat template alone does not say how a reply is read: write the spec from it by hand"
        return Diagnostic("hf-no-template", f"the file has no `{KEY}`", None, hint=hint)
    words = f"the file has a `{OLD_KEY}`, an older and different thing, and no `{KEY}`"
    note = "it is a JSON schema with regexes in it (`x-regex`), which transformers 5.13 and later ignores"
    hint = f"take the file of a later revision of the model, or write a `{KEY}` from it"
    return Diagnostic(
        "hf-old-schema", words, visible(source, places(source.text, (OLD_KEY,))[""]), note=note, hint=hint
    )


def _mistake(found: ErrorDetails) -> tuple[str, str, str]:
    """Say what has the wrong shape: path, words, hint."""
    steps = [str(step) for step in found["loc"] if step not in ("str", "list[str]")]
    path, key = ".".join(steps), steps[-1] if steps else ""
    match found["type"]:
        case "extra_forbidden":
            known = FieldModel.model_fields if len(steps) == 3 else TemplateModel.model_fields
            near = did_you_mean(key, known)
            return path, "is not a key of response templates", f"did you mean `{near}`?" if near else _listed(known)
        case "missing" | "too_short":
            return path, "is missing or empty", 'name the regions:  "fields": {"content": {}}'
        case "literal_error":
            return path, "has a value that response templates do not know", f"it is one of {found['ctx']['expected']}"
        case _:
            return path, "has the wrong type", "see https://huggingface.co/docs/transformers/main/chat_response_parsing"


def _listed(known: Any) -> str:
    return f"the keys are {', '.join(known)}"


def tokens_of(config: dict[str, Any]) -> Iterator[str]:
    """Yield the literals that a tokenizer's configuration calls one token."""
    added = config.get("added_tokens_decoder")
    for token in added.values() if isinstance(added, dict) else ():
        if isinstance(token, dict) and isinstance(token.get("content"), str):
            yield token["content"]
    for key in ("additional_special_tokens", "extra_special_tokens"):
        more = config.get(key)
        named = more.values() if isinstance(more, dict) else more if isinstance(more, list) else ()
        yield from (token for token in named if isinstance(token, str))
