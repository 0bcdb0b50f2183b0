"""The target grammar of the directive, and what a value means against it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.domain.notation.not_read import NotRead, Unread
from models.domain.register.target_reading import TargetReading, read_target
from models.domain.register.target_units import target_in_unit
from models.domain.register.targets import (
    ChangeWay,
    Direction,
    Judgement,
    Target,
    TargetChange,
    TargetKind,
    carried_direction,
    falls_short,
    format_target,
    gap,
    judge,
    magnitude_reference,
)
from tests.fixtures.printed_cells import PrintedNotUnderstood, parse_target

D = Decimal
HIGHER, LOWER, EXACT, NONE = Direction.HIGHER, Direction.LOWER, Direction.EXACT, Direction.NONE
EXCEEDED, MET, FLOOR_MET = Judgement.EXCEEDED, Judgement.MET, Judgement.FLOOR_MET
NOT_MET, UNKNOWN = Judgement.NOT_MET, Judgement.UNKNOWN
AWAITING = Judgement.AWAITING
INCREASE, DECREASE, MULTIPLE = ChangeWay.INCREASE, ChangeWay.DECREASE, ChangeWay.MULTIPLE

PRINTED = {
    "12,50": Target(TargetKind.VALUE, D("12.5")),
    "118.079,279": Target(TargetKind.VALUE, D("118079.279")),
    "9.486": Target(TargetKind.VALUE, D(9486)),
    "9,866": Target(TargetKind.VALUE, D("9.866")),
    "1.200": Target(TargetKind.VALUE, D(1200)),
    "0": Target(TargetKind.VALUE, D(0)),
    "04": Target(TargetKind.VALUE, D(4)),
    "81%": Target(TargetKind.VALUE, D(81)),
    "51.000, phấn đấu 55.000": Target(TargetKind.FLOOR_STRETCH, D(51000), D(55000)),
    "51.000, phần đầu 55.000": Target(TargetKind.FLOOR_STRETCH, D(51000), D(55000)),
    "62.700,phấn đầu  70.000": Target(TargetKind.FLOOR_STRETCH, D(62700), D(70000)),
    ">10": Target(TargetKind.GREATER, D(10)),
    "> 10.000": Target(TargetKind.GREATER, D(10000)),
    "＞ 90": Target(TargetKind.GREATER, D(90)),
    "trên 85%": Target(TargetKind.GREATER, D(85)),
    "< 8": Target(TargetKind.LESS, D(8)),
    "< 16,0": Target(TargetKind.LESS, D(16)),
    "≤ 3,5": Target(TargetKind.AT_MOST, D("3.5")),
    "<= 3,5": Target(TargetKind.AT_MOST, D("3.5")),
    "> = 10": Target(TargetKind.AT_LEAST, D(10)),
    "≥ 10": Target(TargetKind.AT_LEAST, D(10)),
    "ít nhất 01": Target(TargetKind.AT_LEAST, D(1)),
    "45-46": Target(TargetKind.RANGE, D(45), D(46)),
    "45 – 46": Target(TargetKind.RANGE, D(45), D(46)),
    "15/15": Target(TargetKind.RATIO, D(15), D(15)),
    "\u00a012,50\n": Target(TargetKind.VALUE, D("12.5")),
    "khoảng 12.000": Target(TargetKind.VALUE, D(12000), approximate=True),
    "khoảng 60-62%": Target(TargetKind.RANGE, D(60), D(62), approximate=True),
    "trên dưới 10": Target(TargetKind.VALUE, D(10), approximate=True),
    "95% (phấn đấu 98%)": Target(TargetKind.FLOOR_STRETCH, D(95), D(98)),
    "51.000 (phấn đấu 55.000)": Target(TargetKind.FLOOR_STRETCH, D(51000), D(55000)),
    "45÷46": Target(TargetKind.RANGE, D(45), D(46)),
    "từ 80% đến 85%": Target(TargetKind.RANGE, D(80), D(85)),
    "50% trở lên": Target(TargetKind.AT_LEAST, D(50)),
    "từ 10% trở lên": Target(TargetKind.AT_LEAST, D(10)),
    "3,5% trở xuống": Target(TargetKind.AT_MOST, D("3.5")),
    "Top 5 cả nước": Target(TargetKind.AT_MOST, D(5)),
    "thuộc nhóm 10 tỉnh dẫn đầu cả nước": Target(TargetKind.AT_MOST, D(10)),
    "Xếp hạng 5": Target(TargetKind.AT_MOST, D(5)),
    "giảm còn dưới 1%": Target(TargetKind.LESS, D(1)),
    "giảm từ 36% xuống còn 26%": Target(TargetKind.VALUE, D(26)),
    "tăng 9,3%": Target(TargetKind.VALUE, D("9.3"), change=TargetChange(INCREASE, "%")),
    "giảm 1 - 1,5%/năm": Target(
        TargetKind.RANGE, D(1), D("1.5"), change=TargetChange(DECREASE, "%")
    ),
    "Giảm 10% so với năm 2024": Target(TargetKind.VALUE, D(10), change=TargetChange(DECREASE, "%")),
    "tăng 500 ha": Target(TargetKind.VALUE, D(500), change=TargetChange(INCREASE, "ha")),
    "gấp 2 lần": Target(TargetKind.VALUE, D(2), change=TargetChange(MULTIPLE, "lần")),
}
# Why each of these is refused: the same words in another order, or beside another number, may be
# another target.
REASONS = {
    Unread.SEVERAL: ["57% : 33% : 5%", "80%, trong đó nông thôn 60%", "15 xã và 3 phường"],
    Unread.CONTRARY: ["trên 10 trở xuống", ">80-85", "10 ha, phấn đấu 12 tấn"],
    Unread.FALLING: ["46-45", "45-45"],
    Unread.NOTATION: ["12.5", "<< 8", "trên trên 8", "1O", "12x", "lO", "1.2.3", "10²", ">", "%"],
    Unread.WORDS: [
        "từ 10%",
        "= 5",
        "≥ = 5",
        "10 nước dẫn đầu",
        "gấp 2",
        "giảm 2 lần",
        "tăng 2 con số",
        "l2",
    ],
    Unread.PLACEHOLDER: ["-", "...", "chưa xác định"],
    Unread.NUMBER_IN_WORDS: [
        *("gấp đôi", "giảm một nửa", "dưới tám", "hai trường", "đạt mười lăm phần trăm"),
        *("không quá năm phần trăm", "một trường"),
    ],
    Unread.TOO_LONG: ["9" * 200, "đạt " * 300],
}
IN_WORDS = [
    *("Cao hơn bình quân cả nước", "Một trong những tỉnh dẫn đầu", "Đạt", "Hoàn thành"),
    *("Thuộc nhóm dẫn đầu", "Một số lĩnh vực đạt trình độ quốc tế", "Duy trì đạt chuẩn"),
]
# A printed target, its row's unit and name, and the target in that unit; None for a contradiction.
IN_UNIT = [
    ("15 tỷ USD", "Triệu USD", "Xuất khẩu", "15.000"),
    ("500 nghìn lượt", "Triệu lượt", "Khách", "0,5"),
    ("30 km2", "ha", "Diện tích", "3.000"),
    ("12,50", "%", "Tăng trưởng", "12,50"),
    ("15 bác sĩ", "bác sĩ/vạn dân", "Bác sĩ", "15"),
    ("410 triệu đồng/lao động", "Triệu đồng", "Năng suất", "410"),
    ("15.000 DN", "Doanh nghiệp", "Doanh nghiệp mới", "15.000"),
    ("5 triệu đồng/người/tháng", "Triệu đồng/người/tháng", "Thu nhập", "5"),
    ("tăng 9,3%", "%", "Tốc độ tăng IIP", "9,3"),
    ("giảm 1-1,5%", "%", "Giảm tỷ lệ hộ nghèo", "1-1,5"),
    ("gấp 2 lần", "Lần", "Quy mô", "2"),
    ("tăng 9,3%", "Tỷ đồng", "Thu ngân sách", "tăng 9,3%"),
    ("tăng 1%", "%", "Tỷ lệ đô thị hóa", "tăng 1%"),
    ("giảm 1-1,5%", "%", "Tỷ lệ hộ nghèo", "giảm 1-1,5%"),
    ("tăng 500 ha", "ha", "Diện tích", "tăng 500 ha"),
    ("12 tấn", "ha", "Diện tích", None),
    ("12%", "Tỷ đồng", "Thu ngân sách", None),
    ("15 DN", "%", "Tỷ lệ", None),
    ("50 người", "hộ", "Hộ nghèo", None),
    ("6.500 USD", "Triệu đồng", "GRDP", None),
    ("5 triệu đồng/tháng", "Triệu đồng", "Thu nhập", None),
    ("60 triệu đồng/năm", "Triệu đồng/tháng", "Thu nhập", None),
    ("45/100.000 trẻ đẻ sống", "%", "Tử vong", None),
    ("tăng 500 ha", "tấn", "Sản lượng", None),
]
NO_TARGET = ["", "  ", "\u00a0\n"]
NOT_A_TARGET = [
    "Thuộc nhóm dẫn đầu",
    "-",
    "x",
    "12.5",
    "1,234.5",
    "46-45",
    "45-45",
    "15/0",
    "51.000, phấn đấu 51.000",
    "51.000, 55.000",
    "> ",
    "> < 8",
    "10²",
    "1-2-3",
    "1/2/3",
    "9" * 31,
    "9" * 30_000,
    "1.2" * 10_000,
    "1e5",
]

plain = parse_target("12,50")
floor_stretch = parse_target("51.000, phấn đấu 55.000")
falling_stretch = parse_target("8, phấn đấu 6")
bed_range = parse_target("45-46")

JUDGED = [
    (plain, HIGHER, {"12.51": EXCEEDED, "12.5": MET, "12.50": MET, "12.49": NOT_MET}),
    (plain, LOWER, {"12.51": NOT_MET, "12.5": MET, "12.49": EXCEEDED}),
    (plain, EXACT, {"12.51": NOT_MET, "12.5": MET, "12.49": NOT_MET}),
    (plain, NONE, {"12.51": UNKNOWN, "12.5": UNKNOWN}),
    (parse_target("0"), LOWER, {"0": MET, "0.01": NOT_MET}),
    (
        floor_stretch,
        HIGHER,
        {
            "50999": NOT_MET,
            "51000": FLOOR_MET,
            "54999.99": FLOOR_MET,
            "55000": MET,
            "55001": EXCEEDED,
        },
    ),
    (floor_stretch, LOWER, {"50999": NOT_MET, "55001": EXCEEDED}),  # its own order decides
    (falling_stretch, LOWER, {"9": NOT_MET, "8": FLOOR_MET, "6": MET, "5": EXCEEDED}),
    (parse_target("> 10"), HIGHER, {"10": NOT_MET, "10.1": MET, "99": MET}),
    (parse_target("> 10"), NONE, {"10": NOT_MET, "10.1": MET}),
    (parse_target("≥ 10"), HIGHER, {"9.9": NOT_MET, "10": MET, "10.1": EXCEEDED}),
    (parse_target("< 8"), LOWER, {"8": NOT_MET, "7.9": MET, "0": MET}),
    (parse_target("≤ 3,5"), LOWER, {"3.6": NOT_MET, "3.5": MET, "3.4": EXCEEDED}),
    (parse_target("≤ 3,5"), HIGHER, {"3.6": NOT_MET, "3.5": MET, "3.4": EXCEEDED}),
    (bed_range, HIGHER, {"44.9": NOT_MET, "45": MET, "45.5": MET, "46": MET, "47": EXCEEDED}),
    (bed_range, LOWER, {"44.9": EXCEEDED, "45": MET, "46": MET, "47": NOT_MET}),
    (bed_range, EXACT, {"44.9": NOT_MET, "45.5": MET, "47": NOT_MET}),
    (bed_range, NONE, {"44.9": UNKNOWN, "45.5": MET}),
    (parse_target("15/15"), HIGHER, {"14": NOT_MET, "15": MET, "16": UNKNOWN, "100": UNKNOWN}),
    (parse_target("14/15"), HIGHER, {"13": NOT_MET, "14": MET, "15": EXCEEDED, "-1": UNKNOWN}),
    (None, HIGHER, {"1": UNKNOWN}),
    (parse_target("khoảng 17"), HIGHER, {"17": MET, "18": EXCEEDED, "16.5": AWAITING}),
    (parse_target("khoảng 17"), HIGHER, {"16.4": NOT_MET}),
    (parse_target("khoảng 17"), LOWER, {"16": EXCEEDED, "17.5": AWAITING, "17.6": NOT_MET}),
    (parse_target("khoảng 12.000"), HIGHER, {"11500": AWAITING, "11499": NOT_MET}),
    (parse_target("khoảng 5"), HIGHER, {"4.95": AWAITING, "4.9": NOT_MET}),
    (parse_target("khoảng 24,96"), HIGHER, {"24.955": AWAITING, "24.9": NOT_MET}),
    (parse_target("khoảng 60-62"), HIGHER, {"61": MET, "59.5": AWAITING, "59": NOT_MET}),
    (parse_target("khoảng 60-62"), LOWER, {"62.5": AWAITING, "63": NOT_MET}),
    (parse_target("tăng 9,3%"), HIGHER, {"9.3": UNKNOWN, "5": UNKNOWN, "100": UNKNOWN}),
    (parse_target("giảm 1-1,5%"), LOWER, {"1.2": UNKNOWN}),
]

numbers = st.decimals(min_value=D(-(10**12)), max_value=D(10**12), allow_nan=False, places=4)
counts = st.integers(0, 500).map(D)
single_kinds = st.sampled_from(
    [
        TargetKind.VALUE,
        TargetKind.GREATER,
        TargetKind.AT_LEAST,
        TargetKind.LESS,
        TargetKind.AT_MOST,
    ]
)
targets = st.one_of(
    st.builds(Target, single_kinds, numbers),
    st.tuples(numbers, numbers)
    .filter(lambda p: p[0] != p[1])
    .flatmap(
        lambda p: st.sampled_from(
            [
                Target(TargetKind.FLOOR_STRETCH, p[0], p[1]),
                Target(TargetKind.RANGE, min(p), max(p)),
            ]
        )
    ),
    st.builds(lambda a, b: Target(TargetKind.RATIO, a, b + 1), counts, counts),
)
directions = st.sampled_from(list(Direction))


@pytest.mark.parametrize(("printed", "target"), PRINTED.items())
def test_every_printed_form_is_understood(printed: str, target: Target) -> None:
    assert parse_target(printed) == target


@pytest.mark.parametrize("printed", NO_TARGET)
def test_an_empty_cell_is_no_target(printed: str) -> None:
    assert parse_target(printed) is None


@pytest.mark.parametrize("printed", NOT_A_TARGET, ids=range(len(NOT_A_TARGET)))
def test_anything_else_is_refused_with_the_forms_that_are_taken(printed: str) -> None:
    with pytest.raises(PrintedNotUnderstood, match="phấn đấu") as caught:
        parse_target(printed)
    assert len(str(caught.value)) < 600


@given(targets)
def test_a_target_written_out_reads_back(target: Target) -> None:
    assert parse_target(format_target(target)) == target


@pytest.mark.parametrize("printed", ["12,50", "> 10.000", "≤ 3,5", "45-46", "15/15", "118.079,279"])
def test_the_directives_own_spelling_is_kept(printed: str) -> None:
    target = parse_target(printed)
    assert target is not None
    assert format_target(target) == printed


@pytest.mark.parametrize(
    ("target", "direction", "value", "judgement"),
    [(t, d, v, j) for t, d, cases in JUDGED for v, j in cases.items()],
)
def test_a_value_is_judged_as_the_office_would(
    target: Target | None, direction: Direction, value: str, judgement: Judgement
) -> None:
    assert judge(D(value), target, direction) is judgement


def test_without_a_value_nothing_is_known() -> None:
    assert judge(None, plain, HIGHER) is UNKNOWN


@given(numbers, targets, directions)
def test_a_value_falls_short_exactly_when_it_is_not_met(
    value: Decimal, target: Target, direction: Direction
) -> None:
    not_met = judge(value, target, direction) is NOT_MET
    assert falls_short(value, target, direction) is not_met


@given(numbers, targets, directions)
def test_the_gap_agrees_with_the_judgement(
    value: Decimal, target: Target, direction: Direction
) -> None:
    distance, judgement = gap(value, target, direction), judge(value, target, direction)
    if judgement is UNKNOWN:
        assert distance is None
        return
    assert distance is not None
    if judgement is NOT_MET:
        assert distance <= 0
    else:
        assert distance >= 0


@given(numbers, numbers, targets, st.sampled_from([HIGHER, LOWER]))
def test_a_better_value_is_never_judged_worse(
    one: Decimal, other: Decimal, target: Target, direction: Direction
) -> None:
    order = [NOT_MET, FLOOR_MET, MET, EXCEEDED]
    first, second = gap(one, target, direction), gap(other, target, direction)
    if first is None or second is None or first >= second:
        return
    worse, better = judge(one, target, direction), judge(other, target, direction)
    assert order.index(worse) <= order.index(better)


def test_the_gap_is_exact_beyond_the_usual_precision() -> None:
    target = Target(TargetKind.VALUE, D("123456789012345678901234567.5"))
    value = D("123456789012345678901234567.500000000001")
    assert gap(value, target, HIGHER) == D("0.000000000001")


@pytest.mark.parametrize(
    ("value", "target", "direction", "distance"),
    [
        ("13", plain, HIGHER, "0.5"),
        ("12", plain, HIGHER, "-0.5"),
        ("13", plain, LOWER, "-0.5"),
        ("13", plain, EXACT, "-0.5"),
        ("52000", floor_stretch, HIGHER, "1000"),
        ("50000", floor_stretch, HIGHER, "-1000"),
        ("45.5", bed_range, HIGHER, "0"),
        ("47", bed_range, HIGHER, "1"),
        ("44", bed_range, HIGHER, "-1"),
        ("47", bed_range, LOWER, "-1"),
        ("7", parse_target("< 8"), NONE, "1"),
        ("14", parse_target("15/15"), HIGHER, "-1"),
    ],
)
def test_the_gap_is_measured_to_the_nearest_duty(
    value: str, target: Target, direction: Direction, distance: str
) -> None:
    assert gap(D(value), target, direction) == D(distance)


@pytest.mark.parametrize(
    ("printed", "size"),
    [("12,50", "12.5"), ("51.000, phấn đấu 55.000", "51000"), ("> 10", "10"), ("15/15", "15")],
)
def test_a_target_gives_the_size_values_should_have(printed: str, size: str) -> None:
    assert magnitude_reference(parse_target(printed)) == D(size)


def test_a_target_of_zero_says_nothing_about_size() -> None:
    assert magnitude_reference(parse_target("0")) is None
    assert magnitude_reference(None) is None


@pytest.mark.parametrize(
    ("printed", "why"), [(text, why) for why, texts in REASONS.items() for text in texts]
)
def test_a_target_that_is_not_read_says_why(printed: str, why: Unread) -> None:
    unread = read_target(printed)
    assert isinstance(unread, NotRead)
    assert unread.why is why
    assert "đọc đúng" in unread.sentence


@pytest.mark.parametrize("printed", IN_WORDS)
def test_a_target_in_words_is_kept_to_the_letter_for_a_person(printed: str) -> None:
    reading = read_target(printed)
    assert isinstance(reading, TargetReading)
    assert (reading.words, reading.target) == (printed, None)


@pytest.mark.parametrize(("printed", "unit", "name", "shown"), IN_UNIT)
def test_a_target_is_told_in_its_rows_unit_or_contradicts_it(
    printed: str, unit: str, name: str, shown: str | None
) -> None:
    reading = read_target(printed)
    assert isinstance(reading, TargetReading)
    target = target_in_unit(reading, unit, name)
    assert (format_target(target) if target else None) == shown


@pytest.mark.parametrize("printed", ["tăng 9,3%", "giảm trên 1%", "gấp 2 lần"])
def test_a_change_says_neither_size_nor_direction_of_a_level(printed: str) -> None:
    change = parse_target(printed)
    assert change is not None
    assert magnitude_reference(change) is None
    assert carried_direction(change) is None
    assert gap(D(5), change, HIGHER) is None
    assert not falls_short(D(5), change, HIGHER)


@pytest.mark.parametrize("printed", ["khoảng 17", "khoảng 60-62", "tăng 9,3%", "gấp 2 lần"])
def test_what_is_said_of_a_number_is_written_out_with_it(printed: str) -> None:
    target = parse_target(printed)
    assert target is not None
    assert format_target(target) == printed


def test_the_unit_and_what_it_is_told_of_are_kept_beside_the_number() -> None:
    reading = read_target("60 triệu đồng/người/năm")
    assert isinstance(reading, TargetReading)
    assert (reading.unit, reading.of, reading.period) == ("triệu đồng/người", "", "năm")
    share = read_target("100% số xã")
    assert isinstance(share, TargetReading)
    assert (share.unit, share.of) == ("%", "số xã")
