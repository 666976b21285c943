"""Where the lines of a paragraph are broken does not change what is read."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calendar_service.text.plain import read_plain
from tests.extracting import told

WIDTHS = st.integers(50, 140)
TEXTS = {
    "en": "The board of Orchard Pumps plc has declared an interim dividend of 12.5 pence per ordinary share for the half year ended 31 March 2026. It will be paid on 18 June 2026 to shareholders on the register at the close of business on 22 May 2026. The ex-dividend date is 21 May 2026.",
    "de": "Die Lindhof Maschinen AG schüttet für das Geschäftsjahr 2025 eine Dividende von 0,75 Euro je Aktie aus. Die Auszahlung der Dividende erfolgt am 18. Mai 2026; ab dem 13. Mai 2026 wird die Aktie ex Dividende gehandelt.",
    "fr": "Les Filatures de la Meuse verseront un dividende de 0,75 euro par action. Le détachement du dividende aura lieu le 18 mai 2026 et la mise en paiement le 20 mai 2026.",
    "es": "Talleres Guadiana, S.A. pagará un dividendo de 0,75 euros por acción. El pago se hará efectivo el 18 de mayo de 2026 y las acciones cotizarán sin derecho al dividendo desde el 14 de mayo de 2026.",
    "it": "Tessiture Adda S.p.A. distribuirà un dividendo di 0,75 euro per azione. Data di stacco: 18 maggio 2026. Il dividendo sarà messo in pagamento il 20 maggio 2026.",
    "nl": "Vliet Staal N.V. keert een dividend van 0,75 euro per aandeel uit. Vanaf 18 mei 2026 noteert het aandeel ex-dividend. Het dividend wordt betaalbaar gesteld op 22 mei 2026.",
    "en, wire": "DES MOINES, Iowa, October 20, 2025 (GLOBE NEWSWIRE) -- Prairie Loan Financial Corporation (NYSE: PLFC) announced that its Board of Directors declared a dividend of $0.25 per share on the common stock of the company, payable on November 28, 2025 to holders of record on November 14, 2025.",
    "en, dash": 'CALGARY, Alberta--(Newswire Corp. - July 8, 2025) - Kettle Lake Energy Inc. (TSX: KLE) (the "Company") will pay a dividend of $0.25 per share on August 15, 2025 to shareholders of record on July 31, 2025.',
    "de, Verhältnis": "Die Hauptversammlung der Lindhof Maschinen AG hat beschlossen, das Grundkapital durch Zusammenlegung der Aktien herabzusetzen. Ab dem 19. Februar 2026 werden die Aktien im Verhältnis 10 : 1 konvertiert notiert.",
}
UNSPACED = {
    "ja": "当社は、本日開催の取締役会において、2026年3月31日を基準日とする剰余金の配当を行うことを決議いたしましたので、お知らせいたします。1株当たりの配当金は25円とし、2026年6月28日を支払開始日といたします。",
    "zh": "董事会欣然宣布，派发截至2025年12月31日止年度的末期股息每股普通股15港仙，末期股息将于2026年6月23日派付予于2026年6月12日名列本公司股东名册的股东，除息日为2026年6月9日。",
}


@pytest.mark.parametrize("language", TEXTS)
@settings(max_examples=30, deadline=None)
@given(width=WIDTHS)
@example(width=60)
@example(width=80)
def test_a_paragraph_may_be_wrapped_at_any_width(language: str, width: int) -> None:
    text = TEXTS[language]
    whole = told(text, None)
    assert whole
    wrapped = textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
    assert told(wrapped, None) == whole
    assert told("\n".join(f"  {line}" for line in wrapped.split("\n")), None) == whole


DISCLAIMER = (
    "This press release contains forward-looking statements within the meaning of the applicable securities laws. Such statements "
    "involve known and unknown risks and uncertainties, and the actual results may differ materially from those that are described "
    "in the statements. The Company undertakes no obligation to update them, and the information in this release is not an offer to "
    "buy or to sell the shares of the Company in any country in which it would not be allowed by the law of that country."
)


@pytest.mark.parametrize("language", TEXTS)
def test_a_longer_disclaimer_in_english_below_changes_nothing(language: str) -> None:
    text = TEXTS[language]
    whole = told(text, None)
    assert told(f"{text}\n\n{DISCLAIMER}\n\n{DISCLAIMER}", None) == whole


@pytest.mark.parametrize("language", UNSPACED)
@settings(max_examples=30, deadline=None)
@given(width=st.integers(20, 60))
@example(width=30)
@example(width=40)
def test_a_paragraph_without_blanks_may_be_wrapped_anywhere(language: str, width: int) -> None:
    text = UNSPACED[language]
    whole = told(text, None)
    assert whole
    lines = [text[place : place + width] for place in range(0, len(text), width)]
    assert told(read_plain("\n".join(lines)).content, None) == whole


@pytest.mark.parametrize("part", ["\t", " | ", ": ", "    ", " ........ "])
def test_a_label_may_be_parted_from_its_day_in_any_way(part: str) -> None:
    labels = {"Ex-dividend date": "21 May 2026", "Record date": "22 May 2026", "Payment date": "18 June 2026"}
    rows = "\n".join(f"{label}{part}{day}" for label, day in labels.items())
    text = f"Orchard Pumps plc pays a dividend of 12.5 pence per share.\n\n{rows}"
    assert told(text, None) == [
        ("GBP 0.125", {"ex": "2026-05-21", "record": "2026-05-22", "payment": "2026-06-18"})
    ]


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "– ", "● ", "✓ "])
def test_labels_may_be_items_of_a_list(bullet: str) -> None:
    labels = {
        "Dividend amount": "NOK 3.00 per share",
        "Ex-date": "21 May 2026",
        "Date of approval": "20 May 2026",
    }
    rows = "\n\n".join(f"{bullet}{label}: {said}" for label, said in labels.items())
    text = f"Fjord Verk ASA: Key information on the proposed cash dividend\n\n{rows}"
    assert told(text, None) == [("NOK 3.00", {"ex": "2026-05-21", "meeting": "2026-05-20"})]


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_rows_of_a_table_may_be_parted_by_blank_lines(gap: str) -> None:
    rows = [
        "Dividend\tRecord date\tPayment date",
        "$0.20\t4 May 2026\t5 June 2026",
        "$0.21\t4 August 2026\t7 September 2026",
    ]
    text = f"Orchard Pumps Inc. has declared these dividends per share:\n\n{gap.join(rows)}"
    assert told(text, None) == [
        ("? 0.20", {"record": "2026-05-04", "payment": "2026-06-05"}),
        ("? 0.21", {"record": "2026-08-04", "payment": "2026-09-07"}),
    ]
