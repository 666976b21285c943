"""The keys that a lexicon may have, by table, and the slots of its patterns; lexicon.py says what each means."""

from __future__ import annotations

from calendar_service.extract.lexicon.lexicon import COUNTED_SLOTS

KEYS = {
    "": "language name substring records_first unaccented common between openers participles predicates behind owning venues letters variants zone abbreviations numbers dates money securities periods year_ends nths parts cue hints event mark",
    "numbers": "decimal groups words scales figures",
    "dates": "order months ordinals eras first_year ahead years_before same_month same_year lone lone_behind until_day last_days years of_year past not_past past_before coming coming_before weekdays weekday_signs named_as leads numerals patterns approximate",
    "money": "currencies homes minor numbered per_share per_ads labels per_many ratios ads_ratios",
    "securities": "nouns classes",
    "cue": "field look within phrases labels unless named",
    "hints": "record ex payment effective meeting expiry",
    "event": "type phrases",
    "mark": "name phrases",
}
DATE_SLOTS = frozenset(
    [
        *COUNTED_SLOTS,
        "day",
        "last",
        "lone",
        "led",
        "to",
        "month",
        "m",
        "year",
        "yy",
        "yy_now",
        "era",
        "eyear",
        "ryear",
        "hyear",
        "heyear",
        "rhyear",
        "hmonth",
        "hday",
        "weekday",
        "numbered",
        "bare",
    ]
)
RATIO_SLOTS = frozenset({"new", "old", "gap"})
PERIOD_SLOTS = frozenset({"nth", "year", "month"})
YEAR_END_SLOTS = frozenset({"year", "yy", "era", "eyear", "m"})
