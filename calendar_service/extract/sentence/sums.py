"""Which amounts of a statement are paid per share, which are totals, and which only stand beside."""

from __future__ import annotations

import re
from collections.abc import Callable

from calendar_service.extract.candidates.amounts import AmountReader, MoneySpan
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.balances import (
    balance_of,
    led,
    part_before,
    rest_behind,
    without_paid,
    without_whole,
)
from calendar_service.extract.sentence.components import (
    of_one_basis,
    without_components,
    without_par,
    without_parts,
    without_twins,
)
from calendar_service.extract.sentence.instalments import dealt_amounts
from calendar_service.extract.sentence.nets import is_net, with_net
from calendar_service.extract.sentence.parvalues import ends_worth, of_par
from calendar_service.extract.sentence.statements import AmountFact, Statement

_WITHOUT_TERMS = frozenset(
    {"ignore", "cash_dividend", "special_dividend", "annual_meeting", "extraordinary_meeting"}
)
_NEXT, _NEAR, _WORDS = 3, 12, 30  # signs between an amount and the words for it
_FUNDS, _SHARE = 16, 1000  # no share gets so much of the profit that stands right before it
_CASH = frozenset({"cash_dividend", "special_dividend", "option_dividend"})
_OLDER, _OPENED = (
    frozenset({"moved_from", "former", "comparison"}),
    2,
)  # marks that open a bracket with an older amount
PRICED = ("total", "price", "net", "split", "part", "balance")  # marks of words that stand beside amounts
_LED = 40
_AS = 6
_KIND = 20  # signs of the words before "dividend" that tell its kind
_ARTICLE = 8  # before the words with which a sentence begins
_CLOSE = 12
_HUGE = 1_000_000  # so much is paid on no share; it is a total, whatever stands beside
_PRICED = 24  # between words for a price and the price
_SECONDARY = frozenset({"comparison", "retained", "increase", "yearly"})
_UNIT = 6  # "120 pence per share": the words for "per share" may begin with the unit
_OF_YEAR = re.compile(r"[^()\d]{0,24}(?:19|20)\d\d\s?\)")
_BRACKET = re.compile(r"\s{0,2}\(\s?")
# A remark in brackets that is at its end ("1口当たり分配金(利益超過分配金は含まない)").
_REMARK = re.compile(r"[^()]{2,16}\)[^()]*")
_COMPARED = re.compile(
    r"\(\s?(?:[〇零一二三四五六七八九]{4}年?[^():]{0,20}:|[a-z]{0,8}\s?(?:19|20)\d\d[^():]{0,20}[:=-]|[^():\d]{0,40}\d?\d?[^():\d]{0,12}(?:19|20)\d\d[^():]{0,20}:|[qh][1-4](?:\s?\d\d)?\b|[12]h(?:\s?\d|\s?fy\s?\d|\b)|[1-4]q\s?\d|[fhy][hy]\s?\d)"
)


def add_amounts(
    said: Statement,
    per_share: list[Hit],
    shadow: str,
    readers: list[AmountReader],
    says_per_share: Callable[[str], bool],
    *,
    scaled: bool,
) -> None:
    """Adds the amounts per share, totals and terms of a statement; `per_share` are its words for "per share".

    `says_per_share` tells whether a text begins with such words. `scaled` is False where no number with a scale
    ("3 million") can stand in the statement.
    """
    seen: list[MoneySpan] = []
    names_any = per_share or said.events or len(said.dates) > 1 or said.has(*PRICED)
    if not names_any and not (
        scaled and any(amounts.has_scaled(shadow, said.start, said.end) for amounts in readers)
    ):
        return  # only a total could be told
    for amounts in readers:
        labelled = [
            span
            for hit in per_share
            for span in (
                amounts.labelled_number(shadow, hit.end, said.end),
                amounts.unit_number(shadow, hit.end, said.end),
            )
            if span is not None
        ]
        spans = [*amounts.money(shadow, said.start, said.end), *labelled]
        spans = without_par(said, spans, shadow, says_per_share)
        for money in spans:
            if any(money.start < other.end and other.start < money.end for other in seen):
                continue
            net = bool(said.marks) and is_net(said, money, seen, per_share)
            seen.append(money)
            if net:
                if not said.amounts:
                    said.nets.append(money)
                said.amounts[-1:] = [with_net(fact, money) for fact in said.amounts[-1:]]
            elif _is_total_of(money, spans, per_share, shadow):
                said.totals.append(AmountFact(money, "total", (money.start, money.end)))
            else:
                _add_amount(said, money, spans, per_share, shadow)
        if said.amounts:
            said.amounts = without_twins(of_one_basis(said))
            said.amounts = without_whole(said)
            said.amounts = without_parts(said)
            said.amounts = without_components(said, spans, shadow) if said.amounts else []
            said.amounts = balance_of(said, shadow) or without_paid(said, shadow)
        else:
            said.amounts = of_par(said, seen, shadow)
        said.dealt = said.dealt or dealt_amounts(said, spans)
        if not said.ratios and any(hit.phrase.value not in _WITHOUT_TERMS for hit in said.events):
            said.ratios = amounts.ratios(shadow, said.start, said.end)


def _says_per_share_of(hit: Hit, money: MoneySpan, spans: list[MoneySpan], shadow: str) -> bool:
    """Whether words behind an amount make it one per share, and do not lead on to another amount of their own."""
    gap = hit.start - money.end
    near = hit.end > money.end and -_UNIT <= gap <= _WORDS
    if not near or _opens_clause(hit, money, shadow):
        return False
    own = gap > _NEXT and any(
        0 <= other.start - hit.end <= _NEXT and ";" not in shadow[hit.end : other.start] for other in spans
    )
    own = own or any(
        money.end <= other.start < hit.start and money.amount >= other.amount * _SHARE for other in spans
    )  # "approximately $679,000, or $0.42 per share": what all get, and what one does
    return not own


def _opens_clause(hit: Hit, money: MoneySpan, shadow: str) -> bool:
    """Whether a comma or bracket parts words from an amount before them, in a script without blanks: they speak of what
    follows ("共8,236,747元,每股配發0.18元").
    """
    one_share = hit.phrase.substring and hit.phrase.shares == 1
    return one_share and any(sign in ",)" for sign in shadow[money.end : hit.start])


def _is_whole_of_next(money: MoneySpan, spans: list[MoneySpan], per_share: list[Hit], shadow: str) -> bool:
    """Whether what a share gets of an amount is told right behind it, in a clause of its own."""
    return any(
        0 < hit.start - money.end <= _NEXT
        and _opens_clause(hit, money, shadow)
        and any(hit.end <= other.start for other in spans)
        for hit in per_share
    )


def _belongs_before(hit: Hit, other: AmountFact, money: MoneySpan) -> bool:
    """Whether words before an amount are those of the one told before it ("$1 per share, or $2")."""
    gap = hit.start - other.span.end
    own = gap > _NEXT and 0 <= money.start - hit.end <= _NEXT  # "common 1주당 300원, preferred 1주당 350원"
    return hit.end <= other.span.end <= money.start or (-1 <= gap <= _NEAR and not own)


def _add_amount(
    said: Statement, money: MoneySpan, spans: list[MoneySpan], per_share: list[Hit], shadow: str
) -> None:
    label = _price_label(said, money, shadow)
    if label is not None:
        said.prices.append(AmountFact(money, label.phrase.name, (label.start, money.end)))
        return
    beside = _is_secondary(said, money, shadow, per_share) and not (
        len(spans) == 1 and _is_declared(said, money)
    )
    if beside or _is_worth(money, per_share):
        return
    summed = led(said, money, "sum", shadow) and not _is_each(money, per_share, shadow)
    summed = summed or _is_whole_of_next(money, spans, per_share, shadow)
    unnamed = money.amount >= _HUGE and not _is_each(money, per_share, shadow)
    if money.scaled or summed or unnamed or led(said, money, "total", shadow):
        said.totals.append(AmountFact(money, "total", (money.start, money.end)))
        return
    near = next((hit for hit in per_share if _says_per_share_of(hit, money, spans, shadow)), None)
    if near is None:
        near = next((hit for hit in reversed(per_share) if 0 <= money.start - hit.end <= 40), None)
        if near is not None and any(_belongs_before(near, other, money) for other in said.amounts):
            near = None
    event = next((hit for hit in reversed(said.events) if 0 <= money.start - hit.end <= 24), None)
    if event is not None and _is_next_cell(event, money, spans, shadow):
        event = None
    event = (_named_behind(said, money, shadow) if near is None else None) or event
    event = event or part_before(said, money) or rest_behind(said, money)
    if (
        money.minor and not per_share and not said.amounts and near is None and event is None
    ):  # "a dividend for the year to 31 March of 9.0p"
        event = next(
            (hit for hit in reversed(said.events) if hit.phrase.value in _CASH and hit.end <= money.start),
            None,
        )
    proof = _on_many(near, money, spans, per_share) or event or _sums_up(said, money)
    if proof is None or (near is None and _opens_with_price(said, proof)):
        return
    quote = _quote_of(money, proof, per_share)
    if proof.phrase.shares > 1:
        money = money._replace(amount=money.amount / proof.phrase.shares)
    receipts = [hit for hit in per_share if hit.phrase.value == "per_ads"]
    per = "ads" if any(hit.end >= proof.start - 1 and hit.start <= proof.end for hit in receipts) else "share"
    said.amounts.append(AmountFact(money, f"{proof.phrase.name}", quote, per=per))


def _quote_of(money: MoneySpan, proof: Hit, per_share: list[Hit]) -> tuple[int, int]:
    """What tells an amount: the words for it, and its label where one stands right before it ("Amount: $0.05 per share")."""
    labels = [hit.start for hit in per_share if 0 <= money.start - hit.end <= _NEXT]
    return min(money.start, proof.start, *labels), max(money.end, proof.end)


def _is_worth(money: MoneySpan, per_share: list[Hit]) -> bool:
    """Whether an amount is what a share is worth by its articles: words for "per share" hold it ("4.00 per 50 kobo share")."""
    return any(hit.start < money.start and money.end <= hit.end for hit in per_share)


def _is_next_cell(hit: Hit, money: MoneySpan, spans: list[MoneySpan], shadow: str) -> bool:
    """Whether the words' own amount stands in a cell between: the next one is that of another column ("Dividend | 5p | 4p")."""
    return any(
        hit.end <= other.start and other.end <= money.start and "\t" in shadow[other.end : money.start]
        for other in spans
    )


def _sums_up(said: Statement, money: MoneySpan) -> Hit | None:
    """The words right before an amount that make it the sum of those told before ("bringing the total to 11 cents")."""
    ends = (hit for hit in said.marks if hit.phrase.value == "whole" and 0 <= money.start - hit.end <= _NEXT)
    return next(ends, None) if said.amounts else None


def _on_many(near: Hit | None, money: MoneySpan, spans: list[MoneySpan], per_share: list[Hit]) -> Hit | None:
    """The words for "per share", or those for so many shares that open the clause and hold for what it goes on with
    ("每10股转增1股,派发现金红利5.15元"): words that say "each" themselves stand for themselves.
    """
    if near is None or not near.phrase.substring or near.phrase.shares > 1 or near.end > money.start:
        return near
    many = [hit for hit in per_share if hit.phrase.shares > 1 and hit.end <= near.start]
    if not many or many[-1].phrase.text[:1] == near.phrase.text[:1]:
        return near
    told = any(many[-1].end <= one.start < money.start for one in spans)
    return near if told or near.start - many[-1].end > _WORDS else many[-1]


def _named_behind(said: Statement, money: MoneySpan, shadow: str) -> Hit | None:
    """The words right behind an amount that say what it is, with one short word between ("0.50 euros as special dividend"),
    or those for the kind of payment ("a 30 cents interim dividend").
    """
    for hit in said.events:
        gap = shadow[money.end : hit.start]
        if 0 <= hit.start - money.end <= _NEXT or (0 < len(gap) <= _AS and gap.strip().isalpha()):
            return hit
        if 0 < len(gap) <= _KIND and money.amount < _SHARE and _is_kind_of(hit, money, said):
            return hit
    return None


def _is_kind_of(hit: Hit, money: MoneySpan, said: Statement) -> bool:
    """Whether words for a kind of payment hold these words for a payment, and begin right behind an amount."""
    return any(
        one.phrase.value == "kind" and 0 <= one.start - money.end <= _NEXT and hit.end <= one.end
        for one in said.marks
    )


def _is_each(money: MoneySpan, per_share: list[Hit], shadow: str) -> bool:
    """Whether words for "per share" stand right behind an amount, so that it is no total ("in the amount of 5p a share")."""
    return any(
        -_UNIT <= hit.start - money.end <= _CLOSE
        and hit.end > money.end
        and not has_digit(shadow[money.end : hit.start])
        and not _opens_clause(hit, money, shadow)
        for hit in per_share
    )


def _price_label(said: Statement, money: MoneySpan, shadow: str) -> Hit | None:
    """The words for a price that stand right before an amount; a total is no price."""
    if money.scaled:
        return None
    for hit in said.marks:
        if hit.phrase.value != "price" or not 0 <= money.start - hit.end <= _PRICED:
            continue
        others = [one for one in said.marks if one.phrase.value == "increase"]
        hidden = any(one.start < hit.start and hit.end <= one.end for one in others)  # "closing price of"
        if not hidden and not has_digit(shadow[hit.end : money.start]):
            return hit
    return None


def _opens_with_price(said: Statement, event: Hit) -> bool:
    """Whether a sentence begins with words for a price ("The price of the shares paid as a dividend is 21 euros"), or those
    for what is paid stand behind words for a rate ("the exchange rate for the dividend has been set at $0.93").
    """
    before = [hit for hit in said.marks if hit.end <= event.start]
    return any(
        (hit.phrase.value == "price" and hit.start - said.start <= _ARTICLE)
        or (hit.phrase.value == "converted" and event.start - hit.end <= _PRICED)
        for hit in before
    )


def _is_total_of(money: MoneySpan, spans: list[MoneySpan], per_share: list[Hit], shadow: str) -> bool:
    """Whether brackets right behind the amount tell what each share gets of it ("NT$403,793,935 (每股1.05元)")."""
    opened = _BRACKET.match(shadow, money.end)
    if opened is None:
        return False
    words = [hit.end for hit in per_share if hit.start == opened.end()]
    return any(0 <= other.start - end <= 3 for end in words for other in spans)


def _is_declared(said: Statement, money: MoneySpan) -> bool:
    """Whether somebody decides on just this amount ("declared an annual cash dividend of $0.12")."""
    names = [hit for hit in said.marks if hit.phrase.value == "increase" and hit.end == money.start - 1]
    decided = {hit.end + 1 for hit in said.marks if hit.phrase.value == "declares"}
    return any(hit.start in decided for hit in names)


def _is_remark(mark: Hit, money: MoneySpan, per_share: list[Hit], shadow: str) -> bool:
    """Whether words for a mere difference or price stand in a remark in brackets before the amount, or, in scripts without word
    borders, in the clause before that of its words for "per share" ("以总股本为基数,每股派发0.15元").
    """
    if _REMARK.fullmatch(shadow, mark.end, money.start):
        return True
    words = (hit for hit in per_share if mark.end < hit.start and hit.end <= money.start)
    return mark.phrase.substring and any(shadow[hit.start - 1] in ",、" for hit in words)


def _is_secondary(said: Statement, money: MoneySpan, shadow: str, per_share: list[Hit]) -> bool:
    """Whether the amount is a difference, a yearly sum, an older or a compared one."""
    marks = [hit for hit in said.marks if hit.phrase.value in _SECONDARY]
    again = (
        marks and shadow[money.start - 2 : money.start].rstrip()[-1:] == "("
    )  # "thirty-five cents ($0.35)"
    worths = {one.start for one in said.marks if one.phrase.value == "par" and ends_worth(one.start, shadow)}
    for hit in marks:
        if hit.phrase.value == "comparison" and _is_forecast(hit, said):
            continue  # in a table a forecast is another column; in prose it is what is told
        before, after = money.start - hit.end, hit.start - money.end
        if hit.start in worths:
            continue
        if hit.phrase.value == "retained" and 0 <= before <= _FUNDS and money.amount > _SHARE:
            return True
        if (
            hit.phrase.value == "increase"
            and 0 <= before <= (_LED if again else _NEAR)
            and not has_digit(shadow[hit.end : money.start])
            and not _is_remark(hit, money, per_share, shadow)
        ):
            return True
        if (
            hit.phrase.value == "comparison"
            and 0 <= before <= 40
            and not has_digit(shadow[hit.end : money.start])
        ):
            return True
        if (
            hit.phrase.value == "yearly"
            and (0 <= after <= 30 or 0 <= before <= 30)
            and shadow[hit.end : hit.end + 1] != "-"  # "a year-end distribution"
            and not _parted(shadow, hit, money)
        ):
            return True
    opened = shadow.rfind("(", max(said.start, money.start - 40), money.start)
    if opened < 0 or ")" in shadow[opened : money.start]:
        return False
    # as in "120 cents (previously 109 cents)"
    older = any(hit.phrase.value in _OLDER and 0 < hit.start - opened <= _OPENED for hit in said.marks)
    return older or bool(_COMPARED.match(shadow, opened) or _OF_YEAR.match(shadow, money.end))


def _is_forecast(hit: Hit, said: Statement) -> bool:
    """Whether the same words are also those of a forecast."""
    return any(one.phrase.value == "forecast" and one[:2] == hit[:2] for one in said.marks)


def _parted(shadow: str, hit: Hit, money: MoneySpan) -> bool:
    """Whether another number or a comma stands between a mark and an amount."""
    low, high = (hit.end, money.start) if hit.end <= money.start else (money.end, hit.start)
    return has_digit(shadow[low:high]) or "," in shadow[low:high]
