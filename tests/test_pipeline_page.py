"""What `docs/pipeline.md` shows is what the compiler makes. `python tests/test_pipeline_page.py` writes it anew."""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

from marked_parts import written

import toolgram
from toolgram.machine import compile as stage
from toolgram.machine.build_graph import GraphBuilder
from toolgram.machine.graph import Eps, Lit, Members, Scan, Text
from toolgram.machine.lower import Lowering
from toolgram.machine.model import State
from toolgram.runtime.tables.machine import PreparedMachine
from toolgram.spec import read_spec
from toolgram.spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Seq, Spec, children
from toolgram.testing import merge, short_tool

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "pipeline.md"
SCRIPT = "tests/test_pipeline_page.py"
FORMAT = "functionary_v31"
PATH = ROOT / "formats" / f"{FORMAT}.lark"
TEXT = 'Look. <function=get_weather>{"city": "Tokyo"}</function>'
ADDS = re.compile(r"^    (add_\w+)\(lowering\)$", re.MULTILINE)


def spec() -> Spec:
    found, report = read_spec(PATH)
    assert found is not None
    assert report.ok
    return found


def the_text() -> str:
    return f"```lark\n{PATH.read_text(encoding='utf-8').strip()}\n```"


def the_spec() -> str:
    """Each rule with its place, as a tree."""
    lines: list[str] = []
    found = spec()
    for rule in found.rules.values():
        place = spec().source.text.count("\n", 0, rule.at.start) + 1
        lines += [f"{rule.name:<12}line {place}", *(f"    {line}" for line in _tree(rule.body))]
    return _text(lines)


def _tree(node: Node) -> Iterator[str]:
    match node:
        case Literal(text=text):
            yield f"literal {json.dumps(text)}"
        case Ref(name=name) | Call(name=name):
            yield f"use of {name}"
        case Repeat(min=least, max=most):
            yield f"repeat {least} to {'any number' if most is None else most}"
        case Seq():
            yield "one after the other"
        case Choice():
            yield "one of"
    for child in children(node):
        yield from (f"    {line}" for line in _tree(child))


def the_graph() -> str:
    """The nodes and what leads from one to the next."""
    graph = GraphBuilder(spec()).build()
    lines = []
    for number, node in enumerate(graph.nodes):
        for label, target in node.edges:
            lines.append(f"{number:>3} {_label(label):<34} -> {target:>3}   {'/'.join(node.context) or 'start'}")
    return _text(lines)


def _label(label: object) -> str:
    match label:
        case Lit(text=text):
            return f"literal {json.dumps(text)}"
        case Text(sink=sink):
            return f"text of {sink}"
        case Scan(what=what):
            return f"JSON: {what}"
        case Members():
            return "members"
        case Eps(actions=actions):
            return " ".join(["nothing", *actions])
    return type(label).__name__.lower()


def the_passes() -> str:
    """How many states and edges there are behind each pass, and what its module says of itself."""
    counts: list[tuple[str, int, int, str]] = []

    def watched(name: str, function: Callable[[Lowering], Any]) -> Callable[[Lowering], Any]:
        def run(lowering: Lowering) -> Any:
            if not counts:
                counts.append(("lower", *_count(lowering), _says(sys.modules["toolgram.machine.lower"])))
            result = function(lowering)
            module = inspect.getmodule(function)
            counts.append((name.removeprefix("add_"), *_count(lowering), _says(module)))
            return result

        return run

    names = ADDS.findall(inspect.getsource(stage._compile))
    with mock.patch.multiple(stage, **{name: watched(name, getattr(stage, name)) for name in names}):
        stage.compile_spec(FORMAT, spec())
    rows = [f"| `{name}` | {states} | {edges} | {says} |" for name, states, edges, says in counts]
    return "\n".join(["| behind | states | edges | what it does |", "|---|---:|---:|---|", *rows])


def _count(lowering: Lowering) -> tuple[int, int]:
    states = [lowered.state for lowered in lowering.states]
    return len(states), sum(len(state.edges) for state in states)


def _says(module: Any) -> str:
    """The first sentence of a module's documentation."""
    first = str(module.__doc__).partition("\n\n")[0].replace("\n", " ").replace("|", "\\|").removeprefix("Pass: ")
    return first[0].upper() + first[1:]


def machine() -> dict[str, Any]:
    found, _ = stage.compile_spec(FORMAT, spec())
    assert found is not None
    loaded = json.loads((ROOT / "generated" / "machine" / f"{FORMAT}.json").read_text(encoding="utf-8"))
    assert loaded["outline"] == json.loads(json.dumps(found.outline))
    return dict(loaded)


def the_outline() -> str:
    rules = [f"  {json.dumps(name)}: {json.dumps(node)}" for name, node in machine()["outline"]["rules"].items()]
    return "```json\n{\n" + ",\n".join(rules) + "\n}\n```"


def the_machine() -> str:
    """The table of one state: the text of a message."""
    table = {key: value for key, value in machine()["states"][0].items() if key != "edges"}
    edges = ",\n".join(f"    {json.dumps(edge)}" for edge in machine()["states"][0]["edges"])
    head = json.dumps(table)[:-1]
    State(**machine()["states"][0])
    return f'```json\n{head},\n  "edges": [\n{edges}\n  ]\n}}\n```'


def the_states() -> str:
    """All states in short: number, kind, name, and where their edges lead."""
    lines = []
    for number, state in enumerate(machine()["states"]):
        lines.append(f"{number}  {state['kind']}: {state['name']}")
        moves = [*state.get("moves", []), *filter(None, [state.get("done")])]
        lines += [_way(edge["literal"], edge) for edge in state.get("edges", [])]
        lines += [_way("(at once)", move) for move in moves]
    return _text(lines)


def _way(literal: str, table: dict[str, Any]) -> str:
    mends = f"   ({table['rank']} missing)" if table.get("rank") else ""
    return f"     {literal:<14}-> {table['to']}  {' '.join(table.get('actions', []))}{mends}".rstrip()


def the_table() -> str:
    """The same state as the parser runs it: what its search says of texts, and its edges by their first character."""
    state = PreparedMachine(machine()).states[0]
    lines = [f"searches for  {machine()['patterns'][machine()['states'][0]['search']]}", ""]
    for text in ("The weather is fine: 20 < 25.", "Look. <func", "Look. <functional>", TEXT):
        found = state.search(text)
        says = (
            "nothing may begin here: all of it is text"
            if found is None
            else f"a delimiter may begin at {found.start()}"
        )
        lines.append(f"{text:<58}{says}")
    by_first = {first: [edge.literal for edge in edges] for first, edges in state.by_first.items()}
    return _text([*lines, "", f"edges by first character: {by_first}"])


def the_file() -> str:
    """The end of the generated module: what is the format's own."""
    text = (ROOT / "generated" / "python" / f"{FORMAT}.py").read_text(encoding="utf-8")
    head = text[: text.index('"""\n\nfrom __future__') + 3].strip()
    return f"```python\n{head}\n```"


def the_events() -> str:
    """What the parser says of a text."""
    parser = toolgram.load(FORMAT).parser([short_tool("get_weather", {"city": "string"})])
    events = merge([event for char in TEXT for event in parser.feed(char)] + parser.finish())
    return _text([TEXT, "", *map(str, events)])


def _text(lines: list[str]) -> str:
    return "```text\n" + "\n".join(lines) + "\n```"


PARTS: dict[str, Callable[[], str]] = {
    name.removeprefix("the_"): function for name, function in list(globals().items()) if name.startswith("the_")
}


def test_the_page_shows_what_the_compiler_makes() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text, PARTS, SCRIPT), "run: python tests/test_pipeline_page.py"


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), PARTS, SCRIPT), encoding="utf-8")
