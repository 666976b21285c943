"""Mail to text: the body that says most, then the attachments that are documents themselves."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from typing import Any

from calendar_service.errors import BudgetError, UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark, join, remark, remark_of
from calendar_service.text.cleaning import clean_title
from calendar_service.text.encoding import decode_bytes
from calendar_service.text.limits import Limits
from calendar_service.text.stated_date import parse_stated_date

_READ = ("text/plain", "text/html", "application/xhtml+xml", "application/pdf", "message/rfc822")
_READ_NAMES = (".pdf", ".htm", ".html", ".txt", ".md", ".eml")


def read_mail(raw: RawDocument, limits: Limits) -> Text:
    """Body and attachments one after another; the subject is the title, the Date header the published date.

    Raises UnreadableError where neither body nor attachments hold text.
    """
    return _read_message(raw, limits, 0)


def _read_message(raw: RawDocument, limits: Limits, depth: int) -> Text:
    message = _parse(raw.content)
    leaves, left_out = _list_leaves(message, limits)
    bodies, attachments = _part_leaves(leaves)
    notes = [remark("{count} further parts not read", count=left_out)] if left_out else []
    texts = [_pick_body(bodies, limits)] if bodies else []
    scanned = False
    for part in attachments:
        text, note = _read_attachment(part, raw, limits, depth)
        notes += [note] if note else []
        if text:
            texts.append(text)
            scanned = scanned or text.scanned
    content = "\n\n".join(text.content for text in texts if text.content.strip())
    if not content.strip() and not scanned:
        raise UnreadableError(join([remark("The mail holds no text that can be read."), *notes]))
    title = clean_title(_header(message, "subject"))
    published = parse_stated_date(_header(message, "date"))
    return Text(
        content=content, format="mail", title=title, published=published, scanned=scanned, notes=tuple(notes)
    )


def _parse(content: bytes) -> Message:
    if content.startswith(b"From ") and b"\n" in content:
        content = content[content.index(b"\n") + 1 :]
    try:
        return message_from_bytes(content.lstrip(b"\r\n"), _class=EmailMessage, policy=policy.compat32)
    except (RecursionError, ValueError, LookupError, AttributeError, TypeError, IndexError) as error:
        raise UnreadableError(remark("The mail is malformed: its parts cannot be told apart.")) from error


def _list_leaves(message: Message, limits: Limits) -> tuple[list[Message], int]:
    """The parts that hold content, in order, and how many were left out as too many or too deep."""
    leaves: list[Message] = []
    left_out = 0
    stack: list[tuple[Any, int]] = [(message, 0)]
    while stack:
        part, depth = stack.pop()
        children = part.get_payload() if part.is_multipart() else None
        if isinstance(children, list) and part.get_content_type() != "message/rfc822":
            if depth >= limits.nesting:
                left_out += 1
            else:
                stack.extend((child, depth + 1) for child in reversed(children))
        elif len(leaves) >= limits.parts:
            left_out += 1
        else:
            leaves.append(part)
    return leaves, left_out


def _part_leaves(leaves: list[Message]) -> tuple[list[Message], list[Message]]:
    """Texts that are shown as the mail, and parts that are attached to it."""
    bodies, attachments = [], []
    for part in leaves:
        if part.get_content_maintype() == "text" and not part.get_filename() and not _is_attached(part):
            bodies.append(part)
        else:
            attachments.append(part)
    return bodies, attachments


def _is_attached(part: Message) -> bool:
    return str(part.get("Content-Disposition", "")).lower().lstrip().startswith("attachment")


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError, AttributeError, UnicodeError, AssertionError):
        return b""
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str | None:
    try:
        value = part.get_param("charset")
    except (ValueError, LookupError, TypeError, AttributeError, IndexError):
        return None
    return str(value[2] if isinstance(value, tuple) else value)[:40] if value else None


def _pick_body(bodies: list[Message], limits: Limits) -> Text:
    """Plain text, or HTML where that keeps tables or clearly says more."""
    plain = _join([_read_body(part, limits) for part in bodies if part.get_content_subtype() != "html"])
    rich = _join([_read_body(part, limits) for part in bodies if part.get_content_subtype() == "html"])
    richer = "\t" in rich.content or len(rich.content) > 1.5 * len(plain.content)
    return rich if rich.content and (richer or not plain.content.strip()) else plain


def _join(texts: list[Text]) -> Text:
    content = "\n\n".join(text.content for text in texts if text.content)
    return Text(content=content, format="mail")


def _read_body(part: Message, limits: Limits) -> Text:
    from calendar_service.text import read_characters

    try:
        characters = decode_bytes(_payload(part), _charset(part))
        return read_characters(characters, "", part.get_content_type(), limits)
    except BudgetError:
        raise
    except UnreadableError:
        return Text(content="", format="mail")


def _read_attachment(
    part: Message, raw: RawDocument, limits: Limits, depth: int
) -> tuple[Text | None, Remark | None]:
    """An attachment's text, or a note that says why there is none. Pictures are passed over in silence."""
    from calendar_service.text import read_text

    kind, name = part.get_content_type(), clean_title(part.get_filename() or "")
    if kind not in _READ and not name.lower().endswith(_READ_NAMES):
        skipped = remark("attachment not read: {name}", name=name or kind)
        return None, None if kind.startswith("image/") else skipped
    content = _payload(part)
    if kind == "message/rfc822":
        children = part.get_payload()
        content = _flatten(children[0]) if isinstance(children, list) and children else content
    inner = replace(raw, content=content, name=name or "attachment", media_type=_media_type(part), url=None)
    try:
        if kind == "message/rfc822":
            if depth >= 3:
                return None, remark("a forwarded mail within three others was not read")
            limits.check_bytes(len(content))
            return _read_message(inner, limits, depth + 1), None
        return read_text(inner, limits), None
    except UnreadableError as error:
        return None, remark("attachment not read: {name}: {why}", name=name or kind, why=remark_of(error))


def _flatten(message: Any) -> bytes:
    try:
        return bytes(message.as_bytes())
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, KeyError):
        return b""


def _media_type(part: Message) -> str:
    charset = _charset(part)
    return f"{part.get_content_type()}; charset={charset}" if charset else part.get_content_type()


def _header(message: Message, name: str) -> str:
    """A header's text, RFC 2047 words decoded; malformed ones as they stand."""
    from email.header import decode_header, make_header

    value = str(message.get(name) or "")[:2000]
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, TypeError, UnicodeError, AssertionError):
        return value
