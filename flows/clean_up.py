"""clean-up: what nobody needs any more is removed, before the data folder fills the disk."""

from __future__ import annotations

from prefect import flow
from prefect.logging import get_run_logger

from config.settings import load_settings
from flows import clock
from flows.failures import ends_in_a_sentence
from flows.requests import AsOf
from flows.serving.database_files import database_files
from flows.serving.old_runs import remove_old_runs
from flows.workplaces import open_workplace
from tasks.adapters.accounts.account_book import forget_old
from tasks.adapters.backup.handing_over import hand_over
from tasks.adapters.store.old_alarms import remove_old_alarms
from tasks.adapters.upkeep.data_folder import amount, removable, remove
from tasks.adapters.upkeep.sqlite_room import give_back

NAME = "clean-up"
RUNS_SECONDS = 600.0  # of one night; what is left is removed the next
PAGES_SECONDS = 120.0  # of each database file


@flow(name=NAME, flow_run_name=NAME)
@ends_in_a_sentence
def clean_up(request: AsOf) -> dict[str, int]:
    """Dọn những gì không còn cần: lượt chạy cũ, nhật ký cũ, thư báo động quá một năm, thư thử.

    Nhiều máy dùng một kho chung thì tệp chỉ máy này có được đưa vào kho trước, rồi bớt tệp giữ sẵn.
    Không đụng tới thư và sổ báo cáo gốc, số liệu, quyết định, sổ tổng hợp, thư đã gửi cơ quan.
    Chạy lại (Retry) lúc nào cũng an toàn. Trả về đã dọn bao nhiêu.
    """
    machine = clock.of_the_machine()
    settings = load_settings()
    with open_workplace(request.moment(), settings) as workplace:
        with workplace.engine.begin() as db:
            forget_old(db, machine)
            alarms = remove_old_alarms(db, workplace.now)
        runs = remove_old_runs(machine, RUNS_SECONDS)
        freed = sum(map(remove, removable(settings.data_dir, machine)))
        freed += sum(give_back(file, PAGES_SECONDS) for file in database_files(settings))
        # Last: a shared store that is away keeps nothing else from being done.
        freed += hand_over(workplace, machine).freed
    get_run_logger().info("Đã dọn %d lượt chạy cũ, trả lại đĩa %s.", runs, amount(freed))
    return {"runs": runs, "alarms": alarms, "bytes": freed}
