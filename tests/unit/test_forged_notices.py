"""What a document of an unknown sender, or a copy, can do to a date that somebody who counts more announced."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calendar_service.model.codes import DateKind, Decision, NoticeFunction, Status
from calendar_service.model.reconcile import reconcile
from calendar_service.model.records import Correction, StoredAnnouncement
from tests.announcing import EXCHANGE, FILING, KNOWN, NEWS, RANKING, find_day, settle_one, told

RIGHT = {"record": "2025-03-31", "payment": "2025-04-10"}
WRONG = {"record": "2025-03-31", "payment": "2025-04-11"}
HANDED_IN, OTHER_NEWS = "imap:inbox/forged.eml", "feed:https://anybody.example/x"


def announced(origin: str) -> StoredAnnouncement:
    return told("real.0", "2025-02-10", amount="0.45", dates=RIGHT, origin=origin)


def forged(origin: str, function: NoticeFunction, **more: object) -> StoredAnnouncement:
    facts = {"amount": "0.45", "dates": RIGHT, **more}
    return told("forged.0", "2025-02-12", origin=origin, function=function, **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("origin", [FILING, EXCHANGE])
@pytest.mark.parametrize("refers", [[], ["2025-02-10"]])
def test_an_unknown_senders_correction_moves_no_official_date(origin: str, refers: list[str]) -> None:
    action = settle_one(
        announced(origin), forged(HANDED_IN, NoticeFunction.REPLACE, dates=WRONG, refers=refers)
    )
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert len(action.held) == 1
    assert "2025-04-11 (imap:inbox/forged.eml, 2025-02-12)" in str(action.held[0])


def test_an_unknown_senders_correction_changes_no_official_amount() -> None:
    action = settle_one(announced(FILING), forged(HANDED_IN, NoticeFunction.REPLACE, amount="4.5"))
    assert action.amount is not None
    assert str(action.amount.money) == "EUR 0.45"
    assert len(action.held) == 1


ENDS = [
    (NoticeFunction.WITHDRAW, None),
    (NoticeFunction.SUSPEND, None),
    (NoticeFunction.RESULT, Decision.REFUSED),
]


@pytest.mark.parametrize(("function", "decision"), ENDS)
@pytest.mark.parametrize(
    ("real", "sender"),
    [
        (FILING, HANDED_IN),
        (EXCHANGE, HANDED_IN),
        (FILING, NEWS),
        ("folder:x.txt", NEWS),
        (NEWS, OTHER_NEWS),
    ],
)
def test_an_end_told_by_who_counts_less_is_held_and_not_carried_out(
    real: str, sender: str, function: NoticeFunction, decision: Decision | None
) -> None:
    action = settle_one(announced(real), forged(sender, function, decision=decision))
    assert action.status is Status.ANNOUNCED
    assert len(action.held) == 1
    assert f'reports "{function.value}"' in str(action.held[0])


@pytest.mark.parametrize(
    ("real", "sender"),
    [
        (FILING, FILING),
        (EXCHANGE, FILING),
        (FILING, EXCHANGE),
        ("folder:x.txt", HANDED_IN),
        (NEWS, HANDED_IN),
        (NEWS, NEWS),
    ],
)
def test_an_end_told_by_who_counts_as_much_is_carried_out(real: str, sender: str) -> None:
    action = settle_one(announced(real), forged(sender, NoticeFunction.WITHDRAW))
    assert (action.status, action.held) == (Status.WITHDRAWN, ())


def test_an_unknown_sender_brings_nothing_back_that_the_issuer_withdrew() -> None:
    end = told("end.0", "2025-02-11", dates=RIGHT, origin=FILING, function=NoticeFunction.WITHDRAW)
    action = settle_one(announced(FILING), end, forged(HANDED_IN, NoticeFunction.NEW))
    assert action.status is Status.WITHDRAWN
    assert len(action.held) == 1


def test_an_unknown_senders_correction_does_not_undo_a_persons_decision_on_an_official_date() -> None:
    decided = Correction(
        "real.0", "dates.payment", "2025-04-10", "Ines", KNOWN.replace(month=2, day=11), "Asked."
    )
    late = told(
        "forged.0", "2025-02-20", dates=WRONG, origin=HANDED_IN, function=NoticeFunction.REPLACE,
        known=KNOWN + timedelta(days=60), amount="0.45",
    )  # fmt: skip
    action = settle_one(announced(FILING), late, corrections=[decided])
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert len(action.held) == 1


def test_a_flood_of_vague_corrections_holds_with_a_bounded_list_of_reasons() -> None:
    real = [
        told(
            f"real{month}.0",
            f"2025-{month:02}-10",
            amount=f"0.{month:02}",
            dates={"record": f"2025-{month:02}-20"},
        )
        for month in (2, 3)
    ]
    kinds = (NoticeFunction.REPLACE, NoticeFunction.WITHDRAW, NoticeFunction.SUSPEND)
    vague = [
        told(f"v{number:02}.0", f"2025-03-{11 + number // 3}", function=kinds[number % 3], origin=HANDED_IN)
        for number in range(28)
    ]
    actions = reconcile([*real, *vague], (), (), date(2025, 3, 5), RANKING).actions
    listed = next(action.held for action in actions if "real2.0" in action.announcements)
    assert len(listed) == 21
    assert str(listed[-1]) == "And 8 more reasons like these."
