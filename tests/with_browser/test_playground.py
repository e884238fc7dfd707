"""The playground in a real browser: read, replay, hover, write a spec, share, drop."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from acting import clipboard, coloured, go, lit, message, put, settle, type_text
from conftest import PHONE, READY, write_file

import toolgram
from toolgram.play.link import fragment_of, session_in
from toolgram.registry import find, format_paths
from toolgram.testing.cases import parse_cases

CALL = "I look.\n<tool_call>\n<function=weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>"
TOOLS = [{"type": "function", "function": {"name": "weather", "parameters": {"properties": {"city": {}}}}}]


def test_a_text_is_coloured_by_what_it_became(page: Any) -> None:
    type_text(page, CALL)
    page.wait_for_selector("#text .k-name")
    assert coloured(page, "name") == ["weather"]
    assert coloured(page, "key") == ["city"]
    assert coloured(page, "value") == ["Paris"]
    assert coloured(page, "content")[0] == "I look."
    assert '"arguments": "{\\"city\\": \\"Paris\\"}"' in message(page)
    assert page.locator("#events li").last.inner_text().split()[1:] == ["CallEnd", "complete"]


def test_the_message_is_what_python_reads(open_page: Any) -> None:
    page = open_page(fragment_of({"format": "qwen3_coder", "text": CALL, "tools": json.dumps(TOOLS)}))
    page.click("#copy-message")
    page.wait_for_selector("#toast.shown")
    shown = json.loads(clipboard(page))
    read = toolgram.load("qwen3_coder").parse(CALL, TOOLS)
    assert shown["content"] == read.content
    assert [one["function"] for one in shown["tool_calls"]] == [
        {"name": one.name, "arguments": one.arguments} for one in read.tool_calls
    ]


def test_the_slider_shows_what_is_held_since_when_and_why(page: Any) -> None:
    type_text(page, CALL)
    settle(page)
    go(page, len("I look.\n<tool"))
    held = page.locator("#held").inner_text()
    assert "↵<tool" in held
    assert "since character 8" in held
    assert "the beginning of <tool_call>" in held
    assert "".join(coloured(page, "held")) == "<tool" or coloured(page, "held")
    assert '"content": "I look."' in message(page)
    assert "tool_calls" not in message(page)
    page.click("#held .since")
    settle(page)
    assert "Nothing is held" in page.locator("#held").inner_text()
    go(page, None)
    assert "tool_calls" in message(page)


def test_keys_move_the_slider_and_readers_are_told(page: Any) -> None:
    slider = page.locator("#step")
    slider.focus()
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    settle(page)
    assert slider.input_value() == "3"
    assert slider.get_attribute("aria-valuetext").startswith("3 of 3")
    page.click("#play")
    page.wait_for_function("() => Number(document.querySelector('#step').value) > 8")
    page.click("#play")


def test_steps_may_be_larger_than_a_character(page: Any) -> None:
    type_text(page, CALL)
    page.select_option("#way", "words")
    page.wait_for_function("() => Number(document.querySelector('#step').max) < 12")
    assert '"name": "weather"' in message(page)


def test_a_character_lights_its_rule_and_a_rule_its_characters(page: Any) -> None:
    type_text(page, CALL)
    page.wait_for_selector("#text .k-value")
    page.locator("#text .k-value").hover()
    page.wait_for_selector("#spec .lit-line")
    assert page.locator("#spec .lit-line").first.inner_text().startswith("value")
    assert page.locator("#point").inner_text().startswith("value · rule value · read in state")
    page.locator("#spec .cm-line", has_text="name: TEXT").hover(position={"x": 20, "y": 8})
    page.wait_for_selector("#text .lit")
    assert lit(page, "#text") == ["weather"]
    page.locator('#spec span:text-is("\\"<function=\\"")').hover()
    page.wait_for_function("() => true")
    settle(page)
    assert lit(page, "#text") == ["<function="]


def delay(page: Any, path: str, seconds: float) -> None:
    """Let a file of the page come late."""

    def late(route: Any) -> None:
        page.wait_for_timeout(seconds * 1000)
        route.continue_()

    page.route(f"**/{path}", late)


@pytest.mark.parametrize("part", ["cases.json", "json"])
def test_what_is_typed_while_a_format_comes_is_kept(page: Any, part: str) -> None:
    delay(page, f"formats/hermes.{part}", 0.8)
    page.select_option("#format", "hermes")
    type_text(page, "See `<tool_call>` there.")
    page.wait_for_selector("#text .unusual")
    page.wait_for_timeout(1200)
    assert page.locator("#text .cm-content").inner_text() == "See `<tool_call>` there."
    assert page.locator("#format").input_value() == "hermes"


def test_the_format_that_was_chosen_last_is_shown(page: Any) -> None:
    delay(page, "formats/hermes.json", 0.8)
    page.select_option("#format", "hermes")
    page.select_option("#format", "openai")
    page.wait_for_timeout(1500)
    assert "<|channel|>" in page.locator("#spec .cm-content").inner_text()
    assert page.locator("#format").input_value() == "openai"


def test_what_is_unusual_says_why(page: Any) -> None:
    page.select_option("#format", "hermes")
    page.wait_for_function("() => document.querySelector('#format').value === 'hermes'")
    type_text(page, "See `<tool_call>` there.")
    page.wait_for_selector("#text .unusual")
    page.locator("#text .unusual").first.hover()
    page.wait_for_selector("#text .tip")
    assert page.locator("#point").inner_text().endswith("Why: what stands there is no part of a call.")


def test_the_cursor_does_what_the_pointer_does(page: Any) -> None:
    type_text(page, "Hello")
    page.locator("#text .cm-content").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    settle(page)
    assert page.locator("#point").inner_text().startswith("content · rule")


def test_a_spec_with_a_mistake_is_told_and_repaired(page: Any) -> None:
    page.locator("#spec .cm-line", has_text="name: TEXT").click()
    page.keyboard.press("End")
    page.keyboard.type(" nam")
    page.wait_for_selector("#spec .cm-lintRange-error")
    assert page.locator("#spec .cm-lintRange-error").inner_text() == "nam"
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('error')")
    page.locator("#spec .cm-lint-marker").hover()
    page.wait_for_selector("#spec .cm-diagnosticAction")
    assert "rule `nam` is not defined" in page.locator("#spec .cm-tooltip").inner_text()
    for _ in range(4):
        page.keyboard.press("Backspace")
    page.wait_for_selector("#spec .cm-lintRange-error", state="detached")
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('Change it')")


def test_a_fix_is_applied_by_its_button(page: Any) -> None:
    spec = find("qwen3_coder").read_text(encoding="utf-8").replace("_WS? _function _WS?", "_WS? _functoin _WS?")
    put(page, "#spec", spec)
    page.wait_for_selector("#spec .cm-lint-marker")
    page.click("#spec-list")
    page.click("#spec .cm-panel-lint .cm-diagnosticAction >> nth=0")
    page.wait_for_selector("#spec .cm-lintRange-error", state="detached")


def test_a_changed_spec_reads_the_text(page: Any) -> None:
    spec = find("qwen3_coder").read_text(encoding="utf-8").replace("<function=", "<tool=")
    put(page, "#spec", spec)
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('read by this spec')")
    type_text(page, CALL.replace("<function=", "<tool="))
    page.wait_for_selector("#text .k-name")
    assert coloured(page, "name") == ["weather"]


def test_the_machine_is_drawn_and_its_state_is_lit(page: Any) -> None:
    page.click("#tab-machine")
    page.wait_for_selector("#graph svg")
    type_text(page, CALL)
    settle(page)
    go(page, CALL.index("Paris") + 3)
    assert page.locator("#graph .current").count() == 1
    assert "value" in page.locator("#state").inner_text()
    drawn = page.locator("#graph .state").count()
    page.check("#recovery")
    assert page.locator("#graph .state").count() >= drawn


def test_tabs_go_by_arrows(page: Any) -> None:
    page.locator("#tab-spec").focus()
    page.keyboard.press("ArrowRight")
    assert page.locator("#panel-machine").is_visible()
    page.keyboard.press("ArrowRight")
    assert page.locator("#panel-tools").is_visible()
    assert page.locator("#tab-tools").get_attribute("aria-selected") == "true"


def test_tools_type_the_arguments(page: Any) -> None:
    page.click("#tab-tools")
    tool = {
        "type": "function",
        "function": {"name": "weather", "parameters": {"properties": {"city": {"type": "integer"}}}},
    }
    put(page, "#tools", json.dumps([tool]))
    type_text(page, CALL.replace("Paris", "12"))
    page.wait_for_selector("#text .k-value")
    assert '"{\\"city\\": 12}"' in message(page)
    put(page, "#tools", "[{]")
    page.wait_for_function("() => document.querySelector('#tools-problem').textContent !== ''")


def test_a_link_brings_everything_back(page: Any, open_page: Any) -> None:
    spec = find("qwen3_coder").read_text(encoding="utf-8").replace("<function=", "<tool=")
    text = CALL.replace("<function=", "<tool=")
    put(page, "#spec", spec)
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('read by this spec')")
    type_text(page, text)
    settle(page)
    go(page, 30)
    page.click("#copy-link")
    page.wait_for_selector("#toast.shown")
    link = clipboard(page)
    told = session_in(link.partition("#")[1] + link.partition("#")[2])
    assert (told["text"], told["spec"], told["step"]) == (text, spec, 30)
    page.reload()
    page.wait_for_selector(READY)
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('read by this spec')")
    settle(page)
    assert page.locator("#step").input_value() == "30"
    other = open_page("#" + link.partition("#")[2])
    assert "<tool=" in other.locator("#text .cm-content").inner_text()


def test_the_copied_case_is_a_case(page: Any) -> None:
    type_text(page, CALL + "\n")
    page.wait_for_selector("#text .k-value")
    page.click("#tab-tools")
    put(page, "#tools", json.dumps(TOOLS))
    page.wait_for_function("() => document.querySelector('#tools-problem').textContent === ''")
    settle(page)
    page.click("#copy-case")
    page.wait_for_selector("#toast.shown")
    [case] = parse_cases("page.md", clipboard(page))
    assert (case.text, case.tools) == (CALL + "\n", TOOLS)
    read = toolgram.load("qwen3_coder").parse(case.text, case.tools)
    assert case.expected.content == read.content
    assert [json.loads(one.arguments) for one in case.expected.calls] == [{"city": "Paris"}]


def test_every_format_can_be_chosen(page: Any) -> None:
    for path in format_paths()[::7]:
        page.select_option("#format", path.stem)
        page.wait_for_function("id => document.querySelector('#format').value === id", arg=path.stem)
        page.wait_for_function("() => document.querySelector('#example').value !== ''")
        page.click("#tab-machine")
        page.wait_for_selector("#graph .current, #state:not(:empty)")


SSE = "\n\n".join(
    f"data: {json.dumps({'choices': [{'delta': {'content': piece}}]})}" for piece in (CALL[:20], CALL[20:50], CALL[50:])
)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("stream.txt", SSE + "\n\ndata: [DONE]\n", "a stream of 3 deltas"),
        (
            "failure.json",
            json.dumps(
                {"chunks": [CALL[:9], [CALL[9:], [151657]]], "special_tokens": {"<tool_call>": 151657}, "tools": TOOLS}
            ),
            "a failure transcript",
        ),
        ("raw.txt", CALL, "taken as a text of a model"),
    ],
)
def test_a_recorded_stream_is_replayed(page: Any, tmp_path: Path, name: str, text: str, said: str) -> None:
    page.set_input_files("#file", write_file(tmp_path, name, text))
    page.wait_for_function("words => document.querySelector('#toast').textContent.includes(words)", arg=said)
    page.wait_for_selector("#text .k-name")
    assert coloured(page, "name") == ["weather"]
    steps = {"stream.txt": 4, "failure.json": 3, "raw.txt": len(CALL) + 1}[name]
    assert page.locator("#step").get_attribute("max") == str(steps)


def test_a_template_says_its_format(page: Any) -> None:
    template = (Path(__file__).parents[1] / "templates").glob("*.jinja")
    path = next(iter(sorted(template)), None)
    if path is None:
        pytest.skip("no template here")
    page.set_input_files("#file", str(path))
    page.wait_for_function(
        "() => /writes|no format/.test(document.querySelector('#toast').textContent)", timeout=60_000
    )


def test_a_spec_of_ones_own_is_dropped(page: Any, tmp_path: Path) -> None:
    spec = (
        find("hermes").read_text(encoding="utf-8").replace("<tool_call>", "<acme>").replace("</tool_call>", "</acme>")
    )
    page.set_input_files("#file", write_file(tmp_path, "acme.lark", spec))
    page.wait_for_function("() => document.querySelector('#spec-words').textContent.includes('read by this spec')")
    assert page.locator("#format").input_value() == "acme"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_one_part_at_a_time(open_page: Any, scheme: str) -> None:
    page = open_page(size=PHONE, scheme=scheme)
    assert page.locator(".pane.text").is_visible()
    assert not page.locator(".pane.came").is_visible()
    page.click('.views [data-view="came"]')
    assert page.locator("#message").is_visible()
    assert not page.locator(".pane.text").is_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    for one in ("#play", "#step"):
        assert page.locator(one).is_visible()
