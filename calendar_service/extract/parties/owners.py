"""Whose a statement is: the issuer's of the document, or that of another company, which its own line, row or item names.

Three shapes name a company: a line of a digest (digests.py), an item of a roll (rolls.py), a row of a table (here). Each
marks its statements with their owner before they are assembled, and the announcements are then the owner's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from calendar_service.extract.issuer.issuers import IssuerReader, clean_name
from calendar_service.extract.sentence.statements import Owner, Statement
from calendar_service.model.announcement import Issuer
from calendar_service.model.remarks import remark

Span = tuple[int, int]

DOUBT = remark("several companies are named, and which of them announces this is not certain")
_ROWS = 2  # so many companies make a table of them


class Names(NamedTuple):
    """What is known of the names that stand in one document.

    `is_certain` tells whether a name is a company's beyond doubt: it has a legal form, or a person has described it.
    """

    content: str
    issuer: Issuer | None
    issuers: IssuerReader
    is_certain: Callable[[str], bool]

    def is_company(self, words: str) -> bool:
        """Whether words end in a company's legal form."""
        return self.issuers.is_company(words)

    def is_issuer(self, name: str) -> bool:
        """Whether a name is that of the document's issuer, with or without its legal form."""
        return self.issuer is not None and self.without_form(self.issuer.name) == self.without_form(name)

    def without_form(self, name: str) -> str:
        """A name to compare: in small letters, without the last word where that is what makes it a company's."""
        words = name.casefold().split()
        form = self.is_company(name) and len(words) > 1 and not self.is_company(" ".join(name.split()[:-1]))
        return " ".join(words[:-1] if form else words)

    def companies(self, start: int, end: int) -> list[str]:
        """The names of companies in a part of the text, with their legal forms; no agents."""
        words = self.content[start:end]
        return [words[slice(*place)] for place in self.issuers.others(words, Issuer(""))]

    def owner(self, place: Span, rule: str, reach: Span | None = None) -> Owner:
        """The company that the words at this place name."""
        name = clean_name(self.content[slice(*place)])
        same = self.issuer is not None and self.is_issuer(name)
        ids = self.issuer.ids if self.issuer and same else ()
        return Owner(name, self.without_form(name), ids, place, rule, reach)


def mark_rows(statements: Sequence[Statement], names: Names) -> None:
    """Tells the rows of tables that are headed by companies ("Harrow Tool Corp | ...") whose they are.

    One row alone may name the share of the document's issuer, and is left as it is.
    """
    rows = [(said, place) for said in statements if (place := _row_name(said)) and said.owner is None]
    told = {place: clean_name(names.content[slice(*place)]) for _, place in rows}
    companies = {name for name in told.values() if names.is_company(name)}
    if len(companies) >= _ROWS:
        for said, place in rows:
            if told[place] in companies:
                said.owner = names.owner(place, "security")


def doubt_foreign(statements: Sequence[Statement], names: Names) -> None:
    """Doubts what a company's own document tells of others: only an exchange or a newsletter speaks for them all.

    Whose document it is, is told outside of the lines and rows that are each a company's. A family of funds shares the
    first word of its names with the house that speaks for it.
    """
    issuer = names.issuer
    proof = issuer.evidence if issuer else None
    owned = [said for said in statements if said.owner is not None]
    if issuer is None or proof is None or any(said.start <= proof.start < said.end for said in owned):
        return
    for said in owned:
        if said.owner and names.issuers.whose(said.owner.name, issuer) == "other":
            said.doubts.append(remark("told in a document of another company: {name}", name=issuer.name))


def _row_name(said: Statement) -> Span | None:
    """What names a row of a table: the cell that heads it, or the security that it tells of."""
    if not said.from_table:
        return None
    return said.securities[0] if said.securities and said.head is None else said.head
