"""normalise -> candidates -> cues -> frames -> assemble, for one document. Pure: no clock, no files after load."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from calendar_service.extract.assemble.approvals import drop_answered
from calendar_service.extract.assemble.assembler import Assembler
from calendar_service.extract.assemble.distant import add_distant
from calendar_service.extract.assemble.slips import doubts_of_name, is_slip, is_unpaid, keep_per_share
from calendar_service.extract.assemble.standins import end_choices, take_place
from calendar_service.extract.assemble.todays import add_effects_today
from calendar_service.extract.assemble.topics import vote_with
from calendar_service.extract.assemble.weighing import weigh
from calendar_service.extract.assemble.writer import Context
from calendar_service.extract.candidates.amounts import RatioSpan
from calendar_service.extract.candidates.currencies import CODES, currency_of_dollar, home_currency
from calendar_service.extract.document.datelines import doubt_years, find_own_day
from calendar_service.extract.document.reports import find_report
from calendar_service.extract.document.sections import Sections
from calendar_service.extract.document.splitdividends import drop_names_of_shares, drop_names_of_splits
from calendar_service.extract.issuer.issuers import (
    IssuerReader,
    Known,
    clean_name,
    default_currency,
    doubts_of,
    load_issuers,
)
from calendar_service.extract.issuer.ownname import outside_name
from calendar_service.extract.layout.classamounts import add_class_amounts
from calendar_service.extract.layout.comparedrows import drop_compared
from calendar_service.extract.layout.daycells import drop_closures
from calendar_service.extract.layout.exlists import doubt_nameless
from calendar_service.extract.layout.funddays import lend_days
from calendar_service.extract.layout.headlabels import add_headed_days
from calendar_service.extract.layout.meetinglines import add_meeting_lines
from calendar_service.extract.layout.monthrows import with_months
from calendar_service.extract.layout.pairs import paired
from calendar_service.extract.layout.partlists import add_part_days
from calendar_service.extract.layout.quartergrids import add_grid_amount
from calendar_service.extract.layout.sheets import add_sheet_days
from calendar_service.extract.layout.tables import TableReader
from calendar_service.extract.layout.yearlists import doubt_years_listed
from calendar_service.extract.layout.yearsums import drop_year_sums
from calendar_service.extract.lexicon.checking import load_folder
from calendar_service.extract.lexicon.languages import Recogniser
from calendar_service.extract.lexicon.lexicon import Lexicon
from calendar_service.extract.lexicon.phrases import Finder
from calendar_service.extract.page.normalise import Page, Table, normalise
from calendar_service.extract.page.squeezed import Squeezed
from calendar_service.extract.parties.blocks import mark_blocks
from calendar_service.extract.parties.digests import mark_forms, mark_lines
from calendar_service.extract.parties.handouts import name_shares_handed_out
from calendar_service.extract.parties.others import doubt_others, doubts_of_headlines
from calendar_service.extract.parties.owners import Names, doubt_foreign, mark_rows
from calendar_service.extract.parties.parties import share_out
from calendar_service.extract.parties.rolls import split_rolls
from calendar_service.extract.parties.symbols import mark_symbols
from calendar_service.extract.sentence.beside import doubt_counted
from calendar_service.extract.sentence.binder import Binder
from calendar_service.extract.sentence.corrections import add_righted_days
from calendar_service.extract.sentence.statements import Statement, Tools
from calendar_service.extract.sentence.takers import lend_security
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.document import Text
from calendar_service.model.remarks import Remark, remark


def load(lexicons: Path | None = None, issuers: Path | None = None) -> Extractor:
    """An extractor with the lexicons of a folder (its own where None) and the issuers of a TOML file.

    Raises DataFileError that names file and key.
    """
    folder = lexicons or Path(__file__).parent / "lexicons"
    return Extractor(load_folder(folder), load_issuers(issuers))


class Extractor:
    """Reads documents. Holds the automaton and patterns of its lexicons; safe to share between threads."""

    def __init__(self, lexicons: tuple[Lexicon, ...], issuers: tuple[Known, ...] = ()) -> None:
        self.lexicons = lexicons
        self.issuers = issuers
        self._issuers = IssuerReader(lexicons, issuers)
        self._known = frozenset(name for one in issuers for name in (one.name, *one.aliases))
        self._finder = Finder(phrase for lexicon in lexicons for phrase in lexicon.phrases)
        self._tools = {lexicon.language: Tools(lexicon) for lexicon in lexicons}
        self._recogniser = Recogniser(lexicons)
        self._labels = frozenset(_plain(phrase.text) for lexicon in lexicons for phrase in lexicon.phrases)
        self._leading = frozenset(
            phrase.text
            for lexicon in lexicons
            for phrase in lexicon.phrases
            if phrase.role == "mark" and phrase.value == "preposition" and not lexicon.substring
        )
        self._months = frozenset(name for lexicon in lexicons for name in lexicon.months)
        self._abbreviations = frozenset().union(*(lexicon.abbreviations for lexicon in lexicons))
        self._sums = self._abbreviations & {name for lexicon in lexicons for name in lexicon.currencies}

    def read(self, text: Text) -> Reading:
        """What one document says. The same text always gives an equal reading."""
        if not text.content.strip():
            return Reading(reason=remark("the document holds no text"))
        page = normalise(text.content, self._abbreviations, self._months, self._leading, self._sums)
        languages = self._recogniser.of(page.shadow)
        squeezed = Squeezed(page.shadow)
        issuer = self._without_label(self._issuers.read(text.content, text.title, squeezed))
        if variants := self._variants(languages):
            page.spell(variants)
            squeezed = Squeezed(page.shadow)
        hits = self._finder.find(page.text, page.shadow, languages, squeezed)
        if issuer is not None and self._issuers.is_company(issuer.name):
            hits = outside_name(hits, page.shadow, issuer.name)
        binder = Binder(page, hits, self._tools, self._finder)
        tables = TableReader(binder, lambda words: self._issuers.whose(words, issuer))
        names = Names(text.content, issuer, self._issuers, self._is_certain)
        statements = self._statements(page, binder, tables, languages, names)
        slip = is_slip(statements)
        if slip and is_unpaid(statements):
            statements = []
        if slip:
            keep_per_share(statements, page.shadow, self._tools[languages[0]].amounts)
        own = find_own_day(statements, binder, languages, text)
        add_effects_today(statements, own, binder, languages)
        currency = default_currency(self.issuers, issuer)
        if any(
            fact.span.is_open for said in statements for fact in (*said.amounts, *said.totals, *said.prices)
        ) or _has_numeric(statements):
            currency = currency or home_currency(self._tools[languages[0]].lexicon.homes, page.shadow)
            currency = currency_of_dollar(issuer, page.shadow, currency)
        currency = _labelled_currency(page, statements, self._tools) or currency
        receipts = _ads_ratio(page, [self._tools[language] for language in languages])
        context = Context(text, page, issuer or Issuer(""), own.day, currency, self._tools, receipts, slip)
        assembler = Assembler(context)
        announcements = share_out(
            assembler.assemble(statements),
            statements,
            text.content,
            lambda words: self._issuers.read(words, ""),
        )
        announcements = doubt_others(announcements, statements, text.content, self._issuers, binder.hits)
        announcements = doubt_years(announcements, own, statements)
        doubts = (*doubts_of(issuer), *(doubts_of_name(issuer, text.content) if slip else ()))
        doubts += (*doubts_of_headlines(issuer, text.content, page.hidden), *own.doubts)
        report = find_report(statements, binder, languages) if announcements else None
        announcements = weigh(_doubted(announcements, doubts), statements, context.base, report)
        return Reading(
            announcements=announcements,
            refusals=assembler.refusals(),
            issuer=issuer,
            announced=own.day,
            language=languages[0],
            reason=None if announcements else _reason(statements),
        )

    def _is_certain(self, name: str) -> bool:
        """Whether a name is a company's: it has a legal form, or a person has described the company."""
        return self._issuers.is_company(name) or clean_name(name) in self._known

    def _variants(self, languages: tuple[str, ...]) -> dict[int, str]:
        """How signs are read that may be written in two ways: as the strongest language with signs of its own reads them."""
        lexicons = [self._tools[language].lexicon for language in languages]
        return next((lexicon.variants for lexicon in lexicons if lexicon.letters), {})

    def _without_label(self, issuer: Issuer | None) -> Issuer | None:
        """The issuer; a word that the lexicons know as a label ("Ex-date") is nobody's name."""
        if issuer is None or _plain(issuer.name) not in self._labels:
            return issuer
        return Issuer("", issuer.ids) if issuer.ids else None

    def _statements(
        self, page: Page, binder: Binder, tables: TableReader, languages: tuple[str, ...], names: Names
    ) -> list[Statement]:
        found: list[Statement] = []
        sections = Sections(binder, languages)
        for item in paired(page.items, binder, languages):
            if isinstance(item, Table):
                if not sections.hides_tables:
                    rows = vote_with(found[-1] if found else None, tables.read(item, languages))
                    lend_security(found, rows, page.shadow)
                    found += rows
                continue
            hidden = sections.enter(item)
            if hidden in ("rows", "related"):
                page.hidden.append((item.start, item.end))
            if not hidden:
                found.append(binder.read(item, languages))
        for said in found:
            doubt_counted(said, page.shadow, self._tools[said.language])
        drop_answered(found, page.shadow, self._tools)
        add_righted_days(found, binder, languages)
        drop_closures(found, page.shadow, self._tools)
        found = with_months(split_rolls(found, binder, languages, names), binder, languages)
        for index, said in enumerate(found):
            said.index = index
        doubt_years_listed(found, page)
        drop_compared(found, binder)
        drop_year_sums(found, binder)
        add_sheet_days(found, binder, languages)
        add_headed_days(found, binder, languages)
        add_meeting_lines(found, binder, languages)
        add_part_days(found, binder, languages)
        add_class_amounts(found, binder, languages)
        add_grid_amount(found, binder, languages)
        add_distant(found, binder, languages)
        end_choices(found)
        take_place(found)
        drop_names_of_splits(found)
        drop_names_of_shares(found)
        name_shares_handed_out(found, page, self._tools, names)
        lend_days(found, page.shadow, names)
        mark_blocks(found, names)
        mark_lines(found, names)
        mark_forms(found, names)
        mark_rows(found, names)
        mark_symbols(found, names)
        doubt_nameless(found)
        doubt_foreign(found, names)
        return found


def _doubted(announcements: tuple[Announcement, ...], doubts: tuple[Remark, ...]) -> tuple[Announcement, ...]:
    """The announcements with these further reasons to look at each of them."""
    return (
        tuple(replace(one, doubts=(*one.doubts, *doubts)) for one in announcements)
        if doubts
        else announcements
    )


_NAME = re.compile(r"\s{0,3}[:\t|][\s:|]{0,4}([^\W\d_]{3,12}(?: [^\W\d_]{3,12})?)(?![^\W\d_])")
_CODE = re.compile(r"\s{0,3}[:\t|][\s:|]{0,4}([a-z]{3})(?![a-z])")


def _labelled_currency(page: Page, statements: list[Statement], tools: Mapping[str, Tools]) -> str | None:
    """The one currency that stands right after a label for it ("Announced currency: NOK", "Norske kroner"); else None."""
    found = set()
    for hit in (mark for said in statements for mark in said.marks if mark.phrase.value == "currency"):
        code = _CODE.match(page.shadow, hit.end)
        name = _NAME.match(page.shadow, hit.end)
        if code and code[1].upper() in CODES:
            found.add(code[1].upper())
        elif name and name[1] in (names := tools[hit.phrase.language].lexicon.currencies):
            found.add(names[name[1]])
    return found.pop() if len(found - {"*"}) == 1 else None


def _ads_ratio(page: Page, tools: Iterable[Tools]) -> RatioSpan | None:
    """How many shares a depositary receipt stands for, where the document says so once for all; else None."""
    found = [span for one in tools for span in one.amounts.ads_ratios(page.shadow, 0, len(page.shadow))]
    return found[0] if len({span.ratio for span in found}) == 1 else None


def _has_numeric(statements: list[Statement]) -> bool:
    """Whether a date stands there whose order of day and month the market has to tell."""
    return any(fact.span.other is not None for said in statements for fact in said.dates)


def _reason(statements: list[Statement]) -> Remark:
    if not any(said.events for said in statements):
        return remark("no words for a corporate action were found")
    if not any(said.dates for said in statements):
        return remark("a corporate action is mentioned, but no date belongs to it")
    return remark("the dates that were found belong to no action that is announced here")


def _plain(text: str) -> str:
    return text.casefold().replace("-", " ").strip()
