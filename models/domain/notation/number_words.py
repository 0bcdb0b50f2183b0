"""Numbers in words, as they are read aloud: where a text reads two ways, words read one way."""

from __future__ import annotations

from decimal import Decimal

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", " nghìn", " triệu", " tỷ")
_MOST_DIGITS = 12


def in_words(value: Decimal) -> str:
    """The number as it is read aloud; "" for what nobody reads so.

    >>> in_words(Decimal(9512)), in_words(Decimal("9.512"))
    ('chín nghìn năm trăm mười hai', 'chín phẩy năm trăm mười hai')
    >>> in_words(Decimal("0.05")), in_words(Decimal("12.50"))
    ('không phẩy không năm', 'mười hai phẩy năm')
    >>> in_words(Decimal(1_005_021)), in_words(Decimal(-15))
    ('một triệu không trăm linh năm nghìn không trăm hai mươi mốt', 'âm mười lăm')
    """
    sign = "âm " if value < 0 else ""
    whole, _, fraction = format(abs(value), "f").partition(".")
    if len(whole) > _MOST_DIGITS:
        return ""
    said = sign + _whole(whole.lstrip("0") or "0")
    told = fraction.rstrip("0")
    return f"{said} phẩy {_fraction(told)}" if told else said


def _fraction(digits: str) -> str:
    """What is read behind the sign: noughts one by one, then up to three digits as one number."""
    rest = digits.lstrip("0")
    if len(rest) > 3:
        return " ".join(_DIGITS[int(digit)] for digit in digits)
    noughts = ["không"] * (len(digits) - len(rest))
    return " ".join([*noughts, _hundreds(rest, whole=False)])


def _whole(digits: str) -> str:
    groups = [digits[max(0, end - 3) : end] for end in range(len(digits), 0, -3)]
    said: list[str] = []
    for place in reversed(range(len(groups))):
        if int(groups[place]) or len(groups) == 1:
            first = place == len(groups) - 1
            said.append(_hundreds(groups[place], whole=not first) + _GROUPS[place])
    return " ".join(said)


def _hundreds(digits: str, *, whole: bool) -> str:
    """Up to three digits; `whole`: others stand before them, so that noughts are said too."""
    hundred, ten, one = (int(d) for d in digits.zfill(3))
    said = [f"{_DIGITS[hundred]} trăm"] if hundred or whole else []
    if ten > 1:
        said.append(f"{_DIGITS[ten]} mươi")
    elif ten == 1:
        said.append("mười")
    elif said and one:
        said.append("linh")
    if one or not said:
        last = {(1, True): "mốt", (5, True): "lăm", (5, False): "lăm" if ten else "năm"}
        said.append(last.get((one, ten > 1), _DIGITS[one]))
    return " ".join(said)
