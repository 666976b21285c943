"""The command line. Each command's module is imported when it is called, so that `--help` stays quick."""

from __future__ import annotations

import importlib
from importlib.util import find_spec
from pathlib import Path

import click

from calendar_service import __version__
from calendar_service.errors import CalendarServiceError

# Name -> (module, help line). The module has a click command of the same name.
COMMANDS = {
    "up": ("up", "Run everything in one process: inbox, pages, feeds, reminders."),
    "ingest": ("ingest", "Read announcements into the calendar."),
    "explain": ("explain", "Show what is read from a document, with the proof of each field."),
    "extract": ("extract", "Print what documents say as JSON lines; nothing is stored."),
    "evaluate": ("evaluate", "Measure the reading of a labelled set of documents."),
    "derive": ("derive", "Derive ex-date and last day to buy from a record date."),
    "held": ("held", "List what is held for review; correct or release it."),
    "actions": ("actions", "List actions; show, split or merge one."),
    "issuers": ("issuers", "List issuers; show, merge or split them."),
    "subscribe": ("subscribe", "Subscribe an address to reminders."),
    "reminders": ("reminders", "Say what was or will be sent to an address, and why."),
    "web": ("web", "Serve pages and feeds only, in several processes."),
    "worker": ("worker", "Send what is due; any number may share a PostgreSQL store."),
    "check": ("check", "Check the configuration and report all problems at once."),
}

_reading = find_spec("calendar_service.extract")  # only looked for: importing it takes long
_COMPILED = _reading is not None and not str(_reading.origin).endswith(".py")
_VERSION = f"%(prog)s, version %(version)s, reading {'compiled' if _COMPILED else 'not compiled'}"


class LazyCommands(click.Group):
    """A group that knows its commands by name and imports one when it is run."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command, imported now; None for an unknown name."""
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"calendar_service.cli.{COMMANDS[name][0]}")
        command = getattr(module, name)
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake in the table above, not in use
        return command

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, written from the table without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])

    def invoke(self, context: click.Context) -> object:
        """Run the command; an error that is meant for people is shown without a trace."""
        try:
            return super().invoke(context)
        except CalendarServiceError as error:
            raise click.ClickException(_make_plain(str(error))) from error


def _make_plain(text: str) -> str:
    from calendar_service.cli.options import plain

    return "\n".join(plain(line) for line in text.split("\n"))


@click.command(cls=LazyCommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="calendar-service", message=_VERSION)
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file (TOML).")
@click.option(
    "--data", type=click.Path(path_type=Path), help="The folder that holds everything the service keeps."
)
@click.pass_context
def main(context: click.Context, config: Path | None, data: Path | None) -> None:
    """Turn what listed companies announce into dates that a shareholder can trust."""
    context.obj = (config, data)
