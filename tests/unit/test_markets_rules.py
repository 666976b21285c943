"""Ex-dates from public rule texts and published examples."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from calendar_service.markets import Markets, load


@pytest.fixture(scope="module")
def markets() -> Markets:
    return load()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("mic", "record", "last_cum", "ex", "effective"),
    [
        # Japan: the record date on a Saturday takes effect the day before; T+3, then T+2
        ("XTKS", "2018-03-31", "2018-03-27", "2018-03-28", "2018-03-30"),
        ("XTKS", "2019-03-31", "2019-03-26", "2019-03-27", "2019-03-29"),
        ("XTKS", "2023-12-31", "2023-12-27", "2023-12-28", "2023-12-29"),
        ("XTKS", "2024-12-31", "2024-12-26", "2024-12-27", "2024-12-30"),
        ("XTKS", "2025-12-31", "2025-12-26", "2025-12-29", "2025-12-30"),
        # United States: the tables of the moves to T+2 and T+1
        ("XNYS", "2017-09-05", "2017-08-30", "2017-08-31", "2017-09-05"),
        ("XNYS", "2017-09-06", "2017-08-31", "2017-09-01", "2017-09-06"),
        ("XNYS", "2017-09-07", "2017-09-05", "2017-09-06", "2017-09-07"),
        ("XNAS", "2024-05-28", "2024-05-23", "2024-05-24", "2024-05-28"),
        ("XNAS", "2024-05-29", "2024-05-28", "2024-05-29", "2024-05-29"),
        # Columbus Day and Veterans Day: trading, but no settlement
        ("XNYS", "2025-11-11", "2025-11-07", "2025-11-10", "2025-11-10"),
        ("XNYS", "2025-11-12", "2025-11-11", "2025-11-12", "2025-11-12"),
        ("XNYS", "2013-11-12", "2013-11-06", "2013-11-07", "2013-11-12"),
        ("XNYS", "2015-11-12", "2015-11-06", "2015-11-09", "2015-11-12"),
        # record dates on closed days
        ("XNYS", "2024-01-15", "2024-01-10", "2024-01-11", "2024-01-12"),
        ("XNYS", "2022-04-15", "2022-04-12", "2022-04-13", "2022-04-14"),
        ("XNYS", "2017-04-14", "2017-04-10", "2017-04-11", "2017-04-13"),
        # Juneteenth was enacted one day before its first, and settlement went on
        ("XNYS", "2021-06-18", "2021-06-16", "2021-06-17", "2021-06-18"),
        # T+5
        ("XNYS", "1994-06-10", "1994-06-03", "1994-06-06", "1994-06-10"),
        # Canada: TSX tables
        ("XTSE", "2017-09-01", "2017-08-29", "2017-08-30", "2017-09-01"),
        ("XTSE", "2017-09-07", "2017-09-05", "2017-09-06", "2017-09-07"),
        ("XTSE", "2024-05-24", "2024-05-22", "2024-05-23", "2024-05-24"),
        ("XTSE", "2024-05-27", "2024-05-23", "2024-05-24", "2024-05-27"),
        ("XTSE", "2024-05-28", "2024-05-27", "2024-05-28", "2024-05-28"),
        # London: ex Thursday, record Friday; Wednesday before October 2014
        ("XLON", "2024-08-16", "2024-08-14", "2024-08-15", "2024-08-16"),
        ("XLON", "2013-08-16", "2013-08-13", "2013-08-14", "2013-08-16"),
        # Continental 2025, Sodexo 2019, Bureau Veritas 2026, Fluxys 2023
        ("XETR", "2025-04-29", "2025-04-25", "2025-04-28", "2025-04-29"),
        ("XPAR", "2019-01-31", "2019-01-29", "2019-01-30", "2019-01-31"),
        ("XPAR", "2026-05-27", "2026-05-25", "2026-05-26", "2026-05-27"),
        ("XBRU", "2023-05-16", "2023-05-12", "2023-05-15", "2023-05-16"),
        # Italy and Spain
        ("XMIL", "2024-07-23", "2024-07-19", "2024-07-22", "2024-07-23"),
        ("XMAD", "2023-10-10", "2023-10-06", "2023-10-09", "2023-10-10"),
        ("XMAD", "2017-01-11", "2017-01-09", "2017-01-10", "2017-01-11"),
        # Switzerland, Sweden over Easter, Austria
        ("XSWX", "2025-04-14", "2025-04-10", "2025-04-11", "2025-04-14"),
        ("XSTO", "2024-04-02", "2024-03-27", "2024-03-28", "2024-04-02"),
        ("XWBO", "2026-06-19", "2026-06-17", "2026-06-18", "2026-06-19"),
        # Australia and New Zealand
        ("XASX", "2016-03-04", "2016-03-01", "2016-03-02", "2016-03-04"),
        ("XASX", "2016-03-09", "2016-03-07", "2016-03-08", "2016-03-09"),
        ("XNZE", "2025-09-19", "2025-09-17", "2025-09-18", "2025-09-19"),
        # Singapore: SHS 2018 under T+3, Singapore Exchange 2025 under T+2
        ("XSES", "2018-05-10", "2018-05-07", "2018-05-08", "2018-05-10"),
        ("XSES", "2017-05-11", "2017-05-05", "2017-05-08", "2017-05-11"),
        ("XSES", "2025-05-09", "2025-05-07", "2025-05-08", "2025-05-09"),
        # India: settlement-only holidays, then T+1
        ("XNSE", "2021-05-27", "2021-05-24", "2021-05-25", "2021-05-27"),
        ("XNSE", "2021-10-19", "2021-10-13", "2021-10-14", "2021-10-18"),
        ("XNSE", "2020-03-26", "2020-03-23", "2020-03-24", "2020-03-26"),
        ("XNSE", "2020-03-25", "2020-03-20", "2020-03-23", "2020-03-24"),
        ("XNSE", "2025-08-27", "2025-08-25", "2025-08-26", "2025-08-26"),
        ("XBOM", "2024-08-19", "2024-08-16", "2024-08-19", "2024-08-19"),
        # Korea: the last trading day of 2022 was 29 December
        ("XKRX", "2022-12-31", "2022-12-27", "2022-12-28", "2022-12-29"),
        # China: ex after the record date, which is the last day to buy
        ("XSHG", "2015-06-19", "2015-06-19", "2015-06-23", "2015-06-19"),
        ("XSHG", "2016-06-22", "2016-06-22", "2016-06-23", "2016-06-22"),
        ("XSHE", "2017-05-24", "2017-05-24", "2017-05-25", "2017-05-24"),
        # Brazil: the stated date is the last day with the right; 8 June 2023 was Corpus Christi
        ("BVMF", "2023-06-07", "2023-06-07", "2023-06-09", "2023-06-07"),
        ("BVMF", "2024-02-01", "2024-02-01", "2024-02-02", "2024-02-01"),
        # Under T+3: Switzerland over Easter, Denmark, Norway, Indonesia over holidays; Taiwan with a Sunday
        ("XSWX", "2014-04-23", "2014-04-16", "2014-04-17", "2014-04-23"),
        ("XSWX", "2013-05-08", "2013-05-03", "2013-05-06", "2013-05-08"),
        ("XCSE", "2010-08-13", "2010-08-10", "2010-08-11", "2010-08-13"),
        ("XOSL", "2014-08-18", "2014-08-13", "2014-08-14", "2014-08-18"),
        ("XOSL", "2017-03-30", "2017-03-28", "2017-03-29", "2017-03-30"),
        ("XICE", "2017-03-06", "2017-03-02", "2017-03-03", "2017-03-06"),
        ("XIDX", "2017-11-01", "2017-10-27", "2017-10-30", "2017-11-01"),
        ("XIDX", "2017-05-30", "2017-05-24", "2017-05-26", "2017-05-30"),
        ("XIDX", "2017-06-05", "2017-05-30", "2017-05-31", "2017-06-05"),
        ("XIDX", "2018-04-23", "2018-04-18", "2018-04-19", "2018-04-23"),
        ("XIDX", "2020-05-08", "2020-05-05", "2020-05-06", "2020-05-08"),
        ("XTAI", "2020-03-22", "2020-03-13", "2020-03-16", "2020-03-17"),
        ("XTAI", "2026-07-07", "2026-06-30", "2026-07-01", "2026-07-02"),
        # Indonesia, Taiwan (register closed for five days that end on the record date)
        ("XIDX", "2024-06-11", "2024-06-07", "2024-06-10", "2024-06-11"),
        ("XTAI", "2024-09-18", "2024-09-11", "2024-09-12", "2024-09-13"),
        ("XTAI", "2025-03-24", "2025-03-17", "2025-03-18", "2025-03-19"),
        # Hong Kong where the books do not close
        ("XHKG", "2024-09-05", "2024-09-03", "2024-09-04", "2024-09-05"),
    ],
)
def test_record_date_gives_ex_and_last_cum(
    markets: Markets, mic: str, record: str, last_cum: str, ex: str, effective: str
) -> None:
    found = markets.derive_one(mic, day(record))
    assert found.declined == ""
    assert (found.last_cum, found.ex, found.record_effective) == (day(last_cum), day(ex), day(effective))
    assert found.rule != ""
    assert found.source != ""


@pytest.mark.parametrize(
    ("mic", "bookclose_from", "ex"),
    [
        ("XHKG", "2024-12-16", "2024-12-12"),
        ("XHKG", "2019-05-14", "2019-05-09"),  # over the day after the Buddha's birthday
        ("XNSE", "2021-07-10", "2021-07-08"),
        ("XNSE", "2020-06-19", "2020-06-17"),
        ("XTAI", "2024-09-14", "2024-09-12"),
        ("XSES", "2025-05-09", "2025-05-08"),  # the books closure date is the record date
    ],
)
def test_book_closure_gives_ex(markets: Markets, mic: str, bookclose_from: str, ex: str) -> None:
    assert markets.derive_one(mic, None, bookclose_from=day(bookclose_from)).ex == day(ex)


def test_book_closure_before_the_record_date_counts(markets: Markets) -> None:
    found = markets.derive_one("XHKG", day("2025-06-02"), bookclose_from=day("2025-05-27"))
    assert (found.ex, found.last_cum, found.caution) == (day("2025-05-23"), day("2025-05-22"), None)


@pytest.mark.parametrize(
    ("mic", "record", "ex", "says"),
    [
        ("XNYS", "2018-12-05", "2018-12-04", "2018-12-05 (national day of mourning)"),  # DXC
        ("XNYS", "2021-06-18", "2021-06-17", ""),
        ("XNYS", "2012-11-02", "2012-10-31", ""),
        ("XKRX", "2024-10-31", "2024-10-30", ""),
    ],
)
def test_a_closure_announced_late_moves_no_ex_date(
    markets: Markets, mic: str, record: str, ex: str, says: str
) -> None:
    found = markets.derive_one(mic, day(record))
    assert found.ex == day(ex)
    assert says in str(found.caution)


@pytest.mark.parametrize(
    ("mic", "record", "ex", "provisional"),
    [
        ("XLON", "2027-10-11", "2027-10-08", False),
        ("XLON", "2027-10-12", "2027-10-12", True),
        ("XETR", "2027-10-12", "2027-10-12", True),
        ("XSWX", "2027-10-12", "2027-10-12", True),
        ("XSTO", "2027-10-12", "2027-10-12", True),
        ("XMIL", "2027-10-11", "2027-10-08", False),
        ("XNYS", "2030-03-15", "2030-03-15", True),
        ("XNYS", "2028-03-15", "2028-03-15", False),
        ("XTKS", "2029-03-30", "2029-03-29", True),
    ],
)
def test_planned_rules_and_expected_holidays_are_provisional(
    markets: Markets, mic: str, record: str, ex: str, provisional: bool
) -> None:
    found = markets.derive_one(mic, day(record))
    assert (found.ex, found.provisional) == (day(ex), provisional)


@pytest.mark.parametrize(
    ("mic", "record", "reason"),
    [
        ("XNSE", "2027-02-01", "not published beyond 2026-12-31"),
        ("XSHG", "2027-02-01", "not published beyond 2026-12-31"),
        ("XSHG", "2026-12-31", "not published beyond 2026-12-31"),  # its ex-date is in 2027
        ("XNYS", "2040-02-01", "not published beyond"),
        ("XNYS", "9999-12-31", "not published beyond"),
        ("XNYS", "1970-01-01", "are known from 1980-01-01 on"),
        ("XNYS", "0001-01-01", "are known from 1980-01-01 on"),
        ("XNYS", "1995-06-09", "T+5 to T+3"),
        ("XASX", "2018-09-30", "not a business day in Australia"),
        ("XASX", "2012-03-05", "disagrees with published dates"),
        ("XPAR", "2007-06-05", "had no record date"),
        ("XMAD", "2016-09-14", "no harmonised record date"),
        ("XNYS", "2025-01-09", "closed at short notice"),
        ("XNSE", "2025-09-08", "not sure whether trades settled"),
        ("XTSE", "2021-11-11", "not sure whether trades settled"),
        ("XHKG", "2023-09-04", "closed at short notice"),
        ("XXXX", "2024-01-05", "'XXXX' is not known"),
    ],
)
def test_what_is_not_certain_is_declined(markets: Markets, mic: str, record: str, reason: str) -> None:
    found = markets.derive_one(mic, day(record))
    assert reason in found.declined
    assert (found.ex, found.last_cum, found.rule) == (None, None, "")


@pytest.mark.parametrize(
    ("mic", "event", "share", "derived"),
    [
        ("XNYS", "cash dividend", None, True),
        ("XNYS", "special", None, False),
        ("XNYS", "special", "0.05", True),
        ("XNYS", "special", "0.25", False),
        ("XNYS", None, "0.3", False),
        ("XNYS", None, "0.01", True),
        ("XNYS", "spin-off", None, False),
        ("XNYS", "stock split", None, False),
        ("XNYS", "stock dividend", None, False),
        ("XNYS", "rights", None, False),
        ("XNYS", "ADR", None, False),
        ("XNYS", "large distribution", None, False),
        ("XNYS", "something else", None, False),
        ("XTSE", "special dividend", None, False),
        ("XLON", "special dividend", None, False),
        ("XLON", "scrip", None, False),
        ("XTKS", "stock_split", None, True),
        ("XNSE", "bonus 1:1", None, True),
        ("XNSE", "demerger", None, False),
        ("XHKG", "special dividend", None, True),
        ("XSWX", "repayment of par value", None, False),
    ],
)
def test_kinds_without_a_certain_rule_are_declined(
    markets: Markets, mic: str, event: str | None, share: str | None, derived: bool
) -> None:
    found = markets.derive_one(
        mic, day("2024-08-16"), event=event, amount_share=Decimal(share) if share else None
    )
    assert (found.ex is not None) is derived
    assert (found.declined == "") is derived


@pytest.mark.parametrize(
    ("mic", "security", "derived"),
    [
        ("XNYS", "US0378331005", True),
        ("XNYS", "CA0641491075", False),
        ("XNYS", "BNS", False),
        ("XNYS", "KB", False),
        ("OTCM", "TMICY", False),
        ("OTCM", "CTXAF", False),
        ("XNAS", "GOOGL", True),
        ("XNYS", "IBM", True),
        ("XTSE", "CA0641491075", True),
        ("XETR", "NL0000235190", False),
        ("XAMS", "NL0000235190", True),
        ("XSHG", "600000", True),
        ("XSHG", "900901", False),
        ("BVMF", "PETR4", True),
        ("BVMF", "AAPL34", False),
    ],
)
def test_foreign_lines_are_declined(markets: Markets, mic: str, security: str, derived: bool) -> None:
    found = markets.derive_one(mic, day("2024-08-16"), security=security)
    assert (found.ex is not None) is derived


def test_explanation_is_for_people(markets: Markets) -> None:
    text = markets.derive_one("XNYS", day("2025-11-11")).explain()
    assert "first day without (ex): 2025-11-10" in text
    assert "us-t1 (sourced)" in text
    declined = markets.derive_one("XNYS", day("2025-11-11"), event="spin-off").explain()
    assert declined.startswith("XNYS, record date 2025-11-11: no date derived, since a spin-off")


def test_neither_record_nor_book_closure_is_declined(markets: Markets) -> None:
    assert "neither a record date nor a book-close date" in markets.derive_one("XNYS", None).declined


def test_days_of_a_market(markets: Markets) -> None:
    assert markets.is_trading_day("XNYS", day("2025-11-11"))
    assert not markets.is_settlement_day("XNYS", day("2025-11-11"))
    assert not markets.is_trading_day("XTKS", day("2025-12-31"))
    assert markets.is_settlement_day("XNYS", day("2021-06-18"))
    assert not markets.is_settlement_day("XNYS", day("1990-11-12"))
    assert not markets.is_settlement_day("XNYS", day("1989-01-16"))  # the exchanges traded on it until 1997
    assert not markets.is_settlement_day("XNYS", day("1988-11-11"))
    assert not markets.is_settlement_day("XNYS", day("1995-10-09"))
    assert markets.is_settlement_day("XHKG", day("2024-12-24"))


def test_trading_days_before_counts_the_markets_days(markets: Markets) -> None:
    assert markets.trading_days_before("XTKS", day("2019-05-07"), 1) == day("2019-04-26")
    assert markets.trading_days_before("XTKS", day("2019-05-07"), 0) == day("2019-05-07")
    assert markets.trading_days_before("XNYS", day("2024-12-26"), 3) == day("2024-12-20")


def test_unknown_markets_trade_from_monday_to_friday(markets: Markets) -> None:
    assert markets.trading_days_before(None, day("2024-12-30"), 3) == day("2024-12-25")
    assert markets.trading_days_before("XXXX", day("2024-12-30"), 1) == day("2024-12-27")
    assert not markets.is_trading_day(None, day("2024-12-28"))
    assert markets.is_settlement_day("XXXX", day("2024-12-25"))
    assert markets.is_trading_day("XNYS", date(2500, 1, 1))
