"""The machine's JSON is a contract: described, checked by its loaders, the same in every language.

`python tests/test_machine.py` writes the tables of docs/machine.md and docs/machine.schema.json anew.
"""

from __future__ import annotations

import doctest
import importlib
import json
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest

import toolgram
from toolgram.machine.compile import compile_spec
from toolgram.machine.json_lines import WIDTH
from toolgram.machine.json_schema import machine_schema
from toolgram.machine.limits import CHARACTERS, LIMITS
from toolgram.machine.model import Edge, Machine, Model, Move, Nest, State, Tags
from toolgram.registry import find, format_paths
from toolgram.runtime.core.actions import ACTIONS
from toolgram.runtime.tables.limits import FORMAT_VERSION
from toolgram.runtime.tables.machine import prepare
from toolgram.runtime.tables.search import CHARSETS, QUOTES_AND_WORDS
from toolgram.runtime.tables.suffix import (
    HALF_SUFFIX,
    HAS_SUFFIX,
    NO_SUFFIX,
    SUFFIX_CHARACTERS,
    bound_at,
)
from toolgram.spec import read_text

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE, SCHEMA = DOCS / "machine.md", DOCS / "machine.schema.json"
MODELS: tuple[type[Model], ...] = (Machine, State, Edge, Move, Tags, Nest)
MARKS = ("<!-- fields: python tests/test_machine.py keeps these tables true -->\n", "<!-- end -->")
FORMATS = [path.stem for path in format_paths()]
PASSES = sorted(Path(toolgram.__file__).parent.glob("machine/*.py"))
SUFFIX = Path(__file__).parent / "features" / "suffix.lark"
TOTAL_MAX = 2_100_000


# --- the description -------------------------------------------------------------------------------------------------


def field_tables() -> str:
    """A table for each part of a machine, from the docstrings of its fields."""
    return "\n".join(_field_table(model) for model in MODELS)


def _field_table(model: type[Model]) -> str:
    described = model.model_json_schema()["properties"]
    rows = "".join(f"| `{name}` | {_type(part)} | {part['description']} |\n" for name, part in described.items())
    return f"### {model.__name__}\n\n{model.__doc__}\n\n| field | type | meaning |\n|---|---|---|\n{rows}"


def _type(part: dict[str, Any]) -> str:
    """A type in words: `text`, `list of Edge`, `number or null`."""
    if "anyOf" in part:
        return " or ".join(_type(one) for one in part["anyOf"])
    if "enum" in part:
        return ", ".join(f"`{value}`" if value else "the empty text" for value in part["enum"])
    if "$ref" in part:
        return str(part["$ref"]).rpartition("/")[2]
    if part.get("type") == "array" and "prefixItems" in part:
        return "[" + ", ".join(_type(one) for one in part["prefixItems"]) + "]"
    if part.get("type") == "array":
        return f"list of {_type(part['items'])}"
    if part.get("type") == "object":
        below = part.get("additionalProperties")
        return f"object of {_type(below)}" if isinstance(below, dict) else "object"
    return {"string": "text", "integer": "number", "boolean": "true or false", "null": "null"}[part["type"]]


def with_tables(page: str) -> str:
    before, _, rest = page.partition(MARKS[0])
    return f"{before}{MARKS[0]}\n{field_tables()}\n{MARKS[1]}{rest.partition(MARKS[1])[2]}"


def test_the_tables_of_the_page_are_true() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_tables(page), "run: python tests/test_machine.py"


@pytest.mark.parametrize("model", MODELS)
def test_the_description_names_every_field(model: type[Model]) -> None:
    """In its own words, besides the tables."""
    prose = PAGE.read_text(encoding="utf-8").partition(MARKS[0])[0]
    obvious = {"format", "edges", "states", "literal", "to", "key_pattern", "region"}
    missing = [name for name in model.model_fields if f"`{name}`" not in prose and name not in obvious]
    assert missing == []


def test_the_description_names_every_action_kind_and_limit() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [verb for verb in ACTIONS if not re.search(rf"^\| `{verb}[:`]", page, re.MULTILINE)] == []
    kinds = State.model_json_schema()["properties"]["kind"]["enum"]
    assert [name for name in (*kinds, *LIMITS) if f"| `{name}` |" not in page] == []
    assert [name for name in CHARACTERS if f"`{name}`" not in page] == []


def test_the_schema_is_fresh() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == machine_schema(), "run: python tests/test_machine.py"


@pytest.mark.parametrize("name", FORMATS)
def test_every_machine_is_as_the_schema_says(name: str) -> None:
    machine = toolgram.load(name).machine
    text = machine.to_json()
    schema = json.loads(machine_schema())
    assert list(_problems(json.loads(text), schema, schema["$defs"])) == []
    assert Machine.model_validate_json(text) == machine
    assert text == Machine.model_validate_json(text).to_json()


def _problems(value: Any, schema: dict[str, Any], defs: dict[str, Any], at: str = "$") -> list[str]:
    """What a value has that a JSON Schema does not allow: the keywords that pydantic writes."""
    if "$ref" in schema:
        return _problems(value, defs[schema["$ref"].rpartition("/")[2]], defs, at)
    if "anyOf" in schema:
        tried = [_problems(value, one, defs, at) for one in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    kinds = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
    if "type" in schema and type(value) is not kinds[schema["type"]]:
        return [f"{at}: no {schema['type']}"]
    found = [] if value in schema.get("enum", [value]) else [f"{at}: {value!r} is none of {schema['enum']}"]
    if isinstance(value, list):
        items = schema.get("prefixItems") or [schema.get("items", {})] * len(value)
        found += [] if len(items) == len(value) else [f"{at}: {len(value)} items"]
        parts = [(f"{at}[{number}]", item, rule) for number, (item, rule) in enumerate(zip(value, items, strict=False))]
    elif isinstance(value, dict):
        known, other = schema.get("properties", {}), schema.get("additionalProperties", True)
        found += [f"{at}: no {name}" for name in schema.get("required", ()) if name not in value]
        found += [f"{at}: {name}?" for name in value if other is False and name not in known]
        rest = other if isinstance(other, dict) else {}
        parts = [(f"{at}.{name}", item, known.get(name, rest)) for name, item in value.items()]
    else:
        parts = []
    return [*found, *(problem for place, item, rule in parts for problem in _problems(item, rule, defs, place))]


# --- the files -------------------------------------------------------------------------------------------------------


def test_the_files_are_small_and_their_lines_short() -> None:
    texts = [toolgram.load(name).machine.to_json() for name in FORMATS]
    assert sum(len(text.encode()) for text in texts) < TOTAL_MAX
    lines = [line for text in texts for line in text.splitlines()]
    long = [line for line in lines if len(line) > WIDTH]
    assert len(long) < len(lines) / 50  # a pattern, or a list of literals, cannot be cut


def test_a_change_of_one_edge_changes_few_lines() -> None:
    machine = toolgram.load("hermes").machine
    changed = machine.model_copy(deep=True)
    changed.states[0].edges[0].rank = 7
    before, after = machine.to_json().splitlines(), changed.to_json().splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


# --- passes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PASSES, ids=lambda path: path.stem)
def test_the_examples_of_passes_hold(path: Path) -> None:
    module = importlib.import_module(f"toolgram.{path.parent.name}.{path.stem}")
    assert doctest.testmod(module).failed == 0


# --- loading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [None, 0, FORMAT_VERSION + 1, str(FORMAT_VERSION)])
def test_tables_of_another_version_are_refused(version: object) -> None:
    table = json.loads(toolgram.load("hermes").machine.to_json())
    table["format_version"] = version
    with pytest.raises(ValueError, match=r"format hermes .* `toolgram build hermes`"):
        prepare(table)


def test_a_loader_ignores_what_it_does_not_know() -> None:
    table = json.loads(toolgram.load("hermes").machine.to_json())
    table["later"] = table["states"][0]["later"] = 1
    assert prepare(table).states[0].name == "message"


def test_loading_makes_no_state_before_it_is_entered() -> None:
    states = prepare(json.loads(toolgram.load("gemma4").machine.to_json())).states
    assert not states
    assert states[3] is states[3]
    assert list(states) == [3]


# --- what is the same in every language ------------------------------------------------------------------------------


def _python_class(name: str) -> str:
    """A class of characters as Python's `re` has it."""
    return CHARACTERS[name].replace(r"\p{L}\p{N}_", r"\w")


def test_character_classes_are_those_of_the_runtime() -> None:
    everything = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x110000)]))
    for name in ("name", "int"):
        wanted = _python_class("name" if name == "name" else "digit")
        assert "".join(re.findall(wanted, everything)) == "".join(c for c in everything if CHARSETS[name](c)[0])
    assert re.findall(_python_class("space"), everything) == [c for c in everything if c.isspace()]
    words = re.findall(_python_class("word"), everything)
    assert words == re.findall(QUOTES_AND_WORDS.replace("\"'", ""), everything)
    odd = [c for c in words if c != "_" and unicodedata.category(c)[0] not in "LN"]
    assert odd == []
    assert re.findall(_python_class("suffix"), everything) == [c for c in everything if SUFFIX_CHARACTERS(c)[0]]


def _texts(machine: Machine) -> list[str]:
    """Texts that patterns may stumble over: delimiters, cut, mixed with other characters."""
    found = ["", "plain text", " \n", "tail\r", "a\ud800b", "&amp;", 'say "no"', "tab\there", "emoji \U0001f600 end"]
    for literal in dict.fromkeys(edge.literal for state in machine.states for edge in state.edges):
        found += [f"a{literal}b", f"a {literal[:2]}", literal[1:], f"x{literal[:3]}\n", literal[:1] * 3]
    return found[:200]


NODE = """
const cases = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const points = (text, end) => [...text.slice(0, end)].length;
const out = cases.map(([sources, texts]) => sources.map(source => {
  const pattern = new RegExp(source, 'u');
  return texts.map(text => { const m = pattern.exec(text); return m ? [points(text, m.index), m[0]] : null; });
}));
process.stdout.write(JSON.stringify(out));
"""


@pytest.mark.skipif(shutil.which("node") is None, reason="no node here")
def test_patterns_find_the_same_in_javascript() -> None:
    sample = [toolgram.load(name).machine for name in FORMATS[::6]]
    cases = [([*machine.patterns, *CHARACTERS.values()], _texts(machine)) for machine in sample]
    ran = subprocess.run(["node", "-e", NODE], input=json.dumps(cases), capture_output=True, text=True, check=True)
    for (sources, texts), found in zip(cases, json.loads(ran.stdout), strict=True):
        for source, places in zip(sources, found, strict=True):
            pattern = re.compile(source.replace(r"\p{L}\p{N}_", r"\w"))
            matches = [pattern.search(text) for text in texts]
            assert places == [[match.start(), match[0]] if match else None for match in matches], source


# --- suffixes as a loader of tables ----------------------------------------------------------------------------------


def test_an_edge_is_bound_to_the_suffix_that_stands_behind_it() -> None:
    machine = prepare(toolgram.load(SUFFIX).machine.model_dump())
    state = machine.states[machine.content if machine.content is not None else machine.start]
    edge = next(edge for edge in state.edges if edge.literal == "<call")
    verdict, bound = bound_at(edge, "x<call:1f>f", 1)
    assert (verdict, bound.literal, bound.binds, bound.tail) == (HAS_SUFFIX, "<call:1f>", ":1f", None)
    assert bound.special == (("<call:1f>", 0),)
    assert bound_at(edge, "<call:1", 0) == (HALF_SUFFIX, edge)
    assert bound_at(edge, "<calls>", 0) == (NO_SUFFIX, edge)
    assert bound_at(bound, "<call:1f>", 0) == (HAS_SUFFIX, bound)


def test_a_machine_goes_on_with_the_suffix_that_the_text_says() -> None:
    machine = prepare(toolgram.load(SUFFIX).machine.model_dump())
    message = machine.start
    call = next(n for n, table in enumerate(machine.states.tables) if table["region"] == "call")
    bound = machine.entering(call, ":1f")
    assert (bound.bound, bound.entering(call), bound.entering(message)) == (":1f", bound, bound)
    empty = machine.entering(call, "")
    assert (empty.bound, empty.entering(call), empty.entering(message)) == ("", empty, machine)
    assert machine.entering(call).bound == ""
    assert machine.entering(message) is machine


@pytest.mark.parametrize("suffix", ["", ":1f"])
def test_a_machine_that_was_told_its_suffix_keeps_it(suffix: str) -> None:
    machine = prepare(toolgram.load(SUFFIX).machine.model_dump())
    told = machine.bind(suffix)
    assert all(told.entering(number) is told for number in range(len(told.states.tables)))
    plain = prepare(toolgram.load("hermes").machine.model_dump())
    assert all(plain.entering(number) is plain for number in range(len(plain.states.tables)))


if __name__ == "__main__":
    PAGE.write_text(with_tables(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    SCHEMA.write_text(machine_schema(), encoding="utf-8")
    sys.stdout.write("written\n")


def test_a_rule_that_names_literals_is_a_part_of_its_element_as_a_terminal_is() -> None:
    """Else a closer of thoughts would count as an opener, and no call would end thoughts that it never closed."""
    text = find("granite").read_text(encoding="utf-8")
    assert "_RESPONSE" in text
    machines = []
    for written in (text, text.replace("_RESPONSE", "_response")):
        spec, _ = read_text("granite.lark", written)
        assert spec is not None
        machines.append(compile_spec("granite", spec)[0])
    assert machines[0] == machines[1]
