"""What every store promises of entries, their blocks, and subscriptions."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy.exc import IntegrityError

from calendar_service.errors import NotFoundError
from calendar_service.model.codes import DateKind, EventType, Status
from calendar_service.model.ports import Store
from calendar_service.model.records import Pace
from calendar_service.model.subscription import Selection
from tests.contract.store_samples import (
    NOW,
    TODAY,
    announce,
    blocks,
    days,
    hours,
    make_entry,
    make_subscription,
    ticker,
)


class EntryContract:
    """The `Entries` port."""

    def test_an_entry_comes_back(self, store: Store) -> None:
        entry = make_entry("e", "i", 3, mic=None, removed_at=hours(-1), last_day=days(9))
        with store.begin() as unit:
            unit.entries.save(entry, blocks("e"))
        with store.read() as unit:
            assert unit.entries.find("e") == entry
            assert unit.entries.of_action("action-e") == [entry]
            assert unit.entries.select(Selection(), TODAY) == [entry]
            assert unit.entries.fragment("e", "de") == blocks("e")["de"]
            assert unit.entries.fragment("e", "ja") is None
            assert unit.entries.fragments_of("action-e") == {"e": blocks("e")}
            assert unit.entries.find("x") is None
            assert unit.entries.find_all(["e", "x"]) == {"e": entry}

    def test_saving_again_replaces_it(self, store: Store) -> None:
        with store.begin() as unit:
            unit.entries.save(make_entry("e", "i", 3), blocks("e"))
        moved = make_entry("e", "j", 5, sequence=1)
        with store.begin() as unit:
            unit.entries.save(moved, {"en": b"moved"})
        with store.read() as unit:
            assert unit.entries.select(Selection(), TODAY) == [moved]
            assert unit.entries.fragments_of("action-e") == {"e": {"en": b"moved"}}
            assert unit.entries.fragments(Selection(issuers=("j",)), TODAY, "en") == [b"moved"]
            assert unit.entries.fragments(Selection(issuers=("i",)), TODAY, "en") == []

    def test_nearest_first_and_cut_at_the_limit(self, store: Store) -> None:
        spread = {"far": 300, "yesterday": -1, "tomorrow": 1, "today": 0, "week": -7, "next": 6}
        with store.begin() as unit:
            for uid, offset in spread.items():
                unit.entries.save(make_entry(uid, "i", offset), {"en": uid.encode()})
            running = make_entry("running", "i", -200, last_day=days(4))
            unit.entries.save(running, {"en": b"running"})
        order = ["running", "today", "tomorrow", "yesterday", "next", "week", "far"]
        with store.read() as unit:
            found = unit.entries.fragments(Selection(), TODAY, "en")
            assert sorted(found[:2]) == [b"running", b"today"]
            assert found[2:] == [uid.encode() for uid in order[2:]]
            for limit in range(8):
                assert unit.entries.fragments(Selection(), TODAY, "en", limit=limit) == found[:limit]
                nearest = unit.entries.select(Selection(), TODAY, limit=limit)
                assert nearest == unit.entries.select(Selection(), TODAY)[:limit]
            assert [entry.uid for entry in unit.entries.select(Selection(), TODAY)][2:] == order[2:]

    def test_selected_by_what_is_asked_for(self, store: Store) -> None:
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announce("Nordlicht AG", ticker("XETR:NLI")))
            save = unit.entries.save
            save(make_entry("a", issuer, 1), {"en": b"a"})
            save(make_entry("b", "other", 2, mic="XTKS", kind=DateKind.PAYMENT), {"en": b"b"})
            save(make_entry("c", "other", 3, status=Status.FORECAST), {"en": b"c"})
            save(make_entry("d", "other", 4, event_type=EventType.MERGER, mic=None), {"en": b"d"})
            save(make_entry("e", "other", -91), {"en": b"e"})
            save(make_entry("f", "other", 401), {"en": b"f"})

        def uids(selection: Selection) -> str:
            with store.read() as unit:
                found = "".join(entry.uid for entry in unit.entries.select(selection, TODAY))
                assert b"".join(unit.entries.fragments(selection, TODAY, "en")).decode() == found
                assert b"".join(unit.entries.fragments(selection, TODAY, "en", limit=9)).decode() == found
            return found

        assert uids(Selection()) == "abcd"
        assert uids(Selection(tickers=("NLI",))) == "a"
        assert uids(Selection(tickers=("XETR:nli", "unknown"))) == "a"
        assert uids(Selection(tickers=("unknown",))) == ""
        assert uids(Selection(issuers=("other",))) == "bcd"
        assert uids(Selection(issuers=("other",), tickers=("NLI",))) == "abcd"
        assert uids(Selection(kinds=(DateKind.PAYMENT,))) == "b"
        assert uids(Selection(event_types=(EventType.MERGER,))) == "d"
        assert uids(Selection(markets=("XTKS", "XETR"))) == "abc"
        assert uids(Selection(forecasts=False)) == "abd"
        assert uids(Selection(past_days=91, future_days=401)) == "abcdef"[0:4] + "ef"
        assert uids(Selection(past_days=10**9, future_days=10**9)) == "abcdef"
        assert uids(Selection(issuers=tuple(f"issuer-{n}" for n in range(40_000)))) == ""

    def test_a_tombstone_stays_for_ninety_days(self, store: Store) -> None:
        with store.begin() as unit:
            unit.entries.save(make_entry("e", "i", 300, removed_at=NOW), blocks("e"))
        with store.read() as unit:
            assert [entry.uid for entry in unit.entries.select(Selection(), days(90))] == ["e"]
            assert unit.entries.select(Selection(), days(91)) == []
            assert unit.entries.ended_between(days(300), days(300)) == []
            assert [entry.uid for entry in unit.entries.of_action("action-e")] == ["e"]

    def test_ended_between_includes_both_ends_and_windows_by_their_last_day(self, store: Store) -> None:
        with store.begin() as unit:
            for offset in range(5):
                unit.entries.save(make_entry(f"e{offset}", "i", offset), {})
            unit.entries.save(make_entry("w2", "i", 0, last_day=days(2)), {})
            unit.entries.save(make_entry("w9", "i", 2, last_day=days(9)), {})
        with store.read() as unit:
            found = [entry.uid for entry in unit.entries.ended_between(days(1), days(3))]
            assert found == ["e1", "e2", "w2", "e3"]

    def test_the_version_rises_with_each_change(self, store: Store) -> None:
        seen = []
        with store.read() as unit:
            seen.append(unit.entries.version())
        for sequence in range(3):
            with store.begin() as unit:
                unit.entries.save(make_entry("e", "i", sequence, sequence=sequence), blocks("e"))
            with store.read() as unit:
                seen.append(unit.entries.version())
        assert seen == sorted(set(seen))
        with store.begin() as unit:
            unit.set_state("unrelated", "1")
        with store.read() as unit:
            assert unit.entries.version() == seen[-1]

    def test_a_private_feed_depends_on_its_issuers_only(self, store: Store) -> None:
        with store.begin() as unit:
            mine = unit.actions.match_issuer(announce("Nordlicht AG", ticker("XETR:NLI")))
            other = unit.actions.match_issuer(announce("Somebody Else Ltd"))
            unit.entries.save(make_entry("a", mine, 1), blocks("a"))
        selection = Selection(tickers=("NLI",))
        with store.begin() as unit:
            before = unit.entries.version(selection)
            unit.entries.save(make_entry("b", other, 1), blocks("b"))
        with store.begin() as unit:
            assert unit.entries.version(selection) == before
            unit.entries.save(make_entry("a", mine, 2, sequence=1), blocks("a"))
        with store.read() as unit:
            assert unit.entries.version(selection) > before
            assert unit.entries.version(Selection(issuers=("nobody",))) == 0

    def test_a_new_ticker_makes_the_feed_new(self, store: Store) -> None:
        selection = Selection(tickers=("NLI",))
        with store.begin() as unit:
            unit.actions.match_issuer(announce("Nordlicht Energie AG"))
            before = unit.entries.version(selection)
        with store.begin() as unit:
            unit.actions.match_issuer(announce("Nordlicht Energie AG", ticker("XETR:NLI")))
        with store.read() as unit:
            assert unit.entries.version(selection) > before

    def test_what_changed_since(self, store: Store) -> None:
        for numbers in ((1, 2), (3,), (1, 4)):
            with store.begin() as unit:
                for number in numbers:
                    unit.entries.save(make_entry(f"e{number}", "i", number), {})
        with store.read() as unit:
            found = [(version, entry.uid) for version, entry in unit.entries.changed_since(0)]
            assert [uid for _, uid in found] == ["e2", "e3", "e1", "e4"]
            assert found[-1][0] == unit.entries.version()
            assert [item[1].uid for item in unit.entries.changed_since(found[0][0])] == ["e3", "e1", "e4"]
            assert [item[1].uid for item in unit.entries.changed_since(found[1][0], limit=1)] == ["e1", "e4"]
            assert unit.entries.changed_since(found[-1][0]) == []

    def test_extreme_days(self, store: Store) -> None:
        early = make_entry("early", "i", 0, day=date.min, last_day=date.min)
        late = make_entry("late", "i", 0, day=date.max, last_day=date.max)
        instant = datetime.combine(date(9999, 1, 1), time.max, UTC)
        with store.begin() as unit:
            unit.entries.save(replace(early, created_at=instant), blocks("early"))
            unit.entries.save(late, blocks("late"))
        with store.read() as unit:
            found = unit.entries.find("early")
            assert found is not None
            assert (found.day, found.created_at) == (date.min, instant)
            everything = Selection(past_days=10**7, future_days=10**7)
            assert [entry.uid for entry in unit.entries.select(everything, TODAY)] == ["early", "late"]


class SubscriptionContract:
    """The `Subscriptions` port."""

    def test_a_subscription_comes_back(self, store: Store) -> None:
        wanted = make_subscription("s", Selection(issuers=("i",), kinds=(DateKind.EX,)), confirmed_at=None)
        with store.begin() as unit:
            unit.subscriptions.add(wanted, feed_token_hash="h")
        confirmed = replace(wanted, confirmed_at=hours(1), hour=20)
        with store.begin() as unit:
            assert unit.subscriptions.find("s") == wanted
            assert list(unit.subscriptions.active()) == []
            unit.subscriptions.update(confirmed)
            with pytest.raises(NotFoundError, match="nobody"):
                unit.subscriptions.update(replace(wanted, id="nobody"))
        with store.read() as unit:
            assert unit.subscriptions.find("s") == confirmed
            assert unit.subscriptions.find_all(["s", "x"]) == {"s": confirmed}
            assert list(unit.subscriptions.active()) == [confirmed]

    def test_an_id_is_taken_once(self, store: Store) -> None:
        with store.begin() as unit:
            unit.subscriptions.add(make_subscription("s"), feed_token_hash="h")
        with pytest.raises(IntegrityError), store.begin() as unit:
            unit.subscriptions.add(make_subscription("s"), feed_token_hash="g")

    def test_by_target(self, store: Store) -> None:
        hook = make_subscription("h", target="https://Reader.example/Hook", channel="webhook")
        mail = make_subscription("m", target="Ada@Reader.example", ended_at=NOW)
        with store.begin() as unit:
            unit.subscriptions.add(hook, feed_token_hash="1")
            unit.subscriptions.add(mail, feed_token_hash="2")
        with store.read() as unit:
            assert unit.subscriptions.by_target(" ada@reader.EXAMPLE") == [mail]
            assert unit.subscriptions.by_target("https://Reader.example/Hook") == [hook]
            assert unit.subscriptions.by_target("https://reader.example/hook") == []

    def test_who_watches_an_issuer(self, store: Store) -> None:
        with store.begin() as unit:
            issuer = unit.actions.match_issuer(announce("Nordlicht AG", ticker("XETR:NLI")))
            wanted = {
                "all": make_subscription("all"),
                "id": make_subscription("id", Selection(issuers=("x", issuer))),
                "mic": make_subscription("mic", Selection(tickers=("xetr:nli",))),
                "ticker": make_subscription("ticker", Selection(tickers=("NLI",))),
                "other": make_subscription("other", Selection(tickers=("XNYS:NLI",), issuers=("x",))),
                "ended": make_subscription("ended", ended_at=NOW),
                "asked": make_subscription("asked", confirmed_at=None),
            }
            for key, subscription in wanted.items():
                unit.subscriptions.add(subscription, feed_token_hash=key)
        with store.begin() as unit:
            found = [subscription.id for subscription in unit.subscriptions.watching(issuer)]
            assert found == ["all", "id", "mic", "ticker"]
            unit.subscriptions.update(make_subscription("id", Selection(issuers=("x",))))
            found = [subscription.id for subscription in unit.subscriptions.watching("x")]
            assert found == ["all", "id", "other"]

    def test_feed_links_are_given_and_revoked(self, store: Store) -> None:
        with store.begin() as unit:
            unit.subscriptions.add(make_subscription("s"), feed_token_hash="first")
            unit.subscriptions.add_feed_token("s", "second", hours(1))
            unit.subscriptions.revoke("first", hours(2))
            unit.subscriptions.revoke("unknown", hours(2))
        with store.read() as unit:
            assert unit.subscriptions.is_revoked("first")
            assert not unit.subscriptions.is_revoked("second")
            assert not unit.subscriptions.is_revoked("unknown")
            assert unit.subscriptions.by_feed_token("first") == make_subscription("s")
            assert unit.subscriptions.by_feed_token("second") == make_subscription("s")
            assert unit.subscriptions.by_feed_token("a\x00b") is None

    def test_suppressed_targets(self, store: Store) -> None:
        with store.begin() as unit:
            unit.subscriptions.suppress("Ada@Reader.example", "550 no such user", NOW)
            unit.subscriptions.suppress("ada@reader.example", "complained", hours(1))
        with store.begin() as unit:
            assert unit.subscriptions.suppressed("ADA@reader.example") == "550 no such user"
            assert unit.subscriptions.suppressed("bob@reader.example") is None
            asked = ["ADA@reader.example", "bob@reader.example"]
            assert unit.subscriptions.suppressed_among(asked) == {asked[0]: "550 no such user"}
            told = [(item.target, item.reason, item.at) for item in unit.subscriptions.suppressions()]
            assert told == [("ada@reader.example", "550 no such user", NOW)]
            assert unit.subscriptions.count_suppressed() == 1
            assert unit.subscriptions.unsuppress("ada@READER.example")
            assert not unit.subscriptions.unsuppress("ada@READER.example")
            assert unit.subscriptions.suppressed("ada@reader.example") is None
            assert unit.subscriptions.suppressions() == []

    def test_refusals_are_counted_by_day(self, store: Store) -> None:
        with store.begin() as unit:
            for hour in (0, 1, 48):
                unit.subscriptions.add_refusal("Ada@reader.example", f"552 at {hour}", hours(hour))
            unit.subscriptions.add_refusal("bob@reader.example", "552", NOW)
        with store.begin() as unit:
            rows = unit.subscriptions
            assert [item.reason for item in rows.refusals("ada@READER.example")] == ["552 at 48", "552 at 1"]
            assert [rows.count_refused_days("ada@reader.example", hours(at)) for at in (-1, 1, 48)] == [
                2,
                1,
                0,
            ]
            assert len(rows.refusals()) == 3
            assert rows.forget_refusals(hours(1)) == 1
            rows.unsuppress("ada@reader.example")
            assert rows.refusals() == []

    def test_paces(self, store: Store) -> None:
        with store.begin() as unit:
            assert unit.paces.hold([], NOW) == {}
            held = unit.paces.hold(["b.example", "a.example"], NOW)
            assert held == {"a.example": Pace(NOW, NOW), "b.example": Pace(NOW, NOW)}
            unit.paces.save({"a.example": Pace(hours(1), hours(2))})
        with store.begin() as unit:
            held = unit.paces.hold(["a.example", "b.example", "c.example"], hours(3))
            assert held == {
                "a.example": Pace(hours(1), hours(2)),
                "b.example": Pace(NOW, NOW),
                "c.example": Pace(hours(3), hours(3)),
            }
            assert unit.paces.forget(hours(2)) == 1

    def test_attempts_are_counted_in_a_window(self, store: Store) -> None:
        with store.begin() as unit:
            for hour in (0, 1, 2):
                unit.subscriptions.add_attempt("optin:ada", hours(hour))
            unit.subscriptions.add_attempt("x" * 9000, NOW)
        with store.begin() as unit:
            assert unit.subscriptions.attempts("optin:ada", hours(1)) == 2
            assert unit.subscriptions.attempts("optin:bob", hours(0)) == 0
            assert unit.subscriptions.attempts("x" * 9000, NOW) == 1
            assert unit.subscriptions.forget_attempts(hours(2)) == 3
            assert unit.subscriptions.attempts("optin:ada", hours(0)) == 1
