"""Texts typed for the fonts of TCVN3 and VNI: right in those fonts, other letters elsewhere."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from models.domain.notation.vietnamese_text import nfc

# Text typed for the .VnTime (TCVN3) or VNI-Times fonts arrives as Latin-1 letters that only those
# fonts show as Vietnamese. What counts is combinations no Vietnamese, English, French word holds.
_MODERN = re.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9\u0300-\u0304\u0306\u0309\u031b\u0323]")
_HIGH = re.compile(r"[\u00a1-\u00ff]")
# TCVN3 puts vowels on signs (µ = à) and lower-case ones on capitals (Ö = ệ), đ on ®, ư on the soft
# hyphen.
_TCVN3 = re.compile(
    r"[a-zA-Z][µ¸¶¹¨»¾¼½©ª«¬¢£¤¥¦](?=[a-zA-Z])"  # thµnh, c«ng
    r"|[a-zA-Z][µ¸¶¾¼½](?![0-9A-Z])"  # nhµ
    r"|[a-z][ÆËÎÏÐÑÖØÜÝ](?![A-ZÀ-Þ])|[a-zA-Z]Þ"  # nhiÖm, tÞch
    r"|(?<!\S)[®§][a-zA-ZÀ-ÿ]"  # ®ång, §iÖn
    r"|[a-zA-Z]\u00ad[¬êíëìî]"  # ng\u00adêi
    r"|(?<![^\W\d_])[Uu]û(?![^\W\d_])"  # Uû ban
)
_TCVN3_HINT = re.compile(r"[a-z][ÇÈÉÊÌÒÓÔÕ](?![A-ZÀ-Þ])")  # kÕ: could be a slip of the shift key
# VNI writes a vowel and, after it, a second letter that stands for its tone.
_PAIRS = (
    "a[ùûøõâáàåãäê]|e[ùøõâåä]|o[øõâåä]|u[ùøõ]|y[ùøûõ]|[ôö][ùøûõï]|uï(?!e)|oaï|aï(?:ch|nh|ng)"
    "|[ñÑ][ôöòæ]|[Cc]huû"
)
_VNI = re.compile(rf"{_PAIRS}|{_PAIRS.upper()}|(?:uû|UÛ)(?=[^\W\d_])")

# One letter of TCVN3 for each of today's; of VNI what stands behind a vowel.
_BY_TCVN3 = str.maketrans(
    "µ¶·¸¹¨»¼½¾Æ©ÇÈÉÊË®ÌÎÏÐÑªÒÓÔÕÖ×ØÜÝÞßáâãä«åæçèé¬êëìíîïñòóô\u00adõö÷øùúûüýþ¡¢£¤¥¦§",
    "àảãáạăằẳẵắặâầẩẫấậđèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵăâêôơưđ",
)
_OF_TONE = "\u0323\u0301\u0300\u0309\u0303"  # in the order in which they are composed
_TONES = dict(zip("ïùøûõ", _OF_TONE, strict=True))
_ROUND = {"â": "", **dict(zip("äáàåã", _OF_TONE, strict=True))}
_HOLLOW = {"ê": "", **dict(zip("ëéèúü", _OF_TONE, strict=True))}
_OF_VNI = {
    **{base + mark: base + tone for base in "aeouyơư" for mark, tone in _TONES.items()},
    **{base + mark: f"{base}\u0302{tone}" for base in "aeo" for mark, tone in _ROUND.items()},
    **{f"a{mark}": f"ă{tone}" for mark, tone in _HOLLOW.items()},
}
_VNI_PAIR = re.compile("|".join(_OF_VNI))
_VNI_LONE = str.maketrans("ñôöæóòî", "đơưỉĩịỵ")
_VOWELS = "aăâeêioôơuưy"
_TONE = re.compile(f"[{_OF_TONE}]")
_STOPPED = re.compile("[áắấéếíóốớúứýạặậẹệịọộợụựỵ]")  # what stands before c, p, t
_SYLLABLE = re.compile(
    "(?P<onset>ngh?|nh|[cgkpt]h|gi|qu|tr|[bcdđghklmnpqrstvx])?(?:"
    "a(?:ch|ng|nh|[cimnoptuy])?|ă(?:ng|[cmnpt])?|â(?:ng|[cmnptuy])?|e(?:ng|[cmnopt])?"
    "|ê(?:ch|nh|[mnptu])?|i(?:ch|nh|[amnptu]|ê(?:ng|[cmnptu]))?|o(?:ng|[cimnpt]|ong|"
    "a(?:ch|ng|nh|[cimnopty])?|ă(?:ng|[cmnt])|e[not]?)?|ô(?:ng|[cimnpt])?|ơ[imnpt]?"
    "|u(?:ng|[acimnpty]|â(?:ng|[nty])|ê(?:ch|nh)?|ô(?:ng|[cimnt])|ơ|y(?:a|ch|nh|[tu]|ê[nt]))?"
    "|ư(?:ng|[acimntu]|ơ(?:ng|[cimnptu]))?|y(?:ê(?:ng|[mntu]))?)"
)
_LEGACY_LOOKED_AT = 400  # letters of a text of which every word is looked at
_BREAKS = re.compile(r"[\s\x00-,./:-@\[-`{-~-]+")


@lru_cache(maxsize=2048)
def _legacy_word(word: str) -> str:
    """The font that makes a syllable of a word, "" where it is one as it stands."""
    if not _HIGH.search(word) or _is_syllable(word.lower().replace("ð", "đ")):
        return ""
    if _is_syllable(word.translate(_BY_TCVN3).lower(), whole=True):
        return "TCVN3"
    lone = re.sub("[ôö](?=[ùøûõï])", lambda m: "ơ" if m[0] == "ô" else "ư", word.lower())
    paired = _VNI_PAIR.sub(lambda m: _OF_VNI[m[0]], lone)
    return "VNI" if _is_syllable(nfc(paired.translate(_VNI_LONE)), whole=True) else ""


def _is_syllable(word: str, *, whole: bool = False) -> bool:
    """Whether a word in small letters is built as syllables are; as a `whole` one begins with a
    consonant and bears its tone on one vowel, where it belongs."""
    told = unicodedata.normalize("NFD", word)
    tones = len(_TONE.findall(told))
    found = _SYLLABLE.fullmatch(nfc(_TONE.sub("", told)))
    if found is None or not whole:
        return found is not None
    rime = nfc(told[len(unicodedata.normalize("NFD", found["onset"] or "")) :])
    return bool(found["onset"]) and tones <= 1 and rime not in "ăâ" and _bears_well(rime)


def _bears_well(rime: str) -> bool:
    """Whether a rime has a tone that it may have, on the vowel that bears it."""
    plain = nfc(_TONE.sub("", unicodedata.normalize("NFD", rime)))
    vowels = [at for at, letter in enumerate(plain) if letter in _VOWELS]
    toned = [at for at, (was, now) in enumerate(zip(rime, plain, strict=True)) if was != now]
    shaped = [at for at in vowels if plain[at] in "ăâêôơư"]
    if plain.endswith(("c", "ch", "p", "t")) and not _STOPPED.search(rime):
        return False
    if not toned or len(vowels) == 1:
        return True
    if shaped:
        return toned == shaped[-1:]
    if len(plain) > len(vowels) or plain in ("oa", "oe", "uy"):
        return toned[0] <= vowels[-1] and (plain in ("oa", "oe", "uy") or toned == vowels[-1:])
    return toned == [1 if len(vowels) > 2 else 0]


def looks_like_legacy_encoding(text: str) -> str | None:
    """Which legacy font the text was evidently typed for, "TCVN3" or "VNI"; None for neither.

    Give it the text as read, before `squeeze`: TCVN3 writes ư as a soft hyphen. Text that holds a
    single letter of today's encoding counts as today's.

    >>> looks_like_legacy_encoding("Chñ tÞch UBND thµnh phè")
    'TCVN3'
    >>> looks_like_legacy_encoding("UÛy ban nhaân daân thaønh phoá")
    'VNI'
    >>> looks_like_legacy_encoding("Uỷ ban nhân dân"), looks_like_legacy_encoding("où, naïf, Noël")
    (None, None)
    """
    if text.isascii() or not _HIGH.search(text) or _MODERN.search(text):
        return None
    if _TCVN3.search(text) or len(_TCVN3_HINT.findall(text)) > 1:
        return "TCVN3"
    return "VNI" if _VNI.search(text) else _by_its_words(text)


def _by_its_words(text: str) -> str | None:
    """The font that makes syllables of most words of a text that are none as they stand."""
    words = [word for word in _BREAKS.split(text[:_LEGACY_LOOKED_AT]) if _HIGH.search(word)]
    fonts = [font for font in map(_legacy_word, words) if font]
    return fonts[0] if fonts and 2 * len(fonts) >= len(words) else None
