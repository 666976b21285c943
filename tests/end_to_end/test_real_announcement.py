"""The announcement that this project began with, where it lies beside the checkout, through the whole service."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from calendar_service.bootstrap import Service
from calendar_service.model.codes import Basis, DateKind, EventType, Status
from calendar_service.settings import load_settings

EXPECTED_DATES = {
    (DateKind.DECLARATION, date(2018, 5, 24), Basis.STATED),
    (DateKind.RECORD, date(2018, 3, 31), Basis.STATED),
    (DateKind.RECORD_EFFECTIVE, date(2018, 3, 30), Basis.DERIVED),
    (DateKind.LAST_CUM, date(2018, 3, 27), Basis.DERIVED),
    (DateKind.EX, date(2018, 3, 28), Basis.DERIVED),
    (DateKind.MEETING, date(2018, 6, 28), Basis.STATED),
    (DateKind.EFFECTIVE, date(2018, 6, 29), Basis.STATED),
}


@pytest.fixture
def service(tmp_path: Path) -> Service:
    settings = load_settings(
        None, {"XDG_CONFIG_HOME": str(tmp_path), "CALENDAR_SERVICE_DATA": str(tmp_path / "data")}
    )
    made = Service(settings)
    made.prepare()
    return made


def test_it_gives_one_action_with_every_field(service: Service, shared: Path) -> None:
    notice = shared / "corpus" / "announcements" / "iij_2018-05-24.txt"
    with service:
        result = service.ingest_file(notice, "cli:notice")
        assert result.outcome == "read"
        [action_id] = result.actions
        with service.store.read() as unit:
            action = unit.actions.find(action_id)
            assert action is not None
            entries = unit.entries.of_action(action_id)
            document = unit.documents.find(result.document_id)
        assert service.ingest_file(notice, "cli:notice").outcome == "unchanged"

    assert document is not None
    assert action.event_type is EventType.CASH_DIVIDEND
    assert action.status is Status.SUBJECT_TO_APPROVAL
    assert action.issuer.name == "Internet Initiative Japan Inc."
    assert {(item.value, item.mic) for item in action.issuer.ids} == {("IIJI", "XNAS"), ("3774", "XTKS")}
    assert action.mic == "XTKS"
    assert action.period == "FY2017 year-end"
    assert action.security == "common share"
    assert action.amount is not None
    assert (action.amount.money.amount, action.amount.money.currency) == (Decimal("13.50"), "JPY")
    assert action.total is not None
    assert (action.total.amount, action.total.currency) == (Decimal(608_000_000), "JPY")
    assert action.funded_from is not None
    assert action.funded_from.casefold() == "retained earnings"
    assert action.announced == date(2018, 5, 24)
    assert action.meeting is not None
    assert action.meeting.name == "26th Ordinary General Meeting of Shareholders"
    assert action.meeting.place == "Tokyo"
    assert action.held == ()
    assert {(item.kind, item.day, item.basis) for item in action.dates} == EXPECTED_DATES
    assert {entry.kind for entry in entries} >= {DateKind.RECORD, DateKind.MEETING, DateKind.EFFECTIVE}
    for item in action.dates:
        if item.basis is Basis.STATED:
            assert item.evidence is not None
            assert document.content[item.evidence.start : item.evidence.end] == item.evidence.quote
        else:
            assert item.rule
            assert item.rule_source
