"""How often the issuer's name, its tickers and their markets are read as the labels say.

Arguments: pairs of a label file and the folder its documents lie in; without any, the project's own set. A label's
"issuer" may name several after " / " or ";", and explain itself in brackets; any of them is right. Names are compared
without case, width, punctuation and legal form. A ticker with a market is right when both are; labels without tickers
say nothing of tickers, nor do documents in
which the symbol does not stand. `--errors` lists what differs.
"""

from __future__ import annotations

import argparse
import re
import sys
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calendar_service.bootstrap import read_files
from calendar_service.evaluate import read_labels
from calendar_service.extract.candidates.listings import load_listings
from calendar_service.extract.issuer.companies import flatten
from calendar_service.model.announcement import Reading
from calendar_service.model.document import Text
from calendar_service.settings import Settings
from calendar_service.store.names import make_key

OWN = Path(__file__).parents[1] / "documents"


@dataclass(slots=True)
class Tally:
    """Right, wrong and missing ones of one field, with a line for each that is not right."""

    right: int = 0
    wrong: int = 0
    missing: int = 0
    lines: list[str] = field(default_factory=list)

    def add(self, outcome: bool | None, line: str) -> None:
        """One more: right, wrong (False) or missing (None)."""
        self.right += outcome is True
        self.wrong += outcome is False
        self.missing += outcome is None
        if outcome is not True:
            self.lines.append(f"{'missing' if outcome is None else 'wrong  '} {line}")

    def __str__(self) -> str:
        """The share that is right, and the counts."""
        total = self.right + self.wrong + self.missing
        return f"right {self.right / total if total else 1.0:.4f} ({self.right} of {total}, wrong {self.wrong}, missing {self.missing})"


def names_of(label: str) -> set[str]:
    """The names that a label allows, as they are compared."""
    inner = re.findall(r"\((?:bidder )?([^()]{3,})\)", label)
    outer = re.split(r" / |; ?", re.sub(r"\s*\([^()]*\)", "", label))
    return {make_key(name).value for name in [label, *outer, *inner] if name.strip()}


def is_name_right(row: dict[str, Any], reading: Reading, text: Text) -> bool | None:
    """Whether the issuer is one that the label allows; None where a name is missing.

    A document that does not write the label's name out may be read as none, or as the form that it has: shorter,
    longer, or in another script where a ticker agrees.
    """
    label = row.get("issuer")
    name = reading.issuer.name if reading.issuer else ""
    if not label:
        return not name
    allowed, key = names_of(label), make_key(name).value
    if key and (key in allowed or any(f"{key} ".startswith(f"{one} ") for one in allowed)):
        return True
    whole = f" {make_words(text.content)} {make_words(text.title)} "
    if any(f" {one} " in whole for one in allowed):
        return False if name else None
    known = {one.split()[0] for one in allowed} & set(whole.split())
    if not name:
        return None if known else True
    if any(compare_ticker(one, reading) == (True, True) for one in row.get("tickers") or ()):
        return name.isascii() != label.isascii() or any(is_part(key, one) for one in allowed)
    return any(is_part(key, one) for one in allowed)


def make_words(text: str) -> str:
    """The words of a text as they are compared."""
    return " ".join(
        re.sub(
            r"[^\w]+",
            " ",
            re.sub(r"[.'’`]", "", unicodedata.normalize("NFKC", text).casefold().replace("&", " and ")),
        ).split()
    )


def is_part(one: str, two: str) -> bool:
    """Whether a name's words are in another."""
    return f" {one} " in f" {two} "


def tickers_of(reading: Reading) -> set[tuple[str | None, str]]:
    """Markets and symbols that were read; an ISIN stands without a market."""
    ids = reading.issuer.ids if reading.issuer else ()
    return {(one.mic, one.value.upper()) for one in ids if one.scheme == "ticker"}


def compare_ticker(label: str, reading: Reading) -> tuple[bool | None, bool | None]:
    """Whether the symbol, and its market, are as labelled; None where there is none."""
    market, _, symbol = label.rpartition(":")
    if "." in label and symbol.rpartition(".")[2] == "HK":
        market, symbol = "HKEX", symbol.rpartition(".")[0]
    ids = reading.issuer.ids if reading.issuer else ()
    if any(one.scheme == "isin" and one.value == symbol for one in ids):
        return True, True
    found = {(mic, bare(value)) for mic, value in tickers_of(reading)}
    wanted = load_listings().market_of(market, symbol) or market if market else None
    if (wanted, bare(symbol)) in found or (not market and any(value == bare(symbol) for _, value in found)):
        return True, True
    if any(value == bare(symbol) for _, value in found):
        return True, False
    return (None if not found else False), None


def is_written(ticker: str, text: Text) -> bool:
    """Whether the document has the symbol at all."""
    symbol = ticker.rpartition(":")[2].removesuffix(".HK").lstrip("0")
    return (
        re.search(
            rf"(?<![A-Za-z0-9]){re.escape(symbol)}(?![A-Za-z])",
            flatten(text.content).replace("(0", "(").replace(" 0", " "),
        )
        is not None
    )


def bare(symbol: str) -> str:
    """A symbol without leading zeros and punctuation."""
    return re.sub(r"[ .\-]", "", symbol.upper()).lstrip("0")


def measure(labels: Path, folder: Path, tallies: dict[str, Tally]) -> None:
    """Adds the documents of one labelled set."""
    rows = {str(row["doc"]): row for row in read_labels(labels)}
    for path, outcome in read_files(tuple(folder / doc for doc in rows), Settings(data=Path())):
        doc = path.relative_to(folder).as_posix()
        if isinstance(outcome, str):
            tallies["name"].add(None, f"{doc}: {outcome}")
        else:
            add(rows[doc], *outcome, tallies)


def add(row: dict[str, Any], text: Text, reading: Reading, tallies: dict[str, Tally]) -> None:
    """Adds one document."""
    said = reading.issuer.name if reading.issuer else None
    rule = reading.issuer.evidence.rule if reading.issuer and reading.issuer.evidence else ""
    label = row.get("issuer")
    tallies["name"].add(is_name_right(row, reading, text), f"{row['doc']}: {label!r}, said {said!r} {rule}")
    for ticker in row.get("tickers") or ():
        if not is_written(ticker, text):
            continue
        symbol, market = compare_ticker(ticker, reading)
        line = f"{row['doc']}: {ticker}, said {sorted(tickers_of(reading), key=str)}"
        tallies["ticker"].add(symbol, line)
        if symbol:
            tallies["market"].add(market, line)
    wanted = {bare(one.rpartition(":")[2].removesuffix(".HK")) for one in row.get("tickers") or ()}
    for mic, value in tickers_of(reading) if wanted else ():
        tallies["said"].add(bare(value) in wanted, f"{row['doc']}: {mic}:{value}, labelled {row['tickers']}")


def main() -> None:
    """Prints the figures, and with --errors what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", type=Path, metavar="LABELS FOLDER")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--smoke", action="store_true", help="the project's own set only, in seconds")
    options = parser.parse_args()
    sets = options.sets or [OWN / "labels.jsonl", OWN]
    if len(sets) % 2:
        sys.exit("Give pairs: a label file and the folder of its documents.")
    for labels, folder in zip(sets[::2], sets[1::2], strict=True):
        tallies = {name: Tally() for name in ("name", "ticker", "market", "said")}
        measure(labels, folder, tallies)
        print(labels)
        for name, tally in tallies.items():
            print(f"  {name:7} {tally}")
            for line in tally.lines if options.errors else ():
                print(f"    {line}")


if __name__ == "__main__":
    main()
