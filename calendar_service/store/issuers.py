"""Who announces: one issuer under many names and identifiers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select, update
from sqlalchemy.engine import Connection

from calendar_service.model.announcement import Announcement
from calendar_service.model.codes import EventType
from calendar_service.model.records import StoredIssuer
from calendar_service.model.remarks import Remark, remark
from calendar_service.model.subscription import Selection
from calendar_service.model.values import SecurityId
from calendar_service.store.columns import TextList, among, is_among, storable
from calendar_service.store.merges import MergeRows, parts_of
from calendar_service.store.names import NameKey, are_akin, bound, make_key, make_slug
from calendar_service.store.schema import issuer_aliases, issuers
from calendar_service.store.statements import Room, insert_new

# Identifiers of the company itself: two different ones are two companies, whatever else they share.
_COMPANY_SCHEMES = ("lei", "cik")
# In these the securities named may be another company's.
_TWO_COMPANIES = {EventType.TENDER_OFFER, EventType.MERGER, EventType.EXCHANGE_OFFER, EventType.SPIN_OFF}

Alias = tuple[str, str, str]  # scheme, value, qualifier

# The issuer that stands for the one of a row.
_ROOT = func.coalesce(issuers.c.merged_into, issuers.c.id)


class IssuerRows(Room):
    """Issuers and what they are known by, for the other rooms."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self.merges = MergeRows(connection)

    def match(self, announcement: Announcement) -> tuple[str, frozenset[str]]:
        """The announcement's issuer, and the ids of all issuers whose rows changed.

        By identifier first; several issuers that share one become the oldest of them where their names
        may be one company's, or a person has said so, and the announcement is of one company's action.
        One forged document may name any two; what a person parted stays apart. By name only where exactly one issuer has it and
        nothing speaks against that one; a name joins two only where a person has said that both are one.
        """
        ids = _ids_of(announcement)
        name = make_key(announcement.issuer.name)
        aliases = [make_key(alias) for alias in announcement.issuer.aliases]
        found = self._by_identifiers(ids)
        changed: set[str] = set()
        is_torn = False
        if len(found) > 1 and announcement.event_type in _TWO_COMPANIES:
            found, is_torn = [self._best_named(found, name)], True
        for key in (name, *aliases) if aliases else ():
            found += [one for one in (self._by_name(key, ids),) if one and one not in found]
        if len(found) > 1:
            found, changed = self._merge(
                found, [*ids, *_names_of(aliases)], {key.value for key in (name, *aliases) if aliases}
            )
        if len(found) > 1:
            found, is_torn = [self._best_named(found, name)], True
        is_named = bool(name.value) or not ids
        chosen = found[0] if found else self._by_name(name, ids) if is_named else None
        if chosen is None:
            chosen = self._create(announcement.issuer.name, name, ids)
        self._lock(chosen)
        if aliases:  # a person has said what this issuer is called
            called = storable(announcement.issuer.name)[:500]
            self._connection.execute(update(issuers).where(issuers.c.id == chosen).values(name=called))
        names: list[Alias] = [("name", name.value, name.family)] if is_named else []
        part = self.part_for(chosen, announcement)
        if not is_torn and self._remember(part, [*ids, *names, *_names_of(aliases)]):
            changed.add(chosen)
        return chosen, frozenset(changed)

    def doubt(self, announcement: Announcement) -> Remark | None:
        """Why a person has to say whose an announcement is: it names securities of several companies."""
        found = self._by_identifiers(_ids_of(announcement))
        if len(found) < 2 or announcement.event_type in _TWO_COMPANIES:
            return None
        strangers = [
            other
            for other in found[1:]
            if not self._are_akin(found[0], other) or self.merges.are_kept_apart(found[0], other)
        ]
        if not strangers:
            return None
        known = self._load(issuers.c.id.in_([found[0], *strangers[:3]]))
        names = ", ".join(issuer.name for issuer in known)
        return remark(
            "It names securities of {names}, which are known here as different companies.", names=names
        )

    def find(self, issuer_id: str) -> StoredIssuer | None:
        """The issuer, or the one that it was merged into; None where it is not known."""
        found = self._load(issuers.c.id == self.root_of(issuer_id))
        return found[0] if found else None

    def search(self, words: str, limit: int, offset: int) -> Sequence[StoredIssuer]:
        """By name; those whose name or ticker holds these words, without regard to case."""
        condition: ColumnElement[bool] = issuers.c.merged_into.is_(None)
        if key := make_key(words).value:
            matching = select(issuer_aliases.c.issuer_id).where(
                or_(
                    and_(
                        issuer_aliases.c.scheme == "name",
                        issuer_aliases.c.value.contains(key, autoescape=True),
                    ),
                    and_(
                        issuer_aliases.c.scheme != "name",
                        issuer_aliases.c.value.contains(words.strip().upper(), autoescape=True),
                    ),
                )
            )
            known = issuers.alias("known")
            root = func.coalesce(known.c.merged_into, known.c.id)
            condition &= issuers.c.id.in_(select(root).where(known.c.id.in_(matching)))
        page = select(issuers.c.id).where(condition).order_by(func.lower(issuers.c.name), issuers.c.number)
        ordered = self._connection.execute(page.limit(limit).offset(offset)).scalars().all()
        found = {issuer.id: issuer for issuer in self._load(among(self._connection, issuers.c.id, ordered))}
        return [found[item] for item in ordered]

    def root_of(self, issuer_id: str) -> str:
        """The id that stands for this one now: itself, unless it was merged into another."""
        query = select(issuers.c.merged_into).where(issuers.c.id == issuer_id)
        return self._connection.execute(query).scalar() or issuer_id

    def resolve(self, selection: Selection) -> frozenset[str] | None:
        """The issuers that a selection names by id or ticker; None where it names none at all."""
        if not selection.issuers and not selection.tickers:
            return None
        found = set(selection.issuers)
        if selection.issuers:
            query = _merged_query(self._connection.dialect.name)
            for old, new in self._connection.execute(query, {"issuers": selection.issuers}):
                found.discard(old)
                found.add(new)
        return frozenset(found | self._by_tickers(selection.tickers))

    def named_by(self, selection: Selection) -> Sequence[StoredIssuer]:
        """The issuers that a selection names, by name; those that are not known are left out."""
        wanted = sorted(self.resolve(selection) or ())
        return sorted(self._load(among(self._connection, issuers.c.id, wanted)), key=lambda item: item.name)

    def tickers_of(self, issuer_id: str) -> frozenset[str]:
        """An issuer's tickers in both forms that a Selection takes: "3774" and "XTKS:3774"."""
        found: set[str] = set()
        for scheme, value, mic in self.aliases_of(self.root_of(issuer_id)):
            if scheme == "ticker":
                found |= {value, f"{mic}:{value}"} if mic else {value}
        return frozenset(found)

    def aliases_of(self, issuer_id: str) -> Sequence[Alias]:
        """All that this issuer is known by, and those that it stands for."""
        columns = (issuer_aliases.c.scheme, issuer_aliases.c.value, issuer_aliases.c.qualifier)
        query = select(*columns).where(issuer_aliases.c.issuer_id.in_(parts_of(issuer_id))).distinct()
        return [(row.scheme, row.value, row.qualifier) for row in self._connection.execute(query)]

    def part_for(self, issuer_id: str, announcement: Announcement) -> str:
        """Which of the issuers that are one an announcement names: by name, then by identifier, else the first."""
        root = self.root_of(issuer_id)
        if not self.merges.parts(root):
            return root
        query = select(issuer_aliases).where(issuer_aliases.c.issuer_id.in_(parts_of(root)))
        known: dict[str, set[tuple[str, str]]] = {root: set()}
        for row in self._connection.execute(query):
            known.setdefault(row.issuer_id, set()).add((row.scheme, row.value))
        named = {("name", make_key(announcement.issuer.name).value)}
        for wanted in (named, {(scheme, value) for scheme, value, _ in _ids_of(announcement)}):
            if found := [part for part, aliases in known.items() if aliases & wanted]:
                return root if root in found else found[0]
        return root

    def _by_tickers(self, tickers: Iterable[str]) -> set[str]:
        wanted = [_split_ticker(ticker) for ticker in tickers]
        if not wanted:
            return set()
        query = (
            select(issuer_aliases.c.value, issuer_aliases.c.qualifier, _ROOT.label("root"))
            .join(issuers, issuers.c.id == issuer_aliases.c.issuer_id)
            .where(
                issuer_aliases.c.scheme == "ticker",
                among(self._connection, issuer_aliases.c.value, sorted({value for _, value in wanted})),
            )
        )
        return {
            row.root
            for row in self._connection.execute(query)
            if (row.qualifier, row.value) in wanted or ("", row.value) in wanted
        }

    def _load(self, condition: ColumnElement[bool]) -> Sequence[StoredIssuer]:
        rows = self._connection.execute(select(issuers.c.id, issuers.c.name).where(condition)).all()
        asked = [row.id for row in rows]
        query = (
            select(issuer_aliases, _ROOT.label("root"))
            .join(issuers, issuers.c.id == issuer_aliases.c.issuer_id)
            .where(
                issuer_aliases.c.scheme != "name",
                or_(
                    among(self._connection, issuers.c.id, asked),
                    among(self._connection, issuers.c.merged_into, asked),
                ),
            )
            .order_by(issuer_aliases.c.scheme, issuer_aliases.c.value)
        )
        known: dict[str, dict[SecurityId, None]] = {}
        for row in self._connection.execute(query):
            found = SecurityId(scheme=row.scheme, value=row.value, mic=row.qualifier or None)
            known.setdefault(row.root, {})[found] = None
        return [_build(row.id, row.name, list(known.get(row.id, ()))) for row in rows]

    def _by_identifiers(self, ids: Sequence[Alias]) -> list[str]:
        """The issuers that have one of these identifiers, oldest first."""
        if not ids:
            return []
        conditions = [
            and_(
                issuer_aliases.c.scheme == scheme,
                issuer_aliases.c.value == value,
                issuer_aliases.c.qualifier == qualifier,
            )
            for scheme, value, qualifier in ids
            if scheme != "ticker" or qualifier  # a ticker alone means nothing: each exchange has its own
        ]
        if not conditions:
            return []
        matching = (
            select(_ROOT)
            .join(issuer_aliases, issuer_aliases.c.issuer_id == issuers.c.id)
            .where(or_(*conditions))
        )
        root = issuers.alias("root")
        query = select(root.c.id).where(root.c.id.in_(matching)).order_by(root.c.number)
        return list(self._connection.execute(query).scalars())

    def _best_named(self, found: Sequence[str], name: NameKey) -> str:
        """Of several issuers the one that has this name, or else the oldest."""
        wanted = ("name", name.value)
        named = [one for one in found if any(alias[:2] == wanted for alias in self.aliases_of(one))]
        return (named or list(found))[0]

    def _by_name(self, name: NameKey, ids: Sequence[Alias]) -> str | None:
        """The only issuer that this name can mean, or None."""
        query = (
            select(_ROOT, issuer_aliases.c.qualifier)
            .join(issuer_aliases, issuer_aliases.c.issuer_id == issuers.c.id)
            .where(issuer_aliases.c.scheme == "name", issuer_aliases.c.value == name.value)
        )
        families: dict[str, set[str]] = {}
        for issuer_id, family in self._connection.execute(query):
            families.setdefault(issuer_id, set()).add(family)
        found = [
            issuer_id for issuer_id, known in families.items() if self._may_be(issuer_id, name, known, ids)
        ]
        if len(found) > 1 and not ids:
            # Several companies have this name and nothing says which: such announcements gather apart.
            found = [issuer_id for issuer_id in found if not self._has_identifiers(issuer_id)]
        return found[0] if len(found) == 1 else None

    def _may_be(self, issuer_id: str, name: NameKey, families: set[str], ids: Sequence[Alias]) -> bool:
        """Whether an issuer of this name, seen with these legal forms, can be the one announced."""
        if name.is_distinctive:
            agrees = any(name.agrees_with(family) for family in families)
        else:  # "ABC" alone is nobody; "ABC plc" is somebody
            agrees = name.family in families and (
                bool(name.family) or (not ids and not self._has_identifiers(issuer_id))
            )
        return agrees and not self._is_contradicted(issuer_id, ids, distinctive=name.is_distinctive)

    def _is_contradicted(self, issuer_id: str, ids: Sequence[Alias], *, distinctive: bool) -> bool:
        """Whether identifiers say that this is another company.

        A company has several ISINs and tickers (classes, depositary receipts), so with a distinctive
        name only another LEI or CIK speaks against it; with a short one every other identifier does.
        """
        known = self.aliases_of(issuer_id)
        for scheme in {scheme for scheme, _, _ in ids}:
            if distinctive and scheme not in _COMPANY_SCHEMES:
                continue
            ours = {(value, qualifier) for kind, value, qualifier in known if kind == scheme}
            if ours and ours.isdisjoint({(value, market) for kind, value, market in ids if kind == scheme}):
                return True
        return False

    def are_companies_apart(self, one: str, two: str) -> bool:
        """Whether two issuers have different identifiers of a company itself (LEI, CIK)."""
        own = [alias for alias in self.aliases_of(one) if alias[0] in _COMPANY_SCHEMES]
        return self._is_contradicted(two, own, distinctive=True)

    def _has_identifiers(self, issuer_id: str) -> bool:
        return any(scheme != "name" for scheme, _, _ in self.aliases_of(issuer_id))

    def _create(self, name: str, key: NameKey, ids: Sequence[Alias]) -> str:
        seed = repr((key.value, key.family, sorted(ids))).encode("utf-8", "surrogatepass")
        for attempt in range(1000):
            digest = hashlib.sha256(seed + str(attempt or "").encode()).hexdigest()
            issuer_id = f"{make_slug(name)}-{digest[:8]}"
            row = {"id": issuer_id, "name": storable(name)[:500]}
            if self._connection.execute(insert_new(self._connection, issuers), row).rowcount:
                return issuer_id
            if set(ids) & set(self.aliases_of(issuer_id)):  # another process met it in the same moment
                return issuer_id
        raise RuntimeError("a thousand issuers have this name")

    def _lock(self, issuer_id: str) -> None:
        """Lets one process at a time reconcile an issuer; SQLite has one writer anyway."""
        query = select(issuers.c.number).where(issuers.c.id == issuer_id).with_for_update()
        self._connection.execute(query)

    def _remember(self, issuer_id: str, aliases: Sequence[Alias]) -> bool:
        """Adds what is new; True where a new ticker may bring entries into somebody's selection."""
        known = set(self.aliases_of(self.root_of(issuer_id)))
        new = [alias for alias in dict.fromkeys(aliases) if alias not in known]
        if new:
            rows = [
                {"scheme": scheme, "value": value, "qualifier": qualifier, "issuer_id": issuer_id}
                for scheme, value, qualifier in new
            ]
            self._connection.execute(insert_new(self._connection, issuer_aliases), rows)
        return any(scheme == "ticker" for scheme, _, _ in new)

    def _are_akin(self, one: str, two: str, said: AbstractSet[str] = frozenset()) -> bool:
        """Whether the names that two issuers are known by may be one company's; one without a name may be any.

        Those that a person has `said` are one company's need not resemble each other.
        """
        mine, theirs = (
            [value for scheme, value, _ in self.aliases_of(issuer_id) if scheme == "name" and value]
            for issuer_id in (one, two)
        )
        if not mine or not theirs or (not said.isdisjoint(mine) and not said.isdisjoint(theirs)):
            return True
        return any(are_akin(name, other) for name in mine for other in theirs)

    def _merge(
        self, found: Sequence[str], ids: Sequence[Alias], said: AbstractSet[str]
    ) -> tuple[list[str], set[str]]:
        """Joins issuers into the oldest, except those that another LEI or CIK or their names hold apart.

        Returns those that are left, oldest first. `said` are names that a person has said are one company's.
        """
        oldest, merged = found[0], set[str]()
        both = ", ".join(map(_write, ids))
        for other in found[1:]:
            if self.are_companies_apart(oldest, other):
                continue
            if not self._are_akin(oldest, other, said) or self.merges.are_kept_apart(oldest, other):
                continue
            self.merges.unite(other, oldest, reason=remark("one announcement names both: {ids}", ids=both))
            merged.add(other)
        left = [one for one in found if one not in merged]
        return left, merged | ({oldest} if merged else set())


def _build(issuer_id: str, name: str, ids: Sequence[SecurityId]) -> StoredIssuer:
    tickers = [
        f"{item.mic}:{item.value}" if item.mic else item.value for item in ids if item.scheme == "ticker"
    ]
    return StoredIssuer(id=issuer_id, name=name, tickers=tuple(tickers), ids=tuple(ids))


@cache
def _merged_query(dialect: str) -> Select[Any]:
    """Which of these issuers became others, and which ones; built once, since every private feed asks."""
    asked = is_among(dialect, issuers.c.id, bindparam("issuers", type_=TextList))
    return select(issuers.c.id, issuers.c.merged_into).where(issuers.c.merged_into.is_not(None), asked)


def _ids_of(announcement: Announcement) -> list[Alias]:
    named = announcement.issuer.ids
    if announcement.event_type not in _TWO_COMPANIES:
        named = (*named, *announcement.security_ids)
    return list(dict.fromkeys(_make_alias(item) for item in named if item.value.strip()))


def _names_of(keys: Iterable[NameKey]) -> list[Alias]:
    return [("name", key.value, key.family) for key in keys if key.value]


def _make_alias(item: SecurityId) -> Alias:
    value = bound(storable(item.value).strip().upper())
    return item.scheme, value, bound(storable(item.mic or "")) if item.scheme == "ticker" else ""


def _split_ticker(text: str) -> tuple[str, str]:
    """The market (ISO 10383, "" for any) and the ticker of "XTKS:3774" or "IIJI"."""
    mic, _, value = text.strip().upper().rpartition(":")
    return mic, value


def _write(alias: Alias) -> str:
    scheme, value, qualifier = alias
    return f"{scheme} {qualifier + ':' if qualifier else ''}{value}"
