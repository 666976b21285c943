"""What people read about one date of an action: its title, its proof, the action's dates, what changed.

Calendar entries, JSON and mails tell the same story, so its sentences are made here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from calendar_service.model.action import Change, CorporateAction, Revision
from calendar_service.model.codes import Basis, DateFlag, DateKind, Knowledge, Status
from calendar_service.model.ports import Unit
from calendar_service.model.records import StoredDocument
from calendar_service.model.values import EventDate
from calendar_service.publish.cleaning import clean_line, clean_text, clean_url, clip
from calendar_service.publish.fields import change_sides, describe_certainty, field_word, matters
from calendar_service.publish.links import Links
from calendar_service.publish.rules import say_rule, say_rule_source
from calendar_service.publish.words import Words

# Proton cuts titles at 255 characters and descriptions at 3,000; what is cut here ends in an ellipsis.
TITLE_LIMIT = 250
DESCRIPTION_LIMIT = 2900
QUOTE_LIMIT = 500

# Flags that leave a date open: an entry that carries one is tentative.
OPEN_FLAGS = frozenset(
    {
        DateFlag.APPROXIMATE,
        DateFlag.ORDER_AMBIGUOUS,
        DateFlag.PROVISIONAL,
        DateFlag.CONFLICTING,
        DateFlag.UNOFFICIAL,
    }
)
_TENTATIVE = frozenset({Status.FORECAST, Status.SUBJECT_TO_APPROVAL, Status.SUSPENDED})
_SHOWN_FLAGS = (
    DateFlag.CONFLICTING,
    DateFlag.ORDER_AMBIGUOUS,
    DateFlag.UNOFFICIAL,
    DateFlag.APPROXIMATE,
    DateFlag.PROVISIONAL,
)

# What nearly every issuer's only share is called: in a title it would only take room.
_USUAL_SECURITIES = frozenset(
    f"{kind} {noun}" for kind in ("common", "ordinary") for noun in ("share", "shares", "stock")
) | {"", "普通株式", "stammaktie", "stammaktien"}


@dataclass(frozen=True, slots=True)
class Story:
    """An action as it is shown, with what its texts need besides.

    `latest` is the last revision that changed something a holder cares for, `before` the action
    just ahead of it. `documents` are the action's sources, oldest first.
    """

    action: CorporateAction
    links: Links
    documents: tuple[StoredDocument, ...] = ()
    latest: Revision | None = None
    before: CorporateAction | None = None


def tell_story(
    action: CorporateAction, links: Links, history: Sequence[Revision], documents: Sequence[StoredDocument]
) -> Story:
    """The story of an action. `history` holds its revisions, oldest first, in whole or from any point on."""
    latest, before = None, None
    for earlier, later in pairwise(history):
        if later.number <= action.revision and matters(later.changes):
            latest, before = later, earlier.action
    return Story(action, links, tuple(documents), latest, before)


def shown_state(action: CorporateAction, history: Sequence[Revision]) -> CorporateAction | None:
    """The action as it may be shown: itself, or while it is held its last state that was published,
    with the reasons of the hold; None where nothing was published yet.
    """
    if not action.held:
        return action
    agreed = [item.action for item in history if not item.action.held and item.number <= action.revision]
    return replace(agreed[-1], held=action.held) if agreed else None


def is_tentative(action: CorporateAction, item: EventDate) -> bool:
    """Whether a date is still open: it may move, or may not come at all."""
    open_date = bool(item.flags & OPEN_FLAGS) or item.knowledge is not Knowledge.KNOWN
    return bool(action.held) or action.status in _TENTATIVE or open_date or item.basis is Basis.FORECAST


def calendar_status(action: CorporateAction, item: EventDate) -> str:
    """TENTATIVE, CONFIRMED or CANCELLED (RFC 5545 3.8.1.11); clients drop feeds that say anything else."""
    if action.status.is_over:
        return "CANCELLED"
    return "TENTATIVE" if is_tentative(action, item) else "CONFIRMED"


def shown_dates(action: CorporateAction) -> tuple[EventDate, ...]:
    """The action's dates that a calendar can hold: one of each kind, with a known day.

    An offer period whose end is no date of its own gets its deadline as a date besides.
    """
    found: dict[DateKind, EventDate] = {}
    for item in action.dates:
        if (
            item.day is not None
            and item.knowledge is Knowledge.KNOWN
            and (item.last_day or item.day).year < 9999
        ):
            found.setdefault(item.kind, item)
    window = found.get(DateKind.OFFER_PERIOD)
    deadlines = {DateKind.EXPIRY, DateKind.ELECTION_DEADLINE} & {item.kind for item in action.dates}
    if window and window.last_day and not deadlines:
        deadline = replace(window, kind=DateKind.EXPIRY, day=window.last_day, last_day=None)
        found[DateKind.EXPIRY] = deadline
    return tuple(found.values())


def start_of(item: EventDate) -> datetime | None:
    """The instant (UTC) at which a date with a time and a known zone begins; None for a whole day."""
    if item.day is None or item.time is None or not item.zone or (item.last_day or item.day) != item.day:
        return None
    return _in_utc(item.day, item.time, item.zone)


@lru_cache(maxsize=1024)
def _in_utc(day: date, moment: time, zone: str) -> datetime | None:
    try:
        local = datetime.combine(day, moment.replace(tzinfo=None), tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    except (OSError, ValueError, OverflowError, KeyError):  # no such zone: the day alone is certain
        return None


def entry_title(story: Story, item: EventDate, words: Words) -> str:
    """Who, what, how much and in which state, on one line."""
    action = story.action
    title = f"{_name_of(action)}: {_subject_of(action, item.kind, words)} ({state_of(action, item, words)})"
    if action.status.is_over:
        title = words.say("CANCELLED: {title}", title=title)
    return clip(title, TITLE_LIMIT)


def removed_title(story: Story, kind: DateKind, words: Words) -> str:
    """The title of a date that its action no longer has."""
    title = f"{_name_of(story.action)}: {_subject_of(story.action, kind, words)}"
    return clip(words.say("REMOVED: {title}", title=title), TITLE_LIMIT)


def _name_of(action: CorporateAction) -> str:
    name = clean_line(action.issuer.name, 80) or action.issuer_id
    security = clean_line(action.security or "", 40)
    return name if security.lower() in _USUAL_SECURITIES else f"{name} ({security})"


def _subject_of(action: CorporateAction, kind: DateKind, words: Words) -> str:
    what = f"{words.event_type(action.event_type)} {words.gist(action)}".rstrip()
    if kind is DateKind.MEETING and action.event_type.is_meeting:
        return what
    return f"{words.kind(kind)} – {what}"


def state_of(action: CorporateAction, item: EventDate, words: Words) -> str:
    """The state of a date in a word or two: what is open about it comes before the action's state."""
    if action.held:
        return words.say("on hold, being checked")
    flag = next((flag for flag in _SHOWN_FLAGS if flag in item.flags), None)
    if flag and not action.status.is_over:
        return words.flag(flag)
    return words.status(action.status)


def entry_description(story: Story, item: EventDate, words: Words) -> str:
    """All about one date: the action, its dates, the proof, what changed last, and where to look."""
    action = story.action
    parts = [
        describe_action(action, words),
        describe_dates(action, words, item.kind),
        describe_basis(item, words),
        describe_change(story, words),
        "\n".join(clean_line(words.tell(note), 300) for note in action.notes[:5]),
        describe_links(story, words),
    ]
    return fit_parts([part for part in parts if part])


def removed_description(story: Story, kind: DateKind, words: Words) -> str:
    """Why an entry is crossed out whose action goes on without this date."""
    parts = [
        words.say(
            "{kind} is no longer a date of this action, or its day is open again.", kind=words.kind(kind)
        ),
        describe_action(story.action, words),
        describe_links(story, words),
    ]
    return fit_parts(parts)


def fit_parts(parts: Sequence[str]) -> str:
    """The parts below one another; the longest give way until all fit, so that the links at the end stay."""
    room = DESCRIPTION_LIMIT - 2 * len(parts)
    kept = list(parts)
    while (excess := sum(map(len, kept)) - room) > 0:
        longest = max(range(len(kept)), key=lambda index: len(kept[index]))
        kept[longest] = clip(kept[longest], max(len(kept[longest]) - excess, room // (2 * len(kept))))
    return "\n\n".join(kept)


def describe_action(action: CorporateAction, words: Words) -> str:
    """What the action is: type, period, amount, ratio, total, state."""
    head = words.event_type(action.event_type)
    lines = [f"{head}, {clean_line(action.period, 80)}" if action.period else head]
    if action.amount:
        lines.append(words.say("Amount: {amount}", amount=words.amount(action.amount)))
    if action.ratio:
        new, old = words.number(action.ratio.new), words.number(action.ratio.old)
        lines.append(words.say("Ratio: {new} for {old}", new=new, old=old))
    if action.total:
        lines.append(words.say("Total: {total}", total=words.money(action.total)))
    lines.append(words.say("State: {state}", state=words.status(action.status)))
    if action.held:
        lines.append(describe_hold(action, words))
    if action.meeting and action.meeting.name:
        lines.append(clean_line(action.meeting.name, 120))
    return "\n".join(lines)


def describe_hold(action: CorporateAction, words: Words) -> str:
    """Why a held action is held: its first reasons."""
    reasons = words.tell_all(action.held[:3])
    return words.say("On hold until a person has looked: {reasons}", reasons=reasons)


def describe_dates(action: CorporateAction, words: Words, present: DateKind | None = None) -> str:
    """All dates of the action by day, with their basis; the one at hand carries an arrow."""
    ordered = sorted(action.dates, key=lambda item: item.day or date.max)
    return "\n".join(
        f"{'→' if item.kind is present else '•'} {words.kind(item.kind)}: "
        f"{words.event_date(item)} ({describe_certainty(item, words)})"
        for item in ordered[:20]
    )


def describe_basis(item: EventDate, words: Words) -> str:
    """The proof of a date: the quoted sentence, or the rule that derived it with its source."""
    lines = []
    if item.basis is Basis.DERIVED or (item.rule and not item.evidence):
        lines.extend(describe_rule(item, words))
    elif item.evidence:
        lines.append(
            words.say("Stated by the issuer: “{quote}”", quote=clean_line(item.evidence.quote, QUOTE_LIMIT))
        )
    if item.note:
        lines.append(clean_line(words.tell(item.note), 300))
    if start_of(item):
        lines.append(words.say("When it ends is not announced; the calendar shows one hour."))
    return "\n".join(lines)


def describe_rule(item: EventDate, words: Words) -> list[str]:
    """The rule that derived a date and its source, a line each."""
    lines = [words.say("Derived by the rule: {rule}", rule=say_rule(item, words))]
    source = say_rule_source(item, words)
    return [*lines, words.say("Source of the rule: {source}", source=source)] if source else lines


def describe_change(story: Story, words: Words) -> str:
    """What changed last, from what to what, and when it was known; empty for an action's first state."""
    if story.latest is None:
        return ""
    said = [
        change_line(change, story.before, story.latest.action, words)
        for change in story.latest.changes[:8]
        if matters([change])
    ]
    day = words.day(story.latest.known_at.date())
    return "\n".join([words.say("Changed on {day}:", day=day), *said])


def change_line(
    change: Change, before: CorporateAction | None, after: CorporateAction | None, words: Words
) -> str:
    """One change as a line ("Record date: Fri, 30 Mar 2018 → Sat, 31 Mar 2018")."""
    if change.field == "held" and after is not None:
        return (
            describe_hold(after, words) if after.held else words.say("It was checked: the dates hold again.")
        )
    old, new = change_sides(change, before, after, words)
    nothing = words.say("no longer given") if change.field.startswith("dates.") and old else words.say("none")
    return f"{field_word(change.field, words)}: {old or words.say('none')} → {new or nothing}"


def describe_links(story: Story, words: Words) -> str:
    """The page of the action and its public sources."""
    lines = [words.say("Page: {url}", url=story.links.action(story.action.id))]
    for document in story.documents[-3:]:
        url = clean_url(document.url) or story.links.document(document.id)
        lines.append(words.say("Source: {url}", url=url))
    return "\n".join(lines)


def clean_place(action: CorporateAction) -> str:
    """Where a meeting takes place: the place, or the link to join it; empty for anything else."""
    if action.meeting is None:
        return ""
    return clean_text(action.meeting.place, 250).replace("\n", ", ") or clean_url(action.meeting.link)


def read_story(unit: Unit, action_id: str, links: Links) -> Story | None:
    """The story of a stored action as it may be shown; None where it is not known or was never published."""
    action = unit.actions.find(action_id)
    if action is None:
        return None
    history = unit.actions.revisions(action.id)
    shown = shown_state(action, history)
    found = (unit.documents.find(document_id) for document_id in action.documents)
    documents = [document for document in found if document is not None]
    return tell_story(shown, links, history, documents) if shown else None
