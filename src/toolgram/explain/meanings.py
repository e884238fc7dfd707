"""What each message means: one or two sentences, by its name."""

MEANINGS = {
    "ambiguous-alternatives": (
        "Two alternatives begin with the same text and mean different things. A parser that reads as the text "
        "comes would have to guess which of them it is."
    ),
    "bad-element": "Elements inside elements are read in one form: a tag with the key, values or elements, a closer.",
    "bad-escape": "A backslash in a literal stands before one of n, r, t, f, a quote, a backslash, or xHH, uHHHH.",
    "bad-id": (
        "The id of a format is the name of its file. It becomes a part of file names and of commands, so it has "
        "letters from A to Z, digits, `_`, `.` and `-` only."
    ),
    "bad-member": "A JSON object is made of members, `json_member{key, capture}`, and members stand in an object.",
    "bad-member-key": "The key of a JSON member is a literal, or a capture if the model chooses it.",
    "bad-member-value": "The value of a JSON member is a capture, or a rule with what is always the same.",
    "bad-metadata": (
        "The block of comments between `# /// format` and `# ///` is TOML, with keys of a closed set. It stands "
        "in front of the first rule."
    ),
    "bad-name": "Rules have lower case names, terminals upper case ones.",
    "bad-page": (
        "The page of a format has cases: a heading, an `output` block, a `message` block, and perhaps `tools` and "
        "`options`. Everything in a case counts, so a block that is none of these is an error."
    ),
    "bare-json": (
        "Content or reasoning that is JSON has to be the value of a member, or stand behind a delimiter: else "
        "nothing shows where it begins."
    ),
    "call-of-prose": "A call that may be nothing but a name is made of any sentence with that name.",
    "call-without-name": "A call is announced by its name, so every way through `tool_call` has to read one.",
    "case": "A case of a format's page does not hold. The message names the split, and the command that repeats it.",
    "claimed-name": "Two formats have the same id or alias, and nobody could say which of them is meant.",
    "delimiter-in-value": (
        "A value that holds its own closer is cut short there, because any text may follow the closer: nothing "
        "tells the real one from one that the model writes inside the value."
    ),
    "doubled-blanks": "`_WS` takes all blanks, and leaves none to what follows.",
    "duplicate-rule": "A name has one rule.",
    "empty-alternative": "An alternative with nothing in it is mostly a slip. What may be absent is `( ... )?`.",
    "empty-cycle": "What is repeated has to read something, else it could be repeated without end.",
    "empty-literal": "A literal without characters matches everywhere.",
    "endless-rule": "Every way through the rule needs the rule again, so no text is ever all of it.",
    "endless-template": "A template that uses itself with a larger argument each time has no end.",
    "import-cycle": "Specs import each other in a circle.",
    "key-without-end": (
        "A value of any text goes on up to the next key. So a delimiter has to end it, or to make the next key one."
    ),
    "left-recursion": "A rule that begins with itself would be needed again before anything is read.",
    "literal-never-matches": "The blanks that a literal begins with have been taken by the `_WS` in front of it.",
    "misplaced-capture": "Each capture has places where it means something; here it would mean nothing.",
    "misplaced-name": (
        "A tag that is called as the tool is the first delimiter of a call, and those behind it have the name again."
    ),
    "misplaced-suffix": (
        "The suffix of a checkpoint's delimiters needs text on both sides of it, so that its end is seen."
    ),
    "missing-start": "The rule `start` is what a whole reply is.",
    "narrow-text": "Content and reasoning are any text that a model writes. A word or a number would lose the rest.",
    "no-file": "A spec is a file with text in it.",
    "no-page": "A format has a page beside its spec, with the cases that it is tested by.",
    "not-a-spec": (
        "The file is something else: a chat template, or JSON. A spec is a grammar with a block of metadata."
    ),
    "not-imported": "Built-ins, and rules of other specs, can be used when an import names them.",
    "not-utf-8": "A spec is a text in UTF-8.",
    "parameter-without-key": "Every way through `parameter` reads the key, else nobody would know whose value it is.",
    "parameter-without-value": "Every way through `parameter` reads a value.",
    "quote-behind-value": "A value that may be a string is followed by a quote, and that quote may be one of its own.",
    "read-twice": "A call has one name. One that the model writes again has to be read by a rule that drops it.",
    "recursive-terminal": "A terminal is fixed text. What contains itself is a rule.",
    "reserved-name": "A built-in cannot be defined anew.",
    "round-trip": "A call that the model's own chat template has written was not read as what it was.",
    "rule-in-terminal": "A terminal is fixed text: literals and other terminals.",
    "sample-call-not-complete": "The text that the spec shows in its comment holds a call that comes out incomplete.",
    "sample-not-read": "Nothing comes of the text that the spec shows in its comment.",
    "sample-split": "The text that the spec shows is read differently when it comes in pieces.",
    "sample-text-lost": "A part of the text that the spec shows becomes nothing at all.",
    "stale": "A file in generated/ is not what its spec gives. `toolgram build` writes it.",
    "syntax": "The line is not written as specs are. What was probably meant is shown.",
    "text-runs-on": (
        "One text is followed by another, with nothing between them: no parser could tell where the first one ends."
    ),
    "too-deep": "Parts stand too far inside each other, or too many one behind the other.",
    "too-large": "The rules stand for more than a parser may have.",
    "unbounded-hold-back": (
        "It would be open until the end of the reply what a text is, so nothing could be emitted before it."
    ),
    "undefined-rule": "A name is used that no rule, import or built-in has.",
    "unknown-capture": (
        "A rule without `_` in front is a capture, a part of the output. There is a closed set of them."
    ),
    "unknown-import": "An import names what is not there.",
    "unreachable-alternative": "The same alternative stands there before, and that one is always chosen.",
    "unsupported-alias": "Lark's `-> name` does not exist in specs.",
    "unsupported-case-insensitive": "Literals are matched as they are written; a model writes its markup in one way.",
    "unsupported-directive": "Of Lark's directives there is `%import`, and `%override`.",
    "unsupported-import": (
        "Imports name built-ins of toolgram or rules of other specs, in brackets, under their names."
    ),
    "unsupported-modifier": "Lark's `?` and `!` in front of a rule do not exist in specs.",
    "unsupported-priority": "Lark's priorities do not exist in specs: the longer literal wins.",
    "unsupported-range": "Ranges of characters do not exist in specs.",
    "unsupported-regex": (
        "Regular expressions do not exist in specs: they cannot be followed piece by piece with a bound on what "
        "is held back."
    ),
    "unsupported-repeat": "Counted repeats do not exist in specs.",
    "unused-import": "Something is imported and not used.",
    "unused-rule": "No reply can reach the rule.",
    "value-before-key": "A value goes out as it comes, under its key. So the key has to come first.",
    "wrong-arguments": "A template is used with as many arguments as it has parameters.",
}
"""The names are those in the brackets of `error[...]` and `warning[...]`."""
