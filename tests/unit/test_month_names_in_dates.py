"""Days whose month is a name between dots, dashes or slashes, as forms write them, in every language with an alphabet."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from calendar_service import extract
from calendar_service.extract.candidates.dates import DateReader
from calendar_service.extract.lexicon.checking import load_folder
from calendar_service.extract.lexicon.lexicon import Lexicon

LEXICONS = [
    one for one in load_folder(Path(extract.__file__).parent / "lexicons") if one.months and not one.substring
]
FORMS = ("24.{}.2026", "24-{}-2026", "24/{}/2026", "24-{}-26", "24/{}/26", "24 {}, 2026")


@pytest.mark.parametrize("lexicon", LEXICONS, ids=lambda one: one.language)
def test_each_name_is_read_in_each_form(lexicon: Lexicon) -> None:
    reader = DateReader(lexicon)
    names = {name: month for name, month in lexicon.months.items() if not name.endswith(".")}
    texts = {form.format(name): date(2026, month, 24) for name, month in names.items() for form in FORMS}
    assert {text: [one.value for one in reader.read(text)] for text in texts} == {
        text: [day] for text, day in texts.items()
    }
    assert len(LEXICONS) == 11


SHORT = {
    "da": "jan feb mar apr maj jun jul aug sep okt nov dec",
    "de": "Jan Feb Mär Apr Mai Jun Jul Aug Sep Okt Nov Dez",
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
    "fr": "janv févr mars avr mai juin juil août sept oct nov déc",
    "it": "gen feb mar apr mag giu lug ago set ott nov dic",
    "nb": "jan feb mar apr mai jun jul aug sep okt nov des",
    "nl": "jan feb mrt apr mei jun jul aug sep okt nov dec",
    "pt": "jan fev mar abr mai jun jul ago set out nov dez",
    "sv": "jan feb mar apr maj jun jul aug sep okt nov dec",
}


@pytest.mark.parametrize("language", SHORT)
def test_short_names_are_read_with_a_stop_and_without(language: str) -> None:
    reader = DateReader(next(one for one in LEXICONS if one.language == language))
    for month, name in enumerate(SHORT[language].lower().split(), start=1):
        whole = name in ("maj", "mai", "may", "mei", "mars", "juin", "août")
        for text in (f"24 {name} 2026", *([] if whole else [f"24 {name}. 2026"])):
            assert [one.value for one in reader.read(text)] == [date(2026, month, 24)], text
