"""Years, months and days in numerals of a script of its own: by place (二〇二六), or with signs for ten and a hundred."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SLOTS = ("hyear", "heyear", "rhyear", "hmonth", "hday")
_HUNDRED = 11  # its place among the numerals, where a script has a sign for it


def numeral_slots(numerals: Sequence[str], first_year: Iterable[str]) -> dict[str, str]:
    """The patterns of the slots of dates, by name; what never matches where there are no numerals.

    `numerals` are the signs for 0 to 9, for 10, and for 100; `first_year` the words for the first year of an era.
    """
    if not numerals:
        return dict.fromkeys(_SLOTS, r"(?!)")
    zero, zero_to_nine = f"{numerals[0]}0", f"{''.join(numerals[:10])}0"  # "一0一年" is typed so
    one_to_nine, ten = "".join(numerals[1:10]), numerals[10]
    below_hundred = f"[{one_to_nine}]?[{ten}][{one_to_nine}]?|[{one_to_nine}]"
    hundred = "".join(numerals[_HUNDRED:])
    above = f"[{numerals[1]}]?{hundred}[{zero}]?(?:{below_hundred})?|" if hundred else ""
    return {
        "hyear": f"(?P<hyear>[{''.join(numerals[:10])}][{zero_to_nine}]{{3}})",
        "rhyear": f"(?P<rhyear>{above}[{numerals[1]}][{zero_to_nine}]{{2}}|{numerals[9]}{ten}[{one_to_nine}]?)",
        "heyear": f"(?P<heyear>{'|'.join((below_hundred, *map(re.escape, first_year)))})",
        "hmonth": f"(?P<hmonth>{below_hundred})",
        "hday": f"(?P<hday>{below_hundred})",
    }


def number_of(signs: str, numerals: Sequence[str]) -> int:
    """The number that signs write: by place (二〇二六), or with signs for ten and a hundred (二十六, 一百零一)."""
    digit = {sign: value for value, same in enumerate(numerals[:10]) for sign in same} | {"0": 0}
    hundred = "".join(numerals[_HUNDRED:])
    if hundred and hundred in signs:
        rest = signs.partition(hundred)[2].lstrip(f"{numerals[0]}0")
        return 100 + (number_of(rest, numerals) if rest else 0)
    head, ten, last = signs.partition(numerals[10])
    if not ten:
        return int("".join(str(digit[sign]) for sign in signs))
    return (digit[head] if head else 1) * 10 + (digit[last] if last else 0)
