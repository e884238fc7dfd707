"""The self-check of a plugin file: `python qwen3_coder.py --check` reads cases of the format's page in this vLLM.

In: the cases that the file carries, its parsers as vLLM has registered them. Out: what works, door by door, and an exit
code: 0 when all of it does, 1 when something does not, 2 when nothing could be checked.

The doors: each half alone and both together, and through each a whole answer and a stream of one token and of four
tokens a delta. No server is started and no model is loaded.
"""

from __future__ import annotations

import argparse
import json
import logging
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, Optional

from toolgram.runtime.tables.suffix import with_suffix
from toolgram.targets.serving.own_names import PREFIX
from toolgram.targets.serving.vocabulary import vocabulary_of
from toolgram.targets.vllm.host.check_server import (
    PROMPT,
    Said,
    SpellingTokenizer,
    chat_request,
    composed_messages,
    made,
    put_together,
    streamed_calls,
    streamed_thoughts,
)
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import FORCES_NATIVELY, REASONING_MODULE, TOOL_MODULE, VLLM_VERSION

SIZES = (1, 4)  # tokens a delta
SHOWN_MAX = 5  # wrong answers that are shown


class CheckCase(NamedTuple):
    """One case of a page. `inside`: the prompt has opened the reasoning. `suffix`: that of the delimiters."""

    name: str
    text: str
    tools: list[Any]
    inside: bool = False
    suffix: str = ""
    content: str = ""
    reasoning: str = ""
    calls: Sequence[tuple[str, Any]] = ()


class Halves(NamedTuple):
    """What is checked: the halves that vLLM has registered (None: this format has no reasoning), and a tokenizer."""

    fmt: PluginFormat
    tool: Any
    reasoning: Any
    tokenizer: SpellingTokenizer


Door = tuple[str, Callable[[Halves, CheckCase], Iterator[tuple[Any, Any]]]]


def check_plugin(fmt: PluginFormat, cases: dict[str, Any], arguments: Optional[Sequence[str]] = None) -> int:
    """Run the script that a plugin file is; return its exit code."""
    reader = argparse.ArgumentParser(description=f"The plugin of {fmt.names[0]} for vLLM; see its first lines.")
    reader.add_argument(
        "--check", action="store_true", help="read cases of the format's page in the vLLM of this Python"
    )
    if not reader.parse_args(arguments).check:
        reader.print_help()
        return 2
    logging.getLogger("vllm").setLevel(logging.ERROR)
    build = f" ({fmt.build})" if fmt.build else ""
    print(f"toolgram {fmt.version}{build} in vLLM {VLLM_VERSION}: {fmt.names[0]}")
    read = [CheckCase(**{**row, "tools": cases["tools"][row["tools"]]}) for row in cases["cases"]]
    works = [_open_door(fmt, door, read) for door in DOORS]
    return 0 if read and all(works) else 1 if read else 2


def _halves_of(fmt: PluginFormat, suffix: str) -> Halves:
    """The halves under their own names, as a server gets them."""
    name = PREFIX + fmt.names[0]
    tool = TOOL_MODULE.ToolParserManager.get_tool_parser(name)
    reasoning = REASONING_MODULE.ReasoningParserManager.get_reasoning_parser(name) if fmt.reasoning_closers else None
    return Halves(fmt, tool, reasoning, SpellingTokenizer(with_suffix(token, suffix) for token in fmt.special_tokens))


def _open_door(fmt: PluginFormat, door: Door, cases: list[CheckCase]) -> bool:
    """Check one door, and say how many answers came out of it as they should."""
    title, ask = door
    count, wrong = 0, []
    for case in cases:
        try:
            for got, wanted in ask(_halves_of(fmt, case.suffix), case):
                count += 1
                if got != wanted:
                    wrong.append(f"{case.name}\n      got    {got}\n      wanted {wanted}")
        except Exception:  # whatever it is, it does not work
            count += 1
            wrong.append(f"{case.name}\n{traceback.format_exc()}")
    if count:
        print(f"  {title:<26} {count - len(wrong):>3} of {count} right")
    for problem in wrong[:SHOWN_MAX]:
        print(f"    {problem}")
    return not wrong


# --- the doors: each yields what came of a case, and what should have -------------------------------------------------


def _tool_whole(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    if not (case.reasoning or case.inside):
        yield _as_read(_whole_calls(halves, case, case.text)), _as_expected(case)


def _tool_streamed(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    for size in () if case.reasoning or case.inside else SIZES:
        request = chat_request(case.tools)
        tool = made(halves.tool, halves.tokenizer, request.tools)
        deltas = halves.tokenizer.deltas(case.text, size)
        yield _as_read(put_together(streamed_calls(tool, deltas, request))), _as_expected(case)


def _reasoning_whole(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    if halves.reasoning is not None:
        yield _whole_thoughts(halves, case)[0], case.reasoning


def _reasoning_streamed(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    for size in () if halves.reasoning is None or halves.fmt.wraps_content else SIZES:
        reasoning, deltas = made(halves.reasoning, halves.tokenizer, ()), halves.tokenizer.deltas(case.text, size)
        prompt_ids = halves.tokenizer.encode(_prompt_of(halves, case))
        said = put_together(streamed_thoughts(reasoning, deltas, prompt_ids))
        yield said.reasoning, case.reasoning


def _both_whole(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    if halves.reasoning is not None:
        thoughts, rest = _whole_thoughts(halves, case)
        content, _, calls = _whole_calls(halves, case, rest)
        yield _as_read(Said(content, thoughts, calls)), _as_expected(case)


def _both_streamed(halves: Halves, case: CheckCase) -> Iterator[tuple[Any, Any]]:
    for size in () if halves.reasoning is None else SIZES:
        request, deltas = chat_request(case.tools), halves.tokenizer.deltas(case.text, size)
        pair = halves.tool, halves.reasoning
        messages = composed_messages(pair, halves.tokenizer, deltas, request, _prompt_of(halves, case))
        yield _as_read(put_together(messages)), _as_expected(case)


DOORS: tuple[Door, ...] = (
    ("tool half, whole", _tool_whole),
    ("tool half, streamed", _tool_streamed),
    ("reasoning half, whole", _reasoning_whole),
    ("reasoning half, streamed", _reasoning_streamed),
    ("both halves, whole", _both_whole),
    ("both halves, streamed", _both_streamed),
)


def _prompt_of(halves: Halves, case: CheckCase) -> str:
    openers = vocabulary_of(halves.fmt, halves.tokenizer).opener_texts
    return PROMPT + ("".join(openers[:1]) if case.inside else "")


def _whole_thoughts(halves: Halves, case: CheckCase) -> tuple[str, str]:
    reasoning = made(halves.reasoning, halves.tokenizer, ())
    if FORCES_NATIVELY:  # before that, the text has to say it
        reasoning.is_reasoning_end(halves.tokenizer.encode(_prompt_of(halves, case)))
    thoughts, rest = reasoning.extract_reasoning(case.text, chat_request(case.tools))
    return thoughts or "", rest or ""


def _whole_calls(halves: Halves, case: CheckCase, text: str) -> Said:
    request = chat_request(case.tools)
    found = made(halves.tool, halves.tokenizer, request.tools).extract_tool_calls(text, request)
    calls = [(call.function.name, call.function.arguments) for call in found.tool_calls]
    return Said(found.content or "", "", calls)


def _as_read(said: Said) -> tuple[str, str, list[tuple[str, Any]]]:
    """What was said, with the arguments read; those that cannot be read stay text."""
    return said.content, said.reasoning, [(name, _value_of(arguments)) for name, arguments in said.calls]


def _value_of(arguments: str) -> Any:
    try:
        return json.loads(arguments)
    except ValueError:
        return arguments


def _as_expected(case: CheckCase) -> tuple[str, str, list[tuple[str, Any]]]:
    return case.content, case.reasoning, [(name, arguments) for name, arguments in case.calls]
