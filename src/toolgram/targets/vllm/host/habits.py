"""The vLLM that the plugin runs in: where its classes live, and which of its habits it has.

In: whatever vLLM is installed. Out: its modules as values, and one flag per habit that changed between versions.

Promise: everything that differs between vLLM versions is decided here, by looking for a feature and never at a version
number, so that a version nobody has seen yet is judged by what it can do. The number only decides what is said: one
sentence where nobody has tried it, and a refusal where it is known not to work.
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

from toolgram.targets.vllm.host.span import TESTED, too_new, too_old

VLLM_VERSION = str(getattr(importlib.import_module("vllm"), "__version__", "unknown"))


def _check_version() -> None:
    """Warn of a vLLM newer than those tested. Raises ImportError for one that is too old."""
    refusal, doubt = too_old(VLLM_VERSION), too_new(VLLM_VERSION)
    if refusal is not None:
        raise ImportError(refusal)
    if doubt is not None:
        logging.getLogger("vllm.toolgram").warning(doubt)


_check_version()


def _first_with(name: str, *places: str) -> Any:
    """The first module of `places` that can be imported and has `name`."""
    for place in places:
        try:
            module = importlib.import_module(place)
        except ImportError:
            continue
        if hasattr(module, name):
            return module
    raise ImportError(
        f"vLLM {VLLM_VERSION} has no {name} in any known place ({', '.join(places)}): "
        f"this toolgram was tested with {TESTED}"
    )


def optional_part(place: str, name: str) -> Any:
    """What a module has under a name; None when it has not."""
    try:
        return getattr(importlib.import_module(place), name, None)
    except ImportError:
        return None


# Newest first: the package moved in 0.13, 0.15 and 0.29.
PROTOCOL = _first_with(
    "DeltaMessage",
    "vllm.entrypoints.generate.base.protocol",
    "vllm.entrypoints.openai.engine.protocol",
    "vllm.entrypoints.openai.protocol",
)
TOOL_MODULE = _first_with(
    "ToolParserManager",
    "vllm.tool_parsers.abstract_tool_parser",
    "vllm.entrypoints.openai.tool_parsers.abstract_tool_parser",
)
REASONING_MODULE = _first_with("ReasoningParserManager", "vllm.reasoning.abs_reasoning_parsers")

HostToolParser = TOOL_MODULE.ToolParser
HostReasoningParser = REASONING_MODULE.ReasoningParser

# 0.11.1 renamed the field, and the methods with it.
REASONING_FIELD = "reasoning" if "reasoning" in PROTOCOL.DeltaMessage.model_fields else "reasoning_content"

# 0.13: the reasoning parser is shown the prompt before the first delta; until then only after it.
SHOWS_PROMPT_FIRST = hasattr(HostReasoningParser, "is_reasoning_end_streaming")

# 0.20: a parser can ask that forced calls (tool_choice required or a name) come in the model's own format. Until then
# the server reads them itself, as JSON that its base class demands of the model.
FORCES_NATIVELY = hasattr(HostToolParser, "supports_required_and_named")

# Up to 0.22 the server compares arguments at the end of the stream: see Note [the last comparison] in older_halves.
COMPARES_ARGUMENTS = not hasattr(HostToolParser, "get_remaining_unstreamed_args")

# 0.24: the server says when the stream has ended (`finish_streaming`). Until then the end token has to say it.
SAYS_FINISH = hasattr(HostReasoningParser, "has_engine_confirmed_reasoning_end")

# 0.32: a delta without a message keeps the logprobs of its tokens. Until then one that says nothing must be sent.
DROPS_LOGPROBS = not hasattr(HostToolParser, "default_tool_strict_level")
# 0.11: what a request may constrain its answer with, a grammar among others.
STRUCTURED_OUTPUTS = optional_part("vllm.sampling_params", "StructuredOutputsParams")
