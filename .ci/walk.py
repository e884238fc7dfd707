"""Walk through what the README, the docs and the help of each command say, with an installed toolgram and no checkout.

`walk.py CHECKOUT`: the pages are read there; everything else comes from the package. Run by `.ci/outside`, in an empty
folder. Whatever does not work ends the walk.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

ROOT = Path(sys.argv[1])
HERE = Path.cwd()
STANDINGS = {"NAME": "qwen3_coder", "formats/NAME.lark": "acme.lark"}  # what a page leaves open
SHOWN = {
    "vllm",
    "sglang",
    "curl",
    "pip",
    ".venv/bin/python",
    "python",
    "python3",
}  # blocks of other programs, and of a checkout
SPEC = """\
# /// format
# title  = "Acme calls"
# models = ["acme/acme-7b"]
# special_tokens = ["<tool_call>", "</tool_call>"]
# ///
// <tool_call>{"name": "get_weather", "arguments": {"city": "Tokyo"}}</tool_call>

%import toolgram.formats.hermes (start)
"""
PAGE = """\
## one call

```output
<tool_call>{"name": "f", "arguments": {}}</tool_call>
```

```message
{"tool_calls": [{"name": "f", "arguments": {}}]}
```
"""
TEMPLATE = """\
{%- for message in messages -%}
<|im_start|>{{ message.role }}
{{ message.content or "" }}
{%- for call in message.tool_calls or [] %}
<tool_call>
{"name": "{{ call.function.name }}", "arguments": {{ call.function.arguments | tojson }}}
</tool_call>
{%- endfor -%}
<|im_end|>
{% endfor -%}
{%- if add_generation_prompt -%}
<|im_start|>assistant
{% endif -%}
"""


def run(*words: str | Path, text: str = "", status: int = 0) -> str:
    """Run a program, and end the walk if it ends otherwise."""
    command = [str(word) for word in words]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode != status or "Traceback" in done.stderr:
        sys.exit(f"{shlex.join(command)}: status {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout


def prepare() -> None:
    """Put the files here that examples name."""
    for name in ("tools.json", "qwen3_coder.txt", "rollouts.jsonl"):
        shutil.copy(ROOT / "examples" / name, HERE / name)
    shutil.copy("qwen3_coder.txt", "raw.txt")
    Path("acme.lark").write_text(SPEC, encoding="utf-8")
    Path("acme.md").write_text(PAGE, encoding="utf-8")
    template = run("toolgram", "build", "hermes", "--target", "hf-template", "--out", "templates")
    assert "templates/hf-template/hermes.json" in template, template
    shutil.copy("templates/hf-template/hermes.json", "tokenizer_config.json")
    Path("chat_template.jinja").write_text(TEMPLATE, encoding="utf-8")


def walk_shell(line: str) -> None:
    """Run a line of a page or of a help, as a shell would."""
    for left_open, standing in STANDINGS.items():
        line = re.sub(rf"(?<![\w/]){re.escape(left_open)}(?!\w)", standing, line)
    line = re.sub(r"^toolgram proxy ", "toolgram proxy --dry-run ", line)  # it would not end
    run("bash", "-euo", "pipefail", "-c", line)


def walk_pages() -> int:
    """Run the commands of toolgram that stand in blocks of the pages."""
    count = 0
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]:
        blocks = re.findall(r"^ *```sh\n(.*?)^ *```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        for line in (line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()):
            words = re.sub(r"^(?:[A-Z_]+=\S* +)+", "", line).split()  # variables for one command may stand before it
            if words[0] == "toolgram":
                walk_shell(line)
                count += 1
            elif words[0] not in SHOWN and not line.startswith((" ", "python3 -m venv")):
                sys.exit(f"{page}: nothing is known of the command {line!r}")
    return count


def walk_help() -> int:
    """Run the examples in the help of each command; each must have one."""
    listed = run("toolgram", "--help").partition("Commands:\n")[2]
    commands = re.findall(r"^  ([\w-]+)  ", listed, re.MULTILINE)
    count = 0
    for command in commands:
        examples = re.findall(rf"^ +(toolgram {command}\b.*)$", run("toolgram", command, "--help"), re.MULTILINE)
        if not examples:
            sys.exit(f"toolgram {command} --help has no example")
        for example in examples:
            walk_shell(example)
        count += len(examples)
    return count


def walk_files() -> int:
    """What `toolgram build` has written here is what the checkout has; a single file runs with nothing around it."""
    ours = {path.relative_to(ROOT / "generated"): path for path in (ROOT / "generated").rglob("*.*")}
    for name in [name for name in ours if name.parts[0] == "typescript" and name.parts[1] != "formats"]:
        del ours[name]  # `npm run package` makes these
    built = {path.relative_to("generated"): path for path in Path("generated").rglob("*.*")}
    differing = [str(name) for name in sorted({*ours, *built}) if _bytes(ours.get(name)) != _bytes(built.get(name))]
    if differing:
        sys.exit(f"built outside, files are others: {differing[:5]}")
    run("toolgram", "build", "--check")
    run("toolgram", "build", "--standalone", "hermes", "--target", "python", "--out", "alone.py")
    script = "import alone, sys; print(alone.parse(sys.stdin.read()).tool_calls[0].name)"
    assert run(sys.executable, "-S", "-c", script, text='<tool_call>{"name": "f", "arguments": {}}') == "f\n"
    return len(built)


def _bytes(path: Path | None) -> bytes | None:
    return path.read_bytes() if path is not None and "__pycache__" not in path.parts else None


def walk_sessions() -> int:
    """Run the Python sessions of the pages, and the example of the README."""
    count = 0
    for page in sorted((ROOT / "docs").glob("*.md")):
        failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=doctest.ELLIPSIS)
        if failed:
            sys.exit(f"{page}: {failed} of {tried} examples are not true")
        count += tried
    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    tools = json.loads(Path("tools.json").read_text(encoding="utf-8"))
    with redirect_stdout(StringIO()) as printed:
        exec(example, {"tools": tools, "stream": Path("raw.txt").read_text(encoding="utf-8")})
    assert "CallEnd(index=1, complete=True)" in printed.getvalue()
    return count + 1


def walk_explanations() -> int:
    """Explain all messages, with examples that come from the package."""
    import toolgram
    from toolgram.explain import MEANINGS, explain_message

    assert not Path(toolgram.__file__).is_relative_to(ROOT), toolgram.__file__
    examples = sum("Wrong:" in explain_message(code) for code in MEANINGS)
    assert examples > len(MEANINGS) // 2
    return len(MEANINGS)


def main() -> None:
    prepare()
    for walk in (walk_help, walk_pages, walk_files, walk_sessions, walk_explanations):
        print(f"{walk.__name__.removeprefix('walk_')}: {walk()}", flush=True)


if __name__ == "__main__":
    main()
