"""HTML to text in one walk: table rows with their columns, paragraphs, nothing that is hidden."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml import etree

from calendar_service.errors import BudgetError, UnreadableError
from calendar_service.model.document import Text
from calendar_service.model.remarks import remark
from calendar_service.text.cleaning import clean_characters, clean_title, tidy_lines
from calendar_service.text.grid import RawCell, lay_out
from calendar_service.text.stated_date import parse_stated_date
from calendar_service.text.styles import remove_hidden

# Marks inside the text while it is built; the source is free of them, and str.split parts at them.
_LINE, _PARAGRAPH, _BREAK, _SPACE, _CELL = "\x1c", "\x1d", "\x1e", "\x1f", "\x0b"
_RIGHT_TO_LEFT, _POP = (
    "\u202e",
    "\u202c",
)  # what the direction of its letters turns round is read as it is shown
_MARKS = re.compile("[\x1c\x1d\x1e][\x1c\x1d\x1e ]*")  # spaces before them go with the ends of lines
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|[xX]0{0,9}(?:[0-8bBcCeEfF]|1[0-9a-fA-F])(?![0-9a-fA-F]));?"
)
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_PARAGRAPHS = frozenset(
    [
        "p",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "dl",
        "table",
        "section",
        "article",
        "main",
        "aside",
        "header",
        "blockquote",
        "address",
        "figure",
        "figcaption",
        "form",
        "fieldset",
        "legend",
        "details",
        "summary",
        "center",
        "hr",
        "caption",
        "body",
        "pre",
    ]
)
_LINES = frozenset(["tr", "thead", "tbody", "tfoot"])
# Their text is their parent's: with them out of the way, the walk meets half as many elements.
_INLINE = ("a", "b", "big", "em", "font", "i", "label", "small", "span", "strong", "u")
_OPENING = (
    dict.fromkeys(_PARAGRAPHS, _PARAGRAPH)
    | dict.fromkeys(_LINES, _LINE)
    | {"br": _BREAK, "dt": _LINE, "dd": _CELL}
)
_CLOSING = dict.fromkeys(_PARAGRAPHS, _PARAGRAPH) | dict.fromkeys(_LINES, _LINE) | {"dd": _LINE}
_DATE_NAMES = frozenset(
    [
        "article:published_time",
        "og:published_time",
        "date",
        "dc.date",
        "dc.date.issued",
        "dcterms.date",
        "dcterms.created",
        "dcterms.issued",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish_date",
        "publication_date",
        "parsely-pub-date",
        "sailthru.date",
        "release_date",
    ]
)
_JSON_LD = re.compile(r'"datePublished"\s{0,9}:\s{0,9}"([^"]{8,40})"')
_NO_HTML = remark("The page holds no HTML that can be read.")
_MARKED = ")]%.,*”\"'"  # what a footnote's mark may follow, beside letters and digits
_DAY = re.compile(r"(?<![\d.,])(?:[12]\d|3[01])\Z")  # what a digit and a mark behind it would be together
_SMALL = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_FOOTNOTE = re.compile(r"[(\[]?(?:\d{1,2}|[a-z]|[*†‡§¶]{1,3})[)\]]?")


def read_html(source: str) -> Text:
    """The text that a person sees in a page; title and published date from its head.

    Raises UnreadableError where the source holds no markup that can be read.
    """
    root = _parse(source)
    title, published = _find_title(root), _find_published(root)
    struck = remove_hidden(root)
    etree.strip_tags(root, *_INLINE)
    return Text(
        content=tidy_lines(clean_characters(_settle(_Walk().run(root)))),
        format="html",
        title=title,
        published=published,
        notes=(remark("struck-out text left out"),) if struck else (),
    )


def _parse(source: str) -> Any:
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    data = source.encode("utf-8", errors="replace").translate(None, _CONTROL)
    if b"&#" in data:
        data = _CONTROL_REFERENCE.sub(b"", data)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, etree.ParserError, ValueError) as error:
        raise UnreadableError(_NO_HTML) from error
    if root is None:
        raise UnreadableError(_NO_HTML)
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise BudgetError(
            remark("The page's elements are nested more than 2,000 deep; no announcement needs that.")
        )
    return root


class _Walk:
    """One pass over the elements. `parts` collects the text; what a cell or a footnote's mark adds to it
    is taken out again at its end, and put back as it is to be read.
    """

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.begins: list[int] = []
        self.rows: list[list[RawCell]] | None = None  # of the table of data that the walk is in
        self.outer: list[list[list[RawCell]] | None] = []
        self.layout: set[Any] = set()
        self.pre = 0

    def run(self, root: Any) -> str:
        """The text of everything below `root`, with marks where lines, cells and paragraphs end."""
        self.layout = _find_layout_tables(root)
        add = self.parts.append
        opening = {
            "td": self._open_cell,
            "th": self._open_cell,
            "tr": self._open_row,
            "table": self._open_table,
            "pre": self._open_pre,
            "sup": self._open_sup,
            "bdo": self._open_turned,
        }
        closing = {
            "td": self._close_cell,
            "th": self._close_cell,
            "table": self._close_table,
            "pre": self._close_pre,
            "sup": self._close_sup,
            "bdo": self._close_turned,
        }
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag
            if event == "start":
                if tag in _OPENING:
                    add(_OPENING[tag])
                if work := opening.get(tag):
                    work(element)
                text = element.text
            else:
                if work := closing.get(tag):
                    work(element)
                if tag in _CLOSING:
                    add(_CLOSING[tag])
                text = element.tail
            if text:
                add(_keep_spaces(text) if self.pre else text)
        return "".join(self.parts)

    def _take(self) -> str:
        """The text since the last of `begins`, no longer among the parts."""
        begin = self.begins.pop()
        text = "".join(self.parts[begin:])
        del self.parts[begin:]
        return text

    def _open_pre(self, _element: Any) -> None:
        self.pre += 1

    def _close_pre(self, _element: Any) -> None:
        self.pre -= 1

    def _open_table(self, element: Any) -> None:
        self.outer.append(self.rows)
        self.rows = None if element in self.layout else []

    def _close_table(self, _element: Any) -> None:
        rows, self.rows = self.rows, self.outer.pop()
        if rows is None:
            return
        if all(len(row) <= 1 for row in rows):
            self.parts += [_PARAGRAPH + text for row in rows for text, _, _ in row]
        else:
            for line in lay_out(rows):
                self.parts += [line.replace("\t", _CELL), _LINE]

    def _open_row(self, _element: Any) -> None:
        if self.rows is not None:
            self.rows.append([])

    def _open_cell(self, _element: Any) -> None:
        if self.rows is None:
            self.parts.append(_PARAGRAPH)
        else:
            self.begins.append(len(self.parts))

    def _close_cell(self, element: Any) -> None:
        if self.rows is None:
            self.parts.append(_PARAGRAPH)
            return
        if not self.rows:
            self.rows.append([])
        columns, rows = element.get("colspan"), element.get("rowspan")
        self.rows[-1].append((self._take(), _span(columns) if columns else 1, _span(rows) if rows else 1))

    def _open_turned(self, element: Any) -> None:
        if (element.get("dir") or "").strip().lower() == "rtl":
            self.parts.append(_RIGHT_TO_LEFT)

    def _close_turned(self, element: Any) -> None:
        if (element.get("dir") or "").strip().lower() == "rtl":
            self.parts.append(_POP)

    def _open_sup(self, _element: Any) -> None:
        self.begins.append(len(self.parts))

    def _close_sup(self, element: Any) -> None:
        """A footnote's mark must not lengthen a number: "$0.24¹" is not "$0.241"; "87 1/2" keeps its fraction."""
        text = self._take()
        before = _last_character(self.parts, self.begins[-1] if self.begins else 0)
        if _FOOTNOTE.fullmatch(text.strip()) and (before.isalnum() or before in _MARKED):
            if before.isdigit() and _text_after(element).startswith(("/", "⁄")):
                self.parts.append(" " + text)
                return
            if before.isdigit() and _DAY.search("".join(self.parts[-3:]) + text.strip()):
                text = text.strip().translate(_SMALL)  # "2¹ March": whoever reads on has to see it
            elif before.isdigit() or not text.strip().isalpha():
                return
        self.parts.append(text)


def _keep_spaces(text: str) -> str:
    return text.expandtabs().replace(" ", _SPACE).replace("\r\n", "\n").replace("\n", _BREAK)


def _last_character(parts: list[str], begin: int) -> str:
    """The last character of the parts from `begin` on; a space where they end in white space or hold nothing."""
    for part in islice(reversed(parts), len(parts) - begin):
        bare = part.rstrip()
        if bare:
            return bare[-1] if bare == part else " "
        if part:
            return " "
    return " "


def _text_after(element: Any) -> str:
    if element.tail:
        return str(element.tail).lstrip()
    following = element.getnext()
    return str(following.text or "").lstrip() if following is not None else ""


def _find_layout_tables(root: Any) -> set[Any]:
    """Tables that hold another table lay out the page; their cells are no columns of data."""
    layout: set[Any] = set()
    stack: list[Any] = []
    for event, element in etree.iterwalk(root, events=("start", "end"), tag="table"):
        if event == "end":
            stack.pop()
        else:
            if stack:
                layout.add(stack[-1])
            stack.append(element)
    return layout


def _span(value: str) -> int:
    if not value.strip().isdecimal() or len(value) > 6:
        return 1
    return max(1, int(value))


def _settle(text: str) -> str:
    """White space as a browser shows it, and the marks turned into line ends and blank lines."""
    text = text.replace("\n", " ").replace("\t", " ").replace("\r", " ")
    if not text.isascii():
        text = _ODD_SPACES.sub(" ", text)
    while "  " in text:  # halves each run, so that even a long one takes a few rounds
        text = text.replace("  ", " ")
    text = _MARKS.sub(_break, text)
    text = text.replace(" " + _CELL, _CELL).replace(_CELL + " ", _CELL)
    return text.replace(_SPACE, " ").replace(_CELL, "\t").strip(" \n")


def _break(match: re.Match[str]) -> str:
    run = match[0]
    return "\n\n" if _PARAGRAPH in run or run.count(_BREAK) > 1 else "\n"


def _find_title(root: Any) -> str:
    for element in root.iter("title", "h1"):
        title = clean_title("".join(element.itertext()))
        if title:
            return title
    return ""


def _find_published(root: Any) -> Any:
    for meta in root.iter("meta"):
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").strip().lower()
        if name in _DATE_NAMES:
            found = parse_stated_date(meta.get("content") or "")
            if found:
                return found
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or ""):
            match = _JSON_LD.search(script.text or "")
            if match:
                return parse_stated_date(match[1])
    return None
