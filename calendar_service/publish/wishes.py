"""What a subscription asks for, in a few lines that its reader can check before saying yes.

Anybody can have this sent to any address, so that nothing in it is what somebody typed: words and addresses of sites
fit into lists of tickers and markets too. Companies and markets are named where we know them; of the others stands
only how many there are. A company's name is quoted, so that one with a comma does not read as two.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from calendar_service.model.records import StoredIssuer
from calendar_service.model.subscription import Rhythm, Subscription
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import Words, mark

MOST = 12  # companies that are named; of more, how many there are

_QUOTES = str.maketrans(
    dict.fromkeys('"“”„‟«»‹›「」『』〝〞〟＂', "'")
)  # inside a name that is quoted itself

_RHYTHMS = {
    Rhythm.SINGLE: mark("A mail for each date"),
    Rhythm.DAILY: mark("One mail a day, on days with something to tell"),
    Rhythm.WEEKLY: mark("One mail a week, in weeks with something to tell"),
}


def describe_wish(
    subscription: Subscription, issuers: Sequence[StoredIssuer], markets: Collection[str], words: Words
) -> list[str]:
    """The companies, kinds of action and dates, and when mails come, a line each.

    `issuers` are those that it names; `markets` all that are known, by their codes.
    """
    selection = subscription.selection
    lines = [words.say("Companies: {names}", names=_name_companies(subscription, issuers, words))]
    if selection.markets:
        lines.append(words.say("Markets: {names}", names=_name_markets(selection.markets, markets, words)))
    if selection.event_types:
        types = [words.event_type(item) for item in selection.event_types]
        lines.append(words.say("Kinds of action: {names}", names=_list(types)))
    planned = [kind for kind, leads in subscription.plan.leads if leads]
    kinds = [kind for kind in planned if not selection.kinds or kind in selection.kinds]
    lines.append(words.say("Dates: {names}", names=_list([words.kind(kind) for kind in kinds])))
    lines.append(words.say(_RHYTHMS[subscription.plan.rhythm]))
    zone = clean_line(subscription.zone, 60)
    lines.append(words.say("Sent at {hour}:00 ({zone})", hour=subscription.hour, zone=zone))
    return lines


def _name_companies(subscription: Subscription, issuers: Sequence[StoredIssuer], words: Words) -> str:
    selection = subscription.selection
    if not selection.issuers and not selection.tickers:
        return words.say("all")
    known = {ticker for issuer in issuers for ticker in issuer.tickers}
    known |= {ticker.partition(":")[2] for ticker in known}
    names = [
        words.say("“{name}”", name=name)
        for name in sorted((_clean_name(issuer) for issuer in issuers), key=str.casefold)
    ]
    unknown = sum(ticker.upper() not in known for ticker in selection.tickers)
    shown = _list(names[:MOST])
    if len(names) > MOST:
        shown = words.say("{names} and {count} more", names=shown, count=len(names) - MOST)
    return _list([*filter(None, [shown]), *_count(unknown, words)]) or words.say("none that is known yet")


def _clean_name(issuer: StoredIssuer) -> str:
    return clean_line(issuer.name, 60).translate(_QUOTES) or issuer.id


def _name_markets(wanted: Sequence[str], known: Collection[str], words: Words) -> str:
    names = [market for market in wanted if market in known]
    return _list([*names, *_count(len(wanted) - len(names), words)])


def _count(unknown: int, words: Words) -> list[str]:
    return [words.say("{count} not known yet", count=unknown)] if unknown else []


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
