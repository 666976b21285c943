"""Phrases that a lexicon builds of parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from calendar_service.errors import DataFileError
from calendar_service.extract.lexicon.checking import load_file
from calendar_service.extract.lexicon.wording import spell_out

PARTS = {"be": ["is", "will be"], "paid": ["{|fully} paid", "settled"], "round": ["{round}"]}
LEXICON = """
language = "xx"
name = "Test"
[parts]
be = ["is", "will be"]
[[cue]]
field = "payment"
phrases = ["{be} paid"]
[[cue]]
field = "record"
phrases = ["is paid"]
"""


def test_text_without_slots_stands_for_itself() -> None:
    assert spell_out("will be paid", PARTS) == ["will be paid"]


def test_parts_and_choices_go_together_in_every_way() -> None:
    assert sorted(spell_out("{be} {paid} {on|}", PARTS)) == [
        *("is fully paid", "is fully paid on", "is paid", "is paid on", "is settled", "is settled on"),
        *("will be fully paid", "will be fully paid on", "will be paid", "will be paid on"),
        *("will be settled", "will be settled on"),
    ]


@pytest.mark.parametrize(("text", "reason"), [("{gone} on", "unknown part"), ("{round} on", "holds itself")])
def test_slips_are_named(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        spell_out(text, PARTS)


def test_written_out_phrase_goes_before_a_built_one(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(LEXICON, encoding="utf-8")
    said = {phrase.text: phrase.value for phrase in load_file(path).phrases}
    assert said == {"is paid": "record", "will be paid": "payment"}


def test_unknown_part_is_an_error_with_file_and_key(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(LEXICON.replace("{be} paid", "{bee} paid"), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"xx\.toml: cue\[0\]\.phrases: unknown part \{bee\}"):
        load_file(path)


def test_two_families_with_another_meaning_for_one_phrase_are_an_error(tmp_path: Path) -> None:
    path = tmp_path / "xx.toml"
    path.write_text(LEXICON.replace('"is paid"', '"{is|was} paid"'), encoding="utf-8")
    with pytest.raises(DataFileError, match=r"xx\.toml: cue\.record: 'is paid' is also in 'payment'"):
        load_file(path)
