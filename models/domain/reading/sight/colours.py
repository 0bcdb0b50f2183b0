"""Colours of letters and of their ground: whether letters are read on it."""

from __future__ import annotations

Rgb = tuple[int, int, int]
WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
MOTLEY: Rgb = (-1, -1, -1)
"""What stands for a ground of several colours, or of one that is not known: no letters vanish."""

_NEAR = 72  # steps of 255 between two colours of one kind, such as white and the palest yellow
_CONTRAST = 1.25  # of two colours whose letters nobody reads; black on white has 21
_BRIGHT, _SAME_LIGHT = 0.75, 1.1  # two colours so bright differ for nobody: yellow on white


def alike(one: Rgb, other: Rgb) -> bool:
    """Whether letters of one colour are not read on the other.

    >>> alike((255, 255, 255), (255, 249, 230)), alike((255, 255, 255), (190, 190, 190))
    (True, False)
    >>> alike((255, 255, 255), (255, 255, 0)), alike((255, 255, 255), (0, 255, 255))
    (True, False)
    """
    if MOTLEY in (one, other):
        return False
    near = all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    contrast = (bright + 0.05) / (dark + 0.05)
    return (near and contrast <= _CONTRAST) or (dark >= _BRIGHT and contrast <= _SAME_LIGHT)


def between(one: Rgb, other: Rgb, share: float) -> Rgb:
    """The colour that far on the way from one to the other.

    >>> between((0, 0, 0), (200, 100, 0), 0.5)
    (100, 50, 0)
    """
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Rgb) -> float:
    red, green, blue = (
        c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
