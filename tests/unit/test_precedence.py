"""Sources that contradict each other: whose word counts, and what stays open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from calendar_service.model.codes import Basis, DateFlag, DateKind, Knowledge, NoticeFunction, Status
from calendar_service.model.reconcile.origin import Grade, Source, rank, rank_with
from calendar_service.model.values import EventDate
from tests.announcing import EXCHANGE, FILING, NEWS, dated, find_day, in_words, settle_one, told

RIGHT = {"record": "2025-03-31", "payment": "2025-04-10"}
WRONG = {"record": "2025-03-31", "payment": "2025-04-11"}
ISSUERS = told("issuer.0", "2025-02-10", amount="0.45", dates=RIGHT, origin=FILING)
GIVEN = told("given.0", "2025-02-10", amount="0.45", dates=RIGHT)
COPY = told("copy.0", "2025-02-11", amount="0.45", dates=WRONG, origin=NEWS)


def test_a_news_copy_with_a_wrong_date_puts_the_date_on_hold() -> None:
    action = settle_one(GIVEN, COPY)
    payment = action.date_of(DateKind.PAYMENT)
    assert payment is not None
    assert (payment.day, payment.flags) == (date(2025, 4, 10), frozenset({DateFlag.CONFLICTING}))
    reason = (
        "Sources contradict each other on the payment date: 2025-04-10 (folder:inbox/x.txt, 2025-02-10);"
        " 2025-04-11 (feed:news.example, 2025-02-11)."
    )
    assert in_words(action.held) == (reason,)
    assert str(payment.note) == reason
    record = action.date_of(DateKind.RECORD)
    assert record is not None
    assert record.flags == frozenset()


@pytest.mark.parametrize("origin", [FILING, EXCHANGE])
def test_official_sources_count_more_than_a_copy_and_the_copy_is_told_of(origin: str) -> None:
    action = settle_one(replace(ISSUERS, origin=origin), COPY)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert action.held == ()
    told_of = [note for note in action.notes if "feed:news.example, 2025-02-11 says 2025-04-11" in str(note)]
    assert len(told_of) == 1


def test_issuer_and_exchange_that_disagree_wait_for_a_correction() -> None:
    exchange = told("exchange.0", "2025-02-12", amount="0.45", dates=WRONG, origin=EXCHANGE)
    waiting = settle_one(ISSUERS, exchange)
    assert find_day(waiting, DateKind.PAYMENT) == date(2025, 4, 10)
    assert len(waiting.held) == 1
    correction = told(
        "c.0", "2025-02-13", amount="0.45", dates=WRONG, origin=FILING, function=NoticeFunction.REPLACE
    )
    settled = settle_one(ISSUERS, exchange, correction)
    assert find_day(settled, DateKind.PAYMENT) == date(2025, 4, 11)
    assert settled.held == ()


def test_an_issuers_correction_stands_against_later_repeats_of_the_old_date() -> None:
    correction = told("c.0", "2025-02-12", dates=WRONG, origin=FILING, function=NoticeFunction.REPLACE)
    stale = told("s.0", "2025-02-20", amount="0.45", dates=RIGHT, origin=EXCHANGE)
    action = settle_one(ISSUERS, correction, stale)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 11)
    assert action.held == ()
    assert "feed:https://exchange.example/, 2025-02-20 says 2025-04-10 for the payment date" in str(
        action.notes[0]
    )


def test_an_exchanges_newer_third_date_is_not_overruled_silently() -> None:
    correction = told("c.0", "2025-02-12", dates=WRONG, origin=FILING, function=NoticeFunction.REPLACE)
    third = {"record": "2025-03-31", "payment": "2025-04-14"}
    news = told("s.0", "2025-02-20", amount="0.45", dates=third, origin=EXCHANGE)
    action = settle_one(ISSUERS, correction, news)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 11)
    assert len(action.held) == 1


def test_newer_counts_more_than_older_from_one_sender() -> None:
    newer = told("n.0", "2025-02-14", amount="0.45", dates=RIGHT, origin=NEWS.replace("/a", "/later"))
    action = settle_one(COPY, newer)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert (action.held, action.notes) == ((), ())


def test_two_handed_in_documents_have_no_sender_in_common() -> None:
    newer = told("n.0", "2025-02-14", amount="0.45", dates=WRONG)
    assert len(settle_one(GIVEN, newer).held) == 1
    follows = told("n.0", "2025-02-14", amount="0.45", dates=WRONG, refers=["2025-02-10"])
    assert settle_one(GIVEN, follows).held == ()


def test_most_sources_keep_the_date_on_hold() -> None:
    second = told("t.0", "2025-02-12", amount="0.45", dates=WRONG, origin="feed:https://other.example/x")
    action = settle_one(GIVEN, COPY, second)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 11)
    assert len(action.held) == 1


def test_two_corrections_of_one_day_contradict_each_other() -> None:
    one = told("c1.0", "2025-02-12", amount="0.45", dates=RIGHT, function=NoticeFunction.REPLACE)
    two = told("c2.0", "2025-02-12", amount="0.45", dates=WRONG, function=NoticeFunction.REPLACE)
    assert len(settle_one(one, two).held) == 1


def test_a_contradicted_amount_is_held() -> None:
    other = told("o.0", "2025-02-11", amount="0.54", dates=RIGHT, origin=NEWS)
    action = settle_one(GIVEN, other)
    assert in_words(action.held) == (
        (
            "Sources contradict each other on the amount: EUR 0.45 per share (folder:inbox/x.txt, 2025-02-10);"
            " EUR 0.54 per share (feed:news.example, 2025-02-11)."
        ),
    )


def test_pence_and_pounds_are_one_amount() -> None:
    pence = told("p.0", "2025-02-10", amount="12.5", currency="GBX", dates=RIGHT)
    pounds = told("q.0", "2025-02-11", amount="0.125", currency="GBP", dates=RIGHT, origin=NEWS)
    assert settle_one(pence, pounds).held == ()


def test_an_exact_day_takes_the_place_of_a_month_and_of_about() -> None:
    month = told("m.0", "2025-02-10", amount="0.45", dates={"record": "2025-03-31", "payment": "2025-04"})
    action = settle_one(month, COPY)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 11)
    assert action.held == ()
    rough = replace(dated(payment="2025-04-09")[0], flags=frozenset({DateFlag.APPROXIMATE}))
    about = told("b.0", "2025-02-10", amount="0.45")
    about = replace(
        about, announcement=replace(about.announcement, dates=(*dated(record="2025-03-31"), rough))
    )
    exact = settle_one(about, COPY).date_of(DateKind.PAYMENT)
    assert exact is not None
    assert (exact.day, exact.flags) == (date(2025, 4, 11), frozenset())


def test_a_guessed_year_gives_way_to_a_stated_one() -> None:
    guess = EventDate(DateKind.RECORD, date(2024, 3, 31), flags=frozenset({DateFlag.YEAR_INFERRED}))
    guessed = told("g.0", "2025-02-10", amount="0.45", dates={"payment": "2025-04-11"})
    guessed = replace(
        guessed, announcement=replace(guessed.announcement, dates=(guess, *guessed.announcement.dates))
    )
    action = settle_one(guessed, COPY)
    assert find_day(action, DateKind.RECORD) == date(2025, 3, 31)
    assert action.held == ()


def test_a_forecast_date_gives_way_whatever_was_announced_later() -> None:
    forecast = told(
        "f.0",
        "2025-02-12",
        amount="0.40",
        status=Status.FORECAST,
        dates={"record": "2025-03-31", "payment": "2025-05"},
    )
    action = settle_one(GIVEN, forecast)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert (action.status, action.held) == (Status.ANNOUNCED, ())


def test_doubts_hold_until_an_undoubted_announcement_agrees() -> None:
    doubted = told("d.0", "2025-02-10", amount="0.45", dates=RIGHT, doubts=("Two readings of 03/04/2025.",))
    assert in_words(settle_one(doubted).held) == ("Two readings of 03/04/2025.",)
    partly = told("p.0", "2025-02-11", amount="0.45", dates={"record": "2025-03-31"}, origin=NEWS)
    assert in_words(settle_one(doubted, partly).held) == ("Two readings of 03/04/2025.",)
    agreeing = told("a.0", "2025-02-12", amount="0.45", dates=RIGHT, origin=EXCHANGE)
    assert settle_one(doubted, partly, agreeing).held == ()


def test_a_doubted_correction_overrules_nothing() -> None:
    doubted = told(
        "d.0", "2025-02-12", amount="0.45", dates=WRONG, function=NoticeFunction.REPLACE, doubts=("Unclear.",)
    )
    action = settle_one(GIVEN, doubted)
    assert find_day(action, DateKind.PAYMENT) == date(2025, 4, 10)
    assert "Unclear." in in_words(action.held)


@pytest.mark.parametrize("function", [NoticeFunction.WITHDRAW, NoticeFunction.SUSPEND])
def test_a_doubted_end_is_not_carried_out(function: NoticeFunction) -> None:
    end = told("w.0", "2025-02-12", dates=RIGHT, function=function, doubts=("Unclear.",))
    action = settle_one(GIVEN, end)
    assert action.status is Status.ANNOUNCED
    assert f'A notice ("{function.value}") was not carried out, since it is doubtful.' in in_words(
        action.held
    )


def test_meeting_times_that_differ_are_a_conflict() -> None:
    call = told("m.0", "2025-04-01", dates={"meeting": "2025-06-20"})
    early, late = (
        replace(
            call,
            id=f"{name}.0",
            document_id=name,
            announcement=replace(
                call.announcement,
                dates=(replace(dated(meeting="2025-06-20")[0], time=time(hour), zone="Asia/Tokyo"),),
            ),
        )
        for name, hour in (("e", 9), ("l", 10))
    )
    assert len(settle_one(early, late).held) == 1


def test_basis_and_unknown_dates() -> None:
    open_date = told(
        "o.0", "2025-02-12", amount="0.45", dates={"record": "2025-03-31", "payment": None}, origin=NEWS
    )
    action = settle_one(GIVEN, open_date)
    payment = action.date_of(DateKind.PAYMENT)
    assert payment is not None
    assert (payment.day, payment.knowledge, payment.basis) == (
        date(2025, 4, 10),
        Knowledge.KNOWN,
        Basis.STATED,
    )
    assert action.held == ()
    assert action.amount is not None
    assert action.amount.money.amount == Decimal("0.45")


def test_the_ranking_is_data() -> None:
    ranking = rank_with({"feed:https://exchange.example/": Grade.EXCHANGE, "folder:inbox/news/": Grade.COPY})
    assert ranking("feed:https://exchange.example/a?b") == Source(
        "feed:https://exchange.example/", Grade.EXCHANGE
    )
    assert ranking("feed:https://news.example:8080/a") == Source("feed:news.example", Grade.COPY)
    assert ranking("folder:inbox/news/a.txt") == Source("folder:inbox/news/", Grade.COPY)
    assert ranking("folder:inbox/a.txt") == Source("", Grade.GIVEN)
    assert rank("edgar:https://www.sec.gov/x") == Source("edgar:www.sec.gov", Grade.ISSUER)
    assert rank("something else") == Source("", Grade.GIVEN)
    assert rank("feed:https://[broken") == Source("feed:https://[broken", Grade.COPY)
    assert rank("folder:exchange/notices/a.pdf") == Source("folder:exchange/", Grade.EXCHANGE)
    assert rank("folder:news/reuters/a.txt") == Source("folder:news/reuters", Grade.COPY)
    assert rank("folder:news/a.txt") == Source("", Grade.COPY)
    assert rank("cli:issuer//tmp/a.txt") == Source("cli:issuer/", Grade.ISSUER)


@pytest.mark.parametrize("origin", [FILING, EXCHANGE])
def test_a_date_that_only_a_copy_gives_is_marked(origin: str) -> None:
    with_ex = told("e.0", "2025-02-11", amount="0.45", dates=RIGHT | {"ex": "2025-03-27"}, origin=NEWS)
    action = settle_one(replace(ISSUERS, origin=origin), with_ex)
    ex, record = action.date_of(DateKind.EX), action.date_of(DateKind.RECORD)
    assert ex is not None
    assert record is not None
    assert (ex.day, ex.flags) == (date(2025, 3, 27), frozenset({DateFlag.UNOFFICIAL}))
    assert str(ex.note) == (
        "Only feed:news.example, 2025-02-11 gives this date; no official announcement does."
    )
    assert (record.flags, action.held) == (frozenset(), ())


def test_a_copys_date_is_not_marked_where_the_issuer_says_so_too_or_nothing_is_official() -> None:
    dates = RIGHT | {"ex": "2025-03-27"}
    copy = told("e.0", "2025-02-11", amount="0.45", dates=dates, origin=NEWS)
    issuers = told("i.0", "2025-02-12", amount="0.45", dates=dates, origin=FILING)
    for action in (settle_one(copy), settle_one(GIVEN, copy), settle_one(ISSUERS, copy, issuers)):
        ex = action.date_of(DateKind.EX)
        assert ex is not None
        assert ex.flags == frozenset()


def test_a_fact_is_proved_by_who_announced_it_not_by_the_forecast_before() -> None:
    forecast = told("f.0", "2025-01-05", amount="0.45", status=Status.FORECAST, dates=RIGHT, origin=FILING)
    action = settle_one(forecast, ISSUERS)
    record = action.date_of(DateKind.RECORD)
    assert record is not None
    assert record.evidence is not None
    assert (action.status, record.evidence.document) == (Status.ANNOUNCED, ISSUERS.document_id)
