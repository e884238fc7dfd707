"""Why a part of a text became what it became: for people who look at a trace, and for nothing else.

In: what is decided otherwise than the text seemed to say. Out: a reason, of which `Run.because` makes an entry of the
trace that has no text, `(reason, "")`: in front of what was given back, skipped, or read although something is missing,
and behind a call that is not complete.

    ("not_declared", "")  ("content", "<tool_call>\\n{\"name\": \"f\"")

Without a trace nothing is kept, and nothing is asked that reading would not ask. `core/repairs.py` has the kinds of
recovery, which are reasons, too.
"""

from __future__ import annotations

from toolgram.runtime.tables.states import State

# Why it is text:
NOT_DECLARED, NO_EVIDENCE, NO_CALL, ALL_OR_NOTHING = "not_declared", "no_evidence", "no_call", "all_or_nothing"
QUOTED, THOUGHTS_GO_ON, UNKNOWN_TAG, BARE_BRACKETS = "quoted", "thoughts_go_on", "unknown_tag", "bare_brackets"
NO_SOURCE, TOO_FAR, END_OF_TEXT, SPELLED = "no_source", "too_far", "end_of_text", "spelled"
IN_SENTENCE = "in_sentence"
# Why it is skipped:
JUNK, NO_MEMBER, NOTHING_CAME, STRAY_TAG, ECHO = "junk", "no_member", "nothing_came", "stray_tag", "echo"

REASONS = {
    NOT_DECLARED: "what stands where a name belongs is the name of no declared tool",
    NO_EVIDENCE: "behind the name nothing shows that a call follows: it is mentioned",
    NO_CALL: "what stands there is no part of a call",
    ALL_OR_NOTHING: "the section has something in it that is no call, so all of it is text",
    QUOTED: "it stands in a span or in a block of code",
    THOUGHTS_GO_ON: "thoughts go on behind the call: it was a draft",
    UNKNOWN_TAG: "no call came behind a tag that the format does not know",
    BARE_BRACKETS: "text stands behind brackets that hold no call",
    NO_SOURCE: "what stands where a source belongs is none",
    TOO_FAR: "too much stands between the name and what follows it",
    END_OF_TEXT: "the text ended before it was a call",
    IN_SENTENCE: "a part of the message begins on a line of its own, and this stands in a sentence",
    SPELLED: "the characters of a special token, spelled by others",
    JUNK: "it stands between the parts of a call and is none",
    NO_MEMBER: "a member of an object that the format does not know",
    NOTHING_CAME: "markup of a call that never came",
    STRAY_TAG: "a tag that closes nothing here",
    ECHO: "the section of calls, written a second time",
    "missing_opener": "its opener is missing, or a part of it",
    "missing_closer": "a closer is missing before it: what stands here implies it",
    "stray_delimiter": "it opens or closes nothing",
    "near_json": "a value of the call before it is no JSON as it stands",
    "cut": "the call before it is not complete, or nothing of it could be shown",
    "open_thoughts": "the call ends thoughts that nothing has closed",
}


def why_no_text(state: State) -> str:
    """Why a short text is not taken for what a state reads."""
    return {"name": NOT_DECLARED, "source": NO_SOURCE}.get(state.sink, NO_EVIDENCE)
