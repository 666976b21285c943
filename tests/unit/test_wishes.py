"""What the opt-in question says would be sent."""

from __future__ import annotations

import pytest

from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.records import StoredIssuer
from calendar_service.model.subscription import Lead, ReminderPlan, Rhythm, Selection, Subscription
from calendar_service.publish.wishes import describe_wish
from calendar_service.publish.words import words_for

PLAN = ReminderPlan(((DateKind.RECORD, (Lead(3),)), (DateKind.MEETING, (Lead(14),)), (DateKind.EX, ())))


def describe(selection: Selection, *issuers: StoredIssuer, language: str = "en", **more: object) -> list[str]:
    wish = Subscription("s", "reader@example.org", selection, PLAN, zone="Europe/Berlin", **more)  # type: ignore[arg-type]
    return describe_wish(wish, issuers, ("XTKS", "XNYS"), words_for(language))


def test_companies_are_named_by_our_own_data() -> None:
    selection = Selection(issuers=("i1",), tickers=("XETR:NORD", "SEI", "nobody"), kinds=(DateKind.RECORD,))
    known = (
        StoredIssuer("i2", "Seito\r\nBcc: x@y.example K.K.", ("SEI", "XTKS:9999")),
        StoredIssuer("i1", "Nordlicht \u202eAG", ("XETR:NORD",)),
    )
    assert describe(selection, *known) == [
        "Companies: “Nordlicht AG”, “Seito Bcc: x@y.example K.K.”, 1 not known yet",
        "Dates: Record date",
        "A mail for each date",
        "Sent at 8:00 (Europe/Berlin)",
    ]


WORDS = ("YOUR", "ACCOUNT", "IS", "LOCKED", "SIGN-IN", "AT", "EVIL.COM/LOGIN")


@pytest.mark.parametrize(
    ("language", "none", "some", "markets"),
    [
        (
            "en",
            "Companies: 7 not known yet",
            "Companies: “Nordlicht AG”, 7 not known yet",
            "Markets: XTKS, 2 not known yet",
        ),
        (
            "de",
            "Unternehmen: 7 noch nicht bekannt",
            "Unternehmen: „Nordlicht AG“, 7 noch nicht bekannt",
            "Märkte: XTKS, 2 noch nicht bekannt",
        ),
        ("ja", "会社：未登録7件", "会社：「Nordlicht AG」, 未登録7件", "市場：XTKS, 未登録2件"),
    ],
)
def test_nothing_that_somebody_typed_is_said(language: str, none: str, some: str, markets: str) -> None:
    assert describe(Selection(tickers=WORDS), language=language)[0] == none
    known = StoredIssuer("i1", "Nordlicht AG", ("XETR:NORD",))
    wish = Selection(tickers=(*WORDS, "nord"), markets=("YOUR", "XTKS", "BANK"))
    assert describe(wish, known, language=language)[:2] == [some, markets]


def test_a_name_with_a_comma_reads_as_one() -> None:
    issuers = (StoredIssuer("i1", "Shell plc, BP plc"), StoredIssuer("i2", "Shell” and “BP, plc"))
    lines = describe(Selection(issuers=("i1", "i2")), *issuers)
    assert lines[0] == "Companies: “Shell plc, BP plc”, “Shell' and 'BP, plc”"


def test_all_companies_some_markets() -> None:
    selection = Selection(markets=("XTKS", "XNYS"), event_types=(EventType.CASH_DIVIDEND,))
    assert describe(selection, language="de", hour=19) == [
        "Unternehmen: alle",
        "Märkte: XTKS, XNYS",
        "Arten von Maßnahmen: Bardividende",
        "Termine: Stichtag, Hauptversammlung",
        "Eine Mail zu jedem Termin",
        "Versand um 19:00 Uhr (Europe/Berlin)",
    ]


def test_many_companies_are_capped() -> None:
    issuers = [StoredIssuer(f"i{number}", f"Company {number:03}" + "x" * 500) for number in range(40)]
    lines = describe(Selection(issuers=tuple(item.id for item in issuers)), *issuers, language="ja")
    assert lines[0].startswith("会社：「Company 000x")
    assert lines[0].endswith("、ほか28社")
    assert len(lines[0]) < 900


def test_a_digest_and_what_is_not_known() -> None:
    wish = Subscription(
        "s", "r@example.org", Selection(issuers=("gone",)), ReminderPlan(PLAN.leads, Rhythm.WEEKLY)
    )
    assert describe_wish(wish, (), (), words_for("en"))[::2] == [
        "Companies: none that is known yet",
        "One mail a week, in weeks with something to tell",
    ]
