"""Third stage: which of the words of a statement say what a date means."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from calendar_service.extract.lexicon.actions import HANDED_OUT, MEETINGS, OFFERS
from calendar_service.extract.lexicon.lexicon import DATED_FIELDS, PAID
from calendar_service.extract.lexicon.patterns import has_digit
from calendar_service.extract.lexicon.phrases import Hit, longest
from calendar_service.extract.sentence.beside import is_counted_from
from calendar_service.extract.sentence.columns import is_of_others
from calendar_service.extract.sentence.joins import joined
from calendar_service.extract.sentence.meetinglabels import label_start
from calendar_service.extract.sentence.statements import Statement

if TYPE_CHECKING:
    from calendar_service.extract.sentence.binder import Binder

_BESIDE = PAID | {"lead"}  # cues to which a label may be joined
_LONGEST_DATE = 32
_BESIDES = 30
_BLANKS = 60  # that part columns
_COLUMN = 36  # signs of a date, its weekday in a column of its own before it
_VAGUE = 24  # signs before words of a date that may make it inexact with them
_LABEL = 60  # so far behind such words their label may end
_CLAUSE_END = re.compile(r"[,;)]")
_LISTED = re.compile(r"\d[,;]\s{1,2}\Z")  # the date before, and what parts it from the next one
_COMMA = re.compile(r"[,;]\s{1,2}")
_FIELD = re.compile(r"\d{1,2}[.)]")  # the number of a field of a form, before its label
_STOPS = re.compile(r"[:;,.\t\n\d()]")


def pick_cues(binder: Binder, said: Statement, hits: list[Hit], languages: tuple[str, ...]) -> list[Hit]:
    """The cues of a statement out of all `hits` of cues in it: longest first, labels only where they stand as labels."""
    speaking_against = _standing({word for hit in hits for word in hit.phrase.unless}, binder, said)
    named = any(hit.phrase.value in HANDED_OUT | OFFERS for hit in said.events)
    known = [
        hit
        for hit in hits
        if (named or not hit.phrase.named)
        and speaking_against.isdisjoint(hit.phrase.unless)
        and _allowed(binder, hit, said)
    ]
    if not known:
        return known
    known = _with_purposes(binder, known, said)
    cues = longest(known)
    # Words that would only do as a label must not hide shorter ones that do anywhere.
    idle = {hit for hit in cues if _is_idle(binder, hit, said, cues, languages)}
    if idle:
        cues = longest(hit for hit in known if hit not in idle)
        cues = [hit for hit in cues if not label_only(hit) or _is_label(binder, hit, said, cues)]
    cues = [
        hit for place, hit in enumerate(cues) if not (place and _only_leads(binder, cues[place - 1], hit))
    ]
    if any(hit.phrase.value in PAID for hit in cues):
        cues = [hit for hit in cues if hit.phrase.value != "lead" or not _is_vague(binder, hit)]
    if any(hit.phrase.value in MEETINGS for hit in said.events):
        return cues
    # "Settlement is expected to take place on": where no meeting is named, these words only lead on.
    others = any(hit.phrase.value in PAID for hit in cues)
    return [hit for hit in cues if not others or hit.phrase.value != "meeting"]


def _only_leads(binder: Binder, before: Hit, hit: Hit) -> bool:
    """Whether words that tell a payment elsewhere only lead on from those right before them ("trade ex as from 18 June")."""
    if hit.start - before.end > 1 or hit.phrase.value != "payment" or before.phrase.look == "before":
        return False
    if before.phrase.value not in PAID - {"payment"}:
        return False
    vague = binder.hits.within(hit.start, hit.end, (hit.phrase.language,), "approximate")
    return any(one.start == hit.start and one.end == hit.end for one in vague)


def _is_vague(binder: Binder, hit: Hit) -> bool:
    """Whether words that lead to a date are only a part of those that make it inexact ("on or before 3 May")."""
    around = binder.hits.within(hit.start - _VAGUE, hit.end + _VAGUE, (hit.phrase.language,), "approximate")
    return any(one.start < hit.start and hit.end <= one.end for one in around)


def _is_idle(binder: Binder, hit: Hit, said: Statement, cues: list[Hit], languages: tuple[str, ...]) -> bool:
    """Whether words do nothing where they stand: they would only do as a label, or look back where no date stands."""
    if label_only(hit) and (not _is_label(binder, hit, said, cues) or _is_in_label(binder, hit, cues)):
        return True
    if hit.phrase.look != "before":
        return False
    return _leads_on(binder, hit, languages) or not _has_before(binder, hit, said, languages)


def _leads_on(binder: Binder, hit: Hit, languages: tuple[str, ...]) -> bool:
    """Whether words with "as" lead to the day behind them ("as the ex-date 4 May, as the record date 5 May"): none stands
    right before them.
    """
    if hit.phrase.text.split(" ", 1)[0] not in binder.tools[hit.phrase.language].lexicon.named_as:
        return False
    behind = binder.dates_in(hit.end, hit.end + _LONGEST_DATE, languages)
    if not behind or _STOPS.search(binder.page.shadow, hit.end, behind[0].start):
        return False
    before = binder.dates_in(max(0, hit.start - _LONGEST_DATE), hit.start, languages)
    return not before or hit.start - before[-1].end > 1


def _has_before(binder: Binder, hit: Hit, said: Statement, languages: tuple[str, ...]) -> bool:
    """Whether words that look back have a date to look at ("As the record date the board has fixed ..." has none)."""
    low = max(said.start, hit.start - hit.phrase.within - _LONGEST_DATE)
    return bool(binder.dates_in(low, hit.start, languages))


def _with_purposes(binder: Binder, known: list[Hit], said: Statement) -> list[Hit]:
    """The cues, each with the payment that its date is for: "record date for payment of the dividend" is one name.

    A payment with its own day is none ("the record date for payment on 5 June is 20 May").
    """
    takers = [mark for mark in said.marks if mark.phrase.value == "taker"]
    if not takers:
        return known
    paid = [hit for hit in known if hit.phrase.value == "payment" and hit.phrase.look != "before"]
    found = []
    for hit in known:
        ends = [hit.end]
        for mark in takers if hit.phrase.value in ("record", "ex") else ():
            if 0 <= mark.start - hit.end <= 1:
                named = [one for one in paid if joined(binder, mark.end, one.start, (hit.phrase.language,))]
                ends += [one.end for one in named if not any(_leads(binder, other) for other in named)]
        found.append(hit._replace(end=max(ends)) if len(ends) > 1 else hit)
    return found


def _leads(binder: Binder, hit: Hit) -> bool:
    """Whether words end with a preposition, which leads to their own date ("payment on")."""
    last = hit.phrase.text.rsplit(" ", 1)[-1]
    return binder.tools[hit.phrase.language].preposition.fullmatch(last) is not None


def _allowed(binder: Binder, hit: Hit, said: Statement) -> bool:
    if hit.phrase.value == "counted" and _has_day(binder, hit, said):
        return False
    if hit.phrase.substring and is_counted_from(hit, said.marks):
        return False
    if hit.phrase.value in DATED_FIELDS and _is_label_of_others(binder, hit, said):
        return False
    if hit.phrase.text.startswith("(") and _opens(binder, hit, said):
        return False
    if not hit.phrase.text.startswith(","):
        return True
    stop = _CLAUSE_END.search(binder.page.shadow, hit.end, said.end)
    # "on 3 March, the record date for which is 13 February": the words have a date of their own
    return not has_digit(binder.page.shadow[hit.end : stop.start() if stop else said.end])


def _is_label_of_others(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether words before a colon go on with what else is paid ("Payment date of the directors' fees: 5 May"), or stand behind
    words of telling ("Announcement of the payment date: 5 May").
    """
    shadow, languages = binder.page.shadow, (hit.phrase.language,)
    stop = shadow.find(":", hit.end, min(hit.end + _LABEL, said.end))
    if stop < 0 or binder.dates_in(hit.end, stop, languages):
        return False
    if binder.is_news(hit, label_start(shadow, said.start, hit.start), stop):
        return True
    paid = hit.phrase.value == "payment"
    return paid and is_of_others(binder.hits_in(hit.start, stop, languages), [hit], shadow, stop)


def _standing(words: set[str], binder: Binder, said: Statement) -> set[str]:
    """Those of the words that stand in a statement, each looked for once, however often a cue asks for it."""
    return {word for word in words if binder.page.shadow.find(word, said.start, said.end) >= 0}


def _has_day(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether the day from which others are counted is told too ("within 30 days from the record date, which is 8 May"), and
    not the counted one ("the fifth day before the payment date, i.e. 8 May").
    """
    words = binder.tools[hit.phrase.language]
    languages = (hit.phrase.language,)
    days = binder.dates_in(hit.end, min(hit.end + _BESIDES, said.end), languages)
    between = binder.page.shadow[hit.end : days[0].start] if days else ""
    if not days or words.preposition.search(between) or words.namely.search(between):
        return False
    close = binder.page.shadow.find(")", days[0].end, days[0].end + _BESIDES) if between.endswith("(") else -1
    named = binder.hits_in(days[0].end, close, languages) if close > 0 else []
    return not any(one.phrase.value == "record" for one in named)  # "(8 May - record date)"


def _opens(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether a bracket holds more than a name: its own date follows ("16 March (ex-dividend date 12 March)")."""
    stop = binder.page.shadow.find(")", hit.end - 1, said.end)
    return has_digit(binder.page.shadow[hit.end : said.end if stop < 0 else stop])


def _is_label(binder: Binder, hit: Hit, said: Statement, cues: list[Hit]) -> bool:
    """Whether the words stand as a label: before a colon, alone at the start, or joined to another cue."""
    if hit.phrase.value == "meeting" and _is_around(binder, hit, said):
        return False
    shadow = binder.page.shadow
    after = shadow[hit.end : min(hit.end + 3, said.end)].lstrip(' )"*')
    following = next((cue for cue in cues if cue.start >= hit.end), None)
    if following and shadow[hit.end : following.start].strip(" ") == "-" != shadow[hit.end : following.start]:
        return (
            False  # "Holders of the distribution - Record date: ...": the words behind the dash are the label
        )
    if after[:1] in (":", "-") and after:
        return True
    listed = following and following.phrase.value in _BESIDE and shadow[hit.end : following.start].strip()
    return (
        (_stands_at(binder, hit) and _is_listed(binder, hit, said))
        or bool(following and listed and joined(binder, hit.end, following.start, (hit.phrase.language,)))
        or _opens_line(binder, hit, said)
    )


def _opens_line(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether words begin their line and a date or number follows them, in the next column too."""
    before = binder.page.shadow[max(said.start, hit.start - 4) : hit.start].strip(" \"'(*-")
    if (before and not _FIELD.fullmatch(before)) or hit.start - said.start > 4:
        return False
    behind = binder.page.shadow[hit.end : min(hit.end + _BLANKS, said.end)]
    after = behind.lstrip(' )"*')
    begin = hit.end + len(behind) - len(after)
    near = binder.dates_in(begin, min(begin + _COLUMN, said.end), (hit.phrase.language,)) if after else []
    return after[:1].isdigit() or bool(near)


def _is_around(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether a label only names what is done for a meeting ("Notice of annual general meeting")."""
    shadow = binder.page.shadow
    stop = shadow.find("\n", hit.end, said.end)
    begin = label_start(shadow, said.start, hit.start)
    return binder.is_around_meeting(hit, begin, said.end if stop < 0 else stop)


def _is_listed(binder: Binder, hit: Hit, said: Statement) -> bool:
    """Whether a date or number stands before words, parted from them by a comma."""
    shadow, low = binder.page.shadow, max(said.start, hit.start - _LONGEST_DATE)
    if _LISTED.search(shadow, max(low, hit.start - 4), hit.start):
        return True
    before = binder.dates_in(low, hit.start, (hit.phrase.language,))
    return bool(before) and _COMMA.fullmatch(shadow, before[-1].end, hit.start) is not None


def _stands_at(binder: Binder, hit: Hit) -> bool:
    """Whether a date stands right behind words, or its weekday does ("ex-date 4 June, record 5 June, pay 19 June")."""
    found = binder.dates_in(hit.end, hit.end + _LONGEST_DATE, (hit.phrase.language,))
    if not found:
        return False
    between = binder.page.shadow[hit.end + 1 : found[0].start]
    return not between or binder.tools[hit.phrase.language].weekday.fullmatch(between) is not None


def _is_in_label(binder: Binder, hit: Hit, cues: list[Hit]) -> bool:
    """Whether the words only end the label of another cue ("Record date for the first payment: ...")."""
    before = next((cue for cue in reversed(cues) if cue.end <= hit.start), None)
    if before is None or hit.start - before.end > 40 or before.phrase.value not in PAID:
        return False
    gap = binder.page.shadow[before.end : hit.start]
    return bool(gap.strip(" /&")) and not _STOPS.search(gap)


def label_only(hit: Hit) -> bool:
    """Whether the words mean something only as a label."""
    return hit.phrase.label_only


def unknown_fields(cues: Iterable[Hit], marks: Iterable[Hit]) -> list[str]:
    """Fields of cues that are followed by words for "not fixed yet"."""
    unknown = [mark for mark in marks if mark.phrase.value == "unknown"]
    return [cue.phrase.value for cue in cues if any(0 <= mark.start - cue.end <= 24 for mark in unknown)]


def is_defining(cue: Hit) -> bool:
    """Whether words are a name that is set behind the date it is for ("on 2 May (the "Record Date")")."""
    return cue.phrase.look == "before" and cue.phrase.text.startswith(("(", ","))


def is_lead(group: list[Hit]) -> bool:
    """Whether words only lead to a date: others may have it, however near these stand ("As of May 2 the shares trade ex")."""
    return group[0].phrase.value == "lead"
