"""Pages, JSON API, feeds and health over HTTP. `create_app` builds the WSGI application."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from calendar_service.web.services import Services


def create_app(services: Services) -> Flask:
    """The WSGI application over these services; opens nothing itself."""
    from calendar_service.web.app import build

    return build(services)
