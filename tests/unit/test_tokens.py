"""The signed links in mails: the library's own tokens, so that those in old mails stay good."""

from __future__ import annotations

import hashlib

import pytest
from itsdangerous import URLSafeSerializer, URLSafeTimedSerializer

from calendar_service.web.tokens import MANAGE_FOR, Tokens
from tests.conftest import FixedClock

SECRET = "a secret of sixteen or more"
IDS = ["0f3a", "a" * 24, "Jörg & Söhne", '"quoted"', ""]
OPTIONS = {"digest_method": hashlib.sha256}


@pytest.mark.parametrize("number", IDS)
def test_a_token_is_the_librarys(number: str, clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    plain = URLSafeSerializer(SECRET, salt="unsubscribe", signer_kwargs=OPTIONS)
    timed = URLSafeTimedSerializer(SECRET, salt="manage", signer_kwargs=OPTIONS)
    assert tokens.read_unsubscribe(plain.dumps(number)) == number
    assert plain.loads(tokens.unsubscribe(number)) == number
    found, at = timed.loads(tokens.manage(number), return_timestamp=True)
    assert (found, at) == (number, clock.now().replace(microsecond=0))
    if len(number) < 24:  # the library compresses what gets shorter by it
        assert tokens.unsubscribe(number) == plain.dumps(number)


def test_a_token_opens_what_it_was_made_for_and_in_its_time(clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    manage, unsubscribe = tokens.manage("one"), tokens.unsubscribe("one")
    assert (tokens.read_manage(manage), tokens.read_unsubscribe(unsubscribe)) == ("one", "one")
    assert (tokens.read_manage(unsubscribe), tokens.read_confirm(manage)) == (None, None)
    assert Tokens(SECRET + "x", clock).read_unsubscribe(unsubscribe) is None
    payload, _, signature = unsubscribe.rpartition(".")
    assert tokens.read_unsubscribe(f"{payload}x.{signature}") is None
    clock.advance(seconds=MANAGE_FOR.total_seconds() + 1)
    assert (tokens.read_manage(manage), tokens.read_unsubscribe(unsubscribe)) == (None, "one")
