from __future__ import annotations

import base64
import email
import email.policy
import quopri
import re
import subprocess
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from email.headerregistry import Address
from email.message import EmailMessage

import dkim
import pytest
from icalendar import Calendar
from lxml import html

from calendar_service.errors import SettingsError
from calendar_service.model.action import Change, CorporateAction, Revision
from calendar_service.model.announcement import Amount, Issuer
from calendar_service.model.codes import Basis, DateKind, EventType, Status
from calendar_service.model.records import StoredDocument
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import EventDate, Evidence, Money
from calendar_service.publish.descriptions import Story
from calendar_service.publish.email import (
    MailDate,
    MailSender,
    compose_change,
    compose_confirmation,
    compose_digest,
    compose_reminder,
)
from calendar_service.publish.ical import plan_entries
from calendar_service.publish.links import Links
from calendar_service.publish.signing import DkimSigner
from calendar_service.publish.skeleton import (
    Skeleton,
    build_skeleton,
    check_address,
    encode_quoted,
    encode_url,
)
from calendar_service.publish.words import words_for

LINKS = Links("https://dates.example.org")
SENDER = MailSender("reminders@dates.example.org", "Dates ✓", LINKS, "unsubscribe@dates.example.org")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
MANAGE = "https://dates.example.org/subscriptions/abc.def-" + "x" * 150
UNSUBSCRIBE = "https://dates.example.org/unsubscribe/tok=en"
QUOTE = Evidence("holders of record on March 31, 2026", 10, 45, "record", document="d1")
ACTION = CorporateAction(
    id="ca-1",
    issuer_id="acme",
    issuer=Issuer("Acme & Söhne <AG>"),
    event_type=EventType.CASH_DIVIDEND,
    status=Status.SUBJECT_TO_APPROVAL,
    dates=(
        EventDate(DateKind.LAST_CUM, date(2026, 3, 27), Basis.DERIVED, rule="T-2", rule_source="JPX"),
        EventDate(DateKind.RECORD, date(2026, 3, 31), evidence=QUOTE),
    ),
    amount=Amount(Money(Decimal("13.50"), "JPY")),
)
SOURCES = (StoredDocument("d1", "a", "folder:a", NOW, "read", url="https://ir.example.com/a.pdf"),)


def dates_of(action: CorporateAction, language: str = "en") -> list[MailDate]:
    story = Story(action, LINKS, SOURCES)
    planned = plan_entries(action, (), {}, NOW, LINKS.host, links=LINKS, history=(), documents=SOURCES)
    return [MailDate(item.entry, story, item.fragments[language]) for item in planned]


def reminder(action: CorporateAction = ACTION, language: str = "en") -> Skeleton:
    record = dates_of(action, language)[1]
    return compose_reminder(record, sender=SENDER, language=language, today=date(2026, 3, 28))


def fill(skeleton: Skeleton, *, late: bool = False, confirm: str = "") -> bytes:
    return skeleton.fill(
        to="reader@example.com",
        message_id="<1.ca-1@dates.example.org>",
        at=NOW,
        manage=MANAGE,
        unsubscribe=UNSUBSCRIBE,
        confirm=confirm,
        late=late,
    )


def parse(raw: bytes) -> EmailMessage:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    assert not message.defects
    return message


def body_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert isinstance(part, EmailMessage)
    return str(part.get_content())


def links_of(page: str) -> list[str]:
    return [str(link) for link in html.fromstring(page.encode()).xpath("//a/@href")]


def test_a_reminder_says_what_when_and_why() -> None:
    message = parse(fill(reminder()))
    title = "Acme & Söhne <AG>: Record date – Cash dividend JPY 13.50 (subject to approval)"
    assert message["Subject"] == f"In 3 days: {title}"
    text = body_of(message, "plain")
    for line in (
        "Record date: Tue, 31 Mar 2026",
        "State: subject to approval",
        "Basis: stated",
        "Amount: JPY 13.50 per share",
        "> holders of record on March 31, 2026",
        "All dates and details: https://dates.example.org/actions/ca-1#record",
        "The quote in the announcement: https://dates.example.org/documents/d1?start=10&end=45#quote",
        "The source: https://ir.example.com/a.pdf",
        f"Change what you get: {MANAGE}",
        f"Unsubscribe: {UNSUBSCRIBE}",
    ):
        assert line in text.splitlines()


def test_the_html_is_escaped_named_and_leads_to_the_same_places() -> None:
    page = body_of(parse(fill(reminder())), "html")
    tree = html.fromstring(page.encode())
    assert tree.xpath("string(//h1)").endswith("(subject to approval)")
    assert "Acme & Söhne <AG>" in tree.xpath("string(//h1)")
    assert tree.get("lang") == "en"
    assert tree.xpath("string(//meta[@name='color-scheme']/@content)") == "light dark"
    assert links_of(page) == [
        "https://dates.example.org/actions/ca-1#record",
        "https://dates.example.org/documents/d1?start=10&end=45#quote",
        "https://ir.example.com/a.pdf",
        MANAGE,
        UNSUBSCRIBE,
    ]
    assert not tree.xpath("//script|//img|//*[@background or @bgcolor]")


def test_the_headers_let_machines_unsubscribe_thread_and_keep_quiet() -> None:
    message = parse(fill(reminder()))
    assert message["To"] == "reader@example.com"
    assert message["From"] == "Dates ✓ <reminders@dates.example.org>"
    assert message["Message-ID"] == "<1.ca-1@dates.example.org>"
    assert message["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    assert message["List-Unsubscribe"] == f"<{UNSUBSCRIBE}>, <mailto:unsubscribe@dates.example.org>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<reminders.dates.example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["References"] == message["In-Reply-To"] == "<action.ca-1@dates.example.org>"


def test_the_attached_entry_updates_the_one_of_the_feed() -> None:
    (attached,) = parse(fill(reminder())).iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached["Content-Type"].params["method"] == "PUBLISH"
    calendar = Calendar.from_ical(attached.get_content())
    assert calendar["METHOD"] == "PUBLISH"
    (event,) = calendar.walk("VEVENT")
    assert event["UID"] == "ca-1-record@dates.example.org"
    assert event["ORGANIZER"] == "mailto:reminders@dates.example.org"


@pytest.mark.parametrize(
    ("language", "subject", "advice"),
    [
        ("ja", "あと3日", "通常は間に合いません"),
        ("de", "In 3 Tagen", "ist meist zu spät"),
    ],
)
def test_mails_speak_the_readers_language(language: str, subject: str, advice: str) -> None:
    message = parse(fill(reminder(language=language)))
    assert str(message["Subject"]).startswith(subject)
    assert advice in body_of(message, "plain")
    assert message["Content-Language"] == language


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 3, 31), "Today"),
        (date(2026, 3, 30), "Tomorrow"),
        (date(2026, 4, 1), "Yesterday"),
        (date(2026, 4, 4), "4 days ago"),
    ],
)
def test_the_days_ahead_are_counted_from_the_readers_day(today: date, expected: str) -> None:
    skeleton = compose_reminder(dates_of(ACTION)[1], sender=SENDER, language="en", today=today)
    assert str(parse(fill(skeleton))["Subject"]).startswith(f"{expected}: ")


def test_a_late_mail_says_so_in_both_parts() -> None:
    skeleton = reminder()
    sentence = "This mail comes late: the service was down when it was due."
    late, prompt = parse(fill(skeleton, late=True)), parse(fill(skeleton))
    for kind in ("plain", "html"):
        assert sentence in body_of(late, kind)
        assert sentence not in body_of(prompt, kind)


def test_composing_twice_gives_the_same_bytes() -> None:
    assert fill(reminder()) == fill(reminder())


def test_lines_stay_within_what_mail_allows() -> None:
    raw = fill(reminder(language="ja"), late=True)
    head, _, body = raw.partition(b"\r\n\r\n")
    assert max(len(line) for line in head.split(b"\r\n")) <= 998
    assert max(len(line) for line in body.split(b"\r\n")) <= 76
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert raw.isascii()


def change_notice(
    before: CorporateAction, after: CorporateAction, changes: Sequence[Change], language: str = "en"
) -> EmailMessage:
    revision = Revision("ca-1", 2, NOW, tuple(changes), after)
    story = Story(after, LINKS, SOURCES, revision, before)
    dates = dates_of(after, language)
    return parse(
        fill(compose_change(story, [revision], dates, before=before, sender=SENDER, language=language))
    )


def test_a_moved_date_is_told_from_what_to_what() -> None:
    moved = replace(ACTION, dates=(ACTION.dates[0], replace(ACTION.dates[1], day=date(2026, 4, 1))))
    message = change_notice(ACTION, moved, [Change("dates.record", "2026-03-31", "2026-04-01")])
    assert str(message["Subject"]).startswith("Record date changed: Acme & Söhne <AG>: Cash dividend")
    assert "Record date: Tue, 31 Mar 2026 → Wed, 1 Apr 2026" in body_of(message, "plain")
    assert [part.get_filename() for part in message.iter_attachments()] == ["last_cum.ics", "record.ics"]


@pytest.mark.parametrize(
    ("changes", "after", "headline"),
    [
        ([Change("status", "a", "b")], {"status": Status.CONFIRMED}, "Now confirmed"),
        ([Change("status", "a", "b")], {"status": Status.WITHDRAWN}, "Cancelled"),
        ([Change("held", "", "doubt")], {"held": (Remark("doubt"),)}, "On hold"),
        ([Change("amount", "JPY 13.50", "JPY 14")], {}, "Amount changed"),
    ],
)
def test_the_headline_of_a_notice_is_what_matters_most(
    changes: list[Change], after: dict[str, object], headline: str
) -> None:
    message = change_notice(ACTION, replace(ACTION, **after), changes)  # type: ignore[arg-type]
    assert str(message["Subject"]).startswith(f"{headline}: Acme")


NO_AMOUNT = remark("no amount per share was found")
OTHER_DAY = remark("the text also says {day} for the same date", day=date(2026, 4, 1))


@pytest.mark.parametrize(
    ("language", "reasons"),
    [
        ("en", "No amount per share was found. The text also says Wed, 1 Apr 2026 for the same date."),
        (
            "de",
            "Es wurde kein Betrag je Aktie gefunden. Der Text nennt für denselben Termin auch Mi., 1. Apr. 2026.",
        ),
        (
            "ja",
            "1株当たりの金額が見つかりません。同じ項目について、本文には2026年4月1日(水)との記載もあります。",
        ),
    ],
)
def test_reasons_and_notes_are_mailed_in_the_readers_language(language: str, reasons: str) -> None:
    dates = (ACTION.dates[0], replace(ACTION.dates[1], note=OTHER_DAY))
    after = replace(ACTION, held=(NO_AMOUNT, OTHER_DAY), dates=dates)
    message = change_notice(ACTION, after, [Change("held", "", "doubt")], language)
    told = words_for(language).tell(OTHER_DAY)
    for kind in ("plain", "html"):
        assert reasons in " ".join(body_of(message, kind).split())
    assert told in body_of(parse(fill(reminder(replace(ACTION, dates=dates), language))), "plain")


def test_several_changes_are_told_as_one_and_what_changed_back_is_left_out() -> None:
    first = Revision(
        "ca-1", 2, NOW, (Change("status", "announced", "confirmed"), Change("amount", "1", "2")), ACTION
    )
    second = Revision("ca-1", 3, NOW, (Change("amount", "2", "1"),), replace(ACTION, status=Status.CONFIRMED))
    story = Story(second.action, LINKS, SOURCES, second, ACTION)
    skeleton = compose_change(story, [first, second], [], before=ACTION, sender=SENDER, language="en")
    text = body_of(parse(fill(skeleton)), "plain")
    assert "State: subject to approval → confirmed" in text
    assert "Amount:" not in text


def test_a_digest_goes_by_day_and_is_never_empty() -> None:
    span = {"first": date(2026, 3, 26), "last": date(2026, 4, 1)}
    skeleton = compose_digest(dates_of(ACTION)[::-1], sender=SENDER, language="en", **span)
    message = parse(fill(skeleton))
    assert message["Subject"] == "Dates of your shares, Thu, 26 Mar 2026 to Wed, 1 Apr 2026 (2)"
    text = body_of(message, "plain")
    assert text.index("Fri, 27 Mar 2026") < text.index("Tue, 31 Mar 2026")
    attached = [part.get_filename() for part in message.iter_attachments()]
    assert attached == ["last_cum.ics", "record.ics"]
    with pytest.raises(ValueError, match="without dates"):
        compose_digest([], sender=SENDER, language="en", **span)


def test_files_of_a_digest_have_names_of_their_own() -> None:
    span = {"first": date(2026, 3, 26), "last": date(2026, 4, 1)}
    twice = [*dates_of(ACTION), *dates_of(replace(ACTION, id="ca-2"))]
    message = parse(fill(compose_digest(twice, sender=SENDER, language="en", **span)))
    files = {str(part.get_filename()): part.get_content() for part in message.iter_attachments()}
    assert sorted(files) == ["last_cum-2.ics", "last_cum.ics", "record-2.ics", "record.ics"]
    uids = {str(Calendar.from_ical(text).events[0]["UID"]) for text in files.values()}
    assert len(uids) == 4


def test_the_question_whether_mails_are_wanted_leads_to_one_place() -> None:
    link = "https://dates.example.org/confirm/a.b"
    skeleton = compose_confirmation(sender=SENDER, language="en", wanted=["Acme\r\nBcc: x@example.com"])
    raw = skeleton.fill(to="reader@example.com", message_id="<c@dates.example.org>", at=NOW, confirm=link)
    message = parse(raw)
    assert message["List-Unsubscribe"] is None
    assert links_of(body_of(message, "html")) == [link]
    assert link in body_of(message, "plain")
    assert "Acme Bcc: x@example.com" in body_of(message, "plain")


@pytest.mark.parametrize(
    "name",
    [
        "Evil\r\nBcc: victim@example.com",
        "Evil\r\n\r\n<script>alert(1)</script>",
        "=!unsubscribe!",
        "\x00unsubscribe\x00",
        "=?utf-8?q?x=0D=0ABcc:_victim?=",
        "\u202egro.live",
        "=?utf-8?b?eA0KQmNjOiB2aWN0aW1AZXhhbXBsZS5jb20=?=",
        "={{ 7 * 7 }}{% raw %}",
        "\ud800",
    ],
)
def test_names_never_forge_a_header_a_link_or_a_tag(name: str) -> None:
    action = replace(
        ACTION,
        issuer=Issuer(name),
        dates=(ACTION.dates[0], replace(ACTION.dates[1], note=remark("{name}", name=name))),
    )
    plain = parse(fill(reminder()))
    message = parse(fill(reminder(action)))
    assert message.keys() == plain.keys()
    page = body_of(message, "html")
    assert links_of(page) == links_of(body_of(plain, "html"))
    assert not html.fromstring(page.encode()).xpath("//script")
    assert "49" not in str(message["Subject"])
    assert not re.search("[\u202a-\u202e]", page + str(message["Subject"]))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nobody",
        "a@b\r\nBcc: c@d",
        "a@b, c@d",
        "a b@c.d",
        "<a@b>",
        "a@b@c",
        "ä@example.com",
        "a@" + "b" * 300,
        "a..b@c.d",
    ],
)
def test_addresses_that_could_forge_a_header_are_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"address|domain"):
        reminder().fill(to=address, message_id="<a@b.c>", at=NOW)


def test_a_domain_in_other_letters_is_written_in_ascii() -> None:
    assert check_address("info@bücher.example") == "info@xn--bcher-kva.example"


@pytest.mark.parametrize("message_id", ["a@b.c", "<a@b.c>\r\nX: y", "<a b@c>", "<>"])
def test_other_ids_are_refused(message_id: str) -> None:
    with pytest.raises(ValueError, match="Message-ID"):
        reminder().fill(to="a@example.com", message_id=message_id, at=NOW)


@pytest.mark.parametrize(
    "link", ["https://x/\r\nBcc: y", "javascript:x", "https://x/<script>", "https://x/ y"]
)
def test_other_links_are_refused(link: str) -> None:
    with pytest.raises(ValueError, match="link"):
        reminder().fill(to="a@example.com", message_id="<a@b.c>", at=NOW, manage=link)


@pytest.mark.parametrize("text", ["One.\n.Two.\n", ".One\n"])
def test_a_text_with_a_dot_at_the_start_of_a_line_is_told_of(text: str) -> None:
    sender = Address("Dates", addr_spec="reminders@example.org")
    dotted = build_skeleton([("Subject", "x")], text, "<p>x</p>", sender=sender)
    plain = build_skeleton([("Subject", "x")], text.replace(".", "-"), "<p>x</p>", sender=sender)
    assert (dotted.is_clean, plain.is_clean) == (False, True)


@pytest.mark.parametrize("query", ["", "?a=b"])
def test_no_link_brings_a_dot_to_the_start_of_a_line(query: str) -> None:
    for length in range(1, 100):
        link = f"https://example.org/{'a' * length}.b.c.d{query}"
        coded = encode_url(link)
        assert b"\n." not in coded
        assert max(len(line) for line in coded.split(b"\r\n")) <= 76
        assert quopri.decodestring(coded) == link.encode()


@pytest.mark.parametrize("length", [60, 72, 73, 74, 75, 76, 77, 78, 150])
@pytest.mark.parametrize("letter", ["a", "ä", "="])
def test_quoted_text_leaves_room_for_a_soft_break(length: int, letter: str) -> None:
    coded = encode_quoted("\n" + letter * length)
    assert max(len(line) for line in coded.split("\r\n")) <= 76
    assert len(coded.split("\r\n")[-1]) <= 75
    assert quopri.decodestring(coded.replace("\r\n", "\n")).decode() == "\n" + letter * length


@pytest.fixture(scope="module")
def key() -> str:
    made = subprocess.run(["openssl", "genrsa", "2048"], capture_output=True, text=True, check=True)
    return made.stdout


def test_a_signed_mail_verifies_and_a_changed_unsubscribe_link_does_not(key: str) -> None:
    signer = DkimSigner("dates.example.org", "s1", key)
    signer.check()
    signed = signer.sign(fill(reminder()))
    public = subprocess.run(
        ["openssl", "rsa", "-pubout", "-outform", "DER"], input=key.encode(), capture_output=True, check=True
    ).stdout
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(public)
    assert dkim.verify(signed, dnsfunc=lambda *_, **__: record)
    forged = signed.replace(b"unsubscribe/tok=en>", b"unsubscribe/evil>")
    assert not dkim.verify(forged, dnsfunc=lambda *_, **__: record)
    head = signed.partition(b"\r\n\r\n")[0].lower().replace(b"\r\n ", b"").replace(b" ", b"")
    assert b"list-unsubscribe:list-unsubscribe-post" in head


def test_a_key_that_cannot_sign_is_reported_in_words() -> None:
    with pytest.raises(SettingsError, match="dkim_key cannot sign"):
        DkimSigner("example.org", "s1", "no key").check()
