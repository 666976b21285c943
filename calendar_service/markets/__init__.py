"""Settlement cycles and exchange calendars: the dates that a market adds to a corporate action.

`load` reads the rules; nothing else happens at import, and the holiday library is imported by the
first question that needs a holiday.
"""

from __future__ import annotations

from calendar_service.markets.data import find_config
from calendar_service.markets.derivation import Derivation
from calendar_service.markets.exchange import Markets, load
from calendar_service.markets.table import derive_csv

__all__ = ["Derivation", "Markets", "derive_csv", "find_config", "load"]
