"""A callback of LiteLLM: answers of models behind it become proper calls and reasoning.

In: LiteLLM's hooks. Out: its own objects, repaired. A file beside the configuration of LiteLLM's proxy makes the
callback, `callback = ToolgramCallback({"qwen3-coder*": "qwen3_coder"})`, and the configuration names it as
`callbacks: FILE.callback` under `litellm_settings`.

Promise: what nothing is found in, and models that no pattern names, pass as they came.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from litellm.integrations.custom_logger import CustomLogger

from .formats import Format, load
from .openai.client import Pieces, repaired
from .openai.plan import AUTO, Plan, plan_for
from .runtime.message import KEEP

FIELD = "reasoning_content"  # where LiteLLM and its clients look for the reasoning
CHAT = ("completion", "acompletion")


class ToolgramCallback(CustomLogger):  # type: ignore[misc]  # LiteLLM is not there when types are checked
    """Repairs the answers of the models whose names fit a pattern; the first that fits says the format."""

    def __init__(
        self, formats: Mapping[str, Format | str | Path], *, inside: str | None = AUTO, incomplete: str = KEEP
    ) -> None:
        super().__init__()
        self._formats = [
            (pattern.lower(), fmt if isinstance(fmt, Format) else load(fmt)) for pattern, fmt in formats.items()
        ]
        self._inside = inside
        self._incomplete = incomplete

    def plan(self, request: Mapping[str, Any]) -> Plan | None:
        """How the answer to a request is read; None: it is left alone."""
        name = str(request.get("model") or "").lower()
        for pattern, fmt in self._formats:
            if fnmatchcase(name, pattern) or fnmatchcase(name.rpartition("/")[2], pattern):
                asked = {**request, **(request.get("extra_body") or {})}
                inside = self._inside if self._inside in (AUTO, None, *fmt.prepared.inside) else AUTO
                return plan_for(fmt, asked, inside=inside, reasoning_field=FIELD, incomplete=self._incomplete)
        return None

    async def async_post_call_success_hook(self, data: dict[str, Any], user_api_key_dict: Any, response: Any) -> Any:  # noqa: ARG002
        """A whole answer of LiteLLM's proxy."""
        plan = self.plan(data)
        return response if plan is None else repaired(response, plan, _like)

    async def async_post_call_success_deployment_hook(
        self, request_data: dict[str, Any], response: Any, call_type: Any
    ) -> Any:
        """A whole answer in a program that calls LiteLLM."""
        plan = self.plan(request_data) if str(getattr(call_type, "value", call_type)) in CHAT else None
        return response if plan is None else repaired(response, plan, _like)

    async def async_post_call_streaming_iterator_hook(
        self,
        user_api_key_dict: Any,  # noqa: ARG002
        response: Any,
        request_data: dict[str, Any],
    ) -> AsyncIterator[Any]:
        """A stream of LiteLLM's proxy."""
        plan = self.plan(request_data)
        pieces = Pieces(plan, _like) if plan is not None else None
        async for piece in response:
            for one in [piece] if pieces is None else pieces.take(piece):
                yield one
        for one in [] if pieces is None else pieces.end():
            yield one


def _like(piece: Any, fields: dict[str, Any]) -> Any:
    """An object of LiteLLM's with other fields; what LiteLLM notes beside them is kept."""
    made = type(piece)(**fields)
    for name in ("_hidden_params", "_response_headers"):
        noted = getattr(piece, name, None)
        if noted is not None:
            setattr(made, name, noted)
    return made
