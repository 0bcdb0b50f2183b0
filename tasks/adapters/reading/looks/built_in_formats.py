"""The number formats that Excel names by a number alone, in every format that it writes."""

from __future__ import annotations

from collections.abc import Mapping

BUILT_IN_FORMATS: Mapping[int, str] = {
    **dict(enumerate(("General", "0", "0.00", "#,##0", "#,##0.00"))),
    5: '#,##0 "₫"',  # the currency of the machine that shows it
    6: '#,##0 "₫"',
    7: '#,##0.00 "₫"',
    8: '#,##0.00 "₫"',
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    15: "d-mmm-yy",
    16: "d-mmm",
    17: "mmm-yy",
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    37: "#,##0 ;(#,##0)",
    38: "#,##0 ;[Red](#,##0)",
    39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;[Red](#,##0.00)",
    41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)',
    42: '_(* #,##0 "₫"_);_(* (#,##0) "₫";_(* "-"_);_(@_)',
    43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)',
    44: '_(* #,##0.00 "₫"_);_(* (#,##0.00) "₫";_(* "-"??_);_(@_)',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
    49: "@",
}

OF_OTHER_LANGUAGES = frozenset((*range(27, 37), *range(50, 82)))
"""Formats that only programs of the far east know: days, shares, Thai figures. Where the file does
not define them, others show them as days or as plain numbers."""
