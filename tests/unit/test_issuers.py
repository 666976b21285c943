from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from calendar_service.errors import DataFileError
from calendar_service.extract import Extractor, load
from calendar_service.extract.candidates.identifiers import (
    find_identifiers,
    is_cusip,
    is_isin,
    is_lei,
    is_sedol,
)
from calendar_service.extract.issuer.issuers import IssuerReader, clean_name, doubts_of
from calendar_service.extract.issuer.known import Known, load_issuers
from calendar_service.model.announcement import Issuer
from calendar_service.model.document import Text
from calendar_service.model.values import SecurityId
from tests.announcing import in_words


@cache
def extractor() -> Extractor:
    return load()


def read(text: str, title: str = "") -> Issuer | None:
    return IssuerReader(extractor().lexicons).read(text, title)


def tickers(issuer: Issuer | None) -> list[str]:
    assert issuer is not None
    return [f"{one.mic}:{one.value}" for one in issuer.ids if one.scheme == "ticker"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("OMAHA, Neb., June 24, 2026 -- Harrow Tool Corp. (NYSE: HTC) today announced", "Harrow Tool Corp."),
        ("The Board of Directors of Granby Mills Paper Company has declared", "Granby Mills Paper Company"),
        ("The Annual Meeting of Shareholders of Lakeview Foods, Inc. will be held", "Lakeview Foods, Inc."),
        ("On February 11, 2025, Harrow Tool Corporation (the “Company”) said", "Harrow Tool Corporation"),
        ("Internet Initiative Nippon Inc. announced today", "Internet Initiative Nippon Inc."),
        ("Harrow Tool Corp.'s board declared a dividend", "Harrow Tool Corp."),
        ("Phillips Vale & Company, Inc. (“PV” or the “Company”) announced", "Phillips Vale & Company, Inc."),
        ("Angel Fir Financial Strategies Income Term Trust (the “Fund”) declared", "Angel Fir Financial Strategies Income Term Trust"),
        ('TTX AG invites shareholders\n\nTTX Beteiligungs- und Grundbesitz-AG ("TTX AG") invites', "TTX Beteiligungs- und Grundbesitz-AG"),
        ("HARROW TOOL CORP.\n(Exact name of registrant as specified in its charter)\nBig Bank, N.A. (the “Company”)", "HARROW TOOL CORP."),
        ("COMPANY CONFORMED NAME:\t\t\tHARROW TOOL CORP\nFoo Inc. (NYSE: FOO)", "HARROW TOOL CORP"),
        ("Issuer name\tLotus Bay Logistics Holdings Limited\nStock code\t09871", "Lotus Bay Logistics Holdings Limited"),
        ("Name of entity\nWandoo Ridge Mining Limited\n", "Wandoo Ridge Mining Limited"),
        ("A dividend was declared.\n\nSOURCE Harrow Tool Corp.", "Harrow Tool Corp."),
        ("About Harrow Tool Corp.\n\nHarrow makes tools.", "Harrow Tool Corp."),
        ("By order of the Board\nKallang Docks Ltd\nSingapore, 3 May 2026", "Kallang Docks Ltd"),
        ("To\nNational Stock Exchange of India Limited\nSub: dividend\nFor Sahya Agro Limited", "Sahya Agro Limited"),
        ("Benchmark (AIM: BMKX), the fish group\n\nBenchmark Fisheries plc Tel: 0114", "Benchmark Fisheries plc"),
        ("Stück 715 SEIKA EPSOM CORP. JP3414750004 (471496)", "SEIKA EPSOM CORP."),
        ("Baader Bank AG   Weihenstephaner Straße 4\nNominale ISIN: DE0007164600 WKN: 716460\nSTK 0,867 Nordlicht AG", "Nordlicht AG"),
        ("Die Nordlicht Energie AG zahlt eine Dividende.", "Nordlicht Energie AG"),
        ("Vorstand und Aufsichtsrat der Nordlicht AG schlagen vor", "Nordlicht AG"),
        ("Nordwind GmbH macht ein Angebot an die Aktionäre der Kranich Solar AG (ISIN DE0007164600).", "Kranich Solar AG"),
        ("A Energética do Vale S.A. comunica aos seus acionistas", "Energética do Vale S.A."),
        ("El Consejo de Administración de Aceites del Sur, S.A., en su reunión", "Aceites del Sur, S.A."),
        ("Groupe Ardennais d'Énergie\nAcompte sur dividende", "Groupe Ardennais d'Énergie"),
        ("Offre publique d'achat visant les actions Imprimeries Duval & Fils\nParis", "Imprimeries Duval & Fils"),
        ("Openbaar bod op Merwede Techniek N.V.: verlengd\nStroom Holding B.V. heeft", "Merwede Techniek N.V."),
        ("Telemar del Nord: fissate le condizioni", "Telemar del Nord"),
        ("Saimaan Sahat Oyj:n osakkeenomistajat kutsutaan", "Saimaan Sahat Oyj"),
        ("Kallelse till årsstämma i Norrlandsskog AB (publ)", "Norrlandsskog AB (publ)"),
        ("publishedbyZaptor ASA on 5 May", "Zaptor ASA"),
        ("会 社 名 霧島精機株式会社\n代表者名 早川 誠一", "霧島精機株式会社"),
        ("2026年４月10日\n株式会社三ツ矢測量\n（コード番号1799 東証スタンダード）", "株式会社三ツ矢測量"),
        ("株式会社ミナト\n赤城産業株式会社（証券コード：3699）の株券等に対する公開買付け", "赤城産業株式会社"),
        ("证券代码：600997 证券简称：锦川酒业\n成都锦川酒业股份有限公司公告", "成都锦川酒业股份有限公司"),
        ("公司代號：6999  公司名稱：竹科光學\n主旨：公告", "竹科光學"),
        ("茲通告南灣物業發展有限公司謹訂於", "南灣物業發展有限公司"),
        ("회사명 : 새솔제약\n배당", "새솔제약"),
        ("(주)한빛소재\n현금배당 결정", "(주)한빛소재"),
        ("한빛소재/현금ㆍ현물배당 결정/(2026.02.10)", "한빛소재"),
    ],
)  # fmt: skip
def test_names(text: str, name: str) -> None:
    issuer = read(text)
    assert issuer is not None
    assert issuer.name == name
    assert issuer.evidence is not None
    assert text[issuer.evidence.start : issuer.evidence.end] == issuer.evidence.quote


@pytest.mark.parametrize(
    "text",
    [
        "The Company will pay a dividend.",
        "1. 배당구분 결산배당\n2. 배당종류 현금배당",
        "有価証券報告書 第58期(平成27年1月1日-平成27年12月31日)\n配当に関する事項",
        "Dividend dates and amount per share\nEx-dividend date 28 January 2021",
        "Company Secretary: Eleanor Pryce\nAnnual General Meeting",
        "Finansiell kalender\n2020-01-09 Beslutad utdelning",
        "Regulatory filing: the meeting is on Wednesday",
        "",
    ],
)
def test_no_name_where_none_is_said(text: str) -> None:
    issuer = read(text)
    assert (issuer.name if issuer else "") == ""


def test_a_title_names_who_the_text_leaves_out() -> None:
    issuer = read("Dividend amount: NOK 12.00 per share", "Wilh. Hansen Holding ASA: Key information")
    assert issuer == Issuer("Wilh. Hansen Holding ASA")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Harrow Corp. (NYSE: HTC)", ["XNYS:HTC"]),
        ("Harrow Corp. (NASDAQ: HTC; TSX: HTC.A)", ["XNAS:HTC", "XTSE:HTC.A"]),
        ("Harrow Corp. (NASDAQ: HTC) (CSE: HTC)", ["XNAS:HTC", "XCNQ:HTC"]),
        ("Harrow Corp. (NYSE, TSX: HTW)", ["XNYS:HTW", "XTSE:HTW"]),
        ("Harrow Corp. (NYSE: HTC, HTC.PRA)", ["XNYS:HTC", "XNYS:HTC.PRA"]),
        ("Harrow Corp. (NASDAQ-GS: HTC)", ["XNAS:HTC"]),
        ("Harrow Corp. (NYSE American: HTC)", ["XASE:HTC"]),
        ("Harrow Corp. (OTCQX: HTCF)", ["OTCM:HTCF"]),
        ("Harrow Corp. (Nasdaq:HTCI) (TSE1:3774)", ["XNAS:HTCI", "XTKS:3774"]),
        ("Harrow Corp. (TSE: 7999)", ["XTKS:7999"]),
        ("Maple Corp. (TSE: MPI)", ["XTSE:MPI"]),
        ("Lofoten ASA (OSE: LOFK)", ["XOSL:LOFK"]),
        ("Berg AG (SIX: BERG)", ["XSWX:BERG"]),
        ("Kamady Ltd. (TASE: KMDY.TA)", ["XTAE:KMDY"]),
        ("Tower Ltd. (0788.HK)", ["XHKG:0788"]),
        ("Energia S.A. (B3: ENCE3)", ["BVMF:ENCE3"]),
        ("Energia S.A.\nR$ 0,01 por ação ENCE3 (ON) e R$ 0,02 por ação ENCE4 (PN)", ["BVMF:ENCE3", "BVMF:ENCE4"]),
        ("Grupo Sur, S.A.B. de C.V. (BMV: GSUR)", ["XMEX:GSUR"]),
        ("Verrerie SA (Euronext Paris : VVC)", ["XPAR:VVC"]),
        ("Harrow Corp.\nStock code 00215", ["XHKG:00215"]),
        ("Sahya Limited\nSymbol: SAHYA   Scrip Code: 599871", ["XNSE:SAHYA", "XBOM:599871"]),
        ("Umlazi Limited\nShare code: UPB", ["XJSE:UPB"]),
        ("Wandoo Limited\nASX code: WRM", ["XASX:WRM"]),
        ("Trading symbol: HTC\nHarrow Tool Corp.", ["None:HTC"]),
        ("Harrow Corp. trades on the New York Stock Exchange under the symbol “HTC”.", ["XNYS:HTC"]),
        ("北電機株式会社\n証券コード：7999 東証プライム", ["XTKS:7999"]),
        ("北電機株式会社\nコード番号 ４５９９（東証グロース）", ["XTKS:4599"]),
        ("証券コード 285A\n北電機株式会社", ["XTKS:285A"]),
        ("酒业股份有限公司\n证券代码：600997", ["XSHG:600997"]),
        ("酒业股份有限公司\n证券代码：002997", ["XSHE:002997"]),
        ("東灣能源控股有限公司\n（股份代號：9874）", ["XHKG:9874"]),
        ("公司代號：6999  公司名稱：竹科光學", ["XTAI:6999"]),
        ("새솔제약 주식회사\nKOSDAQ 198770", ["XKOS:198770"]),
        ("새솔제약 주식회사\n종목코드 005930", ["XKRX:005930"]),
        ("Harrow Corp. said at 10:30 a.m. NOTE: ALL", []),
    ],
)  # fmt: skip
def test_tickers(text: str, found: list[str]) -> None:
    assert tickers(read(text)) == found


def test_a_symbol_without_a_market_gets_the_one_of_its_isin() -> None:
    assert tickers(read("Umlazi Corp.\nTicker: UPB   ISIN ZAE000015889")) == ["XJSE:UPB"]


def test_symbols_and_identifiers_of_others_are_left_out() -> None:
    text = (
        "Amber Holdings, Inc. (NYSE: AMBH) will buy Copper Corp. (NASDAQ: CPLN, ISIN US0378331005). Copper's "
        "successor trades on the NYSE under the symbol “CPLX”."
    )
    issuer = read(text)
    assert issuer is not None
    assert [(one.scheme, one.value, one.mic) for one in issuer.ids] == [("ticker", "AMBH", "XNYS")]


def test_a_custodians_lei_is_not_the_issuers() -> None:
    text = "Stück 9 Nordlicht AG DE0007164600\nBaader Bank AG, LEI 529900JFOPPEDUR61H13"
    issuer = read(text)
    assert issuer is not None
    assert [one.scheme for one in issuer.ids] == ["isin"]


def test_check_digits() -> None:
    assert [is_isin(value) for value in ("US0378331005", "US0378331006")] == [True, False]
    assert [is_cusip(value) for value in ("037833100", "037833101")] == [True, False]
    assert [is_sedol(value) for value in ("0263494", "0263495")] == [True, False]
    assert [is_lei(value) for value in ("529900JFOPPEDUR61H13", "529900JFOPPEDUR61H14")] == [True, False]
    text = "ISIN US0378331005 (not US0378331006), CUSIP: 037833100, SEDOL 0263494, CIK 320193"
    assert [one.id.value for one in find_identifiers(text)] == [
        "US0378331005",
        "037833100",
        "0263494",
        "0000320193",
    ]


def test_an_isin_of_another_country_than_the_market_is_a_doubt() -> None:
    tokyo = SecurityId("ticker", "7999", "XTKS")
    assert doubts_of(Issuer("X", (tokyo, SecurityId("isin", "JP3756600007")))) == ()
    assert (
        doubts_of(Issuer("X", (SecurityId("ticker", "X", "XNYS"), SecurityId("isin", "JP3756600007")))) == ()
    )
    assert in_words(doubts_of(Issuer("X", (tokyo, SecurityId("isin", "US0378331005"))))) == (
        "The ISIN is of another country than the ticker's market: 7999 on XTKS.",
    )
    text = "Harrow Corp. (TSE: 7999, ISIN US0378331005) will pay a dividend of JPY 10 per share on June 26, 2026."
    (announcement,) = extractor().read(Text(text, "plain")).announcements
    assert any(str(one).startswith("The ISIN is of another country") for one in announcement.doubts)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("Foo\x00\x1b Bar\u202e\nInc.", "Foo Bar Inc."),
        ("<b>Foo</b> Inc.", "Foo Inc."),
        ("A" * 10_000, "A" * 200),
        (' "Foo" ', "Foo"),
    ],
)
def test_hostile_names_are_cleaned(name: str, clean: str) -> None:
    assert clean_name(name) == clean


KNOWN = Known(
    "Harrow Tool Corp.", ("HTC", "ハロー工具"), (("HTC", "XNYS"),), ("US0378331005",), "XNYS", "USD"
)


@pytest.mark.parametrize(
    "text",
    [
        "HTC: dividend declared",
        "Other Name Inc. (NYSE: HTC)",
        "Other Name Inc. (ISIN US0378331005)",
        "会社名：ハロー工具\n配当",
        "HARROW TOOL CORP.\nDividend",
    ],
)
def test_described_issuers_are_recognised(text: str) -> None:
    issuer = IssuerReader(extractor().lexicons, (KNOWN,)).read(text, "")
    assert issuer is not None
    assert issuer.name == "Harrow Tool Corp."
    assert {("HTC", "XNYS"), ("US0378331005", None)} == {(one.value, one.mic) for one in issuer.ids}
    assert issuer.aliases == ("HTC", "ハロー工具")


def test_a_described_issuer_is_not_seen_in_another_name() -> None:
    issuer = IssuerReader(extractor().lexicons, (KNOWN,)).read("HTCX Holdings plc (LSE: HTCX) pays", "")
    assert issuer is not None
    assert issuer.name == "HTCX Holdings plc"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[issuer]]\nname = 1", "issuer[0].name: must be a text"),
        ('[[issuer]]\nname = "X"\nnick = "Y"', "issuer[0].nick: unknown key"),
        ('[[issuer]]\nname = "X"\naliases = "Y"', "issuer[0].aliases: must be a list"),
        ('[[issuer]]\nname = "X"\nisins = ["US0378331006"]', "check digit is wrong"),
        ('[[issuer]]\nname = "X"\ntickers = ["Y"]', "issuer[0].tickers: must be a table"),
        ("[issuer]\nname = 'X'", "issuer: entries must be written as [[issuer]]"),
        ("name = ", "cannot be read as TOML"),
    ],
)
def test_mistakes_in_the_file_are_named(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "issuers.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError) as error:
        load_issuers(path)
    assert problem in str(error.value)


def test_the_file_that_ships_is_right_and_a_missing_one_is_told(tmp_path: Path) -> None:
    assert load_issuers(None) == ()
    with pytest.raises(DataFileError):
        load_issuers(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "name", ["Moller A/S", "3i Group plc", "Volta S/A", "Booking.com", "Amazon.com, Inc."]
)
def test_names_with_signs_of_addresses_are_names(name: str) -> None:
    issuer = read(f"{name} declares a dividend of EUR 0.11 per share.")
    assert issuer is not None
    assert issuer.name == name


@pytest.mark.parametrize(
    "name",
    [
        "Sign in at www.evil.example plc",
        "Locked WWW.evil.example plc",
        "Claim at https://evil.example/x Ltd",
        "www.evil.example",
    ],
)
def test_an_address_of_a_site_is_nobodys_name(name: str) -> None:
    assert read(f"{name} declares a dividend of EUR 0.11 per share.") is None
    assert read(f"Issuer name: {name}\n\nA dividend of EUR 0.11 is paid.") is None
    assert read("A dividend of EUR 0.11 is paid.", title=f"{name} declares a dividend") is None


def test_a_row_is_not_named_by_a_site() -> None:
    reader = IssuerReader(extractor().lexicons)
    assert reader.is_company("Amazon.com, Inc.")
    assert not reader.is_company("Locked www.evil.example Inc.")


@pytest.mark.parametrize(
    "line",
    [
        "上場会社名 三ツ矢測量株式会社 上場取引所 東",
        "会社名 三ツ矢測量株式会社 コード番号 1799",
        "会社名：三ツ矢測量株式会社 代表者名 代表取締役 山川三郎",
    ],
)
def test_the_next_label_of_a_line_is_no_part_of_a_name(line: str) -> None:
    issuer = read(f"{line}\n1株当たり配当金 10円")
    assert issuer is not None
    assert issuer.name == "三ツ矢測量株式会社"


def test_a_word_of_a_form_with_a_number_is_nobodys_name() -> None:
    assert read("회사명: 이사회 12\n1주당 배당금 100원") is None
