"""A mail composed once, with slots that are filled in for each recipient.

Composing with the standard library takes milliseconds, filling in takes microseconds, and the same
mail often goes to thousands. A slot is written into the quoted-printable text as "=!name!": an
equals sign from outside is always encoded as "=3D", so that no issuer's text can forge one.
"""

from __future__ import annotations

import hashlib
import quopri
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache

from calendar_service.publish.cleaning import MAX_URL, clean_line

# Slots in texts ahead of encoding: cleaning removes control characters from all text from outside.
MANAGE = "\x00manage\x00"
UNSUBSCRIBE = "\x00unsubscribe\x00"
CONFIRM = "\x00confirm\x00"
LATE_TEXT = "\x00late_text\x00"
LATE_HTML = "\x00late_html\x00"

_TEXT_SLOT = re.compile("\x00([a-z_]+)\x00")
_BODY_SLOT = re.compile(rb"=!([a-z_]+)!")
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.\-\[\]:]+>")
_LINK = re.compile(r"https?://[A-Za-z0-9.\-\[\]:]+(?:[/?#][A-Za-z0-9._~:/?#\[\]@!$&()*+,;=%-]*)?")
_QP_LINE = 75  # one short of the 76 allowed: the soft break's own character
_URL_ROW = _QP_LINE - 2  # a dot at its start takes three
_CODED_URL_ROW = 24  # even if every character took three


@dataclass(frozen=True, slots=True)
class Attachment:
    """A calendar file that goes with a mail; `method` is repeated in its media type (RFC 6047 2.4)."""

    name: str
    content: bytes
    method: str = "PUBLISH"


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A finished mail without what differs from one recipient to the next.

    `head` holds the fixed header lines, `pieces` the body's bytes by turns with the names of slots.
    `late` is what each of the two late slots says when a mail comes late. `title` and `text` say the
    same for channels that are no mail (see `read_out`). `is_clean`: each mail filled from it has CRLF line
    ends and no line that begins with a dot, so that SMTP takes it as it is; to look through each costs
    as much as to fill it.
    """

    head: bytes
    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]
    late: tuple[tuple[str, bytes], ...] = ()
    unsubscribe_address: str = ""
    title: str = ""
    text: str = ""
    late_note: str = ""
    is_clean: bool = False

    def read_out(self, *, manage: str = "", unsubscribe: str = "", late: bool = False) -> str:
        """The text alone for one recipient, with LF line ends."""
        values = {"manage": manage, "unsubscribe": unsubscribe, "late_text": self.late_note if late else ""}
        filled = _TEXT_SLOT.sub(lambda found: values.get(found[1], ""), self.text)
        return re.sub(r"\n{3,}", "\n\n", filled).strip() + "\n"

    def fill(
        self,
        *,
        to: str,
        message_id: str,
        at: datetime,
        manage: str = "",
        unsubscribe: str = "",
        confirm: str = "",
        late: bool = False,
    ) -> bytes:
        """The mail for one recipient, CRLF line ends.

        `message_id` comes with its angle brackets, `at` is the instant (aware, UTC) for the Date header, the
        links are URLs. Raises ValueError for an address, id or link that could forge a header.
        """
        links = {"manage": manage, "unsubscribe": unsubscribe, "confirm": confirm}
        values = {name: encode_url(check_url(url)) for name, url in links.items() if url}
        if late:
            values.update(self.late)
        out = [self._header_of(to, message_id, at, unsubscribe), self.head, b"\r\n\r\n", self.pieces[0]]
        for name, piece in zip(self.slots, self.pieces[1:], strict=True):
            out += (values.get(name, b""), piece)
        return b"".join(out)

    def _header_of(self, to: str, message_id: str, at: datetime, unsubscribe: str) -> bytes:
        """The header lines that differ."""
        if not _MESSAGE_ID.fullmatch(message_id) or len(message_id) > 500:
            raise ValueError(f"{message_id!r} cannot be a Message-ID; write <something@host>")
        lines = f"To: {check_address(to)}\r\nMessage-ID: {message_id}\r\nDate: {_format_instant(at)}\r\n"
        if unsubscribe:
            mailto = f", <mailto:{self.unsubscribe_address}>" if self.unsubscribe_address else ""
            lines += (
                f"List-Unsubscribe: <{unsubscribe}>{mailto}\r\n"
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
            )
        return lines.encode("ascii")


def build_skeleton(
    headers: Sequence[tuple[str, str]],
    text: str,
    html: str,
    attachments: Sequence[Attachment] = (),
    *,
    sender: Address,
    late: str = "",
    unsubscribe_address: str = "",
) -> Skeleton:
    """A mail in text and HTML, with calendar files. Header values are cleaned and encoded here."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    for name, value in headers:
        message[name] = clean_header(value)
    message["MIME-Version"] = "1.0"
    alternative = _multipart("alternative", [_text_part(text, "plain"), _text_part(html, "html")])
    files = [_file_part(item) for item in attachments]
    body = _multipart("mixed", [alternative, *files]) if files else alternative
    message["Content-Type"] = body["Content-Type"]
    message.set_payload(body.get_payload())
    whole = message.as_bytes()
    head, _, content = whole.partition(b"\r\n\r\n")
    pieces = _BODY_SLOT.split(content)
    lates = (
        ("late_text", encode_quoted(late)),
        ("late_html", encode_quoted(f"<p><strong>{_escape(late)}</strong></p>")),
    )
    return Skeleton(
        head,
        tuple(pieces[::2]),
        tuple(name.decode() for name in pieces[1::2]),
        tuple((name, value.encode()) for name, value in lates) if late else (),
        check_address(unsubscribe_address) if unsubscribe_address else "",
        title=next((clean_line(value, 900) for name, value in headers if name == "Subject"), ""),
        text=text,
        late_note=late,
        is_clean=all(_is_clean(part) for part in (whole, *(value.encode() for _, value in lates))),
    )


def check_address(address: str) -> str:
    """The mail address as it may stand in a header; its domain in ASCII. Raises ValueError for anything else."""
    local, _, domain = address.rpartition("@")
    if not domain.isascii():
        try:
            address = f"{local}@{domain.encode('idna').decode()}"
        except UnicodeError:
            raise ValueError(f"{address!r} has no valid domain") from None
    if not _ADDRESS.fullmatch(address) or ".." in address or len(address) > 254:
        raise ValueError(f"{address!r} is no mail address that can be written to")
    return address


def clean_header(value: str) -> str:
    """Text for a header, on one line. The library would decode encoded words (RFC 2047) that stand in
    it, line breaks included, so that an issuer's name could bring headers of its own.
    """
    return clean_line(value, 900).replace("=?", "= ?")


def clean_name(value: str) -> str:
    """A display name without the characters that would need quoting: the library forgets the quotes
    when it folds a long name (RFC 5322 3.2.3 has the list).
    """
    return " ".join(re.sub(r'[()<>\[\]:;@\\,."=?]', " ", clean_line(value, 80)).split())


def check_url(url: str) -> str:
    """The link as it may stand in a header and a body. Raises ValueError for anything else."""
    if len(url) > MAX_URL - 60 or not _LINK.fullmatch(url):
        raise ValueError(f"{url!r} is no link that can stand in a mail")
    return url


def encode_quoted(text: str) -> str:
    """Text as quoted-printable (RFC 2045 6.7), its lines short enough for a soft break to follow the last."""
    plain = re.sub(r"[ \t\r]+\n", "\n", text)  # a blank there would be coded beyond the line's end
    coded = quopri.encodestring(plain.encode("utf-8", "replace")).decode("ascii")
    before, newline, last = coded.rpartition("\n")
    if len(last) > _QP_LINE:
        cut = _QP_LINE - 2
        cut -= next((back for back in (1, 2) if last[cut - back] == "="), 0)  # never inside "=3D"
        last = f"{last[:cut]}=\n{last[cut:]}"
    return f"{before}{newline}{last}".replace("\n", "\r\n")


def encode_url(url: str) -> bytes:
    """An ASCII link as quoted-printable, with no dot at the start of a line; several times faster than the general way."""
    row = _CODED_URL_ROW if "=" in url else _URL_ROW
    rows = [url[start : start + row].replace("=", "=3D") for start in range(0, len(url), row)]
    return "=\r\n".join(rows).replace("\n.", "\n=2E").encode("ascii")


def _is_clean(content: bytes) -> bool:
    breaks = content.count(b"\r\n")
    is_crlf = content.count(b"\r") == breaks == content.count(b"\n")
    return is_crlf and b"\r\n." not in content and not content.startswith(b".")


@lru_cache(maxsize=16)
def _format_instant(at: datetime) -> str:
    """As a Date header has it; the mails of one batch have the same."""
    return format_datetime(at)


def _text_part(text: str, subtype: str) -> EmailMessage:
    """A text whose slots stand on lines of their own, held together by soft breaks."""
    pieces = _TEXT_SLOT.split(text)
    coded = [f"=!{piece}!" if index % 2 else encode_quoted(piece) for index, piece in enumerate(pieces)]
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = f"text/{subtype}; charset=utf-8"
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.set_payload("=\r\n".join(coded))
    return part


def _file_part(item: Attachment) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part.set_content(
        item.content, "text", "calendar", cte="base64", disposition="attachment", filename=item.name
    )
    part.set_param("charset", "utf-8")
    part.set_param("method", item.method)
    return part


def _multipart(subtype: str, parts: Sequence[EmailMessage]) -> EmailMessage:
    """A multipart whose boundary is made of its content, so that composing twice gives the same bytes."""
    digest = hashlib.sha256(b"".join(part.as_bytes() for part in parts)).hexdigest()[:32]
    whole = EmailMessage(policy=SMTP)
    whole["Content-Type"] = f'multipart/{subtype}; boundary="={subtype[:3]}_{digest}"'
    whole.set_payload(list(parts))
    return whole


def _escape(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
