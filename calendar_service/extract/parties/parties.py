"""Whose action it is, where a document tells of several companies: a digest, an exchange's list.

A company counts as named where its market and symbol stand in brackets, in the sentence itself. A sentence that names
one company is that company's. One that names several, or none where the document's sentences name others, leaves a
doubt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.actions import HANDED_OUT, MEETINGS, SPLITS
from calendar_service.extract.parties.owners import DOUBT
from calendar_service.extract.sentence.statements import Statement, statement_at
from calendar_service.model.announcement import Announcement, Issuer

_LISTED = re.compile(
    r"[(（\[][^()（）\[\]\n:：]{1,40}[:：][ ]?([A-Z0-9][A-Z0-9.\-]{0,7})(?:[;,/][^()（）\[\]\n]{0,60})?[)）\]]"
)
_OWN = HANDED_OUT | SPLITS | MEETINGS


def share_out(
    announcements: tuple[Announcement, ...],
    statements: Sequence[Statement],
    content: str,
    read: Callable[[str], Issuer | None],
) -> tuple[Announcement, ...]:
    """The announcements, each with the company that its own sentence names; `read` gives the issuer of a sentence."""
    named = [_named(one, statements, content) for one in announcements]
    stems = {_stem(symbol)[:3] for symbols, _ in named for symbol in symbols}
    stems |= {_stem(symbol)[:3] for one in announcements for symbol in _symbols(one.issuer)}
    if len(stems) < 2 or all(
        _are_own(symbols, one.issuer) for one, (symbols, _) in zip(announcements, named, strict=True)
    ):
        return announcements
    return tuple(
        _settle(one, symbols, words, read) for one, (symbols, words) in zip(announcements, named, strict=True)
    )


def _settle(
    one: Announcement, symbols: set[str], words: str, read: Callable[[str], Issuer | None]
) -> Announcement:
    """An announcement of a document whose sentences name other companies too."""
    if symbols and _are_own(symbols, one.issuer):
        return one
    if len(symbols) == 1:
        own = read(words)
        if own is not None and own.name and _symbols(own) and _are_own(symbols, own):
            return replace(one, issuer=own)
    return replace(one, doubts=(*one.doubts, DOUBT))


def _named(one: Announcement, statements: Sequence[Statement], content: str) -> tuple[set[str], str]:
    """The symbols that the announcement's own sentence names, and the sentence."""
    place = _place_of(one)
    if place is None or one.event_type.value not in _OWN:
        return set(), ""
    said = statement_at(statements, place)
    words = content[said.start : said.end]
    return {match[1] for match in _LISTED.finditer(words)}, words


def _place_of(one: Announcement) -> int | None:
    proofs = [one.amount.evidence] if one.amount else []
    proofs += [item.evidence for item in one.dates]
    return next((proof.start for proof in proofs if proof), None)


def _are_own(symbols: set[str], issuer: Issuer) -> bool:
    """Whether the symbols are the issuer's: classes and preferred shares share their beginning with the others."""
    own = {_stem(one) for one in _symbols(issuer)}
    return all(any(_stem(one) == stem or _stem(one)[:3] == stem[:3] for stem in own) for one in symbols)


def _stem(symbol: str) -> str:
    return re.split(r"[.\-]", symbol)[0]


def _symbols(issuer: Issuer) -> set[str]:
    return {one.value for one in issuer.ids if one.scheme == "ticker"}
