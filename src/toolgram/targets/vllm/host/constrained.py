"""The writers of grammars, for a plugin that has them. It is the only module that `plugin` does not need."""

from __future__ import annotations

from toolgram.targets.vllm.host.answer_format import AnswerFormat
from toolgram.targets.vllm.host.constraint import Constraint
from toolgram.targets.vllm.host.writers import GrammarWriters

CONSTRAINED_WRITERS = GrammarWriters(Constraint, AnswerFormat)
