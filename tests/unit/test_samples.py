"""The sample announcements: dated around today, on weekdays, with no placeholder left."""

from __future__ import annotations

import re
from datetime import date

import pytest

from calendar_service.samples import sample_documents, shift_weekdays

MONDAY = date(2026, 11, 23)


def test_weekdays_are_counted_over_weekends() -> None:
    assert shift_weekdays(MONDAY, 5) == date(2026, 11, 30)
    assert shift_weekdays(MONDAY, -1) == date(2026, 11, 20)
    assert shift_weekdays(date(2026, 11, 21), 1) == date(2026, 11, 23)
    assert shift_weekdays(MONDAY, 0) == MONDAY


def test_dates_are_written_in_the_style_of_the_language() -> None:
    samples = {name: content.decode() for name, content in sample_documents(MONDAY)}
    assert "of record at the close of business on November 24, 2026" in samples["01_quarterly_dividend.txt"]
    assert "<td>Friday 4 December 2026</td>" in samples["02_interim_dividend.html"]
    assert "2026年12月11日開催予定の定時株主総会" in samples["03_kessan_haito.txt"]
    assert "Hauptversammlung am 17. Dezember 2026" in samples["04_dividendenvorschlag.txt"]
    assert "Data de pagamento: 4 de dezembro de 2026" in samples["09_aviso_aos_acionistas.txt"]


def test_french_writes_the_first_of_a_month_as_an_ordinal() -> None:
    samples = dict(sample_documents(date(2026, 11, 17)))
    assert "fixée au 1er décembre 2026" in samples["11_acompte_sur_dividende.txt"].decode()


@pytest.mark.parametrize(
    "today", [date(2024, 2, 29), date(2026, 1, 1), date(2026, 11, 21), date(2027, 12, 31)]
)
def test_no_placeholder_is_left(today: date) -> None:
    samples = sample_documents(today)
    assert len(samples) == 11
    assert [name for name, content in samples if re.search(rb"\{\{|\}\}", content)] == []
    assert [name for name, _ in samples] == sorted(name for name, _ in samples)
