"""What every route needs of the application that it belongs to, and the language that its page speaks."""

from __future__ import annotations

import typing
from datetime import date, timedelta

from flask import Flask, Response, current_app, g, request
from markupsafe import Markup

from calendar_service.publish.words import LANGUAGES, Words, words_for
from calendar_service.web.services import Services

EXTENSION = "calendar_service"
_COOKIE = "calendar_service_language"
_ONE_YEAR = 365 * 24 * 3600
_BEHIND = timedelta(hours=12)  # no clock on Earth is further behind UTC


def services() -> Services:
    """The services of the application that answers this request."""
    return typing.cast(Services, current_app.extensions[EXTENSION])


def today() -> date:
    """The present day in UTC."""
    return services().clock.now().date()


def earliest_today() -> date:
    """The earliest day that is today somewhere: what lies before it is past for every reader."""
    return (services().clock.now() - _BEHIND).date()


def speak(language: str = "") -> None:
    """Lets this request's page speak a language: by default the one chosen in its address, or chosen before,
    or preferred by the browser. Pages that do not call this are in English.
    """
    chosen = (request.args.get("lang"), request.cookies.get(_COOKIE))
    preferred = request.accept_languages.best_match(LANGUAGES, default="en")
    g.language = language or next((item for item in chosen if item in LANGUAGES), preferred)


def page_words() -> Words:
    """The words of this request's page."""
    return words_for(g.get("language", "en"))


def say(text: str, **values: object) -> Markup:
    """A text of the catalogue in the page's language; `values` are escaped unless they are markup."""
    return Markup(page_words().say(text)).format(**values)  # noqa: S704 - only our own texts are keys


def register_language(app: Flask) -> None:
    """Tells caches that pages which speak several languages differ by what the browser prefers."""
    app.after_request(_add_language)


def _add_language(response: Response) -> Response:
    if "language" in g:
        response.vary.update(["Accept-Language", "Cookie"])
        response.content_language.add(g.language)
        if request.args.get("lang") == g.language:
            secure = services().base_url.startswith("https://")
            response.set_cookie(
                _COOKIE, g.language, max_age=_ONE_YEAR, secure=secure, httponly=True, samesite="Lax"
            )
    return response
