"""Announcements gathered into actions, one after the other in their order, with the reasons kept.

Since the order depends only on what the documents say, the groups depend only on the set of
announcements. What a person split stays apart, what a person merged stays together.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from calendar_service.model.codes import NoticeFunction
from calendar_service.model.reconcile.comparison import LONGEST
from calendar_service.model.reconcile.decisions import Links
from calendar_service.model.reconcile.facets import Facet, are_related
from calendar_service.model.reconcile.matching import Match, Verdict, are_other_classes, bar, match
from calendar_service.model.reconcile.nearby import Reach, Register
from calendar_service.model.reconcile.security import compare_classes
from calendar_service.model.reconcile.wording import describe_day
from calendar_service.model.remarks import Remark, join, remark

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

    reason: Remark
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
    """The announcements of one action, oldest first. `number` tells which group began earlier."""

    members: list[Facet]
    number: int = 0
    doubts: list[Doubt] = dataclasses.field(default_factory=list)
    placements: list[Placement] = dataclasses.field(default_factory=list)
    _reach: Reach | None = None
    _voices: dict[Hashable, Facet] = dataclasses.field(default_factory=dict)
    _documents: set[str] = dataclasses.field(default_factory=set)

    def __post_init__(self) -> None:
        self._listen(self.members)

    @property
    def voices(self) -> Iterable[Facet]:
        """One member for all that say the same on the same day, so that a thousand copies are compared once."""
        return self._voices.values()

    @property
    def reach(self) -> Reach:
        """The first and the last day on which something may be said of it."""
        if self._reach is None:
            self._reach = _span(self.members)
        return self._reach

    def may_hold(self, facet: Facet, reach: Reach) -> bool:
        """Whether a closer look is worth it: of a related family, and not years away in every respect.

        `reach` is that of the announcement alone, worked out once for all groups.
        """
        if facet.stored.document_id in self._documents:
            return False  # one document announces them as two
        first = self.members[0]
        if first.family != facet.family and not are_related(first.family, facet.family):
            return False
        if facet.day is None or facet.said.references:
            return True
        first_day, last_day = self.reach
        earliest, latest = reach
        return earliest <= last_day and latest >= first_day

    def add(self, members: Sequence[Facet]) -> None:
        """Takes in more announcements; all stay in their order."""
        is_newest = members[0].order > self.members[-1].order
        self.members = [*self.members, *members]
        self._reach = None
        if not is_newest:
            self.members.sort(key=lambda facet: facet.order)
            self._voices.clear()
        self._listen(members if is_newest else self.members)

    def _listen(self, members: Iterable[Facet]) -> None:
        for member in members:
            self._voices.setdefault(member.voice, member)
            self._documents.add(member.stored.document_id)


def _span(members: Sequence[Facet]) -> Reach:
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


class _Groups:
    """The groups so far, and the register that finds those worth a comparison."""

    def __init__(self) -> None:
        self._groups: dict[int, Group] = {}
        self._register = Register()
        self._given = 0

    def in_order(self) -> list[Group]:
        """All of them, as they began."""
        return [self._groups[number] for number in sorted(self._groups)]

    def near(self, facet: Facet) -> Iterator[Group]:
        """The groups that an announcement may belong to, as they began."""
        reach = _span([facet])
        for number in self._register.find(facet, reach):
            group = self._groups.get(number)
            if group is not None and group.may_hold(facet, reach):
                yield group

    def begin(self, facet: Facet) -> Group:
        """A new group with its first announcement."""
        self._given += 1
        group = self._groups[self._given] = Group([facet], self._given)
        self._register.file(group.number, [facet], group.reach)
        return group

    def add(self, group: Group, facet: Facet) -> None:
        """Takes an announcement into a group."""
        before = group.reach
        group.add([facet])
        self._register.file(group.number, [facet] if group.reach == before else group.members, group.reach)

    def unite(self, target: Group, other: Group) -> None:
        """Takes one group into another."""
        _unite(target, other)
        del self._groups[other.number]
        self._register.file(target.number, target.members, target.reach)


@dataclass(frozen=True, slots=True)
class _Candidate:
    group: Group
    match: Match
    other: Facet


def gather(facets: Sequence[Facet], links: Links) -> list[Group]:
    """Groups of prepared announcements (in their order), oldest group first; each in exactly one."""
    groups = _Groups()
    for facet in facets:
        _place(facet, groups, links)
    return _join_merged(groups.in_order(), links)


def _place(facet: Facet, groups: _Groups, links: Links) -> None:
    candidates = [found for group in groups.near(facet) if (found := _weigh(facet, group, links)) is not None]
    same = _best_first(candidates, Verdict.SAME)
    only = [found for found in _best_first(candidates, Verdict.ONLY) if _is_open(found.group, facet)]
    chosen, ambiguous = _choose(same, links) if same else _choose_only(only, links)
    if chosen is not None:
        _join(facet, chosen, groups)
        _absorb(facet, chosen, same, groups, links)
        return
    possible = ambiguous or _best_first(candidates, Verdict.POSSIBLE)
    _tell_apart(groups.begin(facet), candidates, possible, ambiguous=bool(ambiguous))


def _weigh(facet: Facet, group: Group, links: Links) -> _Candidate | None:
    """The best match with any member; None where one member rules it out."""
    best: _Candidate | None = None
    for member in group.members if links.splits else group.voices:
        if links.splits and links.are_split(facet, member):
            return None
        found = None if are_other_classes(facet, member) else match(facet, member)
        if found is None or found.verdict is Verdict.NEVER:
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


def _join(facet: Facet, chosen: _Candidate, groups: _Groups) -> None:
    group = chosen.group
    groups.add(group, facet)
    group.placements.append(
        Placement(facet.id, chosen.match.verdict, chosen.match.reasons, other=chosen.other.id)
    )


def _absorb(facet: Facet, chosen: _Candidate, same: list[_Candidate], groups: _Groups, links: Links) -> None:
    """Takes in the other groups that the announcement shows to be the same action."""
    for other in same:
        if other.group is chosen.group or not _are_one(chosen.group, other.group, links):
            continue
        groups.unite(chosen.group, other.group)
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
    why = join(dict.fromkeys(found.match.because for found in possible))
    reason = (
        remark("It may belong to several actions of the issuer: {why}", why=why)
        if ambiguous
        else remark("It may belong to another action of the issuer: {why}", why=why)
    )
    group.doubts.append(Doubt(reason, (facet.id,), near))
    if ambiguous and facet.function in _UNSETTLES:
        doubt = Doubt(
            _say_unclear(facet), (facet.id,), (facet.id, *near)
        )  # one for all: there may be thousands
        for found in possible:
            found.group.doubts.append(doubt)


def _say_unclear(facet: Facet) -> Remark:
    return remark(
        'An announcement of {day} ("{function}") may concern this action; it does not say which.',
        day=describe_day(facet.day),
        function=facet.function,
    )


def _join_merged(groups: list[Group], links: Links) -> list[Group]:
    """Unites the groups that a person merged, and drops doubts that this settles."""
    result: list[Group] = [] if links.merges else groups
    for group in groups if links.merges else ():
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
