"""Addresses that put a date or a feed into a reader's calendar, and the same as a picture for phones."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from calendar_service.model.action import CorporateAction
from calendar_service.model.subscription import Selection
from calendar_service.model.values import EventDate
from calendar_service.publish.cleaning import clean_line
from calendar_service.publish.words import Words


@dataclass(frozen=True, slots=True)
class FeedAddresses:
    """One feed, for every kind of calendar. `https` may be typed anywhere."""

    https: str

    @property
    def webcal(self) -> str:
        """Opens Apple Calendar, Thunderbird and most phones' calendars."""
        return "webcal://" + self.https.partition("://")[2]

    @property
    def google(self) -> str:
        """Google Calendar takes the feed only in its webcal form."""
        return "https://calendar.google.com/calendar/r?" + urlencode({"cid": self.webcal})

    @property
    def outlook(self) -> str:
        """Outlook on the web."""
        return "https://outlook.live.com/calendar/0/addfromweb?" + urlencode({"url": self.https})

    def in_format(self, form: str) -> str:
        """The same selection as "json" (JSON Feed) or "csv"."""
        path, mark, query = self.https.partition("?")
        return path.removesuffix(".ics") + f".{form}{mark}{query}"

    @property
    def picture(self) -> str:
        """A QR code of the webcal address as a data URI, for secret addresses, which no log may hold."""
        import segno

        return str(segno.make(self.webcal, micro=False).svg_data_uri(scale=4, border=4, light="#fff"))

    @property
    def picture_address(self) -> str:
        """Where the same picture of a public feed is found, made only when somebody looks at it."""
        path = "/feeds/" + self.https.partition("/feeds/")[2]
        return "/qr.svg?" + urlencode({"feed": path}, safe="/,")


@dataclass(frozen=True, slots=True)
class DateAddresses:
    """One date, to be copied into a calendar once; it will not follow later changes."""

    google: str
    outlook: str


def feed_of(base_url: str, selection: Selection, name: str = "", *, language: str = "en") -> FeedAddresses:
    """The public feed of a selection in a language; of a single issuer, under that issuer's name."""
    narrowed = {
        "ticker": ",".join(selection.tickers),
        "kind": ",".join(selection.kinds),
        "type": ",".join(selection.event_types),
        "market": ",".join(selection.markets),
        "forecasts": "" if selection.forecasts else "0",
    }
    query = {key: value for key, value in narrowed.items() if value}
    path = "/feeds/all.ics"
    if len(selection.issuers) == 1 and not query:
        path = f"/feeds/issuer/{quote(selection.issuers[0], safe='')}/{slug_of(name)}.ics"
    elif selection.issuers:
        query = {"issuer": ",".join(selection.issuers), **query}
    if language != "en":
        query["lang"] = language
    return FeedAddresses(base_url + path + (f"?{urlencode(query, safe=',')}" if query else ""))


def slug_of(name: str) -> str:
    """A name as calendars show it when they take it from the address: ASCII words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:60].strip("-") or "dates"


def addresses_of_date(
    action: CorporateAction, item: EventDate, page: str, words: Words
) -> DateAddresses | None:
    """Links that add one known date as an all-day event, or None where no day is known."""
    if item.day is None:
        return None
    after = (item.last_day or item.day) + timedelta(days=1) if item.day < date.max else item.day
    title = clean_line(
        f"{action.issuer.name}: {words.kind(item.kind)} ({words.event_type(action.event_type)})", 200
    )
    google = {
        "action": "TEMPLATE",
        "text": title,
        "dates": f"{item.day:%Y%m%d}/{after:%Y%m%d}",
        "details": page,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "allday": "true",
        "startdt": item.day.isoformat(),
        "enddt": after.isoformat(),
        "subject": title,
        "body": page,
    }
    return DateAddresses(
        "https://calendar.google.com/calendar/render?" + urlencode(google, quote_via=quote),
        "https://outlook.live.com/calendar/0/action/compose?" + urlencode(outlook, quote_via=quote),
    )
