"""A call as the field `tool_calls` of a response template.

In: the rule `tool_call`, and the markup of the section around it. Out: the field, or a CannotSayError.

A section has no place in a template. Its opener becomes a part of the call's opener that may be absent; its closer
becomes one of the answer, between two parts of it, so that neither is left over as text:

    "<calls>" (tool_call)* "</calls>", tool_call: "<call>" ... "</call>"

is  `(?:<calls>)?<call>`, ..., `</call>`, and `</calls>` as a closer of the field `content`.

# Note [nothing optional at the end of a delimiter]
`</call>(?:</calls>)?` would do for a whole text. In a stream, transformers takes the `</call>` of "</call></ca" for the
whole closer, since a regex that has matched is not asked whether it could match more, and "</calls>" stays as text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ...diagnostics import Diagnostic, Severity
from ...spec.ast import Call, Choice, Literal, Node, Ref, Repeat, Spec, walk
from .nodes import (
    IF_RARE,
    CannotSayError,
    Items,
    bare,
    captures_in,
    cut_tail,
    expand,
    factored,
    has,
    items_of,
    literals_in,
    may_be_empty,
    one_of,
    seq,
    set_of,
)
from .regex import once, pattern

VALUES = ("value", "string", "json", "python", "object", "array", "element")


class CallConverter:
    """Converts the rule `tool_call`; `found` collects what the template says less well than the spec."""

    def __init__(self, spec: Spec, found: list[Diagnostic]) -> None:
        self.spec = spec
        self.found = found
        self.stray: list[Items] = []  # what is left over behind a call, and has to vanish from the text

    def field(self, leads: Sequence[Items], trails: Sequence[Items], *, listed: bool) -> dict[str, Any]:
        """Return the field; `leads` and `trails` are the markup around calls, `listed` calls stand in a JSON array."""
        rule = self.spec.rules["tool_call"]
        body = factored(expand(self.spec, rule.body))
        if isinstance(body, Choice):
            note = "a region has one opener, and a group in it stands once"
            raise CannotSayError("hf-call", "several ways to write a call", body.at, "one of several", note)
        parts = items_of(body)
        if listed:
            return self._listed(parts, leads, trails)
        number = next((n for n, part in enumerate(parts) if self._is_arguments(part)), None)
        if number is None:
            raise CannotSayError("hf-call", "a call without arguments", rule.at, "nothing is read as arguments")
        before, core, after = parts[:number], parts[number], parts[number + 1 :]
        if isinstance(core, Choice) and has(core, "arguments") and has(core, "parameter"):
            words, note = "several ways to write arguments", "a region is read in one way"
            raise CannotSayError("hf-arguments", words, core.at, "one of several", note)
        if has(seq(after, rule.at), "name", "id") if after else False:
            raise CannotSayError("hf-call", "a name behind the arguments", rule.at, "the name comes too late")
        return self._inner(before, core, after, leads, trails)

    def _is_arguments(self, part: Node) -> bool:
        return has(part, "arguments", "parameter") or (isinstance(part, Call) and part.name == "json_object")

    def _inner(
        self, before: Items, core: Node, after: Items, leads: Sequence[Items], trails: Sequence[Items]
    ) -> dict[str, Any]:
        if isinstance(core, Call):
            content = self._members(core)
        elif has(core, "parameter"):
            before, content, after = self._parameters(before, after)
        else:
            written = self._arguments(core)
            if written is not None:
                return self._inner((*before, *written[0]), written[1], (*written[2], *after), leads, trails)
            content = {"content": "json", "transform": self._transform(before, "{content}")}
        delimiters = self._delimiters(
            before, (core, *after), after, leads, trails, keeps_text=content["content"] == "json"
        )
        return {**delimiters, "repeats": True, **content}

    def _listed(self, parts: Items, leads: Sequence[Items], trails: Sequence[Items]) -> dict[str, Any]:
        """Calls of one JSON array: the region is the array, and its opener and closer are those of the section."""
        [node, *rest] = parts
        if rest or not isinstance(node, Call):
            raise CannotSayError("hf-call", "markup in a list of calls", node.at, "not a JSON object alone")
        keys = self._keys(node)
        function = {part: f"{{{keys[part]}}}" for part in ("name", "arguments")}
        content = {"content": "json", "transform": {"type": "function", "function": function}, "transform_each": True}
        if len(set_of(leads)) + len(set_of(trails)) > 2:
            raise CannotSayError("hf-call", "several ways to begin a list of calls", node.at, "one of several")
        [lead], [trail] = (set_of(leads), set_of(trails))
        self._warn("hf-one-list", "several lists of calls in a message", node, "the last one counts")
        self._must_open(lead, node)
        self._must_close(trail, node)
        opener = pattern(self.spec, bare(lead))
        return {"open_pattern": rf"\s*{opener}", "close_pattern": rf"{pattern(self.spec, bare(trail))}\s*", **content}

    def _delimiters(
        self,
        before: Items,
        behind: Items,
        after: Items,
        leads: Sequence[Items],
        trails: Sequence[Items],
        *,
        keeps_text: bool,
    ) -> dict[str, str]:
        at = self.spec.rules["tool_call"].body
        self._must_open(before, at)
        self._must_close(after, at)
        for lead in leads:
            if literals := [one for one in literals_in(lead) if len(one.text) < 3]:
                words = "what stands between calls, if it may be text too"
                raise CannotSayError("hf-separator", words, literals[0].at, "between calls")
        opener = (*one_of(leads, at), *self._sure_end(bare(before, right=False), keeps_text=keeps_text))
        closer, rest = cut_tail(bare(after))
        self.stray += [bare(tail) for tail in (*set_of(trails), rest) if literals_in(tail)]
        opens = once(pattern(self.spec, opener, behind), at)
        return {"open_pattern": rf"\s*{opens}", "close_pattern": rf"{once(pattern(self.spec, closer), at)}\s*"}

    def _sure_end(self, parts: Items, *, keeps_text: bool) -> Items:
        """Leave out what may be absent at the end of an opener; among tags it is skipped anyway."""
        sure, tail = cut_tail(parts)
        if literals := literals_in(tail):
            if keeps_text:
                words = "a header whose end may be absent"
                raise CannotSayError("hf-tail", words, literals[0].at, "nothing tells when it is read")
            return sure
        return parts

    def _must_open(self, parts: Items, node: Node) -> None:
        if all(map(may_be_empty, parts)) or not literals_in(parts):
            raise CannotSayError("hf-open", "a call that no text opens", node.at, "nothing in front of it")
        first = next(part for part in parts if not may_be_empty(part))
        if isinstance(first, Ref):
            raise CannotSayError("hf-open", "a call that begins with text of the model", first.at, "no literal")

    def _must_close(self, parts: Items, node: Node) -> None:
        if all(map(may_be_empty, parts)):
            note = "the region would go on to the end of the message, and what follows would not parse"
            raise CannotSayError("hf-close", "a call that no text closes", node.at, "nothing behind it", note)

    def _transform(self, before: Items, arguments: str) -> dict[str, Any]:
        names = {ref.name for part in before for ref in captures_in(part)}
        inside = expand(self.spec, self.spec.rules["id"].body) if "id" in names else None
        if "name" not in names and not (inside is not None and has(inside, "name")):
            node = self.spec.rules["tool_call"]
            raise CannotSayError("hf-call", "a call without a name", node.at, "no name in front of the arguments")
        call: dict[str, Any] = {"type": "function", "function": {"name": "{name}", "arguments": arguments}}
        return {"id": "{id}", **call} if "id" in names else call

    def _arguments(self, core: Node) -> tuple[Items, Node, Items] | None:
        """Return the parts of `arguments` that is built of parameters; None if it is JSON."""
        if isinstance(core, Repeat):
            raise CannotSayError("hf-arguments", "arguments that may be absent", core.at, "optional")
        body = expand(self.spec, self.spec.rules["arguments"].body)
        names = {below.name for below in walk(body) if isinstance(below, Ref | Call)}
        if names <= {"JSON_OBJECT", "JSON_STRING", "JSON"}:
            return None
        parts = items_of(body)
        number = next((n for n, part in enumerate(parts) if has(part, "parameter")), None)
        if number is None:
            raise CannotSayError("hf-arguments", f"arguments as {' or '.join(sorted(names))}", body.at, "not JSON")
        return parts[:number], parts[number], parts[number + 1 :]

    # --- members of a JSON object ---------------------------------------------------------------------------------

    def _members(self, core: Call) -> dict[str, Any]:
        keys = self._keys(core)
        if keys == {"name": "name", "arguments": "arguments"}:
            return {"content": "json", "transform": {"type": "function", "function": "{content}"}}
        function = {part: f"{{content.{keys[part]}}}" for part in ("name", "arguments")}
        return {"content": "json", "transform": {"type": "function", "function": function}}

    def _keys(self, core: Call) -> dict[str, str]:
        """Return the keys of name and arguments; further ways to write them are lost."""
        found: dict[str, str] = {}
        for member in walk(core):
            if not (isinstance(member, Call) and member.name == "json_member"):
                continue
            key, value = member.args
            if not isinstance(key, Literal) or not isinstance(value, Ref):
                raise CannotSayError(
                    "hf-call", "a call that is built of nested objects", member.at, "not a plain member"
                )
            if value.name in found:
                words = f'`{value.name}` under the key "{key.text}" too: a template has one key for it'
                self._warn("hf-key", words, member, "is lost, and the template refuses such a call")
            elif value.name == "id":
                self._warn(
                    "hf-id", "the id of a call: it may be absent, and then the template would fail", member, "lost"
                )
            found.setdefault(value.name, key.text)
        missing = {"name", "arguments"} - set(found)
        if missing:
            raise CannotSayError("hf-call", f"a call whose object has no {min(missing)}", core.at, "it is elsewhere")
        return {part: found[part] for part in ("name", "arguments")}

    # --- parameters -----------------------------------------------------------------------------------------------

    def _parameters(self, before: Items, after: Items) -> tuple[Items, dict[str, Any], Items]:
        rule = self.spec.rules["parameter"]
        body = factored(expand(self.spec, rule.body))
        parts = items_of(body)
        if isinstance(body, Choice) or sum(has(part, *VALUES) for part in parts) != 1:
            note = "its tags have one regex, and all values are read alike"
            raise CannotSayError(
                "hf-value", "several ways to write a parameter", body.at, "the text says the type", note
            )
        number = next(n for n, part in enumerate(parts) if has(part, *VALUES))
        values = parts[number]
        if isinstance(values, Choice):
            return self._dialect(before, after, values)
        transform = self._transform(before, "{content}")
        args = self._tag(parts, number)
        return before, {"content": "xml-inline", "content_args": args, "transform": transform}, after

    def _tag(self, parts: Items, number: int) -> dict[str, Any]:
        """Return the options of tags: their regex, and how a value is read."""
        value = next(captures_in(parts[number]))
        body = self.spec.rules[value.name].body
        reads = body.name if isinstance(body, Ref) else ""
        before, after = parts[:number], parts[number + 1 :]
        if value.name not in ("value", "string", "json") or reads not in ("TEXT", "JSON"):
            words = f"a value that is {'decoded' if reads == 'XML_TEXT' else f'a {value.name} built by rules'}"
            raise CannotSayError("hf-value", words, value.at, "not plain text, and not plain JSON")
        if not any(has(part, "key") for part in before) or has(seq(after, value.at), "key") if after else False:
            raise CannotSayError("hf-value", "a value in front of its key", value.at, "the key comes later")
        edges = (before[:1], after[-1:])
        if not after or any(all(map(may_be_empty, edge)) or not literals_in(edge) for edge in edges):
            raise CannotSayError("hf-value", "a parameter without tags", self.spec.rules["parameter"].at, "no tag")
        closer = literals_in(after)[0]
        words = f'that a value holds "{closer.text}": the first one ends it'
        self._warn("hf-value-closer", words, value, "is cut short there")
        text = once(rf"{pattern(self.spec, before)}(?P<value>.*?){pattern(self.spec, after)}", value)
        return {"tag_pattern": text} | ({"value_parser": {"name": "json"}} if value.name == "json" else {})

    def _dialect(self, before: Items, after: Items, values: Choice) -> tuple[Items, dict[str, Any], Items]:
        """JSON whose strings have quotes of their own: the one kind of built values that a template has."""
        names = {ref.name for ref in captures_in(values)}
        opens, closes = (
            [one for one in literals_in(part) if one.text == text] for part, text in ((before, "{"), (after, "}"))
        )
        quotes = self._quotes(values)
        starts = [n for n, part in enumerate(before) if part in opens]
        ends = [n for n, part in enumerate(after) if part in closes]
        if not {"object", "array", "json"} <= names or quotes is None or not starts or not ends:
            raise CannotSayError("hf-value", "values of which the text says the type", values.at, "several kinds")
        before, after = before[: max(starts)], after[min(ends) + 1 :]
        args = {"unquoted_keys": True, "string_delims": [list(quotes)]}
        self._warn(
            "hf-value-closer", f'that a text holds "{quotes[1]}": the first one ends it', values, "cut short there"
        )
        return (
            before,
            {"content": "json", "content_args": args, "transform": self._transform(before, "{content}")},
            after,
        )

    def _quotes(self, values: Choice) -> tuple[str, str] | None:
        """Return the quotes of strings: around the capture, or inside of it."""
        for option in values.options:
            parts = items_of(option)
            if len(parts) == 1 and isinstance(parts[0], Ref) and parts[0].name == "string":
                parts = items_of(expand(self.spec, self.spec.rules["string"].body))
            match parts:
                case (Literal(text=opener), Ref(name="TEXT" | "value" | "string"), Literal(text=closer)):
                    return opener, closer
        return None

    def _warn(self, name: str, words: str, node: Node, label: str) -> None:
        message = f"a response template cannot say {words}"
        self.found.append(Diagnostic(name, message, node.at, label, hint=IF_RARE, severity=Severity.WARNING))
