"""Whose word counts where announcements of one action say different things about one field.

The rules, from the strongest: a correction by the issuer (or by the same sender) over what it
corrects, one by an unknown sender only over what no official source announced; official sources over copies; newer over older from one sender; what is announced over
what was forecast. What no rule settles is a conflict: the value on which most sources agreed stays.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from calendar_service.model.codes import NoticeFunction
from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.origin import Grade
from calendar_service.model.remarks import Remark, clean_words, remark

T = TypeVar("T")

# Notices that end or halt an action only repeat its fields.
_REPEATING = frozenset({NoticeFunction.WITHDRAW, NoticeFunction.CANCEL, NoticeFunction.SUSPEND})
_CORRECTING = frozenset({NoticeFunction.REPLACE, NoticeFunction.RESULT})
_WEIGHT = {Grade.ISSUER: 0, Grade.EXCHANGE: 1, Grade.GIVEN: 2, Grade.COPY: 3}


@dataclass(frozen=True, slots=True)
class Saying(Generic[T]):
    """One announcement's word on one field. `exactness` is higher the more exact it is.

    `sense` is what of the value is compared with others: whoever says the same in other words has the same one.
    """

    value: T
    facet: Facet
    sense: Hashable
    is_forecast: bool = False
    exactness: int = 0

    @property
    def voice(self) -> Hashable:
        """All that decides between this word and another: copies of one report have one voice."""
        facet = self.facet
        said = (facet.source, facet.day, facet.function, facet.is_doubted, facet.said.references)
        return self.sense, self.is_forecast, self.exactness, *said


@dataclass(frozen=True, slots=True)
class Resolution(Generic[T]):
    """What holds for a field. `rivals` speak against it and no rule settles it; `overruled` lost by rank."""

    chosen: Saying[T]
    agreeing: tuple[Saying[T], ...]
    rivals: tuple[Saying[T], ...] = ()
    overruled: tuple[Saying[T], ...] = ()


def resolve(sayings: Sequence[Saying[T]], agree: Callable[[T, T], bool]) -> Resolution[T] | None:
    """What holds, given all words on one field, oldest first; None where nobody says anything."""
    if not sayings:
        return None
    told = [item for item in sayings if item.facet.function not in _REPEATING] or list(sayings)
    agree = _remember(told, agree)
    voices = {item.voice: item for item in reversed(told)}
    beaten = {name for name, item in voices.items() if _is_beaten(item, [*voices.values()], agree)}
    standing = [item for item in told if item.voice not in beaten] or told
    exact = max(item.exactness for item in standing)
    sharp = [item for item in standing if item.exactness == exact]
    rough = [item for item in standing if 0 < item.exactness < exact]
    open_ones = [
        *sharp,
        *(item for item in rough if not any(agree(item.value, other.value) for other in _senses(sharp))),
    ]
    backing = {item.sense: _count_sources(item, standing, agree) for item in _senses(open_ones)}
    chosen = min(open_ones, key=lambda item: _standing_of(item, backing[item.sense]))
    content = [item for item in _senses(open_ones) if agree(item.value, chosen.value)]
    # Two that are content with the chosen word, since it says less, may still contradict each other.
    calm = {item.sense for item in content if all(agree(item.value, other.value) for other in content)}
    agreeing = [item for item in standing if agree(item.value, chosen.value)]
    rivals = [item for item in open_ones if item.sense not in calm]
    settled = {id(item) for item in rivals}
    return Resolution(
        chosen=_first_proof(chosen, agreeing),
        agreeing=tuple(agreeing),
        rivals=tuple(rivals),
        overruled=tuple(
            item for item in told if id(item) not in settled and _is_overruled(item, chosen, agree)
        ),
    )


def _remember(told: Sequence[Saying[T]], agree: Callable[[T, T], bool]) -> Callable[[T, T], bool]:
    """The comparison, asked once for each two senses: a thousand copies of one report are compared as one."""
    senses = {id(item.value): item.sense for item in told}
    known: dict[tuple[Hashable, Hashable], bool] = {}

    def ask(one: T, two: T) -> bool:
        key = senses[id(one)], senses[id(two)]
        if key not in known:
            known[key] = agree(one, two)
        return known[key]

    return ask


def _senses(sayings: Iterable[Saying[T]]) -> list[Saying[T]]:
    """The first saying of each sense."""
    found: dict[Hashable, Saying[T]] = {}
    for item in sayings:
        found.setdefault(item.sense, item)
    return list(found.values())


def _count_sources(item: Saying[T], standing: Sequence[Saying[T]], agree: Callable[[T, T], bool]) -> int:
    """How many senders agree with a word; whoever is not known by name counts by the document."""
    backing = (other.facet for other in standing if agree(other.value, item.value))
    return len({facet.source.name or facet.stored.document_id for facet in backing})


def describe_source(facet: Facet) -> Remark:
    """An announcement as the source of a statement: "feed:news.example, 2025-02-03"."""
    name = facet.source.name or clean_words(facet.stored.origin, 60) or remark("unknown source")
    if facet.day is None:
        return remark("{source}, undated", source=name)
    return remark("{source}, {day}", source=name, day=facet.day)


def describe_sides(sides: Iterable[tuple[Remark, Facet]]) -> tuple[Remark, ...]:
    """What several announcements say of one thing, each with its source behind it."""
    return tuple(
        remark("{said} ({source})", said=said, source=describe_source(facet)) for said, facet in sides
    )


def _is_beaten(item: Saying[T], told: Sequence[Saying[T]], agree: Callable[[T, T], bool]) -> bool:
    return any(
        not agree(other.value, item.value) and _beats(other, item, told, agree)
        for other in told
        if other is not item
    )


def _beats(one: Saying[T], two: Saying[T], told: Sequence[Saying[T]], agree: Callable[[T, T], bool]) -> bool:
    """Whether a rule puts the first word over the second, which differs."""
    mine, theirs = one.facet, two.facet
    if mine.function is NoticeFunction.REMIND or mine.is_doubted:
        return False
    if one.is_forecast != two.is_forecast:
        return two.is_forecast
    if mine.is_after(theirs):
        corrects = mine.function in _CORRECTING or mine.refers_to(theirs)
        if mine.source.is_same(theirs.source) or (corrects and mine.source.corrects(theirs.source)):
            return True
        if one.is_forecast and mine.source.grade is not Grade.COPY:
            return True
    if mine.source.outranks(theirs.source):
        return True
    return _is_stale(one, two, told, agree)


def _is_stale(
    one: Saying[T], two: Saying[T], told: Sequence[Saying[T]], agree: Callable[[T, T], bool]
) -> bool:
    """Whether the second repeats what the first, the issuer's own correction, had corrected before."""
    mine, theirs = one.facet, two.facet
    if mine.function is not NoticeFunction.REPLACE or mine.day is None:
        return False
    if not (mine.source.is_own and mine.source.corrects(theirs.source)):
        return False
    if theirs.source.grade not in {Grade.COPY, Grade.EXCHANGE} or theirs.function in _CORRECTING:
        return False
    return any(mine.is_after(old.facet) and agree(old.value, two.value) for old in told if old is not two)


def _standing_of(item: Saying[T], sources: int) -> tuple[object, ...]:
    """The order of choice among words that no rule parts; the smallest is kept."""
    return (
        item.facet.is_doubted,
        -sources,
        _WEIGHT[item.facet.source.grade],
        -item.exactness,
        item.facet.order,
    )


def _first_proof(chosen: Saying[T], agreeing: Sequence[Saying[T]]) -> Saying[T]:
    """Among equal words the best source's oldest firm one: a field keeps its quote when others only confirm it."""

    def weight(item: Saying[T]) -> tuple[bool, bool, bool, int, tuple[object, ...]]:
        facet = item.facet
        repeats = facet.function is NoticeFunction.REMIND
        return facet.is_doubted, item.is_forecast, repeats, _WEIGHT[facet.source.grade], facet.order

    return min((item for item in agreeing if item.exactness == chosen.exactness), key=weight)


def _is_overruled(item: Saying[T], chosen: Saying[T], agree: Callable[[T, T], bool]) -> bool:
    """Whether a newer or copied word lost by rank alone, which a reader should be told."""
    if agree(item.value, chosen.value) or item.is_forecast:
        return False
    return not chosen.facet.is_after(item.facet)
