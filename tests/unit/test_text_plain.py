from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from calendar_service.errors import BudgetError, UnreadableError
from calendar_service.model.document import RawDocument, Text
from calendar_service.text import Limits, read_text
from calendar_service.text.cleaning import clean_characters
from calendar_service.text.plain import read_plain

NOW = datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
JAPANESE = "株式会社青葉は、2027年3月31日を基準日とする剰余金の配当を行うことを決議いたしました。"


def read(content: bytes | str, name: str = "notice.txt", media_type: str | None = None) -> Text:
    data = content.encode() if isinstance(content, str) else content
    return read_text(RawDocument(data, "test:1", name, NOW, media_type))


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp932", "euc_jp", "iso2022_jp"]
)
def test_japanese_in_every_encoding_it_comes_in(encoding: str) -> None:
    assert read(JAPANESE.encode(encoding)).content == JAPANESE


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("gb18030", "本公司董事会决定派发现金红利,股权登记日为2027年6月11日。"),
        ("big5", "本公司董事會決議配發現金股利,除息交易日為2027年7月2日。"),
        ("cp949", "주식회사 한빛은 현금배당을 결정하였습니다. 배당기준일 2027년 12월 31일"),
        ("cp1252", "Die Dividende beträgt 1,20 € je Aktie – zahlbar am 3. März 2027 für alle Aktionäre"),
        ("cp1252", "Le dividende de 0,85 € sera détaché de l’action le 5 août 2027 à l’ouverture du marché"),
    ],
)
def test_other_legacy_encodings(encoding: str, text: str) -> None:
    assert read(text.encode(encoding)).content == text


def test_a_declared_charset_goes_before_detection() -> None:
    text = "Utdelning 3 kr, första dag: 5 maj 2027"
    assert read(text.encode("cp1252"), media_type="text/plain; charset=iso-8859-1").content == text
    html = '<html><head><meta charset="shift_jis"></head><body><p>配当 五円</p></body></html>'
    assert read(html.encode("cp932"), "a.html").content == "配当 五円"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The file is empty"),
        (b" \r\n\0", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a PNG picture"),
        (b"PK\x03\x04" + bytes(50), "a ZIP archive or an Office document"),
        (bytes(range(256)) * 20, "not text"),
        ("\u200b\u202e".encode(), "holds no text"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableError, match=reason):
        read(content)


def test_limits_are_told() -> None:
    with pytest.raises(BudgetError, match="11 bytes; at most 10 are read"):
        read_text(RawDocument(b"x" * 11, "t", "a.txt", NOW), Limits(bytes_in=10))
    with pytest.raises(BudgetError, match="more than 10 characters"):
        read_text(RawDocument(b"x" * 11, "t", "a.txt", NOW), Limits(characters_out=10))


def test_invisible_characters_are_taken_out_and_spaces_made_plain() -> None:
    source = (
        "Record\u00a0date:\u202f3\u2009March\u202a 2027\u200b\r\nEx\u00addate\x07:\u3000x\x0cNext cafe\u0301"
    )
    assert read(source).content == "Record date: 3 March 2027\nExdate: x\nNext café"


def test_full_width_digits_stay_as_they_are() -> None:
    assert read("2027年3月31日").content == "2027年3月31日"


def test_lines_and_columns_of_plain_text_stay() -> None:
    source = "Fund      Record     Pay  \nAlpha     3 March    9 April\n\n\n\nEnd"
    assert read(source).content == "Fund      Record     Pay\nAlpha     3 March    9 April\n\nEnd"


MARKDOWN = """---
title: "Aurora \\"A\\" pays"
date: "2027-02-13 15:00:55"
summary: "Payable 1 January 1999"
tags:
  - "wire"
---

## Dividend

**Aurora plc** (the *“Company”*) pays [20p](https://example.com/a_b) on 3 May 2027[\\*](#f).

Dates:
| | Record Date | Payable |
| --- | --- | ---: |
| A shares | April 15, 2027 | **$0.12** |
| B \\| C | | $0.11 |
After.

```
Fund     Ex-date
*Alpha*  3_May_2027
```
![](https://example.com/p.png) &copy; 2027
"""


def test_markdown_loses_its_marks_and_front_matter() -> None:
    text = read(MARKDOWN, "release.md")
    assert text.title == 'Aurora "A" pays'
    assert text.published == date(2027, 2, 13)
    assert "1999" not in text.content
    assert text.content == (
        "Dividend\n\nAurora plc (the “Company”) pays 20p on 3 May 2027.\n\nDates:\n\n"
        "\tRecord Date\tPayable\nA shares\tApril 15, 2027\t$0.12\nB | C\t\t$0.11\n\nAfter.\n\n"
        "Fund     Ex-date\n*Alpha*  3_May_2027\n\n © 2027"
    )


def test_plain_text_that_shows_marks_of_markdown_loses_them() -> None:
    found = read(
        "# Dividend\n\n**Ex-date:** 21 May 2026\n\nPaid on **18 June 2026**, see [the notice](https://example.com/n)."
    )
    assert found.content == "Dividend\n\nEx-date: 21 May 2026\n\nPaid on 18 June 2026, see the notice."


def test_stars_of_footnotes_are_no_marks() -> None:
    text = "Fund  Amount\nAlder  0.25**\nBirch  0.30**  0.31**\n** estimated"
    assert read(text).content == text


def test_lists_without_blanks_keep_their_lines() -> None:
    text = "配当金支払開始予定日は、2026年6月28日\n定時株主総会の開催予定日、2026年6月27日\n有価証券報告書の提出日、2026年6月29日"
    assert read(text).content == text


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        ("董事会宣派末期股息，每股普通股派发现金1\n5港仙。", "董事会宣派末期股息，每股普通股派发现金15港仙。"),
        ("当社は、本日開催の取締役会において、2026年3月3\n1日を基準日とする。", "当社は、本日開催の取締役会において、2026年3月31日を基準日とする。"),
    ],
)  # fmt: skip
def test_numbers_cut_at_the_end_of_a_line_are_whole(lines: str, whole: str) -> None:
    assert read(lines).content == whole


def test_letters_that_print_joins_are_parted() -> None:
    assert read("The ﬁnal dividend, oﬀicially conﬂated").content == "The final dividend, officially conflated"


def test_front_matter_without_an_end_is_text() -> None:
    assert read("---\ntitle: x\nbody 3 May 2027").content == "---\ntitle: x\nbody 3 May 2027"


def test_json_becomes_names_and_values_and_tables() -> None:
    source = {
        "symbol": "AURO",
        "recordDate": "2027-05-03",
        "amount": 0.10,
        "none": None,
        "actions": [{"ex_date": "2027-05-01", "pay": "20p<br>gross"}, {"ex_date": "2027-08-01"}],
    }
    assert read(json.dumps(source), "answer.json").content == (
        "symbol: AURO\nrecord Date: 2027-05-03\namount: 0.1\nnone:\n\nactions\n\nex date\tpay\n"
        "2027-05-01\t20p gross\n2027-08-01"
    )


def test_deep_json_is_no_danger() -> None:
    assert read("[" * 100_000 + "]" * 100_000, "a.json").content.startswith("[[")


SUBMISSION = """-----BEGIN PRIVACY-ENHANCED MESSAGE-----
<SEC-DOCUMENT>0000000000-27-000001.txt : 20270215
<SEC-HEADER>
FILED AS OF DATE:		20270215
		COMPANY CONFORMED NAME:			AURORA CORP
</SEC-HEADER>
<DOCUMENT>
<TYPE>8-K
<TEXT>
<PAGE>
<TABLE>
<CAPTION>
Class     Record
<S>       <C>
A         March 3, 2027
</TABLE>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>EX-99.1
<TEXT>
<html><body><p>Payable <b>Ma</b>y 3, 2027</p></body></html>
</TEXT>
</DOCUMENT>
<DOCUMENT>
<TYPE>GRAPHIC
<TEXT>
begin 644 a.jpg
M_]C_X
</TEXT>
</DOCUMENT>
</SEC-DOCUMENT>
"""


def test_a_full_submission_gives_its_prose() -> None:
    text = read(SUBMISSION)
    assert text.published == date(2027, 2, 15)
    assert text.title == "AURORA CORP"
    assert text.content == "Class     Record\n\nA         March 3, 2027\n\nPayable May 3, 2027"


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        (
            r'[{"text":"Fern \"Income\" Trust\n\nwill pay $0.05 per unit\non April 15\tto holders\n"}]',
            [
                '[{"text":"Fern "Income" Trust',
                "",
                "will pay $0.05 per unit",
                "on April 15\tto holders",
                '"}]',
            ],
        ),
        (  # breaks around an amount amid a sentence part no paragraphs
            r"from\n \n $0.22\n \n per share to\n \n $0.24\n \n a share.\n \n\n\n The plan\n \n\n Ends.",
            ["from $0.22 per share to $0.24 a share.", "", " The plan", "", " Ends."],
        ),
    ],
)
def test_breaks_that_a_program_wrote_out_are_lines_again(page: str, lines: list[str]) -> None:
    assert read_plain(page).content.splitlines() == lines


def test_a_path_keeps_its_backslashes() -> None:
    assert read_plain(r"See C:\news\today.txt").content == r"See C:\news\today.txt"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("paid on \u202e71\u202c April", "paid on 17 April"),
        ("\u202elirpA 71\npaid", "17 April\npaid"),  # an override ends with its line
        ("a\u202eb\u202dcd\u202ce\u202cf", "aecdbf"),
        ("a\u202cb\u202ac", "abc"),
    ],
)
def test_what_is_turned_round_is_read_as_it_is_shown(stored: str, shown: str) -> None:
    assert clean_characters(stored) == shown


@pytest.mark.parametrize("mark", ["> ", ">", ">> ", "> > "])
def test_what_a_mail_quotes_loses_its_marks(mark: str) -> None:
    lines = ["The dividend of 12p is payable on", "10 June 2026 to holders of record on", "", "8 May 2026."]
    quoted = "\n".join([f"{mark}{line}".rstrip() for line in lines])
    assert read_plain(f"See below.\n\n{quoted}\n\nRegards").content.split("\n") == [
        "See below.",
        "",
        *lines,
        "",
        "Regards",
    ]


def test_one_sign_at_the_head_of_a_line_quotes_nothing() -> None:
    text = "Holdings:\n> 5 % of the shares\n< 5 % of the shares"
    assert read_plain(text).content == text
