"""Testing a format with the cases of its page; for formats kept anywhere.

cases = read_cases(Path("acme.md"))
result = run_format(toolgram.load("acme.lark"), cases)
for failure in result.failures:
    print(failure)
"""

from .accepting import Accepted, accept
from .cases import Case, Expected, ExpectedCall, PageError, parse_cases, read_cases, short_tool
from .failures import Failure
from .replay import Result, merge, replay, run_format
from .splits import splits

__all__ = [
    "Accepted",
    "Case",
    "Expected",
    "ExpectedCall",
    "Failure",
    "PageError",
    "Result",
    "accept",
    "merge",
    "parse_cases",
    "read_cases",
    "replay",
    "run_format",
    "short_tool",
    "splits",
]
