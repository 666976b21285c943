from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from calendar_service.model.announcement import Issuer
from calendar_service.model.records import Correction
from calendar_service.web import create_app
from tests.web.world import HOSTILE, World, open_world

DIVIDEND = "/actions/nordlicht-dividend"


def read(client: FlaskClient, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def words_of(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def rows_of(page: html.HtmlElement) -> list[str]:
    return [words_of(row) for row in page.cssselect("li.row")]


def test_the_calendar_lists_dates_by_day_with_state_and_basis(client: FlaskClient) -> None:
    page = read(client, "/")
    days = [words_of(item) for item in page.cssselect("section.day h2")]
    assert days == [
        "Wed, 25 Nov 2026 in 2 days",
        "Fri, 27 Nov 2026 in 4 days",
        "Mon, 30 Nov 2026 in 7 days",
        "Wed, 2 Dec 2026 in 9 days",
        "Thu, 3 Dec 2026 in 10 days",
        "Fri, 4 Dec 2026 in 11 days",
        "Mon, 7 Dec 2026 in 14 days",
        "Thu, 17 Dec 2026 in 24 days",
    ]
    rows = rows_of(page)
    assert (
        "Ex-date Nordlicht Energi ASA Cash dividend NOK 2.50 subject to approval derived by rule XOSL" in rows
    )
    assert (
        "Payment date Nordlicht Energi ASA Cash dividend NOK 2.50 subject to approval stated approximate XOSL"
        in rows
    )
    assert "Expiry Kestrel Ferries plc Tender offer withdrawn by the issuer stated" in rows


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("ticker=NLE&kind=ex", ["Ex-date"]),
        ("ticker=XOSL:NLE&kind=ex,record", ["Ex-date", "Record date"]),
        ("type=extraordinary_meeting", ["Voting deadline", "Meeting"]),
        ("market=XOSL&kind=payment", ["Payment date"]),
        ("status=withdrawn", ["Expiry"]),
        ("status=confirmed&kind=record", ["Record date"]),
    ],
)
def test_filters_keep_what_they_name(client: FlaskClient, query: str, kinds: list[str]) -> None:
    page = read(client, f"/?{query}")
    assert [words_of(item) for item in page.cssselect("li.row .kind")] == kinds


def test_an_empty_window_points_to_the_nearest_dates(client: FlaskClient) -> None:
    page = read(client, "/?from=2018-05-01&days=20")
    assert rows_of(page) == []
    nearest = [words_of(item) for item in page.cssselect(".empty li")]
    assert nearest[0] == "Old Harbour Ltd: Cash dividend – Record date Sat, 31 Mar 2018"
    link = page.cssselect(".empty li .nowrap a")[0].attrib["href"]
    assert link == "?from=2018-03-31&days=20"
    assert rows_of(read(client, f"/{link}")) == ["Record date Old Harbour Ltd Cash dividend completed stated"]


def test_a_filter_is_carried_to_other_days_and_into_the_feed(client: FlaskClient) -> None:
    page = read(client, "/?ticker=NLE&kind=ex")
    assert page.cssselect("a[rel=next]")[0].attrib["href"] == "?from=2027-01-23&days=75&ticker=NLE&kind=ex"
    feed = "http://127.0.0.1:8000/feeds/all.ics?ticker=NLE&kind=ex"
    assert page.cssselect("input.address")[0].attrib["value"] == feed
    assert page.cssselect("link[type='text/calendar']")[0].attrib["href"] == feed


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("kind=exx", "kind='exx' is unknown; known are: declaration, last_cum"),
        ("from=2026-02-30", "from must be a day as YYYY-MM-DD"),
        ("days=0", "days must be a whole number from 1 to 800"),
        ("ticker=%3Cscript%3E", "is no ticker"),
        ("market=TOOLONG", "is no market"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused_in_words(
    client: FlaskClient, query: str, problem: str
) -> None:
    answer = client.get(f"/?{query}")
    assert answer.status_code == 400
    assert problem in words_of(html.document_fromstring(answer.text))


@pytest.mark.parametrize("first", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar_are_no_error(client: FlaskClient, first: str) -> None:
    assert client.get(f"/?from={first}").status_code == 200


def test_an_action_shows_each_date_with_its_proof(client: FlaskClient, world: World) -> None:
    page = read(client, DIVIDEND)
    record = page.get_element_by_id("record")
    assert words_of(record.cssselect(".when")[0]) == "Mon, 7 Dec 2026"
    assert words_of(record.cssselect("blockquote p")[0]) == "Record date: 7 December 2026."
    assert words_of(record.cssselect("blockquote mark")[0]) == "Record date: 7 December 2026"
    last_cum = words_of(page.get_element_by_id("last_cum").cssselect("blockquote p")[0])
    assert last_cum == "The shares are traded including the dividend until 3 December 2026."
    link = record.cssselect("blockquote a")[0].attrib["href"]
    assert link.startswith(f"http://127.0.0.1:8000/documents/{world.document_id}?start=")
    assert link.endswith("#quote")
    derived = words_of(page.get_element_by_id("ex"))
    assert "one settlement day before the record date (T+2) Source: Euronext Oslo rule book" in derived
    assert "NOK 2.50 per share (gross)" in words_of(page)
    assert words_of(record.cssselect(".datehead")[0]) == "Record date Mon, 7 Dec 2026 stated tentative"
    meeting = read(client, "/actions/nordlicht-meeting").get_element_by_id("meeting")
    assert words_of(meeting.cssselect(".datehead")[0]) == "Meeting Wed, 2 Dec 2026 stated"


def test_an_action_offers_ways_into_the_calendar(client: FlaskClient) -> None:
    page = read(client, DIVIDEND)
    addresses = [link.attrib["href"] for link in page.cssselect(".feed .actions a")]
    feed = page.cssselect("input.address")[0].attrib["value"]
    assert feed.startswith("http://127.0.0.1:8000/feeds/issuer/")
    assert feed.endswith("/nordlicht-energi-asa.ics")
    assert addresses[0] == feed.replace("http://", "webcal://")
    assert addresses[1].startswith("https://calendar.google.com/calendar/r?cid=webcal%3A%2F%2F127.0.0.1")
    picture = client.get(page.cssselect("img.qr")[0].attrib["src"])
    assert picture.mimetype == "image/svg+xml"
    assert etree.fromstring(picture.data).tag == "{http://www.w3.org/2000/svg}svg"
    single = [link.attrib["href"] for link in page.get_element_by_id("record").cssselect(".add a")]
    assert single[0] == "http://127.0.0.1:8000/actions/nordlicht-dividend/record/date.ics"
    assert "dates=20261207%2F20261208" in single[1]
    assert "startdt=2026-12-07&enddt=2026-12-08" in single[2]
    others = [
        link.attrib["href"].removeprefix("http://127.0.0.1:8000") for link in page.cssselect(".feed .hint a")
    ]
    assert [client.get(path).mimetype for path in others] == [
        "application/feed+json",
        "text/csv",
        "text/html",
    ]
    assert client.get(single[0].removeprefix("http://127.0.0.1:8000")).mimetype == "text/calendar"
    assert client.get(feed.removeprefix("http://127.0.0.1:8000")).mimetype == "text/calendar"


@pytest.mark.parametrize(
    "feed",
    ["", "https://evil.example/", "/feeds/private/secret/my-dates.ics", "/feeds/<x>", "/feeds/" + "x" * 500],
)
def test_only_public_feeds_are_made_into_pictures(client: FlaskClient, feed: str) -> None:
    assert client.get("/qr.svg", query_string={"feed": feed}).status_code == 404


def test_the_history_tells_what_changed_and_what_was_shown_on_a_day(client: FlaskClient) -> None:
    page = read(client, DIVIDEND)
    history = [words_of(item) for item in page.cssselect(".history > li")]
    assert "Payment date: Wed, 16 Dec 2026 → Thu, 17 Dec 2026" in history[0]
    assert "revision 1" in history[1]
    quote = page.cssselect(".history > li")[0].cssselect("a.quote")[0]
    assert "17 December 2026" in words_of(quote)
    assert quote.get("href").endswith("#quote")
    then = read(client, f"{DIVIDEND}?on=2026-11-18")
    assert words_of(then.get_element_by_id("payment").cssselect(".when")[0]) == "Wed, 16 Dec 2026"
    assert "As it was shown on Wed, 18 Nov 2026 (revision 1" in words_of(then)
    assert "It has changed since" in words_of(then)
    before = read(client, f"{DIVIDEND}?on=2026-11-16")
    assert "this action was not known here" in words_of(before)


def test_what_is_held_is_listed_with_its_reasons_and_not_in_the_calendar(client: FlaskClient) -> None:
    held = words_of(read(client, "/held"))
    assert "Ōmiya Optics K.K.: Stock split" in held
    assert "03/04/2026 can be read in two ways." in held
    assert not any("miya" in row for row in rows_of(read(client, "/")))


def test_issuers_are_found_by_name_and_by_ticker(client: FlaskClient) -> None:
    everyone = [words_of(item) for item in read(client, "/issuers").cssselect(".cards a")]
    assert "Kestrel Ferries plc" in everyone
    for search in ("nordlicht", "NLE"):
        found = read(client, f"/issuers?q={search}").cssselect(".cards a")
        assert [words_of(item) for item in found] == ["Nordlicht Energi ASA"]
    page = read(client, found[0].attrib["href"])
    assert [words_of(item.cssselect("a")[0]) for item in page.cssselect(".actionlist > li")] == [
        "Cash dividend NOK 2.50",
        "Extraordinary general meeting",
    ]


@pytest.mark.parametrize(
    "path", ["/actions/none", "/actions/%3Cb%3E", "/issuers/none", "/documents/none", "/nowhere"]
)
def test_what_is_not_there_is_said_so(client: FlaskClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text


def test_hostile_names_stay_text_and_do_not_turn_their_surroundings(client: FlaskClient) -> None:
    for path in ("/", "/issuers", "/actions/action-2", "/subscribe"):
        text = client.get(path).text
        assert "<script" not in text
        assert "\u202e" not in text
        assert "\x07" not in text
    page = read(client, "/actions/action-2")
    name = page.cssselect("h1 bdi")[0].text
    assert name == HOSTILE.replace("\u202e", "").replace("\u0007", "")


def test_an_action_that_was_merged_leads_to_the_one_that_took_it_in(
    client: FlaskClient, world: World
) -> None:
    with world.store.begin() as unit:
        unit.actions.redirect("nordlicht-meeting", "nordlicht-dividend")
    answer = client.get("/actions/nordlicht-meeting")
    assert (answer.status_code, answer.location) == (302, DIVIDEND)


def test_an_issuer_page_tells_whom_it_stands_for_and_who_said_so(client: FlaskClient, world: World) -> None:
    with world.store.begin() as unit:
        kestrel, nordlicht = (unit.actions.issuers(search=name)[0].id for name in ("kestrel", "nordlicht"))
        now = world.clock.now()
        unit.actions.merge_issuers(Correction(kestrel, "issuer_merge", nordlicht, "Ines", now, "Taken over."))
    names = words_of(read(client, f"/issuers/{nordlicht}").get_element_by_id("names"))
    assert "Kestrel Ferries plc taken for the same company: Ines on Mon, 23 Nov 2026: Taken over." in names
    with world.store.begin() as unit:
        unit.actions.split_issuer(Correction(kestrel, "issuer_split", "", "Jo", now, "Two <firms>."))
    names = words_of(read(client, f"/issuers/{nordlicht}").get_element_by_id("names"))
    assert f"Mon, 23 Nov 2026, Jo: {kestrel} is another company: Two <firms>." in names
    assert "taken for the same company" not in names


def test_an_issuer_without_a_name_can_still_be_followed(client: FlaskClient, world: World) -> None:
    with world.store.read() as unit:
        known = unit.actions.find("action-2")
    assert known is not None
    world.save(replace(known, revision=2, issuer=Issuer("")))
    row = read(client, "/").cssselect("li.row a[href='/actions/action-2#record']")
    assert [words_of(link) for link in row] == ["Issuer not named"]


def test_what_is_just_past_is_folded_away(client: FlaskClient, world: World) -> None:
    world.clock.move(days=5, hours=3)
    page = read(client, "/")
    assert [words_of(item) for item in page.cssselect("details.recent summary")] == [
        "Past two weeks (days with dates: 2)"
    ]
    assert len(page.cssselect("details.recent li.row")) == 2
    assert read(client, "/?from=2026-11-20").cssselect("details.recent") == []


@pytest.mark.parametrize(
    ("hours", "shown", "folded"),
    [
        (0, "today (UTC)", 1),  # 27 November, 11:59 UTC: the 26th is still on in Baker Island
        (
            11,
            "today (UTC)",
            1,
        ),  # 22:59 UTC: the 28th has begun in Auckland, and the date says which day is meant
        (13, "yesterday (UTC)", 1),  # 28 November, 00:59 UTC: the 27th is on in Honolulu
        (23, "yesterday (UTC)", 1),
        (25, "", 2),  # 12:59 UTC: over everywhere
    ],
)
def test_a_day_stays_in_sight_until_it_is_over_for_every_reader(
    client: FlaskClient, world: World, hours: int, shown: str, folded: int
) -> None:
    world.clock.move(days=4, hours=2, minutes=29)
    world.clock.move(hours=hours)
    page = read(client, "/")
    assert len(page.cssselect("details.recent section.day")) == folded
    open_days = {
        section.get("aria-labelledby"): words_of(section.cssselect(".away")[0])
        for section in page.cssselect(".primary > section.day")
    }
    if folded == 1:
        assert open_days["day-2026-11-27"] == shown
    else:
        assert "day-2026-11-27" not in open_days


def test_the_front_page_tells_how_to_begin_when_there_is_nothing(tmp_path: Path) -> None:
    empty = open_world(tmp_path)
    text = create_app(empty.services()).test_client().get("/").text
    assert "No announcement has been read yet." in text
    empty.store.close()


def test_the_dates_of_what_was_withdrawn_are_struck_out_and_not_for_adding(client: FlaskClient) -> None:
    page = read(client, "/actions/action-0")
    (warning,) = page.cssselect(".warning")
    assert words_of(warning).startswith("Withdrawn by the issuer It does not take place")
    assert [words_of(item) for item in page.cssselect("strong.when.over")] == ["Mon, 30 Nov 2026"]
    assert page.cssselect("p.add") == []
    assert read(client, DIVIDEND).cssselect("p.add") != []
