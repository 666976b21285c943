from __future__ import annotations

import io
import logging
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import html

from calendar_service.errors import CalendarServiceError
from calendar_service.web import create_app
from calendar_service.web.services import is_loopback
from tests.web.world import NOW, SECRET, World

TOKEN = "operators-token"
UPLOAD = {"data": b"A letter", "headers": {"X-File-Name": "a.txt"}}


def token_of(client: FlaskClient, path: str) -> str:
    return str(
        html.document_fromstring(client.get(path).text).cssselect("input[name=form_token]")[0].attrib["value"]
    )


@pytest.mark.parametrize(
    "path", ["/", "/actions/nordlicht-dividend", "/nowhere", "/api/v1/actions", "/static/style.css"]
)
def test_every_answer_tells_browsers_to_run_nothing(client: FlaskClient, path: str) -> None:
    with client.get(path) as answer:
        headers = answer.headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_hold_no_script_and_no_inline_style(client: FlaskClient, world: World) -> None:
    for path in (
        "/",
        "/subscribe",
        "/actions/action-2",
        f"/documents/{world.document_id}",
        "/status",
        "/help",
    ):
        page = html.document_fromstring(client.get(path).text)
        assert page.cssselect("script, [style], style, iframe, [onclick], [onload]") == []


def test_a_failure_inside_shows_nothing_of_the_inside(world: World, caplog: pytest.LogCaptureFixture) -> None:
    def fail(_: object) -> None:
        raise RuntimeError("secret detail")

    client = create_app(world.services(ingest=fail)).test_client()
    with caplog.at_level(logging.CRITICAL, "calendar_service"):
        page = client.post("/upload", data={"form_token": token_of(client, "/upload"), "text": "x"})
        answer = client.post("/api/v1/documents", **UPLOAD)
    for text in (page.text, answer.text):
        assert "secret detail" not in text
        assert "Traceback" not in text
    assert (page.status_code, answer.status_code) == (500, 500)


def test_a_failure_on_a_secret_address_does_not_log_it(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(world.services(store=None)).test_client()
    secret = world.services().tokens.manage("someone")
    assert client.get(f"/subscriptions/{secret}").status_code == 500
    assert "/subscriptions/<token>" in caplog.text
    assert secret not in caplog.text


def test_an_error_made_for_people_is_shown_to_them(world: World) -> None:
    def fail(_: object) -> None:
        raise CalendarServiceError("The disk is full; make room in the data folder.")

    answer = create_app(world.services(ingest=fail)).test_client().post("/api/v1/documents", **UPLOAD)
    assert answer.status_code == 500
    assert answer.json == {
        "error": {"code": "error", "message": "The disk is full; make room in the data folder."}
    }


def test_compiled_templates_are_kept_only_where_nobody_else_may_write(world: World, tmp_path: Path) -> None:
    private, shared, blocked = tmp_path / "private", tmp_path / "shared", tmp_path / "file"
    shared.mkdir()
    shared.chmod(0o777)
    blocked.write_text("not a folder")
    for folder in (private, shared, blocked):
        assert create_app(world.services(template_cache=folder)).test_client().get("/help").status_code == 200
    assert (private.stat().st_mode & 0o777, len(list(private.iterdir()))) == (0o700, 3)
    assert list(shared.iterdir()) == []


def test_on_this_machine_uploads_need_no_token(client: FlaskClient) -> None:
    assert client.post("/api/v1/documents", **UPLOAD).status_code == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "calendar.example.org"},
        {"Host": "evil.example:8000"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"Via": "1.1 proxy"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_strangers_cannot_upload(client: FlaskClient, world: World, headers: dict[str, str]) -> None:
    answer = client.post("/api/v1/documents", data=b"A letter", headers=headers)
    assert (answer.status_code, answer.json["error"]["code"] if answer.json else "") == (403, "forbidden")
    assert world.uploads == []


def test_another_machine_cannot_upload(client: FlaskClient, world: World) -> None:
    answer = client.post("/api/v1/documents", environ_base={"REMOTE_ADDR": "203.0.113.9"}, **UPLOAD)
    assert answer.status_code == 403
    assert world.uploads == []


@pytest.mark.parametrize("settings", [{"host": "0.0.0.0"}, {"base_url": "https://calendar.example.org"}])
def test_a_service_for_others_takes_uploads_only_with_a_token(world: World, settings: dict[str, str]) -> None:
    closed = create_app(world.services(**settings)).test_client()
    assert closed.post("/api/v1/documents", **UPLOAD).status_code == 403
    assert "takes announcements here only on the machine" in closed.get("/upload").text
    opened = create_app(world.services(**settings, admin_token=TOKEN)).test_client()
    assert opened.post("/api/v1/documents", **UPLOAD).status_code == 403
    for wrong in ("", "Bearer", "Bearer x", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer ü"):
        assert (
            opened.post("/api/v1/documents", data=b"x", headers={"Authorization": wrong}).status_code == 403
        )
    right = opened.post("/api/v1/documents", data=b"x", headers={"Authorization": f"Bearer {TOKEN}"})
    assert right.status_code == 201


def test_with_a_token_set_the_form_asks_for_it(world: World) -> None:
    client = create_app(world.services(admin_token=TOKEN)).test_client()
    assert html.document_fromstring(client.get("/upload").text).cssselect("input[type=password]")
    form = {"form_token": token_of(client, "/upload"), "text": "A letter"}
    assert client.post("/upload", data=form).status_code == 403
    assert client.post("/upload", data={**form, "admin_token": TOKEN}).status_code == 303
    held = {"form_token": form["form_token"], "field": "release", "by": "Eve"}
    assert client.post("/actions/action-1/corrections", data=held).status_code == 403
    assert world.corrections == []


@pytest.mark.parametrize("path", ["/upload", "/subscribe", "/actions/action-1/corrections"])
def test_forms_of_other_sites_are_refused(client: FlaskClient, world: World, path: str) -> None:
    token = token_of(client, "/upload")
    form = {"form_token": token, "text": "x", "address": "a@example.org", "field": "release", "by": "Eve"}
    assert client.post(path, data={**form, "form_token": ""}).status_code == 400
    assert client.post(path, data={**form, "form_token": token + "x"}).status_code == 400
    stranger = create_app(world.services()).test_client(use_cookies=False)
    assert stranger.post(path, data=form).status_code == 400
    assert client.post(path, data=form, headers={"Origin": "https://evil.example"}).status_code == 403
    assert (world.uploads, world.corrections) == ([], [])
    with world.store.read() as unit:
        assert unit.subscriptions.by_target("a@example.org") == []


def test_a_form_expires(client: FlaskClient, world: World) -> None:
    form = {"form_token": token_of(client, "/upload"), "text": "x"}
    world.clock.move(hours=13)
    answer = client.post("/upload", data=form)
    assert answer.status_code == 400
    assert "This form has expired" in answer.text


def test_the_forms_cookie_is_kept_from_scripts_and_other_sites(world: World) -> None:
    cookie = create_app(world.services()).test_client().get("/subscribe").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    public = create_app(world.services(base_url="https://calendar.example.org")).test_client()
    assert "Secure" in public.get("/subscribe").headers["Set-Cookie"]


def test_links_follow_the_settings_and_never_the_host_header(world: World) -> None:
    client = create_app(world.services(base_url="https://calendar.example.org")).test_client()
    for path in ("/", "/actions/nordlicht-dividend", "/api/v1/actions?limit=1"):
        text = client.get(path, headers={"Host": "evil.example"}).text
        assert "evil.example" not in text
        assert "https://calendar.example.org/" in text


def test_pages_behind_secret_links_are_not_kept_and_not_passed_on(client: FlaskClient, world: World) -> None:
    from calendar_service.model.subscription import Subscription

    with world.store.begin() as unit:
        unit.subscriptions.add(Subscription("s1", "a@example.org", created_at=NOW), feed_token_hash="0" * 64)
    tokens = world.services().tokens
    for path in (
        f"/subscriptions/{tokens.manage('s1')}",
        f"/unsubscribe/{tokens.unsubscribe('s1')}",
        f"/confirm/{tokens.confirm('s1')}",
    ):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "private, no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"


def test_what_names_people_is_shown_to_the_operator_only(world: World) -> None:
    here = create_app(world.services()).test_client().get("/status").text
    assert "/srv/calendar/mail" in here
    public = (
        create_app(world.services(base_url="https://calendar.example.org")).test_client().get("/status").text
    )
    assert "written to a Maildir" in public
    assert "/srv/calendar/mail" not in public


def test_secrets_do_not_show_in_what_is_printed(world: World) -> None:
    services = world.services(admin_token=TOKEN)
    for text in (repr(services), repr(services.tokens)):
        assert SECRET not in text
        assert TOKEN not in text


def test_a_short_secret_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="at least 16 characters"):
        _ = world.services(secret="short").tokens


@pytest.mark.parametrize(
    ("host", "own"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("[::1]", True), ("LOCALHOST", True), ("0.0.0.0", False), ("::", False), ("localhost.evil.example", False), ("127.0.0.1.evil.example", False), ("", False)],
)  # fmt: skip
def test_loopback_is_recognised(host: str, own: bool) -> None:
    assert is_loopback(host) is own


def test_a_form_with_too_much_in_it_is_refused(client: FlaskClient) -> None:
    many = {f"field{number}": "x" for number in range(2000)}
    answer = client.post(
        "/upload", data={**many, "file": (io.BytesIO(b"x"), "a.txt")}, content_type="multipart/form-data"
    )
    assert answer.status_code == 413
