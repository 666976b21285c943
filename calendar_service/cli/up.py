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
from calendar_service.model.subscription import Subscription

if TYPE_CHECKING:
    from calendar_service.bootstrap import Service

log = logging.getLogger(__name__)

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
    with Service(settings) as service:
        service.prepare()
        scheduler = service.build_scheduler()
        loading = threading.Thread(target=_load_samples, args=(service,), name="samples") if samples else None

        def on_ready(address: str) -> None:
            _say_where(service, address)
            scheduler.start()
            if loading:
                loading.start()

        try:
            serve(
                service.build_app,
                settings.web.host,
                settings.web.port,
                workers=0,
                on_ready=on_ready,
                stop=threading.Event(),
            )
        finally:
            service.stop()
            if scheduler.running:
                scheduler.shutdown(wait=True)
            if loading and loading.is_alive():
                loading.join()
    click.echo("Stopped.")


def _load_samples(service: Service) -> None:
    """Read the samples; where mail goes to a Maildir, an invented reader subscribes, so that a reminder is soon seen."""
    outcomes = service.load_samples()
    log.info("samples: %d announcements read", sum(item.outcome == "read" for item in outcomes))
    if service.mail_mode == "smtp":
        return
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
