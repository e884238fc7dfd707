"""A spec's own sample, read by the parser that it describes: a spec that reads it wrongly is wrong, though it compiles.

In: a format and the text of its spec. Out: `SampleResult`: what came of each text that the first comment shows, and a
diagnostic for what a reader of the spec would not expect.

How: every word of a text is the name of a declared tool, so that whatever the author calls the tool, it is known. Each
text is read whole and at every split. Prose in the comment is text like any other: it is content.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from ..any_tool import tools_of
from ..diagnostics import Diagnostic, Source
from ..fixes import Fix
from ..formats import Format
from ..runtime.message import Message, collect
from ..spec.ast import Call, Literal, Spec, all_nodes
from ..spec.comment import ShownText, shown_texts
from .replay import merge
from .splits import splits

_ESCAPES = {"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"}  # in $'...' of a shell
SHOWN_MAX = 200  # characters of a text in a message


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What came of the texts, how many splits of them were tried, and what is wrong."""

    texts: tuple[ShownText, ...]
    messages: tuple[Message, ...]
    splits: int
    diagnostics: tuple[Diagnostic, ...]

    def lines(self) -> Iterator[str]:
        """Say what became of each text in which there is more than content."""
        for message in self.messages:
            if message.tool_calls or message.reasoning or message.citations:
                yield "; ".join(_parts(message))


def check_sample(fmt: Format, spec: Spec) -> SampleResult:
    """Read the texts of a spec's first comment with the format that was made of the spec."""
    source, has_calls = spec.source, "tool_call" in spec.rules
    texts = tuple(shown_texts(source.text))
    found = [_read(fmt, spec, text) for text in texts]
    problems = [problem for _, _, problems in found for problem in problems]
    messages = tuple(message for message, _, _ in found)
    if texts and not problems and not any(_is_read(message, has_calls) for message in messages):
        problems.append(_not_read(source, texts[0], messages[0], has_calls))
    return SampleResult(texts, messages, sum(count for _, count, _ in found), tuple(problems))


def _read(fmt: Format, spec: Spec, shown: ShownText) -> tuple[Message, int, list[Diagnostic]]:
    """Read one text: the message, the number of splits, and what is wrong."""
    tools = tools_of(shown.text)
    source = spec.source
    at = source.range(shown.start, shown.end)
    traced = fmt.parser(tools, trace=True)
    whole = merge(traced.feed(shown.text) + traced.finish())
    message = collect(whole)
    count = 0
    for count, (name, chunks) in enumerate(splits(shown.text), 1):
        parser = fmt.parser(tools)
        if merge([event for chunk in chunks for event in parser.feed(chunk)] + parser.finish()) != whole:
            why = "This is a fault of toolgram, not of the spec: please report it with the spec."
            problem = f"what is read depends on how the sample is cut ({name})"
            return message, count, [Diagnostic("sample-split", problem, at, note=why, hint=_traced(source, shown))]
    lost = list(_skipped(traced.trace or [], _member_keys(spec)))
    return message, count, [*_unfinished(message, source, shown), *_lost(message, lost, source, shown)]


def _skipped(trace: list[tuple[str, str]], keys: set[str]) -> Iterator[str]:
    """What became nothing, but for the values of members that the spec names."""
    key = ""
    for kind, text in trace:
        if kind == "skipped" and text.strip() and key not in keys:
            yield text
        if text and kind != "blanks":
            key = text.rstrip(": \t\r\n").strip("\"'") if kind == "key" else ""


def _member_keys(spec: Spec) -> set[str]:
    """The keys of the JSON members that the spec has rules for."""
    nodes = all_nodes(spec)
    members = (node.args[0] for node in nodes if isinstance(node, Call) and node.name == "json_member" and node.args)
    return {key.text for key in members if isinstance(key, Literal)}


def _unfinished(message: Message, source: Source, shown: ShownText) -> Iterator[Diagnostic]:
    """The calls that the text does not finish."""
    for call in message.tool_calls:
        if not call.complete:
            yield Diagnostic(
                "sample-call-not-complete",
                f"the call of {call.name!r} in the sample is not complete",
                source.range(shown.start, shown.end),
                label="in this text",
                note=f"its arguments are {_short(call.arguments)!r}",
                hint=(
                    _traced(source, shown),
                    "show the whole call in the comment, and have a rule for everything that stands in it",
                ),
            )


def _lost(message: Message, lost: list[str], source: Source, shown: ShownText) -> Iterator[Diagnostic]:
    """The parts of the text that became nothing."""
    if not lost or not (message.tool_calls or message.reasoning):
        return
    begin = source.text.find(lost[0], shown.start) if "\n" not in lost[0] else -1
    at = source.range(shown.start, shown.end) if begin < 0 else source.range(begin, begin + len(lost[0]))
    yield Diagnostic(
        "sample-text-lost",
        f"a part of the sample becomes nothing: {_short(lost[0])!r}",
        at,
        label="no rule reads this",
        note="What no rule reads inside of a call is skipped, and a call with it may still be complete.",
        hint=(
            _traced(source, shown),
            "give it a capture that keeps it, or a rule of its own whose name begins with `_`, which drops it",
        ),
    )


def _not_read(source: Source, shown: ShownText, message: Message, has_calls: bool) -> Diagnostic:
    what = "no call is" if has_calls else "no reasoning and no citation is"
    return Diagnostic(
        "sample-not-read",
        f"{what} found in the sample",
        source.range(shown.start, shown.end),
        label="this text is read as content" if message.content else "this text is read as nothing",
        note=f"what came of it: {'; '.join(_parts(message)) or 'nothing'}",
        hint=(
            "show the text in the comment exactly as the model writes it, without line breaks of your own",
            _traced(source, shown),
        ),
    )


def _traced(source: Source, shown: ShownText) -> Fix:
    """The command that shows what became of each character of a text."""
    return trace_of(shown.text, source.path)


def trace_of(text: str, spec: str, inside: str | None = None) -> Fix:
    """The command that shows what became of each character of a text."""
    written = "".join(_ESCAPES.get(char, char) for char in text)
    begun = f" --inside {inside}" if inside else ""
    command = f"printf %s $'{written}' | toolgram parse {shlex.quote(spec)} --any-tool --trace{begun}"
    return Fix("see what became of each character", command=command)


def _is_read(message: Message, has_calls: bool) -> bool:
    return bool(message.tool_calls) if has_calls else bool(message.reasoning or message.citations)


def _parts(message: Message) -> Iterator[str]:
    for call in message.tool_calls:
        number = f" (id {call.id})" if call.id else ""
        yield f"{call.name} {_short(call.arguments)}{number}"
    for name, text in (("reasoning", message.reasoning), ("content", message.content)):
        if text:
            yield f"{name} {json.dumps(_short(text), ensure_ascii=False)}"


def _short(text: str) -> str:
    return text if len(text) <= SHOWN_MAX else text[:SHOWN_MAX] + "..."
