"""The gallery of formats: a page for each, put together from what is known of it, and one that shows them all.

In: `formats/`, and the tables of `docs/` that name formats. Out: texts of pages, in the tree of the site.

How: a page of `formats/` is prose, then cases. Behind its heading come the facts of the spec; behind its prose come the
spec itself, the templates that came back (docs/round-trips.md), how engines compare on the fixtures of somebody else
(docs/canitoolcall.md), whether the format converts (docs/hf-templates.md), and the cases, folded.

Promise: no number is made here. Each stands on a page of `docs/`, which the section links to.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from staging import ROOT, Tree, as_markdown, page

from toolgram.registry import metadata_of

# The families of canitoolcall whose models write a format.
FAMILIES = {
    "deepseek": ("deepseek_v3", "deepseek_v31", "deepseek_v32", "deepseek_v4", "deepseek_v41"),
    "gemma4": ("gemma4",),
    "glm": ("glm45",),
    "gpt-oss": ("openai",),
    "kimi": ("kimi_k2", "kimi_k3"),
    "llama": ("llama3_json", "llama4_pythonic"),
    "mistral": ("mistral", "mistral_prev11"),
    "qwen3-hermes": ("hermes",),
    "qwen3-xml": ("qwen3_coder",),
}
INTRODUCTION = """\
# Gallery

Every format that toolgram reads, as a model writes it. The title leads to the format's page: its models, sources and
quirks, what is held back, the chat templates that it has passed, how other engines read it, the grammar, and every
tested case.

[The same as one table](formats.md) has the bounds and the numbers of cases. [Which format does a model
write?](which.md) Ask `toolgram which`. [What was looked for and not found](not-found.md) is written down, too.
"""


def add_gallery(tree: Tree, root: Path = ROOT) -> list[tuple[str, str]]:
    """Add the pages of all formats and the gallery; return title and path of each, for the navigation."""
    entries: list[tuple[str, str]] = []
    cards = [INTRODUCTION]
    for spec in sorted((root / "formats").glob("*.lark")):
        name = f"formats/{spec.stem}.md"
        text = (root / name).read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        tree.texts[name] = page(name, root, tree, format_page(spec, text, root))
        entries.append((spec.stem, name))
        cards.append(_card(spec, title, text))
    tree.texts["gallery.md"] = as_markdown("\n".join(cards))
    return entries


def format_page(spec: Path, text: str, root: Path = ROOT) -> str:
    """Return the page of one format, as GitHub would show it."""
    head, _, cases = text.partition("\n# Cases\n")
    heading, _, prose = head.partition("\n")
    grammar = spec.read_text(encoding="utf-8")
    parts = [heading, _facts(spec.stem, grammar), prose.strip(), _templates(spec.stem, root), _engines(spec.stem, root)]
    parts += [f"## The grammar\n\n````lark\n{grammar.strip()}\n````", _cases(cases)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _card(spec: Path, title: str, text: str) -> str:
    models = ", ".join(f"`{one}`" for one in metadata_of(spec.read_text(encoding="utf-8")).get("models", []))
    about = f"`{spec.stem}`" + (f": {models}" if models else "")
    return f"## [{title}](formats/{spec.stem}.md)\n\n{about}\n\n{_sample(text)}\n"


def _sample(text: str) -> str:
    """The first block of a page that shows what a model writes."""
    found = re.search(
        r"^(`{3,})(?:xml|json|text|)\n.*?^\1$", text.partition("\n# Cases\n")[0], re.MULTILINE | re.DOTALL
    )
    found = found or re.search(r"^(`{3,})output[^\n]*\n.*?^\1$", text, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


def _facts(name: str, grammar: str) -> str:
    meta = metadata_of(grammar)
    rows = {
        "names": [name, *meta.get("aliases", [])],
        "models": meta.get("models", []),
        "special tokens": meta.get("special_tokens", []),
        "ends a turn": meta.get("end_tokens", []),
        "names in other engines": [f"{engine}: {other}" for engine, other in _foreign().get(name, [])],
    }
    lines = [f"| {key} | {', '.join(map(_code, values))} |" for key, values in rows.items() if values]
    if "begins_inside" in meta:
        opened = ", ".join(key for key in meta["begins_inside"] if key != "default")
        lines.append(f"| the prompt may open | {_code(opened)} |")
    return "\n".join(["| | |", "|---|---|", *lines])


def _code(text: str) -> str:
    return "`" + text.replace("|", "\\|") + "`"


@cache
def _foreign() -> dict[str, list[tuple[str, str]]]:
    """Format -> what other engines call it."""
    tables = tomllib.loads((ROOT / "src" / "toolgram" / "foreign_names.toml").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[str, str]]] = {}
    for table in tables.values():
        for name, target in table.items():
            if name != "title":
                found.setdefault(target, []).append((table["title"], name))
    return found


def rows(page_name: str, root: Path = ROOT) -> Iterator[tuple[str, list[str]]]:
    """The rows of the tables of a page of `docs/`, each with the heading above it."""
    heading = ""
    for line in (root / "docs" / page_name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif line.startswith("| "):
            yield heading, [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


@cache
def _table(page_name: str, root: Path) -> tuple[tuple[str, list[str]], ...]:
    return tuple(rows(page_name, root))


def _templates(name: str, root: Path) -> str:
    found = [
        (source, *cells) for source, cells in _table("round-trips.md", root) if len(cells) == 4 and cells[1] == name
    ]
    if not found:
        return ""
    lines = [f"| {source} | {cells[0]} | {cells[2]} |" for source, *cells in found]
    return "\n".join(
        [
            "## Templates that it was tried with",
            "",
            "Random conversations, rendered by a chat template and read back; [round trips](../docs/round-trips.md) "
            "says how, and what a template does not carry.",
            "",
            "| from | template | come back |",
            "|---|---|---:|",
            *lines,
        ]
    )


def _engines(name: str, root: Path) -> str:
    parts = []
    family = next((family for family, formats in FAMILIES.items() if name in formats), None)
    if family is not None:
        [head, *body] = [cells for _, cells in _table("canitoolcall.md", root) if len(cells) == 7]
        [row] = [cells for cells in body if cells[0] == family]
        listed = [f"| {who} | {figures or 'not run'} |" for who, figures in zip(head[1:], row[1:], strict=True)]
        parts.append(
            f"The fixtures of the family `{family}` in [a suite of somebody else's](../docs/canitoolcall.md), as "
            "right / softly right / wrong:\n\n| read by | figures |\n|---|---|\n" + "\n".join(listed)
        )
    [converts] = [cells for _, cells in _table("hf-templates.md", root) if cells[0] == f"`{name}`"] or [None]
    if converts is not None:
        does = "It can be written" if converts[1] == "yes" else "It cannot be written"
        why = f": {converts[2]}" if converts[2] else ""
        stops = why if converts[1] == "no" else (f", with loss{why}" if why else "")
        parts.append(f"{does} as a [response template of Hugging Face](../docs/hf-templates.md){stops}.")
    return "\n\n".join(["## Engines compared", *parts]) if parts else ""


def _cases(text: str) -> str:
    """The cases, each folded."""
    introduction, *cases = re.split(r"^#{2,3} (?=\S)", _headings_in_fences_hidden(text.strip()), flags=re.MULTILINE)
    parts = ["## Cases", introduction.strip()]
    for case in cases:
        title, _, body = case.partition("\n")
        indented = "\n".join(f"    {line}" if line else "" for line in body.strip().split("\n"))
        parts.append(f'??? example "{title.strip()}"\n\n{indented}')
    return "\n\n".join(parts).replace(HIDDEN, "")


HIDDEN = "\N{NULL}"


def _headings_in_fences_hidden(text: str) -> str:
    """The text, with a mark before lines inside of fences that look like headings."""
    return re.sub(
        r"^(`{3,}|~{3,})[^\n]*\n.*?^\1$",
        lambda found: re.sub(r"^(?=#)", HIDDEN, found[0], flags=re.MULTILINE),
        text,
        flags=re.MULTILINE | re.DOTALL,
    )
