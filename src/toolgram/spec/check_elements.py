"""Check that elements inside elements are written in the one way that can be read: `bad-element`.

element: "<" key ">" (value | element)* "</" key ">"
"""

from __future__ import annotations

from ..diagnostics import Diagnostic
from ..fixes import Edit, Fix
from .ast import Ref, Spec
from .elements import TEXTS, element_rule, nests
from .repairs import imported

FORM = '"<" key ">" (value | element)* "</" key ">"'


def check(spec: Spec) -> list[Diagnostic]:
    """Return the rule `element` if it contains itself and is written in another way."""
    if not nests(spec) or element_rule(spec) is not None:
        return []
    value = spec.rules.get("value")
    if value is not None and not (isinstance(value.body, Ref) and value.body.name in TEXTS):
        return [
            Diagnostic(
                "bad-element",
                "the text of an element is raw text",
                value.body.at,
                "beside elements this cannot be read",
                ((spec.rules["element"].name_at, "stands in elements"),),
                hint=Fix("", (Edit(value.body.at, "TEXT"), *imported(spec.source_of(value.at), "TEXT"))),
            )
        ]
    rule = spec.rules["element"]
    return [
        Diagnostic(
            "bad-element",
            "`element` contains itself, and is no tag around values and elements",
            rule.body.at,
            "cannot be read in this form",
            note="the key may be left out of the closer; `_WS?` may stand between elements",
            hint=Fix("", (Edit(rule.body.at, FORM),)),
        )
    ]
