"""Currency codes and signs that mean the same in every language (ISO 4217 and common signs)."""

from __future__ import annotations

import re

from calendar_service.model.announcement import Issuer

CODES = frozenset(
    [
        "AED",
        "AOA",
        "ARS",
        "AUD",
        "AZN",
        "BAM",
        "BBD",
        "BDT",
        "BGN",
        "BHD",
        "BRL",
        "BSD",
        "BWP",
        "CAD",
        "CHF",
        "CLP",
        "CNH",
        "CNY",
        "COP",
        "CRC",
        "CZK",
        "DKK",
        "DOP",
        "EGP",
        "ETB",
        "EUR",
        "FJD",
        "GBP",
        "GEL",
        "GHS",
        "GTQ",
        "GYD",
        "HKD",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "IQD",
        "ISK",
        "JMD",
        "JOD",
        "JPY",
        "KES",
        "KRW",
        "KWD",
        "KYD",
        "KZT",
        "LBP",
        "LKR",
        "MAD",
        "MKD",
        "MOP",
        "MUR",
        "MWK",
        "MXN",
        "MYR",
        "MZN",
        "NAD",
        "NGN",
        "NOK",
        "NPR",
        "NZD",
        "OMR",
        "PEN",
        "PGK",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "RWF",
        "SAR",
        "SEK",
        "SGD",
        "SZL",
        "THB",
        "TND",
        "TRY",
        "TTD",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "UZS",
        "VND",
        "XAF",
        "XCD",
        "XOF",
        "ZAR",
        "ZMW",
    ]
)

# "*" is a sign that several currencies share; the context of the issuer decides, or it stays open.
SIGNS = {
    "$": "*", "us$": "USD", "u.s.$": "USD", "usd$": "USD", "u.s. $": "USD", "c$": "CAD", "cdn$": "CAD", "ca$": "CAD", "cad$": "CAD",
    "cad $": "CAD", "usd $": "USD", "us $": "USD", "cdn. $": "CAD", "cdn $": "CAD",
    "a$": "AUD", "au$": "AUD", "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "sgd$": "SGD", "nt$": "TWD", "r$": "BRL", "mx$": "MXN",
    "j$": "JMD", "tt$": "TTD",
    "€": "EUR", "£": "GBP", "¥": "JPY", "₩": "KRW", "₹": "INR", "₪": "ILS", "₱": "PHP", "฿": "THB", "₺": "TRY", "₦": "NGN", "₫": "VND", "₴": "UAH",
    "gh₵": "GHS", "gh¢": "GHS", "rs.": "INR",
    "rs": "INR", "re.": "INR", "s/": "PEN", "s/.": "PEN", "rmb": "CNY", "nis": "ILS", "hk cents": "", "gbx": "", "cn¥": "CNY", "rm": "MYR", "fr.": "CHF", "sfr": "CHF",
}  # fmt: skip
SIGNS = {sign: code for sign, code in SIGNS.items() if code}

# Countries and market names whose "$" is known. Keys are MICs (ISO 10383).
DOLLARS = {
    "XNAS": "USD", "XNYS": "USD", "XASE": "USD", "ARCX": "USD", "BATS": "USD", "OTCM": "USD", "XTSE": "CAD", "XTSX": "CAD", "XCNQ": "CAD",
    "XMEX": "MXN", "XSGO": "CLP", "XBUE": "ARS", "XBOG": "COP", "NEOE": "CAD", "XASX": "AUD", "XNZE": "NZD", "XHKG": "HKD", "XSES": "SGD", "XTAI": "TWD", "XJSE": "ZAR",
}  # fmt: skip

# Signs in a document of the country whose "$" it writes; each is looked for in the shadow, with its weight.
# Cities that news agencies write without a state are those of the Associated Press's list.
CONTEXT = {
    "USD": {
        r"(?:atlanta|baltimore|boston|chicago|cincinnati|cleveland|dallas|denver|detroit|houston|indianapolis|las vegas|los angeles|miami|milwaukee|minneapolis|new orleans|new york|oklahoma city|philadelphia|phoenix|pittsburgh|st\. louis|salt lake city|san antonio|san diego|san francisco|seattle|washington)\s{0,2}(?:--?|,\s(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|/)": 3,
        r", (?:ala|ariz|ark|calif|colo|conn|del|fla|ga|ill|ind|kan|ky|la|md|mass|mich|minn|miss|mo|mont|neb|nev|n\.h|n\.j|n\.m|n\.y|n\.c|n\.d|okla|ore|pa|r\.i|s\.c|s\.d|tenn|vt|va|wash|w\.va|wis|wyo)\.[,\s(/-]": 3,
        r", (?:al|az|ar|ca|co|ct|de|fl|ga|hi|ia|id|il|ks|ky|ma|md|me|mi|mn|mo|ms|mt|nc|nd|ne|nh|nj|nm|nv|ny|oh|ok|or|pa|ri|sc|sd|tn|tx|ut|va|vt|wa|wi|wv|wy|d\.c\.|texas|ohio|iowa|utah|idaho|maine|alaska|hawaii|california|new jersey|new york|indiana|florida|georgia|illinois|michigan|virginia|maryland|massachusetts|wisconsin|minnesota|tennessee|connecticut|pennsylvania|north carolina|colorado|arizona|nevada|kentucky|missouri|nebraska|oregon|washington|louisiana|alabama|arkansas|oklahoma|kansas|delaware|rhode island|south carolina|mississippi|montana|vermont|new hampshire|new mexico|north dakota|south dakota|west virginia|wyoming)(?:,|\s{1,2}-|-(?:[^a-z]|based|area|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|\s{0,2}\(|\s{0,2}/|\s\d{5})": 2,
        r"securities and exchange commission|form 8-k|\bitem \d\.\d\d\b|exhibit 99|form 10-[kq]|form 1099|nasdaq|new york stock exchange|nyse|u\.s\. dollars|us dollars|us\$|private securities litigation reform act|investment company act|internal revenue|board of trustees|otcqx|\bfdic\b|us-gaap|bank (?:&|and) trust co|federal savings bank|savings and loan association|(?:months|weeks) ended\n(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d\d, 20\d\d\n": 1,
        r"common stock|preferred stock|stockholders|\bbancorp\b|\bbanc?shares\b|\bbankshares\b|bank holding company": 1,
        r"us\$\s?(?:millions|in|thousands|m\b)|\bin u\.s\. (?:dollars|\$)": 1,
    },
    "CAD": {
        r"(?:toronto|montreal|montréal|calgary|vancouver|ottawa|edmonton|winnipeg|quebec city|québec|halifax|mississauga|saskatoon|regina)[\s,]{0,3}(?:--?|,|/|\(|(?:ontario|quebec|québec|alberta|british columbia|manitoba|nova scotia|saskatchewan|new brunswick|on|qc|ab|bc|mb)\b)": 4,
        r", (?:ontario|quebec|québec|alberta|british columbia|manitoba|nova scotia|saskatchewan|new brunswick|newfoundland|ont\.|que\.|alta\.|b\.c\.|canada)\b": 3,
        r"/cnw/|cnw group|canada newswire|income tax act \(canada\)|canadian dollars|toronto stock exchange|\btsx|sedar|cdn\$|c\$|tsx venture": 1,
    },
    "EUR": {r"\bdublin\b|\bireland\b|\birish\b": 3},  # of cents only: nobody there writes "$"
    "AUD": {r"\basx\b|australian securities exchange|\babn\b(?! amro)|\bfranked|sydney|melbourne|perth, ": 3},
    "NZD": {r"\bnzx\b|auckland|wellington, ": 3},
    "SGD": {r"\bsgx\b|singapore|one-tier|\(1-tier\)": 3},
    "HKD": {r"hong kong|\bhkex": 3},
    "TWD": {r"taiwan|taipei": 3},
    "ZAR": {
        r"\bjse\b|johannesburg|south africa|\bsens\b": 3,
        r"dematerialised (?:or|and|nor) (?:re-?)?materialised|dematerialised or rematerialised|\bstrate\b|\bcsdps?\b|\bstc\b|dividends? tax|income tax reference n": 1,
    },
    "MXN": {
        r"bolsa mexicana|\bbmv\b|mexico city|m[eé]xico|de c\.v\.|\bindeval\b|\bcufin\b|\bemisora\b|\bcbfis?\b|moneda nacional": 3
    },
    "BRL": {r"r\$|\bb3\b|\bcvm\b|bovespa": 3},
    "CLP": {r"santiago|chile\b|comisi[oó]n para el mercado financiero": 3},
    "COP": {r"bogot[aá]|medell[ií]n|colombia\b": 3},
    "ARS": {r"buenos aires|argentin|\bbyma\b": 3},
}

_CONTEXT_PATTERNS = {
    code: [(re.compile(sign), weight) for sign, weight in signs.items()] for code, signs in CONTEXT.items()
}
_HEAD = 4000
_DATELINE = 1500  # strong signs are those of the dateline
_EXPLICIT_CAD = re.compile(r"(?<![a-z])(?:c|cdn|cad|ca)\s?\$")
_BARE_DOLLAR = re.compile(r"(?<![a-z])(?<![a-z] )\$")
_STATED = re.compile(
    r"(?:all (?:amounts|figures|dollar amounts)|expressed|stated|reported|presented)[^.\n]{0,60}"
    r"(?:u\.s\.|us|united states) (?:dollars|funds)|us\$,? (?:millions|thousands|in (?:millions|thousands))"
)


# How Americans write, where nothing else tells a country: the month first in figures, and holders "of record".
_AMERICAN = re.compile(
    r"(?<![\d/])(?:0?[1-9]|1[0-2])/(?:1[3-9]|2\d|3[01])/(?:20)?\d\d(?!\d)|\([a-z]{1,4}\) on (?:mon|tues|wednes|thurs|fri)day|\bcents a share\b"
)
_STATED_WORDS = ("dollars", "funds", "us$")  # one of them stands in whatever states the currency


RUPEE = "INR"  # what "Rs" means unless the document is of another country
_RUPEES = {
    "PKR": re.compile(r"(?<![a-z])(?:pakistan|karachi|lahore|islamabad|faisalabad|psx|pucars)(?![a-z])"),
    "LKR": re.compile(r"(?<![a-z])(?:sri lankan?|ceylon|colombo stock exchange|colombo|cse\.lk)(?![a-z])"),
    "MUR": re.compile(r"(?<![a-z])(?:mauritius|mauritian|port[ -]louis|dem of the sem)(?![a-z])"),
    "NPR": re.compile(r"(?<![a-z])(?:nepal|kathmandu|nepse)(?![a-z])"),
}
_INDIAN = re.compile(
    r"(?<![a-z])(?:inr|indian?|mumbai|bombay|bse|nse|sebi|nsdl|cdsl|delhi|kolkata|chennai|bengaluru|companies act, 2013)(?![a-z])|₹"
)


def currency_of_rupee(shadow: str) -> str:
    """The currency that "Rs" means in a document: India's, unless it names one other country of rupees and nothing Indian."""
    head = shadow[:_HEAD]
    found = [code for code, words in _RUPEES.items() if words.search(head)]
    return found[0] if len(found) == 1 and not _INDIAN.search(head) else RUPEE


SIGN_OF_PESO = "₱"
_PHILIPPINE = re.compile(
    r"(?<![a-z])(?:philippines?|manila|makati|taguig|quezon city|pasig|cebu|\(?pse:|centavos?)(?![a-z])"
)


def writes_pesos(shadow: str) -> bool:
    """Whether a "P" before a number is the sign of a peso in a document: it names the Philippines, or a place there."""
    return _PHILIPPINE.search(shadow, 0, _HEAD) is not None


def home_currency(homes: dict[str, tuple[str, ...]], shadow: str) -> str | None:
    """The currency that a language's own word means here ("元"), by the lexicon's words for each; None in doubt."""
    head = shadow[:_HEAD]
    scores = {code: sum(word in head for word in words) for code, words in homes.items()}
    best = max(scores.values(), default=0)
    found = [code for code, score in scores.items() if score == best]
    return found[0] if len(found) == 1 or (found and not best) else None


def is_home(code: str, homes: dict[str, tuple[str, ...]], shadow: str) -> bool | None:
    """Whether a language's document is from where this currency is, by the lexicon's words; None where it has none of them."""
    head = shadow[:_HEAD]
    scores = {one: sum(word in head for word in words) for one, words in homes.items()}
    own, most = scores.get(code, 0), max(scores.values(), default=0)
    return own == most if most else None


def currency_of_dollar(issuer: Issuer | None, shadow: str, known: str | None) -> str | None:
    """The currency that a bare "$" means here: the issuer's entry, its market, or where it speaks from; else None."""
    if known:
        return known
    head = shadow[:_HEAD]
    if any(word in head for word in _STATED_WORDS) and _STATED.search(head):
        return "USD"
    markets = {DOLLARS[one.mic] for one in (issuer.ids if issuer else ()) if one.mic in DOLLARS}
    if len(markets) == 1:
        return markets.pop()
    scores = {
        code: sum(
            weight * min(3, len(sign.findall(head, 0, _DATELINE if weight > 1 else _HEAD)))
            for sign, weight in signs
        )
        for code, signs in _CONTEXT_PATTERNS.items()
    }
    bare = _BARE_DOLLAR.search(shadow) is not None
    if bare and scores["CAD"] and _EXPLICIT_CAD.search(shadow):  # beside "C$", a bare "$" is another one
        scores["CAD"] = 0
    if bare:
        scores["EUR"] = 0
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if ranked[0][1] == 0:
        return "USD" if _AMERICAN.search(head) else None
    return ranked[0][0] if ranked[0][1] > ranked[1][1] else None
