"""Whose action it is, where a document tells of several companies."""

from __future__ import annotations

from datetime import date
from functools import cache

from calendar_service.extract import Extractor, load
from calendar_service.extract.parties.owners import DOUBT
from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import DateKind
from calendar_service.model.document import Text
from calendar_service.model.remarks import remark

HARROW = "Harrow Tool Corp. (NYSE: HTC) declared a quarterly dividend of $0.45 per share payable June 20, 2025 to shareholders of record June 2, 2025."
GRANBY = "Granby Inc. (NASDAQ: GRBY) declared a quarterly dividend of $0.30 per share payable June 25, 2025 to shareholders of record June 5, 2025."


@cache
def extractor() -> Extractor:
    return load()


def read(*sentences: str) -> list[Announcement]:
    content = "NEW YORK, May 8, 2025 (Newswire) -- " + " ".join(sentences)
    return list(extractor().read(Text(content, "plain")).announcements)


def test_each_sentence_names_its_own_company() -> None:
    found = read(HARROW, GRANBY)
    assert [(one.issuer.name, one.issuer.ids[0].value, one.doubts) for one in found] == [
        ("Harrow Tool Corp.", "HTC", ()),
        ("Granby Inc.", "GRBY", ()),
    ]


def test_a_sentence_without_a_company_is_doubted_in_a_digest() -> None:
    third = "A special dividend of $1.00 per share is payable July 3, 2025 to holders of record June 9, 2025."
    found = {one.amount.money.amount: one for one in read(HARROW, GRANBY, third) if one.amount}
    assert [DOUBT in one.doubts for _, one in sorted(found.items())] == [False, False, True]


def test_one_company_with_two_symbols_is_one() -> None:
    preferred = GRANBY.replace("Granby Inc. (NASDAQ: GRBY)", "Harrow Tool Corp. (NYSE: HTC.PRA)")
    found = read(HARROW, preferred)
    assert [(one.issuer.name, one.doubts) for one in found] == [("Harrow Tool Corp.", ())] * 2


def test_a_sentence_that_names_two_companies_is_doubted() -> None:
    both = GRANBY.replace(
        "Granby Inc. (NASDAQ: GRBY)", "Granby Inc. (NASDAQ: GRBY) and Tern Bay Inc. (NYSE: TBY)"
    )
    found = read(HARROW, both)
    assert [DOUBT in one.doubts for one in found] == [False, True]


LIST = """Exchange notice: dividends of the week

Company\tEx-date\tRecord date\tPayment date\tAmount per share
Harrow Tool Corp\t2026-12-03\t2026-12-04\t2026-12-18\tUSD 0.25
Granby Falls Paper Co\t2026-12-04\t2026-12-07\t2026-12-21\tUSD 0.40
"""


def test_rows_named_by_companies_are_each_company_s_own() -> None:
    found = extractor().read(Text(LIST, "plain")).announcements
    assert [(one.issuer.name, one.issuer.ids, one.security) for one in found] == [
        ("Harrow Tool Corp", (), None),
        ("Granby Falls Paper Co", (), None),
    ]


DIGEST = """- Harrow Tool Limited: Record date 13 November 2026 for interim dividend of Rs. 4.00 per share
- Granby Falls Limited: Record date 7 November 2026 for Rs. 2.00 per share interim dividend
"""


def test_lines_of_a_digest_are_each_company_s_own() -> None:
    found = extractor().read(Text("Dividends of the week\n\n" + DIGEST, "plain")).announcements
    assert [(one.issuer.name, str(one.amount and one.amount.money), one.doubts) for one in found] == [
        ("Harrow Tool Limited", "INR 4.00", ()),
        ("Granby Falls Limited", "INR 2.00", ()),
    ]


def test_what_a_company_s_own_document_tells_of_others_is_doubted() -> None:
    opening = "Tern Bay plc announces its interim results for the half year.\n\n"
    found = extractor().read(Text(opening + DIGEST, "plain")).announcements
    doubt = remark("told in a document of another company: {name}", name="Tern Bay plc")
    assert [(one.issuer.name, doubt in one.doubts) for one in found] == [
        ("Harrow Tool Limited", True),
        ("Granby Falls Limited", True),
    ]


def test_meetings_in_rows_are_each_company_s_own() -> None:
    rows = "Company\tAnnual general meeting\nGranby Falls plc\t20 May 2026\nArdmore Quay plc\t27 May 2026\n"
    announcements = extractor().read(Text(rows, "plain")).announcements
    found = [(one.issuer.name, one.date_of(DateKind.MEETING), one.doubts) for one in announcements]
    assert [(name, item.day, doubts) for name, item, doubts in found if item] == [
        ("Granby Falls plc", date(2026, 5, 20), ()),
        ("Ardmore Quay plc", date(2026, 5, 27), ()),
    ]


def test_a_label_is_nobody_s_name() -> None:
    found = extractor().read(Text(LIST, "plain"))
    assert found.issuer is None or found.issuer.name != "Ex-date"
