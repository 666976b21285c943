"""What bootstrap makes of the settings: return addresses, signatures, bounces and the jobs of a worker."""

from __future__ import annotations

import re
import subprocess
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dkim
import pytest

from calendar_service.bootstrap import Service, SystemClock
from calendar_service.errors import SettingsError
from calendar_service.model.codes import DateKind
from calendar_service.model.subscription import Lead, ReminderPlan, Subscription
from calendar_service.schedule import Job, build_scheduler
from calendar_service.settings import Settings, load_settings
from tests.bouncing import make_bounce
from tests.reminding import World
from tests.smtp_sink import Sink

PLAN = ReminderPlan(((DateKind.RECORD, (Lead(5),)),))


def make_settings(folder: Path, port: int, **more: str) -> Settings:
    environment = {
        "XDG_CONFIG_HOME": str(folder / "none"),
        "CALENDAR_SERVICE_DATA": str(folder),
        "CALENDAR_SERVICE_MAIL_HOST": "127.0.0.1",
        "CALENDAR_SERVICE_MAIL_PORT": str(port),
        "CALENDAR_SERVICE_MAIL_SECURITY": "none",
        "CALENDAR_SERVICE_MAIL_SENDER": "dates@calendar.example",
        "CALENDAR_SERVICE_MAIL_BOUNCE_DOMAIN": "bounces.example",
        "CALENDAR_SERVICE_WEB_BASE_URL": "https://calendar.example",
        **more,
    }
    return load_settings(None, environment)


def fill(service: Service, folder: Path) -> Subscription:
    service.prepare()
    world = World(folder, service.clock, url=service.settings.store_url)
    now = service.clock.now()
    reader = Subscription(
        "0123456789abcdef01234567", "holder@example.org", plan=PLAN, created_at=now, confirmed_at=now
    )
    service.subscribe(reader)
    world.announce("a1", {DateKind.RECORD: now.date() + timedelta(3)})
    world.store.close()
    return reader


def test_a_mail_has_its_return_address_and_signature_and_its_bounce_ends_mails(tmp_path: Path) -> None:
    key = subprocess.run(
        ["openssl", "genrsa", "-traditional", "2048"], check=True, capture_output=True
    ).stdout
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "PEM"], input=key, check=True, capture_output=True
    ).stdout
    box = tmp_path / "bounces"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True)
    with Sink() as sink:
        settings = make_settings(
            tmp_path,
            sink.port,
            CALENDAR_SERVICE_MAIL_DKIM_DOMAIN="calendar.example",
            CALENDAR_SERVICE_MAIL_DKIM_SELECTOR="s1",
            CALENDAR_SERVICE_MAIL_DKIM_KEY=key.decode(),
            CALENDAR_SERVICE_BOUNCES_MAILDIR=str(box),
        )
        with Service(settings) as service:
            reader = fill(service, tmp_path)
            service.send_due()
            (mail,) = sink.received
            (box / "new" / "1").write_bytes(make_bounce(mail.sender))
            assert service.read_bounces() == 1
            with service.store.read() as unit:
                assert (
                    unit.subscriptions.suppressed(reader.target)
                    == "bounced: 5.1.1 smtp; 550 5.1.1 no such user"
                )
    assert mail.target == "holder@example.org"
    assert re.fullmatch(r"b-0123456789abcdef01234567-[0-9a-f]{20}@bounces\.example", mail.sender)
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.splitlines()[1:-1])
    content = mail.content.replace(b"\r\n..", b"\r\n.")  # as it was before it was sent
    assert dkim.verify(content, dnsfunc=lambda *_, **__: record)
    signed = re.search(rb"h=([^;]+);", content)
    assert signed is not None
    names = {name.strip().lower() for name in signed[1].split(b":")}
    assert {b"list-unsubscribe", b"list-unsubscribe-post", b"message-id", b"date", b"from", b"to"} <= names
    forged = content.replace(b"List-Unsubscribe: <https://", b"List-Unsubscribe: <https://x")
    assert not dkim.verify(forged, dnsfunc=lambda *_, **__: record)


def test_a_key_that_cannot_sign_is_told(tmp_path: Path) -> None:
    settings = make_settings(
        tmp_path,
        25,
        CALENDAR_SERVICE_MAIL_DKIM_DOMAIN="calendar.example",
        CALENDAR_SERVICE_MAIL_DKIM_SELECTOR="s1",
        CALENDAR_SERVICE_MAIL_DKIM_KEY="no key",
    )
    with Service(settings) as service, pytest.raises(SettingsError, match=r"mail\.dkim_key cannot sign"):
        _ = service.dispatcher


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"BOUNCES_MAILDIR": "/x", "MAIL_BOUNCE_DOMAIN": ""}, "mail.bounce_domain is needed to read bounces"),
        ({"BOUNCES_IMAP_HOST": "imap.example"}, "set bounces.imap_user"),
        (
            {"REMINDERS_STALE_SECONDS": "60"},
            "reminders.stale_seconds must be at least four times mail.seconds",
        ),
        ({"WEBHOOK_ALLOW_PRIVATE": "perhaps"}, "webhook.allow_private must be true or false"),
    ],
)
def test_settings_that_do_not_go_together(tmp_path: Path, settings: dict[str, str], problem: str) -> None:
    more = {f"CALENDAR_SERVICE_{name}": value for name, value in settings.items()}
    with pytest.raises(SettingsError) as caught:
        make_settings(tmp_path, 25, **more)
    assert any(problem in found for found in caught.value.problems)


@pytest.mark.parametrize(("word", "value"), [("true", True), ("False", False)])
def test_a_switch_in_the_environment(tmp_path: Path, word: str, value: bool) -> None:
    found = make_settings(tmp_path, 25, CALENDAR_SERVICE_WEBHOOK_ALLOW_PRIVATE=word)
    assert found.webhook.allow_private is value


def test_a_scheduler_runs_each_job_and_survives_its_failures() -> None:
    ran: list[int] = []
    enough = threading.Event()

    def fail() -> None:
        ran.append(len(ran))
        if len(ran) >= 3:
            enough.set()
        raise OSError("the database is gone")

    scheduler = build_scheduler([Job("one", 0.05, fail)], SystemClock())
    scheduler.start()
    assert enough.wait(30)
    scheduler.shutdown(wait=True)
    assert ran[:3] == [0, 1, 2]


def test_a_worker_looks_after_bounces_only_where_they_arrive(tmp_path: Path) -> None:
    plain = make_settings(tmp_path, 25)
    for settings, names in (
        (plain, {"inbox", "reminders", "calendar"}),
        (
            replace(plain, bounces=replace(plain.bounces, maildir=str(tmp_path))),
            {"inbox", "reminders", "calendar", "bounces"},
        ),
    ):
        with Service(settings) as service:
            assert {job.id for job in service.build_scheduler().get_jobs()} >= names
            assert ("bounces" in {job.id for job in service.build_scheduler().get_jobs()}) is (
                "bounces" in names
            )
