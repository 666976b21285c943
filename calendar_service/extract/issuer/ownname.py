"""Words of ours inside the issuer's own name say nothing of what it announces ("Split Rock Mines Ltd.", "Merger Fund Inc.")."""

from __future__ import annotations

from calendar_service.extract.lexicon.phrases import Hit
from calendar_service.extract.page.normalise import fold


def outside_name(hits: list[Hit], shadow: str, name: str) -> list[Hit]:
    """The hits, in the order of their starts, without those that lie inside the issuer's full name, wherever it stands."""
    name = fold(name)
    place = shadow.find(name)
    spans: list[tuple[int, int]] = []
    while place >= 0:
        spans.append((place, place + len(name)))
        place = shadow.find(name, place + len(name))
    if not spans:
        return hits
    kept: list[Hit] = []
    at = 0
    for hit in hits:
        while at < len(spans) - 1 and spans[at][1] <= hit.start:
            at += 1
        start, end = spans[at]
        if not start <= hit.start < hit.end <= end:
            kept.append(hit)
    return kept
