"""One day of the whole service: an announcement goes in; feed, pages, API and mails come out."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage

import pytest

from tests.end_to_end.running import Mailbox, RunningService, wait_for

TODAY = datetime.now(UTC).date()  # noqa: TID251 - what the service's own clock says
RECORD = TODAY + timedelta(days=1)
MEETING = TODAY + timedelta(days=2)
EFFECTIVE = TODAY + timedelta(days=9)


def write(day: date) -> str:
    return f"{day:%B} {day.day}, {day.year}"


def announcement(
    effective: date, *, said: date = TODAY, title: str = "Announces the Distribution of Surplus"
) -> str:
    return f"""For Immediate Release

Kitano Optical {title}

TOKYO - {write(said)} - Kitano Optical Works Co., Ltd. ("Kitano Optical", TSE: 7999) announced that its Board of Directors \
today resolved upon the year-end dividend to be paid from retained earnings to shareholders on the record date of \
{write(RECORD)}, as indicated below.

The distribution is subject to the approval of the 41st Ordinary General Meeting of Shareholders that will be held on \
{write(MEETING)} in Tokyo.

\tThis dividend\tLatest forecast\tPrevious year
Record date\t{write(RECORD)}\t{write(RECORD)}\t{write(RECORD - timedelta(days=365))}
Dividend per common share\tJPY21.00\tJPY21.00\tJPY19.00
Total dividend amount\tJPY840 million\t-\tJPY760 million
Effective date\t{write(effective)}\t-\t{write(effective - timedelta(days=365))}
Dividend resource\tRetained earnings\t-\tRetained earnings
"""


def events_of(feed: str) -> dict[str, dict[str, str]]:
    """The feed's events by date kind, each as its properties (unfolded)."""
    unfolded = feed.replace("\r\n ", "")
    found = {}
    for block in re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", unfolded, re.DOTALL):
        lines = [line.partition(":") for line in block.strip().split("\r\n")]
        event = {name.partition(";")[0]: value for name, _, value in lines}
        found[event["UID"].partition("@")[0].split("-", 1)[1]] = event
    return found


def links_of(message: EmailMessage) -> list[str]:
    text = message.get_body(("plain",))
    assert text is not None
    return re.findall(r"http://127\.0\.0\.1:\d+[^\s<>]*", text.get_content())


@pytest.mark.slow
def test_one_day(service: RunningService, mailbox: tuple[Mailbox, int]) -> None:
    subscribed = service.call(
        "subscribe", "holder@example.org", "--ticker", "7999", "--hour", "0", "--confirmed"
    )
    assert subscribed.returncode == 0, subscribed.stderr
    private_feed = subscribed.stdout.split()[-1]

    (service.data / "inbox" / "notice.txt").write_text(announcement(EFFECTIVE), encoding="utf-8")

    events = wait_for(lambda: events_of(service.get("/feeds/all.ics")))
    assert {kind: events[kind]["DTSTART"] for kind in ("record", "meeting", "effective")} == {
        "record": f"{RECORD:%Y%m%d}",
        "meeting": f"{MEETING:%Y%m%d}",
        "effective": f"{EFFECTIVE:%Y%m%d}",
    }
    assert {event["STATUS"] for event in events.values()} == {"TENTATIVE"}
    assert f"record date of {write(RECORD)}".replace(",", "\\,") in events["record"]["DESCRIPTION"]
    assert events_of(service.get(private_feed)).keys() == events.keys()

    [action] = json.loads(service.get("/api/v1/actions"))["items"]
    assert action["status"] == "subject_to_approval"
    assert (action["amount"]["amount"], action["amount"]["currency"]) == ("21.00", "JPY")

    page = service.get(f"/actions/{action['id']}")
    assert "Kitano Optical Works" in page
    assert "<mark" in service.get(f"/documents/{action['documents'][0]['id']}")

    box = mailbox[0]
    wait_for(lambda: len(box.messages) >= 2)
    for message in box.messages:
        assert message["To"] == "holder@example.org"
        assert {part.get_content_type() for part in message.walk()} >= {
            "text/plain",
            "text/html",
            "text/calendar",
        }
        for link in links_of(message):
            assert service.get(link)
    before = len(box.messages)

    again = service.call("ingest", str(service.data / "inbox" / "notice.txt"))
    assert "1 unchanged" in again.stdout
    assert events_of(service.get("/feeds/all.ics")) == events

    moved = EFFECTIVE + timedelta(days=7)
    correction = announcement(moved, title="Announces Correction of the Effective Date of its Dividend")
    (service.data / "inbox" / "correction.txt").write_text(correction, encoding="utf-8")
    changed = wait_for(
        lambda: (
            found
            if (found := events_of(service.get("/feeds/all.ics")))["effective"] != events["effective"]
            else None
        )
    )
    assert changed.keys() == events.keys()
    assert changed["effective"]["DTSTART"] == f"{moved:%Y%m%d}"
    assert changed["effective"]["UID"] == events["effective"]["UID"]
    assert int(changed["effective"]["SEQUENCE"]) == int(events["effective"]["SEQUENCE"]) + 1
    notice = wait_for(lambda: box.messages[before:])[0]
    assert "changed" in notice["Subject"]

    status, output = service.stop()
    assert status == 0
    assert output.rstrip().endswith("Stopped.")
    assert "Traceback" not in output
