"""Issuers that were found to be one: who stands for whom, by whose word, and how it is undone.

An issuer that was merged keeps its row, its names and identifiers, and its announcements; it only points to
the one that stands for it. So a merge takes nothing away that undoing it would have to guess.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, and_, or_, select, update

from calendar_service.errors import ConflictError, NotFoundError
from calendar_service.model.action import CorporateAction
from calendar_service.model.records import Correction, IssuerPart
from calendar_service.model.remarks import Remark
from calendar_service.store.columns import load
from calendar_service.store.schema import actions, announcements, corrections, entries, fragments, issuers
from calendar_service.store.statements import Room

MERGED, PARTED = "issuer_merge", "issuer_split"
_DECISIONS = (MERGED, PARTED)


def parts_of(issuer_id: str) -> Select[tuple[str]]:
    """The ids of an issuer and of those that it stands for, as a subquery."""
    return select(issuers.c.id).where(or_(issuers.c.id == issuer_id, issuers.c.merged_into == issuer_id))


class MergeRows(Room):
    """Merges of issuers and the decisions of persons about them."""

    def unite(self, old: str, new: str, reason: Remark) -> None:
        """Lets `new` stand for `old`: their actions and entries are one issuer's."""
        execute = self._connection.execute
        for table in (actions, entries, fragments):
            execute(update(table).where(table.c.issuer_id == old).values(issuer_id=new))
        execute(update(issuers).where(issuers.c.merged_into == old).values(merged_into=new))
        values = {"merged_into": new, "merge_reason": reason}
        execute(update(issuers).where(issuers.c.id == old).values(values))

    def part(self, old: str) -> str:
        """Lets an issuer stand for itself again. Returns the id of the one that stood for it.

        An action goes with the issuer of its oldest announcement. Raises NotFoundError for an unknown
        issuer, ConflictError for one that nobody else stands for.
        """
        row = self._connection.execute(select(issuers.c.merged_into).where(issuers.c.id == old)).first()
        if row is None:
            raise NotFoundError(f"There is no issuer {old}; `calendar-service issuers` lists them.")
        if row.merged_into is None:
            raise ConflictError(
                f"{old} stands for itself; `calendar-service issuers show {old}` tells what it stands for."
            )
        execute = self._connection.execute
        execute(update(issuers).where(issuers.c.id == old).values(merged_into=None, merge_reason=None))
        for action_id in self._actions_begun_by(old, row.merged_into):
            execute(update(actions).where(actions.c.id == action_id).values(issuer_id=old))
            execute(update(entries).where(entries.c.action_id == action_id).values(issuer_id=old))
            mine = select(entries.c.id).where(entries.c.action_id == action_id)
            execute(update(fragments).where(fragments.c.entry_id.in_(mine)).values(issuer_id=old))
        return str(row.merged_into)

    def _actions_begun_by(self, old: str, root: str) -> list[str]:
        owned = select(announcements.c.id).where(announcements.c.issuer_id == old)
        mine = set(self._connection.execute(owned).scalars())
        query = select(actions.c.id, actions.c.body).where(actions.c.issuer_id == root)
        begun = (
            (row.id, load(CorporateAction, row.body).announcements) for row in self._connection.execute(query)
        )
        return [action_id for action_id, told in begun if told and told[0] in mine]

    def parts(self, issuer_id: str) -> Sequence[IssuerPart]:
        """Those that this issuer stands for, oldest first, each with the reason."""
        query = select(issuers.c.id, issuers.c.name, issuers.c.merge_reason)
        rows = self._connection.execute(
            query.where(issuers.c.merged_into == issuer_id).order_by(issuers.c.number)
        )
        return [IssuerPart(row.id, row.name, row.merge_reason) for row in rows]

    def remember(self, decision: Correction) -> None:
        """Keeps what a person decided on two issuers."""
        row = {name: getattr(decision, name) for name in decision.__slots__}
        self._connection.execute(corrections.insert(), row)

    def decisions(self, issuer_id: str) -> Sequence[Correction]:
        """What persons decided on this issuer and those that it stands for, oldest first."""
        family = parts_of(issuer_id)
        about = or_(corrections.c.target.in_(family), corrections.c.value.in_(family))
        columns = [column for column in corrections.c if column.name != "id"]
        query = select(*columns).where(corrections.c.field.in_(_DECISIONS), about).order_by(corrections.c.id)
        return [Correction(**row._mapping) for row in self._connection.execute(query)]  # noqa: SLF001

    def are_kept_apart(self, one: str, two: str) -> bool:
        """Whether the last word of a person on these two, or on any that they stand for, parted them."""
        mine, theirs = parts_of(one), parts_of(two)
        target, value = corrections.c.target, corrections.c.value
        either = or_(and_(target.in_(mine), value.in_(theirs)), and_(target.in_(theirs), value.in_(mine)))
        query = select(target, value, corrections.c.field).where(corrections.c.field.in_(_DECISIONS), either)
        last: dict[frozenset[str], str] = {}
        for row in self._connection.execute(query.order_by(corrections.c.id)):
            last[frozenset((row.target, row.value))] = row.field
        return PARTED in last.values()
