"""Numbers that East Asia writes in parts: "1万8500円" is 18,500, "12억3456만원" 1,234,560,000."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from calendar_service.extract.lexicon.patterns import alternatives

if TYPE_CHECKING:
    from calendar_service.extract.lexicon.lexicon import Lexicon

_REACH = 16
_PARTS = 3  # of one number
_MYRIAD = 10_000
_SHARE = 10_000_000  # below it an amount in myriads may be that of one share


class Myriads:
    """Reads the parts of a number before its last one, in a language without blanks between words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._scales = lexicon.scales if lexicon.substring else {}
        names = alternatives(self._scales)
        self._part = re.compile(rf"(?<![\d.])(\d{{1,3}},\d{{3}}|\d{{1,4}})\s?({names})\s?\Z")

    def with_parts(self, shadow: str, start: int, first: int, value: Decimal) -> tuple[int, Decimal]:
        """Where a number begins, and its value, with the parts that stand before shadow[first:]."""
        for _ in range(_PARTS if self._scales else 0):
            low = max(start, first - _REACH)
            part = self._part.search(shadow[low:first])
            if part is None or value >= self._scales[part[2]]:
                break
            first = low + part.start()
            value += int(part[1].replace(",", "")) * self._scales[part[2]]
        return first, value

    def is_total(self, factor: int, value: Decimal) -> bool:
        """Whether a scale makes an amount one of the whole company: not where it only counts myriads."""
        return factor > 1 and not (self._scales and factor == _MYRIAD and value < _SHARE)
