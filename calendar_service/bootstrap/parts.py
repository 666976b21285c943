"""The parts that a service is made of, each built from the settings when it is first needed."""

from __future__ import annotations

import os
import secrets
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar, overload

from calendar_service.bootstrap.machine import SystemClock, read_or_make_secret
from calendar_service.bootstrap.reading import MEGABYTE, build_budget, build_extractor_factory, build_market
from calendar_service.model.subscription import DeliveryKind
from calendar_service.publish.links import Links
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from calendar_service.ingest import Desk
    from calendar_service.markets import Markets
    from calendar_service.model.ports import Courier, Publisher, Store
    from calendar_service.model.subscription import Delivery, Subscription
    from calendar_service.reading import IsolatedReader
    from calendar_service.remind.bounces import BounceBox, ReturnPaths
    from calendar_service.remind.letters import RecipientLinks
    from calendar_service.remind.planning import ReminderPlanner
    from calendar_service.remind.sending import Dispatcher
    from calendar_service.sources.folder import Folder
    from calendar_service.web.tokens import Tokens


Built = TypeVar("Built")


class part(Generic[Built]):  # noqa: N801 - it is written like `property`
    """A property that is built by the first thread that asks for it, and kept.

    functools.cached_property has no lock from Python 3.12 on: two threads would start two readers, and
    only one of them would be closed.
    """

    def __init__(self, build: Callable[[Any], Built]) -> None:
        self._build = build
        self.__doc__ = build.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    @overload
    def __get__(self, parts: None, owner: type) -> Self: ...

    @overload
    def __get__(self, parts: Parts, owner: type) -> Built: ...

    def __get__(self, parts: Parts | None, owner: type) -> Self | Built:
        if parts is None:
            return self
        with parts.building:
            kept = parts.__dict__
            if self._name not in kept:
                kept[self._name] = self._build(parts)
            found: Built = kept[self._name]
            return found


class Parts:
    """Stores, readers, rules, couriers: one of each, opened late and closed together."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.building = threading.RLock()  # one part needs others
        self.clock = SystemClock()
        self.stopping = threading.Event()
        self.links = Links(settings.base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the reading process and the database connections, where there are any."""
        for courier in self.__dict__.get("couriers", {}).values():
            courier.close()
        for name in ("reader", "store"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @part
    def store(self) -> Store:
        """The database."""
        from calendar_service.store import open_store

        return open_store(self.settings.store_url)

    @part
    def reader(self) -> IsolatedReader:
        """Reads documents in a process of its own, within the budget."""
        from calendar_service.reading import IsolatedReader

        return IsolatedReader(build_extractor_factory(self.settings), build_budget(self.settings))

    @part
    def market(self) -> Markets:
        """The rules of the exchanges."""
        return build_market(self.settings)

    @part
    def planner(self) -> ReminderPlanner:
        """Plans reminders and notices."""
        from calendar_service.remind.planning import ReminderPlanner

        return ReminderPlanner(self.market, self.links.host, self.settings.reminders.collapse_seconds)

    @part
    def publisher(self) -> Publisher:
        """What follows from a changed action: its entries first, then the reminders of them."""
        from calendar_service.publishing import EntryPublisher, Publishers

        return Publishers((EntryPublisher(self.links), self.planner))

    @part
    def desk(self) -> Desk:
        """The ports of the ingest use case."""
        from calendar_service.ingest import Desk

        return Desk(self.store, self.reader, self.market, self.publisher, self.clock)

    @part
    def tokens(self) -> Tokens:
        """Signs the links in mails and names private feeds."""
        from calendar_service.web.tokens import Tokens

        return Tokens(self.secret, self.clock)

    @part
    def secret(self) -> str:
        """The key that links are signed with: from the environment, else made once and kept in the data folder."""
        return self.settings.secret or read_or_make_secret(self.settings.data / "secret")

    @property
    def mail_mode(self) -> str:
        """Where mail goes: "smtp", or "maildir:PATH" while no server is set."""
        return "smtp" if self.settings.mail.host else f"maildir:{self.settings.data / 'mail'}"

    @part
    def couriers(self) -> dict[str, Courier]:
        """The ways to hand a message over, by channel."""
        from calendar_service.couriers.apprise import AppriseCourier
        from calendar_service.couriers.maildir import MaildirCourier
        from calendar_service.couriers.smtp import SmtpCourier
        from calendar_service.couriers.webhook import WebhookCourier

        mail = self.settings.mail
        return {
            "email": SmtpCourier(mail) if mail.host else MaildirCourier(self.settings.data / "mail"),
            "webhook": WebhookCourier(self.settings.webhook, self.secret, self.clock.now),
            "apprise": AppriseCourier(),
        }

    @part
    def dispatcher(self) -> Dispatcher:
        """This process's worker: claims what is due and sends it."""
        from calendar_service.publish.email import MailSender
        from calendar_service.remind.letters import LetterWriter
        from calendar_service.remind.sending import Dispatcher

        mail, reminders = self.settings.mail, self.settings.reminders
        sender = MailSender(mail.sender, mail.sender_name, self.links)
        writer = LetterWriter(sender, self.market, self.links_of)
        worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"
        return Dispatcher(
            self.store,
            self.couriers,
            writer,
            self.planner,
            self.clock,
            worker,
            batch=reminders.batch,
            stale_after=reminders.stale_seconds,
            per_domain_a_minute=mail.per_domain_a_minute,
            stopping=self.stopping.is_set,
            sign=self._build_signer(),
        )

    @part
    def return_paths(self) -> ReturnPaths | None:
        """The signed return addresses of mails, where a domain for bounces is set."""
        from calendar_service.remind.bounces import ReturnPaths

        domain = self.settings.mail.bounce_domain
        return ReturnPaths(self.secret, domain) if domain else None

    @part
    def bounce_box(self) -> BounceBox | None:
        """Where bounces arrive, if anywhere."""
        from calendar_service.couriers.bounces import ImapBounces, MaildirBounces

        bounces = self.settings.bounces
        if bounces.maildir:
            return MaildirBounces(Path(bounces.maildir).expanduser())
        return ImapBounces(bounces) if bounces.imap_host else None

    @part
    def inbox(self) -> Folder:
        """The folder that is watched."""
        from calendar_service.sources.folder import Folder

        return Folder(self.settings.inbox_folder, self.clock, self.document_bytes)

    @property
    def document_bytes(self) -> int:
        """How large a document may be; what is larger is kept as rejected, and never read whole."""
        return self.settings.reading.document_megabytes * MEGABYTE

    def links_of(self, delivery: Delivery, subscription: Subscription) -> RecipientLinks:
        """A subscriber's own links for one message, signed: the question has one of its own, and no way out."""
        from calendar_service.remind.letters import RecipientLinks

        number, tokens, links = subscription.id, self.tokens, self.links
        bounces = self.return_paths.of(number) if self.return_paths else ""
        if delivery.kind is DeliveryKind.CONFIRM:
            return RecipientLinks("", "", links.confirm(tokens.confirm(number)), bounces)
        return RecipientLinks(
            links.manage(tokens.manage(number)), links.unsubscribe(tokens.unsubscribe(number)), "", bounces
        )

    def _build_signer(self) -> Callable[[bytes], bytes] | None:
        mail = self.settings.mail
        if not mail.dkim_key:
            return None
        from calendar_service.publish.signing import DkimSigner

        signer = DkimSigner(mail.dkim_domain, mail.dkim_selector, mail.dkim_key)
        signer.check()
        return signer.sign
