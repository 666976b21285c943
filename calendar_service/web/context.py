"""What every route needs of the application that it belongs to."""

from __future__ import annotations

import typing
from datetime import date

from flask import current_app

from calendar_service.web.services import Services

EXTENSION = "calendar_service"


def services() -> Services:
    """The services of the application that answers this request."""
    return typing.cast(Services, current_app.extensions[EXTENSION])


def today() -> date:
    """The present day in UTC."""
    return services().clock.now().date()
