"""The shape of a company's name: a run of words that ends in a legal form, or that stands right before a place.

What the forms and small words are is data (companies.toml); what no name holds is in the lexicons.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from calendar_service.extract.lexicon.patterns import alternatives, grouped

Span = tuple[int, int]

_LONGEST = 120  # characters of a name
_WORDS = 11  # words of a name
_SHORT = 3  # signs of a word that may be part of a name in capitals
_CHUNK = 24  # characters that hold the last words of most names
_ARTICLES = frozenset([" the", " The", "\nthe", "\nThe"])  # "the Company" stands everywhere, and is no name
_ARTICLE_LENGTH = 4
_KANA_STOPS = "はがをのとにでもへや"
_CJK = r"一-龥々〆ヶァ-ヺー가-힣"
_TOKEN = re.compile(
    r"--+|[—–―]|[,;:()\[\]\"“”„«»「」『』|\n\t<>*#•]|(?:(?!--)[^\s,;:()\[\]\"“”„«»「」『』|—–―<>*#•])+"
)
_YEAR = re.compile(r"(?:19|20)\d\d|\d{1,2}(?:st|nd|rd|th)?|\d+[.,:/]\d.*", re.IGNORECASE)
_ARTICLE = re.compile(r"(?:A|O|As|Os|Die|Der|Das|Het)[ ](?=[^\W\d_]{3})")
_INNER_CAPITAL = re.compile(r"[a-z]{1,3}['’]?[A-ZÀ-Þ]")
_GLUED = re.compile(r"[a-zß-ÿ]{4,}(?=[A-ZÀ-Þ][a-zß-ÿ])")
_LED_BY_FORM = re.compile(r"株式会社|有限会社|合同会社|\(株\)|㈱")
_CODE = re.compile(r"\d{5}|[A-Z]{2}[A-Z0-9]{9}\d")
_COUNT = re.compile(r"\d[\d.,]*[ ](?=\S)")
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_PLAIN = _WIDTHS | {
    ord(old): ord(" ") for old in "\u00a0\u2007\u2009\u200a\u202f\u3000\r\u200b\u200e\u200f\ufeff"
}
_PLAIN |= {ord(old): ord('"') for old in "“”„«»"} | {ord("’"): ord("'"), ord("‘"): ord("'")}


def flatten(text: str) -> str:
    """The text with narrow letters, plain blanks and straight quotes; case and length stay."""
    return text.replace("\r", " ") if text.isascii() else text.translate(_PLAIN)


@cache
def load_shapes() -> Shapes:
    """The shapes of companies.toml, which ships beside this module."""
    path = Path(__file__).with_name("companies.toml")
    return Shapes(tomllib.loads(path.read_text(encoding="utf-8")))


class Shapes:
    """Finds names by the forms of companies.toml."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._connectors = frozenset(data["connectors"])
        self._agents = re.compile("|".join(rf"\b{re.escape(one)}" for one in data["agents"]), re.IGNORECASE)
        self._depositories = re.compile("|".join(map(re.escape, data["depositories"])), re.IGNORECASE)
        short = alternatives({one for name in data["abbreviated"] for one in (name, name.upper())})
        strong = _alternatives(data["forms"])
        weak = alternatives({one for name in data["weak"] for one in (name, name.upper())})
        form = rf"(?:(?:{strong}|(?:{short})\b\.?)(?![\w&])(?:\s?\(publ\.?\))?)"
        begins = _beginnings((*data["forms"], *data["weak"], *data["abbreviated"]))
        self._weak = re.compile(rf"(?:{weak})\Z")
        forms = rf"(?:{form}|(?:{weak})(?![\w'])(?:[ ][A-Z][\w&]*){{0,3}}?,?[ ]{form}|(?:{weak})(?![\w']))(?:,?[ ]{form}){{0,3}}"
        # Three patterns, each with one sign first, which the engine finds many times as fast as one of several.
        self._form = re.compile(rf" (?={begins})(?:(?<=[\w.)&!'] )|(?<=[\w.)&!'], )){forms}")
        self._tight = (
            re.compile(rf",(?={begins})(?<=[\w.)&!'],){forms}"),
            re.compile(rf"-(?=AG)(?<=[\w.)&!']-){forms}"),
        )
        self._ends = re.compile(rf"(?:{form}|\b(?:{weak}))\.?\Z")
        self._strong = re.compile(rf"(?:[ ,-]|\A){form}\Z")
        self._japanese = "|".join(map(re.escape, data["japanese"]))
        self._chinese = "|".join(map(re.escape, data["chinese"]))
        self._korean = "|".join(map(re.escape, data["korean"]))
        self._glued = _glued_patterns(self._japanese, self._chinese, self._korean)
        self._has_glued = re.compile(f"{self._japanese}|{self._chinese}|{self._korean}")
        self._abbreviated = frozenset(name.lower() for name in data["abbreviated"])

    def ends_in_form(self, name: str) -> bool:
        """Whether a name has a legal form, or a last word that only names of companies have."""
        return bool(self._ends.search(name) or self._has_glued.search(name))

    def has_legal_form(self, name: str) -> bool:
        """Whether a name has a legal form."""
        return bool(self._strong.search(name) or self._has_glued.search(name))

    def is_only_form(self, name: str) -> bool:
        """Whether this is a legal form and nothing else."""
        return self._form.fullmatch(f"a {name}", 1) is not None or self._has_glued.fullmatch(name) is not None

    def is_agent(self, name: str) -> bool:
        """Whether this is a registrar, an exchange, a wire or the like, named in announcements of others."""
        return bool(self._agents.search(name))

    def is_depository(self, name: str) -> bool:
        """Whether this keeps securities for others: it announces nothing of its own."""
        return bool(self._depositories.search(name))

    def find(self, plain: str, start: int, end: int, stops: frozenset[str]) -> Iterator[Span]:
        """Each name with a form in plain[start:end], in order of its form; none overlaps the one before."""
        last = start
        pending: Span | None = None
        for match in self._forms(plain, start, end):
            form, end_of_form = match.group(), match.end()
            is_weak = self._weak.search(form) is not None
            low = match.start()
            end_of_words = low - 1 if low > start and plain[low - 1] == "," else low
            found = self.before(plain, end_of_words, stops, low=last, formed=not is_weak)
            if found is None or (form.strip(" ,") == "AS" and plain.startswith(" OF", end_of_form)):
                continue
            if pending is not None and found != pending[0]:
                yield pending
            pending = (found, end_of_form)
            # "Angel Oak Financial" may go on: "Angel Oak Financial Strategies Income Term Trust"
            if not is_weak:
                last = end_of_form
                yield pending
                pending = None
        if pending is not None:
            yield pending
        has_glued = not plain.isascii() and self._has_glued.search(plain, start, end)  # none is in ASCII
        for pattern in self._glued if has_glued else ():
            for match in pattern.finditer(plain, start, end):
                span = _trim_glued(plain, match.start(), match.end(), stops)
                if span:
                    yield span

    def _forms(self, plain: str, start: int, end: int) -> Iterable[re.Match[str]]:
        """The forms in plain[start:end], each with the blank or sign before it, in order; they may touch."""
        found = list(self._form.finditer(plain, start, end))
        tight = [match for pattern in self._tight for match in pattern.finditer(plain, start, end)]
        return sorted([*found, *tight], key=lambda match: match.start()) if tight else found

    def before(
        self, plain: str, end: int, stops: frozenset[str], low: int = 0, *, formed: bool = False
    ) -> int | None:
        """Where the run of capitalised words that ends at `end` begins; None where there is none."""
        low = max(low, end - _LONGEST)
        if end - _ARTICLE_LENGTH >= low and plain[end - _ARTICLE_LENGTH : end] in _ARTICLES:
            return None
        begin: int | None = None
        right = end
        for count, (start, stop) in enumerate(_tokens_before(plain, low, end)):
            word = plain[start:stop]
            if right - stop > 1 and plain[stop:right].strip(" ") == "":  # wide blanks part columns
                break
            right = start
            glued = _GLUED.match(word)
            if glued:  # a blank was lost at a line's end: "publishedbyZaptec ASA"
                begin = start + glued.end()
                break
            is_kept = formed and begin is None and word[0].isupper() and len(word) > 3
            if count >= _WORDS or not (
                is_kept or self._goes_on(plain, start, word, begin, stops, formed=formed)
            ):
                break
            if (
                word.lower() not in self._connectors
                or (word[0].isupper() and word.lower() not in ("the", "of", "for", "and", "de"))
                or (word == "The" and begin is not None)
            ):
                begin = start
        if begin is None:
            return None
        return self._without_article(plain, self._without_count(plain, begin, end), low)

    @staticmethod
    def _without_count(plain: str, begin: int, end: int) -> int:
        """The place after a number that counts shares or is a code: "Stück 715 SEIKO EPSON CORP."."""
        number = _COUNT.match(plain, begin, end)
        is_first = begin == 0 or plain[begin - 1] == "\n"
        return number.end() if number and (len(number.group()) > 4 or not is_first) else begin

    def _goes_on(
        self, plain: str, start: int, word: str, begin: int | None, stops: frozenset[str], *, formed: bool
    ) -> bool:
        """Whether this word, read from the right, still belongs to the name."""
        low = word.lower()
        at_line = start == 0 or plain[start - 1] == "\n"
        if _CODE.search(word):
            return False
        if low in self._connectors:
            return begin is not None or (formed and low in ("&", "and", "+", "und", "et", "y", "e"))
        is_acronym = len(word) < 3 and word.isupper()
        if is_acronym:  # in a heading in capitals it may be none: "SHAREHOLDERS IN HARROW TOOL CORP."
            is_stop = low in stops and _stands_behind(plain, start, stops)
        else:
            bare = low.strip(".,'")
            is_stop = bare in stops or (low.endswith("'s") and low[:-2] in stops)
            is_stop = is_stop or bare.partition("'")[2] in stops  # behind an article: "L'Assemblea di ..."
        if is_stop:
            return False
        if not (
            word[0].isupper()
            or word[0].isdigit()
            or (at_line and word.isalpha() and len(word) < 9 and begin is not None)
        ):
            return (
                "A" <= word[:1] <= "Z"
                or bool(_INNER_CAPITAL.match(word))
                or (word[0].isalpha() and not word[0].islower() and not word[0].isupper())
            )
        if (
            _YEAR.fullmatch(word)
            and not at_line
            and begin is not None
            and word[0].isdigit()
            and len(word) != 1
        ):
            return False
        return not (word.endswith(".") and begin is not None and not at_line and self._ends_sentence(word))

    def _ends_sentence(self, word: str) -> bool:
        bare = word.rstrip(".").lower()
        return len(bare) > 3 and "." not in bare and bare not in self._abbreviated

    def _without_article(self, plain: str, begin: int, low: int) -> int:
        """The place after a "The" that only begins a sentence; after lower-case words it is part of the name."""
        if plain.startswith("The ", begin):
            ahead = plain[max(low, begin - 12) : begin].rstrip(" ").split(" ")[-1]
            is_inside = ahead.isalpha() and ahead.islower()
            is_line = begin == 0 or plain[begin - 1] == "\n"
            return begin if is_inside or is_line else begin + 4
        article = _ARTICLE.match(plain, begin)
        return article.end() if article else begin


def _stands_behind(plain: str, place: int, words: frozenset[str]) -> bool:
    """Whether one of these words stands right before a place, written out in capitals."""
    before = plain[max(0, place - _CHUNK) : place].split()
    word = before[-1] if before else ""
    return len(word) > _SHORT and word.isupper() and word.lower() in words


def _tokens_before(plain: str, low: int, end: int) -> Iterator[Span]:
    """The tokens of plain[low:end] from the last to the first; a name is short, so most are never asked for."""
    while end > low:
        blank = plain.rfind(" ", low, max(low, end - _CHUNK))
        begin = max(low, blank)
        yield from reversed([match.span() for match in _TOKEN.finditer(plain, begin, end)])
        end = begin


def _beginnings(forms: Iterable[str]) -> str:
    """How forms begin, as a cheap test: their first two signs; stops may be left out, and blanks stand behind them."""
    begins: dict[str, set[str]] = {}
    for form in forms:
        for one in (form, form.upper()):
            second = {one[1], one.replace(".", "")[1]}
            begins.setdefault(one[0], set(". " if one[0].isupper() else "")).update(second)
    return "|".join(
        rf"{first}[{re.escape(''.join(sorted(seconds)))}]" for first, seconds in sorted(begins.items())
    )


def _alternatives(forms: Iterable[str]) -> str:
    found = set()
    for form in forms:
        for one in (form, form.upper()):
            if one[0].islower() or "." not in one:
                found.add(re.escape(one).replace(r"\ ", "[ ]"))
                continue
            # The full stops of a form may be left out, and blanks may stand after them.
            found.add(re.sub(r"\\\.", r"\\.?[ ]?", re.escape(one)).removesuffix("[ ]?"))
    by_first: dict[str, list[str]] = {}  # few forms begin with the letter that stands there
    for one in sorted(found, key=len, reverse=True):
        size = 1 if one[0].isalnum() else 2
        by_first.setdefault(one[:size], []).append(one[size:])
    return grouped(by_first)


def _glued_patterns(japanese: str, chinese: str, korean: str) -> tuple[re.Pattern[str], ...]:
    word = "[가-힣A-Za-z0-9&]"
    run = rf"[{_CJK}A-Za-z0-9・＆&．.\-ぁ-ゖ]"
    return (
        re.compile(rf"(?:{japanese})[ ]?{run}{{2,30}}"),
        re.compile(rf"{run}(?:{run}| (?=[A-Za-z])){{1,29}}?(?:{japanese})"),
        re.compile(rf"[一-龥A-Za-z0-9()]{{2,30}}?(?:{chinese})"),
        # The form belongs to what it is written together with ("(주)한빛", "한빛(주) 1주당"), a day is no name, and the
        # particles behind one are no part of it.
        re.compile(
            rf"(?<!{word})(?:{korean})[ ]?(?!\d+[주원년월일]){word}{{2,20}}?(?=[는은의](?!{word})|(?!{word}))"
        ),
        re.compile(rf"(?<!{word})(?!\d+[년월일]){word}{{2,20}}(?:(?:{korean})|[ ](?:{korean})(?!{word}))"),
    )


def _trim_glued(plain: str, start: int, end: int, stops: frozenset[str]) -> Span | None:
    """A name in a script without blanks, cut at particles and at words that no name holds."""
    text = plain[start:end]
    led = _LED_BY_FORM.match(text)
    for stop in stops:
        place = text.rfind(stop) if len(stop) > 1 and not stop.isascii() else -1
        if (
            place >= 0 and led and place > led.end()
        ):  # "株式会社甲乙工業の定時株主総会": the words follow the name
            end = start + text.find(stop, led.end())
        elif place >= 0:
            start += place + len(stop)
        text = plain[start:end]
    form = _LED_BY_FORM.match(text)
    if form:
        cut = re.search(f"[{_KANA_STOPS}]", text[form.end() :])
        end = start + form.end() + cut.start() if cut else end
    else:
        particles = list(re.finditer(f"[{_KANA_STOPS}](?=[{_CJK}A-Z])", text))
        start += particles[-1].end() if particles else 0
    return (start, end) if end - start >= 4 else None
