"""Explanations in words: what a message means, and how a format reads.

`messages.py` takes a message's wrong example and its right form from the error corpus, the same files that the tests
hold to their exact text. `formats.py` says what a compiled machine does. Neither knows anything that is not there.
"""

from .formats import explain_format
from .meanings import MEANINGS
from .messages import explain_message, is_code

__all__ = ["MEANINGS", "explain_format", "explain_message", "is_code"]
