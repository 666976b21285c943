"""Names of issuers, made comparable."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass

# Legal forms by family. Two names that differ only in the family may be two companies.
_FORMS = {
    "corporation": "inc incorporated corp corporation co company llc lp llp",
    "limited": "ltd limited plc pte pty bhd berhad",
    "german": "ag se kgaa gmbh",
    "french": "sa sas sca sarl",
    "italian": "spa srl",
    "dutch": "nv bv",
    "nordic": "ab publ asa as oyj abp hf",
    "japanese": "kk kabushiki kaisha 株式会社 有限会社 (株) (有)",
    "chinese": "股份有限公司 有限公司 股份公司",
    "korean": "주식회사 (주)",
    "indonesian": "tbk pt",
    "russian": "pjsc ojsc jsc pao oao ao",
    "latin": "sab cv sapi ltda sgps",
}
_FAMILY_OF = {form: family for family, forms in _FORMS.items() for form in forms.split()}
_GLUED = sorted((form for form in _FAMILY_OF if not form.isascii()), key=len, reverse=True)
_FILLERS = {"the", "de", "and"}
_DROPPED = re.compile(r"[.'’`/()（）\[\]“”\"]")
_APART = re.compile(r"[^\w]+")
# Words that companies which have nothing to do with each other share.
_COMMON_WORDS = (
    "american bank banking capital china chemical communications company corporation development energy"
    " enterprises estate european finance financial first foods fund general german global group growth"
    " health healthcare holding holdings income india industrial industries infrastructure insurance"
    " international investment investments japan life management market markets mining municipal national"
    " new north northern oil partners petroleum pharma pharmaceuticals power products properties real"
    " resources royal securities services software solutions south southern steel systems technologies"
    " technology telecom transport trust united western world gas gold and for von van der den del"
)
_COMMON = frozenset(_COMMON_WORDS.split())
_LONGEST = 120  # PostgreSQL's index takes no more than 2,700 bytes


@dataclass(frozen=True, slots=True)
class NameKey:
    """A name as it is compared: without its legal form, whose family stands apart ("" where none is said)."""

    value: str
    family: str

    @property
    def is_distinctive(self) -> bool:
        """Whether the name is long enough to mean one company only, unless something says otherwise."""
        letters = self.value.replace(" ", "")
        return len(letters) >= (5 if letters.isascii() else 3) and not letters.isdigit()

    def agrees_with(self, family: str) -> bool:
        """Whether the legal forms do not speak against the same company."""
        return not self.family or not family or self.family == family


def make_key(name: str) -> NameKey:
    """The key of a name: width and case folded, punctuation and legal forms off; long ones hashed."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    family = ""
    for form in _GLUED:
        if form in folded:
            folded, family = folded.replace(form, " "), _FAMILY_OF[form]
            break
    words = _APART.sub(" ", _DROPPED.sub("", folded.replace("&", " and "))).split()
    while len(words) > 1 and (words[-1] in _FAMILY_OF or words[-1] in _FILLERS):
        family = family or _FAMILY_OF.get(words[-1], "")
        words.pop()
    while len(words) > 1 and (words[0] == "the" or words[0] in {"pt", "pjsc", "oao", "jsc"}):
        family = family or _FAMILY_OF.get(words[0], "")
        words.pop(0)
    return NameKey(bound(" ".join(words)), family)


def are_akin(one: str, two: str) -> bool:
    """Whether two keys' values can be names of one company: a telling word in common, or one's initials the other."""
    mine, theirs = _telling_words(one), _telling_words(two)
    if any(_is_alike(word, other) for word in mine for other in theirs):
        return True
    return one.replace(" ", "") in _initials_of(two) or two.replace(" ", "") in _initials_of(one)


def _telling_words(value: str) -> list[str]:
    words = value.split()
    return [word for word in words if word not in _COMMON and (len(word) > 2 or not word.isascii())] or words


def _is_alike(one: str, two: str) -> bool:
    short, long = sorted((one, two), key=len)
    enough = 4 if short.isascii() else 2
    return short == long or (len(short) >= enough and long.startswith(short))


def _initials_of(value: str) -> set[str]:
    words = value.split()
    return {"".join(word[0] for word in words)} if len(words) > 2 else set()


def bound(text: str) -> str:
    """The text, or the start of it with a hash where it is too long for an index."""
    if len(text) <= _LONGEST:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{text[:40]}…{digest[:32]}"


def make_slug(name: str) -> str:
    """A readable piece of a URL: lower-case ASCII letters, digits and hyphens; "issuer" where none are left."""
    plain = unicodedata.normalize("NFKD", make_key(name).value).encode("ascii", "ignore").decode()
    return re.sub("[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-") or "issuer"
