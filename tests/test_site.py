"""The site of the docs: its pages, its pictures, and what is said of a site that is broken. `.ci/site` builds it."""

from __future__ import annotations

import doctest
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "site"))

import build  # noqa: E402
import checking  # noqa: E402
import drawing  # noqa: E402
import filmstrip  # noqa: E402
import gallery  # noqa: E402
import local  # noqa: E402
import pictures  # noqa: E402
import staging  # noqa: E402

TREE, SETTINGS = build.site_tree()
NAVIGATION = re.findall(r"^ *- (?:.*: )?([\w./-]+\.md)$", SETTINGS.partition("\nnav:\n")[2], re.MULTILINE)


def test_every_page_stands_in_the_navigation_once() -> None:
    assert sorted(NAVIGATION) == sorted(TREE.texts)


def test_pages_are_put_at_their_places() -> None:
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        place = staging.place_of(path.relative_to(ROOT).as_posix())
        assert place is None or place in TREE.texts, path
    assert "](vllm.md)" in TREE.texts["index.md"]
    assert "](source/examples" not in TREE.texts["index.md"]
    assert (TREE.files["source/benchmarks/reproduce_qwen3_coder.py"]).is_file()


def test_a_link_to_nothing_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    with pytest.raises(staging.BrokenLinkError, match=r"docs/a\.md: nowhere\.md"):
        staging.page("docs/a.md", tmp_path, staging.Tree(), "[over two\nlines](nowhere.md)")
    assert staging.page("docs/a.md", tmp_path, staging.Tree(), "```text\n[x](nowhere.md)\n```") != ""


@pytest.mark.parametrize("module", [staging, gallery, drawing], ids=lambda module: module.__name__)
def test_examples_in_the_modules(module: object) -> None:
    assert not doctest.testmod(module).failed  # type: ignore[arg-type]


def test_lists_stand_in_as_the_site_wants_it() -> None:
    text = "Words:\n- one\n  more\n  - inner\n\n  next\n1. first\n\n   ```sh\n   ls\n   ```"
    wanted = "Words:\n\n- one\n    more\n    - inner\n\n    next\n\n1. first\n\n    ```sh\n    ls\n    ```"
    assert staging.as_markdown(text) == wanted


def test_bars_in_the_code_of_a_table_are_bars() -> None:
    assert staging.as_markdown(r"| `a\|<b>` | `c` | d\|e |") == r"| <code>a&#124;&lt;b&gt;</code> | `c` | d\|e |"


@pytest.mark.parametrize("name", pictures.PICTURES)
def test_a_picture_is_what_the_parser_does(name: str) -> None:
    path = pictures.FOLDER / f"{name}.svg"
    assert path.read_text(encoding="utf-8") == pictures.PICTURES[name](), "run: python site/pictures.py"


@pytest.mark.parametrize("path", sorted(pictures.FOLDER.glob("*.svg")), ids=lambda path: path.stem)
def test_a_picture_can_be_read_aloud_and_in_the_dark(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"]
    assert "prefers-color-scheme: dark" in text
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")  # nothing is loaded
    inside = staging.inlined(text, path.stem)
    assert "\n" not in inside
    assert f".picture-{path.stem} {{" in inside
    assert "prefers-color-scheme" not in inside


def test_every_picture_is_on_a_page() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
    assert [name for name in pictures.PICTURES if f"pictures/{name}.svg)" not in pages] == []


def test_a_format_has_all_that_is_known_of_it() -> None:
    text = TREE.texts["formats/qwen3_coder.md"]
    headings = [
        "Quirks",
        "What is held back",
        "Templates that it was tried with",
        "Engines compared",
        "The grammar",
        "Cases",
    ]
    assert [heading for heading in headings if f"\n## {heading}\n" not in text] == []
    assert "| Qwen3-Coder | 200 / 200 |" in text
    assert "qwen3-xml" in text
    cases = ROOT.joinpath("formats", "qwen3_coder.md").read_text(encoding="utf-8").partition("\n# Cases\n")[2]
    assert text.count("??? example") == len(re.findall(r"^(`{3,})output", cases, re.MULTILINE))


def test_every_family_of_the_judge_is_of_formats_that_are_there() -> None:
    named = {name for names in gallery.FAMILIES.values() for name in names}
    assert [name for name in named if not (ROOT / "formats" / f"{name}.lark").is_file()] == []
    families = {cells[0] for _, cells in gallery.rows("canitoolcall.md") if len(cells) == 7} - {"family"}
    assert families == set(gallery.FAMILIES)


BROKEN = {
    '<a href="gone.html">x</a>': "links to gone.html, which is not there",
    '<a href="b.html#gone">x</a>': "links to b.html#gone, which has no such heading",
    '<script src="https://cdn.example/x.js"></script>': "loads https://cdn.example/x.js",
    '<img src="gone.png">': "loads gone.png, which is not there",
    '<link rel="stylesheet" href="//fonts.example/f.css">': "loads //fonts.example/f.css",
}


@pytest.mark.parametrize("html", BROKEN)
def test_what_is_broken_in_a_site_is_found(html: str, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(f'<a href="b.html#there">fine</a> {html}', encoding="utf-8")
    (tmp_path / "b.html").write_text(
        '<h1 id="there">b</h1><a href="https://elsewhere.example">fine</a>', encoding="utf-8"
    )
    assert checking.problems(tmp_path) == [f"a.html: {BROKEN[html]}"]


def test_scripts_that_fetch_from_elsewhere_are_found_and_made_local(tmp_path: Path) -> None:
    scripts, vendor = tmp_path / "html" / local.SCRIPTS, tmp_path / "vendor"
    scripts.mkdir(parents=True)
    vendor.mkdir()
    for name in local.VENDORED:
        (vendor / name).touch()
    script = 'load("https://unpkg.com/mermaid@12/dist/mermaid.min.js"),load("https://unpkg.com/lightbox"),fetch("https://x.example/y")'
    (scripts / "bundle.1.min.js").write_text(script, encoding="utf-8")
    (tmp_path / "html" / "index.html").write_text(
        '<script src="https://unpkg.com/iframe-worker/shim"></script>', encoding="utf-8"
    )
    local.make_local(tmp_path / "html", vendor)
    assert "unpkg" not in (scripts / "bundle.1.min.js").read_text(encoding="utf-8")
    assert checking.problems(tmp_path / "html") == [
        f'{local.SCRIPTS}/bundle.1.min.js: fetches fetch("https://x.example/y'
    ]


def test_the_page_on_hold_back_says_what_its_pictures_show() -> None:
    page = (ROOT / "docs" / "hold-back.md").read_text(encoding="utf-8")
    [most, all_chars] = re.findall(r"At most (\d+) of (\d+) characters wait", pictures.held())[0]
    assert f"an answer of {all_chars} characters" in page
    assert f": {most} before the call is certain" in page
    rows = filmstrip.steps(pictures.FORMAT, pictures.TOOLS, [*pictures.CALL, "\n</function>", "\n</tool_call>"])
    assert [bool(row.says) for row in rows[1:5]] == [False] * 4, "nothing of it is sent (rows 2 to 5)"
    assert rows[5].says == ("a call of get_weather",), "the call is announced (row 6)"
    assert rows[7].looks[-1] == filmstrip.HELD, "row 8 holds a closer that is complete"
