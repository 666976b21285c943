"""The rules of markets, told in words."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from calendar_service.markets.data import find_config, read_markets
from calendar_service.model.codes import Basis, DateKind
from calendar_service.model.values import EventDate, Reckoning
from calendar_service.publish.rules import say_rule, say_rule_source
from calendar_service.publish.words import LANGUAGES, words_for


def derived(kind: DateKind, reckoning: Reckoning | None, rule: str = "us-t1") -> EventDate:
    return EventDate(
        kind, date(2026, 3, 2), Basis.DERIVED, rule=rule, rule_source="Rule 1", reckoning=reckoning
    )


@pytest.mark.parametrize(
    ("kind", "reckoning", "english", "german", "japanese"),
    [
        (
            DateKind.EX, Reckoning(DateKind.RECORD, 0, 1, "sourced"),
            "the ex-date is the record date itself; trades settle on the next business day",
            "der Ex-Tag ist der Stichtag selbst; Käufe werden am nächsten Geschäftstag abgewickelt",
            "権利落ち日は基準日と同日（売買の受渡しは翌営業日）",
        ),
        (
            DateKind.EX, Reckoning(DateKind.RECORD, -2, 3, "seen"),
            "the ex-date lies 2 business days before the record date; trades settle 3 business days later",
            "der Ex-Tag liegt 2 Geschäftstage vor dem Stichtag; Käufe werden 3 Geschäftstage später abgewickelt",
            "権利落ち日は基準日の2営業日前（売買の受渡しは3営業日後）",
        ),
        (
            DateKind.LAST_CUM, Reckoning(DateKind.EX, -1),
            "the last day to buy is the trading day before the ex-date",
            "der letzte Kauftag ist der Handelstag vor dem Ex-Tag",
            "権利付最終日は権利落ち日の前取引日",
        ),
        (
            DateKind.PAYMENT, Reckoning(DateKind.MEETING, 3, sure="sourced"),
            "the dividend is paid 3 business days after the general meeting",
            "die Dividende wird 3 Geschäftstage nach der Hauptversammlung gezahlt",
            "配当の支払いは株主総会の3営業日後",
        ),
        (DateKind.EX, None, "us-t1", "us-t1", "us-t1"),
        (DateKind.EX, Reckoning(DateKind.RECORD, 7), "us-t1", "us-t1", "us-t1"),
    ],
)  # fmt: skip
def test_a_rule_in_words(
    kind: DateKind, reckoning: Reckoning | None, english: str, german: str, japanese: str
) -> None:
    item = derived(kind, reckoning)
    assert [say_rule(item, words_for(language)) for language in ("en", "de", "ja")] == [
        english,
        german,
        japanese,
    ]


@pytest.mark.parametrize(
    ("sure", "said"),
    [("sourced", "Rule 1"), ("seen", "Rule 1 (seen in published dates)"), ("", "Rule 1")],
)
def test_how_sure_a_rule_is(sure: str, said: str) -> None:
    item = derived(DateKind.EX, Reckoning(DateKind.RECORD, 0, 1, sure))
    assert say_rule_source(item, words_for("en")) == said


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_that_ships_has_words(language: str) -> None:
    words, told = words_for(language), 0
    for market in read_markets(find_config("markets.toml")):
        for rule in market.rules:
            if rule.ex is None:
                continue
            last = (rule.records_until or market.verified_until) - timedelta(30)
            settles = next((item.days for item in reversed(market.cycles) if item.trades_from <= last), None)
            item = derived(DateKind.EX, Reckoning(DateKind.RECORD, rule.ex, settles, rule.sure), rule.name)
            assert rule.name not in say_rule(item, words)
            told += 1
        if market.payment:
            for kind, days in (
                (DateKind.EX, market.payment.ex_days),
                (DateKind.PAYMENT, market.payment.days),
            ):
                item = derived(kind, Reckoning(DateKind.MEETING, days), market.payment.name)
                assert market.payment.name not in say_rule(item, words)
    assert told > 50
