"""Announcements gathered into actions, one after the other in their order, with the reasons kept.

Since the order depends only on what the documents say, the groups depend only on the set of
announcements. What a person split stays apart, what a person merged stays together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.model.codes import NoticeFunction
from calendar_service.model.reconcile.comparison import LONGEST
from calendar_service.model.reconcile.decisions import Links
from calendar_service.model.reconcile.facets import Facet, are_related
from calendar_service.model.reconcile.matching import Match, Verdict, bar, match
from calendar_service.model.reconcile.security import compare_classes

MARGIN = 2  # a best match that leads by less is no choice
AFTERMATH = timedelta(days=30)  # for so long after its last date an action may still be spoken of

_ENDS = frozenset({NoticeFunction.WITHDRAW, NoticeFunction.CANCEL})
_UNSETTLES = frozenset(
    {NoticeFunction.WITHDRAW, NoticeFunction.CANCEL, NoticeFunction.SUSPEND, NoticeFunction.REPLACE}
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to hold a group: `sources` are the announcements that give it, `near` others it may belong with.

    `field` names what is doubted where it is one field ("dates.record", "amount").
    """

    reason: str
    sources: tuple[str, ...]
    near: tuple[str, ...] = ()
    field: str = ""


@dataclass(frozen=True, slots=True)
class Placement:
    """Why an announcement is where it is. `other` is the announcement that it was compared with, if any."""

    announcement_id: str
    verdict: Verdict
    reasons: tuple[str, ...]
    other: str | None = None


@dataclass(slots=True)
class Group:
    """The announcements of one action, oldest first."""

    members: list[Facet]
    doubts: list[Doubt] = dataclasses.field(default_factory=list)
    placements: list[Placement] = dataclasses.field(default_factory=list)
    _reach: tuple[int, int] | None = None

    def may_hold(self, facet: Facet, reach: tuple[int, int]) -> bool:
        """Whether a closer look is worth it: of a related family, and not years away in every respect.

        `reach` is that of the announcement alone, worked out once for all groups.
        """
        first = self.members[0]
        if first.family != facet.family and not are_related(first.family, facet.family):
            return False
        if facet.day is None or facet.said.references:
            return True
        if self._reach is None:
            self._reach = _span(self.members)
        first_day, last_day = self._reach
        earliest, latest = reach
        return earliest <= last_day and latest >= first_day

    def add(self, members: Iterable[Facet]) -> None:
        """Takes in more announcements; all stay in their order."""
        self.members = sorted([*self.members, *members], key=lambda facet: facet.order)
        self._reach = None


def _span(members: Sequence[Facet]) -> tuple[int, int]:
    """From half the longest life of an action before the first day that is named to half after the last.

    Ordinals of days, since half a life before the year 1 is no date.
    """
    if any(member.day is None for member in members):
        return 0, date.max.toordinal()
    days = [
        item.day.toordinal() for member in members for item in member.days.values() if item.day is not None
    ]
    days += [member.day.toordinal() for member in members if member.day is not None]
    return min(days) - LONGEST.days // 2, max(days) + LONGEST.days // 2


@dataclass(frozen=True, slots=True)
class _Candidate:
    group: Group
    match: Match
    other: Facet


def gather(facets: Sequence[Facet], links: Links) -> list[Group]:
    """Groups of prepared announcements (in their order), oldest group first; each in exactly one."""
    groups: list[Group] = []
    for facet in facets:
        _place(facet, groups, links)
    return _join_merged(groups, links)


def _place(facet: Facet, groups: list[Group], links: Links) -> None:
    reach = _span([facet])
    near = (group for group in groups if group.may_hold(facet, reach))
    candidates = [found for group in near if (found := _weigh(facet, group, links)) is not None]
    same = _best_first(candidates, Verdict.SAME)
    only = [found for found in _best_first(candidates, Verdict.ONLY) if _is_open(found.group, facet)]
    chosen, ambiguous = _choose(same, links) if same else _choose_only(only, links)
    if chosen is not None:
        _join(facet, chosen)
        _absorb(facet, chosen, same, groups, links)
        return
    groups.append(Group([facet]))
    possible = ambiguous or _best_first(candidates, Verdict.POSSIBLE)
    _tell_apart(groups[-1], candidates, possible, ambiguous=bool(ambiguous))


def _weigh(facet: Facet, group: Group, links: Links) -> _Candidate | None:
    """The best match with any member; None where one member rules it out."""
    best: _Candidate | None = None
    for member in group.members:
        if links.splits and links.are_split(facet, member):
            return None
        found = match(facet, member)
        if found.verdict is Verdict.NEVER:
            if _is_joint(facet, member, group):
                continue
            return None
        if best is None or _strength(found) > _strength(best.match):
            best = _Candidate(group, found, member)
    return best


def _strength(found: Match) -> tuple[int, int]:
    order = (Verdict.NEVER, Verdict.APART, Verdict.POSSIBLE, Verdict.ONLY, Verdict.SAME)
    return order.index(found.verdict), found.score


def _is_joint(facet: Facet, member: Facet, group: Group) -> bool:
    """Whether the two only differ in class, and another member announces both classes together."""
    if bar(facet, member) or compare_classes(facet.share_class, member.share_class) is not False:
        return False
    if facet.share_class is None or member.share_class is None:
        return False
    both = facet.share_class.names | member.share_class.names
    joint = (other.share_class for other in group.members if other.share_class is not None)
    return bool(both) and any(both <= share_class.names for share_class in joint)


def _best_first(candidates: Iterable[_Candidate], verdict: Verdict) -> list[_Candidate]:
    fitting = (found for found in candidates if found.match.verdict is verdict)
    return sorted(fitting, key=lambda found: -found.match.score)


def _choose(same: list[_Candidate], links: Links) -> tuple[_Candidate | None, list[_Candidate]]:
    """The best of several; none, and those between which it is open, where the lead is too small."""
    top = same[0]
    rivals = [found for found in same[1:] if top.match.score - found.match.score < MARGIN]
    rivals = [found for found in rivals if not _are_one(top.group, found.group, links)]
    return (None, [top, *rivals]) if rivals else (top, [])


def _choose_only(only: list[_Candidate], links: Links) -> tuple[_Candidate | None, list[_Candidate]]:
    if not only:
        return None, []
    rivals = [found for found in only[1:] if not links.are_merged(only[0].group.members, found.group.members)]
    return (None, [only[0], *rivals]) if rivals else (only[0], [])


def _are_one(first: Group, second: Group, links: Links) -> bool:
    """Whether two groups turn out to be one when an announcement fits both: nothing in them disagrees."""
    if links.are_merged(first.members, second.members):
        return True
    for mine in first.members:
        for theirs in second.members:
            if links.are_split(mine, theirs) or bar(mine, theirs):
                return False
            found = match(mine, theirs)
            if found.verdict is Verdict.NEVER or found.disagrees:
                return False
    return True


def _is_open(group: Group, facet: Facet) -> bool:
    """Whether an announcement that does not say which action it means can mean this one."""
    if group.members[-1].function in _ENDS or facet.day is None:
        return False
    dates = [item for member in group.members for item in member.days.values()]
    days = [day for item in dates if (day := item.last_day or item.day) is not None]
    return not days or facet.day - max(days) <= AFTERMATH


def _join(facet: Facet, chosen: _Candidate) -> None:
    group = chosen.group
    group.add([facet])
    group.placements.append(
        Placement(facet.id, chosen.match.verdict, chosen.match.reasons, other=chosen.other.id)
    )


def _absorb(
    facet: Facet, chosen: _Candidate, same: list[_Candidate], groups: list[Group], links: Links
) -> None:
    """Takes in the other groups that the announcement shows to be the same action."""
    for other in same:
        if other.group is chosen.group or not _are_one(chosen.group, other.group, links):
            continue
        _unite(chosen.group, other.group)
        groups[:] = [group for group in groups if group is not other.group]
        why = (f"The announcement of {facet.day} fits both.", *other.match.reasons)
        chosen.group.placements.append(Placement(other.other.id, Verdict.SAME, why, other=facet.id))


def _unite(target: Group, other: Group) -> None:
    target.add(other.members)
    target.doubts += other.doubts
    target.placements += other.placements


def _tell_apart(
    group: Group, candidates: list[_Candidate], possible: list[_Candidate], *, ambiguous: bool
) -> None:
    """Says why an announcement begins an action of its own, and holds it where that is not certain."""
    facet = group.members[0]
    nearest = max(candidates, key=lambda found: _strength(found.match), default=None)
    verdict = nearest.match.verdict if nearest else Verdict.APART
    reasons = nearest.match.reasons if nearest else ("It is the first that is known of this action.",)
    group.placements.append(
        Placement(facet.id, verdict, reasons, other=nearest.other.id if nearest else None)
    )
    if not possible:
        return
    near = tuple(found.other.id for found in possible)
    which = "several actions" if ambiguous else "another action"
    group.doubts.append(Doubt(f"It may belong to {which} of the issuer: {_why(possible)}", (facet.id,), near))
    if ambiguous and facet.function in _UNSETTLES:
        word = facet.function.value
        reason = f'An announcement of {facet.day} ("{word}") may concern this action; it does not say which.'
        doubt = Doubt(reason, (facet.id,), (facet.id, *near))  # one for all: there may be thousands
        for found in possible:
            found.group.doubts.append(doubt)


def _why(possible: list[_Candidate]) -> str:
    return " ".join(dict.fromkeys(found.match.reasons[-1] for found in possible))


def _join_merged(groups: list[Group], links: Links) -> list[Group]:
    """Unites the groups that a person merged, and drops doubts that this settles."""
    result: list[Group] = []
    for group in groups:
        home = [other for other in result if links.are_merged(other.members, group.members)]
        if not home:
            result.append(group)
            continue
        for other in (group, *home[1:]):
            _unite(home[0], other)
        result = [other for other in result if not any(other is gone for gone in home[1:])]
    _drop_settled(result)
    return sorted(result, key=lambda group: group.members[0].order)


def _drop_settled(groups: list[Group]) -> None:
    """Drops each doubt whose announcement is now in one group with one that it may belong with."""
    home = {member.id: number for number, group in enumerate(groups) for member in group.members}

    answers: dict[int, bool] = {}

    def is_open(doubt: Doubt) -> bool:
        if (known := answers.get(id(doubt))) is None:
            others = {home[name] for name in doubt.near if name not in doubt.sources}
            known = answers[id(doubt)] = not others & {home[name] for name in doubt.sources}
        return known

    for group in groups:
        group.doubts = [doubt for doubt in group.doubts if is_open(doubt)]
