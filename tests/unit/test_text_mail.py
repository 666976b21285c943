from __future__ import annotations

import io
from datetime import UTC, date, datetime
from email.message import EmailMessage

import pytest
from reportlab.pdfgen.canvas import Canvas

from calendar_service.errors import UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.text import Limits, read_text
from tests.announcing import in_words


def read(content: bytes, limits: Limits | None = None) -> Text:
    return read_text(RawDocument(content, "t", "", datetime(2027, 3, 1, tzinfo=UTC)), limits or Limits())


def compose(body: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = headers.get("subject", "配当のお知らせ")
    message["Date"] = "Tue, 02 Mar 2027 23:30:00 +0900"
    message["Message-ID"] = "<1@example.com>"
    message.set_content(body, cte="quoted-printable")
    return message


def test_body_subject_and_date() -> None:
    text = read(
        compose(
            "Record date: 31 March 2027, a line that is long enough to be wrapped by quoted-printable – é\n"
        ).as_bytes()
    )
    assert text.format == "mail"
    assert text.title == "配当のお知らせ"
    assert text.published == date(2027, 3, 2)
    assert (
        text.content
        == "Record date: 31 March 2027, a line that is long enough to be wrapped by quoted-printable – é"
    )


def test_html_is_taken_where_it_keeps_a_table() -> None:
    message = compose("Record date 3 May 2027")
    message.add_alternative("<table><tr><td>Record date<td>3 May 2027</table>", subtype="html")
    assert read(message.as_bytes()).content == "Record date\t3 May 2027"


def test_plain_text_is_taken_where_html_says_no_more() -> None:
    message = compose("Record date 3 May 2027, see the notice of the company for more")
    message.add_alternative("<p>Record date 3 May 2027</p>", subtype="html")
    assert (
        read(message.as_bytes()).content == "Record date 3 May 2027, see the notice of the company for more"
    )


def make_pdf(line: str) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream)
    canvas.drawString(60, 700, line)
    canvas.save()
    return stream.getvalue()


def test_attachments_follow_the_body() -> None:
    message = compose("See attached.")
    message.add_attachment(
        make_pdf("Payable 3 May 2027"), maintype="application", subtype="pdf", filename="n.pdf"
    )
    message.add_attachment("<p>Ex-date 1 May</p>", subtype="html", filename="n.html")
    message.add_attachment(b"x", maintype="application", subtype="msword", filename="n.doc")
    message.add_attachment(b"%PDF-bad", maintype="application", subtype="octet-stream", filename="b.pdf")
    text = read(message.as_bytes())
    assert text.content == "See attached.\n\nPayable 3 May 2027\n\nEx-date 1 May"
    assert str(text.notes[0]) == "attachment not read: n.doc"
    assert str(text.notes[1]).startswith("attachment not read: b.pdf: The PDF is damaged")


def test_a_forwarded_mail_is_read() -> None:
    outer = compose("Please note.", subject="Fwd")
    outer.add_attachment(compose("Payable 3 May 2027"))
    text = read(outer.as_bytes())
    assert (text.title, text.content) == ("Fwd", "Please note.\n\nPayable 3 May 2027")


def test_a_legacy_charset_is_decoded() -> None:
    raw = b"MIME-Version: 1.0\nSubject: =?iso-2022-jp?B?GyRCR1tFdhsoQg==?=\nContent-Type: text/plain; charset=shift_jis\nContent-Transfer-Encoding: 8bit\n\n"
    text = read(raw + "基準日 2027年3月31日".encode("cp932"))
    assert (text.title, text.content) == ("配当", "基準日 2027年3月31日")


def test_a_bomb_of_parts_is_bounded() -> None:
    raw = b"MIME-Version: 1.0\n"
    for number in range(2000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    with pytest.raises(UnreadableError, match="malformed"):
        read(raw + b"Content-Type: text/plain\n\nhi")
    many = compose("First")
    for number in range(9):
        many.add_attachment(f"part {number}", filename=f"{number}.txt")
    text = read(many.as_bytes(), Limits(parts=3))
    assert text.content == "First\n\npart 0\n\npart 1"
    assert in_words(text.notes) == ("7 further parts not read",)


def test_a_mail_without_text_is_refused() -> None:
    message = compose("")
    message.add_attachment(b"x", maintype="application", subtype="msword", filename="n.doc")
    with pytest.raises(UnreadableError, match=r"no text that can be read\. attachment not read: n\.doc"):
        read(message.as_bytes())
