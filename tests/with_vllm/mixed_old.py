"""What the log says of mixed halves in a vLLM that is only unpacked: python mixed_old.py SOURCES/VERSION TOOL REASONING

`TOOL` and `REASONING` are names of parsers. The plugin of `qwen3_coder` is loaded first.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE)]

from transcripts import CASES, TOOLS, VISIBLE_TOKENS  # noqa: E402
from unpacked import Unpacked  # noqa: E402

PLUGIN = HERE.parents[1] / "generated" / "vllm" / "qwen3_coder.py"


def main(folder: str, tool: str, reasoning: str) -> None:
    server = Unpacked(Path(folder).resolve(), VISIBLE_TOKENS)
    server.load_plugin(PLUGIN)
    logging.basicConfig(format="%(levelname)s %(message)s", stream=sys.stdout, force=True)
    [case] = [case for case in CASES["qwen3_coder"] if case.scene == "one call"]
    for tokens in (None, 1):
        server.ask(case.output, TOOLS, tool_parser=tool, reasoning_parser=reasoning, tokens=tokens, template={})


if __name__ == "__main__":
    main(*sys.argv[1:])
