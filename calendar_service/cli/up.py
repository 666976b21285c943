"""`calendar-service up`: everything in one process."""

from __future__ import annotations

import logging
import secrets
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calendar_service.cli.logs import start_logging
from calendar_service.cli.options import read_settings

if TYPE_CHECKING:
    from apscheduler.schedulers.background import BackgroundScheduler

    from calendar_service.bootstrap import Service

log = logging.getLogger(__name__)

_HEAD_START = 0.5  # seconds
SAMPLE_READER = "reader@example.org"


@click.command()
@click.option(
    "--data", type=click.Path(path_type=Path), help="The folder that holds everything (XDG by default)."
)
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on.")
@click.option("--samples", is_flag=True, help="Load announcements of invented companies, dated around today.")
@click.pass_context
def up(context: click.Context, data: Path | None, host: str | None, port: int | None, samples: bool) -> None:
    """Run everything in one process: the inbox, pages and feeds, the scheduler, and mail."""
    from calendar_service.bootstrap import Service
    from calendar_service.web.server import serve

    settings = read_settings(context, data, web={"host": host, "port": port})
    start_logging(settings.log)
    stop = threading.Event()
    with Service(settings) as service:
        service.prepare()
        work = _Work(service, stop, samples=samples)

        def on_ready(address: str) -> None:
            _say_where(service, address)
            work.begin_soon()

        try:
            serve(
                service.build_app,
                settings.web.host,
                settings.web.port,
                workers=0,
                on_ready=on_ready,
                stop=stop,
            )
        finally:
            service.stop()
            work.end()
    click.echo("Stopped.")


class _Work:
    """What runs beside the pages. It begins a moment after them, so that the first page waits for none of it.

    Whatever keeps it from beginning ends the whole: pages alone would look alive and remind nobody.
    """

    def __init__(self, service: Service, stop: threading.Event, *, samples: bool) -> None:
        self._service = service
        self._stop = stop
        self._samples = samples
        self._scheduler: BackgroundScheduler | None = None
        self._failure: Exception | None = None
        self._begin_later = threading.Timer(_HEAD_START, self._begin)

    def begin_soon(self) -> None:
        """Begin in a thread of its own."""
        self._begin_later.start()

    def end(self) -> None:
        """Wait for what is under way. Raises the error that kept the work from beginning."""
        self._begin_later.cancel()
        if self._begin_later.is_alive():
            self._begin_later.join()
        if self._scheduler:
            self._scheduler.shutdown(wait=True)
        if self._failure:
            raise self._failure

    def _begin(self) -> None:
        try:
            self._service.check()
            scheduler = self._service.build_scheduler()
        except Exception as error:  # noqa: BLE001 - raised again by `end`, in the main thread
            self._failure = error
            self._stop.set()
            return
        scheduler.start()
        self._scheduler = scheduler
        if self._samples:
            _load_samples(self._service)


def _load_samples(service: Service) -> None:
    """Read the samples; where mail goes to a Maildir, an invented reader subscribes, so that a reminder is soon seen."""
    outcomes = service.load_samples()
    log.info("samples: %d announcements read", sum(item.outcome == "read" for item in outcomes))
    if service.mail_mode == "smtp":
        return
    from calendar_service.model.subscription import Subscription

    with service.store.read() as unit:
        known = unit.subscriptions.by_target(SAMPLE_READER)
    if not known:
        now = service.clock.now()
        reader = Subscription(secrets.token_hex(12), SAMPLE_READER, created_at=now, confirmed_at=now)
        service.subscribe(reader)
        service.send_due()


def _say_where(service: Service, address: str) -> None:
    folder = service.mail_mode.partition(":")[2]
    mail = f"no server is set: to the Maildir {folder}" if folder else f"through {service.settings.mail.host}"
    click.echo(f"Pages      {address}/")
    click.echo(f"Calendar   {address}/feeds/all.ics")
    click.echo(f"Inbox      {service.settings.inbox_folder}")
    click.echo(f"Mail       {mail}")
    click.echo(f"Data       {service.settings.data}")
    click.echo("Ctrl-C stops it.")
