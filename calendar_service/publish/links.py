"""Where things are found on the web: the paths that calendar entries, mails and pages share."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from calendar_service.model.codes import DateKind


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute URLs below `base_url` (scheme, host and path without a closing slash)."""

    base_url: str

    @property
    def host(self) -> str:
        """The host that calendar UIDs and Message-IDs end in."""
        return urlsplit(self.base_url).hostname or "localhost"

    def action(self, action_id: str) -> str:
        """The page of an action."""
        return f"{self.base_url}/actions/{quote(action_id, safe='')}"

    def date(self, action_id: str, kind: DateKind) -> str:
        """The place of one date on its action's page; unique for each calendar entry."""
        return f"{self.action(action_id)}#{kind.value}"

    def document(self, document_id: str) -> str:
        """The page with the announcement's text."""
        return f"{self.base_url}/documents/{quote(document_id, safe='')}"

    def quote(self, document_id: str, start: int, end: int) -> str:
        """The quoted words, marked in the announcement's text."""
        return f"{self.document(document_id)}?start={start}&end={end}#quote"

    def entry(self, action_id: str, kind: DateKind, name: str = "date") -> str:
        """One calendar entry as a file."""
        return f"{self.action(action_id)}/{kind.value}/{quote(name, safe='')}.ics"

    def api_action(self, action_id: str) -> str:
        """The action as JSON."""
        return f"{self.base_url}/api/v1/actions/{quote(action_id, safe='')}"

    def private_feed(self, token: str, name: str = "my-dates") -> str:
        """A subscription's own feed. The token is a secret."""
        return f"{self.base_url}/feeds/private/{quote(token, safe='')}/{quote(name, safe='')}.ics"

    def manage(self, token: str) -> str:
        """The page on which a subscription is changed, opened by a signed token."""
        return f"{self.base_url}/subscriptions/{quote(token, safe='')}"

    def unsubscribe(self, token: str) -> str:
        """The address that ends a subscription: a page for GET, one-click for POST (RFC 8058)."""
        return f"{self.base_url}/unsubscribe/{quote(token, safe='')}"

    def confirm(self, token: str) -> str:
        """The page that confirms a subscription."""
        return f"{self.base_url}/confirm/{quote(token, safe='')}"
