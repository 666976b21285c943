"""Words of ours inside the issuer's own name say nothing of what it announces ("Split Rock Mines Ltd.", "Merger Fund Inc.")."""

from __future__ import annotations

from collections.abc import Iterator

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import fold

_SEVERAL = 2


def outside_name(hits: list[Hit], shadow: str, name: str) -> list[Hit]:
    """The hits, in the order of their starts, without those that lie inside the issuer's full name, wherever it stands.

    A title may have been taken for the name ("Aktiensplit der Lindental Metall AG"): a word of ours is part of it only where
    the name stands several times, and what follows that word never without it.
    """
    name = fold(name)
    spans = [*_places(name, shadow)]
    if len(spans) < _SEVERAL:
        return hits
    kept: list[Hit] = []
    # By where a word ends in the name: each place is asked once, however often the name stands.
    belongs: dict[int, bool] = {}
    at = 0
    for hit in hits:
        while at < len(spans) - 1 and spans[at][1] <= hit.start:
            at += 1
        start, end = spans[at]
        place = hit.end - start
        inside = start <= hit.start < hit.end <= end
        if inside and place not in belongs:
            belongs[place] = _belongs(name[place:], len(spans), shadow)
        if not (inside and belongs[place]):
            kept.append(hit)
    return kept


def _places(name: str, shadow: str) -> Iterator[tuple[int, int]]:
    place = shadow.find(name)
    while place >= 0:
        yield place, place + len(name)
        place = shadow.find(name, place + len(name))


def _belongs(rest: str, count: int, shadow: str) -> bool:
    """Whether what follows a word in a name stands in the text only together with it, the legal form aside."""
    words = rest.split()
    return len(words) < _SEVERAL or shadow.count(rest.strip()) <= count
