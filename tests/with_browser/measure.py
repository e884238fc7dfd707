"""How fast the playground is, in the browser: `python tests/with_browser/measure.py`.

Nothing fails by it: machines that run tests are busy. docs/playground.md has the figures of one that is not.
"""

from __future__ import annotations

from statistics import median
from typing import Any

from conftest import CHROMIUM, DESKTOP, READY, serving
from playwright.sync_api import sync_playwright

from toolgram.play.link import fragment_of

PART = (
    "Some words, with 1 < 2 and <b>tags</b> in them.\n<tool_call>\n<function=get_weather>\n<parameter=city>\n"
    "Tokyo, and more words\n</parameter>\n</function>\n</tool_call>\n"
)
CHARS, LARGEST = 100_000, "gemma4"
LIMITS = {"first paint": 1000, "frame": 1000 / 30, "frame, work": 1000 / 30, "fresh diagnostics": 200}
SCRUB = """async () => {
    const slider = document.querySelector('#step');
    const frames = [];
    let last = performance.now();
    for (let number = 0; number < 120; number += 1) {
        slider.value = Math.floor((slider.max * ((number * 37) % 120)) / 120);
        slider.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise((done) => requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = done;
            port2.postMessage(null);
        }));
        frames.push(performance.now() - last);
        last = performance.now();
    }
    return frames;
}"""
WATCH = """() => {
    const text = document.querySelector('#spec').shadowRoot.querySelector('.cm-content');
    window.fresh = null;
    text.addEventListener('keydown', () => {
        const begin = performance.now();
        new MutationObserver((_, observer) => {
            if (text.querySelector('.cm-lintRange-error') === null) return;
            window.fresh = performance.now() - begin;
            observer.disconnect();
        }).observe(text, { subtree: true, childList: true, attributes: true });
    }, { once: true });
}"""
CLEAN = "() => !document.querySelector('#spec').shadowRoot.querySelector('.cm-lintRange-error')"
PAINT = "() => performance.getEntriesByName('first-contentful-paint')[0].startTime"


def paint(page: Any) -> float:
    found = []
    for _ in range(3):
        page.reload()
        page.wait_for_selector(READY)
        found.append(page.evaluate(PAINT))
    return median(found)


def frame(page: Any, address: str) -> tuple[float, float]:
    """From one frame to the next; and what the page's thread works for each, whatever else the machine does."""
    text = (PART * (CHARS // len(PART) + 1))[:CHARS]
    show(page, address + fragment_of({"text": text, "anyTool": True}))
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = worked(session)
    frames = page.evaluate(SCRUB)
    return median(frames), 1000 * (worked(session) - before) / len(frames)


def worked(session: Any) -> float:
    found = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in found if one["name"] == "TaskDuration"))


def fresh(page: Any, address: str) -> float:
    """A rule that is used and not defined: the last key of its name makes it so."""
    show(page, address + fragment_of({"format": LARGEST, "text": "hi"}))
    page.locator("#spec .cm-content").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n_x: content")
    found = []
    for _ in range(7):
        page.wait_for_function(CLEAN)
        page.wait_for_timeout(700)
        page.evaluate(WATCH)
        page.keyboard.type("z")
        page.wait_for_function("() => window.fresh !== null")
        found.append(page.evaluate("() => window.fresh"))
        page.keyboard.press("Backspace")
    return median(found)


def show(page: Any, link: str) -> None:
    page.goto("about:blank")
    page.goto(link)
    page.wait_for_selector(READY)


def main() -> None:
    with serving() as address, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport=DESKTOP)
        show(page, address)
        measured = {"first paint": paint(page), "fresh diagnostics": fresh(page, address)}
        measured["frame"], measured["frame, work"] = frame(page, address)
        browser.close()
    for name, ms in measured.items():
        print(f"{name:<18} {ms:7.1f} ms (limit {LIMITS[name]:.0f})")


if __name__ == "__main__":
    main()
