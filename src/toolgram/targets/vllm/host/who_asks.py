"""For whom the server asks whether the reasoning is over: for the answer's reader, or for the grammar of the answer.

In: the call stack. Out: one truth.

Note [a prompt without tags]
A prompt that neither opens nor closes the reasoning leaves it to the model. For the reader of the answer the reasoning
is not over then: the model may open it. For the grammar of the answer it is: a server that waits for a closer would
wait for ever with a model that does not think, and nothing would be enforced. Where the model does think, the grammar
has room for that (`answer_format`, `constraint`). Servers ask both with the same question. From 0.17 on they ask it in
the same process, and of parsers that are made in the same way, so that only the asker tells what it is for.

Promise: whoever is not known to ask for the grammar is taken for a reader.
"""

from __future__ import annotations

import sys

ENGINE = "vllm.v1."
# Up to 0.31 the method that serves a request asks itself, from 0.32 on the request does.
ASKERS = frozenset(("create_chat_completion", "_create_chat_completion", "resolve_reasoning_ended"))
# The question, and how it is asked through other parsers of the server.
QUESTION = frozenset(("is_reasoning_end", "is_reasoning_end_streaming", "begins_grammar"))


def asks_for_grammar() -> bool:
    """Whether whoever asks wants to know where a grammar begins."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_name in QUESTION:
        frame = frame.f_back  # type: ignore[assignment]  # None at the bottom
    if frame is None:
        return False
    return frame.f_code.co_name in ASKERS or str(frame.f_globals.get("__name__")).startswith(ENGINE)
