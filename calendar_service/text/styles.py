"""What a page holds and does not show."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

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
        "ix:header",
        "ix:hidden",
        "ix:references",
        "ix:resources",
    ]
)
_STRUCK = ("del", "s", "strike")
_ANY = "descendant-or-self::*"
_NAMES = etree.XPath(f"{_ANY}/@hidden | {_ANY}/@role", smart_strings=False)
_HIDDEN_BY_NAME = etree.XPath(
    f"{_ANY}[@hidden or @role='navigation' or @role='contentinfo' or @role='search']"
)
_STYLES = etree.XPath(f"{_ANY}/@style", smart_strings=False)
_STYLED = etree.XPath(f"{_ANY}[@style]")
_CLASSED = etree.XPath(f"{_ANY}[@class]")
_HIDING = re.compile(
    r"(?:^|[;{\s])(?:display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}(?:hidden|collapse)|"
    r"font-size\s{0,9}:\s{0,9}0(?:\.0{1,9})?(?:px|pt|em|rem|%)?\s{0,9}(?:;|$|!)|opacity\s{0,9}:\s{0,9}0(?:\.0{1,9})?\s{0,9}(?:;|$|!)|"
    r"(?:left|right|top|text-indent)\s{0,9}:\s{0,9}-\d{3,7}(?:\.\d{0,9})?(?:px|pt|em|rem|vw|%)|"  # far outside the page
    r"clip-path\s{0,9}:\s{0,9}inset\(\s{0,9}(?:50|100)%|clip\s{0,9}:\s{0,9}rect\(\s{0,9}0|"
    r"transform\s{0,9}:\s{0,9}scale\(\s{0,9}0\s{0,9}[,)]|"
    r"text-decoration(?:-line)?\s{0,9}:\s{0,9}line-through)",
    re.IGNORECASE,
)
_COLOUR = r"(?:white|#fff(?:fff)?|rgba?\(\s{0,3}255\s{0,3},\s{0,3}255\s{0,3},\s{0,3}255(?:\s{0,3},\s{0,3}1(?:\.0)?)?\s{0,3}\))"
_WHITE = re.compile(rf"\s{{0,9}}{_COLOUR}\s{{0,9}}(?:!important)?\s{{0,9}}", re.IGNORECASE)
_WHITE_LETTERS = re.compile(
    rf"(?:^|[;{{\s])color\s{{0,9}}:\s{{0,9}}{_COLOUR}\s{{0,9}}(?:;|$|!)", re.IGNORECASE
)
_BACKGROUND = re.compile(
    r"(?:^|[;{\s])background(?:-color|-image)?\s{0,9}:\s{0,9}([^;]{1,200})", re.IGNORECASE
)
_CLASS = re.compile(r"(?:[a-z]{1,10})?\.([A-Za-z_-][\w-]{0,100})", re.IGNORECASE)
_SUSPECTS = (
    "none",
    "hidden",
    "collapse",
    ":0",
    ": 0",
    "line-through",
    ":-",
    ": -",
    "inset(",
    "rect(",
    "scale(",
)


def remove_hidden(root: Any) -> bool:
    """Takes out of the tree what a reader does not see, and what is struck out; returns whether anything was.

    What is hidden becomes a template, the one element that is never shown; tails stay. A hidden root
    is emptied.
    """
    for element in _find_hidden(root):
        if element.tag not in _STRUCK:
            element.tag = "template"
    etree.strip_elements(root, *_SKIPPED, with_tail=False)
    struck = next(root.iter(*_STRUCK), None) is not None
    etree.strip_elements(root, *_STRUCK, with_tail=False)
    if root.tag == "template":
        root.clear()
    return struck


def _find_hidden(root: Any) -> list[Any]:
    # First which values there are, since asking for values costs a fraction of asking for elements.
    found: list[Any] = _HIDDEN_BY_NAME(root) if _NAMES(root) else []
    styles = {style for style in set(_STYLES(root)) if hides(style)}
    if styles:
        found += [element for element in _STYLED(root) if element.get("style") in styles]
    found += _find_white_on_white(root)
    classes = find_hidden_classes(root)
    if classes:
        found += [
            element for element in _CLASSED(root) if not classes.isdisjoint(element.get("class").split())
        ]
    return found


def _find_white_on_white(root: Any) -> list[Any]:
    """Elements with white letters on the white page, and nothing coloured inside.

    What is behind them is as the nearest element that has a background says, or white; where a style sheet may say it of
    any element, only the former counts.
    """
    white = {style for style in set(_STYLES(root)) if _WHITE_LETTERS.search(style)}
    found = [element for element in _STYLED(root) if element.get("style") in white] if white else []
    found += [element for element in root.iter("font") if _WHITE.fullmatch(element.get("color") or "")]
    if not found:
        return []
    sheets = any("background" in (element.text or "").lower() for element in root.iter("style"))
    told = sheets or any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
    coloured = _around_colours(root, set(found))
    behind: dict[Any, bool] = {}
    return [one for one in found if one not in coloured and _is_on_white(one, behind, told=told)]


def _around_colours(root: Any, white: set[Any]) -> set[Any]:
    """All elements that have another one inside with a colour of its own, which a reader may see."""
    around: set[Any] = set()
    for element in root.iter(etree.Element):
        own = "color" in (element.get("style") or "").lower() or "background" in (element.get("style") or "")
        if element in white or not (own or element.get("color") or element.get("bgcolor")):
            continue
        for one in element.iterancestors():
            if one in around:
                break
            around.add(one)
    return around


def _is_on_white(element: Any, behind: dict[Any, bool], *, told: bool) -> bool:
    """Whether what is behind an element is white; `behind` keeps what is known of elements further up."""
    path = []
    answer = not told
    for one in (element, *element.iterancestors()):
        path.append(one)
        own = behind[one] if one in behind else _has_white(one)
        if own is not None:
            answer = own
            break
    behind |= dict.fromkeys(path, answer)
    return answer


def _has_white(element: Any) -> bool | None:
    """Whether an element's own background is white; None where it has none."""
    style = _BACKGROUND.search(element.get("style") or "")
    colour = style[1].strip() if style else element.get("bgcolor")
    if colour and colour.lower() not in ("transparent", "none", "inherit", "initial"):
        return _WHITE.fullmatch(colour) is not None
    return False if element.get("background") else None


def hides(style: str) -> bool:
    """Whether a style attribute or a rule's body hides its element, or strikes its text out."""
    folded = style.lower()
    return any(word in folded for word in _SUSPECTS) and _HIDING.search(folded) is not None


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
