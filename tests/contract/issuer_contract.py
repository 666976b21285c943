"""What every store promises of issuers that announcements or persons call by several names."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from calendar_service.errors import ConflictError, NotFoundError
from calendar_service.model.codes import EventType
from calendar_service.model.ports import Store
from calendar_service.model.records import Correction, IssuerPart, StoredAnnouncement
from calendar_service.model.remarks import remark
from calendar_service.model.subscription import Selection
from calendar_service.model.values import SecurityId
from tests.contract.store_samples import (
    NOW,
    TODAY,
    announce,
    blocks,
    isin,
    make_action,
    make_entry,
    make_revision,
    ticker,
)


class AliasContract:
    """One issuer under many names."""

    def match(
        self,
        store: Store,
        name: str,
        *ids: SecurityId,
        aliases: tuple[str, ...] = (),
        event_type: EventType = EventType.CASH_DIVIDEND,
    ) -> str:
        said = announce(name, *ids, event_type=event_type)
        with store.begin() as unit:
            return unit.actions.match_issuer(replace(said, issuer=replace(said.issuer, aliases=aliases)))

    def test_a_ticker_joins_two_scripts(self, store: Store) -> None:
        first = self.match(store, "Kita Denki Inc.", ticker("XTKS:7999"))
        assert self.match(store, "株式会社北電機", ticker("XTKS:7999")) == first
        assert self.match(store, "株式会社北電機") == first
        assert self.match(store, "株式会社南電機") != first

    def test_a_person_says_that_two_are_one(self, store: Store) -> None:
        ghost = self.match(store, "The Board of Directors of Granby Mills")
        first = self.match(store, "Granby Mills Company", ticker("XNYS:GBM"))
        assert ghost != first
        with store.begin() as unit:
            unit.actions.add_announcement(
                StoredAnnouncement(
                    "a.0", "a", ghost, NOW, "x", announce("The Board of Directors of Granby Mills")
                )
            )
            unit.actions.save(make_revision(make_action("act", ghost, 3)))
            unit.entries.save(make_entry("e", ghost, 3), blocks("e"))
        aliases = ("The Board of Directors of Granby Mills",)
        assert self.match(store, "Granby Mills Company", ticker("XNYS:GBM"), aliases=aliases) == first
        with store.read() as unit:
            assert [item.id for item in unit.actions.issuers()] == [first]
            assert [item.id for item in unit.actions.announcements_of(first)] == ["a.0"]
            assert unit.entries.fragments(Selection(tickers=("GBM",)), TODAY, "en") == [blocks("e")["en"]]
        assert self.match(store, "The Board of Directors of Granby Mills") == first

    def test_an_alias_without_identifiers_joins_too(self, store: Store) -> None:
        ghost = self.match(store, "Granby")
        assert self.match(store, "Granby Mills Company", aliases=("Granby",)) == ghost
        assert self.match(store, "Granby Mills Company") == ghost
        with store.read() as unit:
            assert [item.name for item in unit.actions.issuers()] == ["Granby Mills Company"]

    def test_a_person_does_not_join_what_an_lei_holds_apart(self, store: Store) -> None:
        one = self.match(store, "Meridian Holdings", SecurityId("lei", "AAA"))
        two = self.match(store, "Meridian Trading", SecurityId("lei", "BBB"), aliases=("Meridian Holdings",))
        assert one != two

    def two_companies(self, store: Store) -> tuple[str, str]:
        """Two issuers, each with an announcement, an action and an entry."""
        one = self.match(store, "Granby Mills Company", ticker("XNYS:GBM"))
        two = self.match(store, "Granby Foundry", ticker("XNYS:GBF"))
        with store.begin() as unit:
            for name, issuer, said in (("a", one, "Granby Mills Company"), ("b", two, "Granby Foundry")):
                unit.actions.add_announcement(
                    StoredAnnouncement(f"{name}.0", name, issuer, NOW, "x", announce(said))
                )
                action = replace(make_action(f"act-{name}", issuer, 3), announcements=(f"{name}.0",))
                unit.actions.save(make_revision(action))
                entry = replace(make_entry(name, issuer, 3), action_id=action.id)
                unit.entries.save(entry, blocks(name))
        return one, two

    def decide(self, target: str, value: str = "") -> Correction:
        return Correction(target, "", value, "ines", NOW, "one roof")

    def test_a_merge_by_a_person_is_remembered_and_undone(self, store: Store) -> None:
        one, two = self.two_companies(store)
        with store.begin() as unit:
            assert unit.actions.merge_issuers(self.decide(two, one)) == (two, one)
        with store.read() as unit:
            assert [item.id for item in unit.actions.issuers()] == [one]
            assert [item.id for item in unit.actions.issuers(search="foundry")] == [one]
            assert sorted(item.id for item in unit.actions.announcements_of(two)) == ["a.0", "b.0"]
            assert [item.issuer_id for item in unit.actions.announcements_in("b")] == [one]
            assert [item.id for item in unit.actions.of_issuer(one)] == ["act-a", "act-b"]
            assert unit.actions.tickers_of(one) == {"GBM", "XNYS:GBM", "GBF", "XNYS:GBF"}
            reason = remark("{who} on {day}: {why}", who="ines", day=date(2026, 3, 2), why="one roof")
            assert unit.actions.issuer_parts(one) == [IssuerPart(two, "Granby Foundry", reason)]
            feed = unit.entries.fragments(Selection(tickers=("GBF",)), TODAY, "en")
            assert sorted(feed) == sorted([blocks("a")["en"], blocks("b")["en"]])
        assert self.match(store, "Granby Foundry") == one
        with store.begin() as unit:
            later = StoredAnnouncement("c.0", "c", one, NOW, "x", announce("Granby Foundry"))
            unit.actions.add_announcement(later)
            assert unit.actions.split_issuer(self.decide(two)) == (two, one)
        with store.read() as unit:
            assert {item.id for item in unit.actions.issuers()} == {one, two}
            assert [item.id for item in unit.actions.announcements_of(one)] == ["a.0"]
            assert [item.id for item in unit.actions.announcements_of(two)] == ["b.0", "c.0"]
            assert [item.id for item in unit.actions.of_issuer(two)] == ["act-b"]
            assert unit.actions.issuer_parts(one) == []
            assert unit.actions.tickers_of(two) == {"GBF", "XNYS:GBF"}
            assert unit.entries.fragments(Selection(tickers=("GBF",)), TODAY, "en") == [blocks("b")["en"]]
            assert [(item.field, item.target, item.value) for item in unit.actions.issuer_decisions(one)] == [
                ("issuer_merge", two, one),
                ("issuer_split", two, one),
            ]
            assert len(unit.actions.issuer_decisions(two)) == 2

    def test_what_a_person_parted_no_announcement_joins(self, store: Store) -> None:
        one = self.match(store, "Granby Mills Company", isin("US0001"))
        two = self.match(store, "Granby Mills Limited", isin("US0002"))
        assert one != two
        assert self.match(store, "Granby Mills Company", isin("US0001"), isin("US0002")) == one
        with store.begin() as unit:
            assert [part.id for part in unit.actions.issuer_parts(one)] == [two]
            unit.actions.split_issuer(self.decide(two))
        both = announce("Granby Mills Company", isin("US0001"), isin("US0002"))
        assert self.match(store, "Granby Mills Company", isin("US0001"), isin("US0002")) == one
        with store.begin() as unit:
            assert {item.id for item in unit.actions.issuers()} == {one, two}
            assert "known here as different companies" in str(unit.actions.doubt_issuer(both))
            unit.actions.merge_issuers(self.decide(two, one))  # the last word counts
            assert unit.actions.doubt_issuer(both) is None

    def test_merges_that_cannot_be(self, store: Store) -> None:
        one, two = self.two_companies(store)
        lei = self.match(store, "Meridian Holdings", SecurityId("lei", "AAA"))
        other = self.match(store, "Meridian Trading", SecurityId("lei", "BBB"))
        for target, value, error, words in (
            (one, "nobody", NotFoundError, "There is no issuer nobody"),
            ("nobody", one, NotFoundError, "There is no issuer nobody"),
            (one, one, ConflictError, "one issuer already"),
            (lei, other, ConflictError, "different LEIs"),
        ):
            with pytest.raises(error, match=words), store.begin() as unit:
                unit.actions.merge_issuers(self.decide(target, value))
        with pytest.raises(ConflictError, match="stands for itself"), store.begin() as unit:
            unit.actions.split_issuer(self.decide(two))
        with pytest.raises(NotFoundError, match="no issuer nobody"), store.begin() as unit:
            unit.actions.split_issuer(self.decide("nobody"))
        with store.read() as unit:
            assert len(unit.actions.issuers()) == 4
            assert unit.actions.issuer_decisions(one) == []

    def test_an_offer_that_names_two_companies_joins_none(self, store: Store) -> None:
        target = self.match(store, "Copper Corp.", isin("US0001"))
        bidder = self.match(store, "Amber Inc.", isin("US0002"))
        both = (isin("US0001"), isin("US0002"))
        assert self.match(store, "Amber Inc.", *both, event_type=EventType.MERGER) == bidder
        assert self.match(store, "Copper Corp.", *both, event_type=EventType.MERGER) == target
        with store.read() as unit:
            assert {item.id for item in unit.actions.issuers()} == {target, bidder}
