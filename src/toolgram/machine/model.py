"""The Machine: the intermediate form between specs and targets, plain data.

In: what `lower` finds and the passes complete. Out: JSON, the same bytes on every run, from which every target is
rendered and which parsers in any language load. `docs/machine.md` describes it for those who write one.

Promises: a state's number is its index; all that a parser needs is here, and nothing refers back to the spec but `at`.
A field whose value is its default is left out of the JSON.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from .json_lines import write_json

Region = Literal["message", "section", "call", "citation"]
Kind = Literal["text", "word", "gap", "scan", "string", "members", "element", "return", "echo"]
Blanks = Literal["none", "newline", "any"]
Guard = Literal[
    "call",
    "reasoning",
    "again",
    "quote",
    "object",
    "header",
    "member",
    "same",
    "other",
    "key",
    "lost",
    "declared",
    "alone",
]


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Move(Model):
    """A move to another state that reads nothing."""

    to: int
    """The state it leads to."""
    actions: list[str] = []
    """What happens on the way, in this order: `verb` or `verb:argument`."""
    push: int | None = None
    """A state to put on the stack of states to return to, before the move."""
    first: str | None = None
    """The move is made only before one of these characters; null: before any."""


class Tags(Model):
    """How an element is written: what stands around its key in its opener and in its closer."""

    open: str
    """What an opener begins with; its key follows at once."""
    open_end: str
    """What stands behind the key of an opener."""
    close: str
    """What a closer begins with; its key follows at once, unless `close_end` is null."""
    close_end: str | None = None
    """What stands behind the key of a closer. Null: `close` is all of the closer, the same for every key."""
    follow: list[str] | None = None
    """What must stand behind the closer of the outermost element (or the end of the text); null: anything may."""
    beside: list[str] = []
    """What must stand behind the closer of an element inside another one (or the end of the text)."""
    key_pattern: int = 0
    """The index in `patterns` of what a key may be; it matches at the place, perhaps nothing."""


class Edge(Model):
    """A delimiter that may stand in a state."""

    literal: str
    """Its text. In a format with a `suffix` it may hold the place `{suffix}`, or `{name}`, once."""
    to: int
    """The state behind it."""
    actions: list[str] = []
    """What happens when it is taken, in this order: `verb` or `verb:argument`."""
    blanks: Blanks = "none"
    """Which blanks before it are markup and no text: none, one line end, or any."""
    rank: int = 0
    """How many delimiters are missing before it. 0: well formed; more: it mends."""
    peek: bool = False
    """It only ends what is read here, and is not consumed: the state behind it reads it."""
    opens: bool = False
    """From here on the text may turn out to be no call: the tentative stretch begins before it."""
    drafts: bool = False
    """It opens a call inside of reasoning that is still open: the call may be a draft, and is held meanwhile."""
    guard: Guard | None = None
    """What must stand around it. Of a closer of nothing: where it may vanish. `again`: an opener of reasoning behind
    the beginning of a message. `quote`: a phrase that opens reasoning, in a sentence; it is never taken. `object`: a
    bracket that begins the arguments as one JSON object, where none have come and a key or `}` follows. `member`,
    `same`, `other`: a bracket with a key behind it: one of a call's members, one that the open call's tool declares,
    any. `header`: a token that begins delimiters of headers, each with its word: another word, and a delimiter of the
    state behind. `key`: it ends the key of a parameter without an opener, and the name ends before that key. `lost`: it
    belongs to a parameter that was not read. `declared`: the key before it must be declared, and not have come.
    `alone`: a word behind the opener of a call, which is missing; a declared name follows, one of `then`, and a special
    token."""
    follow: list[str] | None = None
    """What must stand behind it (or the end of the text), blanks aside; null: anything may."""
    tags: Tags | None = None
    """It opens an element: a key must follow, and the end of an opener behind that."""
    key_until: list[str] | None = None
    """It opens a parameter inside a value: what ends the key that must follow."""
    then: list[str] = []
    """With `key_until`: one of these must stand behind the key, blanks aside; of `alone`: behind the name."""


class State(Model):
    """A place between two characters."""

    name: str
    """What stands here, for people: the captures it is in."""
    kind: Kind
    """What is read here, and how."""
    region: Region
    """What is around it: text of the message, a section of calls, a call, or the source of a citation."""
    at: str
    """Where the spec says so: `line:column`."""
    sink: str = ""
    """The capture that the text read here goes to; empty: it is markup."""
    charset: str | None = None
    """Of kind `word`: the class of its characters, `name` or `int`."""
    entities: bool = False
    """Entities of XML in its text are decoded."""
    blanks: Blanks = "none"
    """Of kind `gap`: which blanks are skipped before a delimiter is looked for."""
    keep_blanks: bool = False
    """Blanks before what follows without a delimiter are its text."""
    unknown_tags: bool = False
    """At message level: before a delimiter that `opens` a call a tag may stand that is no delimiter."""
    accepts: str = ""
    """Of kinds `scan` and `string`: the value that is read, such as `any`, `object`, `python-any`."""
    otherwise: int | None = None
    """Of kind `string`: the state to go to when what stands here is no string."""
    skips_quoted: bool = False
    """A word is expected here: junk before it is skipped up to a quote or a word, and what is in quotes as a whole."""
    vouched: bool = False
    """The name read here, or just before, must have a special token behind it: without one it is no call."""
    expects: Literal["", "argument", "more"] = ""
    """Of kind `gap`. `argument`: an argument may begin here; a text that ends here is cut off if none has come.
    `more`: a separator stands before it, so that a text that ends here is cut off."""
    header: bool = False
    """A part of a header is read here: a word of letters that it does not have is skipped before a special token."""
    holds_examples: bool = False
    """An argument's text, in which an example of a call may stand: see `examples`."""
    hold_blanks: Blanks = "none"
    """Of kinds `text` and `element`: which blanks wait at the end of the text, because a delimiter may take them."""
    longest: int = 0
    """Of kinds `text` and `element`: the characters of the longest delimiter, `{suffix}` counting none."""
    search: int | None = None
    """The index in `patterns` of where a delimiter may begin; null: nowhere."""
    fast: int | None = None
    """The index in `patterns` of what no delta contains that is text as a whole; null: there is no such pattern."""
    edges: list[Edge] = []
    """The delimiters that may stand here. The longest that fits counts; of equals the first."""
    moves: list[Move] = []
    """Where to go on when no delimiter stands here: the first that fits counts."""
    call_alone: Move | None = None
    """Of kind `gap`: where to go on at a declared name with one of `call_until` behind it: its opener is missing."""
    call_until: list[str] = []
    """See `call_alone`."""
    key_alone: Move | None = None
    """Of kind `gap`: where to go on at a declared key whose opener is missing, or half of it."""
    value_alone: Move | None = None
    """Of kind `gap`: where to go on at the text of a value whose opener is missing."""
    leave: Move | None = None
    """Only a closer is left to come: where to go on when something else comes."""
    done: Move | None = None
    """Where to go on behind what is read here."""
    keys: dict[str, Move] = {}
    """Of kind `members`: where a key leads; `*` is any key that is not named."""
    any_key: Move | None = None
    """Of kind `members`: where an unknown key leads, once the call is certain."""
    loose: Move | None = None
    """Of kind `members`, in a call: where such a key leads that may be an argument beside the name."""
    tags: Tags | None = None
    """Of kind `element`: how the elements are written."""


class Nest(Model):
    """What a call looks like from its opener to its name: an example inside a value is known by it."""

    path: list[str]
    """The delimiters up to the name, blanks between them."""
    until: list[str]
    """What ends the name: one of these."""
    closer: str
    """What closes the call."""


class Machine(Model):
    """One format, ready to run."""

    format: str
    """The format's id."""
    title: str
    """The format's title, for people."""
    format_version: int
    """The version of this description. A loader refuses any other than the one it was written for."""
    aliases: list[str] = []
    """Other names of the format."""
    special_tokens: list[str]
    """Texts that the tokenizer has as special tokens, where the model has been trained so."""
    end_tokens: list[str] = []
    """Tokens that end a turn of the model."""
    end_delimiters: list[str] = []
    """Those of them that delimiters hold: where a state expects one, the state reads it."""
    turn_openers: list[str] = []
    """What opens a turn of the model in the prompt."""
    special_places: dict[str, list[tuple[str, int]]] = {}
    """The special tokens in a delimiter, and at which character of it each begins."""
    suffix: str | None = None
    """What a suffix begins with that stands in the place `{suffix}` of literals; `{name}`: they have that; null: no."""
    call_id_length: int | None = None
    """So many letters and digits is an id that is made for a call without one; null: any id will do."""
    commit: Literal["name", "section"]
    """The moment from which a call is announced: its name, or the end of the section that it stands in."""
    echo: Literal["keep", "drop"] = "keep"
    """Whether a section of calls that is repeated at once, word for word, is dropped."""
    unwrap: list[str] = []
    """Parameters whose object may be all of the arguments."""
    unknown_tools: Literal["call", "content"] = "call"
    """What a call of a tool that the request does not declare is, behind a special token."""
    item_name: str | None = None
    """The key of elements that are items of an array."""
    text_name: str | None = None
    """The key of the member that text between elements becomes; null: `$text`."""
    begins_inside: tuple[str, list[str], bool, list[str]] | None
    """The capture that the prompt opens, the template arguments that decide it, the default, the texts that say no."""
    start: int
    """The state in which a message begins."""
    inside: dict[str, int]
    """The state in which it begins when the prompt has opened a capture already."""
    content: int | None = None
    """The text state for text that has no other place."""
    has_citations: bool = False
    """Whether its text may cite sources."""
    reasoning_openers: list[str]
    """The delimiters that open reasoning."""
    reasoning_closers: list[str]
    """The delimiters that close reasoning."""
    call_openers: list[str]
    """The delimiters behind which a call may come."""
    call_closers: list[str]
    """The closers inside calls and around them."""
    misspelt: dict[str, str] = {}
    """Closers of calls that may be misspelt, each with what must be right of it: up to half of its word."""
    headers: list[str] = []
    """The delimiters that begin a message: special tokens at the very start."""
    opens_reasoning_only: bool = True
    """Whether each opener of reasoning opens nothing else, wherever it stands, and no closer of it ends content."""
    marks_reasoning: bool = False
    """Whether other markup than its closers is read where reasoning begins."""
    wraps_content: bool = False
    """Whether text stands in messages of its own, and not just between the calls."""
    examples: list[Nest]
    """What calls look like from outside, for examples of calls inside values."""
    bounds: dict[str, int]
    """The most characters that are ever held, by what they may turn out to be."""
    limits: dict[str, int] = {}
    """How far a parser looks before it decides, in characters: the same in every format."""
    characters: dict[str, str] = {}
    """The classes of characters, as regular expressions: the same in every format."""
    patterns: list[str] = []
    """Regular expressions, each once: see `search`, `fast` and `key_pattern`."""
    outline: dict[str, Any]
    """The well-formed language, for what makes a model write it. No parser needs it."""
    states: list[State]
    """The states; a state's number is its place in this list."""

    def to_json(self) -> str:
        """The dump: stable, readable, defaults left out, what fits on a line on one."""
        return write_json(self.model_dump(mode="json", exclude_defaults=True)) + "\n"
