"""Feeds over HTTP: by issuer, market, event type and for all, and private ones by subscription.

The format stands at the end of the address (.ics, .json, .csv) and is never chosen by Accept, which
calendars send at random or not at all. Filters stand in the query string; see `read_wish`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Flask, abort, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from calendar_service.model.action import CorporateAction, Entry
from calendar_service.model.codes import DateKind, EventType
from calendar_service.model.ports import Unit
from calendar_service.model.subscription import Selection, Subscription
from calendar_service.publish.descriptions import shown_state
from calendar_service.publish.ical import FEED_LIMIT, join_feed, single_entry
from calendar_service.publish.views import feed_csv, feed_json
from calendar_service.publish.words import LANGUAGES, words_for
from calendar_service.web.kept import FeedAnswer, FeedCache
from calendar_service.web.polling import (
    POLLS,
    PollingMiddleware,
    Polls,
    VersionWatch,
    environ_of,
    key_of,
    respond,
)
from calendar_service.web.queries import (
    MAX_PAST,
    check_id,
    read_alarms,
    read_flag,
    read_markets,
    read_selection,
)
from calendar_service.web.services import Services
from calendar_service.web.tokens import hash_feed_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_LOG = logging.getLogger(__name__)

FORMATS = {
    "ics": "text/calendar; charset=utf-8",
    "json": "application/feed+json",
    "csv": "text/csv; charset=utf-8; header=present",
}
MAX_ENTRIES = FEED_LIMIT // 400  # no block is smaller than that, so more could never be in a feed
_PLURALS = {"issuers": "issuer", "tickers": "ticker", "kinds": "kind", "types": "type", "markets": "market"}
_SELECTING = ("issuer", "ticker", "kind", "type", "market")
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_STAMP = re.compile(rb"\r\nLAST-MODIFIED:([0-9]{8}T[0-9]{6})Z\r\n")


@dataclass(frozen=True, slots=True)
class Wish:
    """What a feed's address asks for."""

    selection: Selection
    name: str
    form: str
    language: str
    alarms: tuple[int, ...] = ()
    token_hash: str = ""


def register_feeds(app: Flask, services: Services) -> None:
    """Adds the routes, and the short path for polls in front of them."""
    desk = FeedDesk(services)
    app.register_blueprint(desk.blueprint())
    app.extensions["calendar_service_feeds"] = desk
    app.extensions[POLLS] = polls = Polls(desk.cache, desk.watch)
    inner: WSGIApplication = app.wsgi_app
    app.wsgi_app = PollingMiddleware(inner, polls)  # type: ignore[method-assign]


class FeedDesk:
    """Builds feeds and keeps them."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.cache = FeedCache()
        self.watch = VersionWatch(services.store, services.clock)

    def blueprint(self) -> Blueprint:
        """The routes."""
        room = Blueprint("feeds", __name__)
        room.get("/feeds/all.<form>")(self.show_all)
        room.get("/feeds/issuer/<issuer_id>/<name>.<form>")(self.show_issuer)
        room.get("/feeds/market/<mic>.<form>")(self.show_market)
        room.get("/feeds/type/<event_type>.<form>")(self.show_type)
        room.get("/feeds/private/<token>/<name>.<form>")(self.show_private)
        room.get("/actions/<action_id>/<kind>/<name>.ics")(self.show_entry)
        return room

    def show_all(self, form: str) -> WSGIApplication:
        """Everything, or what the filters leave of it."""
        return self._answer(_public_wish("calendar-service", form))

    def show_issuer(self, issuer_id: str, name: str, form: str) -> WSGIApplication:
        """One issuer."""
        wish = _public_wish(name.replace("-", " "), form)
        return self._answer(replace(wish, selection=replace(wish.selection, issuers=(check_id(issuer_id),))))

    def show_market(self, mic: str, form: str) -> WSGIApplication:
        """One market, by its ISO 10383 code."""
        if not re.fullmatch(r"[A-Za-z0-9]{4}", mic):
            abort(404, "There is no market with this code; write its ISO 10383 code, such as XTKS.")
        markets = read_markets([mic])
        wish = _public_wish(markets[0], form)
        return self._answer(replace(wish, selection=replace(wish.selection, markets=markets)))

    def show_type(self, event_type: str, form: str) -> WSGIApplication:
        """One event type."""
        if event_type not in set(EventType):
            abort(404, f"There is no such type; known are: {', '.join(EventType)}.")
        kind = EventType(event_type)
        wish = _public_wish("", form)
        chosen = replace(wish.selection, event_types=(kind,))
        return self._answer(replace(wish, selection=chosen, name=words_for(wish.language).event_type(kind)))

    def show_private(self, token: str, name: str, form: str) -> WSGIApplication:
        """A subscription's own feed: 404 for a link that was never given out, 410 for a revoked one."""
        hashed = hash_feed_token(token)
        wish = _public_wish(name.replace("-", " "), form)
        try:
            with self.services.store.read() as unit:
                subscription = unit.subscriptions.by_feed_token(hashed)
                revoked = unit.subscriptions.is_revoked(hashed)
        except Exception as error:  # noqa: BLE001 - whatever fails behind a feed, the feed goes on
            return self._serve_last(error)
        if revoked or subscription is None:
            self.cache.drop(key_of(request.environ))
            abort(410 if revoked else 404, "This private link is not valid, or not any more.")
        return self._answer(_private_wish(wish, subscription, hashed))

    def show_entry(self, action_id: str, kind: str, name: str) -> tuple[bytes, int, dict[str, str]]:  # noqa: ARG002
        """One calendar entry as a file. The name is for people only."""
        language = _read_language(request.args, "en")
        with self.services.store.read() as unit:
            entries = unit.entries.of_action(check_id(action_id))
            entry = next((item for item in entries if item.kind.value == kind), None)
            block = unit.entries.fragment(entry.uid, language) if entry else None
        if block is None:
            abort(404, "This action has no such date in the calendar.")
        named = {
            "Content-Type": FORMATS["ics"],
            "Content-Disposition": f'attachment; filename="{DateKind(kind)}.ics"',
        }
        return single_entry(block), 200, {**named, "Cache-Control": "public, max-age=60"}

    def _answer(self, wish: Wish) -> WSGIApplication:
        """The feed, from memory where it still holds, built afresh where not, or as it last was."""
        key = key_of(request.environ)
        stamp, now = self.watch.current(), self.watch.ticks()
        try:
            answer = self._renew(self.cache.get(key), wish)
        except HTTPException:
            raise
        except Exception as error:  # noqa: BLE001 - whatever fails behind a feed, the feed goes on
            return self._serve_last(error)
        answer.stamp, answer.checked_at = stamp, now
        self.cache.put(key, answer)
        return self._respond(answer)

    def _renew(self, known: FeedAnswer | None, wish: Wish) -> FeedAnswer:
        """The known answer if nothing of its selection changed since, else a new one."""
        with self.services.store.read() as unit:
            today = self.services.clock.now().date()
            version, made_for = unit.entries.version(), hash((wish, today))
            if known is not None and known.made_for == made_for and _is_untouched(unit, wish, known, version):
                known.version = version
                return known
            body, changed_at = self._build(unit, wish, today)
        answer = FeedAnswer(body, FORMATS[wish.form], changed_at, private=bool(wish.token_hash))
        if known is not None and (known.tag, known.changed_at) == (answer.tag, answer.changed_at):
            answer = known  # with its compressed bytes
        answer.version, answer.made_for = version, made_for
        return answer

    def _build(self, unit: Unit, wish: Wish, today: date) -> tuple[bytes, datetime]:
        """The bytes of a feed, and the last change of what is in it."""
        limit = None if wish.selection.issuers or wish.selection.tickers else MAX_ENTRIES
        wish = replace(wish, name=_name_of(unit, wish))
        if wish.form == "ics":
            blocks = unit.entries.fragments(wish.selection, today, wish.language, limit=limit)
            _check_known(unit, wish.selection, blocks)
            body = join_feed(blocks, name=wish.name, language=wish.language, alarms=wish.alarms)
            return body, last_change(blocks)
        entries = unit.entries.select(wish.selection, today, limit=limit)[:MAX_ENTRIES]
        _check_known(unit, wish.selection, entries)
        changed_at = max((entry.changed_at for entry in entries), default=_NEVER)
        return self._build_data(unit, wish, entries), changed_at

    def _build_data(self, unit: Unit, wish: Wish, entries: Sequence[Entry]) -> bytes:
        """The same selection as JSON Feed or CSV."""
        actions = _shown_actions(unit, entries)
        links = self.services.links
        if wish.form == "csv":
            return feed_csv(entries, actions, links, language=wish.language)
        url = "" if wish.token_hash else f"{links.base_url}{request.full_path.rstrip('?')}"
        return feed_json(entries, actions, links, name=wish.name, language=wish.language, feed_url=url)

    def _serve_last(self, error: Exception) -> WSGIApplication:
        """The last good bytes, whatever went wrong; the error itself where there are none."""
        answer = self.cache.get(key_of(request.environ))
        if answer is None:
            raise error
        _LOG.error("a feed cannot be renewed and is served as it was", exc_info=error)
        answer.checked_at = self.watch.ticks()
        return self._respond(answer)

    def _respond(self, answer: FeedAnswer) -> WSGIApplication:
        environ = environ_of(request)

        def application(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            return respond(environ, start_response, answer, self.cache)

        return application


def _is_untouched(unit: Unit, wish: Wish, known: FeedAnswer, version: int) -> bool:
    """Whether nothing of this selection changed; versions of parts are among those of the whole, so they compare."""
    return known.version == version or unit.entries.version(wish.selection) <= known.version


def last_change(blocks: Sequence[bytes]) -> datetime:
    """The newest LAST-MODIFIED of some rendered blocks."""
    stamps = (found[1] for block in blocks if (found := _STAMP.search(block)))
    newest = max(stamps, default=b"")
    return datetime.strptime(newest.decode() + "+0000", "%Y%m%dT%H%M%S%z") if newest else _NEVER


def _public_wish(name: str, form: str) -> Wish:
    """What the query string asks for: issuer, ticker, kind, type, market (each also in the plural, as
    lists parted by commas), forecasts, past, future, history, lang, alarms. Aborts with 400 on a
    value that makes no sense; unknown names are left alone, because calendars add their own.
    """
    if form not in FORMATS:
        abort(404, f"A feed ends in one of: {', '.join(FORMATS)}.")
    args = MultiDict((_PLURALS.get(key, key), value) for key, value in request.args.items(multi=True))
    selection = read_selection(args)
    if read_flag(args, "history", default=False):
        selection = replace(selection, past_days=MAX_PAST)
    return Wish(selection, name, form, _read_language(args, "en"), read_alarms(args))


def _private_wish(wish: Wish, subscription: Subscription, token_hash: str) -> Wish:
    """A subscription's own selection; the address may change language, alarms, window and forecasts."""
    for name in (*_SELECTING, *_PLURALS):
        if name in request.args:
            abort(400, f"{name} is part of the subscription; change it on the subscription's page.")
    own, asked = subscription.selection, wish.selection
    selection = replace(
        own,
        forecasts=own.forecasts and asked.forecasts,
        past_days=asked.past_days if "past" in request.args or "history" in request.args else own.past_days,
        future_days=asked.future_days if "future" in request.args else own.future_days,
    )
    language = _read_language(request.args, subscription.language)
    alarms = wish.alarms if "alarms" in request.args else subscription.alarms
    return replace(wish, selection=selection, language=language, alarms=alarms, token_hash=token_hash)


def _read_language(args: Mapping[str, str], default: str) -> str:
    language = args.get("lang") or default
    if language not in LANGUAGES:
        if "lang" in args:
            abort(400, f"lang must be one of: {', '.join(LANGUAGES)}.")
        return "en"
    return language


def _name_of(unit: Unit, wish: Wish) -> str:
    """What calendars call the feed: of a single issuer what that is called, since an address holds ASCII only."""
    if wish.token_hash or len(wish.selection.issuers) != 1:
        return wish.name
    issuer = unit.actions.issuer(wish.selection.issuers[0])
    return issuer.name if issuer and issuer.name else wish.name


def _check_known(unit: Unit, selection: Selection, found: Sequence[Any]) -> None:
    """Aborts with 404 for the feed of an issuer that nobody knows; one without dates is an empty feed."""
    if not found and len(selection.issuers) == 1 and not unit.actions.of_issuer(selection.issuers[0]):
        abort(404, "There is no issuer with this identifier.")


def _shown_actions(unit: Unit, entries: Sequence[Entry]) -> dict[str, CorporateAction]:
    """The actions behind some entries, held ones as they were last published."""
    actions = unit.actions.find_all({entry.action_id for entry in entries})
    shown = {
        key: shown_state(action, unit.actions.revisions(action.id)) if action.held else action
        for key, action in actions.items()
    }
    return {key: action for key, action in shown.items() if action is not None}
