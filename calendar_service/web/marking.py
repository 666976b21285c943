"""An announcement's text with the quoted words marked: spans, overlapping or not -> segments."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from calendar_service.model.announcement import Announcement
from calendar_service.model.values import Evidence

MAX_SHOWN = 400_000
_AROUND = 3_000
_BESIDE = 140

# One character for one character, so that offsets stay right: what cannot be seen or turns text
# around is shown as a replacement character.
_SHOWN = {
    code: 0xFFFD
    for first, last in (
        (0x00, 0x08),
        (0x0B, 0x1F),
        (0x7F, 0x9F),
        (0x061C, 0x061C),
        (0x200E, 0x200F),
        (0x202A, 0x202E),
        (0x2066, 0x2069),
        (0xD800, 0xDFFF),
        (0xFFFE, 0xFFFF),
    )
    for code in range(first, last + 1)
}


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` of a text, and the field that they prove ("amount", "dates.record")."""

    start: int
    end: int
    field: str
    rule: str = ""
    anchor: str = ""
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of text under the same spans. `anchors` are of those that begin here; no spans: plain text."""

    text: str
    spans: tuple[Span, ...] = ()
    anchors: tuple[str, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """What the run proves."""
        return tuple(dict.fromkeys(span.field for span in self.spans))

    @property
    def is_wanted(self) -> bool:
        """Whether it is the quote that the reader came for."""
        return any(span.wanted for span in self.spans)


def spans_of(announcements: Iterable[Announcement]) -> list[Span]:
    """Every proof that announcements of one text rest on, in reading order, each with an anchor."""
    found: dict[tuple[int, int, str], Span] = {}
    for announcement in announcements:
        for field, evidence in _proofs(announcement):
            key = (evidence.start, evidence.end, field)
            found.setdefault(key, Span(evidence.start, evidence.end, field, evidence.rule))
    ordered = sorted(found.values(), key=lambda span: (span.start, span.end, span.field))
    return [
        Span(span.start, span.end, span.field, span.rule, f"m{number}")
        for number, span in enumerate(ordered, start=1)
    ]


def split_text(content: str, spans: Sequence[Span]) -> list[Segment]:
    """The text cut at every border of a span; spans outside of the text or empty are left out."""
    inside = [span for span in spans if 0 <= span.start < span.end <= len(content)]
    borders = sorted({0, len(content), *(span.start for span in inside), *(span.end for span in inside)})
    shown = content.translate(_SHOWN)
    starting: dict[int, list[Span]] = {}
    for span in inside:
        starting.setdefault(span.start, []).append(span)
    segments: list[Segment] = []
    active: list[Span] = []
    for start, end in pairwise(borders):
        new = starting.get(start, [])
        active = [span for span in active if span.end > start] + new
        anchors = tuple(span.anchor for span in new if span.anchor)
        segments.append(Segment(shown[start:end], tuple(active), anchors))
    return segments


def find_context(content: str, evidence: Evidence) -> tuple[str, str] | None:
    """What stands before and after the quoted words on their line, shortened; None where they are not there."""
    if not 0 <= evidence.start < evidence.end or content[evidence.start : evidence.end] != evidence.quote:
        return None
    line = content.rfind("\n", 0, evidence.start) + 1
    end = content.find("\n", evidence.end)
    before = content[line : evidence.start]
    after = content[evidence.end : end if end >= 0 else len(content)]
    if len(before) > _BESIDE:
        before = "… " + re.sub(r"^\S{0,20}\s", "", before[-_BESIDE:])
    if len(after) > _BESIDE:
        after = re.sub(r"\s\S{0,20}$", "", after[:_BESIDE]) + " …"
    return before, after


def shorten(segments: list[Segment]) -> list[Segment]:
    """The same, with long stretches of unmarked text left out where the whole would be too much for a page."""
    if sum(len(segment.text) for segment in segments) <= MAX_SHOWN:
        return segments
    return [
        segment if segment.spans or len(segment.text) <= 2 * _AROUND else Segment(_leave_out(segment.text))
        for segment in segments
    ]


def _leave_out(text: str) -> str:
    left = f"{len(text) - 2 * _AROUND:,}"
    return f"{text[:_AROUND]}\n\n[… {left} characters left out …]\n\n{text[-_AROUND:]}"


def _proofs(announcement: Announcement) -> Iterable[tuple[str, Evidence]]:
    if announcement.issuer.evidence:
        yield "issuer", announcement.issuer.evidence
    for item in announcement.dates:
        if item.evidence:
            yield f"dates.{item.kind.value}", item.evidence
    if announcement.amount and announcement.amount.evidence:
        yield "amount", announcement.amount.evidence
    if announcement.meeting and announcement.meeting.evidence:
        yield "meeting", announcement.meeting.evidence
    yield from announcement.evidence
