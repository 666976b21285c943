"""Families of actions: which ones hand out money or shares, which are offers, splits, deals, meetings.

Members are the values of `EventType`, as lexicons name them.
"""

from __future__ import annotations

CASH = frozenset({"cash_dividend", "special_dividend", "capital_return", "option_dividend"})
SHARES = frozenset({"stock_dividend", "bonus_issue"})
HANDED_OUT = CASH | SHARES | {"other", "spin_off", "rights_issue"}
SPLITS = frozenset({"stock_split", "reverse_split"})
OFFERS = frozenset({"tender_offer", "buyback", "exchange_offer", "rights_issue"})
DEALS = frozenset({"merger", "spin_off", "liquidation", "name_change"})
MEETINGS = frozenset({"annual_meeting", "extraordinary_meeting"})
_FAMILIES = dict.fromkeys(CASH, "cash") | dict.fromkeys(SPLITS, "split")
PAID_KINDS = ("last_cum", "ex", "record", "payment", "effective")


def family(kind: str) -> str:
    """Actions of one family may be two names for the same one."""
    return _FAMILIES.get(kind, kind)
