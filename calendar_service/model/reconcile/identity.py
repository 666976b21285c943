"""Ids of actions: derived from the oldest announcement, kept for ever, redirected when two become one."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

from calendar_service.model.action import CorporateAction
from calendar_service.model.reconcile.facets import Facet


def derive_id(announcement_id: str) -> str:
    """The id of an action that begins with this announcement: 17 lower-case ASCII characters, no date."""
    digest = hashlib.sha256(announcement_id.encode("utf-8", "surrogatepass")).digest()
    return "a" + base64.b32encode(digest[:10]).decode("ascii").lower()


def assign_ids(
    groups: Sequence[Sequence[Facet]], existing: Sequence[CorporateAction]
) -> tuple[list[str], dict[str, str]]:
    """An id per group, and ids that were merged away (each to the id that took it in).

    An existing id goes to the group that holds the announcement it was made from. A group that
    inherits several keeps that of the oldest announcement. Groups without an heirloom get the id
    of their oldest announcement.
    """
    facets = {facet.id: facet for group in groups for facet in group}
    home = {facet.id: number for number, group in enumerate(groups) for facet in group}
    made_from = {derive_id(announcement_id): announcement_id for announcement_id in facets}
    heirlooms: dict[int, list[tuple[tuple[date, int, int, str, str], str]]] = {}
    for action in existing:
        anchor = made_from.get(action.id) or _oldest(action, facets)
        if anchor is not None:
            heirlooms.setdefault(home[anchor], []).append((facets[anchor].order, action.id))
    ids: list[str] = []
    merged: dict[str, str] = {}
    for number, group in enumerate(groups):
        inherited = [action_id for _, action_id in sorted(heirlooms.get(number, []))]
        ids.append(inherited[0] if inherited else derive_id(group[0].id))
        merged |= {loser: ids[-1] for loser in inherited[1:] if loser != ids[-1]}
    return ids, merged


def _oldest(action: CorporateAction, facets: Mapping[str, Facet]) -> str | None:
    present = [facets[name] for name in action.announcements if name in facets]
    return min(present, key=lambda facet: facet.order).id if present else None
