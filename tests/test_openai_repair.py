"""Answers with raw text in them become proper ones: chunk by chunk and whole, in both APIs of OpenAI."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import budget
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import toolgram
from toolgram.openai import repair
from toolgram.openai.chat import ChatRepair
from toolgram.openai.plan import AUTO, plan_for
from toolgram.openai.responses import ResponsesRepair
from toolgram.registry import format_paths
from toolgram.runtime.parser import Parser
from toolgram.testing import read_cases

TOOL = {"name": "f", "parameters": {"type": "object", "properties": {"a": {"type": "string"}}}}
CHAT_TOOLS = [{"type": "function", "function": TOOL}]
FLAT_TOOLS = [{"type": "function", **TOOL}]
CALL = "<tool_call>\n<function=f>\n<parameter=a>\nx\n</parameter>\n</function>\n</tool_call>"
CUT_CALL = CALL.partition("\n</parameter>")[0]
FORMAT = "qwen3_coder"


def chunk(delta: dict[str, Any], finish: str | None = None, index: int = 0, **more: Any) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def stream_of(pieces: Iterable[str], finish: str = "stop", index: int = 0) -> list[dict[str, Any]]:
    said = [chunk({"content": piece}, index=index) for piece in pieces]
    return [chunk({"role": "assistant", "content": ""}, index=index), *said, chunk({}, finish, index)]


def whole_of(text: str, finish: str = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "message": {"role": "assistant", "content": text, **message}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def chat(request: dict[str, Any] | None = None, name: Any = FORMAT, **options: Any) -> ChatRepair:
    return ChatRepair(plan_for(name, {"tools": CHAT_TOOLS} if request is None else request, **options))


def sent(chunks: list[dict[str, Any]], repaired: ChatRepair) -> list[dict[str, Any]]:
    return [one for given in chunks for one in repaired.chunk(given)] + repaired.end()


def message(chunks: list[dict[str, Any]], index: int = 0) -> dict[str, Any]:
    """What a client makes of the chunks of one choice."""
    said: dict[str, Any] = {"content": "", "reasoning": "", "calls": [], "finish": None, "roles": 0}
    for choice in (one for each in chunks for one in each["choices"] if one["index"] == index):
        assert said["finish"] is None, "nothing comes behind the end"
        delta = choice["delta"]
        said["finish"] = choice["finish_reason"]
        said["roles"] += "role" in delta
        said["content"] += delta.get("content") or ""
        said["reasoning"] += delta.get("reasoning") or ""
        for part in delta.get("tool_calls", ()):
            if "id" in part:
                assert part["index"] == len(said["calls"])
                said["calls"].append([part["function"]["name"], ""])
            said["calls"][part["index"]][1] += part["function"]["arguments"]
    return said


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def cuts(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]


def cases() -> list[Any]:
    found = []
    for path in format_paths():
        of_page = read_cases(path.with_suffix(".md"))
        found += [pytest.param(path.stem, case, id=f"{path.stem}: {case.name}") for case in budget.sample(of_page, 3)]
    return budget.sample(found, 80)


@pytest.mark.parametrize(("name", "case"), cases())
def test_every_cut_and_the_whole_give_what_the_format_reads(name: str, case: Any) -> None:
    fmt = toolgram.load(name)
    tools = list(case.tools or ())
    parser = Parser(fmt.prepared, tools, case.inside)
    expected = toolgram.collect([*parser.feed(case.text), *parser.finish()])
    if not tools:
        return
    request = {"tools": tools}
    for size in (1, 7, len(case.text) or 1):
        found = message(sent(stream_of(cuts(case.text, size)), chat(request, fmt, inside=case.inside)))
        calls = [[call.name, call.arguments] for call in expected.tool_calls]
        assert (found["content"], found["reasoning"]) == (expected.content or "", expected.reasoning or "")
        assert (found["calls"], found["roles"]) == (calls, 1)
        assert found["finish"] == ("tool_calls" if any(call.complete for call in expected.tool_calls) else "stop")
    [choice] = chat(request, fmt, inside=case.inside).whole(whole_of(case.text))["choices"]
    whole = choice["message"]
    assert [[one["function"]["name"], one["function"]["arguments"]] for one in whole.get("tool_calls", ())] == calls
    assert (whole.get("reasoning"), choice["finish_reason"]) == (expected.reasoning, found["finish"])
    assert (whole["content"] or "").strip() == (expected.content or "").strip()


TEXTS = st.lists(st.sampled_from(["Hi ", "<think>\n", "hm", "\n</think>\n\n", CALL, CUT_CALL, "\n", "<tool_c", "</"]))
REQUESTS = st.sampled_from([{"tools": CHAT_TOOLS}, {}, {"tools": CHAT_TOOLS, "tool_choice": "none"}])


@settings(max_examples=40 if not budget.full else 1000, deadline=None)
@given(TEXTS, REQUESTS, st.sampled_from([AUTO, None, "reasoning"]), st.sampled_from(["stop", "length"]), st.data())
def test_how_a_stream_is_cut_changes_nothing(
    parts: list[str], request: dict[str, Any], inside: str | None, finish: str, data: st.DataObject
) -> None:
    text = "".join(parts)
    places = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=6)))
    pieces = [text[a:b] for a, b in zip([0, *places], [*places, len(text)], strict=True)]
    at_once = message(sent(stream_of([text], finish), chat(request, inside=inside)))
    assert message(sent(stream_of(pieces, finish), chat(request, inside=inside))) == at_once
    assert message(sent(stream_of(text, finish), chat(request, inside=inside))) == at_once
    if "tools" not in request or "tool_choice" in request:
        assert at_once["calls"] == []
        assert at_once["content"].count("<function=f>") + at_once["reasoning"].count("<function=f>") == text.count(
            "<function=f>"
        )
    events, _ = _responses(pieces, {**request, **({"tools": FLAT_TOOLS} if "tools" in request else {})}, inside, finish)
    items = _items(events)
    said = "".join(item["content"][0]["text"] for item in items if item["type"] == "message")
    thought = "".join(item["content"][0]["text"] for item in items if item["type"] == "reasoning")
    assert (said, thought) == (at_once["content"], at_once["reasoning"])
    calls = [[item["name"], item["arguments"]] for item in items if item["type"] == "function_call"]
    assert calls == at_once["calls"]


# --- what passes -----------------------------------------------------------------------------------------------------


def _is_same(given: list[Any], repaired: ChatRepair) -> None:
    for one in given:
        [found] = repaired.chunk(one)
        assert found is one
    assert repaired.end() == []


def test_plain_text_passes_as_it_came() -> None:
    _is_same(stream_of(["Hi", " there", ", 1", "."]), chat())
    answer = whole_of("Hi there", tool_calls=[])
    assert chat().whole(answer) is answer


def test_without_tools_and_reasoning_everything_passes() -> None:
    name = next(path.stem for path in format_paths() if not toolgram.load(path).table.get("reasoning_closers"))
    _is_same(stream_of(["<|tool_call|>", "\n", "{"]), chat({}, name))


def test_what_is_no_text_passes_as_it_came() -> None:
    usage = {"choices": [], "usage": {"total_tokens": 1}}
    odd = [{}, {"error": {"message": "x"}}, {"choices": None}, {"choices": ["x"]}, {"choices": [{"index": 0}]}]
    _is_same([*odd, usage, chunk({"refusal": "no"}), chunk({"content": None}), chunk({"content": [1]})], chat())
    for answer in ({}, {"choices": 1}, {"choices": [{"message": {"content": None}}]}, {"choices": [{"message": 7}]}):
        assert chat().whole(answer) is answer
    for event in ({}, {"type": "response.created"}, {"type": "error"}, {"type": "response.completed", "response": 1}):
        [found] = ResponsesRepair(plan_for(FORMAT, {"tools": FLAT_TOOLS})).event(event)
        assert found is event


def test_calls_and_reasoning_of_the_server_are_left_alone() -> None:
    call = {"index": 0, "id": "x", "type": "function", "function": {"name": "f", "arguments": "{}"}}
    given = [
        chunk({"role": "assistant", "reasoning_content": "hm"}),
        chunk({"reasoning_content": " so"}),
        chunk({"content": "I look"}),
        chunk({"tool_calls": [call]}),
        chunk({"content": CALL}),
        chunk({}, "tool_calls"),
    ]
    _is_same(given, chat())
    answer = whole_of(CALL, "tool_calls", tool_calls=[call])
    assert chat().whole(answer) is answer
    answer = whole_of("So.", reasoning="hm")
    assert chat().whole(answer) is answer


def test_calls_of_the_server_count_on_from_those_that_were_found() -> None:
    call = {"index": 0, "id": "x", "type": "function", "function": {"name": "g", "arguments": "{}"}}
    found = sent([*stream_of([CALL, "<tool_c"])[:-1], chunk({"tool_calls": [call]}), chunk({}, "tool_calls")], chat())
    said = message(found)
    assert said["calls"] == [["f", '{"a": "x"}'], ["g", "{}"]]
    assert (said["content"], said["finish"]) == ("<tool_c", "tool_calls")


def test_whatever_else_a_chunk_carries_is_sent_once() -> None:
    more = {"usage": {"total_tokens": 3}, "system_fingerprint": "p"}
    given = chunk({"content": f"Hi{CALL}", "odd": 1}, "stop", **more)
    given["choices"][0] |= {"logprobs": {"content": [1]}, "token_ids": [5], "stop_reason": None}
    found = chat().chunk(given)
    assert len(found) == 3
    assert [one["choices"][0].get("logprobs") for one in found] == [{"content": [1]}, None, None]
    assert [one["choices"][0].get("token_ids") for one in found] == [[5], None, None]
    assert [one["choices"][0]["delta"].get("odd") for one in found] == [1, None, None]
    assert [one.get("usage") for one in found] == [{"total_tokens": 3}] * 3  # what it is so far
    assert [one["choices"][0]["finish_reason"] for one in found] == [None, None, "tool_calls"]
    assert {one["system_fingerprint"] for one in found} == {"p"}


def test_a_chunk_that_says_nothing_more_is_not_sent_but_its_logprobs_are() -> None:
    repaired = chat()
    assert repaired.chunk(chunk({"content": "<tool"})) == []
    held = chunk({"content": "_call>"})
    held["choices"][0]["logprobs"] = {"content": [1]}
    [found] = repaired.chunk(held)
    assert found["choices"][0]["delta"] == {}
    assert found["choices"][0]["logprobs"] == {"content": [1]}
    [counted] = repaired.chunk(chunk({"content": "\n"}, usage={"total_tokens": 1}))
    assert (counted["choices"], counted["usage"]) == ([], {"total_tokens": 1})


# --- choices, reasons, reasoning -------------------------------------------------------------------------------------


def test_choices_do_not_mix() -> None:
    streams = [stream_of(cuts(f"Hi {index}{CALL.replace('x', str(index))}", 3), index=index) for index in range(3)]
    found = sent([one for row in zip(*streams, strict=True) for one in row], chat())
    for index in range(3):
        said = message(found, index)
        assert (said["content"], said["calls"]) == (f"Hi {index}", [["f", json.dumps({"a": str(index)})]])
    together = {**chunk({}), "choices": [chunk({"content": "Hi"}, None, at)["choices"][0] for at in range(3)]}
    assert chat().chunk(together) == [together]


@pytest.mark.parametrize(
    ("text", "given", "reason", "complete"),
    [
        (CALL, "stop", "tool_calls", True),
        (CALL, "length", "length", True),
        (CUT_CALL, "length", "length", False),
        (CUT_CALL, "stop", "stop", False),
        (CALL.partition("</tool_call>")[0], "stop", "tool_calls", True),
        ("Hi", "stop", "stop", None),
    ],
)
def test_the_reason_is_honest(text: str, given: str, reason: str, complete: bool | None) -> None:
    said = message(sent(stream_of([text], given), chat()))
    [choice] = chat().whole(whole_of(text, given))["choices"]
    assert said["finish"] == choice["finish_reason"] == reason
    for arguments in [call[1] for call in said["calls"]]:
        if complete:
            json.loads(arguments)
        else:
            assert not _is_json(arguments)
    assert len(said["calls"]) == len(choice["message"].get("tool_calls", ())) == (complete is not None)
    dropped = message(sent(stream_of([text], given), chat(incomplete="drop")))
    assert len(dropped["calls"]) == bool(complete)


def test_a_stream_that_breaks_off_gives_what_it_held_and_no_reason() -> None:
    given = stream_of(["Hi <tool_c"])[:-1]
    assert message(sent(given, chat())) == message(given)
    broken = message(sent(stream_of([CUT_CALL])[:-1], chat()))
    assert (broken["finish"], broken["calls"]) == (None, [["f", '{"a": "x']])


def test_what_the_prompt_opens_can_be_said_or_is_seen() -> None:
    text = f"hm\n</think>\n\nHi{CALL}"
    opened = message(sent(stream_of(cuts(text, 4)), chat(inside="reasoning")))
    assert (opened["reasoning"], opened["content"], len(opened["calls"])) == ("hm", "Hi", 1)
    asked = {"tools": CHAT_TOOLS, "chat_template_kwargs": {"enable_thinking": True}}
    assert message(sent(stream_of(cuts(text, 4)), chat(asked)))["reasoning"] == "hm"
    [choice] = chat().whole(whole_of(text))["choices"]  # its closer comes first
    assert (choice["message"]["reasoning"], choice["message"]["content"]) == ("hm", "Hi")
    always = next(
        path for path in format_paths() if (toolgram.load(path).table["begins_inside"] or [0, 1])[1:3] == [[], True]
    )
    assert plan_for(always).inside_of() == "reasoning"
    assert plan_for(FORMAT).inside_of() is None
    with pytest.raises(ValueError, match="inside='answer'"):
        plan_for(FORMAT, inside="answer")


def test_the_reasoning_is_called_as_the_server_calls_it() -> None:
    given = [chunk({"role": "assistant", "content": "", "reasoning_content": None}), *stream_of(["<think>\nhm"])[1:]]
    found = sent(given, chat())
    assert [one["choices"][0]["delta"].get("reasoning_content") for one in found] == [None, "hm", None]
    assert message(sent(stream_of(["<think>\nhm"]), chat(reasoning_field="reasoning_content")))["reasoning"] == ""


def test_a_call_in_the_reasoning_that_nothing_closes_is_found_and_a_draft_is_not() -> None:
    thought = [
        chunk({"role": "assistant", "content": ""}),
        *(chunk({"reasoning": one}) for one in cuts(f"hm {CALL}", 5)),
    ]
    said = message(sent([*thought, chunk({"content": "\n"}), chunk({}, "stop")], chat()))
    assert (said["reasoning"], said["calls"], said["finish"]) == ("hm", [["f", '{"a": "x"}']], "tool_calls")
    said = message(sent([*thought, chunk({"content": f"So. {CALL}"}), chunk({}, "stop")], chat()))
    assert (said["reasoning"], len(said["calls"]), said["content"]) == (f"hm {CALL}", 1, "So.")
    [choice] = chat().whole(whole_of("", reasoning=f"hm {CALL}"))["choices"]
    assert (choice["message"]["reasoning"], choice["finish_reason"]) == ("hm", "tool_calls")


def test_text_that_was_held_is_sent_before_the_text_that_decides_it() -> None:
    given = [chunk({"reasoning": "<response>It is sunny.</respon"}), chunk({"content": "se>"}), chunk({}, "stop")]
    assert message(sent(given, chat(name="granite")))["content"] == "It is sunny.</response>"


def test_without_tools_a_call_is_text_behind_the_reasoning() -> None:
    for request in ({}, {"tools": CHAT_TOOLS, "tool_choice": "none"}):
        for size in (1, 5, 1000):
            said = message(sent(stream_of(cuts(f"<think>\nhm\n</think>\n\nHi\n{CALL}\n", size)), chat(request)))
            assert (said["reasoning"], said["content"], said["calls"]) == ("hm", f"Hi\n{CALL}\n", [])
            said = message(sent(stream_of(cuts(f"hm\n</think>\n\n{CALL}", size)), chat(request, inside="reasoning")))
            assert (said["reasoning"], said["content"]) == ("hm", CALL)


def test_tools_that_cannot_be_read_cost_nothing_but_themselves() -> None:
    said = message(sent(stream_of([CALL]), chat({"tools": [7, {"type": "function"}, *CHAT_TOOLS]})))
    assert said["calls"] == [["f", '{"a": "x"}']]


def test_a_parser_that_fails_sends_the_rest_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    repaired = chat()
    before = sent_before = [one for given in stream_of(["Hi <tool_c"])[:-1] for one in repaired.chunk(given)]

    def fail(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("toolgram.openai.choice.Parser.feed", fail, raising=True)
    behind = [one for given in stream_of(["all>", " x"])[1:] for one in repaired.chunk(given)]
    assert message([*before, *behind])["content"] == "Hi <tool_call> x"
    assert sent_before


# --- Responses -------------------------------------------------------------------------------------------------------


def _response_events(pieces: list[str], finish: str = "stop") -> list[dict[str, Any]]:
    part = {"type": "output_text", "text": "".join(pieces), "annotations": []}
    item = {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
    place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    status = "completed" if finish == "stop" else "incomplete"
    events = [
        {"type": "response.created", "response": {"output": []}},
        {"type": "response.output_item.added", "output_index": 0, "item": {**item, "content": []}},
        {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
        *({"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []} for piece in pieces),
        {"type": "response.output_text.done", **place, "text": part["text"]},
        {"type": "response.content_part.done", **place, "part": part},
        {"type": "response.output_item.done", "output_index": 0, "item": item},
        {"type": f"response.{status}", "response": {"id": "r", "status": status, "output": [item]}},
    ]
    return [{**event, "sequence_number": number} for number, event in enumerate(events)]


def _responses(
    pieces: list[str], request: dict[str, Any], inside: str | None = AUTO, finish: str = "stop"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    repaired = ResponsesRepair(plan_for(FORMAT, request, inside=inside))
    given = _response_events(pieces, finish)
    return [one for event in given for one in repaired.event(event)] + repaired.end(), given


def _items(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The items of a response; what its events say of them one by one is the same."""
    assert [event["sequence_number"] for event in events] == [*range(len(events))]
    items = events[-1]["response"]["output"]
    said = ["" for _ in items]
    ids = [item["id"] for item in items]
    for event in events:
        at = event.get("output_index")
        if at is None or (said[at] == "" and items[at].get("content") == []):
            continue
        assert event.get("item_id", ids[at]) == ids[at] == event.get("item", {"id": ids[at]})["id"]
        if event["type"].endswith(".delta"):
            said[at] += event["delta"]
        if event["type"].endswith(("_text.done", "arguments.done")):
            assert event.get("text", event.get("arguments")) == said[at]
        if event["type"] == "response.output_item.done":
            assert event["item"] == items[at]
    for item, text in zip(items, said, strict=True):
        assert (item["arguments"] if item["type"] == "function_call" else item["content"][0]["text"]) == text
    return list(items)


def test_a_response_becomes_items() -> None:
    text = f"<think>\nhm\n</think>\n\nI look.\n{CALL}\n{CALL}"
    for size in (1, 9, 1000):
        events, given = _responses(cuts(text, size), {"tools": FLAT_TOOLS})
        items = _items(events)
        assert [item["type"] for item in items] == ["reasoning", "message", "function_call", "function_call"]
        assert [item["status"] for item in items] == ["completed"] * 4
        assert items[1]["id"] == "msg_1"
        assert len({item["id"] for item in items}) == 4
        whole = ResponsesRepair(plan_for(FORMAT, {"tools": FLAT_TOOLS})).whole(given[-1]["response"])
        kept = ("type", "name", "arguments", "content", "status", "summary")
        assert [[one.get(key) for key in kept] for one in whole["output"]] == [
            [one.get(key) for key in kept] for one in items
        ]


def test_a_response_in_which_nothing_is_found_passes_as_it_came() -> None:
    events, given = _responses(["Hi", " there"], {"tools": FLAT_TOOLS})
    assert all(one is other for one, other in zip(events, given, strict=True))
    response = given[-1]["response"]
    assert ResponsesRepair(plan_for(FORMAT, {"tools": FLAT_TOOLS})).whole(response) is response
    events, given = _responses([""], {"tools": FLAT_TOOLS})
    assert events == given


def test_a_response_that_is_cut_has_no_whole_call() -> None:
    events, _ = _responses([CUT_CALL], {"tools": FLAT_TOOLS}, finish="length")
    [item] = _items(events)
    assert item["status"] == "incomplete"
    assert not _is_json(item["arguments"])


def test_items_of_the_server_are_left_alone_and_keep_their_order() -> None:
    repaired = ResponsesRepair(plan_for(FORMAT, {"tools": FLAT_TOOLS}))
    given = _response_events([f"Hi{CALL}"])
    search = {"type": "web_search_call", "id": "ws_1", "status": "completed"}
    own = [
        {"type": "response.output_item.added", "output_index": 1, "item": search},
        {"type": "response.output_item.done", "output_index": 1, "item": search},
    ]
    given[-1]["response"]["output"].append(search)
    found = [one for event in [*given[:-1], *own, given[-1]] for one in repaired.event(event)]
    assert [item["type"] for item in found[-1]["response"]["output"]] == ["message", "function_call", "web_search_call"]
    assert [event["output_index"] for event in found if event.get("item", {}).get("id") == "ws_1"] == [2, 2]


def test_an_answer_that_is_none_is_refused_in_words() -> None:
    with pytest.raises(TypeError, match="await"):
        repair(7, FORMAT)
    with pytest.raises(TypeError, match="neither `choices` nor `output`"):
        repair({"data": []}, FORMAT)
    answer = whole_of("Hi")
    assert repair(answer, FORMAT, CHAT_TOOLS) is answer
