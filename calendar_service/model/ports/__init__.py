"""What the use cases need from the outside, as protocols. Built only in bootstrap.

Every method of a store runs inside the transaction of the `Unit` it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from calendar_service.errors import DeliveryError
from calendar_service.model.action import CorporateAction, Entry, Revision
from calendar_service.model.announcement import Announcement, Reading
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.ports.readers import Deliveries, Paces, Subscriptions
from calendar_service.model.records import (
    Correction,
    IssuerPart,
    Message,
    StoredAnnouncement,
    StoredDocument,
    StoredIssuer,
)
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import Selection
from calendar_service.model.values import EventDate

__all__ = [
    "Actions",
    "BulkCourier",
    "Clock",
    "Courier",
    "Deliveries",
    "Documents",
    "Entries",
    "Market",
    "Paces",
    "Publisher",
    "Reader",
    "Store",
    "Subscriptions",
    "Unit",
]


class Clock(Protocol):
    """The only way to know what time it is."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class Reader(Protocol):
    """Reads one document within its time and size budget."""

    def read(self, document: RawDocument) -> tuple[Text, Reading]:
        """The text and what it says. Raises UnreadableError (BudgetError) with a reason for a person."""


class Market(Protocol):
    """The rules of the world's exchanges."""

    def derive(self, action: CorporateAction) -> tuple[tuple[EventDate, ...], tuple[Remark, ...]]:
        """The action's dates with those that the market adds, and notes (why a date was not derived, contradictions)."""

    def trading_days_before(self, mic: str | None, day: date, days: int) -> date:
        """The day that lies `days` trading days before `day`; Monday to Friday where the market is not known."""


class Documents(Protocol):
    """Documents and what was read from them."""

    def find(self, document_id: str) -> StoredDocument | None:
        """The document with its text, or None."""

    def add(
        self,
        raw: RawDocument,
        text: Text | None,
        reading: Reading | None,
        reason: Remark | None,
        *,
        again: bool = False,
    ) -> StoredDocument:
        """Stores a document once, with its outcome; the same bytes again change nothing, unless they could
        not be read before and can be now, or were read `again`. A failure replaces no reading.
        """

    def raise_origin(self, document_id: str, origin: str, url: str | None) -> None:
        """Says that a document came from here as well, where that is the better source."""

    def list(
        self, *, outcome: str | None = None, limit: int = 100, offset: int = 0
    ) -> Sequence[StoredDocument]:
        """Newest first, without `content`."""

    def count(self, *, outcome: str | None = None) -> int:
        """How many there are."""

    def content_of(self, document_id: str) -> bytes | None:
        """The bytes as they were received; None where they are not known or were too many to keep."""


class Actions(Protocol):
    """Announcements, the actions made of them, and their revisions."""

    def add_announcement(self, stored: StoredAnnouncement) -> None:
        """Stores an announcement. One read anew replaces words and origin and keeps the instant it was known at."""

    def remove_announcements(self, announcement_ids: Iterable[str]) -> None:
        """Takes announcements away that their document, read again, does not make any more."""

    def announcements_of(self, issuer_id: str) -> Sequence[StoredAnnouncement]:
        """Everything that this issuer's documents announced, oldest first."""

    def announcements_in(self, document_id: str) -> Sequence[StoredAnnouncement]:
        """What was read from one document, by ordinal."""

    def issuer(self, issuer_id: str) -> StoredIssuer | None:
        """The issuer, or the one that it was found to be (its `id` differs then); None where it is not known."""

    def issuers(self, *, search: str = "", limit: int = 100, offset: int = 0) -> Sequence[StoredIssuer]:
        """Issuers by name; `search` keeps those whose name or ticker holds these words (case ignored)."""

    def issuers_named_by(self, selection: Selection) -> Sequence[StoredIssuer]:
        """The issuers that a selection names by id or ticker, by name; those that are not known are left out."""

    def match_issuer(self, announcement: Announcement) -> str:
        """The id of the announcement's issuer, made and remembered on first sight."""

    def doubt_issuer(self, announcement: Announcement) -> Remark | None:
        """Why a person has to say whose a matched announcement is; None where that is certain."""

    def merge_issuers(self, decision: Correction) -> tuple[str, str]:
        """Let the issuer `decision.value` stand for `decision.target` too; the ids of both, as they stood before.

        Raises NotFoundError for an unknown issuer, ConflictError where they are one already or cannot be.
        """

    def split_issuer(self, decision: Correction) -> tuple[str, str]:
        """Let the issuer `decision.target` stand for itself again, and remember that it is another one.

        The ids of both. Raises NotFoundError for an unknown issuer, ConflictError for one that was not merged.
        """

    def issuer_parts(self, issuer_id: str) -> Sequence[IssuerPart]:
        """The issuers that this one stands for, oldest first."""

    def issuer_decisions(self, issuer_id: str) -> Sequence[Correction]:
        """What people decided on which issuers are one, as far as it concerns this one, oldest first."""

    def find(self, action_id: str) -> CorporateAction | None:
        """The action as it is now; an id that was merged away leads to the action that took it in."""

    def tickers_of(self, issuer_id: str) -> frozenset[str]:
        """An issuer's tickers in both forms that a Selection takes: "3774" and "XTKS:3774"."""

    def find_all(self, action_ids: Iterable[str]) -> dict[str, CorporateAction]:
        """The actions with these ids in one query, by the id asked for; ids that are not known are left out."""

    def of_issuer(self, issuer_id: str) -> Sequence[CorporateAction]:
        """The issuer's actions, held ones included, merged ones left out, by id."""

    def list(
        self,
        selection: Selection,
        today: date,
        *,
        held: bool | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> Sequence[CorporateAction]:
        """By nearest date, coming ones before past ones; actions without any date last. `held` None means both."""

    def save(self, revision: Revision) -> None:
        """Appends a revision and makes it the present state. Raises ConflictError when its number is taken."""

    def revisions(self, action_id: str) -> Sequence[Revision]:
        """Oldest first."""

    def shown_on(self, action_id: str, instant: datetime) -> Revision | None:
        """What was known at that instant; None before the first revision."""

    def add_correction(self, correction: Correction) -> str:
        """Remember what a person decided; the issuer id of its target. Raises NotFoundError for an unknown target."""

    def redirect(self, loser: str, winner: str) -> None:
        """Lead from the id of an action that was merged away to the one that took it in.

        Saving a revision of the loser undoes it. Raises NotFoundError for an unknown loser.
        """

    def put_away(self, action_id: str) -> None:
        """List an action no more, since nothing announces it; its id and history stay. Saving a revision undoes it."""

    def corrections(self, issuer_id: str) -> Sequence[Correction]:
        """What people decided on this issuer's actions and announcements, oldest first."""


class Entries(Protocol):
    """Calendar entries with their rendered fragments."""

    def find(self, uid: str) -> Entry | None:
        """The entry, tombstones included, or None."""

    def find_all(self, uids: Iterable[str]) -> dict[str, Entry]:
        """The entries with these uids in one query, tombstones included; those not known are left out."""

    def of_action(self, action_id: str) -> Sequence[Entry]:
        """All entries of an action, tombstones included, by day."""

    def save(self, entry: Entry, fragments: Mapping[str, bytes]) -> None:
        """Writes an entry with its VEVENT bytes by language (CRLF line ends); other languages' are dropped."""

    def select(self, selection: Selection, today: date, *, limit: int | None = None) -> Sequence[Entry]:
        """The entries of a selection, nearest date to `today` first, tombstones of the last 90 days included."""

    def fragments(
        self, selection: Selection, today: date, language: str, *, limit: int | None = None
    ) -> Sequence[bytes]:
        """The rendered blocks, nearest date to `today` first, at most `limit` of them.

        Give a limit where a selection names no issuers: then only so many are read.
        """

    def fragment(self, uid: str, language: str) -> bytes | None:
        """One entry's block, or None."""

    def fragments_of(self, action_id: str) -> dict[str, dict[str, bytes]]:
        """All blocks of an action's entries, tombstones included: uid -> language -> bytes."""

    def version(self, selection: Selection | None = None) -> int:
        """A number that rises with every change to any entry: what a poll's validator hangs on.

        With a selection that names issuers, only changes of theirs count.
        """

    def changed_since(self, version: int, limit: int = 1000) -> Sequence[tuple[int, Entry]]:
        """The entries written after `version`, each with its own, oldest change first: what needs planning.

        All entries of one version come together, so that slightly more than `limit` may come.
        """

    def ended_between(self, first: date, last: date) -> Sequence[Entry]:
        """The entries whose last day lies in this range, both ends included, without tombstones, by that day."""


class Unit(Protocol):
    """One transaction over all rooms of the store."""

    @property
    def documents(self) -> Documents:
        """What came in."""

    @property
    def actions(self) -> Actions:
        """What was announced, and what became of it."""

    @property
    def entries(self) -> Entries:
        """What calendars show."""

    @property
    def subscriptions(self) -> Subscriptions:
        """Who gets what."""

    @property
    def deliveries(self) -> Deliveries:
        """What was and will be sent."""

    @property
    def paces(self) -> Paces:
        """How fast each mail domain is written to."""

    def get_state(self, name: str) -> str | None:
        """A small named value, such as the instant of the last tick; None where it was never set."""

    def set_state(self, name: str, value: str) -> None:
        """Sets a named value."""


class Store(Protocol):
    """A database, SQLite or PostgreSQL."""

    def begin(self) -> AbstractContextManager[Unit]:
        """A transaction: committed at the end of the block, rolled back on an error.

        Keep it short: SQLite has one writer at a time.
        """

    def at_once(self) -> AbstractContextManager[Unit]:
        """For work of which each statement holds by itself: each is committed as it ends, without a transaction's round trips."""

    def read(self) -> AbstractContextManager[Unit]:
        """A consistent view for reading; never blocks a writer. Writing in it fails."""

    def migrate(self) -> None:
        """Brings the schema up to date. Safe to call from several processes at once."""

    def close(self) -> None:
        """Gives the connections back."""


class Publisher(Protocol):
    """What follows from a changed action: calendar entries, reminders, notices. Runs inside the change's transaction."""

    def publish(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Bring entries and planned messages in line with the action as it is now."""

    def retire(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Take back the entries of an action that was merged into another."""


class Courier(Protocol):
    """One way to hand a message over: SMTP, Maildir, webhook, Apprise."""

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:
        """Hands over one message; `return_path` is where a mail's bounces go. Raises DeliveryError."""

    def close(self) -> None:
        """Ends its connections."""


@runtime_checkable
class BulkCourier(Courier, Protocol):
    """A courier that has several messages under way by itself."""

    def send_all(
        self, messages: Iterator[Message], report: Callable[[Message, DeliveryError | None], None]
    ) -> None:
        """Hands over messages, and reports of each, in any order, with its error if there was one.

        It asks for the next message when it can begin with it, so that few are under way at a time.
        """
