from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calendar_service.bootstrap.reading import read_many
from calendar_service.errors import BudgetError, DataFileError, UnreadableError
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codes import EventType
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark
from calendar_service.reading import Budget, Extractor, InlineReader, IsolatedReader
from calendar_service.text import Limits

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)


class FirstLineExtractor:
    """A small real reader: the first line is the issuer; the second line may be an order to misbehave."""

    def read(self, text: Text) -> Reading:
        lines = text.content.split("\n")
        order = lines[1] if len(lines) > 1 else ""
        if order == "hang":
            while True:
                time.sleep(0.05)
        if order == "exit":
            os._exit(3)
        if order == "crash":
            ctypes.string_at(0)
        if order == "grow":
            kept = []
            while True:
                kept.append(bytearray(400_000_000))
        if order == "fail":
            raise ValueError("a mistake in a rule")
        if order == "secret":
            return Reading(reason=Remark(os.environ.get("CALENDAR_SERVICE_SECRET", "not seen")))
        if order == "process":
            return Reading(reason=Remark(str(os.getpid())))
        return Reading(
            announcements=(Announcement(Issuer(lines[0]), EventType.CASH_DIVIDEND),), announced=text.published
        )


def make_extractor() -> Extractor:
    return FirstLineExtractor()


def make_broken_extractor() -> Extractor:
    raise DataFileError("en.toml: [cues] payable: a phrase is missing")


class FixedClock:
    def now(self) -> datetime:
        return NOW


def document(text: str, name: str = "notice.txt") -> RawDocument:
    return RawDocument(text.encode(), "test:1", name, NOW)


@pytest.fixture(scope="module")
def reader() -> Iterator[IsolatedReader]:
    reader = IsolatedReader(make_extractor, Budget(seconds=3, memory=700_000_000))
    yield reader
    reader.close()


def assert_reads_on(reader: IsolatedReader) -> None:
    _, reading = reader.read(document("Aurora plc"))
    assert reading.announcements[0].issuer.name == "Aurora plc"


def test_the_child_gives_the_same_as_reading_here(reader: IsolatedReader) -> None:
    source = document("---\ntitle: Dividend\ndate: 2027-02-26\n---\nBorealis Inc – 北極星\n\n0,25 €", "a.md")
    assert reader.read(source) == InlineReader(make_extractor).read(source)
    text, reading = reader.read(source)
    assert text.title == "Dividend"
    assert str(reading.announced) == "2027-02-26"
    assert reading.announcements[0].issuer.name == "Borealis Inc – 北極星"


def test_a_child_is_used_again(reader: IsolatedReader) -> None:
    first = reader.read(document("A\nprocess"))[1].reason
    assert str(first).isdecimal()
    assert reader.read(document("B\nprocess"))[1].reason == first
    assert first != Remark(str(os.getpid()))


def test_a_child_is_replaced_after_its_share_of_documents() -> None:
    reader = IsolatedReader(make_extractor, Budget(documents=1))
    try:
        seen = {reader.read(document(f"{number}\nprocess"))[1].reason for number in range(2)}
    finally:
        reader.close()
    assert len(seen) == 2


def test_an_endless_document_is_stopped_and_the_next_is_read(reader: IsolatedReader) -> None:
    with pytest.raises(BudgetError, match=r"longer than 3 seconds"):
        reader.read(document("A\nhang"))
    assert_reads_on(reader)


@pytest.mark.parametrize("order", ["exit", "crash"])
def test_a_document_that_ends_the_child_is_unreadable_and_the_next_is_read(
    reader: IsolatedReader, order: str
) -> None:
    with pytest.raises(UnreadableError, match="crashed the reader"):
        reader.read(document(f"A\n{order}"))
    assert_reads_on(reader)


def test_a_document_that_needs_too_much_memory_is_stopped_and_the_next_is_read(
    reader: IsolatedReader,
) -> None:
    with pytest.raises(BudgetError, match="more than 700 MB of memory"):
        reader.read(document("A\ngrow"))
    assert_reads_on(reader)


def test_a_mistake_in_a_rule_costs_one_document(reader: IsolatedReader) -> None:
    with pytest.raises(UnreadableError, match=r"failed on this document \(ValueError\)"):
        reader.read(document("A\nfail"))
    assert_reads_on(reader)


def test_reasons_come_through(reader: IsolatedReader) -> None:
    with pytest.raises(UnreadableError, match="The file is empty"):
        reader.read(document(""))
    with pytest.raises(UnreadableError, match="a ZIP archive"):
        reader.read(RawDocument(b"PK\x03\x04....", "test:1", "a.docx", NOW))
    small = IsolatedReader(make_extractor, Budget(limits=Limits(bytes_in=10)))
    with pytest.raises(BudgetError, match="at most 10 are read"):
        small.read(document("more than ten bytes"))


def test_the_child_does_not_see_the_services_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALENDAR_SERVICE_SECRET", "hush")
    reader = IsolatedReader(make_extractor)
    try:
        assert reader.read(document("A\nsecret"))[1].reason == Remark("not seen")
    finally:
        reader.close()


def test_wrong_data_files_are_told_by_name() -> None:
    reader = IsolatedReader(make_broken_extractor)
    with pytest.raises(DataFileError, match=r"en\.toml: \[cues\] payable: a phrase is missing"):
        reader.read(document("A"))


def test_a_closed_reader_starts_again() -> None:
    reader = IsolatedReader(make_extractor)
    assert_reads_on(reader)
    reader.close()
    assert_reads_on(reader)
    reader.close()


def test_many_files_come_in_order_with_their_reasons(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}.txt" for number in range(12)]
    for number, path in enumerate(paths):
        path.write_text("" if number == 5 else f"Issuer {number}")
    paths.append(tmp_path / "missing.txt")
    outcomes = list(read_many(paths, make_extractor, Budget(), FixedClock(), processes=2))
    assert [path for path, _ in outcomes] == paths
    assert outcomes[5][1] == "The file is empty."
    assert outcomes[12][1] == "The file cannot be read: No such file or directory."
    names = [
        outcome[1].announcements[0].issuer.name for _, outcome in outcomes if not isinstance(outcome, str)
    ]
    assert names == [f"Issuer {number}" for number in range(12) if number != 5]
