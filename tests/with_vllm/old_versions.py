"""The generated plugins in other vLLM versions' own parser modules, without a GPU, torch or an installed vLLM.

    python tests/with_vllm/old_versions.py SOURCES [VERSION ...]

`SOURCES/VERSION` holds the `vllm/*.py` of each version (`.ci/sources` gets them); `stand_ins` imports them. Each answer
is driven through a version as its server drives it, the hand-over from reasoning to calls and the last comparison of
arguments included. Five things are sent through every version:

- the cases of every format's page: one token and four tokens a delta, and whole;
- the transcripts of the toy model, in more ways: the end token alone or with the last text, cut off by length, two
  choices of one request in turns, prompts of several turns;
- closers of thoughts that nothing opened: streamed and whole are the same;
- a fault at every step of the core: the rest must come as plain text;
- prompts whose reasoning is open, closed or neither: where the engine lets the grammar of the answer begin.

The parsers of a plugin file and those that an installed toolgram registers must be the same. Prints a line a version,
what went wrong, and how many answers were not sent because of a limit of that version (`LIMITS`).
"""

from __future__ import annotations

import inspect
import itertools
import json
import logging
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GENERATED = Path(os.environ.get("TOOLGRAM_GENERATED", ROOT / "generated")) / "vllm"
sys.path[:0] = [str(HERE), str(ROOT / "src")]

from stand_ins import first, install  # noqa: E402
from tokens import Tokenizer  # noqa: E402
from transcripts import CASES, HAS_REASONING, HIDDEN_TOKENS, TOOLS, VISIBLE_TOKENS, Case  # noqa: E402

import toolgram_vllm  # noqa: E402
from toolgram import testing  # noqa: E402
from toolgram.registry import format_paths, formats_dir  # noqa: E402
from toolgram.runtime.tables.suffix import with_suffix  # noqa: E402
from toolgram.targets.vllm.check_cases import suffix_of  # noqa: E402

USER = f"{Tokenizer.TURN}user\nhi{Tokenizer.TURN}assistant\n"
EARLIER = USER + "<think>\na\n</think>\n\nb"
PAGE_SIZES = (1, 4)  # tokens a delta
FAULTY = [("hermes", "opened, all three"), ("qwen3_coder", "reasoning and call"), ("llama3_json", "content and call")]
PROCESSES = 2
Step = list[Any]  # ids, text, finish reason or None
Message = tuple[str, str, list[tuple[str, str]]]
Outcome = tuple[str, Any, Any]  # what was sent, what came of it, what should have
NOT_SENT = "not sent"

# What no plugin can do, because the version's own code stands before it: up to which version, and what is not sent
# there. `docs/vllm-plugin.md` says the same.
LIMITS = {
    "a whole answer does not come with its prompt": (0, 15),
    "the reasoning half is not told of the tools": (0, 18),
    "the delta that ends both the reasoning and the answer never reaches the tool half": (0, 12),
    "nobody says that an answer without its end token is over": (0, 23),
}

# What a prompt ends with in formats whose messages have headers, behind an earlier turn.
HEADED = {
    "beam": "<|start|>user<|message|>hi<|end|><|start|>assistant<|channel|>analysis<|message|>a<|end|>"
    "<|start|>assistant<|channel|>final<|message|>b<|end|><|start|>user<|message|>hi<|end|><|start|>assistant",
    "inkling": "<|message_user|><|content_text|>hi<|end_message|><|message_model|><|content_thinking|>a<|end_message|>"
    "<|message_model|><|content_text|>b<|end_message|><|message_user|><|content_text|>hi<|end_message|>"
    "<|message_model|>",
    "kimi_k3": '<|open|>message role="assistant"<|sep|><|open|>think<|sep|>a<|close|>think<|sep|>'
    '<|open|>response<|sep|>b<|close|>response<|sep|><|close|>message<|sep|><|open|>message role="user"<|sep|>hi'
    '<|close|>message<|sep|><|open|>message role="assistant"<|sep|>',
    "muse": "<|start|>user<|message|>hi<|eom|><|start|>assistant to=self<|message|>a<|eom|>"
    "<|start|>assistant to=user<|message|>b<|eot|><|start|>user<|message|>hi<|eom|><|start|>assistant",
    "openai": "<|start|>user<|message|>hi<|end|><|start|>assistant<|channel|>analysis<|message|>a<|end|>"
    "<|start|>assistant<|channel|>final<|message|>b<|end|><|start|>user<|message|>hi<|end|><|start|>assistant",
    "solar_open": "<|begin|>user<|content|>hi<|end|><|begin|>assistant<|think|>a<|end|><|begin|>assistant<|content|>b"
    "<|end|><|begin|>user<|content|>hi<|end|><|begin|>assistant",
}
HEADED["muse_glimmer"] = HEADED["muse"]


def make(parser: Any, tokenizer: Tokenizer, *tools: Any, **named: Any) -> Any:
    """A parser, made with as many arguments as it takes."""
    takes = inspect.signature(parser.__init__).parameters
    takes_any = any(parameter.kind is parameter.VAR_KEYWORD for parameter in takes.values())
    given = tools if len(takes) > 2 else ()
    return parser(tokenizer, *given, **(named if takes_any else {}))


class Version:
    """One version's parsers, driven as its server drives them."""

    def __init__(self, folder: Path) -> None:
        self.number = install(folder)
        toolgram_vllm.register()
        tools = "tool_parsers.abstract_tool_parser.ToolParserManager"
        self.tools = first(f"vllm.{tools}", f"vllm.entrypoints.openai.{tools}")
        self.reasoning = first("vllm.reasoning.abs_reasoning_parsers.ReasoningParserManager")
        request = "protocol.ChatCompletionRequest"
        self.request = first(f"vllm.entrypoints.openai.chat_completion.{request}", f"vllm.entrypoints.openai.{request}")

    def load(self, format_id: str, *, reasoning: bool) -> tuple[Any, Any]:
        """What the plugin flags do."""
        self.tools.import_tool_parser(str(GENERATED / f"{format_id}.py"))
        return (
            self.tools.get_tool_parser(format_id),
            self.reasoning.get_reasoning_parser(format_id) if reasoning else None,
        )

    def reasoning_names(self) -> set[str]:
        """The names that this version has reasoning parsers for."""
        return {*self.reasoning.reasoning_parsers, *getattr(self.reasoning, "lazy_parsers", ())}

    def has(self, limit: str) -> bool:
        return self.number[:2] <= LIMITS[limit]

    def asked(self, tools: Any = TOOLS, **options: Any) -> Any:
        messages = [{"role": "user", "content": "hi"}]
        return self.request(model="m", messages=messages, tools=tools, tool_choice="auto", stream=True, **options)

    def stream(
        self, parsers: tuple[Any, Any], tokenizer: Tokenizer, choices: list[list[Step]], prompt: str, request: Any
    ) -> list[Message]:
        """The choices of one request, a delta of each in turn."""
        ids = tokenizer.encode(prompt)
        if self.number >= (0, 20):
            turns = [self._composed(parsers, tokenizer, request, steps, ids) for steps in choices]
        else:
            tool, reasoning = self._make(parsers, tokenizer, request)
            turns = [self._handed_over(tool, reasoning, request, steps, ids) for steps in choices]
        heard = [Heard() for _ in choices]
        for turn in itertools.zip_longest(*turns):
            for ear, delta in zip(heard, turn, strict=True):
                ear.hear(delta)
        return [ear.message for ear in heard]

    def _handed_over(
        self, tool: Any, reasoning: Any, request: Any, steps: list[Step], prompt_ids: list[int]
    ) -> Iterator[Any]:
        """The server's own loop up to 0.19. Up to 0.12 the prompt is judged behind the first delta, and the tool parser
        waits for the delta after the one that ends the reasoning."""
        judges_first = self.number >= (0, 13)
        text, ids, ended, handed = "", [], reasoning is None, reasoning is None
        think = getattr(reasoning, "extract_reasoning_streaming", None) or getattr(
            reasoning, "extract_reasoning_content_streaming", None
        )
        for more_ids, more, finish in steps:
            delta, delta_ids, now, now_ids = more, more_ids, text + more, ids + more_ids
            message, calls = None, ended
            if not ended and judges_first and reasoning.is_reasoning_end(prompt_ids):
                ended, calls, now_ids = True, True, more_ids
            elif not ended:
                message = think(text, now, delta, ids, now_ids, delta_ids)
                for judged in (more_ids,) if judges_first else (prompt_ids, more_ids):
                    if not reasoning.is_reasoning_end(judged):
                        continue
                    ended, calls = True, judges_first
                    now_ids = more_ids if judged is prompt_ids else reasoning.extract_content_ids(more_ids)
                    now = (message.content if message is not None else None) or ""
                    if message is not None:
                        message.content = None
            if calls:
                if not handed:
                    handed, text, ids, delta, delta_ids = True, "", [], now, now_ids
                message = tool.extract_tool_calls_streaming(
                    previous_text=text,
                    current_text=now,
                    delta_text=delta,
                    previous_token_ids=ids,
                    current_token_ids=now_ids,
                    delta_token_ids=delta_ids,
                    request=request,
                )
            text, ids = now, now_ids
            yield self._last(tool, message, finish)

    def _composed(
        self, parsers: tuple[Any, Any], tokenizer: Tokenizer, request: Any, steps: list[Step], prompt_ids: list[int]
    ) -> Iterator[Any]:
        """The composed parser that vLLM has from 0.20 on."""
        places = [f"vllm.parser.abstract_parser.{name}" for name in ("_WrappedParser", "DelegatingParser")]
        kind = type("Composed", (first(*places),), {"tool_parser_cls": parsers[0], "reasoning_parser_cls": parsers[1]})
        parser = kind(tokenizer, request.tools, chat_template_kwargs={})
        for ids, text, finish in steps:
            says_finished = {"finished": finish is not None} if self.number >= (0, 23) else {}
            message = parser.parse_delta(
                delta_text=text,
                delta_token_ids=ids,
                request=request,
                prompt_token_ids=prompt_ids,
                **says_finished,
            )
            yield self._last(parser._tool_parser, message, finish)

    def _last(self, tool: Any, message: Any, finish: str | None) -> Any:
        if finish is None or message is None or self.number >= (0, 23):
            return message
        return last_comparison(tool, message, strings_allowed=self.number >= (0, 17))

    def whole(self, parsers: tuple[Any, Any], tokenizer: Tokenizer, text: str, prompt: str, request: Any) -> Message:
        """As the server reads an answer that is not streamed."""
        tool, reasoning = self._make(parsers, tokenizer, request)
        thought, content = None, text
        if reasoning is not None:
            if self.number >= (0, 16):
                reasoning.is_reasoning_end(tokenizer.encode(prompt))
            read = getattr(reasoning, "extract_reasoning", None) or reasoning.extract_reasoning_content
            thought, content = read(text, request=request)
        found = tool.extract_tool_calls(content or "", request=request)
        calls = [(call.function.name, call.function.arguments) for call in found.tool_calls]
        return found.content or "", thought or "", calls

    def begins_grammar(self, reasoning: Any, tokenizer: Tokenizer, prompt: str) -> bool:
        """Whether the engine of this version puts the first token of an answer under its grammar."""
        return self.grammar_from(reasoning, tokenizer, prompt, "") == ""

    def grammar_from(self, reasoning: Any, tokenizer: Tokenizer, prompt: str, answer: str) -> str | None:
        """The part of an answer, read token by token, that the engine puts under its grammar; None: it never does."""
        manager = object.__new__(first("vllm.v1.structured_output.StructuredOutputManager"))
        manager.reasoner_cls, manager.tokenizer, manager.enable_in_reasoning = reasoning, tokenizer, False
        manager.vllm_config = SimpleNamespace(speculative_config=None)
        manager.reasoner = reasoning(tokenizer=tokenizer)  # up to 0.21 there is one for all requests
        ids = tokenizer.encode(prompt)
        asked = SimpleNamespace(reasoning_ended=None, reasoner=None, reasoning_parser_kwargs=None)
        asked.grammar = asked.structured_output_key = None
        request = SimpleNamespace(structured_output_request=asked, prompt_token_ids=ids, all_token_ids=ids)
        request.use_structured_output, request.num_output_placeholders = True, 0
        bounds = getattr(manager, "_get_constraint_bounds", None)  # 0.32
        if bounds(request, ()).constraint_start == 0 if bounds else manager.should_fill_bitmask(request):
            return answer
        tokens = tokenizer.encode(answer)
        for number, token in enumerate(tokens, 1):
            request.num_computed_tokens = len(request.all_token_ids)
            request.all_token_ids = [*request.all_token_ids, token]
            if bounds:
                asked.reasoning_ended |= bounds(request, [token], spec_tokens_committed=True).constraint_start <= 1
            else:
                manager.should_advance(request)
            if asked.reasoning_ended:
                return tokenizer.decode(tokens[number:])
        return None

    def _make(self, parsers: tuple[Any, Any], tokenizer: Tokenizer, request: Any) -> tuple[Any, Any]:
        named = {"chat_template_kwargs": {}} if self.number >= (0, 12) else {}
        reasoning = make(parsers[1], tokenizer, **named) if parsers[1] else None
        tools = [request.tools] if self.number >= (0, 19) else []
        return make(parsers[0], tokenizer, *tools), reasoning


class Heard:
    """What a client makes of the deltas."""

    def __init__(self) -> None:
        self.content = self.reasoning = ""
        self.calls: dict[int, list[str]] = {}

    def hear(self, delta: Any) -> None:
        if delta is None:
            return
        sent = json.loads(delta.model_dump_json(exclude_unset=True))
        self.content += sent.get("content") or ""
        self.reasoning += sent.get("reasoning") or sent.get("reasoning_content") or ""
        for part in sent.get("tool_calls") or []:
            call = self.calls.setdefault(part["index"], ["", ""])
            function = part.get("function") or {}
            call[0] += function.get("name") or ""
            call[1] += function.get("arguments") or ""

    @property
    def message(self) -> Message:
        return self.content, self.reasoning, [(name, arguments) for name, arguments in self.calls.values()]


def last_comparison(tool: Any, delta: Any, *, strings_allowed: bool) -> Any:
    """What servers up to 0.22 do to the last message: put the arguments it believes unsent in its place."""
    calls = tool.prev_tool_call_arr
    index = len(calls) - 1 if calls else 0
    entries = delta.tool_calls
    if not entries or entries[0].function is None or entries[0].function.arguments is None:
        return delta
    arguments = calls[index].get("arguments", {})
    as_text = strings_allowed and isinstance(arguments, str)
    expected = arguments if as_text else json.dumps(arguments, ensure_ascii=False)
    sent = tool.streamed_args_for_tool[index]
    last = len(entries[0].function.arguments)
    rest = expected.replace(sent[:-last] if last else sent, "", 1)
    function = type(entries[0].function)(arguments=rest)
    return type(delta)(tool_calls=[type(entries[0])(index=index, function=function)])


def steps_of(tokenizer: Tokenizer, text: str, size: int, *, merged: bool, finish: str) -> list[Step]:
    """The deltas of an answer: `size` tokens each, the end token alone or with the last of them."""
    ids = tokenizer.encode(text)
    parts = [ids[at : at + size] for at in range(0, len(ids), size)] or [[]]
    steps: list[Step] = [[part, tokenizer.decode(part), None] for part in parts]
    if finish == "stop" and merged:
        steps[-1][0] = steps[-1][0] + [tokenizer.eos_token_id]
    elif finish == "stop":
        steps.append([[tokenizer.eos_token_id], "", None])
    steps[-1][2] = finish
    return steps


# --- the transcripts -------------------------------------------------------------------------------------------------


def prompts_of(case: Case) -> list[str]:
    """Prompts that this answer may follow: a new talk, an earlier turn with reasoning, and what the template opens."""
    if case.opened:
        return [USER + "<think>\n", EARLIER + USER + "<think>\n"]
    closed = [USER + "<think>\n\n</think>\n\n"] if not case.reasoning else []
    return [USER, EARLIER + USER, *closed]


def expected_of(case: Case) -> Message:
    return case.content, case.reasoning, [(name, json.dumps(arguments)) for name, arguments in case.calls]


def transcripts(version: Version, format_id: str, parsers: tuple[Any, Any], tokenizer: Tokenizer) -> Iterator[Outcome]:
    """Every way to send every transcript."""
    for case in CASES[format_id]:
        for prompt in prompts_of(case) if HAS_REASONING[format_id] else [USER]:
            wanted, request = expected_of(case), version.asked()
            got = version.whole(parsers, tokenizer, case.output, prompt, request)
            yield f"{case.scene}, whole, {prompt!r}", got, wanted
            for size, merged in itertools.product((1, 3, 10_000), (False, True)):
                limit = "the delta that ends both the reasoning and the answer never reaches the tool half"
                if size == 10_000 and merged and HAS_REASONING[format_id] and version.has(limit):
                    yield limit, NOT_SENT, None
                    continue
                steps = steps_of(tokenizer, case.output, size, merged=merged, finish="stop")
                for count in (1, 2):
                    for got in version.stream(parsers, tokenizer, [steps] * count, prompt, request):
                        yield f"{case.scene}, {size} a delta, merged={merged}, n={count}, {prompt!r}", got, wanted
    yield from cuts(version, format_id, parsers, tokenizer)


def without_last_quote(message: Any) -> Any:
    """A message without a quote at the end of its arguments: it waits for what follows, and nobody says it is over."""
    content, reasoning, calls = message
    return content, reasoning, [(name, arguments.removesuffix('"')) for name, arguments in calls]


def cuts(version: Version, format_id: str, parsers: tuple[Any, Any], tokenizer: Tokenizer) -> Iterator[Outcome]:
    """The long argument cut off by length: streamed and whole are the same, and nobody has closed it."""
    case = next(case for case in CASES[format_id] if case.scene == "long argument")
    ids = tokenizer.encode(case.output)
    for part, size in itertools.product((0.4, 0.6, 0.9), (1, 3)):
        text = tokenizer.decode(ids[: int(len(ids) * part)])
        whole = version.whole(parsers, tokenizer, text, USER, version.asked())
        [(_, arguments)] = whole[2]
        begun = expected_of(case)[2][0][1].startswith(arguments)
        yield f"cut at {part}: {arguments!r} is a prefix", begun, True
        steps = steps_of(tokenizer, text, size, merged=False, finish="length")
        [got] = version.stream(parsers, tokenizer, [steps], USER, version.asked())
        if version.has("nobody says that an answer without its end token is over"):
            got, whole = without_last_quote(got), without_last_quote(whole)
        yield f"cut at {part}, {size} a delta", got, whole
    text = "A call opens with <"  # which may begin one
    steps = steps_of(tokenizer, text, 1, merged=False, finish="length")
    prompt = prompts_of(case)[-1] if HAS_REASONING[format_id] else USER
    [got] = version.stream(parsers, tokenizer, [steps], prompt, version.asked())
    limit = "nobody says that an answer without its end token is over"
    if version.has(limit) and got[0] and got[0] == text[: len(got[0])] != text:
        yield limit, NOT_SENT, None  # the end, which is held
    else:
        yield "text cut where it may begin a call", got, (text, "", [])


def logprobs(version: Version, parsers: tuple[Any, Any], tokenizer: Tokenizer) -> Iterator[Outcome]:
    """The tool half says something for every delta, where the logprobs of its tokens are lost without."""
    request = version.asked(logprobs=True)
    case = next(case for case in CASES["hermes"] if case.scene == "one call")
    tool, _ = version._make(parsers, tokenizer, request)
    text, silent = "", 0
    for ids, more, _ in steps_of(tokenizer, case.output, 1, merged=False, finish="stop"):
        silent += tool.extract_tool_calls_streaming(text, text + more, more, [], [], ids, request) is None
        text += more
    yield "deltas without a message when logprobs are asked for", silent > 0, version.number >= (0, 32)


def faults(version: Version, format_id: str, scene: str, parsers: tuple[Any, Any], tokenizer: Any) -> Iterator[Outcome]:
    """A fault at every step of the core: nothing raises, and what came after it is in the content."""
    steps, at = sys.modules[format_id].STEPS, 0
    case = next(case for case in CASES[format_id] if case.scene == scene)
    prompt, whole = prompts_of(case)[0], dict(steps)
    taken = 0

    def wrapped(step: Any) -> Any:
        def faulty(*given: Any) -> Any:
            nonlocal taken
            taken += 1
            if taken == at:
                raise RuntimeError("a fault")
            return step(*given)

        return faulty

    logging.getLogger("vllm.toolgram").disabled = True
    logging.getLogger(f"vllm.toolgram.{format_id}").disabled = True
    steps.update({kind: wrapped(step) for kind, step in whole.items()})
    try:
        while taken >= at:
            at, taken = at + 1, 0
            sent = steps_of(tokenizer, case.output, 1, merged=False, finish="stop")
            [(content, reasoning, calls)] = version.stream(parsers, tokenizer, [sent], prompt, version.asked())
            wanted = expected_of(case)
            is_right = (content, reasoning, calls) == wanted or (
                wanted[1].startswith(reasoning.rstrip())
                and all(full[1].startswith(part[1]) for part, full in zip(calls, wanted[2], strict=False))
                and (calls == wanted[2] or content.rstrip().endswith(case.output.rstrip()[-1:]))
            )
            yield f"{scene}, fault at step {at}: {(content, reasoning, calls)}", is_right, True
    finally:
        steps.update(whole)


# --- the pages -------------------------------------------------------------------------------------------------------


def pages(version: Version, format_id: str, parsers: tuple[Any, Any], machine: Any) -> Iterator[Outcome]:
    """The cases of a format's page."""
    for case in testing.read_cases(formats_dir() / f"{format_id}.md"):
        if not case.tools or case.inside not in (None, "reasoning") or (case.inside and not parsers[1]):
            continue  # no parser is asked without tools, and no prompt of a server begins inside anything else
        suffix = suffix_of(case, machine)  # a server always has a tokenizer with the suffix of its model
        tokenizer = Tokenizer(with_suffix(token, suffix) for token in machine.special_tokens)
        opened = with_suffix(machine.reasoning_openers[0], suffix) if case.inside else ""
        for place, prompt in enumerate((USER, *([HEADED[format_id]] if format_id in HEADED else []))):
            name = f"{case.place} {case.name}, prompt {place}"
            yield from page_case(version, case, parsers, tokenizer, machine, prompt + opened, name)


def page_case(
    version: Version, case: testing.Case, parsers: tuple[Any, Any], tokenizer: Any, machine: Any, prompt: str, name: str
) -> Iterator[Outcome]:
    """One case behind one prompt."""
    wanted, request = page_message(case.expected), version.asked(case.tools)
    limit = "a whole answer does not come with its prompt"
    is_told = machine.format not in HEADED and _is_closed(case, machine)  # there all messages have the same closer
    if case.inside and not is_told and version.has(limit):
        yield limit, NOT_SENT, None
    else:
        got = version.whole(parsers, tokenizer, case.text, prompt, request)
        yield f"{name}, whole", comparable(got, case.expected), wanted
    for size in PAGE_SIZES:
        limit = "the reasoning half is not told of the tools"
        if _ends_by_tools(case, machine) and version.has(limit):
            yield limit, NOT_SENT, None
            continue
        limit = "the delta that ends both the reasoning and the answer never reaches the tool half"
        if parsers[1] and version.has(limit) and _is_held_to_its_end(case, machine):
            yield limit, NOT_SENT, None
            continue
        steps = steps_of(tokenizer, case.text, size, merged=False, finish="stop")
        [got] = version.stream(parsers, tokenizer, [steps], prompt, request)
        yield f"{name}, {size} a delta", comparable(got, case.expected), wanted


def _is_closed(case: testing.Case, machine: Any) -> bool:
    return any(closer.partition("{")[0] in case.text for closer in machine.reasoning_closers)


def _ends_by_tools(case: testing.Case, machine: Any) -> bool:
    """Whether it takes the request's tools to see that a call has ended the reasoning: no special token says so."""
    heads = [text.partition("{")[0] for text in machine.call_openers if text in machine.special_tokens]
    tells = machine.unknown_tools == "call" and any(head in case.text for head in heads)
    return bool(case.expected.reasoning and case.expected.calls) and not _is_closed(case, machine) and not tells


def _is_held_to_its_end(case: testing.Case, machine: Any) -> bool:
    """Whether only the end of the answer tells who does not know the tools that it holds no reasoning."""
    import toolgram

    parser = toolgram.load(machine.format).parser(None, case.inside, suffix=case.suffix)
    return bool(case.expected.calls) and not parser.feed(case.text)


def requests(version: Version, format_id: str, parsers: tuple[Any, Any], machine: Any) -> Iterator[Outcome]:
    """What is asked for besides: the special tokens as they are, and what a prompt says of the reasoning."""
    markup = [with_suffix(token, "") for token in machine.special_tokens]
    delimiters = "\0".join(with_suffix(text, "") for text in (*machine.reasoning_openers, *machine.reasoning_closers))
    reasoning = [token for token in markup if token in delimiters]
    for parser, hides in itertools.product(filter(None, parsers), (False, True)):
        request = version.asked()
        make(parser, Tokenizer(markup, hides=hides), TOOLS).adjust_request(request)
        asked = request.skip_special_tokens is False, request.spaces_between_special_tokens
        # What calls are written in is the tool half's business: without tools it stays hidden.
        own = reasoning if parser is parsers[1] and not machine.wraps_content else markup
        wanted = bool(hides and own), False
        yield f"hidden tokens and no blanks around tokens are asked for by {parser.__name__}, {hides=}", asked, wanted
    tokenizer = Tokenizer(markup)
    for parser in (parsers[1],) if parsers[1] else ():
        for prompt in (USER, HEADED.get(format_id, USER)):
            is_over = make(parser, tokenizer).is_reasoning_end(tokenizer.encode(prompt))
            yield f"the prompt says that reasoning is over: {prompt!r}", is_over, not machine.reasoning_closers


def closers(version: Version, parsers: tuple[Any, Any], machine: Any) -> Iterator[Outcome]:
    """A closer of thoughts that nothing opened, or that comes again: streamed and whole are the same. In headers it has
    a meaning of its own."""
    if parsers[1] is None or not machine.reasoning_closers or machine.format in HEADED:
        return
    limit = "a whole answer does not come with its prompt"
    if version.has(limit):
        yield limit, NOT_SENT, None
        return
    opener, closer = (with_suffix(texts[0], "") for texts in (machine.reasoning_openers, machine.reasoning_closers))
    tokenizer = Tokenizer(with_suffix(token, "") for token in machine.special_tokens)
    for text in (f"a{closer}b", f"a\n{closer}\n\nb", f"{opener}a{closer}b{closer}c", f"{opener}a{closer}\n{closer}c"):
        for prompt in (USER, USER + opener):
            whole = version.whole(parsers, tokenizer, text, prompt, version.asked())
            for size in (*PAGE_SIZES, 10_000):
                steps = steps_of(tokenizer, text, size, merged=False, finish="stop")
                [got] = version.stream(parsers, tokenizer, [steps], prompt, version.asked())
                yield f"{text!r} behind {prompt!r}, {size} a delta", got, whole


def grammars(version: Version, parsers: tuple[Any, Any], tokenizer: Tokenizer) -> Iterator[Outcome]:
    """Where the engine lets the grammar of an answer begin: at once, unless the prompt has opened the reasoning."""
    thinking, ended = USER + "<think>\n", USER + "<think>\n\n</think>\n\n"
    for prompt, begins in ((USER, True), (EARLIER, True), (thinking, False), (ended, True)):
        yield f"a grammar behind {prompt!r}", version.begins_grammar(parsers[1], tokenizer, prompt), begins


# In a format that writes each text in a message with a header, what is asked of an answer holds in the first message to
# the user: the texts in front of it, which no grammar sees, and its own text.
FRAMED = {
    "openai": "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{}",
    "inkling": "<|content_thinking|>Hm.<|end_message|><|message_model|><|content_text|>{}",
    "muse": " to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>{}",
    "muse_glimmer": "to=self<|message|>Hm.<|eom|><|start|>assistant to=user<|message|>{}",
    "beam": "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>{}",
    "solar_open": "<|think|>Hm.<|end|><|begin|>assistant<|content|>{}",
}
HEADERS_OF_CALLS = {
    "openai": "<|channel|>commentary to=functions.f <|constrain|>json<|message|>{",
    "inkling": "<|message_model|>f<|content_invoke_tool_json|>{",
    "muse": " to=f<|message|>{",
    "muse_glimmer": " to=f<|message|>{",
    "beam": "<|start|>assistant to=f<|channel|>analysis <|constrain|>xml<|message|>",
    "solar_open": "<|tool_calls|><|tool_call:begin|>a<|tool_call:name|>f<|tool_call:args|>{",
}


def framed_grammars(version: Version, format_id: str, parsers: tuple[Any, Any], machine: Any) -> Iterator[Outcome]:
    """Where the engine lets the grammar of an answer begin in formats whose texts are messages with headers."""
    tokenizer = Tokenizer(machine.special_tokens)
    framed = FRAMED[format_id]
    for answer in (framed, framed[framed.index("Hm.") + 3 :]):
        yield f"a grammar in {answer!r}", version.grammar_from(parsers[1], tokenizer, "", answer), "{}"
    for answer in (framed[: framed.index("Hm.") + 3], HEADERS_OF_CALLS[format_id]):
        yield f"a grammar in {answer!r}", version.grammar_from(parsers[1], tokenizer, "", answer), None


def page_message(expected: testing.Expected) -> Message:
    calls = [(call.name, call.arguments) for call in expected.calls]
    return expected.content or "", expected.reasoning or "", calls


def comparable(message: Message, expected: testing.Expected) -> Message:
    """A message with the arguments of complete calls written as pages write them."""
    calls = []
    for number, (name, arguments) in enumerate(message[2]):
        is_complete = number < len(expected.calls) and expected.calls[number].complete
        calls.append((name, canonical(arguments) if is_complete else arguments))
    return message[0], message[1], calls


def canonical(arguments: str) -> str:
    from toolgram.testing.cases import canonical as written

    try:
        return str(written(json.loads(arguments)))
    except ValueError:
        return arguments


# --- running ---------------------------------------------------------------------------------------------------------


def outcomes(version: Version) -> Iterator[tuple[str, Outcome]]:
    """All that is sent through one version."""
    import toolgram

    own_reasoning = version.reasoning_names()
    for path in format_paths():
        format_id, machine = path.stem, toolgram.load(path).machine
        is_thinking = bool(machine.reasoning_closers) or format_id in own_reasoning
        parsers = version.load(format_id, reasoning=is_thinking)
        if format_id in CASES:
            tokenizer = Tokenizer([*VISIBLE_TOKENS, *HIDDEN_TOKENS])
            for outcome in transcripts(version, format_id, parsers, tokenizer):
                yield format_id, outcome
            for outcome in grammars(version, parsers, tokenizer) if HAS_REASONING[format_id] else ():
                yield format_id, outcome
            for faulty, scene in FAULTY:
                if faulty == format_id:
                    for outcome in faults(version, format_id, scene, parsers, tokenizer):
                        yield format_id, outcome
        if format_id in FRAMED:
            for outcome in framed_grammars(version, format_id, parsers, machine):
                yield format_id, outcome
        if format_id == "hermes":
            for outcome in logprobs(version, parsers, Tokenizer(VISIBLE_TOKENS)):
                yield format_id, outcome
        for outcome in requests(version, format_id, parsers, machine):
            yield format_id, outcome
        for outcome in (*closers(version, parsers, machine), *pages(version, format_id, parsers, machine)):
            yield format_id, outcome
        installed = version.tools.get_tool_parser(f"toolgram_{format_id}")
        real = type(make(installed, Tokenizer(machine.special_tokens)))
        yield format_id, ("the installed parser", real.__name__, parsers[0].__name__)


def check(folder: Path) -> int:
    """Run everything in one version; return how much went wrong."""
    count, wrong, limited = 0, 0, Counter[str]()
    for format_id, (what, got, wanted) in outcomes(Version(folder)):
        if got is NOT_SENT:
            limited[what] += 1
            continue
        count += 1
        if got != wanted:
            wrong += 1
            if wrong <= int(os.environ.get("TOOLGRAM_SHOWN", "20")):
                print(f"  {format_id}: {what}\n    got    {got}\n    wanted {wanted}")
    beyond = "".join(f"; not sent: {number} ({limit})" for limit, number in limited.items())
    print(f"{folder.name}: {count - wrong} of {count} right{beyond}", flush=True)
    return wrong


def main(arguments: Sequence[str]) -> int:
    sources, *versions = arguments
    found = versions or sorted(path.parent.name for path in Path(sources).glob("*/vllm"))
    folders = [Path(sources) / version for version in found]
    if len(folders) == 1:
        return int(check(folders[0].resolve()) > 0)
    with ThreadPoolExecutor(PROCESSES) as pool:  # a process a version: they are all called `vllm`
        return max(pool.map(lambda folder: subprocess.call([sys.executable, __file__, sources, folder.name]), folders))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
