"""Bytes to characters: a byte order mark, then the declared charset, then UTF-8, then detection."""

from __future__ import annotations

import codecs
import re

from calendar_service.errors import UnreadableError
from calendar_service.model.remarks import remark

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A charset's name on the web stands for the larger set that browsers read it as (WHATWG Encoding).
_WIDER = {
    "ascii": "cp1252",
    "big5": "big5hkscs",
    "cp949": "cp949",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso8859-1": "cp1252",
    "shift_jis": "cp932",
}
_CANDIDATES = ["cp932", "euc_jp", "gb18030", "big5", "cp949", "cp1252"]
_DECLARED = re.compile(rb"""(?:charset|encoding)\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_.:-]{2,40})""")
_ISO_2022 = re.compile(rb"\x1b\$[B@]|\x1b\(J")
_SAMPLE = 16_384
_HEAD = 4096  # where a charset is declared


def decode_bytes(content: bytes, declared: str | None = None) -> str:
    """The characters of `content`. `declared` is a charset that the container names (MIME, HTTP).

    Raises UnreadableError for bytes that are no text.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _decode_leniently(content[len(mark) :], name)
    wide = _guess_wide(content)
    if wide:
        return _decode_leniently(content, wide)
    for name in (declared or "", _find_declared(content), "utf-8"):
        text = _decode_strictly(content, _widen(name))
        if text is not None:
            return text
    if b"\0" in content:
        raise UnreadableError(
            remark("The file is not text: it holds binary data. Send text, HTML, PDF or a mail.")
        )
    return _decode_leniently(content, _detect(content))


def _widen(name: str) -> str:
    if not name:
        return ""
    try:
        known = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return _WIDER.get(known, known)


def _find_declared(content: bytes) -> str:
    """The charset that a meta tag or XML declaration names. Such a tag can be read, so it is no UTF-16."""
    if b"\x1b$" in content[:_SAMPLE] and _ISO_2022.search(content, 0, _SAMPLE):
        return "iso2022_jp"
    head = content[:_HEAD]
    found = _DECLARED.search(head) if b"charset" in head or b"encoding" in head else None
    name = found[1].decode("ascii") if found else ""
    return "utf-8" if name.lower().startswith(("utf-16", "utf-32")) else name


def _decode_strictly(content: bytes, name: str) -> str | None:
    if not name or (b"\0" in content and name.startswith("utf-8")):
        return None
    try:
        text = codecs.decode(content, name)
    except (ValueError, LookupError, TypeError, AssertionError):
        return None
    return text if "\0" not in text else None


def _decode_leniently(content: bytes, name: str) -> str:
    """Decodes with replacement marks; UnreadableError where a tenth or more would be marks."""
    text = content.decode(name, errors="replace")
    if text.count("\ufffd") * 10 > len(text) or text.count("\0") * 10 > len(text):
        raise UnreadableError(
            remark(
                "The file's characters cannot be made out: it is either no text or in an unknown encoding. "
                "Save it as UTF-8 and send it again."
            )
        )
    return text


def _guess_wide(content: bytes) -> str:
    """UTF-16 without a mark shows as zeros in every other byte (all that is ASCII: digits, spaces, line ends)."""
    sample = content[:_SAMPLE]
    if len(sample) < 8 or b"\0" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    least = len(sample) // 40
    if odd > least and odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > least and even > 8 * odd else ""


def _detect(content: bytes) -> str:
    from charset_normalizer import from_bytes

    sample = _pick_sample(content)
    for name in ("cp932", "euc_jp"):
        if _shows_hiragana(sample, name):
            return name
    best = from_bytes(sample, cp_isolation=_CANDIDATES, preemptive_behaviour=False).best()
    return _widen(best.encoding) if best else "cp1252"


def _shows_hiragana(sample: bytes, name: str) -> bool:
    """Whether the bytes are Japanese in this encoding: about half of its letters are hiragana, nearly none of others'."""
    text = _decode_strictly(sample, name) or ""
    letters = sum(1 for char in text if not char.isascii())
    return sum(1 for char in text if "\u3041" <= char <= "\u3096") * 8 > letters


def _pick_sample(content: bytes) -> bytes:
    """The first lines that are not plain ASCII, since only they tell encodings apart."""
    lines: list[bytes] = []
    size = 0
    for line in content.splitlines():
        if not line.isascii():
            lines.append(line)
            size += len(line)
            if size > _SAMPLE:
                break
    return b"\n".join(lines)[: 4 * _SAMPLE]
