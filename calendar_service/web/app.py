"""The Flask application: configuration, template helpers, and every room's routes."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

from flask import Flask, g, request
from jinja2 import FileSystemBytecodeCache
from markupsafe import Markup
from werkzeug.local import LocalProxy

from calendar_service import __version__
from calendar_service.model.announcement import Issuer
from calendar_service.model.codes import EventType, Status
from calendar_service.model.records import StoredIssuer
from calendar_service.model.subscription import Selection
from calendar_service.publish.cleaning import clean_line, clean_text, clean_url
from calendar_service.publish.descriptions import is_tentative
from calendar_service.publish.fields import field_word
from calendar_service.publish.rules import say_rule, say_rule_source
from calendar_service.publish.words import KINDS, LANGUAGE_NAMES
from calendar_service.web.addresses import feed_of
from calendar_service.web.context import EXTENSION, page_words, register_language, say, today
from calendar_service.web.failures import register_failures
from calendar_service.web.security import register_security
from calendar_service.web.services import Services

FORM_BYTES = 64 * 1024


def build(services: Services) -> Flask:
    """The application over these services."""
    app = Flask("calendar_service.web", static_folder="static", template_folder="templates")
    app.extensions[EXTENSION] = services
    app.config.update(
        MAX_CONTENT_LENGTH=services.upload_bytes + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=400,
        SEND_FILE_MAX_AGE_DEFAULT=3600,
        TRAP_HTTP_EXCEPTIONS=False,
        PROPAGATE_EXCEPTIONS=False,
    )
    _register_helpers(app, services)
    _keep_templates(app, services.template_cache)
    register_security(app)
    register_language(app)
    register_failures(app)
    _register_rooms(app, services)
    return app


def _register_rooms(app: Flask, services: Services) -> None:
    # Here, because each of these modules imports Flask's machinery and the helpers above.
    from calendar_service.web import api, corrections, documents, health, pages, subscriptions
    from calendar_service.web.feeds import register_feeds

    for room in (pages, documents, corrections, subscriptions, health, api):
        app.register_blueprint(room.blueprint)
    register_feeds(app, services)


def _keep_templates(app: Flask, folder: Path | None) -> None:
    """Keeps compiled templates in a folder that only this user may write to, where there is one."""
    if folder is None:
        return
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK) and folder.stat().st_mode & 0o022 == 0
    except OSError:
        return  # slower, and that is all
    if writable:
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


def _register_helpers(app: Flask, services: Services) -> None:
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        words=LocalProxy(page_words),
        say=say,
        link_to=_link_to,
        languages=LANGUAGE_NAMES,
        other_languages=_other_languages,
        address_in=_address_in,
        is_local=services.is_local,
        say_rule=say_rule,
        say_rule_source=say_rule_source,
        version=__version__,
        is_tentative=is_tentative,
        all_dates=feed_of(services.base_url, Selection()),
        links=services.links,
        mail_mode=services.mail,
        today=today,
        kinds=tuple(KINDS),
        event_types=tuple(EventType),
        statuses=tuple(Status),
    )
    app.jinja_env.filters.update(
        line=_show_line,
        issuer=_show_issuer,
        prose=_show_prose,
        stretch=_show_stretch,
        plain=lambda text, limit=200: clean_line(str(text), limit),
        safe_url=clean_url,
        code=Markup("<code>{}</code>").format,
        day=lambda day: page_words().day(day),
        instant=_show_instant,
        field=_show_field,
        told=lambda remark: page_words().tell(remark),
        opening=lambda text: text[:1].upper() + text[1:],
    )


def _show_line(text: str, limit: int = 200) -> Markup:
    """Text from outside on one line, isolated from the direction of what stands beside it."""
    return Markup("<bdi>{}</bdi>").format(clean_line(str(text), limit))


def _show_issuer(issuer: Issuer | StoredIssuer, limit: int = 120) -> Markup:
    """Who announces; never nothing, since the name carries a link."""
    return _show_line(clean_line(issuer.name, limit) or say("Issuer not named"), limit)


def _show_stretch(text: str) -> str:
    """A stretch of a line, between others: cleaned, with a single space where it begins or ends in one."""
    cleaned = clean_line(text, 600)
    return f"{' ' if text[:1].isspace() else ''}{cleaned}{' ' if cleaned and text[-1:].isspace() else ''}"


def _show_prose(text: str, limit: int = 2000) -> Markup:
    """Text from outside with its line breaks, isolated."""
    lines = clean_text(str(text), limit).split("\n")
    return Markup("<br>").join(Markup("<bdi>{}</bdi>").format(line) for line in lines)


def _show_instant(instant: datetime | None) -> Markup:
    """An instant to the minute in UTC, readable by machines as well."""
    if instant is None:
        return say("never")
    return Markup('<time datetime="{}">{}</time>').format(
        instant.strftime("%Y-%m-%dT%H:%M:%SZ"), page_words().instant(instant)
    )


def _show_field(name: object) -> str:
    """The name of an action's field in words ("dates.record" -> "Record date")."""
    if name == "quote":
        return say("The words that you came for")
    word = field_word(str(name), page_words())
    return (
        word if word != str(name) else clean_line(word.replace("_", " ").replace(".", " "), 60).capitalize()
    )


def _link_to(address: str, text: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(address, text)


def _other_languages() -> list[tuple[str, str]]:
    """The languages that this page speaks besides: code and name. None where its address holds a secret."""
    if "language" not in g or request.method != "GET" or "token" in (request.view_args or {}):
        return []
    return [item for item in LANGUAGE_NAMES.items() if item[0] != g.language]


def _address_in(language: str) -> str:
    """This page's address in another language."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*kept, ("lang", language)])
