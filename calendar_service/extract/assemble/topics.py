"""What a statement, or all of them, are about: pure questions that gathering asks."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from datetime import date, timedelta

from calendar_service.extract.candidates.money import times
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, DEALS, HANDED_OUT, MEETINGS, OFFERS, SPLITS, family
from calendar_service.extract.lexicon.patterns import UNSPACED
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.instalments import UNSURE as WHOLE
from calendar_service.extract.sentence.statements import AmountFact, DateFact, Statement
from calendar_service.model.remarks import remark

UNNAMED = remark("no words name the action; that it is a dividend is taken from the columns of its table")
_BULLET = 3  # characters of a bullet before a label
_LABEL_LEAD = 14  # and of what a label says first, in scripts without blanks
_CLASS = 120  # of the name of a class of shares before its amount
_LABEL_ENDS = (":", "-", "\u2013", "\u2014")
_HELD = 3
_DAY = timedelta(days=1)
_RIGHT_BEHIND = 6
_PART, _PART_UNSPACED = 14, 6  # "in two instalments of", "vid två tillfällen om vardera"
_BEHIND = 24
_ACTION_BEHIND = 60  # "entitled to participate in the company's common share rights offering"
#: A number with its sign, and short words: "cedola | n. 4 del | prestito".
_NUMBERED = re.compile(r"\W{0,2}(?:[^\W\d_]{1,3}\W{1,3})?\d{1,3}\s(?:\w{1,5}\s){1,2}")
_LISTED = re.compile(r"\s?:\s{0,2}\(?1[.):]")  # "Notes: 1. When attending the meeting ..." is a list, no debt
_PAID = frozenset({"payment", "ex", "record"})
CHOICES = frozenset({"option_dividend", "stock_dividend"})


def proposed_families(statements: list[Statement]) -> set[str]:
    """The families of actions that a coming meeting decides on; "*" where the words do not say which."""
    found: set[str] = set()
    for said in statements:
        marks = [mark for mark in said.marks if mark.phrase.value == "proposal"]
        if not marks or is_approved(said):
            continue
        for mark in marks:
            events = [hit for hit in said.events if hit.phrase.value not in MEETINGS | {"ignore"}]
            nearest = min(
                events, key=lambda hit: max(mark.start - hit.end, hit.start - mark.end), default=None
            )
            if nearest is not None:
                found.add(family(nearest.phrase.value))
            elif set(said.types()) & MEETINGS or said.dates:
                found.add("*")
    return found


def is_approved(said: Statement) -> bool:
    """Whether a meeting has approved here; "if approved by shareholders" says that it has yet to."""
    if said.has("conditional"):
        return False
    waits = [hit for hit in said.marks if hit.phrase.value == "proposal"]
    return any(
        mark.phrase.value == "approved" and not any(wait.start <= mark.start < wait.end for wait in waits)
        for mark in said.marks
    )


def main_type(statements: list[Statement]) -> str:
    """The action that the document is about: named most often, headlines counting more."""
    counts: dict[str, int] = {}
    for said in statements[:400]:
        for name in said.types():
            counts[name] = counts.get(name, 0) + (4 if said.heading or said.index < 3 else 1)
    if "spin_off" in counts and not any(
        said.amounts and CASH & set(said.types()) for said in statements[:400]
    ):
        counts.pop("cash_dividend", None)  # "the distribution" of the shares of another company
    return max(counts, key=lambda name: (counts[name], name not in MEETINGS, name), default="")


def part_of(said: Statement) -> list[AmountFact]:
    """Of an amount that is paid in parts, the part where it is told too ("EUR 6, in two instalments of EUR 3")."""
    if len(said.amounts) < 2:
        parts = [fact for fact in said.amounts if _follows_split(said, fact)]
        dated = any(fact.kind in ("record", "payment", "ex") for fact in said.dates)
        if dated and said.amounts and not parts:
            said.doubts.append(WHOLE)
        return parts or (said.amounts if dated else [])
    whole, part = said.amounts[0].span.amount, said.amounts[1].span.amount
    return said.amounts[1:] if times(whole, part) > 1 else said.amounts


def _follows_split(said: Statement, fact: AmountFact) -> bool:
    """Whether an amount stands right behind the words that say that a whole is paid in parts."""
    marks = [hit for hit in said.marks if hit.phrase.value == "split"]
    reach = [(hit.end, _PART_UNSPACED if hit.phrase.substring else _PART) for hit in marks]
    return any(0 <= fact.span.start - end <= far for end, far in reach)


def has_decided(said: Statement, fact: DateFact) -> bool:
    """Whether a meeting's day is that of its decision, which is told right behind it ("the AGM of 17 March decided")."""
    waits = any(
        hit.phrase.value == "conditional" or (hit.phrase.value == "proposal" and hit.phrase.substring)
        for hit in said.marks
        if hit.start < fact.span.start  # "惟須待股東於5月28日舉行之股東大會批准"
    )
    return not waits and any(
        hit.phrase.value in ("decides", "held")
        and 0 <= hit.start - fact.span.end <= _HELD
        and hit.phrase.language == said.language  # "a" is "has" in French alone
        for hit in said.marks
    )


def is_of_debt(said: Statement, shadow: str) -> bool:
    """Whether a statement about debt names no other action than the numbered coupon of it ("coupon no. 4 of the notes")."""
    debts = [
        mark.start
        for mark in said.marks
        if mark.phrase.value == "debt"
        and not _LISTED.match(shadow, mark.end)
        and not any(_names_day(fact, mark) for fact in said.dates)
    ]
    others = (hit for hit in said.events if hit.phrase.value in HANDED_OUT | SPLITS)
    return bool(debts) and not any(
        not any(_NUMBERED.fullmatch(shadow, hit.end, start) for start in debts) for hit in others
    )


def _names_day(fact: DateFact, mark: Hit) -> bool:
    """Whether a word for debt is only a part of the label of an ex-day ("Ex-Kupon 29.04.2026")."""
    return fact.kind == "ex" and fact.quote[0] < mark.start and mark.end <= fact.span.start


def is_past(said: Statement) -> bool:
    """Whether a sentence tells of what was paid or held before."""
    return said.has("past") and not said.from_table and not said.has("declares", "proposal")


class Bygone:
    """What a statement tells as over, asked for each of its dates: the words for it are gone through once."""

    def __init__(self, said: Statement) -> None:
        past = [hit.end for hit in said.marks if hit.phrase.value == "past"]
        self._first = past[0] if past and is_past(said) else None
        self._ends = sorted(past)
        self._rest = sorted(hit.start for hit in said.marks if hit.phrase.value in ("part", "balance"))
        self._from_table = said.from_table

    def tells(self, fact: DateFact) -> bool:
        """Whether a date is told as over; what is told behind the words for another part is to come ("one part was paid in
        May, the other one, of 5p, is paid on 3 July").
        """
        if self.ends_before(fact):
            return not self._from_table
        if self._first is None:
            return False
        following = bisect_left(self._rest, self._first)
        return following == len(self._rest) or self._rest[following] >= fact.span.start

    def has_passed(self, fact: DateFact, kind: str, day: date, base: date | None) -> bool:
        """Whether a date is told as over, and its day does not come behind that of the document, `base`, where it has one; a
        meeting told as over may have been on that day.
        """
        early = base is None or self.ends_before(fact) or day - (kind == "meeting") * _DAY < base
        return early and self.tells(fact)

    def ends_before(self, fact: DateFact) -> bool:
        """Whether nothing stands between words for what is over and a date ("which was paid on 1 October")."""
        number = bisect_right(self._ends, fact.span.start)
        return fact.kind in _PAID and number > 0 and fact.span.start - self._ends[number - 1] <= _RIGHT_BEHIND


def kind_of_row(said: Statement, kinds: set[str]) -> str | None:
    """What a row of a table tells that names no action: a dividend, where it has an amount, the day of its payment and that
    of record or without the right. A doubt goes to the statement.
    """
    if not (said.from_table and said.amounts and "payment" in kinds and kinds & {"record", "ex"}):
        return None
    said.doubts.append(UNNAMED)
    return "cash_dividend"


def keep_to_split(said: Statement) -> str | None:
    """The split whose name stands behind all days of a sentence, and before all that it tells of a dividend; in languages
    that name an action behind its days ("3月30日を基準日として株式分割を実施し、配当予想を14円に修正"). None where none does.

    What the sentence tells of the dividend is taken out of it.
    """
    splits = [hit for hit in said.events if hit.phrase.value in SPLITS and hit.phrase.substring]
    paid = [hit.start for hit in said.events if hit.phrase.value in HANDED_OUT]
    if not (splits and paid and said.dates and said.amounts):
        return None
    first = min(*paid, *(fact.span.start for fact in said.amounts))
    days = max(fact.span.end for fact in said.dates)
    split = next((hit for hit in splits if days <= hit.start and hit.end <= first), None)
    if split is None:
        return None
    said.amounts = []
    said.marks = [hit for hit in said.marks if hit.phrase.value != "forecast" or hit.start < split.end]
    return split.phrase.value


def is_labelled(said: Statement, shadow: str, *kinds: str) -> bool:
    """Whether a line begins with a label and its date, of one of these kinds ("Effective date: 5 May"). In scripts without blanks a sentence may
    ("効力発生日は5月1日です"), and a line's label may say before of what it is ("設立登記日(効力発生日)").
    """
    unspaced = UNSPACED.match(shadow, said.start) is not None
    if not (said.heading or unspaced):
        return False
    lead = _LABEL_LEAD if said.heading and unspaced else _BULLET * 2
    return any(
        fact.kind in kinds and fact.quote[0] - said.start <= lead and fact.span.start - fact.quote[0] <= 44
        for fact in said.dates
    )


def is_about_voting(said: Statement, fact: DateFact) -> bool:
    """Whether a record date here is that of a meeting.

    Where words are not parted, its own may name what is paid ("배당기준일").
    """
    low, high = fact.quote
    if any(
        hit.phrase.substring and hit.phrase.value not in MEETINGS and low <= hit.start < high
        for hit in said.events
    ):
        return False
    types = set(said.types())
    paid = said.amounts or any(fact.kind in ("payment", "ex", "last_cum") for fact in said.dates)
    told = (hit for hit in said.marks if hit.phrase.value == "voting")
    voting = any(
        not any(low <= hit.start and hit.end <= high for low, high in said.securities)
        and not _is_of_action(said, hit)
        for hit in told
    )
    return voting or bool(types and types <= MEETINGS and not paid)


def vote_with(before: Statement | None, rows: list[Statement]) -> list[Statement]:
    """The rows of a table; right below a sentence that tells who may vote, their record dates are those of the meeting."""
    paid = any(fact.kind in ("payment", "ex") for said in rows for fact in said.dates)
    if before is None or not before.has("voting") or paid or any(said.amounts for said in rows):
        return rows
    for said in rows:
        said.dates = [
            fact._replace(kind="voting_record") if fact.kind == "record" else fact for fact in said.dates
        ]
    return rows


def _is_of_action(said: Statement, mark: Hit) -> bool:
    """Whether what holders take part in is named right behind, and is no meeting ("entitled to participate in the split")."""
    return any(
        0 <= hit.start - mark.end <= _ACTION_BEHIND and hit.phrase.value not in MEETINGS | {"ignore"}
        for hit in said.events
    ) and not MEETINGS & set(said.types())


def wanted(kinds: set[str], *, amounts: bool) -> tuple[frozenset[str], ...]:
    """The groups of actions that dates of these kinds may belong to, the likeliest first."""
    paid = bool(kinds & {"payment", "ex"})
    if kinds & {"expiry", "offer_period", "election_deadline"} and not paid:
        return (OFFERS, DEALS, CHOICES, CASH) if "election_deadline" in kinds else (OFFERS, DEALS)
    if "effective" in kinds and not paid:
        return (SPLITS, DEALS, HANDED_OUT)
    if paid or "last_cum" in kinds or amounts:
        return (HANDED_OUT, SPLITS, OFFERS, DEALS)
    return (HANDED_OUT, SPLITS, DEALS, OFFERS)


def fits(kind: str, name: str) -> bool:
    """Whether an action of this kind can have such a date."""
    if kind == "reverse_split" and name == "payment":
        return False
    return not (kind in CASH and name == "expiry")


def is_result_heading(said: Statement) -> bool:
    """Whether a line heads the results of a meeting ("Result of AGM"): what was voted on there is no announcement."""
    return said.heading and said.has("result") and bool(set(said.types()) & MEETINGS)


def is_of_board(said: Statement) -> bool:
    """Whether a meeting whose day is told is none of shareholders ("The directors, in their meeting held on 3 May, ...")."""
    met = any(fact.kind in ("meeting", "declaration") for fact in said.dates)
    return met and not said.heading and not set(said.types()) & MEETINGS


def tells_total(said: Statement) -> bool:
    """Whether a sentence only tells a total, and what that is per share: of the payment named right before it."""
    return bool(said.totals) and said.has("total", "sum") and not said.events


def decides_behind(said: Statement, day: Dated) -> bool:
    """Whether right behind the day of a meeting stands what it has decided ("the meeting of 22 April approved ...")."""
    end = day.fact.span.end
    ends = [
        end,
        *(
            hit.end
            for hit in said.events
            if hit.phrase.value in MEETINGS and hit.start - end in range(_BEHIND)
        ),
    ]
    marks = [hit.start for hit in said.marks if hit.phrase.value == "decides"]
    decided = any(0 <= place - one <= _BEHIND for place in marks for one in ends)
    return decided and not said.has("proposal")


def is_foretold(said: Statement) -> bool:
    """Whether a sentence only foretells: "expects to declare" declares nothing, though "declare" stands in it; and nothing
    is declared by those who guess ("according to analysts, the company will pay").
    """
    if said.has("guessed"):
        return True
    foretold = [hit for hit in said.marks if hit.phrase.value == "forecast"]
    declares = [hit for hit in said.marks if hit.phrase.value == "declares"]
    inside = [
        hit for hit in declares if any(one.start <= hit.start and hit.end <= one.end for one in foretold)
    ]
    return bool(foretold) and len(inside) == len(declares)


def begins_with_amount(said: Statement) -> bool:
    """Whether nothing stands before the first amount but a bullet, or the class of shares on which it is paid."""
    start = said.amounts[0].quote[0]
    named = next((place for place in said.securities if place[0] - said.start <= _BULLET), None)
    return start - (said.start if named is None else max(said.start, min(named[1], start))) <= _BULLET


def opens_list(said: Statement, shadow: str) -> bool:
    """Whether it tells days of payments in cash, and leaves the amounts to a list ("... will be paid on 12 August as
    follows:").
    """
    told = bool(said.dates) and not said.amounts and not said.from_table
    return told and set(said.types()) <= CASH and bool(said.events) and shadow[said.end - 1] == ":"


def is_item(said: Statement, shadow: str) -> bool:
    """Whether it is an amount of a list: it begins with one, or the first stands behind a label that names its class of
    shares ("Cumulative Preferred Shares, Series 3 (ABC.PR.C): $0.28 per share").
    """
    if not said.amounts or said.events or any(fact.kind != "ignore" for fact in said.dates):
        return False
    start = said.amounts[0].span.start
    named = any(end <= start for _, end in said.securities) and start - said.start <= _CLASS
    labelled = named and shadow[said.start : start].rstrip().endswith(_LABEL_ENDS)
    return labelled or begins_with_amount(said)


def are_about_debt(statements: list[Statement]) -> bool:
    """Whether a document is about bonds or loans: its beginning says so twice, or offers to buy them."""
    offered = any(said.has("debt") and OFFERS & set(said.types()) for said in statements[:3])
    return offered or sum(said.has("debt") for said in statements[:20]) >= 2


def report_decisions(statements: list[Statement]) -> bool:
    """Whether a document reports what a meeting, and no board, has decided."""
    return any(
        said.has("result")
        and not is_of_board(said)
        and not (said.from_table or (said.index and said.heading and (said.loose or said.dates)))
        for said in statements
    )


def topic_of(types: list[str]) -> str:
    """What a sentence is about, of what it names in this order; a split that a meeting decides on comes before the meeting."""
    return next((name for name in types if name in SPLITS), types[0])


def await_decision(statements: list[Statement]) -> bool:
    """Whether a document proposes something, and nothing in it says that it has been decided."""
    return any(said.has("proposal") for said in statements) and not any(
        said.has("approved", "result") or (said.has("decides") and not said.has("proposal"))
        for said in statements
    )


def is_coming(said: Statement, fact: DateFact, *, proposes: bool) -> bool:
    """Whether the day of a decision is still to come, as a document without a day of its own tells it: something is
    proposed, here or where a form has a label for it (the document `proposes`), or the meeting will be held.
    """
    labelled = said.start == fact.quote[0] and fact.quote[1] == fact.span.end
    return said.has("proposal", "to_be_held") or (labelled and proposes)
