"""Text folding and the recognition of legacy fonts."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.vietnamese_text import (
    fold,
    is_nfc,
    nfc,
    squeeze,
)
from models.domain.reading.sight.old_fonts import looks_like_legacy_encoding

SAME_NAME = [
    ("Thanh tra thành phố", "Thành tra thành phố"),
    ("Ban Quản lý Khu kinh tế", "Ban quản lý  Khu kinh tế"),
    ("Hoà Bình", "Hòa Bình"),
    ("Uỷ ban nhân dân", "ỦY BAN NHÂN DÂN"),
    ("Đồ Sơn", "ĐỒ SƠN"),
    ("Đồ Sơn", "Ðồ Sơn"),  # with the Icelandic letter
    ("Sở Lao động - Thương binh và Xã hội", "Sở Lao động–Thương binh và Xã hội"),
    ("Quý I / 2025", "Quý I/2025"),
    ("Sở Tài chính , Cục Thuế", "Sở Tài chính,Cục Thuế"),
    ("m² sàn", "m2 sàn"),
    ("“Năm 2025”", '"Năm 2025"'),
    ("ＵＢＮＤ", "UBND"),
    ("Sở\u00a0Nội\u200bvụ", "Sở Nội vụ"),
    ("Cấm", unicodedata.normalize("NFD", "Cấm")),
    ("khoa\u00adhọc", "khoahọc"),
]
DIFFERENT_NAMES = [
    ("Sở Y tế", "Sở Nội vụ"),
    ("Quý I", "Quý II"),
    ("1.234", "1,234"),
    ("Cục Thuế", "Cục Thống kê"),
    ("ý < 8", "ý > 8"),
]
TCVN3 = [
    "Chñ tÞch UBND thµnh phè",
    "Uû ban nh©n d©n thµnh phè H¶i Phßng",
    "Së KÕ ho¹ch vµ §Çu t\u00ad",
    "§¬n vÞ chñ tr×",
    "thùc hiÖn",
    "c«ng",
    "Tû ®ång",
    "kÕ ho¹ch",
    "ng\u00adêi",
]
VNI = [
    "UÛy ban nhaân daân thaønh phoá",
    "Sôû Keá hoaïch vaø Ñaàu tö",
    "Chuû tòch",
    "Haûi Phoøng",
    "ñoàng chí Nguyeãn Vaên A",
    "UÛY BAN NHAÂN DAÂN",
    "naêm 2025",
]
# Words in which no pair of letters tells: they are no syllables, and are so once they are decoded.
SHORT_TCVN3 = [
    *(
        "TrÇn Hïng",
        "Lª Lòng",
        "Bïi Vò",
        "phèi hîp",
        "®¹t",
        "§· cã",
        "Hç trî",
        "Tæ chøc",
        "Tê tr×nh",
    ),
    *("B·o", "Do b·o", "Söa", "Ng« Tý", "Hå Mü", "M· Lò", "KiÕn An", "Ng« QuyÒn", "chñ tr×", "Lç"),
]
SHORT_VNI = ["ñaït", "boû", "Coù", "Do dòch", "Kieán An", "Döông Kinh", "Nghò quyeát", "ÑAÏT"]
NOT_LEGACY = [
    "",
    "UBND thanh pho Hai Phong",
    "Ủy ban nhân dân thành phố Hải Phòng",
    unicodedata.normalize("NFD", "Ủy ban nhân dân"),
    *("Hà Nam", "Quý I", "thuê", "quê", "hoà", "khoá", "Tuân", "Quân", "Huyên", "Vô", "loè"),
    *("SÔNG", "BÌNH", "THÀNH CÔNG", "hÔM NAY", "VietÁ", "Cát Hải", "Lê Quý Đôn"),
    *("où", "goût", "août", "naïf", "maïs", "Noël", "Israël", "ouïe", "aérien", "théâtre", "«mot»"),
    *("hòan tòan", "khóan", "thúy", "qúa", "gìn giá", "côgn", "nhâ dân", "ôtô", "càphê", "HÐND"),
    *("Zürich", "Tübingen", "Straße", "Thérèse", "José", "Perú", "México", "Tromsø", "Málaga"),
    *("Vinamilk®", "kg·m", "A·B", "§1", "µg/m³", "Zoë", "Chloé", "fête", "rôle", "Bâle", "Gödel"),
    *("mañana", "Muñoz", "pingüino", "São Paulo", "Leão", "saúde", "Itaú", "Müller", "Größe"),
    *("10 µm", "25°C", "m²", "3¾", "±5", "© 2024", "Microsoft® Office", "5×10", "nước¹", "§ 5"),
]


@pytest.mark.parametrize(("left", "right"), SAME_NAME)
def test_spellings_of_one_name_fold_to_one_key(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(("left", "right"), DIFFERENT_NAMES)
def test_different_texts_keep_different_keys(left: str, right: str) -> None:
    assert fold(left) != fold(right)


@given(st.text())
def test_folding_a_key_gives_the_key(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_a_key_does_not_depend_on_the_normal_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(nfc(text))


@given(st.text())
def test_squeezed_text_is_one_line_in_nfc_without_double_blanks(text: str) -> None:
    line = squeeze(text)
    assert squeeze(line) == line
    assert is_nfc(line)
    assert line == line.strip()
    assert "  " not in line
    assert not any(c.isspace() and c != " " for c in line)


def test_blanks_without_width_separate_words_and_marks_inside_words_vanish() -> None:
    assert squeeze("Sở\u200bNội\ufeffvụ") == "Sở Nội vụ"
    assert squeeze("kinh\u00ad tế\u200d") == "kinh tế"
    assert squeeze("a\x00b\x1fc\u3000d\u2028e") == "a b c d e"


def test_long_text_folds_like_short_text() -> None:
    assert fold("Đồ Sơn " * 5000) == ("do son " * 5000).strip()


@pytest.mark.parametrize("text", [*TCVN3, *SHORT_TCVN3])
def test_tcvn3_text_is_recognised(text: str) -> None:
    assert looks_like_legacy_encoding(text) == "TCVN3"


@pytest.mark.parametrize("text", [*VNI, *SHORT_VNI])
def test_vni_text_is_recognised(text: str) -> None:
    assert looks_like_legacy_encoding(text) == "VNI"


@pytest.mark.parametrize("text", NOT_LEGACY)
def test_real_words_are_not_taken_for_a_legacy_font(text: str) -> None:
    assert looks_like_legacy_encoding(text) is None
