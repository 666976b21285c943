"""Pages become one text: page numbers and running heads are taken out."""

from __future__ import annotations

import re
from collections import Counter

from calendar_service.text.cleaning import tidy_lines
from calendar_service.text.paragraphs import find_glue

_PAGE_NUMBER = re.compile(
    r"[-–—\s]*(?:page|seite|página|pagina|side|sida|sivu|p\.)?\s*\d{1,4}(?:\s*(?:/|of|von|de|di|van|sur|av)\s*\d{1,4})?\s*(?:页|頁|ページ|쪽)?[-–—\s]*",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+")


def drop_running_lines(pages: list[str]) -> list[str]:
    """Pages without the number at their end, and without first and last lines that three pages or more share."""
    split = [page.split("\n") for page in pages]
    if len(pages) < 2:
        return pages
    seen = Counter(
        key for lines in split for key in {_key(line) for line in (*lines[:1], *lines[-1:])} if key
    )
    shared = {key for key, count in seen.items() if count >= 3}
    out = []
    for number, lines in enumerate(split):
        if number and len(lines) > 1 and _key(lines[0]) in shared:
            lines = lines[1:]  # noqa: PLW2901 - the page without its head
        if len(lines) > 1 and (_key(lines[-1]) in shared or _PAGE_NUMBER.fullmatch(lines[-1][:60])):
            lines = lines[:-1]  # noqa: PLW2901 - the page without its foot
        out.append("\n".join(lines))
    return out


def _key(line: str) -> str:
    return _DIGITS.sub("#", line.strip()) if len(line) < 200 else ""


def join_pages(pages: list[str]) -> tuple[str, tuple[int, ...]]:
    """The whole text, and the offset at which each page begins. A sentence may run on over a page's end."""
    content = ""
    parts: list[str] = []
    starts: list[int] = []
    size = 0
    for page in map(tidy_lines, pages):
        glue = find_glue(content, page) if size and page else ""
        size += len(glue)
        starts.append(size)
        parts += [glue, page]
        size += len(page)
        content = page or content
    return "".join(parts), tuple(starts)
