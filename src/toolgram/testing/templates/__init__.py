"""Round trips through chat templates: what a model is shown of its own calls must come back from the parser.

result = check_round_trips(toolgram.load("acme.lark"), ChatTemplate.read(Path("chat_template.jinja")))
print(result)

`toolgram.chat_templates` renders, `conversations` invents what to render, `rendering` cuts out what the assistant
wrote, `abilities` measures what a template can carry at all, `round_trips` puts it together.
"""

from ...chat_templates import ChatTemplate, TemplateError
from .round_trips import NothingToCompareError, RoundTrips, check_round_trips

__all__ = ["ChatTemplate", "NothingToCompareError", "RoundTrips", "TemplateError", "check_round_trips"]
