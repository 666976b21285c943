"""Where the lines of a paragraph are broken does not change what is read."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.extracting import told

WIDTHS = st.integers(50, 140)
TEXTS = {
    "en": "The board of Orchard Pumps plc has declared an interim dividend of 12.5 pence per ordinary share for the half year ended 31 March 2026. It will be paid on 18 June 2026 to shareholders on the register at the close of business on 22 May 2026. The ex-dividend date is 21 May 2026.",
    "de": "Die Lindhof Maschinen AG schüttet für das Geschäftsjahr 2025 eine Dividende von 0,75 Euro je Aktie aus. Die Auszahlung der Dividende erfolgt am 18. Mai 2026; ab dem 13. Mai 2026 wird die Aktie ex Dividende gehandelt.",
    "fr": "Les Filatures de la Meuse verseront un dividende de 0,75 euro par action. Le détachement du dividende aura lieu le 18 mai 2026 et la mise en paiement le 20 mai 2026.",
    "es": "Talleres Guadiana, S.A. pagará un dividendo de 0,75 euros por acción. El pago se hará efectivo el 18 de mayo de 2026 y las acciones cotizarán sin derecho al dividendo desde el 14 de mayo de 2026.",
    "it": "Tessiture Adda S.p.A. distribuirà un dividendo di 0,75 euro per azione. Data di stacco: 18 maggio 2026. Il dividendo sarà messo in pagamento il 20 maggio 2026.",
    "nl": "Vliet Staal N.V. keert een dividend van 0,75 euro per aandeel uit. Vanaf 18 mei 2026 noteert het aandeel ex-dividend. Het dividend wordt betaalbaar gesteld op 22 mei 2026.",
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


@pytest.mark.parametrize("part", ["\t", " | ", ": ", "    ", " ........ "])
def test_a_label_may_be_parted_from_its_day_in_any_way(part: str) -> None:
    labels = {"Ex-dividend date": "21 May 2026", "Record date": "22 May 2026", "Payment date": "18 June 2026"}
    rows = "\n".join(f"{label}{part}{day}" for label, day in labels.items())
    text = f"Orchard Pumps plc pays a dividend of 12.5 pence per share.\n\n{rows}"
    assert told(text, None) == [
        ("GBP 0.125", {"ex": "2026-05-21", "record": "2026-05-22", "payment": "2026-06-18"})
    ]


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
