"""The rules of recovery, as rows: which delimiters are *not* read where others are missing before them.

In: a `Place` (a state) or a `Candidate` (a delimiter). Out: the first rule of a table that refuses it, or None.

Whatever no rule refuses is allowed, so every rule is a refusal with its reason. To add one, write a row into its table
and a case into `tests/features/` that fails without it. `case` names that case ("page: heading"), and
`tests/test_recovery_rules.py` takes every row out and sees its case fail.

The order is that of the questions a reader asks: may anything be read here, is this text evidence, whose part is it?
Every row stands for itself, so another order gives the same machines. The comment above a row names the formats that
forced it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from .candidates import Candidate, Place

Subject = TypeVar("Subject", Place, Candidate)


@dataclass(frozen=True, slots=True)
class Rule(Generic[Subject]):
    """A reason to refuse, and the case that fails without it."""

    name: str
    why: str
    refuses: Callable[[Subject], bool]
    case: str


def refusal(rules: tuple[Rule[Subject], ...], subject: Subject) -> Rule[Subject] | None:
    """The first rule that refuses; None when nothing speaks against it."""
    return next((rule for rule in rules if rule.refuses(subject)), None)


# --- calls, and what is around them in a section ----------------------------------------------------------------------

CALL_PLACES: tuple[Rule[Place], ...] = (
    # Nearly all; a value of hy_v4 and minicpmv may begin with what looks like the end of it.
    Rule(
        "begins-alone",
        "A text or a value begins here, and the state that reads it knows what may end it.",
        lambda place: place.is_gap and place.begins_alone,
        "commit_section: A delimiter inside a value",
    ),
)

CALL_RULES: tuple[Rule[Candidate], ...] = (
    # openai: a tool may be called `json`, and `json` may stand behind a name.
    Rule(
        "begins-word",
        "Where a word may begin, a letter or a digit is the word or its beginning.",
        lambda found: found.place.begins_text and found.label.text[0].isalnum(),
        "framed_text: A name that begins like a word that may follow it",
    ),
    # None so far: a call that ends with a line end, behind which another may begin.
    Rule(
        "blanks",
        "A delimiter of nothing but blanks may stand anywhere, and does not show that others are missing.",
        lambda found: not found.label.text.strip(),
        "line_ends: Blanks where a line end closes the call",
    ),
    # gemma4, functiongemma: brackets around values, and keys of any characters.
    Rule(
        "short-in-text",
        "One or two characters prove nothing inside of a text: any text has brackets and commas. A bracket that ends a "
        "call before a special token does, behind a value whose closer is missing.",
        lambda found: found.place.is_text and found.is_short and not (found.place.is_value and found.is_before_token),
        "literals: A bracket in a key",
    ),
    # gemma4, functiongemma: the opener of an object inside of what should be a string.
    Rule(
        "short-part",
        "One or two characters are no evidence that delimiters are missing, unless they end or separate something.",
        lambda found: found.is_short and not found.is_closer and not found.is_separator and not found.is_before_token,
        "headers: One character begins no call behind another",
    ),
    # gemma4, functiongemma: objects and arrays that the format's rules build.
    Rule(
        "unknown-owner",
        "What stands around a rule that contains itself is known only when the text comes: a bracket cannot say how "
        "much of it ends.",
        lambda found: found.is_short and not found.place.is_text and found.does("unwind"),
        "containers: A wrong closer in an array",
    ),
    # lfm2, pythonic: commas between arguments, and between calls. llama3_json: a `;` inside of an object ends the call.
    Rule(
        "separator",
        "A separator does not say what it separates; only one that no JSON object has shows that the object is over.",
        lambda found: found.is_separator and not (found.place.is_object and found.label.text != ","),
        "name_as_key: A comma behind the opener",
    ),
    # All with JSON, such as granite and xlam.
    Rule(
        "bracket",
        "A bracket inside of JSON belongs to the JSON.",
        lambda found: found.place.is_json and found.label.text in "{}[]",
        "name_as_key: A bracket too early",
    ),
    # command_r, cohere_command3: the arguments are JSON, and text with citations stands around the calls.
    Rule(
        "cited",
        "Markup of citations says nothing of a call.",
        lambda found: "citation" in found.context,
        "citations: A citation behind half a call",
    ),
    # deepseek_v32 and others with several openers before a name.
    Rule(
        "second-opener",
        "An opener inside of an element whose own opener is missing would be two guesses at once.",
        lambda found: found.lacks_opener and found.is_opener,
        "unknown_tools: Openers mentioned one behind the other",
    ),
    # minicpmv: a value that quotes the marks of calls.
    Rule(
        "call-in-value",
        "The opener of another call inside of a value is text of the value: an argument must not become a call.",
        lambda found: found.place.is_value and found.is_opener and found.does("close_call"),
        "spellings: A call's opener at the end of a value",
    ),
    # kimi_k3, functiongemma: more than one delimiter between a parameter's opener and its value.
    Rule(
        "part-of-no-parameter",
        "A part of a parameter that was never begun is a part of nothing.",
        lambda found: not found.is_opener and found.does("open_parameter") and "parameter" in found.context,
        "type_capture: Delimiters of a type inside a value",
    ),
    # mistral: a name without a delimiter before it.
    Rule(
        "part-of-no-call",
        "A part of a call that was never begun is a part of nothing.",
        lambda found: not found.is_opener and found.does("open_call") and "tool_call" in found.context,
        "bare_names: The opener of the arguments twice",
    ),
)

# --- text at message level --------------------------------------------------------------------------------------------
# Two kinds of text. One that is marked (it stands between delimiters of its own, or is cited) may lack its closer:
# whatever element may follow it ends it. In free text nothing but a call is looked for, and it may lack its section.

MESSAGE_PLACES: tuple[Rule[Place], ...] = (
    # All with blanks behind `<think>`, such as seed_oss: the blanks would come back with a delimiter that was none.
    Rule(
        "begins-marked",
        "A text between delimiters begins here, and the state that reads it knows what may end it.",
        lambda place: place.is_gap and place.is_marked,
        "framed_text: A mention of a call where the reasoning begins",
    ),
)

MESSAGE_RULES: tuple[Rule[Candidate], ...] = (
    # cohere_command3: `>` ends the opener of a citation.
    Rule(
        "short-in-message",
        "One or two characters prove nothing inside of a text: any text has brackets and commas.",
        lambda found: found.is_short,
        "citations: A source that is too long",
    ),
    # hunyuan_a13b, apriel: an answer between delimiters may speak of them.
    Rule(
        "ends-nothing",
        "Only an opener shows that a text is over; what is cited also ends with the text around it.",
        lambda found: not found.is_opener and not (found.place.is_cited and found.is_closer),
        "framed_text: A closer further out is text of an answer",
    ),
    # muse, granite: thoughts and answers that quote a call.
    Rule(
        "quoted",
        "A marked text may quote parts of calls as it likes: only the opener of a whole element ends it. In thoughts a "
        "special token that opens a call is no quote, though the section's opener is missing.",
        lambda found: found.place.is_marked and found.lacks_opener and not found.opens_call_in_thoughts,
        "spellings: A parameter mentioned in the reasoning",
    ),
    # hy_v4, k2_horizon.
    Rule(
        "all-or-nothing",
        "Where a section is calls altogether or text altogether, a call without its section is text.",
        lambda found: not found.place.is_marked and found.place.is_strict,
        "commit_section: The section's opener is missing",
    ),
    # openai, muse: openers inside of headers.
    Rule(
        "no-call",
        "An opener in free text that leads to no call is text; that of a section leads to one.",
        lambda found: not found.place.is_marked and not found.does("open_call") and not found.opens_section,
        "framed_text: An answer's opener without the turn around it",
    ),
    # glm45, step3 and others whose parameters have openers: a sentence about `<arg_key>`.
    Rule(
        "inner-part",
        "A part of a call in free text is text: of all that is around it only the section may be missing.",
        lambda found: not found.place.is_marked and not found.lacks_section,
        "wire_types: A mention of an argument before a call",
    ),
)

# --- the end of a call without a delimiter ----------------------------------------------------------------------------

LEAVE_PLACES: tuple[Rule[Place], ...] = (
    # All with parameters, such as step3p5; pythonic, lfm2: a value in the wrong form.
    Rule(
        "more-comes",
        "Something besides closers may come, and text before it is junk. Only between the calls of a section does "
        "text end it.",
        lambda place: (
            not place.is_gap
            or (place.state.region != "section" and (bool(place.state.moves) or not place.only_closers))
        ),
        "unknown_tools: Much junk before a parameter",
    ),
)
