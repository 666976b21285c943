"""Many announcements of one issuer, one state of each corporate action.

A pure function of the set of announcements and corrections: the order in which they are given, or
became known, plays no part, and reconciling its own result again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from calendar_service.model.action import CorporateAction
from calendar_service.model.codes import NoticeFunction
from calendar_service.model.reconcile.composition import compose
from calendar_service.model.reconcile.decisions import Anchors, anchor, in_order, link
from calendar_service.model.reconcile.differences import differences
from calendar_service.model.reconcile.facets import prepare
from calendar_service.model.reconcile.grouping import Group, Placement, gather
from calendar_service.model.reconcile.identity import assign_ids
from calendar_service.model.reconcile.lifecycle import follow, pass_days
from calendar_service.model.reconcile.matching import explain_match
from calendar_service.model.reconcile.origin import Ranking, rank
from calendar_service.model.reconcile.overrides import Draft, find_problem, override
from calendar_service.model.records import Correction, StoredAnnouncement
from calendar_service.model.remarks import Remark, remark

__all__ = ["Reconciliation", "differences", "explain_match", "reconcile"]

MOST_REASONS = 20  # that are listed for one hold


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What reconciling found.

    `merged` leads from an action id that is no more to the one that took it in. `placements` say
    for each announcement why it is where it is. `unused` are corrections whose target or value
    means nothing here, each with the reason.
    """

    actions: tuple[CorporateAction, ...]
    merged: dict[str, str]
    placements: tuple[Placement, ...]
    unused: tuple[tuple[Correction, str], ...] = ()


def reconcile(
    announcements: Sequence[StoredAnnouncement],
    corrections: Sequence[Correction],
    existing: Sequence[CorporateAction],
    today: date,
    ranking: Ranking = rank,
) -> Reconciliation:
    """The actions of one issuer, oldest first, from everything that is known of it.

    Dates are the stated ones: the market's are to be derived afterwards. `existing` only keeps ids
    (and revision numbers) stable. `ranking` tells whose word counts more.
    """
    facets = prepare(announcements, ranking)
    known = {
        action.id: first
        for action in existing
        if (first := next((name for name in action.announcements), None)) is not None
    }
    anchors = anchor(facets, known)
    groups = gather(facets, link(corrections, anchors))
    ids, merged = assign_ids([group.members for group in groups], existing)
    revisions = {action.id: action.revision for action in existing}
    actions = tuple(
        _build(group, action_id, revisions.get(action_id, 0), _concerning(group, corrections, anchors), today)
        for group, action_id in zip(groups, ids, strict=True)
    )
    placements = tuple(placement for group in groups for placement in group.placements)
    return Reconciliation(actions, merged, placements, _find_unused(corrections, anchors))


def _build(
    group: Group, action_id: str, revision: int, corrections: Sequence[Correction], today: date
) -> CorporateAction:
    life = follow(group.members)
    action, doubts = compose(group.members, life, action_id, revision)
    draft = Draft(action, (*group.doubts, *doubts), tuple(group.members), life.since)
    draft = override(draft, corrections)
    held = _bound(tuple(dict.fromkeys(doubt.reason for doubt in draft.doubts)))
    has_result = any(facet.function is NoticeFunction.RESULT for facet in life.active)
    return pass_days(replace(draft.action, held=held), today, has_result=has_result)


def _bound(reasons: tuple[Remark, ...]) -> tuple[Remark, ...]:
    """As many reasons as a person reads: whoever floods an issuer with vague notices fills no database."""
    more = len(reasons) - MOST_REASONS
    if more <= 0:
        return reasons
    return (*reasons[:MOST_REASONS], remark("And {count} more reasons like these.", count=more))


def _concerning(group: Group, corrections: Iterable[Correction], anchors: Anchors) -> list[Correction]:
    """The corrections whose target is this group's action or one of its announcements, as they were made."""
    inside = {facet.id for facet in group.members}
    return [item for item in in_order(corrections) if anchors.find(item.target) in inside]


def _find_unused(corrections: Iterable[Correction], anchors: Anchors) -> tuple[tuple[Correction, str], ...]:
    found: list[tuple[Correction, str]] = []
    for item in in_order(corrections):
        problem = find_problem(item.field, item.value)
        if anchors.find(item.target) is None:
            problem = "Nothing of this issuer has the id that it is meant for."
        elif item.field == "merge" and anchors.find(item.value) is None:
            problem = "Nothing of this issuer has the id that it is to be merged with."
        if problem:
            found.append((item, problem))
    return tuple(found)
