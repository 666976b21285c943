"""A document that is read again: which of its announcements are those of before, and whose word it has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import count

from calendar_service.model.action import CorporateAction
from calendar_service.model.announcement import Announcement
from calendar_service.model.reconcile.facets import are_related, family_of
from calendar_service.model.reconcile.identity import derive_id
from calendar_service.model.reconcile.origin import Grade, rank
from calendar_service.model.records import StoredAnnouncement

Said = tuple[str, Announcement]  # the issuer's id, and what is announced of it
FindAction = Callable[[str], CorporateAction | None]

_RISING = (Grade.COPY, Grade.GIVEN, Grade.EXCHANGE, Grade.ISSUER)


def is_better(origin: str, known: str) -> bool:
    """Whether an origin's word counts more than that of another one."""
    return _RISING.index(rank(origin).grade) > _RISING.index(rank(known).grade)


def name_announcements(
    document_id: str, said: Sequence[Said], before: Sequence[StoredAnnouncement], find: FindAction
) -> list[str]:
    """An id for each announcement of a document, "<document id>.<ordinal>".

    One that speaks of what one of `before` spoke of keeps its id, and with it action and calendar
    entries. Others get an id from which no other action was made; `find` looks an action up.
    """
    alike = sorted(
        (-likeness, new, old)
        for new, (_, announcement) in enumerate(said)
        for old, known in enumerate(before)
        if (likeness := _compare(announcement, known.announcement))
    )
    names: dict[int, str] = {}
    taken: set[str] = set()
    for _, new, old in alike:
        if new not in names and before[old].id not in taken:
            names[new] = before[old].id
            taken.add(before[old].id)
    taken |= {known.id for known in before}
    for new, item in enumerate(said):
        if new not in names:
            names[new] = next(_free_names(document_id, item, taken, find))
            taken.add(names[new])
    return [names[new] for new in range(len(said))]


def _free_names(document_id: str, said: Said, taken: set[str], find: FindAction) -> Iterator[str]:
    for ordinal in count():
        name = f"{document_id}.{ordinal}"
        if name in taken:
            continue
        action = find(derive_id(name))
        if action is None or _is_put_away(action, said):
            yield name


def _is_put_away(action: CorporateAction, said: Said) -> bool:
    """Whether an action that nothing announced any more is announced again."""
    issuer_id, announcement = said
    same = (action.issuer_id, action.event_type) == (issuer_id, announcement.event_type)
    return same and not action.announcements


def _compare(new: Announcement, old: Announcement) -> int:
    """How much two readings of a document are alike; 0 where they do not speak of one thing."""
    one, two = family_of(new.event_type), family_of(old.event_type)
    if one != two and not are_related(one, two):
        return 0
    facts = (
        replace(new, doubts=()) == replace(old, doubts=()),
        new.event_type is old.event_type,
        new.issuer == old.issuer,
        new.amount == old.amount,
        new.period == old.period,
        new.security == old.security,
    )
    days = {(item.kind, item.day) for item in new.dates} & {(item.kind, item.day) for item in old.dates}
    return 1 + 8 * facts[0] + sum(facts[1:]) + 2 * len(days)
