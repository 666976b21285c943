"""Whatever an issuer writes, a mail keeps its headers, its parts and its links."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, date, datetime
from email.message import EmailMessage

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Issuer
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.remarks import Remark
from calendar_service.model.values import EventDate, Evidence
from calendar_service.publish.descriptions import Story
from calendar_service.publish.email import MailDate, MailSender, compose_reminder
from calendar_service.publish.ical import plan_entries
from calendar_service.publish.links import Links

LINKS = Links("https://dates.example.org")
SENDER = MailSender("reminders@dates.example.org", "Dates", LINKS)
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANAGE, UNSUBSCRIBE = "https://dates.example.org/m?a=b", "https://dates.example.org/u"
PIECES = (
    ["\r\n", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u202e", "�", "\ufeff", " ", ".", "=", "<", ">", "&", '"', "Bcc: v@example.com", "=?utf-8?q?", "=0D=0A", "?=", "=?utf-8?b?DQpCY2M6IHZAeC5vcmc=?=", "=!manage!", "\x00manage\x00", "</bdi></body>", "<script>", "<a href='https://evil.example'>", "{{ 7*7 }}", "--=mix_", "\r\n\r\n", "\r\n.\r\n", "日本"]
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=14).map("".join) | st.text(max_size=80)


def compose(name: str, quote: str, note: str) -> EmailMessage:
    record = EventDate(
        DateKind.RECORD,
        date(2026, 3, 31),
        evidence=Evidence(quote, 0, 1, "r", document="d1"),
        note=Remark(note),
    )
    action = CorporateAction(
        "ca-1", "acme", Issuer(name), EventType.CASH_DIVIDEND, Status.ANNOUNCED, (record,), revision=1
    )
    (planned,) = plan_entries(action, (), {}, NOW, LINKS.host, links=LINKS, history=(), languages=("en",))
    shown = MailDate(planned.entry, Story(action, LINKS), planned.fragments["en"])
    sender = replace(SENDER, name=name)
    skeleton = compose_reminder(shown, sender=sender, language="en", today=date(2026, 3, 30))
    raw = skeleton.fill(
        to="a@example.com", message_id="<x@example.org>", at=NOW, manage=MANAGE, unsubscribe=UNSUBSCRIBE
    )
    assert raw.isascii()
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert skeleton.is_clean is (b"\r\n." not in raw)  # SMTP would take a lone dot for the end
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


PLAIN = compose("Acme", "holders of record", "a note")


@settings(max_examples=60, deadline=None)
@given(HOSTILE, HOSTILE, HOSTILE)
def test_hostile_texts_never_forge_a_header_a_part_or_a_link(name: str, quote: str, note: str) -> None:
    message = compose(name, quote, note)
    assert message.keys() == PLAIN.keys()
    assert [part.get_content_type() for part in message.walk()] == [
        part.get_content_type() for part in PLAIN.walk()
    ]
    assert [address.addr_spec for address in message["From"].addresses] == ["reminders@dates.example.org"]
    assert message["To"] == "a@example.com"
    assert links_of(message) == links_of(PLAIN)


def links_of(message: EmailMessage) -> list[str]:
    part = message.get_body(("html",))
    assert isinstance(part, EmailMessage)
    tree = html.fromstring(str(part.get_content()).encode())
    assert not tree.xpath("//script")
    return [str(link) for link in tree.xpath("//@href")]
