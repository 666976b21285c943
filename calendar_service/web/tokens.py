"""Signed tokens for the links in mails, and the secrets of private feeds.

A signed token names a subscription and what may be done with it; nothing about it is stored. The
secret of a private feed is derived from the service's secret, so that it can be shown again to
whoever manages the subscription; the store knows its hash only.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from itsdangerous import BadData, Signer, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm
from itsdangerous.url_safe import URLSafeSerializerMixin

from calendar_service.model.ports import Clock

CONFIRM_FOR = timedelta(days=3)
MANAGE_FOR = timedelta(days=400)
FORM_FOR = timedelta(hours=12)

_write_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class _HmacSha256(SigningAlgorithm):
    """HMAC with SHA-256 by the one call that needs no Python in between."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, "sha256")


_DIGEST = {"digest_method": hashlib.sha256, "algorithm": _HmacSha256()}


@dataclass(frozen=True)
class Tokens:
    """Makes and reads tokens under one secret. Reading gives None for what is forged or too old."""

    secret: str = field(repr=False)
    clock: Clock

    def __post_init__(self) -> None:
        if len(self.secret) < 16:
            raise ValueError("the secret must have at least 16 characters")

    def confirm(self, subscription_id: str) -> str:
        """Opens the page that confirms a subscription, for three days."""
        return self._timed("confirm").dumps(subscription_id)

    def read_confirm(self, token: str) -> str | None:
        """The subscription's id."""
        return self._load("confirm", token, CONFIRM_FOR)

    def manage(self, subscription_id: str) -> str:
        """Opens the page that changes a subscription, for 400 days: a yearly meeting's mail still works."""
        return self._timed("manage").dumps(subscription_id)

    def read_manage(self, token: str) -> str | None:
        """The subscription's id."""
        return self._load("manage", token, MANAGE_FOR)

    def unsubscribe(self, subscription_id: str) -> str:
        """Ends a subscription; never expires, because mails are kept for years."""
        return self._lasting("unsubscribe").dumps(subscription_id)

    def read_unsubscribe(self, token: str) -> str | None:
        """The subscription's id."""
        try:
            return _text(self._lasting("unsubscribe").loads(token))
        except BadData:
            return None

    def form(self, nonce: str) -> str:
        """Proves that a form came from our own page, together with the cookie that holds `nonce`."""
        return self._timed("form").dumps(nonce)

    def check_form(self, token: str, nonce: str) -> bool:
        """Whether the form's token belongs to the cookie's nonce and is at most twelve hours old."""
        known = self._load("form", token, FORM_FOR)
        return bool(nonce) and known is not None and hmac.compare_digest(known.encode(), nonce.encode())

    def feed(self, subscription_id: str, generation: int = 0) -> str:
        """The secret in a private feed's URL, 256 bits; each generation is another one."""
        said = f"feed|{subscription_id}|{generation}".encode()
        digest = hmac.digest(self.secret.encode(), said, hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _lasting(self, salt: str) -> URLSafeSerializer:
        if salt not in self._serializers:
            self._serializers[salt] = _Plain(self.secret, salt=salt, signer_kwargs=_DIGEST)
        return self._serializers[salt]

    def _timed(self, salt: str) -> URLSafeTimedSerializer:
        if salt not in self._timed_serializers:
            self._timed_serializers[salt] = _PlainTimed(
                self.secret, salt=salt, signer=_ClockSigner, signer_kwargs={"clock": self.clock, **_DIGEST}
            )
        return self._timed_serializers[salt]

    # Made once for each salt: thousands of mails in a row hold two tokens each.
    @cached_property
    def _serializers(self) -> dict[str, URLSafeSerializer]:
        return {}

    @cached_property
    def _timed_serializers(self) -> dict[str, URLSafeTimedSerializer]:
        return {}

    def _load(self, salt: str, token: str, age: timedelta) -> str | None:
        try:
            return _text(self._timed(salt).loads(token, max_age=int(age.total_seconds())))
        except BadData:
            return None


def hash_feed_token(token: str) -> str:
    """What the store keeps of a private feed's secret: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


class _Quick(URLSafeSerializerMixin):
    """Writes the same tokens as its parent does, in a third of the time.

    It keeps its signer with the key derived once, and does not try first whether compressing so short
    a text makes it shorter.
    """

    def dump_payload(self, obj: Any) -> bytes:
        return base64_encode(_write_json(obj).encode())

    def make_signer(self, salt: str | bytes | None = None) -> Signer:
        return self._own_signer if salt is None or salt == self.salt else super().make_signer(salt)

    @cached_property
    def _own_signer(self) -> Signer:
        signer = super().make_signer()
        # The derived key in the place of the secret, since the library would derive it at each call.
        signer.secret_keys, signer.key_derivation = [signer.derive_key()], "none"
        return signer


class _Plain(_Quick, URLSafeSerializer):
    pass


class _PlainTimed(_Quick, URLSafeTimedSerializer):
    pass


class _ClockSigner(TimestampSigner):
    """Takes the time from our clock, as everything else does."""

    def __init__(self, *args: Any, clock: Clock, **options: Any) -> None:
        super().__init__(*args, **options)
        self.clock = clock

    def get_timestamp(self) -> int:
        return int(self.clock.now().timestamp())


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
