"""Parts of a page that a script writes: between `<!-- name: script -->` and `<!-- end -->`."""

from __future__ import annotations

from collections.abc import Callable


def written(text: str, parts: dict[str, Callable[[], str]], script: str) -> str:
    """Return the page with each of the parts as it should be."""
    for name, part in parts.items():
        start, end = f"<!-- {name}: {script} -->\n", "<!-- end -->"
        assert text.count(start) == 1, name
        head, _, rest = text.partition(start)
        text = f"{head}{start}\n{part()}\n\n{end}{rest.partition(end)[2]}"
    return text
