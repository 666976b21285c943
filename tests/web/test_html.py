"""What every page must hold to: valid structure, landmarks, labels, unique ids, links that lead somewhere."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree, html

from calendar_service import web
from calendar_service.model.subscription import Subscription
from tests.web.world import NOW, World

PAGES = (
    "/",
    "/?ticker=NLE&kind=ex",
    "/?from=2018-01-01&days=20",
    "/actions/nordlicht-dividend",
    "/actions/nordlicht-dividend?on=2026-11-18",
    "/actions/nordlicht-meeting",
    "/actions/action-0",
    "/actions/action-1",
    "/actions/action-2",
    "/issuers",
    "/documents",
    "/documents/{document}?start=3&end=40",
    "/held",
    "/upload",
    "/subscribe",
    "/subscriptions/{manage}",
    "/confirm/{confirm}",
    "/unsubscribe/{unsubscribe}",
    "/status",
    "/help",
    "/nowhere",
)
VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
STYLE = Path(web.__file__).parent / "static" / "style.css"


@pytest.fixture(params=PAGES)
def text(request: pytest.FixtureRequest, client: FlaskClient, world: World) -> str:
    with world.store.begin() as unit:
        unit.subscriptions.add(Subscription("s1", "a@example.org", created_at=NOW), feed_token_hash="0" * 64)
    tokens = world.services().tokens
    path = request.param.format(
        document=world.document_id,
        manage=tokens.manage("s1"),
        confirm=tokens.confirm("s1"),
        unsubscribe=tokens.unsubscribe("s1"),
    )
    return client.get(path).text


def test_every_element_is_closed_where_it_was_opened(text: str) -> None:
    """Parsers of HTML repair silently; as XML, with void elements closed, nothing is repaired."""
    closed = re.sub(rf"<({'|'.join(VOID)})\b([^>]*?)/?>", r"<\1\2/>", text.removeprefix("<!doctype html>"))
    closed = re.sub(r"\s(checked|selected|required|readonly|reversed|open)(?=[\s/>])", r' \1="\1"', closed)
    root = etree.fromstring(closed.strip().encode())
    assert root.tag == "html"


def test_the_page_has_its_landmarks_one_heading_and_a_language(text: str) -> None:
    page = html.document_fromstring(text)
    assert page.get("lang") == "en"
    for name in ("main", "title", "h1"):
        assert len(list(page.iter(name))) == 1, name
    assert len(page.cssselect("body > header, body > footer")) == 2
    assert page.cssselect("a.skip")[0].attrib["href"] == "#content"
    assert all(item.get("aria-label") for item in page.cssselect("nav"))
    levels = [int(str(item.tag)[1]) for item in page.cssselect("h1, h2, h3, h4")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_field_has_a_label_and_every_image_a_text(text: str) -> None:
    page = html.document_fromstring(text)
    for field in page.cssselect("input:not([type=hidden]), select, textarea"):
        labelled = field.get("aria-label") or any(item.tag == "label" for item in field.iterancestors())
        assert labelled, html.tostring(field)
    for button in page.cssselect("button"):
        assert button.text_content().strip()
        assert button.get("type") == "submit"
    assert all(image.get("alt") is not None for image in page.cssselect("img"))
    assert all(link.text_content().strip() or link.get("id") for link in page.cssselect("a"))


def test_ids_are_unique_and_references_lead_to_them(text: str) -> None:
    page = html.document_fromstring(text)
    ids = Counter(item.get("id") for item in page.cssselect("[id]"))
    assert [name for name, count in ids.items() if count > 1] == []
    references = [item.attrib["href"][1:] for item in page.cssselect("a[href^='#']")]
    references += [
        item.attrib[name]
        for name in ("aria-labelledby", "aria-describedby", "list")
        for item in page.cssselect(f"[{name}]")
    ]
    assert [name for name in references if name not in ids] == []


def test_every_page_names_a_feed(text: str) -> None:
    page = html.document_fromstring(text)
    (feed,) = page.cssselect("link[rel=alternate][type='text/calendar']")
    assert re.fullmatch(r"http://127\.0\.0\.1:8000/feeds/\S+\.ics(\?\S+)?", feed.attrib["href"])


def test_links_within_the_service_lead_somewhere(client: FlaskClient, world: World) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting:
        path = waiting.pop()
        if path in seen or len(seen) > 120:
            continue
        seen.add(path)
        with client.get(path) as answer:
            assert answer.status_code == 200, path
            if answer.mimetype != "text/html":
                continue
            page = html.document_fromstring(answer.data.decode())
        for link in page.cssselect("a[href], link[href], img[src]"):
            target = (
                link.attrib["src" if link.tag == "img" else "href"]
                .removeprefix("http://127.0.0.1:8000")
                .partition("#")[0]
            )
            if target.startswith("/"):
                waiting.append(target)
    assert {"/", "/held", f"/documents/{world.document_id}", "/actions/nordlicht-dividend"} <= seen
    assert any(path.endswith(".ics") for path in seen)


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "ground"), ("ink", "surface"), ("muted", "ground"), ("muted", "surface"), ("accent", "surface"),
        ("accent", "ground"), ("accent", "accent-soft"), ("accent-ink", "accent"), ("good", "surface"), ("bad", "surface"),
        ("warn", "surface"), ("warn", "warn-soft"), ("bad", "bad-soft"), ("ink", "warn-soft"), ("ink", "good-soft"),
        ("ink", "accent-soft"), ("muted", "accent-soft"), ("mark-ink", "mark"), ("mark-ink", "wanted"), ("buy", "buy-soft"),
        ("pay", "pay-soft"), ("meet", "meet-soft"), ("due", "due-soft"),
    ],
)  # fmt: skip
def test_colours_can_be_told_apart(scheme: int, ink: str, ground: str) -> None:
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text(encoding="utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", blocks[scheme]))
    light, dark = sorted((luminance(colours[ink]), luminance(colours[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
