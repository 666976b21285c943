"""Frame: words for the last time at which something may be done, and what that is ("Latest time and date for receipt of
Forms of Proxy for the General Meeting"). What is done says what the day means; all else that is named only tells more of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from calendar_service.extract.lexicon.phrases import Hit, longest

DONE = {
    "proxies": "vote_deadline",
    "registering": "registration_deadline",
    "electing": "election_deadline",
    "accepting": "expiry",
}
_OPENING = 16  # before the words, at the beginning of a label: "(3) Recommended"
_OTHERS = frozenset({"record", "ex", "meeting", "effective", "declaration", "voting_record"})


def opening_last_time(start: int, named: Sequence[Hit]) -> Hit | None:
    """The words for a last time with which a label that begins at `start` opens; None where it opens otherwise."""
    found = [hit for hit in named if hit.phrase.value == "latest" and hit.start - start <= _OPENING]
    return max(found, key=lambda hit: hit.end - hit.start, default=None)


def what_is_due(latest: Hit, named: Sequence[Hit]) -> Hit | None:
    """What the day of a label means that opens so, as a cue; None where it is none of ours (lodging transfers)."""
    if any(hit.phrase.value == "undoing" for hit in named):
        return None
    done = next((hit for hit in named if hit.phrase.value in DONE and hit.start >= latest.start), None)
    if done is not None:
        phrase = replace(latest.phrase, role="cue", value=DONE[done.phrase.value])
        return Hit(latest.start, done.end, phrase)
    cues = longest(hit for hit in named if hit.phrase.role == "cue")
    others = (hit for hit in cues if hit.phrase.value not in _OTHERS)
    return next((hit for hit in others if hit.start < latest.end or not hit.phrase.label_only), None)
