"""The market whose rules apply to an action that names several listings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from calendar_service.model.values import SecurityId

#: Market (ISO 10383) -> country of its securities' ISINs (ISO 6166) and currency of their dividends (ISO 4217).
MARKETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "XNYS": ("US", "USD"),
        "XNAS": ("US", "USD"),
        "XASE": ("US", "USD"),
        "ARCX": ("US", "USD"),
        "BATS": ("US", "USD"),
        "XTSE": ("CA", "CAD"),
        "XTSX": ("CA", "CAD"),
        "NEOE": ("CA", "CAD"),
        "XTKS": ("JP", "JPY"),
        "XNGO": ("JP", "JPY"),
        "XLON": ("GB", "GBP"),
        "XDUB": ("IE", "EUR"),
        "XETR": ("DE", "EUR"),
        "XFRA": ("DE", "EUR"),
        "XPAR": ("FR", "EUR"),
        "XAMS": ("NL", "EUR"),
        "XBRU": ("BE", "EUR"),
        "XLIS": ("PT", "EUR"),
        "XMIL": ("IT", "EUR"),
        "XMAD": ("ES", "EUR"),
        "XSWX": ("CH", "CHF"),
        "XSTO": ("SE", "SEK"),
        "XCSE": ("DK", "DKK"),
        "XOSL": ("NO", "NOK"),
        "XHEL": ("FI", "EUR"),
        "XWBO": ("AT", "EUR"),
        "XHKG": ("HK", "HKD"),
        "XASX": ("AU", "AUD"),
        "XSES": ("SG", "SGD"),
        "XNSE": ("IN", "INR"),
        "XBOM": ("IN", "INR"),
        "XKRX": ("KR", "KRW"),
        "XKOS": ("KR", "KRW"),
        "XSHG": ("CN", "CNY"),
        "XSHE": ("CN", "CNY"),
        "BVMF": ("BR", "BRL"),
        "XIDX": ("ID", "IDR"),
        "XTAI": ("TW", "TWD"),
    }
)


def home_market(ids: Iterable[SecurityId], currency: str | None) -> str | None:
    """The one market among the identifiers' that an ISIN's country or else the dividend's currency points to.

    None where no market is named, or where several remain: no market's rule is then applied.
    """
    known = list(ids)
    named = list(dict.fromkeys(item.mic for item in known if item.mic))
    if len(named) < 2:
        return named[0] if named else None
    countries = {item.value[:2].upper() for item in known if item.scheme == "isin"}
    for fits in (
        [mic for mic in named if mic in MARKETS and MARKETS[mic][0] in countries],
        [mic for mic in named if mic in MARKETS and MARKETS[mic][1] == currency],
    ):
        homes = {MARKETS[mic][0] for mic in fits}
        if len(homes) == 1:
            return fits[0]
    return None
