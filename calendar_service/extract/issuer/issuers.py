"""Who announces: the name that most speaks for, with the tickers and identifiers that are its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from calendar_service.extract.candidates.identifiers import find_identifiers
from calendar_service.extract.candidates.listings import load_listings
from calendar_service.extract.issuer.companies import flatten, load_shapes
from calendar_service.extract.issuer.known import Known, load_issuers
from calendar_service.extract.issuer.naming import build_naming, load_words
from calendar_service.extract.issuer.nominations import HEAD, Nomination, Nominator, Sheet
from calendar_service.extract.issuer.tickers import Ticker, find_tickers
from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.page.squeezed import Squeezed
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import Evidence, SecurityId

__all__ = ["IssuerReader", "Known", "default_currency", "load_issuers"]

_WORDS_FOLDER = Path(__file__).parent.parent / "lexicons" / "issuers"
_HEAD = 12_000  # an issuer names itself early; a long filing need not be searched to its end
_TAIL = 3_000  # and signs at the end
_LONGEST = 200
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_MARKUP = re.compile(r"</?[A-Za-z!][^<>]{0,200}>")
_ALIASES = re.compile(r"[ ]?\(([^()\n]{2,120})\)")
_QUOTED = re.compile(r"[\"「]([^\"「」]{2,40})[\"」]")
_WORD = re.compile(r"[^\W_]+(?:['&.][^\W_]+)*")
_SMALL = frozenset([
    "the", "of", "and", "inc", "corp", "corporation", "company", "co", "ltd", "limited", "plc", "de", "group",
    "holdings", "la", "le", "s.a", "banco", "companhia", "first",
])  # fmt: skip

_ADDRESS = re.compile(r"(?i)://|(?<![^\W_])www\.")  # a site's address is nobody's name, "Booking.com" may be
# "BOULDER, CO - ", "(GLOBE NEWSWIRE)"; a symbol in brackets stands behind a company ("(NYSE: HTC)")
_DATELINE = re.compile(r"\s{0,2}(?:[-/–—]|\((?![^()\n:]{1,24}:))")


class _Choice(NamedTuple):
    """A nomination with its name, as it is weighed against others."""

    nomination: Nomination
    name: str
    words: tuple[str, ...]
    aliases: tuple[tuple[str, ...], ...] = ()


class IssuerReader:
    """Reads who announces, with the words of all lexicons and the issuers that a person has described."""

    def __init__(self, lexicons: Iterable[Lexicon], known: tuple[Known, ...] = ()) -> None:
        lexicons = tuple(lexicons)
        months = {month.rstrip(".") for lexicon in lexicons for month in lexicon.months}
        self._naming = build_naming(load_words(_WORDS_FOLDER), months)
        self._shapes = load_shapes()
        self._nominator = Nominator(self._naming, self._shapes)
        self._known = known

    def read(self, text: str, title: str, squeezed: Squeezed | None = None) -> Issuer | None:
        """The issuer, or None where the text names neither one nor any security.

        `squeezed` is of the text's shadow, where somebody has it already.
        """
        plain = flatten(text[:_HEAD])
        spots = self._naming.spotter.find(plain, squeezed)
        tickers = find_tickers(plain, self._naming, spots)
        sheet = Sheet(plain, title, spots, tickers, list(find_identifiers(plain)))
        chosen = self._choose(sheet, self._titled(title))
        if chosen is None:
            chosen = self._from_tail(text, title)
        ids = self._own_ids(sheet, chosen)
        entry = _match(self._known, plain, chosen.name if chosen else "", ids)
        if entry is not None:
            ids = [
                SecurityId("ticker", one.value, entry.mic, one.market)
                if one.scheme == "ticker" and not one.mic
                else one
                for one in ids
            ]
            ids += [
                one
                for one in _ids_of(entry)
                if (one.value, one.mic) not in {(two.value, two.mic) for two in ids}
            ]
        name = entry.name if entry else chosen.name if chosen else ""
        if not name and not ids:
            return None
        aliases = (entry.name, *entry.aliases) if entry else ()
        proof = _evidence(text, chosen) if chosen else None
        return Issuer(name, tuple(ids), proof, tuple(one for one in aliases if one != name))

    def is_company(self, name: str) -> bool:
        """Whether a name ends in a company's legal form, and has no site's address in it."""
        return self._shapes.has_legal_form(name) and _ADDRESS.search(name) is None

    def others(self, text: str, issuer: Issuer) -> list[tuple[int, int]]:
        """Where a text names other companies than the issuer, with their legal forms; no agents."""
        plain = flatten(text)
        own = self._first_word(issuer.name)
        return [
            span
            for span in self._shapes.find(plain, 0, len(plain), self._naming.stops)
            if self._shapes.has_legal_form(plain[slice(*span)])
            and not self._shapes.is_only_form(plain[slice(*span)])
            and not self._shapes.is_agent(plain[slice(*span)])
            and self._first_word(plain[slice(*span)]) != own
            and not _is_written_otherwise(plain, span, issuer.name)
            and not _DATELINE.match(plain, span[1])
        ]

    def _first_word(self, name: str) -> tuple[str, ...]:
        """The first word of a name that is not its legal form ("AB Volvo")."""
        form, _, rest = flatten(name).strip().partition(" ")
        return _words(rest if rest and self._shapes.has_legal_form(form) else name)[:1]

    def is_named(self, text: str, issuer: Issuer) -> bool:
        """Whether a text names the issuer."""
        own, words = _words(issuer.name)[:2], _words(flatten(text))
        return any(words[place : place + len(own)] == own for place in range(len(words)))

    def speaks(self, text: str) -> bool:
        """Whether a text has words by which issuers speak of themselves ("the Company", "we")."""
        return self._naming.own.search(flatten(text)) is not None

    def whose(self, text: str, issuer: Issuer | None) -> str:
        """What the words of a table's head say: "own" where they name the issuer, "other" for another company, or ""."""
        if issuer is None or not issuer.name:
            return ""
        if self.is_named(text, issuer):
            return "own"
        return "other" if self.others(text, issuer) else ""

    def _bare_sheet(self, text: str, title: str) -> Sheet:
        """A part of a document of which only the names matter."""
        plain = flatten(text)
        return Sheet(plain, title, self._naming.spotter.find(plain), [], [])

    def _choices(self, sheet: Sheet) -> list[_Choice]:
        choices: list[_Choice] = []
        bare: dict[str, str] = {}  # most names are nominated several times
        for one in self._nominator.nominate(sheet):
            written = sheet.plain[one.start : one.end]
            name = bare.get(written)
            if name is None:
                name = bare[written] = self._bare(written)
            if name:
                choices.append(_Choice(one, name, _words(name), _aliases(sheet.plain, one.end)))
        return choices

    def _bare(self, name: str) -> str:
        """A clean name without the ending of a possessive ("TEGNA Inc.'s"); "" where it is nobody's."""
        name = clean_name(name)
        if name.endswith("'s") and self._shapes.ends_in_form(name[:-2]):
            name = name[:-2]
        return "" if self._is_nobody(name) else name

    def _titled(self, title: str) -> list[_Choice]:
        """What the container's title names; such a name has no place in the text."""
        if not title:
            return []
        found = self._choices(self._bare_sheet(title[:300], ""))
        return [
            _Choice(Nomination(0, 0, "issuer.title", one.nomination.worth), one.name, one.words)
            for one in found
        ]

    def _choose(self, sheet: Sheet, titled: list[_Choice]) -> _Choice | None:
        choices = [*self._choices(sheet), *titled]
        if not choices:
            return None
        title = _words(flatten(sheet.title[:300]))
        headline = sheet.plain[:200].split("\n")[0]
        headline_words = _words(headline)
        ahead = [one for one in choices if one.nomination.start <= len(headline)]
        headed = {one.words[:2] for one in ahead if self.is_company(one.name)}
        agents = {name for name in {one.name for one in choices} if self._shapes.is_agent(name)}
        signs: dict[tuple[str, ...], set[str]] = {}
        for one in choices:
            signs.setdefault(one.words[:2], set()).add(one.nomination.rule.replace("isin", "ticker"))

        def weigh(one: _Choice) -> tuple[int, int, int]:
            worth = one.nomination.worth + 5 * len(signs[one.words[:2]])
            worth -= min(24, one.nomination.start // 40)
            first = next((word for word in one.words if word not in _SMALL), "")
            if (
                first
                and (first in title or (first in headline_words and one.nomination.start > len(headline)))
                and not _is_sister(one.words, headed)
            ):
                worth += 22
            if one.nomination.worth < 100 and one.name in agents:
                worth -= 45
            return worth, -one.nomination.start, len(one.name)

        return self._fullest(max(choices, key=weigh), choices)

    def _is_nobody(self, name: str) -> bool:
        is_own = self._naming.own.fullmatch(name) is not None
        is_own = is_own or self._shapes.is_depository(name)
        return is_own or len(name) < 2 or _ADDRESS.search(name) is not None

    def _fullest(self, chosen: _Choice, choices: list[_Choice]) -> _Choice:
        """The same company with its legal form, where the text writes it out somewhere: "Stabilus" is "Stabilus SE"."""
        for one in choices:
            if one.nomination.rule == "issuer.defined" and chosen.words in one.aliases:
                return one
        size = len(chosen.words)
        for one in choices:
            rest = one.name[len(chosen.name) :].strip(" ,")
            if one.words[:size] == chosen.words and rest and self._shapes.is_only_form(rest):
                return one
        if self._shapes.has_legal_form(chosen.name):
            return chosen
        longer = [
            one
            for one in choices
            if (one.words[: len(chosen.words)] == chosen.words or _is_inside(chosen.name, one.name))
            and self._shapes.has_legal_form(one.name)
            and len(one.words) <= len(chosen.words) + 4
        ]
        return min(longer, key=lambda one: (len(one.words), one.nomination.start), default=chosen)

    def _from_tail(self, text: str, title: str) -> _Choice | None:
        """What a long text's end says: its signature or the wire's last line."""
        low = max(HEAD, len(text) - _TAIL)
        if low >= len(text):
            return None
        choice = self._choose(self._bare_sheet(text[low:], title), [])
        if choice is None or choice.nomination.rule not in (
            "issuer.source",
            "issuer.signature",
            "issuer.about",
        ):
            return None
        one = choice.nomination
        return _Choice(
            Nomination(one.start + low, one.end + low, one.rule, one.worth), choice.name, choice.words
        )

    def _own_ids(self, sheet: Sheet, chosen: _Choice | None) -> list[SecurityId]:
        """Identifiers that stand behind this issuer's name, or behind nobody's."""
        ids = self._own_tickers(sheet, chosen)
        for item in sheet.identifiers:
            holder = self._nominator.holder_of(sheet, item.start)
            is_own = holder is None or chosen is None or _is_same(chosen, sheet.plain[slice(*holder)])
            if item.id.scheme == "lei" and chosen and chosen.words:
                # A custodian, a wire and a guarantor write their own: it must stand behind this name.
                is_own = not self._nominator.is_near_other(sheet.plain, item.start, chosen.words)
            if is_own and item.id not in ids:
                ids.append(item.id)
        return _placed(ids)

    def _own_tickers(self, sheet: Sheet, chosen: _Choice | None) -> list[SecurityId]:
        owned: list[SecurityId] = []
        free: list[Ticker] = []
        others: list[SecurityId] = []
        for ticker in sheet.tickers:
            owner = self._nominator.owner_on(sheet, ticker.start)
            if owner is None:
                free.append(ticker)
            elif chosen is None or _is_same(chosen, sheet.plain[slice(*owner)]):
                owned.append(ticker.id)
            else:
                others.append(ticker.id)
        # A loose symbol may be another company's, or the one after a change of name, where the own one is written out.
        found = [*owned, *(one.id for one in free if not (owned and one.is_loose))]
        if not found and len({one.value for one in others}) == 1:
            found = others
        return [
            one
            for one in dict.fromkeys(found)
            if one.mic or not any(two.mic and two.value == one.value for two in found)
        ]


def clean_name(name: str) -> str:
    """A name fit to be stored and shown: one line, no control characters, no markup, bounded."""
    plain = _MARKUP.sub(" ", _HIDDEN.sub(" ", name))
    return " ".join(plain.split())[:_LONGEST].strip(" ,;:-\"'")


def default_currency(known: tuple[Known, ...], issuer: Issuer | None) -> str | None:
    """The currency of a bare "$" as issuers.toml says it."""
    return next((entry.currency for entry in known if issuer and entry.name == issuer.name), None)


def doubts_of(issuer: Issuer | None) -> tuple[Remark, ...]:
    """Reasons to look: an ISIN of another country than that of a market which lists its own country's shares only."""
    if issuer is None:
        return ()
    countries = {one.value[:2] for one in issuer.ids if one.scheme == "isin"}
    return tuple(
        remark(
            "The ISIN is of another country than the ticker's market: {ticker} on {market}.",
            ticker=one.value,
            market=one.mic,
        )
        for one in issuer.ids
        if one.scheme == "ticker" and one.mic and load_listings().is_contradicted(one.mic, countries)
    )


def _placed(ids: list[SecurityId]) -> list[SecurityId]:
    """Tickers without a market get the only one that an ISIN's country has and that the symbol fits."""
    listings = load_listings()
    countries = {one.value[:2] for one in ids if one.scheme == "isin"}
    countries |= {listings.by_mic[one.mic].country for one in ids if one.mic in listings.by_mic}
    placed = []
    for one in ids:
        mics = [
            market.mic
            for market in listings.markets
            if market.country in countries and market.fits(one.value)
        ]
        is_open = one.scheme == "ticker" and one.mic is None and len(mics) == 1
        placed.append(SecurityId("ticker", one.value, mics[0], one.market) if is_open else one)
    return placed


def _words(name: str) -> tuple[str, ...]:
    found = [word.lower().rstrip(".").removesuffix("'s") for word in _WORD.findall(name)]
    return tuple(found[1:] if found[:1] == ["the"] else found)


def _is_written_otherwise(plain: str, span: tuple[int, int], name: str) -> bool:
    """Whether a name is the issuer's but for its blanks ("AcmeASA"), or the end of it (a line ends within the name)."""
    found, own = "".join(_words(plain[slice(*span)])), "".join(_words(name))
    if found == own or not own.endswith(found):
        return found == own
    before = "".join(_words(plain[: span[0]]))
    return not before or (before + found).endswith(own)


def _aliases(plain: str, end: int) -> tuple[tuple[str, ...], ...]:
    """The names in quotes in a bracket right behind a name: ("TTL AG" or the "Company")."""
    bracket = _ALIASES.match(plain, end)
    return tuple(_words(quoted) for quoted in _QUOTED.findall(bracket[1])) if bracket else ()


def _is_inside(short: str, name: str) -> bool:
    """Whether a name without blanks is written out in another one: 楚天仪表 in 武汉楚天仪表股份有限公司."""
    return not short.isascii() and len(short) >= 3 and " " not in name and short in name


def _is_same(chosen: _Choice, other: str) -> bool:
    """Whether another way of writing a name can mean the chosen issuer."""
    words, mine = _words(clean_name(other)), chosen.words
    size = min(len(words), len(mine), 2)
    return bool(size) and words[:size] == mine[:size]


def _match(known: tuple[Known, ...], plain: str, name: str, ids: list[SecurityId]) -> Known | None:
    """The entry that shares an identifier, or else the name that was read, or else is named in the headline."""
    isins = {one.value for one in ids if one.scheme == "isin"}
    tickers = {(one.value, one.mic) for one in ids if one.scheme == "ticker"}
    for entry in known:
        if isins & set(entry.isins) or tickers & set(entry.tickers):
            return entry
    if not known:
        return None
    read = _words(name)
    for entry in known:
        if read and any(_words(one) == read for one in (entry.name, *entry.aliases)):
            return entry
    head = f" {' '.join(_words(plain[:400]))} "
    for entry in known if not name else ():
        if any(f" {' '.join(_words(one))} " in head for one in (entry.name, *entry.aliases)):
            return entry
    return None


def _ids_of(entry: Known) -> list[SecurityId]:
    tickers = [SecurityId("ticker", symbol, mic) for symbol, mic in entry.tickers]
    return tickers + [SecurityId("isin", isin) for isin in entry.isins]


def _evidence(text: str, chosen: _Choice) -> Evidence | None:
    one = chosen.nomination
    if one.rule == "issuer.title":
        start = text.find(chosen.name)
        return Evidence(chosen.name, start, start + len(chosen.name), one.rule) if start >= 0 else None
    return Evidence(text[one.start : one.end], one.start, one.end, one.rule)


def _is_sister(words: tuple[str, ...], headed: set[tuple[str, ...]]) -> bool:
    """Whether a headline names a company of the same first word and another second one: theirs is a group, not a name."""
    return any(one[0] == words[0] and len(one) > 1 and one != words[:2] for one in headed if one)
