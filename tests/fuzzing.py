"""Texts to read at random: words of a lexicon, dates, amounts and signs, in any order and much repeated."""

from __future__ import annotations

import random
from collections.abc import Iterator

from calendar_service.extract import load
from calendar_service.extract.lexicon.lexicon import Phrase

_LEXICONS = load().lexicons
LANGUAGES = sorted(lexicon.language for lexicon in _LEXICONS)
_DATES = [
    "March 14, 2025", "14 March 2025", "14.03.2025", "03/04/2025", "2025-03-14", "2025年3月14日", "令和7年3月14日", "14 mars 2025",
    "31. März 2025", "15 de abril de 2025", "31 February 2025", "99/99/9999", "20250314", "May 5", "(March 3, 2025)", "2025년 3월 14일",
]  # fmt: skip
_AMOUNTS = ["$0.25 per share", "1,50 EUR", "JPY13.50", "12.4p", "¥1,500", "50円", "100 %", "1-for-60", "10派2.5元", "$3.5 million", "NOK 4.82"]  # fmt: skip
_SIGNS = [
    " ",
    " ",
    " ",
    ", ",
    ". ",
    "\n",
    "\n\n",
    "\t",
    " | ",
    ": ",
    " (",
    ") ",
    '"',
    "--",
    ";",
    "  ",
    "。",
    "\u00a0",
    "\u202e",
    "\x00",
]
_SENTENCES = [
    "The Board declared a dividend of $0.25 per share, payable on March 31, 2025, to holders of record on March 14, 2025.",
    "Record date\t14 March 2025\nPayment date\t4 April 2025\nDividend per share\tEUR 0.55\n",
    "The annual general meeting will be held on May 7, 2025 at 10:00 a.m. Eastern Time.",
    "A 1-for-25 reverse stock split becomes effective on June 9, 2025.",
]


def texts(language: str, seed: int, pieces: int = 60) -> Iterator[str]:
    """Endless texts for a seed, of phrases of one language."""
    chance = random.Random(seed)
    phrases: list[Phrase] = [
        phrase for one in _LEXICONS if one.language == language for phrase in one.phrases
    ]
    while True:
        words = []
        for _ in range(chance.randrange(1, pieces)):
            pick = chance.random()
            if pick < 0.6:
                words.append(chance.choice(phrases).text)
            elif pick < 0.8:
                words.append(chance.choice(_DATES))
            else:
                words.append(chance.choice(_AMOUNTS))
            words.append(chance.choice(_SIGNS))
        yield "".join(words)


def sentences(seed: int) -> str:
    """One real sentence by a seed."""
    return _SENTENCES[seed % len(_SENTENCES)]


def hostile(language: str, kind: str, size: int) -> str:
    """A text of about `size` characters that is made to be slow: many cues, many dates, nested signs."""
    lexicon = next(one for one in _LEXICONS if one.language == language)
    if kind == "wide":
        return _wide(lexicon.phrases, size)
    words = [phrase.text for phrase in lexicon.phrases if phrase.role in ("cue", "event")]
    piece = {
        "cues": " ".join(words[:200]) + " ",
        "dates": " ".join(_DATES) + " ",
        "digits": "1,234,567.89 1234567890 12/12/ 1.1.1.1 ",
        "brackets": '((((("the "record date',
        "blanks": " \t  |  \n ",
        "letters": "a" * 1000,
        "cells": "\t".join([*words[:20], *_DATES]) + "\n",
        "mixed": " ".join([words[0], _DATES[0], words[1], _AMOUNTS[0]]) + ". ",
    }[kind]
    return (piece * (size // len(piece) + 1))[:size]


def _wide(phrases: tuple[Phrase, ...], size: int) -> str:
    """One table of a few rows with as many columns as fit: a class of shares, a date and an amount in each."""
    noun = next(one.text for one in phrases if one.role == "security")
    cue = next(one.text for one in phrases if one.value == "record")
    columns = size // (len(noun) + 28)
    rows = [[noun] * columns, [cue, *[_DATES[0]] * columns], [_DATES[0], *[_AMOUNTS[0]] * columns]]
    return "\n".join("\t".join(row) for row in rows)[:size]


KINDS = ("cues", "dates", "digits", "brackets", "blanks", "letters", "cells", "mixed", "wide")
