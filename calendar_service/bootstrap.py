"""The one place where concrete things are built from the settings."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from calendar_service.errors import CalendarServiceError, SettingsError
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.subscription import DeliveryKind
from calendar_service.publish.links import Links
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler
    from flask import Flask

    from calendar_service.extract import Extractor
    from calendar_service.ingest import Desk, Ingested
    from calendar_service.markets import Markets
    from calendar_service.model.announcement import Reading
    from calendar_service.model.ports import Correction, Courier, Publisher, Store, Unit
    from calendar_service.model.subscription import Delivery, Subscription
    from calendar_service.reading import Budget, IsolatedReader
    from calendar_service.remind.bounces import BounceBox, ReturnPaths
    from calendar_service.remind.letters import RecipientLinks
    from calendar_service.remind.planning import ReminderPlanner
    from calendar_service.remind.sending import Dispatcher
    from calendar_service.sources.folder import Folder
    from calendar_service.web.services import Services
    from calendar_service.web.tokens import Tokens

log = logging.getLogger(__name__)

MEGABYTE = 1024 * 1024
SETTLE_SECONDS = 600.0  # how often to look whether a new day has begun


class SystemClock:
    """The machine's clock, the only one that is read."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the machine's clock is read


class Service:
    """Everything that runs on one store, each part built when it is first needed."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        self.stopping = threading.Event()
        self.links = Links(settings.base_url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def prepare(self) -> None:
        """Make the data folder and bring the schema up to date."""
        _make_folder(self.settings.data)
        self.store.migrate()

    def check(self) -> None:
        """Build what is built late and may fail: the markets' rules. Raises SettingsError or DataFileError."""
        _ = self.planner

    def close(self) -> None:
        """End the reading process and the database connections, where there are any."""
        for courier in self.__dict__.get("couriers", {}).values():
            courier.close()
        for name in ("reader", "store"):
            if name in self.__dict__:
                self.__dict__[name].close()

    @cached_property
    def store(self) -> Store:
        """The database."""
        from calendar_service.store import open_store

        return open_store(self.settings.store_url)

    @cached_property
    def reader(self) -> IsolatedReader:
        """Reads documents in a process of its own, within the budget."""
        from calendar_service.reading import IsolatedReader

        return IsolatedReader(_extractor_factory(self.settings), _reading_budget(self.settings))

    @cached_property
    def market(self) -> Markets:
        """The rules of the exchanges."""
        return build_market(self.settings)

    @cached_property
    def planner(self) -> ReminderPlanner:
        """Plans reminders and notices."""
        from calendar_service.remind.planning import ReminderPlanner

        return ReminderPlanner(self.market, self.links.host, self.settings.reminders.collapse_seconds)

    @cached_property
    def publisher(self) -> Publisher:
        """What follows from a changed action: its entries first, then the reminders of them."""
        from calendar_service.publishing import EntryPublisher, Publishers

        return Publishers((EntryPublisher(self.links), self.planner))

    @cached_property
    def tokens(self) -> Tokens:
        """Signs the links in mails and names private feeds."""
        from calendar_service.web.tokens import Tokens

        return Tokens(self.secret, self.clock)

    @property
    def mail_mode(self) -> str:
        """Where mail goes: "smtp", or "maildir:PATH" while no server is set."""
        return "smtp" if self.settings.mail.host else f"maildir:{self.settings.data / 'mail'}"

    @cached_property
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

    @cached_property
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

    @cached_property
    def return_paths(self) -> ReturnPaths | None:
        """The signed return addresses of mails, where a domain for bounces is set."""
        from calendar_service.remind.bounces import ReturnPaths

        domain = self.settings.mail.bounce_domain
        return ReturnPaths(self.secret, domain) if domain else None

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

    def build_app(self) -> Flask:
        """The web application over this service."""
        from calendar_service.web import create_app

        return create_app(self.build_services())

    def build_services(self) -> Services:
        """The ports and settings that the web works with."""
        from calendar_service.web.services import Services

        web = self.settings.web
        return Services(
            store=self.store,
            clock=self.clock,
            ingest=self.ingest_document,
            correct=self.correct,
            planner=LatePlanner(self),
            base_url=self.settings.base_url,
            mail=self.mail_mode,
            secret=self.secret,
            admin_token=web.admin_token,
            host=web.host,
            upload_bytes=web.upload_megabytes * MEGABYTE,
            template_cache=self.settings.data / "templates",
        )

    def build_scheduler(self) -> BackgroundScheduler:
        """Looks at the inbox, at what is due, and at what is over; not started yet."""
        from calendar_service.schedule import Job, build_scheduler

        jobs: tuple[Job, ...] = (
            Job("inbox", self.settings.inbox.seconds, self.read_inbox),
            Job("reminders", self.settings.reminders.seconds, self.send_due),
            Job("calendar", SETTLE_SECONDS, self.settle),
        )
        if self.bounce_box:
            jobs += (Job("bounces", self.settings.bounces.seconds, self.read_bounces),)
        return build_scheduler(jobs, self.clock)

    @cached_property
    def bounce_box(self) -> BounceBox | None:
        """Where bounces arrive, if anywhere."""
        from calendar_service.couriers.bounces import ImapBounces, MaildirBounces

        bounces = self.settings.bounces
        if bounces.maildir:
            return MaildirBounces(Path(bounces.maildir).expanduser())
        return ImapBounces(bounces) if bounces.imap_host else None

    def read_bounces(self) -> int:
        """Suppress addresses whose mails came back for good; returns how many."""
        from calendar_service.remind.bounces import read_bounces

        if self.bounce_box is None or self.return_paths is None:
            return 0
        return read_bounces(self.bounce_box, self.return_paths, self.store, self.clock)

    @cached_property
    def inbox(self) -> Folder:
        """The folder that is watched."""
        from calendar_service.sources.folder import Folder

        folder = self.settings.inbox_folder
        folder.mkdir(parents=True, exist_ok=True)
        return Folder(folder, self.clock, self.document_bytes)

    def read_inbox(self) -> None:
        """Read what has come into the inbox folder since the last look."""
        from calendar_service.ingest import reject

        for item in self.inbox.look():
            if isinstance(item, RawDocument):
                result = self.ingest_document(item)
            else:
                result = reject(item.document, item.reason, self.desk)
            log.info("inbox: %s: %s", result.name, result.outcome, extra={"reason": result.reason})
            if self.stopping.is_set():
                return

    def settle(self) -> None:
        """Complete what is over since the last look."""
        from calendar_service.ingest import settle_until_today

        settle_until_today(self.desk)

    def send_due(self) -> None:
        """Send what is due, and tell the operator's watchdog that it was looked at."""
        self.dispatcher.tick()
        if self.settings.reminders.alive_url:
            _call(self.settings.reminders.alive_url)

    def subscribe(self, subscription: Subscription) -> str:
        """Store a subscription that is confirmed already, plan what it gets, and return its private feed's address."""
        from calendar_service.web.tokens import hash_feed_token

        token = self.tokens.feed(subscription.id)
        with self.store.begin() as unit:
            unit.subscriptions.add(subscription, feed_token_hash=hash_feed_token(token))
            self.planner.subscribe(unit, subscription, self.clock.now())
        return self.links.private_feed(token)

    def stop(self) -> None:
        """Let work that is under way come to its end, and begin no more."""
        self.stopping.set()

    def load_samples(self) -> list[Ingested]:
        """Read the sample announcements, dated around today."""
        from calendar_service.samples import sample_documents

        documents = sample_documents(self.clock.now().date())
        return [self.ingest_bytes(content, name, f"samples:{name}") for name, content in documents]

    def _build_signer(self) -> Callable[[bytes], bytes] | None:
        mail = self.settings.mail
        if not mail.dkim_key:
            return None
        from calendar_service.publish.signing import DkimSigner

        signer = DkimSigner(mail.dkim_domain, mail.dkim_selector, mail.dkim_key)
        signer.check()
        return signer.sign

    @cached_property
    def desk(self) -> Desk:
        """The ports of the ingest use case."""
        from calendar_service.ingest import Desk

        return Desk(self.store, self.reader, self.market, self.publisher, self.clock)

    @cached_property
    def secret(self) -> str:
        """The key that links are signed with: from the environment, else made once and kept in the data folder."""
        return self.settings.secret or _read_or_make_secret(self.settings.data / "secret")

    @property
    def document_bytes(self) -> int:
        """How large a document may be; what is larger is kept as rejected, and never read whole."""
        return self.settings.reading.document_megabytes * MEGABYTE

    def ingest_file(self, path: Path, origin: str) -> Ingested:
        """Read one file. One that is too large is kept as rejected."""
        from calendar_service.ingest import reject

        try:
            with path.open("rb") as stream:
                content = stream.read(self.document_bytes + 1)
        except OSError as error:
            raw = RawDocument(str(path).encode(errors="replace"), origin, path.name, self.clock.now())
            return reject(raw, f"The file cannot be read: {error.strerror}.", self.desk)
        return self.ingest_bytes(content, path.name, origin)

    def ingest_bytes(self, content: bytes, name: str, origin: str) -> Ingested:
        """Read one document that is already in memory."""
        return self.ingest_document(RawDocument(content, origin, name, self.clock.now()))

    def ingest_document(self, document: RawDocument) -> Ingested:
        """Read one document. A fault of our own is logged, and the document kept as rejected: it never stops the rest."""
        from calendar_service.ingest import ingest, reject

        try:
            return ingest(document, self.desk)
        except CalendarServiceError:
            raise
        except Exception:
            log.exception("reading %s failed", document.name)
            return reject(
                document, "A fault of the service stopped the reading; its log tells more.", self.desk
            )

    def correct(self, correction: Correction) -> tuple[str, ...]:
        """Remember and apply what a person decided; the ids of the actions that changed."""
        from calendar_service.ingest import correct

        return correct(correction, self.desk)


@dataclass(frozen=True, slots=True)
class LatePlanner:
    """Plans what subscriptions get; the first one builds the planner, since most requests need none."""

    service: Service

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:
        """See `ReminderPlanner.subscribe`."""
        self.service.planner.subscribe(unit, subscription, now)


@dataclass(frozen=True, slots=True)
class ExtractorFactory:
    """Builds the extractor; can be sent to another process, and tells it nothing but two paths."""

    lexicons: Path | None
    issuers: Path | None

    def __call__(self) -> Extractor:
        """The extractor with these lexicons and issuers; None for those that ship."""
        from calendar_service import extract

        return extract.load(self.lexicons, self.issuers)


def build_market(settings: Settings) -> Markets:
    """The markets' rules from the file that is configured, or the one that ships."""
    from calendar_service import markets

    return markets.load(_optional_path(settings.reading.markets))


def read_files(
    paths: tuple[Path, ...], settings: Settings
) -> Iterator[tuple[Path, tuple[Text, Reading] | str]]:
    """Read files without storing anything: each with its text and what it says, or the reason why it cannot be read."""
    from calendar_service.reading import read_many

    return read_many(paths, _extractor_factory(settings), _reading_budget(settings), SystemClock())


def find_problems(settings: Settings) -> list[str]:
    """What would go wrong with these settings, in words: data files, folders, the database."""
    problems: list[str] = []
    service = Service(settings)
    checks = (_extractor_factory(settings), lambda: service.market, service.prepare)
    for check in checks:
        try:
            check()
        except SettingsError as error:
            problems.extend(error.problems)
        except (CalendarServiceError, OSError) as error:
            problems.append(str(error))
    service.close()
    return problems


def _extractor_factory(settings: Settings) -> ExtractorFactory:
    return ExtractorFactory(
        _optional_path(settings.reading.lexicons), _optional_path(settings.reading.issuers)
    )


def _reading_budget(settings: Settings) -> Budget:
    from calendar_service.reading import Budget
    from calendar_service.text import Limits

    reading = settings.reading
    limits = Limits(bytes_in=reading.document_megabytes * MEGABYTE)
    return Budget(seconds=reading.seconds, memory=reading.memory_megabytes * MEGABYTE, limits=limits)


def _call(url: str) -> None:
    """Tell a watchdog that all is well; that it cannot be reached never stops anything."""
    from http.client import HTTPException
    from urllib.request import urlopen

    try:
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - the operator's own address, checked to be http(s)
            answer.read(1024)
    except (OSError, HTTPException) as error:
        log.warning("reminders.alive_url cannot be called: %s", error)


def _optional_path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise SettingsError(
            [f"data: the folder {folder} cannot be made ({error.strerror}); choose another."]
        ) from error


def _read_or_make_secret(file: Path) -> str:
    """The secret in the file; made by whoever comes first, when several processes start at once."""
    if not file.exists():
        draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_hex(32))
        with suppress(FileExistsError):
            os.link(draft, file)  # appears whole, or not at all
        draft.unlink()
    return file.read_text(encoding="ascii").strip()
