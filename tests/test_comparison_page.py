"""`docs/comparison.md` says what the other pages say. `python tests/test_comparison_page.py` writes its tables anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from marked_parts import written

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "comparison.md"
SCRIPT = "tests/test_comparison_page.py"
TIMED = [(text, name) for text in ("short", "code", "argument", "content") for name in ("hermes", "qwen3_coder")]
SHOWN_VERSIONS = ("0.11.0", "0.19.0", "0.33.0")


def rows(page: str) -> Iterator[list[str]]:
    """The cells of all tables of a page."""
    for line in (DOCS / page).read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def table(head: list[str], body: list[list[str]]) -> str:
    marks = ["---", *["---:" for _ in head[1:]]]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [head, marks, *body]).replace("| --- |", "|---|", 1)


def the_judge() -> str:
    """The figures of canitoolcall: each reader, and the stream of it that stands in the next row."""
    found = [cells for cells in rows("canitoolcall.md") if len(cells) == 6]
    head, body = found[0], found[1:]
    wanted = []
    for number, cells in enumerate(body):
        whole = body[number - 1][0] if number else ""
        if cells[0].startswith(("toolgram, by the ids", "toolgram's plugin", "vLLM", "SGLang")):
            wanted.append(cells)
        elif cells[0] == "the same, streamed, a token a delta":
            wanted.append([whole.replace(", whole", ", streamed"), *cells[1:]])
    return table(head, wanted)


def the_sglang() -> str:
    """The sums over all formats of the table of docs/sglang-plugin.md."""
    found = [cells for cells in rows("sglang-plugin.md") if len(cells) == 7 and cells[0].startswith("`")]
    texts = sum(int(cells[2]) for cells in found)
    sums = [[sum(int(cells[column].split(" / ")[who]) for cells in found) for column in (3, 4, 5)] for who in (0, 1)]
    body = [
        [name, str(texts), *map(str, figures)]
        for name, figures in zip(("toolgram in SGLang 0.5.23", "SGLang 0.5.23, its own"), sums, strict=True)
    ]
    return table([f"{len(found)} formats, read by", "texts", "right", "leaks", "depends on the deltas"], body)


def the_fault() -> str:
    """Rows of the table of docs/investigation.md: how a streamed call ends, by version."""
    lines = (DOCS / "investigation.md").read_text(encoding="utf-8").splitlines()
    split = [re.split(r" {2,}", line) for line in lines]
    [head] = [cells for cells in split if cells[0] == "version" and len(cells) == 7]
    body = [cells for cells in split if cells[0] in SHOWN_VERSIONS and len(cells) == 7]
    assert [cells[0] for cells in body] == list(SHOWN_VERSIONS)
    return table(["vLLM", *head[1:]], [[cell.rstrip("*") for cell in cells] for cells in body])


def the_templates() -> str:
    """How many templates of each package bring all their calls back."""
    counts: dict[str, list[int]] = {}
    heading = ""
    for line in (DOCS / "round-trips.md").read_text(encoding="utf-8").splitlines():
        heading = line.removeprefix("## [").partition("]")[0] if line.startswith("## [") else heading
        cells = [cell.strip() for cell in line.split("|")[1:-1]] if line.startswith("| ") else []
        back = re.fullmatch(r"(\d+) / (\d+)", cells[2]) if len(cells) > 3 else None
        if back:
            count = counts.setdefault(heading, [0, 0])
            count[0] += 1
            count[1] += back[1] == back[2]
    body = [[name, str(tried), str(whole)] for name, (tried, whole) in counts.items()]
    body.append(["all", *(str(sum(count[at] for count in counts.values())) for at in (0, 1))])
    return table(["templates of", "write calls", "bring all of 200 conversations back"], body)


def the_choice() -> str:
    """How often `toolgram which` is right."""
    found = [cells for cells in rows("which.md") if len(cells) == 3]
    start = next(number for number, cells in enumerate(found) if "templates with calls" in cells[1])
    return table(["answer", *found[start][1:]], found[start + 1 : start + 8])


def the_speed() -> str:
    """Microseconds a delta, of some texts."""
    found = [cells for cells in rows("speed.md") if len(cells) == 11]
    head = next(cells for cells in found if cells[0] == "text")
    shown = [0, 1, 2, 3, 4, 5, 7, 8]
    body = [[cells[at] for at in shown] for cells in found if (cells[0], cells[1].strip("`")) in TIMED]
    assert len(body) == len(TIMED)
    return table([head[at] for at in shown], body)


PARTS: dict[str, Callable[[], str]] = {
    name.removeprefix("the_"): function for name, function in list(globals().items()) if name.startswith("the_")
}


def test_the_page_says_what_the_other_pages_say() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text, PARTS, SCRIPT), f"run: python {SCRIPT}"


def test_every_command_of_the_page_is_a_script_that_exists() -> None:
    scripts = re.findall(r"`[^`]*?(benchmarks/\w+\.py)", PAGE.read_text(encoding="utf-8"))
    assert len(set(scripts)) >= len(PARTS)
    assert all((DOCS.parent / script).is_file() for script in scripts)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), PARTS, SCRIPT), encoding="utf-8")
