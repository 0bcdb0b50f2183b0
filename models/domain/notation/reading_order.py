"""Texts that a cell writes from the right to the left: figures and words change places; and
figures that stand on their heads.

Followed are the rules that all programs share (Unicode, annex 9), for a paragraph that begins at
the right and holds no letters of such a script.
"""

from __future__ import annotations

from itertools import groupby, pairwise

_LETTER, _FIGURE, _OTHER = "L", "N", "o"
_BETWEEN = frozenset("+-.,:/\u00a0\u202f")  # join two figures, as letters of one number do
_ON_THE_HEAD = {**dict(zip("01689", "01986", strict=True)), **{sign: sign for sign in ".,- /"}}
_TURNED = str.maketrans("()[]<>«»", ")(][><»«")
_BESIDE = frozenset("%‰#$€₫°")  # belong to the figures next to them


def from_right_to_left(text: str) -> str:
    """A line as it is shown that is written so.

    >>> from_right_to_left("250 200"), from_right_to_left("80/KH-SCT"), from_right_to_left("1/6")
    ('200 250', 'KH-SCT/80', '1/6')
    >>> from_right_to_left("Trần Thị Bình")
    'Trần Thị Bình'
    """
    kinds = _between_alike(_joined([_kind(letter) for letter in text], text))
    pieces: list[str] = []
    for forwards, group in groupby(zip(text, kinds, strict=True), key=lambda k: k[1] != _OTHER):
        piece = "".join(letter for letter, _ in group)
        pieces.append(piece if forwards else piece[::-1].translate(_TURNED))
    return "".join(reversed(pieces))


def on_its_head(text: str) -> str:
    """What figures are read as that stand on their heads; "" where one of them is none so.

    >>> on_its_head("9600"), on_its_head("1.868"), on_its_head("250")
    ('0096', '898.1', '')
    """
    figures = _ON_THE_HEAD.keys()
    return "".join(_ON_THE_HEAD[f] for f in reversed(text)) if figures >= {*text} else ""


def _kind(letter: str) -> str:
    if letter.isdecimal():
        return _FIGURE
    return _LETTER if letter.isalpha() else _OTHER


def _joined(kinds: list[str], text: str) -> list[str]:
    """The kinds with signs that belong to figures as those; figures behind letters are letters."""
    for place in range(1, len(kinds) - 1):
        between = kinds[place - 1] == _FIGURE == kinds[place + 1] and text[place] in _BETWEEN
        if between:
            kinds[place] = _FIGURE
    for places in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        before = _OTHER
        for place in places:
            if before == _FIGURE and text[place] in _BESIDE:
                kinds[place] = _FIGURE
            before = kinds[place]
    behind_letters = False
    for place, kind in enumerate(kinds):
        behind_letters = behind_letters or kind == _LETTER
        if kind == _FIGURE and behind_letters:
            kinds[place] = _LETTER
    return kinds


def _between_alike(kinds: list[str]) -> list[str]:
    """The kinds with blanks and signs between letters as those; others stand apart."""
    letters = [place for place, kind in enumerate(kinds) if kind == _LETTER]
    for one, other in pairwise(letters):
        if _FIGURE not in kinds[one:other]:
            kinds[one:other] = [_LETTER] * (other - one)
    return kinds
