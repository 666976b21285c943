"""Days that stand in for others: what words mean that tell a day which only counts where no better one is stated."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from calendar_service.extract.lexicon.actions import OFFERS, SHARES, SPLITS
from calendar_service.extract.sentence.statements import STRANGE, Statement
from calendar_service.model.remarks import remark

#: What a day stands in for, where the document states no other.
INSTEAD = {"holders": "record", "posted": "payment"}

CREDITED = remark("the only day of it that is told is the one as of which an account was credited")
_BOOKED = SPLITS | SHARES | {"merger", "spin_off"}  # new shares are booked, no money


def credited(said: Statement, types: AbstractSet[str], stated: AbstractSet[str]) -> str:
    """What the value date of a slip counts as: the day of effect where shares are booked, else that of payment; "" where
    the document states that one itself. Such a day is doubted: banks book before and after the day on which is paid.

    `types` are those that the day may be of, `stated` the kinds of date that the document tells.
    """
    if OFFERS & types:
        return ""
    kind = "effective" if _BOOKED & types else "payment"
    if not stated.isdisjoint((kind, "posted")):
        return ""
    said.doubts.append(CREDITED)
    return kind


def end_choices(statements: list[Statement]) -> None:
    """Where holders choose how they are paid, and no offer or rights are named, a period ends with the choice."""
    told = {name for said in statements for name in said.types()}
    chooses = "option_dividend" in told and not told & OFFERS
    for said in statements if chooses else ():
        ends = [fact._replace(kind="election_deadline") for fact in said.dates if fact.kind == "expiry"]
        said.dates = [fact for fact in said.dates if fact.kind != "expiry"] + ends


def take_place(statements: list[Statement]) -> None:
    """Where a split takes place ("the consolidation takes place on 9 November"), it has effect on that day, if the document
    tells no other; the words are those of a meeting elsewhere, which leaves a doubt.
    """
    told = any(fact.kind == "effective" for said in statements for fact in said.dates)
    for said in statements if not told else ():
        types = {*said.types()}
        if not types or not types <= SPLITS:  # other deals have hearings and meetings of their own
            continue
        for place, fact in enumerate(said.dates):
            if fact.kind == "meeting" and not fact.moved:
                said.dates[place] = fact._replace(kind="effective")
                said.doubts.append(STRANGE)
