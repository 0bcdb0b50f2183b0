"""`baocao office update`: the tables of a newer program, taken over beside the office's edits."""

from __future__ import annotations

from flows.cli.office.office_editions import kept_settings
from flows.office.kept_editions import opened_editions
from flows.office.office_changes import Change, checked_change
from flows.office.shipped_updates import shipped_update, what_is_new


def change_with_program() -> tuple[Change | None, list[str]]:
    """What the program's tables would change in the edition in force, and what to know of it.

    None where there is nothing to take over. Raises ChangeRefused, ConfigurationFault with every
    fault of the files as they would be.
    """
    settings = kept_settings()
    with opened_editions(settings) as connection:
        edition, mine, update = shipped_update(connection, settings)
    told = list(update.kept)
    if not update.files:
        return None, told
    told.insert(0, f"Dòng lấy từ bản mới của chương trình: {what_is_new(update)}.")
    if update.placeholders:
        told.append(
            f"{update.placeholders} địa chỉ thư mới chỉ là chỗ trống («.example», không tới ai): "
            "ghi địa chỉ thật vào contacts.csv trước khi mở kỳ báo cáo."
        )
    return checked_change(edition, mine, {**mine, **update.files}), told
