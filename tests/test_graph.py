"""Drawings of machines: everything of a spec is in them, nothing overlaps, and each form can be read by its readers."""

from __future__ import annotations

import re
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import budget
import pytest
from test_cli import _refused, run

import toolgram
from toolgram.graph import WRITERS, draw, to_dot, to_mermaid, to_svg
from toolgram.graph.drawing import BEGIN
from toolgram.graph.layout import Box, Line, lay_out
from toolgram.registry import format_paths
from toolgram.reports.lineup import MEANINGS

SPECS = budget.sample(format_paths(), 6)
SVG = "{http://www.w3.org/2000/svg}"
PAGE = Path(__file__).parents[1] / "docs" / "graph.md"


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_what_a_spec_says_is_drawn(path: Path) -> None:
    machine = toolgram.load(path).machine
    drawing = draw(machine)
    reached = {BEGIN}
    for arrow in drawing.arrows:  # in the order in which a walk from the beginning meets them
        assert arrow.source in reached
        reached.add(arrow.target)
    assert reached == {BEGIN, *drawing.nodes}
    assert {node.becomes for node in drawing.nodes.values()} <= set(MEANINGS)
    drawn = {label for labels in drawing.arrows.values() for label in labels}
    literals = {edge.literal for state in machine.states for edge in state.edges if not edge.rank and not edge.guard}
    known = {state for node in drawing.nodes.values() for state in node.states}
    of_drawn = {edge.literal for number in known for edge in machine.states[number].edges if not edge.rank}
    assert drawn >= literals & of_drawn - {edge.literal for s in machine.states for edge in s.edges if edge.peek}
    assert {*machine.call_openers[:1]} <= drawn
    assert not any(arrow.mends for arrow in drawing.arrows)
    assert len(draw(machine, recovery=True).arrows) > len(drawing.arrows)
    assert len(draw(machine, folds=False).nodes) >= len(drawing.nodes)


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_an_svg_is_xml_in_which_no_boxes_overlap(path: Path) -> None:
    drawing = draw(toolgram.load(path).machine)
    text = to_svg(drawing)
    root = ElementTree.fromstring(text)
    width, height = float(root.attrib["width"]), float(root.attrib["height"])
    boxes = [
        tuple(float(rect.attrib[key]) for key in ("x", "y", "width", "height"))
        for rect in root.iter(f"{SVG}rect")
        if rect.attrib["class"] == "box"
    ]
    assert len(boxes) == len(drawing.nodes)
    for (x, y, w, h), (x2, y2, w2, h2) in combinations(boxes, 2):
        assert x + w <= x2 or x2 + w2 <= x or y + h <= y2 or y2 + h2 <= y
    assert all(x >= -16 and x + w <= width - 16 and y >= -16 and y + h <= height - 16 for x, y, w, h in boxes)
    states = [int(one) for group in root.iter(f"{SVG}g") for one in group.attrib.get("data-states", "").split()]
    assert sorted(states) == sorted(number for node in drawing.nodes.values() for number in node.states)
    assert not re.search(r"<script|href=|\bon\w+=|url\((?!#)", text)  # nothing is run, and nothing fetched


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_mermaid_and_dot_have_every_node_and_nothing_that_is_markup(path: Path) -> None:
    drawing = draw(toolgram.load(path).machine)
    lines = to_mermaid(drawing).splitlines()
    assert lines[0] == "flowchart TD"
    quoted = [text for line in lines for text in re.findall(r'"(.*)"', line)]
    assert len(quoted) >= len(drawing.nodes)
    assert not any(re.search(r'["<>`\\]', text.replace("<br/>", "")) for text in quoted)
    dot = to_dot(drawing)
    assert dot.count("{") - dot.count("\\{") >= 1
    for node in drawing.nodes:
        assert f"  {node} [label=" in dot


def test_no_word_of_a_spec_is_markup(tmp_path: Path) -> None:
    spec = tmp_path / "odd.lark"
    literal = r"<script>&amp;\"]]>\\ #quot; %% ‮\u0007"
    spec.write_text(
        '# /// format\n# title = "<b>&\\u0007</b>"\n# models = []\n# ///\n%import toolgram (TEXT, JSON_OBJECT)\n'
        f'start: (content | tool_call)*\ncontent: TEXT\ntool_call: "{literal}" name "|" arguments "</x>"\n'
        "name: TEXT\narguments: JSON_OBJECT\n",
        encoding="utf-8",
    )
    drawing = draw(toolgram.load(spec).machine)
    root = ElementTree.fromstring(to_svg(drawing))
    texts = [one.text or "" for one in root.iter(f"{SVG}text")]
    assert any(text.startswith('<script>&amp;"]]>\\') for text in texts)
    assert not any("‮" in text for text in texts)
    assert "<script" not in to_mermaid(drawing)
    assert "%%" not in to_mermaid(drawing)


def test_the_same_machine_gives_the_same_bytes() -> None:
    machine = toolgram.load("gemma4").machine
    for write in WRITERS.values():
        assert write(draw(machine)) == write(draw(machine))


def test_the_largest_one_is_drawn_at_once() -> None:
    path = max(format_paths(), key=lambda path: len(toolgram.load(path).table["states"]))
    machine = toolgram.load(path).machine
    drawing = draw(machine)
    said = f"The tables of `{path.stem}`, the largest format, have {len(machine.states)} states. In a\npicture that is "
    assert f"{said}{len(drawing.nodes)} places." in PAGE.read_text(encoding="utf-8")
    found = lay_out(
        {BEGIN: Box(10, 10), **dict.fromkeys(drawing.nodes, Box(120, 40))},
        {Line(one.source, one.target, int(one.mends)): Box(40, 16) for one in drawing.arrows if one[0] != one[1]},
    )
    assert found.width < 4000
    assert found.height < 4000


# --- the layout ----------------------------------------------------------------------------------------------------


def test_a_line_goes_from_layer_to_layer() -> None:
    nodes = dict.fromkeys("abcd", Box(20.0, 10.0))
    lines = dict.fromkeys([Line("a", "b"), Line("b", "c"), Line("a", "c"), Line("c", "a"), Line("d", "c")], Box(8, 8))
    found = lay_out(nodes, lines)
    heights = {node: place[1] for node, place in found.nodes.items()}
    assert heights["a"] < heights["b"] < heights["c"]
    assert heights["d"] == heights["b"]  # beside what comes before the same one
    for line, points in found.lines.items():
        assert points[0] == found.nodes[line.source]
        assert points[-1] == found.nodes[line.target]
        steps = [other[1] - one[1] for one, other in pairwise(points)]
        assert all(step < 0 for step in steps) if line == Line("c", "a") else all(step > 0 for step in steps)
    assert len({*found.labels.values()}) == len(lines)


def test_lines_that_need_not_cross_do_not() -> None:
    pairs = [("r", "a"), ("r", "b"), ("r", "c"), ("a", "z"), ("b", "y"), ("c", "x")]
    nodes = dict.fromkeys("rabcxyz", Box(20.0, 10.0))
    found = lay_out(nodes, {Line(*pair): Box(2, 2) for pair in pairs})
    upper = sorted("abc", key=lambda node: found.nodes[node][0])
    lower = sorted("xyz", key=lambda node: found.nodes[node][0])
    assert [dict(pairs[3:])[node] for node in upper] == lower


# --- the command ---------------------------------------------------------------------------------------------------


def test_graph_writes_what_the_name_of_the_file_says(tmp_path: Path) -> None:
    for name, begins in (("a.svg", "<svg "), ("a.mmd", "flowchart TD\n"), ("a.dot", "digraph {\n")):
        result = run("graph", "hermes", "--output", tmp_path / name)
        assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)
        assert re.fullmatch(rf"{re.escape(str(tmp_path / name))}: \d+ places, \d+ ways\n", result.stderr)
    _refused(run("graph", "hermes", "--output", tmp_path / "a.png"), "a name that ends in .svg", 2)
    assert run("graph", "hermes", "--to", "svg").stdout.startswith("<svg ")
    assert "-.->" in run("graph", "hermes", "--recovery").stdout
    assert run("graph", "qwen3_coder", "--states").stdout.count("[") > run("graph", "qwen3_coder").stdout.count("[")


def test_the_picture_on_the_page_is_that_of_the_format() -> None:
    [picture] = re.findall(r"```mermaid\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert picture == run("graph", "qwen3_coder").stdout
