"""Dates of another company in the document of one: taken for that company, or held, never published as the issuer's."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest

from calendar_service.extract import Extractor, load
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateKind
from calendar_service.model.document import Text
from tests.announcing import in_words

HEAD = "Ardmore Quay plc\n\nLondon, 3 March 2026\n\n"
OTHER = "a sentence speaks of another company: Granby Falls plc"


@cache
def extractor() -> Extractor:
    return load()


def read(body: str) -> list[Announcement]:
    return list(extractor().read(Text(HEAD + body, "plain")).announcements)


@pytest.mark.parametrize(
    "sentence",
    [
        "The annual general meeting of Granby Falls plc will be held on 20 May 2026 in Leeds.",
        "We note that the annual general meeting of Granby Falls plc will be held on 20 May 2026.",
        "We note that shareholders of Granby Falls plc receive the interim dividend of 3p, ex-dividend date 7 May 2026.",
        (
            "The board of Ardmore Quay plc notes that Granby Falls plc pays an interim dividend of 3p on 5 June 2026,"
            " ex-dividend 7 May 2026."
        ),
        "Granby Falls plc's annual general meeting will be held on 20 May 2026.",
        "A dividend of 12p per share, declared by Granby Falls plc, is payable on 17 April 2026; record date 27 March 2026.",
        "A dividend of 12p is due: the record date of Granby Falls plc is 27 March 2026, paid on 17 April 2026.",
        (
            "Ardmore Quay plc owns a third of Granby Falls plc. Granby Falls plc has declared a dividend of 12p per share,"
            " payable on 17 April 2026 to holders of record on 27 March 2026."
        ),
    ],
)
def test_what_is_told_beside_another_company_s_name_is_held(sentence: str) -> None:
    (found,) = read(sentence)
    assert found.issuer.name == "Ardmore Quay plc"
    assert OTHER in in_words(found.doubts)


@pytest.mark.parametrize(
    "sentence",
    [
        (
            "Following its merger with Granby Falls plc, the Company will pay a dividend of 12p per share on 17 April 2026"
            " to holders of record on 27 March 2026."
        ),
        (
            "A dividend of 12p per share will be paid by Granby Bank plc, the paying agent, on 17 April 2026 to holders of"
            " record on 27 March 2026."
        ),
        (
            "The dividend of 12p per share is subject to approval by the annual general meeting of ArdmoreQuay plc;"
            " it is paid on 17 April 2026 to holders of record on 27 March 2026."
        ),
        (
            "ARDMORE\nQUAY PLC DECLARES DIVIDEND of 12p per share, payable on 17 April 2026 to holders of record on"
            " 27 March 2026."
        ),
        "The annual general meeting of the Company will be held at the offices of Granby & Tern LLP on 20 May 2026.",
    ],
)
def test_companies_that_only_have_a_part_in_it_are_no_doubt(sentence: str) -> None:
    assert [one.doubts for one in read(sentence)] == [()]


COLUMNS = "\t{}\t{}\nDividend per share\t10p\t12p\nRecord date\t20 March 2026\t27 March 2026\nPayment date\t10 April 2026\t17 April 2026\n"


@pytest.mark.parametrize("other", ["Granby Falls plc", "Granby Falls"])
def test_of_columns_headed_by_companies_the_issuer_s_is_taken(other: str) -> None:
    (found,) = read(COLUMNS.format(other, "Ardmore Quay plc"))
    assert found.date_of(DateKind.RECORD).day == date(2026, 3, 27)  # type: ignore[union-attr]
    assert found.date_of(DateKind.PAYMENT).day == date(2026, 4, 17)  # type: ignore[union-attr]
    assert (str(found.amount.money), found.doubts) == ("GBP 0.12", ())  # type: ignore[union-attr]


def test_columns_headed_by_other_companies_alone_are_held() -> None:
    found = read(COLUMNS.format("Granby Falls plc", "Tern Bay plc"))
    assert [in_words(one.doubts) for one in found] == [(OTHER,)]


def test_a_row_headed_by_another_company_alone_is_held() -> None:
    rows = "Company\tRecord date\tPayment date\tDividend per share\nGranby Falls plc\t20 March 2026\t10 April 2026\t12p\n"
    assert [in_words(one.doubts) for one in read(rows)] == [(OTHER,)]


def test_a_row_beside_the_issuer_s_is_another_company_s_also_without_a_legal_form() -> None:
    rows = (
        "Company\tRecord date\tPayment date\tDividend per share\nGranby Falls\t20 March 2026\t10 April 2026\t12p\n"
        "Ardmore Quay\t27 March 2026\t17 April 2026\t15p\n"
    )
    found = {str(one.amount.money): in_words(one.doubts) for one in read(rows) if one.amount}
    assert found == {"GBP 0.12": (OTHER.removesuffix(" plc"),), "GBP 0.15": ()}
