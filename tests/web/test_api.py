from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from calendar_service.model.announcement import Reading
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.remarks import Remark
from calendar_service.web import create_app
from calendar_service.web.answers import json_answer
from calendar_service.web.routes import ROUTES
from tests.web.world import NOW, TEXT, World


def read(client: FlaskClient, path: str, status: int = 200) -> Any:
    answer = client.get(f"/api/v1/{path}")
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    return json.loads(answer.data)


def ids_of(page: dict[str, Any]) -> list[str]:
    return [item["id"] for item in page["items"]]


def test_actions_come_nearest_first_with_their_dates_and_proofs(client: FlaskClient) -> None:
    page = read(client, "actions")
    assert ids_of(page)[:2] == ["action-2", "nordlicht-meeting"]
    dividend = next(item for item in page["items"] if item["id"] == "nordlicht-dividend")
    assert (dividend["status"], dividend["amount"]["amount"], dividend["amount"]["currency"]) == (
        "subject_to_approval",
        "2.50",
        "NOK",
    )
    record = next(item for item in dividend["dates"] if item["kind"] == "record")
    assert (record["day"], record["basis"], record["evidence"]["quote"]) == (
        "2026-12-07",
        "stated",
        "Record date: 7 December 2026",
    )
    assert TEXT[record["evidence"]["start"] : record["evidence"]["end"]] == record["evidence"]["quote"]
    assert page["next"] is None


def test_held_actions_are_listed_apart(client: FlaskClient) -> None:
    assert "action-1" not in ids_of(read(client, "actions"))
    assert "action-1" in ids_of(read(client, "actions?held=1"))
    held = read(client, "held")["items"]
    assert [(item["id"], item["held"]) for item in held] == [
        (
            "action-1",
            ["03/04/2026 can be read in two ways.", "the text also says Fri, 3 Apr 2026 for the same date"],
        )
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ticker=NLE", {"nordlicht-dividend", "nordlicht-meeting"}),
        ("type=tender_offer", {"action-0"}),
        ("status=confirmed", {"action-2", "nordlicht-meeting"}),
        ("past=36500&status=completed", {"action-3"}),
        ("kind=payment", {"nordlicht-dividend"}),
    ],
)
def test_filters_keep_what_they_name(client: FlaskClient, query: str, expected: set[str]) -> None:
    assert set(ids_of(read(client, f"actions?{query}"))) == expected


def test_pages_of_a_list_lead_on_until_the_end(client: FlaskClient) -> None:
    seen: list[str] = []
    path = "actions?limit=2&past=36500"
    while path:
        page = read(client, path)
        assert len(page["items"]) <= 2
        seen += ids_of(page)
        path = (page["next"] or "").removeprefix("http://127.0.0.1:8000/api/v1/")
    assert sorted(seen) == ["action-0", "action-2", "action-3", "nordlicht-dividend", "nordlicht-meeting"]


def test_an_action_can_be_asked_as_it_was_shown_on_a_day(client: FlaskClient) -> None:
    def payment(query: str) -> str:
        action = read(client, f"actions/nordlicht-dividend{query}")
        return str(next(item["day"] for item in action["dates"] if item["kind"] == "payment"))

    assert payment("") == "2026-12-17"
    assert payment("?on=2026-11-18") == "2026-12-16"
    assert payment("?on=2026-11-21") == "2026-12-17"
    missing = read(client, "actions/nordlicht-dividend?on=2026-11-16", 404)
    assert missing["error"]["message"] == "This action was not known here on 2026-11-16."


def test_revisions_tell_what_changed(client: FlaskClient) -> None:
    first, second = read(client, "actions/nordlicht-dividend/revisions")["items"]
    assert (first["number"], second["number"]) == (1, 2)
    assert [(item["field"], item["old"], item["new"]) for item in second["changes"]] == [
        ("dates.payment", "16 December 2026", "17 December 2026")
    ]


def test_entries_are_the_calendars_nearest_first(client: FlaskClient) -> None:
    page = read(client, "entries?ticker=NLE&limit=3")
    assert [(item["kind"], item["day"]) for item in page["items"]] == [
        ("vote_deadline", "2026-11-27"),
        ("meeting", "2026-12-02"),
        ("last_cum", "2026-12-03"),
    ]
    assert page["next"] == "http://127.0.0.1:8000/api/v1/entries?ticker=NLE&limit=3&offset=3"


def test_labels_come_in_the_language_asked_for(client: FlaskClient) -> None:
    assert read(client, "actions/nordlicht-dividend?lang=de")["label"] == "Bardividende"
    assert read(client, "actions/nordlicht-dividend?lang=xx", 400)["error"]["code"] == "bad_request"


def test_documents_tell_what_became_of_them(client: FlaskClient, world: World) -> None:
    newest, oldest = read(client, "documents")["items"]
    assert (newest["name"], newest["outcome"]) == ("broken.pdf", "rejected")
    assert newest["reason"] == "The file is no PDF, although its name says so."
    one = read(client, f"documents/{oldest['id']}")
    assert (one["text"], one["announcements"][0]["event_type"]) == (TEXT, "cash_dividend")
    assert ids_of(read(client, "documents?outcome=read")) == [world.document_id]


def test_issuers_are_found(client: FlaskClient) -> None:
    (found,) = read(client, "issuers?q=NLE")["items"]
    assert found["name"] == "Nordlicht Energi ASA"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("actions/none", 404, "not_found"),
        ("actions/%00", 404, "not_found"),
        ("documents/none", 404, "not_found"),
        ("nowhere", 404, "not_found"),
        ("actions?limit=0", 400, "bad_request"),
        ("actions?limit=1e9", 400, "bad_request"),
        ("actions?offset=-1", 400, "bad_request"),
        ("actions?on=x&kind=ex%00", 400, "bad_request"),
        ("actions/nordlicht-dividend?on=2026-13-01", 400, "bad_request"),
    ],
)
def test_errors_come_as_json_with_a_code_and_a_message(
    client: FlaskClient, path: str, status: int, code: str
) -> None:
    error = read(client, path, status)["error"]
    assert error["code"] == code
    assert len(error["message"]) > 10


def test_a_method_that_is_not_offered_is_named(client: FlaskClient) -> None:
    answer = client.delete("/api/v1/actions")
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (
        405,
        "method_not_allowed",
    )
    assert "GET" in answer.headers["Allow"]


def test_the_openapi_document_has_each_route_of_the_application_and_no_other(world: World) -> None:
    app = create_app(world.services())
    served = {
        (re.sub(r"<(\w+)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    document = read(app.test_client(), "openapi.json")
    described = {(path, method) for path, methods in document["paths"].items() for method in methods}
    assert described == served
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "http://127.0.0.1:8000"}]


def test_the_openapi_document_refers_to_nothing_that_is_not_in_it(client: FlaskClient) -> None:
    document = read(client, "openapi.json")
    referred = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(document)))
    assert referred <= set(document["components"]["schemas"])
    for path, methods in document["paths"].items():
        for operation in methods.values():
            names = {item["name"] for item in operation["parameters"] if item["in"] == "path"}
            assert names == set(re.findall(r"{(\w+)}", path))


def test_every_parameter_that_is_described_is_understood(client: FlaskClient) -> None:
    """A described argument with a senseless value must be refused, not ignored."""
    for route in ROUTES:
        if route.method != "get":
            continue
        path = route.path.replace("{action_id}", "nordlicht-dividend")
        for parameter in route.parameters:
            if parameter.name != "q" and "{" not in path:
                answer = client.get(path, query_string={parameter.name: "~no~"})
                assert answer.status_code in {400, 404}, (route.path, parameter.name)


def test_an_upload_by_body_and_by_form(client: FlaskClient, world: World) -> None:
    answer = client.post("/api/v1/documents", data=b"A letter", headers={"X-File-Name": "a/b/letter.txt"})
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["outcome"] == "no_action"
    assert answer.json["url"] == f"http://127.0.0.1:8000/documents/{answer.json['document']}"
    form = client.post("/api/v1/documents", data={"file": (io.BytesIO(b"Another"), "b.txt")})
    assert form.status_code == 201
    assert [item.name for item in world.uploads] == ["letter.txt", "b.txt"]


@pytest.mark.parametrize(
    ("media_type", "stated"),
    [
        ("application/x-www-form-urlencoded", None),
        ("text/html; charset=latin-1", "text/html"),
        ("application/pdf", "application/pdf"),
        ("", None),
    ],
)
def test_a_body_is_taken_as_it_is_whatever_it_is_called(
    client: FlaskClient, world: World, media_type: str, stated: str | None
) -> None:
    content = b"a=1&b=2 <p>\xff\x00"
    answer = client.post("/api/v1/documents", data=content, headers={"Content-Type": media_type})
    assert answer.status_code == 201
    assert [(item.content, item.media_type, item.name) for item in world.uploads] == [
        (content, stated, "upload.txt")
    ]


def test_a_form_without_a_file_is_refused(client: FlaskClient, world: World) -> None:
    answer = client.post("/api/v1/documents", data={"other": (io.BytesIO(b"x"), "x.txt")})
    assert (answer.status_code, world.uploads) == (400, [])


def test_an_upload_that_is_too_large_is_refused(world: World) -> None:
    client = create_app(world.services(upload_bytes=10)).test_client()
    answer = client.post("/api/v1/documents", data=b"x" * 100_000)
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (413, "too_large")


def test_a_correction_is_passed_on(client: FlaskClient, world: World) -> None:
    said = {"target": "action-1", "field": "release", "by": "Ada", "why": "checked with the issuer"}
    answer = client.post("/api/v1/corrections", json=said)
    assert (answer.status_code, answer.json) == (200, {"actions": ["action-1"]})
    assert [(item.field, item.by, item.why) for item in world.corrections] == [
        ("release", "Ada", "checked with the issuer")
    ]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"target": "action-1", "field": "release"}, 422),
        ({"target": "action-1", "field": "dates.record", "value": "31/12", "by": "Ada"}, 422),
        ({"target": "action-1", "field": "colour", "value": "red", "by": "Ada"}, 422),
        ([], 400),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    client: FlaskClient, world: World, body: object, status: int
) -> None:
    assert client.post("/api/v1/corrections", json=body).status_code == status
    assert world.corrections == []


def test_a_subscription_by_json(client: FlaskClient, world: World) -> None:
    wish = {
        "address": "a@example.org",
        "tickers": "NLE",
        "kind": ["record"],
        "hour": 6,
        "zone": "Europe/Oslo",
    }
    answer = client.post("/api/v1/subscriptions", json=wish)
    assert (answer.status_code, answer.json["status"] if answer.json else "") == (202, "asked")
    with world.store.read() as unit:
        (made,) = unit.subscriptions.by_target("a@example.org")
    assert (made.selection.tickers, made.hour, made.zone, made.confirmed_at) == (
        ("NLE",),
        6,
        "Europe/Oslo",
        None,
    )
    assert made.selection.forecasts
    assert made.plan.changes


@pytest.mark.parametrize(
    "wish", [{}, {"address": "no"}, {"address": "a@example.org", "hour": 99}, {"address": {"x": 1}}]
)
def test_a_wish_that_makes_no_sense_is_refused(client: FlaskClient, wish: object) -> None:
    answer = client.post("/api/v1/subscriptions", json=wish)
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (422, "invalid")


@pytest.mark.parametrize("body", [b"{", b"\xff", b"[" * 60_000, b""])
def test_broken_json_is_refused(client: FlaskClient, body: bytes) -> None:
    answer = client.post("/api/v1/subscriptions", data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (400, "bad_request")


def test_json_never_fails_on_strange_text(client: FlaskClient, world: World) -> None:
    raw = RawDocument(b"odd", "folder:odd", "odd\udcff.txt\u2028", NOW)
    strange = 'nonchar \uffff, astral \U0001f4c5, bidi \u202e, quote " \\ \u2028'
    with world.store.begin() as unit:
        unit.documents.add(raw, Text(strange, "plain"), Reading(), Remark("nothing"))
    assert read(client, f"documents/{raw.id}")["text"] == strange


def test_lone_surrogates_become_replacement_characters() -> None:
    with Flask(__name__).test_request_context():
        assert json.loads(json_answer({"a": "x\ud83d y \U0001f4c5"}).data) == {"a": "x\ufffd y \U0001f4c5"}


def test_an_answer_that_has_not_changed_is_not_sent_again(client: FlaskClient) -> None:
    first = client.get("/api/v1/actions/nordlicht-dividend")
    again = client.get("/api/v1/actions/nordlicht-dividend", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_json_that_is_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/api/v1/subscriptions", json={"address": "a" * 70_000})
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (413, "too_large")


def test_the_end_of_a_long_list_is_said(client: FlaskClient) -> None:
    assert "narrow the selection" in read(client, "entries?offset=20000", 400)["error"]["message"]
