"""Which style rules hide text."""

from __future__ import annotations

import re
from typing import Any

_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}(?:hidden|collapse)|"
    r"font-size\s{0,9}:\s{0,9}0(?:\.0{1,9})?(?:px|pt|em|rem|%)?\s{0,9}(?:;|$|!)|opacity\s{0,9}:\s{0,9}0(?:\.0{1,9})?\s{0,9}(?:;|$|!)|"
    r"text-decoration(?:-line)?\s{0,9}:\s{0,9}line-through)",
    re.IGNORECASE,
)
_CLASS = re.compile(r"(?:[a-z]{1,10})?\.([A-Za-z_-][\w-]{0,100})", re.IGNORECASE)
_SUSPECTS = ("none", "hidden", "collapse", ":0", ": 0", "line-through")


def hides(style: str) -> bool:
    """Whether a style attribute or a rule's body hides its element, or strikes its text out."""
    return any(word in style for word in _SUSPECTS) and _HIDING.search(style) is not None


def find_hidden_classes(root: Any) -> frozenset[str]:
    """Classes that the page's own style sheet hides everywhere. Rules for print or small screens do not count."""
    found: set[str] = set()
    for element in root.iter("style"):
        for rule in _strip_at_rules(element.text or "").split("}"):
            selectors, _, body = rule.rpartition("{")
            if not hides(body):
                continue
            for selector in selectors.split(","):
                match = _CLASS.fullmatch(selector.strip())
                if match:
                    found.add(match[1])
    return frozenset(found)


def _strip_at_rules(sheet: str) -> str:
    """The sheet without its @media (and other) blocks."""
    out: list[str] = []
    at = 0
    while True:
        start = sheet.find("@", at)
        if start < 0:
            return "".join([*out, sheet[at:]])
        out.append(sheet[at:start])
        at = _end_of_rule(sheet, start)


def _end_of_rule(sheet: str, start: int) -> int:
    depth = 0
    for match in re.compile("[{};]").finditer(sheet, start):
        mark = match[0]
        depth += (mark == "{") - (mark == "}")
        if depth <= 0 and mark != "{":
            return match.end()
    return len(sheet)
