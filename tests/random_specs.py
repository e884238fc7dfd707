"""Small specs over the whole dialect, drawn at random: what an author may write, right or wrong.

In: a source of random choices. Out: the text of a spec. Many are refused, as they should be; those that are not must
read their own well-formed texts.
"""

from __future__ import annotations

import random

HEAD = '# /// format\n# title = "Drawn"\n# models = ["acme/*"]\n{tokens}# ///\n'
IMPORT = "%import toolgram ({names})\n"
TERMINALS = ("TEXT", "XML_TEXT", "JSON", "JSON_OBJECT", "JSON_ARRAY", "JSON_STRING", "PYTHON", "NAME", "INT")
OPENERS = ('"<call>"', '"[CALL]"', '"@"', '"call:"', '"```tool\\n"', '"<|call|>"', '"{"', '"("', '"to="')
CLOSERS = ('"</call>"', '"[/CALL]"', '";"', '"\\n```"', '"<|end|>"', '"}"', '")"', '"\\n"', "_NL", "_WS", "")
SEPARATORS = ('":"', '"#"', '"<args>"', '" "', '"|"', "_NL", "_WS", '_WS? ":" _WS?', "", "_NL?")
KEY_OPENERS = ('"<p>"', '"--"', '"- "', '"<key>"', '"\\""', '"["', "_NL", "")
KEY_ENDS = ('"="', '">"', '": "', '"</key><value>"', '"\\": "', "_WS", "_NL")
VALUE_CLOSERS = ('"</p>"', '";"', "_NL", '"</value>"', '"]"', '","', "_WS", "")
BLANKS = ("", "", "", "", " _WS?", " _NL?", " _WS", " _NL")
STARTS = (
    "(content | tool_call)*",
    "reasoning? (content | tool_call)*",
    "reasoning? _WS? (content | tool_call)*",
    "content? tool_call*",
    "content? _NL? tool_call*",
    "(content | reasoning | _section)*",
    "(content | _section)*",
    "content? _section?",
    "(reasoning | tool_call)*",
    "content content tool_call",
    "json_object{_part}",
    "content? json_object{_part}",
    "(content | json_object{_part})*",
    "(content | json_array{tool_call})*",
    "reasoning tool_call content",
)
PARTS = ('"thought", reasoning', '"tool_calls", _calls', '"call", tool_call')
SECTION_OPENERS, SECTION_CLOSERS = (
    ('"<calls>"', '"<|calls|>"', '"CALLS:"'),
    ('"</calls>"', '"<|done|>"', '"\\n\\n"', ""),
)
THOUGHT_OPENERS, THOUGHT_CLOSERS = (
    ('"<think>"', '"[THINK]"', '"Thought:"'),
    ('"</think>"', '"[/THINK]"', '"\\n\\n"', ""),
)
TEXTS = ("TEXT", "TEXT", "XML_TEXT")
SHORTS = ("NAME", "TEXT", "TEXT", "JSON_STRING", "INT")


class Drawing:
    """One spec."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self.rules: dict[str, str] = {}

    def one(self, *options: str) -> str:
        return self._draw.choice(options)

    def happens(self, once_in: int = 2) -> bool:
        return self._draw.randrange(once_in) == 0

    def spec(self) -> str:
        """Draw a whole spec."""
        start = self.rules["start"] = self.one(*STARTS, f"(content | tool_call{self.one(*BLANKS)})*")
        is_object = "_part" in start
        if "_section" in start:
            self.section()
        if is_object:
            self.parts(start)
        self.call(is_object or "json_array" in "".join(self.rules.values()))
        if start.startswith("json_object"):
            self.rules["content"] = self.one("JSON_STRING", "JSON_STRING", "JSON", "TEXT")
        else:
            self.rules["content"] = "NAME" if self.happens(25) else self.one("TEXT", "TEXT", "TEXT", "XML_TEXT")
        text = f"{self.one(*BLANKS)} {self.one(*TEXTS)}{self.one(*BLANKS)}"
        thoughts = self.around(text, THOUGHT_OPENERS, THOUGHT_CLOSERS)
        self.rules["reasoning"] = self.one("JSON_STRING", "JSON") if is_object else thoughts
        return self.written()

    def section(self) -> None:
        """Draw what stands around several calls."""
        calls = (
            f"(tool_call{self.one(*BLANKS)})*",
            'tool_call (";" tool_call)*',
            "json_array{tool_call}",
            "tool_call+",
        )
        inner = f"{self.one(*BLANKS)} {self.one(*calls)}"
        self.rules["_section"] = self.around(inner, SECTION_OPENERS, SECTION_CLOSERS)

    def parts(self, start: str) -> None:
        """Draw the members of a reply that is one object."""
        message = ['json_member{"message", content}'] if start.startswith("json_object") else []  # else it is around it
        members = [*message, *(f"json_member{{{part}}}" for part in PARTS)]
        self.rules["_part"] = " | ".join(self._draw.sample(members, self._draw.randint(1, 3)))
        self.rules["_calls"] = "json_array{tool_call}"

    def around(self, inner: str, openers: tuple[str, ...], closers: tuple[str, ...]) -> str:
        return f"{self.one(*openers)}{inner} {self.one(*closers)}".strip()

    def call(self, is_json: bool) -> None:
        """Draw `tool_call`."""
        if is_json or self.happens(6):
            self.json_call()
            inner = "json_object{_member}"
            body = (
                inner
                if is_json and self.happens()
                else self.around(f"{self.one(*BLANKS)} {inner}{self.one(*BLANKS)}", OPENERS, CLOSERS)
            )
            self.rules["tool_call"] = inner if is_json else body
            return
        name = "name"
        place = self.one("none", "none", "none", "before", "behind", "around")
        if place == "around":
            name = "id"
            self.rules["id"] = self.one('"functions." name ":" INT', 'name ":" INT', 'INT ":" name', 'name "#" TEXT')
        elif place != "none":
            self.rules["id"] = self.one("NAME", "INT", "TEXT", "JSON_STRING")
            separator = self.one(*SEPARATORS)
            name = f"id {separator} name" if place == "before" else f"name {separator} id"
        self.rules["name"] = self.one(*SHORTS, "NAME | JSON_STRING")
        parts = [self.one(*OPENERS), self.one(*BLANKS), name, self.one(*SEPARATORS)]
        kind = self.one("arguments", "parameters", "parameters", "separated", "wrapped")
        if kind == "arguments":
            parts.append("arguments")
            self.rules["arguments"] = self.one("JSON_OBJECT", "JSON_OBJECT", "JSON", "PYTHON", "JSON_STRING")
        else:
            self.parameter()
            parts.append(
                {
                    "parameters": f"(parameter{self.one(*BLANKS)})*",
                    "separated": '[parameter ("," _WS? parameter)*]',
                    "wrapped": "arguments",
                }[kind]
            )
            if kind == "wrapped":
                self.rules["arguments"] = self.around(
                    f"{self.one(*BLANKS)} (parameter{self.one(*BLANKS)})*", ('"<args>"', '"("'), ('"</args>"', '")"')
                )
        parts += [self.one(*BLANKS), self.one(*CLOSERS)]
        self.rules["tool_call"] = " ".join(part.strip() for part in parts if part.strip())

    def json_call(self) -> None:
        members = ['json_member{"name", name}', 'json_member{"arguments", arguments}']
        if self.happens(6):
            members.append('json_member{"id", id}')
            self.rules["id"] = "JSON_STRING"
        if self.happens(6):
            members = ["json_member{name, arguments}"]
        self.rules["_member"] = " | ".join(members)
        self.rules["name"] = self.one("JSON_STRING", "JSON_STRING", "TEXT | JSON_STRING")
        self.rules["arguments"] = self.one("JSON_OBJECT", "JSON_OBJECT", "JSON", "JSON_STRING")

    def parameter(self) -> None:
        capture = self.one("value", "value", "string", "json", "python")
        kind = {"json": ("JSON", "JSON_OBJECT", "TEXT"), "python": ("PYTHON", "TEXT")}.get(capture, TEXTS)
        self.rules[capture] = self.one(*kind)
        self.rules["key"] = self.one(*SHORTS)
        key = f"{self.one(*KEY_OPENERS)} key {self.one(*KEY_ENDS)}"
        if capture == "value" and self.happens(3):
            self.rules["type"] = self.one("TEXT", "NAME")
            key += ' "<t>" type "</t>"'
        parts = [key, f"{self.one(*BLANKS)} {capture}{self.one(*BLANKS)}", self.one(*VALUE_CLOSERS)]
        self.rules["parameter"] = " ".join(" ".join(parts).split())

    def written(self) -> str:
        used = {"start": self.rules.pop("start")}
        found = list(used)
        while found:
            body = used[found.pop()]
            for name in [name for name in self.rules if name in _words(body)]:
                used[name] = self.rules.pop(name)
                found.append(name)
        text = "\n".join(f"{name}: {body}" for name, body in used.items()) + "\n"
        names = [
            name
            for name in (*TERMINALS, "_WS", "_NL", "json_object", "json_member", "json_array")
            if name in _words(text)
        ]
        tokens = ""
        marks = sorted({word for word in ("<|call|>", "<|end|>", "<|calls|>", "<|done|>") if f'"{word}"' in text})
        if marks and self.happens():
            tokens = f"# special_tokens = {marks}\n".replace("'", '"')
        return HEAD.format(tokens=tokens) + IMPORT.format(names=", ".join(names)) + text


def _words(text: str) -> set[str]:
    outside = "".join(part for number, part in enumerate(text.replace('\\"', "").split('"')) if number % 2 == 0)
    for mark in "(){}[]|?*+,:\n":
        outside = outside.replace(mark, " ")
    return set(outside.split())


def random_spec(draw: random.Random) -> str:
    """The text of a small spec."""
    return Drawing(draw).spec()
