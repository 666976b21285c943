"""What stands right behind a date and belongs to it: its weekday in brackets ("27 March 2026 (Friday)")."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calendar_service.extract.candidates.dates import DateSpan
    from calendar_service.extract.lexicon.lexicon import Lexicon

_IN_BRACKETS = re.compile(r"\s?\(([^\W\d_]{2,14}(?:-[^\W\d_]{2,6})?)\.?\)")


def with_weekday(span: DateSpan, shadow: str, lexicon: Lexicon) -> DateSpan:
    """A date with its weekday in brackets, written out or cut short; as it is where other words or another day stand there.

    In a script without blanks a weekday stays a sign of its own.
    """
    if "(" not in shadow[span.end : span.end + 2] or lexicon.substring or span.value is None:
        return span
    found = _IN_BRACKETS.match(shadow, span.end)
    day = span.value.weekday()
    names = [name for name, number in lexicon.weekdays.items() if number == day]
    own = found is not None and any(name.startswith(found[1]) for name in names)
    return span._replace(end=found.end()) if found and own else span
