"""Any text gives facts inside its bounds, with quotes that stand there, or none; never an error, always the same."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from calendar_service.extract import load
from calendar_service.extract.candidates.dates import DateReader
from calendar_service.extract.page.normalise import fold
from calendar_service.model.announcement import Reading
from calendar_service.model.document import Text
from calendar_service.model.values import Evidence
from tests.fuzzing import KINDS, LANGUAGES, hostile, sentences, texts

EXTRACTOR = load()


def proofs(reading: Reading) -> list[Evidence]:
    found = [refusal.evidence for refusal in reading.refusals]
    for one in reading.announcements:
        found += [item.evidence for item in one.dates if item.evidence is not None]
        found += [evidence for _, evidence in one.evidence]
        found += [part.evidence for part in (one.amount, one.meeting) if part and part.evidence]
    return found


def check(content: str) -> None:
    text = Text(content, "plain")
    reading = EXTRACTOR.read(text)
    for evidence in proofs(reading):
        assert 0 <= evidence.start <= evidence.end <= len(content)
        assert content[evidence.start : evidence.end] == evidence.quote
        assert evidence.rule
    for one in reading.announcements:
        assert all(item.day is not None for item in one.dates)
    assert EXTRACTOR.read(text) == reading


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text(content: str) -> None:
    check(content)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(0, 10**9))
def test_words_of_a_lexicon_in_any_order(language: str, seed: int) -> None:
    check(next(texts(language, seed)))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**9), st.text(alphabet="\t\n |-:()\u0000\u202e\ufeff0123456789", max_size=60))
def test_real_sentences_with_signs_in_between(seed: int, signs: str) -> None:
    sentence = sentences(seed)
    middle = len(sentence) // 2
    check(sentence[:middle] + signs + sentence[middle:])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(LANGUAGES), st.sampled_from(KINDS), st.integers(1, 2000))
def test_texts_made_to_be_slow(language: str, kind: str, size: int) -> None:
    check(hostile(language, kind, size))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LANGUAGES), st.integers(0, 10**9))
def test_no_date_begins_but_at_the_places_where_one_may(language: str, seed: int) -> None:
    reader = DateReader(next(one for one in EXTRACTOR.lexicons if one.language == language))
    shadow = fold(next(texts(language, seed)))
    everywhere = [place for place, sign in enumerate(shadow) if sign.isalnum()]
    assert reader.read(shadow) == reader.read_at(shadow, everywhere, len(shadow))
