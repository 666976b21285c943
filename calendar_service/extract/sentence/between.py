"""What stands between a date and the words that seem to say what it means: words that are not understood may take it
("payable in cash from the funds that were received on 14 June").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calendar_service.extract.lexicon.lexicon import DATED_FIELDS
from calendar_service.extract.lexicon.phrases import Hit, Hits
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.sentence.clauses import ASIDE, is_in_other_clause
from calendar_service.extract.sentence.predicates import is_any_act, is_taken_behind, other_subject
from calendar_service.extract.sentence.statements import DateFact, Statement, Tools
from calendar_service.extract.sentence.subjects import is_day_of_meeting, is_of_another, lead_of
from calendar_service.extract.sentence.unparted import is_strange

_WORD = re.compile(r"[^\W\d_]{2,}")
_CLOSE = 16  # signs of a date, a blank and a word for what it is: nothing stands between
_NAMED = 48  # so far before a date words like "namely" may stand
#: What somebody else does, or did: a day behind it is that of this.
_ACTING = frozenset(
    [
        "declares",
        "hands_out",
        "tells",
        "decides",
        "result",
        "approved",
        "refused",
        "past",
        "proposal",
        "increase",
        "aside",
        "reporting",
        "converted",
        "reference",
        "refers",
        "held",
        "noise",
        "charter",
        "treasury",
        "affiliate",
        "section",
        "boilerplate",
        "around",
        "ignore",
        "announced",
        "declaration",
    ]
)
#: What is said of something else than an action, as the subject of a clause.
_OTHERS = _ACTING | {"debt"}
#: Of the dates of an action, these have words of their own for what is done until they come.
_GUARDED = DATED_FIELDS - {"declaration", "election_deadline", "registration_deadline", "vote_deadline"}
Span = tuple[int, int]


def mark_strange(
    said: Statement, page: Page, hits: Hits, tools: Mapping[str, Tools], languages: Iterable[str]
) -> None:
    """Marks the dates of a statement that strange words part from what they seem to mean.

    Known are words of the lexicons, names, which begin with a capital, and those of `between`; what stands before a colon
    is a label, and the date behind it its own. In scripts without word borders signs take the place of words (unparted.py).
    """
    spoken = [tools[one] for one in languages if not tools[one].lexicon.substring]
    own = tools[said.language].lexicon  # the others that a short text may be in say nothing of its signs
    guarded = _GUARDED | {"election_deadline"} if own.surrounding.openers else _GUARDED
    if said.dates:
        said.dates = [
            fact._replace(strange=True)
            if (fact.kind in guarded and spoken and _is_parted(fact, said, page, hits, spoken))
            or (
                fact.kind in _GUARDED
                and own.substring
                and is_strange(fact, said, page, hits, tools[said.language], leaves=_is_no_act)
            )
            or (fact.kind in DATED_FIELDS and is_in_other_clause(fact, said, page.shadow, hits, spoken))
            else fact
            for fact in said.dates
        ]


def _is_parted(fact: DateFact, said: Statement, page: Page, hits: Hits, spoken: list[Tools]) -> bool:
    """Whether words of any kind leave it open whose day a date is."""
    return (
        _has_strange(fact, said, page, hits, spoken)
        or is_of_another(fact, said, page, hits)
        or is_taken_behind(fact, page, hits, spoken)
        or is_any_act(fact, said, hits)
        or _has_other_subject(fact, said, page, hits, spoken)
        or _has_own_label(fact, page, hits, spoken)
    )


def _has_strange(fact: DateFact, said: Statement, page: Page, hits: Hits, spoken: list[Tools]) -> bool:
    shadow, day = page.shadow, fact.span
    start, end = fact.quote
    if end - start - (day.end - day.start) < _CLOSE or shadow[start : day.start].rstrip().endswith(":"):
        return False
    languages = {one.lexicon.language for one in spoken}
    found = hits.within(start, end, languages)
    if any(is_day_of_meeting(hit, fact, shadow) for hit in found):
        return True
    lead = lead_of(fact, said, page, found, spoken)
    strange = [
        *_unknown(page, *lead, spoken, opens=lead[0] == said.start),
        *_unknown(page, start, end, spoken),
    ]
    if not strange or any(
        one.that_is.search(shadow, max(start, day.start - _NAMED), day.start) for one in spoken
    ):
        return False
    found += hits.within(*lead, languages)
    known = [(hit.start, hit.end) for hit in found if _leaves(hit, found, fact)]
    known += [(day.start, day.end), *said.periods]
    known += [match.span() for match in ASIDE.finditer(shadow, start, end)]
    return not all(_touches(span, known) for span in strange)


def _has_own_label(fact: DateFact, page: Page, hits: Hits, spoken: list[Tools]) -> bool:
    """Whether a date stands on a line of its own behind a bare label for days, below a line that goes on behind the words for
    it: below a title the label is the document's ("Record date for the bonus issue of Granby", below it "Date: 14 June").
    """
    above, parted, label = page.shadow[fact.quote[0] : fact.span.start].rpartition("\n")
    if not parted or not label.strip(" :"):
        return False
    line = fact.span.start - len(label)
    languages = {one.lexicon.language for one in spoken}
    named = hits.within(line, fact.span.start, languages, "sheet_date")
    if not any(page.shadow[hit.start : hit.end] == label.strip(" :") for hit in named):
        return False
    cues = [
        hit for hit in hits.within(fact.quote[0], line, languages, "cue") if hit.phrase.value == fact.kind
    ]
    end = max((hit.end for hit in cues), default=fact.quote[0])
    return bool(above[end - fact.quote[0] :].strip(" :"))


def _has_other_subject(fact: DateFact, said: Statement, page: Page, hits: Hits, spoken: list[Tools]) -> bool:
    """Whether the clause of the words for a date begins with what is not understood and none of the actions ("..., and the
    interest on the bonds is paid on 14 June").
    """
    start, end = other_subject(fact, said, page.shadow, spoken)
    strange = _unknown(page, start, end, spoken, opens=start == said.start)
    if not strange:
        return False
    found = hits.within(start, end, {one.lexicon.language for one in spoken})
    if any(hit.phrase.role == "event" for hit in found):
        return False
    known = [(hit.start, hit.end) for hit in found if hit.phrase.value not in _OTHERS]
    return not all(_touches(span, known) for span in strange)


def _unknown(page: Page, start: int, end: int, spoken: list[Tools], *, opens: bool = False) -> list[Span]:
    """The places of words that are neither names, which begin with a capital, nor known to leave a date its meaning. The
    first word of a sentence, which `opens` there, is no name unless another capital follows it.
    """
    words = [match.span() for match in _WORD.finditer(page.text, start, end)]
    small = [span for span in words if page.text[span[0]].islower()]
    if opens and words[:1] != small[:1] and words[1:2] == small[:1]:
        small.insert(0, words[0])
    return [
        span
        for span in small
        if not any(one.surroundings.leaves(page.shadow[slice(*span)]) for one in spoken)
    ]


def _leaves(hit: Hit, others: list[Hit], fact: DateFact) -> bool:
    """Whether words of the lexicon leave a day behind them to what it means. "After" may lead to what something else does, and
    what hints at another meaning may be all that tells it.
    """
    cues = [one for one in others if one.phrase.role == "cue"]
    if hit.phrase.value == "lead":
        return not any(hit.end <= one.start < fact.span.start for one in cues)
    if hit.phrase.role == "hint" and hit.phrase.value != fact.kind:
        return any(one.start <= hit.start and hit.end <= one.end for one in cues)
    return _is_no_act(hit)


def _is_no_act(hit: Hit) -> bool:
    return hit.phrase.value not in _ACTING


def _touches(word: Span, spans: Iterable[Span]) -> bool:
    """Whether a word, which may have lost the blank beside it, shares a sign with one of the spans."""
    return any(start < word[1] and word[0] < end for start, end in spans)
