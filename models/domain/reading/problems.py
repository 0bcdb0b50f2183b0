"""What stood in the way of understanding a workbook: facts only; the rules give them words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NO_TABS = "no_tabs"  # of a window: the tabs of its sheets alone are not shown
RESTATED = "restated"  # why a result is no number: it repeats the target's own words


class ProblemKind(StrEnum):
    """Where the reading of a workbook stumbled."""

    # Structure
    SHEET_MISSING = "sheet_missing"
    SHEET_IGNORED = "sheet_ignored"  # a second copy of a sheet
    SHEET_UNREAD = "sheet_unread"  # filled, and no sheet of the form
    HEADER_MISSING = "header_missing"
    COLUMN_MISSING = "column_missing"
    COLUMN_DOUBLED = "column_doubled"
    COLUMN_UNREAD = "column_unread"  # filled, under a header that the form does not know
    ROW_MISSING = "row_missing"
    ROW_DOUBLED = "row_doubled"
    ROW_UNKNOWN = "row_unknown"
    ROW_OF_OTHERS = "row_of_others"
    FIELD_MISSING = "field_missing"
    STRAY_CELL = "stray_cell"  # a lone cell below a free table
    BESIDE_FIELDS = "beside_fields"  # on a sheet of fields, in none of them
    WORDS_ELSEWHERE = "words_elsewhere"  # in no cell that is read: a chart, a message, a name
    # Cells
    ERROR_VALUE = "error_value"
    NOT_CALCULATED = "not_calculated"
    STALE_RESULT = "stale_result"  # the file keeps another result than the formula comes to
    CHANGING_FORMULA = "changing_formula"  # by the day on which it is looked at, or by chance
    OTHER_FILE = "other_file"  # the formula takes its result from another file
    NOT_RECALCULATED = "not_recalculated"  # a formula that is not followed: its result is taken
    TOLD_TWICE = "told_twice"  # the file tells two contents of one cell
    AMBIGUOUS_NUMBER = "ambiguous_number"
    PLACEHOLDER = "placeholder"  # "không có", "chưa có số liệu": as good as empty
    NOT_A_NUMBER = "not_a_number"
    NUMBER_IS_DATE = "number_is_date"
    QUALIFIED_NUMBER = "qualified_number"
    RESTATED_TARGET = "restated_target"  # ">10" copied where a number is asked
    OTHER_UNIT = "other_unit"
    NOT_A_DATE = "not_a_date"
    NOT_A_CHOICE = "not_a_choice"
    OTHER_WORDS = "other_words"  # a choice in other words that leave no doubt
    LEGACY_ENCODING = "legacy_encoding"
    TEXT_IS_VALUE = "text_is_value"  # words that a spreadsheet took for a day, an hour, a truth
    REPEATS_ABOVE = "repeats_above"  # «〃», «nt»: what stands in the cell above
    AMENDS_ROW = "amends_row"  # a justification that corrects the figures of its row
    # What a cell shows beside its value
    SHOWN_OTHERWISE = "shown_otherwise"  # the format makes the cell say something else
    PARTLY_SHOWN = "partly_shown"  # rounded off visibly, or without the year
    MARKED_FIGURE = "marked_figure"  # raised, lowered or struck parts in a number, date, choice
    STRUCK_WORDS = "struck_words"  # in a text, some of it
    STRUCK_CELL = "struck_cell"
    UNSEEN_VALUE = "unseen_value"
    REPEATED_FIGURE = "repeated_figure"  # 5 fills its cell as 5555
    CUT_OFF = "cut_off"  # a figure that has no room in its column
    COMMENTED_OTHERWISE = "commented_otherwise"  # a comment tells another value
    COVERED_CELL = "covered_cell"  # a shape lies over it
    WINDOW_HIDDEN = "window_hidden"  # the workbook opens without a window, or without its tabs


@dataclass(frozen=True, slots=True)
class Problem:
    """One stumble. Empty strings where a part does not apply."""

    kind: ProblemKind
    sheet: str = ""  # key in the form
    sheet_name: str = ""  # as the workbook calls it; the form's title where it is missing
    cell: str = ""
    row_key: str = ""
    column: str = ""
    seen: str = ""  # what stood there
    details: Sequence[str] = ()  # readings, names, choices: what the kind needs
    cells: Sequence[str] = ()
    rows: Sequence[str] = ()  # codes of the rows meant
    names: Sequence[str] = ()  # headers of the form's columns that are missing beside it
