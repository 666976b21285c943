"""Identifiers of securities and companies whose form and check digit tell them apart: ISIN, CUSIP, SEDOL, LEI, CIK."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from calendar_service.model.values import SecurityId

MOST = 60  # identifiers of one document; a list of hundreds of funds is no issuer

_ISIN = re.compile(r"([A-Z](?<![A-Z0-9][A-Z])[A-Z][A-Z0-9]{9}\d)(?![A-Z0-9])")
_CUSIP = re.compile(r"\bCUSIPs?(?: (?:number|no\.?|#))?\s{0,12}[:#]?\s{0,12}([0-9A-Z]{9})\b", re.IGNORECASE)
_SEDOL = re.compile(r"\bSEDOLs?\s{0,12}[:#]?\s{0,12}([0-9B-DF-HJ-NP-TV-Z]{7})\b", re.IGNORECASE)
_LEI = re.compile(r"\bLEI\b[^A-Z0-9\n]{0,12}([A-Z0-9]{18}\d\d)\b")
_CIK = re.compile(r"CENTRAL INDEX KEY:\s{0,12}(\d{10})|\bCIK\s?[:#]?\s?(\d{6,10})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Identifier:
    """An identifier with its place in the text."""

    id: SecurityId
    start: int
    end: int


def is_isin(value: str) -> bool:
    """Whether the check digit of an ISIN (ISO 6166) is right."""
    from stdnum import isin

    return bool(isin.is_valid(value))


def is_cusip(value: str) -> bool:
    """Whether the check digit of a CUSIP (ANSI X9.6) is right."""
    from stdnum import cusip

    return bool(cusip.is_valid(value))


def is_sedol(value: str) -> bool:
    """Whether the check digit of a SEDOL is right."""
    from stdnum.gb import sedol

    return bool(sedol.is_valid(value))


def is_lei(value: str) -> bool:
    """Whether the check digits of an LEI (ISO 17442) are right."""
    from stdnum import lei

    return bool(lei.is_valid(value))


def find_identifiers(text: str) -> Iterator[Identifier]:
    """Identifiers with a right check digit, up to a bound. WKN and Valor numbers have none and are left out."""
    yield from islice(_find(text), MOST)


def _find(text: str) -> Iterator[Identifier]:
    upper = text.upper()
    for match in _ISIN.finditer(text):
        if is_isin(match[1]):
            yield Identifier(SecurityId("isin", match[1]), match.start(1), match.end(1))
    for scheme, pattern, is_valid in (
        ("cusip", _CUSIP, is_cusip),
        ("sedol", _SEDOL, is_sedol),
        ("lei", _LEI, is_lei),
    ):
        for match in pattern.finditer(text) if scheme.upper() in upper else ():
            if is_valid(match[1].upper()):
                yield Identifier(SecurityId(scheme, match[1].upper()), match.start(1), match.end(1))
    for match in _CIK.finditer(text) if "CIK" in upper or "CENTRAL INDEX KEY" in upper else ():
        group = 1 if match[1] else 2
        yield Identifier(SecurityId("cik", match[group].zfill(10)), match.start(group), match.end(group))
