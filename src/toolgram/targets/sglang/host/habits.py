"""SGLang's own classes, found where its versions keep them.

Promise: this module is imported only where SGLang is there; whatever a version lacks is None here.
"""

from __future__ import annotations

import importlib
from typing import Any

FUNCTIONS_MODULE = "sglang.srt.function_call.function_call_parser"
REASONING_MODULE = "sglang.srt.parser.reasoning_parser"


def _found(module: str, name: str) -> Any:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None


HostToolDetector: Any = _found("sglang.srt.function_call.base_format_detector", "BaseFormatDetector")
HostReasoningDetector: Any = _found(REASONING_MODULE, "BaseReasoningFormatDetector")
ToolResult: Any = _found("sglang.srt.function_call.core_types", "StreamingParseResult")
ReasoningResult: Any = _found(REASONING_MODULE, "StreamingParseResult")
ToolCallItem: Any = _found("sglang.srt.function_call.core_types", "ToolCallItem")
StructureInfo: Any = _found("sglang.srt.function_call.core_types", "StructureInfo")
