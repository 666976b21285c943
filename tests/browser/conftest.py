from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from calendar_service.web import create_app
from calendar_service.web.server import serve
from tests.web.world import World, open_world, populate

SECONDS = 30


@dataclass
class Site:
    """A running service, and what browsers complained about on its pages."""

    address: str
    world: World
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The service over invented issuers, on a port of its own."""
    world = open_world(tmp_path)
    populate(world)
    stop, ready, addresses = threading.Event(), threading.Event(), list[str]()

    def on_ready(address: str) -> None:
        addresses.append(address)
        ready.set()

    options = {"workers": 0, "on_ready": on_ready, "stop": stop}
    thread = threading.Thread(
        target=serve, args=(lambda: create_app(world.services()), "127.0.0.1", 0), kwargs=options
    )
    thread.start()
    assert ready.wait(SECONDS)
    made = Site(addresses[0], world)
    yield made
    stop.set()
    thread.join(SECONDS)
    world.store.close()
    assert made.complaints == []


@pytest.fixture
def page(browser: Browser, site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A tab on the device that the test's parameter names; what the browser complains about fails the test."""
    callspec = getattr(request.node, "callspec", None)
    device = callspec.params.get("device", "") if callspec else ""
    width = 360 if "narrow" in device else 1200
    scheme = "dark" if "dark" in device else "light"
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    tab = context.new_page()
    tab.on("console", lambda message: site.complaints.append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: site.complaints.append(str(error)))
    yield tab
    context.close()
