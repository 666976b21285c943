"""Which format a document is in: by its content first, then by its name and media type."""

from __future__ import annotations

import re
from itertools import islice

from calendar_service.errors import UnreadableError
from calendar_service.model.remarks import remark

_REFUSED = (
    (b"PK\x03\x04", remark("a ZIP archive or an Office document (docx, xlsx, pptx)")),
    (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        remark("an old Office document or an Outlook message (doc, xls, msg)"),
    ),
    (b"{\\rtf", remark("an RTF document")),
    (b"\x89PNG\r\n", remark("a PNG picture")),
    (b"\xff\xd8\xff", remark("a JPEG picture")),
    (b"GIF8", remark("a GIF picture")),
    (b"II*\0", remark("a TIFF picture")),
    (b"MM\0*", remark("a TIFF picture")),
    (b"\x1f\x8b", remark("a gzip archive")),
    (b"7z\xbc\xaf", remark("a 7-Zip archive")),
    (b"Rar!", remark("a RAR archive")),
    (b"\x7fELF", remark("a program")),
    (b"MZ\x90", remark("a program")),
    (b"SQLite format 3\0", remark("a database")),
)
_MAIL_HEADER = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*)")
_MAIL_PROOF = re.compile(
    rb"^(?:message-id|mime-version|received|return-path|delivered-to|dkim-signature|"
    rb"content-transfer-encoding):",
    re.IGNORECASE | re.MULTILINE,
)
_HTML_START = re.compile(
    r"(?:<\?xml[^<>]{0,200}\?>|<!--.{0,2000}?-->|\s)*+<(?:!doctype\s+html|html|head|body|title|meta|div|"
    r"table|p|h[1-6]|span|center|font|article|section|main)\b",
    re.IGNORECASE | re.DOTALL,
)
_HTML_BLOCK = re.compile(r"</(?:p|td|tr|div|html|body|li)\s{0,9}>|<br\s{0,9}/?>", re.IGNORECASE)
# Tables of the 1990s' filings: SGML tags around columns that are made of spaces.
_COLUMNS = re.compile(r"<S>[ \t]{1,200}<C>|<CAPTION>\s{0,9}\n", re.IGNORECASE)
# A full submission of the SEC: its first tags, or those of its first document.
_SUBMITTED = ("<SEC-DOCUMENT>", "<IMS-DOCUMENT>", "<SEC-HEADER>")
_SUBMISSION = re.compile(r"^<DOCUMENT>\s{0,9}\n<TYPE>", re.MULTILINE)
_TOP = 40_000
_HEAD = 8192


def refuse_binary(content: bytes) -> None:
    """Raises UnreadableError that names the format, for formats that are not read."""
    for magic, name in _REFUSED:
        if content.startswith(magic):
            raise UnreadableError(
                remark(
                    "The file is {format}, which is not read. Send text, HTML, PDF or a mail.", format=name
                )
            )


def is_pdf(content: bytes) -> bool:
    """Whether the bytes begin as a PDF, junk of up to a kilobyte before it allowed (ISO 32000-1, note in 7.5.2)."""
    at = content.find(b"%PDF-", 0, 1024)
    return at == 0 or (at > 0 and b"<" not in content[:at] and b"%%EOF" in content[-2048:])


def is_mail(content: bytes, name: str, media_type: str | None) -> bool:
    """Whether the bytes are an RFC 5322 message: header lines that only mail has, or a name that says so."""
    head = content[:65536].lstrip(b"\r\n").replace(b"\r\n", b"\n")
    if head.startswith(b"From ") and b"\n" in head:
        head = head[head.index(b"\n") + 1 :]
    if not _MAIL_HEADER.match(head):
        return False
    headers = head.partition(b"\n\n")[0]
    if _MAIL_PROOF.search(headers):
        return True
    return media_type == "message/rfc822" or name.lower().endswith((".eml", ".mht", ".mhtml"))


def is_submission(text: str) -> bool:
    """Whether this is a full submission as the SEC publishes it: several documents in one text file."""
    return any(text.find(tag, 0, _TOP) >= 0 for tag in _SUBMITTED) or (
        text.find("<DOCUMENT>", 0, _TOP) >= 0 and _SUBMISSION.search(text, 0, _TOP) is not None
    )


def is_html(text: str, name: str, media_type: str | None) -> bool:
    """Whether the text is HTML: by how it begins, by its block tags, and only then by its name."""
    start = _HTML_START.match(text, 0, _HEAD)
    if start and not start[0].lower().endswith("table"):
        return True
    if _COLUMNS.search(text, 0, 400_000) and "</td>" not in text.lower():
        return False
    if start:
        return True
    if name.lower().endswith((".md", ".markdown", ".json")):
        return False
    if sum(1 for _ in islice(_HTML_BLOCK.finditer(text, 0, 200_000), 3)) == 3:
        return True
    named = name.lower().endswith((".htm", ".html", ".xhtml")) or "html" in (media_type or "")
    return named and "<" in text


def is_json(text: str) -> bool:
    """Whether the text begins and ends as a JSON object or array."""
    head, tail = text[:100].lstrip(), text[-100:].rstrip()
    return (head.startswith("{") and tail.endswith("}")) or (head.startswith("[") and tail.endswith("]"))


def is_markdown(text: str, name: str, media_type: str | None) -> bool:
    """Whether the text is Markdown: by its front matter or its name."""
    return (
        text.startswith("---\n")
        or name.lower().endswith((".md", ".markdown"))
        or media_type == "text/markdown"
    )
