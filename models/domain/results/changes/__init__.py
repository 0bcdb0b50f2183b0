"""What has changed since the last report: counted, as rows, in sentences beside them.

Words alone, of what `snapshots` compared: nothing here compares or judges.
"""

from models.domain.results.changes.change_counts import (
    CHANGE_SHEET,
    ChangedGroup,
    change_points,
    changed_groups,
    changes_in_short,
    since_said,
)
from models.domain.results.changes.change_notes import change_notes
from models.domain.results.changes.change_rows import flipped_rows, told_no_more
from models.domain.results.changes.change_texts import figure_texts_alike, texts_alike

__all__ = [
    "CHANGE_SHEET",
    "ChangedGroup",
    "change_notes",
    "change_points",
    "changed_groups",
    "changes_in_short",
    "figure_texts_alike",
    "flipped_rows",
    "since_said",
    "texts_alike",
    "told_no_more",
]
