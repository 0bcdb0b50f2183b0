"""make-backup: once a day a copy of everything that cannot be had again."""

from __future__ import annotations

from prefect import flow
from prefect.logging import get_run_logger

from config.settings import load_settings
from flows.failures import ends_in_a_sentence
from flows.requests import AsOf
from flows.workplaces import WorkLeftUndone, backed_up_house, open_workplace
from models.domain.letters.health import BACKUP
from tasks.backing_up import back_up


@flow(name="make-backup", flow_run_name="make-backup")
@ends_in_a_sentence
def make_backup(request: AsOf) -> dict[str, int]:
    """Sao lưu cơ sở dữ liệu, kho tệp gốc, cấu hình vào thư mục BAOCAO_BACKUP_DIR, rồi kiểm tra lại.

    Chạy lại (Retry) lúc nào cũng an toàn: thêm một bản, các bản cũ giữ nguyên. Chưa đặt thư mục thì
    không làm gì. Trả về số thư và số byte.
    """
    settings = load_settings()
    if settings.backup_dir is None:
        get_run_logger().info("Chưa đặt BAOCAO_BACKUP_DIR: không sao lưu.")
        return {}
    now = request.moment()
    with open_workplace(now, settings) as workplace:
        house = backed_up_house(settings, workplace)
        made = back_up(house, settings.backup_dir, settings.backup_keep, now)
        workplace.done(BACKUP)
    if made.left:
        raise WorkLeftUndone([*made.left, "Chạy: baocao doctor --deep"])
    return {"messages": made.messages, "bytes_new": made.bytes_new, "bytes": made.bytes_all}
