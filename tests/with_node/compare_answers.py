"""Both languages repair the same answers of OpenAI's chat API, and must say the same: chunk by chunk, and whole.

    python tests/with_node/compare_answers.py --answers 10000 --seed 7

In: how many answers. Out: the first differences. `typescript/scripts/repair.mjs` is the other half; it needs
`npm install` in `typescript/`.

The texts are those of `drawn_texts.py`. Around them stands what servers send: several choices, reasoning apart, calls
that the server has made, logprobs, usage, every reason to finish, and streams that break off. Ids are made up by each
half for itself, so only the model's own are compared. Each stream is read in Gemini's form, too, and must say the same.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

from drawn_texts import drawn

from toolgram.openai.chat import ChatRepair
from toolgram.openai.plan import AUTO, plan_for
from toolgram.registry import format_paths

SCRIPT = Path(__file__).parents[2] / "typescript" / "scripts" / "repair.mjs"
NAMES = [path.stem for path in format_paths()]
FIELDS = ("reasoning", "reasoning_content")
REASONS = ("stop", "stop", "stop", "length", "tool_calls", "content_filter", None)
CALL = {"index": 0, "id": "x", "type": "function", "function": {"name": "g", "arguments": "{}"}}
SHOWN = 1500  # characters of a value


def asked(seed: int) -> dict[str, Any]:
    """An answer, and how it is read."""
    chance = random.Random(f"answer {seed}")
    text = drawn(chance.choice(("pages", "pages", "field")), NAMES, seed)
    request: dict[str, Any] = {"tools": text["tools"]}
    if chance.random() < 0.15:
        request["tool_choice"] = chance.choice(("none", "auto", "required"))
    if chance.random() < 0.3:
        names = ("enable_thinking", "thinking", "reasoning_effort", "reasoning")
        request["chat_template_kwargs"] = {chance.choice(names): chance.choice((True, False, "none", "high", "", 0))}
    if chance.random() < 0.1:
        request["reasoning_effort"] = chance.choice(("none", "low", "no_think"))
    options = {
        "inside": text["inside"] if chance.random() < 0.5 else AUTO,
        "reasoningField": chance.choice(FIELDS),
        "incomplete": chance.choice(("keep", "keep", "drop")),
    }
    split = chance.choice([split for split in text["splits"] if split != "units"] or [[]])
    chunks = chunks_of(text["text"], split, chance)
    return {
        "format": text["format"],
        "request": request,
        "options": options,
        "chunks": chunks,
        "whole": whole_of(text["text"], chance),
    }


def chunks_of(text: str, split: list[int], chance: random.Random) -> list[dict[str, Any]]:
    """A text as a server streams it."""
    ends = [*split, len(text)]
    pieces = [text[begin:end] for begin, end in zip([0, *ends], ends, strict=False)]
    choices = chance.choice((1, 1, 1, 2))
    names = chance.choice((FIELDS[:1], FIELDS[1:], FIELDS))
    thoughts = chance.randrange(len(pieces) + 1) if chance.random() < 0.3 else 0
    chunks = [chunk(index, {"role": "assistant", "content": ""}) for index in range(choices)]
    if chance.random() < 0.2:
        chunks[0]["choices"][0]["delta"] |= dict.fromkeys(names)
    for at, piece in enumerate(pieces):
        for index in range(choices):
            is_thought = at < thoughts and chance.random() < 0.95
            delta = dict.fromkeys(names, piece) if is_thought else {"content": piece}
            one = chunk(index, delta)
            decorate(one, chance)
            chunks.append(one)
    if chance.random() < 0.1:
        chunks.insert(chance.randrange(len(chunks)), chunk(0, {"tool_calls": [CALL]}))
    for index in range(choices):
        reason = chance.choice(REASONS)
        if reason is not None:
            chunks.append(chunk(index, chance.choice(({}, {"content": ""}, {"content": None})), reason))
    if chance.random() < 0.3:
        chunks.append({**chunk(0, {}), "choices": [], "usage": {"total_tokens": 3}})
    return chunks


def decorate(one: dict[str, Any], chance: random.Random) -> None:
    """What else servers put into a chunk."""
    [choice] = one["choices"]
    if chance.random() < 0.05:
        one["usage"] = {"total_tokens": 1}
    if chance.random() < 0.05:
        choice["logprobs"] = chance.choice((None, {"content": [{"token": "a"}]}))
    if chance.random() < 0.05:
        choice["delta"]["refusal"] = chance.choice((None, "no"))
    if chance.random() < 0.03:
        choice["delta"] |= {"content": "Hi "}
    if chance.random() < 0.03:
        choice["delta"]["tool_calls"] = []
    if chance.random() < 0.02:
        del choice["index"]


def chunk(index: int, delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": reason}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}


def whole_of(text: str, chance: random.Random) -> dict[str, Any]:
    """A text as a server answers it."""
    message: dict[str, Any] = {"role": "assistant", "content": text}
    if chance.random() < 0.3:
        at = chance.randrange(len(text) + 1)
        message |= {"content": text[at:] or None, chance.choice(FIELDS): text[:at]}
    if chance.random() < 0.3:
        message["tool_calls"] = chance.choice(([], [], [CALL], None))
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": chance.choice(REASONS)}
    return {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}


def repaired(asked: dict[str, Any]) -> dict[str, Any]:
    """What Python makes of an answer."""
    said = asked["options"]
    plan = plan_for(
        asked["format"],
        asked["request"],
        inside=said["inside"],
        reasoning_field=said["reasoningField"],
        incomplete=said["incomplete"],
    )
    repair = ChatRepair(plan)
    found = [[("same" if one is given else one) for one in repair.chunk(given)] for given in asked["chunks"]]
    answer = ChatRepair(plan).whole(asked["whole"])
    return {
        "chunks": [*found, repair.end()],
        "whole": "same" if answer is asked["whole"] else answer,
        "parts": None,  # Gemini's form says what OpenAI's says
    }


def plain(value: Any, texts: str) -> Any:
    """Without the ids that were made up: those that do not stand in the texts."""
    if isinstance(value, list):
        return [plain(one, texts) for one in value]
    if isinstance(value, dict):
        found = {key: plain(one, texts) for key, one in value.items()}
        if value.get("type") == "function" and str(value.get("id")) not in texts:
            found["id"] = "made up"
        return found
    return value


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--answers", type=int, default=1000, help="how many, over all formats")
    parser.add_argument("--seed", type=int, default=0, help="of the first answer")
    parser.add_argument("--most", type=int, default=5, help="how many differences are shown")
    options = parser.parse_args()
    node = subprocess.Popen(
        ["node", str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8", cwd=SCRIPT.parent
    )
    assert node.stdin is not None
    assert node.stdout is not None
    differences = 0
    for seed in range(options.seed, options.seed + options.answers):
        one = asked(seed)
        node.stdin.write(json.dumps(one) + "\n")
        node.stdin.flush()
        texts = json.dumps([one["chunks"], one["whole"]], ensure_ascii=False)
        texts += "".join(str(choice["delta"].get("content")) for each in one["chunks"] for choice in each["choices"])
        ours, theirs = plain(repaired(one), texts), plain(json.loads(node.stdout.readline()), texts)
        if ours == theirs:
            continue
        differences += 1
        if differences <= options.most:
            show(seed, one, ours, theirs)
    node.stdin.close()
    node.wait()
    print(f"{options.answers} answers, {differences} differences")
    return 1 if differences else 0


def show(seed: int, one: dict[str, Any], ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    print(f"--- answer {seed}, format {one['format']}: {json.dumps([one['request'], one['options']])[:SHOWN]}")
    if "error" in theirs:
        print(theirs["error"][:SHOWN])
        return
    if theirs["parts"]:
        for form, said in zip(("OpenAI's", "Gemini's"), theirs["parts"], strict=True):
            print(f"  in {form} form {ascii(said)[:SHOWN]}")
    if ours["whole"] != theirs["whole"]:
        print(f"  whole {ascii(one['whole'])[:SHOWN]}\n  Python     {ascii(ours['whole'])[:SHOWN]}")
        print(f"  TypeScript {ascii(theirs['whole'])[:SHOWN]}")
    for given, our, their in zip([*one["chunks"], None], ours["chunks"], theirs["chunks"], strict=True):
        if our != their:
            for who, said in (("chunk", given), ("Python", our), ("TypeScript", their)):
                print(f"  {who:10} {ascii(said)[:SHOWN]}")
            break


if __name__ == "__main__":
    sys.exit(main())
