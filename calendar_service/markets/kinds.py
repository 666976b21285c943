"""Which kind of action a word, a code or a line of free text means, as far as ex-dates depend on it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from calendar_service.model.codes import EventType


class Kind(NamedTuple):
    """What was understood: the event type (None: nothing), and what makes it special.

    `large` says that the text itself speaks of a large distribution or of due bills, `foreign` that
    it speaks of depositary receipts or a foreign line.
    """

    event_type: EventType | None
    large: bool = False
    foreign: bool = False


PLAIN = Kind(EventType.CASH_DIVIDEND)

_CODES = {
    "DVCA": EventType.CASH_DIVIDEND,
    "DVOP": EventType.OPTION_DIVIDEND,
    "DRIP": EventType.OPTION_DIVIDEND,
    "DVSC": EventType.OPTION_DIVIDEND,
    "DVSE": EventType.STOCK_DIVIDEND,
    "CAPD": EventType.CAPITAL_RETURN,
    "SHPR": EventType.CAPITAL_RETURN,
    "CAPG": EventType.SPECIAL_DIVIDEND,
    "DECR": EventType.CAPITAL_RETURN,
    "SPLF": EventType.STOCK_SPLIT,
    "SPLR": EventType.REVERSE_SPLIT,
    "BONU": EventType.BONUS_ISSUE,
    "RHDI": EventType.RIGHTS_ISSUE,
    "RHTS": EventType.RIGHTS_ISSUE,
    "EXRI": EventType.RIGHTS_ISSUE,
    "SOFF": EventType.SPIN_OFF,
    "MRGR": EventType.MERGER,
    "TEND": EventType.TENDER_OFFER,
    "BIDS": EventType.BUYBACK,
    "EXOF": EventType.EXCHANGE_OFFER,
    "CHAN": EventType.NAME_CHANGE,
    "LIQU": EventType.LIQUIDATION,
}

# Looked for in this order: what would be derived wrongly before what may be derived. Each word is
# a regular expression between word boundaries of the Latin script.
_WORDS: tuple[tuple[EventType, tuple[str, ...]], ...] = (
    (
        EventType.SPIN_OFF,
        (
            r"spin[\s_-]*(?:off|out)s?",
            r"de[\s_-]?merge\w*",
            r"split[\s_-]*offs?",
            r"carve[\s_-]*outs?",
            r"in (?:specie|kind)",
            r"abspaltung|scission|scissione|escisi[oó]n|cisão|分拆|会社分割",
        ),
    ),
    (EventType.REVERSE_SPLIT, (r"reverse", r"consolidat\w*", r"grupamento|株式併合|併股")),
    (
        EventType.OPTION_DIVIDEND,
        (
            r"scrip|drip|option(?:al)?|elect(?:ion|ive)?|choice|reinvest\w*",
            r"(?:cash|stock|shares?) or (?:cash|stock|shares?|scrip)",
            r"wahldividende|dividendo (?:flexible|opci[oó]n)",
        ),
    ),
    (
        EventType.RIGHTS_ISSUE,
        (
            r"rights?|warrants?|subscription|open offer|entitlement (?:offer|issue)",
            r"bezugsrecht\w*|subscrição|suscripci[oó]n",
        ),
    ),
    (EventType.BONUS_ISSUE, (r"bonus|free shares?|capitali[sz]ation issue", r"bonifica\w+|送股|無償")),
    (EventType.STOCK_DIVIDEND, (r"(?:stock|share)[\s_-](?:dividend|distribution)s?|dividend in shares",)),
    (EventType.STOCK_SPLIT, (r"split\w*|sub[\s_-]?divi\w*", r"desdobramento|株式分割|拆股|拆細")),
    (
        EventType.CAPITAL_RETURN,
        (
            r"(?:return|repayment|reduction|distribution) of (?:capital|par|nominal)",
            r"capital[\s_-](?:return|reduction|repayment|distribution|gains?)|par value|roc",
            r"nennwert\w*|restitui\w*",
        ),
    ),
    (EventType.LIQUIDATION, (r"liquidat\w*|wind(?:ing)?[\s_-]up|dissolution",)),
    (EventType.MERGER, (r"merger|amalgamation|takeover|acqui\w*|arrangement|business combination",)),
    (EventType.TENDER_OFFER, (r"tender|dutch auction",)),
    (EventType.BUYBACK, (r"buy[\s_-]*backs?|repurchase\w*",)),
    (EventType.EXCHANGE_OFFER, (r"exchange[\s_-]offer|conversion|redemption|redeem\w*",)),
    (EventType.NAME_CHANGE, (r"(?:name|ticker|symbol|isin)[\s_-]change",)),
    (
        EventType.SPECIAL_DIVIDEND,
        (
            r"special|extra|extraordinary (?:cash )?(?:dividend|distribution)|non[\s_-]recurring",
            r"one[\s_-](?:time|off)|exceptional|supplement\w*|additional",
            r"sonder\w*|exceptionnel\w*|straordinari\w*|extraordinari[oa]|特別|特别|記念",
        ),
    ),
    (
        EventType.CASH_DIVIDEND,
        (
            r"dividend(?:s|e|en|o|os|as|i)?|div|dividen|jcp|juros|distributions?|payout|income|cash",
            r"配当|股息|派息|现金红利|現金紅利|现金分红|배당",
        ),
    ),
    (EventType.ANNUAL_MEETING, (r"meeting|a\.?g\.?m|e\.?g\.?m",)),
    (
        EventType.CASH_DIVIDEND,
        (
            r"interim|final|regular|ordinary|quarterly|monthly|yearly|(?:semi[\s_-]?)?annual|half[\s_-]year\w*|q[1-4]",
        ),
    ),
)
_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![a-zà-ÿ])(?:{'|'.join(words)})(?![a-zà-ÿ])", re.IGNORECASE))
    for kind, words in _WORDS
)
_LARGE = re.compile(
    r"(?<![a-z])(?:large|due[\s_-]?bills?|deferred)(?![a-z])|[≥>]=?\s*(?:2[5-9]|[3-9]\d)\s*%", re.IGNORECASE
)
_FOREIGN = re.compile(
    r"(?<![a-z])(?:ad[rs]s?|gd[rs]s?|bdrs?|cdis?|depositary|foreign|cross[\s_-]?list\w*|dual[\s_-]?list\w*|"
    r"inter[\s_-]?listed|secondary (?:line|listing))(?![a-z])",
    re.IGNORECASE,
)
_LONGEST = 500  # characters that are looked at: an event is a few words


@lru_cache(maxsize=4096)
def classify(text: str) -> Kind:
    """The kind that the text means; an empty text is an ordinary cash dividend.

    Event types by their own word ("special_dividend") and ISO 15022 codes ("DVCA") are understood,
    and free text ("Interim Dividend - Rs 5 per share"). A text without a known word has no event type.
    """
    words = " ".join(text[:_LONGEST].split())
    if not words:
        return PLAIN
    large, foreign = bool(_LARGE.search(words)), bool(_FOREIGN.search(words))
    found = _CODES.get(words.upper()) or _by_name(words) or _by_words(words)
    return Kind(found, large, foreign)


def _by_name(words: str) -> EventType | None:
    try:
        return EventType(words.lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        return None


def _by_words(words: str) -> EventType | None:
    return next((kind for kind, pattern in _PATTERNS if pattern.search(words)), None)
