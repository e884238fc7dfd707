"""What is a blank, and how far a parser looks before it decides: the numbers that every format shares.

In: nothing. Out: constants; the bounds that the compiler prints are made of them.
"""

from __future__ import annotations

BLANKS = " \t\n\r"
BLANKS_MAX = 256  # the longest run of blanks that markup may swallow: see Note [blanks are bounded]
NAME_MAX = 128  # a function name or a key longer than this is none
JUNK_MAX = 64  # what may stand between a call's last part and its closer and still be junk
DEPTH_MAX = 512  # containers within containers of one value; Python's and JavaScript's JSON readers take more

# Note [blanks are bounded]
# Blanks before a delimiter belong to the markup, so they must be held until it is known whether a
# delimiter follows. Without a bound a model that writes a megabyte of newlines would be silent for
# all of it. Of a longer run only the last BLANKS_MAX are held, the rest is text.
