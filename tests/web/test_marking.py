from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.web.marking import MAX_SHOWN, Segment, Span, find_context, shorten, spans_of, split_text


def test_words_are_cut_out_of_the_text() -> None:
    segments = split_text("Record date: 7 May.", [Span(13, 18, "dates.record", anchor="m1")])
    assert [(item.text, item.fields, item.anchors) for item in segments] == [
        ("Record date: ", (), ()),
        ("7 May", ("dates.record",), ("m1",)),
        (".", (), ()),
    ]


def test_overlapping_spans_share_their_middle() -> None:
    segments = split_text("abcdef", [Span(0, 4, "A", anchor="a"), Span(2, 6, "B", anchor="b")])
    assert [(item.text, item.fields, item.anchors) for item in segments] == [
        ("ab", ("A",), ("a",)),
        ("cd", ("A", "B"), ("b",)),
        ("ef", ("B",), ()),
    ]


def test_spans_that_lie_outside_are_left_out() -> None:
    segments = split_text(
        "abc", [Span(2, 9, "beyond"), Span(-1, 2, "before"), Span(1, 1, "empty"), Span(2, 1, "back")]
    )
    assert segments == [Segment("abc")]


def test_an_empty_text_has_no_segments() -> None:
    assert split_text("", [Span(0, 0, "nothing")]) == []


def test_unseen_characters_are_shown_and_offsets_stay() -> None:
    segments = split_text("a\u202eb\x00c\ud800d", [Span(6, 7, "d")])
    assert [item.text for item in segments] == ["a\ufffdb\ufffdc\ufffd", "d"]


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70)), max_size=8),
)
def test_the_segments_are_the_text_and_each_span_covers_its_words(
    text: str, borders: list[tuple[int, int]]
) -> None:
    spans = [Span(start, end, f"s{number}") for number, (start, end) in enumerate(borders)]
    segments = split_text(text, spans)
    assert len("".join(item.text for item in segments)) == len(text)
    for span in spans:
        covered = sum(len(item.text) for item in segments if span in item.spans)
        assert covered == (span.end - span.start if 0 <= span.start < span.end <= len(text) else 0)


def test_long_unmarked_stretches_are_left_out() -> None:
    marked = Segment("7 May", (Span(0, 5, "Record date"),))
    shown = shorten([Segment("x" * MAX_SHOWN), marked, Segment("short")])
    assert [item.text for item in shown[1:]] == ["7 May", "short"]
    assert len(shown[0].text) < 7_000
    assert "394,000 characters left out" in shown[0].text


@pytest.mark.parametrize(
    ("content", "start", "end", "context"),
    [
        ("One.\nPaid on 7 May in cash.\nTwo.", 13, 18, ("Paid on ", " in cash.")),
        ("7 May", 0, 5, ("", "")),
        ("7 May", 1, 9, None),
        ("7 May", 3, 3, None),
        ("7 May", -5, 0, None),
        ("word " * 100 + "7 May" + " word" * 100, 500, 505, ("… " + "word " * 27, " word" * 27 + " …")),
        ("配当" * 100 + "7 May" + "配当" * 100, 200, 205, ("… " + "配当" * 70, "配当" * 70 + " …")),
    ],
)
def test_a_proof_is_shown_with_its_line(
    content: str, start: int, end: int, context: tuple[str, str] | None
) -> None:
    assert find_context(content, Evidence("7 May", start, end, "rule")) == context


def test_every_proof_of_an_announcement_is_a_span_in_reading_order() -> None:
    announcement = Announcement(
        issuer=Issuer("Acme", evidence=Evidence("Acme", 0, 4, "title")),
        event_type=EventType.CASH_DIVIDEND,
        dates=(EventDate(DateKind.RECORD, None, evidence=Evidence("7 May", 20, 25, "record of")),),
        amount=Amount(Money(1, "EUR"), evidence=Evidence("EUR 1", 10, 15, "amount")),  # type: ignore[arg-type]
        evidence=(("funded_from", Evidence("reserves", 30, 38, "from")),),
    )
    spans = spans_of([announcement, announcement])
    assert [(item.field, item.start, item.anchor) for item in spans] == [
        ("issuer", 0, "m1"),
        ("amount", 10, "m2"),
        ("dates.record", 20, "m3"),
        ("funded_from", 30, "m4"),
    ]
