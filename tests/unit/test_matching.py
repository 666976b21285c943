"""Why announcements are taken together or kept apart, in words."""

from __future__ import annotations

import pytest

from calendar_service.model.codes import EventType, NoticeFunction, Status
from calendar_service.model.reconcile import reconcile
from calendar_service.model.reconcile.matching import Verdict, explain_match
from calendar_service.model.reconcile.origin import rank
from calendar_service.model.reconcile.period import compare_periods
from calendar_service.model.reconcile.security import (
    ShareClass,
    compare_classes,
    compare_keys,
    keys_of,
    parse_class,
)
from calendar_service.model.remarks import clean_words
from calendar_service.model.values import SecurityId
from tests.announcing import NEWS, TODAY, in_words, settle, told

DAYS = {"record": "2025-03-31", "payment": "2025-04-10"}
BASE = told("a.0", "2025-02-10", amount="0.20", dates=DAYS)


def test_a_match_names_what_agrees_and_what_differs() -> None:
    other = told(
        "b.0", "2025-02-11", amount="0.20", dates={**DAYS, "payment": "2025-04-11"}, refers=["2025-02-10"]
    )
    found = explain_match(other, BASE)
    assert found.verdict is Verdict.SAME
    assert found.reasons == (
        "The record date is the same: 2025-03-31.",
        "The payment date differs: 2025-04-10 and 2025-04-11.",
        "The amount is the same: EUR 0.20 per share.",
        "The later one refers to the announcement of 2025-02-10.",
        "A date agrees, and the later one may change what was said or foretold.",
    )


@pytest.mark.parametrize(
    ("more", "verdict", "last_reason"),
    [
        ({"dates": {}, "amount": "0.20"}, Verdict.SAME, "The same amount was announced within a week."),
        ({"dates": {}, "amount": "0.30"}, Verdict.APART, "Nothing shows that they speak of the same action."),
        (
            {"dates": {}, "function": NoticeFunction.WITHDRAW},
            Verdict.ONLY,
            "The later one speaks of an earlier announcement without saying which.",
        ),
        (
            {"dates": {"payment": "2025-04-10"}, "amount": "0.99"},
            Verdict.POSSIBLE,
            "One date agrees, but the amounts differ.",
        ),
        (
            {"dates": {"record": "2025-03-31", "payment": "2025-08-10"}, "amount": "0.20"},
            Verdict.APART,
            "A date lies far off, like that of another instalment.",
        ),
        (
            {"dates": {"record": "2025-04-02", "payment": "2025-04-12"}, "amount": "0.20"},
            Verdict.SAME,
            "The dates lie within three days: one of them is mistaken or moved.",
        ),
        (
            {"dates": {"record": "2025-04-02"}},
            Verdict.POSSIBLE,
            "The dates lie within three days, and nothing else tells.",
        ),
        (
            {"event_type": EventType.SPECIAL_DIVIDEND, "dates": DAYS},
            Verdict.APART,
            "The kinds are worded differently, and not everything else agrees.",
        ),
        (
            {"event_type": EventType.STOCK_SPLIT},
            Verdict.NEVER,
            "They are different kinds of action: cash dividend and stock split.",
        ),
        (
            {"status": Status.FORECAST, "dates": {"record": "2025-03-31"}, "amount": "0.15"},
            Verdict.SAME,
            "All dates that both state agree.",
        ),
    ],
)
def test_verdicts(more: dict[str, object], verdict: Verdict, last_reason: str) -> None:
    found = explain_match(BASE, told("b.0", "2025-02-12", **more))  # type: ignore[arg-type]
    assert (found.verdict, found.reasons[-1]) == (verdict, last_reason)


def test_two_of_one_document_are_never_one() -> None:
    twin = told("a.1", "2025-02-10", amount="0.20", dates=DAYS)
    assert explain_match(BASE, twin).reasons == ("One document announces them as two.",)


def test_identifiers_part_what_words_leave_open() -> None:
    one = told("a.0", "2025-02-10", dates=DAYS, security_ids=(SecurityId("isin", "US0378331005"),))
    same = told("b.0", "2025-02-11", dates=DAYS, security_ids=(SecurityId("cusip", "037833100"),))
    other = told("c.0", "2025-02-11", dates=DAYS, security_ids=(SecurityId("isin", "US5949181045"),))
    assert explain_match(one, same).verdict is Verdict.SAME
    assert explain_match(one, other).reasons == ("They name different securities.",)


def test_what_is_possible_is_held_with_its_reason() -> None:
    unsure = told("b.0", "2025-02-12", amount="0.99", dates={"payment": "2025-04-10"}, origin=NEWS)
    first, second = settle(BASE, unsure).actions
    assert first.held == ()
    assert in_words(second.held) == (
        "It may belong to another action of the issuer: One date agrees, but the amounts differ.",
    )


def test_an_announcement_that_fits_two_shows_that_they_are_one() -> None:
    by_period = told("p.0", "2025-02-10", amount="0.20", period="FY2024 final")
    by_dates = told("d.0", "2025-03-10", dates=DAYS)
    full = told("f.0", "2025-03-20", amount="0.20", period="FY2024 final", dates=DAYS)
    apart = settle(by_period, by_dates).actions
    assert len(apart) == 2
    after = reconcile([by_period, by_dates, full], (), apart, TODAY, rank)
    assert [action.announcements for action in after.actions] == [("p.0", "d.0", "f.0")]
    assert after.merged == {apart[1].id: apart[0].id}
    assert after.actions[0].id == apart[0].id


def test_a_withdrawal_that_says_nothing_more_means_the_only_open_action() -> None:
    withdrawal = told("w.0", "2025-03-01", function=NoticeFunction.WITHDRAW)
    assert len(settle(BASE, withdrawal).actions) == 1
    long_paid = told(
        "old.0", "2024-02-10", amount="0.20", dates={"record": "2024-03-31", "payment": "2024-04-10"}
    )
    assert [action.announcements for action in settle(long_paid, BASE, withdrawal).actions] == [
        ("old.0",),
        ("a.0", "w.0"),
    ]


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("FY2017 year-end", "FY2017 Year-End", True),
        ("Q3 2025", "third quarter of 2025", True),
        ("2025年第3四半期", "2025 3Q", True),
        ("Q3 2025", "Q4 2025", False),
        ("FY2017 year-end", "FY2018 year-end", False),
        ("FY2017", "fiscal year ended March 31, 2018", None),
        ("FY2017", "fiscal year ended December 31, 2020", False),
        ("FY2024 interim", "FY2024 期末", False),
        ("FY2024", "FY2024 interim", None),
        ("January 2025", "February 2025", False),
        ("Geschäftsjahr 2024", "exercice 2024", True),
        ("FY17", "FY2017", True),
        (None, "FY2017", None),
    ],
)
def test_periods(one: str | None, two: str | None, same: bool | None) -> None:
    assert compare_periods(one, two) is same
    assert compare_periods(two, one) is same


@pytest.mark.parametrize(
    ("text", "parsed"),
    [
        ("Class A common stock", ShareClass("common", frozenset("a"))),
        ("Class A and Class B Common Stock", ShareClass("common", frozenset("ab"))),
        ("普通株式", ShareClass("common")),
        ("Ordinary Shares of 10 pence", ShareClass("common")),
        ("5.25% Series C Preferred Stock", ShareClass("preferred", frozenset({"5.25", "c"}))),
        ("第2回優先株式", ShareClass("preferred", frozenset("2"))),
        ("American Depositary Shares", ShareClass("depositary")),
        ("B shares", ShareClass("", frozenset("b"))),
        ("Nordic Growth Fund", ShareClass("", frozenset(), frozenset({"nordic", "growth"}))),
    ],
)
def test_share_classes(text: str, parsed: ShareClass) -> None:
    assert parse_class(text) == parsed


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("common stock", "Stammaktien", True),
        ("common stock", "preferred stock", False),
        ("Class A common stock", "Class B common stock", False),
        ("Class A common stock", "common stock", None),
        ("Nordic Growth Fund", "Nordic Growth", True),
        ("Nordic Growth Fund", "Nordic Income Fund", False),
    ],
)
def test_classes_compared(one: str, two: str, same: bool | None) -> None:
    assert compare_classes(parse_class(one), parse_class(two)) is same


def test_tickers_of_two_markets_say_nothing_and_of_one_market_tell() -> None:
    tokyo, nasdaq = SecurityId("ticker", "3774", "XTKS"), SecurityId("ticker", "IIJI", "XNAS")
    other = SecurityId("ticker", "GOOG", "XNAS")
    assert compare_keys(keys_of([tokyo]), keys_of([nasdaq])) is None
    assert compare_keys(keys_of([nasdaq]), keys_of([other])) is False
    assert compare_keys(keys_of([tokyo, nasdaq]), keys_of([nasdaq])) is True


def test_clean_words() -> None:
    assert clean_words("a\u202eb\r\nc\x00") == "a b c"
    assert clean_words("x" * 200, 10) == "xxxxxxxxx…"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_at_the_end_of_the_calendar_do_no_harm(day: str) -> None:
    extreme = told("x.0", day, amount="0.20", dates={"record": day, "payment": day})
    withdrawal = told("w.0", day, function=NoticeFunction.WITHDRAW)
    assert len(settle(BASE, extreme, withdrawal).actions) == 2


def test_two_original_announcements_of_different_amounts_are_perhaps_two_dividends() -> None:
    extra = told("x.0", "2025-02-10", amount="2.50", dates=DAYS)
    first, second = settle(BASE, extra).actions
    assert (first.held, first.announcements) == ((), ("a.0",))
    assert in_words(second.held) == (
        (
            "It may belong to another action of the issuer:"
            " All dates agree, but two original announcements name different amounts."
        ),
    )
    for_period = told("z.0", "2025-02-10", amount="0.20", dates=DAYS, period="FY2024 final")
    same_period = told("y.0", "2025-02-12", amount="2.50", dates=DAYS, period="FY2024 final")
    (action,) = settle(for_period, same_period).actions
    assert str(action.held[0]).startswith("Sources contradict each other on the amount: EUR 0.20 per share")
