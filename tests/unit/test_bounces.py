"""Bounces end mails to an address, forged ones and delays do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from calendar_service.couriers.bounces import MaildirBounces
from calendar_service.errors import DeliveryError
from calendar_service.remind.bounces import ReturnPaths, read_bounces
from tests.bouncing import make_bounce
from tests.conftest import FixedClock
from tests.reminding import World

PATHS = ReturnPaths("a secret that is long enough", "bounces.example")
SUBSCRIPTION = "0123456789abcdef01234567"


@pytest.fixture
def world(tmp_path: Path, clock: FixedClock) -> World:
    found = World(tmp_path, clock)
    for name in ("new", "cur", "tmp"):
        (tmp_path / "bounces" / name).mkdir(parents=True)
    found.subscribe(SUBSCRIPTION, target="Holder@example.org")
    return found


def read(world: World, *messages: bytes) -> tuple[int, str | None]:
    folder = world.folder / "bounces"
    for number, message in enumerate(messages):
        (folder / "new" / f"m{number}").write_bytes(message)
    count = read_bounces(MaildirBounces(folder), PATHS, world.store, world.clock)
    assert list((folder / "new").iterdir()) == []
    with world.store.read() as unit:
        return count, unit.subscriptions.suppressed("holder@example.org")


@pytest.mark.parametrize("header", ["To", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_final_bounce_ends_mails(world: World, header: str) -> None:
    address = PATHS.of(SUBSCRIPTION)
    assert read(world, make_bounce(address, header=header)) == (
        1,
        "bounced: 5.1.1 smtp; 550 5.1.1 no such user",
    )
    assert [path.name for path in (world.folder / "bounces" / "cur").iterdir()] == ["m0:2,S"]
    assert read(world)[0] == 0


@pytest.mark.parametrize(
    "message",
    [
        make_bounce(PATHS.of(SUBSCRIPTION), action="delayed", status="4.4.1"),
        make_bounce(PATHS.of(SUBSCRIPTION), action="failed", status="4.2.2"),
        make_bounce(PATHS.of(SUBSCRIPTION), action="delivered", status="2.0.0"),
        make_bounce(PATHS.of(SUBSCRIPTION), action="relayed", status="5.1.1"),
        make_bounce(PATHS.of(SUBSCRIPTION), kind="disposition-notification"),
        make_bounce("holder@example.org"),
        make_bounce(f"b-{SUBSCRIPTION}-{'0' * 20}@bounces.example"),
        make_bounce(ReturnPaths("another secret", "bounces.example").of(SUBSCRIPTION)),
        make_bounce(PATHS.of(SUBSCRIPTION).replace("bounces.example", "elsewhere.example")),
        make_bounce(PATHS.of("ffffffffffffffffffffffff")),
        b"To: " + PATHS.of(SUBSCRIPTION).encode() + b"\r\n\r\nI am on holiday. Status: 5.1.1\r\n",
        b"",
        b"\xff\xfe\x00" * 1000,
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n" * 50,
    ],
)
def test_nothing_else_does(world: World, message: bytes) -> None:
    assert read(world, message) == (0, None)


@pytest.mark.parametrize(("status", "days"), [("5.2.2", 3), ("5.7.1", 10)])
def test_others_do_once_they_have_come_on_several_days(
    world: World, clock: FixedClock, status: str, days: int
) -> None:
    bounce = make_bounce(PATHS.of(SUBSCRIPTION), status=status)
    for _ in range(days - 1):
        assert read(world, bounce, bounce) == (0, None)
        clock.advance(days=2)
    reason = f"refused on {days} days: bounced: {status} smtp; 550 5.1.1 no such user"
    assert read(world, bounce) == (1, reason)


def test_a_message_that_came_back_whole_is_not_read_as_a_bounce(world: World) -> None:
    inner = make_bounce(PATHS.of(SUBSCRIPTION))
    outer = (
        f"To: {PATHS.of(SUBSCRIPTION)}\r\nContent-Type: multipart/report; boundary=o\r\n\r\n"
        "--o\r\nContent-Type: message/rfc822\r\n\r\n"
    ).encode()
    assert read(world, outer + inner + b"\r\n--o--\r\n") == (0, None)


def test_return_addresses() -> None:
    address = PATHS.of(SUBSCRIPTION)
    assert address.startswith(f"b-{SUBSCRIPTION}-")
    assert len(address.partition("@")[0]) <= 64  # RFC 5321, 4.5.3.1.1
    assert PATHS.read(address) == PATHS.read(address.upper()) == SUBSCRIPTION
    assert PATHS.read("x@bounces.example") is None
    assert PATHS.of("not one of ours!") == ""


def test_a_folder_that_is_not_there(tmp_path: Path, world: World) -> None:
    with pytest.raises(DeliveryError, match=r"bounces\.maildir: .* cannot be read"):
        read_bounces(MaildirBounces(tmp_path / "none"), PATHS, world.store, world.clock)
