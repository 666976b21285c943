"""Shares that are handed out, and called a distribution or a dividend: those of another company are a spin-off ("one share of
Harness Aerospace for every four shares of Allegheny"), those of the issuer a dividend in shares.

What "the distribution" or "the dividend" is in the sentences around such terms is no money.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from calendar_service.extract.candidates.amounts import RatioSpan
from calendar_service.extract.lexicon.actions import CASH, OFFERS, SPLITS
from calendar_service.extract.lexicon.lexicon import Phrase
from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import Page
from calendar_service.extract.parties.owners import Names
from calendar_service.extract.sentence.statements import Statement, Tools

_SPUN_OFF, _OWN = "spin_off", "stock_dividend"
_RULE = "frame.shares_handed_out"
_NEAR = 4  # so many statements around the terms "the distribution" is that of the shares
#: Terms of these are told in shares of another company, too, and hand out nothing.
_EXCHANGED = OFFERS | SPLITS | {"merger"}
#: A name with capitals, right behind words that lead to it, and right before words for shares.
_NAME = r"[A-Z][\w&.'-]{0,30}(?:\s(?:[A-Z][\w&.'-]{0,30}|&|of|and)){0,6}"
_AHEAD, _BACK = re.compile(rf"\s({_NAME})"), re.compile(rf"(?<![\w&])({_NAME})\s\Z")
_WORD = re.compile(r"[^\W\d_]+")


def name_shares_handed_out(
    statements: Sequence[Statement], page: Page, tools: Mapping[str, Tools], names: Names
) -> None:
    """Names what holders get where the terms tell of shares, and the words around them only of a distribution or a dividend.

    Where the document tells of an offer, a merger or a split, they may be the terms of that.
    """
    if any(hit.phrase.value in _EXCHANGED for said in statements for hit in said.events):
        return
    kinds: dict[int, str] = {}
    for said in statements:
        terms = _terms_in(said, page, tools[said.language])
        if terms is None:
            continue
        other = _names_another(terms, page, tools[said.language], names)
        kinds[said.index] = _SPUN_OFF if other else _OWN
        said.ratios = said.ratios or [terms]
        if other and not said.events and said.dates:
            said.events = [Hit(terms.start, terms.end, Phrase(_RULE, "event", _SPUN_OFF, said.language))]
    for said in statements if kinds else ():
        around = range(said.index - _NEAR, said.index + _NEAR + 1)
        near = [kinds[place] for place in around if place in kinds]
        if near and not said.amounts:
            said.events = [
                hit._replace(phrase=replace(hit.phrase, value=near[0])) if hit.phrase.value in CASH else hit
                for hit in said.events
            ]


def _terms_in(said: Statement, page: Page, tools: Tools) -> RatioSpan | None:
    """The terms in which a statement hands out shares, and no money."""
    if not said.has("hands_out") or said.amounts or set(said.types()) - CASH:
        return None
    found = said.ratios or tools.amounts.ratios(page.shadow, said.start, said.end)
    return next((one for one in found if tools.shares.search(page.shadow, one.start, one.end)), None)


def _names_another(terms: RatioSpan, page: Page, tools: Tools, names: Names) -> bool:
    """Whether the terms name a company other than the issuer."""
    span = (terms.start, terms.end)
    ahead = (
        _AHEAD.match(page.text, one.end(), terms.end) for one in tools.shares_of.finditer(page.shadow, *span)
    )
    back = (
        _BACK.search(page.text[terms.start : one.start()])
        for one in tools.shares.finditer(page.shadow, *span)
    )
    found = [match[1] for match in (*ahead, *back) if match]
    return any(
        not names.is_issuer(name) and not tools.is_plain(_WORD.findall(name.casefold())) for name in found
    )
