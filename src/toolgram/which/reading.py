"""How well a format reads what a chat template writes.

In: a template that writes calls, and the facts of a format. Out: a `Reading`: how many of so many random conversations
come back, what had to be recovered, and what the template cannot carry.

How: a few fixed turns first, in every shape that the template takes. Formats that read some of them are measured as
`testing/templates` measures one, with calls, arguments of all types, text and reasoning drawn at random.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random

from ..chat_templates import TemplateError
from ..runtime.message import Message, collect
from ..testing.templates.abilities import Found, measure
from ..testing.templates.comparing import difference
from ..testing.templates.conversations import PING, PLAIN, Call, Turn, draw_turn
from ..testing.templates.rendering import Chat, Renderer, Shape
from ..testing.templates.shapes import PROBE, NothingToCompareError, learn_end
from .facts import Facts
from .rendered import TYPED, RememberedTemplate

CONVERSATIONS = 30
MOSTLY = 0.9  # of the conversations come back, where a format is likely
MEASURED_MAX = 8  # formats that are measured, of those that read something
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
        """Whether every conversation came back."""
        return 0 < self.asked == self.back


def readings(template: RememberedTemplate, among: Sequence[Shape], formats: Iterable[Facts]) -> list[Reading]:
    """Read what a template writes with each format; those that read nothing are left out."""
    written = "\n".join(written_by(template, among))
    first: list[tuple[tuple[int, int], Facts]] = []
    for facts in formats:
        openers = facts.call_openers
        if openers and any(opener in written for opener in openers):
            score = max((_first_score(facts, template, shape) for shape in among), default=(0, 0))
            if score[0]:
                first.append((score, facts))
    first.sort(key=lambda one: (one[0], bool(one[1].models)), reverse=True)
    found = []
    for _, facts in first[:MEASURED_MAX]:
        try:
            found.append(_measured(facts, template, among, written))
        except (TemplateError, NothingToCompareError) as problem:
            found.append(Reading(facts, 0, 0, loss=str(problem)))
    return found


def written_by(template: RememberedTemplate, among: Sequence[Shape]) -> Iterator[str]:
    """Yield what the template makes of the fixed turns, as far as it takes them."""
    for shape in among:
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
            problem, found = _read(renderer, turn)
        except TemplateError:  # not every template takes text beside calls, or several calls
            continue
        back += problem is None
        repairs |= found if problem is None else frozenset()
    return back, -len(repairs)


def _read(renderer: Renderer, turn: Turn) -> tuple[str | None, frozenset[str]]:
    """Render a turn and read it: what did not come back, and what was recovered. Raises TemplateError."""
    written = renderer.written(turn)
    parser = renderer.fmt.parser(renderer.tools, written.inside)
    message: Message = collect([*parser.feed(written.text), *parser.finish()], renderer.fmt.call_id_length)
    return difference(turn, message), parser.repairs


def _measured(facts: Facts, template: RememberedTemplate, among: Sequence[Shape], written: str) -> Reading:
    found = measure(facts.fmt, template, {}, among)
    results = list(_conversations(found, template))
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


def _conversations(found: Sequence[Found], template: RememberedTemplate) -> Iterator[tuple[str | None, frozenset[str]]]:
    """Random conversations: what did not come back of each, and what was recovered."""
    if not all(one.abilities.kinds for one in found):
        return
    for number in range(CONVERSATIONS):
        random = Random(f"which {number}")
        one = random.choice(found)
        turn = draw_turn(random, one.abilities, one.renderer.literals)
        template.check_time()
        yield _read(one.renderer, turn)
