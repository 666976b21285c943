from __future__ import annotations

import io
import re

import pytest
from flask.testing import FlaskClient
from lxml import html

from calendar_service.model.announcement import Reading
from calendar_service.model.document import RawDocument, Text
from calendar_service.model.reconcile.origin import Grade, rank
from calendar_service.model.remarks import Remark
from calendar_service.web import create_app
from tests.web.world import NOW, TEXT, World


def read(client: FlaskClient, path: str) -> html.HtmlElement:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def form_token(client: FlaskClient, path: str = "/upload") -> str:
    return str(read(client, path).cssselect("input[name=form_token]")[0].attrib["value"])


def test_the_text_is_shown_in_full_with_the_quoted_words_marked(client: FlaskClient, world: World) -> None:
    page = read(client, f"/documents/{world.document_id}")
    assert page.cssselect(".text")[0].text_content() == TEXT
    marks = {mark.text: mark.attrib["title"] for mark in page.cssselect("mark")}
    assert marks == {
        "Nordlicht Energi ASA": "Issuer",
        "NOK 2.50 per share": "Amount",
        "until 3 December 2026": "Last day to buy",
        "Record date: 7 December 2026": "Record date",
        "on or about 17 December 2026": "Payment date",
    }
    for link in page.cssselect(".marks a"):
        assert page.get_element_by_id(link.attrib["href"].removeprefix("#")).tag == "a"


def test_a_proof_leads_to_its_words(client: FlaskClient, world: World) -> None:
    start = TEXT.index("7 December 2026")
    page = read(client, f"/documents/{world.document_id}?start={start}&end={start + 15}")
    wanted = page.cssselect("mark.wanted")
    assert [mark.text for mark in wanted] == ["7 December 2026"]
    assert page.get_element_by_id("quote").getnext() is wanted[0]


@pytest.mark.parametrize("query", ["start=5&end=99999", "start=9&end=3", "start=0&end=0"])
def test_a_place_that_is_not_in_the_text_marks_nothing_more(
    client: FlaskClient, world: World, query: str
) -> None:
    page = read(client, f"/documents/{world.document_id}?{query}")
    assert page.cssselect("mark.wanted") == []
    assert page.cssselect(".text")[0].text_content() == TEXT


def test_documents_are_listed_newest_first_with_outcome_and_reason(client: FlaskClient) -> None:
    rows = [
        " ".join(row.text_content().split()) for row in read(client, "/documents").cssselect(".doclist > li")
    ]
    assert rows[0].startswith("broken.pdf rejected")
    assert rows[0].endswith("The file is no PDF, although its name says so.")
    assert rows[1].startswith("Nordlicht Energi ASA: cash dividend read")
    only = read(client, "/documents?outcome=rejected").cssselect(".doclist .title a")
    assert [link.text_content() for link in only] == ["broken.pdf"]
    assert client.get("/documents?outcome=odd").status_code == 400


def test_a_document_without_text_says_so(client: FlaskClient) -> None:
    link = read(client, "/documents?outcome=rejected").cssselect(".doclist a")[0].attrib["href"]
    text = client.get(link.removeprefix("http://127.0.0.1:8000")).text
    assert "No text could be read from this document." in text
    assert "The file is no PDF" in text


def test_a_hostile_text_stays_text(client: FlaskClient, world: World) -> None:
    nasty = "<script>alert(1)</script> & \u202egnp.exe \x00 \ud800 </div></mark>"
    raw = RawDocument(b"nasty", "folder:nasty", "nasty <b>.txt", NOW)
    with world.store.begin() as unit:
        unit.documents.add(
            raw, Text(nasty.replace("\ud800", ""), "plain", title="<i>t</i>"), Reading(), Remark("nothing")
        )
    page = read(client, f"/documents/{raw.id}")
    assert page.cssselect("script") == []
    shown = page.cssselect(".text")[0].text_content()
    assert shown.startswith("<script>alert(1)</script> & \ufffdgnp.exe \ufffd")
    assert shown.endswith("</div></mark>")


def test_an_upload_is_read_and_shown(client: FlaskClient, world: World) -> None:
    token = form_token(client)
    form = {"form_token": token, "file": (io.BytesIO(b"Hello shareholders"), "../../letter.txt")}
    answer = client.post("/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert [(item.name, item.origin, item.content) for item in world.uploads] == [
        ("letter.txt", "upload:letter.txt", b"Hello shareholders")
    ]
    assert answer.location == f"/documents/{world.uploads[0].id}"
    assert "Hello shareholders" in client.get(answer.location).text


def test_pasted_text_is_read_as_a_document(client: FlaskClient, world: World) -> None:
    answer = client.post("/upload", data={"form_token": form_token(client), "text": "Line one\r\nline two é"})
    assert answer.status_code == 303
    assert world.uploads[0].content == "Line one\nline two é".encode()


def test_an_empty_form_is_asked_for_again(client: FlaskClient, world: World) -> None:
    answer = client.post("/upload", data={"form_token": form_token(client), "text": "  "})
    assert "Choose a file or paste" in answer.text
    assert world.uploads == []


def test_what_is_too_large_is_refused_in_words(world: World) -> None:
    client = create_app(world.services(upload_bytes=1000)).test_client()
    form = {"form_token": form_token(client), "file": (io.BytesIO(b"x" * 200_000), "big.txt")}
    answer = client.post("/upload", data=form, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "This is too large" in answer.text
    assert world.uploads == []


def test_the_text_alone_is_plain_text(client: FlaskClient, world: World) -> None:
    answer = client.get(f"/documents/{world.document_id}/text")
    assert (answer.mimetype, answer.text) == ("text/plain", TEXT)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_upload_may_say_what_kind_of_source_speaks(client: FlaskClient, world: World) -> None:
    form = {"form_token": form_token(client), "text": "Hello shareholders", "source": "issuer"}
    assert client.post("/upload", data=form).status_code == 303
    assert client.post("/upload", data={**form, "text": "Hello", "source": "edgar"}).status_code == 400
    assert client.post("/api/v1/documents?source=news", data=b"A letter").status_code == 201
    origins = [item.origin for item in world.uploads]
    assert (len(origins), origins[0].partition("/")[0]) == (2, "upload:issuer")
    assert [rank(origin).grade for origin in origins] == [Grade.ISSUER, Grade.COPY]


def test_what_is_held_is_settled_on_its_page(client: FlaskClient, world: World) -> None:
    token = form_token(client, "/actions/action-1")
    form = {
        "form_token": token,
        "field": "dates.record",
        "value": "2026-12-03",
        "by": "Ada",
        "why": "the issuer said so",
    }
    answer = client.post("/actions/action-1/corrections", data=form)
    assert (answer.status_code, answer.location) == (303, "/actions/action-1")
    made = world.corrections[0]
    assert (made.target, made.field, made.value, made.by, made.at) == (
        "action-1",
        "dates.record",
        "2026-12-03",
        "Ada",
        NOW,
    )
    wrong = client.post("/actions/action-1/corrections", data={**form, "value": "3/12"})
    assert wrong.status_code == 422
    assert re.search("Write the date as YYYY-MM-DD", wrong.text)
    assert len(world.corrections) == 1
    day = client.post("/actions/action-1/corrections", data={**form, "field": "release"})
    assert (day.status_code, len(world.corrections)) == (422, 1)
    assert "Choose which date this day is" in day.text
