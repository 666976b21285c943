"""Second stage: money, ratios and percentages as typed spans."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from calendar_service.extract.candidates.currencies import CODES, SIGN_OF_PESO, SIGNS, writes_pesos
from calendar_service.extract.candidates.myriads import Myriads
from calendar_service.extract.candidates.written import Written
from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.patterns import alternatives
from calendar_service.model.values import Ratio


class MoneySpan(NamedTuple):
    """An amount at text[start:end], in the main unit. `currency` "*" is a sign that several currencies share."""

    start: int
    end: int
    amount: Decimal
    currency: str | None
    scaled: bool = False  # "million": a total
    minor: bool = False  # told in hundredths: nobody tells a total so

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands."""
        return self.start, self.end

    @property
    def is_open(self) -> bool:
        """Whether the currency has to come from the context."""
        return self.currency in (None, "*")


class RatioSpan(NamedTuple):
    """Exchange terms at text[start:end]."""

    start: int
    end: int
    ratio: Ratio


_FRACTION = re.compile(r"[ -](\d{1,2})/(\d{1,2})(?![\d/])")  # "22 1/2 cents", as prices were once quoted
_ZERO = Decimal(0)
_CODE = 3  # letters of the code of a currency
_HUNDREDTHS = -2  # the exponent of a number with two decimals
_PARTS = frozenset({2, 4, 8, 16, 32, 64})
_IN_FRACTION = re.compile(r"/\d")
_DIGITS = re.compile("[0-9]+")  # the shadow has those of other widths as these
# No ratio: "4 June 2025 to 12 June".
_YEARS, _DAYS = (1990, 2099), 31
# A time of day, no ratio: the half and quarter hours of the day, and those with a nought before them.
_TIME = re.compile(r"(?:0\d|[7-9]|1\d|2[0-4]):(?:00|15|30|45)")
_PLAIN = re.compile(r"\d+(?:\.\d+)?")
_LETTERS = re.compile(
    r"(?<![a-z])(?:(hk|us|nz|nt)\s?|([sac]))\Z"
)  # of "HK$", before cents: "HK18 cents", "HK 18 cents"
_NUMBER_NEXT = re.compile(r"\s{0,3}\d")
_DATE_GOES_ON = re.compile(r"[./-]\d")  # "20.07" of "20.07.2026"
_SLOT = re.compile(r"\{\w+\}")
_NEXT_ITEM = (
    r"(?!\.[\u3041-\u30ff\u4e00-\u9fff])"  # the number of the next line, whose break is lost: "7元4.除權"
)
_SIGN_AHEAD = (
    r"[$€£]\d"  # the sign of the next amount ("Gross distribution2 $0.0338", where the 2 leads to a note)
)
_REACH = 16  # before a number, in which the name of its currency begins
_THOUSANDS = re.compile(
    r"(?<![\d.,/])[1-9][ ]\Z"
)  # "1 150 cents": blanks part thousands in many countries; "Dividend No 12 345 cents" has two numbers
_GROUP = 3  # digits
_PESO = "p"  # right before a number ("P0.72")
_COLON = re.compile(r"\)?\s{0,3}:\s{0,3}")
# The first digits of a number stand at the end of the line above, in a script without blanks ("1", "5港仙"): neither is the amount.
_CUT = re.compile("[\u3040-\u9fff]\\d{1,3}\n\\Z")
_TORN = re.compile(r"\d\s\Z")  # a line has ended inside of a number: "1426650 0.00"


class AmountReader:
    """Reads money and ratios as one language writes them."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        codes = {code.lower(): code for code in CODES}
        self._codes = {**codes, **SIGNS, **lexicon.currencies}
        self._minor = lexicon.minor
        names = {*self._codes, *self._minor}
        either = alternatives(names)
        edge = "" if lexicon.substring else r"(?<![^\W\d_])"
        # Read backwards from the number, so that it is tried at one place only.
        backwards = alternatives(name[::-1] for name in names)
        self._before = re.compile(
            rf"[\s:|]{{0,4}}({backwards})" + ("" if lexicon.substring else r"(?![^\W\d_])")
        )
        scales = alternatives(lexicon.scales)
        self._myriads = Myriads(lexicon)
        tail = "" if lexicon.substring else r"(?![a-z])(?!\.\s?m)"  # "5 p.m." is no amount in pence
        scale = rf"[\s\-]{{0,2}}({scales}){tail}"
        self._scale, self._scaled = re.compile(scale), re.compile(rf"\d{scale}")
        self._scaled_digits = re.compile(rf"[0-9](?=[\s\-]{{0,2}}{scales})")
        self._after = re.compile(rf"[\s\-]{{0,3}}(?!{_SIGN_AHEAD})({either})(?:{tail}|(?=per))")
        self._leads = frozenset(name[0] for name in (*names, *lexicon.scales)) | {
            "-"
        }  # to what follows a number
        groups = re.escape(lexicon.groups)
        decimal = re.escape(lexicon.decimal)
        whole = rf"\d{{1,3}}(?:[{groups}]\d{{3}})+(?!\d)|\d+" if groups else r"\d+"
        # The other decimal mark is read too where it cannot part thousands: CHF 6.40 in a German text.
        self._written = Written(lexicon, tail)
        item = _NEXT_ITEM if lexicon.substring else ""
        self._number = re.compile(
            rf"(?<!\d)(?<!\d[.,:])(?:(?<=[$€£])0{decimal}[ ]\d{{2,6}}(?!\d)|(?:{whole})(?:{decimal}\d+)?(?![.,]?\d){item}|\d+[.,]\d{{1,2}}(?!\d)|\d+[.,]\d{{4,12}}(?!\d)|0[.,]\d+|(?<=[$€£]){decimal}\d+)"
        )
        # A sign that parts thousands elsewhere, where so many digits follow that it is the decimal mark here.
        self._decimals = {
            sign: re.compile(rf"(?:\d+|0){re.escape(sign)}(?:\d{{1,2}}|\d{{4,}})|0{re.escape(sign)}\d+")
            for sign in lexicon.groups
        }
        self._numbered = re.compile(rf"(?<![^\W\d_])(?:{alternatives(lexicon.numbered)})\s{{0,2}}\Z")
        self._parts = re.compile(
            rf"\s{{0,2}}(\d{{1,2}})\s?({'|'.join(map(re.escape, self._minor)) or '(?!)'})"
        )
        majors = alternatives(self._codes)
        self._unit = re.compile(rf"\s{{0,2}}\(({majors})\)[\s:]{{0,3}}[^\d\s\-/|]{{0,16}}[\s:]{{0,3}}(?=\d)")
        self._named = re.compile(rf"{edge}({majors}){tail}")
        long = alternatives(name for name in self._minor if len(name) > 2)
        self._minor_named = re.compile(rf"{edge}(?:(hk|us|nz|nt|s|a|c)\s)?({long}){tail}")
        self._ratios = [re.compile(self._compile_ratio(pattern)) for pattern in lexicon.ratios]
        self._ads_ratios = [
            (
                sorted(_SLOT.sub(" ", pattern).split(), key=len, reverse=True),
                re.compile(self._compile_ratio(pattern)),
            )
            for pattern in lexicon.ads_ratios
        ]

    def _compile_ratio(self, pattern: str) -> str:
        words = "|".join(sorted(map(re.escape, self.lexicon.words), key=len, reverse=True))
        number = r"\d{1,6}(?:[.,]\d{1,6})?" + (rf"|(?:{words})(?![a-z])" if words else "")
        parts = re.split(r"(\{\w+\}|\s|[()]|-)", pattern)
        built = ""
        for part in parts:
            if part in ("{new}", "{old}"):
                built += rf"(?P<{part[1:-1]}>{number})(?:\s?\((?:\d{{1,6}}{f'|{words}' if words else ''})\))?"
            elif part == "{gap}":
                built += r"[^.;\d]{0,60}?"
            elif part.isspace() or part == "-":
                built += r"[\s\-]{0,3}"
            else:
                built += {"(": "(?:", ")": ")?"}.get(part) or re.escape(part)
        begin = r"(?<![\w.,:/])" if not self.lexicon.substring else r"(?<![\d.,])"
        return begin + built + r"(?!\d|\s?[ap]\.?\s?m\b)"  # "11:59 p.m." is a time

    def money(self, shadow: str, start: int, end: int) -> list[MoneySpan]:
        """The amounts with a currency in shadow[start:end], in order."""
        found: list[MoneySpan] = []
        for match in self._numbers(shadow, start, end):
            span = self._money_at(shadow, match, start, end)
            taken = found[-1].end if found and not self.lexicon.substring else start
            if span is not None and span.start < taken <= match.start():
                span = self._money_at(shadow, match, taken, end)  # "0.355 USD 50.41 USD"
            if span is None or (found and span.start < found[-1].end):
                continue
            torn = not span.amount and _TORN.search(shadow, max(start, span.start - 2), span.start)
            if not torn and not _CUT.search(shadow, max(0, match.start() - 5), match.start()):
                found.append(span)
        return found or [MoneySpan(*one) for one in self._written.money(shadow, start, end)]

    def has_scaled(self, shadow: str, start: int, end: int) -> bool:
        """Whether a number with a scale stands in shadow[start:end]: where none does, no amount is a total."""
        return self._scaled.search(shadow, start, end) is not None

    def scaled_places(self, shadow: str) -> list[int]:
        """Where the last digits of numbers with a scale may stand."""
        return [match.start() for match in self._scaled_digits.finditer(shadow)]

    def _numbers(self, shadow: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """The numbers in shadow[start:end]: each begins where digits do, or with the decimal mark before them."""
        place = start
        while digits := _DIGITS.search(shadow, place, end):
            first = digits.start()
            marked = first > place and shadow[first - 1] == self.lexicon.decimal
            match = self._number.match(shadow, first - 1, end) if marked else None
            worth = (
                marked and not match and shadow[max(0, first - 2)] == "-"
            )  # "DL -,25": what a share is worth
            match = match or (None if worth else self._number.match(shadow, first, end))
            if match:
                yield match
            place = match.end() if match else digits.end()

    def _money_at(self, shadow: str, match: re.Match[str], start: int, end: int) -> MoneySpan | None:
        first, last = match.span()
        sign = shadow[last : last + 1]
        fraction = _FRACTION.match(shadow, last, min(end, last + 8)) if sign in (" ", "-") else None
        parts = _ZERO
        if fraction and int(fraction[2]) in _PARTS:
            parts, last = Decimal(fraction[1]) / Decimal(fraction[2]), fraction.end()
        elif (sign == "/" and _IN_FRACTION.match(shadow, last)) or (
            shadow[first - 1 : first] == "/" and shadow[first - 2 : first - 1].isdigit()
        ):
            return None
        sign = shadow[last : last + 1]
        if sign == "%":
            return None
        before = self._name_before(shadow, max(start, first - _REACH), first)
        factor = 1
        after = None
        if sign in self._leads or sign.isspace():
            scale = self._scale.match(shadow, last, min(end, last + 20))
            if scale:
                factor = self.lexicon.scales[scale[1]]
                last = scale.end()
            after = self._after.match(shadow, last, min(end, last + 28))
        value = self._value(match.group()) if before or after else None
        if value is None:
            return None
        value += parts
        first, value = self._with_thousands(shadow, start, match, value, None if before else after)
        code = self._codes.get(before[0]) if before else None
        if after:
            code = code or self._lettered(shadow, first, after)
            value, code, last = self._with_unit(value, code, last, after, signed=before is not None)
        hundredths = (
            self._parts.match(shadow, last, min(end, last + 12)) if after and last == after.end() else None
        )
        if hundredths and self._minor[hundredths[2]] in (code, "*") and value == int(value):
            value, last = value + Decimal(hundredths[1]) / 100, hundredths.end()
        if before and code is None and before[0] in self._minor:
            value, code = value / 100, self._minor[before[0]]
        first, value = self._myriads.with_parts(shadow, start, first, value * factor)
        return MoneySpan(
            before[1] if before else first,
            last,
            value,
            code,
            scaled=self._myriads.is_total(factor, value),
            minor=bool(before and before[0] in self._minor) or bool(after and after[1] in self._minor),
        )

    def _with_thousands(
        self, shadow: str, start: int, match: re.Match[str], value: Decimal, unit: re.Match[str] | None
    ) -> tuple[int, Decimal]:
        """Where a number of hundredths begins, with the thousands that a blank may part from it, and its value."""
        digits, first = match.group(), match.start()
        if unit is None or unit[1] not in self._minor or len(digits) != _GROUP or not digits.isdigit():
            return first, value
        led = _THOUSANDS.search(shadow, max(start, first - _GROUP - 1), first)
        if led and self._numbered.search(shadow, max(start, led.start() - _REACH), led.start()):
            return first, value  # "dividend no. 8 345 cents"
        return (led.start(), int(led.group()) * 1000 + value) if led else (first, value)

    def _name_before(self, shadow: str, low: int, first: int) -> tuple[str, int] | None:
        """The currency that stands right before a number, not before `low`, and where it begins."""
        match = self._before.match(shadow[max(0, low - 1) : first][::-1])
        if match is None or match.end() > first - low:
            return None
        name, begin = match[1][::-1], first - match.end()
        if shadow[begin - 1 : begin] == "/" and len(name) == _CODE:
            return None  # "GBP/USD 1.2650": what one currency is worth in the other
        if name in self._minor and len(name) == 1 and name.isalpha():
            if name == _PESO and begin + 1 == first and writes_pesos(shadow):
                return SIGN_OF_PESO, begin
            return None  # "S&P 500", letters for hundredths stand behind
        return name, begin

    def _lettered(self, shadow: str, first: int, after: re.Match[str]) -> str | None:
        """The currency whose sign's letters stand right before a number of cents; None elsewhere."""
        if self._minor.get(after[1]) != "*":
            return None
        letters = _LETTERS.search(shadow, max(0, first - 4), first)
        return self._codes.get(f"{letters[1] or letters[2]}$") if letters else None

    def _with_unit(
        self, value: Decimal, code: str | None, last: int, after: re.Match[str], *, signed: bool
    ) -> tuple[Decimal, str | None, int]:
        """The value, currency and end of an amount whose unit stands behind it."""
        minor = self._minor.get(after[1])
        if minor is not None:
            if signed and code == minor and value.as_tuple().exponent == _HUNDREDTHS:
                return value, code, after.end()  # "N3.00 kobo": 3 naira and no kobo
            return value / 100, code if code and (minor == "*" or code != "*") else minor, after.end()
        if code in (None, "*") and (not signed or self._codes[after[1]] != "*"):
            return value, self._codes[after[1]], after.end()
        twice = self._codes[after[1]] in (code, "*") and not _NUMBER_NEXT.match(after.string, after.end())
        return value, code, after.end() if twice else last

    def _value(self, digits: str) -> Decimal | None:
        for sign in self.lexicon.groups:
            if sign in digits and not self._decimals[sign].fullmatch(digits):
                digits = digits.replace(sign, "")
        digits = digits.replace(",", ".").replace(" ", "")  # "$0. 26111", torn behind its mark
        digits = f"0{digits}" if digits.startswith(".") else digits  # "$.25"
        if len(digits) > 24 or not _PLAIN.fullmatch(digits):
            return None
        return Decimal(digits)

    def unit_number(self, shadow: str, start: int, end: int) -> MoneySpan | None:
        """A number after its label with the unit in brackets, and a word or two between: "(won) common shares 300"."""
        unit = self._unit.match(shadow, start, min(end, start + 60))
        match = self._number.match(shadow, unit.end(), end) if unit else None
        value = self._value(match.group()) if match else None
        if unit is None or match is None or value is None:
            return None
        return MoneySpan(*match.span(), value, self._codes[unit[1]])

    def in_unit_of(self, number: Decimal, shadow: str, start: int, end: int) -> tuple[Decimal, str | None]:
        """A bare number in the main unit, with its currency: as the heading at shadow[start:end] says, also in pence."""
        currency = self.currency_in(shadow, start, end)
        minor = self._minor_named.search(shadow, start, end) if currency in (None, "*") else None
        if minor is None:
            return number, currency
        own = self._minor[minor[2]]
        return number / 100, own if own != "*" else self._codes.get(f"{minor[1]}$") if minor[1] else own

    def currency_in(self, shadow: str, start: int, end: int) -> str | None:
        """The one currency that shadow[start:end] names, as the heading of a column of bare numbers; else None."""
        found = {self._codes[match[1]] for match in self._named.finditer(shadow, start, end)}
        return found.pop() if len(found) == 1 else None

    def bare_number(self, shadow: str, start: int, end: int) -> Decimal | None:
        """The number that fills shadow[start:end] alone, as in a table cell, whatever stands beside it; None otherwise."""
        match = self._number.fullmatch(shadow, start, end) or self._number.fullmatch(shadow[start:end])
        return self._value(match.group()) if match else None

    def labelled_number(self, shadow: str, start: int, end: int) -> MoneySpan | None:
        """A number with decimals right after a label and its colon: an amount whose currency is named elsewhere."""
        label = _COLON.match(shadow, start, end)
        match = self._number.match(shadow, label.end(), end) if label else None
        if match and _DATE_GOES_ON.match(shadow, match.end()):
            return None
        value = self._value(match.group()) if match and self.lexicon.decimal in match.group() else None
        return MoneySpan(match.start(), match.end(), value, None) if match and value is not None else None

    def ratios(self, shadow: str, start: int, end: int) -> list[RatioSpan]:
        """The exchange terms in shadow[start:end]; earlier patterns of the lexicon win over later ones."""
        return self._ratios_by(self._ratios, shadow, start, end)

    def ads_ratios(self, shadow: str, start: int, end: int) -> list[RatioSpan]:
        """How many shares depositary receipts stand for, as shadow[start:end] says: receipts (`new`) for shares (`old`)."""
        text = shadow[start:end]
        found: dict[str, bool] = {}  # a long text is looked through once for each word
        for words, _ in self._ads_ratios:
            if words[0] not in found:
                found[words[0]] = words[0] in text
        likely = [
            pattern
            for words, pattern in self._ads_ratios
            if found[words[0]] and all(word in text for word in words[1:])
        ]
        return self._ratios_by(likely, shadow, start, end)

    def _ratios_by(
        self, patterns: list[re.Pattern[str]], shadow: str, start: int, end: int
    ) -> list[RatioSpan]:
        found: list[RatioSpan] = []
        for pattern in patterns:
            for match in pattern.finditer(shadow, start, end):
                counts = match.groupdict(default="1")
                new, old = self._count(counts.get("new", "1")), self._count(counts.get("old", "1"))
                if (
                    new
                    and old
                    and not _TIME.fullmatch(match.group())
                    and not (_YEARS[0] <= new <= _YEARS[1] and old <= _DAYS)
                    and not any(match.start() < span.end and span.start < match.end() for span in found)
                ):
                    found.append(RatioSpan(match.start(), match.end(), Ratio(new, old)))
        return sorted(found, key=lambda span: span.start)

    def _count(self, word: str) -> Decimal | None:
        if word in self.lexicon.words:
            return Decimal(self.lexicon.words[word])
        value = word.replace(",", ".") if self.lexicon.decimal == "," else word.replace(",", "")
        return Decimal(value) if _PLAIN.fullmatch(value) else None
