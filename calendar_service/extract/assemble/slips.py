"""Slips of custodians and brokers: a bank tells one holder what was booked ("dividend credit", "contract note").

What differs from what a company announces: the bank's name stands at the head and the foot of the page, and most amounts
are those of this one holder ("Gross amount EUR 114.00"), who is nobody's business. So

- on a slip only an amount that its words tell as one per share is sure, or one of which a number of shares makes a sum
  that stands there too; others give way to it, and else are doubted;
- no total is told;
- one about interest, or about an entry that is taken back, tells of nothing that shares are paid;
- it tells of one payment, whose days may stand far apart, and it may come days after that;
- a name that does not stand beside the security's number or label may be the bank's, and is doubted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from calendar_service.extract.assemble.drafts import Draft
from calendar_service.extract.candidates.amounts import AmountReader, MoneySpan
from calendar_service.extract.candidates.money import times
from calendar_service.extract.lexicon.actions import CASH, OFFERS
from calendar_service.extract.sentence.statements import AmountFact, Statement
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import Remark, remark

_NUMBER = re.compile(r"[ \t]{1,40}\(?[A-Z]{2}[A-Z0-9]{9}\d(?!\w)")  # of a security, right or wrong
# A number of shares as slips write it, with or without groups; one or two are rather something else.
_COUNT = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:[.,' ]\d{3}){1,3}|\d{2,9}|[3-9])(?!\d)")
_BETWEEN = re.compile(r"\D")
# The same with a fraction of a share: "0,663129", "23.908066", "75,000".
_HELD = re.compile(r"(?<![\w.,])\d{1,3}(?:[.,' ]\d{3}){0,3}(?:[.,]\d{1,8})?(?![\w%]|[.,]\d|\s%)")
_MOST = 30  # sums, and numbers that may be those of the shares
_OVER = timedelta(days=2)  # an action whose last date lies further back than this is a recap
_LATE = timedelta(days=10)  # the same on a slip: banks write when the money has come
_INDENT = 3
_DAYS = 4  # that a payment may have, each told on its own
_READ = 12_000  # signs of a slip that are searched for them
_PLACES = 3  # so many digits a sum has at least, or else it may be made by chance
_SIGNS = 2  # so many different words of slips make a document one
_BESIDE = frozenset({"issuer.isin", "issuer.ticker", "issuer.label"})

OWN_SUM = remark("the amount on a custodian's slip may be that of a single holder")
CUSTODIAN = remark("the document is a custodian's slip, and the name on it may be the custodian's own")


def is_slip(statements: Sequence[Statement]) -> bool:
    """Whether words of slips stand in it: numbers of an account and of a customer, what is credited to whom."""
    told: set[str] = set()
    for said in statements:
        told.update(hit.phrase.source or hit.phrase.text for hit in said.marks if hit.phrase.value == "slip")
        if len(told) >= _SIGNS:
            return True
    return False


def is_unpaid(statements: Sequence[Statement]) -> bool:
    """Whether the head of a line on a slip says that nothing is paid on shares ("Coupon credit", "Reversal of ...")."""
    return any(
        hit.phrase.value == "unpaid" and hit.start - said.start <= _INDENT
        for said in statements
        for hit in said.marks
    )


def keep_per_share(statements: Sequence[Statement], shadow: str, reader: AmountReader) -> None:
    """Drops the totals of a slip, and its amounts that no words tell as those of one share, where another one is so told.

    A slip is about one payment: the only such amount holds for all its dates. What is a multiple of it, by a number that
    stands in the text, is what the holder gets for so many shares; any other second amount is doubted.
    """
    sure = [fact for said in statements for fact in said.amounts if _is_per_share(fact)]
    sure = sure or _reckoned(shadow, reader, _places_of_dates(statements))
    least = min((fact.span.amount for fact in sure), default=Decimal(0))
    others = {fact.span.amount for fact in sure} - {least}
    counts = {int(_BETWEEN.sub("", number[0])) for number in _COUNT.finditer(shadow)} if others else set()
    doubted = not sure or not all(times(one, least) in counts for one in others)
    paid = any(CASH & {*said.types()} for said in statements)
    kept = [fact for fact in sure if fact.span.amount == least]
    for said in statements:
        said.totals = []
        if doubted and said.amounts:
            said.doubts.append(OWN_SUM)
        if not sure:
            continue
        if said.dates and said.amounts and all(fact in sure and fact not in kept for fact in said.amounts):
            said.doubts.append(OWN_SUM)  # another payment, with days of its own
            continue
        said.amounts = [fact for fact in said.amounts if fact in kept]
        if paid and said.dates and not said.amounts:
            said.amounts = kept[:1]


def _places_of_dates(statements: Sequence[Statement]) -> set[int]:
    """Where the numbers of dates stand: they count no shares ("4 April 2026" beside a tax of a quarter)."""
    dates = (span for said in statements for span in (*(fact.span for fact in said.dates), *said.loose))
    return {place for span in dates for place in range(span.start, span.end)}


def _reckoned(shadow: str, reader: AmountReader, dates: set[int]) -> list[AmountFact]:
    """The one amount of a slip of which the shares held make another one ("142 0.355 USD 50.41 USD"); [] if several do."""
    read = reader.money(shadow, 0, min(len(shadow), _READ))
    sums = [*{(span.amount, span.currency): span for span in read[::-1] if not span.is_open}.values()]
    sums = sums[: -_MOST - 1 : -1]  # each once, as it is told first
    counts = _numbers_held(shadow, dates.union(*(range(*span.place) for span in read)))
    most = {span.currency: span.amount for span in sorted(sums, key=lambda span: span.amount)}
    found = [
        one
        for one in sums
        if any(
            _makes(one, whole, counts)
            for whole in sums
            if whole.amount == most[whole.currency] or _digits(one.amount) >= _PLACES
        )
    ]
    if len({(one.amount, one.currency) for one in found}) != 1:
        return []
    return [AmountFact(found[0], "slip.per_share", found[0].place)]


def _numbers_held(shadow: str, taken: set[int]) -> frozenset[Decimal]:
    """The numbers of a slip that may be those of the shares, from two on, with either mark for the decimals.

    `taken` are the places of its amounts and dates. A number of percent counts no shares: a tenth of tax is always one
    tenth of the sum ("Tax 10 % 7.10").
    """
    found: set[Decimal] = set()
    for number in _HELD.finditer(shadow, 0, _READ):
        if len(found) > _MOST * 2:
            break
        if number.start() in taken:
            continue
        digits = re.sub(r"[' ]", "", number[0])
        for mark, other in ((",", "."), (".", ",")):
            plain = digits.replace(mark, "").replace(other, ".")
            if plain.count(".") < 2 and (held := Decimal(plain)) >= 2:
                found.add(held.normalize())
    return frozenset(found)


def _makes(one: MoneySpan, whole: MoneySpan, counts: frozenset[Decimal]) -> bool:
    """Whether some number of shares makes one amount another, as it is rounded."""
    if one.currency != whole.currency or not 0 < one.amount < whole.amount:
        return False
    if _digits(whole.amount) < _PLACES:
        return False
    unit, part = _unit(whole.amount), _unit(one.amount)
    return any(
        2 * abs(one.amount * count - whole.amount) <= unit + (part * count if _is_exact(count) else 0)
        for count in counts
    )


def _digits(number: Decimal) -> int:
    return len(number.as_tuple().digits)


def _unit(number: Decimal) -> Decimal:
    """One of the last digit of a number."""
    return Decimal(1).scaleb(int(number.as_tuple().exponent))


def _is_exact(count: Decimal) -> bool:
    """Whether a number of shares is told to so many places that no amount is it by chance: the price may be rounded."""
    return int(count.as_tuple().exponent) <= -_PLACES


def grace(kind: str, *, slip: bool) -> timedelta:
    """How long an action may have been over when a document was made, and still be announced by it, no recap."""
    if kind in OFFERS:
        return timedelta()  # when an offer has ended its result is told
    return _LATE if slip else _OVER


def join_cash(drafts: list[Draft], *, slip: bool) -> None:
    """A slip tells of one payment: the dates of all its cash drafts, where none contradicts, are those of the first."""
    if not slip:
        return
    paid = [draft for draft in drafts if draft.type in CASH and draft.is_dated]
    alike = all(one.agrees(other) for place, one in enumerate(paid) for other in paid[place + 1 :])
    if not 1 < len(paid) <= _DAYS or not alike:
        return
    for other in paid[1:]:
        paid[0].take(other)
        drafts.remove(other)


def _is_per_share(fact: AmountFact) -> bool:
    return ".per_" in fact.rule or fact.rule.endswith("table")


def doubts_of_name(issuer: Issuer | None, content: str) -> tuple[Remark, ...]:
    """The doubt about the name on a slip, where it does not stand beside the security's number or label."""
    proof = issuer.evidence if issuer else None
    if proof is None or proof.rule in _BESIDE or _NUMBER.match(content, proof.end):
        return ()
    return (CUSTODIAN,)
