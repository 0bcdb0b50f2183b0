"""What time it is for the office: the machine's time, or in a rehearsal's folder the rehearsal's.

A rehearsal's clock starts at a moment of the simulated year and then runs like any other, also
while nobody serves: a service that starts again finds later what it left.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import orjson

from config.data_folder import data_folder
from config.settings import DEVELOPMENT_KEY, Environment, Settings, is_catcher, load_settings
from models.domain.cycle.letter_phrases import InstantStyle, hanoi_minute
from models.domain.errors import BaocaoError, ConfigurationFault
from tasks.adapters.whole_files import write_whole

DEMONSTRATION = ".baocao-demo"  # in every folder that the demonstration made
FILE = "dong-ho-dien-tap.json"  # in the data folder of a rehearsal
_ABOUT_NOW = dt.timedelta(minutes=10)  # a machine at its limit may take long to begin

NOT_TOLD = (
    "Thời điểm chỉ đặt được khi diễn tập («baocao rehearse»), diễn lại («baocao demo») hoặc chạy "
    "thử với khóa thử nghiệm: ngoài đó là giờ của máy."
)


class ClockDamaged(BaocaoError):
    """Raised when a rehearsal's clock cannot be read."""


class TimeGoesOn(BaocaoError):
    """Raised when a rehearsal's clock would be set back: what was done later would be undone."""


class RehearsalReachesOut(BaocaoError):
    """Raised when a rehearsal's folder would be served with a real mail server or database."""


def now() -> dt.datetime:
    """The present moment, in UTC, of the office's data folder. Raises ClockDamaged."""
    return dt.datetime.now(dt.UTC) + ahead_of_the_machine(load_settings().data_dir)


def of_the_machine() -> dt.datetime:
    """The present moment, in UTC, as the machine's files bear it."""
    return dt.datetime.now(dt.UTC)


def is_rehearsal(data_dir: Path) -> bool:
    """Whether the folder's clock is a rehearsal's."""
    return (data_dir / FILE).is_file()


def is_simulated(data_dir: Path) -> bool:
    """Whether the folder holds a rehearsal or a demonstration.

    Only there a run may be told what time it is: the office's own time is the machine's.
    """
    return is_rehearsal(data_dir) or (data_dir / DEMONSTRATION).is_file()


def is_asked_for() -> bool:
    """Whether forms ask what time it is for the office: where time is simulated alone."""
    folder = data_folder()
    return folder is not None and is_simulated(folder)


def may_be_told() -> bool:
    """Whether a run in the office's data folder may be told what time it is.

    By a form where time is simulated; on the command line also where the program is but tried: an
    installation with the key that everybody knows is no office's.
    """
    try:
        settings = load_settings()
    except ConfigurationFault:
        return False
    known = settings.secret_key.get_secret_value() == DEVELOPMENT_KEY
    tried = settings.environment is Environment.DEVELOPMENT and known
    return tried or is_simulated(settings.data_dir)


def when_entered(data_dir: Path, moment: dt.datetime) -> dt.datetime:
    """When something is written down by a run that believes it to be `moment`.

    A demonstration knows no other time than the one it tells.
    """
    if is_simulated(data_dir) and not is_rehearsal(data_dir):
        return moment
    return dt.datetime.now(dt.UTC) + ahead_of_the_machine(data_dir)


def ahead_where_shown(data_dir: Path, moment: dt.datetime) -> dt.timedelta | None:
    """How far the folder's clock is ahead of the machine's; None where it does not show `moment`,
    about now: a run was told it, or time is told in a demonstration."""
    if is_simulated(data_dir) and not is_rehearsal(data_dir):
        return None
    ahead = ahead_of_the_machine(data_dir)
    return ahead if abs(dt.datetime.now(dt.UTC) + ahead - moment) < _ABOUT_NOW else None


def ahead_of_the_machine(data_dir: Path) -> dt.timedelta:
    """How far the folder's clock is ahead of the machine's; nothing but in a rehearsal."""
    if not is_rehearsal(data_dir):
        return dt.timedelta(0)
    try:
        kept = orjson.loads((data_dir / FILE).read_bytes())
        started, machine = (dt.datetime.fromisoformat(kept[k]) for k in ("started", "machine"))
        return started - machine
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ClockDamaged(
            f"Không đọc được đồng hồ diễn tập «{data_dir / FILE}» ({error}). Chạy lại «baocao "
            "rehearse --anew» để làm lại buổi diễn tập."
        ) from None


def start_rehearsal(data_dir: Path, moment: dt.datetime) -> None:
    """From now on it is that moment in the folder, and time goes on from there."""
    kept = {"started": moment.isoformat(), "machine": dt.datetime.now(dt.UTC).isoformat()}
    write_whole(data_dir / FILE, orjson.dumps(kept))


def advance_rehearsal(data_dir: Path, moment: dt.datetime) -> None:
    """It becomes a later moment in a rehearsal's folder. Raises TimeGoesOn for an earlier one."""
    if moment <= dt.datetime.now(dt.UTC) + ahead_of_the_machine(data_dir):
        raise TimeGoesOn(
            "Đồng hồ diễn tập chỉ đi tới, không quay lại. Muốn bắt đầu lại từ trước: «baocao "
            "rehearse --anew»."
        )
    start_rehearsal(data_dir, moment)


def rehearsed(settings: Settings) -> str:
    """What to say at the start of a service whose folder is a rehearsal's; "" for any other.

    Raises RehearsalReachesOut where its mail would leave this machine, or its record or its bytes
    would be kept beside the real ones.
    """
    if not is_rehearsal(settings.data_dir):
        return ""
    outside = [
        name
        for name, reaches in (
            ("BAOCAO_SMTP_URL", bool(settings.smtp_url) and not is_catcher(settings.smtp_url)),
            ("BAOCAO_MAILBOX_URL", bool(settings.mailbox_url)),
            ("BAOCAO_DATABASE_URL", bool(settings.database_url)),
            ("BAOCAO_STORE_URL", bool(settings.store_url)),
        )
        if reaches
    ]
    if outside:
        raise RehearsalReachesOut(
            f"Thư mục «{settings.data_dir}» là của buổi diễn tập, không được nối với máy chủ thật. "
            f"Bỏ {', '.join(outside)}, hoặc đặt BAOCAO_DATA_DIR về thư mục làm việc."
        )
    moment = hanoi_minute(now(), InstantStyle.SHEET)
    return f"DIỄN TẬP trên dữ liệu mô phỏng: bây giờ là {moment}; không thư nào rời máy này."
