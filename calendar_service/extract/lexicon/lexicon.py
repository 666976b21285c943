r"""Lexicons: everything the engine knows of a language, read from one TOML file and checked at load.

Shapes are code, phrases are data. The engine has no word of any language in it. Phrases are written
in lower case with plain spaces; the engine ignores case, widths (ＡＢＣ), line wraps, hyphens and
missing spaces ("ex dividend" also finds "Ex-Dividend" and "exdividend"). `substring = true` is for
scripts without word boundaries; elsewhere a phrase begins and ends at a word boundary.

The keys of a lexicon (all but `language` and `name` are optional):

    language = "en"                  # ISO 639-1
    name = "English"
    substring = false                # true: phrases match inside words (Chinese, Japanese, Korean)
    unaccented = false               # true: texts may leave out accents ("ACCION"); a lone word whose last letter has one
                                     # ("pagó") keeps it, since without it is another word
    records_first = true             # the custom is to decide on a dividend when its day of record is over
    common = ["the", "of"]           # frequent words by which a passage is recognised as this language
    between = ["other", "in"]        # besides these, words between a date and those for it that leave it theirs: no verbs;
                                     # "-ssa": all that end so, but participles
    participles = ["{tu|ty}n"]       # endings of words that take the day before them ("14.6.2018 saadun maksun")
    predicates = ["is paid"]         # how words for a date begin that may be said of something else: their clause tells of what
    behind = ["です"]                 # in scripts without word borders: right behind a date, what leaves it to the words before it
    owning = ["の"]                  # the same: makes a date before it that of the noun behind it
    venues = ["会议室"]               # the same: the end of the name of a place where a meeting is held
    openers = ["while", "and"]       # words that open a clause behind a comma, dash or bracket: a day in it is that of this
                                     # clause ("payable in cash, while the notes mature on 14 June")
    letters = "\u3041-\u30ff"        # or characters that only this language uses (regex class body)
    variants = "發发權权"              # pairs: the first sign is read as the second, in texts and in this file, so that
                                     # a phrase stands here once, in either spelling
    zone = ""                        # IANA zone of a time of day that names none, where the language has only one
    abbreviations = ["inc", "feb"]   # a full stop after these does not end a sentence

    [numbers]
    decimal = "."                    # the decimal mark
    groups = ","                     # all characters that part thousands
    words = { one = 1, two = 2 }     # small numbers in words (ratios)
    scales = { million = 1000000 }   # an amount with a scale is a total, never one per share
    figures = ["〇零", "一壱"]         # the signs for 0 to 9, 10, 100, 1,000 and 10,000, in which amounts may be written

    [dates]
    order = "mdy"                    # of 03/04/2025: mdy, dmy, ymd, or "" where the language has no custom
    months = [["january", "jan"]]    # twelve lists of names, January first (empty: months are numbers)
    ordinals = ["st", "nd"]          # what may follow a day's number
    eras = { "令和" = 2018 }          # name of an era, and the year before its first year
    first_year = ["元"]               # words for the first year of an era
    ahead = { "내달" = 1 }            # words for a month, counted from that of the document, for {ahead}
    years_before = { "来年" = 1 }     # words before a day for its year, counted from the document's, for {years_before}
    same_month = { "翌月" = 1 }       # words for a month, counted from that of the date before, for {same_month}
    same_year = { "翌年" = 1 }        # the same for a year, for {same_year}
    lone = ["を基準日"]                # words right behind a day whose month is that of the document, for {lone}
    lone_behind = ["기준일은"]         # words right before such a day, for {lone}일{led}; the month is that of a date before it
    until_day = ["至{day}日"]         # behind a day, where a period ends that tells its month once; a blank: what stands in brackets
    last_days = ["末日"]              # words for the last day of a month, for {last}
    years = { "this year" = 0 }      # behind a day and month: words for its year, counted from the document's
    of_year = ["of the year"]        # between a day and month and the number of their year
    past = ["jl."]                   # behind a day and month: the last such day before the document
    not_past = ["dernier délai"]     # what such a word is part of, where it is not meant so
    past_before = ["this past"]      # the same before the day, or before its weekday
    coming = ["a.s."]                # both for the next such day
    coming_before = ["next"]
    weekdays = [["monday"]]          # seven lists of names, Monday first; and one of words for any of them ("día")
    weekday_signs = [["月", "月曜日"]] # the same of a script without blanks, as they stand in brackets behind a day
    named_as = ["as"]                # between a day and words for what it is ("6 May as the record date")
    leads = ["am"]                   # before a day and month in numbers without a year ("am 3.6.")
    # {ryear}: a year of the Republic of China, 90 to 149; {rhyear} the same in numerals
    numerals = ["零〇", "一"]          # the signs for 0 to 9, 10, and 100 where it is used: {hyear} {heyear} {rhyear} {hmonth} {hday}
    patterns = ["{month} {day}, {year}"]   # written orders; longest is tried first
        # {day} {month} (name) {m} (number) {year} {yy} (two digits; {yy_now} of this century) {era} {eyear}; a space stands for any blanks or
        # none; "(x)" makes x optional; {weekday}{numbered} is "Tuesday (20)", near the document's own day. A pattern without {year} gets its year from the announcement's own date; one
        # without {day} is a month. Numeric dates with / . - and ISO dates are read without a pattern.
    approximate = ["on or about"]    # stands right before (or after) a date that is not exact

    [money]
    currencies = { "euros" = "EUR" } # words and signs of this language; ISO codes and common signs are known.
                                     # "*" is the issuer's own ("dollars", "$"), worked out from the context
    homes = { TWD = ["新台币"] }       # words of documents in which "*" is this currency: that with the most of them, or
                                     # the first one where none stands there
    minor = { "pence" = "GBP" }      # hundredths of a currency ("cents" = "*")
    numbered = ["no."]               # words before the number of a payment, which is no part of the amount behind it
    per_share = ["per share"]        # what makes an amount one per share; also the label of such a row
    per_ads = ["per ads"]            # the same for an American depositary share
    per_many = { "per 10 shares" = 10 }    # the same for an amount on so many shares
    labels = ["amount"]              # the same, but only as a whole table cell or label before a colon
    ratios = ["{new}-for-{old}"]     # exchange terms; {new} {old} are numbers or words, {gap} up to 60 characters
    ads_ratios = ["ads represents {old}"]  # how many shares a depositary receipt stands for: {new} receipts (1), {old} shares

    [securities]
    nouns = ["common stock"]         # share classes by name; the longest wins
    classes = ["class", "series"]    # words that are followed by a letter or number: "Class A", "Series 12"

    periods = ["{nth} quarter {year}"]     # periods that a distribution is for; {nth} is 1st..4th, first..fourth (see
                                           # `nths`), {year} a year, {month} a month name
    nths = ["first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th", "q1"]
    year_ends = ["{year}年{m}月期"]          # words for a financial year by its last month, {m} (a number); also {yy}, {era}{eyear}

    [parts]                          # texts of which phrases are built: "{pay} {day}" (wording.py)
    day = ["on", "on or {about|after}"]

    [[cue]]                          # words that say what a date near them means
    field = "record"                 # a date kind of model.codes.DateKind, or one of:
                                     # "announced"  the day of the announcement itself
                                     # "decision"   the day that decides: of a meeting to come, else a declaration
                                     # "adjusted"   first day of trading on the new terms: stands in for "effective"
                                     #              where a split states no other
                                     # "holders"    day on which one must hold shares: stands in for "record" where the
                                     #              sentence states no other
                                     # "posted"     the day on which cheques or warrants are sent out: stands in for
                                     #              "payment" where the document states no other
                                     # "credited"   the day as of which a custodian books a payment or new shares (value
                                     #              date): stands in for "payment", or for "effective" of what is handed
                                     #              out, where the document states no other, and is held
                                     # "lead"       words that lead from another cue to its date ("as of", "scheduled
                                     #              for"); alone they make it a date that is none of ours
                                     # "window"     a period in which holders subscribe or accept: its last day is the
                                     #              "expiry", where both its days are told (2 to 16 May)
                                     # "election_window"  the same for a choice: its last day is the "election_deadline"
                                     # "closing"    the last day of an offer or rights issue, an "expiry"; of all else
                                     #              the day of effect
                                     # "counted"    words for a day that is counted from another one ("two days before
                                     #              the record date"): they hide the words in them, unless that other
                                     #              day is told too
                                     # "ignore"     a date that is none of ours (quarter ended ..., as of ..., matures ...)
    look = "after"                   # where its date is: after; before; either (right after it, or before it within
                                     # reach); both (after it in its clause, else before it, within reach); noun (after,
                                     # or right before it: "the May 2 record date")
    within = 60                      # reach in characters (default 60)
    phrases = ["record date is"]
    labels = ["record"]              # good only as a whole table cell, a label before a colon, or a heading
    unless = ["record date for the meeting"]   # switched off where one of these stands in the same sentence
    named = true                     # good only in a sentence that names what is handed out or offered ("receive on")

    [hints]                          # words that hint at what a date somewhere in their sentence means, where no cue tells it;
    payment = ["paid", "payment"]    # what is read so is always held. Keys: record, ex, payment, effective, meeting, expiry

    [[event]]                        # words that name a kind of corporate action
    type = "cash_dividend"           # of model.codes.EventType, or "ignore" (a longer phrase that hides a shorter)
    phrases = ["quarterly dividend"]

    [[mark]]                         # words that say something about their sentence, row, column or section
    name = "proposal"                # one of those in marks.py, which says what each does
    phrases = ["subject to approval"]

A phrase stands in one list of a lexicon only once; one that is written out goes before one that is built. Mistakes
raise DataFileError with file and key (checking.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from unicodedata import combining, normalize

from calendar_service.model.codes import DateKind

#: The kinds of date that hints are for.
#: Keys of [dates] whose words make a date one that is counted from another day, and the slots that they fill.
COUNTED_SLOTS = ("ahead", "years_before", "same_year", "same_month", "coming_before", "past_before")
HINTED = frozenset({"record", "ex", "payment", "effective", "meeting", "expiry"})

DATE_FIELDS = frozenset(kind.value for kind in DateKind)
DATED_FIELDS = DATE_FIELDS | {
    "window",
    "election_window",
    "closing",
    "posted",
}  # whose words give an action a date
PAID = frozenset(
    {"record", "ex", "payment", "effective", "expiry", "closing", "posted", "credited"}
)  # of what is paid or handed out
FIELDS = DATED_FIELDS | {
    "announced",
    "decision",
    "adjusted",
    "credited",
    "holders",
    "lead",
    "counted",
    "ignore",
}


@dataclass(
    frozen=True, slots=True, eq=False
)  # each is one of its lexicon: told apart by identity, which is quick
class Phrase:
    """One phrase of a lexicon. `role` is cue, hint, event, mark, security, period, per_share or approximate.

    `value` is the cue's or hint's field, the event's type or the mark's name. `name` is shown as the rule. `source` is the line that
    builds it of parts: a phrase that a lexicon writes out goes before one that is built.
    """

    text: str
    role: str
    value: str
    language: str
    substring: bool = False
    unaccented: bool = False
    look: str = "after"
    within: int = 60
    label_only: bool = False
    unless: tuple[str, ...] = ()
    named: bool = False
    shares: int = 1
    source: str = ""

    @property
    def name(self) -> str:
        """How evidence names the phrase: "en.record:record date"."""
        return f"{self.language}.{self.value}:{self.text}"


@dataclass(frozen=True, slots=True)
class Surrounding:
    """The words of a language around its dates, by the keys of its lexicon."""

    between: frozenset[str] = frozenset()
    behind: tuple[str, ...] = ()
    owning: tuple[str, ...] = ()
    venues: tuple[str, ...] = ()
    participles: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    openers: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language, checked. See the module's docstring for the meaning of each part."""

    language: str
    name: str
    substring: bool = False
    records_first: bool = False
    common: frozenset[str] = frozenset()
    surrounding: Surrounding = field(default_factory=Surrounding)
    letters: str = ""
    variants: dict[int, str] = field(default_factory=dict)
    zone: str = ""
    abbreviations: frozenset[str] = frozenset()
    decimal: str = "."
    groups: str = ","
    words: dict[str, int] = field(default_factory=dict)
    scales: dict[str, int] = field(default_factory=dict)
    figures: tuple[str, ...] = ()
    order: str = ""
    months: dict[str, int] = field(default_factory=dict)
    ordinals: tuple[str, ...] = ()
    eras: dict[str, int] = field(default_factory=dict)
    first_year: tuple[str, ...] = ()
    ahead: dict[str, int] = field(default_factory=dict)
    years_before: dict[str, int] = field(default_factory=dict)
    same_month: dict[str, int] = field(default_factory=dict)
    same_year: dict[str, int] = field(default_factory=dict)
    lone: tuple[str, ...] = ()
    lone_behind: tuple[str, ...] = ()
    until_day: tuple[str, ...] = ()
    last_days: tuple[str, ...] = ()
    years: dict[str, int] = field(default_factory=dict)
    of_year: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    not_past: tuple[str, ...] = ()
    past_before: tuple[str, ...] = ()
    coming: tuple[str, ...] = ()
    coming_before: tuple[str, ...] = ()
    weekdays: dict[str, int] = field(default_factory=dict)  # Monday is 0; 7 stands for any of them
    weekday_signs: dict[str, int] = field(default_factory=dict)
    named_as: tuple[str, ...] = ()
    leads: tuple[str, ...] = ()
    numerals: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    currencies: dict[str, str] = field(default_factory=dict)
    minor: dict[str, str] = field(default_factory=dict)
    homes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    ratios: tuple[str, ...] = ()
    numbered: tuple[str, ...] = ()
    ads_ratios: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    year_ends: tuple[str, ...] = ()
    nths: tuple[str, ...] = ()
    has_hints: bool = False
    phrases: tuple[Phrase, ...] = ()


def squeeze(text: str) -> str:
    """A phrase as the matcher sees it: no blanks, no hyphens, so that wraps and missing spaces do not matter."""
    return "".join(text.replace("-", " ").split())


def bare(text: str) -> str:
    """The text without the accents of its letters."""
    return text if text.isascii() else "".join(sign for sign in normalize("NFD", text) if not combining(sign))


def bare_phrase(phrase: Phrase) -> str:
    """A phrase as texts without accents write it; as it is where those would mean another word, or never lack them."""
    if not phrase.unaccented or (phrase.text.isalpha() and bare(phrase.text[-1]) != phrase.text[-1]):
        return phrase.text
    return bare(phrase.text)
