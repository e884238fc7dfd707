"""The regions of a template as rules: delimiters, text, and the message around them.

In: a `Template`. Out: `Draft`, the rules of the spec by name, and what has to be said about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .grammar import Writer, one_of, stripped, without_beginning
from .regex import RegexError, group_names, read_regex
from .template import FieldModel, Template

REASONING = ("thinking", "reasoning_content", "reasoning")
CONTENT, CALLS = "content", "tool_calls"
REGEX_HINT = (
    "write it with literals, `\\s*`, `(?:...)?`, `a|b` and named groups such as `(?P<name>[^>]+)`",
    "write the spec by hand: what it says is wider than a regex (docs/dialect.md)",
)


@dataclass
class Draft:
    """The rules of a spec, by name; `start` holds the parts of a message."""

    template: Template
    rules: dict[str, str] = field(default_factory=dict)
    start: list[str] = field(default_factory=list)
    opened: bool = False  # the message may begin inside of the reasoning

    def delimiter(
        self,
        path: str,
        which: str,
        captures: Mapping[str, str],
        *,
        may_skip: bool = False,
        may_be_opened: bool = False,
    ) -> list[str]:
        """Write `open` or `close` of a field, whichever way it is given; nothing if it is absent or refused.

        With `may_be_opened`, the pattern may match at the very beginning of the message in place of the delimiter.
        """
        model = self.template.model.fields[path.removeprefix("fields.")]
        literal, pattern = (model.open, model.open_pattern) if which == "open" else (model.close, model.close_pattern)
        if literal is not None and pattern is not None:
            self.template.refuse("hf-bad-template", f"{path}.{which}_pattern", f"stands beside `{which}`", "keep one")
        elif literal is not None:
            if literal and all(literal):
                return one_of(literal)
            self.template.refuse("hf-bad-template", f"{path}.{which}", "is empty", "leave it out")
        elif pattern is not None:
            nested = f"{path}.{which}_pattern"
            return self.pattern(nested, pattern, captures, may_skip=may_skip, may_be_opened=may_be_opened)
        return []

    def pattern(
        self,
        path: str,
        pattern: str,
        captures: Mapping[str, str],
        *,
        may_skip: bool = False,
        may_be_opened: bool = False,
    ) -> list[str]:
        """Write a regex as items; nothing if it is refused. `may_be_opened` is that of `delimiter`."""
        try:
            nodes = read_regex(pattern)
            if may_be_opened:
                nodes, self.opened = without_beginning(nodes)
            writer = Writer(self.rules, captures, may_skip=may_skip)
            written = writer.write(nodes)
        except RegexError as error:
            words = f"has {error.construct} at character {error.start + 1}, which a spec cannot say"
            self.template.refuse("hf-regex", path, words, REGEX_HINT, (error.start, error.end))
            return []
        if writer.narrowed:
            words = "reads any text behind a group; the spec reads it only behind a blank"
            self.template.warn("hf-skipped", path, words)
        if not any('"' in item for item in written):
            words = "may match without any text of its own: nothing would tell where the region is"
            self.template.refuse("hf-regex", path, words, REGEX_HINT)
        return written


def draft_texts(draft: Draft) -> None:
    """Write the regions of reasoning and content."""
    template = draft.template
    for key in sorted(set(template.model.defaults) - {"role", CONTENT, CALLS, *REASONING}):
        words = "puts something into the message that the model does not write"
        template.refuse("hf-field", f"defaults.{key}", words, "leave it out")
    implicit = [name for name, field in template.model.fields.items() if field.open is None is field.open_pattern]
    for name in implicit[1:]:
        words = f"has no opener, and `fields.{implicit[0]}` has none either"
        template.refuse("hf-bad-template", f"fields.{name}", words, "give one of them `open`")
    thoughts = [name for name in template.model.fields if name in REASONING]
    for name in thoughts[1:]:
        words = f"is a second field for reasoning, beside `fields.{thoughts[0]}`"
        template.refuse("hf-field", f"fields.{name}", words, "a spec has one `reasoning`: join their openers")
    for name, model in template.model.fields.items():
        if name in (CONTENT, *thoughts[:1]):
            _text(draft, name, "content" if name == CONTENT else "reasoning", model)
        elif name not in (*thoughts, CALLS):
            hint = "leave the field out: what it holds then becomes part of the answer"
            template.refuse("hf-field", f"fields.{name}", "is none of thinking, content and tool_calls", hint)
    if CONTENT not in template.model.fields and not implicit:
        draft.rules[CONTENT] = "TEXT"  # as vLLM does it: an answer is never thrown away
        draft.start.append(CONTENT)


def _text(draft: Draft, name: str, capture: str, model: FieldModel) -> None:
    path, template = f"fields.{name}", draft.template
    _check_text(template, path, model)
    is_implicit = model.open is None and model.open_pattern is None
    trims = model.content_args.get("strip", True) is not False
    opener = draft.delimiter(path, "open", {}, may_be_opened=capture == "reasoning")
    closer = draft.delimiter(path, "close", {})
    blanks = ["_WS?"] if trims else []
    draft.start.append(capture)
    if is_implicit and capture == "reasoning":
        hint = 'give it an opener, `"open": "<think>"`, and content none'
        template.refuse("hf-field", path, "takes all text that nothing else takes, which a spec calls content", hint)
    elif is_implicit:
        draft.rules[capture] = "TEXT"
        if closer:
            draft.rules["_end"] = " ".join([*blanks, *stripped(closer)])
            draft.start.append("_end")
    else:
        tail = ["_WS?"] if trims and capture == "reasoning" else []
        parts = [
            *_trimmed(opener, trims),
            *blanks,
            "TEXT",
            *(blanks if closer else []),
            *_trimmed(closer, trims),
            *tail,
        ]
        draft.rules[capture] = " ".join(parts)
    if model.join and not model.join.strip():
        template.warn("hf-option", f"{path}.join", "puts blanks between the regions; the spec keeps those of the model")
    elif model.join:
        hint = 'write `"join": ""`'
        template.refuse("hf-option", f"{path}.join", "puts text between the regions, and a spec joins them as is", hint)


def _trimmed(items: list[str], trims: bool) -> list[str]:
    return stripped(items) if trims else items


def _check_text(template: Template, path: str, model: FieldModel) -> None:
    if model.content != "text":
        hint = 'write `"content": "text"`: reasoning and answers are text'
        template.refuse("hf-field", f"{path}.content", f"is `{model.content}`: text of a message is text", hint)
    if model.transform is not None:
        hint = "leave it out: reasoning and answers are text"
        template.refuse("hf-transform", f"{path}.transform", "makes something else of a text", hint)
    for key in sorted(set(model.content_args) - {"strip"}):
        template.refuse("hf-option", f"{path}.content_args.{key}", "is no option of `text`", "leave it out")
    if not model.optional:
        template.warn("hf-optional", f"{path}.optional", "is left out: a parser never refuses what a model wrote")


def named_groups(pattern: str | None) -> set[str]:
    """Return the named groups of a pattern; none if it cannot be read, which is told elsewhere."""
    try:
        return group_names(read_regex(pattern)) if pattern else set()
    except RegexError:
        return set()
