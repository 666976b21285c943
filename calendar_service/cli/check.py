"""`calendar-service check`: every problem of the configuration at once."""

from __future__ import annotations

import click

from calendar_service.cli.options import read_settings


@click.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Check the configuration and report all problems at once."""
    from calendar_service.bootstrap import find_problems

    settings = read_settings(context)
    problems = find_problems(settings)
    if problems:
        raise click.ClickException("\n".join(problems))
    click.echo(f"The configuration is good. Data: {settings.data}; pages: {settings.base_url}")
