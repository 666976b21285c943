"""What becomes of something announced before: a meeting put off or called off, a proposal decided on. Pure questions."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from calendar_service.extract.assemble.drafts import Draft, MeetingDraft
from calendar_service.extract.assemble.rivals import MOVED
from calendar_service.extract.assemble.topics import decides_behind, is_approved
from calendar_service.extract.candidates.dates import DateSpan
from calendar_service.extract.document.resolve import Dated, Resolver
from calendar_service.extract.lexicon.actions import HANDED_OUT, MEETINGS, SPLITS, family
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.sentence.statements import DateFact, Statement
from calendar_service.extract.sentence.takers import is_same
from calendar_service.model.codes import NoticeFunction, Status
from calendar_service.model.remarks import remark

_STOP = re.compile(r"[,;:]\s|[。、，]")
_NEAR = 48  # "the meeting called for 2 May (...) has been put off"
_CALLED = 64  # "... called general meeting to the ..."
_PUT_OFF = "frame.put_off"
_TO = re.compile(r"\s[^\W\d_]{1,7}(?:\s[^\W\d_]{2,10},?)?\s?")  # "12 June to 3 July", "to Friday, 3 July"
_HALTS = ("postpone", "suspend", "cancel")
_WITHIN = 200
_BEFORE = 24  # "postpone its upcoming special meeting"
HEAD = 6  # so many statements open a document
_FAR, _CLOSE = 80, 40
_PREDICATE = 14  # ", has been "
_AGAIN = 12  # "取消召开2026年第三次临时股东大会"
_TIME, _AT_ONCE = 16, 4  # signs of a time of day; "auf den 3. Juli zu verschieben"
_ASIDE = re.compile(r"\([^()]*\)")
_ASIDE_OF = re.compile(r"[,;:.()]\s|[。、,]")
_OF_PAST = frozenset({"comparison", "past_year"})
_OF_MEETING = _OF_PAST | {"item"}
_REPORTED = timedelta(days=40)  # a later day is that of the next meeting
_CALLED_OFF = remark("the document says that an action of this kind is called off")
PERHAPS_OFF = remark(
    "the sentence also says that something is called off, and whether it is this is not certain"
)
_CALLING_OFF = ("cancel", "suspend")
_UNDOING = (*_CALLING_OFF, "refused")
_UNDONE = ("undone", *_UNDOING)
_NEXT = 3  # so many sentences on the new day of a meeting may stand
FUNCTIONS = {
    "refused": (NoticeFunction.RESULT, Status.WITHDRAWN),
    "suspend": (NoticeFunction.SUSPEND, Status.SUSPENDED),
    "cancel": (NoticeFunction.WITHDRAW, Status.WITHDRAWN),
}


def halt_of(said: Statement, dated: Dated, shadow: str, base: date | None) -> str:
    """Frame: the day of a meeting, and right after it that the meeting is put off ("suspend") or called off ("cancel").

    "The meeting convened for 15 April has been postponed": no new day stands after the words. "" where nothing does.
    """
    place = dated.fact.span.end
    if dated.fact.rule == _PUT_OFF or _is_moved_here(said, place):
        return ""  # it is the new day
    if put_off := _is_put_off_before(said, dated) or _is_called_off(said, dated, shadow):
        return put_off
    for mark in said.marks:
        if mark.phrase.value not in _HALTS or not 0 <= mark.start - place <= _NEAR:
            continue
        if _STOP.search(shadow, place, mark.start) or _is_of_other(said, mark, shadow, _OF_MEETING):
            continue
        if mark.phrase.value == "postpone" and mark.start - place < 3 and not mark.phrase.substring:
            continue  # "auf den 3. Juli verschoben": the words lead to the new day
        earlier = [one for one in _days(said, base) if one.start < dated.fact.span.start]
        if any(one.value and one.value < dated.day for one in earlier):
            return ""  # the day itself is the new one: "the meeting called for 12 June is put off to 3 July"
        later = [fact.span for fact in said.dates if fact.kind == "meeting"] + said.loose
        if any(span.start >= mark.end for span in later):
            return ""
        return "cancel" if mark.phrase.value == "cancel" else "suspend"
    return ""


def _is_moved_here(said: Statement, place: int) -> bool:
    """Whether words that move a date to the one before stand behind it and its time ("6월 24일 오전 10시로 연기")."""
    return any(
        mark.phrase.value == "moves" and mark.phrase.substring and 0 <= mark.start - place <= _TIME
        for mark in said.marks
    )


def _is_put_off_before(said: Statement, dated: Dated) -> str:
    """The same with the words first: "has decided to postpone the Annual General Meeting convened for 29 September".

    Where the words themselves lead to the day, it is the new one ("adjournment of the meeting to 25 October").
    """
    span = dated.fact.span
    named = [hit for hit in said.events if hit.phrase.value in MEETINGS and hit.end <= span.start]
    later = [fact.span for fact in said.dates if fact.kind == "meeting"] + said.loose
    if not named or any(other.start > span.start for other in later):
        return ""
    moved = any(fact.kind == "moved" and fact.span.end <= span.start for fact in said.dates)
    led = [mark for mark in said.marks if dated.fact.quote[0] <= mark.start < span.start]
    if moved or any(mark.phrase.value == "postpone" for mark in led):
        # "to postpone the meeting, initially called for 14 May, to 29 June": it is the new day; so it is in
        # "after the adjournment of its general meeting, the adjourned meeting will now be held on 3 July"
        return ""
    for mark in said.marks:
        if mark.phrase.value in _HALTS and mark.start <= named[-1].start <= mark.end + _BEFORE:
            beside = mark.phrase.value == "postpone" and named[-1].start - mark.end <= 1
            if beside and dated.fact.quote[0] >= named[-1].end:
                return ""  # "the adjourned meeting will be held on 3 July"
            between = [one.value for one in _days(said, None) if mark.end <= one.start < span.start]
            if dated.fact.quote[0] <= mark.start or any(day and day < dated.day for day in between):
                return ""
            return "cancel" if mark.phrase.value == "cancel" else "suspend"
    return ""


def _is_called_off(said: Statement, dated: Dated, shadow: str) -> str:
    """The same with the day before the words, or between them and the meeting's name."""
    off = _is_called_off_behind(said, dated, shadow) or _is_called_off_ahead(said, dated)
    return "cancel" if off else ""


def _is_called_off_behind(said: Statement, dated: Dated, shadow: str) -> bool:
    """The same in scripts without word borders, with the meeting named again: "原定于9月10日召开股东大会,因故决定取消本次股东大会"."""
    span = dated.fact.span
    names = [hit.start for hit in said.events if hit.phrase.value in MEETINGS and hit.phrase.substring]
    later = any(other.start > span.start for other in _days(said, None))
    return not later and any(
        mark.phrase.value == "cancel"
        and mark.start >= span.end
        and 0 <= name - mark.end <= _AGAIN
        and "," not in shadow[mark.end : name]
        and not _is_of_other(said, mark, shadow, _OF_MEETING)
        for mark in said.marks
        for name in names
    )


def _is_called_off_ahead(said: Statement, dated: Dated) -> bool:
    """The same with the day between the words and the meeting's name: "cancels the 14 June general meeting"."""
    span = dated.fact.span
    named = any(0 <= hit.start - span.end <= _BEFORE for hit in said.events if hit.phrase.value in MEETINGS)
    later = any(other.start > span.start for other in _days(said, None))
    called_off = (mark for mark in said.marks if mark.phrase.value == "cancel")
    at_once = any(0 <= span.start - mark.end <= _AT_ONCE for mark in called_off)
    return named and at_once and not later


def _is_of_other(said: Statement, mark: Hit, shadow: str, others: frozenset[str]) -> bool:
    """Whether words of calling off are said of something else: of own shares, or of what marks of `others` tell.

    "The meeting on 14 June will decide on the cancellation of treasury shares", "after the dividend was cancelled in
    the previous year".
    """
    for other in said.marks:
        if other.phrase.value == "treasury" and 0 <= other.start - mark.end <= _NEAR:
            return True
        gap = shadow[min(mark.end, other.end) : max(mark.start, other.start)]
        if other.phrase.value in others and len(gap) <= _BEFORE and not _ASIDE_OF.search(gap):
            return True
    return False


def _days(said: Statement, base: date | None) -> list[DateSpan]:
    """The days of meetings in a statement, and those to come without words of their own; `base` is the document's day."""
    loose = [span for span in said.loose if base and span.value and span.value > base]
    return [*(fact.span for fact in said.dates if fact.kind == "meeting"), *loose]


def put_off(said: Statement, found: dict[str, list[Dated]], resolver: Resolver) -> list[Dated]:
    """Frame: "the meeting called for 12 June has been put off to 3 July": the later day takes the place of the earlier.

    Changes `found`, the dates of a sentence that says that something is put off, and gives the old ones. Where the
    sentence has a later day that may be the new one, but beside neither the words nor the old day, a doubt goes to the
    statement; it is the new one then where the words stand before the old one.
    """
    unsure = remark("the document says that a date has moved, and which day is the new one is not certain")
    if len(found.get("meeting", [])) > 1:
        *old, new = found["meeting"]
        if len({*said.types()} & MEETINGS) > 1 or any(one.day > new.day for one in old):
            said.doubts.append(unsure)
            return []
        found["meeting"] = [new]
        return old
    kinds = [kind for kind in found if kind != "declaration"]
    if len(kinds) != 1 or len(found[kinds[0]]) != 1:
        return []
    kind, (old_day,) = kinds[0], found[kinds[0]]
    for span in said.loose:
        fact = DateFact(kind, span, _PUT_OFF, (span.start, span.end))
        dated = resolver.resolve(fact, [old_day.day]) if span.day is not None else None
        if dated is None or dated.day <= old_day.day:
            continue
        if not _takes_place_of(said, old_day.fact.span, span, resolver.shadow):
            said.doubts.append(unsure)
            if kind != "meeting" or not _is_moved_ahead(said, old_day.fact.span, span):
                return []
        found[kind] = [dated]
        return [old_day]
    return []


def _is_moved_ahead(said: Statement, old: DateSpan, new: DateSpan) -> bool:
    """Whether the words of putting off stand before the old day ("verlegt die für den 2. Juni einberufene ... auf den ...")."""
    ahead = any(mark.phrase.value == "postpone" and mark.end <= old.start for mark in said.marks)
    return ahead and 0 <= new.start - old.end <= _CALLED


def _takes_place_of(said: Statement, old: DateSpan, new: DateSpan, shadow: str) -> bool:
    """Whether the words of putting off stand between or beside two days with nothing else that they could speak of.

    "12 June to 3 July", "12 June (in Paris) has been put off to 3 July", "12. Juni auf den 3. Juli verschoben". With
    more between them the words have a subject of their own: "remains 12 June, but the report is put off to 3 July".
    """
    if _TO.fullmatch(shadow, old.end, new.start):
        return True
    for mark in (hit for hit in said.marks if hit.phrase.value == "postpone"):
        if old.end <= mark.start <= mark.end <= new.start and new.start - mark.end <= _NEAR:
            words = mark.start
        elif 0 <= mark.start - new.end <= _AT_ONCE and not _STOP.search(shadow, new.end, mark.start):
            words = new.start
        else:
            continue
        between = _ASIDE.sub("", shadow[old.end : words])
        named = any(old.end <= hit.start and hit.end <= words for hit in said.events)
        if len(between) <= _PREDICATE or (named and len(between) <= _NEAR and ";" not in between):
            return True
    return False


def why_over(said: Statement, dated: Dated, base: date | None, *, reports: bool, headed: bool) -> str:
    """Why a meeting's day is none to come; "" where it may be. `base` is the day of the document.

    `reports`: the document tells what a meeting decided; `headed`: it is headed as the result of one.
    """
    over = "is the day of a meeting that is already over"
    if headed and (base is None or dated.day <= base + _REPORTED):
        return over
    if base is None:
        told = (reports and not said.has("postpone")) or is_approved(said) or decides_behind(said, dated)
        return "tells of a payment or meeting that is already over" if told else ""
    today = dated.day == base and (reports or said.has("decides") or is_approved(said))
    return over if dated.day < base or today else ""


def put_off_later(meetings: list[MeetingDraft]) -> list[MeetingDraft]:
    """Meetings whose sentence says that they are put off, where one of the next sentences has a later day for them."""
    return [
        one
        for one in meetings
        if one.statement.has("postpone")
        and any(
            other.type == one.type
            and other.day.day > one.day.day
            and 0 < other.statement.index - one.statement.index <= _NEXT
            for other in meetings
        )
    ]


def is_put_off_beside(said: Statement, statements: Iterable[Statement], shadow: str) -> bool:
    """Whether a heading above a meeting or one of the next statements says that a meeting is put off or called off.

    Such a statement has no day of its own. A heading that only tells of a postponement may stand over the new day.
    """
    if said.has("postpone"):
        return False
    for one in statements:
        behind = one.index - said.index
        above = one.heading and behind < 0 and one.index < HEAD
        if one.dates or one.loose or not (above or behind in (1, 2)):
            continue
        halts = _CALLING_OFF if above else _HALTS
        marks = [mark for mark in one.marks if mark.phrase.value in halts]
        marks = [mark for mark in marks if not _is_of_other(one, mark, shadow, _OF_MEETING)]
        named = any(hit.phrase.value in MEETINGS for hit in one.events)
        if marks and (named or (not above and marks[0].start - one.start <= 30)):
            return True
    return False


def called_off_in(said: Statement, main: str, base: date | None, shadow: str) -> Draft | None:
    """The action that a sentence calls off, halts or tells refused; None where it does none of these.

    Without an amount it has to be what the document opens with (`main`), named right beside the words; else it is
    doubted, and where it is not even called off outright, nothing.
    """
    for mark in said.marks:
        if mark.phrase.value not in _UNDOING or said.has("treasury"):
            continue
        if _is_of_other(said, mark, shadow, _OF_PAST):
            continue
        near = [hit for hit in said.events if hit.phrase.value in HANDED_OUT | SPLITS]
        gap, hit = min(
            ((max(mark.start - hit.end, hit.start - mark.end), hit) for hit in near),
            key=lambda pair: pair[0],
            default=(_FAR + 1, None),
        )
        if hit is None or (gap > _FAR and not _is_subject(said, hit, mark, shadow)):
            continue
        opens = said.index < HEAD and gap <= _CLOSE and family(main) == family(hit.phrase.value)
        told = any(not span.value or base is None or span.value < base for span in said.loose)
        sure = (
            opens
            and not told
            and not said.dates
            and not said.has("past", "reference", "forecast", "conditional")
        )
        outright = mark.phrase.value != "suspend" and bool(said.dates or said.ratios or said.heading)
        if not (said.amounts or sure or outright):
            continue
        amount = said.amounts[0] if said.amounts else None
        doubts = [] if said.amounts or sure else [remark("whether this action is called off is not certain")]
        return Draft(hit.phrase.value, said, {}, amount, doubts=doubts, statements=[said])
    return None


def _is_subject(said: Statement, hit: Hit, mark: Hit, shadow: str) -> bool:
    """Whether a sentence begins with an action and ends by saying that it is called off, and names nothing else.

    "The final dividend of 12p, payable on 19 June to holders of record on 22 May, has been cancelled."
    """
    families = {family(one.phrase.value) for one in said.events if one.phrase.value != "ignore"}
    opens = hit.start - said.start <= _CLOSE
    pause = max(shadow.rfind(sign, hit.end, mark.start) for sign in ",;")
    if pause >= 0 and mark.start - pause > _PREDICATE:
        return False  # "..., and the buy-back has been ended": the clause has a subject of its own
    return opens and len(families) == 1 and mark.phrase.value == "cancel" and hit.end < mark.start


def doubt_called_off(drafts: list[Draft], called_off: list[Draft]) -> list[Draft]:
    """What is called off for itself; a mere word of it in a document that announces such an action makes that doubtful."""
    sure = []
    for one in called_off:
        same = [draft for draft in drafts if family(draft.type) == family(one.type)]
        if one.amount is not None or not same:
            sure.append(one)
        for draft in same:
            if one.amount is None or draft.value in (None, one.value):
                draft.doubts.append(_CALLED_OFF)
    return sure


def doubt_undone(drafts: Iterable[Draft], statements: Iterable[Statement], shadow: str) -> None:
    """Doubts what a sentence without dates undoes, or puts off without a new day ("No dividend will be distributed")."""
    told = [*drafts]
    for said in statements:
        if said.has("postpone") and not (said.dates or said.loose or said.from_table):
            for draft in told:
                if draft.type in HANDED_OUT and MOVED not in draft.doubts and _is_put_off(draft, said):
                    draft.doubts.append(MOVED)
        if said.dates or said.amounts or said.from_table or not said.has("none", *_UNDONE):
            continue
        for draft in told:
            if (
                draft.type in HANDED_OUT
                and _is_undone(draft, said, shadow)
                and _CALLED_OFF not in draft.doubts
            ):
                draft.doubts.append(_CALLED_OFF)


def _is_put_off(draft: Draft, said: Statement) -> bool:
    """Whether a sentence before the action's own says beside the name of such an action that something is put off."""
    if said.index > max(one.index for one in draft.statements):
        return False
    marks = [mark for mark in said.marks if mark.phrase.value == "postpone"]
    named = [hit for hit in said.events if family(hit.phrase.value) == family(draft.type)]
    return any(max(mark.start - hit.end, hit.start - mark.end) <= _FAR for hit in named for mark in marks)


def _is_undone(draft: Draft, said: Statement, shadow: str) -> bool:
    """Whether a sentence may undo an action told before; one about certain shares is about these only."""
    behind = said.index - max(one.index for one in draft.statements)
    names = [shadow[slice(*name)] for name in said.securities]
    own = shadow[slice(*draft.security)] if draft.security else ""
    others = said.has("treasury") or (names and not any(is_same(own, name) for name in names))
    above = behind <= 0 and said.heading and said.index < HEAD and said.has("undone")
    if others or (behind <= 0 and not above):
        return False
    if said.has("none"):
        return True
    undoing = [mark for mark in said.marks if mark.phrase.value in _UNDONE]
    if not said.events and said.has("noise"):
        return False  # "The buy-back programme has been cancelled"
    if not said.events:  # "It has since been cancelled", "decided not to proceed with this payment"
        undone = said.has("undone") and behind <= _NEXT
        return undone or (behind == 1 and undoing[0].start - said.start <= _BEFORE)
    named = [hit for hit in said.events if family(hit.phrase.value) == family(draft.type)]
    return any(max(mark.start - hit.end, hit.start - mark.end) <= _CLOSE for hit in named for mark in undoing)


def outcome_of(draft: Draft) -> str:
    """What becomes of an action that is called off: "cancel", "suspend" or "refused"."""
    found = [said for said in draft.statements if said.has("refused", "cancel", "suspend")]
    return next(
        (name for name in ("refused", "cancel", "suspend") if any(one.has(name) for one in found)), "cancel"
    )
