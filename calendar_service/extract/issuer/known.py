"""What a person says of issuers: other names, identifiers, the market, the currency of a bare "$" (issuers.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from calendar_service.errors import DataFileError
from calendar_service.extract.candidates.identifiers import is_isin

_KEYS = ("name", "aliases", "tickers", "isins", "mic", "currency")


@dataclass(frozen=True, slots=True)
class Known:
    """An issuer of issuers.toml; the keys are explained in that file."""

    name: str
    aliases: tuple[str, ...] = ()
    tickers: tuple[tuple[str, str], ...] = ()
    isins: tuple[str, ...] = ()
    mic: str | None = None
    currency: str | None = None


def load_issuers(path: Path | None) -> tuple[Known, ...]:
    """The issuers of a TOML file, or of the one that ships; the file explains its keys.

    Raises DataFileError that names file and key.
    """
    path = path or _find_shipped()
    if path is None:
        return ()
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError(f"{path}: cannot be read as TOML: {error}") from error
    unknown = set(data) - {"issuer"}
    entries = data.get("issuer", [])
    if unknown or not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        wrong = min(unknown, default="issuer")
        raise DataFileError(f"{path.name}: {wrong}: entries must be written as [[issuer]].")
    return tuple(_known(path, number, entry) for number, entry in enumerate(entries))


def _find_shipped() -> Path | None:
    """config/issuers.toml, installed or in the work tree."""
    package = Path(__file__).resolve().parents[2]
    places = (package / "_config" / "issuers.toml", package.parent / "config" / "issuers.toml")
    return next((place for place in places if place.is_file()), None)


def _known(path: Path, number: int, entry: dict[str, Any]) -> Known:
    where = f"{path.name}: issuer[{number}]"
    unknown = set(entry) - set(_KEYS)
    if unknown:
        raise DataFileError(f"{where}.{min(unknown)}: unknown key; known are {', '.join(_KEYS)}.")
    tickers = entry.get("tickers", {})
    if not isinstance(tickers, dict) or not all(isinstance(mic, str) for mic in tickers.values()):
        raise DataFileError(f"{where}.tickers: must be a table of symbol = MIC.")
    isins = _texts(where, "isins", entry)
    for isin in isins:
        if not is_isin(isin):
            raise DataFileError(f"{where}.isins: {isin!r} is no ISIN: its check digit is wrong.")
    return Known(
        _text(where, "name", entry) or "",
        _texts(where, "aliases", entry),
        tuple(tickers.items()),
        isins,
        _text(where, "mic", entry),
        _text(where, "currency", entry),
    )


def _text(where: str, key: str, entry: dict[str, Any]) -> str | None:
    value = entry.get(key)
    if (value is None and key != "name") or (isinstance(value, str) and value.strip()):
        return value
    raise DataFileError(f"{where}.{key}: must be a text that is not empty.")


def _texts(where: str, key: str, entry: dict[str, Any]) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        raise DataFileError(f"{where}.{key}: must be a list of texts that are not empty.")
    return tuple(value)
