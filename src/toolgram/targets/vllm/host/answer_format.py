"""An output format of the request's own, with room for reasoning in front of it.

In: a request with a JSON schema, a pattern, a choice or a grammar for its answer. Out: the same request; where the
model may begin with reasoning that it opens itself, its answer's format is reasoning, if there is any, and then that.

How: the server's own xgrammar writes the format as a grammar and joins the two. Where the server is to wait for the end
of the reasoning, because the prompt has opened it, it does that as ever; where it is not, the grammar holds from the
first token on: see Note [a prompt without tags] in who_asks.

Promise: a format that xgrammar does not know stays as it is, and is then enforced without reasoning.
"""

from __future__ import annotations

import importlib
import json
from typing import Any, Optional

from toolgram.grammars.ebnf import write_ebnf
from toolgram.grammars.outline import Outline, read_outline
from toolgram.grammars.thoughts import derive_thoughts
from toolgram.runtime.schema.given import member_of
from toolgram.targets.serving.remembered import Remembered
from toolgram.targets.serving.vocabulary import Vocabulary
from toolgram.targets.serving.xgrammar_reads import reads_tokens, xgrammar_module
from toolgram.targets.vllm.host.constraint import put_grammar
from toolgram.targets.vllm.host.format import PluginFormat
from toolgram.targets.vllm.host.habits import STRUCTURED_OUTPUTS

FORMATS_REMEMBERED = 64
ANY_OBJECT = '{"type": "object"}'


class AnswerFormat:
    """Writes the formats of answers for one format of calls and one tokenizer."""

    def __init__(self, fmt: PluginFormat, vocabulary: Vocabulary) -> None:
        self._outline: Optional[Outline] = None
        if fmt.outline and fmt.opens_reasoning_only and vocabulary.opener_texts:
            self._outline = read_outline(fmt.outline, vocabulary.machine.bound or "")
        self._tokens = vocabulary.token_ids
        self._thoughts: Any = None
        self._known: Remembered[str] = Remembered(FORMATS_REMEMBERED)
        self._log = fmt.log

    def apply(self, request: Any) -> None:
        """Make room for reasoning in front of the format that a request asks for, if it asks for one."""
        try:
            if self._outline is None or STRUCTURED_OUTPUTS is None or not hasattr(request, "structured_outputs"):
                return
            key = _key_of(_own_format(request))
            if key is not None:
                grammar = self._known.get(key, lambda: self._joined(key))
                if grammar is not None:
                    put_grammar(request, grammar)
        except Exception as error:  # whatever it is, the format stays as it is
            self._log.warning("no room for reasoning in front of an output format: %s", type(error).__name__)

    def _joined(self, key: str) -> Optional[str]:
        """The grammar for a format."""
        module = xgrammar_module()
        grammar = None if module is None else _grammar_of(module, *json.loads(key))
        if grammar is None:
            return None
        text = str(module.Grammar.concat(self._thoughts_as_grammar(module), grammar))
        module.Grammar.from_ebnf(text)
        return text

    def _thoughts_as_grammar(self, module: Any) -> Any:
        if self._thoughts is None:
            assert self._outline is not None  # `apply` has seen to it
            tokens = self._tokens if reads_tokens() else {}
            self._thoughts = module.Grammar.from_ebnf(write_ebnf(derive_thoughts(self._outline, tokens)))
        return self._thoughts


def _own_format(request: Any) -> Any:
    """What a request asks its answer to be, as the server's own parameters; None when it may be anything."""
    extract = getattr(request, "extract_structured_outputs", None)
    if callable(extract):
        return extract()
    wanted = member_of(request, "response_format") or member_of(member_of(request, "text"), "format")
    kind = member_of(wanted, "type")
    if kind == "json_object":
        return STRUCTURED_OUTPUTS(json_object=True)
    if kind == "json_schema":
        named = member_of(wanted, "json_schema") or wanted  # in Responses the schema stands in the format itself
        schema = member_of(named, "json_schema") or member_of(named, "schema_") or member_of(named, "schema")
        return None if schema is None else STRUCTURED_OUTPUTS(json=schema)
    return None if kind not in (None, "text") else request.structured_outputs


def _key_of(outputs: Any) -> Optional[str]:
    """The kind of a format and what it says, as a text; None for a kind that cannot be put behind anything."""
    if outputs is None or member_of(outputs, "whitespace_pattern"):
        return None
    is_loose = not member_of(outputs, "disable_any_whitespace")
    if member_of(outputs, "json_object"):
        return json.dumps(["json", ANY_OBJECT, is_loose])
    for kind in ("json", "regex", "choice", "grammar"):
        said = member_of(outputs, kind)
        if said is not None:
            written = json.dumps(said) if kind == "json" and not isinstance(said, str) else said
            return json.dumps([kind, written, is_loose])
    return None


def _grammar_of(module: Any, kind: str, said: Any, is_loose: bool) -> Any:
    """A format as xgrammar has it; None where the server would not give it to xgrammar."""
    if kind == "regex":
        return module.Grammar.from_regex(said)
    if kind == "grammar":
        return module.Grammar.from_ebnf(said) if "::=" in said else None
    if kind == "choice":
        return module.Grammar.from_ebnf("root ::= " + " | ".join(json.dumps(str(one)) for one in said))
    if _is_beyond_xgrammar(json.loads(said)):
        return None
    return module.Grammar.from_json_schema(said, any_whitespace=is_loose)


def _is_beyond_xgrammar(schema: Any) -> bool:
    """Whether the server gives a schema to another library, which is not asked here."""
    try:
        module = importlib.import_module("vllm.v1.structured_output.backend_xgrammar")
    except ImportError:
        return False
    judge = getattr(module, "has_xgrammar_unsupported_json_features", None)
    return bool(judge(schema)) if callable(judge) else False
