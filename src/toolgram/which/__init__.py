"""Which format a model writes: from its chat template, its folder, or its name.

found = identify(read_given(Path("chat_template.jinja")))
print(found.format, found.verdict, *found.reasons, sep="\\n")

`given.py` reads what there is of a model, `names.py` knows models and the names of other engines, `facts.py` says what
of a format can be seen. `rendered.py` renders the template, `reading.py` reads what it writes with each format,
`framing.py` looks at what its prompt opens, `ranking.py` puts the formats in order, and `verdict.py` says how sure that
is, and why.

Promises: nothing is asked of a network; whatever a template does, there is an answer in bounded time; and nothing is
`sure` that was not read back through the template.
"""

from .given import Given, GivenError, read_given
from .verdict import Found, identify

__all__ = ["Found", "Given", "GivenError", "identify", "read_given"]
