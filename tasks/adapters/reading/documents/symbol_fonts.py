"""Letters of symbol fonts as the signs that a reader sees."""

from __future__ import annotations

_SYMBOL = {
    0x2D: "−", 0xA3: "≤", 0xB3: "≥", 0xB1: "±", 0xB4: "×", 0xB8: "÷", 0xB0: "°", 0xB9: "≠",
    0xBB: "≈", 0xB7: "•", 0xAE: "→", 0x3C: "<", 0x3E: ">", 0x3D: "=", 0x2B: "+", 0x25: "%",
    0x2F: "/", 0x28: "(", 0x29: ")", 0x2A: "*", 0x2C: ",", 0x2E: ".", 0x3A: ":", 0x3B: ";",
    0x20: " ",
}  # fmt: skip
_BULLETS = {0xA7: "▪", 0xA8: "◦", 0x6E: "■", 0x6C: "●", 0xD8: "➢", 0xFC: "✓", 0x76: "❖", 0x2D: "-"}
_PRIVATE = range(0xF000, 0xF100)


def is_symbol_font(font: str) -> bool:
    """Whether a font shows signs in the places of letters.

    >>> is_symbol_font("Symbol"), is_symbol_font("Wingdings 2"), is_symbol_font("Times New Roman")
    (True, True, False)
    """
    return font.casefold().startswith(("symbol", "wingdings", "webdings"))


def seen_symbol(text: str, font: str) -> str:
    """The signs that a text in that font shows; one that is not known is "�".

    >>> seen_symbol("\\uf0b3", "Symbol"), seen_symbol("-", ""), seen_symbol("\\uf0a7", "Wingdings")
    ('≥', '-', '▪')
    """
    if not is_symbol_font(font) and not any(ord(c) in _PRIVATE for c in text):
        return text
    known = _SYMBOL if font.casefold().startswith("symbol") else _BULLETS
    signs = []
    for character in text:
        code = ord(character)
        code = code - 0xF000 if code in _PRIVATE else code
        if 0x30 <= code <= 0x39 and known is _SYMBOL:
            signs.append(chr(code))
        else:
            signs.append(known.get(code) or (_SYMBOL | _BULLETS).get(code) or "�")
    return "".join(signs)
