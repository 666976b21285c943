"""A small world to be reminded of: a real store, the market's rules, actions that change, and readers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from calendar_service import markets
from calendar_service.couriers.maildir import MaildirCourier
from calendar_service.markets import Markets
from calendar_service.model.action import CorporateAction, Revision
from calendar_service.model.announcement import Amount, Announcement, Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Courier, Store
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.subscription import Delivery, DeliveryState, Selection, Subscription
from calendar_service.model.values import EventDate, Evidence, Money, SecurityId
from calendar_service.publish.email import MailSender
from calendar_service.publish.links import Links
from calendar_service.publishing import EntryPublisher, Publishers
from calendar_service.remind.letters import LetterWriter, RecipientLinks
from calendar_service.remind.planning import ReminderPlanner
from calendar_service.remind.sending import Dispatcher
from calendar_service.store import open_store

LINKS = Links("https://calendar.example")
WAIT = 300.0


@cache
def load_market() -> Markets:
    return markets.load()


def links_of(_delivery: Delivery, subscription: Subscription) -> RecipientLinks:
    return RecipientLinks(LINKS.manage(f"m{subscription.id}"), LINKS.unsubscribe(f"u{subscription.id}"))


def read_maildir(folder: Path) -> list[EmailMessage]:
    """The messages in a Maildir, by subject."""
    found = [
        message_from_bytes(path.read_bytes(), policy=policy.default) for path in (folder / "new").iterdir()
    ]
    assert all(isinstance(message, EmailMessage) for message in found)
    return sorted(found, key=lambda message: str(message["Subject"]))


@dataclass
class World:
    """Actions and readers around one store, with a clock that the test moves."""

    folder: Path
    clock: Any
    url: str = ""
    store: Store = field(init=False)
    planner: ReminderPlanner = field(init=False)
    publisher: Publishers = field(init=False)

    def __post_init__(self) -> None:
        self.store = open_store(self.url or f"sqlite:///{self.folder / 'world.db'}")
        self.store.migrate()
        self.planner = ReminderPlanner(load_market(), LINKS.host, WAIT)
        self.publisher = Publishers((EntryPublisher(LINKS), self.planner))

    @property
    def maildir(self) -> Path:
        return self.folder / "mail"

    def announce(
        self, key: str, dates: Mapping[DateKind, date], *, issuer: str = "Nordlicht AG", **fields: Any
    ) -> CorporateAction:
        """Store an action, or its next revision, and publish it as ingesting would."""
        ticker = SecurityId("ticker", issuer.split(maxsplit=1)[0].upper()[:8], fields.get("mic", "XETR"))
        named = Issuer(issuer, (ticker,))
        with self.store.begin() as unit:
            old = unit.actions.find(key)
            issuer_id = unit.actions.match_issuer(Announcement(named, EventType.CASH_DIVIDEND))
            items = tuple(
                EventDate(kind, day, evidence=Evidence(f"{kind.value} {day}", 0, 5, "test"))
                for kind, day in dates.items()
            )
            base: dict[str, Any] = {
                "event_type": EventType.CASH_DIVIDEND,
                "status": Status.CONFIRMED,
                "mic": "XETR",
                "amount": Amount(Money(Decimal("1.20"), "EUR")),
            }
            number = old.revision + 1 if old else 1
            action = CorporateAction(key, issuer_id, named, dates=items, revision=number, **(base | fields))
            now = self.clock.now()
            unit.actions.save(Revision(key, number, now, differences(old, action), action, "document.0"))
            self.publisher.publish(unit, action, now)
        return action

    def merge(self, loser: str, winner: str) -> None:
        with self.store.begin() as unit:
            action = unit.actions.find(loser)
            assert action is not None
            unit.actions.redirect(loser, winner)
            self.publisher.retire(unit, action, self.clock.now())

    def subscribe(self, key: str, selection: Selection | None = None, **fields: Any) -> Subscription:
        now = self.clock.now()
        subscription = Subscription(
            key, f"{key}@reader.example", selection or Selection(), created_at=now, confirmed_at=now
        )
        subscription = replace(subscription, **fields)
        with self.store.begin() as unit:
            unit.subscriptions.add(subscription, feed_token_hash=f"token-{key}")
            self.planner.subscribe(unit, subscription, now)
        return subscription

    def change(self, subscription: Subscription, **fields: Any) -> Subscription:
        changed = replace(subscription, **fields)
        with self.store.begin() as unit:
            unit.subscriptions.update(changed)
            self.planner.subscribe(unit, changed, self.clock.now())
        return changed

    def rows(self, state: DeliveryState | None = None, subscription: str | None = None) -> list[Delivery]:
        with self.store.read() as unit:
            found = unit.deliveries.list(state=state, subscription_id=subscription, limit=1_000_000)
        return sorted(found, key=lambda row: (row.due_at, row.key))

    def planned(self) -> list[tuple[str, str]]:
        """What is planned: (kind and date, local instant as UTC text)."""
        return [(_name(row), f"{row.due_at:%Y-%m-%d %H:%M}") for row in self.rows(DeliveryState.PLANNED)]

    def dispatcher(self, courier: Courier | None = None, **options: Any) -> Dispatcher:
        couriers = {"email": courier or MaildirCourier(self.maildir)}
        writer = LetterWriter(
            MailSender("reminders@calendar.example", "Dates", LINKS), load_market(), links_of
        )
        defaults = {"worker": "w", **options}
        return Dispatcher(self.store, couriers, writer, self.planner, self.clock, **defaults)

    def run_until(self, end: datetime, dispatcher: Dispatcher) -> None:
        """Move the clock from one due instant to the next, and send at each."""
        while True:
            with self.store.read() as unit:
                due = unit.deliveries.next_due()
            if due is None or due > end:
                break
            self.clock.instant = max(due, self.clock.now())
            dispatcher.tick()
        self.clock.instant = end

    def mails(self) -> list[EmailMessage]:
        return read_maildir(self.maildir)


def _name(row: Delivery) -> str:
    if row.entry_uid and row.lead:
        return f"{row.entry_uid.split('@')[0].split('-', 1)[-1]} {row.day} {row.lead.days}{row.lead.count.value[0]}"
    return f"{row.kind.value} {row.day or row.action_id}"


class Keeper:
    """A courier that keeps what it is given, and fails where the test says so."""

    def __init__(self, fail: Callable[[str], Exception | None] | None = None) -> None:
        self.sent: list[tuple[str, str, bytes]] = []
        self.fail = fail

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:
        del return_path
        error = self.fail(target) if self.fail else None
        if error:
            raise error
        self.sent.append((target, message_id, content))

    def close(self) -> None:
        pass
