"""Frame: the days of the rows of a list or table that name funds or shares with their amounts, and no days of their own.

They are those of the text right above, after the list before, or, where none stand there, of the sentences right below.
Where that text tells several days of one kind, or the days of several lists stand below them, nobody can tell for certain
which rows they are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from calendar_service.extract.lexicon.actions import CASH, PAID_KINDS
from calendar_service.extract.parties.owners import Names
from calendar_service.extract.sentence.statements import Statement
from calendar_service.extract.sentence.takers import DOUBT

_LEAST = 2  # rows
_ABOVE = 24  # so many statements above the rows, heads of columns among them, their days may stand
_BELOW = 3


def lend_days(statements: Sequence[Statement], shadow: str, names: Names) -> None:
    """Gives the days told around each list to its rows, with what else those sentences say of them.

    Not those of a sentence that names a company which is neither the issuer nor of the list's family; where it names an
    issuer of another family, they are doubted.
    """
    runs = [(0, 0), *_runs(statements), (len(statements), len(statements))]
    several = len(runs) > 3  # the two ends are none
    for (_, floor), (first, last), (ceiling, _) in zip(runs, runs[1:], runs[2:], strict=False):
        rows = statements[first:last]
        above = statements[max(floor, first - _ABOVE) : first]
        told = next((said for said in reversed(above) if said.securities), None)
        kind = _securities(told, shadow) if told is not None else frozenset[str]()
        givers = _givers(reversed([said for said in above if _may_be_of(said, kind, shadow)]), rows, names)
        below = statements[last : min(ceiling, last + _BELOW)]
        below = [said for said in below if shadow[said.end - 1] != ":" and _may_be_of(said, kind, shadow)]
        late = not givers
        givers = givers or _givers(below, rows, names)
        if givers:
            outside = any(_outsiders(said, rows, names) for said in givers)
            _lend(givers, rows, doubted=outside or (late and several))


def _runs(statements: Sequence[Statement]) -> list[tuple[int, int]]:
    """Where rows stand one after the other that name a fund and its amount, and no day."""
    edges = [0, *(at for at, (one, two) in enumerate(pairwise(map(_is_row, statements)), 1) if one != two)]
    spans = pairwise([*edges, len(statements)])
    return [(low, high) for low, high in spans if high - low >= _LEAST and _is_row(statements[low])]


def _is_row(said: Statement) -> bool:
    return bool(said.from_table and said.head and said.amounts and said.securities) and not said.dates


def _securities(said: Statement, shadow: str) -> frozenset[str]:
    """The names of the kinds of shares that stand in a statement."""
    return frozenset(" ".join(shadow[slice(*place)].split()) for place in said.securities)


def _may_be_of(said: Statement, kind: frozenset[str], shadow: str) -> bool:
    """Whether the days of a statement can be those of rows which are headed by this kind of shares.

    "The dividend on the common stock will be paid on 28 August" says nothing of a list of series of preferred stock.
    """
    named = _securities(said, shadow)
    return not (named and kind) or any(one in other or other in one for one in named for other in kind)


def _givers(statements: Iterable[Statement], rows: Sequence[Statement], names: Names) -> list[Statement]:
    """The statements that tell days of payments without amounts, up to one that tells an amount with its days, or names
    another company.
    """
    found: list[Statement] = []
    for said in statements:
        if not any(fact.kind in PAID_KINDS for fact in said.dates):
            continue
        types = said.types()
        if said.amounts or said.totals or (types and CASH.isdisjoint(types)):
            break
        if any(not names.is_issuer(name) for name in _outsiders(said, rows, names)):
            break
        found.append(said)
    return found


def _outsiders(said: Statement, rows: Sequence[Statement], names: Names) -> list[str]:
    """The companies that a sentence names and that are not of the family of one of the rows: none with its first word."""
    heads = {word for row in rows if row.head for word in names.content[slice(*row.head)].split(None, 1)[:1]}
    return [name for name in names.companies(said.start, said.end) if name.split(None, 1)[0] not in heads]


def _lend(givers: Sequence[Statement], rows: Sequence[Statement], *, doubted: bool) -> None:
    facts = [fact for said in givers for fact in said.dates if fact.kind != "ignore"]
    days = {fact.kind: fact for fact in facts}
    told = {(fact.kind, fact.span.year, fact.span.month, fact.span.day) for fact in facts}
    if len(told) > len(days) or any(fact.moved for fact in days.values()):
        for row in rows:
            row.doubts.append(DOUBT)
        return
    givers = sorted(givers, key=lambda said: said.start)
    for row in rows:
        row.dates = [*days.values()]
        row.events = [hit for said in givers for hit in said.events if hit.phrase.value in CASH]
        row.marks = [hit for said in givers for hit in said.marks]
        row.doubts += [doubt for said in givers for doubt in said.doubts] + [DOUBT] * doubted
    for said in givers:
        said.dates = []
