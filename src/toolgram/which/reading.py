"""How well a format reads what a chat template writes.

In: a template that writes calls, and the facts of a format. Out: a `Reading`: how many of so many random conversations
come back, what had to be recovered, and what the template cannot carry.

How: a few fixed turns first, in every shape that the template takes. Formats that read some of them are measured as
`testing/templates` measures one, with calls, arguments of all types, text and reasoning drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from ..chat_templates import TemplateError
from ..runtime.core.repairs import MISSING_CLOSER, MISSING_OPENER, STRAY_DELIMITER
from ..runtime.message import Message, collect
from ..testing.templates.abilities import Found, measure
from ..testing.templates.comparing import difference
from ..testing.templates.conversations import PING, PLAIN, Call, Turn, draw_turn
from ..testing.templates.rendering import Chat, Renderer, Shape
from ..testing.templates.shapes import PROBE, NothingToCompareError, learn_end
from .facts import Facts
from .rendered import TYPED, Calling, RememberedTemplate

CONVERSATIONS = 30
MOSTLY = 0.9  # of the conversations come back, where a format is likely
SAMPLES = 16  # values of each kind
MEASURED_MAX = 6  # formats that are measured, of those that read nearly as much of the fixed turns as the best one
REASONING = "reasoning"
HOSTILE = "delimiter"  # in the name of a kind: what such values show is how robust a format is, not which one it is
DELIMITERS = frozenset((MISSING_OPENER, MISSING_CLOSER, STRAY_DELIMITER))
TURNS = (
    TYPED,
    PROBE,
    Turn((Call(PLAIN, {"count": 3}), Call("get_weather", {"text": "a b", "ratio": 0.5, "list": ["x", "y"]}))),
    Turn(PROBE.calls, "Now then."),
    Turn((Call(PING, {}),)),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of the conversations that were read with one format."""

    facts: Facts
    back: int
    asked: int
    repairs: frozenset[str] = frozenset()
    kinds: int = 0  # of values that come back
    reasons: bool = False  # the template writes reasoning
    loss: str = ""  # the first thing that did not come back
    openers: tuple[str, ...] = ()  # of calls, that stand in what the template writes

    @property
    def is_whole(self) -> bool:
        """Whether every conversation came back, and no delimiter had to be made up or left out for it."""
        return 0 < self.asked == self.back and not self.repairs & DELIMITERS


def readings(template: RememberedTemplate, writes: Calling, formats: Iterable[Facts]) -> list[Reading]:
    """Read what a template writes with each format; those that read nothing are left out."""
    written = "\n".join(written_by(template, writes))
    first: list[tuple[tuple[int, int], Facts]] = []
    for facts in formats:
        openers = facts.call_openers
        if openers and any(opener in written for opener in openers):
            score = max((_first_score(facts, template, shape) for shape in writes.ways), default=(0, 0))
            if score[0]:
                first.append((score, facts))
    first.sort(key=lambda one: (one[0], bool(one[1].models)), reverse=True)
    found = []
    for (back, _), facts in first[:MEASURED_MAX]:
        if back < first[0][0][0] - 1:
            break
        try:
            found.append(_measured(facts, template, writes.shapes, written))
        except (TemplateError, NothingToCompareError) as problem:
            found.append(Reading(facts, 0, 0, loss=str(problem)))
    return found


def written_by(template: RememberedTemplate, writes: Calling) -> Iterator[str]:
    """Yield what the template makes of the fixed turns, as far as it takes them."""
    for shape in writes.ways:
        chat = Chat(template, shape)
        for turn in TURNS:
            try:
                yield chat.tail(chat.whole(turn))
            except TemplateError:
                continue


def _first_score(facts: Facts, template: RememberedTemplate, shape: Shape) -> tuple[int, int]:
    """How many of the fixed turns come back, and how many kinds of recovery that took."""
    back, repairs = 0, frozenset[str]()
    try:
        renderer = Renderer(facts.fmt, template, shape)
        learn_end(renderer)
    except TemplateError:
        return 0, 0
    for turn in TURNS:
        try:
            problem, found = _read(facts, renderer, turn)
        except TemplateError:  # not every template takes text beside calls, or several calls
            continue
        back += problem is None
        repairs |= found if problem is None else frozenset()
    return back, -len(repairs)


def _read(facts: Facts, renderer: Renderer, turn: Turn) -> tuple[str | None, frozenset[str]]:
    """Render a turn and read it: what did not come back, and what was recovered. Raises TemplateError.

    A record may close its turn with a delimiter of the format, which may be an end token besides, close reasoning that
    there was none of, and leave out the opener of reasoning that the prompt has: none of this is a slip.
    """
    written = renderer.written(turn)
    problem, repairs = _parsed(renderer, turn, written.text, written.inside)
    if problem is not None and turn.reasoning and written.inside is None and renderer.opens_reasoning:
        problem, repairs = _parsed(renderer, turn, written.text, REASONING)
    if repairs and written.end:
        other, fewer = _parsed(renderer, turn, written.text + written.end, written.inside)
        repairs = fewer if other is None and len(fewer) < len(repairs) else repairs
    if written.text.lstrip().startswith(facts.reasoning_closers):
        repairs -= {STRAY_DELIMITER}
    if written.text.rstrip().endswith(facts.end_tokens):
        repairs -= {MISSING_CLOSER}
    return problem, repairs


def _parsed(renderer: Renderer, turn: Turn, text: str, inside: str | None) -> tuple[str | None, frozenset[str]]:
    parser = renderer.fmt.parser(renderer.tools, inside)
    message: Message = collect([*parser.feed(text), *parser.finish()], renderer.fmt.call_id_length)
    return difference(turn, message), parser.repairs


def _measured(facts: Facts, template: RememberedTemplate, among: Sequence[Shape], written: str) -> Reading:
    found = measure(facts.fmt, template, {}, among, SAMPLES)
    results = list(_conversations(facts, found))
    losses = [problem for problem, _ in results if problem is not None]
    return Reading(
        facts,
        back=len(results) - len(losses),
        asked=len(results),
        repairs=frozenset[str]().union(*(repairs for problem, repairs in results if problem is None)),
        kinds=len(found[0].abilities.kinds),
        reasons=found[0].abilities.reasoning,
        loss=losses[0] if losses else "",
        openers=tuple(opener for opener in facts.call_openers if opener in written),
    )


def _conversations(facts: Facts, found: Sequence[Found]) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Random conversations: what did not come back of each, and what was recovered."""
    kinds = [tuple(kind for kind in one.abilities.kinds if HOSTILE not in kind.name) for one in found]
    if not all(kinds):
        return
    for number in range(CONVERSATIONS):
        random = Random(f"which {number}")
        at = random.randrange(len(found))
        one = found[at]
        turn = draw_turn(random, replace(one.abilities, kinds=kinds[at]), one.renderer.literals)
        yield _read(facts, one.renderer, turn)
