"""Phrases that a lexicon builds of parts: one line stands for every way in which its parts go together.

    parts = { pay = ["{se|} pagará", "será pagado"], day = ["el", "el día", "el próximo día"] }
    "{pay} {day}"              # se pagará el, pagará el, será pagado el, se pagará el día, ...

`{name}` is each of the texts of that part, `{one|two|}` each of the texts between the strokes, of which one may be empty.
Parts may hold parts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_SLOT = re.compile(r"\{([^{}]*)\}")
_BLANKS = re.compile(r"\s{2,}")
_MOST = 3000  # phrases of one line: more are a slip of the pen
_SLOTS = 10  # of one phrase


def spell_out(text: str, parts: Mapping[str, Sequence[str]]) -> list[str]:
    """All phrases that a text with slots stands for; the text alone where it has none.

    Raises ValueError with the reason where a part is unknown, holds itself, or the text stands for too many phrases.
    """
    if "{" not in text:
        return [text]
    found, open_ones = dict[str, None](), [text]
    filled = 0  # slots so far; a part that holds itself never comes to an end
    while open_ones:
        one = open_ones.pop()
        slot = _SLOT.search(one)
        filled += slot is not None
        if slot is None:
            found[_BLANKS.sub(" ", one).strip()] = None
        else:
            open_ones += [one[: slot.start()] + part + one[slot.end() :] for part in _choices(slot[1], parts)]
        if len(found) + len(open_ones) > _MOST or filled > _SLOTS * _MOST:
            raise ValueError(f"{text!r} stands for more than {_MOST} phrases, or a part holds itself.")
    return list(found)


def _choices(slot: str, parts: Mapping[str, Sequence[str]]) -> Sequence[str]:
    if "|" in slot:
        return slot.split("|")
    if slot not in parts:
        raise ValueError(f"unknown part {{{slot}}}; known are {', '.join(sorted(parts)) or 'none'}.")
    return parts[slot]
