"""One program on all machines: a worker that was not updated with the others is refused.

Which program it is says a digest of its code. It is written down when flows are deployed for
several machines; where nobody has done that, nothing is compared.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, delete, inspect, select

from models.domain.cycle.letter_phrases import instant_text
from models.domain.errors import BaocaoError
from models.tables import ProgramRow
from tasks.adapters.sharing.locks import hold, is_shared
from tasks.adapters.store.rows import table_of

PROGRAM = table_of(ProgramRow)
_FOLDERS = ("config", "flows", "models", "tasks")
_ROOT = Path(__file__).parents[3]


class ProgramDiffers(BaocaoError):
    """Raised on a machine whose program is not the one that was deployed."""


@cache
def own_mark() -> str:
    """A digest of this program's code, the same on every machine that has the same code."""
    digest = hashlib.sha256()
    for path in sorted(p for folder in _FOLDERS for p in (_ROOT / folder).rglob("*.py")):
        digest.update(f"{path.relative_to(_ROOT).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def deployed(connection: Connection, now: dt.datetime) -> str:
    """Writes down that this program is the one that all machines run; its mark."""
    hold(connection, [("program",)])  # of two who deploy at once the second one's is left
    forget(connection)
    values = {"mark": own_mark(), "deployed_at": now}
    connection.execute(PROGRAM.insert().values(values))
    return own_mark()


def forget(connection: Connection) -> None:
    """One machine runs everything again: nothing is compared any more."""
    if inspect(connection).has_table(PROGRAM.name):
        connection.execute(delete(PROGRAM))


def refuse_another(engine: Engine) -> None:
    """Raises ProgramDiffers where another program was deployed for all machines."""
    if not is_shared(engine):
        return
    with engine.begin() as connection:
        if not inspect(connection).has_table(PROGRAM.name):
            return
        found = connection.execute(select(PROGRAM.c.mark, PROGRAM.c.deployed_at)).first()
    if found is not None and found.mark != own_mark():
        raise ProgramDiffers(
            f"Chương trình ở máy này (mã {own_mark()}) khác chương trình đã triển khai cho các máy "
            f"(mã {found.mark}, {instant_text(found.deployed_at)}). Hãy cập nhật máy này rồi chạy "
            "lại dịch vụ ở đây; nếu máy này đã mới hơn, hãy triển khai lại theo docs/nhieu-may.md. "
            "Việc đang chờ vẫn nguyên, máy khác làm tiếp."
        )
