"""What a subscription asks for, in a few lines that its reader can check before saying yes.

Companies are named by our own data, never by what somebody typed; a ticker that no company is known by
stands as it was asked for, since it holds nothing but capitals, digits and signs that tickers have.
"""

from __future__ import annotations

from collections.abc import Sequence

from calendar_service.model.records import StoredIssuer
from calendar_service.model.subscription import Rhythm, Subscription
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import Words, mark

MOST = 12  # companies that are named; of more, how many there are

_RHYTHMS = {
    Rhythm.SINGLE: mark("A mail for each date"),
    Rhythm.DAILY: mark("One mail a day, on days with something to tell"),
    Rhythm.WEEKLY: mark("One mail a week, in weeks with something to tell"),
}


def describe_wish(subscription: Subscription, issuers: Sequence[StoredIssuer], words: Words) -> list[str]:
    """The companies, kinds of action and dates, and when mails come, a line each. `issuers` are those that it names."""
    selection = subscription.selection
    lines = [words.say("Companies: {names}", names=_name_companies(subscription, issuers, words))]
    if selection.markets:
        lines.append(words.say("Markets: {names}", names=_list(selection.markets)))
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
    names = sorted((clean_line(issuer.name, 60) or issuer.id for issuer in issuers), key=str.casefold)
    names += [clean_line(ticker, 30) for ticker in selection.tickers if ticker.upper() not in known]
    if len(names) > MOST:
        return words.say("{names} and {count} more", names=_list(names[:MOST]), count=len(names) - MOST)
    return _list(names) or words.say("none that is known yet")


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)
