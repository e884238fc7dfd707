"""`toolgram build --target hf-template --profile serving`: the targets that this changes.

In: the targets that are wanted, and a model's file. Out: the targets, with the one for serving in the place of the one
for transformers.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from ..chat_templates import ChatTemplate, TemplateError
from ..chat_templates.turn import opener_of_turn, tokens_of
from ..spec import read_spec
from ..targets.hf_template.nodes import expand, items_of, literals_in
from ..targets.hf_template.serving import Model
from ..targets.table import TARGETS, Target, serving
from ..which.given import GivenError, read_given
from .inputs import complain, files, read_json, refuse

USUAL = TARGETS["hf-template"]


class Profile(StrEnum):
    """For whom a response template is."""

    SERVING = "serving"


def profiled(targets: list[Target], specs: Sequence[Path], profile: Profile | None, file: Path | None) -> list[Target]:
    """The targets; with a profile, another one in the place of `hf-template`."""
    if profile is None:
        return targets if file is None else refuse("--for: say --target hf-template --profile serving with it")
    if USUAL not in targets:
        refuse("--profile serving: only --target hf-template has it")
    if file is not None and len(specs) != 1:
        refuse("--for: name one format with it")
    model = None if file is None else _model(file, specs[0])
    return [serving(model) if target is USUAL else target for target in targets]


def _model(file: Path, spec: Path) -> Model:
    """What a model's own files say."""
    config = read_json(file, "a tokenizer's configuration", "tokenizer_config.json") if file.suffix == ".json" else {}
    tokens = tokens_of(config) if isinstance(config, dict) else {}
    with files():
        try:
            beside = file.with_name("chat_template.jinja")  # it counts more than what stands in the file
            given = read_given(beside if beside.is_file() else file)
            if given.template is None:
                refuse(f"{file}: there is no `chat_template` in it, and no chat_template.jinja beside it")
            anchor = opener_of_turn(ChatTemplate(str(file), given.template), tokens, _openers(spec))
        except (GivenError, TemplateError) as problem:
            complain(f"toolgram: {problem}")
            raise SystemExit(1) from None
    if not anchor.strip():
        refuse(f"{file}: its chat template writes nothing where the model's turn begins")
    end = tokens.get("eos_token")
    return Model(anchor, (end,) if end else ())


def _openers(spec: Path) -> list[str]:
    """What opens the reasoning: it belongs to the message, also where the prompt writes it."""
    found, _ = read_spec(spec)
    if found is None or "reasoning" not in found.rules:
        return []
    opener = literals_in(items_of(expand(found, found.rules["reasoning"].body)))[:1]
    return [one.text for one in opener]
