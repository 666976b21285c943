"""Dividends that are no money: a split may be handed out "in the form of a dividend", and is called one from there on.

- named so: "a 3-for-2 stock split, to be effected as a dividend of one share for every two, payable on 17 January";
- taken up again: "... in the form of a 50% stock dividend. The dividend will be paid on 31 October";
- in the name of a date only: "a two-for-one split ... Ex-dividend trading will begin on 5 May".

The words "dividend" of such statements are left out, so that their dates go to the split. So are they behind a dividend in
shares, whose terms are told, in a document that names no money ("a 20:1 stock dividend. The dividend will be paid on ...").
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.extract.lexicon.actions import CASH, SHARES, SPLITS
from calendar_service.extract.sentence.statements import Statement

FORM = "as_dividend"  # the mark of words for the form in which a split is handed out
MONEY = "in_money"  # the mark of words for a dividend that is money
_NEXT = 4  # so many statements further on "the dividend" still takes the split up
# "... a two-for-one split. It will be effected in the form of a dividend, payable on 5 May."
_RIGHT_BEHIND = 2
_BEHIND = 40  # "in the form of a one hundred percent (100%) stock dividend"
_LEAD = 3  # signs between the beginning of a date's words and the name of a payment in them


def drop_names_of_splits(statements: Sequence[Statement]) -> None:
    """Takes from the statements about a split the names of payments in money that stand for it."""
    if not any(hit.phrase.value in SPLITS for said in statements for hit in said.events):
        return
    pays = any(said.amounts and CASH & set(said.types()) for said in statements)
    split = formed = -_NEXT - 1
    money = False  # a payment in money has been named, which "the dividend" may be
    for said in statements:
        types = set(said.types())
        if not types:
            continue
        money = money or bool(said.amounts and types & CASH) or said.has(MONEY)
        near = said.index - formed <= _NEXT
        if types & SPLITS:
            split = said.index
            if not said.amounts and _is_formed(said):
                formed = said.index
                _drop(said)
        elif not types <= CASH | SHARES or said.amounts or said.has(MONEY):
            split = formed = -_NEXT - 1  # something else is told of, or money
        elif (near and (types <= SHARES or not money)) or (
            said.index - split <= _RIGHT_BEHIND and _is_formed(said)
        ):
            formed = said.index
            _drop(said)
        elif not pays and said.index - split <= _NEXT and _only_in_ex(said):
            _drop(said)


def drop_names_of_shares(statements: Sequence[Statement]) -> None:
    """Takes from the statements behind a dividend in shares the names of payments in money that stand for it."""
    if any((said.amounts and CASH & set(said.types())) or said.has(MONEY) for said in statements):
        return
    named = -_NEXT - 1
    for said in statements:
        types = set(said.types())
        if types & SHARES and (said.ratios or said.index - named <= _NEXT):
            named = said.index
        elif types and types <= CASH and said.index - named <= _NEXT:
            named = said.index
            _drop(said)


def _drop(said: Statement) -> None:
    said.events = [hit for hit in said.events if hit.phrase.value not in CASH | SHARES]


def _is_formed(said: Statement) -> bool:
    """Whether a payment is named as the form of the split."""
    forms = [hit.end for hit in said.marks if hit.phrase.value == FORM]
    return any(
        0 <= hit.start - end <= _BEHIND
        for end in forms
        for hit in said.events
        if hit.phrase.value in CASH | SHARES
    )


def _only_in_ex(said: Statement) -> bool:
    """Whether payments are named only in the words for an ex-date."""
    begins = [fact.quote[0] for fact in said.dates if fact.kind == "ex"]
    return bool(begins) and all(
        any(0 <= hit.start - place <= _LEAD for place in begins) for hit in said.events
    )
