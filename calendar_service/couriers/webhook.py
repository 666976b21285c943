"""Messages as signed JSON, posted to a URL of the subscriber's.

The URL comes from outside, so that it is resolved once, each address is checked, and the connection
goes to the checked address: a name that answers differently the second time reaches nothing inside.
Redirects are not followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from urllib.parse import SplitResult, urlsplit

from calendar_service.errors import DeliveryError
from calendar_service.settings import WebhookSettings

SIGNATURE = "Calendar-Service-Signature"
_GONE = 410
_MAX_ANSWER = 64 * 1024


class WebhookCourier:
    """Posts JSON. The header `Calendar-Service-Signature` says `t=<Unix seconds>,v1=<hex>`: HMAC-SHA256,
    under the target's own key, of `<t>.<body>`.
    """

    def __init__(self, settings: WebhookSettings, secret: str, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self._secret = secret
        self._now = now

    def send(self, target: str, message_id: str, content: bytes, *, return_path: str = "") -> None:  # noqa: ARG002 - the port's shape
        """Post one message. Raises DeliveryError; final where the URL cannot be used at all, or says 410 Gone."""
        url = _read_url(target)
        at = int(self._now().timestamp())
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "calendar-service",
            "Idempotency-Key": message_id.strip("<>"),
            SIGNATURE: f"t={at},v1={sign(webhook_key(self._secret, target), at, content)}",
        }
        try:
            status = self._post(url, content, headers)
        except (OSError, http.client.HTTPException) as error:
            raise DeliveryError(
                f"{url.hostname}: {str(error) or type(error).__name__}", permanent=False
            ) from error
        if not 200 <= status < 300:
            raise DeliveryError(f"{url.hostname} answered {status}", permanent=status == _GONE)

    def close(self) -> None:
        """Nothing is open between messages."""

    def _post(self, url: SplitResult, content: bytes, headers: dict[str, str]) -> int:
        port = url.port or (443 if url.scheme == "https" else 80)
        address = self._find_address(url.hostname or "", port)
        connection = _Pinned(url, address, port, self.settings.seconds)
        # The socket's timeout is for each byte: a server that answers one byte at a time would keep a worker for days.
        watch = threading.Timer(self.settings.seconds, connection.hang_up)
        watch.daemon = True
        watch.start()
        try:
            path = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", path, content, headers)
            answer = connection.getresponse()
            if connection.is_cut:
                raise TimeoutError(f"no answer within {self.settings.seconds:g} seconds")
            answer.read(_MAX_ANSWER)
            return answer.status
        finally:
            watch.cancel()
            connection.close()

    def _find_address(self, host: str, port: int) -> str:
        """The address to connect to. All that the name stands for must be public, unless private ones are allowed."""
        found = [str(item[4][0]) for item in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        if not self.settings.allow_private:
            for address in found:
                if not _is_public(address):
                    raise DeliveryError(
                        f"{host} leads to {address}, inside a network; webhook.allow_private would let it pass.",
                        permanent=False,
                    )
        return found[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one checked address, whatever its name stands for by now."""

    def __init__(self, url: SplitResult, address: str, port: int, seconds: float) -> None:
        super().__init__(url.hostname or "", port, timeout=seconds)
        self._address = address
        self.is_cut = False
        self._context = ssl.create_default_context() if url.scheme == "https" else None
        if self._context:
            self.default_port = 443

    def connect(self) -> None:
        """Connect to the checked address; the certificate has to be that of the name."""
        self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._context:
            self.sock = self._context.wrap_socket(
                self.sock, server_hostname=self.host, do_handshake_on_connect=False
            )
            self.sock.do_handshake()

    def hang_up(self) -> None:
        """End whatever is under way, from another thread: it sees the connection closed."""
        self.is_cut = True
        with suppress(OSError):
            if self.sock is not None:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)


def webhook_key(secret: str, target: str) -> str:
    """The key that messages to this URL are signed with, shown to whoever subscribes it."""
    return hmac.digest(secret.encode(), f"webhook|{target}".encode(), hashlib.sha256).hex()


def sign(key: str, at: int, content: bytes) -> str:
    """The signature of a message sent at `at` (Unix seconds)."""
    return hmac.digest(key.encode(), f"{at}.".encode() + content, hashlib.sha256).hex()


def check_target(target: str) -> str:
    """The URL, where a webhook can be sent to it. Raises ValueError that says what is wrong."""
    try:
        url = urlsplit(target)
        port = url.port
    except ValueError as error:
        raise ValueError(f"{target!r} is no URL: {error}") from None
    clean = target.isascii() and target.isprintable() and " " not in target
    if url.scheme not in {"http", "https"} or not url.hostname or not clean or port == 0:
        raise ValueError(
            f"{target!r} is no URL that a webhook can be sent to, such as https://example.org/hook"
        )
    if url.username or url.password or url.fragment:
        raise ValueError(
            "A webhook's URL has no user, password or fragment: messages to it are signed instead."
        )
    return target


def _read_url(target: str) -> SplitResult:
    try:
        return urlsplit(check_target(target))
    except ValueError as error:
        raise DeliveryError(str(error), permanent=True) from None


# RFC 4291 (site-local, IPv4-compatible), 2765, 6052, 8215, 3056, 7526: ways for IPv6 to reach IPv4, or gone.
_TRANSLATED = tuple(
    ipaddress.IPv6Network(network)
    for network in ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "2002::/16", "fec0::/10")
)
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def _is_public(address: str) -> bool:
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return _is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return _is_public(str(ipaddress.IPv4Address(found.packed[-4:])))
        if any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not found.is_multicast
