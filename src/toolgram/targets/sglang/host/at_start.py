"""What SGLang asks nobody when it starts, and what no detector can ask of it.

In: SGLang's module of chat completions, as it is imported. Out: two of its methods say a word more.

- A tool detector is made for a request, and not before. A server that cannot have the one it is started with is not to
  find that out then: so one is made with the server.
- The text of an answer to a request without tools comes without special tokens, unless SGLang knows of a reasoning
  parser that it needs them. Ours needs them where a delimiter of its reasoning is one.

Promise: a version of SGLang without these methods is left as it is.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

SERVING_MODULE = "sglang.srt.entrypoints.openai.serving_chat"
REGISTRY = "ToolCallParserEnum"


def watch_start(module: Any) -> None:
    """Have the class that serves chats say it."""
    serving = getattr(module, "OpenAIServingChat", None)
    if serving is None:
        return
    serving.__init__ = _making_both(module, serving.__init__)
    asks = getattr(serving, "_patch_reasoning_skip_special_tokens", None)
    if asks is not None:
        serving._patch_reasoning_skip_special_tokens = _keeping_delimiters(asks)


def _making_both(module: Any, method: Any) -> Any:
    @wraps(method)
    def init(self: Any, *arguments: Any, **named: Any) -> None:
        method(self, *arguments, **named)
        kinds = getattr(getattr(module, "FunctionCallParser", None), REGISTRY, {})
        real = getattr(kinds.get(getattr(self, "tool_call_parser", None)), "real", None)
        if callable(real):
            real(self.tokenizer_manager.tokenizer)

    return init


def _keeping_delimiters(method: Any) -> Any:
    @wraps(method)
    def asks(self: Any, request: Any) -> Any:
        result = method(self, request)
        if getattr(self._reasoning_detector, "needs_special_tokens", False):
            request.skip_special_tokens = False
        return result

    return asks
