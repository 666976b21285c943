"""What a running service does, whoever asks: the command line, the web, the scheduler."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from calendar_service.bootstrap.machine import call_watchdog, make_folder
from calendar_service.bootstrap.parts import Parts
from calendar_service.bootstrap.reading import MEGABYTE, build_extractor_factory
from calendar_service.errors import CalendarServiceError, SettingsError
from calendar_service.model.document import RawDocument
from calendar_service.model.remarks import remark
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler
    from flask import Flask

    from calendar_service.ingest import Ingested
    from calendar_service.model.ports import Unit
    from calendar_service.model.records import Correction, StoredDocument
    from calendar_service.model.subscription import Subscription
    from calendar_service.web.services import Services

log = logging.getLogger(__name__)

SETTLE_SECONDS = 600.0  # how often to look whether a new day has begun
LEDGER_DAYS = 400  # how long the ledger keeps what is over: a yearly date is still explained


class Service(Parts):
    """Everything that runs on one store."""

    def prepare(self) -> None:
        """Make the folders that people are told of, and bring the schema up to date."""
        make_folder(self.settings.data, "data")
        make_folder(self.settings.inbox_folder, "inbox.folder")
        self.store.migrate()

    def check(self) -> None:
        """Build what is built late and may fail: the markets' rules. Raises SettingsError or DataFileError."""
        _ = self.planner

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

    def read_bounces(self) -> int:
        """Suppress addresses whose mails came back for good; returns how many."""
        from calendar_service.remind.bounces import read_bounces

        if self.bounce_box is None or self.return_paths is None:
            return 0
        return read_bounces(self.bounce_box, self.return_paths, self.store, self.clock)

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
        """Complete what is over since the last look, and forget messages that are long past."""
        from calendar_service.ingest import settle_until_today
        from calendar_service.remind.refusing import COUNTED_FOR

        settle_until_today(self.desk)
        with self.store.begin() as unit:
            now = self.clock.now()
            unit.deliveries.forget(now - timedelta(days=LEDGER_DAYS))
            unit.subscriptions.forget_refusals(now - COUNTED_FOR)
            unit.paces.forget(now)

    def send_due(self) -> None:
        """Send what is due, and tell the operator's watchdog that it was looked at."""
        self.dispatcher.tick()
        if self.settings.reminders.alive_url:
            call_watchdog(self.settings.reminders.alive_url)

    def subscribe(self, subscription: Subscription) -> str:
        """Store a subscription that is confirmed already, plan what it gets, and return its private feed's address.

        Where mail to its target was refused before, it is sent again: whoever says that the target has
        agreed says that it is there.
        """
        from calendar_service.web.tokens import hash_feed_token

        token = self.tokens.feed(subscription.id)
        with self.store.begin() as unit:
            unit.subscriptions.unsuppress(subscription.target)
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

    def ingest_file(self, path: Path, origin: str, *, again: bool = False) -> Ingested:
        """Read one file, `again` where it was read before. One that is too large is kept as rejected."""
        from calendar_service.ingest import reject

        try:
            with path.open("rb") as stream:
                content = stream.read(self.document_bytes + 1)
        except OSError as error:
            raw = RawDocument(origin.encode(errors="replace"), origin, path.name, self.clock.now())
            return reject(
                raw, remark("The file cannot be read: {error}.", error=error.strerror or ""), self.desk
            )
        return self.ingest_bytes(content, path.name, origin, again=again)

    def ingest_bytes(self, content: bytes, name: str, origin: str, *, again: bool = False) -> Ingested:
        """Read one document that is already in memory."""
        return self.ingest_document(RawDocument(content, origin, name, self.clock.now()), again=again)

    def list_stored(self) -> list[StoredDocument]:
        """Every document that came in, oldest first, without its text."""
        with self.store.read() as unit:
            return list(unit.documents.list(limit=unit.documents.count()))[::-1]

    def ingest_stored(self, known: StoredDocument) -> Ingested:
        """Read a stored document again; "unchanged" where its bytes were not kept."""
        from calendar_service.ingest import Ingested

        with self.store.read() as unit:
            content = unit.documents.content_of(known.id)
        # A file that was refused unread left its origin in the place of its bytes.
        if content is None or content.startswith(known.origin.encode(errors="replace")):
            return Ingested(known.id, known.name, "unchanged", "its bytes were not kept")
        document = RawDocument(content, known.origin, known.name, known.fetched_at, url=known.url)
        return self.ingest_document(document, again=True)

    def ingest_document(self, document: RawDocument, *, again: bool = False) -> Ingested:
        """Read one document. A fault of our own is logged, and the document kept as rejected: it never stops the rest."""
        from calendar_service.ingest import ingest, reject

        try:
            return ingest(document, self.desk, again=again)
        except CalendarServiceError:
            raise
        except Exception:
            log.exception("reading %s failed", document.name)
            return reject(
                document, remark("A fault of the service stopped the reading; its log tells more."), self.desk
            )

    def correct(self, correction: Correction) -> tuple[str, ...]:
        """Remember and apply what a person decided; the ids of the actions that changed."""
        from calendar_service.ingest import correct

        return correct(correction, self.desk)

    def merge_issuers(self, decision: Correction) -> tuple[str, ...]:
        """Take two issuers for one; the ids of the actions that changed."""
        from calendar_service.ingest import merge_issuers

        return merge_issuers(decision, self.desk)

    def split_issuer(self, decision: Correction) -> tuple[str, ...]:
        """Part an issuer from the one that it was taken for; the ids of the actions that changed."""
        from calendar_service.ingest import split_issuer

        return split_issuer(decision, self.desk)


@dataclass(frozen=True, slots=True)
class LatePlanner:
    """Plans what subscriptions get; the first one builds the planner, since most requests need none."""

    service: Service

    def subscribe(self, unit: Unit, subscription: Subscription, now: datetime) -> None:
        """See `ReminderPlanner.subscribe`."""
        self.service.planner.subscribe(unit, subscription, now)


def find_problems(settings: Settings) -> list[str]:
    """What would go wrong with these settings, in words: data files, folders, the database."""
    problems: list[str] = []
    service = Service(settings)
    checks = (build_extractor_factory(settings), lambda: service.market, service.prepare)
    for check in checks:
        try:
            check()
        except SettingsError as error:
            problems.extend(error.problems)
        except (CalendarServiceError, OSError) as error:
            problems.append(str(error))
    service.close()
    return problems
