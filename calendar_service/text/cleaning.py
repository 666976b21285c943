"""Characters that no reader sees are taken out, so that what is matched is what is seen."""

from __future__ import annotations

import re
import unicodedata

# Control, bidi, zero-width and tag characters, soft hyphens, variation selectors, lone surrogates,
# non-characters: a person sees none of them, and each could hide or turn round a date.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Letters that print joins in one sign ("ﬁnal"): a PDF keeps the sign.
_LIGATURES = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\ufb05": "st",
        "\ufb06": "st",
    }
)
_HAS_LIGATURE = re.compile("[\ufb00-\ufb06]")
_ODD_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = re.compile("[\r\x0b\x0c\x85\u2028]")
_ASCII_INVISIBLE = bytes([*range(9), *range(14, 32), 127])
_ASCII_LINE_ENDS = bytes.maketrans(b"\r\x0b\x0c", b"\n\n\n")
_RIGHT_TO_LEFT, _POP = "\u202e", "\u202c"
_TURNING = frozenset("\u202a\u202b\u202d\u202e")  # what begins a run with a direction of its own
_BLANK_LINES = re.compile("\n{3,}")


def clean_characters(text: str) -> str:
    """`text` in NFC with a newline as the only line end, plain spaces, and nothing invisible."""
    text = text.replace("\r\n", "\n")
    if text.isascii():  # bytes are cleaned many times faster than by a pattern
        return text.encode("ascii").translate(_ASCII_LINE_ENDS, _ASCII_INVISIBLE).decode("ascii")
    text = _LINE_END.sub("\n", text)
    if _RIGHT_TO_LEFT in text:
        text = "\n".join(_as_shown(line) if _RIGHT_TO_LEFT in line else line for line in text.split("\n"))
    text = _INVISIBLE.sub("", text.replace("\u2029", "\n\n"))
    text = _ODD_SPACE.sub(" ", text)
    return unicodedata.normalize("NFC", text.translate(_LIGATURES) if _HAS_LIGATURE.search(text) else text)


def _as_shown(line: str) -> str:
    """A line in the order in which a reader sees it: a right-to-left override shows "12" as "21".

    An override ends with its pop, or with the line; inside it another run keeps its own direction.
    """
    runs: list[tuple[str, list[str]]] = [("", [])]
    for sign in line:
        if sign in _TURNING:
            runs.append((sign, []))
        elif sign != _POP:
            runs[-1][1].append(sign)
        elif len(runs) > 1:
            _close(runs)
    while len(runs) > 1:
        _close(runs)
    return "".join(runs[0][1])


def _close(runs: list[tuple[str, list[str]]]) -> None:
    """Puts the last run into the one around it, turned round where it is shown so."""
    turn, signs = runs.pop()
    runs[-1][1].append("".join(reversed(signs) if turn == _RIGHT_TO_LEFT else signs))


def tidy_lines(text: str) -> str:
    """`text` without spaces at the ends of lines, and with one blank line at most between paragraphs."""
    lines = "\n".join([line.rstrip() for line in text.split("\n")])
    if "\n\n\n" in lines:  # looked for first: few texts have any
        lines = _BLANK_LINES.sub("\n\n", lines)
    return lines.strip("\n")


def clean_title(text: str) -> str:
    """A title on one line, at most 300 characters long."""
    return " ".join(clean_characters(text[:2000]).split())[:300]
