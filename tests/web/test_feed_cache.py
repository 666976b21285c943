from __future__ import annotations

import gzip

import brotli
import pytest

from calendar_service.web.kept import FeedAnswer, FeedCache
from calendar_service.web.polling import key_of
from tests.web.world import NOW


@pytest.mark.parametrize("private", [False, True])
def test_what_is_kept_of_feeds_stays_under_its_limit_also_as_answers_grow(private: bool) -> None:
    cache = FeedCache(limit=400_000)
    for number in range(50):
        answer = FeedAnswer(b"%05d" % number * 4000, "text/calendar", NOW, private=private)
        cache.put(("/feeds/all.ics", str(number)), answer)
        for coding, unpack in (("gzip", gzip.decompress), ("br", brotli.decompress)):
            assert unpack(answer.coded(coding)[0]) == answer.body
        cache.put(("/feeds/all.ics", str(number)), answer)
        assert cache.bytes <= cache.limit
    kept = [number for number in range(50) if cache.get(("/feeds/all.ics", str(number)))]
    assert kept == list(range(50 - len(kept), 50))
    assert 10 < len(kept) < 20
    for number in kept:
        cache.drop(("/feeds/all.ics", str(number)))
    assert (cache.bytes, len(cache)) == (0, 0)


def test_a_question_mark_inside_a_path_is_not_taken_for_a_querys() -> None:
    decoded = key_of({"PATH_INFO": "/feeds/x.ics?past=0", "QUERY_STRING": "kind=ex"})
    assert decoded != key_of({"PATH_INFO": "/feeds/x.ics", "QUERY_STRING": "past=0?kind=ex"})
    assert key_of({"PATH_INFO": "/feeds/x.ics"}) == ("/feeds/x.ics", "")
