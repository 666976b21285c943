"""PDF to text: PDFium gives characters and where they stand; `layout` makes lines, columns and rows of them."""

from __future__ import annotations

import ctypes
import re
import struct
from collections import deque
from collections.abc import Iterator
from itertools import islice, repeat
from typing import Any, TypeAlias

import pypdfium2 as pdfium
from pypdfium2 import raw

from calendar_service.errors import UnreadableError
from calendar_service.model.document import Text
from calendar_service.model.remarks import Remark, remark
from calendar_service.text.cleaning import clean_characters, clean_title
from calendar_service.text.layout import Fragment, build_page
from calendar_service.text.limits import Limits
from calendar_service.text.running import drop_running_lines, join_pages

# PDFium gives U+0002 or U+FFFE, and no line end, for a hyphen that parts a word at a line's end.
_LINE_ENDS = re.compile("\r\n|\r|\n|\x02|\ufffe")
_WORD = re.compile("[^ ]+")
# Characters without a meaning in Unicode: what a font without a character map leaves.
_MEANINGLESS = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")
# Left, bottom, right, top in points.
Box: TypeAlias = tuple[float, float, float, float]
# PDFium has no call for many boxes. With addresses for pointers, one call costs a third: a page takes a thousand.
_read_box = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)(
    ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0
)
_PLACEHOLDERS = frozenset({"untitled", "(anonymous)", "(unspecified)", "anonymous", "document"})


def read_pdf(content: bytes, limits: Limits) -> Text:
    """The text of a PDF in reading order, with the offset of each page.

    Pages of pictures only are told in `notes`, and set `scanned` where they are half of all or more.
    Raises UnreadableError for an encrypted or damaged file.
    """
    document = _open(content)
    try:
        limits.check_pages(len(document))
        return _read_pages(document, limits)
    except pdfium.PdfiumError as error:
        raise UnreadableError(
            remark("The PDF is damaged: a page cannot be opened. Save it again and send that.")
        ) from error
    finally:
        document.close()


def _open(content: bytes) -> Any:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            reason = remark("The PDF is encrypted with a password. Send one that opens without a password.")
        else:
            reason = remark("The PDF is damaged and cannot be opened. Save it again and send that.")
        raise UnreadableError(reason) from error
    if len(document) == 0:
        document.close()
        raise UnreadableError(remark("The PDF has no pages."))
    return document


def _read_pages(document: Any, limits: Limits) -> Text:
    pages: list[str] = []
    pictures = garbled = size = 0
    for index in range(len(document)):
        text = _read_page(document, index)
        if len(_MEANINGLESS.findall(text)) * 4 > len(text.strip()) > 0:
            garbled += 1
            text = ""
        elif not text.strip():
            pictures += _has_picture(document, index)
        size += len(text)
        limits.check_characters(size)
        pages.append(clean_characters(text))
    content, starts = join_pages(drop_running_lines(pages))
    return Text(
        content=content,
        format="pdf",
        title=_find_title(document),
        pages=starts,
        scanned=(pictures + garbled) * 2 >= len(pages),
        notes=_tell_missing(pictures, garbled),
    )


def _tell_missing(pictures: int, garbled: int) -> tuple[Remark, ...]:
    notes = []
    if pictures == 1:
        notes.append(remark("scanned: one page without text"))
    elif pictures:
        notes.append(remark("scanned: {count} pages without text", count=pictures))
    if garbled == 1:
        notes.append(remark("unreadable fonts: one page without text"))
    elif garbled:
        notes.append(remark("unreadable fonts: {count} pages without text", count=garbled))
    return tuple(notes)


def _has_picture(document: Any, index: int) -> bool:
    """Whether a page shows anything at all; a blank page lacks nothing."""
    page = document[index]
    try:
        return int(raw.FPDFPage_CountObjects(page.raw)) > 0
    finally:
        page.close()


def _find_title(document: Any) -> str:
    title = clean_title(str(document.get_metadata_dict().get("Title") or ""))
    return "" if title.lower() in _PLACEHOLDERS else title


def _read_page(document: Any, index: int) -> str:
    page = document[index]
    try:
        textpage = page.get_textpage()
        try:
            quarters = int(raw.FPDFPage_GetRotation(page.raw))
            return build_page(_find_fragments(textpage.raw, quarters))
        finally:
            textpage.close()
    finally:
        page.close()


def _read_characters(textpage: Any) -> str:
    """One character for each of PDFium's, so that positions in the string are its indexes."""
    count = raw.FPDFText_CountChars(textpage)
    if count <= 0:
        return ""
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(textpage, 0, count, buffer) - 1
    text = bytes(buffer)[: 2 * written].decode("utf-16-le", "surrogatepass")
    if len(text) == count:
        return text
    return "".join(chr(raw.FPDFText_GetUnicode(textpage, index) or 0xFFFD) for index in range(count))


def _find_fragments(textpage: Any, quarters: int) -> list[Fragment]:
    """PDFium's lines, parted where the gap between two words is wider than a word space can be."""
    text = _read_characters(textpage)
    lines = [(words, hyphen) for words, hyphen in _find_lines(text) if words]
    edges = [edge for words, _ in lines for begin, end in words for edge in (begin, end - 1)]
    boxes = iter(_read_boxes(textpage, edges, quarters))
    out: list[Fragment] = []
    for words, hyphen in lines:
        out += _part_line(text, words, hyphen, list(islice(boxes, 2 * len(words))))
    return out


def _find_lines(text: str) -> Iterator[tuple[list[tuple[int, int]], str]]:
    """Where each line's words begin and end, and "-" where its last word goes on in the next line."""
    at = 0
    for end, following in [match.span() for match in _LINE_ENDS.finditer(text)] + [(len(text), len(text))]:
        line = text[at:end]
        start = at + len(line) - len(line.lstrip())
        words = [match.span() for match in _WORD.finditer(text, start, at + len(line.rstrip()))]
        yield words, "-" if text[end:following] in {"\x02", "\ufffe"} else ""
        at = following


def _read_boxes(textpage: Any, indexes: list[int], quarters: int) -> list[Box]:
    """Where the characters with these indexes stand as the page is shown, ascenders and descenders included.

    `quarters` is by how many times 90 degrees clockwise the page is turned when it is shown.
    """
    rects = (raw.FS_RECTF * len(indexes))()
    first, size = ctypes.addressof(rects), ctypes.sizeof(raw.FS_RECTF)
    addresses = range(first, first + size * len(indexes), size)
    page = ctypes.cast(textpage, ctypes.c_void_p).value
    deque(map(_read_box, repeat(page), indexes, addresses), maxlen=0)
    boxes = [(left, bottom, right, top) for left, top, right, bottom in struct.iter_unpack("4f", rects)]
    for _ in range(quarters):
        boxes = [(bottom, -right, top, -left) for left, bottom, right, top in boxes]
    return boxes


def _part_line(text: str, words: list[tuple[int, int]], hyphen: str, boxes: list[Box]) -> list[Fragment]:
    """A line's fragments. `boxes` are those of the first and the last character of each word."""
    out: list[Fragment] = []
    start, first = words[0][0], boxes[0]
    height = max(first[3] - first[1], 1.0)
    for number in range(1, len(words)):
        before, after = boxes[2 * number - 1], boxes[2 * number]
        if after[0] - before[2] > 0.9 * height or after[0] < before[0] - height:
            out.append(_make(text[start : words[number - 1][1]], first, before))
            start, first = words[number][0], after
    end = words[-1][1]
    parted = hyphen and text[end - 1] not in "-‐"
    out.append(_make(text[start:end] + (hyphen if parted else ""), first, boxes[-1]))
    return out


def _make(text: str, first: Box, last: Box) -> Fragment:
    """A fragment from the boxes of its first and last character."""
    left, bottom, top = first[0], min(first[1], last[1]), max(first[3], last[3])
    return Fragment(left, bottom, max(last[2], left), max(top, bottom + 1), text)
