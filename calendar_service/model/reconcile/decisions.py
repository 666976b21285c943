"""What persons decided, worked out: who is merged or kept apart, and each action's corrections."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from calendar_service.model.reconcile.facets import Facet
from calendar_service.model.reconcile.identity import derive_id
from calendar_service.model.records import Correction


@dataclass(slots=True)
class Links:
    """Merges and splits by persons, in terms of announcements."""

    splits: dict[str, datetime] = field(default_factory=dict)
    merges: dict[str, int] = field(default_factory=dict)

    def are_split(self, one: Facet, two: Facet) -> bool:
        """Whether a person, knowing both, took one of them out of the other's action."""
        return any(
            (at := self.splits.get(mine.id)) is not None and theirs.stored.known_at <= at
            for mine, theirs in ((one, two), (two, one))
        )

    def are_merged(self, one: Iterable[Facet], two: Iterable[Facet]) -> bool:
        """Whether a person merged an action of one group with one of the other."""
        if not self.merges:
            return False
        mine = {self.merges[facet.id] for facet in one if facet.id in self.merges}
        return any(self.merges.get(facet.id) in mine for facet in two)


@dataclass(frozen=True, slots=True)
class Anchors:
    """Finds the announcement that a correction's target means: an announcement id, or the id of an action."""

    announcements: frozenset[str]
    actions: dict[str, str]

    def find(self, target: str) -> str | None:
        """The announcement, or None where nothing of this issuer has that id."""
        return target if target in self.announcements else self.actions.get(target)


def anchor(facets: Sequence[Facet], known: dict[str, str]) -> Anchors:
    """Anchors for these announcements; `known` adds action ids that were not derived from one of them."""
    derived = {derive_id(facet.id): facet.id for facet in facets}
    return Anchors(frozenset(facet.id for facet in facets), {**known, **derived})


def in_order(corrections: Iterable[Correction]) -> list[Correction]:
    """Corrections as they were made; the last word of one instant is decided by its content, not by chance."""
    return sorted(set(corrections), key=lambda item: (item.at, item.field, item.value, item.by, item.target))


def link(corrections: Iterable[Correction], anchors: Anchors) -> Links:
    """The merges and splits that stand: a later split undoes a merge of the same announcement, and the reverse."""
    splits: dict[str, datetime] = {}
    pairs: list[tuple[str, str]] = []
    for item in in_order(corrections):
        if item.field == "split":
            leaving = anchors.find(item.value) or anchors.find(item.target)
            if leaving is not None:
                splits[leaving] = item.at
                pairs = [pair for pair in pairs if leaving not in pair]
        elif item.field == "merge":
            pair = (anchors.find(item.target), anchors.find(item.value))
            if pair[0] is not None and pair[1] is not None and pair[0] != pair[1]:
                pairs.append((pair[0], pair[1]))
    return Links(splits, _number_sets(pairs))


def _number_sets(pairs: Iterable[tuple[str, str]]) -> dict[str, int]:
    """A number per announcement, the same for all that pairs connect."""
    sets: list[set[str]] = []
    for pair in pairs:
        joined = set(pair).union(*(known for known in sets if known & set(pair)))
        sets = [known for known in sets if not known & set(pair)] + [joined]
    return {name: number for number, names in enumerate(sets) for name in names}
