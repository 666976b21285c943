"""What every store promises of issuers that announcements or persons call by several names."""

from __future__ import annotations

from dataclasses import replace

from calendar_service.model.codes import EventType
from calendar_service.model.ports import Store
from calendar_service.model.records import StoredAnnouncement
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

    def test_an_offer_that_names_two_companies_joins_none(self, store: Store) -> None:
        target = self.match(store, "Copper Corp.", isin("US0001"))
        bidder = self.match(store, "Amber Inc.", isin("US0002"))
        both = (isin("US0001"), isin("US0002"))
        assert self.match(store, "Amber Inc.", *both, event_type=EventType.MERGER) == bidder
        assert self.match(store, "Copper Corp.", *both, event_type=EventType.MERGER) == target
        with store.read() as unit:
            assert {item.id for item in unit.actions.issuers()} == {target, bidder}
