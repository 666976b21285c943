"""Doubts about dates that are another company's: a document also tells of parents, subsidiaries, targets and peers.

- subject: a sentence that does not name the issuer begins with another company ("Granby plc: dividend of 12p ...").
- owner: another company is named right beside the name of an action, or words for those who decide or are paid ("the
  annual general meeting of Granby plc", "Granby plc's final dividend", "shareholders of Granby plc").
- amount: another company stands right before an amount, in brackets or behind a dash ("Granby plc (12p)"), and no frame
  has made that a statement of the company's own.
- table: the row or column is headed by another company.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from calendar_service.extract.issuer.issuers import IssuerReader
from calendar_service.extract.lexicon.actions import CASH, HANDED_OUT, MEETINGS, SHARES, SPLITS
from calendar_service.extract.lexicon.phrases import Hit, Hits
from calendar_service.extract.sentence.statements import Statement, statement_at
from calendar_service.model.announcement import Announcement, Issuer
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.values import Evidence

Span = tuple[int, int]

_DOUBTED = HANDED_OUT | SPLITS | MEETINGS
# A spin-off names the shares of the other company; "payable by Granby Bank" names who only hands the money on.
_OWNING = CASH | SHARES | SPLITS | MEETINGS | {"declares", "decides", "approved", "payees", "record", "ex"}
_OF_OTHERS = frozenset({"payer", "receives", "held_by"})  # marks that tell who pays
_OF_AFFILIATES = frozenset({"affiliate"})  # whose shares are handed out
_SENTENCE = 600  # of a sentence so much is looked at
_BEGINNING = 24  # "Separately, Norwood Steel Corp. ..."
_SHARE = 8  # "が 30.5", between who holds shares and the words for that
_APPOSED = re.compile(r"[^,;()]{0,8}|\s?\([^()\n]{1,30}\)\s?")  # a symbol behind a name
_BESIDE = re.compile(r"(?![.:]\s)[^,;()\d\n\t]{0,12}")
_LEADS = re.compile(
    r"[ \t]{0,2}(?:[(\[]|[–—:-][ ])[^\d\n()\[\]–—:-]{0,12}\Z"
)  # to an amount: " (", " – interim "
_NAME = 160
# "shareholders of Granby plc receive the dividend", "we note that Granby plc pays a dividend": the company is the subject
_SUBJECT = re.compile(
    r"(?:\b(?:(?:share|stock|unit|security)(?:holders|owners)|holders|members|investors) (?:of|in)"
    r"|\b(?:that|dass|que|che|dat|att|at|että)) (?:the )?\Z"
)
_THAT = re.compile(r"\b(?:dass|que|che|dat|att|at|että) (?:a |la )?\Z")
_SAYS = re.compile(r"[^,;:()\d\n\t]{0,48}")
_LED = 32  # so far before a name its leading words begin
_HEADS = 3  # so many sentences may be those of a title
_MOST = 4  # so many dates of an announcement are looked at
_MOST_HEADS = 40  # so many heads of one table are asked whether they name the issuer


def doubt_others(
    announcements: tuple[Announcement, ...],
    statements: Sequence[Statement],
    content: str,
    issuers: IssuerReader,
    hits: Hits,
) -> tuple[Announcement, ...]:
    """The announcements, with a doubt where what dates one is another company's."""
    told = _Told(statements, content)
    asked: dict[tuple[int, Span | None, str, frozenset[str]], str] = {}

    def owner(proof: Evidence, issuer: Issuer, beside: frozenset[str]) -> str:
        said = told.by(proof)
        key = (said.start, said.head, issuer.name, beside)
        if key not in asked:
            named = hits.within(said.start, said.end, hits.languages)
            named = [hit for hit in named if hit.phrase.value not in beside]
            asked[key] = (
                told.row_owner(said, issuer, issuers, named)
                if said.from_table
                else _owner(said, named, content, issuer, issuers)
            )
        return asked[key]

    found = []
    headed = _headed(told, hits)
    for one in announcements:
        paid = one.event_type.value in HANDED_OUT
        doubted = one.event_type.value in _DOUBTED
        proofs = [item.evidence for item in one.dates if item.evidence][:_MOST] if doubted else []
        beside = _OF_AFFILIATES if one.event_type.value == "spin_off" else frozenset() if paid else _OF_OTHERS
        names = [name for proof in proofs if (name := owner(proof, one.issuer, beside))]
        names += [name for proof in _also_of(one) if (name := told.affiliate(proof, hits))]
        if headed:
            names.append(headed)
        doubts = [_speaks_of(name) for name in names[:1]]
        found.append(replace(one, doubts=(*one.doubts, *doubts)) if doubts else one)
    return tuple(found)


def _also_of(one: Announcement) -> list[Evidence]:
    """The proofs of what only words for a subsidiary or parent make another company's: a name that changes, since the new one
    is no other company, and the amount of a dividend.
    """
    amount = one.amount.evidence if one.amount and one.event_type.value in HANDED_OUT else None
    dates = [item.evidence for item in one.dates] if one.event_type.value == "name_change" else []
    return [proof for proof in (*dates, amount) if proof is not None]


def _headed(told: _Told, hits: Hits) -> str:
    """The words of a title by which what follows is another company's; "" where there are none."""
    heads = [said for said in told.statements[:_HEADS] if not (said.dates or said.amounts)]
    named = (hit for said in heads for hit in hits.within(said.start, said.end, hits.languages))
    theirs = next((hit for hit in named if hit.phrase.value == "theirs"), None)
    return told.content[theirs.start : theirs.end] if theirs else ""


def _speaks_of(name: str) -> Remark:
    return remark("a sentence speaks of another company: {name}", name=name)


def doubts_of_headlines(issuer: Issuer | None, content: str, hidden: Sequence[Span]) -> tuple[Remark, ...]:
    """The doubt about a company that only lines without news name, as the headlines of other texts: it is not the sender.

    `hidden` are the places of such lines.
    """
    proof = issuer.evidence if issuer else None
    if proof is None or not any(start <= proof.start < end for start, end in hidden):
        return ()
    place = 0
    for start, end in sorted(hidden):
        if content.find(proof.quote, place, start) >= 0:
            return ()
        place = max(place, end)
    if content.find(proof.quote, place) >= 0:
        return ()
    return (_speaks_of(proof.quote),)


class _Told:
    """The statements of a document, to be found again by the proofs of their dates."""

    def __init__(self, statements: Sequence[Statement], content: str) -> None:
        self.statements = statements
        self.content = content
        self.by_quote = {
            fact.quote: said
            for said in statements
            for fact in said.dates
            if said.start <= fact.quote[0] < said.end  # a list's rows have those of the sentence around
        }
        self.own: dict[tuple[int, str], bool] = {}  # whether one of a table's heads names an issuer
        self.heads: dict[int, list[str]] = {}  # of rows and columns, by the paragraph of their table
        for said in statements:
            if said.head:
                self.heads.setdefault(said.block, []).append(content[slice(*said.head)])

    def by(self, proof: Evidence) -> Statement:
        """The statement that a date was read from; columns of one table share their place, not their dates."""
        found = self.by_quote.get((proof.start, proof.end))
        return found or statement_at(self.statements, proof.start)

    def affiliate(self, proof: Evidence, hits: Hits) -> str:
        """The words for a subsidiary or parent at the beginning of the sentence of a proof; "" where there are none."""
        said = self.by(proof)
        near = _affiliate(said, hits.within(said.start, said.end, hits.languages))
        return self.content[near.start : near.end] if near else ""

    def row_owner(self, said: Statement, issuer: Issuer, issuers: IssuerReader, named: Sequence[Hit]) -> str:
        """The other company that heads a row or column; "" where none does.

        Beside one that is headed by the issuer's name, a head without any words of ours is another company's name.
        """
        if said.head is None or not issuer.name:
            return ""
        head = self.content[slice(*said.head)]
        whose = issuers.whose(head, issuer)
        if whose == "" and not any(said.head[0] <= hit.start < said.head[1] for hit in named):
            key = (said.block, issuer.name)
            if key not in self.own:
                heads = self.heads[said.block][:_MOST_HEADS]
                self.own[key] = any(issuers.is_named(other, issuer) for other in heads)
            whose = "other" if self.own[key] else ""
        return head if whose == "other" else ""


def _owner(
    said: Statement, acting: Sequence[Hit], content: str, issuer: Issuer, issuers: IssuerReader
) -> str:
    """The other company that a sentence is about; "" where it is the issuer, or nobody is named."""
    if not issuer.name:  # then only words for who pays tell of others
        payer = next((hit for hit in acting if hit.phrase.value == "payer"), None)
        return content[payer.start : payer.end] if payer else ""
    near = _affiliate(said, acting) or next(
        (hit for hit in acting if _is_of_holding(hit, content, issuer, issuers)), None
    )
    if near is not None:
        return content[near.start : near.end]
    words = content[said.start : min(said.end, said.start + _SENTENCE)]
    others = issuers.others(words, issuer)
    place = next((span for span in others if _owns(said, acting, span, words)), None)
    place = place or _with_amount(said, words, issuer, issuers)
    if place is None and others and others[0][0] <= _BEGINNING and not issuers.is_named(words, issuer):
        place = others[0]
    return " ".join(words[slice(*place)].split()) if place else ""


def _affiliate(said: Statement, acting: Sequence[Hit]) -> Hit | None:
    """The words for a subsidiary or parent at the beginning of a sentence."""
    affiliates = (hit for hit in acting if hit.phrase.value == "affiliate")
    return next((hit for hit in affiliates if hit.start - said.start <= _BEGINNING), None)


def _is_of_holding(hit: Hit, content: str, issuer: Issuer, issuers: IssuerReader) -> bool:
    """Whether words say that another company pays, whose shares the issuer holds ("from its associate", "in which Granby holds").

    In scripts without word borders who holds shares stands before the words for that ("Granbyが30%の株式を保有する").
    """
    size, is_ascii = len(issuer.name), issuer.name.isascii()
    if hit.phrase.value not in _OF_OTHERS:
        return False
    low = max(0, hit.start - size - _SHARE)
    before, behind = content[low : hit.start], content[hit.end : hit.end + size + 1]
    is_behind = issuers.is_named(behind, issuer) or issuer.name in behind
    if hit.phrase.value == "payer":  # but no "子会社であるGranby", which is the issuer
        return is_ascii or not is_behind
    if hit.phrase.value == "receives":
        place = content.rfind(issuer.name, max(0, low - _LED), hit.start)
        is_beside = place >= 0 and _APPOSED.fullmatch(content, place + size, hit.start) is not None
        return is_beside and _is_subject(content[max(0, place - _LED) : place])
    return is_behind or (not is_ascii and issuer.name in before)


def _is_subject(led: str) -> bool:
    """Whether the name behind these words is the subject: it begins a clause, and no small word leads to it ("holders of Granby")."""
    words = led.split()
    return not words or not words[-1].islower() or not words[-1].isalpha() or _THAT.search(led) is not None


def _owns(said: Statement, acting: Sequence[Hit], name: Span, words: str) -> bool:
    """Whether a company is named right beside the name of an action, or words for those who decide or are paid.

    As the subject of what is told it may stand some words before it ("we note that Granby plc has declared a dividend").
    """
    spans = [(hit.start - said.start, hit.end - said.start) for hit in acting if hit.phrase.value in _OWNING]
    led = " ".join(words[max(0, name[0] - _LED) : name[0]].lower().split()) + " "
    if _SUBJECT.search(led) and any(
        name[1] <= start <= len(words) and _SAYS.fullmatch(words, name[1], start) for start, _ in spans
    ):
        return True
    beside = words[max(0, name[0] - 2) : name[0]], words[name[1] : name[1] + 2]
    if beside == (", ", ", "):  # "its largest holding, Granby plc, declared a dividend"
        name = name[0], name[1] + 1
    return any(
        _BESIDE.fullmatch(words, first[1], second[0]) is not None
        for span in spans
        for first, second in ((span, name), (name, span))
        if first[1] <= second[0] <= len(words)
    )


def _with_amount(said: Statement, words: str, issuer: Issuer, issuers: IssuerReader) -> Span | None:
    """The other company that stands right before an amount in brackets or behind a dash or colon; None where none does."""
    starts = (fact.span.start - said.start for fact in (*said.amounts, *said.totals))
    for start in [one for one in starts if one <= len(words)][:_MOST]:
        low = max(0, start - _NAME)
        lead = _LEADS.search(words, low, start)
        # Cut off before the sign, by which the end of a dateline would be told from a name.
        others = issuers.others(words[low : lead.start()], issuer) if lead else []
        if lead and others and others[-1][1] + low == lead.start():
            return others[-1][0] + low, others[-1][1] + low
    return None
