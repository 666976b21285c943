"""Every place where a text may name its issuer, each with the sign that speaks for it and how much that is worth.

No sign is sure: a form is filled in with somebody else's name, a dateline is left out, a custodian writes about the
securities of others. So all signs are collected; the name that the surest of them points to is taken (issuers.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from calendar_service.extract.candidates.identifiers import Identifier
from calendar_service.extract.issuer.companies import Shapes
from calendar_service.extract.issuer.naming import Naming
from calendar_service.extract.issuer.tickers import Ticker
from calendar_service.extract.lexicon.spots import Spots, lines_at, matches_at

HEAD = 4000  # prose names its issuer early
_LEAD = 700  # what belongs to the headline and the first sentences
MOST_BRACKETS = 5  # with symbols, behind one name

_FILER = re.compile(r"COMPANY CONFORMED NAME:\s{1,24}([^\n]{2,80})")
_RECORD = re.compile(r"\"(?:comp|sm_name|company|companyName|issuer|issuerName)\"\s?:\s?\"([^\"\n]{2,80})\"")
_IN_BRACKETS = r"[(\[](?P<inside>[^()\[\]\n]{0,60}[\"「『'‘][^\"」』\n()]{1,40}[\"」』'’][^()\n]{0,60})[)\]]"
_DEFINITION = re.compile(r"[ ]?" + _IN_BRACKETS)
_JOINED = re.compile(r"(?:\s?\([^()\n]{1,60}\)){0,2},?\s(?:and|&)\s")
_ANY_DEFINITION = re.compile(_IN_BRACKETS)
_VALUE = re.compile(r"[^\n\t(|]{2,100}?(?=[ ]{2,}|[\n\t|]|\Z|[ ]?\((?!publ|株|주|[A-Z][a-z]+\)))")
_SEPARATOR = re.compile(r"[ ]?:[ ](?=[^\W\d_]|\d{4}[ ])|[ ][-–—][ ](?=[^\W\d_])|(?<=[가-힣])/(?=[가-힣])")
_CJK = re.compile("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_HANGUL = re.compile(r"[가-힣A-Za-z0-9&]{2,20}(?<=[가-힣])")
_LIST_MARK = re.compile(r"[ #*>]*(?:\d{4,6}[ ])?")


class Nomination(NamedTuple):
    """A name that may be the issuer's: text[start:end], by which sign, and its worth."""

    start: int
    end: int
    rule: str
    worth: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A text made ready: `plain` is the flattened head; `spots` tells where the words of long lists stand in it."""

    plain: str
    title: str
    spots: Spots
    tickers: list[Ticker]
    identifiers: list[Identifier]
    owners: dict[int, tuple[int, int] | None] = field(default_factory=dict)  # found so far, by place


_ISIN_LINE = 160
_BEHIND_ISIN = re.compile(r"[A-Z]{2}[A-Z0-9]{9}\d[ \t:/-]{1,12}")  # "Titel: AT0000777008 Wachau Papier AG"


class Nominator:
    """Collects nominations with the words of the lexicons and the shapes of names."""

    def __init__(self, naming: Naming, shapes: Shapes) -> None:
        self._naming = naming
        self._shapes = shapes

    def nominate(self, sheet: Sheet) -> Iterator[Nomination]:
        """All nominations of a text, in no order."""
        words: dict[str, bool] = {}  # what was asked already whether it is only a word
        for found in (
            self._records(sheet.plain),
            self._labelled(sheet.plain, self._naming.label, sheet.spots["labels"], 150),
            self._labelled(sheet.plain, self._naming.short, sheet.spots["short"], 45),
            self._covers(sheet.plain, sheet.spots),
            self._beside_symbols(sheet),
            self._named(sheet.plain, sheet.spots),
            self._headlines(sheet.plain, sheet.spots),
            self._closing(sheet.plain, sheet.spots),
        ):
            for one in found:
                cleaned = self._cleaned(sheet.plain, one, words)
                if cleaned is not None:
                    yield cleaned

    def _cleaned(self, plain: str, one: Nomination, words: dict[str, bool]) -> Nomination | None:
        """The nomination without signs around the name; None where that is none."""
        start, end = one.start, one.end
        while start < end and plain[start] in " \t,;:.-–—*#\"'•":
            start += 1
        while end > start and plain[end - 1] in " \t,;:-–—*#\"'\n":
            end -= 1
        name = plain[start:end]
        if not 2 <= len(name) <= 120 or not any(map(str.isalpha, name)):
            return None
        if name not in words:
            words[name] = self._is_word(name)
        return None if words[name] else Nomination(start, end, one.rule, one.worth)

    def _is_word(self, name: str) -> bool:
        """Whether this is only what any issuer calls itself, or a word that no name holds."""
        words = re.findall(r"[^\s,.'\"()]+", name.lower())
        if self._shapes.is_only_form(name):
            return True
        return self._naming.own.fullmatch(name) is not None or all(
            word in self._naming.stops or word.isdecimal() or word in ("the", "of", "and", "inc", "corp")
            for word in words
        )

    def _records(self, plain: str) -> Iterator[Nomination]:
        for pattern, rule, worth in ((_FILER, "issuer.filer", 200), (_RECORD, "issuer.record", 190)):
            match = pattern.search(plain)
            if match:
                yield Nomination(match.start(1), match.end(1), rule, worth)

    def _labelled(
        self, plain: str, label: re.Pattern[str], spots: list[int], worth: int
    ) -> Iterator[Nomination]:
        for match in matches_at(label, plain, (_place_of_label(plain, spot) for spot in spots)):
            mark = match["mark"]
            value = _VALUE.match(plain, match.end())
            if value is None:
                continue
            name, start = self._before_stop(value.group()), value.start()
            if "\n" in mark and not self._shapes.has_legal_form(name.strip(" .")):
                continue
            if mark.strip(" ") == "" and "\t" not in mark:  # only a blank: prose may go on like this
                is_form = self._shapes.ends_in_form(name.strip()) and len(name) < 70
                inner = next(self._shapes.find(plain, start, value.end(), self._naming.stops), None)
                begins = inner is not None and inner[0] <= start + 2
                if not _may_lead(match["label"]) or not (is_form or begins):
                    continue
                if inner and inner[0] <= start + 2:
                    name = plain[start : inner[1]]
            if worth < 100 and "\t" in mark:  # the heading of a column
                continue
            if name[0].isupper() or not name[0].isascii():
                yield Nomination(start, start + len(name), "issuer.label", worth)

    def _before_stop(self, value: str) -> str:
        """A value up to a blank and a word of a script without blanks that no name holds: the next label of its line."""
        parts = value.split(" ")
        names = (place for place, part in enumerate(parts) if place and not part.isascii())
        stop = next((place for place in names if parts[place] in self._naming.stops), None)
        return value if stop is None else " ".join(parts[:stop])

    def _covers(self, plain: str, spots: Spots) -> Iterator[Nomination]:
        for match in matches_at(self._naming.below, plain, lines_at(plain, spots["below"])):
            lines = list(re.finditer(r"[^\n]+", plain[max(0, match.start() - 400) : match.start()]))
            offset = max(0, match.start() - 400)
            for line in reversed(lines):
                if any(letter.isalpha() for letter in line.group()):
                    text = line.group().strip()
                    if len(text) <= 100 and not text.startswith("("):
                        yield Nomination(offset + line.start(), offset + line.end(), "issuer.cover", 160)
                    break

    def _beside_symbols(self, sheet: Sheet) -> Iterator[Nomination]:
        """Names right before a bracket with a symbol, or before an ISIN on a slip."""
        plain = sheet.plain
        for ticker in sheet.tickers:
            if ticker.start > 3 * HEAD:
                break
            found = self.owner_on(sheet, ticker.start)
            if found:
                yield Nomination(*found, "issuer.ticker", 80)
        for one in sheet.identifiers:
            if one.id.scheme != "isin":
                continue
            found = self.owner_on(sheet, one.start)
            if found:
                yield Nomination(*found, "issuer.ticker", 68)
            for span, worth in self._beside(plain, one.start):
                yield Nomination(*span, "issuer.isin", worth)

    def _beside(self, plain: str, place: int) -> Iterator[tuple[tuple[int, int], int]]:
        """Names with a form before a place on its line or on one of the two lines above, and on the line below."""
        begin = place
        for _ in range(3):
            line = plain.rfind("\n", 0, begin) + 1
            spans = list(self._shapes.find(plain, line, min(begin, line + 300), self._naming.stops))
            if spans:
                yield spans[-1], 66
                break
            begin = max(0, line - 1)
        following = next(self._shapes.find(plain, place, place + _ISIN_LINE, self._naming.stops), None)
        if following and _BEHIND_ISIN.fullmatch(plain, place, following[0]):
            yield following, 66
        line = plain.find("\n", place) + 1
        end = plain.find("\n", line) if line else 0
        for span in (
            list(self._shapes.find(plain, line, min(end, line + 200), self._naming.stops))[:1]
            if end > 0
            else ()
        ):
            yield span, 64

    def holder_of(self, sheet: Sheet, place: int) -> tuple[int, int] | None:
        """The name that an identifier belongs to: before its bracket, or on its line; None where none is told."""
        owner = self.owner_on(sheet, place)
        if owner:
            return owner
        plain = sheet.plain
        line = plain.rfind("\n", 0, place) + 1
        spans = self._shapes.find(plain, max(line, place - 200), place, self._naming.stops)
        return next(
            (one for one in reversed(list(spans)) if not self._shapes.is_agent(plain[slice(*one)])), None
        )

    def is_near_other(self, plain: str, place: int, own: tuple[str, ...]) -> bool:
        """Whether the last name before a place is another company's than the one with these first words."""
        spans = list(self._shapes.find(plain, max(0, place - 300), place, self._naming.stops))
        return bool(spans) and own[0] not in plain[slice(*spans[-1])].lower()

    def owner_on(self, sheet: Sheet, place: int) -> tuple[int, int] | None:
        """The same as `owner_of` for a place of a sheet, found once."""
        if place not in sheet.owners:
            sheet.owners[place] = self.owner_of(sheet.plain, place)
        return sheet.owners[place]

    def owner_of(self, plain: str, place: int, brackets: int = MOST_BRACKETS) -> tuple[int, int] | None:
        """The name before the bracket that holds a place: "Harrow Tool Corp. (NYSE: HTC)"; None where there is none.

        So many `brackets` may follow one another; a document can be nothing but brackets.
        """
        opening = max(
            plain.rfind("(", max(0, place - 60), place), plain.rfind("[", max(0, place - 60), place)
        )
        if opening < 0 or ")" in plain[opening:place] or "\n\n" in plain[opening:place]:
            return None
        end = opening
        while end > 0 and (
            plain[end - 1] in ' "\t' or (plain[end - 1] == "\n" and plain[end - 2 : end - 1] != "\n")
        ):
            end -= 1
        if plain[end - 1 : end] == ")":  # another bracket with a symbol stands between
            earlier = plain.rfind("(", max(0, end - 70), end)
            return self.owner_of(plain, earlier + 1, brackets - 1) if earlier >= 0 and brackets > 1 else None
        return self._run_before(plain, end)

    def _run_before(self, plain: str, end: int) -> tuple[int, int] | None:
        low = max(0, end - 130)
        spans = [
            span for span in self._shapes.find(plain, low, end, self._naming.stops) if end - span[1] <= 1
        ]
        if spans:
            return spans[0]
        start = self._shapes.before(plain, end, self._naming.stops)
        if start is not None:
            return start, end
        cjk = re.search(r"[一-龥々ヶァ-ヺー가-힣A-Za-z0-9・＆&]{2,30}\Z", plain[max(0, end - 30) : end])
        return (end - len(cjk.group()), end) if cjk and not cjk.group().isascii() else None

    def _named(self, plain: str, spots: Spots) -> Iterator[Nomination]:
        """Names with a form: defined as "the Company", alone on a line, before "announced", or anywhere."""
        verbs = frozenset(spots["announces"])
        begins: dict[int, int] = {}  # of the names with a form, by their ends
        before = (0, 0)
        for start, end in self._shapes.find(plain, 0, min(len(plain), HEAD), self._naming.stops):
            begins[end] = start
            rule, worth = self._sign_of(plain, start, end, verbs)
            if rule == "issuer.announces" and before[1] and _JOINED.fullmatch(plain, before[1], start):
                yield Nomination(*before, rule, worth)  # of two that announce something, the first speaks
                rule, worth = "issuer.name", worth - 16
            yield Nomination(start, end, rule, worth)
            before = (start, end)
        for match in _ANY_DEFINITION.finditer(plain, 0, min(len(plain), HEAD)):
            if self._naming.own.search(match["inside"]):
                end = match.start() - (plain[match.start() - 1 : match.start()] == " ")
                found = (begins[end], end) if end in begins else self._run_before(plain, end)
                if found:
                    yield Nomination(*found, "issuer.defined", 64)

    def _sign_of(self, plain: str, start: int, end: int, verbs: frozenset[int]) -> tuple[str, int]:
        """The sign by which a name may be the issuer's, and its worth; `verbs` are the places where words like "announces" begin."""
        line_start = plain.rfind("\n", 0, start) + 1
        line_end = plain.find("\n", end)
        line_end = len(plain) if line_end < 0 else line_end
        before, after = plain[line_start:start], plain[end:line_end]
        strong = 8 if self._shapes.has_legal_form(plain[start:end]) else 0
        definition = _DEFINITION.match(plain, end)
        if definition and self._naming.own.search(definition["inside"]):
            return "issuer.defined", 56 + strong
        if definition:
            return "issuer.defined", 44 + strong
        if before.strip().lower() in ("for", "per", "für", "pour") and not after.strip(" ,."):
            return "issuer.signature", 48 + strong
        if not _LIST_MARK.sub("", before) and not re.sub(r"[ (（].*", "", after.strip()):
            return "issuer.letterhead", (50 if start < 1500 else 34) + strong
        is_verb = end + 1 in verbs or end + len("'s ") in verbs
        if is_verb and self._naming.announces.match(plain, end):
            return "issuer.announces", 46 + strong
        return "issuer.name", 30 + strong

    def _headlines(self, plain: str, spots: Spots) -> Iterator[Nomination]:
        """What stands before "announces", a colon or a dash in a headline, and before "announced" behind a dateline."""
        stops = self._naming.stops
        for line in islice(re.finditer(r"[^\n]+", plain[:1500]), 2):
            text = line.group()
            begin = line.start() + (match.end() if (match := _LIST_MARK.match(text)) else 0)
            separator = _SEPARATOR.search(plain, begin, min(line.end(), begin + 70))
            if separator:
                yield from self._whole(plain, begin, separator.start(), 40)
            elif len(text.split()) > 1 and len(text) < 60:
                yield from self._whole(plain, begin, line.end(), 30)
        for match in matches_at(self._naming.target, plain, spots["target"], min(len(plain), HEAD)):
            yield from self._after(plain, match.end())
        verbs = (_place_of_verb(plain, spot) for spot in spots["announces"] if spot)
        for match in matches_at(self._naming.announces, plain, verbs, min(len(plain), _LEAD)):
            start = self._shapes.before(plain, match.start(), stops)
            if start is not None and plain[start].isupper():
                is_line = (
                    start == 0
                    or plain[start - 1] in "\n#"
                    or plain[max(0, start - 2) : start] in ("# ", "- ")
                )
                yield Nomination(start, match.start(), "issuer.headline", 44 if is_line else 38)

    def _after(self, plain: str, start: int) -> Iterator[Nomination]:
        """The name that follows words for the company whose shares an offer is for."""
        line_end = plain.find("\n", start)
        end = min(line_end if line_end >= 0 else len(plain), start + 100)
        spans = list(self._shapes.find(plain, start, end, self._naming.stops))
        if spans and spans[0][0] <= start + 5:
            yield Nomination(*spans[0], "issuer.target", 76)
        elif not spans and end == line_end:
            yield from (
                Nomination(one.start, one.end, "issuer.target", 74)
                for one in self._whole(plain, start, end, 0)
            )

    def _whole(self, plain: str, start: int, end: int, worth: int) -> Iterator[Nomination]:
        """All of plain[start:end], where it reads as a name."""
        if _HANGUL.fullmatch(plain, start, end) and plain[end : end + 1] == "/":
            yield Nomination(start, end, "issuer.headline", worth - 10)
            return
        is_cased = plain[start:end].lower() != plain[start:end] and _CJK.search(plain, start, end) is None
        found = self._shapes.before(plain, end, self._naming.stops) if is_cased else None
        if found is not None and not plain[start:found].strip(" \t\"'#*•"):
            yield Nomination(found, end, "issuer.headline", worth)

    def _closing(self, plain: str, spots: Spots) -> Iterator[Nomination]:
        """A wire's "SOURCE ...", a portrait's "About ...", a signature."""
        for pattern, places, rule, worth in (
            (self._naming.source, spots["source"], "issuer.source", 52),
            (self._naming.about, spots["about"], "issuer.about", 48),
            (self._naming.above, spots["above"], "issuer.signature", 48),
        ):
            for match in islice(matches_at(pattern, plain, lines_at(plain, places)), 3):
                end = plain.find("\n", match.end())
                end = len(plain) if end < 0 else end
                if end - match.end() > 90:
                    continue
                spans = list(self._shapes.find(plain, match.end(), end, self._naming.stops))
                if spans and spans[0][0] <= match.end() + 4:
                    yield Nomination(*spans[0], rule, worth)
                elif pattern is not self._naming.above:
                    yield from (
                        Nomination(one.start, one.end, rule, worth - 6)
                        for one in self._whole(plain, match.end(), end, worth)
                    )


def _place_of_label(plain: str, spot: int) -> int:
    """Where the pattern of a label begins, whose word stands at a spot: a line may begin with a blank."""
    return spot - 1 if plain[spot - 1 : spot] == " " and (spot == 1 or plain[spot - 2] == "\n") else spot


def _place_of_verb(plain: str, spot: int) -> int:
    """Where the pattern of a verb begins, whose word stands at a spot: at the blank or the possessive before it."""
    return spot - 3 if plain[max(0, spot - 3) : spot - 1].lower() == "'s" else spot - 1


def _may_lead(label: str) -> bool:
    """Whether a label can be told from the beginning of a sentence or name where only a blank follows it."""
    return " " in label.strip() or not label.isascii()
