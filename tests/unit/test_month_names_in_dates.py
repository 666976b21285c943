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
