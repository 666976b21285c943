"""Label tables: which columns are this document's news, and which rows are labels."""

from __future__ import annotations

from datetime import date

from tests.extracting import days, only, told

MAY = date(2026, 5, 4)


def test_a_second_column_of_later_dates_is_a_further_payment() -> None:
    text = (
        "The dividend of EUR 0.40 per share is paid in two instalments of EUR 0.20 per share.\n\n"
        "Record date\t15 May 2026\t16 October 2026\n"
        "Payment date\t22 May 2026\t23 October 2026\n"
        "Dividend per share\tEUR 0.20\tEUR 0.20\n"
    )
    assert told(text, MAY) == [
        ("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"}),
        ("EUR 0.20", {"record": "2026-10-16", "payment": "2026-10-23"}),
    ]


def test_a_second_column_of_older_dates_is_not_taken() -> None:
    text = (
        "Dividend\n\n"
        "Record date\t15 May 2026\t16 May 2025\n"
        "Payment date\t22 May 2026\t23 May 2025\n"
        "Dividend per share\tEUR 0.20\tEUR 0.18\n"
    )
    assert told(text, MAY) == [("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})]


def test_a_second_column_a_few_days_later_is_no_further_payment() -> None:
    text = "Dividend\n\nRecord date\t15 May 2026\t18 May 2026\nPayment date\t22 May 2026\t25 May 2026\nDividend per share\tEUR 0.20\n"
    assert told(text, MAY) == [("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})]


def test_one_later_date_alone_makes_no_further_payment() -> None:
    text = "Dividend\n\nRecord date\t15 May 2026\t16 October 2026\nPayment date\t22 May 2026\t\nDividend per share\tEUR 0.20\n"
    assert told(text, MAY) == [("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})]


def test_columns_that_mix_later_and_older_dates_are_not_taken() -> None:
    text = "Dividend\n\nRecord date\t15 May 2026\t16 October 2026\nPayment date\t22 May 2026\t23 May 2025\nDividend per share\tEUR 0.20\n"
    assert told(text, MAY) == [("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})]


def test_a_form_is_no_column_table() -> None:
    """The first row of a form looks like a head where its value is a label as well."""
    text = (
        "Ex-date\tRecord date less one day\n"
        "Record date\t15 May 2026\n"
        "Payment date\t22 May 2026\n"
        "Dividend per share\tEUR 0.20\n"
    )
    assert told(f"Dividend\n\n{text}", MAY) == [
        ("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})
    ]


def test_long_labels_are_labels() -> None:
    label = "Payment date of the final dividend to those shareholders who have chosen to be paid in cash only"
    assert 80 < len(label) < 110
    one = only(f"Dividend of EUR 0.20 per share\n\nRecord date\t15 May 2026\n{label}\t22 May 2026\n", MAY)
    assert days(one) == {"record": "2026-05-15", "payment": "2026-05-22"}


def test_sentences_in_a_cell_are_no_label() -> None:
    long = "Shareholders are reminded that the record date of the meeting is not that of the dividend, and was told long before"
    assert len(long) > 110
    text = f"Dividend of EUR 0.20 per share\n\nRecord date\t15 May 2026\nPayment date\t22 May 2026\n{long}\t11 May 2026\n"
    assert told(text, MAY) == [("EUR 0.20", {"record": "2026-05-15", "payment": "2026-05-22"})]
