"""The pictures of docs/pictures, drawn from real parsers: `python site/pictures.py` writes them anew.

Each is a function without arguments; `tests/test_site.py` compares what it draws with the file.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from before_after import before_after
from drawing import Drawing
from filmstrip import picture, steps

import toolgram
from toolgram.testing import short_tool

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures"
FORMAT = "qwen3_coder"
TOOLS = [
    short_tool("get_weather", {"city": "string"}),
    short_tool("write_file", {"path": "string", "content": "string"}),
]
CALL = ["Look.", "\n<tool_c", "all>\n<function=", "get_weather", ">\n<parameter=ci", "ty>", "\nRome", "\n</parameter>"]
BARS = ("content", "reasoning", "wrong")
WIDE_ENOUGH = 20  # for a number in a bar
FILE = "".join(f"Line {number} of a file that the model writes.\n" for number in range(1, 7))
ANSWER = (
    "I write it down.\n<tool_call>\n<function=write_file>\n<parameter=path>\nnotes.txt\n</parameter>\n"
    f"<parameter=content>\n{FILE}</parameter>\n</function>\n</tool_call>"
)


def prose() -> str:
    """Text that only looks like a delimiter."""
    return picture(
        "Text that may begin a call, and does not", steps(FORMAT, TOOLS, ["The weather.", " <tool", "s are fun>"])
    )


def call() -> str:
    """One call, in deltas that end in the middle of things."""
    deltas = [*CALL, "\n</function>", "\n</tool_call>"]
    return picture("One call, delta by delta", steps(FORMAT, TOOLS, deltas))


def closer() -> str:
    """A closer inside of a value."""
    deltas = ["<function=write_file>\n<parameter=content>\n", "A </para", "meter> inside", " stays.", "\n</parameter>"]
    return picture("A closer inside a file that the model writes", steps(FORMAT, TOOLS, [*deltas, "\n</function>"]))


def mention() -> str:
    """A call that is only mentioned."""
    deltas = ["To ask, write ", "<function=", "get_wea", "ther>", " and a city."]
    return picture("A call that is only mentioned", steps(FORMAT, TOOLS, deltas))


def held() -> str:
    """How many characters are held, while an answer comes character by character."""
    parser = toolgram.load(FORMAT).parser(TOOLS)
    counts = [0]
    for char in ANSWER:
        parser.feed(char)
        counts.append(len(parser.held_source))
    named = ANSWER.index("path>") + 5
    left, top, width, height, most = 52, 40, 760, 200, 10 * (max(counts) // 10 + 1)
    title = "Characters held while an answer with a file comes in"
    parts = f"At most {max(counts)} of {len(ANSWER)} characters wait, before the name of the call is certain."
    out = Drawing(left + width + 20, top + height + 50, title, parts)
    for value in range(0, most + 1, 20):
        y = top + height * (1 - value / most)
        out.shape(f'<line class="grid" x1="{left}" x2="{left + width}" y1="{y:.1f}" y2="{y:.1f}"/>')
        out.words(left - 8, y + 4, str(value), "end faint")
    places = [(left + width * at / len(ANSWER), top + height * (1 - count / most)) for at, count in enumerate(counts)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    out.shape(f'<polygon class="curve" points="{left},{top + height} {path} {left + width},{top + height}"/>')
    out.words(left, 20, "characters held", "head")
    out.words(left + width, top + height + 36, f"characters that have come, of {len(ANSWER)}", "end head")
    x, y = places[counts.index(max(counts))]
    out.words(x + 8, y + 4, f"{max(counts)}: is it a call? The first key answers it")
    long = ANSWER.index(FILE) + len(FILE) // 2
    out.words(places[long][0], places[long][1] - 12, "the file goes out as it comes", "middle")
    for mark in range(0, len(ANSWER) + 1, 100):
        out.words(left + width * mark / len(ANSWER), top + height + 18, str(mark), "middle faint")
    assert named > counts.index(max(counts)) - 5
    return out.svg()


def judged() -> str:
    """The figures of canitoolcall as bars, from the table of docs/comparison.md."""
    page = (
        (FOLDER.parent / "comparison.md")
        .read_text(encoding="utf-8")
        .partition("<!-- judge:")[2]
        .partition("<!-- end -->")[0]
    )
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| ")][1:]
    left, width, row = 268, 520, 30
    words = "; ".join(
        f"{cells[0]}: {cells[2]} right, {cells[3]} softly right, {cells[4]} wrong of {cells[1]}" for cells in rows
    )
    out = Drawing(left + width + 20, 50 + row * len(rows), "Fixtures of canitoolcall, by reader", words)
    x = float(left)
    for look, name in zip(BARS, ("right", "softly right", "wrong"), strict=True):
        x = out.key(x, 20, look, name)
    for number, cells in enumerate(rows):
        y, x = 40 + row * number, float(left)
        out.words(left - 10, y + 14, cells[0], "end")
        for look, count in zip(BARS, cells[2:5], strict=True):
            size = width * int(count) / int(cells[1])
            out.shape(f'<rect class="{look}" x="{x:.1f}" y="{y}" width="{size:.1f}" height="20"/>')
            if size > WIDE_ENOUGH:
                out.words(x + size / 2, y + 14, count, f"middle {look}")
            x += size
    return out.svg()


PICTURES: dict[str, Callable[[], str]] = {
    "before-after": before_after,
    "hold-back-prose": prose,
    "hold-back-call": call,
    "hold-back-closer": closer,
    "hold-back-mention": mention,
    "hold-back-held": held,
    "judge": judged,
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        (FOLDER / f"{name}.svg").write_text(draw(), encoding="utf-8")


if __name__ == "__main__":
    main()
