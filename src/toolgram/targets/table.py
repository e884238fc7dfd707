"""The targets there are, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..diagnostics import Diagnostic
from ..writing import inner_folder
from .hf_template import check_hf_template, convert_for_serving, render_for_serving, render_hf_template
from .hf_template.serving import Model
from .machine import render_machine
from .python import PYTHON, render_python
from .runtime_file import Engine
from .sglang.assemble import SGLANG, render_sglang
from .subject import Subject
from .typescript import render_types, render_typescript
from .vllm.assemble import VLLM, VLLM_UNCONSTRAINED, render_unconstrained, render_vllm


@dataclass(frozen=True, slots=True)
class Target:
    """One kind of file: `generated/<name>/<format><suffix>`, or in another `folder` of generated/.

    `beside` are more files of the format there, by their suffixes. With an `engine` it runs on a file that formats
    share.
    """

    name: str
    suffix: str
    render: Callable[[Subject], str]
    check: Callable[[Subject], list[Diagnostic]] = lambda _: []
    usual: bool = True  # built when no target is named
    engine: Engine | None = None
    folder: str = ""
    beside: Mapping[str, Callable[[Subject], str]] = field(default_factory=dict)

    @property
    def files(self) -> Mapping[str, Callable[[Subject], str]]:
        """What writes each file of a format, by its suffix."""
        return {self.suffix: self.render, **self.beside}

    def folder_in(self, out: Path) -> Path:
        """Where its files lie below an output folder. Raises OSError: a folder there is a link."""
        folder = out
        for name in (self.folder or self.name).split("/"):
            folder = inner_folder(folder, name)
        return folder


TARGETS = {
    target.name: target
    for target in (
        Target("machine", ".json", render_machine),
        Target("python", ".py", render_python, engine=PYTHON),
        Target("vllm", ".py", render_vllm, engine=VLLM),
        Target("sglang", ".py", render_sglang, engine=SGLANG),
        Target("typescript", ".js", render_typescript, folder="typescript/formats", beside={".d.ts": render_types}),
        Target("hf-template", ".json", render_hf_template, check_hf_template, usual=False),
    )
}

# In the place of `vllm`, on request: plugins without the writer of grammars, in a folder of their own.
UNCONSTRAINED = Target("vllm-no-constraints", ".py", render_unconstrained, usual=False, engine=VLLM_UNCONSTRAINED)


def serving(model: Model | None = None) -> Target:
    """In the place of `hf-template`, on request: what serving engines accept, in a folder of its own."""
    return Target(
        "hf-template-serving",
        ".json",
        lambda subject: render_for_serving(subject, model),
        lambda subject: convert_for_serving(subject.spec, model)[1],
        usual=False,
    )
