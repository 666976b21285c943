"""The use case "an action changed": its calendar entries, and whatever else wants to know, follow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from calendar_service.model.action import CorporateAction
from calendar_service.model.ports import Publisher, Unit
from calendar_service.publish.ical import PlannedEntry, plan_entries, retire_entries
from calendar_service.publish.links import Links


@dataclass(frozen=True, slots=True)
class EntryPublisher:
    """Keeps the entries of an action, rendered in every language, as the action is now."""

    links: Links

    def publish(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Render the entries that say something new; only those of this action are touched."""
        previous = unit.entries.of_action(action.id)
        documents = [stored for key in action.documents if (stored := unit.documents.find(key)) is not None]
        planned = plan_entries(
            action,
            previous,
            unit.entries.fragments_of(action.id),
            now,
            self.links.host,
            links=self.links,
            history=unit.actions.revisions(action.id),
            documents=documents,
        )
        _save(unit, planned)

    def retire(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Leave tombstones for the entries of an action that was merged into another."""
        previous = unit.entries.of_action(action.id)
        stored = unit.entries.fragments_of(action.id)
        _save(unit, retire_entries(action, previous, stored, now, self.links.host, links=self.links))


@dataclass(frozen=True, slots=True)
class Publishers:
    """Several publishers, told one after the other."""

    members: Sequence[Publisher]

    def publish(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Tell each that the action changed."""
        for member in self.members:
            member.publish(unit, action, now)

    def retire(self, unit: Unit, action: CorporateAction, now: datetime) -> None:
        """Tell each that the action is no more."""
        for member in self.members:
            member.retire(unit, action, now)


def _save(unit: Unit, planned: Sequence[PlannedEntry]) -> None:
    for item in planned:
        unit.entries.save(item.entry, item.fragments)
