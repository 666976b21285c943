"""The configuration: one TOML file, overridden by environment variables.

`CALENDAR_SERVICE_MAIL_HOST` overrides `host` in the table `[mail]`, and so on for every key.
Secrets (passwords, tokens, keys) are taken from the environment or from a file that a `..._file`
key names, never from the TOML file itself, which tends to be copied around.
"""

from __future__ import annotations

import difflib
import tomllib
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from calendar_service.errors import SettingsError

PREFIX = "CALENDAR_SERVICE_"


def _setting(default: Any, check: Callable[[Any], str] | None = None, *, secret: bool = False) -> Any:
    return field(default=default, metadata={"check": check, "secret": secret})


def _between(low: float, high: float) -> Callable[[Any], str]:
    return lambda value: "" if low <= value <= high else f"must lie between {low:g} and {high:g}"


def _one_of(*words: str) -> Callable[[Any], str]:
    return lambda value: "" if value in words else f"must be one of: {', '.join(words)}"


def _is_url(value: str) -> str:
    is_plain = not any(character.isspace() for character in value)
    is_url = is_plain and value.startswith(("http://", "https://"))
    return "" if is_url else "must be a URL with http:// or https://"


def _is_url_or_empty(value: str) -> str:
    return _is_url(value) if value else ""


def _is_address(value: str) -> str:
    local, _, host = value.rpartition("@")
    good = local and host and not any(character.isspace() or character in "<>," for character in value)
    return "" if good else "must be a mail address such as reminders@example.org"


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Where pages and feeds are served, and under which address people reach them."""

    host: str = _setting("127.0.0.1")
    port: int = _setting(8000, _between(1, 65535))
    base_url: str = _setting("", _is_url_or_empty)
    workers: int = _setting(1, _between(1, 64))
    upload_megabytes: int = _setting(25, _between(1, 1000))
    admin_token: str = _setting("", secret=True)


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """The database. Empty: SQLite in the data folder."""

    url: str = _setting("", secret=True)


@dataclass(frozen=True, slots=True)
class InboxSettings:
    """A folder whose files are read as they come. Empty: `inbox` in the data folder."""

    folder: str = _setting("")
    seconds: float = _setting(2.0, _between(0.2, 3600))


@dataclass(frozen=True, slots=True)
class ReadingSettings:
    """The budget for reading one document, and where the phrases and issuers are."""

    seconds: float = _setting(20.0, _between(0.5, 3600))
    document_megabytes: int = _setting(25, _between(1, 1000))
    memory_megabytes: int = _setting(1500, _between(300, 64000))
    lexicons: str = _setting("")
    issuers: str = _setting("")
    markets: str = _setting("")


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mail goes out. Without a host, messages are written to a Maildir in the data folder."""

    host: str = _setting("")
    port: int = _setting(587, _between(1, 65535))
    security: str = _setting("starttls", _one_of("starttls", "tls", "none"))
    user: str = _setting("")
    password: str = _setting("", secret=True)
    sender: str = _setting("reminders@localhost", _is_address)
    sender_name: str = _setting("calendar-service")
    ca_file: str = _setting("")
    seconds: float = _setting(30.0, _between(1, 600))
    per_domain_a_minute: int = _setting(600, _between(1, 1_000_000))
    dkim_domain: str = _setting("")
    dkim_selector: str = _setting("")
    dkim_key: str = _setting("", secret=True)
    bounce_domain: str = _setting("")


@dataclass(frozen=True, slots=True)
class BounceSettings:
    """Where bounces are read: a Maildir, or an IMAP mailbox. Both empty: they are not read."""

    maildir: str = _setting("")
    imap_host: str = _setting("")
    imap_port: int = _setting(993, _between(1, 65535))
    imap_user: str = _setting("")
    imap_password: str = _setting("", secret=True)
    imap_folder: str = _setting("INBOX")
    ca_file: str = _setting("")
    seconds: float = _setting(300.0, _between(0.2, 86_400))


@dataclass(frozen=True, slots=True)
class WebhookSettings:
    """How messages are posted to subscribers' URLs."""

    seconds: float = _setting(10.0, _between(1, 600))
    allow_private: bool = _setting(default=False)


@dataclass(frozen=True, slots=True)
class ReminderSettings:
    """How often the ledger is looked at, and who is told that it still is."""

    seconds: float = _setting(15.0, _between(0.2, 3600))
    batch: int = _setting(200, _between(1, 10_000))
    stale_seconds: float = _setting(600.0, _between(5, 86_400))
    collapse_seconds: float = _setting(300.0, _between(0, 86_400))
    alive_url: str = _setting("", _is_url_or_empty)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """How the service tells what it does."""

    format: str = _setting("text", _one_of("text", "json"))
    level: str = _setting("info", _one_of("debug", "info", "warning", "error"))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings. `data` is the folder that holds everything the service keeps."""

    data: Path
    secret: str = ""
    web: WebSettings = field(default_factory=WebSettings)
    store: StoreSettings = field(default_factory=StoreSettings)
    inbox: InboxSettings = field(default_factory=InboxSettings)
    reading: ReadingSettings = field(default_factory=ReadingSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    bounces: BounceSettings = field(default_factory=BounceSettings)
    webhook: WebhookSettings = field(default_factory=WebhookSettings)
    reminders: ReminderSettings = field(default_factory=ReminderSettings)
    log: LogSettings = field(default_factory=LogSettings)

    @property
    def base_url(self) -> str:
        """The public address, without a slash at its end."""
        return (self.web.base_url or f"http://{self.web.host}:{self.web.port}").rstrip("/")

    @property
    def store_url(self) -> str:
        """The database's SQLAlchemy URL."""
        return self.store.url or f"sqlite:///{self.data / 'calendar-service.db'}"

    @property
    def inbox_folder(self) -> Path:
        """The folder that is watched for announcements."""
        return Path(self.inbox.folder).expanduser() if self.inbox.folder else self.data / "inbox"


SECTIONS: dict[str, Any] = {
    "web": WebSettings,
    "store": StoreSettings,
    "inbox": InboxSettings,
    "reading": ReadingSettings,
    "mail": MailSettings,
    "bounces": BounceSettings,
    "webhook": WebhookSettings,
    "reminders": ReminderSettings,
    "log": LogSettings,
}


def load_settings(
    file: Path | None,
    environment: Mapping[str, str],
    *,
    data: Path | None = None,
    **overrides: Mapping[str, Any],
) -> Settings:
    """Settings from a TOML file (None: the one in the XDG configuration folder, if there is one) and the environment.

    `data` and `overrides` (by section) come from the command line and win. Raises SettingsError
    with every problem found, each saying where it is and what would be right.
    """
    loader = _Loader(file or _default_file(environment), environment, required=file is not None)
    built = {name: loader.build(name, kind, overrides.get(name, {})) for name, kind in SECTIONS.items()}
    loader.problems.extend(_check_together(built))
    folder = (
        data or environment.get(PREFIX + "DATA") or loader.tables.get("data") or _default_data(environment)
    )
    if not isinstance(folder, str | Path):
        loader.problems.append(f"{loader.source}: data must be a folder's path.")
    if loader.problems:
        raise SettingsError(loader.problems)
    secret = environment.get(PREFIX + "SECRET", "")
    return Settings(data=Path(folder).expanduser().absolute(), secret=secret, **built)


def _default_file(environment: Mapping[str, str]) -> Path:
    home = environment.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "calendar-service" / "config.toml"


def _default_data(environment: Mapping[str, str]) -> Path:
    home = environment.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(home) / "calendar-service"


def _suggest(word: str, known: list[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(known)}."


class _Loader:
    """Reads the tables of one file and gathers every problem on the way."""

    def __init__(self, source: Path, environment: Mapping[str, str], *, required: bool) -> None:
        self.source = source
        self.environment = environment
        self.problems: list[str] = []
        self.tables = self._read_toml(required=required)
        known = [*SECTIONS, "data"]
        self.problems.extend(
            f"{source}: [{name}] is unknown{_suggest(name, known)}"
            for name in self.tables
            if name not in known
        )

    def build(self, section: str, kind: Any, override: Mapping[str, Any]) -> Any:
        """The section's settings from defaults, file, environment and command line, in rising order."""
        table = self.tables.get(section, {})
        if not isinstance(table, dict):
            self.problems.append(f"{self.source}: [{section}] must be a table.")
            table = {}
        known = {item.name: item for item in fields(kind)}
        table = self._resolve_secret_files(section, dict(table), known)
        self.problems.extend(
            f"{self.source}: {section}.{key} is unknown{_suggest(key, list(known))}"
            for key in table
            if key not in known
        )
        self.problems.extend(self._unknown_variables(section, known))
        hints = typing.get_type_hints(kind)
        values: dict[str, Any] = {}
        for key, item in known.items():
            where, given = self._find(section, key, table)
            if override.get(key) is not None:
                where, given = f"--{key.replace('_', '-')}", override[key]
            if given is None:
                continue
            value = _convert(given, hints[key])
            problem = _problem_of(value, item.metadata["check"])
            if problem:
                shown = "" if item.metadata["secret"] else f" (it is {given!r})"
                self.problems.append(f"{where}: {section}.{key} {problem}{shown}.")
            else:
                values[key] = value
        return kind(**values)

    def _read_toml(self, *, required: bool) -> dict[str, Any]:
        try:
            return tomllib.loads(self.source.read_text(encoding="utf-8"))
        except FileNotFoundError:
            if required:
                self.problems.append(
                    f"{self.source}: there is no such file; copy config/calendar-service.toml to start from."
                )
        except (OSError, UnicodeDecodeError) as error:
            self.problems.append(f"{self.source}: cannot be read ({error}).")
        except tomllib.TOMLDecodeError as error:
            self.problems.append(f"{self.source}: is no valid TOML: {error}.")
        return {}

    def _resolve_secret_files(
        self, section: str, table: dict[str, Any], known: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The table with each secret's `_file` key replaced by what the file holds; secrets themselves are refused."""
        for key in [key for key, item in known.items() if item.metadata["secret"]]:
            variable = f"{PREFIX}{section}_{key}".upper()
            if key in table:
                self.problems.append(
                    f"{self.source}: {section}.{key} is a secret and does not belong in this file; "
                    f"set {variable} or {section}.{key}_file."
                )
                del table[key]
            pointer = self.environment.get(variable + "_FILE") or table.get(key + "_file")
            table.pop(key + "_file", None)
            if pointer is None:
                continue
            try:
                table[key] = Path(pointer).expanduser().read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError, TypeError) as error:
                self.problems.append(f"{section}.{key}_file: {pointer} cannot be read ({error}).")
        return table

    def _unknown_variables(self, section: str, known: Mapping[str, Any]) -> list[str]:
        """A problem for each environment variable that is named like a setting of the section and is none."""
        head = f"{PREFIX}{section}_".upper()
        right = [*known, *(f"{key}_file" for key, item in known.items() if item.metadata["secret"])]
        said = sorted(name for name in self.environment if name.startswith(head))
        keys = [(name, name.removeprefix(head).lower()) for name in said]
        return [
            f"{name}: {section}.{key} is unknown{_suggest(key, right)}"
            for name, key in keys
            if key not in right
        ]

    def _find(self, section: str, key: str, table: Mapping[str, Any]) -> tuple[str, Any]:
        variable = f"{PREFIX}{section}_{key}".upper()
        if variable in self.environment:
            return variable, self.environment[variable]
        return str(self.source), table.get(key)


@dataclass(frozen=True, slots=True)
class _Wrong:
    problem: str


def _convert(given: Any, kind: Any) -> Any:
    """The value as `kind` (str, int, float or bool); text from the environment is parsed."""
    if kind is str:
        return given if isinstance(given, str) else _Wrong("must be text in quotes")
    if kind is bool:
        words = {"true": True, "false": False, True: True, False: False}
        return words.get(given.lower() if isinstance(given, str) else given, _Wrong("must be true or false"))
    wrong = _Wrong("must be a whole number" if kind is int else "must be a number")
    if isinstance(given, bool) or (kind is int and isinstance(given, float)):
        return wrong
    try:
        return kind(given)
    except (TypeError, ValueError):
        return wrong


def _problem_of(value: Any, check: Callable[[Any], str] | None) -> str:
    if isinstance(value, _Wrong):
        return value.problem
    return check(value) if check else ""


def _check_together(built: Mapping[str, Any]) -> list[str]:
    problems = []
    mail: MailSettings = built["mail"]
    if mail.user and not mail.password:
        problems.append(
            f"mail.user is set, but no password: set {PREFIX}MAIL_PASSWORD or mail.password_file."
        )
    dkim = [mail.dkim_domain, mail.dkim_selector, mail.dkim_key]
    if any(dkim) and not all(dkim):
        problems.append("mail: DKIM needs all of dkim_domain, dkim_selector and dkim_key_file.")
    problems += _check_bounces(mail, built["bounces"])
    if built["reminders"].stale_seconds < 4 * mail.seconds:
        problems.append(
            "reminders.stale_seconds must be at least four times mail.seconds: a message that is still being "
            "sent must not be taken for one whose worker died."
        )
    web: WebSettings = built["web"]
    if web.host not in {"127.0.0.1", "localhost", "::1"} and not web.base_url:
        problems.append(
            "web.base_url is needed when the service listens beyond this machine: links in mails use it."
        )
    return problems


def _check_bounces(mail: MailSettings, bounces: BounceSettings) -> list[str]:
    problems = []
    if (bounces.maildir or bounces.imap_host) and not mail.bounce_domain:
        problems.append("mail.bounce_domain is needed to read bounces: it tells whose a bounce is.")
    if bounces.imap_host and not (bounces.imap_user and bounces.imap_password):
        problems.append(
            f"bounces.imap_host is set: set bounces.imap_user, and {PREFIX}BOUNCES_IMAP_PASSWORD or "
            "bounces.imap_password_file."
        )
    return problems
