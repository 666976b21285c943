"""`calendar-service web`: pages and feeds only, in several processes."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

import click

from calendar_service.cli.logs import start_logging
from calendar_service.cli.options import open_service, read_settings
from calendar_service.settings import Settings

if TYPE_CHECKING:
    from flask import Flask


@click.command()
@click.option("--host", help="The address to listen on.")
@click.option("--port", type=int, help="The port to listen on.")
@click.option("--workers", type=int, help="How many processes.")
@click.pass_context
def web(context: click.Context, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve pages and feeds only; run `calendar-service worker` beside it for inbox and reminders."""
    from calendar_service.web.server import serve

    overrides = {"host": host, "port": port, "workers": workers}
    settings = read_settings(context, web=overrides)
    start_logging(settings.log)
    with open_service(context, web=overrides) as service:
        service.check()
        serve(
            partial(build_app, settings),
            settings.web.host,
            settings.web.port,
            workers=settings.web.workers,
            on_ready=lambda address: click.echo(f"Pages      {address}/"),
            stop=threading.Event(),
        )


def build_app(settings: Settings) -> Flask:
    """The application of one worker process."""
    from calendar_service.bootstrap import Service

    start_logging(settings.log)
    return Service(settings).build_app()
