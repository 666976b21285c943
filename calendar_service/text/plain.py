"""Plain text, Markdown and JSON. Lines stay as they are, since tables may stand in fixed columns."""

from __future__ import annotations

import html
import json
import re
from itertools import islice

from calendar_service.model.document import Text
from calendar_service.text.cleaning import clean_characters, clean_title, tidy_lines
from calendar_service.text.stated_date import parse_stated_date
from calendar_service.text.wrapping import unwrap_lines

_FRONT_MATTER = re.compile(r"([A-Za-z_]{1,40}):[ \t]*(.*)")
_SEPARATOR_ROW = re.compile(r"[|:\- \t]*-[|:\- \t]*")
_CELL_END = re.compile(r"(?<!\\)\|")
_IMAGE = re.compile(r"!\[[^\[\]\n]{0,1000}\]\([^()\n]{0,4000}\)")
_LINK = re.compile(r"\[([^\[\]\n]{0,2000})\]\([^()\n]{0,4000}\)")
_STAR = re.compile(r"(?<![\w*])\*(?=[^\s*])|(?<=[^\s*])\*(?!\w)")
_UNDERSCORE = re.compile(r"(?<![\w_])_(?=[^\s_])|(?<=[^\s_])_(?![\w_])")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_TAG = re.compile(
    r"</?(?:b|i|u|em|strong|span|font|sup|sub|p|div|a|small|center|img)(?:\s[^<>]{0,500})?/?>", re.IGNORECASE
)
_BREAK = re.compile(r"<br\s{0,9}/?>", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|_+")
# Page and table marks in the plain-text filings of the 1990s.
_SGML = re.compile(r"</?(?:PAGE|TABLE|CAPTION|S|C|FN|F\d{1,2}|R|TEXT|PDF|XBRL|XML)>")
# A page that shows the inside of its data: line breaks and quotes as a program writes them.
_ESCAPED = re.compile(r"\\([nrt\"])")
_ESCAPES = {"n": "\n", "r": "", "t": "\t", '"': '"'}
_ESCAPED_BREAKS = 4
# Two such breaks around a name, day or amount with a mark-up of its own, amid a sentence ("a share, or\n \n $0.96\n \n a
# year"): between paragraphs stand more, or the end of a sentence.
_INLINE = re.compile(r"(?<![\s.!?:;\\])(?<!\\[nrt])\\n \\n (?![\\\s])")
_MARKUP = "<![*_\\&"
# What only Markdown writes: strong emphasis within a line, links, headings, the rule below a table's head.
_MARKED = re.compile(
    r"\*\*(?=[^\s*])[^*\n]{1,300}(?<=\S)\*\*(?!\*)|\]\(https?://|^#{1,6} (?=\S)|^\|(?: ?:?-{3,200}:? ?\|)+[ \t]*$",
    re.MULTILINE,
)
_MARKS = ("**", "](http", "# ", "---")
_FEWEST_MARKED = 2
# What a mail quotes: each of its lines begins with a mark for every mail that it has gone through.
_QUOTED = re.compile(r"[ \t]?(?:>[ ]?){1,20}")
_FEWEST_QUOTED = 3


def read_plain(text: str) -> Text:
    r"""Plain text: cleaned, its lines and spaces kept; breaks that stand there as "\n" are lines again.

    Text that shows Markdown's marks was copied from such a source, whatever its name says: it is read without them.
    """
    if text.count("\\n") >= _ESCAPED_BREAKS:
        text = _ESCAPED.sub(lambda found: _ESCAPES[found[1]], _INLINE.sub(" ", text))
    text = _strip_quotes(_SGML.sub("", clean_characters(text)))
    may_mark = any(sign in text for sign in _MARKS)  # most texts have none, and are not gone through
    if may_mark and len(list(islice(_MARKED.finditer(text), _FEWEST_MARKED))) == _FEWEST_MARKED:
        text = "\n".join(_strip_line(line) for line in text.split("\n"))
    return Text(content=unwrap_lines(tidy_lines(text)), format="plain")


def _strip_quotes(text: str) -> str:
    """The text of a mail without the marks of what it quotes, where several lines have them."""
    if text.count("\n>") < _FEWEST_QUOTED - 1:
        return text
    lines = text.split("\n")
    marks = [_QUOTED.match(line) for line in lines]
    if sum(mark is not None for mark in marks) < _FEWEST_QUOTED:
        return text
    return "\n".join(line[mark.end() :] if mark else line for line, mark in zip(lines, marks, strict=True))


def read_markdown(text: str) -> Text:
    """Markdown as text: front matter off (its title and date kept), links' text kept, tables as rows."""
    lines = clean_characters(text).split("\n")
    matter, start = _read_front_matter(lines)
    published = parse_stated_date(matter.get("date", ""))
    content = tidy_lines("\n".join(_strip_markdown(lines[start:])))
    return Text(
        content=content, format="plain", title=clean_title(matter.get("title", "")), published=published
    )


def _read_front_matter(lines: list[str]) -> tuple[dict[str, str], int]:
    """The top-level plain values between two "---" lines, and the line after them."""
    if not lines or lines[0].rstrip() != "---":
        return {}, 0
    for end in range(1, min(len(lines), 500)):
        if lines[end].rstrip() in {"---", "..."}:
            break
    else:
        return {}, 0
    found = (_FRONT_MATTER.match(line) for line in lines[1:end])
    return {match[1].lower(): _unquote(match[2].strip()) for match in found if match}, end + 1


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if len(value) >= 2 and value[0] == value[-1] == "'":
        return value[1:-1].replace("''", "'")
    return value


def _strip_markdown(lines: list[str]) -> list[str]:
    """Lines without Markdown's marks. Between fences all stays, for columns that are made of spaces."""
    out: list[str] = []
    fence = ""
    for line in lines:
        bare = line.strip()
        mark = bare[:3]
        if fence:
            out.append("" if bare.startswith(fence) else line)
            fence = "" if bare.startswith(fence) else fence
        elif mark in {"```", "~~~"}:
            fence = mark
            out.append("")
        elif bare.startswith("|"):
            _add_row(out, bare)
        else:
            if out and "\t" in out[-1] and bare:
                out.append("")
            out.append(_strip_line(line))
    return out


def _add_row(out: list[str], bare: str) -> None:
    if _SEPARATOR_ROW.fullmatch(bare):
        return
    if out and out[-1] and "\t" not in out[-1]:
        out.append("")
    cells = bare.strip("|") if bare.count("|") == 2 else bare[1:].removesuffix("|")
    row = "\t".join(" ".join(_strip_line(cell).split()) for cell in _CELL_END.split(cells))
    out.append(row.rstrip())


def _strip_line(line: str) -> str:
    bare = line.lstrip()
    if bare.startswith("#"):
        return "\n" + _strip_line(bare.lstrip("#").strip()) + "\n"
    if bare.startswith(">"):
        line = bare.lstrip("> ")
    if not any(mark in line for mark in _MARKUP):
        return line
    line = _LINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub("", line)))
    line = _TAG.sub("", _BREAK.sub("\n", line))
    line = line.replace("**", "").replace("__", "") if "____" not in line else line.replace("**", "")
    line = _UNDERSCORE.sub("", _STAR.sub("", line))
    return clean_characters(html.unescape(_ESCAPE.sub(r"\1", line)))


def read_json(text: str) -> Text | None:
    """JSON as text: "name: value" lines, a list of like records as a table; None where it is no JSON."""
    try:
        value = json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    lines: list[str] = []
    stack: list[tuple[str, object]] = [("", value)]
    while stack:
        name, item = stack.pop()
        if isinstance(item, dict):
            stack.extend(reversed([(_name(key), entry) for key, entry in item.items()]))
            lines.append("")
        elif isinstance(item, list):
            records = _list_records(item)
            if records:
                lines += ["", name, "", *records, ""] if name else ["", *records, ""]
            else:
                stack.extend((name, entry) for entry in reversed(item))
        else:
            lines.append(f"{name}: {_show(item)}" if name else _show(item))
    return Text(content=tidy_lines("\n".join(lines)), format="plain")


def _list_records(items: list[object]) -> list[str]:
    """The rows of a list of two or more flat records, its names as the first row; else nothing."""
    records = [item for item in items if isinstance(item, dict)]
    if len(records) < 2 or len(records) != len(items):
        return []
    names = list(dict.fromkeys(key for record in records for key in record))
    if len(names) > 60 or any(
        isinstance(entry, (dict, list)) for record in records for entry in record.values()
    ):
        return []
    rows = ["\t".join(_show(record.get(key)) for key in names) for record in records]
    return ["\t".join(_name(key) for key in names), *rows]


def _name(key: str) -> str:
    """A member's name as words: recordDate and record_date are both "record Date"."""
    return _CAMEL.sub(" ", _show(key)).strip()


def _show(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return " ".join(clean_characters(html.unescape(_TAG.sub("", _BREAK.sub(" ", str(value))))).split())
