from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from calendar_service.model.codes import DateKind
from tests.browser.conftest import Site
from tests.web.world import NOW

pytestmark = pytest.mark.external

PAGES = (
    "/",
    "/?ticker=NLE",
    "/actions/nordlicht-dividend",
    "/actions/action-1",
    "/actions/action-2",
    "/issuers",
    "/documents",
    "/held",
    "/upload",
    "/subscribe",
    "/status",
    "/help",
    "/nowhere",
)


@pytest.mark.parametrize("language", ["en", "de", "ja"])
@pytest.mark.parametrize("device", ["wide", "narrow", "dark", "narrow-dark"])
def test_pages_fit_the_screen_and_raise_no_complaint(
    page: Page, site: Site, device: str, language: str
) -> None:
    page.set_extra_http_headers({"Accept-Language": language})
    for path in PAGES:
        page.goto(site.address + path)
        for details in page.query_selector_all("details"):
            details.evaluate("element => { element.open = true }")
        too_wide = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert too_wide <= 0, f"{path} scrolls sideways by {too_wide} px on {device}"
    assert [item for item in site.complaints if "404" not in item] == []
    site.complaints.clear()  # the missing page's own 404


def test_style_is_loaded_and_dark_is_dark(page: Page, site: Site) -> None:
    page.goto(site.address)
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(ground) == "rgb(245, 247, 249)"
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(ground) == "rgb(15, 21, 27)"


def test_a_proof_is_shown_marked_within_the_window(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/actions/nordlicht-dividend")
    link = page.locator("#record blockquote a")
    link.evaluate(
        f"element => element.href = element.href.replace('http://127.0.0.1:8000', '{site.address}')"
    )
    link.click()
    wanted = page.locator("mark.wanted")
    expect(wanted).to_have_text("Record date: 7 December 2026")
    expect(wanted).to_be_in_viewport()
    shade = wanted.evaluate("element => getComputedStyle(element).backgroundColor")
    assert shade == "rgb(255, 184, 77)"
    assert page.locator("mark").count() == 5


def test_filtering_by_the_form_keeps_the_choice(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.get_by_text("Filter", exact=True).click()
    page.get_by_label("Tickers").fill("nle")
    page.locator("select[name=kind]").select_option("Ex-date")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("li.row")).to_have_count(1)
    expect(page.locator("li.row")).to_contain_text("Nordlicht Energi ASA")
    expect(page.get_by_label("Tickers")).to_have_value("NLE")


def test_a_reader_subscribes_confirms_changes_and_ends(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/subscribe")
    page.get_by_label("Mail address").fill("reader@example.org")
    page.get_by_label("Nordlicht Energi ASA").check()
    page.get_by_label("Hour").select_option("06:00")
    page.get_by_label("My own lead times").check()
    page.get_by_text("Lead times", exact=True).click()
    page.get_by_label("Record date: Days before", exact=True).fill("9")
    page.get_by_role("button", name="Subscribe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mailbox")
    with site.world.store.read() as unit:
        (made,) = unit.subscriptions.by_target("reader@example.org")
    assert made.hour == 6
    assert made.confirmed_at is None
    assert [lead.days for lead in dict(made.plan.leads)[DateKind.RECORD]] == [9]
    tokens = site.world.services().tokens
    page.goto(f"{site.address}/confirm/{tokens.confirm(made.id)}")
    page.get_by_role("button", name="Yes, send me reminders").click()
    expect(page.get_by_role("status")).to_contain_text("your reminders are on")
    expect(page.get_by_label("Nordlicht Energi ASA")).to_be_checked()
    page.get_by_label("Language").select_option("Deutsch")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Ihre Änderungen sind gespeichert.")
    page.goto(f"{site.address}/unsubscribe/{tokens.unsubscribe(made.id)}")
    page.get_by_role("button", name="Meine Erinnerungen beenden").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ihre Erinnerungen sind beendet")
    with site.world.store.read() as unit:
        ended = unit.subscriptions.find(made.id)
    assert ended is not None
    assert (ended.language, ended.confirmed_at, ended.ended_at) == ("de", NOW, NOW)


def test_an_announcement_is_pasted_and_read(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/upload")
    page.get_by_label("Or paste the text").fill("Dear shareholders, nothing new.")
    page.get_by_role("button", name="Read it").click()
    expect(page).to_have_url(re.compile("/documents/[0-9a-f]{64}$"))
    expect(page.locator(".text")).to_have_text("Dear shareholders, nothing new.")


def test_everything_can_be_reached_by_keyboard_beginning_with_the_way_past_the_menu(
    page: Page, site: Site
) -> None:
    page.goto(site.address)
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.url.endswith("#content")
    page.keyboard.press("Tab")
    expect(page.locator("main summary").first).to_be_focused()


def test_paper_shows_the_dates_and_not_the_controls(page: Page, site: Site) -> None:
    page.goto(site.address)
    page.emulate_media(media="print")
    expect(page.locator("li.row").first).to_be_visible()
    for control in ("header nav", ".filters", ".pager", ".feed"):
        expect(page.locator(control).first).to_be_hidden()
    assert page.pdf().startswith(b"%PDF")
