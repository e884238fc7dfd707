"""A link from a stranger shows a text, and runs nothing of it: the page says so to the browser, which obeys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from acting import settle, type_text
from conftest import DESKTOP, PHONE

from toolgram.play.link import BEGIN, fragment_of
from toolgram.registry import find

AXE = Path(__file__).parents[2] / "playground" / "node_modules" / "axe-core" / "axe.min.js"
HTML = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script><svg onload=alert(1)>"
NAME = HTML.replace(chr(34), "")
CALL = f'<tool_call>{{"name": "{NAME}", "arguments": {{"{NAME}": 1}}}}</tool_call>'
BIDI = "\u202e\u2066\x1b[2J\x00\u200b"
STRANGE = {
    "text": {"format": "hermes", "text": HTML + CALL + BIDI, "anyTool": True},
    "tools": {
        "format": "hermes",
        "text": CALL,
        "tools": json.dumps([{"function": {"name": HTML, "description": HTML}}]),
    },
    "spec": {
        "format": "hermes",
        "text": CALL,
        "spec": f"# /// format\n# title = {json.dumps(HTML)}\n# ///\n{HTML}: foo\n",
    },
    "name": {"format": "x-'\"&lt;", "text": CALL},
    "path": {"format": "../../compile", "text": CALL},
    "own": {"format": "acme", "text": HTML, "spec": find("hermes").read_text(encoding="utf-8").replace("name", "nom")},
    "proto": {
        "format": "hermes",
        "text": '<tool_call>{"name": "f", "arguments": {"__proto__": {"a": 1}}}',
        "inside": "__proto__",
    },
    "types": {"format": "hermes", "text": 7, "tools": [], "chunks": [["a"]], "step": -1, "way": "x", "tokenIds": 3},
    "steps": {"format": "hermes", "text": "abc", "step": 99999999},
    "half": {"format": "hermes", "text": "\ud83d and \ude00", "anyTool": True},
    "lines": {"format": "hermes", "text": "a\r\nb\rc\u2028d", "anyTool": True},
}


@pytest.mark.parametrize("name", STRANGE)
def test_nothing_of_a_link_is_run(open_page: Any, name: str) -> None:
    page = open_page(fragment_of(STRANGE[name]))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for tab in ("#tab-tools", "#tab-machine", "#tab-spec"):
        page.click(tab)
    page.wait_for_timeout(300)
    assert page.title() == "toolgram playground"
    assert page.locator("img:not(.cm-widgetBuffer), script:not([src='app.js']), iframe, object, embed").count() == 0
    assert page.evaluate("() => ({}).a") is None


@pytest.mark.parametrize("fragment", [BEGIN, BEGIN + "!!!", BEGIN + "AAAA", "#z=" + "A" * 9999, "#elsewhere"])
def test_a_link_that_is_none_is_told(open_page: Any, fragment: str) -> None:
    page = open_page(fragment)
    assert "cannot be read" in page.locator("#toast").inner_text()


def test_a_link_that_unpacks_to_too_much_is_refused(open_page: Any) -> None:
    page = open_page(fragment_of({"format": "hermes", "text": "a" * 9_000_000}))
    assert "cannot be read" in page.locator("#toast").inner_text()


def test_what_was_read_is_what_came(open_page: Any) -> None:
    """Line ends and halves of characters pass through the editor as they are."""
    page = open_page(fragment_of(STRANGE["lines"]))
    page.click("#copy-message")
    page.wait_for_selector("#toast.shown")
    assert json.loads(page.evaluate("() => navigator.clipboard.readText()"))["content"] == STRANGE["lines"]["text"]


def test_the_policy_forbids_scripts_in_text(open_page: Any) -> None:
    """The promise rests on the browser as well: even a slip of ours would run nothing."""
    page = open_page()
    refused = "() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }"
    assert page.evaluate(refused)
    blocked = """() => new Promise((done) => {
        addEventListener('securitypolicyviolation', (event) => done(event.effectiveDirective), { once: true });
        fetch('http://127.0.0.1:9/').catch(() => {});
    })"""
    assert page.evaluate(blocked) == "connect-src"


@pytest.fixture(autouse=True)
def _violations_are_expected(request: pytest.FixtureRequest, open_page: Any) -> Any:
    """What the last test provokes is no mistake of the page."""
    yield
    if "policy" in request.node.name:
        open_page.problems.clear()


@pytest.mark.skipif(not AXE.is_file(), reason="npm install in playground/ has axe-core")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(open_page: Any, scheme: str, size: dict[str, int]) -> None:
    page = open_page(size=size, scheme=scheme)
    type_text(page, "<tool_call>\n<function=f>\n<parameter=a>\n1\n</parameter>\n")
    settle(page)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")["violations"]
    told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found]
    assert told == []
