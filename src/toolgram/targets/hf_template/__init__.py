"""The `hf-template` target: a response template of Hugging Face transformers, as JSON.

In: a Subject. Out: the text of `generated/hf-template/X.json`, to be set as `tokenizer.response_template`; and what a
template cannot say of the format: errors if the template would give wrong answers, warnings if it does so only for
texts that are rare, as every response template does.

The Spec is converted, not the Machine: a template has regions and regexes, and no states. `nodes.py` writes out what
stands for what, `message.py` finds the regions, `call.py` the parts of a call, `regex.py` writes regexes.
"""

from __future__ import annotations

import json
from typing import Any

from ...diagnostics import Diagnostic
from ...machine.json_lines import escaped
from ...spec.ast import Spec
from ...spec.check_tags import has_name_places
from ..subject import Subject
from .message import Converter
from .nodes import CannotSayError
from .serving import Model, ServingConverter


def convert(spec: Spec, converter: Converter | None = None) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """Make a response template of a spec; None if there is an error among the findings."""
    converter = converter or Converter(spec)
    try:
        if has_name_places(spec):
            words = "delimiters that are the names of tools"
            raise CannotSayError("hf-name-in-tag", words, spec.meta_at, "a literal has the place `{name}`")
        if spec.meta.suffix is not None:
            words = "delimiters whose suffix differs by checkpoint"
            raise CannotSayError("hf-suffix", words, spec.meta_at, "the metadata has a `suffix`")
        return converter.template(), converter.found
    except CannotSayError as error:
        return None, [*converter.found, error.diagnostic]


def check_hf_template(subject: Subject) -> list[Diagnostic]:
    """Say what a template cannot say of a format."""
    return convert(subject.spec)[1]


def render_hf_template(subject: Subject) -> str:
    """Write the response template of a format, which `check_hf_template` has let through."""
    return _written(convert(subject.spec)[0])


def convert_for_serving(spec: Spec, model: Model | None = None) -> tuple[dict[str, Any] | None, list[Diagnostic]]:
    """Make a response template that serving engines accept, for one model or for all that write the format."""
    return convert(spec, ServingConverter(spec, model or Model()))


def render_for_serving(subject: Subject, model: Model | None = None) -> str:
    """Write it."""
    return _written(convert_for_serving(subject.spec, model)[0])


def _written(template: dict[str, Any] | None) -> str:
    return escaped(json.dumps(template, indent=2, ensure_ascii=False)) + "\n"
