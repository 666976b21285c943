"""HTML to text in one walk: table rows with their columns, paragraphs, nothing that is hidden."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from calendar_service.errors import BudgetError, UnreadableError
from calendar_service.model.document import Text
from calendar_service.text.cleaning import clean_characters, clean_title, tidy_lines
from calendar_service.text.grid import Cell, lay_out
from calendar_service.text.stated_date import parse_stated_date
from calendar_service.text.styles import find_hidden_classes, hides

# Marks inside the text while it is built; the source is free of them, and str.split parts at them.
_LINE, _PARAGRAPH, _BREAK, _SPACE, _CELL = "\x1c", "\x1d", "\x1e", "\x1f", "\x0b"
_MARKS = re.compile(" ?(?:[\x1c\x1d\x1e] ?)+")
_CONTROL = bytes([*range(9), 11, 12, *range(14, 32)])
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:0{0,9}(?:[0-8]|1[124-9]|2\d|3[01])(?!\d)|[xX]0{0,9}(?:[0-8bBcCeEfF]|1[0-9a-fA-F])(?![0-9a-fA-F]));?"
)
_ODD_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u3000]")
_SKIPPED = frozenset(
    [
        "script",
        "style",
        "template",
        "noscript",
        "head",
        "svg",
        "math",
        "canvas",
        "object",
        "embed",
        "applet",
        "iframe",
        "frame",
        "audio",
        "video",
        "select",
        "option",
        "textarea",
        "datalist",
        "nav",
        "footer",
        "del",
        "s",
        "strike",
        "ix:header",
        "ix:hidden",
        "ix:references",
        "ix:resources",
    ]
)
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
    ]
)
_LINES = frozenset(["tr", "dt", "thead", "tbody", "tfoot"])
_SINGLES = {"br": _BREAK, "dd": _CELL}
_BLOCKS = _PARAGRAPHS | _LINES | {"td", "th", "br", "dd", "pre", "sup"}
_ROLES = frozenset({"navigation", "contentinfo", "search"})
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
_MARKED = ")]%.,*”\"'"  # what a footnote's mark may follow, beside letters and digits
_FOOTNOTE = re.compile(r"[(\[]?(?:\d{1,2}|[a-z]|[*†‡§¶]{1,3})[)\]]?")


def read_html(source: str) -> Text:
    """The text that a person sees in a page; title and published date from its head.

    Raises UnreadableError where the source holds no markup that can be read.
    """
    root = _parse(source)
    walk = _Walk(root)
    content = tidy_lines(clean_characters(walk.run(root)))
    return Text(
        content=content,
        format="html",
        title=_find_title(root),
        published=_find_published(root),
        notes=walk.notes,
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
        raise UnreadableError("The page holds no HTML that can be read.") from error
    if root is None:
        raise UnreadableError("The page holds no HTML that can be read.")
    if any(entry.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for entry in parser.error_log):
        raise BudgetError("The page's elements are nested more than 2,000 deep; no announcement needs that.")
    return root


class _Table:
    """A table while it is walked: its finished rows, and whether it only lays out the page."""

    __slots__ = ("layout", "rows")

    def __init__(self, *, layout: bool) -> None:
        self.layout = layout
        self.rows: list[list[Cell]] = []


class _Walk:
    """One pass over the elements. `parts` collects the text; a table's cells collect their own."""

    def __init__(self, root: Any) -> None:
        self.parts: list[str] = []
        self.outer: list[list[str]] = []
        self.tables: list[_Table] = []
        self.layout = _find_layout_tables(root)
        self.hidden = find_hidden_classes(root)
        self.styles: dict[str, bool] = {}
        self.pre = 0
        self.struck = False

    @property
    def notes(self) -> tuple[str, ...]:
        return ("struck-out text left out",) if self.struck else ()

    def run(self, root: Any) -> str:
        """The text of everything below `root`."""
        walker = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walker:
            tag = element.tag
            if event == "start":
                if tag in _SKIPPED or (element.attrib and self._is_hidden(element)):
                    self.struck = self.struck or tag in {"del", "s", "strike"}
                    skipped = element
                    walker.skip_subtree()
                    continue
                if tag in _BLOCKS:
                    self._start(tag, element)
                text = element.text
            else:
                if element is skipped:
                    skipped = None
                elif tag in _BLOCKS:
                    self._end(tag, element)
                text = element.tail
            if text:
                self.parts.append(self._keep_spaces(text) if self.pre else text)
        while self.tables:
            self._end_table()
        return _settle("".join(self.parts))

    def _is_hidden(self, element: Any) -> bool:
        get = element.get
        style = get("style")
        if style:
            hidden = self.styles.get(style)
            if hidden is None:
                hidden = self.styles[style] = hides(style)
            if hidden:
                return True
        if get("hidden") is not None or get("role") in _ROLES:
            return True
        return bool(self.hidden) and not self.hidden.isdisjoint((get("class") or "").split())

    @staticmethod
    def _keep_spaces(text: str) -> str:
        return text.expandtabs().replace(" ", _SPACE).replace("\r\n", "\n").replace("\n", _BREAK)

    def _start(self, tag: Any, element: Any) -> None:
        if tag in {"td", "th"}:
            if self.tables and not self.tables[-1].layout:
                self.outer.append(self.parts)
                self.parts = []
            else:
                self.parts.append(_PARAGRAPH)
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
            self.parts.append(_LINE)
        elif tag == "table":
            self.parts.append(_PARAGRAPH)
            self.tables.append(_Table(layout=element in self.layout))
        elif tag in _PARAGRAPHS:
            self.parts.append(_PARAGRAPH)
        elif tag in _LINES:
            self.parts.append(_LINE)
        elif tag in _SINGLES:
            self.parts.append(_SINGLES[tag])
        elif tag == "pre":
            self.pre += 1
            self.parts.append(_PARAGRAPH)
        elif tag == "sup":
            self.outer.append(self.parts)
            self.parts = []

    def _end(self, tag: Any, element: Any) -> None:
        if tag in {"td", "th"}:
            if self.tables and not self.tables[-1].layout and self.outer:
                self._end_cell(element)
            else:
                self.parts.append(_PARAGRAPH)
        elif tag == "table" and self.tables:
            self._end_table()
        elif tag in _PARAGRAPHS:
            self.parts.append(_PARAGRAPH)
        elif (tag in _LINES and tag != "dt") or tag == "dd":
            self.parts.append(_LINE)
        elif tag == "pre":
            self.pre -= 1
            self.parts.append(_PARAGRAPH)
        elif tag == "sup" and self.outer:
            self._end_sup(element)

    def _end_cell(self, element: Any) -> None:
        text = "".join(self.parts)
        self.parts = self.outer.pop()
        rows = self.tables[-1].rows
        if not rows:
            rows.append([])
        rows[-1].append(Cell(text, _span(element.get("colspan")), _span(element.get("rowspan"))))

    def _end_table(self) -> None:
        table = self.tables.pop()
        if table.layout:
            self.parts.append(_PARAGRAPH)
            return
        if all(len(row) <= 1 for row in table.rows):
            self.parts += [_PARAGRAPH + cell.text for row in table.rows for cell in row]
        else:
            rows = [
                [Cell(" ".join(cell.text.split()), cell.columns, cell.rows) for cell in row]
                for row in table.rows
            ]
            for line in lay_out(rows):
                self.parts += [line.replace("\t", _CELL), _LINE]
        self.parts.append(_PARAGRAPH)

    def _end_sup(self, element: Any) -> None:
        """A footnote's mark must not lengthen a number: "$0.24¹" is not "$0.241"; "87 1/2" keeps its fraction."""
        text = "".join(self.parts)
        self.parts = self.outer.pop()
        before = _last_character(self.parts)
        if _FOOTNOTE.fullmatch(text.strip()) and (before.isalnum() or before in _MARKED):
            if before.isdigit() and _text_after(element).startswith(("/", "⁄")):
                self.parts.append(" " + text)
                return
            if before.isdigit() or not text.strip().isalpha():
                return
        self.parts.append(text)


def _last_character(parts: list[str]) -> str:
    for part in reversed(parts):
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


def _span(value: str | None) -> int:
    if value is None or not value.strip().isdecimal() or len(value) > 6:
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
    if _SPACE not in run and _PARAGRAPH in run:
        return "\n\n"
    return "\n\n" if run.count(_BREAK) > 1 else "\n"


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
