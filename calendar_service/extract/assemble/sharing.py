"""What drafts of one document lend one another: dates that are told once for several amounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

from calendar_service.extract.assemble.drafts import Draft, MeetingDraft
from calendar_service.extract.assemble.topics import is_item
from calendar_service.extract.document.resolve import Dated
from calendar_service.extract.lexicon.actions import CASH, SHARES
from calendar_service.extract.sentence.statements import Statement
from calendar_service.model.remarks import remark

_YEARS = 400  # days; a table that tells of payments to come reaches a year ahead at most
_MONTHS = 90  # days: what was over so long before the document's last decision is not announced by it
_SEASON = 250  # days: nobody calls a meeting that long ahead of the one of the next year
_ROWS = 3


def rows_of_history(drafts: list[Draft]) -> list[Draft]:
    """The drafts from a table whose rows reach over years: what was paid in the past, where no day of its own tells."""
    rows = [draft for draft in drafts if draft.from_table and draft.is_dated]
    days = {max(dated.day for dated in draft.dates.values()) for draft in rows}
    if len(days) < _ROWS or (max(days) - min(days)).days <= _YEARS:
        return []
    return rows


def paid_before_decision(drafts: list[Draft]) -> list[Draft]:
    """The drafts whose last day lies long before the day on which another one of the document was decided."""
    decided = [draft.dates["declaration"].day for draft in drafts if "declaration" in draft.dates]
    latest = max(decided, default=date.min)
    return [
        draft
        for draft in drafts
        if draft.is_dated and (latest - max(one.day for one in draft.dates.values())).days > _MONTHS
    ]


def meetings_of_history(meetings: list[MeetingDraft]) -> list[MeetingDraft]:
    """The meetings of a document that only looks back, telling of many over years, or those long before its last one."""
    days = {meeting.day.day for meeting in meetings}
    if len(days) >= _ROWS and (max(days) - min(days)).days > _YEARS:
        return meetings
    latest = max(days, default=date.min)
    return [meeting for meeting in meetings if (latest - meeting.day.day).days > _SEASON]


def share_days(drafts: list[Draft], statements: Sequence[Statement]) -> None:
    """Gives cash and shares that one resolution hands out the days that are told once for both."""
    add_shares(drafts, statements)
    add_cash(drafts, statements)
    add_of_form(drafts, statements)
    share_alike(drafts, statements)
    share_of_both(drafts, statements)
    pay_on_ex(drafts, statements)


def pay_on_ex(drafts: Sequence[Draft], statements: Iterable[Statement]) -> None:
    """Frame: a document says that the money is paid on the ex-date, without telling that day again."""
    waiting = [one for one in drafts if one.type in CASH and "ex" in one.dates and "payment" not in one.dates]
    if len(waiting) == 1 and any(said.has("on_ex") for said in statements):
        waiting[0].dates["payment"] = waiting[0].dates["ex"]


def share_of_both(drafts: list[Draft], statements: Iterable[Statement]) -> None:
    """Frame: one day is told for new shares and for a split ("the record date for the bonus issue and the stock split")."""
    shares = [one for one in drafts if one.type in SHARES]
    splits = [one for one in drafts if one.type == "stock_split"]
    if len(shares) != 1 or len(splits) != 1:
        return
    pair = {shares[0].type, "stock_split"}
    both = [said for said in statements if pair <= set(said.types())]
    kinds = {fact.kind for said in both for fact in said.dates} & {"record", "ex"}
    told = shares[0].dates | splits[0].dates
    for one in (shares[0], splits[0]):
        one.dates = {kind: dated for kind, dated in told.items() if kind in kinds} | one.dates


def share_alike(drafts: list[Draft], statements: Iterable[Statement]) -> None:
    """Frame: the label of a day, or a field of the form, says that it is that of cash and of shares alike ("除權息交易日").

    A title that says so is not enough: the days of the one may be told, and those of the other left open.
    """
    shares = [one for one in drafts if one.type == "stock_dividend"]
    paid = [one for one in drafts if one.type in CASH]
    alike = any((said.dates and said.has("alike")) or said.has("alike_kind") for said in statements)
    if len(shares) != 1 or not alike:
        return
    dated = [one for one in paid if one.dates and one.value is None]
    if len(paid) == 2 and len(dated) == 1:  # its payment stands far below its amount
        drafts.remove(dated[0])
        paid.remove(dated[0])
        paid[0].dates |= dated[0].dates
    if len(paid) != 1:
        return
    both = shares[0].dates | paid[0].dates
    if both.get("payment") is shares[0].dates.get("payment") is paid[0].dates.get("payment"):
        shares[0].dates.pop("payment", None)  # of the money
    days = {kind: dated for kind, dated in both.items() if kind in ("record", "ex", "declaration")}
    for one in (shares[0], paid[0]):
        one.dates = days | one.dates


def add_of_form(drafts: list[Draft], statements: Sequence[Statement]) -> None:
    """Frame: a form is for cash and shares alike, and names both in the field for what is handed out; its days came to one."""
    given = [one for one in drafts if one.type in CASH or one.type == "stock_dividend"]
    if len(given) != 1 or not any(said.has("alike_kind") for said in statements):
        return
    for said in statements:
        if "stock_dividend" not in said.types() or "cash_dividend" not in said.types() or said.unknown:
            continue
        told = given[0]
        alike = {kind: dated for kind, dated in told.dates.items() if kind in ("record", "ex", "declaration")}
        other = "cash_dividend" if told.type == "stock_dividend" else "stock_dividend"
        added = Draft(other, said, alike, statements=[said])
        if other == "cash_dividend" and "payment" in told.dates:
            added.dates["payment"] = told.dates.pop("payment")
        drafts.append(added)
        return


def add_shares(drafts: list[Draft], statements: Iterable[Statement]) -> None:
    """Frame: one resolution pays cash and hands out shares, and a table below dates both ("每10股转增1股,派发5元")."""
    paid = [one for one in drafts if one.type in CASH and {"record", "payment"} <= set(one.dates)]
    shares = [one for one in drafts if one.type == "stock_dividend"]  # their first day of trading, told apart
    if len(paid) != 1 or any(one.ratio or set(one.dates) != {"effective"} for one in shares):
        return
    for said in statements:
        if "stock_dividend" in said.types() and said.ratios and said.amounts and not said.dates:
            cash = paid[0]
            listed = cash.dates.pop("effective", shares[0].dates["effective"] if shares else None)
            for one in shares:
                drafts.remove(one)
            dates = {kind: dated for kind, dated in cash.dates.items() if kind in ("record", "ex")}
            if listed:
                dates["effective"] = listed
            drafts.append(Draft("stock_dividend", said, dates, ratio=said.ratios[0], statements=[said]))
            return


def add_cash(drafts: list[Draft], statements: Sequence[Statement]) -> None:
    """The same where the days came to the shares, which were named last: the cash beside them has the same ones."""
    shares = [one for one in drafts if one.type == "stock_dividend" and {"record", "ex"} & set(one.dates)]
    paid = [one for one in drafts if one.type in CASH]
    if len(shares) != 1 or any(one.is_dated for one in paid) or len(paid) > 1:
        return
    told = [said for said in statements if said.ratios and said.amounts and "stock_dividend" in said.types()]
    if not told or not any(CASH.intersection(said.types()) for said in statements):
        return
    if any(said.has("unknown") for said in (*told, *shares[0].statements)):
        return  # the cash has a day of its own, which is not fixed yet
    dates = {kind: dated for kind, dated in shares[0].dates.items() if kind in ("record", "ex", "payment")}
    if paid:
        paid[0].dates |= dates
    else:
        said = told[0]
        drafts.append(Draft("cash_dividend", said, dates, amount=said.amounts[0], statements=[said]))


def listings_of_shares(drafts: list[Draft]) -> list[Dated]:
    """Takes from payments the day on which the new shares told beside them begin to trade; gives what was taken."""
    shares = [
        one.dates["effective"].day for one in drafts if one.type not in CASH and "effective" in one.dates
    ]
    paid = [one for one in drafts if one.type in CASH and "payment" in one.dates and "effective" in one.dates]
    return [one.dates.pop("effective") for one in paid if one.dates["effective"].day in shares]


def drop_slips(drafts: list[Draft]) -> None:
    """A draft that differs only by one date about a year off is a slip of the pen; the other one is held for it."""
    for slip in [draft for draft in drafts if len(draft.dates) == 1 and not draft.from_table]:
        kind, dated = next(iter(slip.dates.items()))
        for one in drafts:
            theirs = one.dates.get(kind)
            if one is slip or theirs is None or one.value != slip.value or len(one.dates) < 2:
                continue
            if abs((theirs.day - dated.day).days) > 300:
                one.doubts.append(remark("the text also says {day} for the same date", day=dated.day))
                drafts.remove(slip)
                break


def share_with_neighbours(drafts: list[Draft], shadow: str) -> None:
    """Of two amounts on label lines one after the other, or on one that runs on, the second has the dates of the first."""
    for one, following in pairwise(drafts):
        if following.is_dated or not _is_line(following.statement, shadow) or not one.is_dated:
            continue
        lines = [said for said in one.statements if said.amounts and _is_line(said, shadow)]
        if any(following.statement.index - said.index in (0, 1) for said in lines):
            following.dates = dict(one.dates)


def _is_line(said: Statement, shadow: str) -> bool:
    """Whether an amount stands on a line of its own: a label's, or an item of a list ("2. $0.1364 per Series A share;")."""
    return said.heading or is_item(said, shadow)


def share_between_classes(drafts: list[Draft], shadow: str) -> None:
    """Classes of shares whose amounts are told line by line have all days that stand above and below these lines, each of
    which came to the class next to it.
    """
    row: list[Draft] = []
    for one in [*drafts, None]:
        if one is not None and _is_class_line(one, shadow) and (not row or _is_next(row[-1], one)):
            row.append(one)
            continue
        days = [item for draft in row for item in draft.dates.items()]
        told = dict(days)
        if len(row) > 1 and all(told[kind].day == dated.day for kind, dated in days):
            for draft in row:
                draft.dates = told | draft.dates
        row = [one] if one is not None and _is_class_line(one, shadow) else []


def _is_class_line(one: Draft, shadow: str) -> bool:
    """Whether the amount of a draft stands beside the name of its class on a line without days."""
    lines = [said for said in one.statements if said.amounts]
    return (
        one.type in CASH
        and len(lines) == 1
        and bool(lines[0].securities)
        and not lines[0].dates
        and _is_line(lines[0], shadow)
    )


def _is_next(one: Draft, other: Draft) -> bool:
    """Whether the amounts of two drafts stand on lines one after the other."""
    mine, theirs = (next(said.index for said in draft.statements if said.amounts) for draft in (one, other))
    return theirs - mine == 1


def share_with_class_beside(drafts: list[Draft]) -> None:
    """Of two classes whose amounts one sentence of a script without word borders tells, with the same days, the first has those
    that the next sentence adds, which came to the last.
    """
    for one, following in pairwise(drafts):
        told = {id(said) for said in one.statements if said.amounts}
        beside = {one.type, following.type} <= CASH and any(id(said) in told for said in following.statements)
        if not (beside and one.security and following.security and one.value and following.value):
            continue
        unspaced = any(hit.phrase.substring for hit in one.statement.events)
        theirs = {kind: dated.day for kind, dated in following.dates.items()}
        if unspaced and all(theirs.get(kind) == dated.day for kind, dated in one.dates.items()):
            one.dates = following.dates | one.dates


def share_with_rows(drafts: list[Draft]) -> None:
    """The rows of a table of amounts have the dates that its first row was given by the text around."""
    for one, following in pairwise(drafts):
        if following.is_dated or not following.from_table or following.value is None or not one.is_dated:
            continue
        rows = [said for said in one.statements if said.from_table and said.amounts and not said.dates]
        if any(following.statement.index - said.index == 1 for said in rows):
            following.dates = dict(one.dates)


def share_amount(drafts: list[Draft], *, instalments: bool) -> None:
    """The rows of a table of dates have the amount that was told before it, which its first row was given.

    Where nothing says that it is paid more than once, that is doubted.
    """
    for one, following in pairwise(drafts):
        if not following.from_table or following.value is not None or one.value is None or not one.is_dated:
            continue
        rows = [said for said in one.statements if said.from_table and not said.amounts]
        if not any(following.statement.index - said.index == 1 for said in rows):
            continue
        following.amount, following.type = one.amount, one.type
        following.security = following.security or one.security
        following.statements += [said for said in one.statements if said.amounts]
        if not instalments and not any(said.has("each", "split") for said in one.statements):
            following.doubts.append(
                remark(
                    "the amount was told for another payment; whether it holds for this one is not certain"
                )
            )


def share_dates(drafts: list[Draft]) -> None:
    """Amounts that follow dates without an amount ("Ex-date: ...", then two lines of amounts) have those dates."""
    donors = [draft for draft in drafts if draft.dates and draft.value is None and draft.type in CASH]
    takers = [draft for draft in drafts if not draft.dates and draft.value is not None]
    if len(donors) != 1 or not takers or any(draft.dates and draft.value is not None for draft in drafts):
        return
    for taker in takers:
        if taker.statement.index > donors[0].statement.index:
            taker.dates = dict(donors[0].dates)
    if any(taker.dates for taker in takers):
        drafts.remove(donors[0])
