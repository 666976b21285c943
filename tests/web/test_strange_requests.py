"""Whatever is asked, the answer is a page or an error in words; nothing fails inside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calendar_service.web import create_app
from tests.web.world import World, open_world, populate

NAMES = (
    "from", "days", "ticker", "kind", "type", "market", "status", "issuer", "forecasts", "past", "future",
    "limit", "offset", "on", "held", "lang", "outcome", "q", "start", "end", "feed", "scheduler",
)  # fmt: skip
PATHS = (
    "/", "/actions/nordlicht-dividend", "/issuers", "/documents", "/documents/{document}", "/held", "/subscribe",
    "/healthz", "/qr.svg", "/api/v1/actions", "/api/v1/actions/nordlicht-dividend", "/api/v1/entries",
    "/api/v1/documents", "/api/v1/documents/{document}", "/api/v1/held", "/api/v1/issuers", "/feeds/all.ics",
)  # fmt: skip
LIKELY = st.sampled_from(
    [
        "",
        "0",
        "1",
        "-1",
        "99999999999",
        "0001-01-01",
        "9999-12-31",
        "2026-12-01",
        "record",
        "read",
        "NLE",
        "XOSL",
        "de",
    ]
)
VALUES = st.one_of(LIKELY, st.text(max_size=30))
QUERIES = st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=5)
FIELDS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "address",
                "zone",
                "hour",
                "kind",
                "plan",
                "leads_record",
                "rhythm",
                "weekday",
                "tickers",
                "language",
            ]
        ),
        st.one_of(VALUES, st.sampled_from(["own", "a@example.org", "weekly", "Asia/Tokyo", "7, 2"])),
    ),
    max_size=8,
)
CALM = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder: Path = tmp_path_factory.mktemp("strange")
    made = open_world(folder)
    populate(made)
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def client(world: World) -> FlaskClient:
    return create_app(world.services()).test_client()


def encode(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


@CALM
@given(path=st.sampled_from(PATHS), query=QUERIES)
def test_no_query_fails_inside(
    client: FlaskClient, world: World, path: str, query: list[tuple[str, str]]
) -> None:
    asked = [(name, encode(value)) for name, value in query]
    answer = client.get(path.format(document=world.document_id), query_string=asked)
    assert answer.status_code in {200, 304, 400, 404, 503}, answer.text
    if answer.status_code == 503:
        assert path == "/healthz"


@CALM
@given(path=st.text(max_size=40))
def test_no_path_fails_inside(client: FlaskClient, path: str) -> None:
    for room in (
        "/",
        "/actions/",
        "/documents/",
        "/issuers/",
        "/subscriptions/",
        "/confirm/",
        "/unsubscribe/",
        "/api/v1/actions/",
    ):
        answer = client.get(room + quote(encode(path), safe=""))  # "//x" would be a host to the test client
        assert answer.status_code in {200, 301, 302, 308, 400, 404, 405, 410}, answer.text


@CALM
@given(fields=FIELDS)
def test_no_form_fails_inside(client: FlaskClient, world: World, fields: list[tuple[str, str]]) -> None:
    from lxml import html

    page = html.document_fromstring(client.get("/subscribe").text)
    token = page.cssselect("input[name=form_token]")[0].attrib["value"]
    form: dict[str, list[str]] = {"form_token": [token]}
    for name, value in fields:
        form.setdefault(name, []).append(encode(value))
    assert client.post("/subscribe", data=form).status_code in {202, 422}


@CALM
@given(
    wish=st.dictionaries(
        st.sampled_from(["address", "hour", "kind", "zone", "tickers", "forecasts", "plan", "odd"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=10),
            lambda inner: (
                st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
            ),
            max_leaves=4,
        ),
    )
)
def test_no_json_fails_inside(client: FlaskClient, wish: dict[str, object]) -> None:
    answer = client.post("/api/v1/subscriptions", json=wish)
    assert answer.status_code in {202, 422}, answer.text


@pytest.mark.parametrize("host", ["http://[", "[", "a b", "é", "a" * 5000, "x:99999999"])
@pytest.mark.parametrize("path", ["/", "/api/v1/actions", "/feeds/all.ics", "/subscribe"])
def test_a_host_header_that_is_none_is_the_senders_mistake(client: FlaskClient, host: str, path: str) -> None:
    assert client.get(path, headers={"Host": host}).status_code in {200, 304, 400}


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "//", "javascript:alert(1)", "null", "x"])
def test_an_origin_that_is_none_is_another_websites(client: FlaskClient, origin: str) -> None:
    assert (
        client.post("/subscribe", data={"address": "a@b.example"}, headers={"Origin": origin}).status_code
        == 403
    )
