"""Who says something, and whose word counts more: the sources of announcements and their grades.

The grades are data: a table from the beginning of an origin to a grade. The longest fitting
beginning decides, so one feed of an exchange can be named among all feeds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from urllib.parse import urlsplit

from calendar_service.model.remarks import clean_words


class Grade(StrEnum):
    """What kind of source speaks."""

    COPY = "copy"  # news, aggregators, calendars: repeat what others announced
    GIVEN = "given"  # a document that a person or a mailbox handed in: its sender is not known
    EXCHANGE = "exchange"  # an exchange, a regulator's news service, a depository
    ISSUER = "issuer"  # the issuer itself, or a filing in its name


@dataclass(frozen=True, slots=True)
class Source:
    """One sender. `name` is the same for everything that it sends; empty where the sender is not known."""

    name: str
    grade: Grade

    def corrects(self, other: Source) -> bool:
        """Whether a correction from here holds against what the other said: the issuer's own against
        everything, one that was handed in against what no official source announced.
        """
        if self.grade is Grade.ISSUER or self.is_same(other):
            return True
        return self.grade is Grade.GIVEN and not other.is_official

    def ends(self, other: Source) -> bool:
        """Whether an end (or a halt) told here is carried out against what the other announced.

        Anyone can write that a dividend was withdrawn: who is not known ends nothing official, and a
        copy only what it announced itself.
        """
        return self.corrects(other) or self.grade is Grade.EXCHANGE

    @property
    def is_own(self) -> bool:
        """Whether it is, or may be, the issuer itself."""
        return self.grade in {Grade.ISSUER, Grade.GIVEN}

    @property
    def is_official(self) -> bool:
        """Whether it is the issuer, or somebody whose office it is to publish what issuers announce."""
        return self.grade in {Grade.EXCHANGE, Grade.ISSUER}

    def outranks(self, other: Source) -> bool:
        """Whether this one's word stands against the other's whatever came later: official over copied."""
        return other.grade is Grade.COPY and self.is_official

    def is_same(self, other: Source) -> bool:
        """Whether both are the same sender for certain."""
        return bool(self.name) and self.name == other.name


#: The beginning of an origin, and the grade of what comes from there.
GRADES: Mapping[str, Grade] = MappingProxyType(
    {
        "edgar:": Grade.ISSUER,
        "feed:": Grade.COPY,
        "folder:": Grade.GIVEN,
        "imap:": Grade.GIVEN,
        "upload:": Grade.GIVEN,
        "cli:": Grade.GIVEN,
        # Folders inside the inbox, `ingest --source` and the form for uploads say what kind of source it is.
        "folder:issuer/": Grade.ISSUER,
        "folder:exchange/": Grade.EXCHANGE,
        "folder:news/": Grade.COPY,
        "cli:issuer/": Grade.ISSUER,
        "cli:exchange/": Grade.EXCHANGE,
        "cli:news/": Grade.COPY,
        "upload:issuer/": Grade.ISSUER,
        "upload:exchange/": Grade.EXCHANGE,
        "upload:news/": Grade.COPY,
    }
)

#: Folders that hold what many senders wrote.
_SHARED = frozenset({"folder:news/", "cli:news/", "upload:news/"})

Ranking = Callable[[str], Source]


def rank(origin: str, grades: Mapping[str, Grade] = GRADES) -> Source:
    """The source that an origin ("feed:https://host/path") belongs to; what no entry fits was handed in.

    A sender is a table entry more special than a whole scheme, else the host of a URL, else the
    scheme where it names one sender (EDGAR). Files, mails and uploads have no known sender; nor has
    a copy in the news folder, but in a folder of its own there ("news/reuters/") it has.
    """
    found = max((start for start in grades if origin.startswith(start)), key=len, default="")
    grade = grades.get(found, Grade.GIVEN)
    return Source(_name_of(origin, found, grade), grade)


def rank_with(grades: Mapping[str, Grade]) -> Ranking:
    """A ranking that knows more sources than the built-in table."""
    table = {**GRADES, **grades}
    return lambda origin: rank(origin, table)


def _name_of(origin: str, found: str, grade: Grade) -> str:
    scheme, _, rest = origin.partition(":")
    if found and found != f"{scheme}:":
        inner, is_folder, _ = origin.removeprefix(found).partition("/")
        if found in _SHARED:
            return clean_words(found + inner) if is_folder else ""
        return clean_words(found)
    if grade is Grade.GIVEN:
        return ""
    try:
        host = urlsplit(rest).hostname
    except ValueError:
        host = None
    return clean_words(f"{scheme}:{host}" if host else scheme if scheme == "edgar" else origin)
