"""`calendar-service worker`: the inbox and the reminders, without pages."""

from __future__ import annotations

import signal
import threading

import click

from calendar_service.cli.logs import start_logging
from calendar_service.cli.options import open_service, read_settings


@click.command()
@click.option("--once", is_flag=True, help="Look once at the inbox and at what is due, then end.")
@click.pass_context
def worker(context: click.Context, once: bool) -> None:
    """Watch the inbox and send what is due. On PostgreSQL any number of workers, on any hosts, share the work."""
    start_logging(read_settings(context).log)
    with open_service(context) as service:
        if once:
            service.read_inbox()
            service.send_due()
            return
        ended = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        scheduler = service.build_scheduler()
        scheduler.start()
        click.echo(f"Working as {service.dispatcher.worker}; Ctrl-C stops it.")
        ended.wait()
        service.stop()
        scheduler.shutdown(wait=True)
    click.echo("Stopped.")
