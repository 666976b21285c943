"""Reads lexicons from TOML files and turns every mistake into an error that names file and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from calendar_service.errors import DataFileError
from calendar_service.extract.lexicon.keys import DATE_SLOTS, KEYS, PERIOD_SLOTS, RATIO_SLOTS, YEAR_END_SLOTS
from calendar_service.extract.lexicon.lexicon import (
    FIELDS,
    Lexicon,
    Phrase,
    Surrounding,
    bare,
    squeeze,
)
from calendar_service.extract.lexicon.marks import MARKS
from calendar_service.extract.lexicon.wording import spell_out
from calendar_service.model.codes import EventType

_LOOKS = frozenset({"after", "before", "either", "both", "noun"})
_ORDERS = frozenset({"mdy", "dmy", "ymd", ""})
_ZONE = re.compile(r"[A-Z][A-Za-z]+(?:/[A-Z][A-Za-z_]+)+")


def load_folder(folder: Path) -> tuple[Lexicon, ...]:
    """All lexicons (*.toml) of a folder, by language. Raises DataFileError where one is wrong or none is there."""
    lexicons = tuple(load_file(path) for path in sorted(folder.glob("*.toml")))
    if not lexicons:
        raise DataFileError(f"{folder}: no lexicon (*.toml) found; reading needs at least one.")
    return lexicons


def load_file(path: Path) -> Lexicon:
    """One lexicon. Raises DataFileError that names file and key."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as TOML: {error}") from error
    return _Checker(path, data).build()


class _Checker:
    """Turns raw TOML data into a Lexicon, and every mistake into an error with file and key."""

    def __init__(self, path: Path, data: dict[str, Any]) -> None:
        self.path = path
        self.data = data
        self.language = ""
        self.substring = False
        self.unaccented = False
        self.parts: dict[str, tuple[str, ...]] = {}
        self.variants = self.pairs()
        if self.variants:
            plain = {key: data[key] for key in ("letters", "variants") if key in data}
            self.data = self.spelled(data) | plain

    def fail(self, key: str, problem: str) -> DataFileError:
        return DataFileError(f"{self.path.name}: {key}: {problem}")

    def read_head(self) -> None:
        """What all other keys are read with."""
        self.check_keys("", self.data, "")
        self.language = self.language_code()
        self.substring, self.unaccented = (bool(self.data.get(key)) for key in ("substring", "unaccented"))
        self.parts = self.parts_of()

    def build(self) -> Lexicon:
        self.read_head()
        numbers, dates, money, securities = map(self.table, ("numbers", "dates", "money", "securities"))
        return Lexicon(
            language=self.language,
            name=self.text("name", self.data),
            substring=self.substring,
            records_first=bool(self.data.get("records_first", False)),
            common=frozenset(self.strings("common", self.data)),
            surrounding=self.surrounding(),
            letters=self.letters(),
            variants=self.variants,
            zone=self.zone(),
            abbreviations=frozenset(self.strings("abbreviations", self.data)),
            decimal=self.text("numbers.decimal", numbers, "."),
            groups=self.text("numbers.groups", numbers, ","),
            words=self.integers("numbers.words", numbers),
            scales=self.integers("numbers.scales", numbers),
            figures=self.figures(numbers),
            order=self.order(dates),
            months=self.months(dates),
            ordinals=self.strings("dates.ordinals", dates),
            eras=self.integers("dates.eras", dates),
            first_year=self.strings("dates.first_year", dates),
            ahead=self.integers("dates.ahead", dates),
            years_before=self.integers("dates.years_before", dates),
            same_month=self.integers("dates.same_month", dates),
            same_year=self.integers("dates.same_year", dates),
            lone=self.strings("dates.lone", dates),
            lone_behind=self.strings("dates.lone_behind", dates),
            until_day=self.strings("dates.until_day", dates),
            last_days=self.strings("dates.last_days", dates),
            years=self.integers("dates.years", dates),
            of_year=self.strings("dates.of_year", dates),
            past=self.strings("dates.past", dates),
            not_past=self.strings("dates.not_past", dates),
            past_before=self.strings("dates.past_before", dates),
            coming=self.strings("dates.coming", dates),
            coming_before=self.strings("dates.coming_before", dates),
            weekdays=self.weekdays("weekdays", dates),
            weekday_signs=self.weekdays("weekday_signs", dates),
            named_as=self.strings("dates.named_as", dates),
            leads=self.strings("dates.leads", dates),
            numerals=self.numerals(dates),
            patterns=self.patterns("dates.patterns", dates, DATE_SLOTS),
            currencies=self.currencies("money.currencies", money),
            minor=self.currencies("money.minor", money),
            homes=self.homes(money),
            ratios=self.patterns("money.ratios", money, RATIO_SLOTS),
            numbered=self.strings("money.numbered", money),
            ads_ratios=self.patterns("money.ads_ratios", money, RATIO_SLOTS),
            classes=self.strings("securities.classes", securities),
            periods=self.patterns("periods", self.data, PERIOD_SLOTS),
            year_ends=self.patterns("year_ends", self.data, YEAR_END_SLOTS),
            nths=self.strings("nths", self.data),
            has_hints=bool(self.table("hints")),
            phrases=self.phrases(dates, money, securities),
        )

    def language_code(self) -> str:
        language = self.text("language", self.data)
        if not re.fullmatch(r"[a-z]{2,3}(-[a-z]+)?", language):
            raise self.fail("language", f"{language!r} is no language code such as 'en'.")
        return language

    def surrounding(self) -> Surrounding:
        def spelled_out(key: str) -> tuple[str, ...]:
            return tuple(text for text, _ in self.worded(key, self.data))

        return Surrounding(
            between=frozenset(spelled_out("between")),
            behind=spelled_out("behind"),
            owning=self.strings("owning", self.data),
            venues=spelled_out("venues"),
            participles=spelled_out("participles"),
            predicates=self.strings("predicates", self.data),
            openers=frozenset(self.strings("openers", self.data)),
        )

    def check_keys(self, where: str, table: dict[str, Any], key: str) -> None:
        known = KEYS[where].split()
        for name in table:
            if name not in known:
                prefix = f"{key}." if key else ""
                raise self.fail(f"{prefix}{name}", f"unknown key; known are {', '.join(known)}.")

    def table(self, key: str) -> dict[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "must be a table.")
        self.check_keys(key, value, key)
        return value

    def text(self, key: str, table: dict[str, Any], default: str | None = None) -> str:
        value = table.get(key.rpartition(".")[2], default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(key, "must be a text.")
        return value

    def strings(self, key: str, table: dict[str, Any]) -> tuple[str, ...]:
        value = table.get(key.rpartition(".")[2], [])
        if not isinstance(value, list):
            raise self.fail(key, "must be a list of texts.")
        for position, item in enumerate(value):
            if not isinstance(item, str) or not item.strip():
                raise self.fail(f"{key}[{position}]", "must be a text that is not empty.")
        return tuple(value)

    def integers(self, key: str, table: dict[str, Any]) -> dict[str, int]:
        value = table.get(key.rpartition(".")[2], {})
        if not isinstance(value, dict) or not all(type(item) is int for item in value.values()):
            raise self.fail(key, "must be a table of whole numbers.")
        return {name.lower(): item for name, item in value.items()}

    def currencies(self, key: str, table: dict[str, Any]) -> dict[str, str]:
        value = table.get(key.rpartition(".")[2], {})
        if not isinstance(value, dict):
            raise self.fail(key, "must be a table of currency codes.")
        for name, code in value.items():
            if not isinstance(code, str) or not re.fullmatch(r"[A-Z]{3}|\*", code):
                raise self.fail(f"{key}.{name}", f"{code!r} is no ISO 4217 code, nor '*'.")
        return {name.lower(): code for name, code in value.items()}

    def homes(self, money: dict[str, Any]) -> dict[str, tuple[str, ...]]:
        value = money.get("homes", {})
        if not isinstance(value, dict) or not all(re.fullmatch("[A-Z]{3}", code) for code in value):
            raise self.fail("money.homes", "must be a table: ISO 4217 codes with lists of words.")
        return {code: self.strings(f"money.homes.{code}", value) for code in value}

    def pairs(self) -> dict[int, str]:
        value = self.text("variants", self.data, "")
        if len(value) % 2:
            raise self.fail("variants", "must be pairs of signs: each one, and the one that it is read as.")
        return {ord(one): other for one, other in zip(value[::2], value[1::2], strict=True)}

    def spelled(self, value: Any) -> Any:
        """The data with each sign as the variants read it."""
        if isinstance(value, str):
            return value.translate(self.variants)
        if isinstance(value, list):
            return [self.spelled(item) for item in value]
        if isinstance(value, dict):
            return {key.translate(self.variants): self.spelled(item) for key, item in value.items()}
        return value

    def letters(self) -> str:
        value = self.text("letters", self.data, "")
        try:
            re.compile(f"[{value}]" if value else "")
        except re.error as error:
            raise self.fail("letters", f"is no character class: {error}.") from error
        return value

    def zone(self) -> str:
        value = self.text("zone", self.data, "")
        if value and not _ZONE.fullmatch(value):
            raise self.fail("zone", 'must be an IANA zone such as "Asia/Tokyo".')
        return value

    def order(self, dates: dict[str, Any]) -> str:
        value = self.text("dates.order", dates, "")
        if value not in _ORDERS:
            raise self.fail("dates.order", f"{value!r} is none of mdy, dmy, ymd and ''.")
        return value

    def months(self, dates: dict[str, Any]) -> dict[str, int]:
        value = dates.get("months", [])
        if not isinstance(value, list) or len(value) not in (0, 12):
            raise self.fail("dates.months", "must be twelve lists of names, January first.")
        found: dict[str, int] = {}
        for number, names in enumerate(value, start=1):
            if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
                raise self.fail(f"dates.months[{number - 1}]", "must be a list of names.")
            for name in names:
                if found.setdefault(name.lower(), number) != number:
                    raise self.fail(f"dates.months[{number - 1}]", f"{name!r} names two months.")
        return {bare(name): number for name, number in found.items()} | found if self.unaccented else found

    def weekdays(self, key: str, dates: dict[str, Any]) -> dict[str, int]:
        value = dates.get(key, [])
        if not isinstance(value, list) or len(value) not in (0, 7, 8):
            raise self.fail(
                f"dates.{key}", "must be seven lists of names, Monday first, and one of words for any."
            )
        tables = [{"names": names} for names in value]
        return {
            name: number
            for number, table in enumerate(tables)
            for name in self.strings(f"dates.{key}[{number}].names", table)
        }

    def figures(self, numbers: dict[str, Any]) -> tuple[str, ...]:
        value = self.strings("numbers.figures", numbers)
        if len(value) not in (0, 14):
            raise self.fail(
                "numbers.figures", "must be fourteen texts: the signs for 0 to 9, 10, 100, 1,000 and 10,000."
            )
        return value

    def numerals(self, dates: dict[str, Any]) -> tuple[str, ...]:
        value = self.strings("dates.numerals", dates)
        if len(value) not in (0, 11, 12):
            raise self.fail(
                "dates.numerals",
                "must be eleven texts: the signs for 0 to 9, and for 10; a twelfth is that for 100.",
            )
        return value

    def patterns(self, key: str, table: dict[str, Any], slots: frozenset[str]) -> tuple[str, ...]:
        value = self.strings(key, table)
        for position, pattern in enumerate(value):
            place = f"{key}[{position}]"
            for slot in re.findall(r"\{([^}]*)\}", pattern):
                if slot not in slots:
                    raise self.fail(place, f"unknown slot {{{slot}}}; known are {sorted(slots)}.")
            if pattern.count("(") != pattern.count(")"):
                raise self.fail(place, "brackets do not match.")
            if key == "periods" and pattern[:1] in ("", "(", " "):
                raise self.fail(place, "it has to begin with a word or a slot.")
        return value

    def phrases(
        self, dates: dict[str, Any], money: dict[str, Any], securities: dict[str, Any]
    ) -> tuple[Phrase, ...]:
        found = [
            *self.plain("dates.approximate", dates, "approximate"),
            *self.plain("money.per_share", money, "per_share"),
            *self.plain("money.per_ads", money, "per_share", "per_ads"),
            *self.per_many(money),
            *self.plain("money.labels", money, "per_share", label_only=True),
            *self.plain("securities.nouns", securities, "security"),
            *self.cues(),
            *self.hints(),
            *self.entries("event", "type", {*EventType, "ignore"}),
            *self.entries("mark", "name", set(MARKS)),
        ]
        seen: dict[tuple[str, str, str], Phrase] = {}
        for phrase in sorted(found, key=lambda one: bool(one.source)):
            # A word may carry several marks, but mean one field or event only.
            key = (phrase.role, phrase.value if phrase.role == "mark" else "", squeeze(phrase.text))
            if key in seen and phrase.source and (not seen[key].source or seen[key].value == phrase.value):
                continue  # what is written out is the exception from what is built; two families may share phrases
            if key in seen:
                raise self.fail(
                    f"{phrase.role}.{phrase.value}", f"{phrase.text!r} is also in {seen[key].value!r}."
                )
            seen[key] = phrase
        return tuple(seen.values())

    def parts_of(self) -> dict[str, tuple[str, ...]]:
        value = self.data.get("parts", {})
        lists = value.values() if isinstance(value, dict) else [None]
        if not all(isinstance(one, list) and all(isinstance(text, str) for text in one) for one in lists):
            raise self.fail("parts", "must be a table of lists of texts.")
        return {name: tuple(texts) for name, texts in value.items()}

    def worded(self, key: str, table: dict[str, Any]) -> Iterator[tuple[str, str]]:
        """The phrases of a list, each with the line that builds it of parts, or nothing where it is written out."""
        for text in self.strings(key, table):
            try:
                spelled = spell_out(text, self.parts)
            except ValueError as error:
                raise self.fail(key, str(error)) from error
            if any(sign in one for one in spelled for sign in "{}[]"):
                raise self.fail(key, f"{text!r}: brackets do not match.")
            for one in spelled:
                yield one, "" if one == text else text

    def plain(
        self, key: str, table: dict[str, Any], role: str, value: str = "", **more: Any
    ) -> Iterator[Phrase]:
        for text, source in self.worded(key, table):
            yield self.phrase(key, text, role, value or role, source=source, **more)

    def per_many(self, money: dict[str, Any]) -> Iterator[Phrase]:
        for text, shares in self.integers("money.per_many", money).items():
            if shares < 1:
                raise self.fail(f"money.per_many.{text}", "must be a number of shares.")
            yield self.phrase("money.per_many", text, "per_share", "per_share", shares=shares)

    def phrase(self, key: str, text: str, role: str, value: str, **more: Any) -> Phrase:
        if text != text.lower():
            raise self.fail(key, f"{text!r} must be in lower case.")
        if not squeeze(text):
            raise self.fail(key, f"{text!r} has no letter.")
        return Phrase(text, role, value, self.language, self.substring, self.unaccented, **more)

    def cues(self) -> Iterator[Phrase]:
        for position, entry in enumerate(self.entries_of("cue")):
            where = f"cue[{position}]"
            kind = self.text(f"{where}.field", entry)
            if kind not in FIELDS:
                raise self.fail(f"{where}.field", f"{kind!r} is none of {', '.join(sorted(FIELDS))}.")
            look = self.text(f"{where}.look", entry, "after")
            if look not in _LOOKS:
                raise self.fail(f"{where}.look", f"{look!r} is none of after, before, either, both, noun.")
            within = entry.get("within", 60)
            if type(within) is not int or not 1 <= within <= 400:
                raise self.fail(f"{where}.within", "must be a whole number from 1 to 400.")
            unless = self.strings(f"{where}.unless", entry)
            named = entry.get("named", False)
            if type(named) is not bool:
                raise self.fail(f"{where}.named", "must be true or false.")
            for key in ("phrases", "labels"):
                for text, source in self.worded(f"{where}.{key}", entry):
                    yield self.phrase(
                        f"{where}.{key}", text, "cue", kind,
                        look=look, within=within, unless=unless, named=named, label_only=key == "labels", source=source,
                    )  # fmt: skip

    def hints(self) -> Iterator[Phrase]:
        table = self.table("hints")
        for kind in table:
            for text in self.strings(f"hints.{kind}", table):
                yield self.phrase(f"hints.{kind}", text, "hint", kind)

    def entries(self, role: str, key: str, known: set[str]) -> Iterator[Phrase]:
        for position, entry in enumerate(self.entries_of(role)):
            where = f"{role}[{position}]"
            value = self.text(f"{where}.{key}", entry)
            if value not in known:
                raise self.fail(f"{where}.{key}", f"{value!r} is none of {', '.join(sorted(known))}.")
            for text, source in self.worded(f"{where}.phrases", entry):
                yield self.phrase(f"{where}.phrases", text, role, value, source=source)

    def entries_of(self, role: str) -> list[dict[str, Any]]:
        value = self.data.get(role, [])
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fail(role, f"must be written as [[{role}]].")
        for position, entry in enumerate(value):
            self.check_keys(role, entry, f"{role}[{position}]")
        return value
