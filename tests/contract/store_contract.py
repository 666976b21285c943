"""What every store promises, as one suite that each database inherits. Documents, actions and issuers.

A subclass gives a `store` fixture: migrated, empty, closed afterwards.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import DBAPIError, StatementError

from calendar_service.errors import ConflictError, NotFoundError
from calendar_service.model.announcement import Announcement, Issuer, Reading
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Store
from calendar_service.model.records import Correction, StoredAnnouncement
from calendar_service.model.remarks import Remark
from calendar_service.model.subscription import Selection
from calendar_service.model.values import SecurityId
from tests.contract.store_samples import (
    NOW,
    TODAY,
    announce,
    blocks,
    hours,
    isin,
    make_action,
    make_document,
    make_entry,
    make_reading,
    make_revision,
    make_text,
    ticker,
)


class TransactionContract:
    """Transactions and named values."""

    def test_an_error_takes_everything_back(self, store: Store) -> None:
        def fail_half_way() -> None:
            with store.begin() as unit:
                unit.set_state("tick", "1")
                unit.subscriptions.add_attempt("naive", NOW.replace(tzinfo=None))

        with pytest.raises(StatementError, match="an instant needs a zone"):
            fail_half_way()
        with store.read() as unit:
            assert unit.get_state("tick") is None

    def test_state_is_overwritten(self, store: Store) -> None:
        for value in ("1", "2"):
            with store.begin() as unit:
                unit.set_state("tick", value)
        with store.read() as unit:
            assert unit.get_state("tick") == "2"

    def test_reading_cannot_write(self, store: Store) -> None:
        with pytest.raises(DBAPIError), store.read() as unit:
            unit.set_state("tick", "1")
        with store.begin() as unit:
            assert unit.get_state("tick") is None

    def test_reading_is_one_view_and_blocks_no_writer(self, store: Store) -> None:
        with store.begin() as unit:
            unit.set_state("tick", "old")
        with store.read() as view:
            assert view.get_state("tick") == "old"
            with store.begin() as unit:
                unit.set_state("tick", "new")
            assert view.get_state("tick") == "old"
        with store.read() as view:
            assert view.get_state("tick") == "new"

    def test_migrating_again_changes_nothing(self, store: Store) -> None:
        with store.begin() as unit:
            unit.set_state("kept", "yes")
        store.migrate()
        with store.read() as unit:
            assert unit.get_state("kept") == "yes"

    def test_closing_is_not_the_end(self, store: Store) -> None:
        store.close()
        with store.begin() as unit:
            unit.set_state("after", "closing")
            assert unit.get_state("after") == "closing"


class DocumentContract:
    """The `Documents` port."""

    def test_a_document_comes_back(self, store: Store) -> None:
        raw = make_document(b"\x00\xff bytes")
        with store.begin() as unit:
            added = unit.documents.add(raw, make_text(), make_reading(announce("Nordlicht AG")), None)
        with store.read() as unit:
            assert unit.documents.find(raw.id) == added
            assert unit.documents.content_of(raw.id) == b"\x00\xff bytes"
            assert unit.documents.list() == [replace(added, content="")]
        assert (added.outcome, added.issuer, added.announced) == ("read", "Nordlicht AG", TODAY)
        assert (added.content, added.title, added.format) == ("Dividend.", "A notice", "plain")
        assert added.fetched_at == NOW

    def test_the_same_bytes_again_change_nothing(self, store: Store) -> None:
        raw = make_document()
        with store.begin() as unit:
            first = unit.documents.add(raw, make_text(), make_reading(), None)
        again = replace(raw, origin="feed:other", fetched_at=hours(1))
        with store.begin() as unit:
            assert unit.documents.add(again, None, None, Remark("unreadable")) == first
            assert unit.documents.count() == 1

    def test_what_could_not_be_read_may_be_read_later(self, store: Store) -> None:
        raw = make_document()
        with store.begin() as unit:
            unit.documents.add(raw, None, None, Remark("time ran out"))
        again = replace(raw, origin="feed:other", fetched_at=hours(1))
        with store.begin() as unit:
            found = unit.documents.add(again, make_text(), make_reading(announce("Nordlicht AG")), None)
        assert (found.outcome, found.reason, found.content) == ("read", None, "Dividend.")
        assert (found.origin, found.fetched_at) == (raw.origin, NOW)
        with store.read() as unit:
            assert unit.documents.find(raw.id) == found
            assert unit.documents.count() == 1

    def test_a_document_read_again_says_what_is_read_now(self, store: Store) -> None:
        raw = make_document()
        with store.begin() as unit:
            first = unit.documents.add(raw, make_text(), make_reading(announce("Nordlicht AG")), None)
        later = replace(raw, origin="feed:other", name="other", fetched_at=hours(1))
        with store.begin() as unit:
            found = unit.documents.add(
                later, make_text("New."), Reading(reason=Remark("nothing")), None, again=True
            )
        assert (found.outcome, found.reason, found.content) == ("no_action", Remark("nothing"), "New.")
        assert (found.origin, found.name, found.fetched_at) == (raw.origin, raw.name, NOW)
        with store.begin() as unit:
            assert unit.documents.add(later, None, None, Remark("a fault"), again=True) == found
            unit.documents.raise_origin(raw.id, "edgar:\x00x", "https://sec.example/")
        with store.read() as unit:
            raised = unit.documents.find(raw.id)
            assert raised == replace(
                found, origin="edgar:\N{REPLACEMENT CHARACTER}x", url="https://sec.example/"
            )
            assert unit.documents.content_of(raw.id) == raw.content
            assert first.id == raw.id

    def test_outcomes(self, store: Store) -> None:
        with store.begin() as unit:
            add = unit.documents.add
            add(make_document(b"1", hours(1)), make_text(), make_reading(announce("A")), None)
            add(make_document(b"2", hours(2)), make_text(), Reading(reason=Remark("about nothing")), None)
            add(make_document(b"3", hours(3)), None, None, Remark("encrypted"))
        with store.read() as unit:
            found = [(item.outcome, item.reason) for item in unit.documents.list()]
            assert found == [
                ("rejected", Remark("encrypted")),
                ("no_action", Remark("about nothing")),
                ("read", None),
            ]
            assert [item.reason for item in unit.documents.list(outcome="rejected")] == [Remark("encrypted")]
            assert [item.reason for item in unit.documents.list(limit=1, offset=1)] == [
                Remark("about nothing")
            ]
            assert unit.documents.count(outcome="no_action") == 1

    def test_hostile_text_keeps_its_length(self, store: Store) -> None:
        raw = replace(make_document(), name="a\x00b\ud800.txt", origin="folder:\udcff")
        with store.begin() as unit:
            unit.documents.add(
                raw, make_text("a\x00b\ud83dc😀"), make_reading(announce("N\x00")), Remark("bad \x00")
            )
        with store.read() as unit:
            found = unit.documents.find(raw.id)
            assert found is not None
            assert found.content == "a�b�c😀"
            assert (found.name, found.origin, found.reason) == ("a�b�.txt", "folder:�", Remark("bad �"))
            assert unit.documents.find("no\x00such\ud800") is None

    def test_too_many_bytes_are_not_kept(self, store: Store) -> None:
        raw = make_document(bytes(32 * 1024 * 1024 + 1))
        with store.begin() as unit:
            unit.documents.add(raw, None, None, Remark("larger than 32 MB"))
        with store.read() as unit:
            assert unit.documents.content_of(raw.id) is None
            assert [item.reason for item in unit.documents.list()] == [Remark("larger than 32 MB")]


class ActionContract:
    """The `Actions` port."""

    def test_announcements_come_back_in_order(self, store: Store) -> None:
        announcement = announce("Nordlicht AG", isin("DE0001"))
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announcement)
            later = [
                StoredAnnouncement(f"b.{n}", "b", issuer, hours(1), "x", announcement) for n in range(11)
            ]
            first = StoredAnnouncement("c.0", "c", issuer, NOW, "x", announcement)
            for stored in (*reversed(later), first):
                unit.actions.add_announcement(stored)
        with store.read() as unit:
            assert unit.actions.announcements_of(issuer) == [first, *later]
            assert unit.actions.announcements_in("b") == later
            assert unit.actions.announcements_of("nobody") == []

    def test_an_announcement_read_anew_keeps_when_it_was_known(self, store: Store) -> None:
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announce("Nordlicht AG"))
            old = StoredAnnouncement("a.0", "a", issuer, NOW, "x", announce("Nordlicht AG"))
            new = replace(old, known_at=hours(5), announcement=announce("Nordlicht AG", isin("DE0001")))
            unit.actions.add_announcement(old)
            unit.actions.add_announcement(new)
            assert unit.actions.announcements_of(issuer) == [replace(new, known_at=NOW)]

    def test_announcements_change_their_origin_and_go(self, store: Store) -> None:
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announce("Nordlicht AG"))
            first, second = (
                StoredAnnouncement(f"a.{n}", "a", issuer, NOW, "x", announce("Nordlicht AG")) for n in (0, 1)
            )
            for stored in (first, second, replace(first, origin="edgar:", known_at=hours(1))):
                unit.actions.add_announcement(stored)
            assert unit.actions.announcements_in("a") == [replace(first, origin="edgar:"), second]
            unit.actions.remove_announcements({"a.1", "nothing"})
            unit.actions.remove_announcements([])
        with store.read() as unit:
            assert unit.actions.announcements_in("a") == [replace(first, origin="edgar:")]

    def test_an_action_put_away_is_found_and_not_listed(self, store: Store) -> None:
        with store.begin() as unit:
            unit.actions.save(make_revision(make_action("a", "i", 5)))
            unit.actions.put_away("a")
        with store.read() as unit:
            assert unit.actions.find("a") == make_action("a", "i", 5)
            assert unit.actions.of_issuer("i") == []
            assert unit.actions.list(Selection(), TODAY) == []
        again = make_action("a", "i", 6, revision=2)
        with store.begin() as unit:
            unit.actions.save(make_revision(again))
            assert unit.actions.list(Selection(), TODAY) == [again]

    def test_revisions_make_a_history(self, store: Store) -> None:
        first = make_action("a", "i", 5)
        second = make_action("a", "i", 9, revision=2, status=Status.CONFIRMED)
        with store.begin() as unit:
            unit.actions.save(make_revision(first, NOW))
            unit.actions.save(make_revision(second, hours(2)))
        with store.read() as unit:
            assert unit.actions.find("a") == second
            assert unit.actions.revisions("a") == [make_revision(first, NOW), make_revision(second, hours(2))]
            assert unit.actions.shown_on("a", NOW - timedelta(microseconds=1)) is None
            assert unit.actions.shown_on("a", NOW) == make_revision(first, NOW)
            assert unit.actions.shown_on("a", hours(3)) == make_revision(second, hours(2))
            assert unit.actions.find("b") is None

    def test_a_revision_number_is_taken_once(self, store: Store) -> None:
        with store.begin() as unit:
            unit.actions.save(make_revision(make_action("a", "i", 5)))
        with pytest.raises(ConflictError, match="revision 1"), store.begin() as unit:
            unit.actions.save(make_revision(make_action("a", "i", 6)))
        with store.read() as unit:
            assert unit.actions.find("a") == make_action("a", "i", 5)

    def test_a_merged_action_leads_to_the_other(self, store: Store) -> None:
        winner, middle, loser = (make_action(key, "i", 5) for key in ("w", "m", "l"))
        with store.begin() as unit:
            for action in (winner, middle, loser):
                unit.actions.save(make_revision(action))
            unit.actions.redirect("l", "m")
            unit.actions.redirect("m", "w")
            with pytest.raises(NotFoundError):
                unit.actions.redirect("nobody", "w")
        with store.read() as unit:
            assert unit.actions.find("l") == winner
            assert unit.actions.find_all(["l", "m", "w", "x"]) == {"l": winner, "m": winner, "w": winner}
            assert unit.actions.of_issuer("i") == [winner]
            assert unit.actions.list(Selection(), TODAY) == [winner]
            assert unit.actions.revisions("l") == [make_revision(loser)]

    def test_saving_a_merged_action_brings_it_back(self, store: Store) -> None:
        with store.begin() as unit:
            unit.actions.save(make_revision(make_action("w", "i", 5)))
            unit.actions.save(make_revision(make_action("l", "i", 6)))
            unit.actions.redirect("l", "w")
            unit.actions.save(make_revision(make_action("l", "i", 6, revision=2)))
            assert [action.id for action in unit.actions.of_issuer("i")] == ["l", "w"]

    def test_listed_by_nearest_date(self, store: Store) -> None:
        offsets = {
            "far": (300,),
            "past": (-3, 90),
            "next": (2,),
            "today": (0,),
            "old": (-89,),
            "gone": (-200,),
        }
        with store.begin() as unit:
            for key, numbers in offsets.items():
                unit.actions.save(make_revision(make_action(key, "i", *numbers)))
            unit.actions.save(make_revision(make_action("undated", "i", held=(Remark("no date"),))))
        with store.read() as unit:
            found = [action.id for action in unit.actions.list(Selection(), TODAY)]
            assert found == ["today", "next", "past", "old", "far", "undated"]
            page = [action.id for action in unit.actions.list(Selection(), TODAY, limit=2, offset=1)]
            assert page == ["next", "past"]

    def test_pages_are_right_where_many_share_a_day(self, store: Store) -> None:
        with store.begin() as unit:
            for number in range(40):
                unit.actions.save(make_revision(make_action(f"a{number:02}", "i", 1, 2, 3)))
            unit.actions.save(make_revision(make_action("b", "i", -1)))
        with store.read() as unit:
            pages = [
                unit.actions.list(Selection(), TODAY, limit=7, offset=start) for start in range(0, 42, 7)
            ]
        assert [action.id for page in pages for action in page] == [f"a{n:02}" for n in range(40)] + ["b"]

    def test_listed_by_what_is_asked_for(self, store: Store) -> None:
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announce("Nordlicht AG", ticker("XETR:NLI")))
            save = unit.actions.save
            save(make_revision(make_action("a", issuer, 1, mic="XETR")))
            save(make_revision(make_action("b", "other", 2, event_type=EventType.MERGER)))
            save(
                make_revision(
                    make_action("c", "other", 3, status=Status.FORECAST, held=(Remark("doubtful"),))
                )
            )
            save(make_revision(make_action("d", "other", 4, 5)))

        def ids(selection: Selection, *, held: bool | None = None) -> str:
            with store.read() as unit:
                return "".join(action.id for action in unit.actions.list(selection, TODAY, held=held))

        assert ids(Selection()) == "abcd"
        assert ids(Selection(), held=True) == "c"
        assert ids(Selection(), held=False) == "abd"
        assert ids(Selection(forecasts=False)) == "abd"
        assert ids(Selection(issuers=("other",), event_types=(EventType.MERGER,))) == "b"
        assert ids(Selection(tickers=("nli",))) == "a"
        assert ids(Selection(tickers=("XETR:NLI",), issuers=("other",))) == "abcd"
        assert ids(Selection(tickers=("XNYS:NLI",))) == ""
        assert ids(Selection(markets=("XETR",))) == "a"
        assert ids(Selection(kinds=(DateKind.PAYMENT,))) == "d"
        assert ids(Selection(future_days=2)) == "ab"

    def test_corrections_follow_the_issuer(self, store: Store) -> None:
        correction = Correction("a", "dates.record", "2026-03-05", "Ada", NOW, "typing error \x00")
        with store.begin() as unit:
            unit.actions.save(make_revision(make_action("a", "i", 5)))
            assert unit.actions.add_correction(correction) == "i"
            with pytest.raises(NotFoundError, match="nothing"):
                unit.actions.add_correction(replace(correction, target="nothing"))
        with store.read() as unit:
            assert unit.actions.corrections("i") == [replace(correction, why="typing error �")]
            assert unit.actions.corrections("j") == []


class IssuerContract:
    """Who an announcement is about."""

    def match(self, store: Store, name: str, *ids: SecurityId) -> str:
        with store.begin() as unit:
            return unit.actions.match_issuer(announce(name, *ids))

    def test_by_name_in_its_spellings(self, store: Store) -> None:
        first = self.match(store, "Kita Denki Kogyo Co., Ltd.")
        for name in ("KITA DENKI KOGYO", "Ｋｉｔａ Denki Kogyo Co.,Ltd", "The Kita Denki Kogyo Limited"):
            assert self.match(store, name) == first
        assert self.match(store, "北電機工業株式会社") == self.match(store, "㈱北電機工業") != first

    def test_by_identifier_whatever_the_name(self, store: Store) -> None:
        first = self.match(store, "Nordlicht AG", isin("DE0001"), ticker("XETR:NLI"))
        assert self.match(store, "Northern Light", isin("DE0001")) == first
        assert self.match(store, "NLI", ticker("XETR:NLI")) == first
        assert self.match(store, "NLI Corp", ticker("XNYS:NLI")) != first

    def test_what_is_new_is_remembered(self, store: Store) -> None:
        first = self.match(store, "Nordlicht Energie AG", isin("DE0001"))
        assert self.match(store, "Northern Light Energy", isin("DE0001"), isin("US0002")) == first
        assert self.match(store, "Northern Light Energy") == first
        assert self.match(store, "something else", isin("US0002")) == first

    def test_other_legal_forms_and_companies_stay_apart(self, store: Store) -> None:
        first = self.match(store, "First Capital Trust plc")
        assert self.match(store, "First Capital Trust Inc.") != first
        lei = SecurityId("lei", "AAA")
        second = self.match(store, "Meridian Holdings", lei)
        assert self.match(store, "Meridian Holdings", SecurityId("lei", "BBB")) != second

    def test_short_names_join_nothing(self, store: Store) -> None:
        first = self.match(store, "ABC", ticker("XNYS:ABC"))
        assert self.match(store, "ABC", ticker("XLON:ABC")) != first

    def test_a_name_of_two_companies_means_neither(self, store: Store) -> None:
        one = self.match(store, "Meridian Holdings", SecurityId("lei", "AAA"))
        two = self.match(store, "Meridian Holdings", SecurityId("lei", "BBB"))
        unclear = self.match(store, "Meridian Holdings")
        assert len({one, two, unclear}) == 3
        assert self.match(store, "Meridian Holdings") == unclear

    def test_a_shared_identifier_makes_two_one(self, store: Store) -> None:
        older = self.match(store, "Nordlicht Energie AG", isin("DE0001"))
        newer = self.match(store, "Nordlicht Energy Group", ticker("XNYS:NLI"))
        with store.begin() as unit:
            unit.actions.add_announcement(
                StoredAnnouncement("a.0", "a", newer, NOW, "x", announce("Nordlicht Energy Group"))
            )
            unit.actions.save(make_revision(make_action("act", newer, 3)))
            unit.entries.save(make_entry("e", newer, 3), blocks("e"))
            before = unit.entries.version()
        assert self.match(store, "Nordlicht", isin("DE0001"), ticker("XNYS:NLI")) == older
        with store.read() as unit:
            assert [item.id for item in unit.actions.announcements_of(older)] == ["a.0"]
            assert unit.actions.announcements_of(newer) == unit.actions.announcements_of(older)
            assert [item.issuer_id for item in unit.actions.of_issuer(newer)] == [older]
            assert unit.entries.fragments(Selection(issuers=(newer,)), TODAY, "en") == [blocks("e")["en"]]
            assert unit.entries.version(Selection(issuers=(older,))) > before
            known = unit.actions.issuer(newer)
            assert known is not None
            assert (known.id, known.tickers) == (older, ("XNYS:NLI",))
            assert [item.id for item in unit.actions.issuers()] == [older]
        assert self.match(store, "Nordlicht Energy Group") == older

    def test_no_document_joins_companies_whose_names_have_nothing_in_common(self, store: Store) -> None:
        one = self.match(store, "Kirschbaum Holdings plc", isin("GB0001"), ticker("XLON:KIR"))
        two = self.match(store, "Meridian Holdings plc", isin("GB0002"), ticker("XLON:MER"))
        forged = announce("Meridian Holdings plc", isin("GB0001"), ticker("XLON:MER"))
        stranger = announce("Evil Holdings plc", isin("GB0001"), isin("GB0002"))
        with store.begin() as unit:
            assert unit.actions.match_issuer(forged) == two
            assert unit.actions.match_issuer(stranger) == one
            reason = "It names securities of Kirschbaum Holdings plc, Meridian Holdings plc, which are known here as different companies."
            assert str(unit.actions.doubt_issuer(forged)) == reason
            assert str(unit.actions.doubt_issuer(stranger)) == reason
            # Neither is remembered: the next announcement of each company is its own, and beyond doubt.
            for known, said in (
                (one, announce("Kirschbaum", isin("GB0001"))),
                (two, announce("Meridian", ticker("XLON:MER"))),
            ):
                assert unit.actions.match_issuer(said) == known
                assert unit.actions.doubt_issuer(said) is None
        assert self.match(store, "Evil Holdings plc") not in {one, two}

    def test_a_persons_word_on_one_company_joins_no_other(self, store: Store) -> None:
        one = self.match(store, "Nordlicht Energie AG", isin("DE0001"))
        two = self.match(store, "Northern Light Energy", ticker("XNYS:NLI"))
        other = self.match(store, "Kirschbaum Holdings plc", isin("GB0001"))
        described = Issuer(
            "Nordlicht",
            (isin("DE0001"), ticker("XNYS:NLI"), isin("GB0001")),
            aliases=("Nordlicht Energie AG", "Northern Light Energy"),
        )
        with store.begin() as unit:
            assert unit.actions.match_issuer(Announcement(described, EventType.CASH_DIVIDEND)) == one
        assert self.match(store, "x", ticker("XNYS:NLI")) == one != two
        assert self.match(store, "x", isin("GB0001")) == other

    def test_another_companys_identifier_in_an_offer_joins_nothing(self, store: Store) -> None:
        target = self.match(store, "Target Works plc", isin("GB0001"))
        offer = replace(
            announce("Bidder Industries plc", event_type=EventType.TENDER_OFFER),
            security_ids=(isin("GB0001"),),
        )
        with store.begin() as unit:
            assert unit.actions.match_issuer(offer) != target

    def test_found_by_name_or_ticker(self, store: Store) -> None:
        first = self.match(store, "Nordlicht Energie AG", ticker("XETR:NLI"))
        second = self.match(store, "Südlicht Energie AG", isin("DE0002"))
        with store.read() as unit:
            assert [item.id for item in unit.actions.issuers(search="licht")] == [first, second]
            assert [item.id for item in unit.actions.issuers(search="SÜDLICHT energie")] == [second]
            assert [item.id for item in unit.actions.issuers(search="nli")] == [first]
            assert [item.id for item in unit.actions.issuers(limit=1, offset=1)] == [second]
            assert unit.actions.issuers(search="100%") == []
            assert unit.actions.tickers_of(first) == {"NLI", "XETR:NLI"}
            assert unit.actions.issuer("nobody") is None

    def test_hostile_names(self, store: Store) -> None:
        for name in ("", "\x00", "\ud800" * 9, "x" * 10_000, "株式会社", "Inc.", "../../etc", "\u202eevil"):
            issuer = self.match(store, name)
            assert self.match(store, name) == issuer
            assert issuer.replace("-", "").isalnum()
            assert len(issuer) < 64
