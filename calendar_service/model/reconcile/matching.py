"""Whether two announcements speak of one action, with the reasons in words.

Dates decide where both state them, then period and amount, then what an announcement says it
follows. Whatever is not certain is left apart and said so: two entries can be merged by a person,
a wrong date in a calendar cannot be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from calendar_service.model.codes import DateKind
from calendar_service.model.reconcile.comparison import (
    LONGEST,
    ONE_SEASON,
    SAME_NEWS,
    Comparison,
    are_within,
    compare,
)
from calendar_service.model.reconcile.facets import Facet, are_related, facet_of
from calendar_service.model.reconcile.origin import Grade, Ranking, rank
from calendar_service.model.reconcile.period import is_specific
from calendar_service.model.reconcile.security import compare_classes, compare_keys
from calendar_service.model.reconcile.wording import describe_amount, describe_date
from calendar_service.model.records import StoredAnnouncement
from calendar_service.model.remarks import Remark, name_kind, remark


class Verdict(StrEnum):
    """How two announcements stand to each other."""

    SAME = "same"
    ONLY = "only"  # the same if there is no other action it could follow
    POSSIBLE = "possible"  # perhaps the same: a person has to say
    APART = "apart"
    NEVER = "never"  # apart whatever else: one action cannot hold both


@dataclass(frozen=True, slots=True)
class Match:
    """The verdict on two announcements, a score to choose between several, and the reasons in words."""

    verdict: Verdict
    score: int
    because: Remark
    comparison: Comparison | None = None

    @property
    def reasons(self) -> tuple[str, ...]:
        """What agrees and what does not, a sentence each, and last what decided."""
        if self.comparison is None:
            return (str(self.because),)
        return tuple(dict.fromkeys((*_list_facts(self.comparison), str(self.because))))

    @property
    def disagrees(self) -> bool:
        """Whether a date, the amount or the period differs."""
        found = self.comparison
        return found is not None and (found.differs or found.amount is False or found.period is False)


def explain_match(a: StoredAnnouncement, b: StoredAnnouncement, ranking: Ranking = rank) -> Match:
    """Whether two announcements of one issuer are about one action, and why; the same either way round."""
    return match(facet_of(a, ranking), facet_of(b, ranking))


def match(a: Facet, b: Facet) -> Match:
    """The same for prepared announcements."""
    first, second = (a, b) if a.order <= b.order else (b, a)
    if never := bar(first, second):
        return Match(Verdict.NEVER, 0, never)
    found = compare(first, second)
    if are_other_classes(first, second):
        return Match(Verdict.NEVER, 0, remark("The share class differs."), found)
    verdict, because = _judge(found)
    return Match(verdict, _score(found), because, found)


def are_other_classes(one: Facet, two: Facet) -> bool:
    """Whether they name different share classes, and no identifier says otherwise."""
    differ = compare_classes(one.share_class, two.share_class) is False
    return differ and compare_keys(one.keys, two.keys) is not True


def bar(first: Facet, second: Facet) -> Remark | None:
    """Why one action cannot hold both, whatever else they say; None where it can."""
    if first.stored.document_id == second.stored.document_id:
        return remark("One document announces them as two.")
    if first.family != second.family and not are_related(first.family, second.family):
        one, two = first.said.event_type, second.said.event_type
        return remark("They are different kinds of action: {one} and {two}.", one=one, two=two)
    if compare_keys(first.keys, second.keys) is False:
        return remark("They name different securities.")
    return None


def _judge(found: Comparison) -> tuple[Verdict, Remark]:
    if found.first.family != found.second.family:
        return _judge_related(found)
    if found.equal and not found.differs:
        return _judge_equal(found)
    if found.equal:
        return _judge_partly_equal(found)
    if found.differs:
        return _judge_moved(found)
    return _judge_dateless(found)


def _judge_related(found: Comparison) -> tuple[Verdict, Remark]:
    meeting = DateKind.MEETING in found.equal and found.first.said.event_type.is_meeting
    if found.equal and not found.differs and (found.amount is True or meeting):
        return Verdict.SAME, remark("Dates and amount agree, though the kind is worded differently.")
    return Verdict.APART, remark("The kinds are worded differently, and not everything else agrees.")


def _judge_equal(found: Comparison) -> tuple[Verdict, Remark]:
    tied = found.follows or found.refers or found.foretells or found.period is True
    if found.amount is not False or tied:
        return Verdict.SAME, remark("All dates that both state agree.")
    if DateKind.RECORD not in found.equal and len(found.equal) < 2:
        return Verdict.POSSIBLE, remark("One date agrees, but the amounts differ.")
    if Grade.COPY in {found.first.source.grade, found.second.source.grade}:
        return Verdict.SAME, remark("All dates that both state agree, and a copy may have the amount wrong.")
    return Verdict.POSSIBLE, remark("All dates agree, but two original announcements name different amounts.")


def _judge_partly_equal(found: Comparison) -> tuple[Verdict, Remark]:  # noqa: PLR0911 - a rule, a return
    if found.follows or found.refers or found.foretells:
        return Verdict.SAME, remark("A date agrees, and the later one may change what was said or foretold.")
    if found.period is False:
        return Verdict.APART, remark("They are for different periods, like instalments of one dividend.")
    if found.amount is False and not set(found.equal) - {DateKind.MEETING}:
        return Verdict.APART, remark("Only the meeting is the same.")
    if not found.far:
        if found.amount is not False:
            return Verdict.SAME, remark(
                "One date agrees, and another lies near: one of them is mistaken or moved."
            )
        return Verdict.POSSIBLE, remark("One date agrees, but another date and the amount differ.")
    if found.amount is True and found.period is True and is_specific(found.first.said.period):
        return Verdict.POSSIBLE, remark(
            "One date, the amount and the period agree, but another date lies far off."
        )
    return Verdict.APART, remark("A date lies far off, like that of another instalment.")


def _judge_moved(found: Comparison) -> tuple[Verdict, Remark]:  # noqa: PLR0911 - a rule, a return
    """No date is equal, some differ."""
    if found.period is False:
        return Verdict.APART, remark("They are for different periods.")
    if found.refers and (found.follows or found.amount is not False):
        return Verdict.SAME, remark("The later one says that it follows the announcement of that day.")
    if found.foretells and found.period is True:
        return Verdict.SAME, remark("One of them foretold this period.")
    if found.period is True and found.follows:
        return Verdict.SAME, remark("The later one changes what was announced for this period.")
    if found.first.said.event_type.is_meeting and not found.far:
        return _judge_moved_meeting(found)
    if not found.far and not found.slipped:
        if found.amount is not False and (found.amount is True or found.follows):
            return Verdict.SAME, remark("The dates lie within three days: one of them is mistaken or moved.")
        return Verdict.POSSIBLE, remark("The dates lie within three days, and nothing else tells.")
    if found.follows and found.amount is not False and are_within(found.first, found.second, ONE_SEASON):
        return Verdict.ONLY, remark("The later one changes an earlier announcement without saying which.")
    if (
        found.period is True
        and found.amount is True
        and is_specific(found.first.said.period)
        and not found.far
    ):
        return Verdict.POSSIBLE, remark("Period and amount agree, but the dates differ.")
    return Verdict.APART, remark("Their dates are different.")


def _judge_moved_meeting(found: Comparison) -> tuple[Verdict, Remark]:
    if found.follows:
        return Verdict.ONLY, remark("The later one moves a meeting without saying which.")
    if found.first.family == "annual_meeting":
        return Verdict.SAME, remark(
            "A company holds one annual meeting a year: one day is mistaken or moved."
        )
    return Verdict.POSSIBLE, remark("Two extraordinary meetings near each other may be one that was moved.")


def _judge_dateless(found: Comparison) -> tuple[Verdict, Remark]:
    """No date can be compared."""
    if found.period is False:
        return Verdict.APART, remark("They are for different periods.")
    settled = found.amount is not False or found.follows or found.foretells
    if found.refers and settled:
        return Verdict.SAME, remark("The later one says that it follows the announcement of that day.")
    if found.period is True and settled and are_within(found.first, found.second, LONGEST):
        return Verdict.SAME, remark("They are for the same period.")
    if found.amount is True and are_within(found.first, found.second, SAME_NEWS):
        return Verdict.SAME, remark("The same amount was announced within a week.")
    if found.follows and settled and are_within(found.first, found.second, LONGEST):
        return Verdict.ONLY, remark("The later one speaks of an earlier announcement without saying which.")
    return Verdict.APART, remark("Nothing shows that they speak of the same action.")


def _score(found: Comparison) -> int:
    score = 10 * len(found.equal) + 3 * len(found.close) - 4 * len(found.far) - 2 * len(found.slipped)
    score += {True: 6, False: -3, None: 0}[found.amount] + {True: 5, False: -5, None: 0}[found.period]
    score += {True: 4, False: 0, None: 0}[found.keys] + {True: 2, False: 0, None: 0}[found.classes]
    score += 8 if found.refers else 0
    return score + (2 if found.first.family == found.second.family else 0)


def _list_facts(found: Comparison) -> tuple[str, ...]:
    """What agrees and what does not, a sentence each."""
    lines = [
        f"The {name_kind(kind)} is the same: {describe_date(found.first.days[kind])}." for kind in found.equal
    ]
    lines += [
        f"The {name_kind(kind)} differs: {describe_date(found.first.days[kind])}"
        f" and {describe_date(found.second.days[kind])}."
        for kind in (*found.close, *found.slipped, *found.far)
    ]
    first, second = found.first.said, found.second.said
    if found.amount is not None:
        word = "is the same" if found.amount else "differs"
        both = (describe_amount(amount) for amount in (first.amount, second.amount) if amount)
        amounts = " and ".join(dict.fromkeys(map(str, both)))
        lines.append(f"The amount {word}: {amounts}.")
    if found.period is not None:
        lines.append(f"The period {'is the same' if found.period else 'differs'}.")
    if found.keys is True:
        lines.append("They name the same security.")
    elif found.classes is not None:
        lines.append(f"The share class {'is the same' if found.classes else 'differs'}.")
    if found.refers:
        lines.append(f"The later one refers to the announcement of {found.first.day}.")
    return tuple(lines)
