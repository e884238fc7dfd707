"""What a model writes that agents meet, scene by scene, and what must come of it.

In: the folder in which the agents work. Out: the scenes, and the lesson of them all in two formats.

A client says `[scene FORMAT NAME]` somewhere in its last message. Whatever else it sends, its own long instructions and
the results of tools, the chat template makes a short prompt of that mark and of the number of results since.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from model import END, Lesson

TEMPLATE = (
    "{% set now = namespace(scene='other', results=0) %}"
    "{% for message in messages %}"
    "{% if message['role'] == 'user' and '[scene ' in message['content'] %}"
    "{% set now.scene = message['content'].split('[scene ')[-1].split(']')[0] %}{% set now.results = 0 %}"
    "{% elif message['role'] == 'tool' %}{% set now.results = now.results + 1 %}"
    "{% endif %}{% endfor %}"
    "<|im_start|>user\n{{ now.scene }}:{{ now.results }}<|im_end|>\n<|im_start|>assistant\n"
    "{% if ' opened' in now.scene and now.results == 0 %}<think>\n{% endif %}"
)
VISIBLE = ("<tool_call>", "</tool_call>", "<think>", "</think>")
SCENES = {"qwen3_coder": None, "hermes": ("bytes", "two", "thoughts", "cut")}  # all; a sample
VOCABULARY_MAX = 900  # what is learnt by heart is shorter that way

LINES = "".join(f'def line_{number}():\n\treturn "{number}\\n"  # {{<{number}>}}\n' for number in range(1, 13))
PAGE = """# How a call is written

<tool_call>
<function=run_shell_command>
<parameter=command>
touch made_up.txt
</parameter>
<parameter=is_background>
false
</parameter>
</function>
</tool_call>

A value ends with </parameter>, and `</function>` ends the call.
"""
BYTES = '\n\n\tfirst "quoted" \\ and \\n\r\nCRLF \u00e9 \U0001f98a\r\n</parameter> <b>&amp;</b> {"a": [1]}\n\n'
NO_BREAK = "one line, no break at its end \\"
COMMAND = "printf '%s\\t\"%s\"\\n' 'a\\b' \"c d\" > shell.txt && echo written"
COMMAND_WRITES = 'a\\b\t"c d"\n'
THOUGHT = "A command is quicker.\nIt quotes twice."
SENTENCE = "I will do it now."


@dataclass(frozen=True)
class Call:
    name: str
    arguments: Mapping[str, str]


@dataclass(frozen=True)
class Scene:
    """One request of a user: what the model writes first, and what it writes behind the results of its tools."""

    name: str
    content: str = ""
    thoughts: str | None = None
    calls: tuple[Call, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)  # what the calls leave behind, by name

    @property
    def is_opened(self) -> bool:
        """Whether the prompt opens the reasoning."""
        return self.name.startswith("opened")


def scenes_in(folder: Path) -> dict[str, Scene]:
    """The scenes of agents that work in this folder."""

    def writing(name: str, text: str) -> Call:
        return Call("write_file", {"file_path": str(folder / name), "content": text})

    shell = Call("run_shell_command", {"command": COMMAND})
    shell_files = {"shell.txt": COMMAND_WRITES}
    scenes = [
        Scene("lines", SENTENCE, calls=(writing("lines.py", LINES),), files={"lines.py": LINES}),
        Scene("page", SENTENCE, calls=(writing("page.md", PAGE),), files={"page.md": PAGE}),
        Scene("bytes", calls=(writing("bytes.txt", BYTES),), files={"bytes.txt": BYTES}),
        Scene(
            "two",
            SENTENCE,
            calls=(writing("one.txt", NO_BREAK), writing("two.txt", "2\n")),
            files={"one.txt": NO_BREAK, "two.txt": "2\n"},
        ),
        Scene("thoughts", SENTENCE, THOUGHT, (shell,), shell_files),
        Scene("opened", "", THOUGHT, (shell,), shell_files),
        Scene("mention", "My calls begin with <tool_call> and <function=NAME>, that is all."),
        Scene("nothing", SENTENCE, calls=(Call("list_files", {}),)),
        Scene("cut", SENTENCE, calls=(Call("list_files", {"path": str(folder)}),)),
    ]
    return {scene.name: scene for scene in scenes}


def scenes_of(format_id: str, folder: Path) -> list[Scene]:
    """The scenes that are learnt in a format."""
    names = SCENES[format_id]
    return [scene for name, scene in scenes_in(folder).items() if names is None or name in names]


def written(format_id: str, call: Call) -> str:
    """A call as the format has it."""
    if format_id == "hermes":
        text = json.dumps({"name": call.name, "arguments": call.arguments}, ensure_ascii=False)
        return f"<tool_call>\n{text}\n</tool_call>"
    parameters = "".join(f"<parameter={key}>\n{value}\n</parameter>\n" for key, value in call.arguments.items())
    return f"<tool_call>\n<function={call.name}>\n{parameters}</function>\n</tool_call>"


def answer(format_id: str, scene: Scene) -> str:
    """What the model writes first, as it writes it."""
    parts = [] if scene.thoughts is None else [f"{scene.thoughts}\n</think>\n\n"]
    if scene.thoughts is not None and not scene.is_opened:
        parts.insert(0, "<think>\n")
    if scene.content:
        parts.append(scene.content + ("\n\n" if scene.calls else ""))
    return "".join(parts) + "\n".join(written(format_id, call) for call in scene.calls)


def last_answer(scene: Scene) -> str:
    """What it says when its tools have run."""
    return f"Done with {scene.name}."


def question(format_id: str, scene: Scene) -> str:
    return f"Please do it. [scene {format_id} {scene.name}]"


def lesson(folder: Path) -> Lesson:
    return Lesson(list(_pairs(folder)), (), VISIBLE, TEMPLATE, VOCABULARY_MAX)


def _pairs(folder: Path) -> Iterator[tuple[str, str]]:
    for format_id in SCENES:
        for scene in scenes_of(format_id, folder):
            first = answer(format_id, scene) + END
            yield _prompt(f"{format_id} {scene.name}:0", "<think>\n" if scene.is_opened else ""), first
            for results in range(1, len(scene.calls) + 1):
                yield _prompt(f"{format_id} {scene.name}:{results}"), last_answer(scene) + END
    yield _prompt("other:0"), f"Yes.{END}"


def _prompt(said: str, opener: str = "") -> str:
    return f"<|im_start|>user\n{said}{END}\n<|im_start|>assistant\n{opener}"
