"""Who announces: name, tickers with their market, ISIN, CUSIP, SEDOL and CIK with checked digits."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calendar_service.errors import DataFileError
from calendar_service.model.announcement import Issuer
from calendar_service.model.values import Evidence, SecurityId

# What announcements call a market, and its MIC (ISO 10383).
MARKETS = {
    "nasdaq": "XNAS", "nasdaqgs": "XNAS", "nasdaq gs": "XNAS", "nasdaqcm": "XNAS", "nasdaqgm": "XNAS", "nasdaq cm": "XNAS", "nasdaq global select market": "XNAS",
    "nasdaq capital market": "XNAS", "nasdaq global market": "XNAS", "nyse": "XNYS", "new york stock exchange": "XNYS", "nyse american": "XASE",
    "nyse mkt": "XASE", "amex": "XASE", "nyse arca": "ARCX", "cboe": "BATS", "otc": "OTCM", "otcqx": "OTCM", "otcqb": "OTCM", "otc pink": "OTCM", "otcpk": "OTCM",
    "otc markets": "OTCM", "tsx": "XTSE", "toronto stock exchange": "XTSE", "tsxv": "XTSX", "tsx-v": "XTSX", "tsx venture": "XTSX", "cse": "XCNQ", "neo": "NEOE",
    "lse": "XLON", "aim": "XLON", "london stock exchange": "XLON", "ose": "XOSL", "oslo": "XOSL", "oslo børs": "XOSL", "euronext oslo": "XOSL", "tse": "XTKS", "tse1": "XTKS",
    "tokyo": "XTKS", "jpx": "XTKS", "tokyo stock exchange": "XTKS", "hkex": "XHKG", "sehk": "XHKG", "hkse": "XHKG", "hong kong": "XHKG", "sgx": "XSES", "asx": "XASX", "nzx": "XNZE", "nse": "XNSE",
    "bse": "XBOM", "b3": "BVMF", "bovespa": "BVMF", "xetra": "XETR", "fra": "XFRA", "fwb": "XFRA", "euronext paris": "XPAR", "euronext amsterdam": "XAMS",
    "euronext brussels": "XBRU", "six": "XSWX", "omx": "XSTO", "nasdaq stockholm": "XSTO", "sto": "XSTO", "nasdaq helsinki": "XHEL", "nasdaq copenhagen": "XCSE",
    "tase": "XTAE", "krx": "XKRX", "kospi": "XKRX", "kosdaq": "XKOS", "bit": "XMIL", "borsa italiana": "XMIL", "bme": "XMAD", "jse": "XJSE", "bmv": "XMEX", "twse": "XTAI", "sse": "XSHG", "szse": "XSHE",
}  # fmt: skip

_NAMES = "|".join(sorted(map(re.escape, MARKETS), key=len, reverse=True))
_COLON = re.compile(r"[:：]\s?\"?(?=[A-Za-z0-9])")
_BEFORE = re.compile(rf"(?<![a-z])({_NAMES})(?:\s(?:symbol|ticker))?\s?\Z")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.\-/]{0,9}")
_SYMBOL = re.compile(r"\b(?:under the )?(?:ticker )?symbols? [\"“']?([A-Z][A-Z0-9.\-]{0,6})\b")
_ISIN = re.compile(r"(?<![A-Z0-9])([A-Z]{2}[A-Z0-9]{9}\d)(?![A-Z0-9])")
_CUSIP = re.compile(r"CUSIPs?(?: (?:number|no\.?|#))?\s?[:#]?\s?([0-9A-Z]{9})\b", re.IGNORECASE)
_SEDOL = re.compile(r"SEDOLs?\s?[:#]?\s?([0-9B-DF-HJ-NP-TV-Z]{7})\b", re.IGNORECASE)
_CIK = re.compile(r"CENTRAL INDEX KEY:\s{0,12}(\d{10})|\bCIK\s?[:#]?\s?(\d{6,10})\b", re.IGNORECASE)
_FORM = r"(?:Inc|Incorporated|Corp|Corporation|Company|Co|Ltd|Limited|PLC|plc|Plc|N\.?V|S\.?A|SE|AG|ASA|AB|Oyj|A/S|S\.p\.A|LLC|L\.P|LP|Trust|Fund|Bancorp|Bancshares|REIT|Holdings|Group|Tbk|Berhad|Bhd|K\.K|Partners)"
_NAME = re.compile(
    rf"((?:[A-Z0-9][\w&'’.\-]*,? (?:of |and |& |the |de )?){{0,7}}[A-Z0-9][\w&'’.\-]*,? {_FORM})\b\.?"
)
_FILER = re.compile(r"COMPANY CONFORMED NAME:\s{1,24}([^\n]{2,80})")
_DEFINED = re.compile(
    r"([A-Z][^()\n]{2,90}?)\s?\((?:the )?[\"“'](?:the )?(?:Company|Corporation|Fund|Trust|Bank|Issuer|Group|REIT|Partnership|[A-Z][\w&.\- ]{1,24})[\"”']"
)
_JSON_NAME = re.compile(r"\"(?:comp|sm_name|company|companyName|issuer)\"\s?:\s?\"([^\"]{2,80})\"")
_LABELLED = re.compile(
    r"(?im)^(?:issuer(?: name)?|company(?: name)?|name of (?:the )?(?:issuer|company|entity|announcer)[ *]*|entity name|name of registrant)\s?[:\t*]?\s{0,8}([A-Z][^\n\t]{2,80})$"
)


@dataclass(frozen=True, slots=True)
class Known:
    """An issuer of config/issuers.toml: other names, tickers, identifiers, market, currency of a bare "$"."""

    name: str
    aliases: tuple[str, ...] = ()
    tickers: tuple[tuple[str, str], ...] = ()
    isins: tuple[str, ...] = ()
    mic: str | None = None
    currency: str | None = None


def load_issuers(path: Path | None) -> tuple[Known, ...]:
    """The issuers of a TOML file ([[issuer]] name, aliases, tickers = {IIJI = "XNAS"}, isins, mic, currency).

    Raises DataFileError that names file and key.
    """
    if path is None or not path.exists():
        return ()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as TOML: {error}") from error
    return tuple(_known(path, number, entry) for number, entry in enumerate(data.get("issuer", [])))


def _known(path: Path, number: int, entry: dict[str, Any]) -> Known:
    where = f"{path.name}: issuer[{number}]"
    unknown = set(entry) - {"name", "aliases", "tickers", "isins", "mic", "currency"}
    if unknown:
        raise DataFileError(
            f"{where}.{min(unknown)}: unknown key; known are name, aliases, tickers, isins, mic, currency."
        )
    name = entry.get("name")
    if not isinstance(name, str) or not name:
        raise DataFileError(f"{where}.name: must be a text.")
    tickers = entry.get("tickers", {})
    if not isinstance(tickers, dict):
        raise DataFileError(f"{where}.tickers: must be a table of symbol = MIC.")
    for isin in entry.get("isins", []):
        if not is_isin(isin):
            raise DataFileError(f"{where}.isins: {isin!r} is no ISIN: its check digit is wrong.")
    return Known(
        name,
        tuple(entry.get("aliases", ())),
        tuple(tickers.items()),
        tuple(entry.get("isins", ())),
        entry.get("mic"),
        entry.get("currency"),
    )


def is_isin(value: str) -> bool:
    """Whether the check digit of an ISIN (ISO 6166) is right."""
    from stdnum import isin

    return bool(isin.is_valid(value))


def _is_cusip(value: str) -> bool:
    from stdnum import cusip

    return bool(cusip.is_valid(value))


def _is_sedol(value: str) -> bool:
    from stdnum.gb import sedol

    return bool(sedol.is_valid(value))


_HEAD = 12_000  # an issuer names itself early; a long filing need not be searched to its end


def read_issuer(text: str, title: str, known: tuple[Known, ...]) -> Issuer | None:
    """The issuer, or None where the text does not name one."""
    head = text[:_HEAD]
    ids = _ids(head)
    found = _name(head, title)
    entry = _match(known, head, ids)
    if entry is not None:
        name, span = entry.name, found
        more = [SecurityId("ticker", symbol, mic) for symbol, mic in entry.tickers]
        more += [SecurityId("isin", isin) for isin in entry.isins]
        have = {(one.scheme, one.value) for one in ids}
        ids += [one for one in more if (one.scheme, one.value) not in have]
    elif found is not None:
        name, span = found[0], found
    else:
        return Issuer("", tuple(ids)) if ids else None
    evidence = Evidence(text[span[1] : span[2]], span[1], span[2], span[3]) if span else None
    return Issuer(name, tuple(ids), evidence)


def default_currency(known: tuple[Known, ...], issuer: Issuer | None) -> str | None:
    """The currency of a bare "$" as config/issuers.toml says it."""
    return next((entry.currency for entry in known if issuer and entry.name == issuer.name), None)


def _match(known: tuple[Known, ...], head: str, ids: list[SecurityId]) -> Known | None:
    lower = head.lower()
    for entry in known:
        symbols = {(symbol, mic) for symbol, mic in entry.tickers}
        if any(one.scheme == "isin" and one.value in entry.isins for one in ids):
            return entry
        if any(one.scheme == "ticker" and (one.value, one.mic) in symbols for one in ids):
            return entry
        if any(name.lower() in lower for name in (entry.name, *entry.aliases)):
            return entry
    return None


def _ids(head: str) -> list[SecurityId]:
    found: dict[tuple[str, str], SecurityId] = {}

    def keep(one: SecurityId) -> None:
        found.setdefault((one.scheme, one.value), one)

    for _, market, symbol in _tickers(head):
        keep(SecurityId("ticker", symbol, MARKETS[market.lower()], market))
    if not found:
        for match in _SYMBOL.finditer(head):
            keep(SecurityId("ticker", match[1].rstrip(".-")))
    for match in _ISIN.finditer(head):
        if is_isin(match[1]):
            keep(SecurityId("isin", match[1]))
    for match in _CUSIP.finditer(head):
        if _is_cusip(match[1].upper()):
            keep(SecurityId("cusip", match[1].upper()))
    for match in _SEDOL.finditer(head):
        if _is_sedol(match[1].upper()):
            keep(SecurityId("sedol", match[1].upper()))
    for match in _CIK.finditer(head):
        keep(SecurityId("cik", (match[1] or match[2]).zfill(10)))
    return list(found.values())


def _tickers(head: str) -> Iterator[tuple[int, str, str]]:
    """(place, market, symbol) of each ticker that is written as "NASDAQ: IIJI"."""
    for colon in _COLON.finditer(head):
        low = max(0, colon.start() - 34)
        market = _BEFORE.search(head[low : colon.start()].lower())
        code = _CODE.match(head, colon.end())
        if market is None or code is None:
            continue
        symbol = code.group().rstrip(".-/")
        if symbol.upper() == symbol and not (len(symbol) > 6 and symbol.isalpha()):
            place = low + market.start(1)
            yield place, head[place : low + market.end(1)], symbol


def _name(head: str, title: str) -> tuple[str, int, int, str] | None:
    """(name, start, end, rule) from the surest sign to the weakest."""
    for pattern, rule in (
        (_FILER, "issuer.filer"),
        (_JSON_NAME, "issuer.record"),
        (_LABELLED, "issuer.label"),
    ):
        match = pattern.search(head)
        if match:
            return match[1].strip(), match.start(1), match.end(1), rule
    candidates = []
    for match in _DEFINED.finditer(head[:4000]):
        inner = _NAME.search(match[1])
        if inner:
            candidates.append(
                (match.start(1) + inner.start(1), match.start(1) + inner.end(1), "issuer.defined")
            )
            break
    for place, _, _ in _tickers(head[:4000]):
        offset = max(0, place - 120)
        names = list(_NAME.finditer(head[offset:place]))
        if names:
            candidates.append((offset + names[-1].start(1), offset + names[-1].end(1), "issuer.ticker"))
            break
    if not candidates:
        match = _NAME.search(head[:4000])
        if match:
            candidates.append((match.start(1), match.end(1), "issuer.name"))
    if not candidates:
        return None
    start, end, rule = min(candidates)
    del title
    return head[start:end].strip(" ,"), start, end, rule
