"""What somebody does on the page, in a word each."""

from __future__ import annotations

from typing import Any

GO = "(slider, step) => { slider.value = step; slider.dispatchEvent(new Event('input', { bubbles: true })); }"


def type_text(page: Any, text: str) -> None:
    """Replace the raw text by another one."""
    put(page, "#text", text)


def put(page: Any, editor: str, text: str) -> None:
    """Replace all of an editor, as somebody does who pastes."""
    content = page.locator(f"{editor} .cm-content")
    content.focus()
    page.keyboard.press("Control+a")
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    page.keyboard.press("Control+v")


def go(page: Any, step: int | None) -> None:
    """Go to a step; None: to the last."""
    slider = page.locator("#step")
    slider.evaluate(GO, step if step is not None else int(slider.get_attribute("max")))
    settle(page)


def settle(page: Any) -> None:
    """Wait until what was asked for is on the screen: two frames."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())))")


def message(page: Any) -> str:
    return str(page.locator("#message").inner_text())


def coloured(page: Any, kind: str) -> list[str]:
    """The texts that are shown as one kind."""
    return [str(one) for one in page.locator(f"#text .k-{kind}").all_inner_texts()]


def lit(page: Any, editor: str) -> list[str]:
    return [str(one) for one in page.locator(f"{editor} .lit").all_inner_texts()]


def clipboard(page: Any) -> str:
    return str(page.evaluate("() => navigator.clipboard.readText()"))
