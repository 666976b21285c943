"""Sample announcements of invented issuers, dated around today, to try the service without a source of one's own.

The templates lie beside this module. In them {{+5|us}} stands for the fifth weekday from today, written in the
style "us" (see STYLES); {{-3|uk}} lies in the past, {{+10 fri|uk}} is the first Friday from there on.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from importlib import resources

from babel.dates import format_date

STYLES = {
    "us": ("MMMM d, y", "en_US"),
    "uk": ("d MMMM y", "en_GB"),
    "weekday": ("EEEE d MMMM y", "en_GB"),
    "de": ("d. MMMM y", "de"),
    "fr": ("d MMMM y", "fr"),
    "pt": ("d 'de' MMMM 'de' y", "pt_BR"),
    "ja": ("y年M月d日", "ja"),
}
SUFFIXES = (".txt", ".html")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")
_PLACE = re.compile(r"\{\{([+-]\d{1,3})(?: (\w{3}))?\|(\w+)\}\}")


def sample_documents(today: date) -> list[tuple[str, bytes]]:
    """File name and UTF-8 bytes of each sample, oldest announcement first, with its dates set around `today`."""
    folder = resources.files(__name__)
    names = sorted(item.name for item in folder.iterdir() if item.name.endswith(SUFFIXES))
    return [
        (name, _fill(folder.joinpath(name).read_text(encoding="utf-8"), today).encode()) for name in names
    ]


def shift_weekdays(day: date, count: int) -> date:
    """The day that lies `count` weekdays (Monday to Friday) after `day`, before it where negative."""
    step = 1 if count >= 0 else -1
    for _ in range(abs(count)):
        day += timedelta(days=step)
        while day.weekday() > 4:
            day += timedelta(days=step)
    return day


def _fill(template: str, today: date) -> str:
    return _PLACE.sub(lambda match: _write(match, today), template)


def _write(match: re.Match[str], today: date) -> str:
    day = shift_weekdays(today, int(match[1]))
    if match[2]:
        day += timedelta(days=(_WEEKDAYS.index(match[2]) - day.weekday()) % 7)
    pattern, locale = STYLES[match[3]]
    written = format_date(day, pattern, locale)
    # French writes the first of a month as an ordinal.
    return f"1er{written[1:]}" if match[3] == "fr" and day.day == 1 else written
