"""Fifth stage: general meetings become announcements, or a part of the announcement that they decide on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from calendar_service.extract.assemble import details
from calendar_service.extract.assemble.doubts import with_doubts
from calendar_service.extract.assemble.drafts import Draft, MeetingDraft
from calendar_service.extract.assemble.outcomes import FUNCTIONS
from calendar_service.extract.assemble.writer import Writer
from calendar_service.extract.document.resolve import Dated, doubts_of
from calendar_service.extract.layout.meetinglines import MEETING_LINE
from calendar_service.extract.layout.sheets import value_of
from calendar_service.extract.lexicon.actions import MEETINGS
from calendar_service.extract.sentence.statements import STRANGE, Statement
from calendar_service.extract.sentence.times import time_in
from calendar_service.model.announcement import Announcement, Meeting
from calendar_service.model.codes import EventType, Status
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate

#: Nobody is invited so early: a mandate, say, ends with the meeting of a year to come.
_AHEAD = timedelta(days=300)


def doubts_of_day(said: Statement, dated: Dated, base: date | None) -> list[Remark]:
    """Why the day of a meeting may be none to come. `base` is the document's own day, None where it is not known.

    A day that only stands beside a meeting's name, with no words that it is to be held, may be that of one long over.
    """
    aside = dated.fact.rule == "frame.meeting_day" and not said.heading and not said.from_table
    aside = aside or dated.fact.rule == MEETING_LINE
    if base is None:
        told = said.has("declares", "to_be_held") and not said.has("proposal")
        return (
            [remark("the meeting may be over: the document has no day of its own")] if told or aside else []
        )
    if dated.day == base:
        return [remark("the meeting's day is that of the announcement itself; one of the two may be misread")]
    if aside and dated.day - base > _AHEAD:
        return [remark("the meeting is told beside something else, and lies far ahead")]
    return []


def is_of(meeting: MeetingDraft, draft: Draft) -> bool:
    """Whether a meeting may decide on an action: it is no other company's, where their own lines tell whose they are."""
    mine, theirs = meeting.statement.owner, draft.statement.owner
    return mine is None or (theirs is not None and mine.key == theirs.key)


class MeetingAssembler:
    """Assembles the meetings of one document, which `statements` are all of."""

    def __init__(self, writer: Writer, statements: Sequence[Statement]) -> None:
        self.writer = writer
        self.context = writer.context
        self.statements = [*statements]

    def announce(self, meeting: MeetingDraft, votes: Mapping[str, Dated]) -> Announcement:
        """The meeting as an announcement of its own, with the deadlines of the vote."""
        dates = [self.date(meeting)]
        dates += [self.writer.event_date(kind, dated) for kind, dated in votes.items()]
        function, hit = details.function_of(self.statements, [meeting.statement])
        status = Status.ANNOUNCED
        if meeting.halt:
            hit = details.marked([meeting.statement], "postpone" if meeting.halt == "suspend" else "cancel")
            function, status = FUNCTIONS[meeting.halt]
        announcement = Announcement(
            issuer=self.writer.issuer_of(meeting.statement),
            event_type=EventType(meeting.type),
            dates=tuple(dates),
            status=status,
            function=function,
            participation=EventType(meeting.type).participation,
            announced=self.context.announced,
            language=meeting.statement.language,
            meeting=self.describe(meeting),
            references=details.references_of(self.statements, self.context.announced),
            evidence=(("function", self.writer.proof_of(hit)),) if hit else (),
        )
        told = doubts_of((meeting.day, *votes.values()))
        told += [STRANGE] if meeting.day.month_only and votes else []  # they may be of something else
        return with_doubts(announcement, [*meeting.doubts, *told], self.context.base)

    def date(self, meeting: MeetingDraft) -> EventDate:
        """The meeting's day with its time and zone: as its own statement states them, or the lines below on a sheet."""
        said, shadow = meeting.statement, self.context.page.shadow
        start, end = meeting.day.fact.span.start, meeting.day.fact.span.end
        at, zone = time_in(shadow, end, min(said.end, end + 80))
        if at is None:
            at, zone = time_in(shadow, max(said.start, start - 60), start)
        beside = value_of(said, self.statements, "sheet_time", (start, end), shadow)
        if at is None and beside:
            at, zone = time_in(shadow, *beside)
        if at is not None and zone is None:
            zone = self.context.tools[said.language].lexicon.zone or None
        return self.writer.event_date("meeting", meeting.day, at=at, zone=zone)

    def describe(self, meeting: MeetingDraft) -> Meeting:
        """What it is called, where it is held, how to join."""
        page, said = self.context.page, meeting.statement
        hits = [hit for hit in said.events if hit.phrase.value in MEETINGS]
        name = details.meeting_name(page, max(hits, key=lambda hit: hit.end - hit.start)) if hits else None
        day = (meeting.day.fact.span.start, meeting.day.fact.span.end)
        place = details.place_of(page, said, day, self.context.tools[said.language].place)
        place = place or value_of(said, self.statements, "sheet_place", day, page.shadow)
        return Meeting(
            name=self.writer.words(name) or "",
            place=(self.writer.words(place) or "").rstrip(".;"),
            link=details.link_in(page, said.start, max(said.end, place[1] if place else 0)),
            evidence=self.writer.proof(said.start, said.end, meeting.day.fact.rule),
        )
