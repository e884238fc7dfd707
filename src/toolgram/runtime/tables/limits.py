"""What is a blank, and how far a parser looks before it decides: the numbers that every format shares.

In: nothing. Out: constants. The compiler writes them into every machine (`limits`), and the bounds that it prints are
made of them.
"""

from __future__ import annotations

from typing import Final

FORMAT_VERSION: Final = 1  # of the machine's JSON: raised when a loader that was written for it would read it wrongly

BLANKS: Final = " \t\n\r"
SPELLED_BLANKS: Final = ("\\n", "\\r", "\\t")  # blanks that are spelled out
BLANKS_MAX: Final = 256  # the longest run of blanks that markup may swallow: see Note [blanks are bounded]
BACK_MAX: Final = 384  # what is looked at before a call's opener, for another one whose token is only spelled
NAME_MAX: Final = 128  # a function name or a key longer than this is none
KEY_MAX: Final = 512  # a longer key or id is none
STRING_MAX: Final = 4 * NAME_MAX  # a longer name or key in quotes is none
TELLING: Final = 3  # characters that a delimiter needs to prove anything beyond its place
TAG_MAX: Final = 32  # characters of a tag that the format does not know, before the opener of a call
TAG_BLANKS_MAX: Final = 8  # blanks between the two
CLOSERS_MAX: Final = 4  # closers that may be left to come behind junk
DANGLING_MAX: Final = 4  # blanks that may stand behind the opener of reasoning at the end of a text: a line end or two
JUNK_MAX: Final = 64  # what may stand between a call's last part and its closer and still be junk
NUMBER_MAX: Final = 16  # characters of a call's number behind its name
PROSE_MAX: Final = (
    512  # what may stand between a call's openers, or behind its name, while it is open whether it is one
)
LOOK_MAX: Final = 512  # what is looked at behind a quote that may end a string
MISSPELT_MAX: Final = 8  # characters that a misspelt closer may have more than the right one
ENDS_MAX: Final = 64  # end tokens, and blanks between them, that may wait for what comes behind them
SUFFIX_MAX: Final = 32  # the suffix of a checkpoint's delimiters, what it begins with included
DEPTH_MAX: Final = 512  # containers within containers: what is nested deeper is carried as one string of its source

# Values: what is held while it is open what the text will be.
SCALAR_MAX: Final = 64  # a longer word is a number or a string by its first characters alone
HELD_MAX: Final = 1024  # of JSON and Python that is copied
LOOSE_MAX: Final = (
    4096  # of arguments that stand beside the name, while the member that should hold them may still come
)
UNION_MAX: Final = 4096  # while text may be JSON or a string
ENTITY_MAX: Final = 12  # the name of an XML entity
NESTED_MAX: Final = 4096  # of the JSON behind an element whose name may come again
HELD_IN_ELEMENTS_MAX: Final = NESTED_MAX + 2 * UNION_MAX  # that, an element's text, and text between elements

# What a few formats have.
CITED_MAX: Final = 4096  # a citation: an opener that is never closed must not keep the rest of the answer
SOURCE_MAX: Final = 256  # what runs on for longer, or over a line, is no source, and its delimiter was text
DRAFT_MAX: Final = 4096  # a call in open thoughts, and what stands behind it, while it may be a draft
ECHO_MAX: Final = 4096  # a section of calls that may have an echo, its end included

# Note [blanks are bounded]
# Blanks before a delimiter belong to the markup, so they must be held until it is known whether a
# delimiter follows. Without a bound a model that writes a megabyte of newlines would be silent for
# all of it. Of a longer run only the last BLANKS_MAX are held, the rest is text.
