"""PDF to text: PDFium gives characters and where they stand; `layout` makes lines, columns and rows of them."""

from __future__ import annotations

import ctypes
import re
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from calendar_service.errors import UnreadableError
from calendar_service.model.document import Text
from calendar_service.text.cleaning import clean_characters, clean_title
from calendar_service.text.layout import Fragment, build_page
from calendar_service.text.limits import Limits
from calendar_service.text.running import drop_running_lines, join_pages

# PDFium gives U+0002 or U+FFFE, and no line end, for a hyphen that parts a word at a line's end.
_LINE_ENDS = re.compile("\r\n|\r|\n|\x02|\ufffe")
_SPACES = re.compile(r" +")
# Characters without a meaning in Unicode: what a font without a character map leaves.
_MEANINGLESS = re.compile("[\ue000-\uf8ff\ufffd\x00-\x08\x0e-\x1f]")
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
            "The PDF is damaged: a page cannot be opened. Save it again and send that."
        ) from error
    finally:
        document.close()


def _open(content: bytes) -> Any:
    try:
        document = pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        if "assword" in str(error) or "ecurity" in str(error):
            reason = "The PDF is encrypted with a password. Send one that opens without a password."
        else:
            reason = "The PDF is damaged and cannot be opened. Save it again and send that."
        raise UnreadableError(reason) from error
    if len(document) == 0:
        document.close()
        raise UnreadableError("The PDF has no pages.")
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


def _tell_missing(pictures: int, garbled: int) -> tuple[str, ...]:
    notes = []
    if pictures:
        notes.append(f"scanned: {pictures} {'page' if pictures == 1 else 'pages'} without text")
    if garbled:
        notes.append(f"unreadable fonts: {garbled} {'page' if garbled == 1 else 'pages'} without text")
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
    boxes = _Boxes(textpage, quarters)
    out: list[Fragment] = []
    at = 0
    for end in [match.span() for match in _LINE_ENDS.finditer(text)] + [(len(text), len(text))]:
        line = text[at : end[0]]
        hyphen = "-" if text[end[0] : end[1]] in {"\x02", "\ufffe"} else ""
        bare = line.strip()
        if bare or hyphen:
            start = at + len(line) - len(line.lstrip())
            out += _part_line(text, start, start + len(bare), hyphen, boxes)
        at = end[1]
    return out


class _Boxes:
    """Where characters stand: left, bottom, right, top in points, ascenders and descenders included.

    `quarters` is by how many times 90 degrees clockwise the page is turned when it is shown.
    """

    def __init__(self, textpage: Any, quarters: int) -> None:
        self.textpage = textpage
        self.quarters = quarters
        self.rect = raw.FS_RECTF()
        self.pointer = ctypes.byref(self.rect)

    def get(self, index: int) -> tuple[float, float, float, float]:
        """The box of the character at `index`, as the page is shown."""
        raw.FPDFText_GetLooseCharBox(self.textpage, index, self.pointer)
        rect = self.rect
        box = rect.left, rect.bottom, rect.right, rect.top
        for _ in range(self.quarters):
            left, bottom, right, top = box
            box = bottom, -right, top, -left
        return box


def _part_line(text: str, start: int, end: int, hyphen: str, boxes: _Boxes) -> list[Fragment]:
    left, bottom, right, top = boxes.get(start)
    if end - start < 1:
        return []
    out: list[Fragment] = []
    begin, last = start, boxes.get(end - 1)
    height = max(top - bottom, 1.0)
    for match in _SPACES.finditer(text, start, end):
        before, after = boxes.get(match.start() - 1), boxes.get(match.end())
        if after[0] - before[2] > 0.9 * height or after[0] < before[0] - height:
            out.append(
                _make(
                    text[begin : match.start()], left, min(bottom, before[1]), before[2], max(top, before[3])
                )
            )
            begin = match.end()
            left, bottom, right, top = after
    right = last[2]
    if hyphen and text[end - 1] not in "-‐":
        out.append(_make(text[begin:end] + hyphen, left, min(bottom, last[1]), right, max(top, last[3])))
    else:
        out.append(_make(text[begin:end], left, min(bottom, last[1]), right, max(top, last[3])))
    return out


def _make(text: str, left: float, bottom: float, right: float, top: float) -> Fragment:
    return Fragment(left, bottom, max(right, left), max(top, bottom + 1), text)
