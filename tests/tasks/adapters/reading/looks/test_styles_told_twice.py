"""Styles of an .xlsx that its schema allows once and that stand there twice: programs take one or
the other, and Excel neither."""

from __future__ import annotations

import re

import pytest

from tests.tasks.adapters.reading.looks.test_seen_otherwise import (
    BLACK,
    LETTERS,
    STYLES,
    Change,
    looking,
    workbook,
)
from tests.tasks.adapters.reading.looks.test_tampered_sights import rules
from tests.tasks.adapters.reading.test_tampered_workbooks import packed

PALE = '<color rgb="FFFFFFFF"/>'
PERCENT = '<xf numFmtId="9"/>'
GROUND = '<patternFill patternType="solid"><fgColor rgb="FF{}"/></patternFill>'


def also(before: str, added: str) -> Change:
    def change() -> bytes:
        kept = workbook()
        text, times = re.subn(before, lambda m: added + m[0], kept[STYLES].decode(), count=1)
        assert times
        return packed(kept | {STYLES: text.encode()})

    return change


FONTS = f"<fonts>{f'<font>{LETTERS}{PALE}</font>' * 12}</fonts>"
CASES: dict[str, tuple[Change, set[str]]] = {
    "fonts before": (also("<fonts ", FONTS), {"CT-17"}),
    "fonts behind": (also("<fills ", FONTS), {"CT-17"}),
    "fills": (also("<borders ", f"<fills>{'<fill/>' * 9}</fills>"), {"CT-17"}),
    "styles of cells": (also("<cellXfs ", f"<cellXfs>{PERCENT * 40}</cellXfs>"), {"CT-17"}),
    "number formats": (
        also("<numFmts ", '<numFmts><numFmt numFmtId="164" formatCode="0%"/></numFmts>'), {"CT-17"},
    ),
    "differences": (also("<dxfs", "<dxfs/>"), {"CT-17"}),
    "colours of one font": (looking(f"{PALE}{BLACK}"), {"CT-17"}),
    "what one font says, told twice alike": (looking(f"<b/><b/>{BLACK}"), set()),
    "grounds of one fill": (
        looking(BLACK, GROUND.format("FFC000") + GROUND.format("000000")), {"CT-17"},
    ),
    "how one cell is aligned": (
        looking(aligned='<alignment horizontal="fill"/><alignment horizontal="left"/>'), {"CT-17"},
    ),
    "a list of nobody's namespace": (
        also("<fills ", FONTS.replace("<fonts>", '<fonts xmlns="urn:nobody">')), set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_styles_that_stand_there_twice_are_told(case: str) -> None:
    change, told = CASES[case]
    assert rules(change()) == told
