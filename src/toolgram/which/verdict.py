"""How sure it is which format a model writes, and why.

In: what there is of a model. Out: `Found`: the candidates, the best first, a verdict, and the reasons in sentences.

    sure      everything comes back through the template, which has a delimiter that opens the calls of this format
    likely    most of it comes back; or the template writes no calls, but has the delimiters; or only a name says it
    unsure    anything else

Nothing is sure by a name or by delimiters alone: a template that is read back is the only proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ..chat_templates import TemplateError
from .facts import Facts, all_facts
from .framing import SILENT, framing_of
from .given import Given
from .names import named_by
from .ranking import Candidate, Evidence, Subject, ranked
from .reading import DELIMITERS, MOSTLY, readings, written_by
from .rendered import SECONDS, RememberedTemplate, calling, prompt_of
from .spelled import by_names, by_spelling, by_thoughts

SLIPS_MAX = 1  # kinds of delimiters that templates forget, or have too many of; more show another format
Verdict = Literal["sure", "likely", "unsure"]


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out. `reasons` are sentences, the strongest first."""

    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()
    reasons: tuple[str, ...] = ()
    text: str = ""  # all that was looked at of the template

    @property
    def format(self) -> str | None:
        """The id of the best format."""
        return self.candidates[0].format if self.candidates else None

    @property
    def equals(self) -> tuple[Candidate, ...]:
        """The other formats that read the template as well."""
        first, *rest = self.candidates or (None,)
        return tuple(one for one in rest if first is not None and _is_equal(first, one))

    @property
    def is_read_back(self) -> bool:
        """Whether the best format is at least likely because it reads what the template writes."""
        return self.verdict != "unsure" and self.candidates[0].reading is not None

    @property
    def framing(self) -> str:
        """What the prompt does with reasoning, in words; "" where no prompt was seen."""
        return self.candidates[0].framing.words if self.thinks and self.text else ""

    def of_names(self, ids: Sequence[str], said: Sequence[str]) -> Found:
        """The same for formats that were asked for by a name that is theirs: sure, if it is that of one format."""
        candidates = tuple(Candidate(facts, Evidence()) for facts in all_facts(ids))
        return Found("sure" if len(candidates) == 1 else "unsure", candidates, tuple(said))

    @property
    def thinks(self) -> bool:
        """Whether the model may reason, as far as it shows: so whether a reasoning parser is of use."""
        if not self.candidates or not self.candidates[0].facts.reasoning_closers:
            return False
        first = self.candidates[0]
        says = first.framing.by_default != SILENT or bool(first.framing.changed_by)
        return not self.text or says or any(literal in self.text for literal in first.facts.reasoning)


def identify(given: Given, *, among: Iterable[str] | None = None, seconds: int = SECONDS) -> Found:
    """Find out which format a model writes. `among` are ids of formats; all of them by default. Nothing is raised."""
    formats = all_facts(among)
    named = named_by(formats, given.names)
    if given.template is None:
        return _without_template(given, formats, named)
    problem = ""
    try:
        template = RememberedTemplate(given.source, given.template, seconds)
        found = _of_template(template, given, formats, named)
        if found is not None:
            return found
    except TemplateError as refusal:
        problem = str(refusal)
    return _by_delimiters(given, formats, named, problem)


def _of_template(
    template: RememberedTemplate, given: Given, formats: Sequence[Facts], named: dict[str, int]
) -> Found | None:
    """What reading the template's own writing says; None where it writes no calls."""
    writes = calling(template)
    if not writes.shapes:
        return None
    shape = writes.shapes[0]
    text = "\n".join([template.text, *written_by(template, writes), prompt_of(template, shape)])
    subject = Subject(text, given.tokens, named)
    read = readings(template, writes, formats)
    if not read:
        return None
    candidates = ranked(((one, framing_of(template, shape, one.facts)) for one in read), subject)
    template.check_time()  # what was left out for it might have been the right one
    verdict = _verdict(candidates, formats, text)
    return Found(verdict, tuple(candidates), tuple(_reasons(candidates)), text)


def _verdict(candidates: Sequence[Candidate], formats: Sequence[Facts], text: str) -> Verdict:
    first = candidates[0]
    reading = first.reading
    assert reading is not None
    if not reading.asked or reading.back < MOSTLY * reading.asked or len(reading.repairs & DELIMITERS) > SLIPS_MAX:
        return "unsure"
    is_alone = not any(_is_equal(first, one) and _is_open(first, one) for one in candidates[1:])
    if reading.is_whole and is_alone and _shows(first, text) and not _contradicts(first, formats, text):
        return "sure"
    return "likely"


def _shows(first: Candidate, text: str) -> bool:
    """Whether a delimiter of the calls shows the format: written, or else in the template beside its marks of turns."""
    written = first.evidence.openers > 0
    mentioned = any(opener in text for opener in first.facts.distinctive)
    return written or (mentioned and first.evidence.turns > 0)


def _contradicts(first: Candidate, formats: Sequence[Facts], text: str) -> bool:
    """Whether the template has the opener of another format, and writes none of this one."""
    if first.evidence.openers:
        return False
    others = (opener for facts in formats if facts.id != first.format for opener in facts.distinctive)
    return any(opener in text and opener not in first.facts.literals for opener in others)


def _is_equal(first: Candidate, other: Candidate) -> bool:
    return other.evidence.reads == first.evidence.reads and first.reading is not None


def _is_open(first: Candidate, other: Candidate) -> bool:
    """Whether nothing of the template decides between two formats, and their rules are not the same."""
    return first.evidence[:-1] == other.evidence[:-1] and not first.facts.has_rules_of(other.facts)


def _reasons(candidates: Sequence[Candidate]) -> Iterator[str]:
    first = candidates[0]
    reading, evidence = first.reading, first.evidence
    assert reading is not None
    recovered = f", though something had to be recovered ({', '.join(sorted(reading.repairs))})"
    yield (
        f"{reading.back} of {reading.asked} random conversations come back through the template"
        + (recovered if reading.repairs else "")
        + (f"; the first that does not: {reading.loss}" if reading.loss else "")
    )
    if evidence.openers:
        opener = next(one for one in first.facts.distinctive if one in reading.openers)
        yield f"the template writes `{opener}`, which opens its calls"
    else:
        yield "the template writes none of the delimiters by which this format could be told"
    if evidence.named:
        yield "its page names the model"
    if evidence.turns:
        yield "its marks of turns stand in the template"
    if evidence.tokens:
        yield f"{evidence.tokens:.0%} of its special tokens are in the vocabulary"
    for one in candidates[1:]:
        if _is_equal(first, one):
            yield f"`{one.format}` reads the template as well; `{first.format}` is preferred: {one.behind}"


def _without_template(given: Given, formats: Sequence[Facts], named: dict[str, int]) -> Found:
    """What names and a vocabulary say."""
    candidates = by_names(formats, named)
    if candidates:
        first, *rest = candidates
        alone = not rest or rest[0].evidence.named < first.evidence.named
        names = ", ".join(given.names[:3])
        reason = f"the page of `{first.format}` names {names}; there was no chat template to prove it"
        more = [f"the page of `{one.format}` names it as well: {one.behind}" for one in rest]
        return Found("likely" if alone else "unsure", tuple(candidates), (reason, *more))
    return _by_delimiters(given, formats, named, "")


def _by_delimiters(given: Given, formats: Sequence[Facts], named: dict[str, int], problem: str) -> Found:
    """What the delimiters say that stand in a template that could not be read, and the tokens of a vocabulary."""
    text = "\n".join([given.template or "", *sorted(given.tokens)])
    subject = Subject(text, given.tokens, named)
    told = [f"the template cannot be rendered: {problem}"] if problem else []
    if given.template and not problem:
        told.append("the template writes no calls of an assistant, so nothing could be read back")
    for find in (by_spelling, by_thoughts):
        candidates, is_likely, reasons = find(formats, subject)
        if candidates:
            return Found("likely" if is_likely else "unsure", tuple(candidates), (*reasons, *told), text)
    candidates = by_names(formats, named)
    if candidates:
        return Found("unsure", tuple(candidates), ("its page names the model", *told), text)
    nothing = "no delimiter of any format was found" if text.strip() else "no page of a format has such a name"
    return Found("unsure", (), (*told, nothing), text)
