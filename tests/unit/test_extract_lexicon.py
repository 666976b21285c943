from __future__ import annotations

from pathlib import Path
from zoneinfo import available_timezones

import pytest

from calendar_service.errors import DataFileError
from calendar_service.extract import load
from calendar_service.extract.lexicon.checking import load_file, load_folder

HEAD = 'language = "xx"\nname = "Test"\n'


def written(folder: Path, text: str) -> Path:
    path = folder / "xx.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("language = 3", "language: must be a text"),
        ('language = "english"\nname = "E"', "language: 'english' is no language code"),
        (HEAD + "frases = []", "frases: unknown key"),
        (HEAD + 'common = "the"', "common: must be a list"),
        (HEAD + 'common = [""]', "common[0]: must be a text that is not empty"),
        (HEAD + 'letters = "z-a"', "letters: is no character class"),
        (HEAD + 'zone = "Tokyo time"', "zone: must be an IANA zone"),
        (HEAD + '[money]\nads_ratios = ["ads is {shares}"]', "money.ads_ratios[0]: unknown slot {shares}"),
        (HEAD + 'variants = "發发權"', "variants: must be pairs of signs"),
        (HEAD + '[numbers]\nfigures = ["〇", "一"]', "numbers.figures: must be fourteen texts"),
        (HEAD + '[money]\nhomes = { taiwan = ["taipei"] }', "money.homes: must be a table: ISO 4217 codes"),
        (HEAD + '[dates]\norder = "dym"', "dates.order: 'dym' is none of"),
        (HEAD + '[dates]\nmonths = [["january"]]', "dates.months: must be twelve lists"),
        (HEAD + '[dates]\npatterns = ["{month} {dag}"]', "dates.patterns[0]: unknown slot {dag}"),
        (HEAD + '[dates]\npatterns = ["{month} ({day}"]', "dates.patterns[0]: brackets do not match"),
        (
            HEAD + '[money]\ncurrencies = { crowns = "Kc" }',
            "money.currencies.crowns: 'Kc' is no ISO 4217 code",
        ),
        (HEAD + "[money]\nper_many = { lot = 0 }", "money.per_many.lot: must be a number of shares"),
        (HEAD + '[[cue]]\nfield = "recrod"\nphrases = ["x"]', "cue[0].field: 'recrod' is none of"),
        (HEAD + '[[cue]]\nfield = "record"\nlook = "up"\nphrases = ["x"]', "cue[0].look: 'up' is none of"),
        (
            HEAD + '[[cue]]\nfield = "record"\nwithin = 900\nphrases = ["x"]',
            "cue[0].within: must be a whole number",
        ),
        (
            HEAD + '[[cue]]\nfield = "record"\nphrases = ["Record"]',
            "cue[0].phrases: 'Record' must be in lower case",
        ),
        (HEAD + '[[cue]]\nfield = "record"\nphrases = [" - "]', "cue[0].phrases: ' - ' has no letter"),
        (HEAD + '[[event]]\ntype = "dividend"\nphrases = ["x"]', "event[0].type: 'dividend' is none of"),
        (HEAD + '[[mark]]\nname = "pasta"\nphrases = ["x"]', "mark[0].name: 'pasta' is none of"),
        (
            HEAD + '[[cue]]\nfield = "ex"\nphrases = ["{a|b x"]',
            "cue[0].phrases: '{a|b x': brackets do not match",
        ),
        (HEAD + "[mark]\nname = 3", "mark: must be written as [[mark]]"),
    ],
)
def test_mistake_is_told_with_file_and_key(tmp_path: Path, text: str, place: str) -> None:
    with pytest.raises(DataFileError) as caught:
        load_file(written(tmp_path, text))
    assert str(caught.value).startswith(f"xx.toml: {place}")


def test_phrase_in_two_lists_is_told(tmp_path: Path) -> None:
    twice = '[[cue]]\nfield = "record"\nphrases = ["record date"]\n[[cue]]\nfield = "ex"\nphrases = ["record-date"]'
    with pytest.raises(DataFileError, match=r"xx.toml: cue.ex: 'record-date' is also in 'record'"):
        load_file(written(tmp_path, HEAD + twice))


def test_month_with_two_numbers_is_told(tmp_path: Path) -> None:
    months = "[dates]\nmonths = [['mar'], ['mar'], [], [], [], [], [], [], [], [], [], []]"
    with pytest.raises(DataFileError, match=r"dates.months\[1\]: 'mar' names two months"):
        load_file(written(tmp_path, HEAD + months))


def test_broken_toml_and_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match=r"xx\.toml: cannot be read as TOML"):
        load_file(written(tmp_path, "language = "))
    with pytest.raises(DataFileError, match=r"none\.toml: cannot be read"):
        load_file(tmp_path / "none.toml")


def test_empty_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataFileError, match="no lexicon"):
        load_folder(tmp_path)


def test_small_lexicon_is_read(tmp_path: Path) -> None:
    text = HEAD + '[[cue]]\nfield = "record"\nwithin = 7\nphrases = ["on the books at"]\nlabels = ["books"]\n'
    lexicon = load_file(written(tmp_path, text))
    assert [(one.text, one.value, one.within, one.label_only) for one in lexicon.phrases] == [
        ("on the books at", "record", 7, False),
        ("books", "record", 7, True),
    ]
    assert lexicon.phrases[0].name == "xx.record:on the books at"


def test_zones_of_the_lexicons_are_known() -> None:
    zones = {lexicon.zone for lexicon in load().lexicons if lexicon.zone}
    assert zones
    assert zones <= available_timezones()


def test_phrase_in_another_spelling_is_read_as_the_one_that_the_variants_name(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + 'variants = "發发"\n[[cue]]\nfield = "payment"\nphrases = ["發放日"]')
    assert [phrase.text for phrase in load_file(path).phrases] == ["发放日"]
