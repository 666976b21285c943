"""The mails: reminders, digests, notices of change, and the question whether mails are wanted.

Each is composed once for a set of dates and a language, in text and HTML, and then filled in for
each recipient (see `skeleton`). All of them belong to the thread of their action; a calendar file
that goes with them updates the same entry as the feed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from email.headerregistry import Address
from functools import cache
from typing import Any

from calendar_service.model.action import Change, CorporateAction, Entry, Revision
from calendar_service.model.codes import Basis, DateKind
from calendar_service.model.values import EventDate
from calendar_service.publish.cleaning import clean_line, clean_url, clip
from calendar_service.publish.descriptions import (
    QUOTE_LIMIT,
    Story,
    change_line,
    describe_rule,
    entry_title,
    removed_title,
    shown_dates,
    state_of,
)
from calendar_service.publish.fields import describe_certainty, field_word, matters
from calendar_service.publish.ical import single_entry
from calendar_service.publish.links import Links
from calendar_service.publish.skeleton import (
    CONFIRM,
    LATE_HTML,
    LATE_TEXT,
    MANAGE,
    UNSUBSCRIBE,
    Attachment,
    Skeleton,
    build_skeleton,
    clean_name,
)
from calendar_service.publish.words import Words, mark, words_for

MAX_FILES = 20  # calendar files in one mail
SUBJECT_LIMIT = 180

_ADVICE = {
    DateKind.LAST_CUM: mark(
        "Buy by this day to take part: shares that are bought later come without what is announced here."
    ),
    DateKind.EX: mark(
        "Shares bought on this day or later come without what is announced here. Whoever holds"
        " them before this day keeps it, even when selling them on this day or later."
    ),
    DateKind.RECORD: mark(
        "Holders on the register at the end of this day are entitled. Trades take days to settle:"
        " buying on this day is usually too late."
    ),
    DateKind.RECORD_EFFECTIVE: mark(
        "On this business day the record date takes effect; buying now is usually too late."
    ),
    DateKind.PAYMENT: mark("The payment is made on this day; nothing has to be done."),
    DateKind.EFFECTIVE: mark("The action takes effect on this day."),
    DateKind.MEETING: mark(
        "To vote or to come, register or give a proxy before the deadlines of the meeting."
    ),
    DateKind.VOTING_RECORD: mark("Holders at this time may vote."),
    DateKind.REGISTRATION_DEADLINE: mark(
        "Register by this day to take part. Your bank may need the order days earlier."
    ),
    DateKind.VOTE_DEADLINE: mark("Vote by this day. Your bank may need the instruction days earlier."),
    DateKind.ELECTION_DEADLINE: mark("Choose by this day. Your bank may need the instruction days earlier."),
    DateKind.EXPIRY: mark(
        "The right to act ends on this day. Your bank may need the instruction days earlier."
    ),
    DateKind.OFFER_PERIOD: mark(
        "The offer can be accepted in this time. Your bank may need the instruction earlier."
    ),
}


@dataclass(frozen=True, slots=True)
class MailSender:
    """Who writes: the address and name in From, and where unsubscribing by mail goes (may be empty)."""

    address: str
    name: str
    links: Links
    unsubscribe_address: str = ""


@dataclass(frozen=True, slots=True)
class MailDate:
    """One date in a mail: its entry, its action's story, and the entry's block in the mail's language."""

    entry: Entry
    story: Story
    fragment: bytes = b""

    @property
    def item(self) -> EventDate | None:
        """The date as the action has it; None for one that went away."""
        return next((item for item in shown_dates(self.story.action) if item.kind is self.entry.kind), None)


@dataclass(frozen=True, slots=True)
class Block:
    """A section of a letter about one date or one action."""

    title: str
    lines: tuple[str, ...] = ()
    quote: str = ""
    links: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class Letter:
    """What a mail says, before it is laid out as text and as HTML."""

    title: str
    intro: str = ""
    blocks: tuple[Block, ...] = ()
    buttons: tuple[tuple[str, str], ...] = ()
    footer: tuple[str, ...] = ()
    ways_out: tuple[tuple[str, str], ...] = field(default=())


def compose_reminder(date_: MailDate, *, sender: MailSender, language: str, today: date) -> Skeleton:
    """A reminder of one date. `today` is the recipient's day, from which the days ahead are counted."""
    words = words_for(language)
    block = _date_block(date_, words)
    ahead = say_ahead((date_.entry.day - today).days, words)
    title = f"{ahead}: {block.title}"
    if block.lines:  # the title says whose date it is, so that its block need not say it again
        block = replace(block, title=block.lines[0], lines=block.lines[1:])
    letter = Letter(title, blocks=(block,), **_farewell(words))
    return _compose(letter, sender, words, dates=(date_,), thread=date_.story.action)


def compose_digest(
    dates: Sequence[MailDate], *, sender: MailSender, language: str, first: date, last: date
) -> Skeleton:
    """All dates from `first` to `last`, both included, in one mail. Raises ValueError where there is none."""
    if not dates:
        raise ValueError("a digest without dates is not sent")
    words = words_for(language)
    span = words.day(first) if first == last else words.window(first, last)
    ordered = sorted(dates, key=lambda item: (item.entry.day, item.entry.uid))
    letter = Letter(
        words.say("Dates of your shares, {span} ({count})", span=span, count=len(dates)),
        blocks=tuple(_date_block(item, words) for item in ordered),
        **_farewell(words),
    )
    return _compose(letter, sender, words, dates=ordered)


def compose_change(
    story: Story,
    revisions: Sequence[Revision],
    dates: Sequence[MailDate],
    *,
    before: CorporateAction,
    sender: MailSender,
    language: str,
) -> Skeleton:
    """A notice that an action changed. Several `revisions` are told as one change from `before` to now.

    `dates` are the dates of the action that the recipients have in their calendars.
    """
    words = words_for(language)
    after = story.action
    lines = changed_lines(revisions, before, after, words)
    what = _headline(revisions, before, after, words)
    name = clean_line(after.issuer.name, 80) or after.issuer_id
    subject = f"{name}: {words.event_type(after.event_type)} {words.gist(after)}".rstrip()
    if after.held:
        lines += (
            words.say("Until that is settled, do not rely on these dates; no reminders of them are sent."),
        )
    summary = Block(words.say("What changed"), lines, links=_page_links(story, words))
    letter = Letter(
        f"{what}: {subject}",
        blocks=(summary, *(_date_block(item, words) for item in dates)),
        **_farewell(words),
    )
    return _compose(letter, sender, words, dates=dates, thread=after)


def compose_confirmation(*, sender: MailSender, language: str, wanted: Sequence[str]) -> Skeleton:
    """The question whether someone wants mails. `wanted` says what would be sent, a line each."""
    words = words_for(language)
    letter = Letter(
        words.say("Do you want reminders of your shares' dates?"),
        words.say(
            "Someone, probably you, asked for reminders to this address. They start once you confirm."
            " If it was not you, do nothing: nothing more will be sent."
        ),
        blocks=(
            Block(words.say("What would be sent"), tuple(clean_line(line, 900) for line in wanted[:30])),
        ),
        buttons=((words.say("Yes, send me reminders"), CONFIRM),),
        footer=(words.say("The link is good for three days."),),
    )
    return _compose(letter, sender, words)


def say_ahead(days: int, words: Words) -> str:
    """How far off a day is, counted in calendar days."""
    near = {-1: mark("Yesterday"), 0: mark("Today"), 1: mark("Tomorrow")}
    if days in near:
        return words.say(near[days])
    if days < 0:
        return words.say("{days} days ago", days=-days)
    return words.say("In {days} days", days=days)


def changed_lines(
    revisions: Sequence[Revision], before: CorporateAction, after: CorporateAction, words: Words
) -> tuple[str, ...]:
    """The changes of several revisions as one, field by field; what changed back is left out."""
    first: dict[str, Change] = {}
    last: dict[str, Change] = {}
    for revision in revisions:
        for change in revision.changes:
            first.setdefault(change.field, change)
            last[change.field] = change
    merged = [
        Change(name, first[name].old, change.new)
        for name, change in last.items()
        if first[name].old != change.new and matters([change])
    ]
    return tuple(change_line(change, before, after, words) for change in merged[:20])


def _headline(
    revisions: Sequence[Revision], before: CorporateAction, after: CorporateAction, words: Words
) -> str:
    """The one thing that matters most about a change."""
    fields = {change.field for revision in revisions for change in revision.changes}
    if after.status.is_over and not before.status.is_over:
        return words.say("Cancelled")
    if bool(after.held) is not bool(before.held):
        return words.say("On hold") if after.held else words.say("No longer on hold")
    moved = [name for name in fields if name.startswith("dates.")]
    if moved:
        named = field_word(min(moved), words) if len(moved) == 1 else words.say("Dates")
        return words.say("{date} changed", date=named)
    if "amount" in fields or "ratio" in fields:
        return words.say("Amount changed")
    return words.say("Now {state}", state=words.status(after.status))


def _date_block(date_: MailDate, words: Words) -> Block:
    """One date: when, in which state, what to do, and the proof."""
    item, story = date_.item, date_.story
    if item is None:
        title = removed_title(story, date_.entry.kind, words)
        return Block(title, links=_page_links(story, words))
    lines = [
        words.say("{name}: {value}", name=words.kind(item.kind), value=words.event_date(item)),
        words.say("State: {state}", state=state_of(story.action, item, words)),
        words.say("Basis: {basis}", basis=describe_certainty(item, words)),
    ]
    if story.action.amount:
        lines.append(words.say("Amount: {amount}", amount=words.amount(story.action.amount)))
    if item.kind in _ADVICE and not story.action.status.is_over and not story.action.held:
        lines.append(words.say(_ADVICE[item.kind]))
    lines += _proof_lines(item, words)
    quote = clean_line(item.evidence.quote, QUOTE_LIMIT) if item.evidence else ""
    if quote:
        lines.append(words.say("The announcement says:"))
    return Block(entry_title(story, item, words), tuple(lines), quote, _page_links(story, words, item))


def _proof_lines(item: EventDate, words: Words) -> list[str]:
    lines = []
    if item.basis is Basis.DERIVED and item.rule:
        lines += describe_rule(item, words)
    if item.note:
        lines.append(clean_line(words.tell(item.note), 300))
    return lines


def _page_links(story: Story, words: Words, item: EventDate | None = None) -> tuple[tuple[str, str], ...]:
    """The action's page, the quote in the announcement, and the source."""
    action, links = story.action, story.links
    page = links.date(action.id, item.kind) if item else links.action(action.id)
    found = [(words.say("All dates and details"), page)]
    if item and item.evidence and item.evidence.document:
        proof = item.evidence
        found.append(
            (words.say("The quote in the announcement"), links.quote(proof.document, proof.start, proof.end))
        )
    source = next((url for document in reversed(story.documents) if (url := clean_url(document.url))), "")
    if source:
        found.append((words.say("The source"), source))
    return tuple(found)


def _farewell(words: Words) -> dict[str, Any]:
    """The end of every mail to a subscriber."""
    return {
        "footer": (
            words.say("You get this because you asked for it and confirmed this address."),
            words.say("Dates are read by a machine: check the quote and the source before you act."),
        ),
        "ways_out": (
            (words.say("Change what you get"), MANAGE),
            (words.say("Unsubscribe"), UNSUBSCRIBE),
        ),
    }


def _compose(
    letter: Letter,
    sender: MailSender,
    words: Words,
    *,
    dates: Sequence[MailDate] = (),
    thread: CorporateAction | None = None,
) -> Skeleton:
    host = sender.links.host
    headers = [
        ("Subject", clip(letter.title, SUBJECT_LIMIT)),
        ("List-Id", f"<reminders.{host}>"),
        ("Auto-Submitted", "auto-generated"),
        ("Content-Language", words.language),
    ]
    if thread:
        root = f"<action.{thread.id}@{host}>"
        headers += [("In-Reply-To", root), ("References", root)]
    files = [
        Attachment(name, single_entry(item.fragment, organizer=sender.address))
        for name, item in _named_files(dates)
    ]
    return build_skeleton(
        headers,
        _render("message.txt", letter, words, LATE_TEXT),
        _render("message.html", letter, words, LATE_HTML),
        files,
        sender=Address(clean_name(sender.name), addr_spec=sender.address),
        late=words.say("This mail comes late: the service was down when it was due."),
        unsubscribe_address=sender.unsubscribe_address,
    )


def _named_files(dates: Sequence[MailDate]) -> list[tuple[str, MailDate]]:
    """The nearest dates that have a calendar entry, each with the name of its file; names of one mail differ."""
    found: dict[str, MailDate] = {}
    for item in [one for one in dates if one.fragment][:MAX_FILES]:
        kind = item.entry.kind.value
        names = (kind, *(f"{kind}-{number}" for number in range(2, MAX_FILES + 1)))
        found[next(f"{name}.ics" for name in names if f"{name}.ics" not in found)] = item
    return list(found.items())


def _render(template: str, letter: Letter, words: Words, late_slot: str) -> str:
    return str(
        _environment()
        .get_template(template)
        .render(letter=letter, language=words.language, late_slot=late_slot)
    )


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    return Environment(
        loader=PackageLoader("calendar_service.publish"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
