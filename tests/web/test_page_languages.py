"""Pages that a reader of a feed or a mail is led to speak the language that the feed and the mail speak."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from lxml import html

from calendar_service.model.document import RawDocument
from calendar_service.model.remarks import remark
from calendar_service.model.subscription import Subscription
from calendar_service.publish.words import words_for
from calendar_service.web.tokens import hash_feed_token
from tests.web.world import NOW, World

ACTION = "/actions/nordlicht-dividend"


def heading(client: FlaskClient, path: str, **headers: str) -> tuple[str | None, str]:
    page = html.document_fromstring(client.get(path, headers=headers).text)
    return page.get("lang"), page.cssselect("#dates, h1")[-1].text_content()


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", ("de", "Termine")),
        ("ja", ("ja", "日程")),
        ("fr,ja;q=0.5", ("ja", "日程")),
        ("fr", ("en", "Dates")),
        ("", ("en", "Dates")),
        ("\u00ff;q=x,,;", ("en", "Dates")),
    ],
)
def test_a_page_speaks_what_the_browser_prefers(
    client: FlaskClient, accepted: str, expected: tuple[str, str]
) -> None:
    headers = {"Accept-Language": accepted}
    answer = client.get(ACTION, headers=headers)
    page = html.document_fromstring(answer.text)
    assert (page.get("lang"), page.cssselect("#dates")[0].text_content()) == expected
    assert answer.headers["Content-Language"] == expected[0]
    assert answer.vary.as_set() >= {"accept-language", "cookie"}


def test_a_language_that_was_chosen_stays_chosen(client: FlaskClient) -> None:
    assert heading(client, f"{ACTION}?lang=ja", **{"Accept-Language": "de"}) == ("ja", "日程")
    assert heading(client, ACTION, **{"Accept-Language": "de"}) == ("ja", "日程")
    assert heading(client, f"{ACTION}?lang=en", **{"Accept-Language": "de"}) == ("en", "Dates")
    assert heading(client, f"{ACTION}?lang=tlh", **{"Accept-Language": "de"}) == ("en", "Dates")


def test_the_other_languages_are_offered_with_the_same_filters(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/?ticker=NLE&lang=de").text)
    offered = {link.get("lang"): link.get("href") for link in page.cssselect("footer a[hreflang]")}
    assert offered == {"en": "?ticker=NLE&lang=en", "ja": "?ticker=NLE&lang=ja"}


def test_a_page_offers_feeds_and_files_in_its_language(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get(f"{ACTION}?lang=de").text)
    assert page.cssselect("input.address")[0].get("value", "").endswith("/nordlicht-energi-asa.ics?lang=de")
    (file,) = page.cssselect("#record p.add a")[:1]
    assert "Stichtag" in client.get(file.get("href", "").removeprefix("http://127.0.0.1:8000")).text


def test_pages_that_are_written_in_english_alone_say_so(client: FlaskClient) -> None:
    answer = client.get("/status", headers={"Accept-Language": "de"})
    assert html.document_fromstring(answer.text).get("lang") == "en"
    assert "Get reminders" in answer.text
    assert "Content-Language" not in answer.headers


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("/subscriptions/{manage}", "お知らせの設定"),
        ("/unsubscribe/{unsubscribe}", "お知らせを停止しますか？"),
        ("/confirm/{confirm}", "お知らせを開始しますか？"),
    ],
)
def test_a_subscribers_pages_speak_the_language_of_the_mails(
    client: FlaskClient, world: World, page: str, expected: str
) -> None:
    with world.store.begin() as unit:
        subscription = Subscription("s1", "a@example.org", language="ja", created_at=NOW)
        unit.subscriptions.add(subscription, feed_token_hash=hash_feed_token("t"))
    tokens = world.services().tokens
    path = page.format(
        manage=tokens.manage("s1"), unsubscribe=tokens.unsubscribe("s1"), confirm=tokens.confirm("s1")
    )
    answer = client.get(path, headers={"Accept-Language": "de"})
    shown = html.document_fromstring(answer.text)
    assert (shown.get("lang"), shown.cssselect("h1")[0].text_content()) == ("ja", expected)
    assert shown.cssselect("footer a[hreflang]") == []


def test_a_link_that_is_not_valid_is_refused_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/subscriptions/forged", headers={"Accept-Language": "de"})
    assert answer.status_code == 404
    assert "Dieser Link ist ungültig oder abgelaufen." in answer.text
    assert "Hier ist nichts" in answer.text


def test_the_form_begins_with_the_readers_language_and_complains_in_it(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get("/subscribe", headers={"Accept-Language": "de"}).text)
    form = page.cssselect("form.wish")[0]
    assert (form.fields["language"], form.fields["zone"]) == ("de", "Europe/Berlin")
    assert [option.text for option in form.inputs["weekday"].cssselect("option")][:2] == [
        "Montag",
        "Dienstag",
    ]
    answer = client.post(
        "/subscribe", data={"form_token": form.fields["form_token"], "language": "de", "address": "nobody"}
    )
    assert answer.status_code == 422
    assert "Geben Sie eine Mailadresse an" in answer.text


@pytest.mark.parametrize("language", ["de", "ja"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/held",
        "/help",
        "/documents",
        "/documents?outcome=rejected",
        "/documents/{document}",
        "/issuers",
        ACTION,
        "/actions/action-1",
        "/subscribe",
    ],
)
def test_nothing_on_a_page_for_readers_is_left_in_english(
    client: FlaskClient, world: World, path: str, language: str
) -> None:
    answer = client.get(path.format(document=world.document_id), headers={"Accept-Language": language})
    assert answer.status_code == 200
    page = html.document_fromstring(answer.text)
    assert page.get("lang") == language
    texts = {" ".join(text.split()) for text in page.itertext()}
    texts |= {value for item in page.iter() for name in ("title", "aria-label") if (value := item.get(name))}
    assert {text for text in texts if text and words_for(language).say(text) != text} == set()


@pytest.mark.parametrize(
    ("language", "heading", "reason"),
    [
        ("de", "Zurückgestellt", "Der Text nennt für denselben Termin auch Fr., 3. Apr. 2026"),
        ("ja", "保留", "同じ項目について、本文には2026年4月3日(金)との記載もあります"),
        ("en", "On hold", "the text also says Fri, 3 Apr 2026 for the same date"),
    ],
)
def test_reasons_of_a_hold_are_told_in_the_readers_language(
    client: FlaskClient, language: str, heading: str, reason: str
) -> None:
    page = html.document_fromstring(client.get(f"/held?lang={language}").text)
    assert page.cssselect("h1")[0].text_content() == heading
    reasons = [item.text_content() for item in page.cssselect(".actionlist ul:not(.short) li")]
    assert reasons == ["03/04/2026 can be read in two ways.", reason]
    assert reason in client.get(f"/actions/action-1?lang={language}").text
    assert reason in client.get(f"/api/v1/held?lang={language}").get_json()["items"][0]["held"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", "Die Datei ist leer."), ("ja", "ファイルが空です。"), ("en", "The file is empty.")],
)
def test_why_a_document_was_not_read_is_told_in_the_readers_language(
    client: FlaskClient, world: World, language: str, expected: str
) -> None:
    raw = RawDocument(b"", "folder:none.txt", "none.txt", NOW)
    with world.store.begin() as unit:
        unit.documents.add(raw, None, None, remark("The file is empty."))
    assert expected in client.get(f"/documents?outcome=rejected&lang={language}").text
    assert expected in client.get(f"/documents/{raw.id}?lang={language}").text
    assert client.get(f"/api/v1/documents/{raw.id}?lang={language}").get_json()["reason"] == expected


def test_the_history_of_an_action_is_told_in_the_readers_language(client: FlaskClient) -> None:
    page = html.document_fromstring(client.get(f"{ACTION}?lang=de").text)
    history = " ".join(page.cssselect(".history")[0].text_content().split())
    assert "Zahltag: Mi., 16. Dez. 2026 → Do., 17. Dez. 2026" in history
